"""Follows a plan by what its calls promise: where things would be and which facts would hold, were all to go well.

The network is told of each step where it happens. For the first step that is seen; for later ones it is worked out here
from the effects that the skill specs state.

Coordinates are metres along the axes in which the robot's base stood at the start (x away from it, y to its left), but
not from its base: the origin is the world's, turned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from planner.feasibility.clearance import Outlines, outlines_of
from planner.feasibility.forms import FIRST, Form, Forms, Lead, Table
from sim.catalog import Category, sized
from sim.geometry import Vec3, matrix_from_quat, quat_rotate
from sim.state import TABLE, ObjectState, SceneState
from sim.stations import STATIONS, station_frame
from skills.predicates import atoms
from skills.registry import specs
from skills.symbolic import Facts, Typing, apply, typing_of

GAP = 0.05
"""Edge-to-edge distance, metres, at which things are imagined beside each other."""
PUSH = 0.10
"""Distance, metres, over which a push is imagined to go."""
LIFT = 0.10
"""Height, metres, to which a picked object is imagined to be lifted."""
WITHIN = 0.55
"""Distance from the robot's foot, metres, to which a thing is imagined to be pulled."""


@dataclass(frozen=True)
class Frame:
    """The axes of the robot's base."""

    cos: float
    sin: float
    base: Vec3
    """The robot's base, in these axes."""

    @staticmethod
    def of(state: SceneState) -> Frame:
        """The frame of a scene's robot."""
        yaw = state.robot.base.yaw
        frame = Frame(math.cos(yaw), math.sin(yaw), (0.0, 0.0, 0.0))
        return replace(frame, base=frame.inward(state.robot.base.position))

    @property
    def yaw(self) -> float:
        """Heading of the axes in the world, radians."""
        return math.atan2(self.sin, self.cos)

    def inward(self, point: Vec3) -> Vec3:
        """A point or vector of the world in these axes."""
        x, y, z = point
        return (self.cos * x + self.sin * y, self.cos * y - self.sin * x, z)

    def outward(self, point: Vec3) -> Vec3:
        """A point or vector in these axes in those of the world."""
        x, y, z = point
        return (self.cos * x - self.sin * y, self.sin * x + self.cos * y, z)


@dataclass(frozen=True)
class Things:
    """What no step of a plan changes about the objects of a scene; shapes: k objects."""

    frame: Frame
    objects: Typing
    """Names and categories."""
    order: dict[str, int]
    """Index of each object."""
    forms: Forms
    kinds: tuple[Category, ...]
    """Categories, at the objects' own sizes."""
    halves: np.ndarray
    """(k, 3): half extents along the frame's axes, metres."""
    grips: np.ndarray
    """(k, 3): from their centres to where the hand takes hold, along the frame's axes, metres."""
    outlines: Outlines
    """The objects from above."""
    table: float
    """Height of the table, metres."""
    slides: np.ndarray
    """(k, 3): how much an openable part moves from closed to open, metres; zero for all else."""


