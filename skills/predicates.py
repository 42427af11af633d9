"""PDDL predicates as pure functions of a `SceneState`.

Seen from behind the robot: +x is behind / top / forward, -x in front / bottom / backward, +y left, -y right.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from sim.catalog import stays_clear, types_of
from sim.geometry import polygon_gap, wrap_angle
from sim.state import TABLE, ObjectState, SceneState
from sim.stations import STATIONS
from skills.containment import contained
from skills.fixture_facts import fixture_facts
from skills.kitchen_facts import kitchen_facts
from skills.vocabulary import (
    BESIDE_GAP,
    BETWEEN_TOLERANCE,
    DIRECTIONS,
    DOOR_MOVED,
    LARGER_BY,
    LINE_TOLERANCE,
    NEAR_GAP,
    NEXT_GAP,
    REGIONS,
    RELATIONS,
    Atom,
    moved_distance,
    regions,
    turned_angle,
)


def atoms(state: SceneState, start: SceneState | None = None, about: Iterable[str] | None = None) -> frozenset[Atom]:
    """All facts that hold in `state`, or all those of certain predicates.

    Args:
        state: the scene.
        start: the scene at the start of the episode, for `moved` and `turned`; without it neither holds.
        about: names of the predicates to ask about; None for all. What is not asked for is there only where it comes
            for nothing: pairs and triples of objects take most of the time.
    """
    facts: set[Atom] = set()
    wanted = None if about is None else frozenset(about)
    # Left and right, and lines, are as a robot sees them that stands still.
    driven = bool(STATIONS[state.family])
    for names, source in _SOURCES:
        if (wanted is None or wanted & names) and not (driven and names <= _ARRANGEMENTS):
            facts.update(source(state))
    if start is not None:
        facts.update(_changes(state, start))
    return frozenset(facts)


def support_facts(state: SceneState) -> Iterator[Atom]:
    """The facts of contact and grasp alone (`on`, `in`, `clear`, `holding`, `hand-empty`): a hundred times cheaper."""
    inner = contained(state)
    loaded = set()
    for upper, lower in state.supports:
        if inner.get(upper) != lower:
            yield Atom("on", (upper, lower))
            loaded.add(lower)
    for name, container in inner.items():
        yield Atom("in", (name, container))
    for o in state.objects:
        if o.name not in loaded or stays_clear(o.category):
            yield Atom("clear", (o.name,))
    yield Atom("clear", (TABLE,))
    held = state.robot.holding
    yield Atom("holding", (held,)) if held is not None else Atom("hand-empty")


def _places(state: SceneState) -> Iterator[Atom]:
    for o in state.objects:
        if o.color is not None:
            yield Atom("color", (o.name, o.color))
            same = (b.name for b in state.objects if b.color == o.color and b.name != o.name)
            yield from (Atom("same-color", (o.name, name)) for name in same)
        if o.name == state.robot.holding:
            continue
        for region in regions(state.family):
            (x0, x1), (y0, y1) = REGIONS[region]
            if x0 <= o.position[0] <= x1 and y0 <= o.position[1] <= y1:
                yield Atom("at", (o.name, region))


def _sizes(state: SceneState) -> Iterator[Atom]:
    for a, b in itertools.permutations(state.objects, 2):
        if a.category == b.category and max(a.size[:2]) >= max(b.size[:2]) + LARGER_BY:
            yield Atom("larger", (a.name, b.name))


def _pairs(state: SceneState) -> Iterator[Atom]:
    inner = contained(state)
    resting = [o for o in state.objects if o.name != state.robot.holding]
    for a, b in itertools.permutations(resting, 2):
        yield from (Atom(r, (a.name, b.name)) for r in beside(a, b))
        stacked = (a.name, b.name) in state.supports or (b.name, a.name) in state.supports
        if not stacked and inner.get(a.name) != b.name and inner.get(b.name) != a.name and is_near(a, b):
            yield Atom("near", (a.name, b.name))


def beside(a: ObjectState, b: ObjectState) -> list[str]:
    """The relations of `RELATIONS` in which `a` stands to `b`."""
    dx, dy = a.position[0] - b.position[0], a.position[1] - b.position[1]
    if max(abs(dx), abs(dy)) > BESIDE_GAP[1] + 0.25:
        return []
    (ax0, ay0), (ax1, ay1) = a.footprint.min(axis=0), a.footprint.max(axis=0)
    (bx0, by0), (bx1, by1) = b.footprint.min(axis=0), b.footprint.max(axis=0)
    found = []
    low, high = BESIDE_GAP
    if abs(dx) <= bx1 - bx0:
        if low <= ay0 - by1 <= high:
            found.append("left-of")
        if low <= by0 - ay1 <= high:
            found.append("right-of")
    if abs(dy) <= by1 - by0:
        if low <= ax0 - bx1 <= high:
            found.append("behind")
        if low <= bx0 - ax1 <= high:
            found.append("in-front-of")
    return found


def is_near(a: ObjectState, b: ObjectState) -> bool:
    """Whether less than 8 cm lie between the two, seen from above."""
    reach = (math.hypot(*a.size[:2]) + math.hypot(*b.size[:2])) / 2.0 + NEAR_GAP
    if math.dist(a.position[:2], b.position[:2]) > reach:
        return False
    return polygon_gap(a.footprint, b.footprint) < NEAR_GAP


def _walls(state: SceneState) -> Iterator[Atom]:
    bricks = [o for o in state.objects if o.category == "brick" and o.name != state.robot.holding]
    for a, b in itertools.permutations(bricks, 2):
        if is_next_to(a, b):
            yield Atom("next-to", (a.name, b.name))


def is_next_to(a: ObjectState, b: ObjectState) -> bool:
    """Whether two bricks stand side by side, left and right of a narrow gap, so that a third can lie across it."""
    if abs(a.position[2] - b.position[2]) > 0.01 or abs(a.position[0] - b.position[0]) > NEXT_GAP / 2.0:
        return False
    first, second = (a, b) if a.position[1] > b.position[1] else (b, a)
    return 0.0 <= first.footprint[:, 1].min() - second.footprint[:, 1].max() <= NEXT_GAP


def _triples(state: SceneState) -> Iterator[Atom]:
    points = {o.name: np.array(o.position[:2]) for o in state.objects if o.name != state.robot.holding}
    for b, c in itertools.combinations(points, 2):
        span = points[c] - points[b]
        length = float(np.linalg.norm(span))
        if length < 0.06:
            continue
        for a, point in points.items():
            if a in (b, c):
                continue
            along = float((point - points[b]) @ span) / length**2
            nearest = points[b] + min(max(along, 1 / 3), 2 / 3) * span
            if float(np.linalg.norm(point - nearest)) < BETWEEN_TOLERANCE:
                yield Atom("between", (a, b, c))
                yield Atom("between", (a, c, b))


def _lines(state: SceneState) -> Iterator[Atom]:
    groups: dict[str, list[tuple[float, ...]]] = {}
    for o in state.objects:
        if o.name != state.robot.holding:
            for kind in types_of(o.category):
                groups.setdefault(kind, []).append(o.position[:2])
    held = state.robot.holding
    for kind, listed in groups.items():
        if len(listed) < 2 or (held is not None and kind in types_of(state[held].category)):
            continue
        points = np.array(listed)
        for axis in line_axes(points):
            yield Atom("in-line", (axis, kind))


def line_axes(points: np.ndarray) -> list[str]:
    """Axes (`horizontal`, `vertical`, `diagonal`, `any`) along which points, shape (n, 2), lie within 3 cm of a line.

    Horizontal runs along y (left to right as seen from behind the robot), vertical along x, diagonal at 45 degrees
    give or take 15.
    """
    centered = points - points.mean(axis=0)
    spread = np.linalg.svd(centered, full_matrices=False)[2]
    found = []
    if np.abs(centered[:, 0]).max() <= LINE_TOLERANCE:
        found.append("horizontal")
    if np.abs(centered[:, 1]).max() <= LINE_TOLERANCE:
        found.append("vertical")
    if np.abs(centered @ np.array([-spread[0][1], spread[0][0]])).max() <= LINE_TOLERANCE:
        found.append("any")
        slope = math.degrees(math.atan2(abs(spread[0][1]), abs(spread[0][0])))
        if abs(slope - 45.0) <= 15.0:
            found.append("diagonal")
    return found


def _changes(state: SceneState, start: SceneState) -> Iterator[Atom]:
    for o in state.objects:
        if o.name not in start or o.name == state.robot.holding:
            continue
        before = start[o.name]
        if "slidable" in types_of(o.category) and abs(o.value - before.value) >= DOOR_MOVED:
            yield Atom("moved", (o.name, "left" if o.value > before.value else "right"))
        for direction, (ux, uy) in DIRECTIONS.items():
            shift = (o.position[0] - before.position[0]) * ux + (o.position[1] - before.position[1]) * uy
            if shift >= moved_distance(state.family):
                yield Atom("moved", (o.name, direction))
        turn = wrap_angle(o.pose.yaw - before.pose.yaw)
        if abs(turn) >= turned_angle(state.family) and not o.round:
            yield Atom("turned", (o.name, "left" if turn > 0 else "right"))


_SOURCES: tuple[tuple[frozenset[str], Callable[[SceneState], Iterable[Atom]]], ...] = (
    (frozenset({"on", "in", "clear", "holding", "hand-empty"}), support_facts),
    (frozenset({"color", "same-color", "at"}), _places),
    (frozenset({*RELATIONS, "near"}), _pairs),
    (frozenset({"larger"}), _sizes),
    (frozenset({"next-to"}), _walls),
    (frozenset({"between"}), _triples),
    (frozenset({"in-line"}), _lines),
    (
        frozenset({"open", "closed", "accessible", "slid", "in-half", "lit", "works", "under", "reachable"}),
        fixture_facts,
    ),
    (frozenset({"at", "accessible", "reachable", "robot-at"}), kitchen_facts),
)
"""Where the facts of each predicate come from."""
_ARRANGEMENTS = frozenset({*RELATIONS, "near", "next-to", "between", "in-line"})
"""Predicates about how things stand to each other on a table before the robot."""
