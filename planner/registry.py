"""Planning strategies by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from planner.feasibility.protocol import FeasibilityModel
from skills.protocol import Planner

DEFAULT = "default"


@dataclass(frozen=True)
class Options:
    """What a planner is made from; each takes what it needs."""

    model: str = "embedded"
    """Language model, see `planner.language.load_language_model`."""
    goal: str | None = None
    """The true goal, a PDDL formula; only the oracle may look at it."""
    never: tuple[str, ...] = ()
    """What must not become true on the way, PDDL formulas; likewise."""
    seed: int = 0
    """For planners that draw at random."""


@dataclass(frozen=True)
class PlannerEntry:
    """A planning strategy that can be asked for by name."""

    name: str
    summary: str
    """One line."""
    make: Callable[[Options], Planner]
    uses_language: bool = False
    """Whether it needs a language model."""


_PLANNERS: dict[str, PlannerEntry] = {}


def register_planner(entry: PlannerEntry) -> PlannerEntry:
    """Adds a strategy.

    Raises:
        ValueError: one of that name is there already.
    """
    if entry.name in _PLANNERS:
        raise ValueError(f"planner {entry.name!r} is registered already")
    _PLANNERS[entry.name] = entry
    return entry


def planners() -> dict[str, PlannerEntry]:
    """All strategies by name."""
    return dict(_PLANNERS)


def find_planner(name: str) -> PlannerEntry:
    """The strategy of that name.

    Raises:
        ValueError: there is none; the message gives the nearest.
    """
    if name not in _PLANNERS:
        near = difflib.get_close_matches(name, _PLANNERS, n=1, cutoff=0.0)[0]
        raise ValueError(f"unknown planner {name!r}; the nearest is {near!r} of: {', '.join(_PLANNERS)}")
    return _PLANNERS[name]


def make_planner(
    name: str,
    *,
    model: str = "embedded",
    goal: str | None = None,
    never: tuple[str, ...] = (),
    seed: int = 0,
) -> Planner:
    """Makes a planner.

    Args:
        name: one of `planners()`.
        model: language model, for those that use one.
        goal: the true goal; only the oracle looks at it. Likewise `never`, what must not become true on the way.
        never: see goal.
        seed: for those that draw at random.

    Raises:
        ValueError: no such planner or language model.
    """
    return find_planner(name).make(Options(model, goal, never, seed))


# A strategy is imported when it is asked for: torch and transformers take seconds.
def _oracle(options: Options) -> Planner:
    from planner.oracle import Oracle

    return Oracle(options.goal, options.never)


def _myopic(options: Options) -> Planner:
    from planner.oracle import Oracle

    return Oracle(options.goal, options.never, tells=False)


def _random(options: Options) -> Planner:
    from planner.random_skills import RandomSkills

    return RandomSkills(options.seed)


def _saycan(options: Options) -> Planner:
    from planner.language.loading import load_language_model
    from planner.saycan import SayCan

    return SayCan(load_language_model(options.model), _feasibility())


def _monologue(options: Options) -> Planner:
    from planner.language.loading import load_language_model
    from planner.monologue import Monologue

    return Monologue(load_language_model(options.model), _feasibility())


def _generate(options: Options) -> Planner:
    from planner.generate import Generate
    from planner.language.loading import load_language_model

    return Generate(load_language_model(options.model))


def _translate(options: Options) -> Planner:
    from planner.language.loading import load_language_model
    from planner.translate import Translate

    return Translate(load_language_model(options.model), _feasibility())


def _default(options: Options) -> Planner:
    from planner.language.loading import load_language_model
    from planner.language.talk import speaks_dialogue
    from planner.translate import Translate

    model = load_language_model(options.model)
    # A model that was not trained on goals does better when it has only to choose among calls.
    if not speaks_dialogue(model):
        return _saycan(options)
    return Translate(model, _feasibility())


@lru_cache(maxsize=1)
def _feasibility() -> FeasibilityModel:
    """The trained model that comes with the package, loaded once in a process."""
    from planner.feasibility.scorer import FeasibilityTransformer

    return FeasibilityTransformer.from_file()


register_planner(PlannerEntry("oracle", "symbolic planner on the true goal", _oracle))
register_planner(PlannerEntry("oracle-myopic", "the oracle, but skills are not told what follows", _myopic))
register_planner(PlannerEntry("random", "any skill whose preconditions hold", _random))
register_planner(PlannerEntry("saycan", "language x feasibility, one step at a time", _saycan, uses_language=True))
register_planner(
    PlannerEntry("monologue", "closed loop, with what happened fed back as text", _monologue, uses_language=True)
)
register_planner(
    PlannerEntry("generate", "the whole plan at once, carried out without looking", _generate, uses_language=True)
)
register_planner(
    PlannerEntry("translate", "instruction to goal formula to symbolic plan", _translate, uses_language=True)
)
register_planner(
    PlannerEntry(
        DEFAULT,
        "translate; saycan where the model was not trained on goals",
        _default,
        uses_language=True,
    )
)
