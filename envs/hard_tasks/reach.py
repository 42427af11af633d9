"""Packing tasks of the reach family where the obvious order, or choice, often does not work."""

from __future__ import annotations

import numpy as np

from envs import reach_scenes
from envs.hard_tasks.task import HardTask, any_of, colored
from envs.objects import ObjectSpec
from envs.task import SceneSpec, Task

_SIDES = (0.05, 0.06, 0.07, 0.10)
"""Extents of boxes seen from above, metres: the hand spans hardly more than 7 cm."""
_TOO_WIDE = 0.085
_HEIGHTS = (0.04, 0.07, 0.106)
_BASKET = (0.15, 0.13, 0.04)
"""Extents of the basket, metres."""


def tight_basket(rng: np.random.Generator) -> HardTask:
    """Two of five boxes into a basket that holds few pairs of them.

    Scene: a basket of 15 cm by 13 cm, and five boxes 5 to 10 cm long and wide and 4, 7 or 10.6 cm high, apart and
    within reach; one in seven is too wide to be held. Success: any two of the boxes are in the basket.
    """
    boxes = [ObjectSpec(spec.name, size=_size(rng)) for spec in colored(["box"] * 5, rng)]
    basket = ObjectSpec("basket", at=(0.62, 0.0), yaw=0.0, size=_BASKET)
    task = Task("tight-basket", ("pack two boxes",), SceneSpec((basket, *boxes), "reach"))
    return HardTask("reach", reach_scenes.sample(task, rng), any_of(2, "box", "(in {} basket)"))


def _size(rng: np.random.Generator) -> tuple[float, float, float]:
    """Square in two cases of five."""
    first, second = (_SIDES[int(k)] for k in rng.integers(len(_SIDES), size=2))
    height = _HEIGHTS[int(rng.integers(len(_HEIGHTS)))]
    if rng.uniform() < 1.0 / 7.0:
        return (_TOO_WIDE, _TOO_WIDE, height)
    second = first if rng.uniform() < 0.4 else second
    return (first, min(_SIDES) if min(first, second) > 0.07 else second, height)
