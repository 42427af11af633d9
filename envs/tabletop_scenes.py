"""Draws scenes of the tabletop: from what a task asks for to where each object is put.

Objects lie wholly inside the work area, apart from each other, except where the task's facts put them on, in or near
one another. Drawing is by rejection: places that do not fit are drawn again, and after some tries the whole scene is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.task import Task, distractor_categories
from sim.catalog import COLORS, Category
from sim.geometry import disc, polygon_gap, quat_from_yaw, rectangle
from sim.state import TABLE, Pose
from sim.world import Placement
from skills.vocabulary import REGIONS, RELATIONS, WORK_AREA, Atom

_TRIES = 60
_RESTARTS = 120
_BUILDS = 20
_SIBLING_GAP = 0.012
"""Metres between objects on one plate or in one container."""
_TALL, _PALM = 0.07, 0.045
"""What is higher than this, metres, is in the way of the hand that takes something low, or flat, beside it."""
_FLAT = 0.035
"""What is flat is lower than this, metres."""
_HAND_ROOM = 0.04
"""Metres more between tall and low things."""
_KIN_GAP = 0.015
"""Metres between objects that a fact relates."""


@dataclass(frozen=True)
class Layout:
    """Where objects may be, and how far apart."""

    area: tuple[tuple[float, float], tuple[float, float]] = WORK_AREA
    """Bounds in x and in y, metres, within which whole objects lie."""
    gaps: tuple[float, ...] = (0.06, 0.05, 0.04, 0.03)
    """Metres around what is to be grasped: tried in this order, so that only full scenes are crowded."""
    between_fixtures: float = 0.02
    """Metres between bowls, plates and boxes."""
    family: str = "tabletop"
    """Scene family; it decides what a name means."""


ROOMY = Layout()
"""The layout of the tasks' scenes."""


class NoRoom(ValueError):
    """Nothing fits any more."""


@dataclass(frozen=True)
class Item:
    """An object while its scene is drawn."""

    spec: ObjectSpec
    category: Category
    x: float
    y: float
    z: float
    yaw: float

    @property
    def name(self) -> str:
        """What it is called."""
        return self.spec.name

    @property
    def footprint(self) -> np.ndarray:
        """Corners of the outline seen from above, shape (n, 2), metres."""
        if self.category.round:
            return disc((self.x, self.y), self.category.size[0] / 2.0)
        return rectangle((self.x, self.y), self.category.size, self.yaw)

    @property
    def placement(self) -> Placement:
        """As the world takes it."""
        pose = Pose((self.x, self.y, self.z), quat_from_yaw(self.yaw))
        return Placement(self.name, pose, self.spec.size, self.spec.mass, self.spec.friction)


def sample(task: Task, rng: np.random.Generator) -> Scene:
    """Draws a scene for a task.

    Raises:
        ValueError: no room was found for all objects.
    """
    specs = [*task.scene.objects, *_distractors(task, rng)]
    return Scene(tuple(place_all(specs, task.scene.atoms, rng)))


