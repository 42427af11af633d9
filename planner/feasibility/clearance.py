"""How much room there is where a step would work: gaps, seen from above, between the hand or the object and the rest.

An outline is a disc or a turned rectangle; what is probed are points: where the fingers would go, where the object
would come to rest, where the hand would stand behind it. What is lower than the object is not in the way.

Shapes: k objects, r steps, q probed points of a step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.catalog import CATEGORIES, Category
from sim.geometry import Vec3, quat_rotate
from sim.state import ObjectState

GAPS = 6
"""Numbers that `rooms` gives for a step."""
FAR = 0.06
"""Gaps, metres, are told up to here."""
FINGER = (0.024, 0.015)
"""From the side of an object to the middle of a finger beside it, for a wide opening and a narrow one, metres."""
FINGER_HALF = 0.010
"""Half the width of a finger, metres."""
TIP = 0.0075
"""From the middle of the grasp down to the finger tips, metres."""
PALM = 0.039
"""From the middle of the grasp up to the palm, metres."""
PALM_REACH = (-0.1, -0.05, 0.0, 0.05, 0.1)
"""Points along the palm, metres from its middle."""
PALM_DEPTH = 0.032
"""Half the palm's width, metres."""
BEHIND = (0.03, 0.04, 0.055)
"""From the side of an object to the middle of a hand that is about to push it, metres."""
BEHIND_ACROSS = (-0.02, 0.0, 0.02)
"""Points across that hand, metres from its middle."""
ROLL = 0.06
"""What is met within so much of the end of the way, metres, is hardly displaced."""
_WAY = np.linspace(0.0, 1.0, 17)
_FARTHER = 2.0 * FAR
_LOW = 0.005


class Outlines(NamedTuple):
    """Objects from above, in the axes of the robot's base."""

    round: np.ndarray
    """(k,) booleans."""
    half: np.ndarray
    """(k, 2): half extents along the object's own axes, metres; the radius twice if it is round."""
    axis: np.ndarray
    """(k, 2): unit vector of its heading."""
    height: np.ndarray
    """(k,): half its vertical extent, metres."""
    wall: np.ndarray
    """(k,): of containers, the thickness of the wall, metres; else 0."""

    def distances(self, offsets: np.ndarray) -> np.ndarray:
        """Signed distances, metres, (..., k), from points to the outlines; inside a container, to its wall.

        Args:
            offsets: (..., k, 2), of the points from the objects' centres, metres.
        """
        disc = np.hypot(offsets[..., 0], offsets[..., 1]) - self.half[:, 0]
        along = np.abs(offsets[..., 0] * self.axis[:, 0] + offsets[..., 1] * self.axis[:, 1]) - self.half[:, 0]
        across = np.abs(offsets[..., 1] * self.axis[:, 0] - offsets[..., 0] * self.axis[:, 1]) - self.half[:, 1]
        outside = np.hypot(np.maximum(along, 0.0), np.maximum(across, 0.0))
        found = np.where(self.round, disc, outside + np.minimum(np.maximum(along, across), 0.0))
        return np.where((self.wall > 0.0) & (found < -self.wall), -found - self.wall, found)


def outlines_of(things: Sequence[ObjectState], halves: Sequence[Vec3], turn: float) -> Outlines:
    """The outlines of objects.

    Args:
        things: the objects.
        halves: their half extents along the axes of the robot's base, metres.
        turn: heading of those axes in the world, radians.
    """
    discs, extents, axes, walls = [], [], [], []
    for thing, half in zip(things, halves, strict=True):
        kind = CATEGORIES.get(thing.category)
        walls.append(_wall(kind) if kind is not None and "container" in kind.types else 0.0)
        upright = abs(quat_rotate(thing.pose.orientation, (0.0, 0.0, 1.0))[2]) > 0.98
        whole = upright or len(set(thing.size)) == 1
        yaw = thing.pose.yaw - turn
        # What lies or leans is taken for the box around it.
        discs.append(thing.round and whole)
        extents.append((thing.size[0] / 2.0, thing.size[1] / 2.0) if whole else half[:2])
        axes.append((math.cos(yaw), math.sin(yaw)) if whole else (1.0, 0.0))
    return Outlines(
        np.array(discs, dtype=bool),
        np.array(extents).reshape(-1, 2),
        np.array(axes).reshape(-1, 2),
        np.array([h[2] for h in halves]),
        np.array(walls),
    )


def _wall(kind: Category) -> float:
    """Thickness of a container's wall, metres, a finger's breadth above its floor: a bowl's is slanted."""
    outer = kind.size[0] / 2.0
    rise = 0.0125 / (kind.size[2] - kind.floor)
    return outer - (kind.inner + (outer - kind.wall - kind.inner) * rise)


