"""Tasks on the tabletop where the obvious step often does not work: things stand close, far off, or are too wide.

Each goal can be reached in many ways as far as the symbols tell. In which order a scene lists its objects says nothing
about where they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from envs.hard_tasks.task import HardTask, any_of, colored
from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.tabletop_scenes import Layout, place_all
from sim.geometry import quat_from_yaw
from sim.state import Pose
from sim.world import Placement
from skills.vocabulary import Atom

Bounds = tuple[tuple[float, float], tuple[float, float]]

_CLOSE = (0.012, 0.006, 0.003)
"""Gaps between things that crowd each other, metres."""
_WIDE: Bounds = ((0.18, 0.86), (-0.56, 0.56))
"""Bounds in x and y, metres, that reach beyond what the arm reaches."""
_WIDTHS = (0.055, 0.095)
"""Widths of wide things, metres: the widest are more than a hand spans."""
_KNOT = 0.15
"""Side of the square in which things are close together, metres."""

_IN_ANY = "(exists (?z - container) (in {} ?z))"
_ON_ANY_PLATE = "(exists (?z - plate) (on {} ?z))"


def crowded_bowls(rng: np.random.Generator) -> HardTask:
    """Two of seven things into bowls.

    Scene: four blocks and cylinders 3 to 12 mm apart within 15 cm by 15 cm, in two cases of three one of them 5.5 to
    9.5 cm wide, three more that stand free, and two bowls. Success: any two of the seven are in any of the bowls.
    """
    things = _things(7, {"block": 0.7, "cylinder": 0.3}, rng)
    knot, middle = _knot([*_widened(things[:1], 0.67, rng), *things[1:4]], rng)
    scene = _around(knot, middle, [*things[4:], *colored(["bowl", "bowl"], rng)], rng)
    return HardTask("tabletop", scene, any_of(2, "movable", _IN_ANY))


def hemmed_block(rng: np.random.Generator) -> HardTask:
    """One named block, with others at its sides, into a bowl.

    Scene: the block, another 4 to 12 mm from it at two or three of its sides, so that fingers find room on no axis,
    three more blocks that stand free, and two bowls. Success: the block is in either bowl; the others may be anywhere.
    """
    blocks = colored(["block"] * 7, rng)
    target, others = blocks[0], blocks[1:]
    x, y = float(rng.uniform(0.42, 0.58)), float(rng.uniform(-0.12, 0.12))
    yaw = float(rng.uniform(-math.pi, math.pi))
    along, across = (float(s) for s in rng.choice([-1.0, 1.0], size=2))
    sides = [(along, 0.0), (0.0, across), (0.0, -across)][: int(rng.integers(2, 4))]
    hemmed = [Placement(target.name, Pose((x, y, 0.02), quat_from_yaw(yaw)))]
    for spec, (u, v) in zip(others, sides, strict=False):
        away = 0.04 + float(rng.uniform(0.004, 0.012))
        aside = float(rng.uniform(-0.008, 0.008))
        local = Pose((away * u + aside * abs(v), away * v + aside * abs(u), 0.0))
        turned = replace(hemmed[0].pose @ local, orientation=quat_from_yaw(yaw + float(rng.uniform(-0.1, 0.1))))
        hemmed.append(Placement(spec.name, turned))
    free = [*others[len(sides) : len(sides) + 3], *colored(["bowl", "bowl"], rng)]
    goal = _IN_ANY.format(target.name.replace(" ", "_"))
    return HardTask("tabletop", _around(hemmed, (x, y), free, rng), goal)


def full_plate(rng: np.random.Generator) -> HardTask:
    """A plate is to be cleared.

    Scene: four blocks and cylinders on one plate, at least 12 mm apart, and a bowl and another plate elsewhere.
    Success: nothing is on the plate.
    """
    plate, spare = colored(["plate", "plate"], rng)
    things = _things(4, {"block": 0.7, "cylinder": 0.3}, rng)
    facts = [Atom("on", (s.name, plate.name)) for s in things]
    goal = f"(forall (?a - movable) (not (on ?a {plate.name.replace(' ', '_')})))"
    specs = [plate, spare, *colored(["bowl"], rng), *things]
    return HardTask("tabletop", _drawn(specs, Layout(), rng, facts), goal)


def far_plates(rng: np.random.Generator) -> HardTask:
    """Three of five blocks onto plates.

    Scene: five blocks, one in six of them 5.5 to 9.5 cm wide, and three plates, apart, over an area that goes beyond
    what the arm reaches. Success: any three of the blocks are on any of the plates.
    """
    specs = [*_widened(_things(5, {"block": 1.0}, rng), 0.17, rng), *colored(["plate"] * 3, rng)]
    return HardTask("tabletop", _drawn(specs, Layout(_WIDE), rng), any_of(3, "block", _ON_ANY_PLATE))


def small_box(rng: np.random.Generator) -> HardTask:
    """Three of six things into a box that hardly holds them.

    Scene: six blocks and cylinders 3.5 to 7 cm wide (one in ten 8.5 cm) and 4, 6 or 9 cm high, and an open box of 13 to
    15 cm, apart. Success: any three of the things are in the box.
    """
    things = []
    for spec in _things(6, {"block": 0.6, "cylinder": 0.4}, rng):
        width = 0.085 if rng.uniform() < 0.1 else float(rng.uniform(0.035, 0.070))
        things.append(replace(spec, size=(width, width, float(rng.choice([0.04, 0.06, 0.09])))))
    side = float(rng.uniform(0.13, 0.15))
    box = replace(colored(["box"], rng)[0], size=(side, side, 0.05))
    return HardTask("tabletop", _drawn([box, *things], Layout(), rng), any_of(3, "movable", _IN_ANY))


def _knot(things: Sequence[ObjectSpec], rng: np.random.Generator) -> tuple[list[Placement], tuple[float, float]]:
    """Things close together, and the middle of the square that they lie in, metres."""
    x, y = float(rng.uniform(0.42, 0.58)), float(rng.uniform(-0.14, 0.14))
    area = ((x - _KNOT / 2.0, x + _KNOT / 2.0), (y - _KNOT / 2.0, y + _KNOT / 2.0))
    return place_all(things, (), rng, Layout(area, _CLOSE)), (x, y)


def _around(
    placed: Sequence[Placement], middle: tuple[float, float], free: Sequence[ObjectSpec], rng: np.random.Generator
) -> Scene:
    """What is placed in a square about `middle`, and the rest at some distance from it, in random order."""
    square = ObjectSpec("white box", at=middle, yaw=0.0, size=(_KNOT, _KNOT, 0.05))
    rest = place_all([square, *free], (), rng)[1:]
    listed = [*placed, *rest]
    return Scene(tuple(listed[int(k)] for k in rng.permutation(len(listed))))


def _things(count: int, shares: dict[str, float], rng: np.random.Generator) -> list[ObjectSpec]:
    kinds = [str(k) for k in rng.choice(list(shares), size=count, p=list(shares.values()))]
    return colored(kinds, rng)


def _widened(specs: Sequence[ObjectSpec], share: float, rng: np.random.Generator) -> list[ObjectSpec]:
    """The same, some of the blocks and cylinders wide."""
    result = []
    for spec in specs:
        width = float(rng.uniform(*_WIDTHS))
        wide = spec.kind().name in ("block", "cylinder") and rng.uniform() < share
        result.append(replace(spec, size=(width, width, spec.kind().size[2])) if wide else spec)
    return result


def _drawn(specs: Sequence[ObjectSpec], layout: Layout, rng: np.random.Generator, facts: Sequence[Atom] = ()) -> Scene:
    """Listed in random order."""
    mixed = [specs[int(k)] for k in rng.permutation(len(specs))]
    return Scene(tuple(place_all(mixed, facts, rng, layout)))
