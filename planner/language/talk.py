"""How a strategy talks with a language model: what it is given to read, and how its answers are meant.

A model that was trained on `dialogue` reads that, and may answer with a call or with an end of the episode: that it is
done, that it must ask, that it refuses. Any other model reads a few solved instructions first (`prompt`), may say
`done`, and is kept from instructions that name what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from planner.language.dialogue import Dialogue, End, answer
from planner.language.goal_prompt import few_shot_goal_prompt
from planner.language.grammar import parse_answer
from planner.language.memory import standing
from planner.language.prompt import (
    DONE_CALL,
    NEUTRAL_INSTRUCTION,
    continuation,
    feedback_prompt,
    neutral_prompt,
    task_prompt,
)
from planner.language.protocol import LanguageModel
from planner.language.question import not_here, which_one
from planner.language.reference import all_said, plainly_absent, plainly_there, read_instruction
from planner.language.scene_text import describe_scene
from skills.protocol import Ask, Finish, Observation, Rationale, Refuse
from skills.spec import SkillCall

Choice = SkillCall | End
"""What may be answered: a call, or an end."""
Thought = tuple[SkillCall, str | None]
"""A call that was only thought of, and why it would fail; None where it is taken to succeed."""
QUESTIONS = 2
"""So many questions are asked in an episode at most."""


class Talk(Protocol):
    """One episode's talk with a language model. `hear` comes first, before each decision."""

    def reset(self) -> None:
        """Forgets the episode."""
        ...

    def hear(self, observation: Observation) -> Refuse | None:
        """Takes in what has happened; a refusal where it need not be thought about."""
        ...

    def prompt(self, thoughts: Sequence[Thought] = ()) -> str:
        """What the next step, after what has happened and what was thought of since, is asked with."""
        ...

    def neutral_prompt(self) -> str:
        """The same with an instruction that says nothing."""
        ...

    def goal_prompt(self) -> str:
        """What the meaning of the instruction, as a formula, is asked with."""
        ...

    def task(self) -> str | None:
        """The instruction as the model is told it; None where that is as it was said."""
        ...

    def ends(self) -> tuple[End, ...]:
        """The ends that may be answered now; `hear` comes first."""
        ...

    def text(self, choice: Choice) -> str:
        """How an answer is written after the prompt, with the line break that ends it."""
        ...

    def read(self, text: str, calls: Sequence[SkillCall]) -> Choice:
        """What an answer means.

        Raises:
            UnparsableAnswer: it is neither one of the calls nor an end.
        """
        ...

    def end(self, end: End, rationale: Rationale) -> Ask | Finish | Refuse:
        """The decision that an end stands for, in words for a person."""
        ...


def speaks_dialogue(language: LanguageModel) -> bool:
    """Whether a model was trained on `dialogue`."""
    return bool(getattr(language, "speaks_dialogue", False))


def talk_with(language: LanguageModel, *, told: bool = False) -> Talk:
    """The talk that suits a model.

    Args:
        language: the model.
        told: whether a model that has to be shown examples is told the scene and what came of each step; one that was
            trained always is.
    """
    return Spoken() if speaks_dialogue(language) else FewShot(told)


