"""Ways for a base that drives: between stations, clear of the furniture and of what lies on the floor.

The base leaves a station backwards until it has room to turn, travels to where it can enter the other one straight
ahead, and enters. On the way it is a disc in the plane, so that it may turn wherever it is; the way is a straight line
where that is free, else A* (Hart, Nilsson and Raphael, 1968) on a grid, drawn taut.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.floorplan import distances, outlines
from sim.geometry import disc, polygon_gap, rectangle
from sim.mobile import BasePose, MobileBase
from skills.outcome import FailureReason, SkillFailure

if TYPE_CHECKING:
    from sim.world import World

MARGIN = 0.03
"""Room that a base keeps on the way, metres; at a station it stands as near as the station says."""
_CELL = 0.08
_BACK = 0.9
"""How far out of a station it may have to go to turn, metres."""
_ARM_RADIUS = 0.66
"""Of the disc about the middle of the base that the folded arm, and what it holds, stay within, metres."""
_BELOW_ARM = 0.26
"""World z up to which the folded arm passes over everything, metres."""
_GAP = 0.02
"""Room above and below the box: a rug is no obstacle, a table top just over it is one, metres."""

Point = tuple[float, float]


@dataclass(frozen=True)
class FloorPlan:
    """What a base must not run into."""

    base: MobileBase
    low: tuple[np.ndarray, ...]
    """Outlines of what its box would meet, each of shape (n, 2), metres."""
    tall: tuple[np.ndarray, ...]
    """Outlines of what the folded arm would meet."""
    litter: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Those of `low` that are of things on the floor, by name."""

    @property
    def radius(self) -> float:
        """Of the disc that the box fills when it turns, metres."""
        return math.hypot(*self.base.size[:2]) / 2.0

    def room(self, points: np.ndarray) -> np.ndarray:
        """How much room a turning base has at points of shape (n, 2), shape (n,), metres; below 0 where it has none."""
        below = distances(points, self.low) - self.radius
        return np.minimum(below, distances(points, self.tall) - _ARM_RADIUS)

    def fits(self, pose: BasePose) -> bool:
        """Whether the box, as it stands, meets nothing."""
        box = rectangle(pose[:2], self.base.size[:2], pose[2])
        return all(polygon_gap(box, outline) > 0.0 for outline in self.low)

    def nearest(self, pose: BasePose) -> str | None:
        """Which thing on the floor is nearest to the box as it would stand; None where there is none."""
        box = rectangle(pose[:2], self.base.size[:2], pose[2])
        gaps = {name: polygon_gap(box, outline) for name, outline in self.litter.items()}
        return min(gaps, key=lambda name: gaps[name], default=None)

    def open_line(self, a: Point, b: Point) -> bool:
        """Whether a turning base has room all along a straight line."""
        count = max(2, math.ceil(math.dist(a, b) / 0.03) + 1)
        points = np.linspace(a, b, count)
        return bool(self.room(points).min() >= MARGIN)


def survey(world: World) -> FloorPlan:
    """The floor plan as the robot sees it: furniture, drawers as far open as they are, and what lies on the floor."""
    base = world.place.mobile
    if base is None:
        raise ValueError(f"the robot of family {world.family!r} stands still; only one with a mobile base can go")
    state = world.see()
    readings = {o.name: o.value for o in state.objects}
    top = base.floor + base.foot
    low = outlines(world.place.furniture, readings, base.floor + _GAP, base.floor + base.size[2] + _GAP)
    tall = outlines(world.place.furniture, readings, top + _BELOW_ARM, top + 1.2)
    fixtures = set(world.place.fixtures)
    litter: dict[str, np.ndarray] = {}
    for o in state.objects:
        if o.name not in fixtures and o.name != state.robot.holding and o.bottom < base.floor + 0.05:
            litter[o.name] = disc(o.position, max(o.size) / 2.0)
    return FloorPlan(base, (*low, *litter.values()), tuple(tall), litter)


