"""Where to set an object down: candidate spots for each relation, free of what is there already, best first."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.catalog import CATEGORIES, types_of
from sim.geometry import polygon_gap, quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, SceneState
from skills.grasping import inner_radius
from skills.outcome import FailureReason, SkillFailure
from skills.predicates import BESIDE_GAP, REGIONS, RELATIONS, WORK_AREA, contained

CLEARANCE = 0.01
"""Least gap to other objects on the table, metres."""
_DROP = 0.003
_COMFORT = 0.035


@dataclass(frozen=True)
class Spot:
    """A place for the centre of the held object."""

    x: float
    """Metres; likewise y."""
    y: float
    bottom: float
    """World z at which the object's underside is let go, metres."""
    yaw: float
    """Wished heading of the object, any multiple of a quarter turn added, radians."""
    container: str | None = None
    """The container that the spot is in."""


def spots(state: SceneState, held: ObjectState, relation: str, targets: tuple[str, ...]) -> list[Spot]:
    """Spots that fulfil a relation and are free, best first.

    Args:
        state: the scene.
        held: the object to be placed.
        relation: `in`, `on`, `at`, `left-of`, `right-of`, `in-front-of`, `behind`, `near` or `between`.
        targets: objects or the region that the relation speaks of.

    Raises:
        SkillFailure: COLLISION, where nothing is free.
    """
    others = [o for o in state.objects if o.name != held.name]
    if relation == "in":
        return _inside(state, held, state[targets[0]])
    if relation == "on" and targets[0] != TABLE:
        return _on_top(state, held, state[targets[0]])
    if relation == "on":
        found = list(_anywhere(held))
    elif relation == "at":
        found = list(_in_region(targets[0]))
    elif relation == "near":
        found = list(_around(held, state[targets[0]]))
    elif relation == "between":
        found = list(_amid(state[targets[0]], state[targets[1]]))
    else:
        found = list(_beside(held, state[targets[0]], relation))
    free = []
    culprits: dict[str, int] = {}
    for x, y, cost in found:
        gap, nearest = _gap(held, x, y, others)
        if gap >= CLEARANCE and _on_table(x, y):
            free.append((cost + max(0.0, _COMFORT - gap), Spot(x, y, _DROP, 0.0)))
        elif nearest is not None:
            culprits[nearest] = culprits.get(nearest, 0) + 1
    if not free:
        where = f"{relation.replace('-', ' ')} {' and '.join(targets)}"
        culprit = max(culprits, key=lambda n: culprits[n]) if culprits else None
        because = f": the {culprit} is in the way" if culprit else ""
        raise SkillFailure(FailureReason.COLLISION, f"no room for the {held.name} {where}{because}", culprit)
    return [spot for _, spot in sorted(free, key=lambda pair: pair[0])]


def _on_table(x: float, y: float) -> bool:
    (x0, x1), (y0, y1) = WORK_AREA
    return x0 - 0.06 <= x <= x1 + 0.06 and y0 - 0.06 <= y <= y1 + 0.06


def _gap(held: ObjectState, x: float, y: float, others: list[ObjectState]) -> tuple[float, str | None]:
    """Distance from the held object's outline at (x, y) to the nearest other object, metres, and that object."""
    z = held.height / 2.0
    outline = replace(held, pose=Pose((x, y, z), quat_from_yaw(0.0))).footprint
    least, nearest = 0.1, None
    for other in others:
        if math.dist(other.position[:2], (x, y)) > 0.28:
            continue
        gap = polygon_gap(outline, other.footprint)
        if gap < least:
            least, nearest = gap, other.name
    return least, nearest


Offer = tuple[float, float, float]
"""x, y (metres), and how far from ideal (metres)."""


def _grid(bounds: tuple[tuple[float, float], tuple[float, float]], step: float) -> Iterator[tuple[float, float]]:
    axes = [np.linspace(low, high, max(2, round((high - low) / step) + 1)) for low, high in bounds]
    yield from ((float(x), float(y)) for x, y in itertools.product(*axes))


