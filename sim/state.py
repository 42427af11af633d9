"""The words for the physical world: immutable snapshots, free of any simulator.

Units are SI, quaternions (x, y, z, w), poses in the world frame (z up) unless a name says otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.geometry import (
    IDENTITY,
    Quat,
    Vec3,
    convex_hull,
    disc,
    quat_inverse,
    quat_multiply,
    quat_rotate,
    yaw_of,
)

TABLE = "table"


@dataclass(frozen=True)
class Pose:
    """A position and an orientation."""

    position: Vec3
    """Metres, (x, y, z)."""
    orientation: Quat = IDENTITY
    """Unit quaternion (x, y, z, w)."""

    @property
    def yaw(self) -> float:
        """Heading about z, radians."""
        return yaw_of(self.orientation)

    def __matmul__(self, other: Pose) -> Pose:
        """`other`, given in this frame, in the frame that this pose is given in."""
        x, y, z = quat_rotate(self.orientation, other.position)
        px, py, pz = self.position
        return Pose((px + x, py + y, pz + z), quat_multiply(self.orientation, other.orientation))

    def inverse(self) -> Pose:
        """The pose of the parent frame in this one."""
        q = quat_inverse(self.orientation)
        x, y, z = quat_rotate(q, self.position)
        return Pose((-x, -y, -z), q)

    def distance(self, other: Pose) -> float:
        """Metres between the two positions."""
        return math.dist(self.position, other.position)


ORIGIN = Pose((0.0, 0.0, 0.0))
"""The world frame itself."""


@dataclass(frozen=True)
class ObjectState:
    """One object at one moment."""

    name: str
    """Unique in the scene: `<colour> <category>`, with a number where there are several."""
    category: str
    """A key of `sim.catalog.CATEGORIES`."""
    color: str | None
    """A key of `sim.catalog.COLORS`, or None."""
    pose: Pose
    """Of the centre of the bounding box."""
    size: Vec3
    """Extents along the body's own axes, metres."""
    round: bool = False
    """Whether the footprint is a disc (bowl, plate, cylinder, ball) and not a rectangle."""
    speed: float = 0.0
    """Of the centre, m/s."""
    value: float = 0.0
    """What the joint of a part of furniture reads, metres or radians from closed; 1 for a light that is lit."""

    @property
    def position(self) -> Vec3:
        """Centre of the bounding box, metres."""
        return self.pose.position

    @cached_property
    def height(self) -> float:
        """Extent along the world's z axis as the object lies now, metres."""
        q = self.pose.orientation
        if self.round and self.size[0] == self.size[1] == self.size[2]:
            return self.size[2]
        return sum(abs(quat_rotate(q, axis)[2]) * s for axis, s in zip(_AXES, self.size, strict=True))

    @property
    def top(self) -> float:
        """World z of the highest point, metres."""
        return self.position[2] + self.height / 2.0

    @property
    def bottom(self) -> float:
        """World z of the lowest point, metres."""
        return self.position[2] - self.height / 2.0

    def covers(self, x: float, y: float) -> bool:
        """Whether the point (x, y), metres, lies within the rectangle that it takes up on the table."""
        dx, dy, _ = (self.pose.inverse() @ Pose((x, y, self.position[2]))).position
        return abs(dx) <= self.size[0] / 2.0 and abs(dy) <= self.size[1] / 2.0

    @cached_property
    def footprint(self) -> np.ndarray:
        """Corners, shape (n, 2), of the convex outline seen from above, metres."""
        upright = abs(quat_rotate(self.pose.orientation, (0.0, 0.0, 1.0))[2]) > 0.98
        ball = self.round and self.size[0] == self.size[1] == self.size[2]
        if self.round and (upright or ball):
            return disc(self.position, self.size[0] / 2.0)
        hx, hy, hz = (s / 2.0 for s in self.size)
        corners = [
            quat_rotate(self.pose.orientation, (sx * hx, sy * hy, sz * hz))[:2]
            for sx in (-1, 1)
            for sy in (-1, 1)
            for sz in (-1, 1)
        ]
        return convex_hull(np.array(corners) + np.array(self.position[:2]))


_AXES: tuple[Vec3, Vec3, Vec3] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class RobotState:
    """The robot at one moment."""

    name: str
    """A key of `sim.robots.ROBOTS`."""
    base: Pose
    """Of the robot's first link."""
    joints: tuple[float, ...]
    """Arm joint positions, radians, in the order of the robot's spec."""
    tool: Pose
    """Of the point between the finger tips; its z axis leaves the hand."""
    opening: float
    """Distance between the finger pads, metres."""
    holding: str | None = None
    """The object that both fingers press on, if there is one."""


@dataclass(frozen=True)
class SceneState:
    """A snapshot of the whole scene."""

    family: str
    """Scene family: tabletop, kitchen, desk or reach."""
    objects: tuple[ObjectState, ...]
    """In the order in which the scene was built."""
    robot: RobotState
    """The robot."""
    supports: frozenset[tuple[str, str]] = frozenset()
    """Pairs (upper, lower): `lower`, an object or "table", carries `upper` by contact."""
    time: float = 0.0
    """Simulated seconds since the reset."""

    @cached_property
    def _by_name(self) -> dict[str, ObjectState]:
        return {o.name: o for o in self.objects}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all objects, in order."""
        return tuple(o.name for o in self.objects)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> ObjectState:
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"no object {name!r} in the scene; there are: {', '.join(self.names)}") from None

    def carried_by(self, lower: str) -> tuple[str, ...]:
        """Names of the objects that rest directly on `lower`, in scene order."""
        return tuple(n for n in self.names if (n, lower) in self.supports)

    def with_object(self, changed: ObjectState) -> SceneState:
        """The same scene with the object of that name replaced."""
        return replace(self, objects=tuple(changed if o.name == changed.name else o for o in self.objects))

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back exactly."""
        robot = self.robot
        return {
            "family": self.family,
            "time": self.time,
            "objects": [
                {
                    "name": o.name,
                    "category": o.category,
                    "color": o.color,
                    "pose": [*o.pose.position, *o.pose.orientation],
                    "size": list(o.size),
                    "round": o.round,
                    "speed": o.speed,
                    "value": o.value,
                }
                for o in self.objects
            ],
            "robot": {
                "name": robot.name,
                "base": [*robot.base.position, *robot.base.orientation],
                "joints": list(robot.joints),
                "tool": [*robot.tool.position, *robot.tool.orientation],
                "opening": robot.opening,
                "holding": robot.holding,
            },
            "supports": sorted(map(list, self.supports)),
        }

    @staticmethod
    def from_dict(data: dict[str, Any]) -> SceneState:
        """Reads what `to_dict` wrote."""
        robot = data["robot"]
        return SceneState(
            family=data["family"],
            time=data["time"],
            objects=tuple(
                ObjectState(
                    o["name"],
                    o["category"],
                    o["color"],
                    _pose(o["pose"]),
                    tuple(o["size"]),
                    o["round"],
                    o["speed"],
                    o.get("value", 0.0),
                )
                for o in data["objects"]
            ),
            robot=RobotState(
                robot["name"],
                _pose(robot["base"]),
                tuple(robot["joints"]),
                _pose(robot["tool"]),
                robot["opening"],
                robot["holding"],
            ),
            supports=frozenset((a, b) for a, b in data["supports"]),
        )


def _pose(values: list[float]) -> Pose:
    x, y, z, qx, qy, qz, qw = values
    return Pose((x, y, z), (qx, qy, qz, qw))
