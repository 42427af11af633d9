"""SayCan: what would be useful, times what will work (arXiv 2204.01691).

At each step every call whose preconditions hold, and `done`, is scored by the language model and by the feasibility
model; the highest product is done. The language model's score can be calibrated: what it expects after an instruction
that says nothing is divided out in part, since a small model prefers some sentences whatever it is told
(domain-conditional PMI, arXiv 2104.08315; contextual calibration, arXiv 2102.09690). With fixed examples in the prompt
that helped much; with examples like the instruction it no longer does, and costs a second pass: it is off by default.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from planner.feasibility.protocol import FeasibilityModel
from planner.language.memory import failures, standing
from planner.language.prompt import DONE_CALL, continuation, neutral_prompt, task_prompt
from planner.language.protocol import LanguageModel, ModelAnswerError, scoring_note
from planner.language.reference import read_instruction
from skills.protocol import Act, Candidate, Decision, Finish, Observation, Rationale, Refuse
from skills.spec import SkillCall
from skills.symbolic import legal


@dataclass(frozen=True)
class SayCanOptions:
    """How `SayCan` weighs."""

    calibration: float = 0.0
    """How much of the log-probability after a neutral instruction is taken off: 0 none, 1 all of it."""
    attempts: int = 3
    """A call that failed so often, with no success since, is not tried again: the instruction is refused."""


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

    def reset(self, instruction: str) -> None:
        """Nothing is kept from one episode to the next but the language model's cache of prompts."""

    def decide(self, observation: Observation) -> Decision:
        """The best candidate: an `Act`, or `Finish` where `done` is best.

        `Refuse` where the instruction names something that is not there, the best candidate has failed too often, or a
        remote model gives no usable answer.

        Raises:
            ModelUnavailable: a remote model cannot be asked.
        """
        started = time.perf_counter()
        instruction = read_instruction(observation)
        if isinstance(instruction, Refuse):
            return instruction
        calls = legal(observation.state)
        try:
            ranked, prompt_tokens, scored_tokens = self._rank(instruction, observation, calls)
        except ModelAnswerError as error:
            return Refuse(str(error), Rationale(seconds=time.perf_counter() - started))
        rationale = Rationale(
            candidates=tuple(c for _, c in ranked),
            prompt_tokens=prompt_tokens,
            generated_tokens=scored_tokens,
            seconds=time.perf_counter() - started,
            note=f"{len(ranked)} candidates, language x feasibility{scoring_note(self._language)}",
        )
        call = ranked[0][0]
        if call is None:
            return Finish("the language model holds the instruction to be carried out", rationale)
        failed = failures(observation.history)[call]
        if failed >= self._options.attempts:
            why = next(s.outcome.message for s in reversed(observation.history) if s.call == call)
            return Refuse(f"{call} failed {failed} times: {why}", rationale)
        return Act(call, rationale)

    def _rank(
        self, instruction: str, observation: Observation, calls: tuple[SkillCall, ...]
    ) -> tuple[list[tuple[SkillCall | None, Candidate]], int, int]:
        """All candidates, best first (None is `done`), with prompt tokens read and tokens scored."""
        language, prompt_tokens, scored_tokens = self._usefulness(instruction, observation, calls)
        predictions = self._feasibility.predict(
            observation.state, [[c] for c in calls], [s for s in observation.history if not s.outcome.succeeded]
        )
        # Saying that all is done always succeeds.
        success = [*(steps[0].success for steps in predictions), 1.0]
        texts = [*map(str, calls), DONE_CALL]
        ranked = [
            (call, Candidate(text, float(fit), float(works), float(np.exp(fit) * works)))
            for call, text, fit, works in zip([*calls, None], texts, language, success, strict=True)
        ]
        ranked.sort(key=lambda pair: -pair[1].score)
        return ranked, prompt_tokens, scored_tokens

    def _usefulness(
        self, instruction: str, observation: Observation, calls: tuple[SkillCall, ...]
    ) -> tuple[np.ndarray, int, int]:
        """Calibrated log-probabilities of the calls and, last, of `done`, shape (calls + 1,); and tokens."""
        before = standing(observation.history, observation.state, observation.start)
        texts = [continuation(c) for c in (*calls, None)]
        family = observation.state.family
        said = self._language.score(task_prompt(instruction, before, family), texts)
        values = np.array(said.log_probabilities)
        prompt_tokens, scored_tokens = said.prompt_tokens, said.scored_tokens
        if self._options.calibration:
            anyhow = self._language.score(neutral_prompt(instruction, before, family), texts)
            values -= self._options.calibration * np.array(anyhow.log_probabilities)
            prompt_tokens += anyhow.prompt_tokens
            scored_tokens += anyhow.scored_tokens
        return values - np.logaddexp.reduce(values), prompt_tokens, scored_tokens
