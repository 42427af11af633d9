"""Whether two goals mean the same in a scene, however they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from planner.symbolic_search import find_plan
from sim.state import SceneState
from skills.goals import Formula, Leaf, Node, parse_goal
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import Facts, apply, legal, typing_of

_WALKS, _STEPS, _PLANS = 30, 8, 4


def equivalent(said: str, meant: str, start: SceneState, plan: Sequence[SkillCall], rng: np.random.Generator) -> bool:
    """Whether two formulas are true of the same situations, as far as can be tried.

    Equal normal forms are enough. Else both are asked of a few hundred situations: those of the plan that is known to
    be right, those on the ways to either goal, with calls at random prices, and those of random walks from all these.

    Args:
        said: a PDDL formula of a model; one that cannot be read is not equivalent.
        meant: the right one.
        start: the scene.
        plan: calls that reach `meant`, as a teacher takes them.
        rng: of prices and walks.
    """
    objects = typing_of(start)
    right = parse_goal(meant, objects)
    try:
        given = parse_goal(said, objects)
    except ValueError:
        return False
    if normal(given) == normal(right):
        return True
    return all(given.holds(facts) == right.holds(facts) for facts in _situations((given, right), start, plan, rng))


def normal(formula: Formula) -> object:
    """A form in which order and repetition do not count."""
    if isinstance(formula, Leaf):
        return (formula.positive, str(formula.atom))
    return (formula.kind, frozenset(normal(part) for part in formula.parts))


def _situations(
    goals: Sequence[Formula], start: SceneState, plan: Sequence[SkillCall], rng: np.random.Generator
) -> Iterator[Facts]:
    objects = typing_of(start)
    first = atoms(start, start)
    roots: list[Facts] = []
    for way in (plan, *(_way(goal, first, start, rng) for goal in goals for _ in range(_PLANS))):
        facts = first
        roots.append(facts)
        for call in way:
            facts = apply(call, facts, objects)
            roots.append(facts)
    yield from roots
    for _ in range(_WALKS):
        facts = roots[int(rng.integers(len(roots)))]
        for _ in range(_STEPS):
            calls = legal(start, facts)
            if not calls:
                break
            facts = apply(calls[int(rng.integers(len(calls)))], facts, objects)
            yield facts


def _way(goal: Formula, facts: Facts, start: SceneState, rng: np.random.Generator) -> Sequence[SkillCall]:
    """Calls to a goal where each has a price at random; none where there is no way."""
    prices: dict[SkillCall, float] = {}

    def price(call: SkillCall) -> float:
        return prices.setdefault(call, 1.0 + 3.0 * float(rng.random()))

    if isinstance(goal, Node) and not goal.parts:
        return ()
    return find_plan(goal, facts, typing_of(start), scene=start, cost=price).calls or ()
