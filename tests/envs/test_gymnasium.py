from typing import Any

import gymnasium
import numpy as np
import pytest

from envs.control import ControlEnv
from envs.episode import run_episode
from envs.observations import decode
from envs.skill_env import REFUSE, SkillEnv
from envs.suites import find_task
from envs.wrappers import IndexedSkills
from sim.world import World
from skills.outcome import FailureReason
from skills.vocabulary import DIRECTIONS
from tests.envs.scripted_planners import SCRIPTS, Scripted

SKILLS, CONTROL = "envs:forethought/Tabletop-v0", "envs:forethought/TabletopControl-v0"
PUT = ("pick(red block)", "place(red block, in, blue bowl)")


def test_an_episode_ends_when_the_goal_holds() -> None:
    env = gymnasium.make(SKILLS)
    observation, info = env.reset(seed=3)
    assert (
        decode(observation["instruction"])
        == info["instruction"]
        in find_task("tabletop-basics/block-in-bowl").instructions
    )
    assert decode(observation["objects"]).startswith("red block, blue bowl, ")
    assert not info["is_success"] and info["outcome"] is None
    observation, reward, terminated, truncated, info = env.step(PUT[0])
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert observation["holding"] == 1 and info["outcome"].succeeded
    _, reward, terminated, truncated, info = env.step(PUT[1])
    assert (reward, terminated, truncated, info["is_success"]) == (1.0, True, False, True)
    assert info["goal"]["(in red_block blue_bowl)"]
    env.close()


def test_what_cannot_be_read_has_an_outcome_of_its_own() -> None:
    env = gymnasium.make(SKILLS)
    env.reset(seed=0)
    for action in ("I would pick the block", "pick(unicorn)", "dance()", ""):
        *_, info = env.step(action)
        assert info["outcome"].reason is FailureReason.PRECONDITION
        assert "\n" not in info["outcome"].message
    *_, truncated, info = env.step("pick(red block")
    assert not truncated
    *_, truncated, info = env.step("?")
    assert truncated and not info["is_success"]
    env.close()


def test_to_refuse_ends_an_episode() -> None:
    env = gymnasium.make(SKILLS, task="tabletop-basics/missing-object")
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step(REFUSE)
    assert (reward, terminated, info["is_success"]) == (1.0, True, True)
    env.close()


def _same(a: Any, b: Any) -> None:
    for key in a:
        np.testing.assert_array_equal(a[key], b[key], strict=True)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_vector_environment_repeats_what_one_does_alone(mode: str) -> None:
    vector: Any = gymnasium.make_vec(SKILLS, num_envs=2, vectorization_mode=mode, disturb="slip=0.5")
    alone = [gymnasium.make(SKILLS, disturb="slip=0.5") for _ in range(2)]
    observations, _ = vector.reset(seed=[5, 9])
    singles = [env.reset(seed=seed)[0] for env, seed in zip(alone, (5, 9), strict=True)]
    for action in (PUT[0], "push(red block, left)", PUT[1]):
        for k in range(2):
            _same({key: values[k] for key, values in observations.items()}, singles[k])
        observations, rewards, *_, infos = vector.step((action, action))
        ends = [env.step(action) for env in alone]
        singles = [end[0] for end in ends]
        assert [end[1] for end in ends] == list(rewards)
        assert [end[4]["outcome"] for end in ends] == list(infos["outcome"])
        assert [end[4]["state"] for end in ends] == list(infos["state"])
    for env in (vector, *alone):
        env.close()


def test_the_environment_and_the_evaluation_agree(world: World) -> None:
    env = SkillEnv(split="evaluation")
    episode = run_episode(env.task, 8, Scripted(SCRIPTS["block-in-bowl"]), world)
    _, info = env.reset(seed=8)
    assert info["instruction"] == episode.instruction
    for step in episode.steps:
        *_, info = env.step(step.call)
        assert (info["outcome"].message, info["outcome"].seconds) == (step.message, step.sim_seconds)
    assert info["goal"] == episode.goal
    env.close()


