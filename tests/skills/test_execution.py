"""Skills in the real simulator: what works, and each way of failing, caused by physics."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from sim.command import Command
from sim.geometry import quat_from_yaw
from sim.state import Pose
from sim.world import Placement, World
from skills.execution import execute
from skills.outcome import FailureReason, Outcome
from skills.predicates import atoms
from skills.spec import SkillCall
from skills.vocabulary import Atom


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


def block(name: str, x: float, y: float, z: float = 0.02, yaw: float = 0.0) -> Placement:
    return Placement(name, Pose((x, y, z), quat_from_yaw(yaw)))


TABLE = [
    block("red block", 0.45, 0.10, yaw=0.4),
    block("blue block", 0.50, -0.10, yaw=-0.7),
    block("red bowl", 0.60, 0.22, 0.0225),
    block("white plate", 0.40, -0.25, 0.006),
]


def run(world: World, *calls: str, on_step: Callable[[World], None] | None = None) -> list[Outcome]:
    rng = np.random.default_rng(0)
    return [execute(world, SkillCall.parse(call), rng, on_step=on_step) for call in calls]


@pytest.mark.parametrize(
    ("calls", "fact"),
    [
        (("pick(red block)",), "(holding red_block)"),
        (("pick(red block)", "place(red block, in, red bowl)"), "(in red_block red_bowl)"),
        (("pick(red block)", "place(red block, on, blue block)"), "(on red_block blue_block)"),
        (("pick(red block)", "place(red block, on, white plate)"), "(on red_block white_plate)"),
        (("pick(red block)", "place(red block, on, table)"), "(on red_block table)"),
        (("pick(red block)", "place(red block, at, top right corner)"), "(at red_block top_right_corner)"),
        (("pick(red block)", "place(red block, left-of, blue block)"), "(left-of red_block blue_block)"),
        (("pick(red block)", "place(red block, right-of, blue block)"), "(right-of red_block blue_block)"),
        (("pick(red block)", "place(red block, behind, blue block)"), "(behind red_block blue_block)"),
        (("pick(red block)", "place(red block, in-front-of, blue block)"), "(in-front-of red_block blue_block)"),
        (("pick(red block)", "place(red block, near, red bowl)"), "(near red_block red_bowl)"),
        (
            ("pick(red block)", "place(red block, between, blue block, red bowl)"),
            "(between red_block blue_block red_bowl)",
        ),
        (("push(blue block, forward)",), "(moved blue_block forward)"),
        (("push(blue block, toward, red block)",), "(near blue_block red_block)"),
    ],
)
def test_effects_are_reached(world: World, calls: tuple[str, ...], fact: str) -> None:
    start = world.reset(TABLE)
    outcomes = run(world, *calls)
    assert [o.reason for o in outcomes] == [None] * len(calls), outcomes
    assert Atom.parse(fact) in atoms(world.state(), start)


def test_a_tower_of_five_stands(world: World) -> None:
    names = [f"{c} block" for c in ("red", "green", "blue", "yellow", "pink")]
    world.reset([block(n, 0.38 + 0.07 * k, 0.2 * (-1) ** k, yaw=0.3 * k) for k, n in enumerate(names)])
    for lower, upper in itertools.pairwise(names):
        assert all(o.succeeded for o in run(world, f"pick({upper})", f"place({upper}, on, {lower})"))
    for _ in range(80):
        world.step()
    state = world.state()
    assert state["pink block"].position[2] == pytest.approx(0.18, abs=0.004)


def test_out_of_a_bowl_again(world: World) -> None:
    world.reset([*TABLE[1:3], block("red block", 0.61, 0.23, 0.05)])
    outcomes = run(world, "pick(red block)", "place(red block, on, table)")
    assert all(o.succeeded for o in outcomes), outcomes


def test_snatched_away_in_mid_skill(world: World) -> None:
    world.reset(TABLE)
    steps = iter(range(10_000))

    def snatch(running: World) -> None:
        if next(steps) == 15:
            running.relocate("red block", Pose((0.35, 0.30, 0.02)))

    (outcome,) = run(world, "pick(red block)", on_step=snatch)
    assert outcome.reason is FailureReason.TARGET_MOVED
    assert outcome.culprit == "red block"
    assert run(world, "pick(red block)")[0].succeeded, "the next attempt starts from where the object is now"


def test_a_slip_on_the_way_drops_the_object(world: World) -> None:
    world.reset(TABLE)
    assert run(world, "pick(red block)")[0].succeeded
    steps = iter(range(10_000))

    def loosen(running: World) -> None:
        if next(steps) == 12:
            for _ in range(8):
                running.step(Command(opening=0.08))

    (outcome,) = run(world, "place(red block, in, red bowl)", on_step=loosen)
    assert outcome.reason is FailureReason.DROPPED
    assert world.state().robot.holding is None


def test_out_of_reach(world: World) -> None:
    world.reset([block("red block", 0.95, 0.30)])
    (outcome,) = run(world, "pick(red block)")
    assert outcome.reason is FailureReason.UNREACHABLE
    assert "out of reach" in outcome.message


def test_no_room_for_the_fingers(world: World) -> None:
    around = [(0.46, 0.0), (0.54, 0.0), (0.50, 0.043), (0.50, -0.043)]
    colors = ("green", "blue", "yellow", "pink")
    ring = [block(f"{c} block", x, y) for c, (x, y) in zip(colors, around, strict=True)]
    world.reset([block("red block", 0.50, 0.0), *ring])
    (outcome,) = run(world, "pick(red block)")
    assert outcome.reason is FailureReason.COLLISION
    assert outcome.culprit in {p.name for p in ring}


@pytest.mark.parametrize(
    ("calls", "message"),
    [
        (("place(red block, in, red bowl)",), "the hand does not hold the red block"),
        (("pick(red block)", "pick(blue block)"), "the hand already holds the red block"),
        (
            ("pick(red block)", "place(red block, on, blue block)", "pick(blue block)"),
            "something lies on the blue block",
        ),
        (("pick(red block)", "push(blue block, left)"), "the hand already holds the red block"),
    ],
)
def test_preconditions_are_asked_first(world: World, calls: tuple[str, ...], message: str) -> None:
    world.reset(TABLE)
    *_, outcome = run(world, *calls)
    assert outcome.reason is FailureReason.PRECONDITION
    assert message in outcome.message
    assert outcome.seconds == 0.0


def test_a_ball_does_not_stay_on_a_block(world: World) -> None:
    world.reset([*TABLE, block("pink ball", 0.35, 0.30, 0.022)])
    outcomes = run(world, "pick(pink ball)", "place(pink ball, on, blue block)")
    assert outcomes[0].succeeded
    assert outcomes[1].reason in {FailureReason.EFFECT_NOT_REACHED, None}
    on = Atom("on", ("pink ball", "blue block")) in atoms(world.state())
    assert outcomes[1].succeeded == on


def test_knocking_another_object_away_is_a_failure(world: World) -> None:
    world.reset([block("red block", 0.5, 0.0), block("blue cylinder", 0.5, 0.06, 0.03)])
    (outcome,) = run(world, "push(red block, left)")
    assert outcome.reason is FailureReason.DISTURBED_OTHER
    assert outcome.culprit == "blue cylinder"
    assert "blue cylinder" in outcome.moved


def test_time_out(world: World) -> None:
    world.reset(TABLE)
    outcome = execute(world, SkillCall.parse("pick(red block)"), np.random.default_rng(0), max_seconds=0.5)
    assert outcome.reason is FailureReason.TIME_OUT


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("pick(green block)", "'green block' in pick\\(green block\\) is no movable of this scene; the nearest is"),
        ("pick(red bowl)", "is no movable of this scene"),
        ("place(red block, under, red bowl)", "no skill has the form"),
        ("jump(red block)", "no skill has the form"),
        ("push(red block, up)", "is no direction of this scene"),
    ],
)
def test_calls_that_do_not_fit_are_errors(world: World, call: str, message: str) -> None:
    world.reset(TABLE)
    with pytest.raises(ValueError, match=message):
        run(world, call)


def test_over_a_tower_in_the_way(world: World) -> None:
    colors = ("green", "blue", "yellow", "pink")
    tower = [block(f"{c} block", 0.5, 0.0, 0.02 + 0.04 * k) for k, c in enumerate(colors)]
    before = world.reset([block("red block", 0.5, 0.16), *tower, block("red bowl", 0.5, -0.2, 0.0225)])
    outcomes = run(world, "pick(red block)", "place(red block, in, red bowl)")
    assert all(o.succeeded for o in outcomes), outcomes
    after = world.state()
    assert all(after[p.name].pose.distance(before[p.name].pose) < 0.005 for p in tower)


@pytest.mark.slow
def test_random_poses_and_yaws(world: World) -> None:
    """A sample of the thousand that `scripts/measure_skills.py` runs."""
    rng = np.random.default_rng(11)
    for _ in range(25):
        x, y, yaw = rng.uniform(0.33, 0.67), rng.uniform(-0.30, 0.05), rng.uniform(-np.pi, np.pi)
        world.reset([block("red block", x, y, yaw=yaw), block("red bowl", rng.uniform(0.4, 0.6), 0.22, 0.0225)])
        outcomes = run(world, "pick(red block)", "place(red block, in, red bowl)")
        assert all(o.succeeded for o in outcomes), (x, y, yaw, outcomes)
