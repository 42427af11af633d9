"""Quaternions and flat footprints.

SI units; quaternions are (x, y, z, w); the world frame has z up, x away from the robot and y to its left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Vec3 = tuple[float, float, float]
Quat = tuple[float, float, float, float]

IDENTITY: Quat = (0.0, 0.0, 0.0, 1.0)


def quat_multiply(a: Sequence[float], b: Sequence[float]) -> Quat:
    """Hamilton product: the rotation `b` followed by `a`."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def quat_inverse(q: Sequence[float]) -> Quat:
    """Inverse of a unit quaternion."""
    return (-q[0], -q[1], -q[2], q[3])


def quat_rotate(q: Sequence[float], v: Sequence[float]) -> Vec3:
    """Rotates the vector `v` by the unit quaternion `q`."""
    x, y, z, w = q
    tx = 2.0 * (y * v[2] - z * v[1])
    ty = 2.0 * (z * v[0] - x * v[2])
    tz = 2.0 * (x * v[1] - y * v[0])
    return (
        v[0] + w * tx + y * tz - z * ty,
        v[1] + w * ty + z * tx - x * tz,
        v[2] + w * tz + x * ty - y * tx,
    )


def quat_from_yaw(yaw: float) -> Quat:
    """Rotation by `yaw` radians about the world's z axis."""
    return (0.0, 0.0, math.sin(yaw / 2.0), math.cos(yaw / 2.0))


def yaw_of(q: Sequence[float]) -> float:
    """Heading, in radians, of the body axis x (or of y, where x stands upright)."""
    x = quat_rotate(q, (1.0, 0.0, 0.0))
    if math.hypot(x[0], x[1]) > 0.5:
        return math.atan2(x[1], x[0])
    y = quat_rotate(q, (0.0, 1.0, 0.0))
    return math.atan2(-y[0], y[1])


def matrix_from_quat(q: Sequence[float]) -> np.ndarray:
    """Rotation matrix, shape (3, 3)."""
    return np.array([quat_rotate(q, axis) for axis in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]).T


def quat_from_matrix(r: np.ndarray) -> Quat:
    """Unit quaternion of a rotation matrix (Shepperd 1978)."""
    traces = np.array([r[0, 0], r[1, 1], r[2, 2], np.trace(r)])
    k = int(np.argmax(traces))
    if k == 3:
        q = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1], 1.0 + traces[3]])
    else:
        i, j = (k + 1) % 3, (k + 2) % 3
        q = np.empty(4)
        q[k] = 1.0 + r[k, k] - r[i, i] - r[j, j]
        q[i], q[j], q[3] = r[i, k] + r[k, i], r[j, k] + r[k, j], r[j, i] - r[i, j]
    q /= np.linalg.norm(q)
    return float(q[0]), float(q[1]), float(q[2]), float(q[3])


def wrap_angle(angle: float) -> float:
    """The same angle in (-pi, pi]."""
    return -((-angle + math.pi) % (2.0 * math.pi) - math.pi)


def rectangle(center: Sequence[float], size: Sequence[float], yaw: float) -> np.ndarray:
    """Corners, shape (4, 2), of a rectangle of `size` (m) turned by `yaw` about its centre."""
    c, s = math.cos(yaw), math.sin(yaw)
    hx, hy = size[0] / 2.0, size[1] / 2.0
    local = np.array([(hx, hy), (-hx, hy), (-hx, -hy), (hx, -hy)])
    return local @ np.array([(c, s), (-s, c)]) + np.asarray(center[:2], dtype=float)


def disc(center: Sequence[float], radius: float, sides: int = 12) -> np.ndarray:
    """Corners, shape (sides, 2), of a regular polygon that circumscribes a disc."""
    angles = np.arange(sides) * (2.0 * math.pi / sides)
    reach = radius / math.cos(math.pi / sides)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach + np.asarray(center[:2], dtype=float)


def convex_hull(points: np.ndarray) -> np.ndarray:
    """Corners, counter-clockwise, of the convex hull of points of shape (n, 2): Andrew's monotone chain."""
    ordered = sorted(set(map(tuple, np.asarray(points, dtype=float).tolist())))
    if len(ordered) < 3:
        return np.array(ordered)

    def half(sequence: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        chain: list[tuple[float, ...]] = []
        for p in sequence:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0.0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return np.array(half(ordered) + half(ordered[::-1]))


def _turn(o: Sequence[float], a: Sequence[float], b: Sequence[float]) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def polygon_gap(a: np.ndarray, b: np.ndarray) -> float:
    """Signed distance, m, between two convex polygons: negative by the least overlap where they meet."""
    overlap = -math.inf
    for polygon in (a, b):
        edges = _next(polygon) - polygon
        normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        pa, pb = normals @ a.T, normals @ b.T
        along = np.maximum(pb.min(axis=1) - pa.max(axis=1), pa.min(axis=1) - pb.max(axis=1))
        overlap = max(overlap, float(along.max()))
    if overlap <= 0.0:
        return overlap
    return min(_vertex_gap(a, b), _vertex_gap(b, a))


def _next(polygon: np.ndarray) -> np.ndarray:
    """Each corner's successor; `np.roll` is general and takes ten times as long."""
    return np.concatenate((polygon[1:], polygon[:1]))


def _vertex_gap(points: np.ndarray, polygon: np.ndarray) -> float:
    """Least distance from any of `points` to the outline of `polygon`."""
    start = polygon[None, :, :]
    edge = _next(polygon)[None, :, :] - start
    offset = points[:, None, :] - start
    along = np.clip((offset * edge).sum(-1) / np.maximum((edge * edge).sum(-1), 1e-12), 0.0, 1.0)
    return float(np.linalg.norm(offset - along[..., None] * edge, axis=-1).min())
