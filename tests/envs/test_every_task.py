from __future__ import annotations

import pytest

from envs.chain import run_asked
from envs.scenes import build
from envs.seeding import EVALUATION, stream
from envs.success import judge
from envs.suites import find_suite, suite_names
from planner.oracle import Oracle
from sim.world import World
from tests.envs.teleport import bring_about

SUITES = suite_names()


class Worlds(dict[str, World]):
    """A world for each family, made when it is asked for."""

    def __missing__(self, family: str) -> World:
        return self.setdefault(family, World(family=family))


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
def test_the_oracle_does_every_task(suite: str) -> None:
    failed = []
    worlds = Worlds()
    for task in find_suite(suite).tasks:
        family = task.scene.family
        world = worlds[family]
        episode = run_asked(task, 0, lambda t, seed: Oracle(t.goal if t.feasible else None, t.never), world)
        if not episode.success or episode.error is not None:
            failed.append((task.id, episode.ended_by, episode.error, [s.message for s in episode.steps][-1:]))
    for world in worlds.values():
        world.close()
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
def test_every_goal_can_be_satisfied(suite: str) -> None:
    """Objects are set onto the goal, left to settle, and the check is asked: a task that nothing satisfies shows."""
    missed = []
    worlds = Worlds()
    for task in find_suite(suite).tasks:
        if not task.feasible or task.draw is not None:
            continue
        family = task.scene.family
        world = worlds[family]
        start = build(world, task, 1, EVALUATION)
        bring_about(world, task, start, stream("teleport", task.id))
        conditions = judge(task, start, world.settle(), {o.name for o in start.objects})
        missed += [(task.id, name) for name, holds in conditions.items() if not holds]
    for world in worlds.values():
        world.close()
    assert not missed
