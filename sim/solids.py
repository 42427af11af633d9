"""What objects are to the physics: boxes, cylinders, spheres and convex hulls, by category."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.category import Category
from sim.geometry import IDENTITY, Quat, Vec3, quat_from_yaw, quat_multiply
from sim.meshes import roof_faces

BOWL_SIDES = 12
HULL_MARGIN = 0.001
"""The engine keeps other bodies so far from a convex hull, metres; hulls are made smaller by it."""
_RING_SIDES = 12
_RING_HOLE = 0.52
"""Width of the hole in a ring over its outer width."""


@dataclass(frozen=True)
class Box:
    """A box in the body's frame."""

    half: Vec3
    """Half extents, metres."""
    center: Vec3 = (0.0, 0.0, 0.0)
    """Metres."""
    turn: Quat = IDENTITY
    """Orientation."""


@dataclass(frozen=True)
class Cylinder:
    """A cylinder in the body's frame, its axis along z."""

    radius: float
    """Metres; likewise its height."""
    height: float
    center: Vec3 = (0.0, 0.0, 0.0)
    """Metres."""
    turn: Quat = IDENTITY
    """Orientation."""


@dataclass(frozen=True)
class Sphere:
    """A ball about the body's centre."""

    radius: float
    """Metres."""


@dataclass(frozen=True)
class Hull:
    """The convex hull of points."""

    points: tuple[Vec3, ...]
    """In the body's frame, metres."""


Solid = tuple[Box | Cylinder, ...] | Sphere | Hull
"""One body: boxes and cylinders joined (none where nothing is to be touched), or a single ball or hull."""


def solid_of(kind: Category) -> Solid:
    """The body of a category at its size."""
    if kind.name in _SOLIDS:
        return _SOLIDS[kind.name](kind)
    if kind.round:
        return (Cylinder(kind.size[0] / 2.0, kind.size[2]),)
    x, y, z = kind.size
    return (Box((x / 2.0, y / 2.0, z / 2.0)),)


def open_box(kind: Category) -> tuple[Box, ...]:
    """Floor and four walls."""
    x, y, height = kind.size[0] / 2.0, kind.size[1] / 2.0, kind.size[2]
    half = kind.wall / 2.0
    parts = [Box((x, y, kind.floor / 2.0), (0.0, 0.0, (kind.floor - height) / 2.0))]
    for k in range(4):
        angle = k * math.pi / 2.0
        reach, width = (x, y) if k % 2 == 0 else (y, x)
        center = ((reach - half) * math.cos(angle), (reach - half) * math.sin(angle), 0.0)
        parts.append(Box((half, width, height / 2.0), center, quat_from_yaw(angle)))
    return tuple(parts)


def _bowl(kind: Category) -> Solid:
    """A flat floor and a ring of slanted walls, each a thin box, overlapping at the seams."""
    height, outer, half = kind.size[2], kind.size[0] / 2.0, kind.wall / 2.0
    rise, run = height - kind.floor, outer - kind.inner
    lean = math.atan2(run, rise)
    length = math.hypot(run, rise)
    side = outer * math.tan(math.pi / BOWL_SIDES)
    inner = kind.inner / math.sqrt(2.0) * 1.15
    parts = [Box((inner, inner, kind.floor / 2.0), (0.0, 0.0, (kind.floor - height) / 2.0))]
    for k in range(BOWL_SIDES):
        angle = 2.0 * math.pi * k / BOWL_SIDES
        radius = (kind.inner + outer) / 2.0 - half * math.cos(lean)
        center = (radius * math.cos(angle), radius * math.sin(angle), kind.floor / 2.0)
        tilt = (0.0, math.sin(lean / 2.0), 0.0, math.cos(lean / 2.0))
        parts.append(Box((half, side, length / 2.0), center, quat_multiply(quat_from_yaw(angle), tilt)))
    return tuple(parts)


def ring_radii(kind: Category) -> tuple[float, float]:
    """Outer radius of a ring and that of its hole, metres."""
    outer = kind.size[0] / 2.0
    return outer, outer * _RING_HOLE


def _ring(kind: Category) -> Solid:
    outer, inner = ring_radii(kind)
    middle, half = (outer + inner) / 2.0, (outer - inner) / 2.0
    side = outer * math.tan(math.pi / _RING_SIDES)
    return tuple(
        Box((half, side, kind.size[2] / 2.0), (middle * math.cos(a), middle * math.sin(a), 0.0), quat_from_yaw(a))
        for a in (2.0 * math.pi * k / _RING_SIDES for k in range(_RING_SIDES))
    )


def hook_bars(kind: Category) -> tuple[Box, Box]:
    """Handle and head of a hook."""
    x, y, bar = kind.size[0] / 2.0, kind.size[1] / 2.0, kind.size[2] / 2.0
    return Box((x, bar, bar), (0.0, bar - y, 0.0)), Box((bar, y - bar, bar), (x - bar, bar, 0.0))


