"""What the failures of an episode teach: how often each call failed, and what was in its way."""

from __future__ import annotations

from collections import Counter

from sim.catalog import CATEGORIES
from sim.state import SceneState
from skills.outcome import FailureReason
from skills.protocol import Step
from skills.spec import SkillCall


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
