import dataclasses
import math

import numpy as np
import pytest

from sim.kinematics import Kinematics
from sim.robots import ROBOTS, find_robot
from sim.state import Pose
from sim.world import World
from skills.motion import tool_down


@pytest.mark.parametrize("name", ROBOTS)
def test_every_robot_reaches_the_work_area(name: str) -> None:
    kinematics = Kinematics(find_robot(name))
    for x in np.linspace(0.32, 0.68, 4):
        for y in np.linspace(-0.33, 0.33, 4):
            for z in (0.02, 0.25):
                goal = tool_down(float(x), float(y), z, 0.3)
                result = kinematics.solve(goal)
                assert result.success, (x, y, z, result)
                assert kinematics.forward(result.joints).distance(goal) <= result.position_error + 1e-9
                assert all(kinematics.lower <= result.joints) and all(result.joints <= kinematics.upper)


def test_out_of_reach_says_how_far_off() -> None:
    result = Kinematics(find_robot("panda")).solve(tool_down(1.4, 0.0, 0.1, 0.0))
    assert not result.success
    assert 0.4 < result.position_error < 1.0


def test_forward_agrees_with_the_simulator() -> None:
    with World() as world:
        state = world.state()
        tool = world.kinematics.forward(world.joints())
        assert state.robot.tool == tool
        # The hand of the home posture is over the work area, pointing down.
        assert 0.25 < tool.position[0] < 0.6 and abs(tool.position[1]) < 0.02


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


def test_unknown_robot_gets_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown robot 'pandda'; the nearest is 'panda'"):
        find_robot("pandda")


def test_wrong_chain_is_refused() -> None:
    spec = dataclasses.replace(find_robot("panda"), tool="no_such_link")
    with pytest.raises(ValueError, match="no link 'no_such_link'"):
        Kinematics(spec)
