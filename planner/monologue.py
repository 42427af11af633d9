"""Inner Monologue: the language model is told what it sees and what came of its steps (arXiv 2207.05608).

Unlike `saycan` no scores are multiplied. The model writes the next step itself, held to the calls that can be made
here, after a prompt that tells the scene, and of each step so far whether it succeeded or why not. The feasibility
model speaks in the same voice: a step it is sure will fail is answered with `no, ...` before it is tried, and the
language model thinks again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from planner.feasibility.protocol import FeasibilityModel
from planner.language.grammar import parse_answer
from planner.language.memory import failures
from planner.language.prompt import DONE_CALL, continuation, feedback_prompt
from planner.language.protocol import LanguageModel, ModelAnswerError
from planner.language.reference import read_instruction
from planner.language.scene_text import describe_scene
from skills.protocol import Act, Candidate, Decision, Finish, Observation, Rationale, Refuse
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
    """A call that failed so often, with no success since, is not tried again: the instruction is refused."""


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

    def reset(self, instruction: str) -> None:
        """Nothing is kept from one episode to the next but the language model's cache of prompts."""

    def decide(self, observation: Observation) -> Decision:
        """The step that the model writes: an `Act`, or `Finish` where it writes `done`.

        `Refuse` where the instruction names something that is not there, the answer is no call of this scene, no call
        is left that might work, or the call has failed too often.

        Raises:
            ModelUnavailable: a remote model cannot be asked.
        """
        started = time.perf_counter()
        instruction = read_instruction(observation)
        if isinstance(instruction, Refuse):
            return instruction
        thought = _Thought(self._language, self._feasibility, self._options, observation, instruction)
        try:
            call = thought.settle()
        except ModelAnswerError as error:
            return Refuse(str(error), thought.rationale(started))
        rationale = thought.rationale(started)
        if call is None:
            return Finish("the language model holds the instruction to be carried out", rationale)
        if thought.objections.get(call) is not None:
            return Refuse(
                f"no step was found that is likely to work; the last: {call}, {thought.objections[call]}", rationale
            )
        failed = failures(observation.history)[call]
        if failed >= self._options.attempts:
            why = next(s.outcome.message for s in reversed(observation.history) if s.call == call)
            return Refuse(f"{call} failed {failed} times: {why}", rationale)
        return Act(call, rationale)


class _Thought:
    """One decision's back and forth between the two models."""

    def __init__(
        self,
        language: LanguageModel,
        feasibility: FeasibilityModel,
        options: MonologueOptions,
        observation: Observation,
        instruction: str,
    ) -> None:
        self._language = language
        self._feasibility = feasibility
        self._options = options
        self._observation = observation
        self._instruction = instruction
        self.objections: dict[SkillCall, str] = {}
        self._candidates: list[Candidate] = []
        self._prompt_tokens = 0
        self._generated_tokens = 0

    def settle(self) -> SkillCall | None:
        """The call on which both agree, or the last one thought of; None for `done`."""
        call = None
        for _ in range(self._options.thoughts):
            call = self._write()
            if call is None:
                break
            objection = self._object(call)
            if objection is None:
                break
            self.objections[call] = objection
        return call

    def rationale(self, started: float) -> Rationale:
        """What was thought of, the last first."""
        return Rationale(
            candidates=tuple(reversed(self._candidates)),
            prompt_tokens=self._prompt_tokens,
            generated_tokens=self._generated_tokens,
            seconds=time.perf_counter() - started,
            note="; ".join(f"{c}: {why}" for c, why in self.objections.items()),
        )

    def _write(self) -> SkillCall | None:
        seen = self._observation
        calls = [c for c in legal(seen.state) if c not in self.objections]
        refused = list(self.objections.items())
        scene = describe_scene(seen.start)
        prompt = feedback_prompt(self._instruction, scene, seen.history, refused, seen.state.family)
        answer = self._language.generate(prompt, allowed=[continuation(c) for c in (*calls, None)])
        self._prompt_tokens += answer.prompt_tokens
        self._generated_tokens += answer.generated_tokens
        call = parse_answer(answer.text, calls)
        self._candidates.append(Candidate(DONE_CALL if call is None else str(call), answer.log_probability))
        return call

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
