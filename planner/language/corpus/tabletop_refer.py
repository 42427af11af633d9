"""Wishes about a thing of the tabletop that is spoken of in another way than by its name."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, one
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.tabletop_push import PUSH, WAYS
from planner.language.corpus.tabletop_single import ON, ON_FLAT, REGION, speakable, to_pick
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState


def fancy(style: str) -> Drawer:
    """Wishes about a thing that is spoken of in one way other than by its name."""
    frames = Frames(
        f"tabletop/refer-{style}",
        "<putin> {x} <in> {y}",
        "<take> {x} and [put|place|drop] it <in> {y}",
        "{x} <goes> <inside> {y}",
        "<want> {x} [put|] <inside> {y}",
        "<in> {y} goes {x}",
        "<sure> {x} ends up in {y}",
        "{x}: <in> {y}",
        "[could|would] you find {x} and [put|drop] it in {y}",
    )

    def draw(state: SceneState, rng: np.random.Generator) -> Wish | None:
        look, refer = view(state, rng)
        found = []
        for o in map(state.__getitem__, speakable(look)):
            other = refer.other(o.name)
            if other is not None and other[0] == style:
                found.append((o.name, other[1]))
        if not found:
            return None
        x, phrase = one(rng, found)
        boxes = [o.name for o in look.containers() if look.inside.get(x) != o.name]
        plates = [o.name for o in look.surfaces() if look.free(o.name) and look.below.get(x) != o.name and o.name != x]
        choice = one(rng, ("hold", "in", "in", "on", "at", "push"))
        if choice == "in" and boxes:
            y = one(rng, boxes)
            template, text = frames.say(rng, x=phrase, y=refer.the(y, 0.05))
            return Wish(template, text, atom("in", x, y))
        if choice == "on" and plates:
            y = one(rng, plates)
            if look.below.get(y) != x:
                flat = {"plate", "zone"} & look.kind(y) and chance(rng, 0.25)
                template, text = (ON_FLAT if flat else ON).say(rng, x=phrase, y=refer.the(y, 0.05))
                return Wish(template, text, atom("on", x, y))
        if choice == "at":
            where = draw_region(rng)
            if look.carried_to(x, where.name):
                return None
            template, text = REGION.say(rng, x=phrase, at=where.at, to=where.to)
            return Wish(template, text, atom("at", x, where.name))
        if choice == "push" and look.below.get(x) == TABLE and x in look.clear:
            direction = one(rng, sorted(WAYS))
            template, text = PUSH.say(rng, x=phrase, way=one(rng, WAYS[direction]), adverb=direction)
            return Wish(template, text, atom("moved", x, direction), prefers="push")
        template, text = to_pick(rng, phrase)
        return Wish(template, text, atom("holding", x))

    return draw


STYLES = (
    "simile",
    "attribute",
    "kind",
    "ordered",
    "ordinal",
    "nearest",
    "side",
    "carried",
    "tower",
    "size",
    "elimination",
)


WISHES: dict[str, Drawer] = {
    **{f"refer-{style}": fancy(style) for style in STYLES},
}
