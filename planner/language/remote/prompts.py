"""What a chat model is told: the task and the form of the answer by the system, the text to go on from by the user."""

from __future__ import annotations

from collections.abc import Sequence

from planner.language.remote.forms import Form

Messages = list[dict[str, str]]

_TASK = (
    "You plan for a robot arm. The user's text records solved tasks line by line, as examples, and after them one task "
    "that is under way. It breaks off where the next line is to be written. Say what comes there: the one next step "
    "that brings the last task forward, written as the examples write it, or its end once nothing is left to do. "
    "Steps that were done already are not repeated, and steps that failed may be tried again."
)
_HOW = {
    Form.SCHEMA: 'Answer with JSON, {"answer": "..."}, in which one of the listed lines stands word for word.',
    Form.JSON: 'Answer with JSON, {"answer": "..."}, in which one of the listed lines stands word for word.',
    Form.PLAIN: "Answer with one of the listed lines, word for word, and nothing else.",
}
_FREE = "Answer with that one line and nothing else."
_LABEL = "Answer with the one letter that stands before the right line, and nothing else."


def free(prompt: str) -> Messages:
    """Asks for whatever comes next."""
    return _messages(f"{_TASK} {_FREE}", prompt)


def listed(prompt: str, answers: Sequence[str], form: Form) -> Messages:
    """Asks for one of the answers.

    Args:
        prompt: the text to go on from. It comes first, so that a server's cache may know its beginning.
        answers: without spaces around them.
        form: how to answer.
    """
    lines = "\n".join(f"- {a}" for a in answers)
    return _messages(f"{_TASK} {_HOW[form]}", f"{prompt}\n\nWhat may come there:\n{lines}")


def labelled(prompt: str, answers: Sequence[str], labels: Sequence[str]) -> Messages:
    """Asks for the label of one of the answers."""
    lines = "\n".join(f"{label}. {a}" for label, a in zip(labels, answers, strict=True))
    return _messages(f"{_TASK} {_LABEL}", f"{prompt}\n\nWhat may come there:\n{lines}")


def _messages(system: str, user: str) -> Messages:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
