"""Whether the text of a scene tells that a goal holds, or that it does not: things near an edge may be on either side.

The text gives squares, and regions and nearness end within squares. What is done already on one side of such an edge
is to be done on the other; nobody who reads the text could know.
"""

from __future__ import annotations

import math
from dataclasses import replace

from planner.language.places import SQUARE
from sim.state import TABLE, ObjectState, SceneState
from sim.stations import STATIONS
from skills.goals import Formula
from skills.predicates import atoms
from skills.vocabulary import RELATIONS

_BY_PLACE = frozenset({"at", "near", "next-to", "between", "in-line", "reachable", "under", *RELATIONS})
"""Predicates that depend on where exactly things lie."""


def is_told(goal: Formula, state: SceneState) -> bool:
    """Whether a goal holds, or does not, just as well with each thing in the middle of its square."""
    asked = {leaf.atom.predicate for leaf in goal.leaves()}
    # Where the robot drives about, things are told by what they lie on.
    if not asked & _BY_PLACE or STATIONS[state.family]:
        return True
    return goal.holds(atoms(state, state, about=asked)) == goal.holds(atoms(middled(state), None, about=asked))


def middled(state: SceneState) -> SceneState:
    """The scene with each thing that lies on the table in the middle of its square, and what it carries with it."""
    moved = state
    for thing in state.objects:
        if (thing.name, TABLE) not in state.supports or thing.name == state.robot.holding:
            continue
        x, y, _ = thing.position
        shift = (_middle(x) - x, _middle(y) - y)
        together = [thing.name]
        for lower in together:
            together += [n for n in state.carried_by(lower) if n not in together]
        for name in together:
            moved = moved.with_object(_shifted(moved[name], shift))
    return moved


def _middle(coordinate: float) -> float:
    # Edges of squares are at whole multiples of their side.
    return (math.floor(coordinate / SQUARE + 1e-9) + 0.5) * SQUARE


def _shifted(thing: ObjectState, by: tuple[float, float]) -> ObjectState:
    x, y, z = thing.position
    return replace(thing, pose=replace(thing.pose, position=(x + by[0], y + by[1], z)))
