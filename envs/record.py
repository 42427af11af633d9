"""What is written down of an episode: the JSON that `run_task.py --json` prints and `evaluate.py` appends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMES = ("plan_seconds", "cpu_seconds", "seconds")
"""Fields that a replay of the same seed does not repeat."""


@dataclass(frozen=True)
class StepRecord:
    """One call and what came of it."""

    call: str
    """Text of the call."""
    language: float | None
    """The language model's score of it, nats; None where no model scored."""
    feasibility: float | None
    """Probability of success it was given; None where none was."""
    candidates: int
    """How many calls it was chosen from."""
    succeeded: bool
    """As measured in the settled scene."""
    reason: str | None
    """A `FailureReason`, or None on success."""
    message: str
    """One sentence."""
    plan_seconds: float
    """Wall-clock time of the decision."""
    sim_seconds: float
    """Simulated time of the call."""
    cpu_seconds: float
    """Processor time of the call."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, in the order of the fields."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Episode:
    """One episode, from instruction to verdict."""

    suite: str
    task: str
    instruction: str
    planner: str
    model: str
    seed: int
    success: bool | None
    """None where no goal is known, and where the episode raised."""
    plan_success: bool | None
    """Whether the calls, had each worked as its symbolic effects say, reach the goal."""
    ended_by: str
    """`finish`, `refuse`, `budget` or `error`."""
    goal: Mapping[str, bool]
    """Each condition of success by name."""
    steps: tuple[StepRecord, ...] = ()
    questions: tuple[Mapping[str, str], ...] = ()
    """Each `{"question": ..., "answer": ...}`."""
    tokens: Mapping[str, int] = field(default_factory=lambda: {"prompt": 0, "generated": 0})
    """Tokens that the language model read and wrote."""
    seconds: float = 0.0
    """Wall-clock time of the whole episode."""
    error: str | None = None
    """One line, where something raised: the episode counts as errored, never as failed."""
    chain: tuple[Mapping[str, Any], ...] = ()
    """Of a chain, what was asked one after another, up to the first that failed: `{"task", "instruction", "success",
    "ended_by", "calls"}` each. Empty where one thing was asked, and then left out of the record."""

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from the others of its run: task and seed."""
        return (self.task, self.seed)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data["goal"] = dict(self.goal)
        data["steps"] = [s.to_dict() for s in self.steps]
        data["questions"] = [dict(q) for q in self.questions]
        data["tokens"] = dict(self.tokens)
        data["chain"] = [dict(link) for link in self.chain]
        if not self.chain:
            del data["chain"]
        return data

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Episode:
        """Reads what `to_dict` wrote.

        Raises:
            ValueError: a field is missing or unknown.
        """
        try:
            fields = dict(data)
            fields["steps"] = tuple(StepRecord(**s) for s in data["steps"])
            fields["questions"] = tuple(data["questions"])
            fields["chain"] = tuple(data.get("chain", ()))
            return Episode(**fields)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a recorded episode: {error}") from None


def without_times(data: Mapping[str, Any]) -> dict[str, Any]:
    """The record as a replay must repeat it: everything but wall-clock and processor time."""
    kept = {k: v for k, v in data.items() if k not in TIMES}
    kept["steps"] = [{k: v for k, v in s.items() if k not in TIMES} for s in data["steps"]]
    return kept
