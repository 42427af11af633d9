"""The corpus that writes itself: the same again for the same seed, right goals, legal steps, nothing of evaluation."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from envs import suites
from planner.language.corpus import WEIGHTS, held_out, sample_at, samples, wishes
from planner.language.corpus.apart import fingerprint_lines, is_apart, words_of
from planner.language.corpus.card import card, full
from planner.language.corpus.follow import after
from planner.language.corpus.frames import SYNONYMS, expand, tidy
from planner.language.corpus.scenes import SCENES, draw_scene
from planner.language.corpus.wish import Verdict
from planner.language.dialogue import End, goal_answer
from planner.language.goal_grammar import accepts, goal_grammar
from planner.language.places import place_of_all
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.registry import find_spec
from skills.symbolic import apply, effects, ground, legal, typing_of, unmet

COUNT = 150


@pytest.fixture(scope="module")
def drawn():
    return list(samples(7, COUNT, "train"))


def test_the_same_seed_gives_the_same_samples(drawn) -> None:
    assert [full(s) for s in samples(7, 12, "train")] == [full(s) for s in drawn[:12]]
    assert full(sample_at(7, 5, "train")) == full(drawn[5])
    assert full(sample_at(8, 5, "train")) != full(drawn[5])


def test_four_wishes_to_a_scene_in_training_and_one_in_what_is_measured(drawn) -> None:
    assert all(len({s.start for s in drawn[k : k + 4]}) == 1 for k in range(0, len(drawn) - 3, 4))
    assert len({s.start for s in drawn}) == -(-COUNT // 4) and len({s.instruction for s in drawn}) > 0.95 * COUNT
    assert len({s.start for s in samples(7, 12, "held-out")}) == 12


def test_a_split_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no split 'test' of the corpus; expected one of: train, held-out"):
        next(samples(0, 1, "test"))


def test_weights_are_of_wishes_that_there_are() -> None:
    assert set(WEIGHTS) <= {name for drawers in wishes().values() for name in drawers}


def test_templates_of_one_split_are_never_in_the_other(drawn) -> None:
    assert not any(held_out(s.template) for s in drawn)
    kept = list(samples(7, 15, "held-out"))
    assert all(held_out(s.template) and s.split == "held-out" for s in kept)
    assert not {s.template for s in kept} & {s.template for s in drawn}


def test_the_prompts_are_those_of_a_dialogue(drawn) -> None:
    for sample in drawn:
        assert re.fullmatch(r"Scene: .*\nTask: .*\n", sample.head)
        assert sample.goal_prompt.startswith(sample.head) and sample.goal_prompt.endswith("Goal:")
        assert sample.prompt_and_answers[0][0].endswith("Step:")
        for piece, answer in sample.prompt_and_answers:
            assert piece.endswith("Step:") and answer.startswith(" ") and answer.endswith("\n")
        last = sample.prompt_and_answers[-1][1].strip()
        assert last in set(End)
        assert (last == End.DONE) == (sample.goal is not None)


def test_every_goal_parses_and_its_steps_are_legal_and_reach_it(drawn) -> None:
    checked = 0
    for sample in drawn:
        if sample.goal is None:
            assert sample.goal_answer.strip() in set(End)
            continue
        objects = typing_of(sample.start)
        goal = parse_goal(sample.goal, objects)
        assert sample.goal_answer == f" {sample.goal}\n"
        if sample.kind != "plain":
            continue
        sentences = {find_spec(c).describe(c): c for c in ground(objects)}
        facts = atoms(sample.start, sample.start)
        for _, answer in sample.prompt_and_answers[:-1]:
            call = sentences[answer.strip()]
            assert not unmet(call, facts), full(sample)
            facts = apply(call, facts, objects)
        if "in-line" not in sample.goal:
            assert goal.holds(facts), full(sample)
        checked += 1
    assert checked > COUNT / 3


def test_who_is_asked_first_is_asked_for_the_goal_as_well(drawn) -> None:
    asked = [s for s in drawn if s.kind == "asked"]
    assert asked and all(not s.earlier_goals for s in drawn if s.kind != "asked")
    for sample in asked:
        assert sample.earlier_goals == ((f"{sample.head}Goal:", goal_answer(End.ASK)),)
        assert sample.goal is not None and "Person: " in sample.goal_prompt
        assert f"Goal: {End.ASK}\nPerson: " in full(sample)


def test_every_goal_can_be_written_in_the_grammar(drawn) -> None:
    assert not [s.goal for s in drawn if not accepts(goal_grammar(s.start), s.goal_answer)]


def test_verdicts_are_mixed(drawn) -> None:
    counts = {v: sum(s.verdict is v for s in drawn) / len(drawn) for v in Verdict}
    assert counts[Verdict.DO] > 0.7
    assert all(0.0 < counts[v] < 0.15 for v in (Verdict.MISSING, Verdict.IMPOSSIBLE, Verdict.AMBIGUOUS))


def test_instructions_are_varied(drawn) -> None:
    assert len({s.instruction for s in drawn}) > 0.95 * COUNT
    assert len({s.template for s in drawn}) > 0.4 * COUNT


def test_nothing_is_left_of_a_frame_in_an_instruction(drawn) -> None:
    assert not [s.instruction for s in drawn if re.search(r"[{}<>\[\]|]|  |the the", s.instruction)]


def test_no_sentence_of_the_suites_is_in_it_or_near(drawn) -> None:
    # Those that come with the package: other tests register suites of their own.
    files = [p.stem.replace("_", "-") for p in Path(suites.__file__).parent.glob("*.yaml")]
    assert set(files) <= set(suites.suite_names())
    said = {i for n in (*files, "calvin-chains") for task in suites.find_suite(n).tasks for i in task.instructions}
    evaluated = [words_of(i) for i in said]
    assert all(not is_apart(i) for i in said), "run python -m scripts.fingerprints"
    assert fingerprint_lines(said) == fingerprint_lines(sorted(said))
    for sample in drawn:
        words = words_of(sample.instruction)
        near = max(len(words & e) / len(words | e) for e in evaluated)
        assert near < 0.9, sample.instruction


@pytest.mark.parametrize("family", SCENES)
def test_scenes_are_plausible_and_calls_can_be_followed(family: str) -> None:
    followed = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        state = draw_scene(family, rng)
        assert state.family == family and len(set(state.names)) == len(state.names)
        assert {upper for upper, _ in state.supports} <= set(state.names)
        options = legal(state)
        for k in rng.permutation(len(options))[:6]:
            call = options[int(k)]
            there = after(state, call, rng)
            facts, missing = atoms(there, state), []
            if call.skill not in ("push", "pull", "rotate", "press", "switch") and "between" not in call.arguments:
                missing = [a for a in effects(call)[0] if a not in facts and a.predicate != "accessible"]
            followed += not missing
            places = place_of_all(state)
            moved = {n for n, p in place_of_all(there).items() if places.get(n) != p}
            assert moved <= {call.arguments[0], "led", "lightbulb", "switch"}, call
    assert followed > 100


def test_an_unknown_family() -> None:
    with pytest.raises(ValueError, match="unknown scene family 'garden'; expected one of: tabletop"):
        draw_scene("garden", np.random.default_rng(0))


def test_frames_choose_among_words() -> None:
    rng = np.random.default_rng(0)
    found = {expand("<stack> [it|that] {x}", rng) for _ in range(200)}
    assert found == {f"{s} {t} {{x}}" for s in SYNONYMS["stack"] for t in ("it", "that")}
    assert tidy("put  the every block , now") == "put every block, now"


def test_the_card(drawn) -> None:
    text = card(drawn)
    assert f"samples: {COUNT}" in text and "family: tabletop" in text
    with pytest.raises(ValueError, match="at least one sample"):
        card([])
