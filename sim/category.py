"""What a kind of object is: its shape in a few numbers, its weight, and what it is good for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from sim.geometry import Vec3

_FRICTION = {"container": 0.35, "movable": 0.9, "surface": 0.8}
"""Containers are smooth: what is dropped on a slanted wall slides to the middle."""


@dataclass(frozen=True)
class Category:
    """A kind of object."""

    name: str
    """The word that names it, a PDDL type."""
    size: Vec3
    """Extents of the bounding box, metres."""
    mass: float
    """Kilograms; 0 for what is fixed."""
    types: frozenset[str]
    """PDDL types beside its own name: movable, surface, container, fruit, fixture, ..."""
    round: bool = False
    """Whether its footprint is a disc."""
    floor: float = 0.0
    """Containers: height of the inner floor above the bottom, metres."""
    inner: float = 0.0
    """Containers: radius (round) or least half side (square) of the inner floor, metres."""
    wall: float = 0.004
    """Containers: thickness of the wall, metres."""
    roomy: bool = False
    """Whether several things rest on it side by side, so that it counts as clear whatever it bears."""
    friction: float | None = None
    """Coefficient of lateral friction; None for that of what is alike (containers, movables, surfaces)."""
    grip: Vec3 = (0.0, 0.0, 0.0)
    """Where the hand takes hold, from the centre of the bounding box along the body's axes, metres."""
    grip_widths: tuple[float | None, float | None] | None = None
    """Widths there along the body's x and y, metres; None for a side by which it cannot be held.

    None as a whole: the widths of the bounding box.
    """
    com: Vec3 = (0.0, 0.0, 0.0)
    """Centre of mass, from the centre of the bounding box along the body's axes, metres."""
    travel: float = 0.0
    """Furniture: how far the joint goes from closed or off, metres (radians for what turns)."""
    look: str = ""
    """Which of several things of this kind it is, where they look different: `coke can`, `letter A`."""

    @property
    def surface_friction(self) -> float:
        """Coefficient of lateral friction."""
        if self.friction is not None:
            return self.friction
        return next((value for group, value in _FRICTION.items() if group in self.types), 0.8)

    def sized(self, size: Vec3) -> Category:
        """The same kind of object at another size: walls and floors stay as thick as they are."""
        return self if size == self.size else _sized(self, size)


@lru_cache(maxsize=4096)
def _sized(kind: Category, size: Vec3) -> Category:
    sx, sy, sz = (a / b if b > 0.0 else 1.0 for a, b in zip(size, kind.size, strict=True))
    inner = kind.inner
    if inner > 0.0:
        # A bowl's floor widens with it; between straight walls all the width that they leave is floor.
        inner = inner * min(sx, sy) if kind.round else min(size[:2]) / 2.0 - kind.wall
    widths = kind.grip_widths
    if widths is not None:
        x, y = widths
        widths = (None if x is None else x * sx, None if y is None else y * sy)
    grip, com = ((v[0] * sx, v[1] * sy, v[2] * sz) for v in (kind.grip, kind.com))
    return replace(kind, size=size, inner=inner, grip=grip, com=com, grip_widths=widths)


def category(
    name: str,
    size: Vec3,
    mass: float,
    types: str,
    *,
    round: bool = False,
    floor: float = 0.0,
    inner: float = 0.0,
    roomy: bool = False,
    friction: float | None = None,
    grip: Vec3 = (0.0, 0.0, 0.0),
    grip_widths: tuple[float | None, float | None] | None = None,
    com: Vec3 = (0.0, 0.0, 0.0),
    travel: float = 0.0,
) -> Category:
    """A category, its types given as words in one text; see `Category` for the rest."""
    return Category(
        name,
        size,
        mass,
        frozenset(types.split()),
        round,
        floor,
        inner,
        roomy=roomy,
        friction=friction,
        grip=grip,
        grip_widths=grip_widths,
        com=com,
        travel=travel,
    )
