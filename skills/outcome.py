"""What came of a skill. Expected failure is a value: raised inside a skill, returned as an `Outcome`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FailureReason(StrEnum):
    """Why a skill did not reach its effect."""

    PRECONDITION = "PRECONDITION"
    """What must hold before does not: the hand is full, something lies on top, the object is not there."""
    UNREACHABLE = "UNREACHABLE"
    """No joint angles bring the tool there."""
    NO_PATH = "NO_PATH"
    """The place is within reach but no motion free of collisions was found."""
    COLLISION = "COLLISION"
    """The hand, or what it holds, ran into something, or there is no room for it."""
    GRASP_MISSED = "GRASP_MISSED"
    """The fingers closed and do not hold the object."""
    DROPPED = "DROPPED"
    """The object left the hand on the way."""
    TARGET_MOVED = "TARGET_MOVED"
    """What the skill was aimed at moved away while it ran."""
    EFFECT_NOT_REACHED = "EFFECT_NOT_REACHED"
    """The motion ended but the scene is not as the skill promises."""
    DISTURBED_OTHER = "DISTURBED_OTHER"
    """The effect is there, but another object was knocked away."""
    TIME_OUT = "TIME_OUT"
    """The skill took longer than it may."""


class SkillFailure(Exception):
    """Raised anywhere inside a skill; `skills.execution` makes an `Outcome` of it."""

    def __init__(
        self, reason: FailureReason, message: str, culprit: str | None = None, culprits: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.culprit = culprit
        # All that are to blame, for those who ask what might be done about it.
        self.culprits = frozenset(culprits) or frozenset(filter(None, (culprit,)))


@dataclass(frozen=True)
class Outcome:
    """The result of one executed skill."""

    succeeded: bool
    """Whether the effect was reached, as measured in the settled scene."""
    reason: FailureReason | None
    """Why not; None on success."""
    message: str
    """One sentence for a person and a language model."""
    seconds: float = 0.0
    """Simulated time."""
    moved: tuple[str, ...] = ()
    """Other objects that were displaced by more than 2 cm."""
    culprit: str | None = None
    """The object to blame for a failure, where one is."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back."""
        return {
            "succeeded": self.succeeded,
            "reason": None if self.reason is None else str(self.reason),
            "message": self.message,
            "seconds": self.seconds,
            "moved": list(self.moved),
            "culprit": self.culprit,
        }

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Outcome:
        """Reads what `to_dict` wrote."""
        reason = data["reason"]
        return Outcome(
            data["succeeded"],
            None if reason is None else FailureReason(reason),
            data["message"],
            data["seconds"],
            tuple(data["moved"]),
            data["culprit"],
        )
