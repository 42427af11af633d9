"""Tasks where the obvious step often does not work, drawn anew for each seed.

They are for measuring in which order to try plans, not for training: their scenes are of a split of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from envs.attempts import Goal
from envs.hard_tasks import reach, tabletop
from envs.hard_tasks.task import HardTask
from envs.scenes import build
from envs.seeding import EVALUATION, stream
from envs.suites import find_suite
from sim.state import SceneState
from sim.world import World
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.symbolic import typing_of

PACKING_SUITE = "llm3-packing"
_DRAWS = 400


@dataclass(frozen=True)
class Kind:
    """A kind of hard task."""

    why: str
    """What makes it hard: `crowded`, `far` or `packing`."""
    family: str
    """Scene family."""
    draw: Callable[[np.random.Generator], HardTask] | None
    """Draws one; raises `ValueError` where no room is found. None for the tasks of `llm3-packing`, in turn."""


KINDS: dict[str, Kind] = {
    "crowded-bowls": Kind("crowded", "tabletop", tabletop.crowded_bowls),
    "hemmed-block": Kind("crowded", "tabletop", tabletop.hemmed_block),
    "full-plate": Kind("crowded", "tabletop", tabletop.full_plate),
    "far-plates": Kind("far", "tabletop", tabletop.far_plates),
    "small-box": Kind("packing", "tabletop", tabletop.small_box),
    "tight-basket": Kind("packing", "reach", reach.tight_basket),
    PACKING_SUITE: Kind("packing", "reach", None),
}
"""By name."""


def build_hard(world: World, name: str, seed: int) -> tuple[SceneState, Goal]:
    """Draws the task of a kind and seed and builds its scene in the world; the same arguments give the same state.

    Scenes in which something has fallen off the table, or the goal holds already, are drawn again.

    Args:
        world: of the kind's family.
        name: a key of `KINDS`.
        seed: draws.

    Returns:
        The scene, and what is to be true in the end.

    Raises:
        ValueError: no such scene was found.
    """
    kind = KINDS[name]
    if kind.draw is None:
        tasks = find_suite(PACKING_SUITE).tasks
        task = tasks[seed % len(tasks)]
        assert task.goal is not None
        state = build(world, task, seed // len(tasks), EVALUATION)
        return state, Goal(parse_goal(task.goal, typing_of(state)), state)
    rng = stream(EVALUATION, "hard-tasks", name, seed)
    for _ in range(_DRAWS):
        try:
            drawn = kind.draw(rng)
        except ValueError:
            continue
        state = world.reset(drawn.scene.placements, readings=drawn.scene.readings)
        goal = Goal(parse_goal(drawn.goal, typing_of(state)), state)
        if all(o.position[2] > -0.02 for o in state.objects) and not goal.formula.holds(atoms(state)):
            return state, goal
    raise ValueError(f"{name}, seed {seed}: {_DRAWS} scenes were drawn, and none will do")
