"""The scene as the robot takes it to be: what its arm would touch there, and what its hand most likely touches."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pybullet as bullet

from sim.arm import Arm
from sim.bodies import Bodies, Placement
from sim.family import Family
from sim.mobile import BasePose
from sim.robots import RobotSpec
from sim.state import TABLE, SceneState

_TABLE_REACH = 0.02
"""Height of the tool, metres, under which a touch is taken for the table's."""


class Ghost:
    """A world without physics, posed as it is seen."""

    def __init__(self, spec: RobotSpec, place: Family) -> None:
        """Opens a client.

        Args:
            spec: the robot.
            place: the scene family.
        """
        self._client = bullet.connect(bullet.DIRECT)
        self._spec, self._place = spec, place
        self._posed: SceneState | None = None
        self._build(())

    def _build(self, names: tuple[tuple[str, tuple[float, ...]], ...]) -> None:
        bullet.resetSimulation(physicsClientId=self._client)
        self._bodies = Bodies(self._client, self._place, visual=False)
        self._arm = Arm(self._client, self._spec, visual=False, mobile=self._place.mobile)
        self._names = names

    def clearance(
        self, state: SceneState, joints: Sequence[float], ignore: Sequence[str], within: float, base: BasePose | None
    ) -> float:
        """Least distance, metres (at most `within`), from the arm at joint angles to what is seen, see `World`."""
        self._pose(state)
        return self._arm.clearance(joints, self._bodies.obstacles(ignore), within, base)

    def _pose(self, state: SceneState) -> None:
        if state is self._posed:
            return
        fixtures = self._place.fixtures
        placed = [o for o in state.objects if o.name not in fixtures]
        names = tuple((o.name, tuple(o.size)) for o in placed)
        if names != self._names:
            self._build(names)
            for o in placed:
                self._bodies.spawn(Placement(o.name, o.pose, o.size))
        for o in placed:
            self._bodies.relocate(o.name, o.pose)
        self._bodies.furnish({o.name: o.value for o in state.objects if o.name in fixtures})
        mobile = self._arm.mobile
        base = None if mobile is None else mobile.base_at(state.robot.base)
        self._arm.pose(state.robot.joints, state.robot.opening, base)
        self._posed = state

    def close(self) -> None:
        """Frees the client. Closing twice is no error."""
        if self._client >= 0:
            bullet.disconnect(physicsClientId=self._client)
            self._client = -1


def nearest_to_hand(state: SceneState) -> str:
    """What the hand most likely touches: of what is seen, and is not held, the nearest to the point of its grip."""
    tool = state.robot.tool.position
    others = [o for o in state.objects if o.name != state.robot.holding]
    gaps = {o.name: math.dist(tool, o.position) - max(o.size) / 2.0 for o in others}
    gaps[TABLE] = abs(tool[2]) - _TABLE_REACH
    return min(gaps, key=lambda name: gaps[name])
