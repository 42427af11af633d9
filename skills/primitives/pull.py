"""`pull(object, with, tool)`: bring an object within reach with a hook that the hand holds."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.state import TABLE, SceneState
from skills.hooking import pulls
from skills.lookahead import farsighted
from skills.primitives.pick import LEAVES
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.strokes import draw, drawn
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_OBJECT, _TOOL = "?object", "?tool"


def run(
    world: World, call: SkillCall, rng: np.random.Generator, then: tuple[SkillCall, ...] = ()
) -> Generator[Command, None, str]:
    """Comes down with the hook behind the object, draws it near, and lifts the hook clear of it.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH or DROPPED.
    """
    name, _, tool = call.arguments
    state = world.see()
    chosen = farsighted(world, drawn(world, state, tool, pulls(state, name, tool)), then, call)
    yield from draw(world, tool, chosen)
    return f"the {name} was pulled closer with the {tool}"


def imagine(world: World, state: SceneState, call: SkillCall, then: tuple[SkillCall, ...]) -> Iterator[SceneState]:
    """Scenes that a pull may lead to; see `skills.registry.Imagination`."""
    name, _, tool = call.arguments
    yield from (way.after for way in drawn(world, state, tool, pulls(state, name, tool)))


register(
    Skill(
        "pull",
        (
            SkillSpec(
                name="pull-with",
                skill="pull",
                pattern=(_OBJECT, "with", _TOOL),
                parameters=(Parameter("object", "movable"), Parameter("tool", "tool")),
                sentence="pull the {object} closer with the {tool}",
                preconditions=(Atom("holding", (_TOOL,)), Atom("clear", (_OBJECT,)), Atom("on", (_OBJECT, TABLE))),
                adds=(Atom("reachable", (_OBJECT,)),),
                deletes=tuple(a for a in LEAVES if a.predicate not in ("on", "in")),
                families=("reach",),
            ),
        ),
        run,
        looks_ahead=True,
        imagine=imagine,
    )
)
