import math
from collections.abc import Iterator

import numpy as np
import pybullet as bullet
import pytest

from sim.catalog import COLORS, parse_name, sized
from sim.geometry import quat_from_yaw
from sim.looks import look_of
from sim.shapes import LEAST_INERTIA, ShapeLibrary
from sim.solids import Hull, Sphere, solid_of
from sim.state import Pose
from sim.world import Placement, World

THINGS = (
    *("apple", "orange", "peach", "lemon", "banana", "coke can", "pepsi can", "7up can", "redbull can"),
    *("water bottle", "milk bottle", "ketchup bottle", "sponge", "jalapeno chips", "kettle chips", "energy bar", "mug"),
    *("letter A", "letter Q", "red ring", "blue disc", "green triangle", "red brick", "orange piece", "gray stand"),
    *("red block", "red cylinder", "red bowl", "red plate", "red box"),
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def client() -> Iterator[int]:
    client = bullet.connect(bullet.DIRECT)
    yield client
    bullet.disconnect(physicsClientId=client)


@pytest.mark.parametrize("name", THINGS)
def test_things_lie_where_they_are_put(world: World, name: str) -> None:
    height = parse_name(name)[1].size[2]
    pose = Pose((0.5, 0.1, height / 2.0), quat_from_yaw(0.6))
    found = world.reset([Placement(name, pose)], settle=2.0)[name]
    assert found.pose.distance(pose) < 0.002
    assert found.pose.yaw == pytest.approx(0.6, abs=0.02)
    assert found.speed < 0.005
    assert found.bottom == pytest.approx(0.0, abs=0.002)


@pytest.mark.parametrize("name", [*THINGS, "purple zone", "black hook", "red basket"])
def test_what_is_seen_and_touched_fills_the_size_that_is_said(name: str) -> None:
    family = "reach" if name.split()[1:] in (["hook"], ["basket"]) else "tabletop"
    color, kind, _ = parse_name(name, family)
    points = np.concatenate([np.array(mesh.vertices) for mesh in look_of(kind, color)])
    # A stem or a leaf may stand out a little.
    assert np.ptp(points, axis=0) == pytest.approx(kind.size, rel=0.18, abs=0.004)
    for mesh in look_of(kind, color):
        assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1.0, abs=0.05)
        assert max(mesh.indices) < len(mesh.vertices)
    solid = solid_of(kind)
    if isinstance(solid, Hull):
        assert np.ptp(np.array(solid.points), axis=0) == pytest.approx(kind.size, abs=0.006)
    elif not isinstance(solid, Sphere) and solid:
        assert max(part.center[2] for part in solid) <= kind.size[2] / 2.0


def test_each_thing_looks_different_and_is_told_apart(world: World) -> None:
    cans = ("coke can", "pepsi can", "7up can")
    height = parse_name("coke can")[1].size[2] / 2.0
    world.reset([Placement(n, Pose((0.5, 0.2 * k - 0.2, height))) for k, n in enumerate(cans)])
    image = world.render(480, 360)
    means = [image.rgb[image.segmentation == k].mean(axis=0) for k in range(len(cans))]
    assert all((image.segmentation == k).sum() > 200 for k in range(len(cans)))
    assert [int(np.argmax(mean)) for mean in means] == [0, 2, 1]
    metal = image.rgb[image.segmentation == 0].astype(int)
    gray = np.ptp(metal, axis=1) < 12
    assert 0.1 < gray.mean() < 0.6, "a can has metal ends"


def test_letters_are_dark_on_a_light_tile(world: World) -> None:
    world.reset([Placement("letter L", Pose((0.5, 0.0, 0.006)))])
    image = world.render(960, 720)
    shades = image.rgb[image.segmentation == 0].mean(axis=1)
    assert 0.05 < (shades < 90).mean() < 0.5


def test_size_mass_and_friction_of_one_object(client: int) -> None:
    shapes = ShapeLibrary(client, visual=False)
    body = shapes.spawn("block", "red", Pose((0, 0, 1)), (0.06, 0.05, 0.03), 0.2, 0.4)
    info = bullet.getDynamicsInfo(body, -1, physicsClientId=client)
    assert (info[0], info[1]) == (0.2, 0.4)
    low, high = bullet.getAABB(body, -1, physicsClientId=client)
    assert np.subtract(high, low) == pytest.approx((0.06, 0.05, 0.03), abs=0.003)
    again = shapes.spawn("block", "blue", Pose((1, 0, 1)), (0.06, 0.05, 0.03))
    assert bullet.getDynamicsInfo(again, -1, physicsClientId=client)[0] == 0.06


def test_what_is_very_light_is_steadied_and_the_ordinary_is_left_alone(client: int) -> None:
    shapes = ShapeLibrary(client, visual=False)
    small = shapes.spawn("block", "red", Pose((0, 0, 1)), (0.03, 0.03, 0.03), 0.02)
    assert min(bullet.getDynamicsInfo(small, -1, physicsClientId=client)[2]) == pytest.approx(LEAST_INERTIA)
    ball = shapes.spawn("ball", "red", Pose((1, 0, 1)))
    inertia = 0.4 * 0.05 * 0.022**2
    assert bullet.getDynamicsInfo(ball, -1, physicsClientId=client)[2] == pytest.approx((inertia,) * 3)


def test_the_walls_of_a_larger_box_hold_what_is_in_it(world: World) -> None:
    size = (0.26, 0.20, 0.06)
    placements = [
        Placement("brown box", Pose((0.5, 0.0, 0.03)), size),
        Placement("red block", Pose((0.5 + 0.09, 0.06, 0.03))),
        Placement("blue block", Pose((0.5 - 0.09, -0.06, 0.03))),
    ]
    state = world.reset(placements)
    assert state["brown box"].size == size
    assert {("red block", "brown box"), ("blue block", "brown box")} <= state.supports
    assert sized("box", size).inner == pytest.approx(0.096)


def test_a_hook_is_balanced_where_its_weight_is() -> None:
    pose = Pose((0.5, 0.1, 0.01), quat_from_yaw(1.1))
    with World(family="reach") as world:
        found = world.reset([Placement("black hook", pose)])["black hook"]
        assert found.pose.distance(pose) < 0.002
        world.relocate("black hook", Pose((0.45, 0.0, 0.01)))
        assert world.pose("black hook").distance(Pose((0.45, 0.0, 0.01))) < 1e-6
        kind = parse_name("black hook", "reach")[1]
        handle, head = (math.prod(part.half) for part in solid_of(kind))  # type: ignore[union-attr]
        middle = (head * (kind.size[0] / 2.0 - 0.01)) / (handle + head)
        assert kind.com[0] == pytest.approx(middle, abs=0.002)


def test_what_lies_within_a_zone_is_on_it_and_on_the_table(world: World) -> None:
    placements = [
        Placement("green zone", Pose((0.5, 0.0, 0.0005), quat_from_yaw(0.5))),
        Placement("red block", Pose((0.53, 0.03, 0.02))),
        Placement("blue block", Pose((0.5, 0.2, 0.02))),
    ]
    supports = world.reset(placements).supports
    assert {("red block", "green zone"), ("red block", "table"), ("blue block", "table")} <= supports
    assert ("blue block", "green zone") not in supports


def test_colors_are_those_of_the_catalog() -> None:
    for color, rgb in COLORS.items():
        assert look_of(parse_name(f"{color} block")[1], color)[0].color == rgb
