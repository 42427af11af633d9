"""The robot's body in PyBullet: loading, driving its motors, reading its joints and contacts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pybullet as bullet

from sim.assembly import urdf_path
from sim.command import SUBSTEPS, Command
from sim.gripper import make_gripper
from sim.lean import lean_urdf
from sim.mobile import BASE_JOINTS, CHASSIS, BasePose, MobileBase, shortest_turn
from sim.robots import RobotSpec
from sim.state import ORIGIN, Pose

_ARM_GAIN = 0.3
_BASE_GAIN = 0.05


class Arm:
    """One robot in one PyBullet client, addressed by the names in its spec."""

    def __init__(self, client: int, spec: RobotSpec, visual: bool = True, mobile: MobileBase | None = None) -> None:
        """Loads the robot.

        Args:
            client: PyBullet's client id.
            spec: the robot; its joints and links must be in the URDF.
            visual: whether it is for the eye: without, it cannot be rendered, and loads five times faster.
            mobile: the base that it stands on; None where its foot is fixed at `spec.base`.

        Raises:
            ValueError: the URDF lacks a joint or link that the spec names.
        """
        self._client = client
        self.spec = spec
        self.mobile = mobile
        origin = spec.base if mobile is None else ORIGIN
        path = urdf_path(spec, mobile)
        self.body = bullet.loadURDF(
            str(path if visual else lean_urdf(path)),
            basePosition=origin.position,
            baseOrientation=origin.orientation,
            useFixedBase=True,
            flags=bullet.URDF_ENABLE_CACHED_GRAPHICS_SHAPES if visual else bullet.URDF_IGNORE_VISUAL_SHAPES,
            physicsClientId=client,
        )
        joints: dict[str, int] = {}
        links: dict[str, int] = {}
        efforts: dict[str, float] = {}
        moving: list[int] = []
        for k in range(bullet.getNumJoints(self.body, physicsClientId=client)):
            info = bullet.getJointInfo(self.body, k, physicsClientId=client)
            joints[info[1].decode()] = links[info[12].decode()] = k
            efforts[info[1].decode()] = info[10]
            moving += [k] if info[2] in (bullet.JOINT_REVOLUTE, bullet.JOINT_PRISMATIC) else []
        missing = [n for n in (*spec.joints, *spec.fingers) if n not in joints]
        missing += [n for n in (spec.hand, *([spec.suction.cup] if spec.suction else ())) if n not in links]
        if missing:
            raise ValueError(f"robot {spec.name!r}: {spec.urdf} has no joint or link {missing[0]!r}")
        self._joints = [joints[name] for name in spec.joints]
        self.gripper = make_gripper(client, self.body, spec, links, joints)
        """What its fingers or its cup do."""
        self.hand = links[spec.hand]
        self.shoulder = self._joints[0]
        """Index of the first link that moves against the foot."""
        self._base = [] if mobile is None else [joints[name] for name in BASE_JOINTS]
        self.chassis = None if mobile is None else links[CHASSIS]
        """Index of the link that is the base's box; None without one."""
        self._efforts = [efforts[name] for name in spec.joints]
        driven = {*self._joints, *self._base, *(joints[name] for name in spec.fingers)}
        self._loose = [k for k in moving if k not in driven]
        self.rest()

    def rest(self) -> None:
        """Puts the robot in its resting pose, at rest, with nothing held, and tells it to stay there."""
        spec = self.spec
        self.command = Command(spec.home, spec.opening, base=None if self.mobile is None else self.mobile.home)
        self.pose(spec.home, spec.opening, self.command.base)
        # Joints that nobody drives stand where the file has them.
        for joint in self._loose:
            bullet.resetJointState(self.body, joint, 0.0, 0.0, physicsClientId=self._client)
        self.drive(self.command)

    def pose(self, joints: Sequence[float], opening: float, base: BasePose | None = None) -> None:
        """Puts the joints where they are told, at rest: for a new scene, or for a picture of one.

        Args:
            joints: arm joint angles, radians.
            opening: distance between the finger pads, metres.
            base: where a base that drives stands: x, y (metres), yaw (radians); None leaves it.
        """
        for joint, value in zip(self._joints, joints, strict=True):
            bullet.resetJointState(self.body, joint, value, 0.0, physicsClientId=self._client)
        self.gripper.pose(opening)
        for joint, value in zip(self._base if base is not None else (), base or (), strict=True):
            bullet.resetJointState(self.body, joint, value, 0.0, physicsClientId=self._client)

    def drive(self, command: Command) -> None:
        """Sets the motors' targets; what is None in the command stays as it was."""
        old = self.command
        joints = old.joints if command.joints is None else command.joints
        opening = old.opening if command.opening is None else command.opening
        assert joints is not None and opening is not None
        if command.base is not None and self.mobile is None:
            raise ValueError(
                f"robot {self.spec.name!r} stands still here; a command's base was {command.base}, not None"
            )
        base = old.base if command.base is None else command.base
        self.command = Command(joints, opening, command.force, base)
        bullet.setJointMotorControlArray(
            self.body,
            self._joints,
            bullet.POSITION_CONTROL,
            targetPositions=joints,
            forces=self._efforts,
            positionGains=[_ARM_GAIN] * len(self._joints),
            physicsClientId=self._client,
        )
        self.gripper.drive(self.command)
        if self.mobile is not None and base is not None:
            self._drive_base(self.mobile, base)

    def _drive_base(self, mobile: MobileBase, wished: BasePose) -> None:
        """Sends the base off in a straight line, turning the short way, both at no more than their top speed."""
        now = [s[0] for s in bullet.getJointStates(self.body, self._base, physicsClientId=self._client)]
        targets = (wished[0], wished[1], shortest_turn(now[2], wished[2]))
        way = math.hypot(targets[0] - now[0], targets[1] - now[1])
        # Each axis gets its share of the speed, and a little more than none, to make good what a bump has moved.
        shares = [max(abs(t - n) / way, 0.1) if way > 0.0 else 0.1 for t, n in zip(targets[:2], now, strict=False)]
        speeds = (mobile.speed * shares[0], mobile.speed * shares[1], mobile.turn)
        # The engine takes a motor's force as acting for a whole control step in each of its substeps.
        force = mobile.force / SUBSTEPS
        for index, target, speed, strength in zip(
            self._base, targets, speeds, (force, force, force / 2.0), strict=True
        ):
            bullet.setJointMotorControl2(
                self.body,
                index,
                bullet.POSITION_CONTROL,
                targetPosition=target,
                positionGain=_BASE_GAIN,
                maxVelocity=speed,
                force=strength,
                physicsClientId=self._client,
            )

    def base_joints(self) -> BasePose:
        """Where a base that drives stands now: x, y (metres) and yaw (radians, from -pi to pi).

        Raises:
            ValueError: the robot has none.
        """
        if self.mobile is None:
            raise ValueError(f"robot {self.spec.name!r} stands still here; only a family with a mobile base has one")
        x, y, yaw = (s[0] for s in bullet.getJointStates(self.body, self._base, physicsClientId=self._client))
        return x, y, math.remainder(yaw, math.tau)

    def base(self) -> Pose:
        """Pose of the arm's first link now."""
        return self.spec.base if self.mobile is None else self.mobile.foot_at(self.base_joints())

    def joints(self) -> tuple[float, ...]:
        """Arm joint angles now, radians."""
        return tuple(s[0] for s in bullet.getJointStates(self.body, self._joints, physicsClientId=self._client))

    def opening(self) -> float:
        """Distance between the finger pads now, metres; of a cup, 0 where suction is on."""
        return self.gripper.opening()

    def contacts(self, link: int) -> Iterator[tuple[int, int, float]]:
        """Bodies, and links of theirs, that touch one of the robot's links, with the normal force, newtons."""
        for point in bullet.getContactPoints(self.body, -1, link, physicsClientId=self._client):
            yield point[2], point[4], point[9]

    def clearance(self, joints: Sequence[float], bodies: Sequence[int], within: float, base: BasePose | None) -> float:
        """Least distance, metres (at most `within`), from the arm at joint angles to bodies of the same client.

        Args:
            joints: arm joint angles, radians.
            bodies: PyBullet's ids.
            within: distances beyond are not looked for.
            base: where a base that drives stands; its box then counts as well. None leaves it, and out of account.
        """
        least = within
        # The foot, and what it stands on, may touch what they stand on.
        chassis = None if base is None else self.chassis
        with self.posed(joints, base):
            for body in bodies:
                points = bullet.getClosestPoints(self.body, body, least, physicsClientId=self._client)
                least = min([least, *(p[8] for p in points if p[3] > self.shoulder or p[3] == chassis)])
        return least

    @contextmanager
    def posed(self, joints: Sequence[float], base: BasePose | None = None) -> Iterator[None]:
        """Holds the robot in another posture for the length of a `with`, to ask what it would touch there.

        Args:
            joints: arm joint angles, radians.
            base: where a base that drives stands; None leaves it.
        """
        client = self._client
        moved = [*self._joints, *(self._base if base is not None else ())]
        before = bullet.getJointStates(self.body, moved, physicsClientId=client)
        for index, angle in zip(moved, (*joints, *(base or ())), strict=True):
            bullet.resetJointState(self.body, index, angle, 0.0, physicsClientId=client)
        try:
            yield
        finally:
            for index, state in zip(moved, before, strict=True):
                bullet.resetJointState(self.body, index, state[0], state[1], physicsClientId=client)
