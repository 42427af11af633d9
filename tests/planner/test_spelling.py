"""Slips are set right, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.language.corpus import held_out, wishes
from planner.language.corpus.scenes import SCENES, draw_scene
from planner.language.dialogue import Dialogue
from planner.language.spelling import corrected
from skills.protocol import Observation

NAMES = ("red block", "blue bowl", "7up can", "jalapeno chips")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("put the red bkock in the blue bowl", "put the red block in the blue bowl"),
        ("Tkae it from the tbale, pelase", "Take it from the table, please"),
        ("PUT TEH BLOKC IN THE BWOL", "PUT THE BLOCK IN THE BOWL"),
        ("Robot, stak teh red blokcs", "Robot, stack the red blocks"),
        ("the birck on the lrger rnig", "the brick on the larger ring"),
        ("open the drawer's hnadle", "open the drawer's handle"),
    ],
)
def test_slips_are_set_right(typed: str, read: str) -> None:
    assert corrected(typed, NAMES) == read


@pytest.mark.parametrize(
    "said",
    [
        "bring me the 7up, the redbull and the multigrain chips",
        "put the jalapeno chips by the left-most gizmo, don't drop them",
        "the grey one in the centre, whatever its colour, organised by colour",
        "get the frob, the quokka and the widget for Jürgen",
        "turn the lightbulb on",
        "it doesn\u2019t matter which, and it isn\u2019t urgent",
        "fetch the legos, the usb stick, the jenga tower and Bjorn from Franka",
        "sort the plaice by widths, and the DNA by colours",
        "spell ABCDE",
        "write blok with the letters",
    ],
)
def test_what_may_be_meant_stays(said: str) -> None:
    assert corrected(said, (*NAMES, "lightbulb")) == said


@given(st.text(max_size=60))
def test_any_text_keeps_its_shape(text: str) -> None:
    found = corrected(text, NAMES)
    assert corrected(text, ()) == corrected(text, [])
    # Whatever is no letter stays where it is between the words.
    assert [c for c in found if not c.isalpha()] == [c for c in text if not c.isalpha()]


@pytest.mark.parametrize("family", SCENES)
def test_what_the_corpus_says_without_slips_is_right(family: str) -> None:
    rng = np.random.default_rng(5)
    for drawer in wishes()[family].values():
        scene = draw_scene(family, rng)
        wish = drawer(scene, rng)
        if wish is not None and not held_out(wish.template):
            assert corrected(wish.instruction, scene.names) == wish.instruction


def test_a_dialogue_reads_what_was_meant() -> None:
    scene = draw_scene("tabletop", np.random.default_rng(1))
    dialogue = Dialogue("stcak the blokcs", scene)
    assert "Task: stack the blocks\n" in dialogue.goal_prompt()
    dialogue.update(Observation("stcak the blokcs", scene, scene, messages=("no, the bwols",)))
    assert "Person: no, the bowls\n" in dialogue.goal_prompt()
    assert "Person: no, the bowls\n" in dialogue.step_prompt()
