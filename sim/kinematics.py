"""Forward and inverse kinematics of a serial arm, from its URDF.

Inverse kinematics is damped least squares (Wampler 1986; Buss 2004) with a pull towards the resting pose in the null
space, clipped to the joints' limits, and started again from other postures where it gets stuck. It is deterministic
and touches no simulator, so that asking costs the scene nothing.
"""

from __future__ import annotations

import copy
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.assembly import urdf_path
from sim.geometry import matrix_from_quat, quat_from_matrix
from sim.robots import RobotSpec
from sim.state import Pose
from sim.urdf_text import read_urdf

POSITION_TOLERANCE = 1e-3
ANGLE_TOLERANCE = 1e-2
_STOP_POSITION = 2e-5
_STOP_ANGLE = 2e-4
_DAMPING = 0.03
_LARGEST_STEP = 0.35
_RESTARTS = 6


@dataclass(frozen=True)
class IKResult:
    """Joint angles, and how far off they are."""

    joints: tuple[float, ...]
    """Radians, within the limits."""
    position_error: float
    """Metres between the wished and the reached position of the tool."""
    angle_error: float
    """Radians between the wished and the reached orientation."""

    @property
    def success(self) -> bool:
        """Within 1 mm and 0.01 radians."""
        return self.position_error <= POSITION_TOLERANCE and self.angle_error <= ANGLE_TOLERANCE


@dataclass(frozen=True)
class _Joint:
    rotation: np.ndarray
    """Fixed rotation from the parent joint's frame, shape (3, 3)."""
    offset: np.ndarray
    """Fixed offset in the parent joint's frame, shape (3,)."""
    cross: np.ndarray
    """Cross-product matrix of the axis, shape (3, 3)."""
    axis: np.ndarray
    """Unit axis in the joint's frame, shape (3,)."""


