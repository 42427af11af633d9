"""What a gripper does in the simulator: two fingers that hold by friction, or a cup that holds by vacuum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import pybullet as bullet

from sim.command import Command
from sim.geometry import quat_rotate
from sim.robots import RobotSpec, Suction
from sim.state import Pose

_FINGER_GAIN = 0.15
_PRESSED = 0.1
_SUCTION_ON = 0.001
_RIM_POINTS = 8
_RIM = 0.95
"""Of the cup's radius: where its rim seals. (Its shape is a prism, a little narrower than the circle.)"""
_CUP_GROUP = 64
_STEEPEST = math.cos(math.radians(20.0))
_PEELED = 0.1

Grip = tuple[int, Pose] | None
"""What a cup has sucked on: PyBullet's id of the body, and its pose in the cup's frame."""


class Gripper(Protocol):
    """The end of an arm, in one PyBullet client."""

    links: tuple[int, ...]
    """Indices of the links that touch what is held."""

    def pose(self, opening: float) -> None:
        """Puts the fingers where they are told, at rest."""
        ...

    def drive(self, command: Command) -> None:
        """Takes the opening and the force of a command that leaves neither open."""
        ...

    def after_step(self) -> None:
        """Told after every control step."""
        ...

    def opening(self) -> float:
        """Distance between the finger pads now, metres; of a cup, 0 where suction is on."""
        ...

    def held(self) -> set[int]:
        """PyBullet's ids of the bodies that are held."""
        ...

    @property
    def grip(self) -> Grip:
        """What the engine doesn't save of its state."""
        ...

    @grip.setter
    def grip(self, grip: Grip) -> None: ...


def make_gripper(
    client: int, body: int, spec: RobotSpec, links: Mapping[str, int], joints: Mapping[str, int]
) -> Gripper:
    """The gripper of a robot that has been loaded.

    Args:
        client: PyBullet's client id.
        body: PyBullet's id of the robot.
        spec: the robot.
        links: index of each link by name.
        joints: index of each joint by name.
    """
    if spec.suction is not None:
        return Cup(client, body, links[spec.suction.cup], spec.suction, spec)
    return Fingers(client, body, [joints[name] for name in spec.fingers])


class Fingers:
    """Two fingers that slide, coupled, and hold by friction."""

    grip: Grip = None

    def __init__(self, client: int, body: int, fingers: Sequence[int]) -> None:
        self._client, self._body = client, body
        self.links = tuple(fingers)
        for finger in fingers:
            bullet.changeDynamics(body, finger, lateralFriction=1.2, spinningFriction=0.02, physicsClientId=client)
        # Both fingers hang on one spindle: they open and close by the same amount.
        spindle = bullet.createConstraint(
            body,
            fingers[0],
            body,
            fingers[1],
            jointType=bullet.JOINT_GEAR,
            jointAxis=[1, 0, 0],
            parentFramePosition=[0, 0, 0],
            childFramePosition=[0, 0, 0],
            physicsClientId=client,
        )
        bullet.changeConstraint(spindle, gearRatio=-1, erp=0.1, maxForce=200, physicsClientId=client)

    def pose(self, opening: float) -> None:
        """Puts the fingers where they are told, at rest."""
        for finger in self.links:
            bullet.resetJointState(self._body, finger, opening / 2.0, 0.0, physicsClientId=self._client)

    def drive(self, command: Command) -> None:
        """Sends the fingers off."""
        assert command.opening is not None
        bullet.setJointMotorControlArray(
            self._body,
            self.links,
            bullet.POSITION_CONTROL,
            targetPositions=[command.opening / 2.0] * 2,
            forces=[command.force] * 2,
            positionGains=[_FINGER_GAIN] * 2,
            physicsClientId=self._client,
        )

    def after_step(self) -> None:
        """Nothing to do: friction is the engine's."""

    def opening(self) -> float:
        """Distance between the finger pads now, metres."""
        return sum(s[0] for s in bullet.getJointStates(self._body, self.links, physicsClientId=self._client))

    def held(self) -> set[int]:
        """Bodies that both fingers press on."""
        left, right = (self._pressed_on(finger) for finger in self.links)
        return left & right

    def _pressed_on(self, finger: int) -> set[int]:
        points = bullet.getContactPoints(self._body, -1, finger, physicsClientId=self._client)
        return {p[2] for p in points if p[9] > _PRESSED}


