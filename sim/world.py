"""The simulated world: one PyBullet client with a table, a robot and objects.

This is the only door to the physics. Above it there are names, snapshots and commands, never PyBullet's ids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pybullet as bullet

from sim.arm import Arm
from sim.camera import Image, Stage
from sim.catalog import parse_name
from sim.command import CONTROL_SECONDS, SUBSTEPS, Command
from sim.kinematics import Kinematics
from sim.robots import find_robot
from sim.shapes import ShapeLibrary, spawn_table
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState

_TOUCH = 0.002
_PRESSED = 0.1
_STILL_STEPS = 4
_RESTING_SPEED = 0.01
_RESTING_SPIN = 0.3
_ASLEEP_SPEED = 0.001
_ASLEEP_SPIN = 0.03


@dataclass(frozen=True)
class Placement:
    """An object and where it goes."""

    name: str
    """`<colour> <category>`; decides what the object is."""
    pose: Pose
    """Of the centre of the bounding box."""


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


@dataclass(frozen=True)
class Touch:
    """A contact of the hand with something."""

    name: str
    """The object, or "table"."""
    force: float
    """Normal force, newtons."""


class World:
    """A table, a robot and objects in a PyBullet client of their own. `close` it, or use it in a `with`."""

    def __init__(self, robot: str = "panda", family: str = "tabletop", gui: bool = False) -> None:
        """Opens a client and loads the robot.

        Args:
            robot: a key of `sim.robots.ROBOTS`.
            family: scene family; `tabletop` is what there is.
            gui: whether to open PyBullet's window.

        Raises:
            ValueError: unknown robot or family.
        """
        if family != "tabletop":
            raise ValueError(f"unknown scene family {family!r}; there is: 'tabletop'")
        self.spec = find_robot(robot)
        self.family = family
        self.kinematics = Kinematics(self.spec)
        self._gui = gui
        self._client = bullet.connect(bullet.GUI if gui else bullet.DIRECT)
        self._stage: Stage | None = None
        self._objects: dict[str, int] = {}
        self._scene = 0
        self._steps = 0
        self.reset(())

    def _build(self) -> None:
        """An empty table and a robot at rest, in an engine without a past.

        An engine that has held another scene computes the same scene with other last digits, from what it keeps in its
        lists; so everything is made anew. Without visual shapes, which the simulation does not need, that takes 8 ms.
        """
        client = self._client
        # The default broadphase drops pairs a few at a time; this one knows exactly those that overlap.
        bullet.resetSimulation(bullet.RESET_USE_SIMPLE_BROADPHASE, physicsClientId=client)
        bullet.setGravity(0.0, 0.0, -9.81, physicsClientId=client)
        bullet.setPhysicsEngineParameter(
            fixedTimeStep=CONTROL_SECONDS,
            numSubSteps=SUBSTEPS,
            deterministicOverlappingPairs=1,
            physicsClientId=client,
        )
        self._table = spawn_table(client, visual=self._gui)
        self._shapes = ShapeLibrary(client, visual=self._gui)
        self._arm = Arm(client, self.spec, visual=self._gui)
        self._objects = {}

    def reset(self, placements: Sequence[Placement], settle: float = 1.0) -> SceneState:
        """Puts the robot at rest and builds a new scene; the same placements give the same state, bit for bit.

        Args:
            placements: objects and their poses, names all different.
            settle: at most so many simulated seconds until all is at rest.

        Raises:
            ValueError: a name that means no object, or one that comes twice.
        """
        kinds = {p.name: parse_name(p.name) for p in placements}
        if len(kinds) != len(placements):
            twice = next(p.name for p in placements if sum(q.name == p.name for q in placements) > 1)
            raise ValueError(f"{twice!r} is placed twice; number the second: '{twice} 2'")
        self._build()
        self._scene += 1
        self._steps = 0
        for placement in placements:
            color, category, _ = kinds[placement.name]
            self._objects[placement.name] = self._shapes.spawn(category.name, color, placement.pose)
        return self.settle(settle) if placements else self.state()

    def close(self) -> None:
        """Frees what it holds. Closing twice is no error."""
        if self._stage is not None:
            self._stage.close()
            self._stage = None
        if self._client >= 0:
            bullet.disconnect(physicsClientId=self._client)
            self._client = -1

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
        bullet.stepSimulation(physicsClientId=self._client)
        self._steps += 1

    def at_rest(self) -> bool:
        """Whether every object is still."""
        for body in self._objects.values():
            linear, angular = bullet.getBaseVelocity(body, physicsClientId=self._client)
            if math.hypot(*linear) > _RESTING_SPEED or math.hypot(*angular) > _RESTING_SPIN:
                return False
        return True

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
        self._doze()
        return self.state()

    def _doze(self) -> None:
        """Puts objects that lie perfectly still to sleep, as the engine would do of itself after two seconds.

        A touch wakes them. A sleeping object costs nothing: a full table steps ten times faster.
        """
        client = self._client
        for body in self._objects.values():
            linear, angular = bullet.getBaseVelocity(body, physicsClientId=client)
            if math.hypot(*linear) < _ASLEEP_SPEED and math.hypot(*angular) < _ASLEEP_SPIN:
                bullet.changeDynamics(body, -1, activationState=bullet.ACTIVATION_STATE_SLEEP, physicsClientId=client)

    def _wake(self) -> None:
        for body in self._objects.values():
            bullet.changeDynamics(
                body, -1, activationState=bullet.ACTIVATION_STATE_WAKE_UP, physicsClientId=self._client
            )

    # -- looking --------------------------------------------------------------------------------------------------

    def state(self) -> SceneState:
        """A snapshot of everything."""
        return SceneState(
            family=self.family,
            objects=tuple(self._object_state(name, body) for name, body in self._objects.items()),
            robot=self.robot_state(),
            supports=frozenset(self._supports()),
            time=self.time,
        )

    def pose(self, name: str) -> Pose:
        """Pose of one object."""
        position, orientation = bullet.getBasePositionAndOrientation(self._body(name), physicsClientId=self._client)
        return Pose(position, orientation)

    def _object_state(self, name: str, body: int) -> ObjectState:
        color, category, _ = parse_name(name)
        linear, _ = bullet.getBaseVelocity(body, physicsClientId=self._client)
        return ObjectState(
            name, category.name, color, self.pose(name), category.size, category.round, math.hypot(*linear)
        )

    def robot_state(self) -> RobotState:
        """The robot alone."""
        joints = self.joints()
        return RobotState(
            name=self.spec.name,
            base=self.spec.base,
            joints=joints,
            tool=self.kinematics.forward(joints),
            opening=self.opening(),
            holding=self.held(),
        )

    def joints(self) -> tuple[float, ...]:
        """Arm joint angles now, radians."""
        return self._arm.joints()

    def opening(self) -> float:
        """Distance between the finger pads now, metres."""
        return self._arm.opening()

    def held(self) -> str | None:
        """The object that both fingers press on."""
        left, right = (
            {body for body, force in self._arm.contacts(finger) if force > _PRESSED} for finger in self._arm.fingers
        )
        names = {self._name_of(body) for body in left & right} - {TABLE, ""}
        return min(names) if names else None

    def touches(self) -> list[Touch]:
        """What the hand and its fingers touch, with the summed normal force of each."""
        forces: dict[str, float] = {}
        for link in (self._arm.hand, *self._arm.fingers):
            for body, force in self._arm.contacts(link):
                if name := self._name_of(body):
                    forces[name] = forces.get(name, 0.0) + force
        return [Touch(name, force) for name, force in forces.items()]

    def contacts_of(self, name: str) -> dict[str, float]:
        """Objects (or "table") that the object touches, with the summed normal force, newtons."""
        forces: dict[str, float] = {}
        for p in bullet.getContactPoints(self._body(name), physicsClientId=self._client):
            other = self._name_of(p[2])
            if other:
                forces[other] = forces.get(other, 0.0) + p[9]
        return forces

    def _supports(self) -> Iterator[tuple[str, str]]:
        for name, body in self._objects.items():
            for p in bullet.getContactPoints(body, physicsClientId=self._client):
                # The normal points from the other body to this one: steep enough, and the other carries this.
                if p[8] < _TOUCH and p[7][2] > 0.5 and (other := self._name_of(p[2])):
                    yield (name, other)

    def _name_of(self, body: int) -> str:
        if body == self._table:
            return TABLE
        return next((n for n, b in self._objects.items() if b == body), "")

    def _body(self, name: str) -> int:
        try:
            return self._objects[name]
        except KeyError:
            raise KeyError(f"no object {name!r} in the world; there are: {', '.join(self._objects)}") from None

    # -- asking what if -------------------------------------------------------------------------------------------

    def clearance(self, joints: Sequence[float], ignore: Sequence[str] = (), within: float = 0.05) -> float:
        """Least distance, metres (at most `within`), from the arm at these joint angles to objects and table.

        Args:
            joints: arm joint angles, radians.
            ignore: names of objects (or "table") not to mind.
            within: distances beyond are not looked for.
        """
        bodies = [(n, b) for n, b in (*self._objects.items(), (TABLE, self._table)) if n not in ignore]
        least = within
        with self._arm.posed(joints):
            for _, body in bodies:
                points = bullet.getClosestPoints(self._arm.body, body, least, physicsClientId=self._client)
                # Link -1 and the first link stand on the table.
                least = min([least, *(p[8] for p in points if p[3] > 0)])
        return least

    # -- changing from outside ------------------------------------------------------------------------------------

    def save(self) -> Snapshot:
        """Saves everything; `restore` brings it back, `forget` frees it.

        Every restore of a snapshot has the same future. That of the world that was only saved may differ from it in the
        last digits: which objects sleep is not part of what the engine saves.
        """
        self._doze()
        state_id = bullet.saveState(physicsClientId=self._client)
        return Snapshot(state_id, self._scene, self._steps, self._arm.command)

    def restore(self, snapshot: Snapshot) -> None:
        """Brings back a saved state.

        Raises:
            ValueError: the snapshot is of another scene.
        """
        if snapshot.scene != self._scene:
            raise ValueError("the snapshot was taken before the last reset; save again after a reset")
        bullet.restoreState(snapshot.state_id, physicsClientId=self._client)
        # Who sleeps is not part of what the engine saves.
        self._wake()
        self._doze()
        self._steps = snapshot.steps
        self._arm.drive(snapshot.command)

    def forget(self, snapshot: Snapshot) -> None:
        """Frees the memory of a snapshot; a reset has freed it already."""
        if snapshot.scene == self._scene:
            bullet.removeState(snapshot.state_id, physicsClientId=self._client)

    def relocate(self, name: str, pose: Pose) -> None:
        """Moves an object as if someone had: a declared disturbance, never part of a skill."""
        body = self._body(name)
        bullet.resetBasePositionAndOrientation(body, pose.position, pose.orientation, physicsClientId=self._client)
        bullet.resetBaseVelocity(body, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), physicsClientId=self._client)
        # What rested on it, or against it, has lost its support without a touch.
        self._wake()

    def render(self, width: int = 480, height: int = 360) -> Image:
        """An image from in front of the table, looking at the robot's work area."""
        return self.stage.render(self.state(), width, height)

    @property
    def stage(self) -> Stage:
        """Where images of this world are taken; made when the first is asked for."""
        if self._stage is None:
            self._stage = Stage(self.spec)
        return self._stage
