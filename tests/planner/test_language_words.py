"""Prompts, answers, references and what is remembered: everything around the model that is text."""

from __future__ import annotations

import re

import pytest

from planner.language.examples import EXAMPLES, solved
from planner.language.grammar import UnparsableAnswer, parse_answer
from planner.language.memory import failures, standing
from planner.language.prompt import continuation, feedback_prompt, neutral_prompt, sentence, task_prompt
from planner.language.reference import missing
from planner.language.retrieval import nearest
from planner.language.scene_text import describe_scene
from sim.catalog import BASIC, COLORS
from sim.state import TABLE
from skills.outcome import FailureReason, Outcome
from skills.protocol import Step
from skills.registry import specs
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.symbolic import ground, legal, typing_of
from tests.scene_builder import scene

STATE = scene(
    {
        "red block": (0.4, 0.1),
        "blue block": (0.5, -0.2),
        "green bowl": (0.6, 0.1),
        "blue bowl": (0.4, -0.1),
        "yellow block": "green bowl",
    }
)
PICK = SkillCall("pick", ("red block",))
PLACE = SkillCall("place", ("red block", "in", "green bowl"))
GOOD = Outcome(True, None, "holding the red block")
MISSED = Outcome(False, FailureReason.GRASP_MISSED, "the fingers closed and hold nothing.")


def test_every_call_of_a_scene_has_a_sentence_of_its_own() -> None:
    calls = ground(typing_of(STATE))
    assert len({sentence(c) for c in calls}) == len(calls)
    assert all(parse_answer(sentence(c), calls) == c and parse_answer(str(c), calls) == c for c in calls)


def test_every_skill_has_an_example_and_a_new_one_gets_its_own_sentence() -> None:
    shown = {c.skill for e in solved(specs()) for c in e.calls}
    assert shown == {s.skill for s in specs()}
    wipe = SkillSpec("wipe", "wipe", ("?object",), (Parameter("object", "object"),), "wipe the {object}", (), (), ())
    example = solved([wipe])[-1]
    assert re.fullmatch(r"Wipe the [a-z]+ [a-z]+\.", example.instruction)
    assert [str(c) for c in example.calls] == [f"wipe({example.things[0]})"]


def test_no_example_names_a_thing_that_a_scene_can_have() -> None:
    for example in solved(specs()):
        words = set(re.findall(r"[a-z]+", example.instruction.lower()))
        assert not words & {*BASIC, *COLORS}, example.instruction
        assert len(set(example.things)) == len(example.things) >= 1
    assert len({e.instruction for e in EXAMPLES}) == len(EXAMPLES)


def test_prompts_only_grow_within_an_episode() -> None:
    first, second = (task_prompt("put the red block in the green bowl", calls) for calls in ((), (PICK,)))
    assert second.startswith(first)
    assert second == first + continuation(PICK) + "Step 2:"
    assert neutral_prompt("put the red block in the green bowl", ()).endswith("Task: Do something.\nStep 1:")


def test_feedback_says_the_scene_and_what_came_of_each_step() -> None:
    prompt = feedback_prompt(
        "lift it", describe_scene(STATE), [Step(PICK, MISSED), Step(PICK, GOOD)], [(PLACE, "no room")]
    )
    assert "the yellow block is in the green bowl" in prompt
    assert prompt.endswith(
        "Task: Lift it.\n"
        "Step 1: pick up the red block\nSuccess: no, the fingers closed and hold nothing\n"
        "Step 2: pick up the red block\nSuccess: yes\n"
        "Step 3: place the red block in the green bowl\nSuccess: no, no room\n"
        "Step 4:"
    )


def test_an_empty_instruction_has_no_prompt() -> None:
    with pytest.raises(ValueError, match="empty"):
        task_prompt("  ", ())


