"""Where to set an object down on or in what carries it: surfaces, towers, seams between bricks, containers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from sim.catalog import sized, types_of
from sim.state import ObjectState, SceneState
from skills.containment import opening
from skills.grasping import inner_radius
from skills.outcome import FailureReason, SkillFailure
from skills.predicates import contained
from skills.spots import COMFORT, DROP, TALL, Offer, Spot, gap_at, headings, is_long

_WALL_ROOM = 0.008
"""Metres that what is tall keeps off the walls of a container."""
_LEAST_BEARING = 0.010
"""How far a brick that lies across two others must at least reach over each, metres."""


def on_top(state: SceneState, held: ObjectState, target: ObjectState) -> list[Spot]:
    """Spots on a surface: the middle of what is movable itself, else wherever there is room, the middle first.

    Raises:
        SkillFailure: COLLISION, where nothing is free.
    """
    x, y, _ = target.position
    yaw = target.pose.yaw
    if "movable" in types_of(target.category):
        return [Spot(x, y, target.top + 0.0015, yaw)]
    loaded = [state[n] for n in state.carried_by(target.name) if n != held.name]
    free = []
    for (px, py, far), heading in itertools.product(_upon(held, target), headings(held)):
        gap, _ = gap_at(held, px, py, loaded, heading)
        if gap >= 0.004:
            spot = Spot(px, py, target.top + DROP, heading, turns=2 if is_long(held) else 4)
            free.append((max(0.0, COMFORT - gap) + 0.2 * far, spot))
    if not free:
        raise SkillFailure(FailureReason.COLLISION, f"no room for the {held.name} on the {target.name}", loaded[0].name)
    return [spot for _, spot in sorted(free, key=lambda pair: pair[0])]


def _upon(held: ObjectState, target: ObjectState) -> Iterator[Offer]:
    """Points of a surface at which all of the held object lies on it; the third number is the way from the middle."""
    x, y, _ = target.position
    half = max(held.size[:2]) / 2.0 + 0.005
    if target.round:
        radius = max(0.0, target.size[0] / 2.0 - half)
        for ring, k in itertools.product((0.0, 0.5, 1.0), range(8)):
            angle = k * math.pi / 4.0
            yield x + ring * radius * math.cos(angle), y + ring * radius * math.sin(angle), ring * radius
        return
    c, s = math.cos(target.pose.yaw), math.sin(target.pose.yaw)
    reach = [max(0.0, extent / 2.0 - half) for extent in target.size[:2]]
    for u, v in itertools.product(np.linspace(-1.0, 1.0, 7), repeat=2):
        dx, dy = reach[0] * float(u), reach[1] * float(v)
        yield x + c * dx - s * dy, y + s * dx + c * dy, math.hypot(dx, dy)


def across(state: SceneState, held: ObjectState, first: ObjectState, second: ObjectState) -> list[Spot]:
    """The spot on the seam between two bricks.

    Raises:
        SkillFailure: UNREACHABLE, where they do not stand side by side on one level; COLLISION, where one lies there.
    """
    low, high = sorted((first, second), key=lambda o: o.position[1])
    gap = float(high.footprint[:, 1].min() - low.footprint[:, 1].max())
    bearing = (held.size[1] - gap) / 2.0
    both = f"the {first.name} and the {second.name}"
    if bearing < _LEAST_BEARING or abs(first.position[0] - second.position[0]) > held.size[0] / 2.0:
        raise SkillFailure(FailureReason.UNREACHABLE, f"{both} are too far apart to lie across")
    if abs(first.top - second.top) > 0.005:
        raise SkillFailure(FailureReason.UNREACHABLE, f"{both} are not level")
    x, y = ((a + b) / 2.0 for a, b in zip(first.position[:2], second.position[:2], strict=True))
    loads = {n for o in (first, second) for n in state.carried_by(o.name)} - {held.name}
    room, nearest = gap_at(held, x, y, [state[n] for n in sorted(loads)])
    if room < 0.004:
        raise SkillFailure(FailureReason.COLLISION, f"the {nearest} lies across {both} already", nearest)
    return [Spot(x, y, max(first.top, second.top) + 0.0015, 0.0)]


def _over_floor(container: ObjectState, half: float, z: float) -> Iterator[Offer]:
    """Points over the floor of a container, in its frame, for a thing of this radius; at height z, all in metres."""
    if "fixture" in types_of(container.category):
        # Furniture is wider than deep, and a door may cover part of it.
        axes = []
        for (low, high), count in zip(opening(container), (5, 9), strict=True):
            middle, room = (low + high) / 2.0, max(0.0, (high - low) / 2.0 - half)
            axes.append([(middle + room * float(u), room * float(u)) for u in np.linspace(-1.0, 1.0, count)])
        yield from ((x, y, math.hypot(dx, dy)) for (x, dx), (y, dy) in itertools.product(*axes))
        return
    room = max(0.0, inner_radius(container, z) - half)
    for u, v in itertools.product(np.linspace(-1.0, 1.0, 5), repeat=2):
        if not container.round or math.hypot(u, v) <= 1.01:
            dx, dy = room * float(u), room * float(v)
            yield dx, dy, math.hypot(dx, dy)


def inside_of(state: SceneState, held: ObjectState, container: ObjectState) -> list[Spot]:
    """Spots over the floor of a container: where there is most room, else on top of what lies there."""
    kind = sized(container.category, container.size)
    where = contained(state)
    contents = [o for o in state.objects if o.name != held.name and where.get(o.name) == container.name]
    half = math.hypot(*held.size[:2]) / 2.0 if not held.round else held.size[0] / 2.0
    # What is tall would be caught by the wall: it keeps off.
    half += _WALL_ROOM if held.height > TALL else 0.0
    yaw = container.pose.yaw
    offers = []
    for dx, dy, aside in _over_floor(container, half, container.bottom + kind.floor + held.height / 2.0):
        x = container.position[0] + math.cos(yaw) * dx - math.sin(yaw) * dy
        y = container.position[1] + math.sin(yaw) * dx + math.cos(yaw) * dy
        gap, _ = gap_at(held, x, y, contents)
        under = [o.top for o in contents if gap_at(held, x, y, [o])[0] < 0.002]
        bottom = max([container.bottom + kind.floor, *under]) + 0.008
        crowd = max(0.0, COMFORT - gap) if contents else 0.0
        offers.append((bottom + crowd + 0.1 * aside, Spot(x, y, bottom, yaw, container.name)))
    return [spot for _, spot in sorted(offers, key=lambda pair: pair[0])][:6]
