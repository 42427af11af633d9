"""From a model's words back to a call: only what the scene's grammar holds can be meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from planner.language.prompt import DONE, DONE_CALL, sentence
from planner.language.protocol import ModelAnswerError
from skills.spec import SkillCall


class UnparsableAnswer(ModelAnswerError):
    """A language model wrote something that is no call of this scene; the message is one line."""


def parse_answer(text: str, calls: Sequence[SkillCall]) -> SkillCall | None:
    """Reads what a model wrote as the next step.

    Args:
        text: its answer; the first line counts. Numbering, case and a full stop are forgiven, words are not.
        calls: those that may be meant. Both forms are read: `pick up the red block` and `pick(red block)`.

    Returns:
        The call; None for `done`.

    Raises:
        UnparsableAnswer: the answer is empty, or no such call is there; the message gives the nearest one.
    """
    line = text.strip().splitlines()[0] if text.strip() else ""
    said = _plain(line)
    if not said:
        raise UnparsableAnswer("the model's answer is empty; expected one call or 'done'")
    if said in (DONE, DONE_CALL):
        return None
    known = {_plain(form): call for call in calls for form in (sentence(call), str(call))}
    if said in known:
        return known[said]
    near = difflib.get_close_matches(said, known, n=1, cutoff=0.0)
    hint = f"; the nearest is {str(known[near[0]])!r}" if near else ""
    raise UnparsableAnswer(f"the model's answer {_short(line)!r} is no call that can be made in this scene{hint}")


def match_answer(text: str, answers: Sequence[str]) -> str:
    """Which of the answers a model gave that nothing held to them.

    Args:
        text: what it wrote. Its first line counts, read as by `parse_answer`; else the one answer that stands somewhere
            in the text, word for word.
        answers: those that may be meant.

    Raises:
        UnparsableAnswer: none of them, or several; the message gives the nearest one.
    """
    line = text.strip().splitlines()[0] if text.strip() else ""
    said, known = _plain(line), {_plain(a): a for a in answers}
    if not said:
        raise UnparsableAnswer("the model's answer is empty; expected one of those that it was given")
    if said in known:
        return known[said]
    whole = " ".join(text.lower().split())
    found = [a for a in known if re.search(rf"(?<!\w){re.escape(a)}(?!\w)", whole)]
    # `... the red block` is found wherever `... the red block 2` is: only the longest counts.
    longest = [a for a in found if not any(a != b and a in b for b in found)]
    if len(longest) == 1:
        return known[longest[0]]
    near = difflib.get_close_matches(said, known, n=1, cutoff=0.0)
    hint = f"; the nearest is {known[near[0]].strip()!r}" if near else ""
    raise UnparsableAnswer(f"the model's answer {_short(line)!r} is none of those that it was given{hint}")


def _plain(line: str) -> str:
    without_number = re.sub(r"^\s*(?:step\s*)?\d+\s*[.:)]\s*|^\s*[-*]\s+", "", line.strip().lower())
    return re.sub(r"\s+", " ", without_number).strip(" .!\"'`")


def _short(line: str, width: int = 60) -> str:
    return line if len(line) <= width else line[: width - 3] + "..."
