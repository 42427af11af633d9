import numpy as np
import pytest

from envs.disturbances import KINDS, Disturbance, Disturber, free_spot, parse_disturbance, parse_disturbances
from envs.episode import perform, run_episode
from envs.events import Event, Executed
from envs.record import without_times
from envs.scenes import build
from envs.seeding import EVALUATION
from envs.seeing import close_eyes, open_eyes
from envs.task import Suite
from sim.perception.degraded import DegradedSensor
from sim.state import Pose
from sim.world import Placement, World
from skills.outcome import FailureReason
from skills.spec import SkillCall
from tests.envs.scripted_planners import Scripted

PUT = ["pick(red block)", "place(red block, in, blue bowl)"]


def test_a_disturbance_is_read() -> None:
    assert parse_disturbance("slip=0.25") == Disturbance("slip", 0.25)
    assert parse_disturbances(["slip=0.1", "move=1"]) == (Disturbance("slip", 0.1), Disturbance("move", 1.0))
    assert parse_disturbances(None) == ()
    assert str(Disturbance("move", 0.5)) == "move=0.5"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slpi=0.2", "'slip'"),
        ("slip", "KIND=VALUE"),
        ("slip=often", "KIND=VALUE"),
        ("slip=1.5", "0 to 1"),
        ("slip=nan", "0 to 1"),
        ("hide=-0.1", "0 to 1, such as hide=0.2"),
        ("stall=2", "0 to 1, such as stall=0.1"),
        ("noise=0.5", "metres from 0 to 0.05, such as noise=0.005"),
        ("noise=-0.01", "metres from 0 to 0.05"),
    ],
)
def test_what_is_no_disturbance_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_disturbance(text)


def test_a_kind_is_given_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        parse_disturbances(["slip=0.1", "slip=0.2"])


def test_a_loose_grip_drops_the_object(world: World, basics: Suite) -> None:
    reasons = set()
    for seed in range(4):
        slip = [Disturbance("slip", 1.0)]
        episode = run_episode(basics.task("block-in-bowl"), seed, Scripted(PUT), world, disturb=slip)
        assert episode.error is None
        failed = [s for s in episode.steps if not s.succeeded]
        assert failed
        reasons.add(failed[0].reason)
    assert reasons <= {FailureReason.DROPPED, FailureReason.GRASP_MISSED}


class Snatch(Disturber):
    """Takes the red block away at one control step."""

    def __init__(self, step: int) -> None:
        super().__init__((), np.random.default_rng(0))
        self._left = step

    def __call__(self, world: World) -> None:
        self._left -= 1
        if self._left == 0:
            block = world.state()["red block"]
            spot = free_spot(world.state(), block, np.random.default_rng(0))
            assert spot is not None
            world.relocate("red block", Pose((*spot, block.position[2]), block.pose.orientation))


@pytest.mark.parametrize("step", [4, 8, 12])
def test_an_object_snatched_away_in_mid_skill_ends_in_its_own_reason(step: int, world: World, basics: Suite) -> None:
    start = build(world, basics.task("block-in-bowl"), 0, EVALUATION)
    call = SkillCall("pick", ("red block",))
    outcome = perform(world, call, np.random.default_rng(0), start, Snatch(step))
    assert not outcome.succeeded
    assert outcome.reason in (FailureReason.TARGET_MOVED, FailureReason.GRASP_MISSED)


def test_moves_are_seeded_and_counted_as_handled(world: World, basics: Suite) -> None:
    task = basics.task("block-on-block")
    script = ["pick(yellow block)", "place(yellow block, on, purple block)"]
    move = [Disturbance("move", 1.0)]
    first = run_episode(task, 3, Scripted(script), world, disturb=move).to_dict()
    again = run_episode(task, 3, Scripted(script), world, disturb=move).to_dict()
    calm = run_episode(task, 3, Scripted(script), world).to_dict()
    assert without_times(first) == without_times(again)
    assert without_times(first) != without_times(calm)
    assert calm["success"]


