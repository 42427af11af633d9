"""Which of several things is meant by where it is or how large it is: measured, in doubt nothing.

Every function takes things and gives those that are meant, in the order of the scene; None where it cannot be told: two
are as near, one is on neither side. People see what stands on the table; where it makes a difference whether what lies
in or on other things counts too, that is doubt as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from itertools import pairwise

from sim.catalog import COLORS, types_of
from sim.state import TABLE, ObjectState, SceneState
from skills.containment import contained
from skills.vocabulary import LARGER_BY, REGIONS, work_area

Things = Sequence[ObjectState]
Select = Callable[[Things], Things | None]
"""Chooses among things; None where it cannot be told which are meant."""

CLEARLY = 0.02
"""By so much one thing must be nearer, or farther to a side, than the next to be meant by it, metres."""
_AXES = {"left": (1, 1.0), "right": (1, -1.0), "top": (0, 1.0), "bottom": (0, -1.0)}
"""The coordinate that a side is told by, and its sign there."""
CLASSES = {
    "warm": (frozenset({"red", "orange", "yellow"}), frozenset({"pink", "brown"})),
    "cool": (frozenset({"blue", "green", "cyan", "purple"}), frozenset({"gray"})),
    "light": (frozenset({"white", "yellow"}), frozenset({"pink", "cyan", "orange", "gray"})),
    "dark": (frozenset({"black", "brown"}), frozenset({"blue", "purple", "green", "red", "gray"})),
    "primary": (frozenset({"red", "yellow", "blue"}), frozenset[str]()),
}
"""Colours of a class, and those of which it is open whether they belong to it."""


def at_hand(state: SceneState) -> list[ObjectState]:
    """All things but the one in the hand."""
    return [o for o in state.objects if o.name != state.robot.holding]


def visible(state: SceneState) -> list[ObjectState]:
    """Those that a person sees before the robot: not in a drawer or a cupboard."""
    inner = contained(state)
    hidden = {n for n, box in inner.items() if {"openable", "slidable"} & types_of(state[box].category)}
    return [o for o in at_hand(state) if o.name not in hidden]


def standing(state: SceneState, things: Things) -> list[ObjectState]:
    """Those that stand on the table itself."""
    return [o for o in things if (o.name, TABLE) in state.supports]


def robot_xy(state: SceneState) -> tuple[float, float]:
    """Where the robot stands, metres."""
    x, y, _ = state.robot.base.position
    return x, y


def nearest(
    to: tuple[float, float], count: int = 1, *, farthest: bool = False, but: ObjectState | None = None
) -> Select:
    """The things nearest to a place, or farthest from it; of others than the one that is there."""
    way = -1.0 if farthest else 1.0
    first = _first(lambda o: way * math.dist(o.position[:2], to), CLEARLY, count)
    return lambda things: first([o for o in things if o != but])


def outermost(side: str, count: int = 1) -> Select:
    """The leftmost things, or those farthest to another side."""
    axis, sign = _AXES[side]
    return _first(lambda o: -sign * o.position[axis], CLEARLY, count)


def counted(rank: int, side: str) -> Select:
    """The thing of that rank, from 1, counted from a side."""
    axis, sign = _AXES[side]

    def select(things: Things) -> Things | None:
        line = sorted(things, key=lambda o: -sign * o.position[axis])
        if not 0 < rank <= len(line):
            return None
        around = line[max(rank - 2, 0) : rank + 1]
        gaps = [abs(a.position[axis] - b.position[axis]) for a, b in pairwise(around)]
        return [line[rank - 1]] if all(gap >= CLEARLY for gap in gaps) else None

    return select


def middle(things: Things) -> Things | None:
    """The one between two others, from left to right, unless another is the only one in the middle of the table."""
    between = counted(2, "left")(things) if len(things) == 3 else None
    central = within("middle")(things)
    return between if central is None or len(central) != 1 or central == between else None


def on_side(side: str, family: str) -> Select:
    """What is on one side of the table, a third of it as for the predicate `at`; where nothing is, on that half.

    Of two things that are both on that side, or both not, it is the one that is more to that side.
    """
    axis, sign = _AXES[side]
    low, high = work_area(family)[axis]
    center, third = (low + high) / 2.0, (high - low) / 6.0

    def select(things: Things) -> Things | None:
        for edge in (third, 0.0):
            found = [o for o in things if sign * (o.position[axis] - center) >= edge]
            if 0 < len(found) < len(things):
                return found
        return outermost(side)(things) if len(things) == 2 else None

    return select


def within(region: str) -> Select:
    """What lies in a corner, or in another part of the table."""
    (x0, x1), (y0, y1) = REGIONS[region]
    return lambda things: [o for o in things if x0 <= o.position[0] <= x1 and y0 <= o.position[1] <= y1]


def beyond(anchor: ObjectState, side: str) -> Select:
    """What is to the left of a thing, or to another side of it."""
    axis, sign = _AXES[side]

    def select(things: Things) -> Things | None:
        ways = {o: sign * (o.position[axis] - anchor.position[axis]) for o in things if o != anchor}
        return [o for o, way in ways.items() if way > 0.0] if all(abs(w) >= CLEARLY for w in ways.values()) else None

    return select


def superlative(*, large: bool, count: int = 1) -> Select:
    """The largest things, or the smallest."""
    way = -1.0 if large else 1.0
    return _first(lambda o: way * o.size[0], LARGER_BY, count)


def sized(size: str) -> Select:
    """The `large` ones, the `small` ones or the `medium` ones, where there are as many sizes as it takes to say so."""

    def select(things: Things) -> Things | None:
        widths = sorted(o.size[0] for o in things)
        steps = [(a, b) for a, b in pairwise(widths) if b - a >= LARGER_BY]
        if len(steps) != (2 if size == "medium" else 1):
            return None
        low = steps[0][1] if size in ("large", "medium") else 0.0
        high = steps[-1][0] if size in ("small", "medium") else math.inf
        return [o for o in things if low <= o.size[0] <= high]

    return select


def of_class(name: str) -> Select:
    """What has a warm colour, or a cool one; None where a colour may be either."""
    sure, open_ = CLASSES[name]

    def select(things: Things) -> Things | None:
        colors = {o.color for o in things if o.color in COLORS}
        return None if colors & open_ else [o for o in things if o.color in sure]

    return select


def colored(color: str) -> Select:
    """What has a colour."""
    return lambda things: [o for o in things if o.color == color]


def without(colors: Set[str]) -> Select:
    """What has none of some colours."""
    return lambda things: [o for o in things if o.color not in colors]


def carried(anchor: ObjectState, state: SceneState) -> Select:
    """What is in a thing, or lies directly on it."""
    inner = contained(state)
    on = {a for a, b in state.supports if b == anchor.name and a not in inner}
    return lambda things: [o for o in things if o.name in on or inner.get(o.name) == anchor.name]


def towers(state: SceneState) -> dict[str, str]:
    """What stands on what, of all that can be moved."""
    inner = contained(state)
    below = {a: b for a, b in state.supports if a not in inner and b in state}
    return {a: b for a, b in below.items() if {"movable"} <= types_of(state[a].category) & types_of(state[b].category)}


def in_tower(state: SceneState, *, top: bool) -> Select:
    """What is at the top, or at the bottom, of the only stack that there is."""
    stacked = towers(state)
    ends = set(stacked) - set(stacked.values()) if top else set(stacked.values()) - set(stacked)
    return lambda things: [o for o in things if o.name in ends] if len(ends) == 1 else None


def _first(key: Callable[[ObjectState], float], clearly: float, count: int) -> Select:
    def select(things: Things) -> Things | None:
        line = sorted(things, key=key)
        if len(line) < count or count < 1:
            return None
        told = len(line) == count or key(line[count]) - key(line[count - 1]) >= clearly
        return [o for o in things if o in line[:count]] if told else None

    return select
