"""The rack, the hook and the basket, as physics has them."""

from collections.abc import Iterator

import numpy as np
import pytest

from sim.command import Command
from sim.geometry import quat_from_yaw
from sim.state import Pose
from sim.world import Placement, World
from skills.execution import execute
from skills.spec import SkillCall

TALL = (0.05, 0.05, 0.118)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(family="reach") as world:
        yield world


def at(name: str, x: float, y: float, z: float, yaw: float = 0.0, size: tuple[float, float, float] | None = None):
    return Placement(name, Pose((x, y, z), quat_from_yaw(yaw)), size)


def test_a_rack_bears_boxes_and_boxes_fit_under_it(world: World) -> None:
    state = world.reset(
        [
            at("rack", 0.45, -0.3, 0.08, 0.3),
            at("red box", 0.45, -0.3, 0.059, 0.3, TALL),
            at("blue box", 0.48, -0.25, 0.16 + 0.054, 0.1, (0.05, 0.05, 0.106)),
        ]
    )
    assert {("rack", "table"), ("red box", "table"), ("blue box", "rack")} <= state.supports
    assert state["rack"].top == pytest.approx(0.16, abs=1e-3)
    assert state["red box"].size == TALL


def test_a_rack_stands_by_its_weight_alone(world: World) -> None:
    """What knocks it is seen to have done so."""
    world.reset([at("rack", 0.45, 0.0, 0.08)])
    stood = world.pose("rack")
    for y in (-0.33, -0.1):
        joints = world.kinematics.solve(Pose((0.45, y, 0.10), (1.0, 0.0, 0.0, 0.0))).joints
        for _ in range(50):
            world.step(Command(joints=joints))
    assert world.pose("rack").distance(stood) > 0.02


@pytest.mark.parametrize("size", [(0.22, 0.21, 0.04), (0.42, 0.21, 0.04)])
def test_a_basket_has_room_to_its_walls(world: World, size: tuple[float, float, float]) -> None:
    x, y = size[0] / 2.0 - 0.04, size[1] / 2.0 - 0.04
    corners = [(u * x, v * y) for u in (-1, 1) for v in (-1, 1)]
    boxes = [
        at(f"{color} box", 0.6 + u, v, 0.045, size=(0.07, 0.07, 0.07))
        for color, (u, v) in zip(("red", "blue", "green", "cyan"), corners, strict=True)
    ]
    state = world.reset([at("basket", 0.6, 0.0, 0.02, size=size), *boxes])
    assert {(b.name, "basket") for b in boxes} <= state.supports
    for box in boxes:
        np.testing.assert_allclose(state[box.name].position[:2], box.pose.position[:2], atol=2e-3)


def test_a_hook_hangs_level_from_its_handle(world: World) -> None:
    """Held behind its centre of mass, it would turn in the fingers but for their friction."""
    world.reset([at("hook", 0.45, 0.1, 0.01, 0.4)])
    assert execute(world, SkillCall("pick", ("hook",)), np.random.default_rng(0)).succeeded
    for _ in range(80):
        world.step()
    hook = world.pose("hook")
    front, back = ((hook @ Pose((s * 0.18, -0.09, 0.0))).position[2] for s in (1.0, -1.0))
    assert world.held() == "hook"
    assert abs(front - back) < 0.015


def test_it_can_be_seen(world: World) -> None:
    world.reset([at("rack", 0.45, -0.3, 0.08), at("hook", 0.5, 0.2, 0.01), at("basket", 0.7, 0.0, 0.02)])
    image = world.render(160, 120)
    seen = {index: int((image.segmentation == index).sum()) for index in range(3)}
    assert all(count > 20 for count in seen.values()), seen
