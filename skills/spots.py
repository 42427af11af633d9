"""What a spot is: a place to set an object down, and what is said about it wherever that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.geometry import polygon_gap, quat_from_yaw
from sim.state import TABLE, ObjectState, Pose

DROP = 0.003
"""Height over a flat surface at which an object is let go, metres."""
COMFORT = 0.035
"""Gap to other objects beyond which more room is of no use, metres."""
TALL = 0.07
"""What is higher than this reaches past the palm of a hand that takes something from the table, metres."""
_LONG = 0.005
"""An object is longer than wide from this difference of its extents on, metres."""

Offer = tuple[float, float, float]
"""x, y (metres), and how far from ideal (metres)."""


@dataclass(frozen=True)
class Spot:
    """A place for the centre of the held object."""

    x: float
    """Metres; likewise y."""
    y: float
    bottom: float
    """World z at which the object's underside is let go, metres."""
    yaw: float
    """Wished heading of the object, any multiple of a quarter turn added, radians."""
    container: str | None = None
    """The container that the spot is in."""
    lower: str = TABLE
    """What will carry the object."""
    turns: int = 4
    """So many headings, evenly apart, are as good as the wished one: an oblong has 2, a hook 1."""


def gap_at(
    held: ObjectState, x: float, y: float, others: list[ObjectState], yaw: float = 0.0
) -> tuple[float, str | None]:
    """Distance from the held object's outline at (x, y) to the nearest other object, metres, and that object."""
    outline = outline_at(held, x, y, yaw)
    least, nearest = 0.1, None
    for other in others:
        if math.dist(other.position[:2], (x, y)) > 0.28:
            continue
        gap = polygon_gap(outline, other.footprint)
        if gap < least:
            least, nearest = gap, other.name
    return least, nearest


def outline_at(held: ObjectState, x: float, y: float, yaw: float) -> np.ndarray:
    """Outline that the held object has at (x, y) once it is set down."""
    return replace(held, pose=Pose((x, y, held.height / 2.0), quat_from_yaw(yaw))).footprint


def headings(held: ObjectState) -> tuple[float, ...]:
    """Headings that make a difference: what is longer than wide may lie along x or along y."""
    return (0.0, math.pi / 2.0) if is_long(held) else (0.0,)


def is_long(thing: ObjectState) -> bool:
    """Whether it is longer than wide."""
    return abs(thing.size[0] - thing.size[1]) > _LONG
