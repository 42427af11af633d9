"""How fruit, cans, bottles, snacks and the like look: surfaces in their own colours."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.catalog import Category
from sim.meshes import Color, Mesh, box_faces, faceted, moved, revolved, surface, tube
from sim.solids import banana_curve, fruit_radius

Look = Callable[[Category, Color], tuple[Mesh, ...]]
"""Makes a thing's surfaces, in its own frame, from its category and the colour it is given."""

_METAL: Color = (0.74, 0.75, 0.77)
_WHITE: Color = (0.96, 0.96, 0.95)
_LEAF: Color = (0.30, 0.55, 0.22)
_BARK: Color = (0.38, 0.26, 0.16)
_FRUIT: dict[str, Color] = {
    "apple": (0.80, 0.12, 0.14),
    "orange": (0.97, 0.56, 0.10),
    "peach": (0.98, 0.66, 0.48),
    "lemon": (0.98, 0.88, 0.25),
}
_CANS: dict[str, tuple[Color, Color]] = {
    "coke can": ((0.82, 0.06, 0.10), _WHITE),
    "pepsi can": ((0.05, 0.22, 0.62), _WHITE),
    "7up can": ((0.08, 0.55, 0.24), (0.97, 0.85, 0.15)),
    "redbull can": ((0.10, 0.22, 0.58), (0.82, 0.84, 0.87)),
}
"""Colours of a can and of its mark."""
_BOTTLES: dict[str, tuple[Color, Color, Color]] = {
    "water bottle": ((0.74, 0.88, 0.96), (0.16, 0.42, 0.80), (0.16, 0.42, 0.80)),
    "milk bottle": ((0.97, 0.97, 0.94), (0.35, 0.62, 0.86), (0.86, 0.20, 0.20)),
    "ketchup bottle": ((0.78, 0.10, 0.08), (0.97, 0.93, 0.82), _WHITE),
}
"""Colours of a bottle, of its label and of its cap."""
_BAGS: dict[str, tuple[Color, Color]] = {
    "jalapeno chips": ((0.24, 0.58, 0.22), (0.95, 0.90, 0.30)),
    "kettle chips": ((0.14, 0.30, 0.66), (0.92, 0.80, 0.48)),
    "multigrain chips": ((0.60, 0.40, 0.22), (0.96, 0.88, 0.66)),
    "rice chips": ((0.95, 0.94, 0.90), (0.84, 0.24, 0.30)),
}
"""Colours of a bag and of its label."""


def half_size(kind: Category) -> tuple[float, float, float]:
    """Half of a category's size along each axis, metres."""
    x, y, z = kind.size
    return x / 2.0, y / 2.0, z / 2.0


