"""The grammar of goals: all that it lets through parses, and it lets through what tasks ask for."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.suites import find_suite, suite_names
from planner.language.dialogue import End
from planner.language.goal_grammar import GoalGrammar, accepts, goal_grammar
from sim.catalog import parse_name
from skills.goals import parse_goal
from skills.symbolic import Typing
from tests.scene_builder import scene

STATE = scene(
    {"red block": (0.4, 0.1), "blue block": (0.5, -0.2), "blue bowl": (0.4, -0.1), "yellow block": "blue bowl"}
)


def grammar_of(objects: Typing) -> GoalGrammar:
    colors = {parse_name(name, objects.family)[0] for name, _ in objects}
    return GoalGrammar(objects, tuple(sorted(c for c in colors if c is not None)))


SCENES = sorted(
    {t.scene.typing for name in suite_names() for t in find_suite(name).tasks if len(t.scene.typing)},
    key=lambda typing: (typing.family, typing.pairs),
)
GOALS = [
    pytest.param(task.scene.typing, task.goal, id=f"{name}/{task.id}")
    for name in suite_names()
    for task in find_suite(name).tasks
    if task.goal is not None and task.feasible and len(task.scene.typing)
]


@pytest.mark.parametrize(("objects", "goal"), GOALS)
def test_goals_of_tasks_can_be_written(objects: Typing, goal: str) -> None:
    assert accepts(grammar_of(objects), f" {' '.join(goal.split())}\n")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SCENES), st.integers(0, 2**32))
def test_whatever_is_written_to_its_end_parses(objects: Typing, seed: int) -> None:
    grammar, rng = grammar_of(objects), random.Random(seed)
    text, state = "", grammar.start()
    while state.stack:
        options = [o for o in grammar.options(state) if not any(o[0] == f" {end}" for end in End)]
        # A walk that may open brackets for ever would be long: past some length, away from what opens more.
        if len(text) > 150:
            options = [o for o in options if len(o[1].stack) <= len(state.stack)] or options
        piece, state = rng.choice(options)
        text += piece
    assert text.endswith("\n")
    parse_goal(text.strip(), objects)
    assert accepts(grammar, text)


@pytest.mark.parametrize(
    "text",
    [
        " (in red_block blue_bowl)\n",
        " (forall (?x - block) (imply (not (= ?x red_block)) (in ?x blue_bowl)))\n",
        " (and (exists (?a - block ?c - bowl) (and (color ?a red) (in ?a ?c))) (at blue_bowl middle))\n",
        " (in-line any block)\n",
        " (hand-empty)\n",
        " ask which one is meant\n",
        " refuse, it is not here\n",
    ],
)
def test_what_can_be_said_of_a_scene(text: str) -> None:
    assert accepts(goal_grammar(STATE), text)


@pytest.mark.parametrize(
    "text",
    [
        " (in green_block blue_bowl)\n",
        " (in red_block blue_block)\n",
        " (in red_block red_block)\n",
        " (in ?a blue_bowl)\n",
        " (in red_block)\n",
        " (in red_block blue_bowl)",
        " (in red_block blue_bowl))\n",
        " (and)\n",
        " (forall (?a - can) (on ?a table))\n",
        " (forall (?a - block) (exists (?a - bowl) (in ?a blue_bowl)))\n",
        " (color red_block green)\n",
        " (turned red_block forward)\n",
        " (flies red_block)\n",
        " done\n",
    ],
)
def test_what_cannot(text: str) -> None:
    assert not accepts(goal_grammar(STATE), text)


def test_a_scene_is_read_in_a_moment_and_once() -> None:
    begun = time.process_time()
    grammar = goal_grammar(STATE)
    for _, state in grammar.options(grammar.start()):
        grammar.options(state)
    assert time.process_time() - begun < 0.03
    assert goal_grammar(STATE) is grammar
