"""A camera on PyBullet's software renderer: no display, no GPU."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pybullet as bullet

from sim.arm import Arm
from sim.catalog import parse_name
from sim.furniture import UNLIT
from sim.furniture_body import FurnitureBody, spawn_floor
from sim.geometry import Vec3
from sim.robots import RobotSpec
from sim.shapes import ShapeLibrary, spawn_table
from sim.state import SceneState

if TYPE_CHECKING:
    from sim.family import Family


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


FROM_THE_FRONT = CameraPose()
"""In front of the table, looking at the robot's work area."""


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

    def __init__(self, spec: RobotSpec, place: Family, robot_visible: bool = True) -> None:
        """Loads the robot and the furniture with their visual meshes; nothing is simulated here.

        Args:
            spec: the robot.
            place: the scene family.
            robot_visible: False leaves the robot out of the images, which then take a third of the time.
        """
        self._client = bullet.connect(bullet.DIRECT)
        self.camera = Camera(self._client, place.camera)
        if place.table:
            spawn_table(self._client)
        if place.floor is not None:
            spawn_floor(self._client, place.floor)
        self._furniture = [FurnitureBody(self._client, piece) for piece in place.furniture]
        self._lights = {wire.light: wire.color for wire in place.wiring}
        self._arm = Arm(self._client, spec, mobile=place.mobile) if robot_visible else None
        self._shapes = ShapeLibrary(self._client)
        self._bodies: dict[str, tuple[int, ...]] = {}
        self._dressed: tuple[tuple[str, Vec3], ...] = ()

    def render(self, state: SceneState, width: int, height: int, camera: CameraPose | None = None) -> Image:
        """Takes an image of a snapshot.

        Args:
            state: what is to be seen.
            width: pixels.
            height: pixels.
            camera: where from; by default from where a person looks.
        """
        if self._dressed != tuple((o.name, o.size) for o in state.objects):
            self._dress(state)
        if self._arm is not None:
            mobile = self._arm.mobile
            base = None if mobile is None else mobile.base_at(state.robot.base)
            self._arm.pose(state.robot.joints, state.robot.opening, base)
        for o in state.objects:
            for body in self._bodies.get(o.name, ()):
                bullet.resetBasePositionAndOrientation(
                    body, o.pose.position, o.pose.orientation, physicsClientId=self._client
                )
        for piece in self._furniture:
            self._arrange(piece, state)
        index = {o.name: k for k, o in enumerate(state.objects)}
        owners = {body: index[name] for name, bodies in self._bodies.items() for body in bodies}
        eye = self.camera if camera is None else Camera(self._client, camera)
        return eye.render(width, height, owners)

    def _arrange(self, piece: FurnitureBody, state: SceneState) -> None:
        piece.set({name: state[name].value for name in piece.links})
        for name in self._lights.keys() & piece.links.keys():
            piece.paint(name, self._lights[name] if state[name].value > 0.5 else UNLIT)

    def _dress(self, state: SceneState) -> None:
        for body in (b for bodies in self._bodies.values() for b in bodies):
            bullet.removeBody(body, physicsClientId=self._client)
        parts = {name for piece in self._furniture for name in piece.links}
        placed = [o for o in state.objects if o.name not in parts]
        looks = {o.name: parse_name(o.name, state.family)[1].look for o in placed}
        self._bodies = {o.name: self._shapes.show(o.category, o.color, o.size, looks[o.name]) for o in placed}
        self._dressed = tuple((o.name, o.size) for o in state.objects)

    def close(self) -> None:
        """Frees the client. Closing twice is no error."""
        if self._client >= 0:
            bullet.disconnect(physicsClientId=self._client)
            self._client = -1
