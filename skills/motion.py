"""Arm motion as generators of commands: straight lines, joint-space transfers, opening and closing the hand.

Every motion watches itself: an arm that lags far behind its command has been stopped by something, and a guard given by
the skill is asked at each control step. Either ends the skill with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.command import CONTROL_SECONDS, GRIP_FORCE, Command
from sim.geometry import quat_from_yaw, quat_multiply
from sim.planning import plan_path
from sim.state import TABLE, Pose
from skills.outcome import FailureReason, SkillFailure
from skills.outlines import gap_between, outlines
from skills.paper_arm import Body

if TYPE_CHECKING:
    from sim.world import World

Motion = Generator[Command, None, None]
Guard = Callable[[], None]

_LAG = 0.15
_LAG_STEPS = 6
_LINE_STEP = 0.03
_LARGEST_BEND = 0.6
_NEAR = 1.1
"""Distance from the arm's foot beyond which nothing is in its way, metres."""


def tool_down(x: float, y: float, z: float, yaw: float) -> Pose:
    """The tool at (x, y, z) m, pointing down; the fingers open along the direction `yaw` - 90 degrees."""
    return Pose((x, y, z), quat_multiply(quat_from_yaw(yaw), (1.0, 0.0, 0.0, 0.0)))


def line(world: Body, start: Sequence[float], goal: Pose) -> list[tuple[float, ...]]:
    """Joint way-points of a straight line of the tool from joint angles `start` to a pose.

    Raises:
        SkillFailure: UNREACHABLE, where a point of the line is out of reach.
    """
    origin = world.kinematics.forward(start)
    span = np.array(goal.position) - np.array(origin.position)
    count = max(1, math.ceil(float(np.linalg.norm(span)) / _LINE_STEP))
    points = [tuple(start)]
    for k in range(1, count + 1):
        x, y, z = np.array(origin.position) + span * (k / count)
        result = world.kinematics.solve(Pose((x, y, z), goal.orientation), points[-1], restarts=False)
        bend = max(abs(a - b) for a, b in zip(result.joints, points[-1], strict=True))
        if not result.success or bend > _LARGEST_BEND:
            raise SkillFailure(
                FailureReason.UNREACHABLE,
                f"the arm cannot move straight to ({goal.position[0]:.2f}, {goal.position[1]:.2f}, "
                f"{goal.position[2]:.2f}): {1000 * result.position_error:.0f} mm off",
            )
        points.append(result.joints)
    return points


def follow(
    world: World, points: Sequence[Sequence[float]], *, speed: float = 1.0, guard: Guard | None = None
) -> Motion:
    """Runs through joint way-points with a minimum-jerk profile (Flash & Hogan 1985) over the whole path.

    Args:
        world: where the robot is.
        points: joint angles, radians; the first is where the arm is now.
        speed: fraction of the robot's highest joint speed.
        guard: asked after every control step; raises `SkillFailure` to stop.

    Raises:
        SkillFailure: COLLISION where the arm is stopped, or what the guard raises.
    """
    way = np.array(points, dtype=float)
    lengths = np.abs(np.diff(way, axis=0)).max(axis=1)
    marks = np.concatenate([[0.0], np.cumsum(lengths)])
    if marks[-1] < 1e-6:
        return
    # The profile's peak speed is 1.875 times its mean.
    seconds = max(0.15, 1.875 * marks[-1] / (speed * world.spec.speed))
    count = math.ceil(seconds / CONTROL_SECONDS)
    lagging = 0
    for k in range(1, count + 1):
        s = k / count
        travelled = marks[-1] * s**3 * (10.0 - 15.0 * s + 6.0 * s * s)
        target = tuple(float(np.interp(travelled, marks, way[:, j])) for j in range(way.shape[1]))
        yield Command(joints=target, force=world.command.force)
        lag = max(abs(a - b) for a, b in zip(world.joints(), target, strict=True))
        lagging = lagging + 1 if lag > _LAG else 0
        if lagging > _LAG_STEPS:
            raise _stopped(world)
        if guard is not None:
            guard()
    yield from _arrive(world, way[-1], guard)


def _arrive(world: World, target: np.ndarray, guard: Guard | None) -> Motion:
    """Waits until the joints are where they were sent, at most a quarter of a second."""
    for _ in range(10):
        if max(abs(a - b) for a, b in zip(world.joints(), target, strict=True)) < 0.003:
            return
        yield Command(force=world.command.force)
        if guard is not None:
            guard()


