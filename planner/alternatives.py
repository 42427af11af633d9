"""Other ways to the same goal: things that serve as well, other places to put them, another order.

The search finds one cheapest plan. Asked again with the calls of the plans before made dearer, it finds one that binds
other things, or puts them elsewhere; and the moves of a plan may mostly be made in more than one order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.failures import failure_counts
from planner.feasibility.protocol import FeasibilityModel, Prediction
from skills.protocol import Candidate, Observation
from skills.spec import SkillCall

Calls = tuple[SkillCall, ...]
"""A plan."""
Replan = Callable[[Callable[[SkillCall], float]], Calls | None]
"""Finds the cheapest plan once certain calls cost so much more."""


@dataclass(frozen=True)
class Choice:
    """The plan that is best of several."""

    calls: Calls
    candidates: tuple[Candidate, ...]
    """What was weighed, best first: the first calls, each with the best plan that begins with it."""
    note: str
    """Why, in a few words."""


Choose = Callable[[Sequence[Calls], Observation], Choice]
"""Picks one of some plans, which come cheapest first."""


_USED_BEFORE = 1.0
"""Added to the cost of a call for each plan before that it was in."""
_LONGER = 2
"""So many calls more than the cheapest plan has an alternative at most: one thing more is put aside."""
_EQUAL = 0.99
"""Plans whose probability is at least this much of the best one's count as just as good."""
TIRED = 2
"""A call that failed so often is in a plan that is chosen only where there is no other."""


def alternatives(first: Calls, replan: Replan, reaches: Callable[[Calls], bool] | None, limit: int) -> list[Calls]:
    """Plans for the same goal, without repetition.

    Args:
        first: the cheapest.
        replan: finds another where calls cost more.
        reaches: whether a reordered plan works as far as the symbols tell; None where the order is to be kept.
        limit: most plans that are given back.
    """
    found = [first]
    used: dict[SkillCall, int] = dict.fromkeys(first, 1)
    while len(found) < 1 + limit // 2:
        other = replan(lambda call: _USED_BEFORE * used.get(call, 0))
        if other is None or other in found or len(other) > len(first) + _LONGER:
            break
        found.append(other)
        for call in other:
            used[call] = used.get(call, 0) + 1
    if reaches is not None:
        for plan in list(found):
            found += [p for p in _reordered(plan) if p not in found and reaches(p)]
    return found[:limit]


def _reordered(plan: Calls) -> list[Calls]:
    """The plan with each of its later moves made first."""
    moves = moves_of(plan)
    orders = ([moves[k], *moves[:k], *moves[k + 1 :]] for k in range(1, len(moves)))
    return [tuple(call for move in order for call in move) for order in orders]


def moves_of(plan: Calls) -> list[Calls]:
    """A plan cut where the hand is empty: a pick and all up to its placement are one move."""
    moves: list[list[SkillCall]] = []
    carrying = False
    for call in plan:
        if not carrying:
            moves.append([])
        moves[-1].append(call)
        carrying = call.skill == "pick" or (carrying and call.skill != "place")
    return [tuple(move) for move in moves]


def likeliest(model: FeasibilityModel) -> Callable[[Sequence[Calls], Observation], Choice]:
    """Chooses the plan whose steps are likeliest to succeed one after another, the shorter of equals.

    The failures of the episode are the model's evidence. Where it is not confident about one of the plans, it has
    nothing to say, and the first is taken.
    """

    def choose(plans: Sequence[Calls], observation: Observation) -> Choice:
        failed = failure_counts(observation.history)
        evidence = [s for s in observation.history if not s.outcome.succeeded]
        predicted = model.predict(observation.state, plans, evidence)
        values = [math.prod(step.success for step in steps) for steps in predicted]
        sure = all(step.confident for steps in predicted for step in steps)
        tired = [any(failed[c] >= TIRED for c in plan) for plan in plans]
        fresh = [k for k in range(len(plans)) if not tired[k]] or list(range(len(plans)))
        best = max(values[k] for k in fresh)
        able = [k for k in fresh if values[k] >= _EQUAL * best] if sure else fresh[:1]
        chosen = min(able, key=lambda k: (len(plans[k]), k))
        order = sorted(range(len(plans)), key=lambda k: (k != chosen, -values[k]))
        among = f" best of {len(plans)} plans," if len(plans) > 1 else ""
        unsure = "" if sure else ", of which the model is not sure"
        note = f"{len(plans[chosen])} calls,{among} {values[chosen]:.2f} to succeed{unsure}"
        return Choice(plans[chosen], _candidates(order, plans, predicted, values), note)

    return choose


def _candidates(
    order: Sequence[int], plans: Sequence[Calls], predicted: Sequence[Sequence[Prediction]], values: Sequence[float]
) -> tuple[Candidate, ...]:
    """The plans' first calls, without repetition."""
    found: dict[str, Candidate] = {}
    for k in order:
        text = str(plans[k][0])
        found.setdefault(text, Candidate(text, feasibility=predicted[k][0].success, score=values[k]))
    return tuple(found.values())
