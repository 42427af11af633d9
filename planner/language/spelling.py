"""Slips of the finger in what a person typed, set right before a language model reads it.

A small model learns a word, not how it may be misspelt. So a word that neither the dictionary nor the scene knows, and
that is one slip away from one that they do know, is read as that one: `tbale` as `table`. In doubt it stays as it is,
for then it may be the name of something that is not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.catalog import CATEGORIES, COLORS
from skills.vocabulary import DIRECTIONS, REGIONS

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_WORD = re.compile(r"(?<![\w'-])[A-Za-z]{3,}(?='s\b|(?![\w'-]))")
"""Whole words; `7up`, `don't` and `left-most` are none."""
_LONG = 5
"""From so many letters on any word is thought of; of what is shorter, too many are a slip away."""
_RARE = 100
"""What the dictionary's texts have less often is, as often as not, a slip that was made in them."""
_CLEARLY = 5.0
"""By how much a word must be more frequent than all others that it could be."""
_FREQUENT = 500
"""How often the dictionary's texts have a word that is thought of at least."""
_BRITISH = (("our", "or"), ("ould", "old"), ("entre", "enter"), ("metre", "meter"), ("is", "iz"), ("lled", "led"))
"""Spellings that the dictionary does not have, and its own."""
_TASKS = """
    put place move pick choose stack slide push pull lift grab take bring fetch throw open close turn switch press build
    make give hand drop sort gather swap empty clear pack fill spell write arrange hold carry rotate sweep reach
    all every each both other others same different color colour first second third fourth last two three four five
    leftmost rightmost nearest closest farthest furthest smallest biggest smaller bigger larger largest small large
    left right top bottom middle center centre corner side edge front back between beside behind under above below
    next near into onto inside outside from with then that which where there please except
    table tabletop desk drawer counter shelf kitchen robot gripper fingers tower pile row line circle column
    cube block brick sphere tube disc disk cylinder triangle ring hoop crate letter word bowl box plate
    zone light lights drink
"""
"""What people ask a robot in most of these words for."""


def corrected(text: str, names: Iterable[str]) -> str:
    """A text with the words set right that are plainly misspelt.

    Args:
        text: of a person.
        names: of the things that are there: their words are right, and the likeliest to be meant.

    Returns:
        The text, with nothing else changed.
    """
    near = _task_words() | {word.lower() for name in names for word in re.findall(r"[A-Za-z]{3,}", name)}
    return _WORD.sub(lambda found: _right(found[0], near), text)


def _right(word: str, near: Set[str]) -> str:
    plain = word.lower()
    if plain in near or plain.removesuffix("s") in near or _frequency(plain) >= _RARE:
        return word
    meant = _meant(plain, near)
    if meant is None:
        return word
    return meant.upper() if word.isupper() else meant.capitalize() if word[0].isupper() else meant


def _frequency(word: str) -> int:
    """In the dictionary's texts; 0 of what it does not know."""
    counts = _dictionary().word_frequency
    theirs = [word.replace(a, b) for a, b in _BRITISH if a in word]
    return max((counts[w] for w in (word, *theirs) if w in counts), default=0)


def _meant(word: str, near: Set[str]) -> str | None:
    """The one word that it can be; None where there is none, or several."""
    slips = set(_dictionary().edit_distance_1(word))
    if len(word) < _LONG:
        # Not another letter in one's place: that makes `from` of `frob`.
        slips = {s for s in slips if len(word) == _LONG - 1 and len(s) != len(word)} | _swapped(word)
    here = [s for s in slips if s[0] == word[0] and (s in near or (s.endswith("s") and s[:-1] in near))]
    if here:
        return here[0] if len(here) == 1 else None
    if _frequency(word) > 0:
        return None
    if len(word) < _LONG:
        slips = _swapped(word)
    likely = sorted(((_frequency(s), s) for s in slips), reverse=True)[:2]
    if not likely or likely[0][0] < _FREQUENT or (len(likely) > 1 and likely[0][0] < _CLEARLY * likely[1][0]):
        return None
    return likely[0][1]


def _swapped(word: str) -> set[str]:
    return {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(len(word) - 1)}


@lru_cache(maxsize=1)
def _task_words() -> frozenset[str]:
    names = " ".join((_TASKS, *COLORS, *CATEGORIES, *REGIONS, *DIRECTIONS))
    return frozenset(re.findall(r"[a-z]{3,}", names.lower()))


@lru_cache(maxsize=1)
def _dictionary() -> SpellChecker:
    # It takes 0.2 s to read.
    from spellchecker import SpellChecker

    return SpellChecker(language="en")
