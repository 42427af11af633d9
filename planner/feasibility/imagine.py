"""Follows a plan by what its calls promise: where things would be and which facts would hold, were all to go well.

The network is told of each step where it happens. For the first step that is seen; for later ones it is worked out here
from the effects that the skill specs state, so a new skill needs no new code as long as its effects are known atoms.

Coordinates are metres along the axes of the robot's base (x away from it, y to its left), but not from its base: the
origin is the world's, turned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.feasibility.clearance import Outlines, outlines_of
from sim.catalog import CATEGORIES
from sim.geometry import Vec3, matrix_from_quat
from sim.state import TABLE, ObjectState, SceneState
from skills.fixture_facts import fixture_facts
from skills.predicates import support_facts
from skills.spec import SkillCall, SkillSpec
from skills.symbolic import Facts, Typing, apply, typing_of
from skills.vocabulary import DIRECTIONS, REGIONS, RELATIONS, Atom

GAP = 0.05
"""Edge-to-edge distance, metres, at which things are imagined beside each other."""
PUSH = 0.10
"""Distance, metres, over which a push is imagined to go."""
LIFT = 0.10
"""Height, metres, to which a picked object is imagined to be lifted."""


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

    def inward(self, point: Vec3) -> Vec3:
        """A point or vector of the world in these axes."""
        x, y, z = point
        return (self.cos * x + self.sin * y, self.cos * y - self.sin * x, z)

    def outward(self, point: Vec3) -> Vec3:
        """A point or vector in these axes in those of the world."""
        x, y, z = point
        return (self.cos * x - self.sin * y, self.sin * x + self.cos * y, z)


@dataclass(frozen=True)
class Imagined:
    """The scene after some steps of a plan, as far as their effects tell."""

    frame: Frame
    objects: Typing
    """Names and categories."""
    order: Mapping[str, int]
    """Index of each object in `objects`."""
    halves: Mapping[str, Vec3]
    """Half extents of each object along the frame's axes, metres."""
    outlines: Outlines
    """The objects from above, in order."""
    table: float
    """Height of the table, metres."""
    facts: Facts
    """What carries what, what is held, what is clear."""
    points: Mapping[str, Vec3]
    """Centre of each object, in the frame's axes."""
    moved: frozenset[str] = frozenset()
    """Objects that a step has moved."""

    @staticmethod
    def of(state: SceneState) -> Imagined:
        """The scene as it is seen."""
        frame = Frame.of(state)
        halves = {o.name: half_extents(o, frame) for o in state.objects}
        turn = math.atan2(frame.sin, frame.cos)
        return Imagined(
            frame=frame,
            objects=typing_of(state),
            order={name: k for k, name in enumerate(state.names)},
            halves=halves,
            outlines=outlines_of(state.objects, [halves[o.name] for o in state.objects], turn),
            table=min((state[n].bottom for n in state.carried_by(TABLE)), default=frame.base[2]),
            facts=frozenset((*support_facts(state), *fixture_facts(state))),
            points={o.name: frame.inward(o.position) for o in state.objects},
        )

    def after(self, spec: SkillSpec, call: SkillCall) -> Imagined:
        """The scene once the call has succeeded."""
        name = call.arguments[0]
        points = {**self.points, name: self.goal(spec, call)} if name in self.points else self.points
        return replace(self, facts=apply(call, self.facts, self.objects), points=points, moved=self.moved | {name})

    def goal(self, spec: SkillSpec, call: SkillCall) -> Vec3:
        """Where the call's first argument would end up; the base of the robot if nothing tells."""
        name = call.arguments[0] if call.arguments else ""
        if name not in self.points:
            return self.frame.base
        binding = spec.binding(call)
        for effect in spec.adds:
            arguments = tuple(binding.get(a, a) for a in effect.arguments)
            if arguments[:1] == (name,) and not (effect.predicate == "on" and arguments[1] == TABLE):
                found = self._where(name, Atom(effect.predicate, arguments))
                if found is not None:
                    return found
        x, y, _ = self.points[name]
        return (x, y, self.table + self.halves[name][2])

    def _where(self, name: str, effect: Atom) -> Vec3 | None:
        """Centre of the object `name` once `effect`, whose first argument it is, holds; None if it does not say."""
        x, y, z = self.points[name]
        half, others = self.halves[name], effect.arguments[1:]
        ground = self.table + half[2]
        if effect.predicate == "holding":
            return (x, y, z + LIFT)
        if effect.predicate == "moved":
            ux, uy = DIRECTIONS[others[0]]
            return (x + PUSH * ux, y + PUSH * uy, z)
        if effect.predicate == "at":
            (x0, x1), (y0, y1) = REGIONS[others[0]]
            bx, by, _ = self.frame.base
            return (bx + (x0 + x1) / 2.0, by + (y0 + y1) / 2.0, ground)
        if not others or any(o not in self.points for o in others):
            return None
        tx, ty, tz = self.points[others[0]]
        other = self.halves[others[0]]
        if effect.predicate == "between":
            ux, uy, _ = self.points[others[1]]
            return ((tx + ux) / 2.0, (ty + uy) / 2.0, ground)
        if effect.predicate == "on":
            return (tx, ty, tz + other[2] + half[2])
        if effect.predicate == "in":
            loaded = any(a.predicate in ("in", "on") and a.arguments[1] == others[0] for a in self.facts)
            floor = CATEGORIES[dict(self.objects)[others[0]]].floor
            return (tx, ty, tz - other[2] + floor + half[2] * (3.0 if loaded else 1.0))
        if effect.predicate in RELATIONS:
            ux, uy = RELATIONS[effect.predicate]
            return (tx + ux * (half[0] + other[0] + GAP), ty + uy * (half[1] + other[1] + GAP), ground)
        if effect.predicate == "near":
            distance = max(math.hypot(x - tx, y - ty), 1e-6)
            reach = half[0] + other[0] + GAP
            return (tx + (x - tx) / distance * reach, ty + (y - ty) / distance * reach, ground)
        return None


def half_extents(thing: ObjectState, frame: Frame) -> Vec3:
    """Half extents, metres, of the object's bounding box along the frame's axes."""
    if thing.round and thing.size[0] == thing.size[1] == thing.size[2]:
        return (thing.size[0] / 2.0, thing.size[1] / 2.0, thing.size[2] / 2.0)
    columns = [frame.inward(tuple(c)) for c in matrix_from_quat(thing.pose.orientation).T.tolist()]
    return tuple(sum(abs(c[k]) * s for c, s in zip(columns, thing.size, strict=True)) / 2.0 for k in range(3))  # type: ignore[return-value]
