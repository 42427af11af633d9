"""One sample: a scene, what a person says, what is right to do, step by step, and as a goal."""

from __future__ import annotations

from dataclasses import dataclass

from planner.language.corpus.wish import Verdict
from sim.state import SceneState


@dataclass(frozen=True)
class Sample:
    """What one episode teaches."""

    template: str
    """Of the wish; split by it and by the scene's seed."""
    split: str
    """`train` or `held-out`."""
    verdict: Verdict
    """What is right to do about the instruction."""
    start: SceneState
    """The scene at the start."""
    instruction: str
    """As said."""
    goal: str | None
    """PDDL; None unless it is to be done. Where the person says more, what holds after that."""
    head: str
    """The dialogue's text up to and with the task."""
    prompt_and_answers: tuple[tuple[str, str], ...]
    """Pieces of text that are given, each ending in `Step:`, and the answers to be learnt, in turn; after `head`."""
    goal_answer: str
    """What follows `goal_prompt`."""
    goal_prompt: str
    """The dialogue's text up to and with `Goal:`; with what the person said since, if anything."""
    earlier_goals: tuple[tuple[str, str], ...] = ()
    """Prompts up to and with `Goal:` from before the person said more, each with what follows it."""
    kind: str = "plain"
    """What happens in the episode: plain, failed, moved, astray, corrected, asked."""

    @property
    def text(self) -> str:
        """The whole episode as it is read."""
        return self.head + "".join(piece + answer for piece, answer in self.prompt_and_answers)
