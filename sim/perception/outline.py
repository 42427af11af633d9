"""Where in an image the robot may be: the outline of its own links, known from its joint angles."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pybullet as bullet

from sim.arm import Arm
from sim.camera import CameraPose
from sim.family import Family
from sim.geometry import convex_hull, matrix_from_quat
from sim.perception.views import project
from sim.robots import RobotSpec
from sim.state import RobotState

_DIRECTIONS = 96
_GROWN = 3
"""Pixels by which the outline is widened: covers what the eye sees beyond the collision shapes."""


class RobotOutline:
    """The hulls of a robot's links, as few points each, in the links' own frames."""

    def __init__(self, spec: RobotSpec, place: Family) -> None:
        """Loads the robot in a client of its own, and reads the links' shapes.

        Args:
            spec: the robot.
            place: the scene family.
        """
        self._client = client = bullet.connect(bullet.DIRECT)
        self._arm = Arm(client, spec, visual=False, mobile=place.mobile)
        body = self._arm.body
        rng = np.random.default_rng(0)
        directions = rng.normal(size=(_DIRECTIONS, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        self._hulls: dict[int, np.ndarray] = {}
        for link in range(-1, bullet.getNumJoints(body, physicsClientId=client)):
            vertices = _vertices(client, body, link)
            if not len(vertices):
                continue
            # The farthest vertex in each direction: a hull of a few dozen points, whatever the mesh.
            farthest = np.unique(np.argmax(vertices @ directions.T, axis=0))
            self._hulls[link] = vertices[farthest]

    def masks(self, robot: RobotState, cameras: Sequence[CameraPose], width: int, height: int) -> list[np.ndarray]:
        """Pixels of each camera's image that the robot may cover, bool of shape (height, width).

        Args:
            robot: its joint angles and fingers.
            cameras: where from.
            width: pixels.
            height: pixels.
        """
        base = None if self._arm.mobile is None else self._arm.mobile.base_at(robot.base)
        self._arm.pose(robot.joints, robot.opening, base)
        placed = [self._placed(link, hull) for link, hull in self._hulls.items()]
        masks = []
        for camera in cameras:
            mask = np.zeros((height, width), dtype=bool)
            for points in placed:
                u, v, _ = project(camera, width, height, points)
                _fill(mask, convex_hull(np.stack([u, v], axis=1)))
            masks.append(_widened(_widened(mask, 0), 1))
        return masks

    def close(self) -> None:
        """Frees the client. Closing twice is no error."""
        if self._client >= 0:
            bullet.disconnect(physicsClientId=self._client)
            self._client = -1

    def _placed(self, link: int, hull: np.ndarray) -> np.ndarray:
        """Corners of a link's hull in the world frame, shape (n, 3), metres."""
        body = self._arm.body
        if link < 0:
            position, turn = bullet.getBasePositionAndOrientation(body, physicsClientId=self._client)
        else:
            position, turn, *_ = bullet.getLinkState(
                body, link, computeForwardKinematics=1, physicsClientId=self._client
            )
        return np.array(position) + hull @ matrix_from_quat(turn).T


def _vertices(client: int, body: int, link: int) -> np.ndarray:
    """Points whose hull holds a link's collision shapes, shape (n, 3), in the frame of its centre of mass, metres."""
    found = [np.zeros((0, 3))]
    for _, _, kind, size, _, position, turn in bullet.getCollisionShapeData(body, link, physicsClientId=client):
        if kind == bullet.GEOM_MESH:
            found.append(np.array(bullet.getMeshData(body, link, physicsClientId=client)[1]))
            continue
        if kind == bullet.GEOM_SPHERE:
            half = np.full(3, size[0])
        elif kind == bullet.GEOM_BOX:
            half = np.array(size) / 2.0
        else:
            # Cylinders and capsules: length, then radius.
            half = np.array([size[1], size[1], size[0] / 2.0 + size[1] * (kind == bullet.GEOM_CAPSULE)])
        corners = half * np.array(list(itertools.product((-1.0, 1.0), repeat=3)))
        found.append(np.array(position) + corners @ matrix_from_quat(turn).T)
    return np.concatenate(found)


def _widened(mask: np.ndarray, axis: int) -> np.ndarray:
    """A mask that reaches a few pixels farther along an axis."""
    result = mask.copy()
    ahead, behind = (slice(None),) * axis + (slice(1, None),), (slice(None),) * axis + (slice(None, -1),)
    for _ in range(_GROWN):
        grown = result.copy()
        grown[ahead] |= result[behind]
        grown[behind] |= result[ahead]
        result = grown
    return result


def _fill(mask: np.ndarray, polygon: np.ndarray) -> None:
    """Sets the pixels whose centres lie within a convex polygon, corners (column, row) of shape (n, 2)."""
    height, width = mask.shape
    low = np.floor(polygon.min(axis=0)).astype(int).clip(0, (width, height))
    high = np.ceil(polygon.max(axis=0)).astype(int).clip(0, (width, height))
    if (high <= low).any() or len(polygon) < 3:
        return
    u = np.arange(low[0], high[0]) + 0.5
    v = np.arange(low[1], high[1]) + 0.5
    inside = np.ones((len(v), len(u)), dtype=bool)
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        inside &= (bx - ax) * (v[:, None] - ay) - (by - ay) * (u[None, :] - ax) >= 0.0
    mask[low[1] : high[1], low[0] : high[0]] |= inside
