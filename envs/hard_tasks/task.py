"""What a hard task is, once it is drawn."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from envs.layout import Scene
from envs.objects import ObjectSpec
from sim.catalog import COLORS


@dataclass(frozen=True)
class HardTask:
    """A drawn scene, and what is to be true in the end."""

    family: str
    """Scene family."""
    scene: Scene
    """Where everything is put."""
    goal: str
    """A PDDL formula that many plans would reach, as far as the symbols tell."""


def colored(kinds: Sequence[str], rng: np.random.Generator) -> list[ObjectSpec]:
    """Things of these kinds (words that stand after a colour), each of a colour of its own."""
    colors = [list(COLORS)[int(k)] for k in rng.permutation(len(COLORS))]
    return [ObjectSpec(f"{color} {kind}") for color, kind in zip(colors, kinds, strict=False)]


def any_of(count: int, kind: str, condition: str) -> str:
    """A goal: a condition holds of that many things of a type, whichever they are.

    Args:
        count: how many, at most 4.
        kind: PDDL type of the things.
        condition: PDDL in which `{}` stands for each of them.
    """
    names = ("?a", "?b", "?c", "?d")[:count]
    distinct = [f"(not (= {a} {b}))" for a, b in itertools.combinations(names, 2)]
    typed = " ".join(f"{name} - {kind}" for name in names)
    return f"(exists ({typed}) (and {' '.join([*distinct, *(condition.format(n) for n in names)])}))"
