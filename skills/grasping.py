"""Where to take hold of an object from above: yaws that fit it, with room for the fingers and within reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.catalog import CATEGORIES
from sim.geometry import polygon_gap, rectangle, wrap_angle
from sim.kinematics import IKResult
from sim.state import ObjectState, SceneState
from skills.motion import tool_down
from skills.outcome import FailureReason, SkillFailure
from skills.predicates import contained

if TYPE_CHECKING:
    from sim.robots import RobotSpec
    from sim.world import World

FINGER_ROOM = 0.002
"""Least gap between a finger and what stands beside it, metres."""
APPROACH_HEIGHT = 0.10
"""How far above the grasp an approach begins, metres; less where that is out of reach."""
_SLACKS = (0.015, 0.006, 0.004)
"""Room between each finger and the object on the way down, metres: the first that the neighbours allow."""


@dataclass(frozen=True)
class Grasp:
    """A way to take hold of an object."""

    x: float
    """Of the tool, metres; likewise y and z."""
    y: float
    z: float
    yaw: float
    """Of the tool, radians."""
    opening: float
    """Of the fingers on the way down, metres."""
    room: float
    """Least gap between the fingers and anything else, metres."""


def finger_outlines(spec: RobotSpec, x: float, y: float, yaw: float, opening: float) -> list[np.ndarray]:
    """Outlines, each of shape (4, 2), of the two finger tips of a hand that points down."""
    width, thickness, _ = spec.finger_size
    offset = (opening + thickness) / 2.0
    dx, dy = math.sin(yaw) * offset, -math.cos(yaw) * offset
    return [rectangle((x + s * dx, y + s * dy), (width, thickness), yaw) for s in (1.0, -1.0)]


def fingers_room(
    spec: RobotSpec,
    x: float,
    y: float,
    z: float,
    yaw: float,
    opening: float,
    state: SceneState,
    ignore: set[str],
    inside: str | None = None,
) -> tuple[float, str | None]:
    """Least gap, metres, of fingers and hand to the objects beside them, and the nearest object.

    Args:
        spec: the robot.
        x: tool position, metres; likewise y and z.
        y: see x.
        z: see x.
        yaw: tool heading, radians.
        opening: between the fingers, metres.
        state: the scene.
        ignore: objects not to mind.
        inside: the container that the fingers reach into, whose wall counts from within.
    """
    fingers = finger_outlines(spec, x, y, yaw, opening)
    hand = rectangle((x, y), (spec.hand_size[0], spec.hand_size[1]), yaw)
    tip, palm = z - spec.finger_size[2], z + spec.hand_size[2]
    least, nearest = 0.2, None
    for other in state.objects:
        if other.name in ignore or other.top < tip:
            continue
        if math.dist(other.position[:2], (x, y)) > 0.25:
            continue
        outlines = [hand] if other.top > palm else []
        gap = min((polygon_gap(o, other.footprint) for o in (*outlines, *fingers)), default=0.2)
        if other.name == inside and other.top < palm:
            gap = _room_inside(other, fingers, tip)
        if gap < least:
            least, nearest = gap, other.name
    return least, nearest


def _room_inside(container: ObjectState, outlines: list[np.ndarray], tip: float) -> float:
    """Least gap between outlines inside a container and its wall at the height of the finger tips, metres."""
    radius = inner_radius(container, tip)
    points = np.concatenate(outlines) - np.array(container.position[:2])
    if container.round:
        return radius - float(np.linalg.norm(points, axis=1).max())
    c, s = math.cos(container.pose.yaw), math.sin(container.pose.yaw)
    local = points @ np.array([(c, -s), (s, c)])
    return radius - float(np.abs(local).max())


def inner_radius(container: ObjectState, z: float) -> float:
    """Radius (or half side) of the inside of a container at world height z, metres."""
    kind = CATEGORIES[container.category]
    outer = kind.size[0] / 2.0 - kind.wall
    if kind.name != "bowl":
        return outer
    rise = (z - container.bottom - kind.floor) / (kind.size[2] - kind.floor)
    return kind.inner + (outer - kind.inner) * min(max(rise, 0.0), 1.0)


def grasps(world: World, state: SceneState, name: str) -> list[Grasp]:
    """Ways to take hold of an object, best first; those without room for the fingers are left out.

    Raises:
        SkillFailure: COLLISION, where there is no room for the fingers on any side.
    """
    target = state[name]
    spec = world.spec
    x, y, _ = target.position
    low = target.bottom + spec.finger_size[2] + 0.002
    inside = contained(state).get(name)
    # Inside a container the fingers stay high, where the walls leave more room.
    below_top = 0.012 if inside is not None else max(0.015, target.height / 2.0)
    z = max(low, target.top - below_top)
    found: list[Grasp] = []
    nearest: str | None = None
    tightest = -math.inf
    for yaw, width in _sides(target, x, y):
        if width > spec.opening - 2.0 * _SLACKS[-1]:
            continue
        for slack in _SLACKS:
            opening = min(spec.opening, width + 2.0 * slack)
            room, beside = fingers_room(spec, x, y, z, yaw, opening, state, {name}, inside)
            if room >= FINGER_ROOM:
                found.append(Grasp(x, y, z, yaw, opening, room))
                break
            if room > tightest:
                tightest, nearest = room, beside
    if not found:
        blocked = "it is too wide for the hand" if nearest is None else f"the {nearest} leaves no room for the fingers"
        raise SkillFailure(FailureReason.COLLISION, f"cannot grasp the {name}: {blocked}", nearest)
    # Room counts up to a centimetre; beyond it the smaller turn of the wrist wins.
    return sorted(found, key=lambda g: (-round(min(g.room, 0.01), 3), abs(wrap_angle(g.yaw))))


def _sides(target: ObjectState, x: float, y: float) -> list[tuple[float, float]]:
    """Tool yaws within a quarter turn of straight ahead, with the object's width between the fingers."""
    if target.round:
        # Any side of a disc will do; across the line to the base the wrist turns least.
        return [(wrap_half(math.atan2(y, x) * k), target.size[0]) for k in (0.0, 1.0)] + [
            (wrap_half(math.radians(a)), target.size[0]) for a in (-90, -60, -30, 30, 60)
        ]
    turned = target.pose.yaw
    return [(wrap_half(turned + k * math.pi / 2.0), target.size[1] if k % 2 == 0 else target.size[0]) for k in range(2)]


