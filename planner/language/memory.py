"""What of an episode's history still counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sim.state import SceneState
from skills.predicates import atoms
from skills.protocol import Step
from skills.registry import find_spec
from skills.spec import SkillCall
from skills.symbolic import apply, typing_of
from skills.vocabulary import Atom

_LASTING = ("moved", "turned")
"""Effects against an earlier scene, which nobody can undo by moving something now."""


def standing(history: Sequence[Step], state: SceneState, start: SceneState) -> tuple[SkillCall, ...]:
    """The successful calls whose promised effects hold, or were used up by later ones that stand; oldest first.

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
        if step.outcome.succeeded and all(
            promise in facts or any(promise not in apply(c, frozenset({promise}), objects) for c in kept)
            for promise in _promises(step.call)
        ):
            kept.append(step.call)
    return tuple(reversed(kept))


def _promises(call: SkillCall) -> list[Atom]:
    """What the spec says will hold; not what usually follows from it, such as the same relation the other way round."""
    spec = find_spec(call)
    binding = spec.binding(call)
    return [
        Atom(a.predicate, tuple(binding.get(v, v) for v in a.arguments))
        for a in spec.adds
        if a.predicate not in _LASTING
    ]


def failures(history: Sequence[Step]) -> Counter[SkillCall]:
    """How often each call failed since the last success, after which the scene is another."""
    counts: Counter[SkillCall] = Counter()
    for step in history:
        if step.outcome.succeeded:
            counts.clear()
        else:
            counts[step.call] += 1
    return counts