def route(plan: FloorPlan, start: BasePose, goal: BasePose) -> list[BasePose]:
    """Way-points from one pose of the base to another, the start left out.

    Raises:
        SkillFailure: NO_PATH, where something stands in the way.
    """
    if not plan.fits(goal):
        culprit = plan.nearest(goal)
        what = "something" if culprit is None else f"the {culprit}"
        raise SkillFailure(FailureReason.NO_PATH, f"{what} stands where the robot would have to stand", culprit)
    leave, enter = _turning_point(plan, start), _turning_point(plan, goal)
    if leave is None or enter is None:
        where = "here" if leave is None else "there"
        culprit = plan.nearest(start if leave is None else goal)
        raise SkillFailure(FailureReason.NO_PATH, f"the robot has no room to turn {where}", culprit)
    points = [leave, enter] if plan.open_line(leave, enter) else _search(plan, leave, enter)
    if points is None:
        raise SkillFailure(FailureReason.NO_PATH, "no way for the robot between what stands about")
    # It turns while it travels, and stands straight before it enters.
    return [(*leave, start[2]), *((*point, goal[2]) for point in points[1:]), goal]


def _turning_point(plan: FloorPlan, pose: BasePose) -> Point | None:
    """The nearest point straight behind a pose where the base has room to turn."""
    x, y, yaw = pose
    back = np.arange(0.0, _BACK, 0.02)
    points = np.stack([x - back * math.cos(yaw), y - back * math.sin(yaw)], axis=1)
    free = np.nonzero(plan.room(points) >= MARGIN)[0]
    return None if len(free) == 0 else (float(points[free[0], 0]), float(points[free[0], 1]))


def _search(plan: FloorPlan, start: Point, goal: Point) -> list[Point] | None:
    """A* over a grid that has the goal as a knot; None where there is no way."""
    low, high = np.minimum(start, goal) - 2.0, np.maximum(start, goal) + 2.0
    i0, i1 = (np.floor((low - goal) / _CELL), np.ceil((high - goal) / _CELL))
    columns, rows = np.arange(i0[0], i1[0] + 1), np.arange(i0[1], i1[1] + 1)
    knots = np.stack(np.meshgrid(columns, rows, indexing="ij"), axis=-1).reshape(-1, 2) * _CELL + np.array(goal)
    room = plan.room(knots).reshape(len(columns), len(rows))
    first = (round((start[0] - goal[0]) / _CELL - i0[0]), round((start[1] - goal[1]) / _CELL - i0[1]))
    last = (round(-i0[0]), round(-i0[1]))
    cells = _best_first(room, first, last)
    if cells is None:
        return None
    origin = np.array(goal) + np.array([i0[0], i0[1]]) * _CELL
    inner: list[Point] = [(float(origin[0] + i * _CELL), float(origin[1] + j * _CELL)) for i, j in cells[1:-1]]
    return _taut(plan, [start, *inner, goal])


Cell = tuple[int, int]


def _best_first(room: np.ndarray, start: Cell, goal: Cell) -> list[Cell] | None:
    """Cells from start to goal through those with room enough, shape (columns, rows)."""
    # The start lies between knots: the one that stands for it may be a little short of room.
    frontier = [(math.dist(start, goal), 0.0, start)]
    best: dict[Cell, float] = {start: 0.0}
    came_from: dict[Cell, Cell] = {}
    while frontier:
        _, travelled, cell = heapq.heappop(frontier)
        if cell == goal:
            path = [cell]
            while path[-1] in came_from:
                path.append(came_from[path[-1]])
            return path[::-1]
        if travelled > best[cell]:
            continue
        for di, dj in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
            i, j = cell[0] + di, cell[1] + dj
            if not (0 <= i < room.shape[0] and 0 <= j < room.shape[1]) or room[i, j] < MARGIN:
                continue
            far = travelled + math.hypot(di, dj)
            if far < best.get((i, j), math.inf):
                best[i, j] = far
                came_from[i, j] = cell
                heapq.heappush(frontier, (far + math.dist((i, j), goal), far, (i, j)))
    return None


def _taut(plan: FloorPlan, points: list[Point]) -> list[Point]:
    """The same way without the points that can be passed by in a straight line."""
    kept, k = [points[0]], 0
    while k < len(points) - 1:
        ahead = next((m for m in range(len(points) - 1, k + 1, -1) if plan.open_line(points[k], points[m])), k + 1)
        kept.append(points[ahead])
        k = ahead
    return kept