class Kinematics:
    """Kinematics of one robot, base to tool, in the world frame."""

    def __init__(self, spec: RobotSpec) -> None:
        """Reads the chain.

        Raises:
            ValueError: the URDF lacks a joint or the tool link that the spec names, or they do not form a chain.
        """
        self._spec = spec
        root = read_urdf(urdf_path(spec))
        by_child = {_attribute(j, "child", "link"): j for j in root.iter("joint") if j.find("child") is not None}
        if spec.tool not in by_child:
            raise ValueError(f"robot {spec.name!r}: no link {spec.tool!r} in {spec.urdf}")
        chain: list[ElementTree.Element] = []
        link = spec.tool
        while link in by_child:
            chain.insert(0, by_child[link])
            link = _attribute(by_child[link], "parent", "link")
        moving = tuple(j.get("name", "") for j in chain if j.get("type") in ("revolute", "continuous"))
        if moving != spec.joints:
            raise ValueError(f"robot {spec.name!r}: joints from base to {spec.tool!r} are {moving}, not {spec.joints}")
        self._joints: list[_Joint] = []
        limits = []
        rotation, offset = np.eye(3), np.zeros(3)
        for element in chain:
            fixed_rotation, fixed_offset = _origin(element)
            offset = offset + rotation @ fixed_offset
            rotation = rotation @ fixed_rotation
            if element.get("name") in spec.joints:
                axis = np.array([float(v) for v in _attribute(element, "axis", "xyz").split()])
                self._joints.append(_Joint(rotation, offset, _cross(axis), axis))
                limits.append(_limits(element, spec.home[len(limits)]))
                rotation, offset = np.eye(3), np.zeros(3)
        self._first = self._joints[0]
        self.base = spec.base
        self._tool_rotation, self._tool_offset = rotation, offset
        self.lower, self.upper = np.array(limits).T
        """Joint limits, radians, each of shape (joints,)."""
        self._home = np.array(spec.home)
        self._restarts = self._postures()

    @property
    def base(self) -> Pose:
        """Pose of the arm's first link: the spec's, until someone who moves the robot sets it."""
        return self._base

    @base.setter
    def base(self, pose: Pose) -> None:
        self._base = pose
        self._latest: tuple[tuple[float, ...], Pose] | None = None
        turn, first = matrix_from_quat(pose.orientation), self._first
        offset = np.array(pose.position) + turn @ first.offset
        self._joints[0] = _Joint(turn @ first.rotation, offset, first.cross, first.axis)

    def standing_at(self, base: Pose) -> Kinematics:
        """The same arm with its foot elsewhere, to ask what it could reach from there."""
        other = copy.copy(self)
        other._joints = list(self._joints)
        other.base = base
        return other

    def _postures(self) -> list[np.ndarray]:
        """Starting postures spread over the joint limits, the same in every process."""
        rng = np.random.default_rng(len(self._home))
        spread = 0.35 * (self.upper - self.lower)
        drawn = [self._home + spread * rng.uniform(-1.0, 1.0, len(self._home)) for _ in range(_RESTARTS)]
        return [self._home, *(np.clip(q, self.lower, self.upper) for q in drawn)]

    def forward(self, joints: Sequence[float]) -> Pose:
        """Pose of the tool, in the world frame, for joint angles in radians."""
        # Whoever looks at the world asks where the tool is, several times between two steps.
        asked = tuple(joints)
        if self._latest is None or self._latest[0] != asked:
            position, rotation, _ = self._forward(np.asarray(asked, dtype=float))
            pose = Pose((float(position[0]), float(position[1]), float(position[2])), quat_from_matrix(rotation))
            self._latest = (asked, pose)
        return self._latest[1]

    def _forward(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Position (3,), rotation (3, 3) and Jacobian (6, joints) of the tool."""
        rotation, position = np.eye(3), np.zeros(3)
        axes, origins = np.empty((len(q), 3)), np.empty((len(q), 3))
        sines, cosines = np.sin(q), 1.0 - np.cos(q)
        for k, joint in enumerate(self._joints):
            position = position + rotation @ joint.offset
            rotation = rotation @ joint.rotation
            axes[k], origins[k] = rotation @ joint.axis, position
            turned = rotation @ joint.cross
            rotation = rotation + sines[k] * turned + cosines[k] * (turned @ joint.cross)
        position = position + rotation @ self._tool_offset
        rotation = rotation @ self._tool_rotation
        arm = position - origins
        linear = np.stack(
            [
                axes[:, 1] * arm[:, 2] - axes[:, 2] * arm[:, 1],
                axes[:, 2] * arm[:, 0] - axes[:, 0] * arm[:, 2],
                axes[:, 0] * arm[:, 1] - axes[:, 1] * arm[:, 0],
            ]
        )
        return position, rotation, np.concatenate([linear, axes.T])

    def solve(self, target: Pose, seed: Sequence[float] | None = None, restarts: bool = True) -> IKResult:
        """Joint angles that bring the tool to a pose in the world frame.

        Args:
            target: wished pose of the tool.
            seed: joint angles to start from, radians; the resting pose without it.
            restarts: whether to try other postures when the first attempt misses.

        Returns:
            The best attempt; `success` says whether it is good enough.
        """
        position, rotation = np.array(target.position), matrix_from_quat(target.orientation)
        starts = [np.asarray(seed, dtype=float)] if seed is not None else []
        starts += self._restarts if restarts or not starts else []
        best: IKResult | None = None
        for k, start in enumerate(starts):
            # Far out of reach, every posture ends stretched out at the same error: two attempts tell.
            if k >= 3 and best is not None and best.position_error > 0.05:
                break
            result = self._descend(start.copy(), position, rotation)
            if best is None or _cost(result) < _cost(best):
                best = result
            if best.success:
                break
        assert best is not None
        return best

    def _descend(self, q: np.ndarray, position: np.ndarray, rotation: np.ndarray, iterations: int = 60) -> IKResult:
        best = IKResult(tuple(q.tolist()), math.inf, math.inf)
        stalled = 0
        for _ in range(iterations):
            at, turned, jacobian = self._forward(q)
            error = np.concatenate([position - at, _rotation_vector(rotation @ turned.T)])
            off, angle = math.sqrt(float(error[:3] @ error[:3])), math.sqrt(float(error[3:] @ error[3:]))
            result = IKResult(tuple(q.tolist()), off, angle)
            stalled = 0 if _cost(result) < 0.98 * _cost(best) else stalled + 1
            if _cost(result) < _cost(best):
                best = result
            if (off < _STOP_POSITION and angle < _STOP_ANGLE) or stalled > 8:
                break
            damping = min(_DAMPING, 0.1 * (off + angle)) ** 2 + 1e-8
            inverse = jacobian.T @ np.linalg.inv(jacobian @ jacobian.T + damping * np.eye(6))
            pull = 0.05 * (self._home - q)
            step = inverse @ error + pull - inverse @ (jacobian @ pull)
            largest = float(np.abs(step).max())
            q = np.clip(q + step * min(1.0, _LARGEST_STEP / max(largest, 1e-9)), self.lower, self.upper)
        return best


def _cost(result: IKResult) -> float:
    return result.position_error + 0.1 * result.angle_error


def _attribute(element: ElementTree.Element, child: str, name: str) -> str:
    found = element.find(child)
    return "" if found is None else found.get(name, "")


def _origin(element: ElementTree.Element) -> tuple[np.ndarray, np.ndarray]:
    origin = element.find("origin")
    attributes = {} if origin is None else origin.attrib
    roll, pitch, yaw = (float(v) for v in attributes.get("rpy", "0 0 0").split())
    x, y, z = _turn(0, roll), _turn(1, pitch), _turn(2, yaw)
    return z @ y @ x, np.array([float(v) for v in attributes.get("xyz", "0 0 0").split()])


def _turn(axis: int, angle: float) -> np.ndarray:
    cross = _cross(np.eye(3)[axis])
    return np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross


def _limits(element: ElementTree.Element, home: float) -> tuple[float, float]:
    once = home - math.pi, home + math.pi
    if element.get("type") == "continuous":
        return once
    low, high = float(_attribute(element, "limit", "lower")), float(_attribute(element, "limit", "upper"))
    # A hundredth of a radian inside the hard stops, so that the motors never push against them.
    low, high = low + 0.01, high - 0.01
    # A joint that turns more than once stays within half a turn of rest: each posture is then there only once.
    return (low, high) if high - low < math.tau else (max(low, once[0]), min(high, once[1]))


def _cross(v: np.ndarray) -> np.ndarray:
    return np.array([[0.0, -v[2], v[1]], [v[2], 0.0, -v[0]], [-v[1], v[0], 0.0]])


def _rotation_vector(r: np.ndarray) -> np.ndarray:
    """Axis times angle, shape (3,), of a rotation matrix."""
    skew = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]]) / 2.0
    sine = math.sqrt(float(skew @ skew))
    angle = math.atan2(sine, (float(np.trace(r)) - 1.0) / 2.0)
    if sine > 1e-9:
        return skew * (angle / sine)
    if angle < 1.0:
        return skew
    # Half a turn: the axis is the column of (R + 1) that is furthest from zero.
    columns = r + np.eye(3)
    axis = columns[:, int(np.argmax(np.diag(columns)))]
    return axis / np.linalg.norm(axis) * angle
