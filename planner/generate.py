"""`generate`: the whole plan at once, carried out without looking.

The language model writes step after step, each held to what could be called if all steps before it had done what their
specs promise (as grounded in arXiv 2201.07207, where a plan is written before anything is done). What happens then
changes nothing: the measure of what looking is worth.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from planner.completion import Completion
from planner.language.choosing import choose
from planner.language.dialogue import End
from planner.language.grammar import UnparsableAnswer
from planner.language.protocol import LanguageModel, ModelAnswerError
from planner.language.talk import Choice, Talk, Thought, continues, listed_as, talk_with
from skills.predicates import atoms
from skills.protocol import Act, Candidate, Decision, Finish, Observation, Rationale, Refuse
from skills.spec import SkillCall
from skills.symbolic import Facts, apply, legal, typing_of


@dataclass(frozen=True)
class GenerateOptions:
    """How `Generate` plans."""

    longest: int = 24
    """Most calls of a plan; what is longer is carried out so far."""


class Generate:
    """Writes a plan once and follows it to its end; what a person says makes it write another."""

    name = "generate"

    def __init__(self, language: LanguageModel, options: GenerateOptions | None = None) -> None:
        """Takes the model.

        Args:
            language: writes the plan.
            options: how to plan; the defaults if not given.
        """
        self._language = language
        self._options = options or GenerateOptions()
        self._talk = talk_with(language)
        self._completion = Completion(language, self._talk)
        self._seen: Observation | None = None
        self._plan: list[Choice] = []

    def reset(self, instruction: str) -> None:
        """Begins another episode."""
        self._talk.reset()
        self._completion.reset()
        self._seen = None

    def decide(self, observation: Observation) -> Decision:
        """The next call of the plan, and once there is none the way to end that it closes with.

        `Refuse` also where what the model writes first is no call of the scene.
        """
        started = time.perf_counter()
        before, self._seen = self._seen, observation
        if before is not None and observation.messages == before.messages and continues(observation, before):
            # As many as were made since; a decision that is asked for twice is given twice.
            del self._plan[: len(observation.history) - len(before.history)]
            return self._next(Rationale(seconds=time.perf_counter() - started, note="as written"))
        refusal = self._talk.hear(observation)
        if refusal is not None:
            return refusal
        try:
            written = write_plan(self._language, self._talk, observation, self._options.longest, self._completion)
        except ModelAnswerError as error:
            self._plan = []
            return Refuse(str(error), self._completion.charged(Rationale(seconds=time.perf_counter() - started)))
        self._plan = list(written.choices)
        rationale = self._completion.charged(written.rationale)
        return self._next(replace(rationale, seconds=time.perf_counter() - started))

    def _next(self, rationale: Rationale) -> Decision:
        if not self._plan:
            return Finish("the plan has come to its end", rationale)
        first, *rest = self._plan
        if isinstance(first, End):
            return self._talk.end(first, rationale)
        return Act(first, rationale, tuple(c for c in rest if isinstance(c, SkillCall)))


@dataclass(frozen=True)
class Written:
    """A plan that was written."""

    choices: tuple[Choice, ...]
    """Calls, and the way to end that closes them if there is one."""
    rationale: Rationale
    """The answers in the order of the plan, with what it cost."""


def write_plan(
    language: LanguageModel, talk: Talk, observation: Observation, longest: int, completion: Completion
) -> Written:
    """Lets a language model write all steps from an observation on, greedily.

    Args:
        language: writes.
        talk: has heard the observation.
        observation: the plan begins in its state.
        longest: most calls.
        completion: says how likely it is that all is done.

    Raises:
        UnparsableAnswer: the first that the model wrote is neither a call that can be made nor an end; where it is a
            later one the plan ends before it.
    """
    facts, objects = atoms(observation.state, observation.start), typing_of(observation.state)
    choices: list[Choice] = []
    candidates: list[Candidate] = []
    thoughts: list[Thought] = []
    tried: set[tuple[Facts, SkillCall]] = set()
    prompt_tokens = generated_tokens = 0
    unreadable = ""

    def done() -> float:
        return completion.probability(observation, facts, imagined=bool(thoughts))

    while len(thoughts) < longest:
        # A call from facts from which it was made before has led back to them.
        calls = [c for c in legal(observation.state, facts) if (facts, c) not in tried]
        texts = [talk.text(c) for c in (*calls, *talk.ends())]
        said = choose(language, talk.prompt(thoughts), texts, talk.text(End.DONE), done)
        prompt_tokens, generated_tokens = prompt_tokens + said.prompt_tokens, generated_tokens + said.generated_tokens
        try:
            choice = talk.read(said.text, calls)
        except UnparsableAnswer as error:
            if not choices:
                raise
            unreadable = f"; then {error}"
            break
        choices.append(choice)
        candidates.append(Candidate(listed_as(choice), said.log_probability))
        if isinstance(choice, End):
            break
        tried.add((facts, choice))
        thoughts.append((choice, None))
        facts = apply(choice, facts, objects)
    note = f"wrote {len(thoughts)} calls: {'; '.join(map(listed_as, choices))}{unreadable}"
    return Written(tuple(choices), Rationale(tuple(candidates), prompt_tokens, generated_tokens, note=note))
