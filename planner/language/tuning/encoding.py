"""From text that is given and text that is learnt to tokens, the very ones that the model will meet when it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Piece = tuple[str, bool]
"""A stretch of text, and whether it is an answer, to be learnt, or given."""


class Example(Protocol):
    """What is read of a sample of the corpus."""

    @property
    def head(self) -> str:
        """The scene and the task, line by line."""
        ...

    @property
    def prompt_and_answers(self) -> tuple[tuple[str, str], ...]:
        """The step side, after the head: text that is given and the answer to it, in turn."""
        ...

    @property
    def goal_prompt(self) -> str:
        """The whole text up to and with `Goal:`."""
        ...

    @property
    def goal_answer(self) -> str:
        """What follows `goal_prompt`."""
        ...

    @property
    def earlier_goals(self) -> tuple[tuple[str, str], ...]:
        """Prompts up to `Goal:` from before the person said more, and the answers to them."""
        ...


@dataclass(frozen=True)
class Line:
    """One text as tokens."""

    tokens: tuple[int, ...]
    """All of it."""
    answers: tuple[tuple[int, int], ...]
    """First token of each answer, and the one after its last."""
    kind: str
    """The question that it answers: `step` or `goal`."""


def lines_of(tokenizer: Any, example: Example) -> tuple[Line, ...]:
    """Both sides of a sample, the steps and the goal, then earlier goals; the beginning of all is the same."""
    steps: list[Piece] = [(example.head, False)]
    for given, answer in example.prompt_and_answers:
        steps += [(given, False), (answer, True)]
    goals = ((example.goal_prompt, example.goal_answer), *example.earlier_goals)
    sides = [encode(tokenizer, [(prompt, False), (answer, True)], "goal") for prompt, answer in goals]
    return encode(tokenizer, steps, "step"), *sides


def encode(tokenizer: Any, pieces: Sequence[Piece], kind: str) -> Line:
    """Tokens of a text in pieces.

    When the model is used, what was said so far is one prompt, and the answer to it comes in tokens of its own. So no
    token may reach over the seam between two pieces: the whole text must give the same tokens as its pieces.

    Args:
        tokenizer: a fast tokenizer of transformers.
        pieces: texts in order.
        kind: see `Line`.

    Raises:
        ValueError: a token does reach over a seam, or an answer is empty.
    """
    parts = tokenizer([text for text, _ in pieces], add_special_tokens=False)["input_ids"]
    text = "".join(text for text, _ in pieces)
    tokens = [token for part in parts for token in part]
    if tokens != list(tokenizer(text, add_special_tokens=False)["input_ids"]):
        raise ValueError(
            f"a token reaches over a seam in {text!r}; expected answers that begin with a space after ':' and end in a "
            "line break"
        )
    answers = []
    end = 0
    for (said, learnt), part in zip(pieces, parts, strict=True):
        start, end = end, end + len(part)
        if learnt and not part:
            raise ValueError(f"the answer {said!r} in {text!r} is empty; expected at least one token")
        if learnt:
            answers.append((start, end))
    return Line(tuple(tokens), tuple(answers), kind)
