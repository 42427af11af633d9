"""The kitchen, after SayCan (Ahn et al., 2022): two counters, a table, a chest of drawers, a trash can and a user.

Each piece is described as the arm sees it from the piece's station: x ahead of its foot, y to the left, z = 0 at the
height of the counters, the floor 75 cm below.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.camera import CameraPose
from sim.catalog import CATEGORIES
from sim.family import Family, register_family
from sim.furniture import DARK_WOOD, METAL, WOOD, Furniture, Handle, Joint, Part, Slab
from sim.geometry import Vec3
from sim.state import Pose
from sim.stations import KITCHEN_BASE, station_frame

FLOOR = KITCHEN_BASE.floor
EDGE = 0.17
"""How far ahead of the arm's foot a counter or the table begins, metres."""
CHEST_FACE = 0.70
"""Likewise the chest: its drawers come out by 36 cm towards the robot, so that the hand meets no knob above them."""

_WORKTOP: Vec3 = (0.36, 0.38, 0.41)
_CABINET: Vec3 = (0.93, 0.93, 0.90)
_DOOR: Vec3 = (0.86, 0.88, 0.86)
_BIN: Vec3 = (0.46, 0.50, 0.53)
_SKIN: Vec3 = (0.87, 0.68, 0.56)
_SHIRT: Vec3 = (0.24, 0.45, 0.62)
_TROUSERS: Vec3 = (0.24, 0.26, 0.32)
_HAIR: Vec3 = (0.30, 0.20, 0.14)
_WALL: Vec3 = (0.93, 0.91, 0.85)
_SKY: Vec3 = (0.66, 0.83, 0.95)
_RUG: Vec3 = (0.72, 0.50, 0.44)
_RUG_EDGE: Vec3 = (0.86, 0.76, 0.66)


@dataclass(frozen=True)
class Area:
    """Where things stand at a place, in the frame of its station."""

    x: tuple[float, float]
    """Bounds ahead of the arm's foot, metres."""
    y: tuple[float, float]
    """Bounds to the left of it, metres."""
    z: float
    """Height that they stand on, metres."""


def _counter(name: str, width: float, doors: int) -> Furniture:
    """A cabinet with a worktop, 55 cm deep."""
    depth, thick, plinth = 0.55, 0.03, 0.10
    middle = EDGE + depth / 2.0
    body = (depth - 0.04, width - 0.02, -FLOOR - thick - plinth)
    slabs = [
        Slab((depth, width, thick), (middle, 0.0, -thick / 2.0), _WORKTOP),
        Slab(body, (middle + 0.01, 0.0, FLOOR + plinth + body[2] / 2.0), _CABINET),
        Slab((depth - 0.12, width - 0.06, plinth), (middle + 0.03, 0.0, FLOOR + plinth / 2.0), DARK_WOOD),
    ]
    front, span = middle + 0.01 - body[0] / 2.0, body[1] / doors
    for k in range(doors):
        y = (k + 0.5) * span - body[1] / 2.0
        door = (0.012, span - 0.016, body[2] - 0.02)
        slabs.append(Slab(door, (front - 0.004, y, slabs[1].center[2]), _DOOR, solid=False))
        slabs.append(Slab((0.012, 0.16, 0.012), (front - 0.014, y, -0.10), METAL, solid=False))
    size = (depth, width, -FLOOR)
    return Furniture(
        name, (Part(tuple(slabs), name, center=(middle, 0.0, FLOOR / 2.0), size=size),), station_frame(name)
    )


def _table() -> Furniture:
    depth, width, thick = 0.60, 1.0, 0.04
    middle = EDGE + depth / 2.0
    leg, inset = 0.06, 0.06
    legs = [
        Slab(
            (leg, leg, -FLOOR - thick),
            (middle + sx * (depth / 2.0 - inset), sy * (width / 2.0 - inset), (FLOOR - thick) / 2.0),
            DARK_WOOD,
        )
        for sx in (-1.0, 1.0)
        for sy in (-1.0, 1.0)
    ]
    top = Slab((depth, width, thick), (middle, 0.0, -thick / 2.0), WOOD)
    part = Part((top, *legs), "table", center=(middle, 0.0, FLOOR / 2.0), size=(depth, width, -FLOOR))
    return Furniture("table", (part,), station_frame("table"))


DRAWERS = {"top drawer": (0.05, 0.14), "middle drawer": (-0.13, 0.0), "bottom drawer": (-0.31, -0.14)}
"""World z of each drawer's floor, and how far to the left of its middle the knob is, metres.

No knob hangs below another one: a hand that comes from above finds its way down free.
"""
DRAWER_SIZE = (0.26, 0.42, 0.035)
"""Depth, width and inner height of a drawer, metres: so low that the palm of a hand that reaches in stays above it."""
_TRAVEL = CATEGORIES["kitchen-drawer"].travel


