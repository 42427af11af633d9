"""`push(object, direction)`, `push(object, toward|into, target)`, `push(object, with, tool, under, rack)`."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.geometry import quat_rotate
from sim.kinematics import IKResult
from sim.state import TABLE, ObjectState, SceneState
from skills import push_under
from skills.containment import opening
from skills.grasping import FINGER_ROOM, fingers_room, reach_down, wrap_half
from skills.motion import Motion, follow, line, open_hand, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.primitives.pick import LEAVES
from skills.registry import Skill, register
from skills.spec import STANDING, Parameter, SkillCall, SkillSpec
from skills.vocabulary import DIRECTIONS, Atom, moved_distance

if TYPE_CHECKING:
    from sim.world import World

_OBJECT = "?object"
_BEFORE = (Atom("hand-empty"), Atom("clear", (_OBJECT,)), Atom("on", (_OBJECT, TABLE)))
_DELETES = tuple(a for a in LEAVES if a.predicate not in ("on", "in", "in-half"))

DISTANCE = 0.10
"""How far a push in a direction moves the object, metres; more where more is asked of what has moved."""
_BEYOND = 0.025
"""How much farther a push goes than what counts as moved, metres."""
_INTO = 0.025
"""How far inside a drawer the middle of what is pushed into it is brought, metres."""
_ASIDE = 0.09
"""How far from the side walls of a drawer things are pushed into it, metres."""
_STRAIGHT = 0.01
"""Nothing is pushed aside first by less, metres."""
_STOP_GAP = 0.03
_STAND_OFF = (0.03, 0.02, 0.045)
_OPENING = 0.02
_HEIGHT = 0.10


def run(
    world: World, call: SkillCall, rng: np.random.Generator, then: tuple[SkillCall, ...] = ()
) -> Generator[Command, None, str]:
    """Pushes with the hook that the hand holds, where the call says so, else with the finger tips.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, TARGET_MOVED or DROPPED.
    """
    if push_under.SPEC.matches(call):
        return (yield from push_under.run(world, call, then))
    return (yield from _by_hand(world, call))


def imagine(world: World, state: SceneState, call: SkillCall, then: tuple[SkillCall, ...]) -> Iterator[SceneState]:
    """Scenes that a push may lead to; see `skills.registry.Imagination`. A push by hand is taken to change nothing."""
    if push_under.SPEC.matches(call):
        yield from push_under.imagine(world, state, call)
    else:
        yield state


def _by_hand(world: World, call: SkillCall) -> Generator[Command, None, str]:
    """Slides the object in one stroke, or in two where it is not before the drawer that it is to fall into."""
    name = call.arguments[0]
    first = _before_drawer(world.see(), call)
    if first is not None:
        yield from _stroke(world, name, *first)
    yield from _stroke(world, name, *_course(world.see(), call))
    return f"the {name} was pushed {' '.join(call.arguments[1:])}"


def _stroke(world: World, name: str, direction: tuple[float, float], distance: float) -> Motion:
    """Comes down behind the object with both finger tips side by side, slides it, and rises.

    Args:
        world: where the object is.
        name: of the object.
        direction: unit vector (x, y).
        distance: that it is to slide, metres.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH or TARGET_MOVED.
    """
    state = world.see()
    ux, uy = direction
    body = state[name]
    seen = body.pose
    behind = -float((body.footprint @ np.array([ux, uy])).min()) + body.position[0] * ux + body.position[1] * uy
    z = max(body.bottom + world.spec.finger_size[2] + 0.003, body.position[2] - 0.4 * body.height + 0.01)
    ahead = world.kinematics.base.yaw
    yaw = ahead + wrap_half(math.atan2(uy, ux) - ahead)
    contact = behind + world.spec.finger_size[0] / 2.0
    above, at = _start(world, state, name, (ux, uy), contact, z, yaw)
    start = world.kinematics.forward(at.joints).position
    stand_off = math.hypot(start[0] - body.position[0], start[1] - body.position[1]) - contact
    reach = stand_off + distance
    end = tool_down(start[0] + ux * reach, start[1] + uy * reach, z, yaw)
    slide = line(world, at.joints, end)

    def watch() -> None:
        now = world.track(name)
        if now is not None and now.distance(seen) > 0.02:
            raise SkillFailure(FailureReason.TARGET_MOVED, f"the {name} moved away before it was pushed", name)

    yield from open_hand(world, _OPENING)
    yield from transfer(world, above.joints, guard=watch)
    yield from follow(world, line(world, above.joints, world.kinematics.forward(at.joints)), speed=0.5, guard=watch)
    yield from follow(world, slide, speed=0.15)
    x, y, _ = end.position
    yield from follow(world, line(world, slide[-1], tool_down(x, y, z + _HEIGHT, yaw)), speed=0.5)


def _course(state: SceneState, call: SkillCall) -> tuple[tuple[float, float], float]:
    """Unit direction (x, y) of the push and how far the object is to slide, metres."""
    name, *rest = call.arguments
    if len(rest) == 1:
        return DIRECTIONS[rest[0]], max(DISTANCE, moved_distance(state.family) + _BEYOND)
    body, target = state[name], state[rest[1]]
    if rest[0] == "into":
        return _over_the_edge(body, target)
    dx, dy = target.position[0] - body.position[0], target.position[1] - body.position[1]
    length = math.hypot(dx, dy)
    if length < 1e-6:
        raise SkillFailure(FailureReason.COLLISION, f"the {name} is where the {target.name} is", target.name)
    ux, uy = dx / length, dy / length
    along = np.array([ux, uy])
    gap = float((target.footprint @ along).min() - (body.footprint @ along).max())
    return (ux, uy), max(0.01, gap - _STOP_GAP)


def _over_the_edge(body: ObjectState, drawer: ObjectState) -> tuple[tuple[float, float], float]:
    """Likewise for an object that is to fall into an open drawer: straight towards the robot."""
    (_, far), _ = opening(drawer)
    x, _, _ = (drawer.pose.inverse() @ body.pose).position
    ux, uy, _ = quat_rotate(drawer.pose.orientation, (-1.0, 0.0, 0.0))
    return (ux, uy), max(0.01, x - far + _INTO)


def _before_drawer(state: SceneState, call: SkillCall) -> tuple[tuple[float, float], float] | None:
    """Likewise for what must first be brought before the drawer: along the edge; None where it need not."""
    if call.arguments[1] != "into":
        return None
    body, drawer = state[call.arguments[0]], state[call.arguments[2]]
    _, (right, left) = opening(drawer)
    _, y, _ = (drawer.pose.inverse() @ body.pose).position
    way = min(max(y, right + _ASIDE), left - _ASIDE) - y
    if abs(way) < _STRAIGHT:
        return None
    ux, uy, _ = quat_rotate(drawer.pose.orientation, (0.0, math.copysign(1.0, way), 0.0))
    return (ux, uy), abs(way)


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
                families=STANDING,
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
                families=STANDING,
            ),
            SkillSpec(
                name="push-into",
                skill="push",
                pattern=(_OBJECT, "into", "?target"),
                parameters=(Parameter("object", "movable"), Parameter("target", "drawer")),
                sentence="push the {object} into the {target}",
                preconditions=(*_BEFORE, Atom("accessible", ("?target",))),
                adds=(Atom("in", (_OBJECT, "?target")),),
                deletes=LEAVES,
                families=("desk",),
            ),
            push_under.SPEC,
        ),
        run,
        looks_ahead=True,
        imagine=imagine,
    )
)
