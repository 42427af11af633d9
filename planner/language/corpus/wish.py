"""What a person may want in a scene, and one way of saying it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.state import SceneState


class Verdict(StrEnum):
    """What is right to do about a wish."""

    DO = "do"
    """It can be fulfilled."""
    MISSING = "missing"
    """It speaks of a thing that is not there: refuse."""
    IMPOSSIBLE = "impossible"
    """All things are there, and no skill can bring it about: refuse."""
    AMBIGUOUS = "ambiguous"
    """It fits several things and would end differently for each: ask."""


@dataclass(frozen=True)
class Wish:
    """An instruction in a scene, and what it means."""

    template: str
    """Which pattern of words it was made from, such as `tabletop/matching/7`: samples are split by it."""
    instruction: str
    """As said, before manners and mistakes are put in."""
    goal: str | None
    """PDDL, as in task files; None unless it is to be done."""
    verdict: Verdict = Verdict.DO
    """What is right to do about it."""
    stages: tuple[str, ...] = ()
    """Goals to be reached one after another, where the instruction gives an order; the last steps end in `goal`."""
    replies: tuple[tuple[str, str], ...] = ()
    """What the person may say next, an answer to the question or a correction, and the goal that then holds."""
    prefers: str = ""
    """The skill that the words ask for, where another would do as well: `push`."""
    formula: str | None = None
    """How the goal is written where that is not how it is planned for: `goal` is one way to reach it, taken unless it
    is longer than another. None: as `goal` is."""


Drawer = Callable[[SceneState, np.random.Generator], Wish | None]
"""Draws a wish that makes sense in a scene; None where the scene has not what it takes."""
