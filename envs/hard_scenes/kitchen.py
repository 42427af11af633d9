"""Hard scenes of the kitchen: three to seven things, often all at one place, some in drawers that stand half open.

In some of them things lie about on the floor, where the base would have to stand or turn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from envs.hard_scenes.tabletop import numbered
from envs.kitchen_scenes import ROOMY, TOPS, sample
from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.task import SceneSpec, Task
from sim.catalog import COLORS, named_things, parse_name
from sim.families.kitchen import KITCHEN
from sim.fixtures import FIXTURES
from sim.floorplan import distances, outlines
from sim.geometry import quat_from_yaw, rectangle
from sim.state import Pose
from sim.stations import KITCHEN_BASE, STATIONS
from sim.world import Placement
from skills.vocabulary import Atom

_DRAWERS = ("top drawer", "middle drawer", "bottom drawer")
_CROWDED = (0.02, 0.012, 0.006, 0.003)
_LITTERED = 0.4
"""Share of the scenes with things on the floor."""
_GAP = 0.05
"""Between what lies on the floor, the furniture, and the robot where it is at the start, metres."""
_SPOTS = 40
"""Tries to find room on the floor."""


def draw(rng: np.random.Generator) -> Scene:
    """Draws a scene.

    Raises:
        ValueError: no room was found for all objects.
    """
    things = [n for n in named_things("kitchen") if n not in FIXTURES["kitchen"]]
    drawn = [things[int(k)] for k in rng.integers(len(things), size=int(rng.integers(2, 7)))]
    vessels = ("bowl", "plate")
    drawn += [
        f"{list(COLORS)[int(rng.integers(len(COLORS)))]} {vessels[int(rng.integers(2))]}"
        for _ in range(int(rng.integers(3)))
    ]
    names = numbered(drawn)
    chosen = TOPS[int(rng.integers(len(TOPS)))]
    together = rng.uniform() < 0.6
    facts = [Atom("open", (d,)) for d in _DRAWERS if rng.uniform() < 0.3]
    for name in names:
        shut_in = rng.uniform() < 0.2 and not any(v in name for v in vessels)
        if shut_in:
            facts.append(Atom("in", (name, _DRAWERS[int(rng.integers(3))])))
        elif together:
            facts.append(Atom("on", (name, chosen)))
    scene = SceneSpec(tuple(ObjectSpec(n) for n in names), "kitchen", facts=tuple(map(str, facts)))
    gaps = _CROWDED if rng.uniform() < 0.6 else ROOMY
    drawn_scene = sample(Task("hard", ("none",), scene), rng, ajar=0.3, gaps=gaps)
    # Dice of its own: what else is drawn does not depend on it.
    return _litter(drawn_scene, rng.spawn(1)[0])


def _litter(scene: Scene, rng: np.random.Generator) -> Scene:
    """The scene with, now and then, up to three things on the floor, near where the robot works."""
    if rng.uniform() > _LITTERED:
        return scene
    taken = {p.name for p in scene.placements}
    free = [n for n in named_things("kitchen") if n not in FIXTURES["kitchen"] and n not in taken]
    names = rng.choice(free, size=int(rng.integers(1, 4)), replace=False)
    low, high = KITCHEN_BASE.floor + 0.01, KITCHEN_BASE.floor + 0.3
    occupied = outlines(KITCHEN.furniture, scene.readings, low, high)
    x, y, yaw = KITCHEN_BASE.home
    occupied.append(rectangle((x, y), KITCHEN_BASE.size[:2], yaw))
    found = list(scene.placements)
    for name in map(str, names):
        size = parse_name(name, "kitchen")[1].size
        spot = _spot_on_floor(max(size[:2]) / 2.0, occupied, rng)
        if spot is not None:
            occupied.append(rectangle(spot, size[:2], 0.0))
            turned = quat_from_yaw(float(rng.uniform(-np.pi, np.pi)))
            found.append(Placement(name, Pose((*spot, KITCHEN_BASE.floor + size[2] / 2.0 + 0.001), turned)))
    return replace(scene, placements=tuple(found))


def _spot_on_floor(radius: float, occupied: list[np.ndarray], rng: np.random.Generator) -> tuple[float, float] | None:
    """A free spot where a base would stand to work at some place, or behind it; None where none was found."""
    stations = sorted(set(STATIONS["kitchen"].values()))
    for _ in range(_SPOTS):
        x, y, yaw = stations[int(rng.integers(len(stations)))]
        ahead, left = rng.uniform(-0.8, 0.25), rng.uniform(-0.35, 0.35)
        c, s = np.cos(yaw), np.sin(yaw)
        spot = (float(x + c * ahead - s * left), float(y + s * ahead + c * left))
        if distances(np.array([spot]), occupied)[0] > radius + _GAP:
            return spot
    return None
