import ast
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.camera import Stage
from sim.catalog import CATEGORIES, COLORS
from sim.geometry import quat_from_yaw, quat_multiply
from sim.perception.colors import NAMES, classify
from sim.perception.degraded import DegradedSensor
from sim.perception.outline import RobotOutline
from sim.perception.sensor import CAMERAS, CameraSensor
from sim.perception.surfaces import RECOGNISED, samples, surface_distance
from sim.perception.views import project
from sim.state import Pose, SceneState
from sim.world import Placement, World
from skills.execution import execute
from skills.motion import tool_down
from skills.predicates import support_facts
from skills.spec import SkillCall

CLOSE = 0.005
LYING = quat_multiply(quat_from_yaw(0.7), (math.sin(math.pi / 4.0), 0.0, 0.0, math.cos(math.pi / 4.0)))


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        world.sensor = CameraSensor(np.random.default_rng(0))
        yield world


def on(name: str, x: float, y: float, bottom: float = 0.0, yaw: float = 0.4) -> Placement:
    height = CATEGORIES[name.split()[1]].size[2]
    return Placement(name, Pose((x, y, bottom + height / 2.0), quat_from_yaw(yaw)))


def far_off(truth: SceneState, seen: SceneState) -> dict[str, float]:
    """Objects that are missing, invented or more than 5 mm away from where they are."""
    assert set(truth.names) == set(seen.names)
    errors = {o.name: o.pose.distance(seen[o.name].pose) for o in truth.objects}
    return {name: error for name, error in errors.items() if error > CLOSE}


@pytest.mark.parametrize("tilt", [0.0, 0.8, 1.5])
def test_a_color_is_told_in_light_and_in_shade(tilt: float) -> None:
    normal = np.array([math.sin(tilt), 0.0, math.cos(tilt)])
    lamp = np.array([0.6, -0.5, 1.6]) / np.linalg.norm([0.6, -0.5, 1.6])
    shade = 0.6 + 0.39 * max(0.0, float(normal @ lamp))
    seen = classify(shade * np.array(list(COLORS.values())), np.tile(normal, (len(COLORS), 1)))
    assert [NAMES[k] for k in seen] == list(COLORS)


@pytest.mark.parametrize("category", RECOGNISED)
def test_distances_vanish_on_the_surface(category: str) -> None:
    half = np.array(CATEGORIES[category].size) / 2.0
    rim = np.array([[half[0], 0.0, 0.0], [0.0, half[0], 0.0]])
    if category == "bowl":
        rim = np.array([[0.0, 0.0, -half[2]], [0.0, 0.0, CATEGORIES[category].floor - half[2]]])
    assert np.abs(surface_distance(category, rim)).max() < 1e-9
    outside = surface_distance(category, np.array([[0.0, 0.0, half[2] + 0.2]]))
    assert outside[0] > 0.19
    assert (np.abs(samples(category)).max(axis=0) <= half + 1e-9).all()


