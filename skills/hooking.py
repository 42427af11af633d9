"""Strokes of a hook that take an object along: where the hook comes down, where it goes, and what is in its way.

A hook is an L of two bars. Pulling, the head stands behind the object and the handle beside it; pushing, the object
stands before the head. A stroke is straight, and the hook keeps its heading, so that the flat head turns the object
square to itself and then carries it without slipping, as flat pushers do (Lynch and Mason, 1996).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.catalog import sized
from sim.category import Category
from sim.geometry import Vec3, convex_hull, quat_from_yaw, rectangle, wrap_angle
from sim.robots import RobotSpec
from sim.state import ObjectState, Pose, SceneState
from skills.outlines import feet, nearer, opening_below, outlines

CLEARANCE = 0.012
"""Least gap of hook, hand and object to everything else along a stroke, metres."""
APPROACH = 0.015
"""Gap between the head and the object where the hook comes down, metres."""
_OWN_ROOM = 0.005
"""Least gap between the hook and the object where it comes down and is lifted, metres."""
REACHES = (0.28, 0.77)
"""Distances from the arm's foot at which the hand can hold a hook close to the table, metres."""
LIFT = 0.004
"""How high above the table the hook slides, metres."""

_GRIPS = (-0.01, 0.06, -0.13)
"""Other places along the handle where it can be held, from the middle of the hook, metres."""
_TURNS = (0.0, 0.15, -0.15, 0.3, -0.3)
"""Headings of a pull against the straight line to the robot, radians."""
_SHIFTS = (0.0, 0.03, -0.02)
"""Where along the head a pulled object stands, from the middle of the hook, metres."""
_ENDS = (0.60, 0.54, 0.66, 0.48)
"""Distances from the arm's foot to which an object is pulled, metres."""
_CENTERED = (0.01, 0.03, -0.015)
"""Likewise of one that is pushed: near the head's tip it would slip off."""
_SLANT = math.radians(40.0)
"""Greatest angle between a push under a rack and straight in."""
_UNDER = (0.0, 0.04, -0.04, 0.08, -0.08)
"""How far to the side of its middle an object is pushed under a rack, metres."""
_DEPTHS = (0.0, -0.03, -0.06)
"""Likewise how far before it."""


@dataclass(frozen=True)
class Stroke:
    """A straight stroke of a hook over the table."""

    start: Pose
    """Of the hook where it comes down."""
    end: Pose
    """Of the hook where the stroke ends."""
    rise: Pose
    """Of the hook where it is lifted again."""
    body: ObjectState
    """The object as it is before."""
    after: ObjectState
    """The object as it should be afterwards."""


def pulls(state: SceneState, name: str, hook: str) -> Iterator[Stroke]:
    """Strokes that bring an object closer to the robot, the plainest first; what is in the way is not asked."""
    body, tool = state[name], state[hook]
    base = state.robot.base.position
    x, y = body.position[0] - base[0], body.position[1] - base[1]
    bearing, distance = math.atan2(y, x), math.hypot(x, y)
    kind = sized(tool.category, tool.size)
    inner = kind.size[0] / 2.0 - kind.size[2]
    for turn, end, shift in sorted(itertools.product(_TURNS, _ENDS, _SHIFTS), key=_effort):
        yaw = bearing + turn
        way = _way_to(distance, turn, end)
        if way is None or way < 0.02:
            continue
        touch = inner - _depth(body, yaw)
        start = _behind(body.position, yaw, touch - APPROACH, shift)
        flush = min(body.size[:2], key=lambda s: abs(s / 2.0 - _depth(body, yaw))) / 2.0
        after = _moved(body, _step(body.position, yaw, -way), yaw)
        end_pose = _behind(after.position, yaw, inner - flush, shift)
        yield Stroke(start, end_pose, _shifted(end_pose, yaw, APPROACH), body, after)


def _effort(choice: tuple[float, float, float]) -> float:
    turn, end, shift = choice
    return abs(turn) + 2.0 * abs(end - _ENDS[0]) + abs(shift)


def _way_to(distance: float, turn: float, end: float) -> float | None:
    """How far an object goes along a line turned against the line to the foot until it is `end` metres from it."""
    across, along = distance * math.sin(turn), distance * math.cos(turn)
    return along - math.sqrt(end * end - across * across) if abs(across) < end else None


def pushes(state: SceneState, name: str, hook: str, rack: str) -> Iterator[Stroke]:
    """Strokes that bring an object under a rack, as far in as it may be; what is in the way is not asked."""
    body, tool, shelf = state[name], state[hook], state[rack]
    outer = sized(tool.category, tool.size).size[0] / 2.0
    choices = sorted(
        itertools.product(_DEPTHS, _UNDER, _CENTERED), key=lambda c: 2.0 * abs(c[0]) + abs(c[1]) + abs(c[2])
    )
    for depth, side, shift in choices:
        goal = _under(shelf, body, depth, side)
        yaw = math.atan2(goal[1] - body.position[1], goal[0] - body.position[0])
        # Only from the front: the hand has to stay outside, and the legs stand beside the way.
        if abs(wrap_angle(yaw - _ahead(shelf))) > _SLANT:
            continue
        start = _behind(body.position, yaw, outer + _depth(body, yaw) + APPROACH, shift)
        after = _moved(body, goal, yaw)
        flush = min(body.size[:2], key=lambda s: abs(s / 2.0 - _depth(body, yaw))) / 2.0
        end_pose = _behind(goal, yaw, outer + flush, shift)
        yield Stroke(start, end_pose, _shifted(start, yaw, 0.0), body, after)


