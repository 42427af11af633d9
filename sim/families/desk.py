"""The desk, after CALVIN (Mees et al., 2022): a drawer, a cupboard behind a sliding door, a button and a switch.

The drawer is under the top and opens towards the robot. The cupboard stands at the back; its door is a hood that covers
one half of it, from the front and from above, and slides from one half to the other. Everything is worked by a hand
that points down. The origin is the robot's foot, x ahead of it, the desk's top at z = 0.
"""

from __future__ import annotations

from sim.camera import CameraPose
from sim.family import Family, Wiring, register_family
from sim.fixtures import WORKS
from sim.furniture import DARK_WOOD, METAL, UNLIT, Furniture, Handle, Joint, Part, Slab
from sim.geometry import Vec3

EDGE, BACK, HALF = 0.42, 0.87, 0.45
"""Where the top begins and ends in x, and half its width, metres."""
FLOOR = -0.72
DRAWER_TRAVEL, DOOR_TRAVEL, SWITCH_TRAVEL, BUTTON_TRAVEL = 0.16, 0.25, 0.05, 0.010
"""How far each part goes, metres; as in `sim.fixtures`."""
DRAWER_FLOOR = -0.068
"""World z of the floor of the drawer, metres."""
DRAWER_INSIDE: Vec3 = (0.155, 0.38, 0.038)
"""Depth, width and height of the drawer's inside, metres; all of it is free where the drawer is open."""
SHELF: Vec3 = (0.745, 0.0, 0.050)
"""Middle of the cupboard's floor, metres."""
SHELF_INSIDE: Vec3 = (0.110, 0.50, 0.048)
"""Depth, width and height of the cupboard's inside, metres."""

_TOP: Vec3 = (0.80, 0.66, 0.48)
_BODY: Vec3 = (0.93, 0.92, 0.89)
_INSIDE: Vec3 = (0.78, 0.75, 0.70)
_DOOR: Vec3 = (0.33, 0.47, 0.55)
_PAD: Vec3 = (0.36, 0.43, 0.41)
_BUTTON: Vec3 = (0.95, 0.60, 0.18)
_SWITCH: Vec3 = (0.96, 0.95, 0.92)
_GREEN: Vec3 = (0.30, 0.95, 0.35)
_WALL_PAINT: Vec3 = (0.85, 0.87, 0.86)
_RUG: Vec3 = (0.62, 0.44, 0.40)
_PEDESTAL: Vec3 = (0.30, 0.32, 0.35)
_FLOOR_THICK = 0.008
_TOP_THICK = 0.020
_WALL = 0.008


def _frame() -> Part:
    """The top, which is the table of this place."""
    depth, middle = BACK - EDGE, (BACK + EDGE) / 2.0
    return Part((Slab((depth, 2.0 * HALF, _TOP_THICK), (middle, 0.0, -_TOP_THICK / 2.0), _TOP),), table=True)


def _body() -> Part:
    """Legs, an apron beside the drawer, and what the robot stands on."""
    middle, low, high = (BACK + EDGE) / 2.0, -0.085, -_TOP_THICK
    depth, height, z = BACK - EDGE, high - low, (high + low) / 2.0
    beside = DRAWER_INSIDE[1] / 2.0 + 0.026
    apron = HALF - 0.02 - beside
    slabs = [
        *(Slab((0.016, apron, height), (EDGE + 0.012, s * (beside + apron / 2.0), z), _BODY) for s in (-1.0, 1.0)),
        *(Slab((depth - 0.03, 0.016, height), (middle, s * (HALF - 0.02), z), _BODY) for s in (-1.0, 1.0)),
        Slab((0.016, 2.0 * HALF - 0.04, height), (BACK - 0.02, 0.0, z), _BODY),
    ]
    for x in (EDGE + 0.04, BACK - 0.04):
        for s in (-1.0, 1.0):
            slabs.append(Slab((0.045, 0.045, high - FLOOR), (x, s * (HALF - 0.05), (high + FLOOR) / 2.0), DARK_WOOD))
    slabs.append(Slab((0.24, 0.24, -FLOOR), (-0.04, 0.0, FLOOR / 2.0), _PEDESTAL))
    return Part(tuple(slabs))


