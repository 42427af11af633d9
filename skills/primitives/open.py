"""`open(drawer)` and `close(drawer)`: pull out or push in what slides towards the robot, by its handle."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.catalog import CATEGORIES
from sim.command import Command
from skills.handles import slide
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec, When
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_THING = "?thing"
_BEFORE = (Atom("hand-empty"), Atom("reachable", (_THING,)))
_WHERE = ("desk", "kitchen")


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Takes the handle from above, slides the part to its stop and lets go.

    Raises:
        SkillFailure: UNREACHABLE, NO_PATH, COLLISION, GRASP_MISSED or EFFECT_NOT_REACHED.
    """
    name = call.arguments[0]
    travel = CATEGORIES[world.see()[name].category].travel
    yield from slide(world, name, travel if call.skill == "open" else 0.0)
    return f"the {name} is {'open' if call.skill == 'open' else 'closed'}"


register(
    Skill(
        "open",
        (
            SkillSpec(
                name="open",
                skill="open",
                pattern=(_THING,),
                parameters=(Parameter("thing", "openable"),),
                sentence="open the {thing}",
                preconditions=_BEFORE,
                adds=(Atom("open", (_THING,)), Atom("accessible", (_THING,))),
                deletes=(Atom("closed", (_THING,)),),
                families=_WHERE,
                when=(When(needs=(Atom("in", ("*", _THING)),), adds=(Atom("reachable", ("*",)),)),),
            ),
        ),
        run,
    )
)
register(
    Skill(
        "close",
        (
            SkillSpec(
                name="close",
                skill="close",
                pattern=(_THING,),
                parameters=(Parameter("thing", "openable"),),
                sentence="close the {thing}",
                preconditions=_BEFORE,
                adds=(Atom("closed", (_THING,)),),
                deletes=(Atom("open", (_THING,)), Atom("accessible", (_THING,))),
                families=_WHERE,
                when=(When(needs=(Atom("in", ("*", _THING)),), deletes=(Atom("reachable", ("*",)),)),),
            ),
        ),
        run,
    )
)
