"""What the richer tabletop asks of tasks, scenes and skills beyond the plain one."""

from dataclasses import replace

import numpy as np
import pytest

from envs.episode import run_episode
from envs.objects import HELD_WIDTH, ObjectSpec, Variation
from envs.scenes import build, sample
from envs.success import broken_rules, judge, plan_reaches_goal
from envs.suites import find_suite
from envs.task import SceneSpec, Task, TaskError
from envs.taskfile import parse_suite
from planner.oracle import Oracle
from sim.catalog import CATEGORIES
from sim.geometry import quat_from_yaw
from sim.state import Pose
from sim.world import Placement, World
from skills.execution import execute
from skills.outcome import FailureReason
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.vocabulary import Atom

SUITE = find_suite("tabletop-rich")
VARIED = Task(
    id="varied",
    instructions=("lift it",),
    scene=SceneSpec(
        (ObjectSpec("red block"), ObjectSpec("coke can"), ObjectSpec("blue bowl"), ObjectSpec("green zone")),
        vary=Variation(size=0.2, mass=0.5, friction=0.3),
    ),
    goal="(holding red_block)",
)


def file_with(scene: str, extra: str = "") -> str:
    return f"""\
suite: my-suite
tasks:
  - id: one
    instruction: lift the block
    scene: {scene}
    goal: (holding red_block)
    {extra}
"""


def test_sizes_masses_and_frictions_are_drawn_within_their_bounds() -> None:
    draws = [sample(VARIED, np.random.default_rng(seed)).placements for seed in range(40)]
    for name, size, mass, friction in (("red block", 0.04, 0.06, 0.9), ("blue bowl", 0.15, 0.3, 0.35)):
        listed = [p for placements in draws for p in placements if p.name == name]
        scales = [p.size[0] / size for p in listed if p.size is not None]
        assert len(scales) == 40 and 0.8 <= min(scales) < 0.88 and 1.12 < max(scales) <= 1.2
        assert all(0.5 <= (p.mass or 0.0) / mass <= 1.5 for p in listed)
        assert all(0.7 <= (p.friction or 0.0) / friction <= 1.3 for p in listed)
    cans = [p for placements in draws for p in placements if p.name == "coke can"]
    assert max(p.size[0] for p in cans if p.size is not None) <= HELD_WIDTH
    assert all(p.mass is None for placements in draws for p in placements if p.name == "green zone")


def test_the_same_seed_draws_the_same_and_nothing_is_drawn_where_nothing_varies() -> None:
    first, again = (sample(VARIED, np.random.default_rng(3)).placements for _ in range(2))
    assert first == again
    plain = replace(VARIED, scene=replace(VARIED.scene, vary=Variation()))
    assert all((p.size, p.mass, p.friction) == (None,) * 3 for p in sample(plain, np.random.default_rng(3)).placements)


def test_a_scene_has_the_sizes_that_were_drawn(world: World) -> None:
    state = build(world, VARIED, 0, "evaluation")
    assert state["red block"].size != CATEGORIES["block"].size
    assert state["red block"].bottom == pytest.approx(0.0, abs=0.001)


def test_an_object_of_a_task_file_has_its_own_size_mass_and_friction() -> None:
    scene = "{objects: [{name: red block, size: [0.05, 0.04, 0.03], mass: 0.2, friction: 0.5}], vary: {mass: 0.1}}"
    spec = parse_suite(file_with(scene)).tasks[0].scene
    assert spec.objects[0] == ObjectSpec("red block", None, None, (0.05, 0.04, 0.03), 0.2, 0.5)
    assert spec.vary == Variation(mass=0.1)


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("{objects: [{name: red block, size: [0.05, 0.05]}]}", ["size", "[x, y, z] in metres"]),
        ("{objects: [{name: red block, size: [0.05, 0.05, 2]}]}", ["2 m", "0.008 to 0.6"]),
        ("{objects: [{name: red block, mass: heavy}]}", ["'heavy'", "kilograms"]),
        ("{objects: [{name: red block, mass: 50}]}", ["50", "0.001 to 3"]),
        ("{objects: [{name: red block, friction: 0}]}", ["friction is 0", "0.1 to 2"]),
        ("{objects: [red block, {name: red ball, size: [0.05, 0.04, 0.04]}]}", ["round", "same extent"]),
        ("{objects: [red block, {name: red zone, mass: 1}]}", ["fixed", "no mass"]),
        ("{objects: [red block], vary: {size: 0.9}}", ["varies by 0.9", "0 to 0.4"]),
        ("{objects: [red block], vary: {masses: 0.1}}", ["unknown key 'masses'", "'mass'"]),
        ("{objects: [red block], vary: {mass: lots}}", ["'lots'", "fraction"]),
    ],
)
def test_what_does_not_fit_is_said_with_its_line(scene: str, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"task file:5:") as raised:
        parse_suite(file_with(scene))
    assert all(word in str(raised.value) for word in words)