def _drawer() -> Part:
    """A low box behind a panel with two knobs; its frame is on the desk's front edge, at the height of its floor.

    The hand takes the right knob: one in the middle would come too near to the arm's foot.
    """
    depth, width, height = DRAWER_INSIDE
    floor, panel, knobs = DRAWER_FLOOR, 0.015, 0.16
    middle, high, low = depth / 2.0, height / 2.0, -_FLOOR_THICK / 2.0
    front = (panel, width + 0.05, 0.080)
    slabs = (
        Slab((depth, width, _FLOOR_THICK), (middle, 0.0, low), _INSIDE),
        Slab((_WALL, width + 2.0 * _WALL, height), (depth + _WALL / 2.0, 0.0, high), _BODY),
        *(Slab((depth, _WALL, height), (middle, s * (width + _WALL) / 2.0, high), _BODY) for s in (-1.0, 1.0)),
        Slab(front, (-panel / 2.0, 0.0, 0.026), _BODY),
        *(Slab((0.018, 0.010, 0.012), (-panel - 0.009, s * knobs, 0.040), METAL) for s in (-1.0, 1.0)),
        *(Slab((0.020, 0.020, 0.040), (-panel - 0.024, s * knobs, 0.045), METAL, "cylinder") for s in (-1.0, 1.0)),
    )
    return Part(
        slabs,
        "drawer",
        origin=(EDGE, 0.0, floor),
        center=(middle, 0.0, (height - _FLOOR_THICK) / 2.0),
        size=(depth + _WALL, width + _WALL, height + _FLOOR_THICK),
        joint=Joint("prismatic", (-1.0, 0.0, 0.0), DRAWER_TRAVEL, friction=3.0, mass=0.8),
        handle=Handle((-panel - 0.024, -knobs, 0.051), 0.020),
    )


def _cupboard() -> Part:
    """A shelf on a plinth, with low walls; open above and in front where the door is not."""
    depth, width, height = SHELF_INSIDE
    base = SHELF[2] - _FLOOR_THICK
    slabs = (
        Slab((depth, width, _FLOOR_THICK), (0.0, 0.0, -_FLOOR_THICK / 2.0), _INSIDE),
        Slab((depth + 0.024, width + 0.024, base), (0.0, 0.0, -_FLOOR_THICK - base / 2.0), _BODY),
        Slab((0.012, width + 0.024, height), (depth / 2.0 + 0.006, 0.0, height / 2.0), _BODY),
        Slab((0.012, width + 0.024, 0.010), (-depth / 2.0 - 0.006, 0.0, 0.005), _BODY),
        *(Slab((depth, 0.012, height), (0.0, s * (width / 2.0 + 0.006), height / 2.0), _BODY) for s in (-1.0, 1.0)),
    )
    return Part(
        slabs,
        "slider",
        origin=SHELF,
        center=(0.0, 0.0, (height - _FLOOR_THICK) / 2.0),
        size=(depth + _WALL, width + _WALL, height + _FLOOR_THICK),
    )


def _door() -> Part:
    """A hood over the right half; a bar before it, to be taken hold of from above."""
    depth, width, height = SHELF_INSIDE
    half, front = width / 2.0, -depth / 2.0 - 0.020
    slabs = (
        Slab((depth + 0.046, half, 0.008), (0.003, 0.0, height + 0.008), _DOOR),
        Slab((0.010, half, height + 0.042), (front, 0.0, (height - 0.030) / 2.0 + 0.003), _DOOR),
        Slab((0.012, 0.014, 0.085), (front - 0.021, 0.0, height - 0.005), METAL),
        *(Slab((0.018, 0.010, 0.010), (front - 0.010, 0.0, z), METAL) for z in (height - 0.03, height - 0.005)),
    )
    return Part(
        slabs,
        "slider",
        origin=(SHELF[0], -half / 2.0, SHELF[2]),
        joint=Joint("prismatic", (0.0, 1.0, 0.0), DOOR_TRAVEL, friction=3.0, mass=0.8),
        handle=Handle((front - 0.021, 0.0, height + 0.024), 0.014),
    )


