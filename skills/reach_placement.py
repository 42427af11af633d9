"""Where to set something down where room is short: on a rack, in a basket, or a hook on the table.

Spots are drawn from a grid and come best first. Alone, an object goes where it has most room; where more is to follow
into the same place, it goes into a corner, so that what is left stays in one piece (as bottom-left packing does; Baker,
Coffman and Rivest, 1980).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.catalog import sized, types_of
from sim.geometry import quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, SceneState
from skills.fixture_facts import REACH
from skills.outcome import FailureReason, SkillFailure
from skills.outlines import gap_between, outlines
from skills.placement import Spot, spots

_STEP = 0.012
_EDGE = 0.006
"""Least distance of a footprint from the edge of a rack or the wall of a basket, metres."""
_SIBLING_GAP = 0.006
"""Least gap to what is on or in the same thing, metres."""
_DROP = 0.003
_AREA = ((0.28, 0.72), (-0.48, 0.48))
"""Bounds of the middle of a hook that is laid down, metres."""
_HEADINGS = 12
_APART = 0.12
"""Distance between the first spots on the table that are offered, metres."""
_FREE = (0.045, 0.015)
"""Gaps around a hook that is laid down, metres: the first where it can be."""


def offers(
    state: SceneState, held: ObjectState, relation: str, targets: tuple[str, ...], crowded: bool
) -> Iterator[Spot]:
    """Spots that fulfil a relation and are free, best first.

    Args:
        state: the scene.
        held: the object to be placed.
        relation: as `skills.placement.spots`.
        targets: likewise.
        crowded: whether more is to follow into the same place.

    Raises:
        SkillFailure: COLLISION, where nothing is free.
    """
    target = targets[0] if targets else TABLE
    if relation == "on" and target != TABLE and "movable" not in types_of(state[target].category):
        yield from _on_board(state, held, state[target], crowded)
    elif relation == "in":
        yield from _in_box(state, held, state[target], crowded)
    elif relation == "on" and target == TABLE and held.category == "hook":
        yield from _spread(_laid_down(state, held))
    elif relation == "on" and target == TABLE:
        yield from _spread(iter(spots(state, held, relation, targets)))
    else:
        yield from spots(state, held, relation, targets)


def _spread(found: Iterator[Spot]) -> Iterator[Spot]:
    """The same spots, those first that are far from the ones before: a few tries go round the table."""
    near: list[Spot] = []
    shown: list[Spot] = []
    for spot in found:
        if all(_apart(spot, other) for other in shown):
            shown.append(spot)
            yield spot
        else:
            near.append(spot)
    yield from near


def _apart(a: Spot, b: Spot) -> bool:
    return math.hypot(a.x - b.x, a.y - b.y) > _APART or (
        a.turns == 1 and abs(math.remainder(a.yaw - b.yaw, math.tau)) > 1.0
    )


def _on_board(state: SceneState, held: ObjectState, board: ObjectState, crowded: bool) -> Iterator[Spot]:
    others = [state[n] for n in state.carried_by(board.name) if n != held.name]
    half = (board.size[0] / 2.0, board.size[1] / 2.0)
    yield from _in_rectangle(state, held, board, half, board.top + _DROP, others, crowded)


def _in_box(state: SceneState, held: ObjectState, box: ObjectState, crowded: bool) -> Iterator[Spot]:
    kind = sized(box.category, box.size)
    others = [o for o in state.objects if o.name not in (held.name, box.name) and _overlaps(o, box)]
    half = (box.size[0] / 2.0 - kind.wall, box.size[1] / 2.0 - kind.wall)
    yield from _in_rectangle(state, held, box, half, box.bottom + kind.floor + _DROP, others, crowded)


def _overlaps(thing: ObjectState, box: ObjectState) -> bool:
    return gap_between(outlines(thing), outlines(box)) < 0.0


def _in_rectangle(
    state: SceneState,
    held: ObjectState,
    target: ObjectState,
    half: tuple[float, float],
    bottom: float,
    others: list[ObjectState],
    crowded: bool,
) -> Iterator[Spot]:
    """Spots of a rectangle within reach, the object's sides along its own."""
    foot = state.robot.base.position
    beyond = False
    free: list[tuple[float, Spot]] = []
    blamed: dict[str, int] = {}
    x0, y0, _ = target.position
    yaw = target.pose.yaw
    c, s = math.cos(yaw), math.sin(yaw)
    container = target.name if "container" in types_of(target.category) else None
    square = abs(held.size[0] - held.size[1]) < 1e-6
    for quarter in (0,) if square else (0, 1):
        width, depth = held.size[:2] if quarter == 0 else held.size[1::-1]
        room = (half[0] - width / 2.0 - _EDGE, half[1] - depth / 2.0 - _EDGE)
        if min(room) < 0.0:
            continue
        heading = yaw + quarter * math.pi / 2.0
        for u, v in itertools.product(*(_ticks(r) for r in room)):
            x, y = x0 + c * u - s * v, y0 + s * u + c * v
            if math.hypot(x - foot[0], y - foot[1]) > REACH:
                beyond = True
                continue
            gap, nearest = _gap(held, x, y, heading, others)
            if gap < _SIBLING_GAP:
                blamed[nearest] = blamed.get(nearest, 0) + 1
                continue
            walls = (room[0] - abs(u), room[1] - abs(v))
            cost = sum(walls) if crowded else -min(gap, min(walls) + 0.02) + 0.1 * math.hypot(u, v)
            free.append((cost, Spot(x, y, bottom, heading, container, target.name, turns=4 if square else 2)))
    if not free and beyond and not blamed:
        raise SkillFailure(FailureReason.UNREACHABLE, f"the {target.name} is out of reach", target.name)
    if not free:
        culprit = max(blamed, key=lambda n: blamed[n]) if blamed else None
        because = f": the {culprit} is in the way" if culprit else ""
        message = f"no room for the {held.name} on or in the {target.name}{because}"
        raise SkillFailure(FailureReason.COLLISION, message, culprit, blamed)
    yield from (spot for _, spot in sorted(free, key=lambda pair: pair[0]))


