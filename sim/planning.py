"""Motion planning around obstacles: RRT-Connect (Kuffner & LaValle 2000) from the OMPL library."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from sim.kinematics import Kinematics

_ASKED_AT_MOST = 6000
_SEED = 1
_RESOLUTION = 0.01


def plan_path(
    start: Sequence[float],
    goal: Sequence[float],
    kinematics: Kinematics,
    is_free: Callable[[Sequence[float]], bool],
) -> list[tuple[float, ...]] | None:
    """A path in joint space that is free all along, or None where none is found.

    The search is bounded by the number of postures tried, never by the clock, and starts from the same random seed, so
    that the same scene gives the same path on any machine.

    Args:
        start: joint angles, radians.
        goal: joint angles, radians.
        kinematics: for the joint limits.
        is_free: whether the arm may be at these joint angles.
    """
    if not (is_free(start) and is_free(goal)):
        return None
    # Loading the library takes a moment, and most episodes need no detour. (Its type stubs do not know that states
    # can be indexed: hence Any below.)
    from ompl import base, geometric, util

    util.setLogLevel(util.LogLevel.LOG_NONE)
    util.RNG.setSeed(_SEED)
    dof = len(start)
    space = base.RealVectorStateSpace(dof)
    bounds = base.RealVectorBounds(dof)
    for j in range(dof):
        bounds.setLow(j, float(kinematics.lower[j]))
        bounds.setHigh(j, float(kinematics.upper[j]))
    space.setBounds(bounds)
    asked = 0

    def valid(state: Any) -> bool:
        nonlocal asked
        asked += 1
        return is_free(tuple(state[j] for j in range(dof)))

    setup = geometric.SimpleSetup(space)
    setup.setStateValidityChecker(valid)
    ends = []
    for joints in (start, goal):
        state: Any = space.allocState()
        for j, angle in enumerate(joints):
            state[j] = float(angle)
        ends.append(state)
    setup.setStartAndGoalStates(*ends)
    information = setup.getSpaceInformation()
    information.setStateValidityCheckingResolution(_RESOLUTION)
    setup.setPlanner(geometric.RRTConnect(information))
    setup.setup()
    rounds = itertools.count()
    setup.solve(base.PlannerTerminationCondition(lambda: asked > _ASKED_AT_MOST or next(rounds) > _ASKED_AT_MOST))
    if not setup.haveExactSolutionPath():
        return None
    path = setup.getSolutionPath()
    geometric.PathSimplifier(information).reduceVertices(path)
    states: list[Any] = [path.getState(k) for k in range(path.getStateCount())]
    return [tuple(state[j] for j in range(dof)) for state in states]
