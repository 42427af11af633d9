"""How likely it is that all is done, by the model's other answer: the goal that it reads in the instruction.

A model that is asked for the next step says `done` too early: after the first of several things, as if each were the
whole. Asked for the goal as a formula it names them all, and whether a formula holds is seen, not guessed. So `done` is
weighed as every other step is, by how likely it is to succeed: by how likely what is wanted holds (the check of one
answer by another, as in arXiv 2110.14168; SayCan, arXiv 2204.01691, takes `done` to succeed always).
"""

from __future__ import annotations

from dataclasses import replace

from planner.language.goals import Reading, goal_of, read_goals
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
        self.reset()

    def reset(self) -> None:
        """Begins another episode."""
        self._read_for: object = None
        self._reading = Reading((), "")
        self._prompt_tokens = self._generated_tokens = 0
        self._note = ""

    def probability(self, observation: Observation, facts: Facts, *, imagined: bool = False) -> float:
        """How likely it is that what is wanted holds: between `LEAST` and 1.

        Args:
            observation: what the person has said.
            facts: what holds now.
            imagined: they are what will hold. Of a row no skill promises that it will: it is taken to.
        """
        if not speaks_dialogue(self._language):
            return 1.0
        self._read(observation)
        total = sum(m.probability for m in self._reading.meanings)
        if not total:
            return 1.0
        # To a question or a refusal nothing need hold.
        held = sum(
            m.probability
            for m in self._reading.meanings
            if m.end is not None or _holds(goal_of(m.text, observation.state), facts, imagined)
        )
        found = max(LEAST, held / total)
        if found < 0.5:
            self._note = f"done, it says, but what is wanted holds with probability {found:.2f} only"
        return found

    def charged(self, rationale: Rationale) -> Rationale:
        """A decision's rationale, with what goals have cost since the last one, and what they had against `done`."""
        note = "; ".join(part for part in (rationale.note, self._note) if part)
        prompt_tokens = rationale.prompt_tokens + self._prompt_tokens
        generated_tokens = rationale.generated_tokens + self._generated_tokens
        self._prompt_tokens, self._generated_tokens, self._note = 0, 0, ""
        return replace(rationale, prompt_tokens=prompt_tokens, generated_tokens=generated_tokens, note=note)

    def _read(self, observation: Observation) -> None:
        """Has the model read the instruction, unless it has; nothing is read where it gives no usable answer."""
        said = (observation.start, observation.instruction, observation.messages)
        if said == self._read_for:
            return
        self._read_for = said
        try:
            reading = read_goals(self._language, self._talk.goal_prompt(), observation.state, may_end=True)
        except ModelAnswerError:
            reading = Reading((), "")
        self._reading = reading
        self._prompt_tokens += reading.prompt_tokens
        self._generated_tokens += reading.generated_tokens


def _holds(goal: Formula, facts: Facts, imagined: bool) -> bool:
    row = imagined and any(leaf.atom.predicate == "in-line" and leaf.positive for leaf in goal.leaves())
    return row or with_empty_hand(goal).holds(facts)
