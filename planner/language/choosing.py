"""The likeliest of some answers, where one is to be written."""

from __future__ import annotations

from collections.abc import Sequence

from planner.language.protocol import Generation, LanguageModel
from planner.language.talk import speaks_dialogue


def choose(language: LanguageModel, prompt: str, texts: Sequence[str]) -> Generation:
    """One of some texts, as the answer to a prompt.

    A model that was trained on the dialogue has a probability for each whole text, and the highest is taken: written
    token by token, a text that may not be said would lend its beginning's probability to one that may. Other models
    write it, held to the texts.

    Args:
        language: any.
        prompt: what is answered.
        texts: the answers, each with the line break that ends it.
    """
    if not speaks_dialogue(language):
        return language.generate(prompt, allowed=texts)
    scores = language.score(prompt, texts)
    best = max(range(len(texts)), key=scores.log_probabilities.__getitem__)
    return Generation(texts[best], scores.log_probabilities[best], scores.prompt_tokens, scores.scored_tokens)
