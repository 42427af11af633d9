"""Patterns of sentences: many ways of saying one thing, each with a number, filled from lists of synonyms.

A frame is a text with `<put>` for a synonym of a list, `[the|a]` for one of several words (`[please|]` may be left
out), and `{x}` for what is spoken of. Which frame a sentence was made from is its template.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_LIST = re.compile(r"<([a-z-]+)>")

SYNONYMS: dict[str, tuple[str, ...]] = {
    "put": ("put", "put", "put", "place", "place", "set", "move", "lay", "stick"),
    "putin": (
        *("put", "put", "put", "place", "drop", "drop", "move", "stick", "throw", "toss", "pop", "dump", "store"),
        *("stash", "deposit", "pack", "get", "transfer", "bring"),
    ),
    "in": ("in", "in", "into", "into", "inside", "inside of"),
    "inside": ("in", "in", "in", "inside", "inside of"),
    "on": ("on", "on", "on", "onto", "on top of", "atop", "upon"),
    "ontop": ("on", "on", "onto", "on top of", "on top of", "atop"),
    "atop": ("on", "on", "on", "on top of", "on top of", "atop"),
    "take": ("take", "pick up", "grab", "get"),
    "pick": (
        *("pick up", "pick up", "pick up", "grab", "grab", "take", "lift", "lift up", "get hold of", "hold", "grasp"),
        *("seize", "raise", "fetch", "pick"),
    ),
    "push": ("push", "push", "push", "slide", "shove", "nudge", "shift", "move"),
    "pushonly": ("push", "push", "push", "slide", "shove", "nudge"),
    "near": ("near", "near", "close to", "by", "next to", "beside", "alongside", "near to"),
    "left": ("to the left of", "left of", "on the left of", "to the left side of", "on the left-hand side of"),
    "right": ("to the right of", "right of", "on the right of", "to the right side of", "on the right-hand side of"),
    "front": ("in front of", "in front of", "just in front of"),
    "behind": ("behind", "behind", "in back of", "at the back of"),
    "between": ("between", "between", "in between", "midway between", "halfway between"),
    "stack": ("stack", "stack", "pile", "pile up", "stack up"),
    "tower": ("tower", "tower", "stack", "pile", "column"),
    "build": ("build", "build", "make", "construct", "form", "create"),
    "out": ("out of", "out of", "from", "from inside"),
    "remove": ("take", "get", "remove", "take"),
    "want": ("I want", "I want", "I'd like", "I would like", "I need", "we need"),
    "goes": ("goes", "belongs", "should go", "should be", "should end up", "needs to go", "has to go", "must go"),
    "go": ("go", "belong", "should go", "should be", "should end up", "need to go", "have to go", "must go"),
    "sure": (
        "make sure",
        "see to it that",
        "ensure that",
        "make sure that",
        "take care that",
        "arrange things so that",
    ),
    "swap": ("swap", "swap", "exchange", "switch", "interchange", "trade"),
    "and": ("and", "and", "and then", "then"),
    "then": ("then", "and then", "after that", "afterwards", "next"),
    "sort": ("sort", "sort", "organise", "organize", "arrange", "separate", "distribute"),
    "tidy": ("tidy up", "clean up", "clear up", "tidy"),
    "gather": ("gather", "collect", "put", "bring", "assemble", "place", "move", "get"),
    "line": ("line up", "align", "arrange", "set up", "lay out", "put"),
    "row": ("a row", "a line", "one row", "one line", "a straight line"),
    "table": ("the table", "the table", "the table", "the tabletop", "the table top", "the work surface"),
    "empty": ("empty", "empty", "empty out", "clear out", "clear"),
    "colour": ("colour", "color"),
    "everything": ("everything", "all things", "all the things", "all the objects", "all the stuff"),
}
"""Words that may stand for each other; what is usual stands several times."""


def one(rng: np.random.Generator, options: Sequence[T]) -> T:
    """One of several, each as likely."""
    return options[int(rng.integers(len(options)))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Whether it happens this time."""
    return bool(rng.random() < probability)


def some(rng: np.random.Generator, options: Sequence[T], count: int) -> list[T]:
    """Several different ones, in any order."""
    return [options[int(k)] for k in rng.permutation(len(options))[:count]]


def expand(text: str, rng: np.random.Generator) -> str:
    """Chooses among alternatives and synonyms; what stands in braces is left."""

    def synonym(match: re.Match[str]) -> str:
        return one(rng, SYNONYMS[match[1]])

    def alternative(match: re.Match[str]) -> str:
        return one(rng, match[1].split("|"))

    while _CHOICE.search(text):
        text = _CHOICE.sub(alternative, text)
    return " ".join(_LIST.sub(synonym, text).split())


class Frames:
    """The frames of one theme."""

    def __init__(self, theme: str, *frames: str) -> None:
        """Takes the theme's name, `tabletop/in`, and its frames."""
        self.theme = theme
        self._frames = frames

    def __len__(self) -> int:
        return len(self._frames)

    def say(self, rng: np.random.Generator, **slots: str) -> tuple[str, str]:
        """Name of the template drawn, and the sentence."""
        k = int(rng.integers(len(self._frames)))
        return f"{self.theme}/{k}", tidy(expand(self._frames[k], rng).format(**slots))


def tidy(text: str) -> str:
    """Single spaces, none before marks, and no article twice."""
    text = " ".join(text.split())
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    for one_thing, several in _SEVERAL.items():
        text = re.sub(rf"\b(chips|crisps) {one_thing}\b", rf"\1 {several}", text)
    return re.sub(r"\b(the|a|an) (the|a|an|every|each|all|both|something|whatever)\b", r"\2", text)


_SEVERAL = {
    "is": "are",
    "goes": "go",
    "belongs": "belong",
    "has": "have",
    "needs": "need",
    "lies": "lie",
    "ends": "end",
}
"""Verbs after what is one thing here, but several in English."""


def listed(parts: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def name(text: str) -> str:
    """A name as PDDL writes it."""
    return text.replace(" ", "_")


def both(*conditions: str) -> str:
    """The conjunction of conditions."""
    return conditions[0] if len(conditions) == 1 else f"(and {' '.join(conditions)})"


def atom(predicate: str, *arguments: str) -> str:
    """`(on red_block blue_block)`."""
    return f"({' '.join([predicate, *map(name, arguments)])})"
