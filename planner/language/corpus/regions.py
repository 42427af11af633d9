"""Parts of the table in words: where something is to lie, and where it is to be brought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.language.corpus.frames import chance, one
from planner.language.nouns import REGION_WORDS

_BARE = ("left", "right", "back", "front", "top", "bottom")
"""Words that are directions as well: `to the left` is a way to go, `to the left of the table` a place."""


@dataclass(frozen=True)
class Region:
    """A part of the table and how it is spoken of."""

    name: str
    """As in formulas."""
    words: str
    """Without the article: `left edge`."""
    at: str
    """`on the left edge`, `in the middle of the table`."""
    to: str
    """`to the left edge`, `over to the left of the table`."""


def draw_region(rng: np.random.Generator, names: tuple[str, ...] = (), over: float = 0.0) -> Region:
    """One of the parts, each as likely, and words for it.

    Args:
        rng: chooses.
        names: parts that are drawn from; all of them if empty.
        over: how often it is `over to`.
    """
    name = one(rng, sorted(names or REGION_WORDS))
    words = one(rng, REGION_WORDS[name])
    bare = words in _BARE
    of = " of the table" if chance(rng, 0.33) else ""
    onward = "over to" if chance(rng, over) else "to"
    to = f"{onward} the {words}{' of the table' if bare else of}"
    return Region(name, words, f"{one(rng, _prepositions(name, words))} the {words}{of}", to)


def _prepositions(name: str, words: str) -> tuple[str, ...]:
    if words in ("top", "bottom"):
        # `On the top of the table` is anywhere on it.
        return ("at",)
    if name == "middle" or words.endswith(("corner", "part", "half")) or words in ("back", "front"):
        return ("in", "in", "at")
    return ("on", "on", "at")
