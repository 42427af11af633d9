"""Where planners and environments meet: a planner is given observations and answers with decisions.

Neither side imports the other, so a planner is tested with a scripted environment and an environment with a scripted
planner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from sim.state import SceneState
from skills.outcome import Outcome
from skills.spec import SkillCall


@dataclass(frozen=True)
class Candidate:
    """One thing that might be done next, with what speaks for it."""

    text: str
    """A skill call, or `done()`, as the language model scores it."""
    language: float | None = None
    """Log-probability given by the language model, in nats, as the strategy normalises it."""
    feasibility: float | None = None
    """Probability that it succeeds, from the feasibility model."""
    score: float = 0.0
    """What the strategy ranks by; higher is better."""


@dataclass(frozen=True)
class Rationale:
    """Why a decision was made; shown on the console, in transcripts and reports."""

    candidates: tuple[Candidate, ...] = ()
    """Best first."""
    prompt_tokens: int = 0
    """Tokens of prompt that the language model read for this decision (cached ones are not counted)."""
    generated_tokens: int = 0
    """Tokens that it wrote or scored."""
    seconds: float = 0.0
    """Wall-clock time of the decision."""
    note: str = ""
    """One line of the strategy's own."""


@dataclass(frozen=True)
class Act:
    """Run a skill."""

    call: SkillCall
    rationale: Rationale = field(default_factory=Rationale)
    then: tuple[SkillCall, ...] = ()
    """What is intended next, for skills that look ahead; nobody is bound to it."""


@dataclass(frozen=True)
class Ask:
    """Ask the person."""

    question: str
    rationale: Rationale = field(default_factory=Rationale)


@dataclass(frozen=True)
class Finish:
    """The instruction is carried out."""

    reason: str
    rationale: Rationale = field(default_factory=Rationale)


@dataclass(frozen=True)
class Refuse:
    """The instruction cannot or should not be carried out."""

    reason: str
    rationale: Rationale = field(default_factory=Rationale)


Decision = Act | Ask | Finish | Refuse


@dataclass(frozen=True)
class Step:
    """A skill call and what came of it."""

    call: SkillCall
    outcome: Outcome


@dataclass(frozen=True)
class Observation:
    """All that a planner is told before a decision."""

    instruction: str
    """In natural language."""
    state: SceneState
    """The scene as it is seen now."""
    start: SceneState
    """The scene as it was seen at the start of the episode."""
    history: tuple[Step, ...] = ()
    """Calls and outcomes so far, oldest first."""
    messages: tuple[str, ...] = ()
    """Messages from a person, oldest first: answers and corrections."""


@runtime_checkable
class Planner(Protocol):
    """A planning strategy."""

    name: str

    def reset(self, instruction: str) -> None:
        """Starts a new episode."""
        ...

    def decide(self, observation: Observation) -> Decision:
        """Says what to do next. Expected trouble is a decision (`Refuse`), not an exception."""
        ...
