from __future__ import annotations

import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import envs  # noqa: F401  # registers what is walked here

IDS = sorted(name for name in gymnasium.registry if name.startswith("forethought/"))


def actions(env: gymnasium.Env[Any, Any]) -> list[Any]:
    """A few actions: random ones, or the first skill calls that are possible."""
    if isinstance(env.action_space, gymnasium.spaces.Box):
        env.action_space.seed(0)
        return [env.action_space.sample() for _ in range(6)]
    bare: Any = env.unwrapped
    return [call for call, legal in zip(bare.calls(), bare.legal(), strict=True) if legal][1:3]


def same(a: dict[str, Any], b: dict[str, Any]) -> None:
    for key in a:
        np.testing.assert_array_equal(a[key], b[key], strict=True)


@pytest.mark.parametrize("name", IDS)
def test_it_passes_gymnasiums_check(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(name).unwrapped)


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_vector_of_it_repeats_what_one_does_alone(name: str, mode: str) -> None:
    vector: Any = gymnasium.make_vec(name, num_envs=2, vectorization_mode=mode)
    alone = [gymnasium.make(name) for _ in range(2)]
    observations, _ = vector.reset(seed=[5, 5])
    singles = [env.reset(seed=5)[0] for env in alone]
    for action in actions(alone[0]):
        for k in range(2):
            same({key: values[k] for key, values in observations.items()}, singles[k])
        given = np.stack([action, action]) if isinstance(action, np.ndarray) else (action, action)
        observations, rewards, *_ = vector.step(given)
        ends = [env.step(action) for env in alone]
        singles = [end[0] for end in ends]
        assert [end[1] for end in ends] == list(rewards)
    for env in (vector, *alone):
        env.close()
