"""Draws scenes of the desk: blocks on it, in its drawer or in its cupboard, and how drawer, door and lights stand.

What the task's facts leave open is drawn: a block lies on the desk or in one half of the cupboard, at most one to a
half, as in CALVIN's evaluation (Mees et al., 2022); drawer, door and lights stand either way. A block that the facts
put into the cupboard lies in the half that the door leaves open, unless they say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.task import Task
from sim.catalog import COLORS
from sim.families.desk import (
    DOOR_TRAVEL,
    DRAWER_FLOOR,
    DRAWER_INSIDE,
    DRAWER_TRAVEL,
    EDGE,
    SHELF,
    SHELF_INSIDE,
    SWITCH_TRAVEL,
)
from sim.geometry import quat_from_yaw
from sim.state import TABLE, Pose
from sim.world import Placement
from skills.vocabulary import Atom

TABLE_AREA = ((0.460, 0.530), (-0.20, 0.20))
"""Bounds in x and in y of where blocks lie on the desk, metres: with room to push each of them aside."""
_LANE = 0.060
"""Blocks on the desk are so far apart in x, metres, that one can be pushed past the other, ..."""
_APART = 0.20
"""... or so far in y that it does not reach it."""
_IN_DRAWER = (0.030, 0.110)
"""How far from the middle of the drawer blocks lie, in x and in y, metres."""
_IN_HALF = (0.015, 0.045)
"""Likewise in a half of the cupboard."""
_SIBLINGS = 0.085
"""Blocks in one half, or in the drawer, are at least so far apart, metres."""
_CROWDED = 0.066
"""And anywhere in a crowded scene."""
_TURN = 0.4
"""Largest heading of a block in the cupboard, radians."""
_DROP = 0.001
_TRIES = 60
_RESTARTS = 60
_SIDES = {"left": 1.0, "right": -1.0}
_OTHER = {"left": "right", "right": "left"}


class _NoRoom(ValueError):
    """Nothing fits any more."""


@dataclass(frozen=True)
class Disorder:
    """How far a scene departs from what tasks begin with."""

    ajar: float = 0.0
    """Chance that the drawer, and that the door, stands anywhere along its way."""
    crowded: bool = False
    """Whether blocks on the desk may lie so close that one is in the way of another."""


TIDY = Disorder()
"""What tasks begin with."""


@dataclass(frozen=True)
class _Wanted:
    """What the task's facts say, by object."""

    places: Mapping[str, str]
    """`table`, `drawer`, `slider`, or the object that it lies on."""
    halves: Mapping[str, str]
    """`left` or `right`, of what lies in the cupboard."""


def sample(task: Task, rng: np.random.Generator, disorder: Disorder = TIDY) -> Scene:
    """Draws a scene for a task, in disorder if asked to.

    Raises:
        ValueError: no room was found for all objects.
    """
    scene = task.scene
    blocks = [*scene.objects, *_distractors(task, rng)]
    wanted = _Wanted(
        {a.arguments[0]: a.arguments[1] for a in scene.atoms if a.predicate in ("on", "in")},
        {a.arguments[0]: a.arguments[1] for a in scene.atoms if a.predicate == "in-half"},
    )
    door = _door(scene.atoms, scene.absent, rng)
    stuck = ""
    for _ in range(_RESTARTS):
        readings = _readings(scene.atoms, scene.absent, door, rng)
        if disorder.ajar:
            readings |= _ajar(disorder.ajar, rng)
        try:
            poses = _place(blocks, wanted, door, readings["drawer"], disorder.crowded, rng)
        except _NoRoom as error:
            stuck = str(error)
            continue
        return Scene(
            tuple(Placement(b.name, poses[b.name], b.size, b.mass, b.friction) for b in blocks),
            readings,
        )
    raise ValueError(f"no room for {len(blocks)} blocks at the desk: {stuck} (after {_RESTARTS} restarts)")


def _distractors(task: Task, rng: np.random.Generator) -> list[ObjectSpec]:
    taken = {o.name for o in task.scene.objects}
    free = [f"{color} block" for color in COLORS if f"{color} block" not in taken]
    chosen = rng.choice(len(free), size=task.scene.distractors, replace=False) if task.scene.distractors else []
    return [ObjectSpec(free[int(k)]) for k in chosen]


def _door(facts: Sequence[Atom], absent: Sequence[Atom], rng: np.random.Generator) -> str:
    """The half that the door covers."""
    drawn = ("left", "right")[int(rng.integers(2))]
    said = [a.arguments[1] for a in facts if a.predicate == "slid"]
    said += [_OTHER[a.arguments[1]] for a in absent if a.predicate == "slid" and a.arguments[1] in _OTHER]
    return said[0] if said else drawn


