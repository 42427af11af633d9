"""Scenes of the desk and of the kitchen without physics: what lies where, what is open, and where the robot stands."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from planner.language.corpus.building import Builder
from planner.language.corpus.frames import chance, one, some
from sim.catalog import CATEGORIES, COLORS, parse_name
from sim.fixtures import FIXTURES
from sim.geometry import Vec3, quat_from_yaw
from sim.state import Pose, SceneState
from sim.stations import KITCHEN_BASE, STATIONS, station_frame
from sim.things import THINGS
from skills.vocabulary import DESK_AREA

_DESK: dict[str, tuple[Vec3, Vec3]] = {
    "drawer": ((0.4975, 0.0, -0.053), (0.163, 0.388, 0.046)),
    "slider": ((0.745, 0.0, 0.070), (0.118, 0.508, 0.056)),
    "button": ((0.53, 0.39, 0.024), (0.036, 0.036, 0.016)),
    "switch": ((0.51, -0.39, 0.034), (0.020, 0.022, 0.036)),
    "led": ((0.80, 0.36, 0.068), (0.034, 0.034, 0.034)),
    "lightbulb": ((0.80, -0.36, 0.116), (0.056, 0.056, 0.056)),
}
"""Centres, as everything is shut, and extents of the desk's parts, metres."""
_KITCHEN: dict[str, tuple[Vec3, float, Vec3]] = {
    "close counter": ((-1.475, -0.42, -0.375), math.pi, (0.55, 1.10, 0.75)),
    "far counter": ((0.62, 1.475, -0.375), math.pi / 2.0, (0.55, 1.10, 0.75)),
    "table": ((1.04, -0.35, -0.375), 0.0, (0.60, 1.00, 0.75)),
    "trash can": ((-0.42, 1.55, -0.50), math.pi / 2.0, (0.36, 0.36, 0.50)),
    "user": ((-0.42, -1.13, 0.045), -math.pi / 2.0, (0.32, 0.50, 0.01)),
    "top drawer": ((-1.465, 0.62, 0.0635), math.pi, (0.24, 0.39, 0.043)),
    "middle drawer": ((-1.465, 0.62, -0.1165), math.pi, (0.24, 0.39, 0.043)),
    "bottom drawer": ((-1.465, 0.62, -0.2965), math.pi, (0.24, 0.39, 0.043)),
}
"""Likewise of the kitchen's, with their headings, radians."""
_SHELF: Vec3 = (0.745, 0.0, 0.050)
"""Middle of the floor of the desk's cupboard, metres; its halves begin on either side."""
_HALF = 0.125
"""Way from there to the middle of a half, metres."""
Area = tuple[tuple[float, float], tuple[float, float], float]
_TOP: Area = ((0.30, 0.58), (-0.31, 0.31), 0.0)
_SHUT, _ACROSS = (0.74, 0.92), (-0.10, 0.10)
_AREAS: dict[str, Area] = {
    "close counter": _TOP,
    "far counter": _TOP,
    "table": _TOP,
    "trash can": ((0.36, 0.60), (-0.12, 0.12), -0.73),
    "user": ((0.30, 0.52), (-0.18, 0.18), 0.05),
    "top drawer": (_SHUT, _ACROSS, 0.05),
    "middle drawer": (_SHUT, _ACROSS, -0.13),
    "bottom drawer": (_SHUT, _ACROSS, -0.31),
}
"""Bounds in x and y within the frame of its station, and the height, of where things are put at a place, metres."""
_LOW = 0.07
"""What is higher than this, metres, does not lie in a drawer."""
_OUT = 0.356
"""How far an open kitchen drawer is out, metres."""
_TOPS = ("close counter", "far counter", "table")
_DRAWERS = ("top drawer", "middle drawer", "bottom drawer")


def draw_desk(rng: np.random.Generator) -> SceneState:
    """A desk with blocks on it, in its drawer and in its cupboard."""
    builder = Builder("desk", rng)
    readings = {
        "drawer": one(rng, (0.0, CATEGORIES["drawer"].travel)),
        "slider": one(rng, (0.0, CATEGORIES["slider"].travel)),
        "led": one(rng, (0.0, 1.0)),
        "lightbulb": one(rng, (0.0, 1.0)),
    }
    readings["switch"] = CATEGORIES["switch"].travel * readings["lightbulb"]
    for name, (center, size) in _DESK.items():
        x = center[0] - (readings["drawer"] if name == "drawer" else 0.0)
        value = readings.get(name, 0.0)
        builder.thing(name, (x, center[1], center[2] - size[2] / 2.0), 0.0, size, value)
    number = int(rng.integers(1, 6))
    for color in some(rng, list(COLORS), number):
        _block(builder, f"{color} block")
    if chance(rng, 0.07):
        free = [c for c in COLORS if f"{c} block" not in builder.items]
        builder.hold(f"{one(rng, free)} block")
    return builder.build(tuple(_DESK))


