"""Wishes on the tabletop that speak of what is not there."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, chance, expand, one
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.nouns import NOUNS, REGION_WORDS, SIMILES, THING_WORDS, TYPES, plural
from sim.catalog import COLORS
from sim.state import TABLE, SceneState
from sim.things import THINGS

_DO = Frames(
    "tabletop/no-such",
    "<pick> {x}",
    "<putin> {x} <in> {y}",
    "<put> {x} <on> {z}",
    "<put> {x} [to the left of|to the right of|next to|behind|in front of] {z}",
    "<pushonly> {x} [to the left|to the right|forward|backward]",
    "{x} <goes> {at}",
    "<putin> {w} <in> {xc}",
    "<put> {w} <on> {xs}",
    "<put> {w} [next to|near|left of|behind|close to] {x}",
    "<put> {w} between {x} and {z}",
    "<want> {x} [in|inside] {y}",
    "<take> {x} and [put|place] it {at}",
    "[move|bring] {x} over to {z}",
    "<stack> {x} on {z}",
    "<sure> {x} is [near|next to] {z}",
    "first [pick up|move] {w}, then <put> {x} <on> {z}",
    "{x} into {y}",
    "<put> {x} and {w} [next to each other|close together]",
    "{w} [belongs|goes] in {xc}",
    "I need {x}",
    "<put> {w} on the {f}",
    "<pushonly> {w} [towards|toward] {x}",
    "[pull|drag|move] {x} [a bit|a little] [to the left|to the right|closer to you]",
    "[fetch|hold|seize] {x}",
)

_FURNITURE = ("chair", "shelf", "windowsill", "sofa", "stool", "counter", "cupboard", "bench")
"""What one would put things on, elsewhere."""
_OTHER_THINGS = (
    *("drawer", "screwdriver", "hammer", "teddy bear", "book", "phone", "scissors", "spoon", "fork", "key"),
    *("pear", "carrot", "toy car", "pencil", "battery", "cup of tea", "basket", "hook", "lamp"),
)

_NO_GROUP = Frames(
    "tabletop/no-such-group",
    "<putin> all the {g} <in> {y}",
    "<gather> the {g} [in|into] {y}",
    "all {g} <go> {at}",
    "<put> every one of the {g} [on the table|{at}]",
    "<stack> the {g}",
    "<line> the {g} in a row",
    "<want> the {g} in {y}",
)

_FEW = Frames(
    "tabletop/too-few",
    "<pick> the {nth} {x} from the left",
    "<putin> the {nth} {x} from the right <in> {y}",
    "<putin> [all|] {n} {xs} <in> {y}",
    "<stack> {n} {xs}",
    "the {nth} {x} counting from the left <goes> {at}",
)


def somewhere(rng: np.random.Generator) -> str:
    """A part of the table: `on the left side`."""
    region = one(rng, sorted(REGION_WORDS))
    return f"{'on' if region.endswith('side') else 'in'} the {region}"


def _absent(look: Look, refer: Refer, rng: np.random.Generator) -> str:
    """A thing that is not there, in all the ways in which things that are there are spoken of.

    Mostly there are other things of its colour and of its kind: only both together tell that it is not there.
    """
    colors = sorted({o.color for o in look.things if o.color})
    kinds = sorted({w for w in look.words.values() if w in NOUNS})
    if kinds and colors and chance(rng, 0.75):
        near = chance(rng, 0.6)
        for _ in range(12):
            color, kind = one(rng, colors if near else sorted(COLORS)), one(rng, kinds)
            same = {o.color for o in look.things if look.words[o.name] == kind}
            close = {"blue": "cyan", "cyan": "blue", "red": "pink"}.get(color)
            if color not in same and close not in same:
                return _colored(color, kind, look, refer, rng)
    if chance(rng, 0.5):
        things = [n for n in THINGS if look.nouns[n] == 0 and n.split()[-1] not in look.nouns]
        if any(o.color == "orange" for o in look.things):
            # Said without articles it would be the colour.
            things = [n for n in things if n != "orange"]
        chosen = one(rng, (*things, *_OTHER_THINGS))
        if chosen != "cup of tea" or not look.nouns["mug"]:
            return f"the {one(rng, THING_WORDS.get(chosen, (chosen,)))}"
    kind = one(
        rng,
        [k for k in ("block", "cylinder", "ball", "ring", "brick", "triangle", "disc") if look.nouns[k] == 0]
        or ["cone"],
    )
    if (kind in ("brick", "block") and (look.nouns["block"] or look.nouns["brick"])) or (
        kind in ("disc", "ring") and (look.nouns["ring"] or look.nouns["disc"])
    ):
        kind = "cone"
    noun = refer.kind(kind) if kind in NOUNS else kind
    if chance(rng, 0.25):
        return expand(one(rng, _SUPERLATIVES), rng).format(n=noun)
    return f"the {refer.color(one(rng, sorted(COLORS)))} {noun}"


_SUPERLATIVES = (
    "the [leftmost|rightmost|biggest|smallest] {n}",
    "the {n} [closest to you|farthest from you|on the left|on the right|in the middle]",
    "the only {n}",
    "the {n}",
)
"""Of a kind of which there is none."""


def _colored(color: str, kind: str, look: Look, refer: Refer, rng: np.random.Generator) -> str:
    """A thing by its colour and its kind: mostly in a word for each."""
    noun, said = refer.kind(kind), refer.color(color)
    way = rng.random()
    if way < 0.08:
        return expand(f"the {noun} [that has|with|of] the [colour|color] of {one(rng, SIMILES[color])}", rng)
    anchors = [o.name for o in look.things if look.below.get(o.name) == TABLE and o.name not in look.twins]
    if way < 0.14 and anchors:
        place = expand("[next to|near|beside|that is closest to]", rng)
        return f"the {said} {noun} {place} {refer.named(one(rng, anchors))}"
    if way < 0.2:
        return f"the {said} {noun} {one(rng, ('on the left', 'on the right', 'at the back', 'in the middle'))}"
    return f"the {said} {noun}"


def missing(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a thing that is not there."""
    look, refer = view(state, rng)
    x = _absent(look, refer, rng)
    carriers = [w for w in ("bowl", "box", "plate", "zone") if look.nouns[w] or chance(rng, 0.2)]
    absent_colors = {
        w: [c for c in sorted(COLORS) if f"{c} {w}" not in look.words and all(o.color != c for o in look.words_of(w))]
        for w in carriers
    }
    boxes, surfaces, things = look.containers(), look.surfaces(), look.movable()
    if not boxes or not surfaces or not things:
        return None
    inner = [w for w in carriers if w in ("bowl", "box")] or ["bowl"]
    outer = [w for w in carriers if w in ("plate", "zone")] or ["plate"]

    def absent(word: str) -> str:
        colors = absent_colors.get(word) or [
            c for c in sorted(COLORS) if all(o.color != c for o in look.words_of(word))
        ]
        return f"the {refer.color(one(rng, colors))} {refer.kind(word)}"

    slots = {
        "x": x,
        "y": refer.named(one(rng, boxes).name),
        "z": refer.named(one(rng, surfaces).name),
        "w": refer.named(one(rng, things).name),
        "xc": absent(one(rng, inner)),
        "xs": absent(one(rng, outer)),
        "at": somewhere(rng),
        "f": one(rng, _FURNITURE),
    }
    template, text = _DO.say(rng, **slots)
    return Wish(template, text, None, Verdict.MISSING)


