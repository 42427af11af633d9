import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.scenes import build
from envs.seeding import COLLECT, EVALUATION, TRAIN, stream
from envs.suites import find_suite, register_suite, suite_names
from envs.tabletop_scenes import Layout, place_all, sample
from envs.task import ObjectSpec, SceneSpec, Suite, Task
from sim.catalog import parse_name, types_of
from sim.geometry import disc, polygon_gap, rectangle
from sim.world import Placement, World
from skills.predicates import atoms
from skills.symbolic import typing_of
from skills.vocabulary import WORK_AREA, Atom, parse_atoms


def outline(placement: Placement) -> np.ndarray:
    category = parse_name(placement.name)[1]
    position = placement.pose.position
    if category.round:
        return disc(position, category.size[0] / 2.0)
    return rectangle(position, category.size, placement.pose.yaw)


@pytest.mark.parametrize("task", find_suite("tabletop-basics").tasks, ids=lambda t: t.id)
def test_every_task_has_scenes(task: Task, world: World) -> None:
    for seed in range(4):
        state = build(world, task, seed, EVALUATION)
        facts = atoms(state)
        assert set(task.scene.atoms) <= facts
        assert [o.name for o in task.scene.objects] == list(state.names[: len(task.scene.objects)])
        assert len(state.names) == len(task.scene.objects) + task.scene.distractors
        assert all(o.speed < 0.02 for o in state.objects)
        goal = task.goal_formula(typing_of(state))
        assert goal is None or not goal.holds(facts)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_objects_lie_apart_and_inside_the_work_area(seed: int) -> None:
    task = find_suite("tabletop-basics").task("match-three-bowls")
    placements = sample(task, stream(seed)).placements
    (x0, x1), (y0, y1) = WORK_AREA
    for k, a in enumerate(placements):
        corners = outline(a)
        assert x0 <= corners[:, 0].min() and corners[:, 0].max() <= x1
        assert y0 <= corners[:, 1].min() and corners[:, 1].max() <= y1
        for b in placements[k + 1 :]:
            movable = any("movable" in types_of(n.split()[1]) for n in (a.name, b.name))
            assert polygon_gap(corners, outline(b)) >= (0.03 if movable else 0.02) - 1e-9


def test_the_same_seed_gives_the_same_scene_and_splits_share_none(world: World, basics: Suite) -> None:
    task = basics.task("block-in-bowl")
    with World() as other:
        assert build(world, task, 7, EVALUATION) == build(other, task, 7, EVALUATION)
    first = {split: build(world, task, 7, split).objects[0].pose for split in (EVALUATION, TRAIN, COLLECT)}
    assert len(set(first.values())) == 3


def test_what_is_fixed_stays_where_it_is_put(world: World) -> None:
    spec = SceneSpec((ObjectSpec("red block", (0.5, 0.1), 0.3), ObjectSpec("blue bowl")))
    state = build(world, Task("fixed", ("do nothing",), spec), 0, EVALUATION)
    assert math.dist(state["red block"].position[:2], (0.5, 0.1)) < 1e-3
    assert abs(state["red block"].pose.yaw - 0.3) < 1e-2


FACTS = [
    ["(on red_block green_block)", "(on green_block blue_block)"],
    ["(in red_block brown_box)", "(in green_block brown_box)", "(in blue_block brown_box)"],
    ["(on red_block white_plate)", "(on green_block white_plate)"],
    ["(in red_block gray_bowl)"],
    ["(in red_block gray_bowl)", "(in green_block gray_bowl)"],
    ["(at red_block top_left_corner)", "(at gray_bowl bottom_side)"],
    ["(left-of red_block gray_bowl)", "(behind green_block gray_bowl)"],
    ["(near red_block white_plate)", "(on green_block red_block)"],
]


@pytest.mark.parametrize("facts", FACTS, ids=" ".join)
def test_facts_are_true_at_the_start(facts: list[str], world: World) -> None:
    names = ["red block", "green block", "blue block", "gray bowl", "white plate", "brown box"]
    task = Task("facts", ("do nothing",), SceneSpec(tuple(map(ObjectSpec, names)), facts=tuple(facts)))
    for seed in range(3):
        assert set(parse_atoms(facts)) <= atoms(build(world, task, seed, EVALUATION))


def test_a_scene_without_room_says_so() -> None:
    boxes = [ObjectSpec(f"{c} box") for c in ("red", "green", "blue", "yellow", "orange", "purple", "pink", "cyan")]
    with pytest.raises(ValueError, match="no room for 8 objects"):
        place_all(boxes, [], np.random.default_rng(0))
    with pytest.raises(ValueError, match="no room for 1 objects"):
        place_all(boxes[:1], [], np.random.default_rng(0), Layout(((0.4, 0.5), (0.0, 0.1))))


def test_distractors_are_never_what_the_goal_quantifies_over(basics: Suite) -> None:
    for seed in range(20):
        names = [p.name for p in sample(basics.task("unstack"), stream(seed)).placements]
        assert not [n for n in names[3:] if n.endswith("block")]
    everything = SceneSpec((ObjectSpec("red block"),), distractors=1)
    with pytest.raises(ValueError, match="distractors would change it"):
        Task("all", ("put all on the table",), everything, goal="(forall (?o - object) (on ?o table))")


def test_suites_can_be_made_in_code() -> None:
    scene = SceneSpec((ObjectSpec("red block"), ObjectSpec("blue bowl")))
    suite = Suite("made-in-code", (Task("one", ("put it in",), scene, goal="(in red_block blue_bowl)"),))
    assert register_suite(suite) is find_suite("made-in-code")
    assert "made-in-code" in suite_names()
    assert suite.tasks[0].name == "made-in-code/one"
    with pytest.raises(ValueError, match="there already"):
        register_suite(suite)


def test_unknown_names_come_with_the_nearest(basics: Suite) -> None:
    with pytest.raises(ValueError, match="nearest: 'tabletop-basics'"):
        find_suite("tabletop-basic")
    with pytest.raises(ValueError, match="nearest: 'block-in-bowl'"):
        basics.task("block-in-a-bowl")


def test_the_suite_has_tasks_of_one_to_eight_calls(basics: Suite) -> None:
    from planner.symbolic_search import find_plan

    lengths = set()
    with World() as world:
        for task in basics.tasks:
            if not task.feasible:
                continue
            state = build(world, task, 0, EVALUATION)
            typing = typing_of(state)
            goal = task.goal_formula(typing)
            assert goal is not None
            plan = find_plan(goal, atoms(state), typing, scene=state)
            assert plan.calls is not None, task.id
            assert len(plan.calls) <= task.max_steps
            lengths.add(len(plan.calls))
    assert {1, 2, 3, 4, 6, 8} <= lengths


def test_atoms_of_a_fact_are_parsed() -> None:
    scene = SceneSpec((ObjectSpec("red block"), ObjectSpec("blue block")), facts=("(on red_block blue_block)",))
    assert scene.atoms == (Atom("on", ("red block", "blue block")),)
