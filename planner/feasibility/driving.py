"""How much room what lies on the floor leaves to a base that drives: where it would stand, and where it would turn.

As in `skills.navigation` the base is a box where it works and a disc where it turns, straight behind the place that it
leaves or enters. The furniture is not looked at: it stands where it stands, and the network knows the places.

Shapes: k objects, r steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.feasibility.clearance import FAR
from planner.feasibility.forms import Form
from planner.feasibility.imagine import Imagined
from sim.stations import KITCHEN_BASE, station_frame

DRIVE_ROOM = 2
"""Numbers that `drive_room` gives for a step."""
_LYING = 0.05
"""What is no higher than this above the floor lies on it, metres."""
_BACK = np.arange(0.0, 0.9, 0.03)
"""How far behind a place the base may turn, metres."""


def drive_room(scenes: Sequence[Imagined], forms: Sequence[Form]) -> np.ndarray:
    """Room for the base, metres, at most `FAR`, (r, DRIVE_ROOM), negative where something is in the way.

    Args:
        scenes: in which each step would be taken; all have the same things.
        forms: of r steps, each of which drives to a place.

    Returns:
        The gap around the box at the place; and around the disc, where it has most room to turn, of the place that it
        leaves or of that which it enters, whichever is less.
    """
    things = scenes[0].things
    found = np.full((len(forms), DRIVE_ROOM), FAR)
    radius = things.halves[:, :2].max(axis=1)
    floor = things.frame.base[2] - KITCHEN_BASE.foot
    loose = np.array(["movable" in kind.types for kind in things.kinds], dtype=bool)
    half_length, half_width = KITCHEN_BASE.size[0] / 2.0, KITCHEN_BASE.size[1] / 2.0
    disc = math.hypot(half_length, half_width)
    for row, (scene, form) in enumerate(zip(scenes, forms, strict=True)):
        low = np.flatnonzero(loose & (scene.points[:, 2] - things.halves[:, 2] < floor + _LYING))
        if not len(low):
            continue
        points, round_ = scene.points[low, :2], radius[low]
        foot = station_frame(form.call.arguments[0])
        goal = np.array([*things.frame.inward(foot.position)[:2], foot.yaw - things.frame.yaw])
        turning = []
        for x, y, yaw in (goal, scene.base[[0, 1, 3]]):
            c, s = math.cos(yaw), math.sin(yaw)
            ahead = c * (points[:, 0] - x) + s * (points[:, 1] - y) + KITCHEN_BASE.mount[0]
            left = c * (points[:, 1] - y) - s * (points[:, 0] - x) + KITCHEN_BASE.mount[1]
            turning.append((np.hypot(ahead + _BACK[:, None], left) - round_).min(axis=1).max() - disc)
            if len(turning) == 1:
                beyond = np.stack([np.abs(ahead) - half_length, np.abs(left) - half_width])
                outside = np.hypot(*np.maximum(beyond, 0.0)) + np.minimum(beyond.max(axis=0), 0.0)
                found[row, 0] = (outside - round_).min()
        found[row, 1] = min(turning)
    return np.minimum(found, FAR)
