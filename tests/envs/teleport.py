"""Puts a scene as a goal wants it without a robot: objects are set where the oracle's calls would have brought them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from envs.task import Task
from planner.oracle import Oracle
from sim.geometry import quat_from_yaw
from sim.state import Pose, SceneState
from sim.world import World
from skills.execution import execute
from skills.outcome import Outcome, SkillFailure
from skills.placement import spots
from skills.protocol import Act, Observation, Step
from skills.spec import SkillCall
from skills.vocabulary import DIRECTIONS, moved_distance


def bring_about(world: World, task: Task, start: SceneState, rng: np.random.Generator) -> None:
    """Carries out what the oracle decides: what is placed, pushed or turned is set there at once."""
    planner = Oracle(task.goal, task.never)
    planner.reset("")
    history: list[Step] = []
    held: str | None = None
    for _ in range(4 * task.max_steps):
        seen = _with_held(world.state(), held)
        decision = planner.decide(Observation("", seen, start, tuple(history), ()))
        if not isinstance(decision, Act):
            break
        call = decision.call
        if call.skill == "pick" and task.scene.family != "kitchen":
            held, outcome = call.arguments[0], Outcome(True, None, "held")
        else:
            try:
                moved = _set_down(world, seen, call)
                outcome = Outcome(True, None, "set down") if moved else _do(world, call, held, rng, decision.then)
                held = None if moved or call.skill == "place" else held
            except SkillFailure as failure:
                outcome = Outcome(False, failure.reason, failure.message, culprit=failure.culprit)
        history.append(Step(call, outcome))
    if held is not None:
        _do(world, SkillCall("pick", (held,)), None, rng)


def _with_held(state: SceneState, held: str | None) -> SceneState:
    """The scene as if the hand held something that still lies where it was."""
    if held is None:
        return state
    supports = frozenset(pair for pair in state.supports if pair[0] != held)
    return replace(state, robot=replace(state.robot, holding=held), supports=supports)


def _do(
    world: World, call: SkillCall, held: str | None, rng: np.random.Generator, then: tuple[SkillCall, ...] = ()
) -> Outcome:
    """Leaves it to the robot, which first takes in hand what it was said to hold."""
    if held is not None and world.state().robot.holding is None:
        execute(world, SkillCall("pick", (held,)), rng, then=(call, *then))
    return execute(world, call, rng, then=then)


def _set_down(world: World, state: SceneState, call: SkillCall) -> bool:
    """Sets the object of a call where the call would bring it, and lets it settle; False where only a robot can tell.

    Raises:
        SkillFailure: there is no room.
    """
    if not call.arguments or call.arguments[0] not in state or world.state().robot.holding is not None:
        return False
    name, *rest = call.arguments
    body = state[name]
    if call.skill == "push" and rest[0] in DIRECTIONS:
        x, y, z = body.position
        ux, uy = DIRECTIONS[rest[0]]
        way = max(0.1, 1.1 * moved_distance(state.family))
        world.relocate(name, Pose((x + way * ux, y + way * uy, z), body.pose.orientation))
    elif call.skill == "rotate":
        turn = math.radians(75.0) * (1.0 if rest[0] == "left" else -1.0)
        world.relocate(name, Pose(body.position, quat_from_yaw(body.pose.yaw + turn)))
    elif call.skill == "place" and state.family == "tabletop":
        spot = spots(state, body, rest[0], tuple(rest[1:]))[0]
        world.relocate(name, Pose((spot.x, spot.y, spot.bottom + body.height / 2.0), quat_from_yaw(spot.yaw)))
    else:
        return False
    world.settle()
    return True
