"""Where a base that drives stands to work at a place, for each scene family that has one. Free of any simulator.

A place is built, and objects are drawn on it, in the frame of its station: x ahead of the arm's first link, y to its
left, z = 0 at the height of tables and counters. So whatever the arm can do on the tabletop, it can do at every place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.geometry import wrap_angle
from sim.mobile import BasePose, MobileBase
from sim.state import Pose

KITCHEN_BASE = MobileBase(size=(0.54, 0.46, 0.71), mount=(0.17, 0.0), home=(-0.42, -0.55, -math.pi / 2.0))
"""The kitchen's base; at home it stands before the user. Its arm sits far ahead, to reach down in front of the box."""

_CHEST: BasePose = (-0.46, 0.62, math.pi)

STATIONS: Mapping[str, Mapping[str, BasePose]] = {
    "tabletop": {},
    "desk": {},
    "reach": {},
    "kitchen": {
        "close counter": (-0.86, -0.42, math.pi),
        "far counter": (0.62, 0.86, math.pi / 2.0),
        "table": (0.40, -0.35, 0.0),
        "trash can": (-0.42, 0.90, math.pi / 2.0),
        "user": KITCHEN_BASE.home,
        "top drawer": _CHEST,
        "middle drawer": _CHEST,
        "bottom drawer": _CHEST,
    },
}
"""Base poses (x, y in metres, yaw in radians) by family and place."""

NEAR = 0.10
"""A base this near to a station stands at it, metres."""
FACING = 0.20
"""And if its heading is off by no more than this, radians."""


def at_station(base: BasePose, station: BasePose) -> bool:
    """Whether a base stands where a place can be worked at."""
    near = math.dist(base[:2], station[:2]) <= NEAR
    return near and abs(wrap_angle(base[2] - station[2])) <= FACING


def station_frame(place: str) -> Pose:
    """Where the arm's first link is, and looks, when the kitchen's base stands at a place: the frame of that place."""
    return KITCHEN_BASE.foot_at(STATIONS["kitchen"][place])
