"""The registry of robots, and what a spec that does not fit is told."""

import dataclasses

import pybullet as bullet
import pytest

from sim.arm import Arm
from sim.robots import ROBOTS, find_robot, register_robot


def test_unknown_robot_gets_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown robot 'pandda'; the nearest is 'panda'"):
        find_robot("pandda")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="'panda' is registered already"):
        register_robot(ROBOTS["panda"])


def test_a_missing_package_is_one_line_with_the_way_to_it() -> None:
    spec = dataclasses.replace(find_robot("ur5e"), package="no_such_models")
    with pytest.raises(ValueError, match=r"^robot 'ur5e' needs .*pip install 'forethought\[no-such-models\]'$"):
        spec.path()


def test_a_missing_file_is_named() -> None:
    spec = dataclasses.replace(find_robot("kuka"), urdf="kuka_iiwa/modell.urdf")
    with pytest.raises(ValueError, match=r"no file 'kuka_iiwa/modell\.urdf' here or in pybullet_data"):
        spec.path()


@pytest.mark.parametrize("change", [{"fingers": ("thumb", "panda_finger_joint2")}, {"hand": "thumb"}])
def test_a_joint_or_link_that_is_not_there_is_named(change: dict[str, object]) -> None:
    client = bullet.connect(bullet.DIRECT)
    with pytest.raises(ValueError, match="has no joint or link 'thumb'"):
        Arm(client, dataclasses.replace(find_robot("panda"), **change), visual=False)
    bullet.disconnect(client)


def test_a_flange_that_is_not_there_is_named() -> None:
    client = bullet.connect(bullet.DIRECT)
    with pytest.raises(ValueError, match="robot 'xarm6': no link 'link9'"):
        Arm(client, dataclasses.replace(find_robot("xarm6"), flange="link9"), visual=False)
    bullet.disconnect(client)


@pytest.mark.parametrize("name", ROBOTS)
def test_fingers_open_to_what_the_spec_says(name: str) -> None:
    spec = find_robot(name)
    client = bullet.connect(bullet.DIRECT)
    arm = Arm(client, spec, visual=False)
    assert arm.opening() == pytest.approx(spec.opening)
    assert len(spec.fingers) == (2 if spec.suction is None else 0)
    bullet.disconnect(client)
