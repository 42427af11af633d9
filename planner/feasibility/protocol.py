"""What a planner asks of a feasibility model, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from sim.state import SceneState
from skills.protocol import Step
from skills.spec import SkillCall


class Prediction(NamedTuple):
    """What a feasibility model expects of one step of a plan."""

    success: float
    """Probability, calibrated, that the step succeeds once those before it in the plan have."""
    reason: str | None
    """The likeliest `FailureReason`, where failure is likelier than success; else None."""
    confident: bool
    """False where the model is asked about something outside its training: an unknown spec, category or robot, or
    more objects or steps than it has seen."""
    culprit: str | None = None
    """The object that is likeliest to blame, where failure is likelier than success and one is; else None."""


@runtime_checkable
class FeasibilityModel(Protocol):
    """Scores plans against a scene."""

    def predict(
        self, state: SceneState, plans: Sequence[Sequence[SkillCall]], evidence: Sequence[Step] = ()
    ) -> list[list[Prediction]]:
        """One prediction per step of each plan; plans may differ in length and share beginnings.

        Args:
            state: the scene in which each plan would start.
            plans: sequences of calls, each from `state` on.
            evidence: what was tried in this episode already, oldest first; only the failures in it are used.

        Raises:
            ValueError: a call has no known form or names something that is not in the scene.
        """
        ...
