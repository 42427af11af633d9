"""Draws scenes of the kitchen: each thing at the place that the task's facts name, or on one of the tops.

At every place things are laid out as on the tabletop, in the frame of the robot that stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.tabletop_scenes import Layout, place_all
from envs.task import Task, ranged_types
from sim.catalog import CATEGORIES, named_things, parse_name, types_of
from sim.families.kitchen import AREAS
from sim.fixtures import FIXTURES
from sim.state import Pose
from sim.stations import station_frame
from sim.world import Placement

FAMILY = "kitchen"
TOPS = ("close counter", "far counter", "table")
"""Where things are put of which the task says nothing."""
ROOMY = (0.07, 0.06, 0.05, 0.04, 0.03)
"""Gaps between things at one place, metres: tried in this order."""
_ASKEW = 0.2
"""How far things in a drawer are turned from its own heading at most, radians."""
_SHORT = 0.004
"""How far before its stop an open drawer stands, metres."""


def sample(task: Task, rng: np.random.Generator, ajar: float = 0.0, gaps: Sequence[float] = ROOMY) -> Scene:
    """Draws a scene for a task.

    Args:
        task: what must be there, and where.
        rng: draws the rest.
        ajar: chance that an open drawer stands anywhere along its way.
        gaps: between things at one place, metres, tried in this order.

    Raises:
        ValueError: no room was found for all objects, or a fact that is not about a place.
    """
    opened = tuple(a.arguments[0] for a in task.scene.atoms if a.predicate == "open")
    readings = {name: CATEGORIES[FIXTURES[FAMILY][name]].travel - _SHORT for name in opened}
    readings |= {name: float(rng.uniform(0.0, out)) for name, out in readings.items() if ajar and rng.uniform() < ajar}
    specs = [*task.scene.objects, *_distractors(task, rng)]
    where = _whereabouts(task, specs, rng)
    placed: dict[str, Placement] = {}
    for place in AREAS:
        here = [s for s in specs if where[s.name] == place]
        placed.update({p.name: p for p in _laid_out(here, place, readings.get(place, 0.0), gaps, rng)})
    return Scene(tuple(placed[s.name] for s in specs), readings)


def worked_at(place: str) -> tuple[Pose, tuple[float, float], tuple[float, float]]:
    """The frame of a place, and the bounds in its x and y, metres, within which things stand there."""
    return station_frame(place), AREAS[place].x, AREAS[place].y


def _distractors(task: Task, rng: np.random.Generator) -> list[ObjectSpec]:
    """Things whose names are not in use, and over which no quantifier of the goal ranges."""
    ranged = ranged_types(task)
    taken = {o.name for o in task.scene.objects}
    things = (n for n in named_things(FAMILY) if n not in FIXTURES[FAMILY] and n not in taken)
    free = [n for n in things if not ranged & types_of(parse_name(n, FAMILY)[1].name)]
    if not task.scene.distractors:
        return []
    chosen = rng.choice(len(free), size=task.scene.distractors, replace=False)
    return [ObjectSpec(free[int(k)]) for k in chosen]


def _whereabouts(task: Task, specs: Sequence[ObjectSpec], rng: np.random.Generator) -> dict[str, str]:
    """The place of each object: as the facts say, else the top with the least on it, in an order that is drawn."""
    said: dict[str, str] = {}
    for atom in task.scene.atoms:
        if atom.predicate in ("on", "in", "at"):
            if atom.arguments[1] not in AREAS:
                raise ValueError(f"no kitchen can be drawn for {atom}; expected a place: {', '.join(AREAS)}")
            said[atom.arguments[0]] = atom.arguments[1]
    counts = {top: sum(place == top for place in said.values()) for top in TOPS}
    order = [TOPS[int(k)] for k in rng.permutation(len(TOPS))]
    for spec in specs:
        if spec.name not in said:
            said[spec.name] = min(order, key=lambda top: counts[top])
            counts[said[spec.name]] += 1
    return said


def _laid_out(
    specs: Sequence[ObjectSpec], place: str, out: float, gaps: Sequence[float], rng: np.random.Generator
) -> list[Placement]:
    """Objects at one place, a drawer being `out` m open."""
    area, frame = AREAS[place], station_frame(place)
    if "drawer" in types_of(FIXTURES[FAMILY][place]):
        # Put there by somebody: more or less straight.
        specs = [replace(s, yaw=float(rng.uniform(-_ASKEW, _ASKEW)) if s.yaw is None else s.yaw) for s in specs]
    flat = place_all(specs, (), rng, Layout((area.x, area.y), gaps=tuple(gaps))) if specs else []
    shift = Pose((-out, 0.0, area.z))
    return [replace(p, pose=frame @ shift @ p.pose) for p in flat]
