import numpy as np
import pytest

from envs.disturbances import Disturbance, Disturber, free_spot, parse_disturbance, parse_disturbances
from envs.episode import perform, run_episode
from envs.record import without_times
from envs.scenes import build
from envs.seeding import EVALUATION
from envs.task import Suite
from sim.state import Pose
from sim.world import World
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
        ("slip", "KIND=P"),
        ("slip=often", "KIND=P"),
        ("slip=1.5", "0 to 1"),
        ("slip=nan", "0 to 1"),
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
    both = Disturber([Disturbance("move", 0.5), Disturbance("slip", 0.5)], np.random.default_rng(1))
    for _ in range(20):
        alone.begin(call)
        both.begin(call)
        assert alone._move_after == both._move_after
