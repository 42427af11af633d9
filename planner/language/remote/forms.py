"""The forms in which a chat model may be held to a list of answers, the strictest first, and how each is read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from planner.language.grammar import match_answer
from planner.language.protocol import ModelAnswerError


class Form(IntEnum):
    """How an answer is asked for; a server that does not know one is asked in the next."""

    SCHEMA = 0
    """JSON whose schema lists the answers: the server lets nothing else be written."""
    JSON = 1
    """JSON of any shape; the prompt says which."""
    PLAIN = 2
    """The bare line."""


def response_format(form: Form, answers: Sequence[str]) -> dict[str, Any]:
    """The part of a request's body that asks for the form."""
    if form is Form.PLAIN:
        return {}
    if form is Form.JSON:
        return {"response_format": {"type": "json_object"}}
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string", "enum": list(answers)}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    return {
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
    }


def without_thoughts(content: str) -> str:
    """What a model wrote without what it thought before, where the server leaves that in."""
    return re.sub(r"^.*?</think>", "", content, flags=re.DOTALL).strip()


def read_answer(content: str, answers: Sequence[str]) -> str:
    """Which of the answers a model gave.

    JSON is read in every form, bare lines too: a server that ignores what it does not know answers as it likes.

    Raises:
        ModelAnswerError: none of them; one line.
    """
    text = without_thoughts(content)
    found = re.search(r"\{.*\}", text, flags=re.DOTALL)
    if found is not None:
        try:
            said = json.loads(found[0])
        except ValueError:
            said = None
        if isinstance(said, dict):
            value = said.get("answer", next(iter(said.values()), None))
            if not isinstance(value, str):
                raise ModelAnswerError(f"the model's answer {found[0][:60]!r} has no text under 'answer'")
            return match_answer(value, answers)
    return match_answer(text, answers)
