"""Scenes of the reach family without physics: a rack or a basket, a hook, and boxes near and far."""

from __future__ import annotations

import math

import numpy as np

from planner.language.corpus.building import Builder
from planner.language.corpus.frames import chance, one, some
from sim.catalog import COLORS, parse_name
from sim.geometry import Vec3
from sim.state import TABLE, SceneState

_NEAR, _FAR = (0.40, 0.68), (0.82, 0.93)
"""Distances from the robot's foot of what can be grasped, and of what only the hook gets behind, metres."""
_TRIES = 60


def draw_reach(rng: np.random.Generator) -> SceneState:
    """A scene with boxes and what they may be put on, under or in."""
    builder = Builder("reach", rng)
    palette = some(rng, list(COLORS), int(rng.integers(3, 9)))
    far_rack = chance(rng, 0.2)
    if chance(rng, 0.75):
        _rack(builder, far_rack)
    if not builder.items or chance(rng, 0.35):
        _somewhere(builder, f"{one(rng, palette)} basket", _NEAR, None)
    for color in some(rng, palette, min(int(rng.integers(1, 6)), len(palette))):
        _box(builder, f"{color} box", rng)
    if chance(rng, 0.75):
        words = one(rng, ("hook", "hook", f"{one(rng, palette)} hook"))
        if chance(rng, 0.12):
            builder.hold(words)
        else:
            _somewhere(builder, words, (0.45, 0.6), None)
    return builder.build(("rack",))


def _box(builder: Builder, name: str, rng: np.random.Generator) -> None:
    size = (round(rng.uniform(0.045, 0.065), 3), round(rng.uniform(0.045, 0.065), 3), round(rng.uniform(0.05, 0.12), 3))
    rack = builder.items.get("rack")
    if rack and chance(rng, 0.2) and builder.spread(name, "rack", size):
        return
    baskets = [n for n, o in builder.items.items() if o.category == "basket"]
    if baskets and chance(rng, 0.2) and builder.drop(name, baskets[0], size):
        return
    if rack and chance(rng, 0.08):
        builder.thing(name, (*rack.position[:2], 0.0), rack.pose.yaw, size)
        builder.supports.add((name, TABLE))
        return
    if rack and chance(rng, 0.25):
        # Where it can be pushed under the rack from.
        x, y, _ = rack.position
        spot = (x - 0.5 * rack.size[0] - 0.10, y, 0.0)
        if not any(math.dist(spot[:2], o.position[:2]) < 0.12 for o in builder.items.values()):
            builder.thing(name, spot, rack.pose.yaw, size)
            builder.supports.add((name, TABLE))
            return
    _somewhere(builder, name, _FAR if chance(rng, 0.35) else _NEAR, size)


def _rack(builder: Builder, far: bool) -> None:
    rng = builder.rng
    if far:
        builder.thing("rack", (float(rng.uniform(0.86, 0.90)), float(rng.uniform(-0.1, 0.1)), 0.0), 0.0)
    else:
        side = one(rng, (1.0, -1.0))
        at = (float(rng.uniform(0.45, 0.55)), side * float(rng.uniform(0.28, 0.36)), 0.0)
        builder.thing("rack", at, 0.0 if chance(rng, 0.5) else side * math.pi / 2.0)
    builder.supports.add(("rack", TABLE))


def _somewhere(builder: Builder, name: str, away: tuple[float, float], size: Vec3 | None) -> None:
    """At a distance from the robot, apart from what lies there; left out where there is no room."""
    rng, kind = builder.rng, parse_name(name, "reach")[1]
    own = 0.42 * math.hypot(*(size or kind.size)[:2])
    for _ in range(_TRIES):
        bearing, distance = rng.uniform(-0.75, 0.75), rng.uniform(*away)
        x, y = float(distance * math.cos(bearing)), float(distance * math.sin(bearing))
        others = [o for o in builder.items.values() if (o.name, TABLE) in builder.supports]
        if all(math.dist((x, y), o.position[:2]) > own + 0.42 * math.hypot(*o.size[:2]) + 0.015 for o in others):
            builder.thing(name, (x, y, 0.0), float(rng.uniform(-math.pi, math.pi)), size)
            builder.supports.add((name, TABLE))
            return
