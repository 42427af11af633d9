"""Scenes of the desk and the kitchen without physics, for tests of what is said about them."""

from __future__ import annotations

import numpy as np

from sim.catalog import CATEGORIES, COLORS, parse_name
from sim.fixtures import FIXTURES
from sim.geometry import quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState
from sim.stations import KITCHEN_BASE, STATIONS, station_frame
from sim.things import THINGS

_DESK = {
    "drawer": (0.4975, 0.0, -0.053),
    "slider": (0.745, 0.0, 0.070),
    "button": (0.53, 0.39, 0.024),
    "switch": (0.51, -0.39, 0.034),
    "led": (0.80, 0.36, 0.068),
    "lightbulb": (0.80, -0.36, 0.116),
}
_HEIGHTS = {"top drawer": 0.07, "middle drawer": -0.11, "bottom drawer": -0.29, "trash can": -0.5, "user": 0.045}
_DOWN = (1.0, 0.0, 0.0, 0.0)


def _robot(base: Pose, holding: str | None = None) -> RobotState:
    return RobotState("panda", base, (0.0,) * 7, base @ Pose((0.45, 0.0, 0.35), _DOWN), 0.08, holding)


def _thing(name: str, family: str, pose: Pose, value: float = 0.0) -> ObjectState:
    color, kind, _ = parse_name(name, family)
    return ObjectState(name, kind.name, color, pose, kind.size, kind.round, value=value)


def desk(rng: np.random.Generator) -> SceneState:
    """Two to four blocks, each on the desk, in its drawer or in its cupboard, or one on another; one may be held."""
    flags = rng.integers(2, size=4)
    ways = {"drawer": 0.16, "slider": 0.25, "led": 1.0, "lightbulb": 1.0}
    readings = {n: way * float(on) for (n, way), on in zip(ways.items(), flags, strict=True)}
    objects = []
    for name, (x, y, z) in _DESK.items():
        shift = readings["drawer"] if name == "drawer" else 0.0
        objects.append(_thing(name, "desk", Pose((x - shift, y, z)), readings.get(name, 0.0)))
    supports = set()
    placed: list[str] = []
    for k, color in enumerate(rng.permutation(sorted(COLORS))[: int(rng.integers(2, 5))]):
        name, y = f"{color} block", 0.15 - 0.1 * k
        spot = ("table", "table", "drawer", "slider", "block")[int(rng.integers(5))]
        if spot == "block" and not placed:
            spot = "table"
        if spot == "block":
            lower = placed.pop()
            below = next(o for o in objects if o.name == lower)
            position = (*below.position[:2], below.position[2] + 0.04)
        else:
            lower = TABLE if spot == "table" else spot
            x, z = {"table": (0.5, 0.02), "drawer": (0.50 - readings["drawer"], -0.045), "slider": (0.745, 0.07)}[spot]
            position = (x, y, z)
            placed += [name] if spot == "table" else []
        objects.append(_thing(name, "desk", Pose(position)))
        supports.add((name, lower))
    held = None
    if rng.random() < 0.1:
        held = next(f"{c} block" for c in sorted(COLORS) if f"{c} block" not in {o.name for o in objects})
        objects.append(_thing(held, "desk", Pose((0.45, 0.0, 0.35))))
    return SceneState("desk", tuple(objects), _robot(Pose((0.0, 0.0, 0.0)), held), frozenset(supports))


def kitchen(rng: np.random.Generator) -> SceneState:
    """Three to eight things on the tops, in drawers, with the person or in the bin; a bowl, a drawer that is open."""
    places = list(FIXTURES["kitchen"])
    opened = places[5 + int(rng.integers(3))] if rng.random() < 0.5 else None
    objects = []
    for name in places:
        out = CATEGORIES["kitchen-drawer"].travel if name == opened else 0.0
        ahead = {"user": 0.4, "trash can": 0.5}.get(name, 0.82)
        height = _HEIGHTS.get(name, -0.375)
        objects.append(_thing(name, "kitchen", station_frame(name) @ Pose((ahead - out, 0.0, height)), out))
    supports = set()
    names = [str(n) for n in rng.permutation(sorted(THINGS))[: int(rng.integers(3, 9))]]
    if rng.random() < 0.4:
        names.append(f"{names[0]} 2")
    tops = ("close counter", "far counter", "table")
    for name in names:
        place = tops[int(rng.integers(3))] if rng.random() < 0.7 else places[int(rng.integers(len(places)))]
        lower = next(o for o in objects if o.name == place)
        frame, size = lower.pose, parse_name(name, "kitchen")[1].size
        inner = place in ("trash can", *places[5:])
        height = (lower.bottom + 0.01 if inner else lower.top) + size[2] / 2.0
        x, y, _ = (frame @ Pose((0.0, float(rng.uniform(-0.06, 0.06)), 0.0))).position
        objects.append(_thing(name, "kitchen", Pose((x, y, height), quat_from_yaw(frame.yaw))))
        supports.add((name, place))
    if rng.random() < 0.3:
        chosen = tops[int(rng.integers(3))]
        top = next(o for o in objects if o.name == chosen)
        (x, y, _), height = (top.pose @ Pose((0.0, 0.3, 0.0))).position, parse_name("blue bowl", "kitchen")[1].size[2]
        objects.append(
            _thing("blue bowl", "kitchen", Pose((x, y, top.top + height / 2.0), quat_from_yaw(top.pose.yaw)))
        )
        supports.add(("blue bowl", top.name))
    stands = places[int(rng.integers(len(places)))]
    foot, held = KITCHEN_BASE.foot_at(STATIONS["kitchen"][stands]), None
    if rng.random() < 0.1:
        held = next(n for n in sorted(THINGS) if n not in {o.name for o in objects})
        objects.append(_thing(held, "kitchen", foot @ Pose((0.45, 0.0, 0.35))))
    robot = _robot(foot, held)
    return SceneState("kitchen", tuple(objects), robot, frozenset(supports))