def place_all(
    specs: Sequence[ObjectSpec], facts: Sequence[Atom], rng: np.random.Generator, layout: Layout = ROOMY
) -> list[Placement]:
    """Places objects so that facts hold, in the order of `specs`.

    Raises:
        ValueError: no room was found for all objects.
    """
    stuck = ""
    for restart in range(_RESTARTS):
        gap = layout.gaps[restart * len(layout.gaps) // _RESTARTS]
        try:
            items = _draw(specs, facts, replace(layout, gaps=(gap,)), rng)
        except NoRoom as error:
            stuck = str(error)
            continue
        return [items[s.name].placement for s in specs]
    raise ValueError(f"no room for {len(specs)} objects: {stuck} (after {_RESTARTS} restarts)")


def _distractors(task: Task, rng: np.random.Generator) -> list[ObjectSpec]:
    taken = {o.name for o in task.scene.objects}
    categories = distractor_categories(task)
    free = [f"{color} {c}" for c in categories for color in COLORS if f"{color} {c}" not in taken]
    chosen = rng.choice(len(free), size=task.scene.distractors, replace=False) if task.scene.distractors else []
    return [ObjectSpec(free[int(k)]) for k in chosen]


def _draw(
    specs: Sequence[ObjectSpec], facts: Sequence[Atom], layout: Layout, rng: np.random.Generator
) -> dict[str, Item]:
    carriers = {a.arguments[0]: a for a in facts if a.predicate in ("on", "in") and a.arguments[1] != TABLE}
    ground = [s for s in specs if s.name not in carriers]
    upper = [s for s in specs if s.name in carriers]
    items: dict[str, Item] = {}
    for spec in _order(ground, facts, layout.family):
        about = [a for a in facts if spec.name in a.arguments and a.predicate not in ("on", "in")]
        items[spec.name] = _on_table(spec, about, items, layout, rng)
    while upper:
        ready = [s for s in upper if carriers[s.name].arguments[1] in items]
        for spec in ready:
            siblings = [
                items[n]
                for n, a in carriers.items()
                if n in items and a.arguments[1:] == carriers[spec.name].arguments[1:]
            ]
            items[spec.name] = _carried(spec, spec.kind(layout.family), carriers[spec.name], items, siblings, rng)
        upper = [s for s in upper if s.name not in items]
    return items


def _order(specs: Sequence[ObjectSpec], facts: Iterable[Atom], family: str) -> list[ObjectSpec]:
    """Fixed objects first, then what others are placed by, then the large ones: they find room last."""
    anchors = {a.arguments[1] for a in facts if a.predicate in (*RELATIONS, "near")}
    bound = {a.arguments[0] for a in facts if a.predicate in (*RELATIONS, "near", "at")}
    return sorted(
        specs,
        key=lambda s: (
            s.at is None,
            s.name not in anchors,
            s.name not in bound,
            -s.kind(family).size[0],
        ),
    )


def _on_table(
    spec: ObjectSpec, about: Sequence[Atom], items: dict[str, Item], layout: Layout, rng: np.random.Generator
) -> Item:
    category = spec.kind(layout.family)
    tests = [_test(a, spec.name, items) for a in about if all(n in items or n == spec.name for n in a.arguments[:2])]
    kin = {n for a in about for n in a.arguments}
    for _ in range(_TRIES):
        yaw = float(rng.uniform(-math.pi, math.pi)) if spec.yaw is None else spec.yaw
        x, y = spec.at if spec.at is not None else _point(spec.name, about, items, layout, rng)
        item = Item(spec, category, x, y, category.size[2] / 2.0, yaw)
        if spec.at is None and not _within(item.footprint, layout.area):
            continue
        apart = (
            polygon_gap(item.footprint, other.footprint)
            - (_KIN_GAP if n in kin else _gap(category, other.category, layout))
            for n, other in items.items()
        )
        if all(test(item) for test in tests) and all(spare >= 0.0 for spare in apart):
            return item
    raise NoRoom(f"{spec.name!r} finds no place")


def _point(
    name: str, about: Sequence[Atom], items: dict[str, Item], layout: Layout, rng: np.random.Generator
) -> tuple[float, float]:
    """A point inside the regions that the facts name, or beside what they put the object by."""
    (x0, x1), (y0, y1) = layout.area
    for atom in about:
        if atom.predicate == "at" and atom.arguments[0] == name:
            (u0, u1), (v0, v1) = REGIONS[atom.arguments[1]]
            x0, x1, y0, y1 = max(x0, u0), min(x1, u1), max(y0, v0), min(y1, v1)
        elif atom.predicate in (*RELATIONS, "near") and atom.arguments[0] == name and atom.arguments[1] in items:
            other = items[atom.arguments[1]]
            x0, x1 = max(x0, other.x - 0.30), min(x1, other.x + 0.30)
            y0, y1 = max(y0, other.y - 0.30), min(y1, other.y + 0.30)
    return (float(rng.uniform(x0, max(x0, x1))), float(rng.uniform(y0, max(y0, y1))))


def _test(atom: Atom, name: str, items: dict[str, Item]) -> Callable[[Item], bool]:
    """Whether a fact will hold of an object that is being placed, with a margin for the settling."""
    margin = 0.004
    if atom.predicate == "at":
        (x0, x1), (y0, y1) = REGIONS[atom.arguments[1]]
        return lambda i: x0 + margin <= i.x <= x1 - margin and y0 + margin <= i.y <= y1 - margin
    if atom.predicate in RELATIONS:
        return lambda i: _beside(atom, {**items, name: i}, margin)
    if atom.predicate == "near":
        other = items[atom.arguments[1] if atom.arguments[0] == name else atom.arguments[0]]
        return lambda i: polygon_gap(i.footprint, other.footprint) < 0.07
    return lambda i: True


def _beside(atom: Atom, items: dict[str, Item], margin: float) -> bool:
    a, b = (items[n].footprint for n in atom.arguments)
    ux, uy = RELATIONS[atom.predicate]
    axis = np.array([ux, uy])
    gap = float((a @ axis).min() - (b @ axis).max())
    across = np.array([abs(uy), abs(ux)])
    width = float(np.ptp(b @ across))
    first, second = (items[n] for n in atom.arguments)
    shift = abs((first.x - second.x) * across[0] + (first.y - second.y) * across[1])
    return 0.02 + margin <= gap <= 0.25 - margin and shift <= width - margin


def _carried(
    spec: ObjectSpec,
    category: Category,
    atom: Atom,
    items: dict[str, Item],
    siblings: Sequence[Item],
    rng: np.random.Generator,
) -> Item:
    """On a surface or in a container: on its floor where there is room beside the others, else on top of one."""
    lower = items[atom.arguments[1]]
    base = lower.z - lower.category.size[2] / 2.0
    floor = base + (lower.category.floor if atom.predicate == "in" else lower.category.size[2])
    reach = _reach(category, lower.category, atom.predicate)
    for _ in range(_TRIES):
        radius, angle = reach * math.sqrt(rng.uniform()), rng.uniform(0.0, 2.0 * math.pi)
        yaw = spec.yaw if spec.yaw is not None else lower.yaw + float(rng.uniform(-0.4, 0.4))
        x, y = lower.x + radius * math.cos(angle), lower.y + radius * math.sin(angle)
        item = Item(spec, category, x, y, floor + category.size[2] / 2.0 + 0.001, yaw)
        if all(polygon_gap(item.footprint, s.footprint) >= _SIBLING_GAP for s in siblings):
            return item
    if atom.predicate == "on" or not siblings:
        raise NoRoom(f"{spec.name!r} finds no place on {lower.name!r}")
    under = min(siblings, key=lambda s: s.z)
    tops = [s for s in siblings if math.hypot(s.x - under.x, s.y - under.y) < 0.01]
    height = max(s.z + s.category.size[2] / 2.0 for s in tops)
    return Item(spec, category, under.x, under.y, height + category.size[2] / 2.0 + 0.001, under.yaw)


def _reach(category: Category, lower: Category, predicate: str) -> float:
    """How far from the middle the centre may be, metres."""
    half = category.size[0] / 2.0 if category.round else math.hypot(*category.size[:2]) / 2.0
    if predicate == "in":
        return max(0.0, lower.inner - half)
    return max(0.0, min(lower.size[:2]) / 2.0 - half) if lower.roomy else 0.004


def _overshadows(a: Category, b: Category) -> bool:
    """Whether `a` reaches past the palm of a hand that takes `b`."""
    return "movable" in b.types and (a.size[2] > _TALL >= b.size[2] or (a.size[2] > _PALM and b.size[2] < _FLAT))


def _gap(a: Category, b: Category, layout: Layout) -> float:
    if _overshadows(a, b) or _overshadows(b, a):
        return layout.gaps[0] + _HAND_ROOM
    return layout.gaps[0] if "movable" in a.types or "movable" in b.types else layout.between_fixtures


def _within(footprint: np.ndarray, area: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    (x0, x1), (y0, y1) = area
    low, high = footprint.min(axis=0), footprint.max(axis=0)
    return bool(x0 <= low[0] and high[0] <= x1 and y0 <= low[1] and high[1] <= y1)
