"""`push(object, direction)` and `push(object, toward, target)`: slide an object over the table."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.kinematics import IKResult
from sim.state import TABLE, SceneState
from skills.grasping import FINGER_ROOM, fingers_room, reach_down, wrap_half
from skills.motion import follow, line, open_hand, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.predicates import DIRECTIONS, Atom
from skills.primitives.pick import LEAVES
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec

if TYPE_CHECKING:
    from sim.world import World

_OBJECT = "?object"
_BEFORE = (Atom("hand-empty"), Atom("clear", (_OBJECT,)), Atom("on", (_OBJECT, TABLE)))
_DELETES = tuple(a for a in LEAVES if a.predicate not in ("on", "in"))

DISTANCE = 0.10
"""How far a push in a direction moves the object, metres."""
_STOP_GAP = 0.03
_STAND_OFF = (0.03, 0.02, 0.045)
_OPENING = 0.02
_HEIGHT = 0.10


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Comes down behind the object with both finger tips side by side, slides it, and rises.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH or TARGET_MOVED.
    """
    name = call.arguments[0]
    state = world.state()
    (ux, uy), distance = _course(state, call)
    body = state[name]
    seen = body.pose
    behind = -float((body.footprint @ np.array([ux, uy])).min()) + body.position[0] * ux + body.position[1] * uy
    z = max(body.bottom + world.spec.finger_size[2] + 0.003, body.position[2] - 0.4 * body.height + 0.01)
    yaw = wrap_half(math.atan2(uy, ux))
    contact = behind + world.spec.finger_size[0] / 2.0
    above, at = _start(world, state, name, (ux, uy), contact, z, yaw)
    start = world.kinematics.forward(at.joints).position
    stand_off = math.hypot(start[0] - body.position[0], start[1] - body.position[1]) - contact
    reach = stand_off + distance
    end = tool_down(start[0] + ux * reach, start[1] + uy * reach, z, yaw)
    slide = line(world, at.joints, end)

    def watch() -> None:
        if world.pose(name).distance(seen) > 0.02:
            raise SkillFailure(FailureReason.TARGET_MOVED, f"the {name} moved away before it was pushed", name)

    yield from open_hand(world, _OPENING)
    yield from transfer(world, above.joints, guard=watch)
    yield from follow(world, line(world, above.joints, world.kinematics.forward(at.joints)), speed=0.5, guard=watch)
    yield from follow(world, slide, speed=0.15)
    x, y, _ = end.position
    yield from follow(world, line(world, slide[-1], tool_down(x, y, z + _HEIGHT, yaw)), speed=0.5)
    return f"the {name} was pushed {' '.join(call.arguments[1:])}"


def _course(state: SceneState, call: SkillCall) -> tuple[tuple[float, float], float]:
    """Unit direction (x, y) of the push and how far the object is to slide, metres."""
    name, *rest = call.arguments
    if len(rest) == 1:
        return DIRECTIONS[rest[0]], DISTANCE
    body, target = state[name], state[rest[1]]
    dx, dy = target.position[0] - body.position[0], target.position[1] - body.position[1]
    length = math.hypot(dx, dy)
    if length < 1e-6:
        raise SkillFailure(FailureReason.COLLISION, f"the {name} is where the {target.name} is", target.name)
    ux, uy = dx / length, dy / length
    along = np.array([ux, uy])
    gap = float((target.footprint @ along).min() - (body.footprint @ along).max())
    return (ux, uy), max(0.01, gap - _STOP_GAP)


def _start(
    world: World,
    state: SceneState,
    name: str,
    direction: tuple[float, float],
    contact: float,
    z: float,
    yaw: float,
) -> tuple[IKResult, IKResult]:
    """Joint angles above and at a free point behind the object.

    Raises:
        SkillFailure: COLLISION, where something stands there, or UNREACHABLE.
    """
    (ux, uy), body = direction, state[name]
    culprit: str | None = None
    for stand_off in _STAND_OFF:
        x = body.position[0] - ux * (contact + stand_off)
        y = body.position[1] - uy * (contact + stand_off)
        room, beside = fingers_room(world.spec, x, y, z, yaw, _OPENING, state, set())
        if room < FINGER_ROOM:
            culprit = beside
            continue
        found = reach_down(world, x, y, z, yaw, _HEIGHT)
        if found is not None:
            return found
    if culprit is not None:
        message = f"the {culprit} stands where the hand must go to push the {name}"
        raise SkillFailure(FailureReason.COLLISION, message, culprit)
    raise SkillFailure(FailureReason.UNREACHABLE, f"the far side of the {name} is out of reach", name)


register(
    Skill(
        "push",
        (
            SkillSpec(
                name="push",
                skill="push",
                pattern=(_OBJECT, "?direction"),
                parameters=(Parameter("object", "movable"), Parameter("direction", "direction")),
                sentence="push the {object} {direction}",
                preconditions=_BEFORE,
                adds=(Atom("moved", (_OBJECT, "?direction")),),
                deletes=_DELETES,
            ),
            SkillSpec(
                name="push-toward",
                skill="push",
                pattern=(_OBJECT, "toward", "?target"),
                parameters=(Parameter("object", "movable"), Parameter("target", "object")),
                sentence="push the {object} toward the {target}",
                preconditions=_BEFORE,
                adds=(Atom("near", (_OBJECT, "?target")),),
                deletes=_DELETES,
            ),
        ),
        run,
    )
)
