"""The likeliest of some answers, where one is to be written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from planner.language.protocol import Generation, LanguageModel
from planner.language.talk import speaks_dialogue


def choose(
    language: LanguageModel,
    prompt: str,
    texts: Sequence[str],
    doubted: str = "",
    succeeds: Callable[[], float] = lambda: 1.0,
) -> Generation:
    """One of some texts, as the answer to a prompt.

    A model that was trained on the dialogue has a probability for each whole text, and the highest is taken: written
    token by token, a text that may not be said would lend its beginning's probability to one that may. Other models
    write it, held to the texts.

    Args:
        language: any.
        prompt: what is answered.
        texts: the answers, each with the line break that ends it.
        doubted: one of them, which is only as likely as the model says times
        succeeds: this, above 0 and at most 1; it is asked for where that text would be the answer.
    """
    if not speaks_dialogue(language):
        return language.generate(prompt, allowed=texts)
    scores = language.score(prompt, texts)
    values = list(scores.log_probabilities)
    best = max(range(len(texts)), key=values.__getitem__)
    if texts[best] == doubted:
        values[best] += math.log(succeeds())
        best = max(range(len(texts)), key=values.__getitem__)
    return Generation(texts[best], scores.log_probabilities[best], scores.prompt_tokens, scores.scored_tokens)
