import json
import math

import pytest

from sim.catalog import CATEGORIES, COLORS, colored_kinds, parse_name
from sim.geometry import quat_from_yaw
from sim.state import ObjectState, Pose, RobotState, SceneState


def _block(name: str, x: float, y: float, yaw: float = 0.0) -> ObjectState:
    return ObjectState(name, "block", "red", Pose((x, y, 0.02), quat_from_yaw(yaw)), (0.04, 0.04, 0.04))


def test_poses_compose_and_invert() -> None:
    a = Pose((1.0, 2.0, 3.0), quat_from_yaw(0.7))
    b = Pose((0.1, -0.2, 0.3), quat_from_yaw(-0.2))
    back = (a @ b) @ b.inverse()
    assert back.distance(a) < 1e-12
    assert back.yaw == pytest.approx(a.yaw)


def test_footprint_turns_with_the_object() -> None:
    corners = _block("red block", 0.5, 0.0, math.pi / 4).footprint
    assert corners[:, 0].max() - 0.5 == pytest.approx(0.04 / math.sqrt(2.0))


def test_height_of_a_block_on_its_edge() -> None:
    tilted = ObjectState(
        "red block",
        "block",
        "red",
        Pose((0, 0, 0), (math.sin(math.pi / 8), 0, 0, math.cos(math.pi / 8))),
        (0.04, 0.04, 0.04),
    )
    assert tilted.height == pytest.approx(0.04 * math.sqrt(2.0))


def test_scene_survives_json() -> None:
    robot = RobotState("panda", Pose((0, 0, 0)), (0.1, 0.2), Pose((0.4, 0, 0.3)), 0.08, "red block")
    scene = SceneState("tabletop", (_block("red block", 0.5, 0.1),), robot, frozenset({("red block", "table")}), 1.5)
    assert SceneState.from_dict(json.loads(json.dumps(scene.to_dict()))) == scene


def test_unknown_object_is_named_with_what_there_is() -> None:
    robot = RobotState("panda", Pose((0, 0, 0)), (), Pose((0, 0, 0)), 0.08)
    scene = SceneState("tabletop", (_block("red block", 0, 0),), robot)
    with pytest.raises(KeyError, match="no object 'blue block' in the scene; there are: red block"):
        scene["blue block"]


@pytest.mark.parametrize("category", colored_kinds())
@pytest.mark.parametrize("color", COLORS)
def test_names_are_read(category: str, color: str) -> None:
    assert parse_name(f"{color} {category}") == (color, CATEGORIES[category], 1)
    assert parse_name(f"{color} {category} 3")[2] == 3


@pytest.mark.parametrize("name", ["rde block", "red blok", "red", "", "red block 1", "Red block", "red block two"])
def test_wrong_names_get_the_nearest(name: str) -> None:
    with pytest.raises(ValueError, match="expected '<colour> <category>', such as"):
        parse_name(name)
