"""Towards a goal: plan from what is seen, follow the plan while it holds, plan anew where the scene is not as expected.

What the planner that is told the true goal (`oracle`) and the one that works it out from words (`translate`) share.
Calls that failed cost more, so that another way is tried; what a failure was blamed on is taken away first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from planner.alternatives import Calls, Choose, alternatives
from planner.failures import failure_counts, obstacles
from planner.reach_rules import hindrances, joined, packed_in_order
from planner.symbolic_relevance import Obstacles
from planner.symbolic_search import Plan, find_plan, with_empty_hand
from skills.goals import Formula, Node, parse_goal
from skills.predicates import atoms
from skills.protocol import Candidate, Observation, Step
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, apply, typing_of, unmet

MAX_FAILURES = 4
"""So many failures of one call, with no success of it in between, and the pursuit is given up."""
_FAILED_BEFORE = 1.5
"""Added to the cost of a call for each of its failures: another way of at most one more call is tried first."""
_DONE_BEFORE = 0.5
"""Added for each time that a placement worked and yet was not enough, so that another spot is tried."""
_PUSH_COST = 3.0
"""A push ends less surely where it should than a pick and a place do."""
_PUSH_INTO_COST = 1.9
"""What is pushed over an edge falls where it should; a push takes the place of a pick and a place."""


@dataclass(frozen=True)
class Outlook:
    """What is left to do for a goal, as things stand."""

    calls: Calls | None
    """In order; empty where the goal holds; None where nothing was found that leads there."""
    why: str
    """Where there is something to do how it was found, else why there is not."""
    candidates: tuple[Candidate, ...] = ()
    """What was weighed, best first."""


class Pursuit:
    """Follows plans towards goals through one episode."""

    def __init__(self, never: Sequence[str] = (), choose: Choose | None = None, limit: int = 1) -> None:
        """Begins with no plan.

        Args:
            never: what must not become true on the way, PDDL formulas.
            choose: picks among alternative plans; without it the cheapest is followed.
            limit: how many alternatives it is given at most.
        """
        self._never = tuple(never)
        self._choose = choose
        self._limit = limit
        self._rest: Calls = ()

    def forget(self) -> None:
        """Drops the plan."""
        self._rest = ()

    def look(self, goal: Formula, observation: Observation) -> Outlook:
        """What is left to do; whoever asks does the first of it."""
        facts = atoms(observation.state, observation.start)
        failures = failure_counts(observation.history)
        if with_empty_hand(goal).holds(facts):
            return Outlook((), "the goal holds")
        worst = max(failures, key=lambda call: failures[call], default=None)
        if worst is not None and failures[worst] >= MAX_FAILURES:
            reason = f"{worst} failed {failures[worst]} times"
            return Outlook((), f"the goal holds, but {reason}") if goal.holds(facts) else Outlook(None, reason)
        rest = self._still_good(goal, facts, typing_of(observation.state), observation.history)
        # What is in the way of a hook changes with every move.
        if rest and observation.state.family != "reach":
            self._rest = rest
            return self._as_planned(observation)
        planning = _Planning(goal, facts, observation, failures, self._never)
        plan = planning.plan()
        if plan.calls is None:
            self._rest = ()
            return Outlook(None, plan.reason)
        note = f"planned {len(plan.calls)} calls, looking at {plan.expanded} states"
        self._rest = plan.calls
        if self._choose is None:
            return Outlook(self._rest, note)
        chosen = self._choose(planning.alternatives(plan.calls, self._limit), observation)
        self._rest = chosen.calls
        return Outlook(self._rest, chosen.note, chosen.candidates)

    def plans(self, goal: Formula, observation: Observation, limit: int) -> list[Calls]:
        """Plans to a goal from where things stand, at most so many; an empty one where it holds, none without any."""
        facts = atoms(observation.state, observation.start)
        if with_empty_hand(goal).holds(facts):
            return [()]
        planning = _Planning(goal, facts, observation, failure_counts(observation.history), self._never)
        first = planning.plan().calls
        return [] if first is None else planning.alternatives(first, limit)

    def _as_planned(self, observation: Observation) -> Outlook:
        if self._choose is None:
            return Outlook(self._rest, "as planned")
        chosen = self._choose((self._rest,), observation)
        return Outlook(self._rest, f"as planned: {chosen.note}", chosen.candidates)

    def _still_good(self, goal: Formula, facts: Facts, objects: Typing, history: tuple[Step, ...]) -> Calls:
        """What is left of the plan, if the last call was of it, succeeded, and the rest still reaches the goal."""
        if not self._rest or not history or history[-1].call != self._rest[0] or not history[-1].outcome.succeeded:
            return ()
        rest = self._rest[1:]
        for call in rest:
            if unmet(call, facts):
                return ()
            facts = apply(call, facts, objects)
        return rest if goal.holds(facts) else ()


class _Planning:
    """One search for plans, with what has been learnt in the episode."""

    def __init__(
        self,
        goal: Formula,
        facts: Facts,
        observation: Observation,
        failures: Counter[SkillCall],
        never: Sequence[str],
    ) -> None:
        self._goal, self._facts, self._failures = goal, facts, failures
        self._state, self._objects = observation.state, typing_of(observation.state)
        history = observation.history
        self._done = Counter(s.call for s in history if s.outcome.succeeded and s.call.skill == "place")
        self._in_the_way: Obstacles = obstacles(history, self._state)
        if self._state.family == "reach":
            spoken_of = {name for leaf in goal.leaves() for name in leaf.atom.arguments}
            moved = {step.call.arguments[0] for step in history if step.call.skill == "place"}
            self._in_the_way = joined(self._in_the_way, hindrances(self._state, facts, spoken_of, moved))
        self._rule = Node("or", tuple(parse_goal(text, self._objects) for text in never)) if never else None

    def plan(self, dearer: Callable[[SkillCall], float] = lambda call: 0.0) -> Plan:
        """The cheapest plan, where calls may cost more than they otherwise would."""

        def cost(call: SkillCall) -> float:
            learnt = _FAILED_BEFORE * self._failures[call] + _DONE_BEFORE * self._done[call]
            return _base_cost(call) + learnt + dearer(call)

        plan = self._find(cost, self._in_the_way)
        if plan.calls is None and self._in_the_way:
            # What is in the way cannot be taken away first; then it is only tried again.
            plan = self._find(cost, None)
        if plan.calls is not None and self._state.family == "reach":
            plan = replace(plan, calls=packed_in_order(plan.calls, self._state, self._in_the_way))
        return plan

    def alternatives(self, first: Calls, limit: int) -> list[Calls]:
        """Other plans for the same goal beside one that was found, which comes first."""

        def replan(dearer: Callable[[SkillCall], float]) -> Calls | None:
            return self.plan(dearer).calls

        # Under a rack the order is worked out from bulk and reach, which symbols do not know.
        reorder = self._state.family != "reach"
        return alternatives(first, replan, self.reaches if reorder else None, limit)

    def reaches(self, calls: Calls) -> bool:
        """Whether each call may be made when it is its turn, none before what is in its way was moved, to the goal."""
        facts, moved = self._facts, set[str]()
        for call in calls:
            if unmet(call, facts) or not self._in_the_way.get(call, frozenset()) <= moved:
                return False
            facts = apply(call, facts, self._objects)
            if self._rule is not None and self._rule.holds(facts):
                return False
            moved.update(call.arguments[:1])
        return with_empty_hand(self._goal).holds(facts)

    def _find(self, cost: Callable[[SkillCall], float], in_the_way: Obstacles | None) -> Plan:
        return find_plan(
            self._goal,
            self._facts,
            self._objects,
            scene=self._state,
            cost=cost,
            obstacles=in_the_way,
            never=self._rule,
        )


def _base_cost(call: SkillCall) -> float:
    if call.skill != "push":
        return 1.0
    return _PUSH_INTO_COST if call.arguments[1] == "into" else _PUSH_COST
