"""What a scene's objects are asked to be: place, size, mass and friction, and how far these vary between draws."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from envs.task_error import TaskError
from sim.catalog import Category, parse_name
from sim.geometry import Vec3

FIXED_BOUNDS = ((0.20, 0.85), (-0.55, 0.55))
"""Bounds in x and in y, metres, within which a fixed object may stand; the work area lies inside."""
SIZE_BOUNDS = (0.008, 0.60)
"""Least and greatest extent of an object, metres."""
MASS_BOUNDS = (0.001, 3.0)
"""Kilograms."""
FRICTION_BOUNDS = (0.1, 2.0)
"""Coefficients of lateral friction."""
LARGEST_VARIATION = {"size": 0.4, "mass": 0.9, "friction": 0.7}
"""Greatest fraction by which each may vary."""
HELD_WIDTH = 0.070
"""No draw makes an object wider than this where the hand takes hold of it, metres, unless it was so before."""

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class ObjectSpec:
    """An object that a scene must have."""

    name: str
    """`<colour> <category>`, with a number where there are several, or a thing's own name."""
    at: tuple[float, float] | None = None
    """Centre (x, y), metres; drawn where it is None."""
    yaw: float | None = None
    """Heading, radians; drawn where it is None."""
    size: Vec3 | None = None
    """Extents, metres; None for those of its category. Likewise mass (kilograms) and friction (coefficient)."""
    mass: float | None = None
    friction: float | None = None

    def kind(self, family: str = "tabletop") -> Category:
        """Its category, at its own size."""
        category = parse_name(self.name, family)[1]
        return category if self.size is None else category.sized(self.size)


@dataclass(frozen=True)
class Variation:
    """How far the listed objects of a scene differ from one draw to the next: fractions either way, drawn evenly."""

    size: float = 0.0
    """Of all three extents together, so that shapes are kept; 0.15 means 85 % to 115 %."""
    mass: float = 0.0
    """Of the mass."""
    friction: float = 0.0
    """Of the coefficient of lateral friction."""

    def __post_init__(self) -> None:
        for key, largest in LARGEST_VARIATION.items():
            value = getattr(self, key)
            if not 0.0 <= value <= largest:
                raise TaskError((key,), f"{key} varies by {value:g}; expected a fraction from 0 to {largest:g}")

    def __bool__(self) -> bool:
        return bool(self.size or self.mass or self.friction)

    def draw(self, spec: ObjectSpec, family: str, rng: np.random.Generator) -> ObjectSpec:
        """The object with a size, mass and friction of its own; what does not vary, or is fixed, is left as it is."""
        kind = spec.kind(family)
        if kind.mass == 0.0:
            return spec
        if self.size > 0.0:
            factor = min(1.0 + self.size * float(rng.uniform(-1.0, 1.0)), _widest(kind))
            x, y, z = kind.size
            spec = replace(spec, size=(x * factor, y * factor, z * factor))
        if self.mass > 0.0:
            mass = kind.mass if spec.mass is None else spec.mass
            spec = replace(spec, mass=mass * (1.0 + self.mass * float(rng.uniform(-1.0, 1.0))))
        if self.friction > 0.0:
            friction = kind.surface_friction if spec.friction is None else spec.friction
            spec = replace(spec, friction=friction * (1.0 + self.friction * float(rng.uniform(-1.0, 1.0))))
        return spec


AS_THEY_ARE = Variation()
"""Nothing varies."""


def _widest(kind: Category) -> float:
    """The greatest factor by which the object may grow and still be held."""
    if "movable" not in kind.types:
        return math.inf
    widths = kind.size[:2] if kind.grip_widths is None else [w for w in kind.grip_widths if w is not None]
    return max(1.0, HELD_WIDTH / min(widths))


def check_object(spec: ObjectSpec, before: Iterable[str], family: str, where: Where) -> None:
    """Whether such an object can be, beside those named before it.

    Raises:
        TaskError: an unknown name, one that is taken, or a number out of its bounds.
    """
    try:
        category = parse_name(spec.name, family)[1]
    except ValueError as error:
        raise TaskError(where, str(error)) from None
    if spec.name in before:
        raise TaskError(where, f"a second {spec.name!r}; call it '{spec.name} 2'")
    if spec.at is not None:
        for axis, value, (low, high) in zip("xy", spec.at, FIXED_BOUNDS, strict=True):
            if not low <= value <= high:
                raise TaskError((*where, "at"), f"{axis} = {value:g} m is off the table; expected {low:g} to {high:g}")
    if spec.yaw is not None and not math.isfinite(spec.yaw):
        raise TaskError((*where, "yaw"), f"yaw is {spec.yaw}; expected radians")
    _check_body(spec, category, where)


def _check_body(spec: ObjectSpec, category: Category, where: Where) -> None:
    if spec.size is not None:
        low, high = SIZE_BOUNDS
        outside = [s for s in spec.size if not low <= s <= high]
        if outside and not set(outside) <= set(category.size):
            raise TaskError((*where, "size"), f"an extent of {outside[0]:g} m; expected {low:g} to {high:g}")
        if category.round and spec.size[0] != spec.size[1]:
            raise TaskError((*where, "size"), f"the {spec.name} is round; expected the same extent in x and y")
    for key, value, (low, high) in (("mass", spec.mass, MASS_BOUNDS), ("friction", spec.friction, FRICTION_BOUNDS)):
        if value is not None and not low <= value <= high:
            raise TaskError((*where, key), f"{key} is {value:g}; expected {low:g} to {high:g}")
    if spec.mass is not None and category.mass == 0.0:
        raise TaskError((*where, "mass"), f"the {spec.name} is fixed to its place and has no mass")
