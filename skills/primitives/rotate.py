"""`rotate(object, left|right)`: take hold of an object, turn it on the spot, and set it down again."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.geometry import wrap_angle
from sim.kinematics import IKResult
from sim.state import TABLE
from skills.grasping import Grasp, grasps, reach_down
from skills.motion import Motion, close_hand, follow, line, open_hand, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.primitives.pick import LEAVES
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_OBJECT = "?object"
_SIDES = {"left": 1.0, "right": -1.0}
"""Sense of the turn, seen from above: left is counter-clockwise."""
ANGLES = (math.radians(80.0), math.radians(67.0))
"""How far an object is turned, radians: the first that the wrist can do."""
_STEP = 0.15
_LIFT = 0.02
"""How high it is lifted to be turned, metres."""
_RISE = 0.08
"""How far the hand rises in the end, metres."""
_FARTHEST = 0.6
"""Largest change of a joint on the way up, radians: more is another posture of the arm."""
_RELEASE = 0.024
"""How much wider than the object the fingers open to let go, metres."""


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Grasps from above, lifts a little, turns the wrist, sets down, lets go and rises.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, GRASP_MISSED or DROPPED.
    """
    name, direction = call.arguments
    grasp, above, at, turned = _choose(world, name, _SIDES[direction])
    yield Command(opening=grasp.opening)
    yield from transfer(world, above.joints)
    yield from follow(world, line(world, above.joints, world.kinematics.forward(at.joints)), speed=0.5)
    world.aim = name
    yield from close_hand(world)
    _check_hold(world, name, FailureReason.GRASP_MISSED, f"the fingers closed beside the {name}")
    width = world.opening()
    yield from follow(world, [at.joints, *turned], speed=0.4)
    _check_hold(world, name, FailureReason.DROPPED, f"the {name} slipped from the fingers while it was turned")
    x, y, z = world.kinematics.forward(turned[-1]).position
    yaw = world.kinematics.forward(turned[-1]).yaw
    down = line(world, turned[-1], tool_down(x, y, z - _LIFT, yaw))
    yield from follow(world, down, speed=0.3)
    yield from _let_go(world, width)
    yield from follow(world, line(world, down[-1], tool_down(x, y, z - _LIFT + _RISE, yaw)), speed=0.5)
    return f"the {name} was turned {direction}"


def _choose(world: World, name: str, side: float) -> tuple[Grasp, IKResult, IKResult, list[tuple[float, ...]]]:
    """A grasp from which the wrist can turn far enough, joint angles above and at it, and those of the turn.

    Raises:
        SkillFailure: COLLISION or UNREACHABLE.
    """
    offers = grasps(world, world.see(), name)
    for angle, grasp in itertools.product(ANGLES, offers):
        found = reach_down(world, grasp.x, grasp.y, grasp.z, grasp.yaw)
        way = None if found is None else _turn(world, grasp, found[1], side * angle)
        if found is not None and way is not None:
            return grasp, *found, way
    raise SkillFailure(FailureReason.UNREACHABLE, f"the wrist cannot turn the {name} so far", name)


def _turn(world: World, grasp: Grasp, at: IKResult, turn: float) -> list[tuple[float, ...]] | None:
    """Joint angles that lift and then turn; None where the wrist comes to its end."""
    seed, points = at.joints, []
    steps = math.ceil(abs(turn) / _STEP)
    for k in range(steps + 1):
        pose = tool_down(grasp.x, grasp.y, grasp.z + _LIFT, wrap_angle(grasp.yaw + turn * k / steps))
        found = world.kinematics.solve(pose, seed, restarts=False)
        if not found.success or _bend(found.joints, seed) > 2.0 * _STEP:
            return None
        seed = found.joints
        points.append(seed)
    x, y, z = grasp.x, grasp.y, grasp.z + _RISE
    above = world.kinematics.solve(tool_down(x, y, z, wrap_angle(grasp.yaw + turn)), seed, restarts=False)
    return points if above.success and _bend(above.joints, seed) < _FARTHEST else None


def _bend(a: Sequence[float], b: Sequence[float]) -> float:
    """Largest difference of two joint angles, radians."""
    return max(abs(p - q) for p, q in zip(a, b, strict=True))


def _let_go(world: World, width: float) -> Motion:
    """Opens in two strokes: the first, small one sets the object down before the fingers leave it."""
    opening = min(width + _RELEASE, world.spec.opening)
    yield from open_hand(world, min(width + 0.004, opening))
    yield from open_hand(world, opening)


def _check_hold(world: World, name: str, reason: FailureReason, message: str) -> None:
    if world.held() != name:
        raise SkillFailure(reason, message, name)


_KEPT = ("on", "in", "in-half", "at")


def _spec(direction: str) -> SkillSpec:
    return SkillSpec(
        name=f"rotate-{direction}",
        skill="rotate",
        pattern=(_OBJECT, direction),
        parameters=(Parameter("object", "movable"),),
        sentence=f"rotate the {{object}} {direction}",
        preconditions=(Atom("hand-empty"), Atom("clear", (_OBJECT,)), Atom("on", (_OBJECT, TABLE))),
        adds=(Atom("turned", (_OBJECT, direction)),),
        deletes=(Atom("turned", (_OBJECT, "*")), *(a for a in LEAVES if a.predicate not in _KEPT)),
        families=("desk",),
    )


register(Skill("rotate", tuple(map(_spec, _SIDES)), run))
