"""What stands about, seen from above: outlines of the furniture within a band of heights. Free of any simulator."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.geometry import convex_hull
from sim.state import Pose

if TYPE_CHECKING:
    from sim.furniture import Furniture, Slab


def outlines(
    furniture: Iterable[Furniture], readings: Mapping[str, float], low: float, high: float
) -> list[np.ndarray]:
    """Convex outlines, each of shape (n, 2), of all solid slabs that reach into a band of heights.

    Args:
        furniture: what stands there.
        readings: what the joints of named parts read now, metres; those that are not named count as closed.
        low: world z, metres, likewise `high`.
        high: see `low`.
    """
    found = []
    for piece in furniture:
        for slab, pose in _placed(piece, readings):
            corners = _corners(slab, pose)
            if slab.solid and corners[:, 2].max() > low and corners[:, 2].min() < high:
                found.append(convex_hull(corners[:, :2]))
    return found


def _placed(piece: Furniture, readings: Mapping[str, float]) -> Iterator[tuple[Slab, Pose]]:
    """Each slab of a piece of furniture, with its pose in the world."""
    for part in piece.parts:
        origin = part.origin
        if part.joint is not None and part.joint.kind == "prismatic":
            out = readings.get(part.name or "", 0.0)
            origin = tuple(o + out * a for o, a in zip(part.origin, part.joint.axis, strict=True))
        for slab in part.slabs:
            tilt = (0.0, math.sin(slab.pitch / 2.0), 0.0, math.cos(slab.pitch / 2.0))
            x, y, z = (o + c for o, c in zip(origin, slab.center, strict=True))
            yield slab, piece.pose @ Pose((x, y, z), tilt)


def _corners(slab: Slab, pose: Pose) -> np.ndarray:
    """Corners, shape (8, 3), of a slab's box in the world frame, metres."""
    half = [s / 2.0 for s in slab.size]
    return np.array(
        [
            (pose @ Pose((sx * half[0], sy * half[1], sz * half[2]))).position
            for sx, sy, sz in itertools.product((-1.0, 1.0), repeat=3)
        ]
    )


def distances(points: np.ndarray, polygons: Iterable[np.ndarray]) -> np.ndarray:
    """For each point, shape (n, 2), a lower bound of its distance to the nearest polygon, shape (n,), metres.

    Exact where an edge is nearest; where a corner is, the distance to the farther of the lines through it.
    """
    least = np.full(len(points), np.inf)
    for polygon in polygons:
        edges = np.roll(polygon, -1, axis=0) - polygon
        normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        beyond = points @ normals.T - (normals * polygon).sum(axis=1)
        least = np.minimum(least, beyond.max(axis=1))
    return least
