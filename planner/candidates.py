"""The plans that reach a goal as far as the symbols tell, in the order in which a planner that knows no more has them.

A plan is a sequence of moves: something is picked up and put where the goal may want it, or aside. Nothing is moved
twice. Shorter plans come first, those of one length in the order of the calls (as `skills.symbolic.ground` lists them).
There may be very many; so they are counted before they are written down, state by state, and a plan is then found by
its number, without going through those before it (ranking and unranking of paths; Knuth, TAOCP 4A, 7.2.1.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.symbolic_search import with_empty_hand
from sim.state import TABLE
from skills.goals import Formula
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, apply, effects, ground, unmet

Calls = tuple[SkillCall, ...]
"""A plan."""

_TOLD = frozenset({"on", "in", "holding", "hand-empty", "clear", "reachable", "accessible"})
"""Predicates that moves speak of, beside those of the goal."""


@dataclass(frozen=True)
class _Node:
    """Where a plan has come to."""

    facts: Facts
    moved: frozenset[str]
    """What has been picked up on the way."""


class CandidatePlans:
    """The plans for one goal in one scene."""

    def __init__(self, goal: Formula, facts: Facts, objects: Typing) -> None:
        """Grounds the moves that may serve the goal.

        Args:
            goal: a grounded formula, see `skills.goals.parse_goal`; the hand is to be empty in the end.
            facts: what holds now, see `skills.predicates.atoms`.
            objects: names and categories.
        """
        self._goal = with_empty_hand(goal)
        self._objects = objects
        wanted = {leaf.atom for leaf in goal.leaves() if leaf.positive}
        told = _TOLD | {leaf.atom.predicate for leaf in goal.leaves()}
        self._start = _Node(frozenset(a for a in facts if a.predicate in told), frozenset())
        self._picks = tuple(c for c in ground(objects) if c.skill == "pick")
        self._places: dict[str, list[SkillCall]] = {c.arguments[0]: [] for c in self._picks}
        for call in ground(objects):
            serves = not wanted.isdisjoint(effects(call)[0])
            if call.skill == "place" and (serves or call.arguments[1:] == ("on", TABLE)):
                self._places[call.arguments[0]].append(call)
        self._following: dict[_Node, tuple[tuple[SkillCall, _Node], ...]] = {}
        self._counts: dict[tuple[_Node, int], int] = {}

    def count(self, length: int) -> int:
        """How many plans have so many calls."""
        return self._count(self._start, length)

    def plan(self, length: int, number: int) -> Calls:
        """The plan of a length that stands at a number, from 0.

        Raises:
            ValueError: there is none.
        """
        if not 0 <= number < self.count(length):
            raise ValueError(f"no plan {number} of {length} calls; there are {self.count(length)}")
        node, calls = self._start, []
        for left in range(length, 0, -1):
            for call, after in self._steps(node):
                below = self._count(after, left - 1)
                if number < below:
                    calls.append(call)
                    node = after
                    break
                number -= below
        return tuple(calls)

    def first(self, limit: int, rng: np.random.Generator, longest: int = 8) -> list[Calls]:
        """So many plans at most, shortest first.

        Of the length at which there are more than are still wanted, they are drawn evenly, and kept in their order: the
        very first ones all begin alike.

        Args:
            limit: most plans.
            rng: draws.
            longest: most calls of a plan.
        """
        found: list[Calls] = []
        for length in range(1, longest + 1):
            there, wanted = self.count(length), limit - len(found)
            numbers = range(there) if there <= wanted else _drawn(there, wanted, rng)
            found += [self.plan(length, k) for k in numbers]
            if len(found) >= limit:
                break
        return found

    def _steps(self, node: _Node) -> tuple[tuple[SkillCall, _Node], ...]:
        """Calls that may be made, and where they lead; none where the goal is reached."""
        if node not in self._following:
            self._following[node] = () if self._goal.holds(node.facts) else tuple(self._calls(node))
        return self._following[node]

    def _calls(self, node: _Node) -> list[tuple[SkillCall, _Node]]:
        held = next((a.arguments[0] for a in node.facts if a.predicate == "holding"), None)
        if held is None:
            calls: Sequence[SkillCall] = [c for c in self._picks if c.arguments[0] not in node.moved]
        else:
            calls = self._places[held]
        able = (c for c in calls if not unmet(c, node.facts))
        return [(c, _Node(apply(c, node.facts, self._objects), node.moved | {c.arguments[0]})) for c in able]

    def _count(self, node: _Node, length: int) -> int:
        """How many plans of a length lead from a node to the goal, and not through it."""
        if length == 0:
            return int(self._goal.holds(node.facts))
        key = (node, length)
        if key not in self._counts:
            self._counts[key] = sum(self._count(after, length - 1) for _, after in self._steps(node))
        return self._counts[key]


def _drawn(there: int, wanted: int, rng: np.random.Generator) -> list[int]:
    return sorted(int(k) for k in rng.choice(there, size=wanted, replace=False))
