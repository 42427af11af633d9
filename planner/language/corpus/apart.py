"""Keeps the sentences that evaluation uses out of the corpus, without the corpus knowing them: by fingerprints.

A sentence's fingerprint is a hash of the set of its words, politeness, articles and marks aside. Sentences of which at
least nine words in ten are the same are near: for those of nine words or more, fingerprints with a word left out tell.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("apart.txt")
"""Fingerprints of sentences of suites and published lists, one a line; `python -m scripts.fingerprints` writes it."""
_ASIDE = frozenset({"the", "a", "an", "please", "could", "would", "you", "can", "kindly", "and"})
_LONG = 9
"""From so many different words on, one that differs is near."""


def words_of(sentence: str) -> frozenset[str]:
    """The words that count, in lower case."""
    return frozenset(re.findall(r"[a-z0-9']+", sentence.lower())) - _ASIDE


def fingerprints(sentence: str) -> Iterator[str]:
    """Of the sentence, and of what is near to it."""
    words = words_of(sentence)
    yield _hashed(words)
    if len(words) >= _LONG:
        yield from (_hashed(words - {word}) for word in words)


def fingerprint_lines(sentences: Iterable[str]) -> list[str]:
    """The lines of `FILE` for these sentences."""
    return sorted({mark for sentence in sentences for mark in fingerprints(sentence)})


def is_apart(sentence: str) -> bool:
    """Whether a sentence is neither one that evaluation uses nor near to one."""
    return _known().isdisjoint(fingerprints(sentence))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(FILE.read_text().split())


def _hashed(words: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(sorted(words)).encode()).hexdigest()[:12]