RACK_BOARD = 0.016
"""Thickness of a rack's board and of its legs, metres."""


def rack_parts(kind: Category) -> tuple[Box, ...]:
    """Board and four legs of a rack."""
    x, y, z = (s / 2.0 for s in kind.size)
    half = RACK_BOARD / 2.0
    legs = [
        Box((half, half, z - half), (u * (x - half), v * (y - half), -half)) for u in (-1.0, 1.0) for v in (-1.0, 1.0)
    ]
    return Box((x, y, half), (0.0, 0.0, z - half)), *legs


def _bottle(kind: Category) -> Solid:
    radius, height = kind.size[0] / 2.0, kind.size[2]
    body = 0.72 * height
    neck = height - body
    return (
        Cylinder(radius, body, (0.0, 0.0, (body - height) / 2.0)),
        Cylinder(0.42 * radius, neck, (0.0, 0.0, (height - neck) / 2.0)),
    )


def _mug(kind: Category) -> Solid:
    x, y, z = kind.size
    handle = x - y
    return (
        Cylinder(y / 2.0, z, (-handle / 2.0, 0.0, 0.0)),
        Box((handle / 2.0, 0.005, 0.3 * z), (x / 2.0 - handle / 2.0, 0.0, 0.0)),
    )


def banana_curve(kind: Category, count: int) -> np.ndarray:
    """Points along the middle of a banana, shape (count, 2), metres: an arc that opens towards -y."""
    length, width, thick = kind.size
    depth, half = width - thick / 2.0 - 0.003, length / 2.0 - 0.004
    along = np.linspace(-1.0, 1.0, count)
    return np.stack([half * along, width / 2.0 - thick / 2.0 - depth * along**2], axis=1)


def _banana(kind: Category) -> Solid:
    points = banana_curve(kind, 6)
    parts = []
    for a, b in itertools.pairwise(points):
        dx, dy = b - a
        middle = (a + b) / 2.0
        # Thinner towards the tips, as the fruit is, yet all of it lies on the table.
        width = kind.size[2] / 2.0 * (1.0 - 0.75 * abs(float(middle[0])) / (kind.size[0] / 2.0))
        half = (math.hypot(dx, dy) / 2.0 + 0.002, width, kind.size[2] / 2.0)
        parts.append(Box(half, (float(middle[0]), float(middle[1]), 0.0), quat_from_yaw(math.atan2(dy, dx))))
    return tuple(parts)


def fruit_radius(height: float) -> float:
    """Radius of a fruit at a height from -1 to 1, both in halves of its size: a ball whose ends are a little flat."""
    return math.sqrt(max(0.0, 1.0 - (0.93 * height) ** 2))


def _fruit(kind: Category) -> Solid:
    x, y, z = (s / 2.0 - HULL_MARGIN for s in kind.size)
    points = []
    for height in (-1.0, -0.85, -0.6, -0.3, 0.0, 0.3, 0.6, 0.85, 1.0):
        r = fruit_radius(height)
        points += [(x * r * math.cos(a), y * r * math.sin(a), z * height) for a in np.linspace(0.0, 2 * math.pi, 24)]
    return Hull(tuple(points))


def _roof(kind: Category) -> Solid:
    x, y, z = (s / 2.0 for s in kind.size)
    inset = (x - 2.0 * HULL_MARGIN, y - HULL_MARGIN, z - 1.5 * HULL_MARGIN)
    corners = {tuple(corner) for face in roof_faces(inset) for corner in face}
    return Hull(tuple(sorted((x, y, z - 0.5 * HULL_MARGIN) for x, y, z in corners)))


def _cushion(kind: Category) -> Solid:
    """A box without its edges: nothing sharp to be caught by."""
    x, y, z = (s / 2.0 - HULL_MARGIN for s in kind.size)
    points = [(u * x, v * y * 0.80, w * z) for u in (-0.72, 0.72) for v in (-1, 1) for w in (-1, 1)]
    points += [(u * x * 0.9, v * y, w * z * 0.5) for u in (-1, 1) for v in (-1, 1) for w in (-1, 1)]
    points += [(u * x, v * y * 0.8, w * z * 0.2) for u in (-1, 1) for v in (-1, 1) for w in (-1, 1)]
    return Hull(tuple(points))


_SOLIDS: dict[str, Callable[[Category], Solid]] = {
    "ball": lambda kind: Sphere(kind.size[0] / 2.0),
    "bowl": _bowl,
    "box": open_box,
    "basket": open_box,
    "ring": _ring,
    "hook": hook_bars,
    "rack": rack_parts,
    "bottle": _bottle,
    "ketchup": _bottle,
    "mug": _mug,
    "banana": _banana,
    "apple": _fruit,
    "orange": _fruit,
    "peach": _fruit,
    "lemon": _fruit,
    "triangle": _roof,
    "chips": _cushion,
    "zone": lambda kind: (),
}