class Cup:
    """A suction cup: while suction is on, it holds what closes its rim, with a force of its own and no more.

    The hold is a constraint of the engine whose force is limited. Where the load exceeds it, the object comes off: the
    rim has then opened by more than the lip reaches, and the vacuum is gone.
    """

    def __init__(self, client: int, body: int, cup: int, suction: Suction, spec: RobotSpec) -> None:
        self._client, self._body, self._cup = client, body, cup
        self._suction, self._spec = suction, spec
        self.links = (cup,)
        self._on = False
        self._held: tuple[int, Pose] | None = None
        self._constraint = -1
        bullet.changeDynamics(body, cup, lateralFriction=1.0, spinningFriction=0.02, physicsClientId=client)
        # Collides with everything, but is no hindrance to rays from its inside.
        bullet.setCollisionFilterGroupMask(body, cup, _CUP_GROUP, -1, physicsClientId=client)
        # From the frame of the cup's link to its face.
        self._face = Pose((0.0, 0.0, spec.hand_size[2] + spec.finger_size[2]))

    def pose(self, opening: float) -> None:
        """A cup has nothing to put anywhere; what it held stays where it is."""
        self._on = opening < _SUCTION_ON
        self.grip = None

    def drive(self, command: Command) -> None:
        """Turns suction on (an opening of 0) or off (any other)."""
        assert command.opening is not None
        self._on = command.opening < _SUCTION_ON
        if not self._on:
            self.grip = None

    def after_step(self) -> None:
        """Takes hold of what closes the rim, and lets go of what has come off."""
        if self._held is not None and self._has_come_off(*self._held):
            self.grip = None
        elif self._on and self._held is None:
            body = self._sealed()
            if body is not None:
                self.grip = (body, self._frame().inverse() @ self._pose_of(body))

    def opening(self) -> float:
        """0 while suction is on, else the spec's."""
        return 0.0 if self._on else self._spec.opening

    def held(self) -> set[int]:
        """The body that is sucked on, if there is one."""
        return set() if self._held is None else {self._held[0]}

    @property
    def grip(self) -> Grip:
        """The body that is sucked on and its pose in the cup's frame."""
        return self._held

    @grip.setter
    def grip(self, grip: Grip) -> None:
        if self._constraint >= 0:
            bullet.removeConstraint(self._constraint, physicsClientId=self._client)
            self._constraint = -1
        self._held = grip
        if grip is None:
            return
        body, relative = grip
        self._constraint = bullet.createConstraint(
            self._body,
            self._cup,
            body,
            -1,
            jointType=bullet.JOINT_FIXED,
            jointAxis=[0, 0, 0],
            parentFramePosition=relative.position,
            parentFrameOrientation=relative.orientation,
            childFramePosition=[0, 0, 0],
            physicsClientId=self._client,
        )
        bullet.changeConstraint(self._constraint, maxForce=self._suction.strength, physicsClientId=self._client)

    def _frame(self) -> Pose:
        """Pose of the cup's link, at its centre of mass: there constraints are attached."""
        state = bullet.getLinkState(self._body, self._cup, computeForwardKinematics=1, physicsClientId=self._client)
        return Pose(state[0], state[1])

    def _pose_of(self, body: int) -> Pose:
        position, orientation = bullet.getBasePositionAndOrientation(body, physicsClientId=self._client)
        return Pose(position, orientation)

    def _has_come_off(self, body: int, relative: Pose) -> bool:
        slipped = relative.inverse() @ (self._frame().inverse() @ self._pose_of(body))
        turned = 2.0 * math.acos(min(1.0, abs(slipped.orientation[3])))
        return math.hypot(*slipped.position) > self._suction.lip or turned > _PEELED

    def _sealed(self) -> int | None:
        """The body that closes the cup, if there is one.

        Rays along the axis, from the middle of the cup and from its rim, must all meet it within the lip's reach, and
        it must face the cup.
        """
        state = bullet.getLinkState(self._body, self._cup, computeForwardKinematics=1, physicsClientId=self._client)
        face = Pose(state[4], state[5]) @ self._face
        axis = quat_rotate(face.orientation, (0.0, 0.0, 1.0))
        radius, lip = _RIM * self._spec.finger_size[0] / 2.0, self._suction.lip
        angles = [2.0 * math.pi * k / _RIM_POINTS for k in range(_RIM_POINTS)]
        points = [(0.0, 0.0), *((radius * math.cos(a), radius * math.sin(a)) for a in angles)]
        starts = [(face @ Pose((x, y, -lip))).position for x, y in points]
        ends = [(face @ Pose((x, y, lip))).position for x, y in points]
        hits = bullet.rayTestBatch(
            starts, ends, collisionFilterMask=~_CUP_GROUP & 0x7FFFFFFF, physicsClientId=self._client
        )
        body, _, _, _, normal = hits[0]
        if body < 0 or any(hit[0] != body for hit in hits):
            return None
        against = -sum(a * n for a, n in zip(axis, normal, strict=True))
        mass = bullet.getDynamicsInfo(body, -1, physicsClientId=self._client)[0]
        return body if against > _STEEPEST and mass > 0.0 else None
