"""`pick(object)`: grasp an object from above and lift it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.catalog import sized, types_of
from sim.command import Command
from sim.kinematics import IKResult
from sim.state import TABLE, SceneState
from skills.grasping import Grasp, approach_height, grasps, reach_down
from skills.hooking import grips
from skills.lookahead import FARSIGHTED, farsighted, taken
from skills.motion import close_hand, follow, line, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.vocabulary import RELATIONS, Atom

if TYPE_CHECKING:
    from sim.robots import RobotSpec
    from sim.world import World

_OBJECT = "?object"
_PAIRS = (*RELATIONS, "near", "next-to")
LEAVES = (
    Atom("on", (_OBJECT, "*")),
    Atom("in", (_OBJECT, "*")),
    Atom("in-half", (_OBJECT, "*")),
    Atom("at", (_OBJECT, "*")),
    *(Atom(r, (_OBJECT, "*")) for r in _PAIRS),
    *(Atom(r, ("*", _OBJECT)) for r in _PAIRS),
    Atom("between", (_OBJECT, "*", "*")),
    Atom("between", ("*", _OBJECT, "*")),
    Atom("between", ("*", "*", _OBJECT)),
    Atom("in-line", ("*", "*")),
)
"""Facts that end once an object is taken from where it was."""

_BUMP = 15.0
_ASTRAY = 0.02


def run(
    world: World, call: SkillCall, rng: np.random.Generator, then: tuple[SkillCall, ...] = ()
) -> Generator[Command, None, str]:
    """Opens above the object, goes straight down, closes and lifts.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, TARGET_MOVED, GRASP_MISSED or DROPPED.
    """
    name = call.arguments[0]
    state = world.see()
    seen = state[name].pose
    # Only of a tool does it matter later how it was taken.
    ahead = then if "tool" in types_of(state[name].category) else ()
    chosen = farsighted(world, holds(world, state, name), ahead, call)
    grasp, above, at = chosen.grasp, chosen.above, chosen.at

    def watch() -> None:
        now = world.track(name)
        if now is not None and now.distance(seen) > _ASTRAY:
            raise SkillFailure(FailureReason.TARGET_MOVED, f"the {name} moved away before it was grasped", name)
        bumped = [t for t in world.touches() if t.name not in (name, TABLE) and t.force > _BUMP]
        if bumped:
            raise SkillFailure(FailureReason.COLLISION, f"the hand ran into the {bumped[0].name}", bumped[0].name)

    yield Command(opening=grasp.opening)
    yield from transfer(world, above.joints, guard=watch)
    down = line(world, above.joints, world.kinematics.forward(at.joints))
    yield from follow(world, down, speed=0.5, guard=watch)
    world.aim = name
    yield from close_hand(world)
    if world.held() != name:
        raise SkillFailure(FailureReason.GRASP_MISSED, _missed(world.spec, name), name)
    yield from follow(world, down[::-1], speed=0.5)
    if world.held() != name:
        hand = "fingers" if world.spec.suction is None else "cup"
        raise SkillFailure(FailureReason.DROPPED, f"the {name} slipped from the {hand} while lifted", name)
    return f"the {name} is in the hand"


def _missed(spec: RobotSpec, name: str) -> str:
    if spec.suction is not None:
        return f"the cup does not close on the top of the {name}"
    return f"the fingers closed beside the {name}"


@dataclass(frozen=True)
class Hold:
    """A way to take hold of an object."""

    grasp: Grasp
    """Where the hand goes."""
    above: IKResult
    """Joint angles above it."""
    at: IKResult
    """Joint angles at it."""
    after: SceneState
    """The scene that it leads to."""


def holds(world: World, state: SceneState, name: str) -> Iterator[Hold]:
    """Ways to take hold of an object that are within reach and leave room for the hand, best first.

    Raises:
        SkillFailure: COLLISION or UNREACHABLE, where there are none.
    """
    target = state[name]
    kind = sized(target.category, target.size)
    failure: SkillFailure | None = None
    found_any = False
    # Where on its handle a tool is held decides how far it goes.
    for grip in grips(kind) if "tool" in kind.types and state.family in FARSIGHTED else (None,):
        try:
            offered = grasps(world, state, name, grip)
        except SkillFailure as raised:
            failure = failure or raised
            continue
        for grasp in offered:
            found = reach_down(world, grasp.x, grasp.y, grasp.z, grasp.yaw, approach_height(target.bottom))
            if found is not None:
                found_any = True
                tool = tool_down(grasp.x, grasp.y, grasp.z, grasp.yaw)
                yield Hold(grasp, *found, taken(state, name, tool, grasp.width))
    if not found_any:
        x, y, _ = target.position
        message = f"the {name} at ({x:.2f}, {y:.2f}) is out of reach"
        raise failure or SkillFailure(FailureReason.UNREACHABLE, message, name)


def imagine(world: World, state: SceneState, call: SkillCall, then: tuple[SkillCall, ...]) -> Iterator[SceneState]:
    """Scenes in which the object is in the hand; see `skills.registry.Imagination`."""
    yield from (hold.after for hold in holds(world, state, call.arguments[0]))


register(
    Skill(
        "pick",
        (
            SkillSpec(
                name="pick",
                skill="pick",
                pattern=(_OBJECT,),
                parameters=(Parameter("object", "movable"),),
                sentence="pick up the {object}",
                preconditions=(Atom("hand-empty"), Atom("clear", (_OBJECT,)), Atom("reachable", (_OBJECT,))),
                adds=(Atom("holding", (_OBJECT,)),),
                deletes=LEAVES,
            ),
        ),
        run,
        looks_ahead=True,
        imagine=imagine,
    )
)
