"""Where to set an object down: candidate spots for each relation, free of what is there already, best first."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from sim.catalog import types_of
from sim.geometry import polygon_gap
from sim.state import TABLE, ObjectState, SceneState
from skills.carriers import across, inside_of, on_top
from skills.outcome import FailureReason, SkillFailure
from skills.spots import COMFORT, DROP, TALL, Offer, Spot, gap_at, headings, is_long, outline_at
from skills.vocabulary import BESIDE_GAP, NEAR_GAP, REGIONS, RELATIONS, work_area

CLEARANCE = 0.01
"""Least gap to other objects on the table, metres."""
_HAND_ROOM = 0.09
_ROOM_TO_PUSH = 0.10
"""Gap up to which more room is better at the desk, where things are pushed and turned where they lie, metres."""
_WALL_GAP = 0.012
"""Gap that bricks are set down with next to each other, metres."""


def spots(state: SceneState, held: ObjectState, relation: str, targets: tuple[str, ...]) -> list[Spot]:
    """Spots that fulfil a relation and are free, best first.

    Args:
        state: the scene.
        held: the object to be placed.
        relation: `in`, `on`, `at`, `left-of`, `right-of`, `in-front-of`, `behind`, `near`, `next-to`, `between` or
            `across`.
        targets: objects or the region that the relation speaks of.

    Raises:
        SkillFailure: COLLISION, where nothing is free.
    """
    others = [o for o in state.objects if o.name != held.name]
    if relation == "in":
        return inside_of(state, held, state[targets[0]])
    if relation == "on" and targets[0] != TABLE:
        return on_top(state, held, state[targets[0]])
    if relation == "across":
        return across(state, held, state[targets[0]], state[targets[1]])
    if relation == "on":
        found = list(_anywhere(held, work_area(state.family)))
    elif relation == "at":
        found = list(_in_region(targets[0]))
    elif relation == "near":
        found = list(_around(held, state[targets[0]]))
    elif relation == "next-to":
        found = list(_next_to(held, state[targets[0]]))
    elif relation == "between":
        found = list(_amid(state[targets[0]], state[targets[1]]))
    else:
        found = list(_beside(held, state[targets[0]], relation))
    free = []
    culprits: dict[str, int] = {}
    if state.family == "desk":
        # What is under the top takes no room on it.
        others = [o for o in others if o.top > 0.0]
    comfort = _ROOM_TO_PUSH if state.family == "desk" else COMFORT
    uneven = [o for o in others if (o.height > TALL) != (held.height > TALL) and "movable" in types_of(o.category)]
    for (x, y, cost), yaw in itertools.product(found, headings(held)):
        gap, nearest = gap_at(held, x, y, others, yaw)
        if gap >= CLEARANCE and _on_table(x, y, state.family):
            crowd = max(0.0, comfort - gap) + _shade(held, x, y, uneven, yaw)
            free.append((cost + crowd, Spot(x, y, DROP, yaw, turns=2 if is_long(held) else 4)))
        elif nearest is not None:
            culprits[nearest] = culprits.get(nearest, 0) + 1
    if not free:
        where = f"{relation.replace('-', ' ')} {' and '.join(targets)}"
        culprit = max(culprits, key=lambda n: culprits[n]) if culprits else None
        because = f": the {culprit} is in the way" if culprit else ""
        raise SkillFailure(FailureReason.COLLISION, f"no room for the {held.name} {where}{because}", culprit)
    return [spot for _, spot in sorted(free, key=lambda pair: pair[0])]


def _on_table(x: float, y: float, family: str) -> bool:
    (x0, x1), (y0, y1) = work_area(family)
    # The tabletop goes on beyond its work area; the desk ends there.
    over = -0.03 if family == "desk" else 0.06
    return x0 - over <= x <= x1 + over and y0 - over <= y <= y1 + over


def _shade(held: ObjectState, x: float, y: float, uneven: list[ObjectState], yaw: float) -> float:
    """What speaks against (x, y) where tall and low things would stand together.

    The hand that reaches down for the low one is wider than its fingers, and needs room beside the tall one.
    """
    return max(0.0, _HAND_ROOM - gap_at(held, x, y, uneven, yaw)[0]) if uneven else 0.0


def _grid(bounds: tuple[tuple[float, float], tuple[float, float]], step: float) -> Iterator[tuple[float, float]]:
    axes = [np.linspace(low, high, max(2, round((high - low) / step) + 1)) for low, high in bounds]
    yield from ((float(x), float(y)) for x, y in itertools.product(*axes))


def _anywhere(held: ObjectState, area: tuple[tuple[float, float], tuple[float, float]]) -> Iterator[Offer]:
    (x0, x1), (y0, y1) = area
    here = held.position
    for x, y in _grid(((x0 + 0.03, x1 - 0.03), (y0 + 0.03, y1 - 0.03)), 0.04):
        yield x, y, 0.2 * math.dist((x, y), here[:2])


def _in_region(region: str) -> Iterator[Offer]:
    (x0, x1), (y0, y1) = REGIONS[region]
    center = ((x0 + x1) / 2.0, (y0 + y1) / 2.0)
    for x, y in _grid(((x0 + 0.025, x1 - 0.025), (y0 + 0.025, y1 - 0.025)), 0.03):
        yield x, y, 0.2 * math.dist((x, y), center)


def _around(held: ObjectState, target: ObjectState) -> Iterator[Offer]:
    if is_long(held) or is_long(target):
        yield from _around_long(held, target)
        return
    reach = (max(held.size[:2]) + max(target.size[:2])) / 2.0
    for k, gap in itertools.product(range(16), (0.03, 0.045, 0.06)):
        angle = k * math.pi / 8.0
        # A square's outline is nearer than its corners' circle: stay within the bound at every heading.
        r = reach + gap
        yield target.position[0] + r * math.cos(angle), target.position[1] + r * math.sin(angle), abs(gap - 0.045)


def _around_long(held: ObjectState, target: ObjectState) -> Iterator[Offer]:
    """As `_around`, where the distance that counts as near depends on how either lies."""
    center = np.array(target.position[:2])
    for k, gap in itertools.product(range(16), (0.012, 0.025, 0.04)):
        along = np.array([math.cos(k * math.pi / 8.0), math.sin(k * math.pi / 8.0)])
        edge = float(((target.footprint - center) @ along).max())
        x, y = center + along * (edge + max(held.size[:2]) / 2.0 + gap)
        farthest = max(polygon_gap(outline_at(held, float(x), float(y), a), target.footprint) for a in headings(held))
        if farthest < NEAR_GAP - 0.01:
            yield float(x), float(y), farthest


def _next_to(held: ObjectState, target: ObjectState) -> Iterator[Offer]:
    """Left and right of a brick, the side first that is nearer to the middle of the table."""
    x = target.position[0]
    outline = target.footprint[:, 1]
    for side, edge in ((1.0, float(outline.max())), (-1.0, float(outline.min()))):
        for gap in (_WALL_GAP, 1.5 * _WALL_GAP):
            spot = edge + side * (gap + held.size[1] / 2.0)
            yield x, spot, 0.2 * abs(spot) + gap


def _beside(held: ObjectState, target: ObjectState, relation: str) -> Iterator[Offer]:
    ux, uy = RELATIONS[relation]
    outline = target.footprint
    along = outline @ np.array([ux, uy])
    edge = float(along.max()) + max(held.size[:2]) / 2.0
    across = 0.3 * float(np.ptp(outline @ np.array([uy, ux])))
    middle = target.position[0] * abs(uy) + target.position[1] * abs(ux)
    for gap in np.arange(BESIDE_GAP[0] + 0.015, BESIDE_GAP[1] - 0.02, 0.015):
        for side in (0.0, 0.5, -0.5, 1.0, -1.0):
            reach = edge + float(gap)
            shift = middle + side * across
            x = ux * reach + abs(uy) * shift
            y = uy * reach + abs(ux) * shift
            yield x, y, abs(float(gap) - 0.05) + abs(side * across)


def _amid(first: ObjectState, second: ObjectState) -> Iterator[Offer]:
    a, b = np.array(first.position[:2]), np.array(second.position[:2])
    span = b - a
    length = float(np.linalg.norm(span))
    if length < 1e-6:
        return
    normal = np.array([-span[1], span[0]]) / length
    for t in (0.5, 0.45, 0.55, 0.4, 0.6, 0.36, 0.64):
        for side in (0.0, 0.015, -0.015, 0.03, -0.03, 0.042, -0.042):
            x, y = a + t * span + side * normal
            yield float(x), float(y), abs(t - 0.5) * length + abs(side)
