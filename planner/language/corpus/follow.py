"""What a scene looks like after a call that succeeded: the thing put where it should be, without physics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from sim.catalog import CATEGORIES, sized
from sim.geometry import Vec3, quat_from_yaw, quat_multiply
from sim.state import TABLE, ObjectState, Pose, SceneState
from sim.stations import KITCHEN_BASE, STATIONS
from skills.fixture_facts import REACH
from skills.predicates import beside, is_near
from skills.registry import find_spec
from skills.spec import SkillCall
from skills.vocabulary import DESK_AREA, DIRECTIONS, REGIONS, RELATIONS, WORK_AREA

_TRIES = 80
_GAP = 0.02
_HAND = Pose((0.45, 0.0, 0.35), (1.0, 0.0, 0.0, 0.0))
_PUSHED = 0.12
"""Metres that a push moves a thing."""
_AREAS = {"tabletop": WORK_AREA, "desk": DESK_AREA, "reach": ((0.32, 0.68), (-0.35, 0.35))}
Test = Callable[[ObjectState], bool]


def after(state: SceneState, call: SkillCall, rng: np.random.Generator) -> SceneState:
    """The scene once a call has succeeded.

    Args:
        state: the scene before.
        call: a call that is legal there.
        rng: for where exactly a thing comes to lie.
    """
    name = call.arguments[0]
    form = find_spec(call).name
    if form == "pick":
        return _picked(state, name)
    if form in ("open", "close", "slide-left", "slide-right", "switch-on", "switch-off", "press"):
        return _worked(state, form, name)
    if form == "go":
        return _driven(state, name)
    if form.startswith("rotate"):
        return _turned(state, call)
    return _moved(state, form, call, rng)


def laid(state: SceneState, name: str, rng: np.random.Generator) -> SceneState:
    """The scene with a thing on the table somewhere else."""
    x, y = _free(state, state[name], rng, lambda thing: True)
    return put(state, name, (x, y, 0.0), (TABLE,))


def put(state: SceneState, name: str, foot: Vec3, supports: tuple[str, ...]) -> SceneState:
    """The scene with a thing on others, the middle of its bottom at a point, metres."""
    thing = state[name]
    upright = Pose((foot[0], foot[1], foot[2] + thing.size[2] / 2.0), thing.pose.orientation)
    if name == state.robot.holding:
        upright = Pose(upright.position, state.robot.base.orientation)
    kept = {pair for pair in state.supports if pair[0] != name}
    robot = state.robot
    if robot.holding == name:
        robot = replace(robot, holding=None, opening=0.08)
    moved = state.with_object(replace(thing, pose=upright))
    return replace(moved, robot=robot, supports=frozenset(kept | {(name, lower) for lower in supports}))


def _turned(state: SceneState, call: SkillCall) -> SceneState:
    """The scene with a thing turned by a quarter."""
    thing = state[call.arguments[0]]
    angle = math.pi / 2.0 if call.arguments[1] == "left" else -math.pi / 2.0
    turned = quat_multiply(quat_from_yaw(angle), thing.pose.orientation)
    return state.with_object(replace(thing, pose=Pose(thing.position, turned)))


def _picked(state: SceneState, name: str) -> SceneState:
    tool = state.robot.base @ _HAND
    held = replace(state[name], pose=Pose(tool.position, state.robot.base.orientation))
    robot = replace(state.robot, holding=name, tool=tool, opening=0.04)
    kept = frozenset(pair for pair in state.supports if pair[0] != name)
    return replace(state.with_object(held), robot=robot, supports=kept)


def _moved(state: SceneState, form: str, call: SkillCall, rng: np.random.Generator) -> SceneState:
    name, thing = call.arguments[0], state[call.arguments[0]]
    last = call.arguments[-1]
    if form in ("place-in", "push-into"):
        return put(state, name, _inside(state, thing, state[last], rng), (last,))
    if (form in ("place-on", "sweep", "give") and last != TABLE) or last in STATIONS[state.family]:
        return put(state, name, _upon(state, thing, state[last], rng), (last,))
    if form == "place-across":
        first, second = state[call.arguments[2]], state[last]
        x, y = ((a + b) / 2.0 for a, b in zip(first.position[:2], second.position[:2], strict=True))
        return put(state, name, (x, y, first.top), (first.name, last))
    if form == "push-under":
        rack = state[last]
        return put(state, name, (*rack.position[:2], 0.0), (TABLE,))
    x, y = _spot(state, form, call, rng)
    return put(state, name, (x, y, 0.0), (TABLE,))


def _inside(state: SceneState, thing: ObjectState, box: ObjectState, rng: np.random.Generator) -> Vec3:
    kind = sized(box.category, box.size)
    if "slidable" in kind.types:
        # Into the half that the door leaves open.
        way = -1.0 if box.value > kind.travel / 2.0 else 1.0
        x, y, _ = (box.pose @ Pose((0.0, way * box.size[1] / 4.0 + rng.uniform(-0.06, 0.06), 0.0))).position
        return x, y, box.bottom + kind.floor
    away = max(0.0, kind.inner - 0.45 * max(thing.size[:2]))
    dx, dy = rng.uniform(-0.7, 0.7, size=2) * away
    return box.position[0] + float(dx), box.position[1] + float(dy), box.bottom + kind.floor


def _upon(state: SceneState, thing: ObjectState, lower: ObjectState, rng: np.random.Generator) -> Vec3:
    kind = CATEGORIES[lower.category]
    if not kind.roomy:
        return *lower.position[:2], lower.top
    away = [max(0.0, s / 2.0 - 0.5 * max(thing.size[:2])) for s in lower.size[:2]]
    dx, dy = (float(rng.uniform(-0.8, 0.8) * a) for a in away)
    x, y, _ = (lower.pose @ Pose((dx, dy, 0.0))).position
    return x, y, lower.top


def _spot(state: SceneState, form: str, call: SkillCall, rng: np.random.Generator) -> tuple[float, float]:
    """Where on the table a thing comes to lie."""
    thing = state[call.arguments[0]]
    x, y = thing.position[:2]
    if form == "push":
        ux, uy = DIRECTIONS[call.arguments[1]]
        return x + _PUSHED * ux, y + _PUSHED * uy
    if form == "pull-with":
        part = min(1.0, 0.55 / max(math.hypot(x, y), 1e-6))
        return x * part, y * part
    if form == "place-at":
        (x0, x1), (y0, y1) = REGIONS[call.arguments[2]]
        return _free(state, thing, rng, lambda t: x0 < t.position[0] < x1 and y0 < t.position[1] < y1)
    if form == "place-on":
        return _free(state, thing, rng, lambda t: True)
    other = state[call.arguments[2]]
    if form == "place-between":
        third = state[call.arguments[3]]
        mx, my = ((a + b) / 2.0 for a, b in zip(other.position[:2], third.position[:2], strict=True))
        return mx, my
    relation = call.arguments[1]
    if relation in RELATIONS:
        ux, uy = RELATIONS[relation]
        return _free(state, thing, rng, lambda t: relation in beside(t, other), (other, (ux, uy)))
    if relation == "next-to":
        return other.position[0], other.position[1] + (other.size[1] + thing.size[1]) / 2.0 + 0.015
    return _free(state, thing, rng, lambda t: is_near(t, other), (other, (0.0, 0.0)))


def _free(
    state: SceneState,
    thing: ObjectState,
    rng: np.random.Generator,
    test: Test,
    beside_of: tuple[ObjectState, tuple[float, float]] | None = None,
) -> tuple[float, float]:
    """A point of the table, metres, where a test holds of a thing, apart from others if there is such a point."""
    others = [o for o in state.objects if (o.name, TABLE) in state.supports and o.name != thing.name]
    found: tuple[float, float] | None = None
    for x, y in _points(state, thing, rng, beside_of):
        there = replace(thing, pose=replace(thing.pose, position=(x, y, thing.size[2] / 2.0)))
        if not test(there):
            continue
        found = (x, y)
        if state.family == "reach" and math.hypot(x, y) > REACH - 0.03:
            continue
        if all(math.dist((x, y), o.position[:2]) > _radius(o) + _radius(thing) + _GAP for o in others):
            break
    if found is not None:
        return found
    if beside_of is None:
        return thing.position[0], thing.position[1]
    other, (ux, uy) = beside_of
    away = (max(other.size[:2]) + max(thing.size[:2])) / 2.0 + 0.04
    return other.position[0] + ux * away, other.position[1] + (uy or (ux == 0.0)) * away


def _points(
    state: SceneState,
    thing: ObjectState,
    rng: np.random.Generator,
    beside_of: tuple[ObjectState, tuple[float, float]] | None,
) -> Iterator[tuple[float, float]]:
    (x0, x1), (y0, y1) = _AREAS.get(state.family, WORK_AREA)
    for _ in range(_TRIES):
        if beside_of is None:
            yield float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1))
            continue
        other, (ux, uy) = beside_of
        away = (max(other.size[:2]) + max(thing.size[:2])) / 2.0 + float(rng.uniform(0.02, 0.09))
        if (ux, uy) == (0.0, 0.0):
            turn = rng.uniform(-math.pi, math.pi)
            ux, uy = math.cos(turn), math.sin(turn)
        aside = float(rng.uniform(-0.02, 0.02))
        yield other.position[0] + ux * away + aside * uy, other.position[1] + uy * away + aside * ux


def _worked(state: SceneState, form: str, name: str) -> SceneState:
    thing = state[name]
    travel = CATEGORIES[thing.category].travel
    if form in ("press", "switch-on", "switch-off"):
        light = "led" if form == "press" else "lightbulb"
        if light not in state:
            return state
        lit = 1.0 - round(state[light].value) if form == "press" else float(form == "switch-on")
        worked = state.with_object(replace(state[light], value=lit))
        return worked if form == "press" else worked.with_object(replace(thing, value=lit * travel))
    value = travel if form in ("open", "slide-left") else 0.0
    moved = state.with_object(replace(thing, value=value))
    if form.startswith("slide"):
        return moved
    shift = value - thing.value
    ux, uy, _ = (Pose((0.0, 0.0, 0.0), thing.pose.orientation) @ Pose((-1.0, 0.0, 0.0))).position
    inner = [thing.name]
    for lower in inner:
        inner += [n for n in state.carried_by(lower) if n not in inner]
    for part in inner:
        x, y, z = moved[part].position
        pose = replace(moved[part].pose, position=(x + ux * shift, y + uy * shift, z))
        moved = moved.with_object(replace(moved[part], pose=pose))
    return moved


def _driven(state: SceneState, place: str) -> SceneState:
    base = KITCHEN_BASE.foot_at(STATIONS[state.family][place])
    tool = base @ _HAND
    driven = replace(state, robot=replace(state.robot, base=base, tool=tool))
    held = state.robot.holding
    if held is None:
        return driven
    return driven.with_object(replace(state[held], pose=Pose(tool.position, base.orientation)))


def _radius(thing: ObjectState) -> float:
    return 0.42 * math.hypot(*thing.size[:2])
