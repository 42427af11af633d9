"""An engine that has held other scenes computes as a new one does, to the last digit."""

import math

import numpy as np
import pytest

from envs.layout import Scene
from envs.scenes import sample
from envs.suites import find_task
from sim.command import Command
from sim.state import SceneState
from sim.world import World

CASES = [
    ("panda", "tabletop-rich/fruit-in-bowl", "tabletop-basics/tower-of-three"),
    ("panda", "calvin/move-slider-left", "calvin/open-drawer"),
    ("panda", "stap/hook-reach-1", "llm3-packing/easy-small"),
    ("xarm6", "kitchen-basics/bring-can", "kitchen-basics/bring-fruit"),
    ("xarm6-suction", "tabletop-basics/tower-of-three", "tabletop-basics/block-in-bowl"),
]


def drawn(task: str) -> Scene:
    return sample(find_task(task), np.random.default_rng(1))


def lived(world: World, scene: Scene) -> list[SceneState]:
    """A scene from its beginning on, while the arm sweeps through it, its hand shut, and drives on if it can."""
    states = [world.reset(scene.placements, readings=scene.readings)]
    home = world.spec.home
    for k in range(60):
        swing = 0.5 * math.sin(0.15 * k)
        base = None if world.place.mobile is None else (0.01 * k, 0.0, 0.01 * k)
        world.step(Command((home[0] + swing, home[1] + 0.012 * k, *home[2:]), opening=0.0, base=base))
        states.append(world.state())
    return states


@pytest.mark.parametrize(("robot", "before", "task"), CASES)
def test_a_scene_before_leaves_no_trace(robot: str, before: str, task: str) -> None:
    scene, other = drawn(task), drawn(before)
    family = find_task(task).scene.family
    with World(robot, family) as new:
        expected = lived(new, scene)
    with World(robot, family) as used:
        lived(used, other)
        lived(used, scene)
        # What was saved and is never forgotten goes with its scene.
        used.save()
        lived(used, other)
        assert lived(used, scene) == expected


def test_emptying_the_engine_is_not_seen() -> None:
    scene = drawn("tabletop-basics/tower-of-three")
    with World() as world:
        first = world.reset(scene.placements)
        assert all(world.reset(scene.placements) == first for _ in range(60))
