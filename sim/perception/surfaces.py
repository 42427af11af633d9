"""Distance from points to the surface of each category's known shape."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np

from sim.catalog import CATEGORIES, Category


def surface_distance(category: str, points: np.ndarray) -> np.ndarray:
    """Distance, metres, of points to an object's surface: negative inside a solid, never negative for thin walls.

    Args:
        category: a key of `RECOGNISED`.
        points: shape (n, 3) in the object's own frame, metres.

    Returns:
        Shape (n,).
    """
    kind = CATEGORIES[category]
    if category == "ball":
        return np.sqrt((points * points).sum(axis=1)) - kind.size[0] / 2.0
    if category == "bowl":
        return _section_distance(points, _section(category))
    if category == "box":
        return _panel_distance(points, kind)
    if kind.round:
        radial = np.hypot(points[:, 0], points[:, 1]) - kind.size[0] / 2.0
        return _outside(np.stack([radial, np.abs(points[:, 2]) - kind.size[2] / 2.0], axis=1))
    return _outside(np.abs(points) - np.array(kind.size) / 2.0)


def _outside(excess: np.ndarray) -> np.ndarray:
    """Signed distance to a box from how far each coordinate lies beyond it, shape (n, k)."""
    beyond = np.maximum(excess, 0.0)
    return np.sqrt((beyond * beyond).sum(axis=1)) + np.minimum(excess.max(axis=1), 0.0)


@lru_cache(maxsize=8)
def _section(category: str) -> np.ndarray:
    """Segments of the outline of half a bowl: (radius, z) at either end, shape (segments, 2, 2)."""
    kind = CATEGORIES[category]
    outer, half, wall = kind.size[0] / 2.0, kind.size[2] / 2.0, kind.wall
    corners = [
        (0.0, -half),
        (kind.inner + wall, -half),
        (outer, half - wall / 2.0),
        (outer - wall, half - wall / 2.0),
        (kind.inner, kind.floor - half),
        (0.0, kind.floor - half),
    ]
    return np.array(list(itertools.pairwise(corners)))


def _section_distance(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    flat = np.stack([np.hypot(points[:, 0], points[:, 1]), points[:, 2]], axis=1)[:, None, :]
    start, span = segments[None, :, 0], (segments[:, 1] - segments[:, 0])[None]
    along = ((flat - start) * span).sum(axis=2) / (span * span).sum(axis=2)
    off = flat - start - np.clip(along, 0.0, 1.0)[:, :, None] * span
    return np.sqrt((off * off).sum(axis=2).min(axis=1))


def _panel_distance(points: np.ndarray, kind: Category) -> np.ndarray:
    """An open box: the cuboid outside, the hollow inside, and the rim between them."""
    outer = np.array(kind.size) / 2.0
    hollow = outer - np.array([kind.wall, kind.wall, 0.0])
    floor = kind.floor - outer[2]
    solid = _outside(np.abs(points) - outer)
    middle, half = (outer[2] + 0.1 + floor) / 2.0, (outer[2] + 0.1 - floor) / 2.0
    inside = np.abs(points - np.array([0.0, 0.0, middle])) - np.array([hollow[0], hollow[1], half])
    return np.abs(np.maximum(solid, -_outside(inside)))


def gradient(category: str, points: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Gradient of `surface_distance` in the object's frame by differences, shape (n, 3)."""
    step = 1e-5
    columns = [(surface_distance(category, points + step * axis) - distances) / step for axis in np.eye(3)]
    return np.stack(columns, axis=1)


RECOGNISED = ("block", "cylinder", "ball", "bowl", "plate", "box")
"""Categories whose shape is known here."""


@lru_cache(maxsize=16)
def samples(category: str) -> np.ndarray:
    """Points within an object through which nothing can be seen, shape (n, 3) in its own frame, metres.

    They keep off the outline, where a pixel's ray may pass beside the object.
    """
    kind = CATEGORIES[category]
    half = np.array(kind.size) / 2.0
    angles = np.arange(12) * (math.pi / 6.0)
    if category == "bowl":
        middle = (kind.inner + kind.size[0] / 2.0) / 2.0
        rings = [(middle, kind.floor / 2.0), (0.7 * kind.inner, kind.floor - half[2])]
    elif kind.round:
        rings = [(0.7 * half[0], 0.5 * half[2]), (0.7 * half[0], -0.5 * half[2]), (0.3 * half[0], 0.0)]
    else:
        height = kind.floor - half[2] if category == "box" else 0.0
        grid = (-0.7, -0.25, 0.25, 0.7)
        return np.array([(x * half[0], y * half[1], height) for x in grid for y in grid])
    return np.array([(r * math.cos(a), r * math.sin(a), z) for r, z in rings for a in angles])
