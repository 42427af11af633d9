"""When a task is done: a conjunction of named conditions, each of them asked of the settled scene and logged."""

from __future__ import annotations

from collections.abc import Iterable

from envs.task import Task
from sim.catalog import types_of
from sim.state import SceneState
from skills.goals import conditions, parse_goal
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import apply, check_call, typing_of

KEPT_DISTANCE = 0.05
"""Metres that an object which nobody handled, and of which the goal does not speak, may be displaced."""
UNMOVED_DISTANCE = 0.01
"""Metres that any object may be displaced where the right answer was to refuse."""


def judge(
    task: Task, start: SceneState, state: SceneState, handled: Iterable[str] = (), refused: bool = False
) -> dict[str, bool]:
    """The conditions of success by name, such as `{"(in red_block red_bowl)": True}`; empty where no goal is known.

    Args:
        task: what was asked.
        start: the scene at the start of the episode.
        state: the scene now, settled.
        handled: names of objects that a skill, or a declared disturbance, moved on purpose.
        refused: whether the planner refused.
    """
    if not task.feasible:
        still = all(o.pose.distance(start[o.name].pose) <= UNMOVED_DISTANCE for o in state.objects)
        return {"(refused)": refused, "(nothing-moved)": still}
    if task.goal is None:
        return {}
    typing, facts = typing_of(state), atoms(state, start)
    result: dict[str, bool] = {}
    for text in (task.goal, *task.keep):
        result.update({str(c): c.holds(facts) for c in conditions(parse_goal(text, typing))})
    mentioned = spoken_of(task, state)
    for o in state.objects:
        if o.name not in mentioned and o.name not in set(handled):
            kept = o.pose.distance(start[o.name].pose) <= KEPT_DISTANCE
            result[f"(kept {o.name.replace(' ', '_')})"] = kept
    return result


def goal_holds(task: Task, start: SceneState, state: SceneState) -> bool:
    """Whether the goal formula alone holds; False where none is known or the task cannot be done."""
    formula = task.goal_formula(typing_of(state))
    return formula is not None and formula.holds(atoms(state, start))


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
    for call in listed:
        try:
            check_call(call, typing)
        except ValueError:
            continue
        facts = apply(call, facts, typing)
    return formula.holds(facts)
