"""Eyes that err: positions that are off, and objects that are out of sight for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.geometry import quat_from_yaw, quat_inverse, quat_multiply, quat_rotate
from sim.perception.sensor import Sensor
from sim.state import ObjectState, Pose, RobotState, SceneState

if TYPE_CHECKING:
    from sim.world import World

YAW_LEVER = 0.10
"""Metres: the error of a heading is that of the position seen from so far away; 1 cm gives 0.1 radians."""

LASTS = 2.0
"""Simulated seconds for which looks share their errors."""


@dataclass(frozen=True)
class _Error:
    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0


class DegradedSensor:
    """Other eyes (or the truth), with errors.

    A look draws a new error for every object, as a detector's differs from one image to the next; looks within two
    seconds share it, and while an object is followed it stays, as that of a tracker does. So an error lasts for a
    skill, and the next skill has another one. What the fingers have closed on is known along the line between them, and
    keeps its error across it. What rests on what is seen rightly.
    """

    def __init__(self, base: Sensor | None, noise: float, rng: np.random.Generator) -> None:
        """Puts errors on a sensor.

        Args:
            base: the eyes that err; None for the truth.
            noise: standard deviation of positions in x and in y, metres.
            rng: draws the errors.
        """
        self._base = base
        self._noise = noise
        self._rng = rng
        self.hidden: frozenset[str] = frozenset()
        """Names of the objects that are out of sight; the hand feels what it holds all the same."""
        self.reset()

    def reset(self) -> None:
        """Forgets the scene."""
        if self._base is not None:
            self._base.reset()
        self.hidden = frozenset()
        self._errors: dict[str, _Error] = {}
        self._in_hand: tuple[str, float] | None = None
        self._looked = -1.0

    def close(self) -> None:
        """Frees what the eyes beneath hold."""
        if self._base is not None:
            self._base.close()

    def look(self, world: World) -> SceneState:
        """The scene with errors, without what is hidden."""
        state = replace(world.state(), robot=world.feel()) if self._base is None else self._base.look(world)
        held = state.robot.holding
        if not self._errors or world.time - self._looked >= LASTS:
            self._draw((o.name for o in state.objects if o.name not in world.place.fixtures), held)
            self._looked = world.time
        gone = self.hidden - {held}
        seen = tuple(self._shifted(o, state.robot) for o in state.objects if o.name not in gone)
        supports = frozenset(pair for pair in state.supports if not gone & set(pair))
        return replace(state, objects=seen, supports=supports)

    def track(self, world: World, name: str) -> Pose | None:
        """Its pose with the error of the last look, where the eyes beneath can follow it."""
        pose = world.pose(name) if self._base is None else self._base.track(world, name)
        if pose is None or name in self.hidden:
            return None
        return self._shift(name, pose, world.feel())

    def hold(self, name: str | None, tool: Pose) -> None:
        """Notes, when the hand has closed, what is left of the error: its part across the fingers."""
        if self._base is not None:
            self._base.hold(name, tool)
        if name is None:
            self._in_hand = None
        elif self._in_hand is None or self._in_hand[0] != name:
            error = self._errors.get(name, _Error())
            across, _, _ = quat_rotate(quat_inverse(tool.orientation), (error.x, error.y, 0.0))
            self._in_hand = (name, across)

    def _draw(self, names: Iterable[str], held: str | None) -> None:
        errors = {}
        for name in names:
            x, y, yaw = (self._noise * self._rng.standard_normal(3)).tolist()
            errors[name] = _Error(x, y, yaw / YAW_LEVER)
        if held in self._errors:
            errors[held] = self._errors[held]
        self._errors = errors

    def _shifted(self, o: ObjectState, robot: RobotState) -> ObjectState:
        return replace(o, pose=self._shift(o.name, o.pose, robot))

    def _shift(self, name: str, pose: Pose, robot: RobotState) -> Pose:
        x, y, z = pose.position
        if self._in_hand is not None and self._in_hand[0] == name:
            dx, dy, _ = quat_rotate(robot.tool.orientation, (self._in_hand[1], 0.0, 0.0))
            return Pose((x + dx, y + dy, z), pose.orientation)
        error = self._errors.get(name, _Error())
        return Pose((x + error.x, y + error.y, z), quat_multiply(quat_from_yaw(error.yaw), pose.orientation))
