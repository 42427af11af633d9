"""An arm on paper: enough to ask where it could reach, without a simulator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from sim.kinematics import Kinematics
from sim.robots import RobotSpec, find_robot
from sim.state import Pose


class Body(Protocol):
    """A robot as far as reaching goes: a `World`, or an arm on paper."""

    @property
    def spec(self) -> RobotSpec:
        """What robot it is."""
        ...

    @property
    def kinematics(self) -> Kinematics:
        """Where its joints bring it."""
        ...


@dataclass(frozen=True)
class PaperArm:
    """A robot without a world."""

    spec: RobotSpec
    """What robot it is."""
    kinematics: Kinematics
    """Where its joints bring it."""


@lru_cache(maxsize=16)
def paper_arm(robot: str, foot: Pose) -> PaperArm:
    """The arm of a robot that stands at a pose.

    Args:
        robot: a key of `sim.robots.ROBOTS`.
        foot: of its first link.
    """
    spec = find_robot(robot)
    return PaperArm(spec, Kinematics(spec).standing_at(foot))
