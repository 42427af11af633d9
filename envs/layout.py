"""A drawn scene: what the world is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.world import Placement


@dataclass(frozen=True)
class Scene:
    """Where objects are put, and how the furniture stands."""

    placements: tuple[Placement, ...]
    """Objects and their poses."""
    readings: Mapping[str, float] = field(default_factory=dict)
    """What joints of the furniture read, metres or radians from closed; 1 for a light that is lit."""