def _stopped(world: World) -> SkillFailure:
    pressed = sorted((t for t in world.touches()), key=lambda t: -t.force)
    what = pressed[0].name if pressed else "something"
    culprit = what if pressed and what != TABLE else None
    return SkillFailure(FailureReason.COLLISION, f"the arm was stopped by the {what}", culprit)


def transfer(world: World, goal: Sequence[float], *, held: str | None = None, guard: Guard | None = None) -> Motion:
    """Moves to joint angles, over what stands in between, or around it.

    A straight joint-space move where that is free; else the same at a greater height; else a path from RRT-Connect.

    Raises:
        SkillFailure: NO_PATH where none of these is free.
    """
    start = world.command.joints
    assert start is not None
    free = _Freedom(world, held)
    if free.path(start, goal):
        yield from follow(world, [start, goal], guard=guard)
        return
    over = _over(world, start, goal, free)
    if over is None:
        over = plan_path(start, goal, world.kinematics, free.posture)
    if over is None:
        raise SkillFailure(FailureReason.NO_PATH, "no way for the arm between what stands on the table")
    yield from follow(world, over, guard=guard)


def _over(world: World, start: Sequence[float], goal: Sequence[float], free: _Freedom) -> list[Sequence[float]] | None:
    """Up, across and down again, high enough to pass over everything."""
    kinematics = world.kinematics
    height = free.highest + free.depth + 0.03
    ends = []
    for joints in (start, goal):
        pose = kinematics.forward(joints)
        x, y, z = pose.position
        try:
            ends.append(line(world, joints, Pose((x, y, max(z, height)), pose.orientation)))
        except SkillFailure:
            return None
    up, down = ends[0], ends[1][::-1]
    if not free.path(up[-1], down[0]) or not all(free.posture(q) for q in (*up, *down)):
        return None
    return [*up, *down]


class _Freedom:
    """Whether postures and straight joint-space moves are clear of all objects but the held one."""

    def __init__(self, world: World, held: str | None) -> None:
        self._world = world
        # Around something as high as a rack, or as thin as a door's handle, a coarse look would miss it.
        self._step = 0.05 if world.family in ("reach", "desk") else 0.15
        self._ignore = (TABLE,) if held is None else (TABLE, held)
        state = world.see()
        foot = world.kinematics.base.position
        near = (o for o in state.objects if math.dist(o.position[:2], foot[:2]) < _NEAR)
        self._others = [o for o in near if o.name != held]
        self.highest = max((o.top for o in self._others), default=0.0)
        tool = world.kinematics.forward(world.joints())
        self._held = None if held is None else (tool.inverse() @ state[held].pose, state[held])
        self.depth = 0.01 if held is None else max(0.01, tool.position[2] - state[held].bottom)

    def path(self, start: Sequence[float], goal: Sequence[float]) -> bool:
        """Whether the straight joint-space move is clear, asked every 0.15 radians, or more often among furniture."""
        a, b = np.array(start), np.array(goal)
        count = max(2, math.ceil(float(np.abs(b - a).max()) / self._step))
        return all(self.posture(tuple(a + (b - a) * (k / count))) for k in range(1, count + 1))

    def posture(self, joints: Sequence[float]) -> bool:
        """Whether the arm and what it holds are clear of everything."""
        tool = self._world.kinematics.forward(joints)
        if tool.position[2] - self.depth > self.highest + 0.01:
            return True
        if tool.position[2] - self.depth < 0.0:
            return False
        if self._world.clearance(joints, self._ignore, within=0.004) < 0.003:
            return False
        return self._held is None or self._held_is_free(tool)

    def _held_is_free(self, tool: Pose) -> bool:
        assert self._held is not None
        relative, body = self._held
        moved = replace(body, pose=tool @ relative)
        return not any(
            moved.bottom < o.top + 0.003 and gap_between(outlines(moved), outlines(o)) < 0.004 for o in self._others
        )


def close_hand(world: World) -> Motion:
    """Closes the fingers until they stop."""
    previous, still = world.opening(), 0
    for _ in range(40):
        yield Command(opening=0.0, force=GRIP_FORCE)
        opening = world.opening()
        still = still + 1 if previous - opening < 2e-4 else 0
        previous = opening
        if still >= 4:
            return


def open_hand(world: World, opening: float) -> Motion:
    """Opens the fingers to a distance, metres."""
    for _ in range(16):
        yield Command(opening=opening, force=GRIP_FORCE)
        if world.opening() > opening - 0.003:
            return
