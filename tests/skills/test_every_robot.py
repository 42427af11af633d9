"""What every registered robot can do: its kinematics are the engine's, and the skills of the table succeed with it."""

from collections.abc import Iterator

import numpy as np
import pytest

from sim.geometry import quat_from_yaw, quat_rotate
from sim.robots import ROBOTS
from sim.state import Pose
from sim.world import Placement, World
from skills.execution import execute
from skills.outcome import FailureReason
from skills.spec import SkillCall
from skills.vocabulary import WORK_AREA


@pytest.fixture(scope="module", params=list(ROBOTS))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with World(request.param) as world:
        yield world


def place(name: str, x: float, y: float, z: float = 0.02, yaw: float = 0.0) -> Placement:
    return Placement(name, Pose((x, y, z), quat_from_yaw(yaw)))


SCENE = [
    place("red block", 0.42, 0.12, yaw=0.5),
    place("blue block", 0.50, -0.14, yaw=-0.7),
    place("red bowl", 0.60, 0.20, 0.0225),
    place("cyan cylinder", 0.36, -0.26, 0.03),
    place("pink ball", 0.38, 0.28, 0.022),
]

CALLS = (
    "pick(red block)",
    "place(red block, on, blue block)",
    "pick(pink ball)",
    "place(pink ball, in, red bowl)",
    "pick(cyan cylinder)",
    "place(cyan cylinder, at, bottom side)",
    "push(cyan cylinder, right)",
    "pick(red block)",
    "place(red block, left-of, blue block)",
    "push(red block, forward)",
)


def test_it_rests_with_the_tool_down_over_the_work_area(world: World) -> None:
    tool = world.reset([]).robot.tool
    (x0, x1), (y0, y1) = WORK_AREA
    assert x0 <= tool.position[0] <= x1 and y0 <= tool.position[1] <= y1 and 0.3 < tool.position[2] < 0.5
    assert quat_rotate(tool.orientation, (0.0, 0.0, 1.0))[2] < -0.9999
    assert abs(tool.yaw) < 0.01, "grasps start from where the robot looks"


def test_the_skills_of_the_table_succeed(world: World) -> None:
    world.reset(SCENE)
    for call in CALLS:
        outcome = execute(world, SkillCall.parse(call), np.random.default_rng(0))
        assert outcome.succeeded, (call, outcome)


def test_what_it_cannot_hold_it_says(world: World) -> None:
    world.reset([place("red ring", 0.45, 0.1, 0.01)])
    outcome = execute(world, SkillCall.parse("pick(red ring)"), np.random.default_rng(0))
    if world.spec.suction is None:
        assert outcome.succeeded
    else:
        assert outcome.reason is FailureReason.GRASP_MISSED
        assert outcome.message == "the cup does not close on the top of the red ring"


def test_a_skill_is_the_same_again_after_a_restore(world: World) -> None:
    world.reset(SCENE)
    assert execute(world, SkillCall.parse("pick(red block)"), np.random.default_rng(0)).succeeded
    snapshot = world.save()
    ends = []
    for _ in range(2):
        world.restore(snapshot)
        assert execute(world, SkillCall.parse("place(red block, in, red bowl)"), np.random.default_rng(0)).succeeded
        ends.append(world.state())
    assert ends[0] == ends[1]
    world.forget(snapshot)


def test_what_was_in_the_hand_is_in_it_again_whatever_has_happened_since(world: World) -> None:
    world.reset(SCENE)
    begun = world.save()
    assert execute(world, SkillCall.parse("pick(red block)"), np.random.default_rng(0)).succeeded
    held, before = world.save(), world.state()
    world.restore(begun)
    assert execute(world, SkillCall.parse("pick(blue block)"), np.random.default_rng(0)).succeeded
    world.restore(held)
    assert world.state() == before and world.held() == "red block"
    assert execute(world, SkillCall.parse("place(red block, in, red bowl)"), np.random.default_rng(0)).succeeded
    for snapshot in (begun, held):
        world.forget(snapshot)
