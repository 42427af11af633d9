"""How much room there is where a step would work: gaps, seen from above, between the hand or the object and the rest.

An outline is a disc or a turned rectangle; what is probed are points: where the fingers would go, where the object
would come to rest, where the hand would stand behind it. What is lower than the object is not in the way.

Shapes: k objects, r steps, q probed points of a step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.catalog import CATEGORIES, Category
from sim.geometry import quat_rotate
from sim.robots import ROBOTS
from sim.state import ObjectState

GAPS = 6
"""Numbers that `rooms` gives for a step."""
FAR = 0.06
"""Gaps, metres, are told up to here."""
SLACKS = (0.015, 0.005)
"""Room between each finger and the object on the way down, for a wide opening and a narrow one, metres."""
BEHIND = np.array((0.02, 0.03, 0.045), dtype=np.float32)
"""From the side of an object to the fingers that are about to push it, metres: each of these will do."""
SHUT = 0.01
"""Half the opening of the fingers while they push, metres."""
ROLL = 0.06
"""What is met within so much of the end of the way, metres, is hardly displaced."""
_WAY = np.linspace(0.0, 1.0, 9, dtype=np.float32)
_FARTHER = 2.0 * FAR
_NOWHERE = 10.0
_LOW = 0.005


class Hand(NamedTuple):
    """A robot's hand as numbers, metres."""

    opening: float
    """Widest distance between the fingers."""
    tip: float
    """From the middle of the grasp down to the finger tips."""
    finger: tuple[float, float]
    """Half the width of a finger, and half its thickness."""
    palm: float
    """From the middle of the grasp up to the palm."""
    half: tuple[float, float]
    """Half the palm's extents, along the line from finger to finger and across it."""
    cup: bool
    """Whether it is a suction cup: there are no fingers beside the object."""

    @staticmethod
    @lru_cache(maxsize=32)
    def of(robot: str) -> Hand:
        """The hand of a robot; that of the Panda where the robot is unknown."""
        spec = ROBOTS.get(robot, ROBOTS["panda"])
        (across, thick, tip), (wide, long, palm) = spec.finger_size, spec.hand_size
        cup = spec.suction is not None
        return Hand(spec.opening, tip, (across / 2.0, thick / 2.0), palm, (long / 2.0, wide / 2.0), cup)


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

    def distances(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Signed distances, metres, (k, ...), from points to the outlines; inside a container, to its wall.

        Args:
            x: (k, ...), of the points from the objects' centres, metres; likewise y.
            y: see x.
        """
        # Objects first, coordinates apart, steps in place: most of the time that features take is spent here.
        c, s, long, wide = (v.reshape(-1, *[1] * (x.ndim - 1)) for v in (*self.axis.T, *self.half.T))
        along = np.abs(x * c + y * s) - long
        across = np.abs(y * c - x * s) - wide
        inner = np.minimum(np.maximum(along, across), 0.0)
        np.maximum(along, 0.0, out=along)
        np.maximum(across, 0.0, out=across)
        found = np.sqrt(along * along + across * across)
        found += inner
        for k in np.flatnonzero(self.round):
            found[k] = np.sqrt(x[k] ** 2 + y[k] ** 2) - self.half[k, 0]
        for k in np.flatnonzero(self.wall > 0.0):
            found[k] = np.where(found[k] < -self.wall[k], -found[k] - self.wall[k], found[k])
        return found


def outlines_of(things: Sequence[ObjectState], halves: np.ndarray, turn: float) -> Outlines:
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
        extents.append((thing.size[0] / 2.0, thing.size[1] / 2.0) if whole else (float(half[0]), float(half[1])))
        axes.append((math.cos(yaw), math.sin(yaw)) if whole else (1.0, 0.0))
    return Outlines(
        np.array(discs, dtype=bool),
        np.array(extents, dtype=np.float32).reshape(-1, 2),
        np.array(axes, dtype=np.float32).reshape(-1, 2),
        np.asarray(halves, dtype=np.float32)[:, 2],
        np.array(walls, dtype=np.float32),
    )


def _wall(kind: Category) -> float:
    """Thickness of a container's wall, metres, a finger's breadth above its floor: a bowl's is slanted."""
    outer = kind.size[0] / 2.0
    rise = 0.0125 / (kind.size[2] - kind.floor)
    return outer - (kind.inner + (outer - kind.wall - kind.inner) * rise)


class Moves(NamedTuple):
    """Steps by what moves where, in the axes of the robot's base, metres, float32."""

    points: np.ndarray
    """(r, k, 3), the objects' centres before each step."""
    moved: np.ndarray
    """(r,) integers, the object that the step moves."""
    work: np.ndarray
    """(r, 3), where the hand works."""
    start: np.ndarray
    """(r, 3), where the object is."""
    goal: np.ndarray
    """(r, 3), where it would come to rest."""
    pushed: np.ndarray
    """(r,) booleans: whether it is pushed there, and not carried."""

    def pick(self, rows: np.ndarray) -> Moves:
        """Some of the steps."""
        return Moves(*(a[rows] for a in self))


def rooms(outlines: Outlines, hand: Hand, moves: Moves) -> np.ndarray:
    """Gaps around r steps, metres, at most `FAR`.

    Returns:
        (r, GAPS): beside the fingers and the palm, for the way to take hold of the object that has most room and for
        that which has least; around the object where it would come to rest. And of what is pushed, around the hand
        behind it; around the object on its way; and on its way but for the last of it. What is pushed is not held, and
        what is held not pushed: of these there is all the room there is.
    """
    found = np.full((len(moves.moved), GAPS), FAR, dtype=np.float32)
    held, pushed = np.flatnonzero(~moves.pushed), np.flatnonzero(moves.pushed)
    if len(held):
        found[held, :3] = _room_to_hold(outlines, hand, moves.pick(held))
    if len(pushed):
        found[pushed, 2:] = _room_to_push(outlines, hand, moves.pick(pushed))
    return np.minimum(found, FAR)


def _gaps(outlines: Outlines, moves: Moves, probes: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Least distance, (r, q), from points, (r, q, 2), to what rises above `lowest`, (r,), but for the moved object."""
    x, y = (probes[None, ..., axis] - moves.points[..., axis].T[:, :, None] for axis in (0, 1))  # (k, r, q)
    tops = moves.points[:, :, 2] + outlines.height  # (r, k)
    tops[np.arange(len(tops)), moves.moved] = -np.inf  # an object is not in its own way
    found = outlines.distances(x, y)
    found += np.where(tops <= lowest[:, None], np.float32(_NOWHERE), np.float32(0.0)).T[:, :, None]
    return found.min(axis=0, initial=_FARTHER)


def _room_to_hold(outlines: Outlines, hand: Hand, moves: Moves) -> np.ndarray:
    """The first three gaps of `rooms`, (r, 3)."""
    own = outlines.height[moves.moved]
    found = np.empty((len(own), 3), dtype=np.float32)
    rest = _gaps(outlines, moves, moves.goal[:, None, :2], moves.goal[:, 2] - own + _LOW)[:, 0]
    found[:, 2] = rest - outlines.half[moves.moved].min(axis=1)
    # What is round can be held at a slant as well as straight, a box only straight.
    slanted = outlines.round[moves.moved]
    for rows, slant in ((np.flatnonzero(slanted), True), (np.flatnonzero(~slanted), False)):
        if len(rows):
            grips = _room_of_grips(outlines, hand, moves.pick(rows), slant)
            found[rows, 0], found[rows, 1] = grips.max(axis=1), grips.min(axis=1)
    return found


def _room_of_grips(outlines: Outlines, hand: Hand, moves: Moves, slant: bool) -> np.ndarray:
    """The room that each of w ways to take hold leaves, (r, w)."""
    r = len(moves.moved)
    axes, widths = _grips(outlines, moves.moved, slant)
    w = axes.shape[1]
    fingers, palm = _hand_probes(hand, moves.work[:, :2], axes, widths)
    above = _gaps(outlines, moves, palm.reshape(r, -1, 2), moves.work[:, 2] + hand.palm).reshape(r, w, 3).min(axis=2)
    grips = above - min(hand.half)
    if hand.cup:
        return grips
    beside = _gaps(outlines, moves, fingers.reshape(r, -1, 2), moves.work[:, 2] - hand.tip).reshape(r, w, 2, 4)
    return np.minimum(beside.min(axis=3).max(axis=2), grips)


def _room_to_push(outlines: Outlines, hand: Hand, moves: Moves) -> np.ndarray:
    """The last four gaps of `rooms`, (r, 4)."""
    r, own = len(moves.moved), outlines.height[moves.moved]
    path, reach, fingers, palm = _push_probes(outlines, hand, moves.moved, moves.start[:, :2], moves.goal[:, :2])
    room = _gaps(outlines, moves, path, moves.goal[:, 2] - own + _LOW) - reach[:, None]  # (r, q)
    left = (1.0 - _WAY[1:]) * np.linalg.norm(moves.goal - moves.start, axis=1)[:, None]
    early = np.where(left > ROLL, room, _FARTHER)
    low, high = moves.start[:, 2] - own + _LOW, moves.start[:, 2] + hand.palm
    back = _gaps(outlines, moves, fingers.reshape(r, -1, 2), low).reshape(r, len(BEHIND), -1).min(axis=2)
    above = _gaps(outlines, moves, palm.reshape(r, -1, 2), high).reshape(r, len(BEHIND), -1).min(axis=2) - hand.half[1]
    behind = np.minimum(back, above).max(axis=1)
    return np.stack([room[:, -1], behind, room.min(axis=1), early.min(axis=1)], axis=1)


def _grips(outlines: Outlines, moved: np.ndarray, slant: bool) -> tuple[np.ndarray, np.ndarray]:
    """The w ways to take hold, 4 or 2: unit vectors from finger to finger, (r, w, 2), and half widths, (r, w)."""
    first = outlines.axis[moved]  # (r, 2)
    second = np.stack([-first[:, 1], first[:, 0]], axis=1)
    half = outlines.half[moved]
    if not slant:
        return np.stack([first, second], axis=1), half
    third, fourth = ((first + s * second) * np.float32(math.sqrt(0.5)) for s in (1.0, -1.0))
    return np.stack([first, second, third, fourth], axis=1), half[:, [0, 1, 0, 1]]


def _hand_probes(hand: Hand, work: np.ndarray, axes: np.ndarray, widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of the fingers, (r, w grips, 2 openings, 4 points, 2), and of the palm, (r, w grips, 3 points, 2)."""
    normals = np.stack([-axes[..., 1], axes[..., 0]], axis=-1)  # (r, w, 2)
    across, thick = hand.finger
    out = widths[..., None] + np.array([s + thick for s in SLACKS], dtype=np.float32)  # (r, w, 2)
    along = out[..., None, None] * axes[:, :, None, None]  # (r, w, 2, 1, 2)
    corners = [s * along + np.float32(t * across) * normals[:, :, None, None] for s in (1.0, -1.0) for t in (1.0, -1.0)]
    fingers = work[:, None, None, None] + np.concatenate(corners, axis=3)
    reach = np.array([-1.0, 0.0, 1.0], dtype=np.float32) * np.float32(max(hand.half) - min(hand.half))
    longer = axes if hand.half[0] >= hand.half[1] else normals
    palm = work[:, None, None] + reach[:, None] * longer[:, :, None]
    return fingers, palm


def _push_probes(
    outlines: Outlines, hand: Hand, moved: np.ndarray, start: np.ndarray, goal: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points of the object's way, (r, q, 2), how far it reaches, (r,), and points of the hand behind it.

    Those are of the fingers, side by side, (r, 3 places, 6, 2), and of the palm, (r, 3 places, 3, 2).
    """
    way = goal - start
    length = np.linalg.norm(way, axis=1, keepdims=True)
    ahead = way / np.maximum(length, 1e-6)  # (r, 2); zero where nothing is moved sideways
    path = start[:, None] + _WAY[1:, None] * way[:, None]
    half, axis = outlines.half[moved], outlines.axis[moved]
    turned = np.stack(
        [ahead[:, 0] * axis[:, 0] + ahead[:, 1] * axis[:, 1], ahead[:, 1] * axis[:, 0] - ahead[:, 0] * axis[:, 1]]
    )
    extent = np.where(outlines.round[moved], half[:, 0], (np.abs(turned) * half.T).sum(axis=0))  # (r,)
    across, thick = hand.finger
    back = -(extent[:, None] + across + BEHIND)[..., None] * ahead[:, None]  # (r, 3, 2)
    middle = (start[:, None] + back)[:, :, None]  # (r, 3, 1, 2)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)[:, None, None]  # (r, 1, 1, 2)
    wide = np.array([-1.0, 0.0, 1.0], dtype=np.float32)[:, None] * side  # (r, 1, 3, 2)
    deep = np.float32(across) * ahead[:, None, None]
    outer = np.float32(SHUT + 2.0 * thick) * wide
    fingers = np.concatenate([middle + outer - deep, middle + outer + deep], axis=2)
    return path, half.min(axis=1), fingers, middle + np.float32(hand.half[0] - hand.half[1]) * wide
