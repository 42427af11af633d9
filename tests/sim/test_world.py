from collections.abc import Iterator

import numpy as np
import pytest

from sim.command import CONTROL_SECONDS, Command
from sim.state import Pose, SceneState
from sim.world import Placement, World
from skills.motion import tool_down


def place(name: str, x: float, y: float, z: float = 0.02) -> Placement:
    return Placement(name, Pose((x, y, z)))


SCENE = [
    place("red block", 0.45, 0.10),
    place("blue block", 0.50, -0.10),
    place("green block", 0.50, -0.10, 0.06),
    place("red bowl", 0.60, 0.20, 0.0225),
    place("yellow block", 0.60, 0.20, 0.05),
    place("white plate", 0.40, -0.25, 0.006),
    place("brown box", 0.62, -0.24, 0.025),
    place("pink ball", 0.35, 0.25, 0.022),
    place("cyan cylinder", 0.40, -0.25, 0.042),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


def shove(world: World) -> SceneState:
    """Sweeps the arm through the scene: contacts, falls, rolling."""
    joints = world.spec.home
    for k in range(100):
        joints = world.kinematics.solve(tool_down(0.45, 0.3 - 0.006 * k, 0.03, 0.0), joints).joints
        world.step(Command(joints, opening=0.02))
    return world.state()


def test_reset_puts_everything_where_it_was_told(world: World) -> None:
    state = world.reset(SCENE)
    assert state.names == tuple(p.name for p in SCENE)
    for placement in SCENE:
        assert state[placement.name].pose.distance(placement.pose) < 0.03
    assert {
        ("green block", "blue block"),
        ("yellow block", "red bowl"),
        ("cyan cylinder", "white plate"),
    } <= state.supports
    assert world.at_rest()


def test_same_placements_same_future_bit_for_bit(world: World) -> None:
    first = world.reset(SCENE)
    after = shove(world)
    moved = [o.name for o in first.objects if o.pose.distance(after[o.name].pose) > 0.01]
    assert moved, "the sweep should have met something"
    world.reset(SCENE[:3])
    shove(world)
    assert world.reset(SCENE) == first
    assert shove(world) == after
    with World() as other:
        assert other.reset(SCENE) == first
        assert shove(other) == after


def test_save_and_restore(world: World) -> None:
    world.reset(SCENE)
    snapshot = world.save()
    before = world.state()
    shove(world)
    world.restore(snapshot)
    assert world.state() == before
    world.forget(snapshot)
    world.reset(SCENE)
    with pytest.raises(ValueError, match="before the last reset"):
        world.restore(snapshot)


def test_time_counts_control_steps(world: World) -> None:
    world.reset(SCENE[:1])
    started = world.time
    for _ in range(40):
        world.step()
    assert world.time - started == pytest.approx(40 * CONTROL_SECONDS) == pytest.approx(1.0)


def test_moving_what_carries_lets_the_rest_fall(world: World) -> None:
    world.reset(SCENE)
    world.relocate("blue block", Pose((0.30, 0.30, 0.02)))
    state = world.settle()
    assert state["green block"].position[2] == pytest.approx(0.02, abs=0.002)
    assert ("green block", "table") in state.supports


def test_names_are_checked(world: World) -> None:
    with pytest.raises(ValueError, match="'red block' is placed twice"):
        world.reset([SCENE[0], SCENE[0]])
    with pytest.raises(ValueError, match="such as 'red block'"):
        world.reset([place("redd block", 0.5, 0.0)])
    world.reset(SCENE[:1])
    with pytest.raises(KeyError, match="no object 'green block' in the world"):
        world.pose("green block")
    with pytest.raises(ValueError, match="unknown scene family 'moon'"):
        World(family="moon")


def test_clearance_asks_without_moving(world: World) -> None:
    before = world.reset(SCENE)
    home = world.joints()
    assert world.clearance(home) == pytest.approx(0.05)
    down = world.kinematics.solve(Pose((0.45, 0.14, 0.03), (1.0, 0.0, 0.0, 0.0)), home)
    assert world.clearance(down.joints) < 0.0
    assert world.state() == before


def test_image_shows_every_object(world: World) -> None:
    state = world.reset(SCENE)
    image = world.render(320, 240)
    assert image.rgb.shape == (240, 320, 3) and image.depth.shape == (240, 320)
    assert set(range(len(state.objects))) <= set(np.unique(image.segmentation).tolist())
    # A pixel's ray and depth lead back to the object it shows.
    index = state.names.index("red block")
    rows, columns = np.nonzero(image.segmentation == index)
    v, u = int(np.median(rows)), int(np.median(columns))
    camera = world.stage.camera
    eye, direction = camera.ray(u, v, 320, 240)
    axis = np.array(camera.pose.target) - np.array(camera.pose.eye)
    axis /= np.linalg.norm(axis)
    point = eye + direction * (image.depth[v, u] / float(direction @ axis))
    assert np.linalg.norm(point - np.array(state["red block"].position)) < 0.04
