"""`switch(switch, on|off)`: slide a switch, which works a light, to its other end."""

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

_SWITCH = "?switch"


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Takes the switch from above and slides it to its stop.

    Raises:
        SkillFailure: UNREACHABLE, NO_PATH, COLLISION, GRASP_MISSED or EFFECT_NOT_REACHED.
    """
    name, way = call.arguments
    travel = CATEGORIES[world.see()[name].category].travel
    yield from slide(world, name, travel if way == "on" else 0.0)
    return f"the {name} was turned {way}"


def _spec(way: str) -> SkillSpec:
    works, lit = Atom("works", (_SWITCH, "*")), Atom("lit", ("*",))
    effect = When(needs=(works,), adds=(lit,)) if way == "on" else When(needs=(works,), deletes=(lit,))
    return SkillSpec(
        name=f"switch-{way}",
        skill="switch",
        pattern=(_SWITCH, way),
        parameters=(Parameter("switch", "switch"),),
        sentence=f"turn {way} the {{switch}}",
        preconditions=(Atom("hand-empty"),),
        adds=(),
        deletes=(),
        families=("desk",),
        when=(effect,),
    )


register(Skill("switch", (_spec("on"), _spec("off")), run))