def _under(shelf: ObjectState, body: ObjectState, depth: float, side: float) -> tuple[float, float]:
    """A point under a rack, `depth` and `side` metres from its middle as the robot sees it."""
    ahead = _ahead(shelf)
    x = shelf.position[0] + depth * math.cos(ahead) - side * math.sin(ahead)
    y = shelf.position[1] + depth * math.sin(ahead) + side * math.cos(ahead)
    return x, y


def _ahead(shelf: ObjectState) -> float:
    """Heading of that of a rack's axes which leads away from the robot, radians."""
    return min((wrap_angle(shelf.pose.yaw + k * math.pi / 2.0) for k in range(4)), key=abs)


def _depth(body: ObjectState, yaw: float) -> float:
    """Half of the extent of an object's outline along a heading, metres."""
    along = body.footprint @ np.array([math.cos(yaw), math.sin(yaw)])
    return float(along.max() - along.min()) / 2.0


def _behind(point: tuple[float, ...], yaw: float, ahead: float, shift: float) -> Pose:
    """Pose of a hook from which a point is `ahead` metres along its handle and `shift` to its left."""
    c, s = math.cos(yaw), math.sin(yaw)
    return Pose((point[0] - c * ahead + s * shift, point[1] - s * ahead - c * shift, 0.0), quat_from_yaw(yaw))


def _step(point: tuple[float, ...], yaw: float, way: float) -> tuple[float, float]:
    return point[0] + math.cos(yaw) * way, point[1] + math.sin(yaw) * way


def _shifted(pose: Pose, yaw: float, way: float) -> Pose:
    return Pose((*_step(pose.position, yaw, way), 0.0), pose.orientation)


def _moved(body: ObjectState, to: tuple[float, float], yaw: float) -> ObjectState:
    """The object at another place, square to the head."""
    turn = math.remainder(yaw - body.pose.yaw, math.pi / 2.0)
    return replace(body, pose=Pose((*to, body.position[2]), quat_from_yaw(body.pose.yaw + turn)))


def grips(tool: Category) -> tuple[Vec3, ...]:
    """Where a hook can be held by its handle, in its frame, metres: the usual place first, then nearer to its head."""
    _, y, z = tool.grip
    return tuple((x, y, z) for x in (tool.grip[0], *_GRIPS))


def tool_at(state: SceneState, hook: str, pose: Pose, grip: Vec3 | None = None) -> tuple[float, float, float, float]:
    """Where the hand is (x, y, z in metres, heading in radians) with the hook over the table at a pose.

    Args:
        state: the scene.
        hook: if the hand holds it, as it lies in the hand now.
        pose: of the hook.
        grip: where it would be held else, see `grips`; None for the usual place.
    """
    tool = state[hook]
    turn = pose.yaw - tool.pose.yaw
    if state.robot.holding == hook:
        hand = state.robot.tool
        held, z, yaw = hand.position, LIFT + hand.position[2] - tool.bottom, hand.yaw
    else:
        held = (tool.pose @ Pose(grip or sized(tool.category, tool.size).grip)).position
        z, yaw = LIFT + tool.height / 2.0, tool.pose.yaw
    dx, dy = held[0] - tool.position[0], held[1] - tool.position[1]
    c, s = math.cos(turn), math.sin(turn)
    return pose.position[0] + c * dx - s * dy, pose.position[1] + s * dx + c * dy, z, wrap_angle(yaw + turn)


def blockers(state: SceneState, spec: RobotSpec, hook: str, stroke: Stroke, grip: Vec3 | None = None) -> list[str]:
    """Objects that stand in the way of a stroke: of the hook, of what it takes along, or of the hand.

    Args:
        state: the scene.
        spec: the robot.
        hook: what makes the stroke.
        stroke: where it goes.
        grip: see `tool_at`.
    """
    tool = state[hook]
    low = [
        *_swept(tool, stroke.start, stroke.end),
        *_swept(tool, stroke.end, stroke.rise),
        *_swept(stroke.body, stroke.body.pose, stroke.after.pose),
    ]
    lifted = [p for pose in (stroke.start, stroke.rise) for p in outlines(replace(tool, pose=pose))]
    tools = [tool_at(state, hook, pose, grip) for pose in (stroke.start, stroke.end, stroke.rise)]
    hand = convex_hull(np.concatenate([rectangle((x, y), spec.hand_size[:2], yaw) for x, y, _, yaw in tools]))
    palm = tools[0][2] + spec.hand_size[2]
    found = []
    if _touches_own(tool, stroke):
        found.append(stroke.body.name)
    for other in state.objects:
        if other.name in (hook, stroke.body.name, state.robot.holding):
            continue
        whole = outlines(other)
        from_above = [*lifted, hand] if other.top > palm else lifted
        # Under a rack goes only what fits under its board.
        fits = other.category != "rack" or stroke.body.top + CLEARANCE < opening_below(other)
        if nearer(low, feet(other) if fits else whole, CLEARANCE) or nearer(from_above, whole, CLEARANCE):
            found.append(other.name)
    return found


def _touches_own(tool: ObjectState, stroke: Stroke) -> bool:
    """Whether the hook would come down on the object, or catch it where it is lifted again."""
    pairs = ((stroke.start, stroke.body), (stroke.rise, stroke.after))
    return any(nearer(outlines(replace(tool, pose=pose)), outlines(body), _OWN_ROOM) for pose, body in pairs)


def _swept(thing: ObjectState, start: Pose, end: Pose) -> list[np.ndarray]:
    first, last = (outlines(replace(thing, pose=_level(thing, pose))) for pose in (start, end))
    return [convex_hull(np.concatenate([p, q])) for p, q in zip(first, last, strict=True)]


def _level(thing: ObjectState, pose: Pose) -> Pose:
    return Pose((*pose.position[:2], thing.position[2]), quat_from_yaw(pose.yaw))
