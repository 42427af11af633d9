"""Planners for tests: they say what they are told to. Importable in worker processes."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from envs.task import Task
from skills.protocol import Act, Decision, Finish, Observation, Planner
from skills.spec import SkillCall


@dataclass
class Scripted:
    """Says these decisions (texts are calls), then that it is done."""

    script: Sequence[str | Decision]
    name: str = "scripted"
    heard: list[Observation] = field(default_factory=list)

    def reset(self, instruction: str) -> None:
        self.heard = []

    def decide(self, observation: Observation) -> Decision:
        self.heard.append(observation)
        turn = len(self.heard) - 1
        if turn >= len(self.script):
            return Finish("the script is over")
        said = self.script[turn]
        return Act(SkillCall.parse(said)) if isinstance(said, str) else said


class Raising:
    """Raises on its first decision."""

    name = "raising"

    def reset(self, instruction: str) -> None:
        pass

    def decide(self, observation: Observation) -> Decision:
        raise RuntimeError("the model is on fire\nand so is the shed")


SCRIPTS = {
    "block-in-bowl": ["pick(red block)", "place(red block, in, blue bowl)"],
    "block-on-block": ["pick(yellow block)", "place(yellow block, on, purple block)"],
    "pick-up": ["pick(red block)"],
}


@dataclass(frozen=True)
class ScriptFactory:
    """The planner that knows the three tasks above; it raises for `raise_on`, and kills its process for `kill_on`."""

    raise_on: tuple[str, int] | None = None
    kill_on: tuple[str, int] | None = None
    marker: Path | None = None
    """Made before the kill, so that the second try goes through."""

    def __call__(self, task: Task, seed: int) -> Planner:
        if (task.id, seed) == self.raise_on:
            return Raising()
        if (task.id, seed) == self.kill_on and self.marker is not None and not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Scripted(SCRIPTS[task.id])


@dataclass(frozen=True)
class NoPlanner:
    """Cannot make any planner."""

    def __call__(self, task: Task, seed: int) -> Planner:
        raise ValueError("no language model 'nobody'; the default is 'embedded'")
