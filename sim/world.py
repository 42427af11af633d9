"""The simulated world: one PyBullet client with a table, a robot and objects.

This is the only door to the physics. Above it there are names, snapshots and commands, never PyBullet's ids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.bodies import Placement
from sim.camera import Image, Stage
from sim.catalog import parse_name
from sim.command import CONTROL_SECONDS, Command
from sim.engine import Engine
from sim.family import find_family
from sim.furniture import Mechanism
from sim.gripper import Grip
from sim.kinematics import Kinematics
from sim.mobile import BasePose
from sim.perception.ghost import Ghost, nearest_to_hand
from sim.robots import find_robot
from sim.state import Pose, RobotState, SceneState

if TYPE_CHECKING:
    from sim.perception.sensor import Sensor

_STILL_STEPS = 4


@dataclass(frozen=True)
class Snapshot:
    """A saved state of a `World`; good until that world's next reset."""

    state_id: int
    """PyBullet's id of the saved state."""
    scene: int
    """Number of the reset it was saved after."""
    steps: int
    """Control steps since that reset."""
    command: Command
    """What the robot had been told last."""
    lights: Mapping[str, float]
    """Which lights were lit, see `sim.lights`."""
    grip: Grip
    """What a suction cup held, see `sim.gripper`."""


@dataclass(frozen=True)
class Touch:
    """A contact of the hand with something."""

    name: str
    """The object, the part of furniture, or "table"."""
    force: float
    """Normal force, newtons."""


