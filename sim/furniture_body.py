"""Furniture in the physics engine: its joints' motors, what they read, and the floor it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pybullet as bullet

from sim.command import SUBSTEPS
from sim.furniture import Furniture, Mechanism, Part
from sim.geometry import Vec3, quat_rotate
from sim.state import TABLE, Pose


@dataclass
class FurnitureBody:
    """A piece of furniture in one PyBullet client."""

    client: int
    """PyBullet's client id."""
    piece: Furniture
    """What it is."""
    visual: bool = True
    """Whether it is for the eye."""
    body: int = field(init=False)
    """PyBullet's id of it."""
    links: dict[str, int] = field(init=False)
    """Index of the link that says where each named part is."""
    movers: dict[str, int] = field(init=False)
    """Index of the link whose joint each named part reads; those that have none are left out."""

    def __post_init__(self) -> None:
        flags = bullet.URDF_ENABLE_CACHED_GRAPHICS_SHAPES if self.visual else bullet.URDF_IGNORE_VISUAL_SHAPES
        self.body = bullet.loadURDF(
            str(self.piece.path()),
            basePosition=self.piece.pose.position,
            baseOrientation=self.piece.pose.orientation,
            useFixedBase=True,
            flags=flags,
            physicsClientId=self.client,
        )
        named = [(part.name, k) for k, part in enumerate(self.piece.parts) if part.name is not None]
        self.links = {}
        for name, k in named:
            self.links.setdefault(name, k)
        self.movers = {name: k for name, k in named if self.piece.parts[k].joint is not None}
        for k, part in enumerate(self.piece.parts):
            self._prepare(k, part)

    def _prepare(self, link: int, part: Part) -> None:
        friction = self.piece.friction if part.friction is None else part.friction
        bullet.changeDynamics(self.body, link, lateralFriction=friction, physicsClientId=self.client)
        joint = part.joint
        if joint is None:
            return
        # The engine takes a motor's force as acting for a whole control step in each of its substeps.
        if joint.spring > 0.0:
            bullet.setJointMotorControl2(
                self.body,
                link,
                bullet.POSITION_CONTROL,
                targetPosition=0.0,
                positionGain=0.2,
                force=joint.spring / SUBSTEPS,
                physicsClientId=self.client,
            )
        else:
            bullet.setJointMotorControl2(
                self.body,
                link,
                bullet.VELOCITY_CONTROL,
                targetVelocity=0.0,
                force=joint.friction / SUBSTEPS,
                physicsClientId=self.client,
            )

    def shut(self) -> None:
        """Puts all joints to their near stops, at rest."""
        for link, part in enumerate(self.piece.parts):
            if part.joint is not None:
                bullet.resetJointState(self.body, link, 0.0, 0.0, physicsClientId=self.client)

    def set(self, readings: Mapping[str, float]) -> None:
        """Puts named joints where they are told, at rest; others are left alone. For a new scene, or a picture of one.

        Args:
            readings: metres or radians from the near stop, by the part's name.
        """
        for name, reading in readings.items():
            link = self.movers.get(name)
            if link is not None:
                bullet.resetJointState(self.body, link, reading, 0.0, physicsClientId=self.client)

    def reading(self, name: str) -> float:
        """What the joint of a named part reads, metres or radians from the near stop; 0 for one that has none."""
        link = self.movers.get(name)
        if link is None:
            return 0.0
        return bullet.getJointState(self.body, link, physicsClientId=self.client)[0]

    def pose(self, name: str) -> Pose:
        """Pose of the centre of a named part's bounding box, in the world frame."""
        link = self.links[name]
        return self._frame(link) @ Pose(self.piece.parts[link].center)

    def _frame(self, link: int) -> Pose:
        state = bullet.getLinkState(self.body, link, computeForwardKinematics=1, physicsClientId=self.client)
        return Pose(state[4], state[5])

    def mechanism(self, name: str) -> Mechanism | None:
        """How a hand moves a named part; None where it has no handle."""
        link = self.movers.get(name)
        part = None if link is None else self.piece.parts[link]
        if link is None or part is None or part.handle is None or part.joint is None:
            return None
        frame = self._frame(link)
        return Mechanism(
            handle=frame @ Pose(part.handle.position),
            width=part.handle.width,
            axis=quat_rotate(frame.orientation, part.joint.axis),
            reading=self.reading(name),
            travel=part.joint.high,
        )

    def names(self) -> dict[tuple[int, int], str]:
        """What a contact with each link, by PyBullet's ids of body and link, is a contact with."""
        called = ((k, TABLE if part.table else part.name) for k, part in enumerate(self.piece.parts))
        return {(self.body, k): name for k, name in called if name is not None}

    def moving(self) -> bool:
        """Whether any joint moves faster than 1 cm/s (or 0.01 rad/s)."""
        joints = [k for k, part in enumerate(self.piece.parts) if part.joint is not None]
        if not joints:
            return False
        return any(abs(s[1]) > 0.01 for s in bullet.getJointStates(self.body, joints, physicsClientId=self.client))

    def paint(self, name: str, color: Vec3) -> None:
        """Gives a named part another colour, for the eye."""
        bullet.changeVisualShape(self.body, self.links[name], rgbaColor=[*color, 1.0], physicsClientId=self.client)


def spawn_floor(client: int, height: float, visual: bool = True) -> int:
    """Creates a floor, its top at `height` m, and returns PyBullet's id of it."""
    half = [6.0, 6.0, 0.05]
    seen = -1
    if visual:
        color = [0.80, 0.79, 0.76, 1.0]
        seen = bullet.createVisualShape(bullet.GEOM_BOX, halfExtents=half, rgbaColor=color, physicsClientId=client)
    return bullet.createMultiBody(
        baseMass=0.0,
        baseCollisionShapeIndex=bullet.createCollisionShape(bullet.GEOM_BOX, halfExtents=half, physicsClientId=client),
        baseVisualShapeIndex=seen,
        basePosition=[0.0, 0.0, height - half[2]],
        physicsClientId=client,
    )
