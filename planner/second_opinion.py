"""A second opinion on what is meant: the model, asked for steps, about the plans that each meaning leads to.

A formula and a plan are two answers to one instruction, and where a small model errs in one it seldom errs likewise in
the other. So meanings are ranked by both, as answers are by a verifier (arXiv 2110.14168): by the probability of the
formula, and that of the plans to it, step after step until it says `done`. All plans are scored in one pass.
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
_NO_PLAN = -9.0
"""Stands for the log-probability of plans where there is none."""
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
    values = [m.log_probability for m in meanings]
    known = [v for v in values if v is not None]
    if len(known) < len(values) or len(values) < 2 or max(known) - np.logaddexp.reduce(known) > np.log(_SURE):
        return Opinion(tuple(meanings))
    texts: list[str] = []
    owners: list[int] = []
    for k, meaning in enumerate(meanings):
        found = [_text(talk, (), meaning.end)] if meaning.end else [_text(talk, p, End.DONE) for p in plans_of(meaning)]
        texts += found
        owners += [k] * len(found)
    if not texts:
        return Opinion(tuple(meanings))
    scores = language.score(talk.prompt(), texts)
    by_plan = np.full(len(meanings), _NO_PLAN)
    for k in set(owners):
        own = [v for v, owner in zip(scores.log_probabilities, owners, strict=True) if owner == k]
        by_plan[k] = max(float(np.logaddexp.reduce(own)), _NO_PLAN)
    joint = np.array(known) + weight * by_plan
    joint -= np.logaddexp.reduce(joint)
    ranked = sorted(
        (replace(m, log_probability=float(v)) for m, v in zip(meanings, joint, strict=True)),
        key=lambda m: -m.probability,
    )
    return Opinion(tuple(ranked), scores.prompt_tokens, scores.scored_tokens)


def _text(talk: Talk, calls: Calls, end: End) -> str:
    """What the model would have written after the prompt, had it taken these steps."""
    return talk.prompt([(call, None) for call in calls]).removeprefix(talk.prompt()) + talk.text(end)