class World:
    """A place, a robot and objects in a PyBullet client of their own. `close` it, or use it in a `with`."""

    def __init__(self, robot: str = "panda", family: str = "tabletop", gui: bool = False) -> None:
        """Opens a client and loads the robot.

        Args:
            robot: a key of `sim.robots.ROBOTS`.
            family: scene family, a key of `sim.family.families()`.
            gui: whether to open PyBullet's window.

        Raises:
            ValueError: unknown robot or family.
        """
        self.place = find_family(family)
        self.family = family
        spec = find_robot(robot)
        self.spec = spec if self.place.foot is None else replace(spec, base=self.place.foot)
        self.kinematics = Kinematics(self.spec)
        self._engine = Engine(self.place, self.spec, gui)
        self._stage: Stage | None = None
        self._ghost: Ghost | None = None
        self._scene = 0
        self._steps = 0
        self.sensor: Sensor | None = None
        """What the robot sees with; None sees the truth."""
        self.aim: str | None = None
        """What the robot means to take hold of, or did: with a sensor, all that it knows of what is in its hand."""
        self.reset(())

    def reset(
        self, placements: Sequence[Placement], settle: float = 1.0, readings: Mapping[str, float] | None = None
    ) -> SceneState:
        """Puts the robot at rest and builds a new scene; the same placements give the same state, bit for bit.

        Args:
            placements: objects and their poses, names all different.
            settle: at most so many simulated seconds until all is at rest.
            readings: what joints of the furniture read at the start (metres or radians from closed), and lights (0, 1).

        Raises:
            ValueError: a name that means no object, or one that comes twice; a reading of what is not there.
        """
        names = [p.name for p in placements]
        for name in names:
            parse_name(name, self.family)
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"{twice!r} is placed twice; number the second: '{twice} 2'")
        self._bodies, self._arm = self._engine.renew()
        self._locate()
        self._scene += 1
        self._steps = 0
        self.aim = None
        if self.sensor is not None:
            self.sensor.reset()
        self._bodies.furnish(readings or {})
        for placement in placements:
            self._bodies.spawn(placement)
        return self.settle(settle) if placements else self.state()

    def mechanism(self, name: str) -> Mechanism | None:
        """How a hand moves a part of the furniture; None where it can't, or there is no such part."""
        return self._bodies.mechanism(name)

    def close(self) -> None:
        """Frees what it holds. Closing twice is no error."""
        for other in (self._stage, self._ghost, self.sensor):
            if other is not None:
                other.close()
        self._stage = self._ghost = None
        self._engine.close()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- stepping -------------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        """Simulated seconds since the reset."""
        return self._steps * CONTROL_SECONDS

    @property
    def command(self) -> Command:
        """What the robot was told last, with nothing left open."""
        return self._arm.command

    def step(self, command: Command | None = None) -> None:
        """Advances the world by one control step.

        Args:
            command: new targets; None keeps the old ones.
        """
        if command is not None:
            self._arm.drive(command)
        self._engine.step()
        self._arm.gripper.after_step()
        self._locate()
        self._steps += 1
        self._bodies.lights.update(self._bodies.reading)

    def _locate(self) -> None:
        """Tells the kinematics where a base that drives has brought the arm."""
        if self.place.mobile is not None:
            self.kinematics.base = self._arm.base()

    def at_rest(self) -> bool:
        """Whether every object is still, and every joint of the furniture."""
        return self._bodies.at_rest()

    def settle(self, seconds: float = 2.0, on_step: Callable[[World], None] | None = None) -> SceneState:
        """Steps until all objects have been still for 0.1 s, at most `seconds`, and returns the state.

        Args:
            seconds: simulated time to wait at most.
            on_step: called after every control step.
        """
        still = 0
        for _ in range(math.ceil(seconds / CONTROL_SECONDS)):
            self.step()
            if on_step is not None:
                on_step(self)
            still = still + 1 if self.at_rest() else 0
            if still >= _STILL_STEPS:
                break
        self._bodies.doze()
        return self.state()

    # -- looking --------------------------------------------------------------------------------------------------

    def state(self) -> SceneState:
        """A snapshot of everything as it is: what success is judged by."""
        return SceneState(
            family=self.family,
            objects=self._bodies.states(),
            robot=self.robot_state(),
            supports=frozenset(self._bodies.supports()),
            time=self.time,
        )

    def see(self) -> SceneState:
        """What the robot sees: what skills and planners go by."""
        return self.state() if self.sensor is None else self.sensor.look(self)

    def track(self, name: str) -> Pose | None:
        """Pose of an object as the robot follows it while it moves; None where it cannot."""
        return self.pose(name) if self.sensor is None else self.sensor.track(self, name)

    def feel(self) -> RobotState:
        """The robot alone as it feels itself, see `held`."""
        return replace(self.robot_state(), holding=self.held())

    def pose(self, name: str) -> Pose:
        """Pose of one object, or of one part of the furniture."""
        return self._bodies.pose(name)

    def robot_state(self) -> RobotState:
        """The robot alone, as it is."""
        joints = self.joints()
        return RobotState(
            name=self.spec.name,
            base=self.kinematics.base,
            joints=joints,
            tool=self.kinematics.forward(joints),
            opening=self.opening(),
            holding=self._gripped(),
        )

    def joints(self) -> tuple[float, ...]:
        """Arm joint angles now, radians."""
        return self._arm.joints()

    def base_joints(self) -> BasePose:
        """Where a base that drives stands now: x, y (metres) and yaw (radians).

        Raises:
            ValueError: the robot of this family stands still.
        """
        return self._arm.base_joints()

    def base_touches(self) -> list[Touch]:
        """What the box of a base that drives touches, with the summed normal force of each; empty without one."""
        return [] if self._arm.chassis is None else self._touches((self._arm.chassis,))

    def opening(self) -> float:
        """Distance between the finger pads now, metres."""
        return self._arm.opening()

    def held(self) -> str | None:
        """What is in the hand. With a sensor, the robot feels that something is, and takes it for what it meant."""
        gripped = self._gripped()
        if self.sensor is None:
            return gripped
        taken_for = None if gripped is None else self.aim
        self.sensor.hold(taken_for, self.kinematics.forward(self.joints()))
        return taken_for

    def _gripped(self) -> str | None:
        """The object that both fingers press on, or that the cup has sucked on."""
        return next(iter(self._bodies.objects_among(self._arm.gripper.held())), None)

    def touches(self) -> list[Touch]:
        """What the hand and its fingers touch, with the summed force of each. With a sensor, the name is a guess."""
        felt = [t for t in self._touches((self._arm.hand, *self._arm.gripper.links)) if t.name]
        if self.sensor is None or not felt:
            return felt
        return [Touch(nearest_to_hand(self.sensor.look(self)), sum(t.force for t in felt))]

    def _touches(self, links: Sequence[int]) -> list[Touch]:
        forces: dict[str, float] = {}
        for link in links:
            for body, part, force in self._arm.contacts(link):
                name = self._bodies.name_of(body, part)
                forces[name] = forces.get(name, 0.0) + force
        return [Touch(name, force) for name, force in forces.items()]

    def contacts_of(self, name: str) -> dict[str, float]:
        """Objects, parts of furniture (or "table") that the object touches, with the summed normal force, newtons."""
        return self._bodies.contacts_of(name)

    # -- asking what if -------------------------------------------------------------------------------------------

    def clearance(
        self,
        joints: Sequence[float],
        ignore: Sequence[str] = (),
        within: float = 0.05,
        base: BasePose | None = None,
    ) -> float:
        """Least distance, metres (at most `within`), from the arm at these joint angles to objects and table as seen.

        Args:
            joints: arm joint angles, radians.
            ignore: names of objects (or "table") not to mind.
            within: distances beyond are not looked for.
            base: where a base that drives stands; its box then counts as well. None leaves it, and out of account.
        """
        if self.sensor is None:
            return self._arm.clearance(joints, self._bodies.obstacles(ignore), within, base)
        if self._ghost is None:
            self._ghost = Ghost(self.spec, self.place)
        return self._ghost.clearance(self.sensor.look(self), joints, ignore, within, base)

    # -- changing from outside ------------------------------------------------------------------------------------

    def save(self) -> Snapshot:
        """Saves everything; `restore` brings it back, `forget` frees it.

        Every restore of a snapshot has the same future, to a fraction of a millimetre: the engine goes through contacts
        in an order that depends on what has touched since. That of the world that was only saved may differ likewise:
        which objects sleep is not part of what the engine saves.
        """
        self._bodies.doze()
        return Snapshot(
            self._engine.save(),
            self._scene,
            self._steps,
            self._arm.command,
            dict(self._bodies.lights.values),
            self._arm.gripper.grip,
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Brings back a saved state.

        Raises:
            ValueError: the snapshot is of another scene.
        """
        if snapshot.scene != self._scene:
            raise ValueError("the snapshot was taken before the last reset; save again after a reset")
        self._engine.restore(snapshot.state_id)
        # Who sleeps is not part of what the engine saves.
        self._bodies.wake()
        self._bodies.doze()
        self._steps = snapshot.steps
        self._bodies.lights.set(snapshot.lights, self._bodies.reading)
        self._locate()
        self._arm.drive(snapshot.command)
        self._arm.gripper.grip = snapshot.grip

    def forget(self, snapshot: Snapshot) -> None:
        """Frees the memory of a snapshot; a reset has freed it already."""
        if snapshot.scene == self._scene:
            self._engine.forget(snapshot.state_id)

    def relocate(self, name: str, pose: Pose) -> None:
        """Moves an object as if someone had: a declared disturbance, never part of a skill."""
        self._bodies.relocate(name, pose)

    def arrange(self, readings: Mapping[str, float]) -> None:
        """Moves joints of the furniture, or switches lights, as if someone had: never part of a skill.

        Args:
            readings: metres or radians from closed, 1 or 0 for lights, by the part's name.

        Raises:
            ValueError: a reading of what is not there.
        """
        self._bodies.furnish(readings)
        self._bodies.wake()

    def render(self, width: int = 480, height: int = 360) -> Image:
        """An image from in front of the table, looking at the robot's work area."""
        return self.stage.render(self.state(), width, height)

    @property
    def stage(self) -> Stage:
        """Where images of this world are taken; made when the first is asked for."""
        if self._stage is None:
            self._stage = Stage(self.spec, self.place)
        return self._stage
