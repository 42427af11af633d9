"""How likely it is that all is done, by the model's other answer: the goal that it reads in the instruction.

A model that is asked for the next step says `done` too early: after the first of several things, as if each were the
whole. Asked for the goal as a formula it names them all, and whether a formula holds is seen, not guessed. So `done` is
weighed as every other step is, by how likely it is to succeed: by how likely what is wanted holds (the check of one
answer by another, as in arXiv 2110.14168; SayCan, arXiv 2204.01691, takes `done` to succeed always).
"""

from __future__ import annotations

from dataclasses import replace

from planner.language.goals import goal_of, read_goals
from planner.language.protocol import LanguageModel, ModelAnswerError
from planner.language.talk import Talk, speaks_dialogue
from planner.symbolic_search import with_empty_hand
from skills.goals import Formula
from skills.protocol import Observation, Rationale
from skills.symbolic import Facts

LEAST = 0.05
"""How likely it is that all is done where no reading says so: now and then all readings are wrong."""


class Completion:
    """Reads the goal of an episode once, when it is first needed, and again when the person has said something."""

    def __init__(self, language: LanguageModel, talk: Talk) -> None:
        """Takes the model.

        Args:
            language: one that was trained on goals; by any other all is done once it says so.
            talk: hears each observation before `probability` is asked.
        """
        self._language = language
        self._talk = talk
        self._read_for: tuple[str, tuple[str, ...]] | None = None
        self._goals: tuple[tuple[Formula, float], ...] = ()
        self._prompt_tokens = self._generated_tokens = 0

    def reset(self) -> None:
        """Begins another episode."""
        self._read_for = None

    def charged(self, rationale: Rationale) -> Rationale:
        """A decision's rationale, with the tokens that goals have cost since the last one."""
        prompt_tokens = rationale.prompt_tokens + self._prompt_tokens
        generated_tokens = rationale.generated_tokens + self._generated_tokens
        self._prompt_tokens = self._generated_tokens = 0
        return replace(rationale, prompt_tokens=prompt_tokens, generated_tokens=generated_tokens)

    def probability(self, observation: Observation, facts: Facts) -> float:
        """How likely it is that what is wanted holds: between `LEAST` and 1.

        Args:
            observation: what the person has said.
            facts: what holds now, or is taken to hold then.
        """
        if not speaks_dialogue(self._language):
            return 1.0
        said = (observation.instruction, observation.messages)
        if said != self._read_for:
            self._goals, self._read_for = self._read(observation), said
        total = sum(p for _, p in self._goals)
        if not total:
            return 1.0
        return max(LEAST, sum(p for goal, p in self._goals if goal.holds(facts)) / total)

    def _read(self, observation: Observation) -> tuple[tuple[Formula, float], ...]:
        """Formulas, each with its probability; none where nothing is to be done, or nothing could be read."""
        try:
            reading = read_goals(self._language, self._talk.goal_prompt(), observation.state, may_end=True)
        except ModelAnswerError:
            return ()
        self._prompt_tokens += reading.prompt_tokens
        self._generated_tokens += reading.generated_tokens
        goals = ((m.text, m.probability) for m in reading.meanings if m.end is None)
        return tuple((with_empty_hand(goal_of(text, observation.state)), p) for text, p in goals)
