"""Facts about a desk's drawer, cupboard and lights: where its door stands, and what can be got at."""

from __future__ import annotations

from collections.abc import Iterator

from sim.catalog import CATEGORIES, types_of
from sim.fixtures import WORKS
from sim.state import ObjectState, SceneState
from skills.containment import contained, door_at
from skills.vocabulary import Atom

OPEN = 0.7
"""Fraction of its travel from which a drawer or door is open."""
DOOR_ROOM = 0.03
"""How far from the edge of a sliding door the middle of a thing must be for the hand to get at it, metres."""


def desk_facts(state: SceneState) -> Iterator[Atom]:
    """`slid`, `in-half` and `works`, as they hold in the scene."""
    for thing in state.objects:
        if thing.name in WORKS and WORKS[thing.name] in state:
            yield Atom("works", (thing.name, WORKS[thing.name]))
        if "slidable" in types_of(thing.category):
            yield Atom("slid", (thing.name, _side(door_at(thing))))
    for name, container in contained(state).items():
        if "slidable" in types_of(state[container].category):
            yield Atom("in-half", (name, side_within(state[name], state[container])))


def side_within(thing: ObjectState, cupboard: ObjectState) -> str:
    """The half of a cupboard that a thing in it is in: left or right."""
    return _side(_across(thing, cupboard))


def is_accessible(container: ObjectState) -> bool:
    """Whether things can be put into a container as it is now: a drawer must be open."""
    kind = CATEGORIES[container.category]
    return "openable" not in kind.types or container.value >= OPEN * kind.travel


def can_be_got_at(thing: ObjectState, state: SceneState, inside: dict[str, str]) -> bool:
    """Whether neither a closed drawer nor a door keeps the hand from a thing.

    Args:
        thing: an object, or a part of the furniture.
        state: the scene.
        inside: what is in which container, see `skills.containment.contained`.
    """
    if thing.name not in inside:
        return True
    container = state[inside[thing.name]]
    if not is_accessible(container):
        return False
    if "slidable" in types_of(container.category):
        return abs(_across(thing, container) - door_at(container)) >= container.size[1] / 4.0 + DOOR_ROOM
    return True


def why_not(atom: Atom, state: SceneState) -> str | None:
    """Why a fact about a desk does not hold, in words; None where that has another reason."""
    name = atom.arguments[0] if atom.arguments else ""
    if atom.predicate == "slid":
        return f"the door of the {name} is not on the {atom.arguments[1]}"
    if atom.predicate == "accessible" and name in state and not is_accessible(state[name]):
        return f"the {name} is closed"
    container = contained(state).get(name) if atom.predicate == "reachable" else None
    if container is None:
        return None
    if not is_accessible(state[container]):
        return f"the {container} is closed"
    has_door = "slidable" in types_of(state[container].category)
    return f"the door of the {container} covers the {name}" if has_door else None


def _across(thing: ObjectState, cupboard: ObjectState) -> float:
    """Where a thing is along the cupboard's y axis from its middle, metres."""
    return (cupboard.pose.inverse() @ thing.pose).position[1]


def _side(y: float) -> str:
    return "left" if y > 0.0 else "right"
