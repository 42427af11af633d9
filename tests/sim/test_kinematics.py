import dataclasses
import math

import numpy as np
import pybullet as bullet
import pytest

from sim.arm import Arm
from sim.geometry import quat_from_yaw
from sim.kinematics import Kinematics
from sim.robots import ROBOTS, find_robot
from sim.state import Pose
from skills.motion import tool_down


@pytest.mark.parametrize("name", ROBOTS)
def test_every_robot_reaches_the_work_area(name: str) -> None:
    kinematics = Kinematics(find_robot(name))
    # The KUKA's elbow stops early: it misses the rim of the area, and is high up only in the middle.
    near, far, side, top = (0.34, 0.65, 0.31, 0.18) if name == "kuka" else (0.32, 0.68, 0.33, 0.25)
    for x in np.linspace(near, far, 4):
        for y in np.linspace(-side, side, 4):
            for z in (0.02, top):
                goal = tool_down(float(x), float(y), z, 0.3)
                result = kinematics.solve(goal)
                assert result.success, (x, y, z, result)
                assert kinematics.forward(result.joints).distance(goal) <= result.position_error + 1e-9
                assert all(kinematics.lower <= result.joints) and all(result.joints <= kinematics.upper)


def test_out_of_reach_says_how_far_off() -> None:
    result = Kinematics(find_robot("panda")).solve(tool_down(1.4, 0.0, 0.1, 0.0))
    assert not result.success
    assert 0.4 < result.position_error < 1.0


@pytest.mark.parametrize("name", ROBOTS)
def test_forward_agrees_with_the_simulator(name: str) -> None:
    client = bullet.connect(bullet.DIRECT)
    spec = find_robot(name)
    arm, kinematics = Arm(client, spec, visual=False), Kinematics(spec)
    count = bullet.getNumJoints(arm.body, physicsClientId=client)
    links = [bullet.getJointInfo(arm.body, k, physicsClientId=client)[12].decode() for k in range(count)]
    rng = np.random.default_rng(0)
    for _ in range(20):
        joints = tuple(rng.uniform(kinematics.lower, kinematics.upper).tolist())
        arm.pose(joints, spec.opening)
        link = bullet.getLinkState(arm.body, links.index(spec.tool), computeForwardKinematics=1, physicsClientId=client)
        tool = kinematics.forward(joints)
        assert tool.distance(Pose(link[4])) < 1e-4
        assert abs(float(np.dot(tool.orientation, link[5]))) > 1.0 - 1e-6
    bullet.disconnect(client)


def test_elsewhere_the_same_arm_reaches_the_same() -> None:
    kinematics = Kinematics(find_robot("panda"))
    there = Pose((1.0, -0.5, 0.1), quat_from_yaw(2.0))
    moved = kinematics.standing_at(there)
    goal = tool_down(0.5, 0.1, 0.1, 0.3)
    assert np.allclose(moved.solve(there @ goal).joints, kinematics.solve(goal).joints, atol=1e-6)
    assert kinematics.base == find_robot("panda").base


def test_base_moves_the_whole_arm() -> None:
    spec = find_robot("panda")
    moved = dataclasses.replace(spec, base=Pose((0.1, -0.2, 0.05)))
    here, there = Kinematics(spec).forward(spec.home), Kinematics(moved).forward(spec.home)
    assert np.allclose(np.array(there.position) - np.array(here.position), (0.1, -0.2, 0.05))


def test_tool_yaw_is_reached() -> None:
    kinematics = Kinematics(find_robot("panda"))
    for yaw in (-1.4, 0.0, 1.4):
        result = kinematics.solve(tool_down(0.5, 0.1, 0.1, yaw))
        assert result.success
        assert abs(math.remainder(kinematics.forward(result.joints).yaw - yaw, 2 * math.pi)) < 0.01


def test_wrong_chain_is_refused() -> None:
    spec = dataclasses.replace(find_robot("panda"), tool="no_such_link")
    with pytest.raises(ValueError, match="no link 'no_such_link'"):
        Kinematics(spec)
