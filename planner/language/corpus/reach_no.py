"""Wishes in the reach family that are not to be carried out, and questions."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, one, some
from planner.language.corpus.reach_look import boxes_of, far_things, hook_of, rack_words
from planner.language.corpus.refer import view
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.nouns import THING_WORDS
from sim.catalog import COLORS
from sim.state import SceneState

_MISSING = Frames(
    "reach/no-such",
    "<pick> {m}",
    "<put> {m} on {t}",
    "pull {m} closer",
    "<put> {w} on {m}",
    "<pushonly> {m} under {t}",
    "{m} <goes> on {t}",
    "use {n} to pull {w} closer",
    "<putin> {w} <in> {n2}",
    "<want> {m} near {w}",
)

_IMPOSSIBLE = Frames(
    "reach/impossible",
    "[throw|toss] {x} [away|at the wall|out of the window]",
    "[paint|colour] {x} [green|red|with stripes]",
    "[break|smash|burn|eat|cut up] {x}",
    "[open|unpack|unwrap] {x} and [look inside|show me what is in it]",
    "[pick up|lift|carry] the rack",
    "<put> {x} in {x}",
    "<put> the rack on {x}",
    "[move|push] the rack [to the left|closer|away]",
    "hold {x} and {w} at [once|the same time]",
    "make {x} [smaller|bigger|vanish|fly]",
    "take {x} to the [kitchen|post office|cellar]",
    "saw {x} in half",
    "write [a label|my address] on {x}",
    "drop {x} on the floor",
)

_WHICH = Frames(
    "reach/which",
    "<put> the box on {t}",
    "<pick> the box",
    "pull the box closer",
    "the box <goes> on {t}",
    "<want> the box on {t}",
    "<take> the box and put it on {t}",
)


def missing(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What is not there."""
    look, refer = view(state, rng)
    boxes = boxes_of(look)
    there = {o.color for o in look.things}
    if not boxes or len(there) > 9:
        return None
    absent = [c for c in sorted(COLORS) if c not in {o.color for o in look.things if o.category == "carton"}]
    others = ("apple", "mug", "screwdriver", "ball", "bowl", "coke can", "plate", "banana", "sponge", "bottle")
    color = refer.color(one(rng, absent))
    word = one(rng, (*(f"{color} {refer.kind('box')}",) * 3, one(rng, (*others, *THING_WORDS["coke can"]))))
    target = rack_words(rng) if "rack" in state else refer.named(one(rng, boxes))
    template, text = _MISSING.say(
        rng,
        m=f"the {word}",
        t=target,
        w=refer.named(one(rng, boxes)),
        n=one(rng, ("the broom", "the tongs", "the magnet", "the rope")) if hook_of(look, rng) else "the hook",
        n2=one(rng, ("the drawer", "the trash can")) if look.containers() else one(rng, ("the basket", "the bowl")),
    )
    return Wish(template, text, None, Verdict.MISSING)


def impossible(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What cannot be done."""
    look, refer = view(state, rng)
    boxes = boxes_of(look)
    if len(boxes) < 2 or "rack" not in state:
        return None
    x, w = some(rng, boxes, 2)
    template, text = _IMPOSSIBLE.say(rng, x=refer.named(x), w=refer.named(w))
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


def which(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One of several boxes."""
    look, refer = view(state, rng)
    boxes = boxes_of(look)
    if len(boxes) < 2 or "rack" not in state or look.held or any(look.below.get(n) == "rack" for n in boxes):
        return None
    if sum(n in far_things(state) for n in boxes) == 1:
        return None
    template, text = _WHICH.say(rng, t=rack_words(rng))
    replies = []
    if not template.endswith(("/1", "/2")):
        for n in boxes[:3]:
            color = refer.color(state[n].color or "")
            said = one(
                rng, (f"the {color} one", refer.named(n), color, f"I mean {refer.named(n)}", f"{refer.named(n)} please")
            )
            replies.append((said, atom("on", n, "rack")))
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=tuple(replies))


WISHES: dict[str, Drawer] = {
    "missing": missing,
    "impossible": impossible,
    "which": which,
}
