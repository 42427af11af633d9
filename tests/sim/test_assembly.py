"""Arms put together with a hand and with a base that drives."""

import dataclasses
import itertools
import math
import multiprocessing
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pybullet as bullet
import pytest

from sim.arm import Arm
from sim.assembly import keep_text, urdf_path
from sim.command import CONTROL_SECONDS, SUBSTEPS, Command
from sim.kinematics import Kinematics
from sim.mobile import BasePose, MobileBase
from sim.robots import ROBOTS, find_robot
from sim.state import Pose
from sim.urdf_text import read_urdf

MOBILE = MobileBase(home=(0.2, -0.3, 0.4))


@pytest.fixture
def client() -> Iterator[int]:
    client = bullet.connect(bullet.DIRECT)
    bullet.setGravity(0.0, 0.0, -9.81, physicsClientId=client)
    bullet.setPhysicsEngineParameter(fixedTimeStep=CONTROL_SECONDS, numSubSteps=SUBSTEPS, physicsClientId=client)
    yield client
    bullet.disconnect(client)


def drive(client: int, arm: Arm, base: BasePose, seconds: float) -> list[BasePose]:
    """Sends the base off; returns where it was after every control step."""
    arm.drive(Command(base=base))
    trace = []
    for _ in range(round(seconds / CONTROL_SECONDS)):
        bullet.stepSimulation(physicsClientId=client)
        trace.append(arm.base_joints())
    return trace


def wall(client: int, x: float) -> None:
    shape = bullet.createCollisionShape(bullet.GEOM_BOX, halfExtents=[0.05, 2.0, 0.4], physicsClientId=client)
    bullet.createMultiBody(0.0, shape, basePosition=[x, 0.0, -0.35], physicsClientId=client)


def test_an_arm_with_a_hand_of_its_own_is_left_as_it_is() -> None:
    spec = find_robot("panda")
    assert urdf_path(spec) == spec.path()


@pytest.mark.parametrize("name", ROBOTS)
def test_what_is_put_together_is_whole(name: str) -> None:
    robot = read_urdf(urdf_path(find_robot(name), MOBILE))
    links = [part.get("name") for part in robot.iter("link")]
    assert len(links) == len(set(links))
    assert all(Path(mesh.get("filename", "")).is_file() for mesh in robot.iter("mesh"))
    ends = [(j.find("parent"), j.find("child")) for j in robot.iter("joint") if j.find("parent") is not None]
    assert {end.get("link") for pair in ends for end in pair if end is not None} <= set(links)
    assert len(ends) == len(links) - 1, "a tree"


def _keep(text: str) -> str:
    return str(keep_text(text))


def test_many_processes_may_keep_the_same_text_at_once() -> None:
    text = ElementTree.tostring(read_urdf(urdf_path(find_robot("kuka"))), encoding="unicode")
    keep_text(text).unlink()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        paths = pool.map(_keep, [text] * 8, chunksize=1)
    assert len(set(paths)) == 1
    assert Path(paths[0]).read_text(encoding="utf-8") == text


def test_a_mesh_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "arm.urdf").write_text(find_robot("kuka").path().read_text())
    with pytest.raises(ValueError, match=r"a mesh 'meshes/link_0\.obj' that is not there"):
        urdf_path(dataclasses.replace(find_robot("kuka"), urdf=str(tmp_path / "arm.urdf")))


def test_words_with_a_prefix_nobody_explains_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.urdf"
    path.write_text('<robot name="a"><limit drake:acceleration="2.5" lower="1"/><drake:x y="package://z"/></robot>')
    limit, other = read_urdf(path)
    assert limit.get("acceleration") == "2.5" and other.get("y") == "package://z"


def test_foot_and_base_are_two_ways_to_say_the_same() -> None:
    for base in ((0.0, 0.0, 0.0), (0.3, -1.2, 2.5), (-1.0, 0.4, -3.0)):
        assert MOBILE.base_at(MOBILE.foot_at(base)) == pytest.approx(base)


