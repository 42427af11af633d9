"""Slips of the finger in what a person typed, set right before a language model reads it.

A small model learns a word, not how it may be misspelt. So a word that no dictionary has, and that is one slip away
from a single word of the scene or of the corpus that the model has learnt from, is read as that one: `tbale` as
`table`. In doubt it stays as it is, for then it may be the name of something that is not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker

WORDS = Path(__file__).with_name("words.txt")
"""Words of the corpus, each with how often it is said:
`python -m planner.language.corpus --words --count 30000 --seed 0`."""
_WORD = re.compile(r"(?<![\w'\u2019-])[A-Za-z]{3,}(?=['\u2019]s\b|(?![\w'\u2019-]))")
"""Whole words; `7up`, `don't` and `left-most` are none."""
_SPELT = re.compile(r"\b(?:spell|write|letters?|words?)\b", re.IGNORECASE)
"""What follows may be meant letter by letter."""
_BEGINS = re.compile(r"(?:^|[.!?:;,])\s*$")
"""What stands before a word that is written with a capital because it comes first; another may be a name."""
_LONG = 5
"""From so many letters on any slip is thought of; too many words are as short as the others."""
_RARE = 60
"""What the dictionary's texts have less often is often a slip that was made in them."""
_BRITISH = ((r"is(e[sd]?|ing)$", r"iz\1"), ("our", "or"))
"""Endings that the dictionary does not have, as in `organised` and `colours`, and its own."""
_CLEARLY = 5.0
"""By how much a word must be said more often than all others that it could be."""


def corrected(text: str, names: Iterable[str]) -> str:
    """A text with the words set right that are plainly misspelt.

    Args:
        text: of a person.
        names: of the things that are there: their words are right, and the likeliest to be meant.

    Returns:
        The text, with nothing else changed.
    """
    here = {word.lower() for name in names for word in re.findall(r"[A-Za-z]{3,}", name)}
    spelt = _SPELT.search(text)
    end = spelt.start() if spelt else len(text)
    shouted = text.isupper()

    def right(found: re.Match[str]) -> str:
        word = found[0]
        name = word[0].isupper() and not _BEGINS.search(text[: found.start()])
        if found.start() >= end or (not shouted and (name or word.isupper())):
            return word
        meant = _meant(word.lower(), here)
        if meant is None:
            return word
        return meant.upper() if word.isupper() else meant.capitalize() if word[0].isupper() else meant

    return _WORD.sub(right, text)


def _meant(word: str, here: Set[str]) -> str | None:
    """The one word that a misspelt one can be; None where it is none, or there are several or none."""
    said, frequency = _said(), _dictionary().word_frequency
    # The dictionary gives a word that it does not have the frequency 0.
    common = max(frequency[w] for w in (word, *(re.sub(theirs, ours, word) for theirs, ours in _BRITISH)))
    if common >= _RARE or not {word, word.removesuffix("s")}.isdisjoint(here | said.keys()):
        return None
    slips = _slips(word)
    things = [s for s in slips if s in here or (s.endswith("s") and s[:-1] in here and s in said)]
    if things:
        return things[0] if len(things) == 1 else None
    likely = sorted(((said[s], s) for s in slips if s in said), reverse=True)[:2]
    if common or not likely or (len(likely) > 1 and likely[0][0] < _CLEARLY * likely[1][0]):
        return None
    return likely[0][1]


def _slips(word: str) -> set[str]:
    """What may have been meant: one letter is wrong, too much or missing, but not the first; or two changed places."""
    swapped = {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(len(word) - 1)}
    if len(word) < _LONG - 1:
        return swapped
    others = {s for s in _dictionary().edit_distance_1(word) if s[:1] == word[0]}
    # Of a short word no letter is taken for another: that would make `from` of `frob`.
    return swapped | {s for s in others if len(word) >= _LONG or len(s) != len(word)}


@lru_cache(maxsize=1)
def _said() -> Mapping[str, int]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines)}


@lru_cache(maxsize=1)
def _dictionary() -> SpellChecker:
    # It takes 0.2 s to read.
    from spellchecker import SpellChecker

    return SpellChecker(language="en")
