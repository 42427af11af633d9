"""What a suite asks must not stand in the prompts: neither word for word nor with other names."""

import re

import pytest

from envs.suites import find_suite, suite_names
from planner.language.examples import EXAMPLES
from sim.catalog import BASIC, COLORS

_THING = re.compile(rf"\b(?:{'|'.join(COLORS)}) (?:{'|'.join(BASIC)})s?\b|\{{\d\}}")


def wording(instruction: str) -> str:
    """An instruction without the names in it, its capitals and its marks."""
    return " ".join(re.findall(r"\w+", _THING.sub("THING", instruction.lower())))


@pytest.mark.parametrize("name", suite_names())
def test_no_instruction_of_a_suite_is_an_example(name: str) -> None:
    shown = {wording(e.instruction): e.instruction for e in EXAMPLES}
    for task in find_suite(name).tasks:
        for instruction in task.instructions:
            assert wording(instruction) not in shown, f"{task.id}: {instruction!r}"
