from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from envs.episode import run_episode
from envs.objects import ObjectSpec, Variation
from envs.record import without_times
from envs.seeing import STATES, check_states
from envs.task import SceneSpec, Suite, Task
from scripts.planner_factory import PlannerFactory
from sim.world import World
from tests.envs.scripted_planners import Scripted

PUT = ["pick(red block)", "place(red block, in, blue bowl)"]


def test_states_are_of_a_known_source(basics: Suite) -> None:
    task = basics.task("block-in-bowl")
    assert [check_states(s, task) for s in STATES] == list(STATES)
    with pytest.raises(ValueError, match="unknown states 'camra'; the nearest is 'camera'"):
        check_states("camra", task)


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (SceneSpec((ObjectSpec("red block"),), family="desk"), "of the family 'desk': use states='simulator'"),
        (SceneSpec((ObjectSpec("letter A"),)), "has 'letter A'"),
        (SceneSpec((ObjectSpec("red block", size=(0.05, 0.05, 0.05)),)), "has 'red block'"),
        (SceneSpec((ObjectSpec("red block"),), vary=Variation(size=0.1)), "of the usual size"),
    ],
)
def test_what_cameras_do_not_recognise_is_refused_in_one_line(scene: SceneSpec, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        check_states("camera", Task("some", ("do something",), scene))
    assert "\n" not in str(raised.value)


def test_an_episode_goes_by_what_cameras_see_and_is_judged_on_the_truth(world: World, basics: Suite) -> None:
    task = basics.task("block-in-bowl")
    by_eye, told = Scripted(PUT), Scripted(PUT)
    episode = run_episode(task, 1, by_eye, world, states="camera")
    assert episode.success and world.sensor is None
    truth = run_episode(task, 1, told, world)
    assert episode.goal == truth.goal
    for seen, there in zip(by_eye.heard, told.heard, strict=True):
        assert set(seen.state.names) == set(there.state.names)
        errors = [o.pose.distance(seen.state[o.name].pose) for o in there.state.objects]
        assert 0.0 < max(errors) < 0.01
    again = run_episode(task, 1, Scripted(PUT), world, states="camera")
    assert without_times(episode.to_dict()) == without_times(again.to_dict())


def test_eyes_and_errors_go_together(world: World, basics: Suite) -> None:
    from envs.disturbances import parse_disturbances

    planner = Scripted(PUT)
    disturb = parse_disturbances(["noise=0.003", "hide=0.5"])
    episode = run_episode(basics.task("block-in-bowl"), 1, planner, world, states="camera", disturb=disturb)
    assert episode.error is None and len(planner.heard) == 3


@pytest.mark.parametrize("name", ["forethought/Tabletop-v0", "forethought/TabletopControl-v0"])
def test_environments_take_states_from_cameras(name: str) -> None:
    settings: dict[str, Any] = {"task": "tabletop-basics/block-in-bowl"}
    by_eye = gymnasium.make(f"envs:{name}", **settings, states="camera")
    told = gymnasium.make(f"envs:{name}", **settings)
    (seen, info), (there, _) = (env.reset(seed=3) for env in (by_eye, told))
    count = len(info["state"].objects)
    assert np.count_nonzero(seen["poses"][:, 6]) == np.count_nonzero(there["poses"][:, 6]) == count
    order = [np.linalg.norm(there["poses"][:count, :3] - p, axis=1).min() for p in seen["poses"][:count, :3]]
    assert 0.0 < max(order) < 0.005
    by_eye.close()
    told.close()
    with pytest.raises(ValueError, match="unknown states"):
        gymnasium.make(f"envs:{name}", **settings, states="sonar")


def test_the_environment_by_eye_keeps_gymnasiums_rules() -> None:
    env = gymnasium.make("envs:forethought/Tabletop-v0", states="camera", disturb=["noise=0.002", "hide=0.5"])
    check_env(env.unwrapped, skip_render_check=True)
    env.reset(seed=0)
    outcomes = [env.step(call)[4] for call in PUT]
    assert outcomes[0]["outcome"].message and outcomes[1]["state"].time > outcomes[0]["state"].time
    env.close()


@pytest.mark.slow
def test_the_oracle_solves_tasks_by_eye(world: World, basics: Suite) -> None:
    factory = PlannerFactory("oracle")
    failed = [t.id for t in basics.tasks[::4] if not run_episode(t, 50, factory(t, 50), world, states="camera").success]
    assert failed == []


def test_a_second_thing_of_a_kind_is_numbered(world: World) -> None:
    scene = SceneSpec((ObjectSpec("red block", at=(0.5, 0.2)), ObjectSpec("red block 2", at=(0.5, -0.2))))
    task = replace(Task("two", ("pick up the red block 2",), scene), goal="(holding red_block_2)")
    episode = run_episode(task, 0, Scripted(["pick(red block 2)"]), world, states="camera")
    assert episode.success
