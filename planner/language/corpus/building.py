"""Puts things where they could be, without physics: on a table apart from each other, on and in each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.catalog import parse_name, sized
from sim.geometry import Vec3, quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState
from skills.vocabulary import work_area

_TRIES = 40
_GAP = 0.03
"""Metres between things on a table."""
_HAND = (0.45, 0.0, 0.35)
"""Where the hand is, and what it holds, metres."""
_DOWN = (1.0, 0.0, 0.0, 0.0)
_FRAME = Pose((0.0, 0.0, 0.0))


class Builder:
    """A scene while it is put together; what finds no room is left out."""

    def __init__(self, family: str, rng: np.random.Generator) -> None:
        """Begins an empty scene of a family."""
        self.family = family
        self.rng = rng
        self.items: dict[str, ObjectState] = {}
        self.supports: set[tuple[str, str]] = set()
        self.holding: str | None = None
        self.base = _FRAME

    def name(self, words: str) -> str:
        """The words, with the number that makes them a new name."""
        number = 1
        while (found := words if number == 1 else f"{words} {number}") in self.items:
            number += 1
        return found

    def thing(self, name: str, at: Vec3, yaw: float = 0.0, size: Vec3 | None = None, value: float = 0.0) -> None:
        """Adds an object, its bottom at a height, metres."""
        color, kind, _ = parse_name(name, self.family)
        size = size or kind.size
        pose = Pose((at[0], at[1], at[2] + size[2] / 2.0), quat_from_yaw(yaw))
        self.items[name] = ObjectState(name, kind.name, color, pose, size, kind.round, value=value)

    def lay(
        self,
        name: str,
        area: tuple[tuple[float, float], tuple[float, float]] | None = None,
        *,
        size: Vec3 | None = None,
        frame: Pose = _FRAME,
        support: str = TABLE,
    ) -> bool:
        """Lays a thing down where there is room.

        Args:
            name: what it is called.
            area: bounds in x and y within `frame`, metres; the family's work area if None.
            size: its own size; its kind's if None.
            frame: the frame of the table or counter.
            support: what it then lies on.
        """
        kind = parse_name(name, self.family)[1]
        own = _radius(size or kind.size)
        (x0, x1), (y0, y1) = area or work_area(self.family)
        margin = min(own, (x1 - x0) / 2.0, (y1 - y0) / 2.0)
        others = [(o.position, _radius(o.size)) for o in self.items.values() if (o.name, support) in self.supports]
        for _ in range(_TRIES):
            x, y = self.rng.uniform(x0 + margin, x1 - margin), self.rng.uniform(y0 + margin, y1 - margin)
            at = (frame @ Pose((float(x), float(y), 0.0))).position
            if all(math.dist(at[:2], p[:2]) >= own + r + _GAP for p, r in others):
                yaw = float(self.rng.uniform(-math.pi, math.pi))
                self.thing(name, at, yaw, size)
                self.supports.add((name, support))
                return True
        return False

    def stack(self, name: str, lower: str, size: Vec3 | None = None) -> None:
        """Puts a thing on the middle of another, which nothing lies on."""
        below = self.items[lower]
        self.thing(name, (*below.position[:2], below.top), below.pose.yaw, size)
        self.supports.add((name, lower))

    def spread(self, name: str, lower: str, size: Vec3 | None = None) -> bool:
        """Puts a thing on a plate, a zone or a rack, beside what is on it already."""
        return self._within(name, lower, size, self.items[lower].top)

    def drop(self, name: str, box: str, size: Vec3 | None = None) -> bool:
        """Puts a thing into a container, on its floor or on what lies there."""
        lower = self.items[box]
        return self._within(name, box, size, lower.bottom + sized(lower.category, lower.size).floor)

    def _within(self, name: str, lower: str, size: Vec3 | None, height: float) -> bool:
        below, kind = self.items[lower], parse_name(name, self.family)[1]
        own = _radius(size or kind.size)
        inner = sized(below.category, below.size).inner or min(below.size[:2]) / 2.0
        siblings = [self.items[n] for n, b in self.supports if b == lower]
        for _ in range(12):
            away, turn = max(0.016, inner - own) * math.sqrt(self.rng.random()), self.rng.uniform(-math.pi, math.pi)
            x, y = below.position[0] + away * math.cos(turn), below.position[1] + away * math.sin(turn)
            if all(math.dist((x, y), s.position[:2]) >= 0.6 * (own + _radius(s.size)) for s in siblings):
                self.thing(name, (float(x), float(y), height), below.pose.yaw, size)
                self.supports.add((name, lower))
                return True
        return False

    def hold(self, name: str, size: Vec3 | None = None) -> None:
        """Puts a thing into the hand."""
        tool = self.base @ Pose(_HAND)
        self.thing(name, tool.position, self.base.yaw, size)
        self.holding = name

    def build(self, first: Sequence[str] = ()) -> SceneState:
        """The scene; furniture as named comes first, then things from left to right."""
        tool = self.base @ Pose(_HAND, _DOWN)
        opening = 0.04 if self.holding else 0.08
        robot = RobotState("panda", self.base, (0.0,) * 7, tool, opening, self.holding)
        rest = sorted(
            (o for o in self.items.values() if o.name not in first),
            key=lambda o: (-o.position[1], o.position[0], o.name),
        )
        objects = (*(self.items[n] for n in first if n in self.items), *rest)
        return SceneState(self.family, objects, robot, frozenset(self.supports))


def _radius(size: Vec3) -> float:
    """Of a circle that stands for the outline, metres."""
    return 0.42 * math.hypot(size[0], size[1])
