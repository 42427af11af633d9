"""Scenes, suites and environments of the reach family."""

import math
from collections.abc import Iterator

import gymnasium
import numpy as np
import pytest

from envs.reach_scenes import sample
from envs.scenes import build
from envs.seeding import EVALUATION, TRAIN
from envs.suites import find_suite, find_task
from envs.taskfile import parse_suite
from sim.state import ObjectState, SceneState
from sim.world import World
from skills.fixture_facts import REACH
from skills.predicates import atoms
from skills.vocabulary import Atom

STAP = {"red": (0.05, 0.05, 0.118), "yellow": (0.057, 0.057, 0.066), "cyan": (0.058, 0.058, 0.07)}
LLM3 = {
    "easy": [0.035, 0.035, 0.035, 0.07],
    "medium": [0.035, 0.035, 0.07, 0.07],
    "hard": [0.035, 0.07, 0.07, 0.105],
}
BASKETS = {"small": (0.65, 0.22), "medium": (0.70, 0.32), "large": (0.75, 0.42)}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="reach") as world:
        yield world


def distance(thing: ObjectState) -> float:
    return math.hypot(*thing.position[:2])


@pytest.mark.parametrize("task", [t.id for t in find_suite("stap").tasks])
def test_a_scene_is_as_its_task_says(world: World, task: str) -> None:
    wanted = find_task(f"stap/{task}")
    for seed in range(2):
        state = build(world, wanted, seed, EVALUATION)
        facts = atoms(state, state)
        assert set(wanted.scene.atoms) <= facts and not set(wanted.scene.absent) & facts
        for o in state.objects:
            if o.color in STAP:
                assert o.size == STAP[o.color]
            if Atom("reachable", (o.name,)) in wanted.scene.absent:
                assert REACH < distance(o) < 1.0
            elif o.category == "carton":
                assert 0.3 < distance(o) < REACH
        assert build(world, wanted, seed, EVALUATION) == state
        assert build(world, wanted, seed, TRAIN) != state


def between(state: SceneState, target: ObjectState) -> list[str]:
    """What stands within 10 cm of the straight line from near the robot to a thing."""
    ux, uy = np.array(target.position[:2]) / distance(target)
    found = []
    for o in state.objects:
        along, across = o.position[0] * ux + o.position[1] * uy, o.position[1] * ux - o.position[0] * uy
        if o.category == "carton" and o.name != target.name and 0.45 < along < distance(target) and abs(across) < 0.10:
            found.append(o.name)
    return found


def test_nothing_stands_in_the_way_of_what_must_be_pulled(world: World) -> None:
    for seed in range(10):
        state = build(world, find_task("stap/hook-reach-3"), seed, EVALUATION)
        assert not between(state, state["red box"])


@pytest.mark.parametrize("boxes", LLM3)
@pytest.mark.parametrize("basket", BASKETS)
def test_packing_has_the_published_sizes(world: World, boxes: str, basket: str) -> None:
    state = build(world, find_task(f"llm3-packing/{boxes}-{basket}"), 0, EVALUATION)
    x, width = BASKETS[basket]
    assert state["basket"].size[:2] == (width, 0.21)
    np.testing.assert_allclose(state["basket"].position[:2], (x, 0.0), atol=2e-3)
    assert sorted(o.size[0] for o in state.objects if o.category == "carton") == LLM3[boxes]


def test_distractors_are_boxes_of_other_colours(world: World) -> None:
    text = """
suite: extra
tasks:
  - {id: more, instruction: pick up the red box, scene: {family: reach, objects: [red box], distractors: 2},
     goal: (holding red_box)}
  - {id: every, instruction: pack, scene: {family: reach, objects: [basket, red box], distractors: 1},
     goal: "(forall (?b - box) (in ?b basket))"}
"""
    more, every = parse_suite(text).tasks
    state = build(world, more, 0, EVALUATION)
    assert len(state.objects) == 3 and {o.category for o in state.objects} == {"carton"}
    with pytest.raises(ValueError, match="distractors would change it"):
        build(world, every, 0, EVALUATION)


def test_a_fact_may_be_denied_and_must_then_make_sense() -> None:
    text = """
suite: s
tasks:
  - id: a
    instruction: go
    goal: (holding red_box)
    scene: {{family: reach, objects: [red box], facts: ["{}"]}}
"""
    task = parse_suite(text.format("(not (reachable red_box))")).tasks[0]
    assert task.scene.absent == (Atom("reachable", ("red box",)),) and task.scene.atoms == ()
    with pytest.raises(ValueError, match="no scene can be built for"):
        parse_suite(text.format("(not (hand-empty))"))
    with pytest.raises(ValueError, match="is no object of this scene"):
        parse_suite(text.format("(not (reachable blue_box))"))
    with pytest.raises(ValueError, match="unknown predicate"):
        parse_suite(text.format("(not reachable)"))


def test_no_room_is_said(world: World) -> None:
    from envs.objects import ObjectSpec
    from envs.task import SceneSpec, Task

    crowd = tuple(ObjectSpec(f"red box {k}" if k > 1 else "red box", size=(0.3, 0.3, 0.1)) for k in range(1, 9))
    task = Task("crowd", ("go",), SceneSpec(crowd, "reach"), "(holding red_box)")
    with pytest.raises(ValueError, match="no room for 8 objects"):
        sample(task, np.random.default_rng(0))


def test_an_environment_runs_calls_of_the_family() -> None:
    env = gymnasium.make("envs:forethought/Reach-v0", split=EVALUATION)
    _, info = env.reset(seed=1)
    assert not info["is_success"]
    *_, info = env.step("pick(yellow box)")
    assert info["outcome"].message == "the yellow box is out of reach"
    *_, info = env.step("pick(hook)")
    assert info["outcome"].succeeded
    *_, info = env.step("pull(yellow box, with, hook)")
    assert info["outcome"].succeeded, info["outcome"].message
    assert distance(info["state"]["yellow box"]) < REACH
    env.close()
