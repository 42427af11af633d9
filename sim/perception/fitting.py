"""Fits the known shape of a category to points: a robust Gauss-Newton descent on distances to its surface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.catalog import CATEGORIES
from sim.geometry import IDENTITY, Quat, matrix_from_quat, quat_from_yaw, quat_multiply
from sim.perception.proposals import center, heading
from sim.perception.segmentation import Cluster
from sim.perception.surfaces import gradient, samples, surface_distance
from sim.perception.views import Surface
from sim.state import Pose

CLOSE = 0.003
"""Points nearer to a surface than this, metres, are explained by it."""
TAKEN = 0.007
"""Points nearer than this, metres, belong to it, those of blurred edges among them."""
_SAMPLE = 240
_SOFTNESS = (0.012, 0.007, 0.004, 0.003, 0.003, 0.003, 0.003, 0.003)
"""For each step, the residual, metres, from which a point counts less and less (Geman & McClure 1987)."""
_ARRIVED = 1e-4
"""Steps shorter than this, metres and radians, end the descent."""
_DAMPING = 1e-3
_THROUGH = 0.008
"""How much farther than a surface a camera must see, metres, to have looked through it."""


@dataclass(frozen=True)
class Fit:
    """A shape at a pose, and how well it accounts for the points."""

    category: str
    """A key of `sim.catalog.CATEGORIES`."""
    color: str
    """A key of `sim.catalog.COLORS`."""
    pose: Pose
    """Of the centre of its bounding box."""
    explained: int = 0
    """Points that lie on its surface."""
    share: float = 0.0
    """These, of all points that belong to it."""
    error: float = 0.0
    """Their mean distance from it, metres."""
    through: float = 0.0
    """Share of its surface that a camera looked through."""
    upright: bool = True
    """Whether it stands as objects do, not tilted or on its side."""

    @property
    def score(self) -> float:
        """What the better of two explanations has more of."""
        return self.explained * self.share**2 * (1.0 - self.through) ** 2 / (1.0 + self.error / 0.001)


def fit(category: str, part: Cluster, whole: Cluster, surfaces: Sequence[Surface]) -> Fit:
    """Fits an upright object of a category.

    Args:
        category: one of `sim.perception.surfaces.RECOGNISED`.
        part: points to begin from.
        whole: points to account for.
        surfaces: views that tell where nothing is.
    """
    turn = IDENTITY if CATEGORIES[category].round else quat_from_yaw(heading(part))
    freedom = (0, 1, 2) if CATEGORIES[category].round else (0, 1, 2, 5)
    position, turn = _descend(category, part.points, center(category, part, turn), turn, freedom)
    # Where only sides are seen, nothing says how high it stands; but not in the table.
    position[2] = max(position[2], CATEGORIES[category].size[2] / 2.0)
    return assess(Fit(category, part.color, _pose(position, turn)), whole, surfaces)


def fit_tilted(category: str, turn: Quat, part: Cluster, whole: Cluster, surfaces: Sequence[Surface]) -> Fit:
    """The same with all six degrees of freedom, for what leans or lies on its side.

    Args:
        category: one of `sim.perception.surfaces.RECOGNISED`.
        turn: a guess at how it lies.
        part: points to begin from.
        whole: points to account for.
        surfaces: views that tell where nothing is.
    """
    position, turn = _descend(category, part.points, center(category, part, turn), turn, (0, 1, 2, 3, 4, 5))
    upright = bool(abs(matrix_from_quat(turn)[2, 2]) > 0.998)
    return assess(Fit(category, part.color, _pose(position, turn), upright=upright), whole, surfaces)


def distances(shape: Fit, points: np.ndarray) -> np.ndarray:
    """Distances of points of the world, shape (n, 3), to the surface of a fitted shape, shape (n,), metres."""
    rotation = matrix_from_quat(shape.pose.orientation)
    return surface_distance(shape.category, (points - np.array(shape.pose.position)) @ rotation)


def assess(shape: Fit, cluster: Cluster, surfaces: Sequence[Surface]) -> Fit:
    """The same shape, with how well it accounts for points and views."""
    off = np.abs(distances(shape, cluster.points))
    explained, near = off < CLOSE, off < TAKEN
    count = int(np.count_nonzero(explained))
    return replace(
        shape,
        explained=count,
        share=count / max(1, int(np.count_nonzero(near))),
        error=float(off[explained].mean()) if count else CLOSE,
        through=seen_through(shape.category, shape.pose, surfaces),
    )


def seen_through(category: str, pose: Pose, surfaces: Sequence[Surface]) -> float:
    """Share of an object's surface, were it there, through which a camera sees what lies behind."""
    points = np.array(pose.position) + samples(category) @ matrix_from_quat(pose.orientation).T
    pierced = np.zeros(len(points), dtype=bool)
    for view in surfaces:
        rows, columns, depth = view.project(points)
        clear = (rows >= 0) & ~view.hidden[rows, columns]
        pierced |= clear & (view.depth[rows, columns] > depth + _THROUGH)
    return float(pierced.mean())


def _descend(
    category: str, points: np.ndarray, position: np.ndarray, turn: Quat, freedom: tuple[int, ...]
) -> tuple[np.ndarray, Quat]:
    """Moves a pose, in the degrees of freedom that are named (x, y, z, then turns about them), onto the points."""
    points = points[:: max(1, len(points) // _SAMPLE)]
    columns = list(freedom)
    for k, softness in enumerate(_SOFTNESS):
        rotation = matrix_from_quat(turn)
        offset = points - position
        local = offset @ rotation
        off = surface_distance(category, local)
        slope = gradient(category, local, off) @ rotation.T
        # Moving the object by d, or turning it by w about its centre, changes distances by -slope.d and -(q x slope).w.
        jacobian = -np.concatenate([slope, _cross(offset, slope)], axis=1)[:, columns]
        weight = (softness**2 / (softness**2 + off * off)) ** 2
        weighted = jacobian * weight[:, None]
        normal = weighted.T @ jacobian
        scale = np.where(np.array(columns) < 3, 1.0, 1e-3)
        step = -np.linalg.solve(normal + _DAMPING * len(points) * np.diag(scale), weighted.T @ off)
        full = np.zeros(6)
        full[columns] = step
        position = position + full[:3]
        turn = _turned(full[3:], turn)
        if k >= 3 and float(np.abs(step).max()) < _ARRIVED:
            break
    return position, turn


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross products of the rows of two arrays of shape (n, 3), at a third of numpy's overhead."""
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def _turned(rotation: np.ndarray, turn: Quat) -> Quat:
    """A rotation vector, radians, applied after a turn."""
    angle = float(np.linalg.norm(rotation))
    if angle < 1e-12:
        return turn
    x, y, z = (math.sin(angle / 2.0) / angle * rotation).tolist()
    return quat_multiply((x, y, z, math.cos(angle / 2.0)), turn)


def _pose(position: np.ndarray, turn: Quat) -> Pose:
    x, y, z = position.tolist()
    return Pose((x, y, z), turn)
