"""Grounded Decoding (Huang et al., 2023, arXiv 2303.00855): the seen tasks of its simulated tabletop.

Letters are tiles, the boxes are wide ones, and what is packed are our groceries. Letters are in order, from left to
right, when each stands left of the next, or when they are spread over the table's left, middle and right.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from envs.published.case import Case, Drawer, Source, Template
from envs.published.code_as_policies import all_to_region, into_matching, stack_all
from envs.published.scenery import (
    BIG_BOX,
    COLORS,
    absent,
    atom,
    both,
    coin,
    either,
    mixed,
    one,
    some,
    specs,
    table,
)

_VOWELS, _CONSONANTS = "AEIOU", "BCDFGHKLMNPRST"
_BOX = (0.19, 0.19, 0.06)
_FOOD = ("apple", "lemon", "peach", "rice chips", "energy bar")
_SNACKS, _DRINKS = ("rice chips", "kettle chips", "energy bar"), ("pepsi can", "7up can", "coke can")


def _in_a_row(letters: Sequence[str]) -> str:
    names = [f"letter {c}" for c in letters]
    row = both(atom("left-of", a, b) for a, b in itertools.pairwise(names))
    if len(names) > 3:
        return row
    thirds = ("left side", "middle", "right side") if len(names) == 3 else ("left side", "right side")
    return either((row, both(atom("at", n, third) for n, third in zip(names, thirds, strict=True))))


def _alphabetical(text: str, rng: np.random.Generator) -> Case:
    letters = some(rng, _VOWELS + _CONSONANTS, int(rng.integers(3, 5)))
    scene = table(specs(f"letter {c}" for c in letters))
    return Case(text, scene, _in_a_row(sorted(letters)), max_steps=16)


def _spell(text: str, rng: np.random.Generator, words: Sequence[str]) -> Case:
    word = one(rng, words)
    letters = list(word.upper())
    if len(letters) > 2 and coin(rng):
        # "As much as you can": one letter of the word is not there.
        letters.pop(int(rng.integers(len(letters))))
    scene = table(mixed(rng, specs(f"letter {c}" for c in letters)))
    return Case(text.replace(" word ", f" {word} "), scene, _in_a_row(letters), max_steps=18)


def _vowels(text: str, rng: np.random.Generator) -> Case:
    vowels, others = ([f"letter {c}" for c in some(rng, group, n)] for group, n in ((_VOWELS, 2), (_CONSONANTS, 3)))
    facts = [absent("at", name, "bottom side") for name in others]
    goal = both([*(atom("at", name, "bottom side") for name in vowels), *facts])
    return Case(text, table(mixed(rng, specs([*vowels, *others])), facts), goal)


def _into_box(text: str, rng: np.random.Generator, boxes: tuple[str, ...]) -> Case:
    things = some(rng, (*_FOOD, "sponge"), 3)
    goal = both(either(atom("in", thing, box) for box in boxes) for thing in things)
    return Case(
        text,
        table([*mixed(rng, specs(things)), *specs(boxes, BIG_BOX if len(boxes) == 1 else _BOX)]),
        goal,
        max_steps=14,
    )


def _snacks(text: str, rng: np.random.Generator) -> Case:
    snacks, drinks = some(rng, _SNACKS, 2), some(rng, _DRINKS, 1)
    facts = [absent("at", name, "right side") for name in (*snacks, *drinks)]
    goal = both([either(atom("at", name, "right side") for name in snacks), absent("at", drinks[0], "right side")])
    return Case(text, table(mixed(rng, specs([*snacks, *drinks])), facts), goal)


def _picnic(text: str, rng: np.random.Generator) -> Case:
    food = some(rng, _FOOD, 3)
    goal = both([*(atom("in", name, "brown box") for name in food), absent("in", "sponge", "brown box")])
    return Case(text, table([*mixed(rng, specs([*food, "sponge"])), *specs(["brown box"], BIG_BOX)]), goal)


def templates(data: Any) -> tuple[Template, ...]:
    """The seen tasks, in the order of the file."""
    words = {"colors": list(COLORS), "corner/side": data["attributes"]["corner/side"]}
    drawers: tuple[Drawer, ...] = (
        _alphabetical,
        partial(_spell, words=data["attributes"]["word"]),
        _vowels,
        partial(stack_all, words=words),
        partial(all_to_region, words=words, slot=""),
        partial(into_matching, words=words),
        partial(_into_box, boxes=("brown box",)),
        partial(_into_box, boxes=("brown box", "white box")),
        _snacks,
        _picnic,
    )
    seen = [task["task"] for task in data["tasks"] if task["split"] == "seen"]
    return tuple(Template(f"seen-{k}", text, d) for k, (text, d) in enumerate(zip(seen, drawers, strict=True), 1))


SOURCE = Source(
    "grounded-decoding",
    "grounded_decoding_tabletop.json",
    "6c876e53e9a03e75466544e11bb09fe7acdee660a3a694a497d99b380f27e695",
    templates,
)
