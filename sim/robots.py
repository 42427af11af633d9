"""The robots there are: one spec each, by joint and link names. Adding a robot is adding a spec."""

from __future__ import annotations

import difflib
import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path

from sim.state import ORIGIN, Pose


@dataclass(frozen=True)
class Suction:
    """A cup that holds by vacuum, with a force of its own: no friction, and no fingers."""

    cup: str = "cup"
    """Name of the link that ends in the cup."""
    strength: float = 25.0
    """Force at which the cup lets go, newtons."""
    lip: float = 0.005
    """How far its soft lip reaches: an unevenness up to this is sealed, metres."""


@dataclass(frozen=True)
class RobotSpec:
    """An arm with a parallel gripper, or with a suction cup where it says so.

    Where `flange` is given, the arm's file has no hand (or one that is hard to drive): it then gets one of ours, made
    to the names and sizes below.
    """

    name: str
    """Key in `ROBOTS`."""
    urdf: str
    """Path of the URDF file, absolute or inside `package`."""
    joints: tuple[str, ...]
    """Names of the arm's joints, from the base to the hand."""
    tool: str
    """Name of the link whose origin lies between the finger tips (on the cup's face), its z axis leaving the hand."""
    hand: str
    """Name of the link that carries the fingers."""
    fingers: tuple[str, ...]
    """Names of the two prismatic finger joints, zero when closed, opening along the tool's y axis; none with a cup."""
    home: tuple[float, ...]
    """Joint angles of the resting pose, radians: the tool points down over the workspace."""
    speed: float
    """Highest speed of any joint, radians/s."""
    opening: float
    """Widest distance between the finger pads, metres. A cup: any reading above zero, for suction is off."""
    finger_size: tuple[float, float, float]
    """Of a finger tip (or the cup) in the tool frame (m): x across, y thick, z from the tool's origin to the end."""
    hand_size: tuple[float, float, float]
    """Of the hand in the tool frame: x, y, and z from the tool's origin back to its lower face, metres."""
    base: Pose = ORIGIN
    """Where it stands."""
    flange: str | None = None
    """Name of the link that a hand of ours goes to, its z axis leaving the arm."""
    flange_depth: float = 0.0
    """Where on that z axis the hand begins, metres."""
    flange_turn: float = 0.0
    """Turn of the hand about that z axis, radians: so that the last joint rests in the middle of its range."""
    suction: Suction | None = None
    """The cup, where it has one instead of fingers."""
    package: str = "pybullet_data"
    """Installed package that carries the URDF file."""

    def path(self) -> Path:
        """Absolute path of the arm's own URDF file, with neither a hand nor a base of ours.

        Raises:
            ValueError: the package is not installed, or has no such file.
        """
        # Asked without importing: a package of models may need others to be imported.
        package = importlib.util.find_spec(self.package)
        if package is None or package.origin is None:
            extra = self.package.replace("_", "-")
            raise ValueError(
                f"robot {self.name!r} needs the package {self.package!r}: pip install 'forethought[{extra}]'"
            )
        found = Path(package.origin).parent / self.urdf
        if not found.is_file():
            raise ValueError(f"robot {self.name!r}: no file {self.urdf!r} here or in {self.package}")
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

register_robot(
    RobotSpec(
        name="kuka",
        urdf="kuka_iiwa/model.urdf",
        joints=tuple(f"lbr_iiwa_joint_{k}" for k in range(1, 8)),
        tool="tool",
        hand="hand",
        fingers=("left_finger", "right_finger"),
        home=(0.0, 0.286, 0.0, -1.5142, 0.0, 1.3414, 0.0),
        speed=2.0,
        opening=0.08,
        finger_size=(0.020, 0.014, 0.0075),
        hand_size=(0.060, 0.150, 0.060),
        # Its elbow folds to 120 degrees only: the work area is as deep as its reach. From here, and with the hand on a
        # plate of 2 cm, it misses least: four places in a thousand, close ones in the middle and far ones in corners.
        base=Pose((-0.088, 0.0, 0.0)),
        flange="lbr_iiwa_link_7",
        flange_depth=0.065,
        flange_turn=math.pi,
    )
)

register_robot(
    RobotSpec(
        name="xarm6",
        # Its own gripper is a linkage of six joints that the engine would have to close: it gets ours.
        urdf="xarm/xarm6_robot_white.urdf",
        joints=tuple(f"joint{k}" for k in range(1, 7)),
        tool="tool",
        hand="hand",
        fingers=("left_finger", "right_finger"),
        home=(0.0, -0.543, -0.988, 0.0, 1.531, 0.0),
        speed=2.0,
        opening=0.08,
        finger_size=(0.020, 0.014, 0.0075),
        hand_size=(0.060, 0.150, 0.039),
        base=Pose((0.10, 0.0, 0.0)),
        flange="link6",
    )
)

register_robot(
    RobotSpec(
        name="ur5e",
        package="airo_models",
        urdf="arms/ur5e/ur5e.urdf",
        joints=(
            *("shoulder_pan_joint", "shoulder_lift_joint", "elbow_joint"),
            *(f"wrist_{k}_joint" for k in (1, 2, 3)),
        ),
        tool="tool",
        hand="hand",
        fingers=("left_finger", "right_finger"),
        # Its shoulder stands to the side: the arm rests turned by as much.
        home=(-0.323, -1.791, 1.721, -1.501, -1.5708, -1.8938),
        speed=2.0,
        opening=0.08,
        finger_size=(0.020, 0.014, 0.0075),
        hand_size=(0.060, 0.150, 0.039),
        flange="tool0",
    )
)

register_robot(
    RobotSpec(
        name="xarm6-suction",
        urdf="xarm/xarm6_robot_white.urdf",
        joints=tuple(f"joint{k}" for k in range(1, 7)),
        tool="tool",
        hand="hand",
        fingers=(),
        suction=Suction(),
        home=(0.0, -0.543, -0.988, 0.0, 1.531, 0.0),
        speed=2.0,
        opening=0.03,
        finger_size=(0.024, 0.024, 0.0),
        hand_size=(0.060, 0.060, 0.080),
        base=Pose((0.10, 0.0, 0.0)),
        flange="link6",
    )
)
