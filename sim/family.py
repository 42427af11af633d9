"""Scene families: where the robot works, and what stands there before any object is placed.

A file in `sim/families/` that calls `register_family` adds one.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from dataclasses import dataclass
from typing import Literal

from sim.camera import FROM_THE_FRONT, CameraPose
from sim.furniture import LIT, Furniture
from sim.geometry import Vec3
from sim.mobile import MobileBase
from sim.state import Pose


@dataclass(frozen=True)
class Wiring:
    """What switches a light."""

    source: str
    """The part whose joint is read."""
    light: str
    """The part that is lit or not; its `value` is 1 or 0."""
    threshold: float
    """Reading of the joint from which the source counts as actuated, metres or radians."""
    kind: Literal["toggle", "level"]
    """`toggle`: each actuation changes the light. `level`: it is lit while the source is actuated."""
    color: Vec3 = LIT
    """Of the light where it is lit, red, green and blue."""


@dataclass(frozen=True)
class Family:
    """A kind of place."""

    name: str
    """Key in the registry."""
    furniture: tuple[Furniture, ...] = ()
    """What stands there."""
    wiring: tuple[Wiring, ...] = ()
    """Which switch works which light."""
    table: bool = True
    """Whether there is the ordinary table, its top at z = 0."""
    floor: float | None = None
    """Height of a floor, metres; None where nothing would ever meet it."""
    mobile: MobileBase | None = None
    """The base that drives under the robot; None where its foot is fixed."""
    foot: Pose | None = None
    """Where the robot stands; None where its spec says."""
    camera: CameraPose = FROM_THE_FRONT
    """Where a person looks from."""

    @property
    def fixtures(self) -> tuple[str, ...]:
        """Names of all parts of the furniture, in the order in which scenes list them."""
        names = (p.name for piece in self.furniture for p in piece.parts if p.name is not None)
        return tuple(dict.fromkeys(names))


_FAMILIES: dict[str, Family] = {}
_LOADED: set[str] = set()


def register_family(family: Family) -> Family:
    """Adds a family.

    Raises:
        ValueError: one of that name is there already.
    """
    if family.name in _FAMILIES:
        raise ValueError(f"scene family {family.name!r} is registered already")
    _FAMILIES[family.name] = family
    return family


def families() -> dict[str, Family]:
    """All families by name."""
    if "sim.families" not in _LOADED:
        package = importlib.import_module("sim.families")
        for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(f"sim.families.{module}")
        _LOADED.add("sim.families")
    return dict(_FAMILIES)


def find_family(name: str) -> Family:
    """The family of that name.

    Raises:
        ValueError: there is none; the message gives the nearest.
    """
    known = families()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise ValueError(f"unknown scene family {name!r}; the nearest is {near!r} of: {', '.join(known)}")
    return known[name]
