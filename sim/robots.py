"""The robots there are: one spec each, by joint and link names. Adding a robot is adding a spec."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from sim.state import ORIGIN, Pose


@dataclass(frozen=True)
class RobotSpec:
    """An arm with a parallel gripper."""

    name: str
    """Key in `ROBOTS`."""
    urdf: str
    """Path of the URDF file, absolute or inside `pybullet_data`."""
    joints: tuple[str, ...]
    """Names of the arm's joints, from the base to the hand."""
    tool: str
    """Name of the link whose origin lies between the finger tips, its z axis leaving the hand."""
    hand: str
    """Name of the link that carries the fingers."""
    fingers: tuple[str, str]
    """Names of the two prismatic finger joints, zero when closed; they open along the tool's y axis."""
    home: tuple[float, ...]
    """Joint angles of the resting pose, radians: the tool points down over the workspace."""
    speed: float
    """Highest speed of any joint, radians/s."""
    opening: float
    """Widest distance between the finger pads, metres."""
    finger_size: tuple[float, float, float]
    """Of a finger tip in the tool frame, metres: x across, y thick, z from the tool's origin to the end."""
    hand_size: tuple[float, float, float]
    """Of the hand in the tool frame: x, y, and z from the tool's origin back to its lower face, metres."""
    base: Pose = ORIGIN
    """Where it stands."""

    def path(self) -> Path:
        """Absolute path of the URDF file.

        Raises:
            ValueError: there is no such file.
        """
        import pybullet_data

        found = Path(pybullet_data.getDataPath()) / self.urdf
        if not found.is_file():
            raise ValueError(f"robot {self.name!r}: no file {self.urdf!r} here or in pybullet_data")
        return found


ROBOTS: dict[str, RobotSpec] = {}


def register_robot(spec: RobotSpec) -> RobotSpec:
    """Adds a robot.

    Raises:
        ValueError: one of that name is there already.
    """
    if spec.name in ROBOTS:
        raise ValueError(f"robot {spec.name!r} is registered already")
    ROBOTS[spec.name] = spec
    return spec


def find_robot(name: str) -> RobotSpec:
    """The robot of that name.

    Raises:
        ValueError: there is none; the message gives the nearest.
    """
    if name not in ROBOTS:
        near = difflib.get_close_matches(name, ROBOTS, n=1, cutoff=0.0)[0]
        raise ValueError(f"unknown robot {name!r}; the nearest is {near!r} of: {', '.join(ROBOTS)}")
    return ROBOTS[name]


register_robot(
    RobotSpec(
        name="panda",
        urdf="franka_panda/panda.urdf",
        joints=tuple(f"panda_joint{k}" for k in range(1, 8)),
        tool="panda_grasptarget",
        hand="panda_hand",
        fingers=("panda_finger_joint1", "panda_finger_joint2"),
        home=(0.0, -0.55, 0.0, -2.35, 0.0, 1.80, 0.785),
        speed=2.0,
        opening=0.08,
        finger_size=(0.021, 0.018, 0.0075),
        hand_size=(0.064, 0.206, 0.039),
    )
)
