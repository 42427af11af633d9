"""Code as Policies (Liang et al., 2022, arXiv 2209.07753): the seen instructions of its simulated tabletop.

Referents such as the block nearest to a bowl are those of the scene at the start. Goals are what its checks accept:
where things are, to within a region, a container or a stack; other blocks must stay where they are.
"""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import Any

import numpy as np

from envs.published.case import Case, Source, Template, filled
from envs.published.scenery import (
    BIG_BOWL,
    Points,
    atom,
    inside,
    laid_out,
    matching,
    mixed,
    one,
    some,
    specs,
    table,
    tower,
)

_CLEARLY = 0.05
"""Metres by which the thing that is meant is the first, the nearest, or to a side."""


def _pick_and_place(text: str, rng: np.random.Generator, words: dict[str, list[str]]) -> Case:
    colors = words["colors"]
    blocks, bowls = ([f"{c} {kind}" for c in some(rng, colors, 3)] for kind in ("block", "bowl"))
    what, onto = blocks[0], one(rng, [blocks[1], bowls[0]])
    goal = atom("in" if onto.endswith("bowl") else "on", what, onto)
    return Case(filled(text, {"block1": what, "block2|bowl": onto}), table(mixed(rng, specs([*blocks, *bowls]))), goal)


def stack_all(text: str, rng: np.random.Generator, words: dict[str, list[str]]) -> Case:
    """All blocks on top of each other, wherever."""
    blocks = [f"{c} block" for c in some(rng, words["colors"], int(rng.integers(3, 5)))]
    bowls = [f"{c} bowl" for c in some(rng, words["colors"], 2)]
    return Case(text, table(mixed(rng, specs([*blocks, *bowls]))), tower(), max_steps=14)


def all_to_region(text: str, rng: np.random.Generator, words: dict[str, list[str]], slot: str = "corner/side") -> Case:
    """All blocks to a corner or a side."""
    blocks = [f"{c} block" for c in some(rng, words["colors"], 3)]
    bowls = [f"{c} bowl" for c in some(rng, words["colors"], 2)]
    region = one(rng, words["corner/side"])
    said = filled(text, {slot: region}) if slot else text.replace("corner/side", region)
    goal = f"(forall (?b - block) {atom('at', '?b', region)})"
    return Case(said, table(mixed(rng, specs([*blocks, *bowls]))), goal, max_steps=14)


def all_in_bowl(text: str, rng: np.random.Generator, words: dict[str, list[str]], slot: str = "bowl") -> Case:
    """All blocks in one bowl."""
    blocks = [f"{c} block" for c in some(rng, words["colors"], 3)]
    first, second = some(rng, words["colors"], 2)
    bowl = f"{first} bowl"
    said = filled(text, {slot: bowl if slot == "bowl" else first})
    bowls = [*specs([bowl], BIG_BOWL), *specs([f"{second} bowl"])]
    return Case(
        said,
        table(mixed(rng, [*specs(blocks), *bowls])),
        f"(forall (?b - block) {atom('in', '?b', bowl)})",
        max_steps=14,
    )


def into_matching(text: str, rng: np.random.Generator, words: dict[str, list[str]]) -> Case:
    """Each block in the bowl of its colour."""
    colors = some(rng, words["colors"], 3)
    names = [f"{c} {kind}" for kind in ("block", "bowl") for c in colors]
    return Case(text, table(mixed(rng, specs(names))), matching(), max_steps=14)


def _beside(text: str, rng: np.random.Generator, words: dict[str, list[str]]) -> Case:
    direction = one(rng, words["direction"])
    # What lies to the left of a bowl mostly lies on the left side already.
    region = one(rng, [r for r in words["corner/side"] if r != f"{direction} side"])
    blocks, bowl = _blocks_and_bowl(rng, words)
    axis, relation = (1, "left-of") if direction == "left" else (0, "behind")

    def suits(points: Points) -> bool:
        clear = all(points[b][axis] < points[bowl][axis] - _CLEARLY for b in blocks[1:])
        return clear and not inside(points[blocks[0]], region)

    said = filled(text, {"direction": direction, "bowl": bowl, "corner/side": region})
    facts = [atom(relation, blocks[0], bowl)]
    scene = table(laid_out(mixed(rng, specs([*blocks, bowl])), rng, suits, facts), facts)
    return Case(said, scene, atom("at", blocks[0], region))


def _closest(text: str, rng: np.random.Generator, words: dict[str, list[str]]) -> Case:
    region = one(rng, words["corner/side"])
    blocks, bowl = _blocks_and_bowl(rng, words)

    def suits(points: Points) -> bool:
        far = {b: math.dist(points[b], points[bowl]) for b in blocks}
        clear = all(far[b] > far[blocks[0]] + _CLEARLY for b in blocks[1:])
        return clear and not inside(points[blocks[0]], region)

    said = filled(text, {"distance": one(rng, words["distance"]), "bowl": bowl, "corner/side": region})
    scene = table(laid_out(mixed(rng, specs([*blocks, bowl])), rng, suits))
    return Case(said, scene, atom("at", blocks[0], region))


def _nth(text: str, rng: np.random.Generator, words: dict[str, list[str]]) -> Case:
    direction, nth, region = (one(rng, words[slot]) for slot in ("direction", "nth", "corner/side"))
    blocks, bowl = _blocks_and_bowl(rng, words)
    axis, place = 1 if direction == "left" else 0, words["nth"].index(nth)

    def suits(points: Points) -> bool:
        order = sorted(blocks, key=lambda b: -points[b][axis])
        along = [points[b][axis] for b in order]
        clear = all(a - b > _CLEARLY * 0.8 for a, b in itertools.pairwise(along))
        return clear and order[place] == blocks[0] and not inside(points[blocks[0]], region)

    said = filled(text, {"nth": nth, "direction": direction, "corner/side": region})
    scene = table(laid_out(mixed(rng, specs([*blocks, bowl])), rng, suits))
    return Case(said, scene, atom("at", blocks[0], region))


def _blocks_and_bowl(rng: np.random.Generator, words: dict[str, list[str]]) -> tuple[list[str], str]:
    return [f"{c} block" for c in some(rng, words["colors"], 3)], f"{one(rng, words['colors'])} bowl"


_DRAWERS = (
    _pick_and_place,
    stack_all,
    all_to_region,
    all_in_bowl,
    into_matching,
    _beside,
    _closest,
    _nth,
)
"""In the order of the file."""


def templates(data: Any) -> tuple[Template, ...]:
    """The seen templates, over the seen attributes."""
    texts, words = data["instructions_seen"], data["attributes_seen"]
    drawers = zip(_DRAWERS, texts, strict=True)
    return tuple(Template(f"seen-{k}", text, partial(draw, words=words)) for k, (draw, text) in enumerate(drawers, 1))


SOURCE = Source(
    "code-as-policies",
    "code_as_policies_tabletop.json",
    "62a7e27ead2449f3c4874556bf42829c45cacbedd90f5606e2aa34d00b4e2fb3",
    templates,
)
