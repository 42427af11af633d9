"""How often phrases of the corpus's instructions are replaced by names, and whether these are what was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.language.corpus.sample import Sample
from planner.language.plain_words import plain
from planner.language.referring import grounded
from planner.language.spelling import corrected


@dataclass(frozen=True)
class Naming:
    """One instruction in which something was replaced."""

    before: str
    after: str
    right: bool
    """Whether each name that was put in is in the goal or in the steps. What only a condition speaks of is in neither,
    and counts as wrong."""


def naming(sample: Sample) -> Naming | None:
    """What is replaced in an instruction that is to be carried out; None where nothing is, or it is to be refused."""
    if sample.goal is None:
        return None
    before = plain(corrected(sample.instruction, sample.start.names), sample.start)
    after = grounded(before, sample.start)
    if after == before:
        return None
    told = sample.goal_answer.replace("_", " ") + "".join(answer for _, answer in sample.prompt_and_answers)
    put_in = [n for n in sample.start.names if _count(n, after) > _count(n, before)]
    return Naming(before, after, all(_count(n, told) for n in put_in))


def _count(name: str, text: str) -> int:
    """How often a name is in a text; `red block` is not in `red block 2`."""
    return len(re.findall(rf"\b{re.escape(name)}\b(?! \d)", text, re.IGNORECASE))
