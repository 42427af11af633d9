"""What a planning strategy asks of a language model.

Two questions, both about the text that follows a prompt: how probable is each of these continuations (`score`), and
which one would you write (`generate`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable


class ScoredBy(StrEnum):
    """What a model's scores are made from."""

    TEXT = "log-probabilities"
    """The log-probability of each token of each continuation: what `LanguageModel.score` promises."""
    LABELS = "log-probabilities of labels"
    """The continuations were listed under one letter each, and the letters scored: comparable with each other only."""
    SAMPLES = "samples"
    """The model was asked several times: smoothed frequencies of its answers."""


class ModelUnavailable(RuntimeError):
    """A model that cannot be asked now: its server is down, slow, refuses, or does not speak the protocol; one line.

    It says nothing about the model's answers, so strategies let it pass, and the episode counts as errored.
    """


class ModelAnswerError(ValueError):
    """A model answered, but with nothing that could be meant here; one line.

    It is the model's own failure: strategies turn it into a `Refuse`, and the episode counts as any other.
    """


@dataclass(frozen=True)
class Scores:
    """Log-probabilities of continuations, in the order in which they were given."""

    log_probabilities: tuple[float, ...]
    """Of each whole continuation after the prompt: the sum over its tokens, nats."""
    tokens: tuple[int, ...]
    """How many tokens each continuation has."""
    prompt_tokens: int = 0
    """Prompt tokens that were read for this answer; those still in the cache are not counted."""
    scored_tokens: int = 0
    """Tokens of the continuations that were run through the model; a shared prefix counts once."""
    by: ScoredBy = ScoredBy.TEXT
    """What the numbers were made from."""

    def means(self) -> tuple[float, ...]:
        """Log-probability per token of each continuation, nats."""
        return tuple(p / n for p, n in zip(self.log_probabilities, self.tokens, strict=True))

    def among_each_other(self) -> Scores:
        """The same, so that the probabilities of the whole continuations sum to 1."""
        top = max(self.log_probabilities)
        total = top + math.log(sum(math.exp(v - top) for v in self.log_probabilities))
        return replace(self, log_probabilities=tuple(v - total for v in self.log_probabilities))

    def probabilities(
        self,
        normalise: Literal["whole", "length"] = "whole",
        *,
        prior: Scores | None = None,
        calibration: float = 1.0,
        temperature: float = 1.0,
    ) -> tuple[float, ...]:
        """How probable each continuation is among those given; the sum is 1.

        Args:
            normalise: `whole`: by the probability of the whole text; `length`: by its geometric mean over the tokens,
                so that long texts are not at a disadvantage.
            prior: scores of the same continuations after a prompt that says nothing; what is likely anyhow is divided
                out (contextual calibration: arXiv 2102.09690).
            calibration: which power of the prior is divided out.
            temperature: above 1 flattens, see `planner.language.confidence.fit_temperature`.

        Raises:
            ValueError: the temperature is not positive, or the prior is of other continuations.
        """
        if not temperature > 0.0:
            raise ValueError(f"temperature {temperature}; expected more than 0")
        values = self.log_probabilities if normalise == "whole" else self.means()
        if prior is not None:
            if prior.tokens != self.tokens:
                raise ValueError(
                    f"a prior over {len(prior.tokens)} continuations for {len(self.tokens)}; expected the same ones"
                )
            anyhow = prior.log_probabilities if normalise == "whole" else prior.means()
            values = tuple(v - calibration * a for v, a in zip(values, anyhow, strict=True))
        top = max(values)
        weights = [math.exp((v - top) / temperature) for v in values]
        return tuple(w / sum(weights) for w in weights)


@dataclass(frozen=True)
class Generation:
    """A text that a model wrote."""

    text: str
    """Without the prompt and without the stop string."""
    log_probability: float | None = None
    """Of the text, nats, unconstrained; None where the model does not say."""
    prompt_tokens: int = 0
    """Prompt tokens that were read for this answer; those still in the cache are not counted."""
    generated_tokens: int = 0
    """Tokens that were written."""
    masked_log_probability: float | None = None
    """Of the text, nats, among what was allowed at each token; None where the model does not say."""


@dataclass(frozen=True)
class ModelIdentity:
    """What a run record says about a model."""

    name: str
    """As given to `load_language_model`."""
    source: str
    """Where the weights come from: a package, a folder, a hub name."""
    sha256: str | None = None
    """Of the weights' file, where there is one."""
    packages: dict[str, str] = field(default_factory=dict)
    """Versions of what computes it."""


@runtime_checkable
class LanguageModel(Protocol):
    """A causal language model, local or remote."""

    name: str
    """As given to `load_language_model`."""

    def score(self, prompt: str, continuations: Sequence[str], *, within: bool = False) -> Scores:
        """Log-probability of each continuation after the prompt.

        Args:
            prompt: read once; a prefix shared with an earlier prompt may come from a cache.
            continuations: non-empty texts. The seam must fall between two tokens: let each begin with a space (and the
                prompt end without one), or let the prompt end in a line break.
            within: at each token only those are counted that lead to one of the continuations, so that their
                probabilities sum to 1; by a model that does not show its tokens, among whole continuations.

        Raises:
            ValueError: no continuation, an empty one, or one whose first token would swallow the prompt's end.
            ModelUnavailable: a remote model cannot be reached.
            ModelAnswerError: a remote model that gives no log-probabilities gave no usable answer either.
        """
        ...

    def generate(
        self,
        prompt: str,
        *,
        allowed: Sequence[str] | None = None,
        max_tokens: int = 48,
        stop: Sequence[str] = ("\n",),
    ) -> Generation:
        """The most probable text after the prompt, greedily.

        Args:
            prompt: as for `score`.
            allowed: if given, the text is one of these; no other can come out.
            max_tokens: the most that is written (free text only).
            stop: the text ends before the first of these (free text only).

        Raises:
            ValueError: as for `score`.
            ModelUnavailable: as for `score`.
            ModelAnswerError: a remote model wrote none of `allowed`.
        """
        ...

    def identity(self) -> ModelIdentity:
        """What a run record says about this model."""
        ...


def scoring_note(model: LanguageModel) -> str:
    """What a rationale adds where a model's scores are not what `score` promises; empty where they are."""
    by = getattr(model, "scores_by", None) or ScoredBy.TEXT
    return "" if by is ScoredBy.TEXT else f", language scored by {by}"


@runtime_checkable
class GrammarModel(LanguageModel, Protocol):
    """A language model that can be held to a grammar while it writes."""

    def generate_formula(
        self, prompt: str, grammar: Any, *, beams: int = 1, max_tokens: int = 160
    ) -> tuple[Generation, ...]:
        """The most probable texts of a grammar after the prompt.

        Args:
            prompt: as for `LanguageModel.score`.
            grammar: `planner.language.goal_grammar.goal_grammar(state)`, or any other `planner.language.masks.Grammar`.
            beams: 1: the one that greedy decoding finds; more: so many, found by a beam of that width.
            max_tokens: longer texts do not come out.

        Returns:
            Whole texts, ending as the grammar says, best first by `masked_log_probability`; none twice. Empty where
            none came to its end in `max_tokens`.
        """
        ...
