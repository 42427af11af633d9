"""Patterns of sentences, each with many ways of being said, and the formulas that they mean.

In a pattern `<put>` stands for a word of `words.LEXICON`, `[the|a]` for one of several turns of phrase (which may hold
others), and `{x}` for what is spoken of. Which pattern a sentence was made from is its template.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from planner.language.corpus.words import LEXICON, article

T = TypeVar("T")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"<([a-z]+)>")
_PARTICLE = re.compile(r"\b(turn|switch|power|light|pick|lift|throw|chuck|open) (on|off|up|away|out) (it|them)\b")
_ARTICLE = re.compile(r"\b([aA])n? (?=([A-Za-z0-9]+))")


def one(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of several, each as likely."""
    return options[int(rng.integers(len(options)))]


def some(rng: np.random.Generator, options: Sequence[T], count: int) -> list[T]:
    """Several different ones, in any order."""
    return [options[int(k)] for k in rng.permutation(len(options))[:count]]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Whether it happens this time."""
    return bool(rng.random() < probability)


def said(pattern: str, rng: np.random.Generator, **slots: str) -> str:
    """One way of saying a pattern.

    Raises:
        KeyError: the pattern names a word or a slot that there is not.
    """
    while _CHOICE.search(pattern):
        pattern = _CHOICE.sub(lambda m: one(rng, m[1].split("|")), pattern)
    text = _WORD.sub(lambda m: one(rng, LEXICON[m[1]]), pattern).format(**slots)
    text = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(text.split()))
    text = _PARTICLE.sub(r"\1 \3 \2", text)
    return _ARTICLE.sub(lambda m: f"{m[1]}n " if article(m[2]) == "an" else f"{m[1]} ", text)


class Patterns:
    """The patterns of one theme."""

    def __init__(self, theme: str, *patterns: str) -> None:
        """Takes the theme's name, such as `kitchen/bring`, and its patterns."""
        self.theme = theme
        self.patterns = patterns

    def say(self, rng: np.random.Generator, **slots: str) -> tuple[str, str]:
        """Name of the template that was drawn, and the sentence."""
        k = int(rng.integers(len(self.patterns)))
        return f"{self.theme}/{k}", said(self.patterns[k], rng, **slots)


@dataclass(frozen=True)
class Noun:
    """How a thing, or several, is spoken of."""

    text: str
    """With its article: `the coke can`."""
    plural: bool = False
    """Whether the verb that follows is in the plural."""

    def slots(self, prefix: str = "") -> dict[str, str]:
        """What patterns put in for it: itself as `x`, its pronoun as `it`, and verbs in its number."""
        number = ("them", "are", "have", "belong", "go", "were") if self.plural else _SINGULAR
        names = ("it", "be", "have", "belong", "go", "was")
        return {f"{prefix}x": self.text, **{f"{prefix}{n}": v for n, v in zip(names, number, strict=True)}}


_SINGULAR = ("it", "is", "has", "belongs", "goes", "was")


def listed(parts: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def atom(predicate: str, *arguments: str) -> str:
    """`(on red_block blue_block)`."""
    return f"({' '.join([predicate, *(a.replace(' ', '_') for a in arguments)])})"


def both(*conditions: str) -> str:
    """The conjunction of conditions."""
    return conditions[0] if len(conditions) == 1 else f"(and {' '.join(conditions)})"


def either(*conditions: str) -> str:
    """The disjunction of conditions."""
    return conditions[0] if len(conditions) == 1 else f"(or {' '.join(conditions)})"


def no(condition: str) -> str:
    """The opposite of a condition."""
    return f"(not {condition})"
