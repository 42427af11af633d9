from collections.abc import Iterator

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from envs.disturbances import free_spot
from envs.episode import run_episode
from envs.kitchen_scenes import TOPS, worked_at
from envs.scenes import build, sample
from envs.seeding import TRAIN, stream
from envs.suites import find_suite
from envs.task import ObjectSpec, SceneSpec, Task
from planner.oracle import Oracle
from sim.state import Pose
from sim.stations import STATIONS, station_frame
from sim.world import World
from skills.kitchen_facts import place_of
from skills.predicates import atoms
from skills.symbolic import ground, typing_of

SUITE = find_suite("kitchen-basics")
MOST_CALLS = 150


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="kitchen") as world:
        yield world


@pytest.mark.parametrize("task", SUITE.tasks, ids=lambda t: t.id)
def test_a_scene_is_as_the_task_says(world: World, task: Task) -> None:
    state = build(world, task, 3, TRAIN)
    assert set(task.scene.atoms) <= atoms(state)
    objects = [o for o in state.objects if o.name not in STATIONS["kitchen"]]
    assert len(objects) == len(task.scene.objects) + task.scene.distractors
    told = {a.arguments[0] for a in task.scene.atoms if a.predicate in ("on", "in", "at")}
    assert all(place_of(o.name, state) in TOPS for o in objects if o.name not in told)
    assert len(ground(typing_of(state))) < MOST_CALLS


def test_the_seed_decides_the_scene() -> None:
    task = SUITE.task("tidy-up")
    scenes = [sample(task, stream(TRAIN, "kitchen", seed)) for seed in (1, 1, 2)]
    assert scenes[0] == scenes[1] != scenes[2]


def test_distractors_are_none_of_those_that_the_goal_ranges_over() -> None:
    spec = SceneSpec((ObjectSpec("apple"),), "kitchen", distractors=6)
    task = Task("fruit", ("put all the fruit on the table",), spec, "(forall (?f - fruit) (on ?f table))")
    names = {p.name for k in range(20) for p in sample(task, stream(TRAIN, "kitchen", k)).placements}
    assert len(names) > 8
    assert not names & {"orange", "banana", "lemon", "peach"}


def test_a_fact_about_no_place_is_refused() -> None:
    spec = SceneSpec((ObjectSpec("apple"), ObjectSpec("red bowl")), "kitchen", facts=("(in apple red_bowl)",))
    task = Task("bowl", ("take the apple out",), spec, "(on apple table)")
    with pytest.raises(ValueError, match="expected a place: close counter"):
        sample(task, stream(TRAIN, "kitchen", 0))


def test_things_are_moved_about_on_the_top_that_they_stand_on(world: World) -> None:
    state = build(world, SUITE.task("bring-bottle"), 0, TRAIN)
    bottle = state["water bottle"]
    frame, (x0, x1), (y0, y1) = worked_at("far counter")
    for k in range(10):
        spot = free_spot(state, bottle, stream(TRAIN, "move", k))
        assert spot is not None
        x, y, _ = (frame.inverse() @ Pose((*spot, 0.0))).position
        assert x0 <= x <= x1 and y0 <= y <= y1


def test_gymnasium_environment() -> None:
    with gymnasium.make("envs:forethought/Kitchen-v0") as env:
        check_env(env.unwrapped, skip_render_check=True)
        env.reset(seed=5)
        calls = ("go(table)", "pick(redbull can)", "go(user)", "give(redbull can, user)")
        results = [env.step(call) for call in calls]
        assert [bool(r[4]["outcome"].succeeded) for r in results] == [True] * 4
        assert results[-1][1] == 1.0 and results[-1][2]
        assert np.allclose(results[-1][0]["base"][:3], station_frame("user").position, atol=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("id", ["drawer-to-drawer", "lunch", "clear-table"])
def test_the_oracle_carries_out_long_tasks_the_same_way_each_time(world: World, id: str) -> None:
    task = SUITE.task(id)
    first, again = (run_episode(task, 11, Oracle(task.goal), world, split=TRAIN) for _ in range(2))
    assert first.success
    assert [(s.call, s.message, s.sim_seconds) for s in first.steps] == [
        (s.call, s.message, s.sim_seconds) for s in again.steps
    ]
