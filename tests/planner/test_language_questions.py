"""What people are asked and told."""

from __future__ import annotations

import pytest

from planner.language.question import not_here, which_one
from tests.scene_builder import scene

STATE = scene(
    {
        "red block": (0.4, -0.2),
        "blue block": (0.4, 0.0),
        "red bowl": (0.6, 0.2),
        "coke can": (0.5, 0.2),
        "pepsi can": (0.5, -0.2),
        "white plate": (0.6, 0.0),
    }
)


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("put the block in the bowl", "Which block do you mean: the red block or the blue block?"),
        ("Move the cube over there.", "Which block do you mean: the red block or the blue block?"),
        ("put the can on the plate", "Which can do you mean: the coke can or the pepsi can?"),
        ("lift a block", "Which block do you mean: the red block or the blue block?"),
    ],
)
def test_a_question_names_the_things_that_fit(said: str, question: str) -> None:
    assert which_one(said, STATE) == question


@pytest.mark.parametrize("said", ["put the blocks in the bowl", "tidy up", "put the red block in the red bowl"])
def test_where_no_word_fits_several_things_it_asks_for_other_words(said: str) -> None:
    assert which_one(said, STATE).startswith("I am not sure what you mean; can you say it in other words? I see the")


def test_no_question_is_asked_twice() -> None:
    first = which_one("put the can on the block", STATE)
    second = which_one("put the can on the block", STATE, [first])
    third = which_one("put the can on the block", STATE, [first, second])
    assert first.startswith("Which can") and second.startswith("Which block") and third.startswith("I am not sure")


def test_what_is_missing_is_named_where_it_can_be_found() -> None:
    assert not_here("put the purple block in the bowl", STATE) == "there is no purple block in the scene"
    assert not_here("put it away", STATE) == "something that it speaks of is not in the scene"
