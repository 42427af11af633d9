"""A base that drives: a box that slides along the floor and turns, with an arm on top.

Its three joints (x, y, yaw) are driven by motors of finite strength, so that the base really travels, is stopped by
what stands in its way, and pushes back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.geometry import Vec3, quat_from_yaw
from sim.state import Pose

BASE_JOINTS = ("mobile_x", "mobile_y", "mobile_yaw")
"""Names of the joints that move the base, from the floor up."""
CHASSIS = "mobile_chassis"
"""Name of the link that is the box."""

BasePose = tuple[float, float, float]
"""Where a base stands: x and y of the middle of its box (metres) and its heading (radians), in the world frame."""


@dataclass(frozen=True)
class MobileBase:
    """What an arm may stand on instead of the table. The arm's x axis points ahead."""

    floor: float = -0.75
    """World z of the floor, metres."""
    foot: float = 0.75
    """Height of the arm's first link above the floor, metres."""
    size: Vec3 = (0.56, 0.46, 0.71)
    """Length, width and height of the box, metres; its top is where the arm stands."""
    mount: tuple[float, float] = (0.12, 0.0)
    """Where the arm stands on it: ahead and to the left of the middle, metres."""
    speed: float = 0.7
    """Top speed along the floor, m/s."""
    turn: float = 1.2
    """Top speed of turning, radians/s."""
    mass: float = 90.0
    """Of the box, kilograms."""
    force: float = 500.0
    """Strength of the drive along x and along y, newtons; of turning, as many newton metres at half a metre."""
    home: BasePose = (0.0, 0.0, 0.0)
    """Where it stands at a reset."""

    def foot_at(self, base: BasePose) -> Pose:
        """Pose of the arm's first link where the base stands at (x, y, yaw)."""
        x, y, yaw = base
        c, s = math.cos(yaw), math.sin(yaw)
        ahead, left = self.mount
        return Pose((x + c * ahead - s * left, y + s * ahead + c * left, self.floor + self.foot), quat_from_yaw(yaw))

    def base_at(self, foot: Pose) -> BasePose:
        """Where the base stands, (x, y, yaw), when the arm's first link has this pose; undoes `foot_at`."""
        x, y, _ = foot.position
        c, s = math.cos(foot.yaw), math.sin(foot.yaw)
        ahead, left = self.mount
        return (x - c * ahead + s * left, y - s * ahead - c * left, foot.yaw)


def shortest_turn(start: float, wished: float) -> float:
    """The angle nearest to `start` that is the same heading as `wished`, radians."""
    return start + math.remainder(wished - start, math.tau)
