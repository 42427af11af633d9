"""What happens in an episode, as it is told to whoever listens: a transcript, a video, a record."""

from __future__ import annotations

from dataclasses import dataclass

from envs.record import Episode, StepRecord
from envs.task import Task
from sim.state import SceneState
from skills.protocol import Decision, Step


@dataclass(frozen=True)
class Began:
    """The scene is built and the instruction drawn."""

    task: Task
    instruction: str
    state: SceneState


@dataclass(frozen=True)
class Decided:
    """The planner answered."""

    decision: Decision
    seconds: float
    """Wall-clock time it took."""


@dataclass(frozen=True)
class Executed:
    """A call has ended."""

    step: Step
    record: StepRecord
    state: SceneState
    """The scene afterwards as it is."""
    disturbances: tuple[str, ...] = ()
    """What disturbed it, in words; the planner is not told."""


@dataclass(frozen=True)
class Answered:
    """The person answered a question."""

    question: str
    answer: str


@dataclass(frozen=True)
class Ended:
    """The episode is over."""

    episode: Episode


Event = Began | Decided | Executed | Answered | Ended