def _fruit(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    skin = _FRUIT[kind.name]
    x, _, z = half_size(kind)
    heights = np.sin(np.linspace(-math.pi / 2.0, math.pi / 2.0, 19))
    profile = [(x * fruit_radius(h), z * h) for h in heights]
    if kind.name == "apple":
        profile = [(0.0, -0.86 * z), *profile, (0.12 * x, 0.84 * z), (0.0, 0.80 * z)]
        rib = np.array([(0.001, 0.0), (0.006, 0.004), (0.013, 0.006)])
        leaf = tube(_LEAF, rib, np.array([0.001, 0.0045, 0.0005]), flat=0.3)
        stem = revolved(_BARK, [(0.0015, 0.8 * z), (0.0018, 1.16 * z), (0.0, 1.16 * z)], sides=8)
        return revolved(skin, profile, smooth=True), stem, moved(leaf, (0.0, 0.0, 1.06 * z))
    body = revolved(skin, [(0.0, -z), *profile, (0.0, z)], smooth=True)
    if kind.name == "peach":
        blush = revolved((0.93, 0.40, 0.36), [(1.004 * r, h) for r, h in profile], 24, -0.3, 1.9, smooth=True)
        stem = revolved(_BARK, [(0.003, z), (0.002, 1.05 * z), (0.0, 1.05 * z)], sides=8)
        return body, blush, stem
    return body, revolved(_LEAF, [(0.0045, z), (0.002, z + 0.0015), (0.0, z + 0.0015)], sides=6)


def _lemon(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    x, y, _ = half_size(kind)
    along = np.linspace(-1.0, 1.0, 25)
    # An ellipse with a nub at either end.
    widths = y * np.maximum(np.sqrt(np.maximum(0.0, 1.0 - (along * 1.10) ** 2)), 0.16 * (1.0 - along**6))
    return (tube(_FRUIT["lemon"], np.stack([x * along, 0.0 * along], axis=1), np.maximum(widths, 1e-4), sides=24),)


def _banana(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    middle = banana_curve(kind, 31)
    along = np.linspace(-1.0, 1.0, 31)
    radii = kind.size[2] / 2.0 * np.clip(1.35 * (1.0 - np.abs(along) ** 3.5), 0.16, 1.0)
    skin = tube((0.96, 0.82, 0.20), middle, radii, sides=10)
    ends = [tube(_BARK, middle[s], radii[s] * 1.08) for s in (slice(0, 3), slice(28, 31))]
    caps = [revolved(_BARK, [(0.0, -0.003), (0.0028, -0.002), (0.0028, 0.002), (0.0, 0.003)], sides=8)] * 2
    tips = [moved(c, (float(p[0]), float(p[1]), 0.0)) for c, p in zip(caps, (middle[0], middle[-1]), strict=True)]
    return skin, *ends, *tips


def _can(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    paint, mark = _CANS.get(kind.look, (rgb, _WHITE))
    r, z = kind.size[0] / 2.0, kind.size[2] / 2.0
    rim, edge = 0.86 * r, 0.008
    body = revolved(paint, [(r, edge - z), (r, z - edge)])
    foot = revolved(_METAL, [(0.0, 0.002 - z), (0.8 * rim, -z), (rim, -z), (r, edge - z)])
    lid = [(r, z - edge), (rim, z - 0.0015), (rim, z), (rim - 0.002, z), (rim - 0.002, z - 0.003), (0.0, z - 0.003)]
    tab = faceted((0.60, 0.61, 0.63), box_faces((0.005, 0.0, z - 0.002), (0.009, 0.005, 0.001)))
    return body, foot, revolved(_METAL, lid), tab, *_can_marks(kind.look, mark, r + 0.0003, z)


def _can_marks(look: str, mark: Color, r: float, z: float) -> list[Mesh]:
    """What is printed on a can: a band, panels or a slanting wave."""
    if look == "redbull can":
        quarter = math.pi / 2.0
        panels = [(quarter * k, 0.0 if k % 2 == 0 else -z + 0.010) for k in range(4)]
        return [
            revolved(mark, [(r, low), (r, low + z - 0.010)], 12, angle, angle + quarter) for angle, low in panels
        ] + [_wave((0.86, 0.12, 0.14), r + 0.0003, 0.0, 0.0, 0.008)]
    if look == "pepsi can":
        return [_wave(mark, r, 0.1 * z, 0.10 * z, 0.13 * z), _wave((0.85, 0.12, 0.16), r, 0.42 * z, 0.10 * z, 0.20 * z)]
    if look == "7up can":
        return [_wave(mark, r, 0.55 * z, 0.0, 0.07 * z), _wave((0.86, 0.12, 0.14), r, 0.0, 0.0, 0.16 * z)]
    return [_wave(mark, r, 0.0, 0.22 * z, 0.12 * z)]


def _wave(color: Color, r: float, height: float, swing: float, half: float) -> Mesh:
    """A band round a can that rises and falls twice."""
    angles = np.linspace(0.0, 2.0 * math.pi, 49)
    middle = height + swing * np.sin(2.0 * angles)
    rows = [np.stack([r * np.cos(angles), r * np.sin(angles), middle + side * half], axis=1) for side in (-1.0, 1.0)]
    return surface(color, np.array(rows))


def _bottle(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    body, label, cap = _BOTTLES.get(kind.look, (rgb, _WHITE, _WHITE))
    r, z = kind.size[0] / 2.0, kind.size[2] / 2.0
    top = 0.44 * z
    neck = 0.42 * r
    turn = np.linspace(0.0, math.pi / 2.0, 8)
    shoulder = [(neck + (r - neck) * math.cos(a), top + 0.26 * z * math.sin(a)) for a in turn]
    glass = [(0.0, -z), (0.92 * r, -z), (r, 0.05 * r - z), (r, top), *shoulder[1:], (neck, 0.84 * z)]
    lid = [(1.12 * neck, 0.78 * z), (1.12 * neck, 0.97 * z), (1.02 * neck, z), (0.0, z)]
    band = [(r + 0.0004, -0.55 * z), (r + 0.0004, 0.20 * z)]
    return revolved(body, glass), revolved(label, band), revolved(cap, [(neck, 0.78 * z), *lid], sides=24)


def _sponge(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    x, y, z = half_size(kind)
    soft = faceted((0.97, 0.83, 0.26), box_faces((0.0, 0.0, -0.25 * z), (x, y, 0.75 * z)))
    return soft, faceted((0.24, 0.52, 0.30), box_faces((0.0, 0.0, 0.75 * z), (x, y, 0.25 * z)))


def _pillow(kind: Category, color: Color, low: float, high: float, swell: float = 1.0) -> Mesh:
    """A stretch of a cushion, flat at both ends, from `low` to `high` (-1 to 1 along x)."""
    x, y, z = half_size(kind)
    along = np.linspace(low, high, 25)
    angles = np.linspace(0.0, 2.0 * math.pi, 28, endpoint=False)
    thick = np.maximum(1.0 - np.abs(along) ** 4, 0.04)
    c, s = np.cos(angles), np.sin(angles)
    points = np.zeros((len(along), len(angles), 3))
    points[:, :, 0] = x * along[:, None]
    points[:, :, 1] = y * swell * np.sign(c) * np.abs(c) ** 0.5
    points[:, :, 2] = z * swell * thick[:, None] * np.sign(s) * np.abs(s) ** 0.8
    return surface(color, points, closed=True)


def _chips(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    bag, label = _BAGS.get(kind.look, (rgb, _WHITE))
    x, y, _ = half_size(kind)
    crimps = [box_faces((s * 0.975 * x, 0.0, 0.0), (0.025 * x, 0.96 * y, 0.0012)) for s in (-1.0, 1.0)]
    band = _pillow(kind, label, -0.38, 0.38, swell=1.012)
    return _pillow(kind, bag, -1.0, 1.0), band, faceted(_METAL, crimps[0] + crimps[1])


def _bar(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    x, y, z = half_size(kind)
    wrap, gold = (0.40, 0.24, 0.14), (0.90, 0.68, 0.22)
    body = box_faces((0.0, 0.0, 0.0), (0.86 * x, y, z), taper=0.004)
    ends = [f for s in (-1.0, 1.0) for f in box_faces((s * 0.93 * x, 0.0, 0.0), (0.07 * x, 0.94 * y, 0.0012))]
    band = box_faces((0.0, 0.0, 0.0), (0.40 * x, y + 0.0005, z + 0.0005), taper=0.004)
    return faceted(wrap, body), faceted(_METAL, ends), faceted(gold, band)


def _mug(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    x, y, z = half_size(kind)
    shift, r = y - x, y
    cup = [(0.0, -z), (0.94 * r, -z), (r, 0.06 * r - z), (r, z), (r - 0.004, z), (r - 0.004, 0.72 * z)]
    drink = [(r - 0.004, 0.72 * z), (0.0, 0.72 * z)]
    parts = (revolved(rgb, cup), revolved((0.30, 0.18, 0.10), drink), _handle(rgb, r, 2.0 * (x - y), 0.5 * z))
    return tuple(moved(p, (shift, 0.0, 0.0)) for p in parts)


def _handle(color: Color, start: float, reach: float, half: float, thick: float = 0.004) -> Mesh:
    """Half a ring in the plane of x and z: from `start` metres it reaches so far out and so far up and down."""
    bend = np.linspace(-math.pi / 2.0, math.pi / 2.0, 13)[:, None]
    turn = np.linspace(0.0, 2.0 * math.pi, 10, endpoint=False)[None, :]
    along = start + (reach - thick) * np.cos(bend) + thick * np.cos(turn) * np.cos(bend)
    up = half * np.sin(bend) + thick * np.cos(turn) * np.sin(bend)
    across = thick * np.sin(turn) + 0.0 * bend
    return surface(color, np.stack([along, across, up], axis=2), closed=True)


GOODS: dict[str, Look] = {
    "apple": _fruit,
    "orange": _fruit,
    "peach": _fruit,
    "lemon": _lemon,
    "banana": _banana,
    "can": _can,
    "bottle": _bottle,
    "ketchup": _bottle,
    "sponge": _sponge,
    "chips": _chips,
    "bar": _bar,
    "mug": _mug,
}
"""By category."""
