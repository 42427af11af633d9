"""What a trained model is given to read: the scene, the task, and what has happened since, one line each.

What a person typed is set right first where it is plainly misspelt (`planner.language.spelling`), said in the words of
the scene (`plain_words`), and what a task picks out by measuring is told by name (`referring`).

Two questions are asked about one beginning. `Step:` asks for the next call, or for an end of the episode; `Goal:` asks
what the person wants, as a PDDL formula. Within an episode the text only grows, so that a model reads no line twice.

    Scene: tabletop; hand empty; red block c4; blue bowl e7; green block in blue bowl
    Task: put the red block in the blue bowl
    Step: pick up the red block
    Failed: the fingers closed and hold nothing
    Seen: red block d4
    Person: no, the green one
    Step:
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from planner.language.places import place_of_all, scene_line
from planner.language.plain_words import plain
from planner.language.referring import grounded
from planner.language.spelling import corrected
from sim.state import SceneState
from skills.protocol import Observation, Step
from skills.registry import find_spec
from skills.spec import SkillCall


class End(StrEnum):
    """What may stand in the place of a call."""

    DONE = "done"
    """The task is carried out."""
    ASK = "ask which one is meant"
    """It could mean several things."""
    MISSING = "refuse, it is not here"
    """It speaks of a thing that is not in the scene."""
    IMPOSSIBLE = "refuse, it can not be done"
    """No skill brings it about."""


def answer(step: SkillCall | End) -> str:
    """What follows `Step:`, its line break with it, so that no answer is the beginning of another."""
    return f" {step if isinstance(step, End) else find_spec(step).describe(step)}\n"


def goal_answer(goal: str) -> str:
    """What follows `Goal:`."""
    return f" {goal}\n"


class Dialogue:
    """The text of one episode as it grows."""

    def __init__(self, instruction: str, start: SceneState) -> None:
        """Begins the text.

        Args:
            instruction: in natural language.
            start: the scene as it was seen at the start.

        Raises:
            ValueError: the instruction is empty.
        """
        said = " ".join(instruction.split())
        if not said:
            raise ValueError(
                "the instruction is empty; expected a sentence such as 'put the red block in the blue bowl'"
            )
        self._start = start
        self.task = grounded(self._heard(said), start)
        """The instruction as it is told."""
        self._head = f"Scene: {scene_line(start)}\nTask: {self.task}\n"
        self._lines: list[str] = []
        self._places = place_of_all(start)
        self._steps = 0
        self._messages: list[str] = []

    def update(self, observation: Observation) -> None:
        """Appends what has happened since the last update: steps, what moved that should not have, what was said."""
        fresh = observation.history[self._steps :]
        self._steps = len(observation.history)
        said = observation.messages[len(self._messages) :]
        self._messages += said
        self.add(fresh, observation.state, said)

    def add(self, steps: Sequence[Step], state: SceneState, said: Sequence[str] = ()) -> None:
        """Appends steps, the scene after the last of them, and what a person said then."""
        for step in steps:
            self._lines.append(f"Step:{answer(step.call)}")
            if not step.outcome.succeeded:
                self._lines.append(f"Failed: {step.outcome.message.rstrip('.')}\n")
        expected = {s.call.arguments[0] for s in steps if s.outcome.succeeded}
        places = place_of_all(state)
        surprising = _changes(self._places, places, expected)
        if surprising:
            self._lines.append(f"Seen: {'; '.join(surprising)}\n")
        self._places = places
        self._lines += [self._person(words) for words in said]

    def step_prompt(self) -> str:
        """Up to `Step:`; an `answer` follows."""
        return f"{self._head}{''.join(self._lines)}Step:"

    def goal_prompt(self, said: Sequence[str] | None = None) -> str:
        """Up to `Goal:`; of what happened since the start only what the person said is told.

        Args:
            said: by the person since the start; if not given, what `update` was told of.
        """
        return f"{self._head}{''.join(map(self._person, self._messages if said is None else said))}Goal:"

    def _person(self, words: str) -> str:
        return f"Person: {self._heard(' '.join(words.split()))}\n"

    def _heard(self, words: str) -> str:
        return plain(corrected(words, self._start.names), self._start)


def _changes(before: Mapping[str, str], after: Mapping[str, str], expected: set[str]) -> list[str]:
    """Things whose place is another one than before, but for those that were meant to be moved."""
    return [f"{n} {place}" for n, place in after.items() if n not in expected and place != before.get(n)]
