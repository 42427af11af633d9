"""Draws scenes without physics, of every family."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.language.corpus.scenes_house import draw_desk, draw_kitchen
from planner.language.corpus.scenes_reach import draw_reach
from planner.language.corpus.scenes_tabletop import draw_tabletop
from sim.state import SceneState

SCENES: dict[str, Callable[[np.random.Generator], SceneState]] = {
    "tabletop": draw_tabletop,
    "kitchen": draw_kitchen,
    "desk": draw_desk,
    "reach": draw_reach,
}
"""What draws a scene, by family."""


def draw_scene(family: str, rng: np.random.Generator) -> SceneState:
    """A scene of a family.

    Raises:
        ValueError: no such family.
    """
    if family not in SCENES:
        raise ValueError(f"unknown scene family {family!r}; expected one of: {', '.join(SCENES)}")
    return SCENES[family](rng)