def _anywhere(held: ObjectState) -> Iterator[Offer]:
    (x0, x1), (y0, y1) = WORK_AREA
    here = held.position
    for x, y in _grid(((x0 + 0.03, x1 - 0.03), (y0 + 0.03, y1 - 0.03)), 0.04):
        yield x, y, 0.2 * math.dist((x, y), here[:2])


def _in_region(region: str) -> Iterator[Offer]:
    (x0, x1), (y0, y1) = REGIONS[region]
    center = ((x0 + x1) / 2.0, (y0 + y1) / 2.0)
    for x, y in _grid(((x0 + 0.025, x1 - 0.025), (y0 + 0.025, y1 - 0.025)), 0.03):
        yield x, y, 0.2 * math.dist((x, y), center)


def _around(held: ObjectState, target: ObjectState) -> Iterator[Offer]:
    reach = (max(held.size[:2]) + max(target.size[:2])) / 2.0
    for k, gap in itertools.product(range(16), (0.03, 0.045, 0.06)):
        angle = k * math.pi / 8.0
        # A square's outline is nearer than its corners' circle: stay within the bound at every heading.
        r = reach + gap
        yield target.position[0] + r * math.cos(angle), target.position[1] + r * math.sin(angle), abs(gap - 0.045)


def _beside(held: ObjectState, target: ObjectState, relation: str) -> Iterator[Offer]:
    ux, uy = RELATIONS[relation]
    outline = target.footprint
    along = outline @ np.array([ux, uy])
    edge = float(along.max()) + held.size[0] / 2.0
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


def _on_top(state: SceneState, held: ObjectState, target: ObjectState) -> list[Spot]:
    x, y, _ = target.position
    yaw = target.pose.yaw
    if "movable" in types_of(target.category):
        return [Spot(x, y, target.top + 0.0015, yaw)]
    loaded = [state[n] for n in state.carried_by(target.name) if n != held.name]
    radius = target.size[0] / 2.0 - max(held.size[:2]) / 2.0 - 0.005
    free = []
    for ring, k in itertools.product((0.0, 0.5, 1.0), range(8)):
        px = x + ring * radius * math.cos(k * math.pi / 4.0)
        py = y + ring * radius * math.sin(k * math.pi / 4.0)
        gap, _ = _gap(held, px, py, loaded)
        if gap >= 0.004:
            free.append((max(0.0, _COMFORT - gap) + 0.2 * ring * radius, Spot(px, py, target.top + _DROP, 0.0)))
    if not free:
        raise SkillFailure(FailureReason.COLLISION, f"no room for the {held.name} on the {target.name}", loaded[0].name)
    return [spot for _, spot in sorted(free, key=lambda pair: pair[0])]


def _inside(state: SceneState, held: ObjectState, container: ObjectState) -> list[Spot]:
    """Spots over the floor of a container: where there is most room, else on top of what lies there."""
    kind = CATEGORIES[container.category]
    where = contained(state)
    contents = [o for o in state.objects if o.name != held.name and where.get(o.name) == container.name]
    half = math.hypot(*held.size[:2]) / 2.0 if not held.round else held.size[0] / 2.0
    room = max(0.0, inner_radius(container, container.bottom + kind.floor + held.height / 2.0) - half)
    yaw = container.pose.yaw
    offers = []
    for u, v in itertools.product(np.linspace(-1.0, 1.0, 5), repeat=2):
        if container.round and math.hypot(u, v) > 1.01:
            continue
        dx, dy = room * float(u), room * float(v)
        x = container.position[0] + math.cos(yaw) * dx - math.sin(yaw) * dy
        y = container.position[1] + math.sin(yaw) * dx + math.cos(yaw) * dy
        gap, _ = _gap(held, x, y, contents)
        under = [o.top for o in contents if _gap(held, x, y, [o])[0] < 0.002]
        bottom = max([container.bottom + kind.floor, *under]) + 0.008
        crowd = max(0.0, _COMFORT - gap) if contents else 0.0
        offers.append((bottom + crowd + 0.1 * math.hypot(dx, dy), Spot(x, y, bottom, yaw, container.name)))
    return [spot for _, spot in sorted(offers, key=lambda pair: pair[0])][:6]
