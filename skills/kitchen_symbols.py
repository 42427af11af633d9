"""What follows from what, where the robot drives about: the symbolic side of `skills.kitchen_facts`.

`at`, `reachable` and `accessible` follow from where the robot stands, what lies on or in what, and which drawers are
open. So no skill says that it changes them; they are worked out anew after each call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.catalog import CATEGORIES, types_of
from sim.stations import STATIONS
from skills.kitchen_facts import DEEP
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from skills.symbolic import Typing

DERIVED = ("at", "reachable", "accessible")
"""Predicates that follow from others."""


@dataclass(frozen=True)
class Place:
    """What matters of a place symbolically."""

    name: str
    openable: bool
    """Whether it must be open for anything to be put in or taken out."""
    container: bool
    """Whether things are put into it, and not on it."""
    deep: bool
    """Whether nothing can be taken out of it."""
    above: tuple[str, ...]
    """Drawers that are in the way where they are open."""
    beside: tuple[str, ...]
    """All places that share its station, itself among them."""


@lru_cache(maxsize=256)
def places(objects: Typing) -> dict[str, Place]:
    """The places of a scene; none where the robot stands still."""
    stations = STATIONS[objects.family]
    found: dict[str, Place] = {}
    for name, category in objects:
        if name not in stations:
            continue
        types = types_of(category)
        beside = tuple(other for other, station in stations.items() if station == stations[name])
        above = beside[: beside.index(name)] if "openable" in types else ()
        container = "container" in types
        deep = container and CATEGORIES[category].size[2] > DEEP
        found[name] = Place(name, "openable" in types, container, deep, above, beside)
    return found


def derived(facts: set[Atom], objects: Typing) -> Iterator[Atom]:
    """All that follows from the other facts.

    Args:
        facts: those that hold; what they say of derived predicates is not looked at.
        objects: names and categories.
    """
    known = places(objects)
    stands = {a.arguments[0] for a in facts if a.predicate == "robot-at"}
    here = {other for name in stands for other in known[name].beside} if known else set()
    yield from (Atom("robot-at", (name,)) for name in sorted(here))
    lower = {a.arguments[0]: a.arguments[1] for a in facts if a.predicate in ("on", "in")}
    for name, category in objects:
        where = name
        for _ in range(len(lower)):
            where = lower.get(where, where) if where not in known else where
        place = known.get(where)
        if place is None:
            continue
        if name != where:
            yield Atom("at", (name, where))
        if where not in here or any(Atom("open", (over,)) in facts for over in place.above):
            continue
        shut = place.openable and Atom("open", (where,)) not in facts
        if name == where or not (shut or place.deep):
            yield Atom("reachable", (name,))
        if "container" in types_of(category) and not shut and (name == where or not place.deep):
            yield Atom("accessible", (name,))
