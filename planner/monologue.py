"""Inner Monologue: the language model is told what it sees and what came of its steps (arXiv 2207.05608).

Unlike in `saycan` no step's score is multiplied. The model writes the next step itself, held to the calls that can be
made here and the ways to end, after a prompt that tells the scene, and of each step so far whether it succeeded or why
not. The feasibility model speaks in the same voice: a step it is sure will fail is answered with why before it is
tried, and the language model thinks again. Whether all is done it is not asked alone, see `planner.completion`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from planner.completion import Completion
from planner.feasibility.protocol import FeasibilityModel
from planner.language.choosing import choose
from planner.language.dialogue import End
from planner.language.protocol import LanguageModel, ModelAnswerError
from planner.language.talk import Choice, Talk, listed_as, talk_with
from planner.patience import Patience
from skills.predicates import atoms
from skills.protocol import Act, Candidate, Decision, Observation, Rationale, Refuse
from skills.spec import SkillCall
from skills.symbolic import legal


@dataclass(frozen=True)
class MonologueOptions:
    """How `Monologue` thinks."""

    doubt: float = 0.1
    """A step whose probability of success is below this is thought over, where the feasibility model is confident."""
    thoughts: int = 3
    """How many steps are thought of for one decision."""
    attempts: int = 3
    """A call that failed so often, with no success since, or was made so often from the same facts, is used up."""


class Monologue:
    """Writes one step at a time from a prompt with feedback."""

    name = "monologue"

    def __init__(
        self, language: LanguageModel, feasibility: FeasibilityModel, options: MonologueOptions | None = None
    ) -> None:
        """Takes the two models.

        Args:
            language: writes the steps.
            feasibility: objects to those that will not work.
            options: how to think; the defaults if not given.
        """
        self._language = language
        self._feasibility = feasibility
        self._options = options or MonologueOptions()
        self._talk = talk_with(language, told=True)
        self._patience = Patience(self._options.attempts)
        self._completion = Completion(language, self._talk)

    def reset(self, instruction: str) -> None:
        """Begins another episode; the language model's cache of prompts is kept."""
        self._talk.reset()
        self._patience.reset()
        self._completion.reset()

    def decide(self, observation: Observation) -> Decision:
        """The step that the model writes: an `Act`, or what the way to end that it writes stands for.

        `Refuse` also where the answer is no call of this scene, no call is left that might work, or the model goes on
        about a call that was tried too often.

        Raises:
            ModelUnavailable: a remote model cannot be asked.
        """
        started = time.perf_counter()
        refusal = self._talk.hear(observation)
        if refusal is not None:
            return refusal
        facts = atoms(observation.state, observation.start)
        used_up = self._patience.used_up(observation, facts)
        done = partial(self._completion.probability, observation, facts)
        thought = _Thought(self._language, self._feasibility, self._options, observation, self._talk, done)
        try:
            choice = thought.settle(legal(observation.state, facts), used_up)
        except ModelAnswerError as error:
            return Refuse(str(error), self._completion.charged(thought.rationale(started)))
        rationale = self._completion.charged(thought.rationale(started))
        if isinstance(choice, End):
            return self._talk.end(choice, rationale)
        if choice in used_up:
            return Refuse(f"{choice} {used_up[choice]}", rationale)
        if choice in thought.objections:
            return Refuse(
                f"no step was found that is likely to work; the last: {choice}, {thought.objections[choice]}", rationale
            )
        return Act(choice, rationale)


class _Thought:
    """One decision's back and forth between the two models."""

    def __init__(
        self,
        language: LanguageModel,
        feasibility: FeasibilityModel,
        options: MonologueOptions,
        observation: Observation,
        talk: Talk,
        done: Callable[[], float],
    ) -> None:
        self._done = done
        self._language = language
        self._feasibility = feasibility
        self._options = options
        self._observation = observation
        self._talk = talk
        self.objections: dict[SkillCall, str] = {}
        self._candidates: list[Candidate] = []
        self._prompt_tokens = 0
        self._generated_tokens = 0

    def settle(self, calls: tuple[SkillCall, ...], used_up: Mapping[SkillCall, str]) -> Choice:
        """The answer on which both agree, or the last one thought of.

        Raises:
            UnparsableAnswer: the model wrote neither a call nor an end.
        """
        for left in reversed(range(self._options.thoughts)):
            choice = self._write(calls)
            if isinstance(choice, End) or choice in self.objections:
                return choice
            objection = used_up.get(choice) or self._object(choice)
            if objection is not None:
                self.objections[choice] = objection
            if objection is None or not left:
                return choice
        raise ValueError(f"thoughts is {self._options.thoughts}; expected 1 or more")

    def rationale(self, started: float) -> Rationale:
        """What was thought of, the last first."""
        return Rationale(
            candidates=tuple(reversed(self._candidates)),
            prompt_tokens=self._prompt_tokens,
            generated_tokens=self._generated_tokens,
            seconds=time.perf_counter() - started,
            note="; ".join(f"{c}: {why}" for c, why in self.objections.items()),
        )

    def _write(self, calls: tuple[SkillCall, ...]) -> Choice:
        left = [c for c in calls if c not in self.objections]
        prompt = self._talk.prompt(list(self.objections.items()))
        texts = [self._talk.text(c) for c in (*left, *self._talk.ends())]
        answer = choose(self._language, prompt, texts, self._talk.text(End.DONE), self._done)
        self._prompt_tokens += answer.prompt_tokens
        self._generated_tokens += answer.generated_tokens
        choice = self._talk.read(answer.text, calls)
        self._candidates.append(Candidate(listed_as(choice), answer.log_probability))
        return choice

    def _object(self, call: SkillCall) -> str | None:
        """What the feasibility model has against the call, in words."""
        failed = [s for s in self._observation.history if not s.outcome.succeeded]
        prediction = self._feasibility.predict(self._observation.state, [[call]], failed)[0][0]
        last = self._candidates[-1]
        self._candidates[-1] = Candidate(last.text, last.language, prediction.success, prediction.success)
        if not prediction.confident or prediction.success >= self._options.doubt:
            return None
        reason = (prediction.reason or "it would fail").lower().replace("_", " ")
        return f"it would not work: {reason}"
