"""The robot's body in PyBullet: loading, driving its motors, reading its joints and contacts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pybullet as bullet

from sim.command import Command
from sim.robots import RobotSpec

_ARM_GAIN = 0.3
_FINGER_GAIN = 0.15


class Arm:
    """One robot in one PyBullet client, addressed by the names in its spec."""

    def __init__(self, client: int, spec: RobotSpec, visual: bool = True) -> None:
        """Loads the robot.

        Args:
            client: PyBullet's client id.
            spec: the robot; its joints and links must be in the URDF.
            visual: whether it is for the eye: without, it cannot be rendered, and loads five times faster.

        Raises:
            ValueError: the URDF lacks a joint or link that the spec names.
        """
        self._client = client
        self.spec = spec
        self.body = bullet.loadURDF(
            str(spec.path()),
            basePosition=spec.base.position,
            baseOrientation=spec.base.orientation,
            useFixedBase=True,
            flags=bullet.URDF_ENABLE_CACHED_GRAPHICS_SHAPES if visual else bullet.URDF_IGNORE_VISUAL_SHAPES,
            physicsClientId=client,
        )
        joints: dict[str, int] = {}
        links: dict[str, int] = {}
        efforts: dict[str, float] = {}
        for k in range(bullet.getNumJoints(self.body, physicsClientId=client)):
            info = bullet.getJointInfo(self.body, k, physicsClientId=client)
            joints[info[1].decode()] = links[info[12].decode()] = k
            efforts[info[1].decode()] = info[10]
        missing = [n for n in (*spec.joints, *spec.fingers) if n not in joints] + [spec.hand] * (spec.hand not in links)
        if missing:
            raise ValueError(f"robot {spec.name!r}: {spec.urdf} has no joint or link {missing[0]!r}")
        self._joints = [joints[name] for name in spec.joints]
        self.fingers = [joints[name] for name in spec.fingers]
        self.hand = links[spec.hand]
        self._efforts = [efforts[name] for name in spec.joints]
        self.command = Command(spec.home, spec.opening)
        self._couple_fingers()
        self.pose(spec.home, spec.opening)
        self.drive(self.command)

    def _couple_fingers(self) -> None:
        client = self._client
        for finger in self.fingers:
            bullet.changeDynamics(self.body, finger, lateralFriction=1.2, spinningFriction=0.02, physicsClientId=client)
        # Both fingers hang on one spindle: they open and close by the same amount.
        spindle = bullet.createConstraint(
            self.body,
            self.fingers[0],
            self.body,
            self.fingers[1],
            jointType=bullet.JOINT_GEAR,
            jointAxis=[1, 0, 0],
            parentFramePosition=[0, 0, 0],
            childFramePosition=[0, 0, 0],
            physicsClientId=client,
        )
        bullet.changeConstraint(spindle, gearRatio=-1, erp=0.1, maxForce=200, physicsClientId=client)

    def pose(self, joints: Sequence[float], opening: float) -> None:
        """Puts the joints where they are told, at rest: for a new scene, or for a picture of one.

        Args:
            joints: arm joint angles, radians.
            opening: distance between the finger pads, metres.
        """
        values = (*joints, opening / 2.0, opening / 2.0)
        for joint, value in zip((*self._joints, *self.fingers), values, strict=True):
            bullet.resetJointState(self.body, joint, value, 0.0, physicsClientId=self._client)

    def drive(self, command: Command) -> None:
        """Sets the motors' targets; what is None in the command stays as it was."""
        old = self.command
        joints = old.joints if command.joints is None else command.joints
        opening = old.opening if command.opening is None else command.opening
        assert joints is not None and opening is not None
        self.command = Command(joints, opening, command.force)
        bullet.setJointMotorControlArray(
            self.body,
            self._joints,
            bullet.POSITION_CONTROL,
            targetPositions=joints,
            forces=self._efforts,
            positionGains=[_ARM_GAIN] * len(self._joints),
            physicsClientId=self._client,
        )
        bullet.setJointMotorControlArray(
            self.body,
            self.fingers,
            bullet.POSITION_CONTROL,
            targetPositions=[opening / 2.0] * 2,
            forces=[command.force] * 2,
            positionGains=[_FINGER_GAIN] * 2,
            physicsClientId=self._client,
        )

    def joints(self) -> tuple[float, ...]:
        """Arm joint angles now, radians."""
        return tuple(s[0] for s in bullet.getJointStates(self.body, self._joints, physicsClientId=self._client))

    def opening(self) -> float:
        """Distance between the finger pads now, metres."""
        return sum(s[0] for s in bullet.getJointStates(self.body, self.fingers, physicsClientId=self._client))

    def contacts(self, link: int) -> Iterator[tuple[int, float]]:
        """Bodies that touch one of the robot's links, with the normal force of each contact, newtons."""
        for point in bullet.getContactPoints(self.body, -1, link, physicsClientId=self._client):
            yield point[2], point[9]

    @contextmanager
    def posed(self, joints: Sequence[float]) -> Iterator[None]:
        """Holds the arm at other joint angles for the length of a `with`, to ask what it would touch there."""
        client = self._client
        before = bullet.getJointStates(self.body, self._joints, physicsClientId=client)
        for index, angle in zip(self._joints, joints, strict=True):
            bullet.resetJointState(self.body, index, angle, 0.0, physicsClientId=client)
        try:
            yield
        finally:
            for index, state in zip(self._joints, before, strict=True):
                bullet.resetJointState(self.body, index, state[0], state[1], physicsClientId=client)