def _drawer(name: str) -> Part:
    """A box with low walls behind a panel with a knob; its frame is in the middle of the panel, on the floor."""
    floor, side = DRAWERS[name]
    depth, width, wall = DRAWER_SIZE
    thick, panel, low, high = 0.008, 0.018, -0.040, 0.038
    inner = depth - panel
    middle, rear = panel + inner / 2.0, depth - thick / 2.0
    inside = CATEGORIES["kitchen-drawer"].size
    knob, out, up = 0.024, -0.062, 0.020
    slabs = (
        Slab((panel, width, high - low), (panel / 2.0, 0.0, (high + low) / 2.0), WOOD),
        Slab((inner, width - 0.02, thick), (middle, 0.0, -thick / 2.0), _CABINET),
        Slab((thick, width - 0.02, wall), (rear, 0.0, wall / 2.0), _CABINET),
        Slab((inner, thick, wall), (middle, width / 2.0 - 0.014, wall / 2.0), _CABINET),
        Slab((inner, thick, wall), (middle, 0.014 - width / 2.0, wall / 2.0), _CABINET),
        *(
            Slab((0.14, 0.006, 0.02), (depth + 0.07, s * (width / 2.0 - 0.014), 0.02), METAL, solid=False)
            for s in (-1.0, 1.0)
        ),
        Slab((-out, 0.010, 0.010), (out / 2.0, side, up), METAL),
        Slab((knob, knob, 0.036), (out, side, up), METAL, "cylinder"),
    )
    return Part(
        slabs,
        name,
        origin=(CHEST_FACE, 0.0, floor),
        # As far as a hand is concerned that reaches in: from wall to wall.
        center=((panel + depth - thick) / 2.0, 0.0, (wall - thick) / 2.0),
        size=inside,
        joint=Joint("prismatic", (-1.0, 0.0, 0.0), _TRAVEL, friction=4.0, mass=1.2),
        handle=Handle((out, side, up), knob),
        # A rubber mat: the arm moves in steps of a fortieth of a second, from under what lies on smooth wood.
        friction=1.5,
    )


def _chest() -> Furniture:
    """The frame that the drawers slide in: sides, back, rails, and legs."""
    width, depth, top, low = 0.50, 0.42, 0.23, -0.35
    middle = CHEST_FACE + depth / 2.0
    tall = top - low
    half = (top + low) / 2.0
    slabs = [
        Slab((depth + 0.02, width + 0.04, 0.025), (middle, 0.0, top + 0.0125), DARK_WOOD),
        Slab((depth, 0.03, tall), (middle, width / 2.0 - 0.015, half), DARK_WOOD),
        Slab((depth, 0.03, tall), (middle, 0.015 - width / 2.0, half), DARK_WOOD),
        Slab((0.02, width, tall), (CHEST_FACE + depth - 0.01, 0.0, half), DARK_WOOD),
        Slab((depth, width, 0.02), (middle, 0.0, low - 0.01), DARK_WOOD),
    ]
    slabs += [
        Slab((0.02, width, 0.02), (CHEST_FACE + 0.04, 0.0, floor - 0.030), DARK_WOOD)
        for floor, _ in (DRAWERS["top drawer"], DRAWERS["middle drawer"])
    ]
    for sx in (0.03, depth - 0.03):
        for sy in (-1.0, 1.0):
            foot = (CHEST_FACE + sx, sy * (width / 2.0 - 0.04), (FLOOR + low) / 2.0)
            slabs.append(Slab((0.04, 0.04, low - FLOOR), foot, DARK_WOOD))
    parts = (Part(tuple(slabs)), *(_drawer(name) for name in DRAWERS))
    return Furniture("chest", parts, station_frame("top drawer"))


def _trash_can() -> Furniture:
    """An open bin whose rim is 25 cm below the counters: what is let go above it falls in."""
    side, height, thick, middle = 0.36, 0.50, 0.012, 0.48
    z = FLOOR + height / 2.0
    reach = (side - thick) / 2.0
    slabs = (
        Slab((side, side, 0.02), (middle, 0.0, FLOOR + 0.01), _BIN),
        *(Slab((thick, side, height), (middle + s * reach, 0.0, z), _BIN) for s in (-1.0, 1.0)),
        *(Slab((side, thick, height), (middle, s * reach, z), _BIN) for s in (-1.0, 1.0)),
    )
    part = Part(slabs, "trash can", center=(middle, 0.0, z), size=(side, side, height))
    return Furniture("trash can", (part,), station_frame("trash can"))


TRAY_TOP = 0.05
"""World z of the tray's bottom plate, metres."""


