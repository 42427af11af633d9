"""Draws scenes of the reach family: a rack or a basket, a hook, and boxes within the arm's reach and beyond it.

What is to be near or far follows from the task's facts: `(not (reachable red_box))` puts a box, or the rack, where only
the hook gets to. The layout is after STAP (Agia et al., 2023): a rack at the robot's side or far ahead, nothing in the
way of what has to be pulled in. Drawing is by rejection, as on the tabletop.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.tabletop_scenes import NoRoom
from envs.task import Task
from sim.catalog import COLORS, Category, sized
from sim.geometry import disc, polygon_gap, quat_from_yaw, rectangle, wrap_angle
from sim.state import TABLE, ObjectState, Pose
from sim.world import Placement
from skills.fixture_facts import REACH
from skills.predicates import beside
from skills.vocabulary import RELATIONS, Atom

_RESTARTS = 150
_TRIES = 80
_GAPS = (0.06, 0.045, 0.03)
"""Gaps between things on the table, metres: tried in this order, so that only full scenes are crowded."""
_NEAR = (0.38, 0.68)
"""Distances from the robot's foot of what can be grasped, metres."""
_FAR = (REACH + 0.03, 0.94)
"""Those of what only the hook gets behind."""
_BEARING = 0.95
"""Greatest bearing of things within reach, radians; likewise of those beyond it."""
_FAR_BEARING = 0.55
_EDGES = ((0.26, 1.02), (-0.62, 0.62))
"""Bounds of whole objects on the table, metres."""
_CORRIDOR = 0.15
"""Half the width of the strip towards the robot that is left free before what lies beyond its reach, metres."""
_CORRIDOR_START = 0.42
_HAND_REACH = 0.096
"""How far the hand reaches to the side of what it holds, at the better of two headings, metres."""
_UNEVEN = 0.006
"""How much taller is tall, metres: so far is the palm above what it holds."""
_PALM = 0.035
"""Height of the palm over the table where it holds a hook, metres."""
_HAND_RADIUS = 0.11
_SIBLING_GAP = 0.015
"""Gap between things on a rack or in a basket, metres."""


