"""`push(object, with, tool, under, rack)`: the form of a push that takes a hook, to where no hand could reach."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from sim.command import Command
from sim.state import TABLE, SceneState
from skills.hooking import pushes
from skills.lookahead import farsighted
from skills.primitives.pick import LEAVES
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.strokes import draw, drawn
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_OBJECT, _TOOL, _RACK = "?object", "?tool", "?rack"

SPEC = SkillSpec(
    name="push-under",
    skill="push",
    pattern=(_OBJECT, "with", _TOOL, "under", _RACK),
    parameters=(Parameter("object", "movable"), Parameter("tool", "tool"), Parameter("rack", "rack")),
    sentence="push the {object} with the {tool} under the {rack}",
    preconditions=(
        Atom("holding", (_TOOL,)),
        Atom("clear", (_OBJECT,)),
        Atom("on", (_OBJECT, TABLE)),
        Atom("in-front-of", (_OBJECT, _RACK)),
    ),
    adds=(Atom("under", (_OBJECT, _RACK)),),
    deletes=(*(a for a in LEAVES if a.predicate not in ("on", "in")), Atom("reachable", (_OBJECT,))),
    families=("reach",),
)


def run(world: World, call: SkillCall, then: tuple[SkillCall, ...]) -> Generator[Command, None, str]:
    """Comes down with the hook before the object, pushes it under the rack, and draws the hook out again.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH or DROPPED.
    """
    name, _, tool, _, rack = call.arguments
    state = world.see()
    chosen = farsighted(world, drawn(world, state, tool, pushes(state, name, tool, rack)), then, call)
    yield from draw(world, tool, chosen)
    return f"the {name} was pushed under the {rack} with the {tool}"


def imagine(world: World, state: SceneState, call: SkillCall) -> Iterator[SceneState]:
    """Scenes that such a push may lead to."""
    name, _, tool, _, rack = call.arguments
    yield from (way.after for way in drawn(world, state, tool, pushes(state, name, tool, rack)))
