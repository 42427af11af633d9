"""How objects look: surfaces in one or several colours, by category and by the thing that it is."""

from __future__ import annotations

import math

import numpy as np

from sim.catalog import COLORS, Category
from sim.letters import relief
from sim.looks_goods import GOODS, Look, half_size
from sim.meshes import Color, Mesh, box_faces, faceted, revolved, roof_faces
from sim.solids import hook_bars, open_box, rack_parts, ring_radii

NEUTRAL: Color = (0.75, 0.72, 0.68)
"""Of what has no colour."""
_STRAW: Color = (0.78, 0.62, 0.38)
_CREAM: Color = (0.93, 0.87, 0.72)
_INK: Color = (0.20, 0.16, 0.14)


def look_of(kind: Category, color: str | None) -> tuple[Mesh, ...]:
    """The surfaces of an object, in its body's frame.

    Args:
        kind: its category at its size; the `look` of it says which thing it is.
        color: a key of `sim.catalog.COLORS`, or None.
    """
    rgb = COLORS[color] if color is not None else NEUTRAL
    if kind.name in _LOOKS:
        return _LOOKS[kind.name](kind, rgb)
    if kind.round:
        return (_round(kind, rgb),)
    return (faceted(rgb, box_faces((0.0, 0.0, 0.0), half_size(kind))),)


def _round(kind: Category, rgb: Color) -> Mesh:
    r, z = kind.size[0] / 2.0, kind.size[2] / 2.0
    return revolved(rgb, [(0.0, -z), (r, -z), (r, z), (0.0, z)])


def _ball(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    r = kind.size[0] / 2.0
    angles = np.linspace(-math.pi / 2.0, math.pi / 2.0, 17)
    return (revolved(rgb, [(r * math.cos(a), r * math.sin(a)) for a in angles], smooth=True),)


def _bowl(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    outer, low, high, wall = kind.size[0] / 2.0, -kind.size[2] / 2.0, kind.size[2] / 2.0, kind.wall
    profile = [
        (0.0, low),
        (kind.inner + wall, low),
        (outer, high - wall / 2.0),
        (outer - wall / 2.0, high),
        (outer - wall, high - wall / 2.0),
        (kind.inner, low + kind.floor),
        (0.0, low + kind.floor),
    ]
    return (revolved(rgb, profile),)


def _open_box(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    faces = []
    for part in open_box(kind):
        yaw = 2.0 * math.atan2(part.turn[2], part.turn[3])
        faces += box_faces(part.center, part.half, yaw)
    return (faceted(rgb, faces),)


def _basket(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    """An open box with a dark rim and a band, as if plaited: of straw where it has no colour of its own."""
    rgb = _STRAW if rgb == NEUTRAL else rgb
    x, y, z = half_size(kind)
    dark: Color = (0.6 * rgb[0], 0.6 * rgb[1], 0.6 * rgb[2])
    bands = []
    for height, half in ((z - 0.004, 0.005), (-0.15 * z, 0.004)):
        for k in range(4):
            reach, width = (x, y) if k % 2 == 0 else (y, x)
            a = k * math.pi / 2.0
            center = ((reach - kind.wall / 2.0) * math.cos(a), (reach - kind.wall / 2.0) * math.sin(a), height)
            bands += box_faces(center, (kind.wall / 2.0 + 0.002, width + 0.002, half), a)
    return (*_open_box(kind, rgb), faceted(dark, bands))


def _ring(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    outer, inner = ring_radii(kind)
    middle, half, z = (outer + inner) / 2.0, (outer - inner) / 2.0, kind.size[2] / 2.0
    section = [(middle + half * math.cos(a), z * math.sin(a)) for a in np.linspace(-math.pi, math.pi, 25)]
    return (revolved(rgb, section, smooth=True),)


def _disc(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    r, z, edge = kind.size[0] / 2.0, kind.size[2] / 2.0, 0.0025
    return (revolved(rgb, [(0.0, -z), (r - edge, -z), (r, edge - z), (r, z - edge), (r - edge, z), (0.0, z)]),)


def _roof(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    return (faceted(rgb, roof_faces(half_size(kind))),)


def _zone(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    """A mark with a darker edge."""
    x, y, z = half_size(kind)
    dark: Color = (0.75 * rgb[0], 0.75 * rgb[1], 0.75 * rgb[2])
    inner = box_faces((0.0, 0.0, z), (x - 0.006, y - 0.006, 0.0004))
    return faceted(dark, box_faces((0.0, 0.0, 0.0), (x, y, z))), faceted(rgb, inner)


def _stand(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    """A low pedestal, its edge cut off."""
    x, y, z = half_size(kind)
    lower = box_faces((0.0, 0.0, -0.4 * z), (x, y, 0.6 * z))
    return (faceted(rgb, lower + box_faces((0.0, 0.0, 0.6 * z), (x, y, 0.4 * z), taper=0.005)),)


def _hook(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    handle, head = hook_bars(kind)
    return faceted(rgb, box_faces(handle.center, handle.half) + box_faces(head.center, head.half)), faceted(
        _INK,
        # Tape where the hand takes hold.
        box_faces((kind.grip[0], kind.grip[1], 0.0), (0.045, handle.half[1] + 0.0006, handle.half[2] + 0.0006)),
    )


def _rack(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    """A board of wood on dark legs."""
    board, *legs = rack_parts(kind)
    feet = [face for leg in legs for face in box_faces(leg.center, leg.half)]
    return faceted((0.66, 0.47, 0.30), box_faces(board.center, board.half)), faceted((0.36, 0.25, 0.17), feet)


def _letter(kind: Category, rgb: Color) -> tuple[Mesh, ...]:
    x, y, z = half_size(kind)
    tile = box_faces((0.0, 0.0, -0.001), (x, y, z - 0.001))
    sign = relief(kind.look.removeprefix("letter ") or "X", _INK, 1.30 * y, 1.56 * x, z - 0.002, 0.002)
    return faceted(_CREAM, tile), sign


_LOOKS: dict[str, Look] = {
    "ball": _ball,
    "bowl": _bowl,
    "box": _open_box,
    "basket": _basket,
    "ring": _ring,
    "disc": _disc,
    "triangle": _roof,
    "zone": _zone,
    "stand": _stand,
    "hook": _hook,
    "rack": _rack,
    "letter": _letter,
    **GOODS,
}
