"""Surfaces for the eye: vertices, normals and triangles of simple bodies, each of one colour."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Color = tuple[float, float, float]
Profile = Sequence[tuple[float, float]]
"""Radius and height, metres, along the section of a body of revolution, counter-clockwise: from below to above."""
Polygon = Sequence[Sequence[float]]
"""Corners (x, y, z) of a flat face, metres, counter-clockwise as seen from outside."""


@dataclass(frozen=True)
class Mesh:
    """A surface of one colour."""

    color: Color
    """Red, green and blue, 0 to 1."""
    vertices: list[list[float]]
    """Points (x, y, z), metres."""
    normals: list[list[float]]
    """Unit normal at each vertex."""
    indices: list[int]
    """Three to a triangle."""


def revolved(
    color: Color,
    profile: Profile,
    sides: int = 36,
    start: float = 0.0,
    end: float = 2.0 * math.pi,
    smooth: bool = False,
) -> Mesh:
    """A surface of revolution about z.

    Args:
        color: of the surface.
        profile: its section.
        sides: how many facets round the full or partial turn.
        start: angle at which it begins, radians.
        end: angle at which it ends, radians.
        smooth: whether the section is a smooth curve; else each of its pieces is a facet with sharp edges.
    """
    slopes = []
    for (r0, z0), (r1, z1) in itertools.pairwise(profile):
        nr, nz = z1 - z0, r0 - r1
        norm = math.hypot(nr, nz)
        slopes.append((nr / norm, nz / norm))
    vertices: list[list[float]] = []
    normals: list[list[float]] = []
    indices: list[int] = []
    for k, ((r0, z0), (r1, z1)) in enumerate(itertools.pairwise(profile)):
        low = _between(slopes[k - 1], slopes[k]) if smooth and k > 0 else slopes[k]
        high = _between(slopes[k], slopes[k + 1]) if smooth and k + 1 < len(slopes) else slopes[k]
        first = len(vertices)
        for j in range(sides + 1):
            angle = start + (end - start) * j / sides
            c, s = math.cos(angle), math.sin(angle)
            vertices += [[r0 * c, r0 * s, z0], [r1 * c, r1 * s, z1]]
            normals += [[low[0] * c, low[0] * s, low[1]], [high[0] * c, high[0] * s, high[1]]]
        for j in range(sides):
            a = first + 2 * j
            indices += [a, a + 2, a + 1, a + 1, a + 2, a + 3]
    return Mesh(color, vertices, normals, indices)


def _between(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    x, y = a[0] + b[0], a[1] + b[1]
    norm = math.hypot(x, y) or 1.0
    return x / norm, y / norm


def faceted(color: Color, faces: Sequence[Polygon]) -> Mesh:
    """Flat convex faces with sharp edges between them."""
    vertices: list[list[float]] = []
    normals: list[list[float]] = []
    indices: list[int] = []
    for face in faces:
        corners = np.array(face, dtype=float)
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        normal /= np.linalg.norm(normal)
        first = len(vertices)
        vertices += corners.tolist()
        normals += [normal.tolist()] * len(corners)
        for k in range(1, len(corners) - 1):
            indices += [first, first + k, first + k + 1]
    return Mesh(color, vertices, normals, indices)


def box_faces(
    center: Sequence[float], half: Sequence[float], yaw: float = 0.0, taper: float = 0.0
) -> list[list[list[float]]]:
    """The six faces of a box.

    Args:
        center: (x, y, z), metres.
        half: half extents, metres.
        yaw: heading, radians.
        taper: how much less far the upper face reaches than the lower one on each side, metres.
    """
    c, s = math.cos(yaw), math.sin(yaw)
    corner: dict[tuple[int, int, int], list[float]] = {}
    for i, j, k in itertools.product((-1, 1), repeat=3):
        shrink = taper if k > 0 else 0.0
        x, y = i * (half[0] - shrink), j * (half[1] - shrink)
        corner[i, j, k] = [center[0] + c * x - s * y, center[1] + s * x + c * y, center[2] + k * half[2]]
    rounds = (
        ((-1, -1, -1), (-1, 1, -1), (1, 1, -1), (1, -1, -1)),
        ((-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1)),
        ((-1, -1, -1), (1, -1, -1), (1, -1, 1), (-1, -1, 1)),
        ((1, -1, -1), (1, 1, -1), (1, 1, 1), (1, -1, 1)),
        ((1, 1, -1), (-1, 1, -1), (-1, 1, 1), (1, 1, 1)),
        ((-1, 1, -1), (-1, -1, -1), (-1, -1, 1), (-1, 1, 1)),
    )
    return [[corner[key] for key in face] for face in rounds]


def roof_faces(half: Sequence[float]) -> list[list[list[float]]]:
    """The faces of a prism on its side: its ridge along y, above the middle of a rectangle of these half extents."""
    x, y, z = half
    left, right = [[-x, -y, -z], [-x, y, -z]], [[x, -y, -z], [x, y, -z]]
    front, back = [0.0, -y, z], [0.0, y, z]
    return [
        [left[0], left[1], right[1], right[0]],
        [left[0], right[0], front],
        [right[1], left[1], back],
        [right[0], right[1], back, front],
        [left[1], left[0], front, back],
    ]


def surface(color: Color, points: np.ndarray, closed: bool = False) -> Mesh:
    """A smooth surface through a grid of points, seen from where its rows run to the right and its columns upwards.

    Args:
        color: of the surface.
        points: shape (rows, columns, 3), metres.
        closed: whether the last column joins the first.
    """
    rows, columns, _ = points.shape
    if closed:
        points = np.concatenate([points, points[:, :1]], axis=1)
        columns += 1
    along, across = np.gradient(points, axis=0), np.gradient(points, axis=1)
    if closed:
        seam = points[:, 1] - points[:, -2]
        across[:, 0] = across[:, -1] = seam / 2.0
    normals = np.cross(across, along)
    lengths = np.linalg.norm(normals, axis=2, keepdims=True)
    normals = normals / np.maximum(lengths, 1e-12)
    indices: list[int] = []
    for i, j in itertools.product(range(rows - 1), range(columns - 1)):
        a = i * columns + j
        indices += [a, a + 1, a + columns, a + 1, a + columns + 1, a + columns]
    return Mesh(color, points.reshape(-1, 3).tolist(), normals.reshape(-1, 3).tolist(), indices)


def tube(color: Color, centers: np.ndarray, radii: np.ndarray, flat: float = 1.0, sides: int = 14) -> Mesh:
    """A tube along a curve in the horizontal plane.

    Args:
        color: of the surface.
        centers: points of the curve, shape (n, 2), metres.
        radii: at each point, shape (n,), metres.
        flat: its height over its width.
        sides: facets round it.
    """
    tangents = np.gradient(centers, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    angles = np.linspace(0.0, 2.0 * math.pi, sides, endpoint=False)
    side, up = np.cos(angles), np.sin(angles)
    points = np.zeros((len(centers), sides, 3))
    points[:, :, 0] = centers[:, :1] + tangents[:, 1:] * radii[:, None] * side
    points[:, :, 1] = centers[:, 1:] - tangents[:, :1] * radii[:, None] * side
    points[:, :, 2] = radii[:, None] * up * flat
    return surface(color, points, closed=True)


def moved(mesh: Mesh, by: Sequence[float]) -> Mesh:
    """The surface shifted by (x, y, z), metres."""
    return Mesh(mesh.color, (np.array(mesh.vertices) + np.array(by)).tolist(), mesh.normals, mesh.indices)
