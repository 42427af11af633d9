"""When a task is done: a conjunction of named conditions, each of them asked of the settled scene and logged."""

from __future__ import annotations

from collections.abc import Iterable

from envs.task import Task
from sim.catalog import CATEGORIES, types_of
from sim.state import SceneState
from skills.containment import shifts
from skills.goals import conditions, parse_goal
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import apply, check_call, typing_of

KEPT_DISTANCE = 0.05
"""Metres that an object which nobody handled, and of which the goal does not speak, may be displaced."""
UNMOVED_DISTANCE = 0.01
"""Metres that any object may be displaced where the right answer was to refuse."""


def judge(
    task: Task,
    start: SceneState,
    state: SceneState,
    handled: Iterable[str] = (),
    refused: bool = False,
    broken: Iterable[str] = (),
) -> dict[str, bool]:
    """The conditions of success by name, such as `{"(in red_block red_bowl)": True}`; empty where no goal is known.

    Args:
        task: what was asked.
        start: the scene at the start of the episode.
        state: the scene now, settled.
        handled: names of objects that a skill, or a declared disturbance, moved on purpose.
        refused: whether the planner refused.
        broken: those of the task's `never` that have come true on the way, see `broken_rules`.
    """
    if not task.feasible:
        still = all(o.pose.distance(start[o.name].pose) <= UNMOVED_DISTANCE for o in state.objects)
        return {"(refused)": refused, "(nothing-moved)": still}
    if task.goal is None:
        return {}
    typing = typing_of(state)
    formulas = [parse_goal(text, typing) for text in (task.goal, *task.keep)]
    facts = atoms(state, start, {leaf.atom.predicate for formula in formulas for leaf in formula.leaves()})
    result = {str(c): c.holds(facts) for formula in formulas for c in conditions(formula)}
    breaches = {*broken, *broken_rules(task, start, state)}
    result.update({f"(never {text})": text not in breaches for text in task.never})
    mentioned, moved = spoken_of(task, state), shifts(start, state)
    for o in state.objects:
        if o.name not in mentioned and o.name not in set(handled) and not _is_built_in(o.category):
            result[f"(kept {o.name.replace(' ', '_')})"] = moved[o.name] <= KEPT_DISTANCE
    return result


def _is_built_in(category: str) -> bool:
    """Whether things of a category are furniture that cannot move."""
    kind = CATEGORIES[category]
    return "fixture" in kind.types and kind.travel == 0.0


def broken_rules(task: Task, start: SceneState, state: SceneState) -> frozenset[str]:
    """Those of the task's `never` that are true of a settled scene."""
    if not task.never:
        return frozenset()
    typing, facts = typing_of(state), atoms(state, start)
    return frozenset(text for text in task.never if parse_goal(text, typing).holds(facts))


def goal_holds(task: Task, start: SceneState, state: SceneState) -> bool:
    """Whether the goal formula alone holds; False where none is known or the task cannot be done."""
    formula = task.goal_formula(typing_of(state))
    if formula is None:
        return False
    return formula.holds(atoms(state, start, {leaf.atom.predicate for leaf in formula.leaves()}))


def spoken_of(task: Task, state: SceneState) -> frozenset[str]:
    """Names of the objects that the goal mentions, quantified ones and those of a line's type included."""
    formula = task.goal_formula(typing_of(state))
    if formula is None:
        return frozenset()
    names = {a for leaf in formula.leaves() for a in leaf.atom.arguments}
    names |= {o.name for o in state.objects if types_of(o.category) & names}
    return frozenset(names & set(state.names))


def plan_reaches_goal(task: Task, start: SceneState, calls: Iterable[SkillCall], refused: bool) -> bool | None:
    """Whether the calls, had each worked as its symbolic effects say, reach the goal; None where no goal is known.

    Calls that mean nothing in this scene are passed over. Where the task cannot be done, a refusal without any call is
    what reaches it.
    """
    listed = list(calls)
    if not task.feasible:
        return refused and not listed
    typing = typing_of(start)
    formula = task.goal_formula(typing)
    if formula is None:
        return None
    facts = atoms(start)
    rules = [parse_goal(text, typing) for text in task.never]
    for call in listed:
        try:
            check_call(call, typing)
        except ValueError:
            continue
        facts = apply(call, facts, typing)
        if any(rule.holds(facts) for rule in rules):
            return False
    return formula.holds(facts)
