"""What a robot is given to see by: the simulator's state, or two cameras; either with declared errors."""

from __future__ import annotations

import numpy as np

from envs.disturbances import Disturber
from envs.task import Task
from envs.task_error import nearest
from sim.catalog import parse_name
from sim.perception.sensor import CameraSensor
from sim.perception.surfaces import RECOGNISED
from sim.state import SceneState
from sim.world import World

STATES = ("simulator", "camera")
"""Where the states come from that skills and planners see."""


def check_states(states: str, task: Task) -> str:
    """The source of states.

    Raises:
        ValueError: there is none of that name, or the task's scene holds what cameras do not recognise.
    """
    if states not in STATES:
        raise ValueError(f"unknown states {states!r}; the nearest is {nearest(states, STATES)}")
    if states == "simulator":
        return states
    scene = task.scene
    if scene.family != "tabletop":
        raise ValueError(
            f"states='camera' is for the tabletop; task {task.name!r} is of the family {scene.family!r}: "
            "use states='simulator'"
        )
    if scene.vary.size > 0.0:
        raise ValueError(f"states='camera' knows objects of the usual size; those of task {task.name!r} vary")
    for spec in scene.objects:
        color, kind, _ = parse_name(spec.name, scene.family)
        if color is None or kind.name not in RECOGNISED or (spec.size or kind.size) != kind.size:
            raise ValueError(
                f"states='camera' recognises a coloured {', '.join(RECOGNISED)} of the usual size; "
                f"task {task.name!r} has {spec.name!r}"
            )
    return states


def open_eyes(world: World, states: str, disturber: Disturber, rng: np.random.Generator) -> SceneState:
    """Gives the robot its eyes in a scene that was just built, and returns what it sees.

    Args:
        world: has been reset; eyes that it has are closed.
        states: one of `STATES`.
        disturber: puts errors on them.
        rng: the noise of images.
    """
    close_eyes(world)
    world.sensor = disturber.eyes(CameraSensor(rng) if states == "camera" else None)
    return world.see()


def close_eyes(world: World) -> None:
    """Back to the truth."""
    if world.sensor is not None:
        world.sensor.close()
        world.sensor = None
