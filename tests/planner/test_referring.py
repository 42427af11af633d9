"""Phrases that pick things out by measuring are said by name; in doubt they stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.language.corpus import samples
from planner.language.corpus.named import naming
from planner.language.corpus.scenes import draw_scene
from planner.language.dialogue import Dialogue
from planner.language.phrases import AFTER
from planner.language.plain_words import plain
from planner.language.referring import grounded
from tests.scene_builder import scene

# From left to right, and from the robot away: red, green, blue; the bowls right and left; the ball in the red bowl.
SCENE = scene(
    {
        "red block": (0.35, 0.25),
        "green block": (0.50, 0.00),
        "blue block": (0.65, -0.25),
        "red bowl": (0.65, 0.25),
        "blue bowl": (0.40, -0.15),
        "yellow ball": "red bowl",
        "pink ring": (0.55, 0.15),
    }
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pick up the leftmost block", "pick up the red block"),
        ("Pick up the block farthest to the right.", "Pick up the blue block."),
        ("The second block from the left goes in the red bowl", "The green block goes in the red bowl"),
        ("put the block closest to the blue bowl on the ring", "put the green block on the pink ring"),
        ("put the bowl nearest to the ring away", "put the red bowl away"),
        ("pile block farthest from robot on ring", "pile block farthest from robot on ring"),
        ("put the block on the left in the red bowl", "put the red block in the red bowl"),
        ("put all the blocks on the left side in the blue bowl", "put the red block in the blue bowl"),
        ("put the blocks that are on the right side in the red bowl", "put the blue block in the red bowl"),
        (
            "take the blocks to the right of the ring to the middle",
            "take the green block and the blue block to the middle",
        ),
        ("hold the block behind the ring", "hold the blue block"),
        ("put the two leftmost blocks in the blue bowl", "put the red block and the green block in the blue bowl"),
        ("put what is in the red bowl in the blue bowl", "put the yellow ball in the blue bowl"),
        ("empty the red bowl onto the table", "put the yellow ball onto the table"),
        ("put the ring in the corner closest to the blue block", "put the pink ring in the top right corner"),
        ("stack the blocks of warm colours", "stack the red block"),
        ("hold the block that is not red or blue", "hold the green block"),
        ("hold the block with the colour of a tomato", "hold the red block"),
        ("grab the ball", "grab the yellow ball"),
        (
            "clear the blocks off the left side, putting them in the red bowl",
            "clear the red block, putting them in the red bowl",
        ),
        ("put the green block in the leftmost container", "put the green block in the red bowl"),
        ("pick up the block in the left bowl", "pick up the block in the red bowl"),
        ("pick up the block closest to the red block", "pick up the green block"),
        ("put the leftmost block and the ring in the red bowl", "put the red block and the pink ring in the red bowl"),
        ("PICK UP THE LEFTMOST BLOCK", "PICK UP the red block"),
        ("put the block on the left-hand side in the red bowl", "put the red block in the red bowl"),
        ("put the middle block in the bowl on the left", "put the green block in the red bowl"),
    ],
)
def test_phrases_become_names(said: str, meant: str) -> None:
    assert grounded(said, SCENE) == meant


@pytest.mark.parametrize(
    "said",
    [
        # Where to put it, not which one.
        "put the red block on the left side",
        "put the red block to the left of the green block",
        "put all the blocks on the top left corner",
        "put the block in the red bowl",
        # Nothing, or several.
        "pick up the block",
        "pick up the smallest block",
        "pick up the third bowl from the left",
        "pick up the block closest to the bowl",
        # The rest of a list, an exception, another noun, another source; what may be said of a thing already named.
        "put the blocks that are on the left and right in the red bowl",
        "put what is in the red bowl and a block in the blue bowl",
        "hold the block closest to the blue bowl, but not the green one",
        "pick up the leftmost block from the red bowl",
        "put the blocks in the right bowls",
        "push the block that is on the left 2 cm to the right",
        "hold the block closest to the ring opener",
        # It could be several.
        "put the blocks closest to you in the red bowl",
        # The scene will be another one.
        "put the red block in the red bowl, then hold the leftmost block",
        "put the green block in the red bowl, then empty the red bowl onto the table",
        # A question.
        "what is in the red bowl?",
        "tell me what is in the red bowl",
        # It matters what goes with what.
        "swap what is in the red bowl with what is in the blue bowl",
        "put the blocks on the left side in the bowls of the same colour",
        "put one of the blocks on the left side in the red bowl",
        "put the blocks from left to right as red, blue, green",
        # Said just as well as a formula.
        "put all the blocks that are not red in the blue bowl",
    ],
)
def test_in_doubt_it_stays(said: str) -> None:
    assert grounded(said, SCENE) == said


def test_all_in_a_thing_may_be_where_to_put_them() -> None:
    places = {"red bowl": (0.6, 0.25), "red block": "red bowl", "green block": (0.5, 0.0), "blue bowl": (0.4, -0.2)}
    within = scene(places)
    for said in (
        "put all the blocks in the red bowl and push it to the left",
        "put the blocks in the red bowl at once",
        "put the block in the red bowl on the left",
    ):
        assert grounded(said, within) == said
    assert grounded("put the blocks in the red bowl in the blue bowl", within) == "put the red block in the blue bowl"


def test_long_texts_take_no_long_time() -> None:
    for said in ("left " * 1000, "the block in " * 500):
        assert grounded(said, SCENE) == said


def test_letters_are_told_apart() -> None:
    letters = scene({"letter A": (0.5, 0.2), "letter B": (0.5, 0.1), "letter E": (0.5, 0.0), "red box": (0.6, -0.2)})
    assert grounded("the vowels go in the box", letters) == "the letter A and the letter E go in the red box"
    assert grounded("hold the consonant", letters) == "hold the letter B"
    assert grounded("put the letter A in the box", letters) == "put the letter A in the red box"


def test_letters_are_put_in_order() -> None:
    letters = scene({"letter T": (0.5, 0.2), "letter A": (0.5, 0.1), "letter E": (0.5, 0.0), "red box": (0.6, -0.2)})
    forward = "the letter A left of the letter E, the letter E left of the letter T"
    assert grounded("Please put the letters in alphabetical order, from left to right", letters) == forward
    assert grounded("sort the letters from Z to A", letters) == (
        "the letter T left of the letter E, the letter E left of the letter A"
    )
    for said in ("put the vowels in alphabetical order", "put the letters in the red box in alphabetical order"):
        assert " left of " not in grounded(said, letters)


def test_things_of_one_name_are_listed() -> None:
    state = scene(
        {"energy bar": (0.5, 0.2), "energy bar 2": (0.5, 0.1), "red piece": (0.5, 0.0), "red piece 2": (0.6, 0.0)}
    )
    assert grounded("pack all the energy bars", state) == "pack the energy bar and the energy bar 2"
    assert grounded("pack both energy bar objects", state) == "pack the energy bar and the energy bar 2"
    assert grounded("pack the energy bar", state) == "pack the energy bar"
    assert grounded("sweep the pile of red pieces away", state) == "sweep all the red pieces away"


def test_the_thing_is_the_one_in_the_hand() -> None:
    state = scene({"red block": (0.5, 0.2), "blue block": (0.5, 0.0), "green bowl": (0.6, -0.2)}, holding="blue block")
    assert grounded("put the object in the bowl", state) == "put the blue block in the green bowl"
    assert grounded("put the objects in the bowl", state) == "put the objects in the green bowl"


def test_things_as_near_are_in_doubt() -> None:
    even = scene({"red block": (0.5, 0.2), "green block": (0.5, -0.2), "blue bowl": (0.5, 0.0)})
    assert grounded("hold the block closest to the blue bowl", even) == "hold the block closest to the blue bowl"


def test_what_lies_on_others_is_in_doubt_unless_the_table_is_named() -> None:
    piled = scene(
        {"red block": (0.5, 0.2), "blue bowl": (0.5, 0.3), "green block": "blue bowl", "gray block": (0.5, 0.0)}
    )
    assert grounded("hold the leftmost block", piled) == "hold the leftmost block"
    assert grounded("hold the leftmost block on the table", piled) == "hold the red block"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the crimson cube in the red-coloured dish", "the red block in the red dish"),
        ("put the tomato-coloured cubes in a blue coloured bowl", "put the red blocks in a blue bowl"),
        ("the violet one", "the violet one"),
        ("an emerald cube", "a green block"),
        ("spell CUBE, write violet", "spell CUBE, write violet"),
        ("the block with the colour of an emerald", "the block with the colour of an emerald"),
        ("put the indigo where the teal is", "put the indigo where the teal is"),
        ("Scarlet things", "Red things"),
        ("the tube by the sphere", "the tube by the ball"),
    ],
)
def test_words_become_those_of_the_scene(said: str, meant: str) -> None:
    assert plain(said, SCENE) == meant


def test_lights_are_told_by_their_color() -> None:
    desk = draw_scene("desk", np.random.default_rng(0))
    assert plain("turn on the green lamp, not the yellow light", desk) == "turn on the led, not the lightbulb"
    assert plain("turn on the green lamp", SCENE) == "turn on the green lamp"


def test_the_dialogue_tells_names() -> None:
    assert "Task: hold the red block\n" in Dialogue("hold the leftmsot cube", SCENE).step_prompt()


def test_names_are_those_that_the_corpus_means() -> None:
    """The corpus knows which things its phrases are about: they are in the goal, or in the steps."""
    found = [n for s in samples(99, 400, "train") if (n := naming(s)) is not None]
    assert len(found) >= 20
    assert [n for n in found if not n.right] == []


WORDS = (
    "the all two second block blocks bowl leftmost smaller red left right on in of from to closest table ring that is "
    "not what middle corner top side you and it everything ball , ."
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=14))
def test_any_words_can_be_read(words: list[str]) -> None:
    said = " ".join(words)
    once = grounded(said, SCENE)
    assert once == said or any(f"the {name}" in once.lower() or name in once for name in [*SCENE.names, "corner"])


def test_each_pattern_is_matched_somewhere() -> None:
    ways = {
        "nearest": "closest to you",
        "outermost": "farthest to the left",
        "rank": "from the left",
        "middle": "in the middle",
        "beyond": "to the left of the ring",
        "before": "behind the ring",
        "corner": "in the top left corner",
        "side": "on the left side of the table",
        "table": "on the table",
        "tower": "on top of the tower",
        "carried": "in the red bowl",
        "taken": "from the red bowl to",
        "without": "that is not red",
        "hue": "that is red",
        "class": "of cool colours",
        "like": "coloured like a tomato",
    }
    assert ways.keys() == AFTER.keys()
    for kind, way in ways.items():
        assert AFTER[kind].match(f" {way}"), kind
