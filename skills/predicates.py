"""PDDL predicates as pure functions of a `SceneState`.

Seen from behind the robot: +x is behind / top / forward, -x in front / bottom / backward, +y left, -y right.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.catalog import CATEGORIES, types_of
from sim.geometry import polygon_gap, wrap_angle
from sim.state import TABLE, ObjectState, SceneState

WORK_AREA = ((0.30, 0.70), (-0.35, 0.35))
"""Bounds in x and in y of the tabletop's work area, metres."""

DIRECTIONS: dict[str, tuple[float, float]] = {
    "left": (0.0, 1.0),
    "right": (0.0, -1.0),
    "forward": (1.0, 0.0),
    "backward": (-1.0, 0.0),
}
"""Unit vectors (x, y) of the directions of a push and of `moved`."""

RELATIONS: dict[str, tuple[float, float]] = {
    "left-of": (0.0, 1.0),
    "right-of": (0.0, -1.0),
    "in-front-of": (-1.0, 0.0),
    "behind": (1.0, 0.0),
}
"""Unit vectors (x, y) from b to a of the relations `(relation a b)`."""

AXES = ("horizontal", "vertical", "diagonal", "any")
"""Ways in which objects can stand in line, see `line_axes`."""

BESIDE_GAP = (0.02, 0.25)
"""Edge-to-edge bounds of the four relations along their axis, metres."""
NEAR_GAP = 0.08
LINE_TOLERANCE = 0.03
BETWEEN_TOLERANCE = 0.05
MOVED_DISTANCE = 0.05
TURNED_ANGLE = math.radians(45.0)
HEAP_HEIGHT = 0.04
"""A heap inside a container counts up to one block above the rim, metres."""


def _regions() -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    (x0, x1), (y0, y1) = WORK_AREA
    dx, dy = (x1 - x0) / 3.0, (y1 - y0) / 3.0
    bottom, center, top = (x0, x0 + dx), (x0 + dx, x1 - dx), (x1 - dx, x1)
    right, middle, left = (y0, y0 + dy), (y0 + dy, y1 - dy), (y1 - dy, y1)
    return {
        "top left corner": (top, left),
        "top side": (top, (y0, y1)),
        "top right corner": (top, right),
        "left side": ((x0, x1), left),
        "middle": (center, middle),
        "right side": ((x0, x1), right),
        "bottom left corner": (bottom, left),
        "bottom side": (bottom, (y0, y1)),
        "bottom right corner": (bottom, right),
    }


REGIONS = _regions()
"""Bounds in x and in y of each named region, metres. A side is a whole third, so that it contains its two corners."""


@dataclass(frozen=True, order=True)
class Atom:
    """A ground fact, such as `(on red_block green_block)`."""

    predicate: str
    """A key of `PREDICATES`."""
    arguments: tuple[str, ...] = ()
    """Names of objects, regions, directions, colours or types."""

    def __str__(self) -> str:
        return "(" + " ".join([self.predicate, *(a.replace(" ", "_") for a in self.arguments)]) + ")"

    @staticmethod
    def parse(text: str) -> Atom:
        """Reads `(on red_block green_block)`.

        Raises:
            ValueError: not one flat atom, an unknown predicate, or a wrong number of arguments.
        """
        match = re.fullmatch(r"\(\s*([a-z=-]+)((?:\s+[\w-]+)*)\s*\)", text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not an atom; expected the form '(on red_block table)'")
        name, arguments = match[1], tuple(a.replace("_", " ") for a in match[2].split())
        if name not in PREDICATES:
            raise ValueError(f"unknown predicate {name!r}; there are: {', '.join(PREDICATES)}")
        if len(arguments) != PREDICATES[name].arity:
            raise ValueError(f"{name!r} takes {PREDICATES[name].arity} arguments, not {len(arguments)}: {text}")
        return Atom(name, arguments)


@dataclass(frozen=True)
class Predicate:
    """A predicate's name and shape."""

    name: str
    """As in PDDL."""
    parameters: tuple[str, ...]
    """PDDL types of its arguments."""
    static: bool = False
    """Whether no skill can change it."""

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.parameters)


PREDICATES: dict[str, Predicate] = {
    p.name: p
    for p in (
        Predicate("on", ("object", "object")),
        Predicate("in", ("object", "container")),
        Predicate("at", ("object", "region")),
        *(Predicate(r, ("object", "object")) for r in RELATIONS),
        Predicate("near", ("object", "object")),
        Predicate("between", ("object", "object", "object")),
        Predicate("in-line", ("axis", "type")),
        Predicate("moved", ("object", "direction")),
        Predicate("turned", ("object", "direction")),
        Predicate("holding", ("object",)),
        Predicate("hand-empty", ()),
        Predicate("clear", ("object",)),
        Predicate("color", ("object", "color"), static=True),
        Predicate("same-color", ("object", "object"), static=True),
    )
}
"""All predicates by name. `turned` takes the directions left and right."""


def atoms(state: SceneState, start: SceneState | None = None) -> frozenset[Atom]:
    """All facts that hold in `state`.

    Args:
        state: the scene.
        start: the scene at the start of the episode, for `moved` and `turned`; without it neither holds.
    """
    facts = {*support_facts(state), *_places(state), *_pairs(state), *_triples(state), *_lines(state)}
    if start is not None:
        facts |= set(_changes(state, start))
    return frozenset(facts)


def inside(a: ObjectState, b: ObjectState) -> bool:
    """Whether the centre of `a` lies within the walls of the container `b`, or heaped at most 4 cm above them."""
    category = CATEGORIES[b.category]
    local = (b.pose.inverse() @ a.pose).position
    half = b.size[0] / 2.0 - category.wall
    within = math.hypot(local[0], local[1]) < half if b.round else max(abs(local[0]), abs(local[1])) < half
    return within and -b.size[2] / 2.0 < local[2] < b.size[2] / 2.0 + HEAP_HEIGHT


def contained(state: SceneState) -> dict[str, str]:
    """For each object that is in a container, that container: it, or what is in it, carries the object."""
    result: dict[str, str] = {}
    for box in state.objects:
        if "container" not in types_of(box.category):
            continue
        frontier = [box.name]
        while frontier:
            for name in state.carried_by(frontier.pop()):
                if name not in result and inside(state[name], box):
                    result[name] = box.name
                    frontier.append(name)
    return result


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
        if o.name not in loaded or o.category == "plate":
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
        for region, ((x0, x1), (y0, y1)) in REGIONS.items():
            if x0 <= o.position[0] <= x1 and y0 <= o.position[1] <= y1:
                yield Atom("at", (o.name, region))


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
        for direction, (ux, uy) in DIRECTIONS.items():
            shift = (o.position[0] - before.position[0]) * ux + (o.position[1] - before.position[1]) * uy
            if shift >= MOVED_DISTANCE:
                yield Atom("moved", (o.name, direction))
        turn = wrap_angle(o.pose.yaw - before.pose.yaw)
        if abs(turn) >= TURNED_ANGLE and not o.round:
            yield Atom("turned", (o.name, "left" if turn > 0 else "right"))


def parse_atoms(texts: Iterable[str]) -> list[Atom]:
    """Reads several atoms; see `Atom.parse`."""
    return [Atom.parse(text) for text in texts]
