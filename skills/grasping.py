"""Where to take hold of an object from above: yaws that fit it, with room for the fingers and within reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.catalog import sized
from sim.geometry import Vec3, rectangle, wrap_angle
from sim.kinematics import IKResult
from sim.state import ObjectState, Pose, SceneState
from skills.containment import contained, opening
from skills.motion import tool_down
from skills.outcome import FailureReason, SkillFailure
from skills.outlines import gap_between, outlines
from skills.paper_arm import Body

if TYPE_CHECKING:
    from sim.robots import RobotSpec
    from sim.world import World

FINGER_ROOM = 0.002
"""Least gap between a finger and what stands beside it, metres."""
APPROACH_HEIGHT = 0.10
"""How far above the grasp an approach begins, metres; less where that is out of reach."""
_LOW = -0.07
"""World z below which a point is in a place of its own, such as a drawer under others, metres."""
_OVER = 0.15
"""World z from which the hand goes down into such a place, metres."""
_PALM_ROOM = 0.006
"""Least gap between the palm and what is held, metres."""
_SHALLOWEST = 0.006
"""Least depth of the tool's origin below the top of what is held, metres."""
_SLACKS = (0.015, 0.006, 0.004)
"""Room between each finger and the object on the way down, metres: the first that the neighbours allow."""

_LEVEL = 0.004
"""How much taller an object may stand than it is, leaning, for a cup to close on its top, metres."""
_CUP_GAP = 0.001
"""Between cup and object: the cup's lip bridges it, and nothing is pressed into the table, metres."""


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
    width: float = 0.0
    """Of the object between the fingers, metres."""


def finger_outlines(spec: RobotSpec, x: float, y: float, yaw: float, opening: float) -> list[np.ndarray]:
    """Outlines, each of shape (4, 2), of the two finger tips (or of the cup) of a hand that points down."""
    width, thickness, _ = spec.finger_size
    if spec.suction is not None:
        return [rectangle((x, y), (width, thickness), yaw)]
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
        if math.dist(other.position[:2], (x, y)) > max(0.25, math.hypot(*other.size[:2]) / 2.0 + 0.13):
            continue
        meeting = [hand, *fingers] if other.top > palm else fingers
        gap = _room_inside(other, meeting, tip) if other.name == inside else gap_between(meeting, outlines(other))
        if gap < least:
            least, nearest = gap, other.name
    return least, nearest


def _room_inside(container: ObjectState, parts: list[np.ndarray], tip: float) -> float:
    """Least gap between parts of the hand inside a container and its wall at the height of the finger tips, metres."""
    points = np.concatenate(parts) - np.array(container.position[:2])
    if container.round:
        return inner_radius(container, tip) - float(np.linalg.norm(points, axis=1).max())
    c, s = math.cos(container.pose.yaw), math.sin(container.pose.yaw)
    local = points @ np.array([(c, -s), (s, c)])
    (x0, x1), (y0, y1) = opening(container)
    (low_x, low_y), (high_x, high_y) = local.min(axis=0), local.max(axis=0)
    return float(min(low_x - x0, x1 - high_x, low_y - y0, y1 - high_y))


def inner_radius(container: ObjectState, z: float) -> float:
    """Radius (or half side) of the inside of a container at world height z, metres."""
    kind = sized(container.category, container.size)
    outer = kind.size[0] / 2.0 - kind.wall
    if kind.name != "bowl":
        return outer
    rise = (z - container.bottom - kind.floor) / (kind.size[2] - kind.floor)
    return kind.inner + (outer - kind.inner) * min(max(rise, 0.0), 1.0)


def grasps(world: World, state: SceneState, name: str, grip: Vec3 | None = None) -> list[Grasp]:
    """Ways to take hold of an object, best first; those without room for the fingers are left out.

    Args:
        world: for the robot.
        state: the scene.
        name: the object.
        grip: where to take hold, in the object's frame, metres; None for where its category says.

    Raises:
        SkillFailure: COLLISION, where there is no room for the fingers on any side, or no place for the cup on top.
    """
    target = state[name]
    spec = world.spec
    if spec.suction is not None:
        return [cup_grasp(world, state, target)]
    kind = sized(target.category, target.size)
    grip = kind.grip if grip is None else grip
    x, y, _ = (target.pose @ Pose(grip)).position if any(grip) else target.position
    low = target.bottom + spec.finger_size[2] + 0.002
    inside = contained(state).get(name)
    # Inside a container the fingers stay high, where the walls leave more room.
    below_top = 0.012 if inside is not None else max(0.015, target.height / 2.0)
    # What is tall is held near its top: the palm must stay above it.
    below_top = min(below_top, spec.hand_size[2] - _PALM_ROOM)
    z = max(low, target.top - below_top)
    if state.family == "desk":
        # The drawer is sunk into the desk: the palm stays above the desk's top.
        z = max(z, min(target.top - _SHALLOWEST, _PALM_ROOM - spec.hand_size[2]))
    found: list[Grasp] = []
    nearest: str | None = None
    tightest = -math.inf
    ahead = heading(world, state, x, y)
    for yaw, width in _sides(target, world.kinematics.base, ahead):
        if width > spec.opening - 2.0 * _SLACKS[-1]:
            continue
        for slack in _SLACKS:
            opening = min(spec.opening, width + 2.0 * slack)
            room, beside = fingers_room(spec, x, y, z, yaw, opening, state, {name}, inside)
            if room >= FINGER_ROOM:
                found.append(Grasp(x, y, z, yaw, opening, room, width))
                break
            if room > tightest:
                tightest, nearest = room, beside
    if not found:
        blocked = "it is too wide for the hand" if nearest is None else f"the {nearest} leaves no room for the fingers"
        raise SkillFailure(FailureReason.COLLISION, f"cannot grasp the {name}: {blocked}", nearest)
    # Room counts up to a centimetre; beyond it the smaller turn of the wrist wins.
    return sorted(found, key=lambda g: (-round(min(g.room, 0.01), 3), abs(wrap_angle(g.yaw - ahead))))


