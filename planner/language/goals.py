"""What a person means by an instruction, as goal formulas: what the model writes, as far as it can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from planner.language.dialogue import End, goal_answer
from planner.language.goal_grammar import goal_grammar
from planner.language.protocol import GrammarModel, LanguageModel
from planner.language.talk import read_end
from sim.catalog import types_of
from sim.state import SceneState
from skills.goals import Formula, Leaf, Node, parse_goal
from skills.symbolic import typing_of
from skills.vocabulary import Atom

GOAL_TOKENS = 256
"""Most tokens of a formula that is written freely."""
BEAMS = 4
"""So many formulas are written where the model can be held to the grammar of the scene."""
_INSTEAD = (End.ASK, End.MISSING, End.IMPOSSIBLE)
"""What may stand in the place of a formula."""


@dataclass(frozen=True)
class Meaning:
    """One way to understand an instruction."""

    text: str
    """A PDDL formula that can be read in this scene, or the sentence of an end."""
    log_probability: float | None
    """Of the text after the prompt, nats, or by a second opinion; None where the model does not say."""
    end: End | None = None
    """What is to be answered at once; None for a formula."""

    @property
    def probability(self) -> float:
        """Between 0 and 1; 1 where the model does not say."""
        return 1.0 if self.log_probability is None else min(math.exp(self.log_probability), 1.0)


@dataclass(frozen=True)
class Reading:
    """All that a model's answers may mean."""

    meanings: tuple[Meaning, ...]
    """Likeliest first; none where nothing could be read."""
    unreadable: str
    """Why the likeliest answer of those that could not be read could not, in one line; else empty."""
    prompt_tokens: int = 0
    generated_tokens: int = 0


@runtime_checkable
class WritesGoals(Protocol):
    """A language model that writes several formulas, each of which holds to the grammar of the scene."""

    def writes_goals(self, prompt: str, state: SceneState) -> Sequence[tuple[str, float]]:
        """Formulas (or sentences of `End`) with their log-probabilities in nats, likeliest first.

        Args:
            prompt: ends in `Goal:`.
            state: the scene whose things, regions and predicates a formula may speak of.
        """
        ...


def read_goals(language: LanguageModel, prompt: str, state: SceneState, *, may_end: bool) -> Reading:
    """Asks a model for the goal of an instruction.

    Args:
        language: one that writes goals, or can be held to a grammar; or any, which then writes one freely, and is asked
            how likely the ends are beside it.
        prompt: ends in `Goal:`.
        state: the scene.
        may_end: whether the model knows that it may ask or refuse instead.
    """
    prompt_tokens = generated_tokens = 0
    if isinstance(language, WritesGoals):
        answers: list[tuple[str, float | None]] = list(language.writes_goals(prompt, state))
    elif isinstance(language, GrammarModel):
        found = language.generate_formula(prompt, goal_grammar(state), beams=BEAMS)
        answers = [(g.text.strip(), g.masked_log_probability) for g in found]
        prompt_tokens = found[0].prompt_tokens if found else 0
        generated_tokens = sum(g.generated_tokens for g in found)
    else:
        said = language.generate(prompt, max_tokens=GOAL_TOKENS)
        prompt_tokens, generated_tokens = said.prompt_tokens, said.generated_tokens
        answers = [(said.text.strip(), said.log_probability)]
        if may_end:
            texts = list(dict.fromkeys([*(t for t, _ in answers if t), *_INSTEAD]))
            scores = language.score(prompt, [goal_answer(t) for t in texts])
            answers = list(zip(texts, scores.log_probabilities, strict=True))
            generated_tokens += scores.scored_tokens
    return _read(answers, state, prompt_tokens, generated_tokens)


def _read(
    answers: Sequence[tuple[str, float | None]], state: SceneState, prompt_tokens: int, generated_tokens: int
) -> Reading:
    meanings: dict[object, Meaning] = {}
    unreadable = ""
    for text, value in sorted(answers, key=lambda pair: -(pair[1] or 0.0)):
        end = read_end(text)
        try:
            key = _formula(text, state) if end is None else end
        except ValueError as error:
            unreadable = unreadable or str(error)
            continue
        if key in meanings:
            meanings[key] = _sum(meanings[key], value)
        else:
            meanings[key] = Meaning(text, value, end)
    ordered = sorted(meanings.values(), key=lambda m: -m.probability)
    return Reading(tuple(ordered), unreadable, prompt_tokens, generated_tokens)


def goal_of(text: str, state: SceneState) -> Formula:
    """The formula as it is meant: to be on a bowl is to be in it, and to be in a plate is to be on it.

    People use the one word for the other, and so does a model that reads them.

    Raises:
        ValueError: it cannot be read in this scene.
    """
    return _meant(parse_goal(text, typing_of(state)), state)


def _meant(formula: Formula, state: SceneState) -> Formula:
    if isinstance(formula, Node):
        return Node(formula.kind, tuple(_meant(part, state) for part in formula.parts))
    predicate, arguments = formula.atom
    if predicate not in ("on", "in") or arguments[1] not in state:
        return formula
    types = types_of(state[arguments[1]].category)
    fitting = {p for p, kind in (("on", "surface"), ("in", "container")) if kind in types}
    return formula if predicate in fitting or not fitting else Leaf(Atom(fitting.pop(), arguments), formula.positive)


def _formula(text: str, state: SceneState) -> Formula:
    """The formula, which says something; what is said in another order is the same.

    Raises:
        ValueError: it cannot be read, or is true or false whatever the scene.
    """
    formula = goal_of(text, state)
    if next(formula.leaves(), None) is None:
        raise ValueError(f"the goal {text!r} asks for nothing in this scene")
    return _in_order(formula)


def _in_order(formula: Formula) -> Formula:
    if isinstance(formula, Leaf):
        return formula
    return Node(formula.kind, tuple(sorted(map(_in_order, formula.parts), key=str)))


def _sum(meaning: Meaning, value: float | None) -> Meaning:
    """The same formula said in another way: either would have been right."""
    if meaning.log_probability is None or value is None:
        return meaning
    larger, smaller = max(meaning.log_probability, value), min(meaning.log_probability, value)
    return Meaning(meaning.text, larger + math.log1p(math.exp(smaller - larger)), meaning.end)
