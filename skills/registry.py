"""The skills there are. A file dropped into `skills/primitives/` that calls `register` adds one."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.command import Command
from sim.state import SceneState
from skills.spec import SkillCall, SkillSpec

if TYPE_CHECKING:
    from sim.world import World

Controller = Callable[..., Generator[Command, None, str]]
"""Runs a skill: yields one command per control step, returns a sentence on success, raises `SkillFailure`.

It is called with a `World`, a `SkillCall` and an `np.random.Generator`; where the skill looks ahead, with `then=` too:
a tuple of the calls that the planner intends next.
"""

Imagination = Callable[["World", SceneState, SkillCall, tuple[SkillCall, ...]], Iterator[SceneState]]
"""Scenes that a call may lead to from a scene, best first, with the calls that follow it; raises `SkillFailure`."""


@dataclass(frozen=True)
class Skill:
    """A primitive skill: the forms it takes and the controller that runs them all."""

    name: str
    """As written in a call."""
    specs: tuple[SkillSpec, ...]
    """One for each form of its arguments."""
    run: Controller
    """The controller."""
    looks_ahead: bool = False
    """Whether the controller takes `then`."""
    imagine: Imagination | None = None
    """What others that look ahead may expect of it; None where nobody needs to know."""

    def __post_init__(self) -> None:
        wrong = [s.name for s in self.specs if s.skill != self.name]
        if wrong or not self.specs:
            raise ValueError(f"skill {self.name!r} needs specs of its own name; found {wrong or 'none'}")


_SKILLS: dict[str, Skill] = {}


def register(skill: Skill) -> Skill:
    """Adds a skill.

    Raises:
        ValueError: a skill or spec of that name is there already.
    """
    taken = {s.name for k in _SKILLS.values() for s in k.specs} & {s.name for s in skill.specs}
    if skill.name in _SKILLS or taken:
        raise ValueError(f"skill {skill.name!r} (or a spec of it: {sorted(taken)}) is registered already")
    _SKILLS[skill.name] = skill
    _spec_of.cache_clear()
    return skill


def skills() -> dict[str, Skill]:
    """All registered skills by name."""
    _load_primitives()
    return dict(_SKILLS)


def specs() -> tuple[SkillSpec, ...]:
    """All specs of all skills, in order of registration."""
    return tuple(_iterate_specs())


def _iterate_specs() -> Iterator[SkillSpec]:
    for skill in skills().values():
        yield from skill.specs


def find_spec(call: SkillCall) -> SkillSpec:
    """The spec whose form the call has.

    Raises:
        ValueError: no such skill, or no such form of it; the message gives the nearest valid form.
    """
    found = _spec_of(call)
    if found is not None:
        return found
    known = specs()
    forms = [f"{s.skill}({', '.join(s.pattern)})".replace("?", "") for s in known]
    near = difflib.get_close_matches(str(call), forms, n=1, cutoff=0.0)[0]
    raise ValueError(f"no skill has the form {str(call)!r}; the nearest is {near!r}")


@lru_cache(maxsize=65536)
def _spec_of(call: SkillCall) -> SkillSpec | None:
    return next((spec for spec in specs() if spec.matches(call)), None)


def _load_primitives() -> None:
    if "skills.primitives" in _LOADED:
        return
    _LOADED.add("skills.primitives")
    package = importlib.import_module("skills.primitives")
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"skills.primitives.{module}")


_LOADED: set[str] = set()
