"""Objects, layouts and goals that several of the published lists have in common."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from envs.objects import ObjectSpec
from envs.tabletop_scenes import place_all
from envs.task import SceneSpec
from sim.geometry import Vec3
from skills.vocabulary import REGIONS, Atom

COLORS = ("red", "green", "blue", "yellow", "orange", "purple")
"""Where a list says nothing of colours."""
CORNERS = ("top left corner", "top right corner", "bottom left corner", "bottom right corner")
SIDES = ("left side", "right side", "top side", "bottom side")
BIG_BOWL: Vec3 = (0.22, 0.22, 0.06)
BIG_BOX: Vec3 = (0.24, 0.24, 0.06)
"""For what holds several things."""
BIG, SMALL = (0.055, 0.055, 0.05), (0.035, 0.035, 0.035)
"""Extents of large and of small blocks, metres."""
_TRIES = 2000
Points = Mapping[str, tuple[float, float]]
"""Where the middle of each object is, metres."""


def some(rng: np.random.Generator, values: Sequence[str], count: int) -> list[str]:
    """Different ones of some values, in any order."""
    return [values[int(k)] for k in rng.choice(len(values), size=count, replace=False)]


def one(rng: np.random.Generator, values: Sequence[str]) -> str:
    """Any of some values."""
    return values[int(rng.integers(len(values)))]


def coin(rng: np.random.Generator, chance: float = 0.5) -> bool:
    """True with a chance."""
    return bool(rng.random() < chance)


def symbol(name: str) -> str:
    """A name as PDDL has it."""
    return name.replace(" ", "_")


def atom(predicate: str, *names: str) -> str:
    """A fact, in PDDL."""
    return f"({predicate} {' '.join(map(symbol, names))})"


def absent(predicate: str, *names: str) -> str:
    """That a fact does not hold, in PDDL."""
    return f"(not {atom(predicate, *names)})"


def both(parts: Iterable[str]) -> str:
    """All of some formulas."""
    return f"(and {' '.join(parts)})"


def either(parts: Iterable[str]) -> str:
    """Any of some formulas."""
    return f"(or {' '.join(parts)})"


def specs(names: Iterable[str], size: Vec3 | None = None) -> list[ObjectSpec]:
    """Objects of some names, of their kinds' size or of another."""
    return [ObjectSpec(name, size=size) for name in names]


def table(objects: Iterable[ObjectSpec], facts: Iterable[str] = ()) -> SceneSpec:
    """A tabletop with just these objects."""
    return SceneSpec(tuple(objects), facts=tuple(facts))


def mixed(rng: np.random.Generator, objects: Sequence[ObjectSpec]) -> list[ObjectSpec]:
    """The objects in another order, so that the first listed is not always the one that is meant."""
    return [objects[int(k)] for k in rng.permutation(len(objects))]


def laid_out(
    objects: Sequence[ObjectSpec], rng: np.random.Generator, suits: Callable[[Points], bool], facts: Iterable[str] = ()
) -> list[ObjectSpec]:
    """The objects with places of their own, drawn until they suit: for goals that depend on where things lie.

    Raises:
        ValueError: none were found that suit.
    """
    known = tuple(Atom.parse(text) for text in facts)
    for _ in range(_TRIES):
        poses = {p.name: p.pose for p in place_all(objects, known, rng)}
        if suits({name: (pose.position[0], pose.position[1]) for name, pose in poses.items()}):
            return [
                ObjectSpec(o.name, at=poses[o.name].position[:2], yaw=poses[o.name].yaw, size=o.size) for o in objects
            ]
    raise ValueError(f"no layout of {len(objects)} objects suits after {_TRIES} tries")


def inside(point: tuple[float, float], region: str) -> bool:
    """Whether a point is in a region, or within 1 cm of it."""
    return all(low - 0.01 <= v <= high + 0.01 for v, (low, high) in zip(point, REGIONS[region], strict=True))


def apart(region: str, others: Iterable[str] = tuple(REGIONS)) -> list[str]:
    """Regions that have nothing in common with one."""
    (x0, x1), (y0, y1) = REGIONS[region]
    bounds = {name: REGIONS[name] for name in others}
    eps = 1e-6
    return [
        n
        for n, ((u0, u1), (v0, v1)) in bounds.items()
        if u1 <= x0 + eps or u0 >= x1 - eps or v1 <= y0 + eps or v0 >= y1 - eps
    ]


def tower(kind: str = "block") -> str:
    """That all things of a kind form one tower: each but one lies on another of them, wherever that one is."""
    upon = f"(exists (?z - {kind}) (on ?y ?z))"
    return f"(exists (?x - {kind}) (forall (?y - {kind}) (or (= ?y ?x) {upon})))"


def stacked(names: Sequence[str], base: str) -> str:
    """That things form a tower upon something, in any order."""
    return either(chain((*order[::-1], base)) for order in itertools.permutations(names))


def chain(names: Sequence[str]) -> str:
    """That each thing lies on the next."""
    return both(atom("on", upper, lower) for upper, lower in itertools.pairwise(names))


def matching(wrong: bool = False) -> str:
    """That each block is in a bowl of its own colour, or of another."""
    color = "(not (same-color ?b ?w))" if wrong else "(same-color ?b ?w)"
    return f"(forall (?b - block) (exists (?w - bowl) (and {color} (in ?b ?w))))"
