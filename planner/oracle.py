"""`oracle`: knows the true goal and plans towards it over the skills' symbolic effects.

It is the upper bound that other strategies are compared with, and the teacher that writes training plans.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from planner.pursuit import Pursuit
from skills.goals import parse_goal
from skills.protocol import Act, Candidate, Decision, Finish, Observation, Rationale, Refuse
from skills.symbolic import typing_of


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
        self._tells = tells
        if not tells:
            self.name = "oracle-myopic"
        self._pursuit = Pursuit(never)

    def reset(self, instruction: str) -> None:
        """Forgets the plan; the instruction is not read."""
        self._pursuit.forget()

    def decide(self, observation: Observation) -> Decision:
        """The next call of a plan; `Finish` where the goal holds, `Refuse` where it is unknown or out of reach."""
        begun = time.perf_counter()
        if self._goal is None:
            return Refuse("no goal is known")
        try:
            goal = parse_goal(self._goal, typing_of(observation.state))
        except ValueError as error:
            return Refuse(str(error))
        outlook = self._pursuit.look(goal, observation)
        if outlook.calls is None:
            return Refuse(outlook.why)
        if not outlook.calls:
            return Finish(outlook.why)
        first, *rest = outlook.calls
        chosen = Candidate(str(first), score=-float(len(outlook.calls)))
        rationale = Rationale((chosen,), seconds=time.perf_counter() - begun, note=outlook.why)
        return Act(first, rationale, tuple(rest) if self._tells else ())