def sample(task: Task, rng: np.random.Generator) -> Scene:
    """Draws a scene for a task.

    Raises:
        ValueError: no room was found for all objects.
    """
    specs = [*task.scene.objects, *_distractors(task, rng)]
    far = frozenset(a.arguments[0] for a in task.scene.absent if a.predicate == "reachable")
    stuck = ""
    for restart in range(_RESTARTS):
        draw = _Draw(task.scene.atoms, far, _GAPS[restart * len(_GAPS) // _RESTARTS], rng)
        try:
            items = draw.all(specs)
        except NoRoom as error:
            stuck = str(error)
            continue
        return Scene(tuple(_placement(spec, items[spec.name]) for spec in specs))
    raise ValueError(f"no room for {len(specs)} objects: {stuck} (after {_RESTARTS} restarts)")


def _placement(spec: ObjectSpec, item: ObjectState) -> Placement:
    return Placement(spec.name, item.pose, spec.size, spec.mass, spec.friction)


def _distractors(task: Task, rng: np.random.Generator) -> list[ObjectSpec]:
    count = task.scene.distractors
    if count and re.search(r"-\s+(box|carton|movable|surface|object)\b", " ".join([task.goal or "", *task.keep])):
        raise ValueError(f"task {task.name!r}: the goal speaks of every box, so distractors would change it")
    taken = {o.name for o in task.scene.objects}
    free = [f"{color} box" for color in COLORS if f"{color} box" not in taken]
    chosen = rng.choice(len(free), size=count, replace=False) if count else []
    return [ObjectSpec(free[int(k)]) for k in chosen]


class _Draw:
    """One attempt at a scene."""

    def __init__(self, facts: Sequence[Atom], far: frozenset[str], gap: float, rng: np.random.Generator) -> None:
        self._facts = facts
        self._far = far
        self._gap = gap
        self._rng = rng
        self._items: dict[str, ObjectState] = {}

    def all(self, specs: Sequence[ObjectSpec]) -> dict[str, ObjectState]:
        """All objects, by name.

        Raises:
            NoRoom: one of them found no place.
        """
        carriers = {
            a.arguments[0]: a
            for a in self._facts
            if (a.predicate in ("on", "in") and a.arguments[1] != TABLE) or a.predicate == "under"
        }
        lying = sorted((s for s in specs if s.name not in carriers), key=self._rank)
        while lying:
            # What is placed by another comes after it; two that are placed by each other, as they are listed.
            spec = next((s for s in lying if self._anchors(s) <= self._items.keys()), lying[0])
            self._items[spec.name] = self._on_table(spec)
            lying.remove(spec)
        waiting = [s for s in specs if s.name in carriers]
        while waiting:
            for spec in [s for s in waiting if carriers[s.name].arguments[1] in self._items]:
                self._items[spec.name] = self._carried(spec, carriers[spec.name])
            waiting = [s for s in waiting if s.name not in self._items]
        return self._items

    def _rank(self, spec: ObjectSpec) -> tuple[bool, ...]:
        """What stands fast first, then what has its place, then what lies beyond reach, and the hook last."""
        kind = spec.kind("reach")
        return ("movable" in kind.types, spec.at is None, spec.name not in self._far, kind.name == "hook")

    def _anchors(self, spec: ObjectSpec) -> set[str]:
        """What an object is placed by."""
        return {a.arguments[1] for a in self._facts if a.predicate in RELATIONS and a.arguments[0] == spec.name}

    def _on_table(self, spec: ObjectSpec) -> ObjectState:
        kind = spec.kind("reach")
        about = [a for a in self._facts if a.predicate in RELATIONS and a.arguments[0] == spec.name]
        about = [a for a in about if a.arguments[1] in self._items]
        for _ in range(_TRIES):
            x, y, yaw = self._spot(spec, kind, about)
            item = _item(spec.name, kind, (x, y, kind.size[2] / 2.0), yaw)
            if spec.at is None and not self._fits(item):
                continue
            if about and spec.name not in self._far and math.hypot(x, y) > _NEAR[1] + 0.04:
                continue
            if all(a.predicate in beside(item, self._items[a.arguments[1]]) for a in about):
                return item
        raise NoRoom(f"{spec.name!r} finds no place")

    def _spot(self, spec: ObjectSpec, kind: Category, about: list[Atom]) -> tuple[float, float, float]:
        """A point (x, y), metres, and a heading where an object of this kind may be; not asked: whether it is free."""
        rng = self._rng
        if kind.name == "rack":
            x, y, yaw = self._rack(spec.name in self._far)
        else:
            far = spec.name in self._far
            low, high = _FAR if far else _NEAR
            bearing = rng.uniform(-1.0, 1.0) * (_FAR_BEARING if far else _BEARING)
            # Evenly over the area, not over the distance.
            distance = math.sqrt(rng.uniform(low**2, high**2))
            x, y = distance * math.cos(bearing), distance * math.sin(bearing)
            yaw = rng.uniform(-math.pi, math.pi)
        if about:
            other = self._items[about[int(rng.integers(len(about)))].arguments[1]]
            x, y = (p + rng.uniform(-1.0, 1.0) * d for p, d in zip(other.position[:2], (0.4, 0.15), strict=True))
        if kind.name == "basket":
            yaw = rng.uniform(-0.2, 0.2)
        x, y = (x, y) if spec.at is None else spec.at
        return float(x), float(y), float(yaw) if spec.yaw is None else spec.yaw

    def _rack(self, far: bool) -> tuple[float, float, float]:
        rng = self._rng
        turn = rng.uniform(-0.1, 0.1)
        if far:
            bearing = rng.uniform(-0.14, 0.14)
            distance = rng.uniform(0.86, 0.90)
            return distance * math.cos(bearing), distance * math.sin(bearing), bearing + turn
        side = 1.0 if rng.uniform() < 0.5 else -1.0
        return rng.uniform(0.40, 0.50), side * rng.uniform(0.32, 0.37), side * math.pi / 2.0 + turn

    def _fits(self, item: ObjectState) -> bool:
        """Whether a thing lies on the table, apart from all others and out of the way of what has to be pulled."""
        (x0, x1), (y0, y1) = _EDGES
        low, high = item.footprint.min(axis=0), item.footprint.max(axis=0)
        if low[0] < x0 or high[0] > x1 or low[1] < y0 or high[1] > y1:
            return False
        if any(polygon_gap(item.footprint, o.footprint) < self._room(item, o) for o in self._items.values()):
            return False
        if item.category == "hook":
            return self._can_be_held(item)
        pulled = [o for o in self._items.values() if o.name in self._far and o.category != "rack"]
        if any(polygon_gap(_corridor(o), item.footprint) < 0.0 for o in pulled):
            return False
        if item.name in self._far and item.category != "rack":
            strip = _corridor(item)
            return all(polygon_gap(strip, o.footprint) >= 0.0 for o in self._items.values() if o.category != "hook")
        return True

    def _room(self, a: ObjectState, b: ObjectState) -> float:
        """Least gap between two things, metres: beside something tall the whole hand needs room, not the fingers."""
        if abs(a.top - b.top) <= _UNEVEN or "hook" in (a.category, b.category):
            return self._gap
        low = min(a, b, key=lambda thing: thing.top)
        return max(self._gap, _HAND_REACH - min(low.size[:2]) / 2.0)

    def _can_be_held(self, hook: ObjectState) -> bool:
        """Whether the hand has room where it takes hold of a hook."""
        grip = (hook.pose @ Pose(sized(hook.category, hook.size).grip)).position
        hand = disc(grip, _HAND_RADIUS)
        tall = [o for o in self._items.values() if o.top > _PALM]
        return math.hypot(*grip[:2]) < _NEAR[1] and all(polygon_gap(hand, o.footprint) > 0.0 for o in tall)

    def _carried(self, spec: ObjectSpec, fact: Atom) -> ObjectState:
        """On or under a rack, or in a basket."""
        kind, lower = spec.kind("reach"), self._items[fact.arguments[1]]
        base = lower.top if fact.predicate == "on" else 0.0 if fact.predicate == "under" else 0.005
        siblings = [o for o in self._items.values() if abs(o.bottom - base - 0.001) < 0.01 and o.name != lower.name]
        rng = self._rng
        for _ in range(_TRIES):
            yaw = lower.pose.yaw + rng.uniform(-0.5, 0.5) if spec.yaw is None else spec.yaw
            reach = math.hypot(*kind.size[:2]) / 2.0 + 0.004
            dx, dy = (max(0.0, s / 2.0 - reach) * rng.uniform(-1.0, 1.0) for s in lower.size[:2])
            x, y, _ = (lower.pose @ Pose((float(dx), float(dy), 0.0))).position
            item = _item(spec.name, kind, (x, y, base + kind.size[2] / 2.0 + 0.001), float(yaw))
            if all(polygon_gap(item.footprint, s.footprint) >= _SIBLING_GAP for s in siblings):
                return item
        raise NoRoom(f"{spec.name!r} finds no place {fact.predicate} {lower.name!r}")


def _item(name: str, kind: Category, position: tuple[float, float, float], yaw: float) -> ObjectState:
    return ObjectState(name, kind.name, None, Pose(position, quat_from_yaw(wrap_angle(yaw))), kind.size, kind.round)


def _corridor(thing: ObjectState) -> np.ndarray:
    """Corners, shape (4, 2), metres, of the strip from near the robot to a thing, over which a hook draws it."""
    x, y, _ = thing.position
    distance = math.hypot(x, y)
    middle = (distance + _CORRIDOR_START) / 2.0 / distance
    length = distance - _CORRIDOR_START
    return rectangle((x * middle, y * middle), (length, 2.0 * _CORRIDOR), math.atan2(y, x))
