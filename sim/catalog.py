"""What objects there are: categories, colours, and how names are read."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from sim.geometry import Vec3

COLORS: dict[str, tuple[float, float, float]] = {
    "red": (0.89, 0.18, 0.18),
    "green": (0.26, 0.66, 0.28),
    "blue": (0.20, 0.42, 0.86),
    "yellow": (0.98, 0.84, 0.20),
    "orange": (0.97, 0.55, 0.15),
    "purple": (0.55, 0.30, 0.72),
    "pink": (0.98, 0.58, 0.74),
    "cyan": (0.28, 0.80, 0.84),
    "brown": (0.52, 0.36, 0.24),
    "gray": (0.58, 0.58, 0.60),
    "white": (0.95, 0.95, 0.95),
    "black": (0.13, 0.13, 0.14),
}
"""Linear RGB of each colour that a name may begin with."""


@dataclass(frozen=True)
class Category:
    """A kind of object."""

    name: str
    """The word that names it."""
    size: Vec3
    """Extents of the bounding box, metres."""
    mass: float
    """Kilograms."""
    types: frozenset[str]
    """PDDL types beside its own name: movable, surface, container."""
    round: bool = False
    """Whether its footprint is a disc."""
    floor: float = 0.0
    """Containers: height of the inner floor above the bottom, metres."""
    inner: float = 0.0
    """Containers: radius (round) or half side (square) of the inner floor, metres."""
    wall: float = 0.004
    """Containers: thickness of the wall, metres."""


def _category(
    name: str, size: Vec3, mass: float, types: str, round: bool = False, floor: float = 0.0, inner: float = 0.0
) -> Category:
    return Category(name, size, mass, frozenset(types.split()), round, floor, inner)


CATEGORIES: dict[str, Category] = {
    c.name: c
    for c in (
        _category("block", (0.04, 0.04, 0.04), 0.06, "movable surface"),
        _category("cylinder", (0.04, 0.04, 0.06), 0.06, "movable surface", round=True),
        _category("ball", (0.044, 0.044, 0.044), 0.05, "movable", round=True),
        _category("bowl", (0.150, 0.150, 0.045), 0.30, "container", round=True, floor=0.005, inner=0.040),
        _category("plate", (0.160, 0.160, 0.012), 0.30, "surface", round=True),
        _category("box", (0.160, 0.160, 0.050), 0.30, "container", floor=0.005, inner=0.076),
    )
}
"""Every category of the tabletop, by name."""

_NAME = re.compile(r"^(?:(?P<color>[a-z]+) )?(?P<category>[a-z]+)(?: (?P<index>[0-9]+))?$")


def parse_name(name: str) -> tuple[str | None, Category, int]:
    """Splits an object's name into colour, category and number (1 where none is said).

    Raises:
        ValueError: the name is not `[colour] category [number]`; the message gives the nearest valid name.
    """
    match = _NAME.match(name)
    if match is not None:
        color, category, index = match["color"], match["category"], match["index"]
        if category in CATEGORIES and (color is None or color in COLORS) and index != "1" and index != "0":
            return color, CATEGORIES[category], int(index or 1)
    known = [f"{c} {k}" for c in COLORS for k in CATEGORIES]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
    raise ValueError(f"no object can be called {name!r}; expected '<colour> <category>', such as {near!r}")


def types_of(category: str) -> frozenset[str]:
    """All PDDL types of a category: its own name, `object`, and what it is good for."""
    return CATEGORIES[category].types | {category, "object"}
