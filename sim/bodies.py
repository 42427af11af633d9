"""What is in a world beside the robot: furniture and objects, by the names that the scene gives them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pybullet as bullet

from sim.catalog import parse_name
from sim.family import Family
from sim.furniture import Mechanism
from sim.furniture_body import FurnitureBody, spawn_floor
from sim.geometry import Vec3
from sim.lights import Lights
from sim.shapes import ShapeLibrary, spawn_table
from sim.state import TABLE, ObjectState, Pose

_TOUCH = 0.002
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
    size: Vec3 | None = None
    """Extents, metres; None for those of its category. Likewise mass and friction."""
    mass: float | None = None
    """Kilograms."""
    friction: float | None = None
    """Coefficient of lateral friction."""


class Bodies:
    """Furniture and objects in one PyBullet client."""

    def __init__(self, client: int, place: Family, visual: bool) -> None:
        """Makes the table, the floor and the furniture, in an engine that is empty.

        Args:
            client: PyBullet's client id.
            place: the scene family.
            visual: whether it is all for the eye: without, it cannot be rendered.
        """
        self._client = client
        self._place = place
        self._table = spawn_table(client, visual) if place.table else -1
        if place.floor is not None:
            spawn_floor(client, place.floor, visual)
        self._shapes = ShapeLibrary(client, visual)
        self._furniture = [FurnitureBody(client, piece, visual) for piece in place.furniture]
        self._parts = {name: piece for piece in self._furniture for name in piece.links}
        self._names = {key: name for piece in self._furniture for key, name in piece.names().items()}
        if place.table:
            self._names[self._table, -1] = TABLE
        self._objects: dict[str, int] = {}
        self._kinds: dict[str, ObjectState] = {}
        # Of those that have it elsewhere than in the middle, which is where the engine reports a body to be.
        self._coms: dict[str, Pose] = {}
        self.lights = Lights(place.wiring)
        """Which lights are lit."""

    def clear(self) -> None:
        """Forgets all objects, which the engine has lost already, and puts the furniture as it was made."""
        for body in self._objects.values():
            self._names.pop((body, -1), None)
        self._objects.clear()
        self._kinds.clear()
        self._coms.clear()
        for piece in self._furniture:
            piece.shut()
        self.lights = Lights(self._place.wiring)

    def furnish(self, readings: Mapping[str, float]) -> None:
        """Puts the furniture's joints and lights as a scene begins.

        Raises:
            ValueError: a reading of what is not there.
        """
        unknown = [name for name in readings if name not in self._parts]
        if unknown:
            there = ", ".join(self._parts) or "none"
            raise ValueError(f"no part of furniture {unknown[0]!r} in family {self._place.name!r}; there is: {there}")
        for piece in self._furniture:
            piece.set(readings)
        self.lights.set(readings, self.reading)
        for name, piece in self._parts.items():
            color, category, _ = parse_name(name, self._place.name)
            part = piece.piece.parts[piece.links[name]]
            self._kinds[name] = ObjectState(name, category.name, color, piece.pose(name), part.size, category.round)

    def spawn(self, placement: Placement) -> None:
        """Adds an object."""
        name = placement.name
        color, category, _ = parse_name(name, self._place.name)
        size = placement.size or category.size
        mass = category.mass if placement.mass is None else placement.mass
        body = self._shapes.spawn(category.name, color, placement.pose, size, mass, placement.friction, category.look)
        self._objects[name] = body
        self._names[body, -1] = name
        com = category.sized(size).com
        if any(com):
            self._coms[name] = Pose(com)
        self._kinds[name] = ObjectState(name, category.name, color, placement.pose, size, category.round)

    # -- looking --------------------------------------------------------------------------------------------------

    def states(self) -> tuple[ObjectState, ...]:
        """All parts of furniture that have names, then all objects."""
        return tuple(self._state(kind) for kind in self._kinds.values())

    def _state(self, kind: ObjectState) -> ObjectState:
        name = kind.name
        if name in self._parts:
            value = self.lights.values[name] if name in self.lights.values else self.reading(name)
            return replace(kind, pose=self.pose(name), value=value)
        linear, _ = bullet.getBaseVelocity(self._objects[name], physicsClientId=self._client)
        return replace(kind, pose=self.pose(name), speed=math.hypot(*linear))

    def pose(self, name: str) -> Pose:
        """Pose of one object, or of one part of the furniture."""
        if name in self._parts:
            return self._parts[name].pose(name)
        position, orientation = bullet.getBasePositionAndOrientation(self._body(name), physicsClientId=self._client)
        mass_center = Pose(position, orientation)
        return mass_center if name not in self._coms else mass_center @ self._coms[name].inverse()

    def reading(self, name: str) -> float:
        """What the joint of a part of furniture reads now, metres or radians."""
        return self._parts[name].reading(name)

    def mechanism(self, name: str) -> Mechanism | None:
        """How a hand moves a part of the furniture; None where it can't, or there is no such part."""
        return self._parts[name].mechanism(name) if name in self._parts else None

    def name_of(self, body: int, link: int) -> str:
        """The name of what PyBullet calls this; empty for the floor, the robot and nameless parts of furniture."""
        return self._names.get((body, link), "")

    def objects_among(self, bodies: Collection[int]) -> list[str]:
        """Names of those of PyBullet's bodies that are objects, not furniture, in alphabetical order."""
        return sorted(name for name, body in self._objects.items() if body in bodies)

    def contacts_of(self, name: str) -> dict[str, float]:
        """Objects, parts of furniture (or "table") that the object touches, with the summed normal force, newtons."""
        forces: dict[str, float] = {}
        for p in bullet.getContactPoints(self._body(name), physicsClientId=self._client):
            if other := self.name_of(p[2], p[4]):
                forces[other] = forces.get(other, 0.0) + p[9]
        return forces

    def supports(self) -> Iterator[tuple[str, str]]:
        """Pairs (upper, lower), as often as they touch; a zone carries what the table carries within it."""
        zones = [self._state(kind) for kind in self._kinds.values() if kind.category == "zone"]
        for name, body in self._objects.items():
            for p in bullet.getContactPoints(body, physicsClientId=self._client):
                # The normal points from the other body to this one: steep enough, and the other carries this.
                if p[8] < _TOUCH and p[7][2] > 0.5 and (other := self.name_of(p[2], p[4])):
                    yield (name, other)
                    if other == TABLE and zones:
                        x, y, _ = self.pose(name).position
                        yield from ((name, zone.name) for zone in zones if zone.covers(x, y))

    def obstacles(self, ignore: Sequence[str]) -> list[int]:
        """PyBullet's ids of everything but what is named."""
        bodies = [body for name, body in self._objects.items() if name not in ignore]
        bodies += [self._table] if self._place.table and TABLE not in ignore else []
        return bodies + [piece.body for piece in self._furniture]

    def _body(self, name: str) -> int:
        try:
            return self._objects[name]
        except KeyError:
            raise KeyError(f"no object {name!r} in the world; there are: {', '.join(self._objects)}") from None

    # -- at rest or not -------------------------------------------------------------------------------------------

    def at_rest(self) -> bool:
        """Whether every object is still, and every joint of the furniture."""
        if any(piece.moving() for piece in self._furniture):
            return False
        for body in self._objects.values():
            linear, angular = bullet.getBaseVelocity(body, physicsClientId=self._client)
            if math.hypot(*linear) > _RESTING_SPEED or math.hypot(*angular) > _RESTING_SPIN:
                return False
        return True

    def doze(self) -> None:
        """Puts objects that lie perfectly still to sleep, as the engine would do of itself after two seconds.

        A touch wakes them. A sleeping object costs nothing: a full table steps ten times faster.
        """
        client = self._client
        for body in self._objects.values():
            linear, angular = bullet.getBaseVelocity(body, physicsClientId=client)
            if math.hypot(*linear) < _ASLEEP_SPEED and math.hypot(*angular) < _ASLEEP_SPIN:
                bullet.changeDynamics(body, -1, activationState=bullet.ACTIVATION_STATE_SLEEP, physicsClientId=client)

    def wake(self) -> None:
        """Ends all sleep."""
        for body in self._objects.values():
            bullet.changeDynamics(
                body, -1, activationState=bullet.ACTIVATION_STATE_WAKE_UP, physicsClientId=self._client
            )

    # -- changing from outside ------------------------------------------------------------------------------------

    def relocate(self, name: str, pose: Pose) -> None:
        """Puts an object elsewhere, at rest."""
        body = self._body(name)
        pose = pose if name not in self._coms else pose @ self._coms[name]
        bullet.resetBasePositionAndOrientation(body, pose.position, pose.orientation, physicsClientId=self._client)
        bullet.resetBaseVelocity(body, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), physicsClientId=self._client)
        # What rested on it, or against it, has lost its support without a touch.
        self.wake()
