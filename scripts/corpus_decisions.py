"""Decisions of the instruction corpus: prompt, what may be answered, and what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.language.corpus import samples  # pyright: ignore[reportAttributeAccessIssue]
from planner.language.dialogue import End, answer
from skills.predicates import atoms
from skills.symbolic import apply, ground, typing_of, unmet


@dataclass(frozen=True)
class CorpusDecision:
    """One step of a sample."""

    prompt: str
    """Up to `Step:`."""
    candidates: tuple[str, ...]
    """Answers for every call that is legal then, and every end."""
    right: int
    """Index of the corpus's answer."""


def decisions(seed: int, count: int, split: str) -> Iterator[CorpusDecision]:
    """Decisions of so many samples, see `planner.language.corpus.samples`.

    Left out are those whose answer is not legal by the symbols alone, such as after an object was moved by somebody.
    """
    for sample in samples(seed, count, split):
        objects = typing_of(sample.start)
        facts = atoms(sample.start, sample.start)
        calls = {answer(c): c for c in ground(objects)}
        text = sample.head
        for given, said in sample.prompt_and_answers:
            text += given
            legal = tuple(t for t, c in calls.items() if not unmet(c, facts)) + tuple(answer(e) for e in End)
            if said in legal:
                yield CorpusDecision(text, legal, legal.index(said))
            if said in calls:
                facts = apply(calls[said], facts, objects)
            text += said
