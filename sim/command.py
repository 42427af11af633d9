"""What a robot is told at each control step. Free of any simulator, so that skills can be read without one."""

from __future__ import annotations

from dataclasses import dataclass

PHYSICS_SECONDS = 1.0 / 240.0
SUBSTEPS = 6
CONTROL_SECONDS = PHYSICS_SECONDS * SUBSTEPS
"""One control step: 25 ms (40 Hz)."""

GRIP_FORCE = 30.0
"""Force of each finger, newtons, unless a command says otherwise."""


@dataclass(frozen=True)
class Command:
    """A target for the motors; None keeps what was told last."""

    joints: tuple[float, ...] | None = None
    """Wished arm joint angles, radians."""
    opening: float | None = None
    """Wished distance between the finger pads, metres."""
    force: float = GRIP_FORCE
    """Largest force of each finger, newtons."""
    base: tuple[float, float, float] | None = None
    """Where a base that drives is to go: x, y (metres) and yaw (radians, turned the short way), in the world frame."""
