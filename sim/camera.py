"""A camera on PyBullet's software renderer: no display, no GPU."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pybullet as bullet

from sim.arm import Arm
from sim.catalog import parse_name
from sim.robots import RobotSpec
from sim.shapes import ShapeLibrary, spawn_table
from sim.state import SceneState


@dataclass(frozen=True)
class CameraPose:
    """Where a camera stands and what it sees."""

    eye: tuple[float, float, float] = (1.45, -0.62, 0.98)
    """Its position, metres."""
    target: tuple[float, float, float] = (0.38, 0.02, 0.12)
    """The point it looks at, metres."""
    fov_deg: float = 46.0
    """Vertical field of view, degrees."""
    near: float = 0.1
    """Nearest depth seen, metres."""
    far: float = 4.0
    """Farthest depth seen, metres."""


@dataclass(frozen=True)
class Image:
    """What the camera saw."""

    rgb: np.ndarray
    """uint8, shape (height, width, 3)."""
    depth: np.ndarray
    """float32, shape (height, width): metres along the viewing axis."""
    segmentation: np.ndarray
    """int32, shape (height, width): index of the object in scene order, -1 where there is none."""


class Camera:
    """Takes images of one PyBullet client."""

    def __init__(self, client: int, pose: CameraPose | None = None) -> None:
        """Stands in front of the table unless told otherwise."""
        self._client = client
        self.pose = CameraPose() if pose is None else pose

    def render(self, width: int, height: int, bodies: Mapping[int, int]) -> Image:
        """Takes an image.

        Args:
            width: pixels.
            height: pixels.
            bodies: index of the object for each of PyBullet's body ids.
        """
        pose = self.pose
        view = bullet.computeViewMatrix(pose.eye, pose.target, (0.0, 0.0, 1.0))
        projection = bullet.computeProjectionMatrixFOV(pose.fov_deg, width / height, pose.near, pose.far)
        _, _, rgba, buffer, ids = bullet.getCameraImage(
            width,
            height,
            viewMatrix=view,
            projectionMatrix=projection,
            lightDirection=(0.6, -0.5, 1.6),
            shadow=0,
            renderer=bullet.ER_TINY_RENDERER,
            physicsClientId=self._client,
        )
        rgb = np.reshape(np.asarray(rgba, dtype=np.uint8), (height, width, 4))[:, :, :3].copy()
        raw = np.reshape(np.asarray(buffer, dtype=np.float32), (height, width))
        depth = pose.far * pose.near / (pose.far - (pose.far - pose.near) * raw)
        mask = np.reshape(np.asarray(ids, dtype=np.int32), (height, width))
        segmentation = np.full(mask.shape, -1, dtype=np.int32)
        for body, index in bodies.items():
            segmentation[mask == body] = index
        return Image(rgb, depth.astype(np.float32), segmentation)

    def ray(self, u: float, v: float, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
        """Origin and unit direction, each of shape (3,), of the ray through pixel (u, v), in the world frame."""
        pose = self.pose
        eye, target = np.array(pose.eye), np.array(pose.target)
        forward = (target - eye) / np.linalg.norm(target - eye)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        up = np.cross(right, forward)
        half = math.tan(math.radians(pose.fov_deg) / 2.0)
        x = (2.0 * (u + 0.5) / width - 1.0) * half * width / height
        y = (1.0 - 2.0 * (v + 0.5) / height) * half
        direction = forward + x * right + y * up
        return eye, direction / np.linalg.norm(direction)


class Stage:
    """Where images are taken: a client of its own, posed after snapshots, so that looking leaves physics alone."""

    def __init__(self, spec: RobotSpec) -> None:
        """Loads the robot with its visual meshes; nothing is simulated here."""
        self._client = bullet.connect(bullet.DIRECT)
        self.camera = Camera(self._client)
        spawn_table(self._client)
        self._arm = Arm(self._client, spec)
        self._shapes = ShapeLibrary(self._client)
        self._bodies: dict[str, int] = {}

    def render(self, state: SceneState, width: int, height: int) -> Image:
        """Takes an image of a snapshot.

        Args:
            state: what is to be seen.
            width: pixels.
            height: pixels.
        """
        if tuple(self._bodies) != state.names:
            self._dress(state)
        self._arm.pose(state.robot.joints, state.robot.opening)
        for o in state.objects:
            bullet.resetBasePositionAndOrientation(
                self._bodies[o.name], o.pose.position, o.pose.orientation, physicsClientId=self._client
            )
        return self.camera.render(width, height, {body: k for k, body in enumerate(self._bodies.values())})

    def _dress(self, state: SceneState) -> None:
        for body in self._bodies.values():
            bullet.removeBody(body, physicsClientId=self._client)
        self._bodies = {o.name: self._shapes.spawn(parse_name(o.name)[1].name, o.color, o.pose) for o in state.objects}

    def close(self) -> None:
        """Frees the client. Closing twice is no error."""
        if self._client >= 0:
            bullet.disconnect(physicsClientId=self._client)
            self._client = -1
