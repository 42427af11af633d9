"""Where a shape might be: first guesses from points and normals, good enough for a fit to begin from.

Each point of a convex solid says where the centre is along its normal; each point of a body of revolution says on which
line its axis stands. Both are linear in the centre, and both hold for the part of the surface that happens to be seen.
"""

from __future__ import annotations

import math

import numpy as np

from sim.catalog import CATEGORIES
from sim.geometry import Quat, convex_hull, matrix_from_quat, quat_from_matrix
from sim.perception.segmentation import Cluster

_PRIOR = 0.02
"""Weight of the middle of what is seen, for each point: decides only where the points leave the centre open."""
_STEEP = 0.5
"""Normals whose horizontal part is longer than this belong to walls."""


def center(category: str, cluster: Cluster, turn: Quat) -> np.ndarray:
    """A guess at an object's centre, shape (3,), metres, from how it is turned."""
    kind = CATEGORIES[category]
    low, high = cluster.points.min(axis=0), cluster.points.max(axis=0)
    middle = (low + high) / 2.0
    if "movable" in kind.types:
        return _by_support(cluster, np.array(kind.size) / 2.0, middle, turn)
    # Bowls, plates and boxes are never carried: they stand on the table.
    middle[2] = kind.size[2] / 2.0
    return _by_axis(cluster, middle) if kind.round else middle


def _by_support(cluster: Cluster, half: np.ndarray, middle: np.ndarray, turn: Quat) -> np.ndarray:
    """Least squares of `n . c = n . p - s(n)`, where s is how far the surface with normal n is from the centre."""
    n = cluster.normals
    own = n @ matrix_from_quat(turn)
    distance = half[0] * np.hypot(own[:, 0], own[:, 1]) + half[2] * np.abs(own[:, 2])
    weight = _PRIOR * len(n)
    target = (n * cluster.points).sum(axis=1) - distance
    return np.linalg.solve(n.T @ n + weight * np.eye(3), n.T @ target + weight * middle)


def _by_axis(cluster: Cluster, middle: np.ndarray) -> np.ndarray:
    """Least squares of the point nearest to all lines along the horizontal parts of the normals."""
    flat = cluster.normals[:, :2]
    steep = np.linalg.norm(flat, axis=1) > _STEEP
    across = np.stack([-flat[steep, 1], flat[steep, 0]], axis=1)
    weight = _PRIOR * max(1, len(across))
    target = (across * cluster.points[steep, :2]).sum(axis=1)
    x, y = np.linalg.solve(across.T @ across + weight * np.eye(2), across.T @ target + weight * middle[:2])
    return np.array([x, y, middle[2]])


def heading(cluster: Cluster) -> float:
    """Heading of a square object, radians, any multiple of a quarter turn added."""
    flat = cluster.normals[np.hypot(cluster.normals[:, 0], cluster.normals[:, 1]) > 0.9]
    if len(flat) >= 12:
        # Walls at right angles to each other agree in four times their heading.
        quadruple = 4.0 * np.arctan2(flat[:, 1], flat[:, 0])
        return math.atan2(float(np.sin(quadruple).sum()), float(np.cos(quadruple).sum())) / 4.0
    return _least_rectangle(convex_hull(cluster.points[:, :2]))


def _least_rectangle(hull: np.ndarray) -> float:
    """Heading of the rectangle of least area around a convex outline, corners of shape (n, 2)."""
    if len(hull) < 3:
        return 0.0
    edges = np.roll(hull, -1, axis=0) - hull
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    turned = hull[:, 0] * np.cos(angles)[:, None] + hull[:, 1] * np.sin(angles)[:, None]
    across = hull[:, 1] * np.cos(angles)[:, None] - hull[:, 0] * np.sin(angles)[:, None]
    return float(angles[np.argmin(np.ptp(turned, axis=1) * np.ptp(across, axis=1))])


def tilts(category: str, cluster: Cluster) -> list[Quat]:
    """Guesses at how an object lies that does not stand upright."""
    if CATEGORIES[category].round:
        # The axis of a lying cylinder is square to its normals, and is its length.
        across = np.linalg.eigh(cluster.normals.T @ cluster.normals)[1][:, 0]
        along = np.linalg.svd(cluster.points - cluster.points.mean(axis=0), full_matrices=False)[2][0]
        walls = cluster.normals[np.abs(cluster.normals[:, 2]) < 0.3]
        ends = [_commonest(walls)] if len(walls) else []
        return [_with_axis(axis, cluster.normals[0]) for axis in (across, along, *ends)]
    face = _commonest(cluster.normals)
    sides = cluster.normals[np.abs(cluster.normals @ face) < 0.3]
    return [_with_axis(face, _commonest(sides) if len(sides) else np.array([0.3, 0.5, 0.8]))]


def _commonest(normals: np.ndarray) -> np.ndarray:
    """The direction that most normals have, shape (3,)."""
    alike = normals[:: max(1, len(normals) // 100)] @ normals.T > 0.95
    members = normals[alike[int(alike.sum(axis=1).argmax())]]
    mean = members.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _with_axis(z: np.ndarray, near_x: np.ndarray) -> Quat:
    """The rotation whose z axis is given, its x axis as near to another direction as can be."""
    x = near_x - (near_x @ z) * z
    if float(np.linalg.norm(x)) < 1e-3:
        x = np.eye(3)[int(np.abs(z).argmin())] - z[int(np.abs(z).argmin())] * z
    x = x / np.linalg.norm(x)
    return quat_from_matrix(np.stack([x, np.cross(z, x), z], axis=1))


def seeds(category: str, cluster: Cluster) -> list[Cluster]:
    """Parts of a cluster that may be one object of a category: all of it, its top, and its two ends."""
    size = CATEGORIES[category].size
    spread = cluster.points.max(axis=0) - cluster.points.min(axis=0)
    single = np.hypot(spread[0], spread[1]) < 1.6 * size[0] and spread[2] < 1.2 * size[2]
    if single or "movable" not in CATEGORIES[category].types:
        return [cluster]
    points = cluster.points
    flat = points[:, :2] - points[:, :2].mean(axis=0)
    along = flat @ np.linalg.svd(flat, full_matrices=False)[2][0]
    ends = [points[:, 2].argmax(), along.argmin(), along.argmax()]
    parts = []
    for end in ends:
        off = points - points[end]
        near = (np.hypot(off[:, 0], off[:, 1]) < 1.5 * size[0]) & (np.abs(off[:, 2]) < size[2] + 0.003)
        parts.append(cluster.where(near))
    return [cluster, *parts]
