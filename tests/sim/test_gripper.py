"""The suction cup: it holds what closes its rim, with its own force and no more."""

from collections.abc import Iterator

import numpy as np
import pytest

from sim.command import Command
from sim.state import Pose
from sim.world import Placement, World
from skills.motion import tool_down

GRAVITY = 9.81


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World("xarm6-suction") as world:
        yield world


def lower_cup(world: World, x: float, y: float, top: float) -> None:
    """Brings the cup to 1 mm above a height, straight from above, with suction on."""
    start = world.spec.home
    for z in np.linspace(0.15, 0.001, 40):
        start = world.kinematics.solve(tool_down(x, y, top + float(z), 0.0), start).joints
        world.step(Command(start, opening=0.0))
    for _ in range(10):
        world.step()


def lift(world: World, height: float) -> None:
    x, y, z = world.robot_state().tool.position
    joints = world.joints()
    for k in range(1, 41):
        joints = world.kinematics.solve(tool_down(x, y, z + height * k / 40.0, 0.0), joints).joints
        world.step(Command(joints))


def block(x: float, y: float, mass: float | None = None) -> Placement:
    return Placement("red block", Pose((x, y, 0.02)), mass=mass)


def test_suction_holds_until_it_is_turned_off(world: World) -> None:
    world.reset([block(0.45, 0.1)])
    assert world.opening() == world.spec.opening
    lower_cup(world, 0.45, 0.1, 0.04)
    assert world.held() == "red block" and world.opening() == 0.0
    lift(world, 0.1)
    assert world.state()["red block"].position[2] == pytest.approx(0.12, abs=0.003)
    world.step(Command(opening=world.spec.opening))
    assert world.held() is None
    assert world.settle()["red block"].position[2] == pytest.approx(0.02, abs=0.002)


@pytest.mark.parametrize(("share", "holds"), [(0.9, True), (1.15, False)])
def test_a_load_above_its_strength_comes_off(world: World, share: float, holds: bool) -> None:
    assert world.spec.suction is not None
    world.reset([block(0.45, 0.1, mass=share * world.spec.suction.strength / GRAVITY)])
    lower_cup(world, 0.45, 0.1, 0.04)
    assert world.held() == "red block"
    lift(world, 0.03)
    assert (world.held() == "red block") == holds


def test_nothing_is_held_where_the_rim_stays_open(world: World) -> None:
    world.reset([block(0.45, 0.1)])
    lower_cup(world, 0.45, 0.1 + 0.012, 0.04)
    assert world.held() is None, "the cup reaches over the edge"
    world.reset([block(0.45, 0.1)])
    lower_cup(world, 0.45, 0.1, 0.05)
    assert world.held() is None, "the cup is a centimetre above"


def test_a_snapshot_remembers_what_is_held(world: World) -> None:
    world.reset([block(0.45, 0.1), Placement("blue block", Pose((0.55, -0.1, 0.02)))])
    free = world.save()
    lower_cup(world, 0.45, 0.1, 0.04)
    held = world.save()
    lift(world, 0.1)
    world.restore(free)
    assert world.held() is None
    ends = []
    for _ in range(2):
        world.restore(held)
        assert world.held() == "red block"
        lift(world, 0.1)
        ends.append(world.state())
    assert ends[0] == ends[1]
    assert ends[0].robot.holding == "red block"
