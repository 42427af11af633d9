"""Hard scenes of the tabletop: 3 to 9 objects of all kinds, roomy or crowded, stacked, in full bowls, leaning.

Sizes vary up to what no gripper spans; some scenes reach beyond what the arm reaches; some are all letters and fruit,
bricks, or pieces to be swept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from envs.layout import Scene
from envs.objects import ObjectSpec, Variation
from envs.tabletop_scenes import Layout, place_all
from sim.catalog import COLORS, named_things, types_of
from sim.geometry import quat_from_yaw, quat_multiply
from sim.state import Pose
from sim.world import Placement
from skills.vocabulary import WORK_AREA, Atom

Bounds = tuple[tuple[float, float], tuple[float, float]]

_KINDS: tuple[tuple[float, Mapping[str, float]], ...] = (
    (0.62, {"block": 0.46, "cylinder": 0.12, "ball": 0.08, "bowl": 0.16, "plate": 0.10, "box": 0.08}),
    (0.20, {"thing": 0.50, "letter": 0.18, "block": 0.10, "bowl": 0.08, "plate": 0.06, "box": 0.08}),
    (0.10, {"brick": 0.46, "ring": 0.14, "disc": 0.14, "triangle": 0.12, "stand": 0.06, "plate": 0.08}),
    (0.08, {"piece": 0.42, "zone": 0.22, "block": 0.20, "bowl": 0.08, "cylinder": 0.08}),
)
"""Mixtures of kinds, each with the share of scenes that are drawn from it."""
_LARGE = ("bowl", "plate", "box", "zone", "stand")
_VARIED = Variation(size=0.25, mass=0.5, friction=0.3)
_WIDE_SHARE = 0.25
"""Of the blocks and cylinders in scenes that vary, so many are wide: at most as wide as this, metres."""
_WIDEST = 0.095
_CROWDED = Layout(gaps=(0.02, 0.012, 0.006, 0.003), between_fixtures=0.005)
_WIDE: Bounds = ((0.18, 0.86), (-0.56, 0.56))
"""Bounds, metres, of scenes that reach beyond what the arm reaches."""


def draw(rng: np.random.Generator, plain: bool = False) -> Scene:
    """Draws a scene.

    Args:
        rng: draws.
        plain: whether all is to be of the six basic kinds, at their usual sizes.

    Raises:
        ValueError: no room was found for all objects.
    """
    specs = _objects(_KINDS[0][1] if plain else _mixture(rng), rng)
    if not plain and rng.uniform() < 0.45:
        specs = [_varied(s, rng) for s in specs]
    facts = stacks(specs, "tabletop", rng)
    placements = place_all(specs, facts, rng, _layout(rng))
    if rng.uniform() < 0.3:
        placements = _leaning(specs, placements, rng)
    return Scene(tuple(placements))


def _mixture(rng: np.random.Generator) -> Mapping[str, float]:
    return _KINDS[int(rng.choice(len(_KINDS), p=[share for share, _ in _KINDS]))][1]


def _objects(mixture: Mapping[str, float], rng: np.random.Generator) -> list[ObjectSpec]:
    """3 to 9 objects, at least one of them to be moved and at most four large ones."""
    while True:
        kinds = [str(k) for k in rng.choice(list(mixture), size=int(rng.integers(3, 10)), p=list(mixture.values()))]
        large = sum(k in _LARGE for k in kinds)
        if large <= 4 and large < len(kinds):
            return [ObjectSpec(name) for name in numbered([_named(k, rng) for k in kinds])]


def _named(kind: str, rng: np.random.Generator) -> str:
    if kind in ("thing", "letter"):
        names = [n for n in named_things() if n.startswith("letter ") == (kind == "letter")]
        return names[int(rng.integers(len(names)))]
    return f"{list(COLORS)[int(rng.integers(len(COLORS)))]} {kind}"


def numbered(names: Sequence[str]) -> list[str]:
    """The names, the second of a kind with a 2 behind it."""
    return [n if n not in names[:k] else f"{n} {names[:k].count(n) + 1}" for k, n in enumerate(names)]


def _varied(spec: ObjectSpec, rng: np.random.Generator) -> ObjectSpec:
    varied = _VARIED.draw(spec, "tabletop", rng)
    if spec.kind().name not in ("block", "cylinder") or rng.uniform() > _WIDE_SHARE:
        return varied
    width = float(rng.uniform(0.055, _WIDEST))
    return replace(varied, size=(width, width, spec.kind().size[2]))


def _layout(rng: np.random.Generator) -> Layout:
    crowded, wide = rng.uniform(size=2)
    gaps = _CROWDED if crowded < 0.65 else Layout()
    if wide < 0.30:
        return replace(gaps, area=_WIDE)
    if crowded < 0.50:
        # Half of the work area's width or less: everything is in the way of everything.
        middle, half = float(rng.uniform(-0.12, 0.12)), float(rng.uniform(0.11, 0.18))
        return replace(gaps, area=(WORK_AREA[0], (middle - half, middle + half)))
    return gaps


def stacks(specs: Sequence[ObjectSpec], family: str, rng: np.random.Generator) -> list[Atom]:
    """Facts that put some movable objects on surfaces or in containers, now and then many of them."""
    share = float(rng.choice([0.0, 0.15, 0.4, 0.8], p=[0.25, 0.3, 0.3, 0.15]))
    kinds = [types_of(s.kind(family).name) for s in specs]
    facts: list[Atom] = []
    loaded: set[str] = set()
    for k, spec in enumerate(specs):
        if "movable" not in kinds[k] or "tool" in kinds[k] or rng.uniform() > share:
            continue
        # Among movable ones only on what comes later in the list: no circles.
        lower = [
            other.name
            for j, other in enumerate(specs)
            if not kinds[j].isdisjoint(("surface", "container"))
            and ("movable" not in kinds[j] or (j > k and other.name not in loaded))
        ]
        if lower:
            below = lower[int(rng.integers(len(lower)))]
            loaded.add(below)
            inside = "container" in kinds[[s.name for s in specs].index(below)]
            facts.append(Atom("in" if inside else "on", (spec.name, below)))
    return facts


def _leaning(specs: Sequence[ObjectSpec], placements: Sequence[Placement], rng: np.random.Generator) -> list[Placement]:
    """Drops one or two small objects, tilted, over the edges of others: they come to lean, lie or wedge."""
    result = list(placements)
    small = [k for k, s in enumerate(specs) if "movable" in types_of(s.kind().name)]
    for k in rng.permutation(small)[: int(rng.integers(1, 3))]:
        j = int(rng.integers(len(result)))
        if j == k:
            continue
        reach = specs[j].kind().size[0] / 2.0
        angle = float(rng.uniform(0.0, 2.0 * math.pi))
        x, y, z = result[j].pose.position
        tilt = float(rng.uniform(0.2, 1.3))
        lean = (math.sin(tilt / 2.0), 0.0, 0.0, math.cos(tilt / 2.0))
        spot = (x + reach * math.cos(angle), y + reach * math.sin(angle), z + 0.07)
        result[k] = replace(result[k], pose=Pose(spot, quat_multiply(quat_from_yaw(angle), lean)))
    return result
