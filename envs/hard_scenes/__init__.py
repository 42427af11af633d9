"""Scenes in which it is not obvious from the symbols what will work; rollouts for the feasibility model begin in them.

At the edge of reach, crowded so that fingers collide, wider than the gripper, full bowls, towers that lean, drawers
half open, objects under others, places where room is short, floors that are littered. One module a family; each has
`draw(rng)`, which returns a scene or raises `ValueError` where no room was found.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from envs.hard_scenes import desk, kitchen, reach, tabletop
from envs.layout import Scene
from sim.catalog import types_of
from sim.state import SceneState
from sim.world import World

DRAW: dict[str, Callable[[np.random.Generator], Scene]] = {
    "tabletop": tabletop.draw,
    "desk": desk.draw,
    "reach": reach.draw,
    "kitchen": kitchen.draw,
}
"""By scene family."""
FLOOR = {"tabletop": -0.02, "desk": -0.17, "reach": -0.02, "kitchen": -0.62}
"""What lies lower than this is out of reach for good, metres."""


def build_hard(world: World, rng: np.random.Generator, plain: bool = False) -> SceneState:
    """Builds a scene in the world; draws again where nothing fits or something fell off.

    Args:
        world: is reset; its family decides what is drawn.
        rng: draws.
        plain: see `envs.hard_scenes.tabletop.draw`; on the tabletop alone.
    """
    while True:
        try:
            scene = tabletop.draw(rng, plain) if world.family == "tabletop" else DRAW[world.family](rng)
        except ValueError:
            continue
        state = world.reset(scene.placements, readings=scene.readings)
        littered = {p.name for p in scene.placements if p.pose.position[2] < FLOOR[world.family]}
        if low(state) <= littered:
            return state


def low(state: SceneState) -> frozenset[str]:
    """What lies on the floor, or is so low that nothing can be done with it: names of loose things."""
    loose = (o for o in state.objects if not types_of(o.category).isdisjoint(("movable", "sweepable")))
    return frozenset(o.name for o in loose if o.position[2] < FLOOR[state.family])