@dataclass(frozen=True)
class Imagined:
    """The scene after some steps of a plan, as far as their effects tell; shapes: k objects."""

    things: Things
    facts: Facts
    """Those that preconditions speak of."""
    points: np.ndarray
    """(k, 3): centre of each object."""
    base: np.ndarray
    """(4,): where the robot's foot is, and its heading, radians."""
    readings: np.ndarray
    """(k,): how far each part of the furniture is open, 0 to 1."""
    loads: np.ndarray
    """(k,): how many objects each carries or contains."""
    moved: np.ndarray
    """(k,) booleans: what a step has moved or changed."""

    @staticmethod
    def of(state: SceneState) -> Imagined:
        """The scene as it is seen."""
        frame = Frame.of(state)
        halves = np.array([half_extents(o, frame) for o in state.objects]).reshape(-1, 3)
        objects = typing_of(state)
        kinds = tuple(sized(o.category, o.size) for o in state.objects)
        travel = [c.travel for c in kinds]
        facts = atoms(state, about=_needed(state.family))
        things = Things(
            frame=frame,
            objects=objects,
            order={name: k for k, name in enumerate(state.names)},
            forms=Forms.of(objects),
            kinds=kinds,
            halves=halves,
            grips=np.array([_grip(o, c, frame) for o, c in zip(state.objects, kinds, strict=True)]).reshape(-1, 3),
            outlines=outlines_of(state.objects, halves, frame.yaw),
            table=min((state[n].bottom for n in state.carried_by(TABLE)), default=frame.base[2]),
            slides=np.array([_slide(o, c, frame) for o, c in zip(state.objects, kinds, strict=True)]).reshape(-1, 3),
        )
        readings = [o.value / t if t > 0.0 else o.value for o, t in zip(state.objects, travel, strict=True)]
        return Imagined(
            things=things,
            facts=facts,
            points=np.array([frame.inward(o.position) for o in state.objects]).reshape(-1, 3),
            base=np.array([*frame.base, 0.0]),
            readings=np.array(readings),
            loads=_loads(facts, things.order),
            moved=np.zeros(len(kinds), dtype=bool),
        )

    def after(self, form: Form) -> Imagined:
        """The scene once a call has succeeded."""
        things, first = self.things, form.pointers[0] - 2
        facts = apply(form.call, self.facts, things.objects)
        points, readings, moved, base = self.points.copy(), self.readings, self.moved, self.base
        points[first] = goals(Stack.of([self]), Table.of([form]))[0]
        if form.moved:
            moved = moved.copy()
            moved[first] = True
        if form.lead is Lead.DRIVE:
            base = self._driven(form.call.arguments[0])
        target = _READINGS.get(form.spec.name)
        if target is not None:
            readings = readings.copy()
            # What lies in a drawer goes with it.
            shift = (target - readings[first]) * things.slides[first]
            inside = [a.arguments[0] for a in self.facts if a.predicate in ("in", "on")]
            inside = [n for n in inside if self._within(n, form.call.arguments[0])]
            for index in (first, *(things.order[n] for n in inside if n in things.order)):
                points[index] += shift
            readings[first] = target
        return Imagined(things, facts, points, base, readings, _loads(facts, things.order), moved)

    def _within(self, name: str, container: str) -> bool:
        return any(a.predicate in ("in", "on") and a.arguments == (name, container) for a in self.facts)

    def _driven(self, place: str) -> np.ndarray:
        if place not in STATIONS[self.things.objects.family]:
            return self.base
        foot = station_frame(place)
        return np.array([*self.things.frame.inward(foot.position), foot.yaw - self.things.frame.yaw])


_READINGS = {"open": 1.0, "close": 0.0, "slide-left": 1.0, "slide-right": 0.0, "switch-on": 1.0, "switch-off": 0.0}
"""What the reading of the part would be afterwards, by spec."""


@lru_cache(maxsize=16)
def _needed(family: str) -> frozenset[str]:
    """Predicates that preconditions in a family speak of, and those that others follow from."""
    spoken = {a.predicate for s in specs() if family in s.families for a in s.preconditions}
    return frozenset(spoken | {"on", "in", "clear", "holding", "hand-empty", "reachable", "accessible", "open"})


def _loads(facts: Facts, order: dict[str, int]) -> np.ndarray:
    found = np.zeros(len(order))
    for atom in facts:
        if atom.predicate in ("in", "on") and atom.arguments[1] in order:
            found[order[atom.arguments[1]]] += 1.0
    return found


def _grip(thing: ObjectState, kind: Category, frame: Frame) -> Vec3:
    return frame.inward(quat_rotate(thing.pose.orientation, kind.grip)) if any(kind.grip) else (0.0, 0.0, 0.0)


def _slide(thing: ObjectState, kind: Category, frame: Frame) -> Vec3:
    """Drawers come out against the x axis of their frame."""
    if "openable" not in kind.types:
        return (0.0, 0.0, 0.0)
    yaw = thing.pose.yaw - frame.yaw
    return (-kind.travel * math.cos(yaw), -kind.travel * math.sin(yaw), 0.0)


