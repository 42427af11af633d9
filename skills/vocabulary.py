"""PDDL atoms, the predicates there are, and the constants that they speak of.

Seen from behind the robot: +x is behind / top / forward, -x in front / bottom / backward, +y left, -y right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

WORK_AREA = ((0.30, 0.70), (-0.35, 0.35))
"""Bounds in x and in y of the tabletop's work area, metres."""

DESK_AREA = ((0.425, 0.565), (-0.23, 0.23))
"""Likewise of the free part of the desk's top, between its front edge and the cupboard."""

DIRECTIONS: dict[str, tuple[float, float]] = {
    "left": (0.0, 1.0),
    "right": (0.0, -1.0),
    "forward": (1.0, 0.0),
    "backward": (-1.0, 0.0),
}
"""Unit vectors (x, y) of the directions of a push and of `moved`."""

RELATIONS: dict[str, tuple[float, float]] = {
    "left-of": (0.0, 1.0),
    "right-of": (0.0, -1.0),
    "in-front-of": (-1.0, 0.0),
    "behind": (1.0, 0.0),
}
"""Unit vectors (x, y) from b to a of the relations `(relation a b)`."""

AXES = ("horizontal", "vertical", "diagonal", "any")
"""Ways in which objects can stand in line, see `line_axes`."""

BESIDE_GAP = (0.02, 0.25)
"""Edge-to-edge bounds of the four relations along their axis, metres."""
NEAR_GAP = 0.08
NEXT_GAP = 0.03
"""Bricks are next to each other, as in a wall, up to this gap, metres, and up to half of it out of line."""
LINE_TOLERANCE = 0.03
BETWEEN_TOLERANCE = 0.05
MOVED_DISTANCE = 0.05
TURNED_ANGLE = math.radians(45.0)
DOOR_MOVED = 0.15
"""Way that a sliding door must go to count as moved, metres; as in CALVIN (Mees et al., 2022)."""
LARGER_BY = 0.005
"""Of two things of a kind, one is larger from this difference of their widths on, metres."""
HEAP_HEIGHT = 0.04
"""A heap inside a container counts up to one block above the rim, metres."""


def _regions() -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    (x0, x1), (y0, y1) = WORK_AREA
    dx, dy = (x1 - x0) / 3.0, (y1 - y0) / 3.0
    bottom, center, top = (x0, x0 + dx), (x0 + dx, x1 - dx), (x1 - dx, x1)
    right, middle, left = (y0, y0 + dy), (y0 + dy, y1 - dy), (y1 - dy, y1)
    return {
        "top left corner": (top, left),
        "top side": (top, (y0, y1)),
        "top right corner": (top, right),
        "left side": ((x0, x1), left),
        "middle": (center, middle),
        "right side": ((x0, x1), right),
        "bottom left corner": (bottom, left),
        "bottom side": (bottom, (y0, y1)),
        "bottom right corner": (bottom, right),
    }


REGIONS = _regions()
"""Bounds in x and in y of each named region, metres. A side is a whole third, so that it contains its two corners."""


def work_area(family: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Bounds in x and in y of where things lie on the table of a scene family, metres."""
    return DESK_AREA if family == "desk" else WORK_AREA


def regions(family: str) -> tuple[str, ...]:
    """Names of the regions of a scene family that are not objects themselves: only the tabletop is divided up."""
    return tuple(REGIONS) if family == "tabletop" else ()


def moved_distance(family: str) -> float:
    """Displacement from which a thing counts as moved, metres; at the desk it is CALVIN's."""
    return 0.10 if family == "desk" else MOVED_DISTANCE


def turned_angle(family: str) -> float:
    """Turn from which a thing counts as turned, radians; at the desk it is CALVIN's."""
    return math.radians(60.0) if family == "desk" else TURNED_ANGLE


class Atom(NamedTuple):
    """A ground fact, such as `(on red_block green_block)`; a tuple, since planners hash them by the million."""

    predicate: str
    """A key of `PREDICATES`."""
    arguments: tuple[str, ...] = ()
    """Names of objects, regions, directions, colours or types."""

    def __str__(self) -> str:
        return "(" + " ".join([self.predicate, *(a.replace(" ", "_") for a in self.arguments)]) + ")"

    @staticmethod
    def parse(text: str) -> Atom:
        """Reads `(on red_block green_block)`.

        Raises:
            ValueError: not one flat atom, an unknown predicate, or a wrong number of arguments.
        """
        match = re.fullmatch(r"\(\s*([a-z=-]+)((?:\s+[\w-]+)*)\s*\)", text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not an atom; expected the form '(on red_block table)'")
        name, arguments = match[1], tuple(a.replace("_", " ") for a in match[2].split())
        if name not in PREDICATES:
            raise ValueError(f"unknown predicate {name!r}; there are: {', '.join(PREDICATES)}")
        if len(arguments) != PREDICATES[name].arity:
            raise ValueError(f"{name!r} takes {PREDICATES[name].arity} arguments, not {len(arguments)}: {text}")
        return Atom(name, arguments)


@dataclass(frozen=True)
class Predicate:
    """A predicate's name and shape."""

    name: str
    """As in PDDL."""
    parameters: tuple[str, ...]
    """PDDL types of its arguments."""
    static: bool = False
    """Whether no skill can change it."""

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.parameters)


PREDICATES: dict[str, Predicate] = {
    p.name: p
    for p in (
        Predicate("on", ("object", "object")),
        Predicate("in", ("object", "container")),
        Predicate("at", ("object", "region")),
        *(Predicate(r, ("object", "object")) for r in RELATIONS),
        Predicate("near", ("object", "object")),
        Predicate("next-to", ("object", "object")),
        Predicate("between", ("object", "object", "object")),
        Predicate("in-line", ("axis", "type")),
        Predicate("moved", ("object", "direction")),
        Predicate("turned", ("object", "direction")),
        Predicate("holding", ("object",)),
        Predicate("hand-empty", ()),
        Predicate("clear", ("object",)),
        Predicate("open", ("openable",)),
        Predicate("closed", ("openable",)),
        Predicate("slid", ("slidable", "direction")),
        Predicate("in-half", ("object", "direction")),
        Predicate("lit", ("light",)),
        Predicate("works", ("fixture", "light"), static=True),
        Predicate("under", ("object", "rack")),
        Predicate("reachable", ("object",)),
        Predicate("accessible", ("container",)),
        Predicate("robot-at", ("region",)),
        Predicate("color", ("object", "color"), static=True),
        Predicate("same-color", ("object", "object"), static=True),
        Predicate("larger", ("object", "object"), static=True),
    )
}
"""All predicates by name. `turned` takes the directions left and right."""


def parse_atoms(texts: Iterable[str]) -> list[Atom]:
    """Reads several atoms; see `Atom.parse`."""
    return [Atom.parse(text) for text in texts]
