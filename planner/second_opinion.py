"""A second opinion on what is meant: the model, asked for steps, about the plans that each meaning leads to.

A formula and a plan are two answers to one instruction, and where a small model errs in one it seldom errs likewise in
the other. So meanings are ranked by both, as answers are by a verifier (arXiv 2110.14168): by the probability of the
formula, and by that of its plans among the plans of all meanings. These are scored in one pass, token by token against
each other: what all have in common counts for none, and a long plan is not the less likely for its length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.alternatives import Calls
from planner.language.dialogue import End
from planner.language.goals import Meaning
from planner.language.protocol import LanguageModel
from planner.language.talk import Talk

PLANS = 4
"""Plans to one meaning that are scored at most: the model may have another order in mind."""
_LEAST = -9.0
"""Log-probability that a meaning's plans have at the least, and that it has where there are none."""
_SURE = 0.98
"""From this share of the probability on a meaning is not questioned."""


@dataclass(frozen=True)
class Opinion:
    """Meanings in their new order, and what it cost."""

    meanings: tuple[Meaning, ...]
    """Likeliest first; `log_probability` is by both answers, among these meanings."""
    prompt_tokens: int = 0
    scored_tokens: int = 0


def second_opinion(
    language: LanguageModel,
    talk: Talk,
    meanings: Sequence[Meaning],
    plans_of: Callable[[Meaning], Sequence[Calls]],
    weight: float = 1.0,
) -> Opinion:
    """Ranks meanings by what was written as the goal and by what would be done for it.

    Args:
        language: one that was trained on both questions.
        talk: has heard the observation.
        meanings: with their log-probabilities.
        plans_of: plans from where things stand to what a formula asks for, an empty one where it holds; none where
            nothing leads there.
        weight: of the plans' log-probability; that of the goal has 1.
    """
    known = np.array([m.log_probability for m in meanings if m.log_probability is not None])
    if len(known) < len(meanings) or len(known) < 2:
        return Opinion(tuple(meanings))
    known -= np.logaddexp.reduce(known)
    if known.max() > np.log(_SURE):
        return Opinion(tuple(meanings))
    owners: dict[str, list[int]] = {}
    for k, meaning in enumerate(meanings):
        found = [_text(talk, (), meaning.end)] if meaning.end else [_text(talk, p, End.DONE) for p in plans_of(meaning)]
        for text in found:
            owners.setdefault(text, []).append(k)
    if len(owners) < 2:
        return Opinion(tuple(meanings))
    scores = language.score(talk.prompt(), list(owners), within=True)
    joint = known + weight * _by_plans(scores.log_probabilities, list(owners.values()), len(meanings))
    joint -= np.logaddexp.reduce(joint)
    ranked = (replace(m, log_probability=float(v)) for m, v in zip(meanings, joint, strict=True))
    return Opinion(tuple(sorted(ranked, key=lambda m: -m.probability)), scores.prompt_tokens, scores.scored_tokens)


def _by_plans(values: Sequence[float], owners: Sequence[Sequence[int]], count: int) -> np.ndarray:
    """Log-probability that one of its texts is the answer, for each of so many meanings."""
    found = np.full(count, _LEAST)
    for k in range(count):
        own = [v for v, who in zip(values, owners, strict=True) if k in who]
        if own:
            found[k] = max(float(np.logaddexp.reduce(own)), _LEAST)
    return found


def _text(talk: Talk, calls: Calls, end: End) -> str:
    """What the model would have written after the prompt, had it taken these steps."""
    return talk.prompt([(call, None) for call in calls]).removeprefix(talk.prompt()) + talk.text(end)