def heading(world: World, state: SceneState, x: float, y: float) -> float:
    """The heading of the hand over a point from which the wrist has most room to turn, radians.

    That is straight away from the arm's foot. On the tabletop and its like, where things lie before the robot, skills
    have always gone by where it looks.
    """
    base = world.kinematics.base
    if state.family != "reach":
        return base.yaw
    return math.atan2(y - base.position[1], x - base.position[0])


def cup_grasp(world: World, state: SceneState, target: ObjectState) -> Grasp:
    """How a suction cup takes hold of an object: in the middle of its top.

    Whether the cup closes there is for the physics to tell; what can be seen beforehand is refused.

    Raises:
        SkillFailure: COLLISION, where the top is not level, too small for the cup, or there is no room for the cup.
    """
    spec, name = world.spec, target.name
    x, y, _ = target.position
    ball = target.round and target.size[0] == target.size[1] == target.size[2]
    if not ball and abs(target.height - min(target.size, key=lambda s: abs(s - target.height))) > _LEVEL:
        raise SkillFailure(FailureReason.COLLISION, f"cannot grasp the {name} by suction: its top is not level", name)
    widths = sized(target.category, target.size).grip_widths or ()
    if min(*np.ptp(target.footprint, axis=0), *(w for w in widths if w is not None)) < spec.finger_size[0]:
        message = f"cannot grasp the {name} by suction: its top is smaller than the cup"
        raise SkillFailure(FailureReason.COLLISION, message, name)
    base, z = world.kinematics.base, target.top + _CUP_GAP
    yaw = base.yaw + wrap_half(target.pose.yaw - base.yaw)
    inside = contained(state).get(name)
    room, beside = fingers_room(spec, x, y, z, yaw, spec.opening, state, {name}, inside)
    if room < FINGER_ROOM:
        message = f"cannot grasp the {name}: the {beside} leaves no room for the cup"
        raise SkillFailure(FailureReason.COLLISION, message, beside)
    return Grasp(x, y, z, yaw, spec.opening, room)


def _sides(target: ObjectState, base: Pose, ahead: float) -> list[tuple[float, float]]:
    """Tool yaws within a quarter turn of `ahead`, with the object's width between the fingers."""
    if target.round:
        # Any side of a disc will do; across the line to the base the wrist turns least.
        x, y = target.position[0] - base.position[0], target.position[1] - base.position[1]
        turns = [(math.atan2(y, x) - ahead) * k for k in (0.0, 1.0)]
        turns += [math.radians(a) for a in (-90, -60, -30, 30, 60)]
        return [(ahead + wrap_half(turn), target.size[0]) for turn in turns]
    turned = target.pose.yaw - ahead
    across, along = sized(target.category, target.size).grip_widths or target.size[:2]
    widths = ((0, along), (1, across))
    return [(ahead + wrap_half(turned + k * math.pi / 2.0), width) for k, width in widths if width is not None]


def wrap_half(angle: float) -> float:
    """The same direction of the fingers, which are alike, in [-pi/2, pi/2)."""
    return (angle + math.pi / 2.0) % math.pi - math.pi / 2.0


def approach_height(bottom: float) -> float:
    """How far above a point an approach to it begins, metres.

    Args:
        bottom: world z of the lowest thing that the hand brings there, metres.
    """
    return APPROACH_HEIGHT if bottom > _LOW else _OVER - bottom


def reach_down(
    world: Body, x: float, y: float, z: float, yaw: float, height: float = APPROACH_HEIGHT
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


def _seed(world: Body, x: float, y: float, yaw: float) -> tuple[float, ...]:
    """The resting posture, turned at its first joint towards the point: solutions stay alike all over the table."""
    base = world.kinematics.base
    bearing = math.remainder(math.atan2(y - base.position[1], x - base.position[0]) - base.yaw, math.tau)
    home = world.spec.home
    return (home[0] + bearing, *home[1:-1], home[-1] + bearing - math.remainder(yaw - base.yaw, math.tau))
