"""A quick planner over the skill specs: A* over bits, from the facts to a goal.

The method is best-first search (Hart, Nilsson and Raphael, 1968) with a heuristic of the objects that have yet to be
moved, as is usual in the blocks world (Slaney and Thiebaux, 2001): each costs a pick and a place, and one that stands
above another which it must end up on costs two of each.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planner.symbolic_bits import Condition, Junction, Literal, Operator
from planner.symbolic_problem import BURYING, Problem
from planner.symbolic_relevance import Obstacles
from sim.state import SceneState
from skills.goals import Formula, Leaf, Node
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing
from skills.vocabulary import Atom

_TRIES = ((1.0, 1000), (1.5, 1000), (5.0, 3000))
"""Weight of the heuristic and most states expanded, one try after another: an optimal plan first, then any."""


@dataclass(frozen=True)
class Plan:
    """A sequence of calls that reaches the goal, or why there is none."""

    calls: tuple[SkillCall, ...] | None
    """In order; empty if the goal holds already; None if no plan was found."""
    reason: str
    """One sentence: why no plan was found, else empty."""
    expanded: int
    """States that the search looked at."""


def find_plan(
    goal: Formula,
    facts: Facts,
    objects: Typing,
    *,
    scene: SceneState | None = None,
    cost: Callable[[SkillCall], float] = lambda call: 1.0,
    obstacles: Obstacles | None = None,
    never: Formula | None = None,
) -> Plan:
    """The cheapest sequence of calls that was found to make the goal true, with an empty hand unless it says otherwise.

    Args:
        goal: a grounded formula, see `skills.goals.parse_goal`.
        facts: what holds now, see `skills.predicates.atoms`.
        objects: names and categories, see `skills.symbolic.typing_of`.
        scene: positions, which decide how a row of objects is laid; without it the names do.
        cost: cost of a call, 1 or more; a call that failed before may cost more, so that another way is tried.
        obstacles: calls that need certain objects out of the way first.
        never: what no call may make true on the way.

    Returns:
        A plan; where none was found its `calls` is None and its `reason` says why.
    """
    problem = Problem(with_empty_hand(goal), facts, objects, scene, cost, obstacles, never)
    missing = problem.unreachable()
    if missing:
        return Plan(None, f"no skill can bring about {' or '.join(map(str, missing[:3]))}", 0)
    return search(problem)


def with_empty_hand(goal: Formula) -> Formula:
    """The goal, and that nothing is left in the hand; a goal that speaks of the hand is left as it is."""
    if any(leaf.atom.predicate in ("holding", "hand-empty") for leaf in goal.leaves()):
        return goal
    return Node("and", (goal, Leaf(Atom("hand-empty"))))


def search(problem: Problem) -> Plan:
    """Searches a grounded problem; see `find_plan`."""
    total = 0
    search_once = _Search(problem)
    for weight, limit in _TRIES:
        path, expanded = search_once.best_first(weight, limit)
        total += expanded
        if path is not None:
            return Plan(tuple(operator.call for operator in path), "", total)
        if expanded < limit:
            return Plan(None, "no sequence of skills reaches the goal", total)
    return Plan(None, f"no sequence of skills that reaches the goal was found in {total} states", total)


class _Search:
    """The search for one problem, and what it computes once."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._stacked = _stacked(problem.condition)
        groups: dict[int, list[Operator]] = {0: [], **{bit: [] for bit in problem.holding}}
        for operator in problem.operators:
            needed = operator.needs & problem.holding_mask
            # What needs neither something in the hand nor an empty one, as driving does, serves whatever is held.
            for held in (needed,) if needed else (h for h in groups if not operator.forbids & h):
                groups[held].append(operator)
        # By the bit of the held object; 0 for an empty hand.
        self._operators = groups
        self._estimates: dict[int, float] = {}
        self._movers: dict[int, int] = {}

    def best_first(self, weight: float, limit: int) -> tuple[list[Operator] | None, int]:
        """Operators to the goal, or None, and how many states were expanded, at most `limit`."""
        problem, start = self._problem, self._problem.start
        estimate = self.estimate(start)
        frontier = [(weight * estimate, estimate, 0, start)]
        best = {start: 0.0}
        came_from: dict[int, tuple[int, Operator]] = {}
        closed: set[int] = set()
        pushed = 0
        while frontier and len(closed) < limit:
            state = heapq.heappop(frontier)[-1]
            if state in closed:
                continue
            if problem.condition.holds(state):
                return _path(came_from, state), len(closed)
            closed.add(state)
            for operator in self._operators[state & problem.holding_mask]:
                if state & operator.needs != operator.needs or state & operator.forbids:
                    continue
                after = operator.after(state)
                reached = best[state] + operator.cost + (self._burial(operator, state) if operator.buries else 0.0)
                if after in closed or reached >= best.get(after, math.inf) or problem.breaks_rule(after):
                    continue
                best[after] = reached
                came_from[after] = (state, operator)
                estimate = self.estimate(after)
                pushed += 1
                heapq.heappush(frontier, (reached + weight * estimate, estimate, pushed, after))
        return None, len(closed)

    def estimate(self, state: int) -> float:
        """What is still to be paid, at a guess: two calls an object to be moved, the least branch of each `or`."""
        if state not in self._estimates:
            self._estimates[state] = self._estimate(state)
        return self._estimates[state]

    def _burial(self, operator: Operator, state: int) -> float:
        """What is added for covering objects that have yet to be moved."""
        return BURYING * sum(bool(state & bit and self._movers[state] & buried) for buried, bit in operator.buries)

    def _estimate(self, state: int) -> float:
        above = self._above(state)
        held = state & self._problem.holding_mask
        hand = 1 << self._problem.holding[held] if held else 0
        movers, cost = _unmet(self._problem.condition, state, above, hand)
        movers = _closed_upwards(movers, above)
        twice = 0
        for upper, lower in self._stacked:
            if movers >> upper & 1 and movers >> lower & 1 and _lies_above(upper, lower, above):
                twice |= 1 << upper
        self._movers[state] = movers
        cost += 2.0 * (movers.bit_count() + twice.bit_count())
        if hand:
            cost += -1.0 if movers & hand else 1.0
        return cost

    def _above(self, state: int) -> list[int]:
        """For each object, as bits, those directly on it."""
        above = [0] * len(self._problem.objects)
        bits = state & self._problem.borne_mask
        while bits:
            lowest = bits & -bits
            upper, lower = self._problem.borne[lowest]
            above[lower] |= 1 << upper
            bits ^= lowest
        return above


