"""Puts a robot together: an arm's URDF file, with a hand at its flange and a base that drives under its foot.

The parts are joined as URDF text, because only as one body do they have one set of joints for the engine to solve. The
text goes into a file that is named by its content, so that it is written once and never changes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import xml.etree.ElementTree as ElementTree
from functools import lru_cache
from pathlib import Path

from sim.geometry import Vec3
from sim.hand import add_hand
from sim.mobile import BASE_JOINTS, CHASSIS, MobileBase
from sim.robots import RobotSpec
from sim.urdf_text import joint, link, read_urdf, root_link, shape, weigh_frames

_GROUND = "mobile_ground"
_DARK, _GRAY = "0.16 0.17 0.19 1", "0.78 0.79 0.81 1"
_LIGHT_LINK = 2.0


@lru_cache(maxsize=64)
def urdf_path(spec: RobotSpec, mobile: MobileBase | None = None) -> Path:
    """URDF file of a robot with everything that belongs to it.

    Args:
        spec: the robot.
        mobile: the base that it stands on; None where its foot is fixed.

    Raises:
        ValueError: the arm's own file is not there, or lacks the link that the hand goes to.
    """
    source = spec.path()
    if mobile is None and spec.flange is None:
        return source
    robot = read_urdf(source)
    point_at_meshes(robot, source.parent)
    weigh_frames(robot)
    if spec.flange is not None:
        add_hand(robot, spec)
    if mobile is not None:
        _put_on_base(robot, mobile)
    return keep_text(ElementTree.tostring(robot, encoding="unicode"))


def keep_text(text: str, suffix: str = ".urdf") -> Path:
    """A file with this text, named by its content; several processes may ask for it at once."""
    folder = Path(tempfile.gettempdir()) / f"forethought-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    folder.mkdir(exist_ok=True)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}{suffix}"
    if not path.is_file():
        # Each process writes a file of its own and moves it into place: nobody ever reads half of one.
        written = path.with_suffix(f".{os.getpid()}")
        written.write_text(text, encoding="utf-8")
        written.replace(path)
    return path


def point_at_meshes(robot: ElementTree.Element, folder: Path) -> None:
    """Makes the paths of meshes absolute: the text moves to another folder than its meshes."""
    for mesh in robot.iter("mesh"):
        name = mesh.get("filename", "").removeprefix("package://").removeprefix("file://")
        # A package's own name is a folder above the file, or none: what comes after it counts.
        found = next((p / name for p in (folder, *folder.parents[:2]) if (p / name).is_file()), None)
        if found is None:
            raise ValueError(f"the URDF in {folder.name!r} speaks of a mesh {name!r} that is not there")
        mesh.set("filename", str(found))


def _put_on_base(robot: ElementTree.Element, mobile: MobileBase) -> None:
    arm = root_link(robot)
    sliders = ("mobile_slider_x", "mobile_slider_y", CHASSIS)
    link(robot, _GROUND)
    for name in sliders[:2]:
        link(robot, name, mass=_LIGHT_LINK)
    length, width, height = mobile.size
    middle = (0.0, 0.0, mobile.foot - height / 2.0)
    chassis = link(robot, CHASSIS, mass=mobile.mass, center=middle)
    shape(chassis, "collision", box=mobile.size, center=middle)
    shape(chassis, "visual", box=mobile.size, center=middle, color=_GRAY)
    # What fills the gap to the floor is for the eye: a base that slides must not rub.
    gap = mobile.foot - height
    skirt = (length - 0.06, width - 0.06, gap)
    shape(chassis, "visual", box=skirt, center=(0.0, 0.0, gap / 2.0), color=_DARK)
    parents, kinds = (_GROUND, *sliders[:2]), ("prismatic", "prismatic", "continuous")
    axes: tuple[Vec3, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    for name, kind, parent, child, axis in zip(BASE_JOINTS, kinds, parents, sliders, axes, strict=True):
        at = (0.0, 0.0, mobile.floor) if parent == _GROUND else (0.0, 0.0, 0.0)
        joint(robot, name, kind, parent, child, at, axis=axis, limits=(-100.0, 100.0), effort=mobile.force)
    joint(robot, "mobile_mount", "fixed", CHASSIS, arm, (*mobile.mount, mobile.foot))