def test_dice_of_one_kind_do_not_change_those_of_another() -> None:
    call = SkillCall("pick", ("red block",))
    alone = Disturber([Disturbance("move", 0.5)], np.random.default_rng(1))
    others = [Disturbance(kind, 0.05 if kind == "noise" else 0.5) for kind in KINDS]
    together = Disturber(others, np.random.default_rng(1))
    together.eyes(None)
    for _ in range(20):
        alone.begin(call)
        together.begin(call)
        assert alone._move_after == together._move_after


def test_an_arm_that_stalls_fails_the_call_and_goes_on_with_the_next(world: World, basics: Suite) -> None:
    task, planner = basics.task("block-in-bowl"), Scripted([PUT[0]])
    told: list[Event] = []
    stalled = run_episode(task, 0, planner, world, disturb=[Disturbance("stall", 1.0)], on_event=told.append)
    (step,) = stalled.steps
    assert step.reason == FailureReason.TIME_OUT
    assert step.message == "the arm stopped in the middle of pick(red block)"
    assert 2.0 < step.sim_seconds < 8.0
    assert [e.disturbances for e in told if isinstance(e, Executed)] == [("the arm halted",)]
    stalled = run_episode(task, 0, Scripted(PUT * 4), world, disturb=[Disturbance("stall", 0.5)])
    assert {s.succeeded for s in stalled.steps} == {True, False}


def test_an_object_out_of_sight_comes_back_and_counts_all_the_while(world: World, basics: Suite) -> None:
    task = basics.task("tower-of-five")
    script = ["pick(green block)", "place(green block, on, red block)", *["pick(pink ball)"] * 6]
    planner = Scripted(script)
    hidden = run_episode(task, 0, planner, world, disturb=[Disturbance("hide", 1.0)])
    everything = set(planner.heard[0].state.names)
    missing = [everything - set(heard.state.names) for heard in planner.heard]
    assert not missing[0] and all(1 <= len(names) <= 2 for names in missing[1:])
    for name in everything:
        seen = "".join("-" if name in names else "+" for names in missing)
        assert "---" not in seen
    assert set(hidden.goal) == set(run_episode(task, 0, Scripted(script), world).goal)


def test_what_is_out_of_sight_cannot_be_acted_on(world: World, basics: Suite) -> None:
    start = build(world, basics.task("block-in-bowl"), 0, EVALUATION)
    disturber = Disturber([Disturbance("hide", 0.0)], np.random.default_rng(0))
    open_eyes(world, "simulator", disturber, np.random.default_rng(0))
    assert isinstance(world.sensor, DegradedSensor)
    world.sensor.hidden = frozenset({"red block"})
    outcome = perform(world, SkillCall.parse(PUT[0]), np.random.default_rng(0), start, disturber)
    assert outcome.reason is FailureReason.PRECONDITION and outcome.message == "the red block is out of sight"
    assert perform(world, SkillCall.parse(PUT[0]), np.random.default_rng(0), start, disturber).succeeded
    close_eyes(world)


def test_a_little_noise_is_seen_and_does_no_harm(world: World, basics: Suite) -> None:
    task = basics.task("block-in-bowl")
    clear, noisy = Scripted(PUT), Scripted(PUT)
    run_episode(task, 1, clear, world)
    episode = run_episode(task, 1, noisy, world, disturb=[Disturbance("noise", 0.003)])
    assert episode.success and world.sensor is None
    there, seen = (p.heard[0].state["red block"].position for p in (clear, noisy))
    assert 0.0 < np.hypot(there[0] - seen[0], there[1] - seen[1]) < 0.015
    assert noisy.heard[0].start == noisy.heard[0].state


def test_all_disturbances_together_repeat_themselves(world: World, basics: Suite) -> None:
    disturb = parse_disturbances(["slip=0.3", "move=0.3", "noise=0.005", "hide=0.3", "stall=0.3"])
    task = basics.task("block-in-bowl")
    first, again = (run_episode(task, 2, Scripted(PUT * 3), world, disturb=disturb).to_dict() for _ in range(2))
    assert first["error"] is None
    assert without_times(first) == without_times(again)


def test_what_is_too_long_for_the_table_is_left_where_it_is() -> None:
    with World("panda", "reach") as world:
        state = world.reset([Placement("hook", Pose((0.45, 0.0, 0.01)))])
    assert free_spot(state, state["hook"], np.random.default_rng(0)) is None
