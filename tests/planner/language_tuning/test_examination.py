"""Marks: a model that is always right, and ones that are wrong in a known way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from planner.language.dialogue import End, answer
from planner.language.protocol import Generation
from planner.language.tuning.equivalence import equivalent
from planner.language.tuning.examination import Examination, Mark
from scripts.evaluate_language import report
from skills.symbolic import ground, typing_of
from tests.planner.language_tuning.handmade import Handmade, handmade
from tests.scene_builder import scene

STATE = scene({"red block": (0.4, 0.2), "blue block": (0.5, -0.1), "green bowl": (0.6, 0.1), "red bowl": (0.4, -0.3)})
BOTH = handmade(STATE, "the blocks into the green bowl", "(and (in red_block green_bowl) (in blue_block green_bowl))")


class Told:
    """Answers by a function of the prompt; says nothing that is not allowed."""

    name = "told"

    def __init__(self, say: Callable[[str], str]) -> None:
        self._say = say
        self.asked = 0

    def generate(self, prompt: str, *, allowed: Sequence[str] | None = None, **rest: Any) -> Generation:
        said = self._say(prompt)
        assert allowed is None or said in allowed
        self.asked += 1
        return Generation(said)


def of_teacher(sample: Handmade) -> dict[str, str]:
    """The teacher's answers by prompt."""
    told = {sample.goal_prompt: sample.goal_answer}
    text = sample.head
    for given, step in sample.prompt_and_answers:
        told[text + given] = step
        text += given + step
    return told


def examine(sample: Handmade, say: Callable[[str], str]) -> dict[str, list[bool]]:
    model: Any = Told(say)
    wanted: Any = sample
    marks: dict[str, list[bool]] = {}
    for mark in Examination(model, np.random.default_rng(0)).marks(wanted):
        marks.setdefault(mark.measure, []).append(mark.right)
    return marks


def test_the_teacher_is_right_throughout() -> None:
    told = of_teacher(BOTH)
    marks = examine(BOTH, told.__getitem__)
    assert marks == {
        "no false refusal": [True],
        "no false question": [True],
        "step": [True] * 5,
        "plan": [True],
        "goal": [True],
    }


def test_another_shortest_plan_and_another_formula_are_as_right() -> None:
    calls = {str(c): answer(c) for c in ground(typing_of(STATE))}
    order = ["pick(blue block)", "place(blue block, in, green bowl)", "pick(red block)"]
    steps = [calls[c] for c in [*order, "place(red block, in, green bowl)"]] + [answer(End.DONE)]
    told = of_teacher(BOTH)
    other = steps if steps[0] != BOTH.prompt_and_answers[0][1] else [*steps[2:4], *steps[:2], steps[4]]

    def say(prompt: str) -> str:
        if prompt == BOTH.goal_prompt:
            return " (forall (?b - block) (in ?b green_bowl))"
        if prompt in told and prompt != f"{BOTH.head}Step:":
            return told[prompt]
        return other[prompt.count("Step:") - 1]

    marks = examine(BOTH, say)
    assert marks["step"] == [True] * 5 and marks["plan"] == [True] and marks["goal"] == [True]


def test_stopping_too_early_and_refusing_are_wrong() -> None:
    marks = examine(BOTH, lambda prompt: answer(End.DONE) if prompt.endswith("Step:") else " (in red_block green_bowl)")
    assert marks["step"] == [False] * 4 + [True] and marks["plan"] == [False] and marks["goal"] == [False]
    marks = examine(BOTH, lambda prompt: answer(End.MISSING) if prompt.endswith("Step:") else " nonsense")
    assert marks["no false refusal"] == [False] and marks["no false question"] == [True]


def test_refusals_are_counted_with_and_without_their_reason() -> None:
    missing = answer(End.MISSING)
    sample: Any = replace(
        BOTH, goal=None, verdict="missing", prompt_and_answers=(("Step:", missing),), goal_answer=missing
    )
    marks = examine(sample, lambda prompt: answer(End.IMPOSSIBLE))
    assert marks["refused"] == [True] and marks["refused: missing"] == [True]
    assert marks["reason of refusal"] == [False] and marks["goal: refused or asked"] == [False]


def test_goals_are_compared_by_what_they_mean() -> None:
    rng, plan = np.random.default_rng(0), []
    calls = {str(c): c for c in ground(typing_of(STATE))}
    plan = [calls["pick(red block)"], calls["place(red block, in, green bowl)"]]
    meant = "(in red_block green_bowl)"
    same = ("(and (in red_block green_bowl))", "(exists (?x - bowl) (and (in red_block ?x) (not (= ?x red_bowl))))")
    other = ("(in blue_block green_bowl)", "(or (in red_block green_bowl) (in red_block red_bowl))", "(in red_block")
    assert all(equivalent(said, meant, STATE, plan, rng) for said in same)
    assert not any(equivalent(said, meant, STATE, plan, rng) for said in other)
    # Nobody need hold what lies in a bowl: another form, the same truth in all that can come about.
    assert equivalent("(and (in red_block green_bowl) (not (holding red_block)))", meant, STATE, plan, rng)


def test_a_report_counts_by_family() -> None:
    found = [("tabletop", Mark("step", k > 0, f"p{k}", "a", "b")) for k in range(4)] + [
        ("desk", Mark("step", True, "q", "a", "a"))
    ]
    told = report(found)
    assert told["measures"]["step"]["right"] == 4 and told["families"]["tabletop"]["step"]["of"] == 4
    low, high = told["measures"]["step"]["interval"]
    assert low < 0.8 < high and [m["prompt"] for m in told["misses"]] == ["p0"]