class Spoken:
    """With a model that was trained on `dialogue`."""

    def __init__(self) -> None:
        self._dialogue: Dialogue | None = None
        self._seen: Observation | None = None
        self._asked: list[str] = []

    def reset(self) -> None:
        """Forgets the episode."""
        self.__init__()

    def hear(self, observation: Observation) -> Refuse | None:
        """Goes on with the text of this episode; begins another where this is not its continuation.

        Refuses what plainly names a thing that is not there: of that a list of words is surer than a small model.
        """
        if not all_said(observation).strip():
            return Refuse("the instruction is empty")
        if self._dialogue is None or self._seen is None or not continues(observation, self._seen):
            said = next(t for t in (observation.instruction, *observation.messages) if t.strip())
            self._dialogue = Dialogue(said, observation.start)
            self._asked = []
        self._dialogue.update(observation)
        self._seen = observation
        absent = plainly_absent(all_said(observation), observation.start)
        return None if absent is None else Refuse(f"there is no {absent} in the scene")

    def prompt(self, thoughts: Sequence[Thought] = ()) -> str:
        """The dialogue up to `Step:`."""
        dialogue, _ = self._heard()
        return dialogue.step_prompt() + "".join(
            f"{answer(call)}{'' if why is None else f'Failed: {why}' + chr(10)}Step:" for call, why in thoughts
        )

    def neutral_prompt(self) -> str:
        """The same with an instruction that says nothing."""
        _, seen = self._heard()
        dialogue = Dialogue(NEUTRAL_INSTRUCTION, seen.start)
        dialogue.update(seen)
        return dialogue.step_prompt()

    def goal_prompt(self) -> str:
        """The dialogue up to `Goal:`."""
        return self._heard()[0].goal_prompt()

    def task(self) -> str | None:
        """With slips set right, in the words of the scene, things told by name."""
        dialogue, seen = self._heard()
        return None if dialogue.task == " ".join(seen.instruction.split()) else dialogue.task

    def ends(self) -> tuple[End, ...]:
        """All four, but no question too many, and nothing that is plainly there is missing."""
        _, seen = self._heard()
        there = plainly_there(all_said(seen), seen.state)
        kept_from = {End.ASK: len(self._asked) >= QUESTIONS, End.MISSING: there}
        return tuple(e for e in End if not kept_from.get(e, False))

    def text(self, choice: Choice) -> str:
        """As `dialogue.answer` writes it."""
        return answer(choice)

    def read(self, text: str, calls: Sequence[SkillCall]) -> Choice:
        """A call or one of the ends."""
        end = read_end(text)
        return end if end is not None else parse_answer(text, calls) or End.DONE

    def end(self, end: End, rationale: Rationale) -> Ask | Finish | Refuse:
        """The decision; a question is kept, so that it is not asked again."""
        _, seen = self._heard()
        if end is End.DONE:
            return Finish("the language model holds the instruction to be carried out", rationale)
        if end is End.MISSING:
            return Refuse(not_here(all_said(seen), seen.state), rationale)
        if end is End.IMPOSSIBLE:
            return Refuse("the language model holds that no skill can bring it about", rationale)
        if len(self._asked) >= QUESTIONS:
            return Refuse("it is still not clear what is meant", rationale)
        self._asked.append(which_one(all_said(seen), seen.state, self._asked))
        return Ask(self._asked[-1], rationale)

    def _heard(self) -> tuple[Dialogue, Observation]:
        if self._dialogue is None or self._seen is None:
            raise ValueError("nothing was heard yet; call `hear` with an observation first")
        return self._dialogue, self._seen


class FewShot:
    """With a model that has to be shown what is wanted."""

    def __init__(self, told: bool) -> None:
        """See `talk_with`."""
        self._told = told
        self._seen: Observation | None = None
        self._instruction = ""

    def reset(self) -> None:
        """Nothing is kept from one observation to the next."""

    def hear(self, observation: Observation) -> Refuse | None:
        """Refuses where the instruction is empty, or names what is not there."""
        instruction = read_instruction(observation)
        if isinstance(instruction, Refuse):
            return instruction
        self._instruction, self._seen = instruction, observation
        return None

    def prompt(self, thoughts: Sequence[Thought] = ()) -> str:
        """Solved instructions, then this one with its steps."""
        seen = self._heard()
        family = seen.state.family
        if self._told:
            told = [(call, why) for call, why in thoughts if why is not None]
            return feedback_prompt(self._instruction, describe_scene(seen.start), seen.history, told, family)
        calls = (*self._standing(), *(call for call, _ in thoughts))
        return task_prompt(self._instruction, calls, family)

    def neutral_prompt(self) -> str:
        """The same with an instruction that says nothing."""
        return neutral_prompt(self._instruction, self._standing(), self._heard().state.family)

    def goal_prompt(self) -> str:
        """Solved instructions with their goals, then this one."""
        return few_shot_goal_prompt(self._instruction, self._heard().start)

    def task(self) -> str | None:
        """As it was said."""
        return None

    def ends(self) -> tuple[End, ...]:
        """The only one that the examples show."""
        return (End.DONE,)

    def text(self, choice: Choice) -> str:
        """As `prompt.continuation` writes it."""
        return continuation(None if isinstance(choice, End) else choice)

    def read(self, text: str, calls: Sequence[SkillCall]) -> Choice:
        """A call or `done`."""
        return parse_answer(text, calls) or End.DONE

    def end(self, end: End, rationale: Rationale) -> Ask | Finish | Refuse:
        """That it is done."""
        return Finish("the language model holds the instruction to be carried out", rationale)

    def _heard(self) -> Observation:
        if self._seen is None:
            raise ValueError("nothing was heard yet; call `hear` with an observation first")
        return self._seen

    def _standing(self) -> tuple[SkillCall, ...]:
        seen = self._heard()
        return standing(seen.history, seen.state, seen.start)


def continues(now: Observation, before: Observation) -> bool:
    """Whether an observation is of the same episode as an earlier one, and not of an earlier moment."""
    return (
        now.instruction == before.instruction
        and now.history[: len(before.history)] == before.history
        and now.messages[: len(before.messages)] == before.messages
        and now.start == before.start
    )


def read_end(text: str) -> End | None:
    """The end that an answer is, case and a full stop forgiven; None where it is none."""
    line = text.strip().splitlines()[0].strip(" .!").lower() if text.strip() else ""
    return next((e for e in End if e == line), None)


def listed_as(choice: Choice) -> str:
    """How an answer is listed among candidates."""
    return DONE_CALL if choice is End.DONE else str(choice)
