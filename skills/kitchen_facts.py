"""Facts of a place about which the robot drives: where it stands, where things are, and what it can get at from there.

A thing is at the place that carries it, directly or not. It can be got at where the robot stands at that place, what
holds it is open, and no drawer above is in the way.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.catalog import types_of
from sim.mobile import BasePose
from sim.state import ObjectState, SceneState
from sim.stations import KITCHEN_BASE, STATIONS, at_station
from skills.desk_facts import is_accessible
from skills.vocabulary import Atom

OUT = 0.03
"""How far a drawer must be out to hinder what is below it, metres."""
DEEP = 0.3
"""A container deeper than this is dropped into, and nothing is taken out of it, metres."""


def kitchen_facts(state: SceneState) -> Iterator[Atom]:
    """`robot-at`, `at`, `reachable` and `accessible`, as they hold in the scene; none where there are no stations."""
    stations = STATIONS[state.family]
    if not stations:
        return
    here = stood_at(KITCHEN_BASE.base_at(state.robot.base), state.family)
    yield from (Atom("robot-at", (place,)) for place in here)
    yield from (Atom("reachable", (place,)) for place in here if drawer_above(state[place], state) is None)
    yield from (Atom("accessible", (place,)) for place in here if takes_in(state[place], state))
    for thing in state.objects:
        place = None if thing.name in stations else place_of(thing.name, state)
        if place is None:
            continue
        yield Atom("at", (thing.name, place))
        if place in here and hindrance(place, state) is None:
            yield Atom("reachable", (thing.name,))
            if "container" in types_of(thing.category):
                yield Atom("accessible", (thing.name,))


def takes_in(place: ObjectState, state: SceneState) -> bool:
    """Whether things can be put into a place as it is now by a robot that stands there."""
    return "container" in types_of(place.category) and is_accessible(place) and drawer_above(place, state) is None


def stood_at(base: BasePose, family: str) -> tuple[str, ...]:
    """Places that a base can work at from where it stands: several where they are one above the other."""
    return tuple(place for place, station in STATIONS[family].items() if at_station(base, station))


def place_of(name: str, state: SceneState) -> str | None:
    """The place that carries a thing, directly or not; None for what is in the hand, or on the floor."""
    seen = {name}
    frontier = [] if name == state.robot.holding else [name]
    places = STATIONS[state.family]
    while frontier:
        upper = frontier.pop()
        for above, lower in sorted(state.supports):
            if above == upper and lower not in seen:
                if lower in places:
                    return lower
                seen.add(lower)
                frontier.append(lower)
    return None


def hindrance(place: str, state: SceneState) -> str | None:
    """Why nothing can be taken from a place by a robot that stands there; None where it can."""
    thing = state[place]
    if "openable" in types_of(thing.category):
        if not is_accessible(thing):
            return f"the {place} is closed"
        above = drawer_above(thing, state)
        if above is not None:
            return f"the {above} above the {place} is open"
    if "container" in types_of(thing.category) and thing.size[2] > DEEP:
        return f"the {place} is too deep"
    return None


def drawer_above(thing: ObjectState, state: SceneState) -> str | None:
    """An open drawer of the same chest that is over a drawer, if there is one."""
    if "openable" not in types_of(thing.category):
        return None
    station = STATIONS[state.family][thing.name]
    over = (
        o.name
        for o in state.objects
        if STATIONS[state.family].get(o.name) == station and o.position[2] > thing.position[2] and o.value > OUT
    )
    return next(over, None)


def why_not(name: str, state: SceneState) -> str:
    """Why a thing, or a place, cannot be got at, in words for a person."""
    place = name if name in STATIONS[state.family] else place_of(name, state)
    if place is None:
        return f"the {name} is out of reach"
    if place not in stood_at(KITCHEN_BASE.base_at(state.robot.base), state.family):
        return f"the robot is not at the {place}"
    above = drawer_above(state[place], state)
    if above is not None:
        return f"the {above} above the {place} is open"
    return hindrance(place, state) or f"the {name} is out of reach"
