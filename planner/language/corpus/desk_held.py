"""Wishes at the desk about the block in the hand: with something in it, `it` is plain."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.desk_look import Desk
from planner.language.corpus.phrasing import Patterns, atom, one
from planner.language.corpus.wish import Drawer, Wish
from planner.language.corpus.words import FIXTURE_WORDS, NOUNS
from sim.state import TABLE, SceneState

_IN = Patterns(
    "desk/held-in",
    "<putin> {it} <in> the {d}",
    "{it} [goes|belongs|should go] in the {d}",
    "<want> {it} in the {d}",
    "let {it} [drop|fall] into the {d}",
    "the {d} is where {it} belongs",
    "[carry|move|take] {it} to the {d}",
    "<putin> {it} away in the {d}",
)
_DOWN = Patterns(
    "desk/held-down",
    "<put> {it} on the [table|desk]",
    "[put|set|lay] {it} down",
    "[let go of|release] {it}",
    "<want> {it} on the [table|desk]",
    "{it} [goes|belongs] on the [table|desk]",
)
_ON = Patterns(
    "desk/held-on",
    "<stack> {it} on [top of |]{y}",
    "<want> {it} on top of {y}",
    "{it} [goes|belongs] on {y}",
    "[set|put] {it} down on {y}",
)


def _held_it(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    block = desk.held
    if block is None:
        return None
    it = one(rng, ("it", "it", "it", "it", "that", "this", "what you hold", f"the {one(rng, NOUNS['block'])} you hold"))
    way = one(rng, ("in", "in", "down", "on"))
    lowers = [b for b in desk.free if desk.below.get(b) == TABLE]
    if way == "on" and lowers:
        lower = one(rng, lowers)
        return Wish(*_ON.say(rng, it=it, y=desk.the(lower, rng, plain=True)), atom("on", block, lower))
    if way == "down":
        return Wish(*_DOWN.say(rng, it=it), atom("on", block, TABLE))
    box = one(rng, ("drawer", "slider"))
    return Wish(*_IN.say(rng, it=it, d=one(rng, FIXTURE_WORDS[box])), atom("in", block, box))


HELD: dict[str, Drawer] = {"held-it": _held_it}
"""Wishes about what is held."""