def _path(came_from: dict[int, tuple[int, Operator]], state: int) -> list[Operator]:
    path = []
    while state in came_from:
        state, operator = came_from[state]
        path.append(operator)
    return path[::-1]


def _closed_upwards(objects: int, above: list[int]) -> int:
    """The objects and all that lies on them, directly or not."""
    frontier = objects
    while frontier:
        lowest = frontier & -frontier
        frontier ^= lowest
        new = above[lowest.bit_length() - 1] & ~objects
        objects |= new
        frontier |= new
    return objects


def _lies_above(upper: int, lower: int, above: list[int]) -> bool:
    return bool(_closed_upwards(1 << lower, above) >> upper & 1)


def _unmet(condition: Condition, state: int, above: list[int], hand: int) -> tuple[int, float]:
    """Objects to be moved, as bits, and further cost, for a condition to become true; `hand` is what is held."""
    if isinstance(condition, Literal):
        if condition.holds(state):
            return 0, 0.0
        movers, cost = _least(condition.ways, hand)
        return movers | (above[condition.under] if condition.under >= 0 else 0), cost
    results = (_unmet(p, state, above, hand) for p in condition.parts)
    if not condition.conjunctive:
        return _least(results, hand)
    movers, extra = 0, 0.0
    for more, cost in results:
        movers |= more
        extra += cost
    return movers, extra


def _least(ways: Iterable[tuple[int, float]], hand: int) -> tuple[int, float]:
    return min(ways, key=lambda way: 2.0 * way[0].bit_count() - bool(way[0] & hand) + way[1], default=(0, 0.0))


def _stacked(condition: Condition) -> list[tuple[int, int]]:
    """Indices of a and b of each `(on a b)` that every way to the goal needs."""
    if isinstance(condition, Junction):
        return [t for p in condition.parts for t in _stacked(p)] if condition.conjunctive else []
    return [(condition.upper, condition.under)] if condition.upper >= 0 and condition.under >= 0 else []
