"""`press(button)`: push a button down with the closed fingers; the light that it works changes."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.catalog import CATEGORIES
from sim.command import Command
from sim.fixtures import WORKS
from skills.grasping import reach_down
from skills.motion import follow, line, open_hand, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec, When
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_BUTTON = "?button"
_HEIGHT = 0.08
_DEEPER = 0.003
"""How far beyond the button's stop the fingers are sent, metres: the arm yields."""


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Comes down on the button with closed fingers, presses it to its stop and rises.

    Raises:
        SkillFailure: UNREACHABLE, NO_PATH, COLLISION or EFFECT_NOT_REACHED.
    """
    name = call.arguments[0]
    state = world.see()
    button, light = state[name], WORKS.get(name, "")
    x, y, _ = button.position
    travel = CATEGORIES[button.category].travel
    low = button.top - travel - _DEEPER + world.spec.finger_size[2]
    found = reach_down(world, x, y, low, world.kinematics.base.yaw, _HEIGHT)
    if found is None:
        raise SkillFailure(FailureReason.UNREACHABLE, f"the {name} is out of reach", name)
    above, at = found
    yield from open_hand(world, 0.0)
    yield from transfer(world, above.joints)
    down = line(world, above.joints, world.kinematics.forward(at.joints))
    yield from follow(world, down, speed=0.3)
    yield from follow(world, down[::-1], speed=0.5)
    if light in state and world.see()[light].value == state[light].value:
        raise SkillFailure(FailureReason.EFFECT_NOT_REACHED, f"the {name} was not pressed: the {light} is as before")
    return f"the {name} was pressed"


def _effects() -> tuple[When, When]:
    works, lit = Atom("works", (_BUTTON, "*")), Atom("lit", ("*",))
    return When(needs=(works,), forbids=(lit,), adds=(lit,)), When(needs=(works, lit), deletes=(lit,))


register(
    Skill(
        "press",
        (
            SkillSpec(
                name="press",
                skill="press",
                pattern=(_BUTTON,),
                parameters=(Parameter("button", "pressable"),),
                sentence="press the {button}",
                preconditions=(Atom("hand-empty"),),
                adds=(),
                deletes=(),
                families=("desk",),
                when=_effects(),
            ),
        ),
        run,
    )
)
