"""Moving parts of furniture by their handle: drawers, doors and switches that slide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.command import Command
from skills.grasping import approach_height, reach_down
from skills.motion import Motion, close_hand, follow, line, open_hand, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure

if TYPE_CHECKING:
    from sim.world import World

_LOW = 0.07
"""Height above a handle from which the hand goes down where the ordinary one is out of reach, metres."""
_SLACK = 0.014
"""Room between each finger and the handle on the way down, metres."""
_SPEED = 0.2
_OVERSHOOT = 0.006
"""How far beyond a stop the hand is sent, so that the part reaches it, metres."""
_TOUCH = 1.0
"""Force of the fingers on a handle that they hold, newtons."""
_SHORT = 0.02
"""A part that ends farther from where it should be was not moved, metres."""


def slide(world: World, name: str, reading: float) -> Motion:
    """Takes a part by its handle from above, slides it, lets go and rises.

    Args:
        world: where the robot is.
        name: of the part.
        reading: what its joint is to read in the end, metres; within a part's travel.

    Raises:
        SkillFailure: UNREACHABLE, NO_PATH, COLLISION, GRASP_MISSED, DROPPED or EFFECT_NOT_REACHED.
    """
    part = world.mechanism(name)
    if world.spec.suction is not None:
        raise SkillFailure(FailureReason.GRASP_MISSED, f"a suction cup cannot hold the handle of the {name}", name)
    if part is None:
        raise SkillFailure(FailureReason.PRECONDITION, f"the {name} has no handle", name)
    x, y, z = part.handle.position
    yaw = world.kinematics.base.yaw + _half(part.handle.yaw - world.kinematics.base.yaw)
    found = next((f for h in _heights(z) if (f := reach_down(world, x, y, z, yaw, h)) is not None), None)
    if found is None:
        raise SkillFailure(FailureReason.UNREACHABLE, f"the handle of the {name} is out of reach", name)
    above, at = found
    opening = min(part.width + 2.0 * _SLACK, world.spec.opening)
    yield Command(opening=opening)
    yield from transfer(world, above.joints)
    yield from follow(world, line(world, above.joints, world.kinematics.forward(at.joints)), speed=0.5)
    yield from close_hand(world)
    if not any(t.name == name and t.force > _TOUCH for t in world.touches()):
        raise SkillFailure(FailureReason.GRASP_MISSED, f"the fingers closed beside the handle of the {name}", name)
    way = reading - part.reading
    way += math.copysign(_OVERSHOOT, way) if reading in (0.0, part.travel) else 0.0
    x, y, z = (p + way * a for p, a in zip(part.handle.position, part.axis, strict=True))
    pull = line(world, at.joints, tool_down(x, y, z, yaw))
    yield from follow(world, pull, speed=_SPEED)
    yield from open_hand(world, opening)
    yield from _rise(world, pull[-1])
    if abs(_reading(world, name) - reading) > _SHORT:
        raise SkillFailure(FailureReason.EFFECT_NOT_REACHED, f"the {name} moved only part of the way", name)


def _rise(world: World, joints: tuple[float, ...]) -> Motion:
    """Straight up from where a handle was let go, as high as the arm can."""
    x, y, z = world.kinematics.forward(joints).position
    yaw = world.kinematics.forward(joints).yaw
    for height in _heights(z):
        try:
            way = line(world, joints, tool_down(x, y, z + height, yaw))
        except SkillFailure:
            continue
        yield from follow(world, way, speed=0.5)
        return
    raise SkillFailure(FailureReason.UNREACHABLE, "the hand cannot rise from where it is")


def _heights(z: float) -> tuple[float, ...]:
    """From which the hand goes down to a handle at world z, above it, metres."""
    return (approach_height(z), _LOW)


def _reading(world: World, name: str) -> float:
    part = world.mechanism(name)
    return 0.0 if part is None else part.reading


def _half(angle: float) -> float:
    """The same direction of the fingers, which are alike, in [-pi/2, pi/2)."""
    return (angle + math.pi / 2.0) % math.pi - math.pi / 2.0