def _button() -> tuple[Part, ...]:
    """A round button on the left, and a lamp behind it."""
    x, y = 0.53, 0.39
    size = (0.036, 0.036, 0.016)
    button = Part(
        (Slab(size, color=_BUTTON, shape="cylinder"),),
        "button",
        origin=(x, y, 0.024),
        size=size,
        joint=Joint("prismatic", (0.0, 0.0, -1.0), BUTTON_TRAVEL, spring=6.0, mass=0.05),
        handle=Handle((0.0, 0.0, size[2] / 2.0), size[0]),
    )
    lamp = (0.034, 0.034, 0.034)
    led = Part((Slab(lamp, shape="sphere", color=UNLIT),), "led", origin=(0.80, 0.36, 0.068), size=lamp)
    mounts = (
        Slab((0.070, 0.070, 0.012), (x, y, 0.006), METAL),
        Slab((0.044, 0.044, 0.012), (x, y, 0.014), _PEDESTAL, "cylinder"),
        Slab((0.050, 0.050, 0.054), (0.80, 0.36, 0.027), _PEDESTAL, "cylinder"),
    )
    return button, led, Part(mounts)


def _switch() -> tuple[Part, ...]:
    """A slide switch on the right, on where it is far from the robot, and a light bulb behind it."""
    x, y = 0.51, -0.39
    size = (0.020, 0.022, 0.036)
    switch = Part(
        (Slab(size, color=_SWITCH),),
        "switch",
        origin=(x, y, 0.034),
        size=size,
        joint=Joint("prismatic", (1.0, 0.0, 0.0), SWITCH_TRAVEL, friction=2.0, mass=0.1),
        handle=Handle((0.0, 0.0, 0.006), size[1]),
    )
    glass = (0.056, 0.056, 0.056)
    bulb = Part((Slab(glass, shape="sphere", color=UNLIT),), "lightbulb", origin=(0.80, -0.36, 0.116), size=glass)
    mounts = (
        Slab((0.120, 0.060, 0.012), (x + 0.025, y, 0.006), METAL),
        Slab((0.090, 0.008, 0.006), (x + 0.025, y, 0.013), _PEDESTAL),
        Slab((0.070, 0.070, 0.012), (0.80, -0.36, 0.006), _PEDESTAL, "cylinder"),
        Slab((0.026, 0.026, 0.082), (0.80, -0.36, 0.053), METAL, "cylinder"),
    )
    return switch, bulb, Part(mounts)


def _room() -> Part:
    """Two walls, a rug, and a pad on the desk: for the eye alone."""
    (x0, x1), (y0, y1) = (0.435, 0.590), (-0.30, 0.30)
    return Part(
        (
            Slab((0.04, 4.0, 2.4), (1.60, 0.0, FLOOR + 1.2), _WALL_PAINT, solid=False),
            Slab((4.0, 0.04, 2.4), (-0.38, 1.30, FLOOR + 1.2), _WALL_PAINT, solid=False),
            Slab((1.5, 1.7, 0.006), (0.45, 0.0, FLOOR + 0.003), _RUG, solid=False),
            Slab((x1 - x0, y1 - y0, 0.0008), ((x0 + x1) / 2.0, (y0 + y1) / 2.0, 0.0004), _PAD, solid=False),
        )
    )


def _parts() -> tuple[Part, ...]:
    button, led, button_mounts = _button()
    switch, bulb, switch_mounts = _switch()
    named = (_drawer(), _cupboard(), _door(), button, switch, led, bulb)
    return (*named, _frame(), _body(), button_mounts, switch_mounts, _room())


DESK = register_family(
    Family(
        "desk",
        furniture=(Furniture("desk", _parts()),),
        wiring=(
            Wiring("button", WORKS["button"], threshold=0.006, kind="toggle", color=_GREEN),
            Wiring("switch", WORKS["switch"], threshold=0.6 * SWITCH_TRAVEL, kind="level"),
        ),
        table=False,
        floor=FLOOR,
        camera=CameraPose(eye=(-0.22, -1.30, 1.02), target=(0.40, 0.02, 0.06), fov_deg=40.0, far=6.0),
    )
)
