"""The steps that are right: the cheapest calls to a goal, in the order in which the goal was spoken of."""

from __future__ import annotations

from collections.abc import Sequence

from planner.failures import failure_counts, obstacles
from planner.symbolic_search import find_plan, with_empty_hand
from sim.state import TABLE, SceneState
from skills.goals import Formula, Node, conditions
from skills.predicates import atoms
from skills.protocol import Step
from skills.spec import SkillCall
from skills.symbolic import Facts, apply_all, typing_of

LONGEST = 10
"""Most calls of a plan; longer ones are not taught."""
_PUSH = 3.0
"""What a push costs where nobody asked for one: it ends less surely where it should than a pick and a place do."""
_PUSH_INTO = 1.9
_ELSEWHERE = 0.001
"""Added for putting something anywhere else than on the table, so that what is only in the way goes there."""
_OTHER = 0.01
"""Added for moving what the goal says nothing of: `left of the bowl` moves the block, not the bowl."""
_FAILED = 1.5
_MANY = 7
"""From so many conditions on no order of theirs is tried."""


def plan(
    goals: Sequence[Formula],
    state: SceneState,
    start: SceneState,
    *,
    prefers: str = "",
    history: Sequence[Step] = (),
) -> tuple[SkillCall, ...] | None:
    """The calls that reach goals, one after another; None where there are none, or too many.

    Args:
        goals: formulas over the scene, in the order in which they must come true.
        state: the scene now.
        start: the scene at the start.
        prefers: the skill that the words ask for, see `Wish.prefers`.
        history: what was done; what failed is tried another way, or what was in its way is moved first.
    """
    facts = atoms(state, start)
    failures = failure_counts(tuple(history))
    in_the_way = obstacles(tuple(history), state)

    spoken_of = {leaf.atom.arguments[0] for goal in goals for leaf in goal.leaves() if leaf.atom.arguments}

    def cost(call: SkillCall) -> float:
        base = 1.0 if call.skill != "pick" or call.arguments[0] in spoken_of else 1.0 + _OTHER
        if call.skill == "push" and prefers != "push":
            base = _PUSH_INTO if call.arguments[1] == "into" else _PUSH
        if call.skill == "pick" and prefers == "push":
            base = _PUSH
        if call.skill == "place" and call.arguments[1:] != ("on", TABLE):
            base += _ELSEWHERE
        return base + _FAILED * failures[call]

    objects = typing_of(state)

    def cheapest(goal: Formula, known: Facts) -> tuple[SkillCall, ...] | None:
        # Only lines are laid by where things are: with the scene, short ways past the table's edge would cost more.
        scene = state if in_line(goal) else None
        found = find_plan(goal, known, objects, scene=scene, cost=cost, obstacles=in_the_way).calls
        if found is None and in_the_way:
            found = find_plan(goal, known, objects, scene=scene, cost=cost).calls
        return found

    calls: tuple[SkillCall, ...] = ()
    for goal in goals:
        best = cheapest(goal, facts)
        if best is None or len(calls) + len(best) > LONGEST:
            return None
        ordered = (
            _in_order(goal, best, cheapest, facts, state)
            if len(best) > 2 and not in_the_way and not in_line(goal)
            else None
        )
        best = best if ordered is None else ordered
        facts = apply_all(best, facts, objects)
        calls += best
    if in_line(goals[-1]):
        # No call promises a row: the search works out from where things stand which calls make one.
        return calls
    return calls if with_empty_hand(goals[-1]).holds(facts) else None


def in_line(goal: Formula) -> bool:
    """Whether a goal speaks of a row of things."""
    return any(leaf.atom.predicate == "in-line" for leaf in goal.leaves())


def _in_order(goal: Formula, best: tuple[SkillCall, ...], cheapest, facts: Facts, state: SceneState):
    """A plan as short that reaches the conditions of a goal in the order in which they stand; None if there is none."""
    parts = conditions(goal)
    if not 2 <= len(parts) < _MANY:
        return None
    objects = typing_of(state)
    for order in (parts, parts[::-1]):
        known, calls = facts, ()
        for k in range(len(order)):
            more = cheapest(Node("and", order[: k + 1]), known)
            if more is None or len(calls) + len(more) > len(best):
                break
            calls += more
            known = apply_all(more, known, objects)
        else:
            return calls
    return None
