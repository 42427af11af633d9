"""SayCan: what would be useful, times what will work (arXiv 2204.01691).

At each step every call whose preconditions hold, and every way to end, is scored by the language model and by the
feasibility model; the highest product is done. How likely `done` is to succeed is read off the goal that the language
model sees in the instruction, see `planner.completion`. Answers are whole lines, so that the sums of log-probabilities
over their tokens are a distribution over answers, whatever their lengths; what falls on none of them is left out of it.

The language model's score can be calibrated: what it expects after an instruction that says nothing is divided out in
part, since a small model prefers some sentences whatever it is told (domain-conditional PMI, arXiv 2104.08315;
contextual calibration, arXiv 2102.09690). With fixed examples in the prompt that helped much; with examples like the
instruction it no longer does, and costs a second pass: it is off by default.
"""

from __future__ import annotations

import math
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from planner.completion import Completion
from planner.feasibility.protocol import FeasibilityModel
from planner.language.dialogue import End
from planner.language.protocol import LanguageModel, ModelAnswerError, scoring_note
from planner.language.talk import Choice, Talk, listed_as, talk_with
from planner.patience import Patience
from skills.predicates import atoms
from skills.protocol import Act, Candidate, Decision, Observation, Rationale, Refuse
from skills.spec import SkillCall
from skills.symbolic import Facts, legal


@dataclass(frozen=True)
class SayCanOptions:
    """How `SayCan` weighs."""

    calibration: float = 0.0
    """How much of the log-probability after a neutral instruction is taken off: 0 none, 1 all of it."""
    attempts: int = 3
    """A call that failed so often, with no success since, or was made so often from the same facts, is used up."""
    least: float = 0.02
    """Once the best call is used up another answer must have this probability at least; else it is a refusal."""


@dataclass(frozen=True)
class Ranking:
    """All answers to one question, best first."""

    choices: tuple[Choice, ...]
    candidates: tuple[Candidate, ...]
    """The same with what speaks for them."""
    prompt_tokens: int
    scored_tokens: int

    def probability(self, choice: Choice) -> float:
        """What the language model gives to an answer; 0 where it was not among them."""
        values = {c: found.language for c, found in zip(self.choices, self.candidates, strict=True)}
        language = values.get(choice)
        return 0.0 if language is None else math.exp(language)


class SayCan:
    """Chooses one step at a time by language x feasibility."""

    name = "saycan"

    def __init__(
        self, language: LanguageModel, feasibility: FeasibilityModel, options: SayCanOptions | None = None
    ) -> None:
        """Takes the two models.

        Args:
            language: says how fitting a call is.
            feasibility: says how likely it is to succeed.
            options: how to weigh; the defaults if not given.
        """
        self._language = language
        self._feasibility = feasibility
        self._options = options or SayCanOptions()
        self._talk = talk_with(language)
        self._patience = Patience(self._options.attempts)
        self._completion = Completion(language, self._talk)

    def reset(self, instruction: str) -> None:
        """Begins another episode; the language model's cache of prompts is kept."""
        self._talk.reset()
        self._patience.reset()
        self._completion.reset()

    def decide(self, observation: Observation) -> Decision:
        """The best candidate: an `Act`, or what the best way to end stands for.

        `Refuse` also where the best candidate was tried too often and nothing else is likely, or a remote model gives
        no usable answer.

        Raises:
            ModelUnavailable: a remote model cannot be asked.
        """
        started = time.perf_counter()
        refusal = self._talk.hear(observation)
        if refusal is not None:
            return refusal
        facts = atoms(observation.state, observation.start)
        used_up = self._patience.used_up(observation, facts)
        try:
            ranking = self._rank(observation, facts, used_up)
        except ModelAnswerError as error:
            return Refuse(str(error), self._completion.charged(Rationale(seconds=time.perf_counter() - started)))
        rationale = Rationale(
            candidates=ranking.candidates,
            prompt_tokens=ranking.prompt_tokens,
            generated_tokens=ranking.scored_tokens,
            seconds=time.perf_counter() - started,
            note=f"{len(ranking.candidates)} candidates, language x feasibility{scoring_note(self._language)}",
        )
        rationale = self._completion.charged(rationale)
        best = ranking.choices[0]
        if isinstance(best, SkillCall) and best in used_up:
            left = (c for c in ranking.choices if c not in used_up)
            other = next((c for c in left if ranking.probability(c) >= self._options.least), None)
            if other is None:
                return Refuse(f"{best} {used_up[best]}", rationale)
            best = other
        return self._talk.end(best, rationale) if isinstance(best, End) else Act(best, rationale)

    def _rank(self, observation: Observation, facts: Facts, used_up: Container[Choice]) -> Ranking:
        """All answers to the next question of the talk."""
        calls = legal(observation.state, facts)
        choices: tuple[Choice, ...] = (*calls, *self._talk.ends())
        language, prompt_tokens, scored_tokens = usefulness(
            self._language, self._talk, choices, self._options.calibration
        )
        predictions = self._feasibility.predict(
            observation.state, [[c] for c in calls], [s for s in observation.history if not s.outcome.succeeded]
        )
        # Asking and refusing always succeed; saying that all is done, where it is, which is looked at if it decides.
        success = [*(steps[0].success for steps in predictions), *(1.0 for _ in self._talk.ends())]
        scores = np.exp(language) * success
        best = max((k for k, choice in enumerate(choices) if choice not in used_up), key=scores.__getitem__)
        if choices[best] is End.DONE:
            success[best] = self._completion.probability(observation, facts)
            scores[best] *= success[best]
        candidates = [
            Candidate(listed_as(choice), float(fit), float(works), float(score))
            for choice, fit, works, score in zip(choices, language, success, scores, strict=True)
        ]
        order = sorted(range(len(choices)), key=lambda k: -candidates[k].score)
        return Ranking(
            tuple(choices[k] for k in order), tuple(candidates[k] for k in order), prompt_tokens, scored_tokens
        )


def usefulness(
    language: LanguageModel, talk: Talk, choices: Sequence[Choice], calibration: float = 0.0
) -> tuple[np.ndarray, int, int]:
    """How fitting a language model finds each answer among some.

    Args:
        language: the model.
        talk: has heard the observation.
        choices: what may be answered.
        calibration: see `SayCanOptions`.

    Returns:
        Log-probabilities, shape (answers,), whose exponentials sum to 1; prompt tokens read; tokens scored.
    """
    texts = [talk.text(c) for c in choices]
    said = language.score(talk.prompt(), texts)
    values = np.array(said.log_probabilities)
    prompt_tokens, scored_tokens = said.prompt_tokens, said.scored_tokens
    if calibration:
        anyhow = language.score(talk.neutral_prompt(), texts)
        values -= calibration * np.array(anyhow.log_probabilities)
        prompt_tokens += anyhow.prompt_tokens
        scored_tokens += anyhow.scored_tokens
    return values - np.logaddexp.reduce(values), prompt_tokens, scored_tokens
