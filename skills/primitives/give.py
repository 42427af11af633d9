"""`give(object, person)`: hand over what is held, by setting it down on the tray that the person holds out."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from skills.primitives import place
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_OBJECT, _PERSON = "?object", "?person"


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Carries the held object over a free spot of the tray, lowers it, lets go and rises.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, DROPPED or TARGET_MOVED.
    """
    name, person = call.arguments
    yield from place.run(world, SkillCall("place", (name, "on", person)), rng)
    return f"the {person} has the {name}"


register(
    Skill(
        "give",
        (
            SkillSpec(
                name="give",
                skill="give",
                pattern=(_OBJECT, _PERSON),
                parameters=(Parameter("object", "movable"), Parameter("person", "person")),
                sentence="give the {object} to the {person}",
                preconditions=(Atom("holding", (_OBJECT,)), Atom("reachable", (_PERSON,))),
                adds=(Atom("at", (_OBJECT, _PERSON)), Atom("on", (_OBJECT, _PERSON))),
                deletes=(Atom("holding", (_OBJECT,)),),
                families=("kitchen",),
            ),
        ),
        run,
    )
)
