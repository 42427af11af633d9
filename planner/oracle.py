"""`oracle`: knows the true goal and plans towards it over the skills' symbolic effects.

It is the upper bound that other strategies are compared with, and the teacher that writes training plans.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from planner.reach_rules import hindrances, joined, packed_in_order
from planner.symbolic_search import Plan, find_plan, with_empty_hand
from sim.catalog import CATEGORIES
from sim.state import SceneState
from skills.goals import Formula, Node, parse_goal
from skills.outcome import FailureReason
from skills.predicates import atoms
from skills.protocol import Act, Candidate, Decision, Finish, Observation, Rationale, Refuse, Step
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, apply, typing_of, unmet

MAX_FAILURES = 4
"""So many failures of one call, with no success of it in between, and the oracle gives up."""
_FAILED_BEFORE = 1.5
"""Added to the cost of a call for each of its failures: another way of at most one more call is tried first."""
_DONE_BEFORE = 0.5
"""Added for each time that a placement worked and yet was not enough, so that another spot is tried."""
_PUSH_COST = 3.0
"""A push ends less surely where it should than a pick and a place do."""


_PUSH_INTO_COST = 1.9
"""What is pushed over an edge falls where it should; a push takes the place of a pick and a place."""


def _push_cost(call: SkillCall) -> float:
    return _PUSH_INTO_COST if call.arguments[1] == "into" else _PUSH_COST


class Oracle:
    """Plans from what is seen, acts on the first call, and plans anew where the scene is not as expected."""

    name = "oracle"

    def __init__(self, goal: str | None, never: Sequence[str] = (), tells: bool = True) -> None:
        """Takes the true goal and what must not become true on the way.

        Args:
            goal: a PDDL formula; None where none is known, and then it refuses.
            never: PDDL formulas.
            tells: whether skills are told what is to follow, so that they can look ahead.
        """
        self._goal = goal
        self._never = tuple(never)
        self._tells = tells
        if not tells:
            self.name = "oracle-myopic"
        self._rest: tuple[SkillCall, ...] = ()

    def reset(self, instruction: str) -> None:
        """Forgets the plan; the instruction is not read."""
        self._rest = ()

    def decide(self, observation: Observation) -> Decision:
        """The next call of a plan; `Finish` where the goal holds, `Refuse` where it is unknown or out of reach."""
        begun = time.perf_counter()
        objects = typing_of(observation.state)
        if self._goal is None:
            return Refuse("no goal is known")
        try:
            goal = parse_goal(self._goal, objects)
        except ValueError as error:
            return Refuse(str(error))
        facts = atoms(observation.state, observation.start)
        failures = failure_counts(observation.history)
        if with_empty_hand(goal).holds(facts):
            return Finish("the goal holds")
        worst = max(failures, key=lambda call: failures[call], default=None)
        if worst is not None and failures[worst] >= MAX_FAILURES:
            reason = f"{worst} failed {failures[worst]} times"
            return Finish(f"the goal holds, but {reason}") if goal.holds(facts) else Refuse(reason)
        rest, note = self._still_good(goal, facts, objects, observation.history), "as planned"
        if observation.state.family == "reach":
            # What is in the way of a hook changes with every move.
            rest = ()
        if not rest:
            plan = self._plan(goal, facts, observation, failures)
            if plan.calls is None:
                return Refuse(plan.reason)
            rest, note = plan.calls, f"planned {len(plan.calls)} calls, looking at {plan.expanded} states"
        self._rest = rest
        chosen = Candidate(str(rest[0]), score=-float(len(rest)))
        rationale = Rationale((chosen,), seconds=time.perf_counter() - begun, note=note)
        return Act(rest[0], rationale, rest[1:] if self._tells else ())

    def _still_good(
        self, goal: Formula, facts: Facts, objects: Typing, history: tuple[Step, ...]
    ) -> tuple[SkillCall, ...]:
        """What is left of the plan, if the last call was of it, succeeded, and the rest still reaches the goal."""
        if not self._rest or not history or history[-1].call != self._rest[0] or not history[-1].outcome.succeeded:
            return ()
        rest = self._rest[1:]
        for call in rest:
            if unmet(call, facts):
                return ()
            facts = apply(call, facts, objects)
        return rest if goal.holds(facts) else ()

    def _plan(self, goal: Formula, facts: Facts, observation: Observation, failures: Counter[SkillCall]) -> Plan:
        done = Counter(
            step.call for step in observation.history if step.outcome.succeeded and step.call.skill == "place"
        )

        def cost(call: SkillCall) -> float:
            base = _push_cost(call) if call.skill == "push" else 1.0
            return base + _FAILED_BEFORE * failures[call] + _DONE_BEFORE * done[call]

        state, objects = observation.state, typing_of(observation.state)
        in_the_way = obstacles(observation.history, state)
        if state.family == "reach":
            spoken_of = {name for leaf in goal.leaves() for name in leaf.atom.arguments}
            moved = {step.call.arguments[0] for step in observation.history if step.call.skill == "place"}
            in_the_way = joined(in_the_way, hindrances(state, facts, spoken_of, moved))
        never = Node("or", tuple(parse_goal(text, objects) for text in self._never)) if self._never else None
        plan = find_plan(goal, facts, objects, scene=state, cost=cost, obstacles=in_the_way, never=never)
        if plan.calls is None and in_the_way:
            # What is in the way cannot be taken away first; then it is only tried again.
            plan = find_plan(goal, facts, objects, scene=state, cost=cost, never=never)
        if plan.calls is not None and state.family == "reach":
            plan = replace(plan, calls=packed_in_order(plan.calls, state, in_the_way))
        return plan


def failure_counts(history: tuple[Step, ...]) -> Counter[SkillCall]:
    """How often each call failed since it last succeeded."""
    counts: Counter[SkillCall] = Counter()
    for step in history:
        counts[step.call] = 0 if step.outcome.succeeded else counts[step.call] + 1
    return +counts


def obstacles(history: tuple[Step, ...], state: SceneState) -> dict[SkillCall, frozenset[str]]:
    """Objects that a failed call was blamed on, by that call, where they were not taken from there since."""
    found: dict[SkillCall, frozenset[str]] = {}
    for step in history:
        call, culprit, reason = step.call, step.outcome.culprit, step.outcome.reason
        if step.outcome.succeeded:
            found.pop(call, None)
            if call.skill in ("pick", "push", "sweep"):
                found = {c: names - {call.arguments[0]} for c, names in found.items()}
        elif culprit is not None and culprit in state and reason in (FailureReason.COLLISION, FailureReason.NO_PATH):
            movable = not CATEGORIES[state[culprit].category].types.isdisjoint(("movable", "sweepable"))
            if movable and culprit not in (call.arguments[0], state.robot.holding):
                found[call] = found.get(call, frozenset()) | {culprit}
    return {call: names for call, names in found.items() if names}
