"""What of an episode's history still counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sim.state import SceneState
from skills.predicates import atoms
from skills.protocol import Step
from skills.spec import SkillCall
from skills.symbolic import apply, typing_of

_DERIVED = ("clear", "hand-empty")


def standing(history: Sequence[Step], state: SceneState, start: SceneState) -> tuple[SkillCall, ...]:
    """The successful calls whose effects hold, or were used up by later ones that stand; oldest first.

    A block that slips from the hand after `pick`, or is carried off after `place`, undoes the calls that brought it
    there: told without them, a language model proposes them again.

    Args:
        history: what was done and what came of it.
        state: the scene now.
        start: the scene at the start of the episode.
    """
    facts = atoms(state, start)
    objects = typing_of(state)
    kept: list[SkillCall] = []
    for step in reversed(history):
        if not step.outcome.succeeded:
            continue
        effects = [a for a in apply(step.call, frozenset(), objects) if a.predicate not in _DERIVED]
        if all(e in facts or any(e not in apply(c, frozenset({e}), objects) for c in kept) for e in effects):
            kept.append(step.call)
    return tuple(reversed(kept))


def failures(history: Sequence[Step]) -> Counter[SkillCall]:
    """How often each call failed since the last success, after which the scene is another."""
    counts: Counter[SkillCall] = Counter()
    for step in history:
        if step.outcome.succeeded:
            counts.clear()
        else:
            counts[step.call] += 1
    return counts