@pytest.mark.parametrize("name", ROBOTS)
def test_kinematics_go_with_the_base(name: str, client: int) -> None:
    spec = find_robot(name)
    arm = Arm(client, spec, visual=False, mobile=MOBILE)
    kinematics = Kinematics(spec)
    fixed = kinematics.standing_at(arm.base())
    drive(client, arm, (-0.5, 0.6, 2.8), 3.5)
    kinematics.base = arm.base()
    tool = link_pose(client, arm, spec.tool)
    assert kinematics.forward(arm.joints()).distance(tool) < 1e-4
    assert fixed.forward(arm.joints()).distance(tool) > 0.5, "a copy stays where it was told to stand"
    result = kinematics.solve(tool)
    assert result.success and kinematics.forward(result.joints).distance(tool) < 1e-3


def link_pose(client: int, arm: Arm, name: str) -> Pose:
    names = [
        bullet.getJointInfo(arm.body, k, client)[12].decode() for k in range(bullet.getNumJoints(arm.body, client))
    ]
    state = bullet.getLinkState(arm.body, names.index(name), computeForwardKinematics=1, physicsClientId=client)
    return Pose(state[4], state[5])


def test_the_base_drives_straight_at_its_speed_and_stops(client: int) -> None:
    arm = Arm(client, find_robot("panda"), visual=False, mobile=MOBILE)
    goal = (1.2, 0.5, -2.9)
    trace = drive(client, arm, goal, 4.0)
    assert trace[-1] == pytest.approx(goal, abs=1e-3)
    start = MOBILE.home
    length = math.dist(start[:2], goal[:2])
    for (x0, y0, yaw0), (x1, y1, yaw1) in itertools.pairwise(trace):
        assert math.dist((x0, y0), (x1, y1)) < 1.05 * MOBILE.speed * CONTROL_SECONDS
        turned = math.remainder(yaw1 - yaw0, math.tau)
        assert abs(turned) < 1.05 * MOBILE.turn * CONTROL_SECONDS
        assert turned > -1e-3, "the short way is to the left, through half a turn"
        aside = (x1 - start[0]) * (goal[1] - start[1]) - (y1 - start[1]) * (goal[0] - start[0])
        assert abs(aside) / length < 0.01
    assert max(abs(a - b) for a, b in zip(arm.joints(), arm.spec.home, strict=True)) < 0.01, "the arm keeps its posture"


def test_a_wall_stops_the_base(client: int) -> None:
    arm = Arm(client, find_robot("panda"), visual=False, mobile=dataclasses.replace(MOBILE, home=(0.0, 0.0, 0.0)))
    wall(client, 0.7)
    drive(client, arm, (1.0, 0.0, 0.0), 2.5)
    x, _, yaw = arm.base_joints()
    assert x + MOBILE.size[0] / 2.0 == pytest.approx(0.65, abs=0.01) and abs(yaw) < 0.02
    assert arm.chassis is not None
    assert sum(force for _, _, force in arm.contacts(arm.chassis)) > 10.0
    drive(client, arm, (0.0, 0.0, 0.0), 2.5)
    assert arm.base_joints() == pytest.approx((0.0, 0.0, 0.0), abs=1e-3)


def test_asking_about_another_stand_moves_nothing(client: int) -> None:
    arm = Arm(client, find_robot("panda"), visual=False, mobile=MOBILE)
    joints = arm.joints()
    with arm.posed([0.1] * 7, base=(1.0, 1.0, 0.0)):
        assert arm.base_joints() == (1.0, 1.0, 0.0)
    assert arm.base_joints() == MOBILE.home and arm.joints() == joints


def test_a_robot_that_stands_still_says_so(client: int) -> None:
    arm = Arm(client, find_robot("panda"), visual=False)
    assert arm.base() == arm.spec.base
    with pytest.raises(ValueError, match="robot 'panda' stands still"):
        arm.base_joints()
    with pytest.raises(ValueError, match="robot 'panda' stands still"):
        arm.drive(Command(base=(1.0, 0.0, 0.0)))
