"""In which order candidate plans are tried until one of them works.

The order of the symbols alone, one drawn at random, and those of a feasibility model: by the probability that all steps
of a plan succeed, once and for all (as PIGINet; Yang et al., 2023), or anew after each failure, with all that has
failed as evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.candidates import Calls
from planner.feasibility.protocol import FeasibilityModel
from sim.state import SceneState
from skills.protocol import Step

Score = Callable[[Sequence[Calls], Sequence[Step]], Sequence[float]]
"""What speaks for each of some plans, given the failures seen so far; of equals the first comes first."""
Attempt = Callable[[Calls], tuple[tuple[Step, ...], bool]]
"""Carries a plan out until it ends or a step fails; gives the steps taken, and whether the goal holds after them."""


@dataclass(frozen=True)
class Order:
    """A way to choose what is tried next."""

    score: Score
    """Of the plans that have not been tried."""
    learns: bool = False
    """Whether the plans are scored anew after each failure; else once."""
    remembers: bool = False
    """Whether plans that begin like one that has failed, up to the call that did, wait until nothing else is left."""


@dataclass(frozen=True)
class Trials:
    """What trying plans one after another came to."""

    tried: tuple[int, ...]
    """Numbers of the plans that were tried, in this order."""
    solved: bool
    """Whether the last of them reached the goal."""

    @property
    def failed(self) -> int:
        """Attempts that failed before one succeeded, or before there was none left."""
        return len(self.tried) - self.solved


def as_listed(plans: Sequence[Calls], failures: Sequence[Step]) -> Sequence[float]:
    """As they come: nothing is known that tells one from another."""
    return [0.0] * len(plans)


def shuffled(plans: Sequence[Calls], rng: np.random.Generator) -> Score:
    """A random order of certain plans."""
    drawn = dict(zip(plans, rng.permutation(len(plans)), strict=True))
    return lambda listed, failures: [float(drawn[p]) for p in listed]


def by_feasibility(model: FeasibilityModel, state: SceneState) -> Score:
    """The probability that every step of a plan succeeds, from a scene on.

    Args:
        model: says how likely each step is to succeed once those before it have.
        state: where each plan begins.
    """

    def score(plans: Sequence[Calls], failures: Sequence[Step]) -> Sequence[float]:
        predicted = model.predict(state, plans, failures)
        return [float(np.prod([step.success for step in steps])) for steps in predicted]

    return score


def try_in_order(plans: Sequence[Calls], order: Order, attempt: Attempt, cap: int) -> Trials:
    """Tries plans until one reaches the goal.

    Args:
        plans: the candidates, in the order of the planner that wrote them.
        order: chooses among them.
        attempt: carries one out, each from the same scene.
        cap: most attempts.
    """
    left, tried = list(range(len(plans))), []
    failures: list[Step] = []
    dead_ends: set[Calls] = set()
    scores = dict(zip(left, order.score(plans, ()), strict=True))
    while left and len(tried) < cap:
        doomed = {k for k in left if _begins_with(plans[k], dead_ends)} if order.remembers else set()
        chosen = max(left, key=lambda k: (k not in doomed, scores[k], -k))
        left.remove(chosen)
        tried.append(chosen)
        steps, reached = attempt(plans[chosen])
        if reached:
            return Trials(tuple(tried), True)
        if not steps[-1].outcome.succeeded:
            failures.append(steps[-1])
            dead_ends.add(plans[chosen][: len(steps)])
            if order.learns and left:
                scores = dict(zip(left, order.score([plans[k] for k in left], failures), strict=True))
    return Trials(tuple(tried), False)


def _begins_with(plan: Calls, dead_ends: set[Calls]) -> bool:
    return any(plan[:k] in dead_ends for k in range(1, len(plan) + 1))


def all_orders(
    model: FeasibilityModel, state: SceneState, plans: Sequence[Calls], rng: np.random.Generator
) -> dict[str, Order]:
    """The orders that are compared, by name.

    Args:
        model: for those that go by feasibility.
        state: the scene in which each plan begins.
        plans: the candidates.
        rng: for the random order.
    """
    feasible = by_feasibility(model, state)
    return {
        "preconditions": Order(as_listed),
        "preconditions+memory": Order(as_listed, remembers=True),
        "random": Order(shuffled(plans, rng)),
        "feasibility": Order(feasible),
        "feasibility+memory": Order(feasible, remembers=True),
        "feasibility+evidence": Order(feasible, learns=True, remembers=True),
    }