def movable_nouns(look: Look) -> list[str]:
    """Nouns of coloured things that can be moved, of which there are some outside the hand."""
    return sorted({look.words[o.name] for o in look.of("movable")} & NOUNS.keys())


def missing_group(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a kind or a number of things that is not there."""
    look, refer = view(state, rng)
    boxes = look.containers()
    if not boxes:
        return None
    y, at = refer.named(one(rng, boxes).name), somewhere(rng)
    way = one(rng, ("group", "group", "few"))
    if way == "group":
        kinds = [many for kind, (_, words) in TYPES.items() if not look.of(kind, resting=False) for many in words]
        kinds = [k for k in kinds if k != "fruit" and k != "food"] + [
            plural(refer.kind(w))
            for w in ("cylinder", "ball", "triangle", "block")
            if not look.nouns[w] and not look.nouns["brick"]
        ]
        colors = [c for c in sorted(COLORS) if all(o.color != c for o in look.things)]
        if not kinds or not colors:
            return None
        colored = f"{refer.color(one(rng, colors))} {one(rng, ('things', 'objects', 'ones'))}"
        group = one(rng, (one(rng, kinds), colored))
        template, text = _NO_GROUP.say(rng, g=group, y=y, at=at)
        return Wish(template, text, None, Verdict.MISSING)
    things = movable_nouns(look)
    if not things:
        return None
    word = one(rng, things)
    count = look.nouns[word]
    if not 1 <= count <= 4:
        return None
    ordinal = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}[count + 1]
    noun = refer.kind(word)
    template, text = _FEW.say(rng, nth=ordinal, n=COUNTED[count + 1], x=noun, xs=plural(noun), y=y, at=at)
    return Wish(template, text, None, Verdict.MISSING)


WISHES: dict[str, Drawer] = {
    "missing": missing,
    "missing-2": missing,
    "missing-3": missing,
    "missing-group": missing_group,
}
