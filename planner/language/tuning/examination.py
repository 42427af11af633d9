"""What a model makes of the corpus's samples: asked for what an answer does, not for how it is spelt.

Answers are decoded greedily among the calls that are legal and the ends. A step is right if some shortest plan begins
with it; a plan, if the model's own steps, applied one after another to the facts, end where the goal holds and it says
that it is done; a goal, if it is equivalent to the right one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.language.dialogue import End, answer
from planner.language.goal_grammar import goal_grammar
from planner.language.protocol import GrammarModel, LanguageModel
from planner.language.tuning.equivalence import equivalent
from planner.symbolic_search import find_plan, with_empty_hand
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.symbolic import Facts, apply, ground, legal, typing_of

if TYPE_CHECKING:
    from planner.language.corpus.sample import Sample

_REFUSALS = (answer(End.MISSING), answer(End.IMPOSSIBLE))
_FORMULA_TOKENS = 200


@dataclass(frozen=True)
class Mark:
    """One answer of a model."""

    measure: str
    """`step`, `plan`, `goal`, `refused`, `refused: missing`, `false refusal` and so on."""
    right: bool
    """Of `false refusal` and `false question`: whether it did not happen."""
    prompt: str
    """What was asked."""
    expected: str
    said: str


class Examination:
    """Asks one model; answers to a prompt that was asked before are remembered."""

    def __init__(self, model: LanguageModel, rng: np.random.Generator) -> None:
        """Takes the model.

        Args:
            model: one that speaks the dialogue.
            rng: for the situations that goals are compared in.
        """
        self._model = model
        self._rng = rng
        self._answers: dict[tuple[str, frozenset[str]], str] = {}

    def marks(self, sample: Sample) -> Iterator[Mark]:
        """All that a sample is good for."""
        yield from self._first(sample)
        yield from self._steps(sample)
        if sample.goal is not None and self._reaches(sample):
            yield self._plan(sample)
        yield self._goal(sample)
        for prompt, expected in sample.earlier_goals:
            said = self._formula(prompt, sample)
            yield Mark("goal: refused or asked", said == expected.strip(), prompt, expected.strip(), said)

    def _first(self, sample: Sample) -> Iterator[Mark]:
        """Refusing and asking, at the first step."""
        given, expected = sample.prompt_and_answers[0]
        prompt = sample.head + given
        said = self._choose(prompt, sample, atoms(sample.start, sample.start))
        question = answer(End.ASK)
        if expected in _REFUSALS:
            yield Mark("refused", said in _REFUSALS, prompt, expected, said)
            yield Mark(f"refused: {sample.verdict}", said in _REFUSALS, prompt, expected, said)
            yield Mark("reason of refusal", said == expected, prompt, expected, said)
        elif expected == question:
            yield Mark("asked", said == question, prompt, expected, said)
        else:
            yield Mark("no false refusal", said not in _REFUSALS, prompt, expected, said)
            yield Mark("no false question", said != question, prompt, expected, said)

    def _steps(self, sample: Sample) -> Iterator[Mark]:
        """Each step of the teacher's episode, given all before it."""
        text = sample.head
        facts: Facts | None = atoms(sample.start, sample.start)
        calls = {answer(call): call for call in ground(typing_of(sample.start))}
        for k, (given, expected) in enumerate(sample.prompt_and_answers):
            before = sample.prompt_and_answers[k - 1][1] if k else None
            facts = _after(given, calls.get(before or ""), facts, sample)
            prompt = text + given
            said = self._choose(prompt, sample, facts)
            right = said == expected or self._as_good(said, calls, facts, sample)
            yield Mark("step", right, prompt, expected, said)
            if sample.kind != "plain":
                yield Mark(f"step: {sample.kind}", right, prompt, expected, said)
            text = prompt + expected

    def _plan(self, sample: Sample) -> Mark:
        """The model's own steps from the start."""
        objects, facts, text = typing_of(sample.start), atoms(sample.start, sample.start), sample.head
        goal = with_empty_hand(parse_goal(sample.goal or "", objects))
        said = ""
        for _ in range(2 * len(sample.prompt_and_answers) + 4):
            text += "Step:"
            said = self._choose(text, sample, facts)
            text += said
            call = {answer(c): c for c in legal(sample.start, facts)}.get(said)
            if call is None:
                break
            facts = apply(call, facts, objects)
        right = said == answer(End.DONE) and goal.holds(facts)
        return Mark(
            "plan", right, sample.head, "".join(a for _, a in sample.prompt_and_answers), text[len(sample.head) :]
        )

    def _goal(self, sample: Sample) -> Mark:
        said = self._formula(sample.goal_prompt, sample)
        expected = sample.goal_answer.strip()
        right = said == expected
        if not right and sample.goal is not None:
            right = equivalent(said, sample.goal, sample.start, _teacher(sample), self._rng)
        measure = "goal" if sample.goal is not None else "goal: refused or asked"
        return Mark(measure, right, sample.goal_prompt, expected, said)

    def _formula(self, prompt: str, sample: Sample) -> str:
        """What the model writes as the goal, held to the grammar of the scene where it can be."""
        if isinstance(self._model, GrammarModel):
            found = self._model.generate_formula(prompt, goal_grammar(sample.start), max_tokens=_FORMULA_TOKENS)
            return found[0].text.strip() if found else ""
        return self._model.generate(prompt, max_tokens=_FORMULA_TOKENS).text.strip()

    def _choose(self, prompt: str, sample: Sample, facts: Facts | None) -> str:
        """The model's answer among what is legal and the ends; where the facts are not known, among all calls."""
        calls = ground(typing_of(sample.start)) if facts is None else legal(sample.start, facts)
        # Two calls may be described alike.
        allowed = list(dict.fromkeys([*map(answer, calls), *map(answer, End)]))
        key = (prompt, frozenset(allowed))
        if key not in self._answers:
            self._answers[key] = self._model.generate(prompt, allowed=allowed).text
        return self._answers[key]

    def _reaches(self, sample: Sample) -> bool:
        """Whether the teacher's steps make the goal true without anything that happens in between."""
        if sample.kind != "plain":
            return False
        objects, facts = typing_of(sample.start), atoms(sample.start, sample.start)
        for call in _teacher(sample):
            facts = apply(call, facts, objects)
        return with_empty_hand(parse_goal(sample.goal or "", objects)).holds(facts)

    def _as_good(self, said: str, calls: dict[str, SkillCall], facts: Facts | None, sample: Sample) -> bool:
        """Whether some shortest plan begins with it."""
        call = calls.get(said)
        if call is None or facts is None or sample.goal is None or sample.kind in ("corrected", "asked"):
            return False
        objects = typing_of(sample.start)
        goal = parse_goal(sample.goal, objects)
        now = find_plan(goal, facts, objects, scene=sample.start).calls
        then = find_plan(goal, apply(call, facts, objects), objects, scene=sample.start).calls
        return now is not None and then is not None and len(then) == len(now) - 1


def _after(given: str, call: SkillCall | None, facts: Facts | None, sample: Sample) -> Facts | None:
    """The facts after a call and what is told of it; None once something is told that the facts cannot follow."""
    if facts is None or "Seen:" in given or "Person:" in given:
        return None
    if call is None or "Failed:" in given:
        return facts
    return apply(call, facts, typing_of(sample.start))


def _teacher(sample: Sample) -> list[SkillCall]:
    """The teacher's calls of an episode in which nothing goes wrong; all calls otherwise."""
    calls = {answer(call): call for call in ground(typing_of(sample.start))}
    return [calls[a] for _, a in sample.prompt_and_answers if a in calls]
