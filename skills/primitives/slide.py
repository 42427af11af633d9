"""`slide(slider, left|right)`: move a sliding door, by its handle, to the other half of what it covers."""

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

_DOOR = "?door"
_OTHER = {"left": "right", "right": "left"}


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Takes the door's handle from above and slides it to its stop.

    Raises:
        SkillFailure: UNREACHABLE, NO_PATH, COLLISION, GRASP_MISSED or EFFECT_NOT_REACHED.
    """
    name, direction = call.arguments
    travel = CATEGORIES[world.see()[name].category].travel
    yield from slide(world, name, travel if direction == "left" else 0.0)
    return f"the {name} was moved {direction}"


def _spec(direction: str) -> SkillSpec:
    other = _OTHER[direction]
    return SkillSpec(
        name=f"slide-{direction}",
        skill="slide",
        pattern=(_DOOR, direction),
        parameters=(Parameter("door", "slidable"),),
        sentence=f"slide the {{door}} {direction}",
        preconditions=(Atom("hand-empty"), Atom("slid", (_DOOR, other))),
        adds=(Atom("moved", (_DOOR, direction)), Atom("slid", (_DOOR, direction))),
        deletes=(Atom("moved", (_DOOR, "*")), Atom("slid", (_DOOR, other))),
        families=("desk",),
        when=(
            When(needs=(Atom("in-half", ("*", direction)),), deletes=(Atom("reachable", ("*",)),)),
            When(needs=(Atom("in-half", ("*", other)),), adds=(Atom("reachable", ("*",)),)),
        ),
    )


register(Skill("slide", (_spec("left"), _spec("right")), run))
