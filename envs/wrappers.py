"""Wrappers of the skill-level environments."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from envs.skill_env import SkillEnv
from envs.task import Task
from skills.registry import specs
from skills.symbolic import constants


class IndexedSkills(gymnasium.Wrapper[dict[str, Any], Any, dict[str, Any], Any]):
    """Makes the action a number: 0 refuses, 1 + k is the k-th well-typed call of the scene.

    `info["action_mask"]`, int8 of shape (n,), says which preconditions hold now (`Discrete.sample(mask)` takes it);
    `calls` gives the texts. Where distractors change what can be said, n is large enough for all, and numbers beyond
    the scene's calls are masked.
    """

    def __init__(self, env: gymnasium.Env[dict[str, Any], str]) -> None:
        """Wraps `forethought/Tabletop-v0`.

        Raises:
            ValueError: another environment.
        """
        super().__init__(env)
        inner = env.unwrapped
        if not isinstance(inner, SkillEnv):
            raise ValueError(
                f"IndexedSkills wraps environments whose actions are skill calls, not {type(inner).__name__}"
            )
        self._inner = inner
        self._size = 1 + most_calls(inner.task)
        self.action_space = spaces.Discrete(self._size)

    @property
    def calls(self) -> tuple[str, ...]:
        """Texts of the actions of this scene, by number."""
        return self._inner.calls()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """As the environment's, with the mask."""
        observation, info = self.env.reset(seed=seed, options=options)
        return observation, self._masked(info)

    def step(self, action: int) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """As the environment's; a number beyond the scene's calls fails its precondition."""
        calls = self.calls
        text = calls[int(action)] if int(action) < len(calls) else f"action {int(action)}"
        observation, reward, terminated, truncated, info = self.env.step(text)
        return observation, float(reward), terminated, truncated, self._masked(info)

    def _masked(self, info: dict[str, Any]) -> dict[str, Any]:
        mask = np.zeros(self._size, dtype=np.int8)
        legal = self._inner.legal()
        mask[: len(legal)] = legal
        return {**info, "action_mask": mask}


def most_calls(task: Task) -> int:
    """No scene of the task has more well-typed calls: each distractor is counted as if it were of every type."""
    values = constants(task.scene.typing)
    total = 0
    for spec in specs():
        if task.scene.family not in spec.families:
            continue
        product = 1
        for parameter in spec.parameters:
            product *= len(values.get(parameter.type, ())) + task.scene.distractors
        total += product
    return total
