"""Builds the scene of a task and seed: each family draws its own, and the world says whether it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from envs import desk_scenes, kitchen_scenes, reach_scenes, tabletop_scenes
from envs.layout import Scene
from envs.seeding import stream
from envs.success import broken_rules
from envs.task import Task
from sim.state import SceneState
from sim.world import World
from skills.execution import execute
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import typing_of

Sampler = Callable[[Task, np.random.Generator], Scene]
"""Draws a scene for a task; raises `ValueError` where no room is found."""

SAMPLERS: dict[str, Sampler] = {
    "tabletop": tabletop_scenes.sample,
    "desk": desk_scenes.sample,
    "reach": reach_scenes.sample,
    "kitchen": kitchen_scenes.sample,
}
"""By scene family."""

_BUILDS = 20


def drawn_task(task: Task, seed: int, split: str) -> Task:
    """The task that the seed draws, where it draws one; else the task itself."""
    if task.draw is None:
        return task
    drawn = task.draw(stream(split, task.suite, task.id, seed, "task"))
    return replace(drawn, id=task.id, suite=task.suite)


def sample(task: Task, rng: np.random.Generator) -> Scene:
    """Draws a scene for a task.

    Raises:
        ValueError: no room was found for all objects.
    """
    return SAMPLERS[task.scene.family](_varied(task, rng), rng)


def _varied(task: Task, rng: np.random.Generator) -> Task:
    """The task with objects of the sizes, masses and frictions that this draw gives them."""
    scene = task.scene
    if not scene.vary:
        return task
    drawn = tuple(scene.vary.draw(spec, scene.family, rng) for spec in scene.objects)
    return replace(task, scene=replace(scene, objects=drawn))


def build(world: World, task: Task, seed: int, split: str) -> SceneState:
    """Draws the scene of a task and seed and builds it in the world; the same arguments give the same state.

    Scenes whose facts did not survive the settling, and those in which the goal holds already, are drawn again.

    Raises:
        ValueError: no such scene was found.
    """
    rng = stream(split, task.suite, task.id, seed, "scene")
    formula = None
    for _ in range(_BUILDS):
        scene = sample(task, rng)
        state = world.reset(scene.placements, readings=scene.readings)
        state = _take(world, task, state, rng)
        known = atoms(state, state)
        formula = task.goal_formula(typing_of(state))
        if not set(task.scene.atoms) <= known or known & set(task.scene.absent) or broken_rules(task, state, state):
            continue
        if formula is None or not formula.holds(known):
            return state
    held = "the facts do not hold once all is at rest" if formula is None else "or the goal holds at the start"
    raise ValueError(f"task {task.name!r}, seed {seed}: {_BUILDS} scenes were drawn, but {held}")


def _take(world: World, task: Task, state: SceneState, rng: np.random.Generator) -> SceneState:
    """Lets the robot take what it is to hold at the start; the scene before, where it is to hold nothing."""
    for atom in task.scene.atoms:
        if atom.predicate == "holding":
            execute(world, SkillCall("pick", atom.arguments), rng)
            state = world.state()
    return state


def draw_instruction(task: Task, seed: int, split: str) -> str:
    """The wording that the seed draws."""
    wordings = task.instructions
    return wordings[int(stream(split, task.suite, task.id, seed, "instruction").integers(len(wordings)))]
