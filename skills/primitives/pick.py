"""`pick(object)`: grasp an object from above and lift it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.state import TABLE
from skills.grasping import grasps, reach_down
from skills.motion import close_hand, follow, line, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.predicates import RELATIONS, Atom
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec

if TYPE_CHECKING:
    from sim.world import World

_OBJECT = "?object"
_PAIRS = (*RELATIONS, "near")
LEAVES = (
    Atom("on", (_OBJECT, "*")),
    Atom("in", (_OBJECT, "*")),
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


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Opens above the object, goes straight down, closes and lifts.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, TARGET_MOVED, GRASP_MISSED or DROPPED.
    """
    name = call.arguments[0]
    state = world.state()
    seen = state[name].pose
    for grasp in grasps(world, state, name):
        found = reach_down(world, grasp.x, grasp.y, grasp.z, grasp.yaw)
        if found is not None:
            break
    else:
        x, y, _ = seen.position
        raise SkillFailure(FailureReason.UNREACHABLE, f"the {name} at ({x:.2f}, {y:.2f}) is out of reach", name)
    above, at = found

    def watch() -> None:
        if world.pose(name).distance(seen) > _ASTRAY:
            raise SkillFailure(FailureReason.TARGET_MOVED, f"the {name} moved away before it was grasped", name)
        bumped = [t for t in world.touches() if t.name not in (name, TABLE) and t.force > _BUMP]
        if bumped:
            raise SkillFailure(FailureReason.COLLISION, f"the hand ran into the {bumped[0].name}", bumped[0].name)

    yield Command(opening=grasp.opening)
    yield from transfer(world, above.joints, guard=watch)
    down = line(world, above.joints, world.kinematics.forward(at.joints))
    yield from follow(world, down, speed=0.5, guard=watch)
    yield from close_hand(world)
    if world.held() != name:
        raise SkillFailure(FailureReason.GRASP_MISSED, f"the fingers closed beside the {name}", name)
    yield from follow(world, down[::-1], speed=0.5)
    if world.held() != name:
        raise SkillFailure(FailureReason.DROPPED, f"the {name} slipped from the fingers while lifted", name)
    return f"the {name} is in the hand"


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
                preconditions=(Atom("hand-empty"), Atom("clear", (_OBJECT,))),
                adds=(Atom("holding", (_OBJECT,)),),
                deletes=LEAVES,
            ),
        ),
        run,
    )
)