def test_a_rule_of_the_way_is_checked_like_a_goal() -> None:
    with pytest.raises(ValueError, match=r"task file:7: .*blue_block"):
        parse_suite(file_with("{objects: [red block]}", "never: [(on red_block blue_block)]"))
    with pytest.raises(TaskError, match="varies by"):
        Variation(friction=-0.1)


def test_the_tower_of_hanoi_takes_seven_moves_and_keeps_to_the_rules(world: World) -> None:
    task = SUITE.task("hanoi")
    episode = run_episode(task, 0, Oracle(task.goal, task.never), world)
    assert episode.success and episode.plan_success
    assert len(episode.steps) == 14


def test_a_rule_that_was_broken_on_the_way_is_a_failure(world: World) -> None:
    task = SUITE.task("hanoi")
    episode = run_episode(task, 0, Oracle(task.goal), world)
    assert not episode.success and not episode.plan_success
    assert not episode.goal["(never (exists (?d - disc) (on ?d table)))"]
    assert episode.goal["(on green_disc red_disc)"]


def test_rules_are_asked_of_the_scene_as_it_is(world: World) -> None:
    task = SUITE.task("hanoi")
    start = build(world, task, 1, "evaluation")
    assert not broken_rules(task, start, start)
    world.relocate("blue disc", Pose((0.3, -0.4, 0.01)))
    state = world.settle()
    assert broken_rules(task, start, state) == {task.never[1]}
    assert not judge(task, start, state)[f"(never {task.never[1]})"]
    assert Atom("larger", ("red disc", "blue disc")) in atoms(state)
    aside = SkillCall.parse("place(blue disc, on, table)")
    assert plan_reaches_goal(task, start, [SkillCall("pick", ("blue disc",)), aside], False) is False


def bricks(gap: float) -> list[Placement]:
    far = Placement("blue brick", Pose((0.4, -0.2, 0.015), quat_from_yaw(0.4)))
    side = 0.024 + gap / 2.0
    return [Placement(f"{c} brick", Pose((0.5, y, 0.015))) for c, y in (("red", side), ("green", -side))] + [far]


def test_a_brick_lies_across_two(world: World) -> None:
    world.reset(bricks(0.012))
    rng = np.random.default_rng(0)
    assert Atom("next-to", ("red brick", "green brick")) in atoms(world.state())
    assert execute(world, SkillCall.parse("pick(blue brick)"), rng).succeeded
    assert execute(world, SkillCall.parse("place(blue brick, across, red brick, green brick)"), rng).succeeded
    assert {("blue brick", "red brick"), ("blue brick", "green brick")} <= world.state().supports


def test_no_brick_lies_across_a_wide_gap(world: World) -> None:
    world.reset(bricks(0.05))
    rng = np.random.default_rng(0)
    assert Atom("next-to", ("red brick", "green brick")) not in atoms(world.state())
    execute(world, SkillCall.parse("pick(blue brick)"), rng)
    outcome = execute(world, SkillCall.parse("place(blue brick, across, red brick, green brick)"), rng)
    assert outcome.reason == FailureReason.UNREACHABLE and "too far apart" in outcome.message


def test_sweeping_goes_round_what_stands_in_the_way(world: World) -> None:
    zone = Placement("green zone", Pose((0.5, -0.15, 0.0005)), (0.08, 0.08, 0.001))
    piece = Placement("red piece", Pose((0.5, 0.12, 0.0075), quat_from_yaw(0.5)))
    start = world.reset([zone, piece, Placement("blue block", Pose((0.5, 0.0, 0.02)))])
    outcome = execute(world, SkillCall.parse("sweep(red piece, into, green zone)"), np.random.default_rng(0))
    assert outcome.succeeded
    assert ("red piece", "green zone") in world.state().supports
    assert world.pose("blue block").distance(start["blue block"].pose) < 0.002


def test_sweeping_says_what_leaves_no_way(world: World) -> None:
    zone = Placement("green zone", Pose((0.5, -0.15, 0.0005)), (0.08, 0.08, 0.001))
    piece = Placement("red piece", Pose((0.5, 0.12, 0.0075)))
    world.reset([zone, piece, Placement("white bowl", Pose((0.5, -0.15, 0.0225)))])
    outcome = execute(world, SkillCall.parse("sweep(red piece, into, green zone)"), np.random.default_rng(0))
    assert (outcome.reason, outcome.culprit) == (FailureReason.COLLISION, "white bowl")


def test_the_suite_is_in_its_own_words_and_large_enough() -> None:
    assert len(SUITE.tasks) >= 16
    wordings = [text for task in SUITE.tasks for text in task.instructions]
    assert len(wordings) > len(SUITE.tasks)