def _ticks(room: float) -> list[float]:
    """Offsets from -room to room, metres, about `_STEP` apart."""
    return [float(v) for v in np.linspace(-room, room, max(3, 2 * math.ceil(room / _STEP) + 1))]


def _gap(held: ObjectState, x: float, y: float, yaw: float, others: list[ObjectState]) -> tuple[float, str]:
    """Distance, metres, from the object's outline at a place to the nearest of the others (at most 10 cm), and that."""
    there = outlines(replace(held, pose=Pose((x, y, held.position[2]), quat_from_yaw(yaw))))
    reach = math.hypot(*held.size[:2]) / 2.0 + 0.1
    least, nearest = 0.1, ""
    for other in others:
        if math.dist(other.position[:2], (x, y)) > reach + math.hypot(*other.size[:2]) / 2.0:
            continue
        gap = gap_between(there, outlines(other))
        if gap < least:
            least, nearest = gap, other.name
    return least, nearest


def _laid_down(state: SceneState, hook: ObjectState) -> Iterator[Spot]:
    """Places on the table for a hook, near ones first, with much room around it if there are any such."""
    others = [o for o in state.objects if o.name != hook.name]
    axes = [np.arange(low, high + 1e-9, 0.055) for low, high in _AREA]
    headings = [hook.pose.yaw + 2.0 * math.pi * k / _HEADINGS for k in range(_HEADINGS)]
    choices = [(float(x), float(y), math.remainder(a, math.tau)) for x, y, a in itertools.product(*axes, headings)]

    def effort(choice: tuple[float, float, float]) -> float:
        turn = abs(math.remainder(choice[2] - hook.pose.yaw, math.tau))
        return math.dist(choice[:2], hook.position[:2]) + 0.05 * turn

    ordered = sorted(choices, key=effort)
    crowd: list[tuple[float, Spot]] = []
    blamed: dict[str, int] = {}
    for x, y, yaw in ordered:
        gap, nearest = _gap(hook, x, y, yaw, others)
        spot = Spot(x, y, _DROP, yaw, turns=1)
        if gap >= _FREE[0]:
            yield spot
        elif gap >= _FREE[1]:
            crowd.append((-gap, spot))
        else:
            blamed[nearest] = blamed.get(nearest, 0) + 1
    yield from (spot for _, spot in sorted(crowd, key=lambda pair: pair[0]))
    if len(crowd) + sum(blamed.values()) == len(choices) and not crowd:
        culprit = max(blamed, key=lambda n: blamed[n])
        raise SkillFailure(FailureReason.COLLISION, f"no room for the {hook.name} on the table", culprit, blamed)
