"""Furniture: fixed bodies of slabs, some of which slide or turn (a drawer, a door, a button).

A piece of furniture is data; the body is made from it through URDF text, since only the engine's URDF reader makes
joints with stops. Each named part is an object of the scene like any other, and says what its joint reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from sim.assembly import keep_text
from sim.catalog import COLORS
from sim.geometry import Vec3
from sim.state import ORIGIN, Pose

WOOD = (0.86, 0.80, 0.71)
DARK_WOOD = (0.60, 0.47, 0.36)
METAL = (0.62, 0.64, 0.67)
UNLIT = (0.42, 0.42, 0.40)
LIT = (1.0, 0.95, 0.35)


@dataclass(frozen=True)
class Slab:
    """A box, an upright cylinder or a sphere that a part is made of."""

    size: Vec3
    """Extents, metres; of a cylinder its two diameters (alike) and its height, of a sphere three times its diameter."""
    center: Vec3 = (0.0, 0.0, 0.0)
    """In the part's frame, metres."""
    color: Vec3 | str = WOOD
    """Red, green, blue from 0 to 1, or a key of `sim.catalog.COLORS`."""
    shape: Literal["box", "cylinder", "sphere"] = "box"
    """What it is."""
    pitch: float = 0.0
    """Turn about the part's y axis, radians."""
    solid: bool = True
    """Whether it stops what runs into it; False for what is only seen."""


@dataclass(frozen=True)
class Joint:
    """How a part moves against the piece of furniture."""

    kind: Literal["prismatic", "revolute"]
    axis: Vec3
    """Unit axis in the furniture's frame."""
    high: float
    """The far stop, metres or radians; the near one is 0."""
    friction: float = 2.0
    """Force (torque) that must be overcome to move it, newtons (newton metres)."""
    spring: float = 0.0
    """Force (torque) that brings it back to 0, newtons (newton metres); 0 where it stays where it is put."""
    mass: float = 0.4
    """Of the part, kilograms."""


@dataclass(frozen=True)
class Handle:
    """What a hand that comes from above takes hold of, to move a part, or presses on."""

    position: Vec3
    """Middle of it in the part's frame, metres."""
    width: float
    """Across the fingers, which close along the part's y axis, metres."""


@dataclass(frozen=True)
class Mechanism:
    """A part that slides, as a hand meets it: in the world frame."""

    handle: Pose
    """Pose of the handle now; fingers close on it along its y axis."""
    width: float
    """Of the handle, metres."""
    axis: Vec3
    """Unit vector along which the part moves as its reading grows."""
    reading: float
    """Where it is now, metres from the near stop."""
    travel: float
    """The far stop, metres."""


@dataclass(frozen=True)
class Part:
    """A rigid part of a piece of furniture.

    Two parts may share a name: a cupboard and its door. The first says where the thing is, the one with a joint what it
    reads.
    """

    slabs: tuple[Slab, ...]
    """What it is made of."""
    name: str | None = None
    """As the scene calls it; None for legs, walls and other parts of which nobody speaks."""
    origin: Vec3 = (0.0, 0.0, 0.0)
    """Of the part's frame in the furniture's, metres, its joint at 0."""
    center: Vec3 = (0.0, 0.0, 0.0)
    """Centre of the bounding box that the scene reports, in the part's frame, metres."""
    size: Vec3 = (0.0, 0.0, 0.0)
    """Extents of that bounding box, metres."""
    joint: Joint | None = None
    """None where it does not move."""
    handle: Handle | None = None
    """Where a hand moves it; None where none does."""
    table: bool = False
    """Whether what lies on it lies on the table."""
    friction: float | None = None
    """Coefficient of lateral friction; None for that of the piece of furniture."""


@dataclass(frozen=True)
class Furniture:
    """A piece of furniture: parts on a base that stands still."""

    name: str
    """For messages."""
    parts: tuple[Part, ...]
    """Those that move come in any order."""
    pose: Pose = ORIGIN
    """Of the furniture's frame in the world."""
    friction: float = 0.8
    """Coefficient of lateral friction of all its surfaces."""

    @cached_property
    def urdf(self) -> str:
        """The piece as URDF text: the base is an empty link, each part a link of its own."""
        links, joints = [f'<link name="base">{_inertial(0.0)}</link>'], []
        for k, part in enumerate(self.parts):
            links.append(_link(f"part{k}", part))
            joints.append(_joint(f"part{k}", part))
        # A line to each: the engine's reader breaks lines of more than 8 KiB wherever they are then.
        return "\n".join([f'<robot name="{self.name}">', *links, *joints, "</robot>"])

    def path(self) -> Path:
        """A file with the URDF text, written on first use and named by its content."""
        return keep_text(self.urdf)


def _link(name: str, part: Part) -> str:
    mass = part.joint.mass if part.joint is not None else 0.0
    shapes = []
    for k, slab in enumerate(part.slabs):
        x, y, z = slab.size
        solids = {
            "box": f'<box size="{x} {y} {z}"/>',
            "cylinder": f'<cylinder radius="{x / 2}" length="{z}"/>',
            "sphere": f'<sphere radius="{x / 2}"/>',
        }
        placed = f'<origin xyz="{_xyz(slab.center)}" rpy="0 {slab.pitch} 0"/><geometry>{solids[slab.shape]}</geometry>'
        r, g, b = COLORS[slab.color] if isinstance(slab.color, str) else slab.color
        color = f'<material name="{name}-{k}"><color rgba="{r} {g} {b} 1"/></material>'
        shapes.append(f"<visual>{placed}{color}</visual>")
        if slab.solid:
            shapes.append(f"<collision>{placed}</collision>")
    return "\n".join([f'<link name="{name}">{_inertial(mass)}', *shapes, "</link>"])


def _inertial(mass: float) -> str:
    inertia = f'<inertia ixx="{mass / 50}" iyy="{mass / 50}" izz="{mass / 50}" ixy="0" ixz="0" iyz="0"/>'
    return f'<inertial><mass value="{mass}"/>{inertia}</inertial>'


def _joint(name: str, part: Part) -> str:
    ends = f'<parent link="base"/><child link="{name}"/><origin xyz="{_xyz(part.origin)}"/>'
    joint = part.joint
    if joint is None:
        return f'<joint name="{name}" type="fixed">{ends}</joint>'
    limit = f'<limit lower="0" upper="{joint.high}" effort="1000" velocity="10"/><dynamics damping="1" friction="0"/>'
    return f'<joint name="{name}" type="{joint.kind}">{ends}<axis xyz="{_xyz(joint.axis)}"/>{limit}</joint>'


def _xyz(v: Vec3) -> str:
    return " ".join(map(str, v))