def _user() -> Furniture:
    """A person who holds out a tray. The tray is what the scene calls the user; the figure stands behind it."""
    depth, width, rim, thick = 0.32, 0.50, 0.020, 0.010
    near, z = EDGE + 0.08, TRAY_TOP - thick / 2.0
    raised = TRAY_TOP - thick + rim / 2.0
    middle, far = near + depth / 2.0, near + depth
    tray = (
        Slab((depth, width, thick), (middle, 0.0, z), WOOD),
        *(Slab((0.010, width, rim), (x, 0.0, raised), DARK_WOOD) for x in (near, far)),
        *(Slab((depth, 0.010, rim), (middle, s * width / 2.0, raised), DARK_WOOD) for s in (-1.0, 1.0)),
    )
    body = far + 0.17
    figure = [
        Slab((0.20, 0.34, 0.50), (body, 0.0, 0.27), _SHIRT),
        Slab((0.21, 0.21, 0.21), (body - 0.01, 0.0, 0.70), _SKIN, "sphere"),
        Slab((0.215, 0.215, 0.215), (body + 0.015, 0.0, 0.717), _HAIR, "sphere"),
        Slab((0.09, 0.09, 0.12), (body, 0.0, 0.56), _SKIN, "cylinder"),
    ]
    for s in (-1.0, 1.0):
        figure += [
            Slab((0.14, 0.14, 0.72), (body + 0.01, s * 0.095, FLOOR + 0.42), _TROUSERS, "cylinder"),
            Slab((0.25, 0.11, 0.06), (body - 0.05, s * 0.095, FLOOR + 0.03), _HAIR),
            Slab((0.09, 0.09, 0.34), (body, s * 0.215, 0.33), _SHIRT, "cylinder"),
            Slab((0.20, 0.07, 0.07), (far + 0.09, s * 0.215, 0.16), _SHIRT, pitch=0.45),
            Slab((0.08, 0.06, 0.05), (far + 0.01, s * 0.215, 0.085), _SKIN),
        ]
    # What is reported is the plate: the rim only keeps fruit from rolling off.
    top = Part(tray, "user", center=(middle, 0.0, z), size=(depth, width, thick))
    return Furniture("user", (top, Part(tuple(figure))), station_frame("user"))


_TOP = Area((0.30, 0.58), (-0.31, 0.31), 0.0)
_SHUT = (CHEST_FACE + 0.040, CHEST_FACE + 0.220)
AREAS: dict[str, Area] = {
    "close counter": _TOP,
    "far counter": _TOP,
    "table": _TOP,
    "trash can": Area((0.36, 0.60), (-0.12, 0.12), FLOOR + 0.02),
    "user": Area((0.30, 0.52), (-0.18, 0.18), TRAY_TOP),
    **{name: Area(_SHUT, (-0.10, 0.10), floor) for name, (floor, _) in DRAWERS.items()},
}
"""Where scenes put things, by place: where the arm reaches them; in drawers, as they are when closed."""


def _room() -> Furniture:
    """Two walls, a window, a shelf and a rug, for the eye."""
    left, back = -1.79, 1.79
    looks: list[tuple[Vec3, Vec3, Vec3 | str]] = [
        ((0.04, 4.0, 2.1), (left, -0.2, FLOOR + 1.05), _WALL),
        ((3.6, 0.04, 2.1), (0.0, back, FLOOR + 1.05), _WALL),
        ((0.03, 4.0, 0.07), (left + 0.02, -0.2, FLOOR + 0.035), _CABINET),
        ((3.6, 0.03, 0.07), (0.0, back - 0.02, FLOOR + 0.035), _CABINET),
        ((0.02, 0.94, 0.66), (left + 0.03, -0.42, 0.72), _CABINET),
        ((0.02, 0.40, 0.56), (left + 0.04, -0.65, 0.72), _SKY),
        ((0.02, 0.40, 0.56), (left + 0.04, -0.19, 0.72), _SKY),
        ((0.08, 1.02, 0.03), (left + 0.06, -0.42, 0.38), _CABINET),
        ((0.9, 0.20, 0.03), (0.42, back - 0.12, 0.55), WOOD),
        ((0.10, 0.10, 0.16), (0.10, back - 0.12, 0.645), "orange"),
        ((0.10, 0.10, 0.13), (0.23, back - 0.12, 0.63), "white"),
        ((0.05, 0.14, 0.22), (0.56, back - 0.12, 0.675), "blue"),
        ((0.04, 0.14, 0.20), (0.61, back - 0.12, 0.665), "red"),
        ((0.05, 0.14, 0.23), (0.66, back - 0.12, 0.68), "green"),
        ((1.36, 1.56, 0.006), (-0.15, 0.12, FLOOR + 0.003), _RUG_EDGE),
        ((1.24, 1.44, 0.008), (-0.15, 0.12, FLOOR + 0.004), _RUG),
    ]
    slabs = tuple(Slab(size, center, color, solid=False) for size, center, color in looks)
    return Furniture("room", (Part(slabs),), Pose((0.0, 0.0, 0.0)))


KITCHEN = register_family(
    Family(
        "kitchen",
        furniture=(
            _counter("close counter", 1.1, 2),
            _counter("far counter", 1.1, 2),
            _table(),
            _trash_can(),
            _user(),
            _chest(),
            _room(),
        ),
        table=False,
        floor=FLOOR,
        mobile=KITCHEN_BASE,
        camera=CameraPose(eye=(2.35, -2.35, 2.05), target=(-0.20, 0.02, -0.32), fov_deg=43.0, near=0.5, far=8.0),
    )
)