def wrap_half(angle: float) -> float:
    """The same direction of the fingers, which are alike, in [-pi/2, pi/2)."""
    return (angle + math.pi / 2.0) % math.pi - math.pi / 2.0


def reach_down(
    world: World, x: float, y: float, z: float, yaw: float, height: float = APPROACH_HEIGHT
) -> tuple[IKResult, IKResult] | None:
    """Joint angles above a point and at it, the tool pointing down, or None out of reach.

    Args:
        world: where the robot is.
        x: of the tool at the point, metres; likewise y and z.
        y: see x.
        z: see x.
        yaw: tool heading, radians.
        height: of the approach above the point, metres.
    """
    at = world.kinematics.solve(tool_down(x, y, z, yaw), _seed(world, x, y, yaw))
    if not at.success:
        return None
    for rise in (height, 0.6 * height):
        above = world.kinematics.solve(tool_down(x, y, z + rise, yaw), at.joints, restarts=False)
        if above.success:
            return above, at
    return None


def _seed(world: World, x: float, y: float, yaw: float) -> tuple[float, ...]:
    """The resting posture, turned at its first joint towards the point: solutions stay alike all over the table."""
    base = world.spec.base
    bearing = math.atan2(y - base.position[1], x - base.position[0]) - base.yaw
    home = world.spec.home
    return (home[0] + bearing, *home[1:-1], home[-1] + bearing - yaw)