def rooms(
    outlines: Outlines, points: np.ndarray, moved: np.ndarray, work: np.ndarray, start: np.ndarray, goal: np.ndarray
) -> np.ndarray:
    """Gaps around steps, metres, at most `FAR`.

    Args:
        outlines: of k objects.
        points: (r, k, 3), their centres before each step, in the axes of the robot's base, metres.
        moved: (r,) integers, the object that the step moves.
        work: (r, 3), where the hand works.
        start: (r, 3), where the object is.
        goal: (r, 3), where it would come to rest.

    Returns:
        (r, GAPS): beside the fingers and the palm, for the way to take hold of the object that has most room and for
        that which has least; around the object where it would come to rest; around the hand behind it, if it is pushed;
        around the object on its way; and on its way but for the last of it.
    """
    own = outlines.height[moved]  # (r,)
    tops = points[:, :, 2] + outlines.height  # (r, k)
    tops[np.arange(len(moved)), moved] = -np.inf  # an object is not in its own way

    def gaps(probes: np.ndarray, lowest: np.ndarray) -> np.ndarray:
        """Least distance from points, (r, q, 2), to what rises above `lowest`, (r,): (r, q)."""
        found = outlines.distances(probes[:, :, None] - points[:, None, :, :2])  # (r, q, k)
        return np.where((tops > lowest[:, None])[:, None], found, _FARTHER).min(axis=2, initial=_FARTHER)

    axes, widths = _grips(outlines, moved)
    fingers, palm = _hand_probes(work[:, :2], axes, widths)
    beside = gaps(fingers.reshape(len(moved), -1, 2), work[:, 2] - TIP).reshape(-1, 4, 2, 4)
    above = gaps(palm.reshape(len(moved), -1, 2), work[:, 2] + PALM).reshape(-1, 4, 5) - PALM_DEPTH
    grips = np.minimum(beside.min(axis=3).max(axis=2), above.min(axis=2))  # (r, 4)
    path, reach, behind = _push_probes(outlines, moved, start[:, :2], goal[:, :2])
    room = gaps(path, goal[:, 2] - own + _LOW) - reach[:, None]  # (r, q)
    early = np.where((1.0 - _WAY[1:]) * np.linalg.norm(goal - start, axis=1)[:, None] > ROLL, room, _FARTHER)
    back = gaps(behind.reshape(len(moved), -1, 2), start[:, 2] - own + _LOW).reshape(-1, 3, 3).min(axis=2).max(axis=1)
    found = [grips.max(axis=1), grips.min(axis=1), room[:, -1], back, room.min(axis=1), early.min(axis=1)]
    return np.minimum(np.stack(found, axis=1), FAR)


def _grips(outlines: Outlines, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Four ways to take hold of each object: unit vectors from finger to finger, (r, 4, 2), and half widths, (r, 4)."""
    first = outlines.axis[moved]  # (r, 2)
    second = np.stack([-first[:, 1], first[:, 0]], axis=1)
    # What is round can be held at a slant as well; a box has two ways, each counted twice.
    slant = outlines.round[moved][:, None]
    third = np.where(slant, (first + second) * math.sqrt(0.5), first)
    fourth = np.where(slant, (first - second) * math.sqrt(0.5), second)
    half = outlines.half[moved]
    return np.stack([first, second, third, fourth], axis=1), half[:, [0, 1, 0, 1]]


def _hand_probes(work: np.ndarray, axes: np.ndarray, widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of the fingers, (r, 4 grips, 2 openings, 4 points, 2), and of the palm, (r, 4 grips, 5 points, 2)."""
    normals = np.stack([-axes[..., 1], axes[..., 0]], axis=-1)  # (r, 4, 2)
    out = widths[..., None] + np.array(FINGER)  # (r, 4, 2)
    along = out[..., None, None] * axes[:, :, None, None]  # (r, 4, 2, 1, 2)
    corners = [s * along + t * FINGER_HALF * normals[:, :, None, None] for s in (1.0, -1.0) for t in (1.0, -1.0)]
    fingers = work[:, None, None, None] + np.concatenate(corners, axis=3)
    palm = work[:, None, None] + np.array(PALM_REACH)[:, None] * axes[:, :, None]
    return fingers, palm


def _push_probes(
    outlines: Outlines, moved: np.ndarray, start: np.ndarray, goal: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of the object's way, (r, q, 2), how far it reaches, (r,), and points of the hand, (r, 3 places, 3, 2)."""
    way = goal - start
    length = np.linalg.norm(way, axis=1, keepdims=True)
    ahead = way / np.maximum(length, 1e-6)  # (r, 2); zero where nothing is moved sideways
    path = start[:, None] + _WAY[1:, None] * way[:, None]
    half, axis = outlines.half[moved], outlines.axis[moved]
    turned = np.stack(
        [ahead[:, 0] * axis[:, 0] + ahead[:, 1] * axis[:, 1], ahead[:, 1] * axis[:, 0] - ahead[:, 0] * axis[:, 1]]
    )
    extent = np.where(outlines.round[moved], half[:, 0], (np.abs(turned) * half.T).sum(axis=0))  # (r,)
    back = -(extent[:, None] + np.array(BEHIND))[..., None] * ahead[:, None]  # (r, 3, 2)
    across = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)[:, None] * np.array(BEHIND_ACROSS)[:, None]  # (r, 3, 2)
    return path, half.min(axis=1), start[:, None, None] + back[:, :, None] + across[:, None]