def test_skills_can_be_numbered() -> None:
    env = IndexedSkills(gymnasium.make(SKILLS))
    assert isinstance(env.action_space, gymnasium.spaces.Discrete)
    for seed in range(3):
        _, info = env.reset(seed=seed)
        mask = info["action_mask"]
        assert mask.shape == (env.action_space.n,) and mask.dtype == np.int8
        assert len(env.calls) <= env.action_space.n and env.calls[0] == REFUSE
        legal = {env.calls[k] for k in np.flatnonzero(mask)}
        assert "pick(red block)" in legal and PUT[1] not in legal
        assert {f"push(red block, {d})" for d in DIRECTIONS} <= legal
        *_, info = env.step(env.calls.index("pick(red block)"))
        assert info["outcome"].succeeded
        assert info["action_mask"][env.calls.index(PUT[1])] == 1
        *_, info = env.step(int(env.action_space.n) - 1)
        assert info["outcome"].reason is FailureReason.PRECONDITION
    env.close()
    with pytest.raises(ValueError, match="skill calls"):
        IndexedSkills(gymnasium.make(CONTROL))  # pyright: ignore[reportArgumentType]


def test_numbered_skills_work_in_vectors() -> None:
    vector: Any = gymnasium.make_vec(SKILLS, num_envs=2, vectorization_mode="sync", wrappers=[IndexedSkills])
    _, infos = vector.reset(seed=1)
    vector.action_space.seed(1)
    assert infos["action_mask"].shape == (2, vector.single_action_space.n)
    vector.step(vector.action_space.sample())
    vector.close()


def test_wrong_arguments_are_refused() -> None:
    for arguments in (
        {"task": "tabletop-basics/nothing"},
        {"robot": "pandas"},
        {"disturb": "slap=1"},
        {"render_mode": "gif"},
    ):
        with pytest.raises(ValueError, match="nearest"):
            SkillEnv(**arguments)


def test_frames_are_taken_within_a_skill() -> None:
    env = gymnasium.make(SKILLS, render_mode="rgb_array_list")
    env.reset(seed=0)
    env.step(PUT[0])
    frames = env.render()
    assert isinstance(frames, list) and len(frames) > 10 and isinstance(frames[0], np.ndarray)
    assert frames[0].shape == (360, 480, 3) and frames[0].dtype == np.uint8
    assert env.render() == []
    env.close()
    env = gymnasium.make(SKILLS, render_mode="ansi")
    env.reset(seed=0)
    env.step(PUT[0])
    text = env.render()
    assert isinstance(text, str) and "pick(red block): " in text
    env.close()


def _go(env: ControlEnv, to: tuple[float, float, float], grip: float, steps: int = 60) -> dict[str, Any]:
    """Moves the hand straight to a point, metres."""
    info: dict[str, Any] = {}
    for _ in range(steps):
        tool = env._target[:3]
        change = np.clip((np.array(to) - tool) / 0.02, -1.0, 1.0)
        *_, terminated, _, info = env.step(np.array([*change, 0.0, grip], dtype=np.float32))
        if terminated or np.abs(change).max() < 1e-3:
            break
    return info


def test_the_hand_can_be_driven_to_pick_a_block_up(world: World) -> None:
    env = ControlEnv(task="tabletop-basics/pick-up")
    _, info = env.reset(seed=2)
    block = info["state"]["red block"]
    x, y, _ = block.position
    turn = block.pose.yaw - env._target[3]
    turn = (turn + np.pi / 4) % (np.pi / 2) - np.pi / 4
    for _ in range(20):
        env.step(np.array([0, 0, 0, turn / 20 / 0.15, 1.0], dtype=np.float32))
    _go(env, (x, y, 0.15), 1.0)
    _go(env, (x, y, 0.02), 1.0)
    reward, terminated = 0.0, False
    for _ in range(10):
        _, reward, terminated, _, info = env.step(np.array([0, 0, 0, 0, -1.0], dtype=np.float32))
        if terminated:
            break
    assert terminated and reward == 1.0 and info["is_success"]
    env.close()


def test_what_is_out_of_reach_is_told() -> None:
    env = ControlEnv()
    env.reset(seed=0)
    reachable = []
    for _ in range(60):
        *_, info = env.step(np.array([1, 1, 1, 0, 1], dtype=np.float32))
        reachable.append(info["reachable"])
    assert reachable[0] and not all(reachable)
    env.close()


def test_control_replays_bit_for_bit() -> None:
    actions = np.random.default_rng(0).uniform(-1, 1, (40, 5)).astype(np.float32)
    vector: Any = gymnasium.make_vec(CONTROL, num_envs=2, vectorization_mode="async")
    alone = gymnasium.make(CONTROL)
    observations, _ = vector.reset(seed=[4, 4])
    single, _ = alone.reset(seed=4)
    for action in actions:
        _same({key: values[0] for key, values in observations.items()}, single)
        _same({key: values[1] for key, values in observations.items()}, single)
        observations, *_ = vector.step(np.stack([action, action]))
        single, *_ = alone.step(action)
    vector.close()
    alone.close()