def _readings(facts: Sequence[Atom], absent: Sequence[Atom], door: str, rng: np.random.Generator) -> dict[str, float]:
    """How drawer, door, button's light and switch stand."""
    known = {(a.predicate, a.arguments[0]): True for a in facts if len(a.arguments) == 1}
    known.update({(a.predicate, a.arguments[0]): False for a in absent if len(a.arguments) == 1})
    opened, led, bulb = (bool(rng.integers(2)) for _ in range(3))
    opened = known.get(("open", "drawer"), not known.get(("closed", "drawer"), not opened))
    led, bulb = known.get(("lit", "led"), led), known.get(("lit", "lightbulb"), bulb)
    return {
        "drawer": DRAWER_TRAVEL if opened else 0.0,
        "slider": DOOR_TRAVEL if door == "left" else 0.0,
        "switch": SWITCH_TRAVEL if bulb else 0.0,
        "led": float(led),
    }


def _ajar(chance: float, rng: np.random.Generator) -> dict[str, float]:
    """Readings of the drawer and the door, each there with that chance, anywhere along its way."""
    ways = {"drawer": DRAWER_TRAVEL, "slider": DOOR_TRAVEL}
    return {name: float(rng.uniform(0.0, way)) for name, way in ways.items() if rng.uniform() < chance}


def _place(
    blocks: Sequence[ObjectSpec], wanted: _Wanted, door: str, drawer: float, crowded: bool, rng: np.random.Generator
) -> dict[str, Pose]:
    """A pose for each block, those that lie on others last.

    Raises:
        _NoRoom: there is none for one of them.
    """
    places = {b.name: wanted.places.get(b.name) for b in blocks}
    halves: dict[str, str] = {}
    for name in (n for n, place in places.items() if place == "slider"):
        halves[name] = wanted.halves.get(name, _OTHER[door])
    for block in blocks:
        if places[block.name] is None:
            _draw_place(block, places, halves, rng)
    poses: dict[str, Pose] = {}
    for block in sorted((b for b in blocks if places[b.name] not in places), key=lambda b: b.at is None):
        place, half = str(places[block.name]), halves.get(block.name)
        beside = [poses[n] for n in poses if places[n] == place and halves.get(n) == half]
        poses[block.name] = _somewhere(block, place, half, beside, drawer, crowded, rng)
    while len(poses) < len(blocks):
        for block in (b for b in blocks if b.name not in poses and places[b.name] in poses):
            lower = poses[str(places[block.name])]
            height = lower.position[2] + block.kind("desk").size[2] + _DROP
            poses[block.name] = Pose((*lower.position[:2], height), lower.orientation)
    return poses


def _draw_place(
    block: ObjectSpec, places: dict[str, str | None], halves: dict[str, str], rng: np.random.Generator
) -> None:
    """On the desk, or in a half of the cupboard in which nothing lies yet."""
    free = [half for half in _SIDES if half not in halves.values()]
    choices = [TABLE, *free] if block.at is None else [TABLE]
    chosen = choices[int(rng.integers(len(choices)))]
    places[block.name] = TABLE if chosen == TABLE else "slider"
    if chosen != TABLE:
        halves[block.name] = chosen


def _somewhere(
    block: ObjectSpec,
    place: str,
    half: str | None,
    beside: Sequence[Pose],
    drawer: float,
    crowded: bool,
    rng: np.random.Generator,
) -> Pose:
    tall = block.kind("desk").size[2] / 2.0 + _DROP
    for _ in range(_TRIES):
        if place == TABLE:
            x, y = block.at or (float(rng.uniform(*bounds)) for bounds in TABLE_AREA)
            z, yaw = tall, float(rng.uniform(-math.pi, math.pi))
        elif place == "drawer":
            x = EDGE - drawer + DRAWER_INSIDE[0] / 2.0 + _IN_DRAWER[0] * float(rng.uniform(-1.0, 1.0))
            y = _IN_DRAWER[1] * float(rng.uniform(-1.0, 1.0))
            z, yaw = DRAWER_FLOOR + tall, float(rng.uniform(-math.pi, math.pi))
        else:
            middle = _SIDES[half or "left"] * SHELF_INSIDE[1] / 4.0
            x = SHELF[0] + _IN_HALF[0] * float(rng.uniform(-1.0, 1.0))
            y = middle + _IN_HALF[1] * float(rng.uniform(-1.0, 1.0))
            z, yaw = SHELF[2] + tall, _TURN * float(rng.uniform(-1.0, 1.0))
        pose = Pose((x, y, z), quat_from_yaw(yaw if block.yaw is None else block.yaw))
        if block.at is not None or all(_clear_of(pose, other, place, crowded) for other in beside):
            return pose
    raise _NoRoom(f"{block.name!r} finds no place")


def _clear_of(pose: Pose, other: Pose, place: str, crowded: bool) -> bool:
    dx, dy = (abs(a - b) for a, b in zip(pose.position[:2], other.position[:2], strict=True))
    if crowded:
        return math.hypot(dx, dy) >= _CROWDED
    return dx >= _LANE or dy >= _APART if place == TABLE else math.hypot(dx, dy) >= _SIBLINGS
