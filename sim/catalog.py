"""What objects there are: categories, colours, and how names are read."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from functools import lru_cache

from sim.category import Category
from sim.fixtures import FIXTURES, FURNITURE
from sim.geometry import Vec3
from sim.things import BASIC, GOODS, LETTERS, SHAPES, THINGS, TOOLS, Thing

__all__ = [
    "BASIC",
    "CATEGORIES",
    "COLORS",
    "Category",
    "colored_kinds",
    "named_things",
    "parse_name",
    "sized",
    "stays_clear",
    "types_of",
]

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

CATEGORIES: dict[str, Category] = {c.name: c for c in (*SHAPES, *GOODS, *TOOLS, *FURNITURE)}
"""Every category of every scene family, by name; the plain tabletop's (`BASIC`) come first."""

_COLORED: dict[str, dict[str, str]] = {
    "tabletop": {c.name: c.name for c in SHAPES},
    "desk": {"block": "block"},
    "reach": {"box": "carton", "basket": "basket", "hook": "hook"},
    "kitchen": {"bowl": "bowl", "plate": "plate"},
}
_NAMED: dict[str, dict[str, Thing]] = {
    "tabletop": {**THINGS, **LETTERS},
    "desk": {},
    "reach": {},
    "kitchen": THINGS,
}
_NAME = re.compile(r"(?P<words>.*?)(?: (?P<index>[0-9]+))?", re.DOTALL)


def colored_kinds(family: str = "tabletop") -> tuple[str, ...]:
    """Words that stand after a colour in the names of a scene family: `block` in `red block`."""
    return tuple(_COLORED[family])


def named_things(family: str = "tabletop") -> tuple[str, ...]:
    """Things of a scene family with names of their own, furniture included: `coke can`, `letter A`, `drawer`."""
    return (*_NAMED[family], *FIXTURES[family])


@lru_cache(maxsize=4096)
def parse_name(name: str, family: str = "tabletop") -> tuple[str | None, Category, int]:
    """Splits an object's name into colour, category and number (1 where none is said).

    Args:
        name: `[colour] category [number]`, or a thing's own name (`coke can`, `letter A 2`, `drawer`).
        family: scene family; it decides which names there are, and what a `box` is.

    Raises:
        ValueError: no object of the family has such a name; the message gives the nearest valid one.
    """
    match = _NAME.fullmatch(name)
    assert match is not None
    words, index = match["words"], match["index"]
    if index is None or (index == str(int(index)) and int(index) > 1):
        number = int(index or 1)
        if words in FIXTURES[family] and index is None:
            return None, CATEGORIES[FIXTURES[family][words]], number
        if words in _NAMED[family]:
            thing = _NAMED[family][words]
            return thing.color, _thing_kind(thing, words), number
        color, _, kind = words.rpartition(" ")
        if kind in _COLORED[family] and (color in COLORS or words == kind):
            return color or None, CATEGORIES[_COLORED[family][kind]], number
    known = [f"{c} {k}" for c in COLORS for k in _COLORED[family]] + list(named_things(family))
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
    raise ValueError(f"no object can be called {name!r}; expected '<colour> <category>', such as {near!r}")


def _thing_kind(thing: Thing, name: str) -> Category:
    kind = CATEGORIES[thing.category]
    kind = kind if thing.size is None else kind.sized(thing.size)
    return replace(kind, mass=kind.mass if thing.mass is None else thing.mass, look=name)


def types_of(category: str) -> frozenset[str]:
    """All PDDL types of a category: its own name, `object`, and what it is good for."""
    return CATEGORIES[category].types | {category, "object"}


def sized(category: str, size: Vec3) -> Category:
    """A category at the size that a particular object has."""
    return CATEGORIES[category].sized(size)


def stays_clear(category: str) -> bool:
    """Whether things of this kind count as clear whatever lies on them: several fit side by side."""
    return CATEGORIES[category].roomy
