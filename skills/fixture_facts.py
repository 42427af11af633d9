"""Facts about furniture, tools and reach: what is open, lit, under a rack, within the arm's reach."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.catalog import CATEGORIES, types_of
from sim.state import TABLE, ObjectState, SceneState
from sim.stations import STATIONS
from skills.containment import contained
from skills.desk_facts import OPEN, can_be_got_at, desk_facts, is_accessible
from skills.vocabulary import Atom

CLOSED = 0.1
"""Fraction of its travel up to which it is closed."""
REACH = 0.78
"""Horizontal distance from the arm's foot within which things can be taken from the table, metres."""


def fixture_facts(state: SceneState) -> Iterator[Atom]:
    """`open`, `closed`, `accessible`, `lit`, `under`, `reachable` and those of a desk, as they hold in the scene."""
    # Where the robot drives about, what it can get at depends on where it stands: see `skills.kitchen_facts`.
    driven = bool(STATIONS[state.family])
    for thing in state.objects:
        types = types_of(thing.category)
        if "openable" in types:
            part = thing.value / CATEGORIES[thing.category].travel
            if part >= OPEN:
                yield Atom("open", (thing.name,))
            elif part <= CLOSED:
                yield Atom("closed", (thing.name,))
        if "container" in types and is_accessible(thing) and not driven:
            yield Atom("accessible", (thing.name,))
        if "light" in types and thing.value > 0.5:
            yield Atom("lit", (thing.name,))
        if "rack" in types:
            yield from (Atom("under", (o.name, thing.name)) for o in state.objects if is_under(o, thing, state))
    yield from desk_facts(state)
    if driven:
        return
    if TABLE not in state:
        yield Atom("reachable", (TABLE,))
    inside = contained(state)
    yield from (Atom("reachable", (o.name,)) for o in state.objects if is_reachable(o, state, inside))


def is_under(thing: ObjectState, rack: ObjectState, state: SceneState) -> bool:
    """Whether the centre of a thing that lies on the table is below the top of a rack."""
    local = (rack.pose.inverse() @ thing.pose).position
    covered = abs(local[0]) < rack.size[0] / 2.0 and abs(local[1]) < rack.size[1] / 2.0
    return covered and thing.name != rack.name and thing.top < rack.top and (thing.name, TABLE) in state.supports


def is_reachable(thing: ObjectState, state: SceneState, inside: dict[str, str]) -> bool:
    """Whether the arm could take hold of a thing where it is, or reach into a container.

    At the desk that is a matter of what is open; where reach decides what to do, of distance; on the tabletop whatever
    is there may be tried.

    Args:
        thing: an object, or a part of the furniture.
        state: the scene.
        inside: what is in which container, see `skills.containment.contained`.
    """
    if state.family == "desk":
        return can_be_got_at(thing, state, inside)
    if state.family != "reach":
        return True
    base = state.robot.base.position
    return math.hypot(thing.position[0] - base[0], thing.position[1] - base[1]) <= REACH