def test_the_nearest_examples_come_last() -> None:
    examples = ["Put the {0} in the {1}.", "Push the {0} to the left.", "Pick up the {0}."]
    assert nearest("pick up the green block", examples, 2)[-1] == 2
    assert nearest("slide the pink bowl leftwards, to the left", examples, 3)[-1] == 1
    assert nearest("sing", examples, 9) == [2, 1, 0]


@pytest.mark.parametrize(
    "text",
    [
        "pick up the red block",
        " Step 1: Pick up the red block.\nStep 2: done",
        "1. pick(red block)",
        "- pick up the red  block",
    ],
)
def test_answers_are_read(text: str) -> None:
    assert parse_answer(text, legal(STATE)) == PICK


@pytest.mark.parametrize("text", ["done", " Done.\n", "done()"])
def test_the_end_is_read(text: str) -> None:
    assert parse_answer(text, legal(STATE)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("I am a language model!", "no call that can be made"),
        ("pick up the purple block", r"nearest is 'pick\("),
        ("place the red block in the green bowl", "no call that can be made"),
    ],
)
def test_answers_that_cannot_be_parsed_say_why_in_one_line(text: str, why: str) -> None:
    with pytest.raises(UnparsableAnswer, match=why) as caught:
        parse_answer(text, legal(STATE))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("instruction", "absent"),
    [
        ("put the green block in the green bowl", "green block"),
        ("put the apple in the bowl", "apple"),
        ("could you hand me the wrench?", "wrench"),
        ("put the red and white blocks in the green bowl", "white block"),
        ("put the white one in the bowl", "white one"),
        ("set the red block on the plate", "plate"),
        ("throw the red ball into the blue bowl", "red ball"),
    ],
)
def test_what_is_not_there_is_named(instruction: str, absent: str) -> None:
    assert missing(instruction, STATE) == absent


@pytest.mark.parametrize(
    "instruction",
    [
        "put all the blocks in the bowls",
        "put the red and blue blocks next to each other",
        "move the red cube to the middle of the table. after that push it left",
        "the red one belongs in the blue bowl, the others in the green one",
        "build a wall out of the blocks",
        "leave the red block in the vicinity of the bowl",
        "please clear the table",
        "give the red block a push to the left",
        "swap the positions of the two biggest things",
        "put everything in the top left corner",
    ],
)
def test_what_is_there_is_not_missed(instruction: str) -> None:
    assert missing(instruction, STATE) is None


def test_a_step_whose_effect_was_lost_is_forgotten() -> None:
    held = scene({"red block": (0.4, 0.1), "green bowl": (0.6, 0.1)}, holding="red block")
    empty = scene({"red block": (0.4, 0.1), "green bowl": (0.6, 0.1)})
    placed = scene({"green bowl": (0.6, 0.1), "red block": "green bowl"})
    picked, put = Step(PICK, GOOD), Step(PLACE, GOOD)
    assert standing([picked], held, empty) == (PICK,)
    assert standing([picked, Step(PLACE, MISSED)], empty, empty) == ()
    assert standing([picked, put], placed, empty) == (PICK, PLACE)
    assert standing([picked, put], empty, empty) == ()
    assert TABLE in {lower for _, lower in empty.supports}


def test_a_push_is_not_forgotten_and_a_relation_need_not_hold_both_ways() -> None:
    start = scene({"red block": (0.5, -0.2), "green bowl": (0.5, -0.1)})
    # Within the bowl's width across the axis, but not the bowl within the block's.
    beside = scene({"red block": (0.55, 0.1), "green bowl": (0.5, -0.1)})
    place = SkillCall("place", ("red block", "left-of", "green bowl"))
    push = SkillCall("push", ("red block", "right"))
    steps = [Step(call, GOOD) for call in (push, PICK, place)]
    assert standing(steps, beside, start) == (push, PICK, place)


def test_failures_count_from_the_last_success() -> None:
    missed = Step(PICK, MISSED)
    assert failures([missed, missed])[PICK] == 2
    assert failures([missed, Step(PICK, GOOD)])[PICK] == 0
