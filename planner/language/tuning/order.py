"""In which order samples are learnt: those of one scene in one tree, trees of like size side by side, batches shuffled.

All of it follows from the samples and a seed, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.language.tuning.encoding import Example, Line, lines_of
from planner.language.tuning.packing import Tree, plant

TREE = 640
"""Tokens of a tree at most; attention is quadratic in it."""


def trees_of(tokenizer: Any, examples: Sequence[Example]) -> list[tuple[Tree, int]]:
    """Trees, and how many samples are in each: neighbours that tell of the same scene are put in one."""
    trees: list[tuple[Tree, int]] = []
    scene, lines, count = "", list[Line](), 0
    for example in examples:
        fresh = lines_of(tokenizer, example)
        here = example.head.split("\n", 1)[0]
        if lines and (here != scene or sum(len(x.tokens) for x in (*lines, *fresh)) > 2 * TREE):
            trees.append((plant(lines), count))
            lines, count = [], 0
        scene, count = here, count + 1
        lines += fresh
    return [*trees, (plant(lines), count)] if lines else trees


def slices_of(trees: Sequence[Tree], tokens: int) -> list[list[Tree]]:
    """Trees of like size, as many together as have at most so many tokens when padded, but one at least."""
    slices: list[list[Tree]] = []
    for tree in sorted(trees, key=len):
        if slices and (len(slices[-1]) + 1) * len(tree) <= tokens:
            slices[-1].append(tree)
        else:
            slices.append([tree])
    return slices


def steps_of(trees: Sequence[Tree], slice_tokens: int, step_tokens: int, seed: Sequence[int]) -> list[list[list[Tree]]]:
    """Slices, and of them the steps of the optimizer: slices in random order until they have enough tokens.

    Sizes go with kinds of scenes; so a step is made of several slices, which mix them.
    """
    slices = slices_of(trees, slice_tokens)
    steps: list[list[list[Tree]]] = []
    size = step_tokens
    for k in np.random.default_rng(seed).permutation(len(slices)):
        if size >= step_tokens:
            steps.append([])
            size = 0
        steps[-1].append(slices[k])
        size += sum(len(t) for t in slices[k])
    if len(steps) > 1 and size < step_tokens // 2:
        # A step of a few samples would weigh as much as any other.
        remainder = steps.pop()
        steps[-1] += remainder
    return steps
