"""Hard scenes of the reach family: boxes of all sizes from near to beyond reach, a hook, a rack, a basket too small.

Nothing is kept free for the hook or the hand, other than in the tasks' scenes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from envs.hard_scenes.tabletop import numbered, stacks
from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.tabletop_scenes import Layout, place_all
from sim.catalog import COLORS

_AREAS = (((0.27, 0.80), (-0.45, 0.45)), ((0.27, 0.98), (-0.58, 0.58)))
"""Bounds in x and y, metres: within reach for the most part, and far beyond."""
_CROWDED = (0.02, 0.012, 0.006)
_ROOMY = (0.06, 0.045, 0.03)
_SIDES = (0.035, 0.04, 0.05, 0.057, 0.07, 0.07, 0.085, 0.105)
_HEIGHTS = (0.04, 0.055, 0.07, 0.09, 0.106)
_BEFORE_RACK = 0.5
"""Share of the scenes with rack and hook in which a box lies before the rack, to be pushed under it."""
_BASKETS = (0.22, 0.32, 0.42)
"""Lengths of the baskets, metres, those of LLM3 (Wang et al., 2024)."""


def draw(rng: np.random.Generator) -> Scene:
    """Draws a scene.

    Raises:
        ValueError: no room was found for all objects.
    """
    rack, hook, basket = rng.uniform(size=3) < (0.5, 0.65, 0.5)
    specs = []
    if basket:
        specs.append(ObjectSpec("basket", yaw=float(rng.uniform(-0.2, 0.2)), size=(_one(rng, _BASKETS), 0.21, 0.04)))
    x, y = float(rng.uniform(0.58, 0.76)), float(rng.uniform(-0.35, 0.35))
    before = rack and hook and rng.uniform() < _BEFORE_RACK
    if rack:
        specs.append(ObjectSpec("rack", at=(x, y) if before else None, yaw=float(rng.uniform(-0.15, 0.15))))
    if hook:
        specs.append(ObjectSpec("hook"))
    count = int(rng.integers(2, 6))
    names = numbered([f"{list(COLORS)[int(k)]} box" for k in rng.integers(len(COLORS), size=count)])
    boxes = [ObjectSpec(n, size=_size(rng)) for n in names]
    if before:
        away, aside = float(rng.uniform(0.16, 0.26)), float(rng.uniform(-0.12, 0.12))
        boxes[0] = replace(boxes[0], at=(x - away, y + aside))
    specs += boxes
    facts = stacks(specs, "reach", rng)
    area = _AREAS[int(rng.uniform() < 0.5)]
    layout = Layout(area, _CROWDED if rng.uniform() < 0.5 else _ROOMY, family="reach")
    return Scene(tuple(place_all(specs, facts, rng, layout)))


def _one(rng: np.random.Generator, values: tuple[float, ...]) -> float:
    return values[int(rng.integers(len(values)))]


def _size(rng: np.random.Generator) -> tuple[float, float, float]:
    """Square or oblong; one in eight is too wide to be held either way."""
    first = _one(rng, _SIDES)
    second = first if rng.uniform() < 0.6 else _one(rng, _SIDES)
    return (first, second, _one(rng, _HEIGHTS))