def test_every_color_and_every_shape_is_seen(world: World) -> None:
    colors = list(COLORS)
    blocks = [
        on(f"{c} block", 0.34 + 0.11 * (k % 4), -0.15 + 0.15 * (k // 4), yaw=0.3 * k) for k, c in enumerate(colors)
    ]
    world.reset([*blocks, on("white bowl", 0.40, 0.32), on("black plate", 0.60, -0.32), on("gray box", 0.60, 0.33)])
    assert not far_off(world.state(), world.see())
    assert set(support_facts(world.state())) == set(support_facts(world.see()))


@pytest.mark.parametrize(
    "scene",
    [
        [on("red bowl", 0.5, 0.1), on("red block", 0.5, 0.1, 0.006)],
        [on("red plate", 0.5, 0.1), on("red block", 0.52, 0.11, 0.013), on("red cylinder", 0.46, 0.09, 0.013)],
        [on("red block", 0.5, 0.1), on("red block 2", 0.5, 0.1, 0.041)],
        [on("red block", 0.5, 0.1, yaw=0.0), on("red block 2", 0.5, 0.0605, yaw=0.0)],
        [on("red box", 0.5, 0.1), on("red ball", 0.47, 0.08, 0.006), on("red block", 0.54, 0.13, 0.006)],
    ],
    ids=["in a bowl", "on a plate", "stacked", "side by side", "in a box"],
)
def test_things_of_one_color_come_apart(world: World, scene: list[Placement]) -> None:
    truth = world.reset(scene)
    seen = world.see()
    assert sorted(o.category for o in seen.objects) == sorted(o.category for o in truth.objects)
    for o in truth.objects:
        nearest = min(o.pose.distance(s.pose) for s in seen.objects if s.category == o.category)
        assert nearest < CLOSE, o.name
    assert len(seen.supports) == len(truth.supports)


def test_a_tower_is_seen_from_its_sides(world: World) -> None:
    names = ["red block", "green block", "blue block", "yellow block", "white block"]
    world.reset([on(name, 0.5, 0.0, 0.0401 * k, 0.05 * k) for k, name in enumerate(names)])
    assert not far_off(world.state(), world.see())
    assert world.see().supports == world.state().supports


def test_what_lies_on_its_side_is_seen(world: World) -> None:
    world.reset([Placement("blue cylinder", Pose((0.5, -0.1, 0.02), LYING)), on("green block", 0.4, 0.2)])
    truth, seen = world.state(), world.see()
    assert not far_off(truth, seen)
    axes = [np.array((s["blue cylinder"].pose @ Pose((0.0, 0.0, 1.0))).position) for s in (truth, seen)]
    along = [a - np.array(s["blue cylinder"].position) for a, s in zip(axes, (truth, seen), strict=True)]
    assert abs(float(along[0] @ along[1])) > 0.995


def test_nothing_is_taken_from_the_simulators_ids() -> None:
    folder = Path(__file__).resolve().parents[2] / "sim" / "perception"
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "segmentation"], path.name


@pytest.mark.parametrize("robot", ["panda", "xarm6"])
def test_the_outline_hides_all_of_the_robot(robot: str) -> None:
    with World(robot) as world:
        state = world.reset([on("red block", 0.5, 0.1)])
        outline = RobotOutline(world.spec, world.place)
        stages = [Stage(world.spec, world.place, robot_visible=visible) for visible in (True, False)]
        for x, y, z in ((0.5, 0.1, 0.12), (0.4, -0.2, 0.3)):
            joints = world.kinematics.solve(tool_down(x, y, z, 0.4), world.spec.home).joints
            posed = replace(state, robot=replace(state.robot, joints=joints))
            for camera, hidden in zip(CAMERAS, outline.masks(posed.robot, CAMERAS, 320, 240), strict=True):
                with_robot, without = (s.render(posed, 320, 240, camera).rgb for s in stages)
                robot_pixels = (with_robot != without).any(axis=2)
                assert robot_pixels.sum() > 1000 and hidden.mean() < 0.3
                assert (robot_pixels & ~hidden).sum() < 10
        for part in (outline, *stages):
            part.close()


def test_a_pixel_leads_back_to_what_it_shows(world: World) -> None:
    state = world.reset([on("red block", 0.5, 0.1)])
    assert isinstance(world.sensor, CameraSensor)
    for view in world.sensor.views(world):
        x, y, _ = state["red block"].position
        corner = np.array([[x, y, 0.04]])
        row, column, depth = view.project(corner)
        assert view.depth[row[0], column[0]] == pytest.approx(depth[0], abs=0.006)
        u, v, _ = project(view.camera, 320, 240, corner)
        assert (column[0], row[0] + 1.0) == (pytest.approx(u[0], abs=0.51), pytest.approx(v[0], abs=0.51))


def test_what_is_held_goes_with_the_hand_and_is_seen_where_it_is_put(world: World) -> None:
    world.reset([on("red block", 0.5, 0.1), on("blue bowl", 0.55, -0.15), on("red ball", 0.4, -0.1)])
    rng = np.random.default_rng(0)
    assert execute(world, SkillCall.parse("pick(red block)"), rng).succeeded
    assert world.see().robot.holding == "red block"
    assert not far_off(world.state(), world.see())
    assert execute(world, SkillCall.parse("place(red block, in, blue bowl)"), rng).succeeded
    assert not far_off(world.state(), world.see())
    assert set(support_facts(world.state())) == set(support_facts(world.see()))


def test_what_is_out_of_sight_stays_and_what_is_gone_goes(world: World) -> None:
    world.reset([on("red block", 0.40, 0.0), on("green block", 0.6, 0.2)])
    first = world.see()
    # The hand comes between the block and both cameras.
    joints = world.kinematics.solve(tool_down(0.43, 0.0, 0.07, 0.0), world.spec.home).joints
    for _ in range(80):
        world.step(replace(world.command, joints=joints))
    assert set(world.see().names) == set(first.names)
    assert not far_off(world.state(), world.see())
    world.relocate("green block", Pose((0.5, 1.2, -0.5)))
    world.step()
    for _ in range(8):
        world.step()
    assert world.see().names == ("red block",)
    world.relocate("green block", Pose((0.6, -0.2, 0.02)))
    world.settle()
    assert "green block" in world.see()


def test_looks_within_a_frame_cost_nothing_and_the_same_dice_see_the_same(world: World) -> None:
    scene = [on("red block", 0.5, 0.1), on("blue bowl", 0.55, -0.15)]
    world.reset(scene)
    first = world.see()
    world.step()
    assert [o is p for o, p in zip(world.see().objects, first.objects, strict=True)] == [True, True]
    world.sensor = CameraSensor(np.random.default_rng(0))
    world.reset(scene)
    assert world.see() == first


def test_without_a_sensor_the_truth_is_seen_and_nothing_rendered() -> None:
    with World() as world:
        world.reset([on("red block", 0.5, 0.1)])
        assert world.see() == world.state() and world.track("red block") == world.pose("red block")
        assert world._stage is None and world._ghost is None


def test_noise_is_another_one_for_each_skill_and_stays_while_an_object_is_followed() -> None:
    with World() as world:
        truth = world.reset([on("red block", 0.5, 0.1), on("blue bowl", 0.55, -0.15)])
        world.sensor = DegradedSensor(None, 0.01, np.random.default_rng(0))
        first = world.see()
        off = first["red block"].pose.distance(truth["red block"].pose)
        assert 0.0 < off < 0.05 and first["red block"].position[2] == truth["red block"].position[2]
        assert first.supports == truth.supports
        world.step()
        assert world.track("red block") == world.see()["red block"].pose
        for _ in range(100):
            world.step()
        assert world.see()["red block"].pose.distance(first["red block"].pose) > 1e-3


def test_closed_fingers_take_the_error_between_them_away() -> None:
    with World() as world:
        world.reset([on("red block", 0.5, 0.1)])
        world.sensor = DegradedSensor(None, 0.004, np.random.default_rng(3))
        outcome = execute(world, SkillCall.parse("pick(red block)"), np.random.default_rng(0))
        assert outcome.succeeded, outcome.message
        tool = world.see().robot.tool
        seen = (tool.inverse() @ world.see()["red block"].pose).position
        there = (tool.inverse() @ world.pose("red block")).position
        assert seen[1] == pytest.approx(there[1], abs=1e-9) and seen[0] != pytest.approx(there[0], abs=1e-6)


def test_a_hand_that_feels_something_takes_it_for_what_it_meant(world: World) -> None:
    world.reset([on("red block", 0.5, 0.1)])
    assert execute(world, SkillCall.parse("pick(red block)"), np.random.default_rng(0)).succeeded
    assert world.held() == "red block" == world.robot_state().holding
    world.aim = None
    assert world.held() is None and world.robot_state().holding == "red block"


def test_cameras_are_for_the_tabletop() -> None:
    with World(family="desk") as world:
        world.sensor = CameraSensor(np.random.default_rng(0))
        with pytest.raises(ValueError, match="for the tabletop"):
            world.see()
