"""RGB-D images as surfaces in the world frame: a point, a normal and a colour for each pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.camera import CameraPose, Image

_SAMPLED = (0.0, 1.0)
"""Where in a pixel the renderer samples, right and down from its corner; half a pixel is 2 mm on the table."""


@dataclass(frozen=True)
class Surface:
    """What one camera saw, in the world frame."""

    points: np.ndarray
    """Shape (height, width, 3), metres."""
    normals: np.ndarray
    """Shape (height, width, 3), unit length, towards the camera."""
    rgb: np.ndarray
    """Shape (height, width, 3), 0 to 1."""
    depth: np.ndarray
    """Shape (height, width), metres along the viewing axis."""
    hidden: np.ndarray
    """Shape (height, width): whether the robot may be in the way there."""
    camera: CameraPose
    """Where it was seen from."""

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where points of the world, shape (n, 3) in metres, are in the image.

        Returns:
            Rows and columns, each int of shape (n,), -1 where outside the image, and depths (n,) in metres.
        """
        height, width = self.depth.shape
        u, v, depth = project(self.camera, width, height, points)
        inside = (depth > self.camera.near) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
        columns = np.where(inside, np.rint(u - _SAMPLED[0]), -1.0).astype(int).clip(-1, width - 1)
        rows = np.where(inside, np.rint(v - _SAMPLED[1]), -1.0).astype(int).clip(-1, height - 1)
        return rows, columns, depth


def axes(camera: CameraPose) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors to the right of, upwards in and into the image, each of shape (3,), in the world frame."""
    forward = np.array(camera.target) - np.array(camera.eye)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    return right, np.cross(right, forward), forward


def project(
    camera: CameraPose, width: int, height: int, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where points of the world are in an image, also outside of its bounds.

    Args:
        camera: that takes it.
        width: pixels.
        height: pixels.
        points: shape (n, 3), metres.

    Returns:
        Column, row (in pixels from the image's upper left corner) and depth (metres) of each, of shape (n,).
    """
    right, up, forward = axes(camera)
    offset = points - np.array(camera.eye)
    depth = offset @ forward
    half = math.tan(math.radians(camera.fov_deg) / 2.0)
    # What is behind the camera is shown at the edge of the view, not mirrored into it.
    ahead = np.maximum(depth, 0.05)
    u = (1.0 + (offset @ right) / ahead / (half * width / height)) * width / 2.0
    v = (1.0 - (offset @ up) / ahead / half) * height / 2.0
    return u, v, depth


def surface(image: Image, camera: CameraPose, hidden: np.ndarray) -> Surface:
    """Back-projects an image.

    Args:
        image: colour and depth; its segmentation is not looked at.
        camera: that took it.
        hidden: where the robot may be in the way, bool of shape (height, width).
    """
    height, width = image.depth.shape
    right, up, forward = axes(camera)
    half = math.tan(math.radians(camera.fov_deg) / 2.0)
    x = (2.0 * (np.arange(width) + _SAMPLED[0]) / width - 1.0) * half * width / height
    y = (1.0 - 2.0 * (np.arange(height) + _SAMPLED[1]) / height) * half
    depth = image.depth.astype(float)
    points = np.empty((3, height, width))
    for k in range(3):
        points[k] = camera.eye[k] + (forward[k] + x[None, :] * right[k] + y[:, None] * up[k]) * depth
    normals = np.moveaxis(_normals(points), 0, 2)
    return Surface(np.moveaxis(points, 0, 2), normals, image.rgb / 255.0, depth, hidden, camera)


def _normals(points: np.ndarray) -> np.ndarray:
    """Unit normals, shape (3, height, width), from differences to the nearer neighbour: edges do not blur them."""
    (ax, ay, az), (dx, dy, dz) = _nearer(points, 2), _nearer(points, 1)
    normals = np.stack([dy * az - dz * ay, dz * ax - dx * az, dx * ay - dy * ax])
    return normals / np.maximum(np.sqrt((normals * normals).sum(axis=0)), 1e-12)


def _nearer(points: np.ndarray, axis: int) -> np.ndarray:
    """Difference to the next or the previous pixel along an axis, whichever is shorter; shape as `points`."""
    step = np.diff(points, axis=axis)
    pad = [(0, 0)] * 3
    pad[axis] = (1, 1)
    padded = np.pad(step, pad, mode="edge")
    ahead, behind = (np.take(padded, range(first, first + points.shape[axis]), axis=axis) for first in (1, 0))
    shorter = (ahead * ahead).sum(axis=0) < (behind * behind).sum(axis=0)
    return np.where(shorter, ahead, behind)