def _block(builder: Builder, name: str) -> None:
    rng = builder.rng
    way = one(rng, ("table", "table", "table", "drawer", "slider", "slider", "block"))
    if way == "drawer":
        drawer = builder.items["drawer"]
        mates = [o for o in builder.items.values() if (o.name, "drawer") in builder.supports]
        for _ in range(20):
            x, y = drawer.position[0] + rng.uniform(-0.03, 0.03), rng.uniform(-0.11, 0.11)
            if all(math.dist((x, y), o.position[:2]) > 0.06 for o in mates):
                builder.thing(name, (float(x), float(y), drawer.bottom + 0.008), float(rng.uniform(-3.0, 3.0)))
                builder.supports.add((name, "drawer"))
                return
    if way == "slider":
        half = one(rng, (1.0, -1.0))
        mates = [o for o in builder.items.values() if (o.name, "slider") in builder.supports]
        y = half * _HALF + float(rng.uniform(-0.045, 0.045))
        if all(abs(y - o.position[1]) > 0.08 for o in mates):
            builder.thing(name, (_SHELF[0], y, _SHELF[2]), float(rng.uniform(-0.4, 0.4)))
            builder.supports.add((name, "slider"))
            return
    lowers = [o.name for o in builder.items.values() if o.category == "block" and (o.name, "table") in builder.supports]
    lowers = [n for n in lowers if not any(low == n for _, low in builder.supports)]
    if way == "block" and lowers:
        builder.stack(name, one(rng, lowers))
        return
    builder.lay(name, DESK_AREA)


def draw_kitchen(rng: np.random.Generator) -> SceneState:
    """A kitchen with things on its tops and in its drawers, some of them open, and the robot somewhere."""
    builder = Builder("kitchen", rng)
    station = "user" if chance(rng, 0.55) else one(rng, sorted(STATIONS["kitchen"]))
    builder.base = KITCHEN_BASE.foot_at(STATIONS["kitchen"][station])
    opened = {one(rng, _DRAWERS)} if chance(rng, 0.3) else set()
    if opened and chance(rng, 0.15):
        opened.add(one(rng, _DRAWERS))
    for name, (center, yaw, size) in _KITCHEN.items():
        out = _OUT if name in opened else 0.0
        builder.thing(name, (center[0] + out, center[1], center[2] - size[2] / 2.0), yaw, size, out)
    names = some(rng, list(THINGS), int(rng.integers(2, 9)))
    if chance(rng, 0.25):
        names += [builder.name(one(rng, names)) + " 2"]
    names += [f"{c} {one(rng, ('bowl', 'plate'))}" for c in some(rng, list(COLORS), one(rng, (0, 0, 0, 1, 1, 2)))]
    for name in dict.fromkeys(names):
        _good(builder, name)
    if chance(rng, 0.08):
        free = [n for n in THINGS if n not in builder.items and f"{n} 2" not in builder.items]
        builder.hold(one(rng, free))
    return builder.build(tuple(FIXTURES["kitchen"]))


def _good(builder: Builder, name: str) -> None:
    """Puts a thing at a place: mostly on a top, now and then in a drawer, in the bin, or with the person."""
    rng = builder.rng
    big = name.endswith(("bowl", "plate"))
    places = (*_TOPS, *_TOPS, *_TOPS) if big else (*_TOPS, *_TOPS, *_TOPS, *_DRAWERS, *_DRAWERS, "trash can", "user")
    if parse_name(name, "kitchen")[1].size[2] > _LOW:
        places = tuple(p for p in places if p not in _DRAWERS)
    place = one(rng, places)
    carriers = [o.name for o in builder.items.values() if o.category in ("bowl", "plate")]
    if carriers and not big and chance(rng, 0.2):
        lower = one(rng, carriers)
        if (builder.drop if builder.items[lower].category == "bowl" else builder.spread)(name, lower):
            return
    (x, y, height), out = _AREAS[place], builder.items[place].value
    if not builder.lay(name, (x, y), frame=station_frame(place), support=place):
        return
    lifted = builder.items[name]
    shift = Pose((0.0, 0.0, 0.0), quat_from_yaw(_KITCHEN[place][1])) @ Pose((-out, 0.0, height))
    px, py, pz = (a + b for a, b in zip(lifted.position, shift.position, strict=True))
    pose = replace(lifted.pose, position=(px, py, pz))
    builder.items[name] = replace(lifted, pose=pose)