class Stack(NamedTuple):
    """Imagined scenes with the same things, one a step, as arrays; a scene that is there twice is read once."""

    things: Things
    points: np.ndarray
    """(n, k, 3)."""
    base: np.ndarray
    """(n, 4)."""
    readings: np.ndarray
    """(n, k), likewise `loads` and `moved`."""
    loads: np.ndarray
    """See `readings`."""
    moved: np.ndarray
    """See `readings`."""

    @staticmethod
    def of(scenes: Sequence[Imagined]) -> Stack:
        """Stacks the scenes of n steps."""
        places: dict[int, int] = {}
        index = [places.setdefault(id(s), len(places)) for s in scenes]
        known = {id(s): s for s in scenes}
        each = [known[k] for k in places]
        parts = (
            np.array([getattr(s, name) for s in each])[index]
            for name in ("points", "base", "readings", "loads", "moved")
        )
        return Stack(scenes[0].things, *parts)


def goals(scenes: Stack, forms: Table) -> np.ndarray:
    """Where each call would bring its first argument, (n, 3), one scene a call."""
    things, points, base = scenes.things, scenes.points, scenes.base
    rows = np.arange(len(forms.lead))
    first, leads, vector = forms.pointers[:, 0] - FIRST, forms.lead, forms.vector
    other, third = forms.others.T
    start, half = points[rows, first], things.halves[first]
    near, far = points[rows, other], points[rows, third]
    size = things.halves[other]
    ground = np.array([things.table]) + half[:, 2]
    goal = start.copy()

    def put(lead: Lead, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> None:
        which = np.flatnonzero(leads == lead)
        if len(which):
            goal[which] = np.stack([x[which], y[which], z[which]], axis=1)

    x, y, z = start.T
    put(Lead.LIFT, x, y, z + LIFT)
    put(Lead.SHIFT, x + PUSH * vector[:, 0], y + PUSH * vector[:, 1], z)
    put(Lead.REGION, base[:, 0] + vector[:, 0], base[:, 1] + vector[:, 1], ground)
    put(Lead.ON, near[:, 0], near[:, 1], near[:, 2] + size[:, 2] + half[:, 2])
    floors = np.array([k.floor for k in things.kinds])[other]
    loaded = scenes.loads[rows, other] > 0.0
    put(Lead.IN, near[:, 0], near[:, 1], near[:, 2] - size[:, 2] + floors + half[:, 2] * np.where(loaded, 3.0, 1.0))
    put(Lead.UNDER, near[:, 0], near[:, 1], ground)
    apart = half[:, :2] + size[:, :2] + GAP
    put(Lead.BESIDE, near[:, 0] + vector[:, 0] * apart[:, 0], near[:, 1] + vector[:, 1] * apart[:, 1], ground)
    way = start[:, :2] - near[:, :2]
    unit = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    beside, amid = near[:, :2] + unit * apart[:, :1], (near[:, :2] + far[:, :2]) / 2.0
    put(Lead.NEAR, beside[:, 0], beside[:, 1], ground)
    put(Lead.BETWEEN, amid[:, 0], amid[:, 1], ground)
    put(Lead.DOWN, x, y, ground)
    ray = start[:, :2] - base[:, :2]
    distance = np.maximum(np.linalg.norm(ray, axis=1, keepdims=True), 1e-6)
    pulled = base[:, :2] + ray * np.minimum(1.0, WITHIN / distance)
    put(Lead.CLOSER, pulled[:, 0], pulled[:, 1], z)
    return goal


def half_extents(thing: ObjectState, frame: Frame) -> Vec3:
    """Half extents, metres, of the object's bounding box along the frame's axes."""
    if thing.round and thing.size[0] == thing.size[1] == thing.size[2]:
        return (thing.size[0] / 2.0, thing.size[1] / 2.0, thing.size[2] / 2.0)
    columns = [frame.inward(tuple(c)) for c in matrix_from_quat(thing.pose.orientation).T.tolist()]
    return tuple(sum(abs(c[k]) * s for c, s in zip(columns, thing.size, strict=True)) / 2.0 for k in range(3))  # type: ignore[return-value]
