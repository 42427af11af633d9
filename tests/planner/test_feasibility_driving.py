from __future__ import annotations

import numpy as np

from planner.feasibility.clearance import FAR
from planner.feasibility.driving import drive_room
from planner.feasibility.imagine import Imagined
from sim.catalog import parse_name
from sim.fixtures import FIXTURES
from sim.geometry import quat_from_yaw
from sim.state import ObjectState, Pose, RobotState, SceneState
from sim.stations import KITCHEN_BASE, STATIONS
from skills.spec import SkillCall

HOME = KITCHEN_BASE.foot_at(KITCHEN_BASE.home)
GO = SkillCall("go", ("table",))


def kitchen(spots: dict[str, tuple[float, float, float]]) -> Imagined:
    things = []
    furniture = {name: (3.0, 3.0, 0.0) for name in FIXTURES["kitchen"]}
    for name, position in {**furniture, **spots}.items():
        _, category, _ = parse_name(name, "kitchen")
        pose = Pose(position, quat_from_yaw(0.0))
        things.append(ObjectState(name, category.name, None, pose, category.size, category.round))
    robot = RobotState("panda", HOME, (0.0,) * 7, Pose((0.5, 0.0, 0.3), (1.0, 0.0, 0.0, 0.0)), 0.08, None)
    return Imagined.of(SceneState("kitchen", tuple(things), robot, frozenset()))


def room(spots: dict[str, tuple[float, float, float]]) -> np.ndarray:
    scene = kitchen(spots)
    return drive_room([scene], [scene.things.forms[GO]])[0]


def test_an_empty_floor_leaves_all_the_room_there_is() -> None:
    np.testing.assert_array_equal(room({}), [FAR, FAR])
    np.testing.assert_array_equal(room({"coke can": (0.40, -0.35, 0.06)}), [FAR, FAR])  # on something, not on the floor


def test_what_lies_where_the_base_would_stand_is_in_the_way() -> None:
    x, y, _ = STATIONS["kitchen"]["table"]
    gap, turning = room({"coke can": (x, y, KITCHEN_BASE.floor + 0.06)})
    assert gap < -0.2
    assert turning == FAR  # farther back it may turn


def test_what_lies_beside_the_station_is_told_by_its_gap() -> None:
    x, y, _ = STATIONS["kitchen"]["table"]
    radius = max(parse_name("coke can", "kitchen")[1].size[:2]) / 2.0
    side = KITCHEN_BASE.size[1] / 2.0 + radius + 0.02
    assert np.isclose(room({"coke can": (x, y + side, KITCHEN_BASE.floor + 0.06)})[0], 0.02, atol=1e-6)


def test_what_surrounds_the_robot_leaves_it_no_room_to_turn() -> None:
    x, y, yaw = KITCHEN_BASE.home
    back = np.arange(-0.1, 1.3, 0.15)
    names = ["coke can", "pepsi can", "7up can", "redbull can", "sponge", "apple", "orange", "lemon", "peach", "banana"]
    spots = {
        n: (float(x - b * np.cos(yaw) + 0.27), float(y - b * np.sin(yaw)), KITCHEN_BASE.floor + 0.03)
        for n, b in zip(names, back, strict=False)
    }
    assert room(spots)[1] < 0.0
