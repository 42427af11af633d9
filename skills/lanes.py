"""Lanes over the table along which a small piece can be swept: free of what stands there, direct or by a detour."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.catalog import types_of
from sim.geometry import polygon_gap, rectangle
from sim.state import ObjectState, Pose, SceneState
from skills.vocabulary import WORK_AREA

_MARGIN = 0.015
"""Least distance from a swept piece to the edge of the zone, metres."""
_ROOM = 0.006
"""Least gap between a lane and what stands beside it, metres."""
_DETOURS = 6
"""So many detours are tried, the shortest first."""


@dataclass(frozen=True)
class Stroke:
    """One straight sweep."""

    start: tuple[float, float]
    """Centre of the piece before it, metres (x, y)."""
    end: tuple[float, float]
    """Centre of the piece after it."""

    @property
    def length(self) -> float:
        """Metres."""
        return math.dist(self.start, self.end)

    @property
    def direction(self) -> tuple[float, float]:
        """Unit vector (x, y)."""
        return (self.end[0] - self.start[0]) / self.length, (self.end[1] - self.start[1]) / self.length

    @property
    def heading(self) -> float:
        """Of the way, radians."""
        return math.atan2(self.end[1] - self.start[1], self.end[0] - self.start[0])


def lanes(state: SceneState, piece: ObjectState, zone: ObjectState, width: float) -> tuple[list[Stroke], list[str]]:
    """Strokes that bring a piece well into a zone, best first, and what stands in the other ways.

    Args:
        state: the scene.
        piece: what is to be swept.
        zone: where to.
        width: of what sweeps, metres.
    """
    # What lies in the zone already may be pushed on within it, but only where there is no other way.
    swept = {n for n in state.carried_by(zone.name) if "sweepable" in types_of(state[n].category)}
    offers, culprits = [], []
    for stroke in _into(piece, zone):
        blocking = _in_lane(state, piece, stroke, width)
        if blocking <= swept:
            offers.append((len(blocking), stroke.length, stroke))
        else:
            culprits.append(min(blocking - swept))
    return [stroke for _, _, stroke in sorted(offers, key=lambda offer: offer[:2])], culprits


def detours(state: SceneState, piece: ObjectState, zone: ObjectState, width: float) -> list[Stroke]:
    """First strokes of ways round what stands between a piece and a zone: from their ends there is a free lane."""
    x, y, z = piece.position
    found = []
    for u, v in _waypoints(WORK_AREA):
        if math.dist((u, v), (x, y)) < 0.05 or zone.covers(u, v):
            continue
        stroke = Stroke((x, y), (u, v))
        if not _in_lane(state, piece, stroke, width):
            there = replace(piece, pose=Pose((u, v, z), piece.pose.orientation))
            further, _ = lanes(state.with_object(there), there, zone, width)
            if further:
                found.append((stroke.length + further[0].length, stroke))
    return [stroke for _, stroke in sorted(found, key=lambda pair: pair[0])][:_DETOURS]


def _waypoints(area: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    axes = [np.arange(low + 0.03, high, 0.06) for low, high in area]
    yield from ((float(u), float(v)) for u, v in itertools.product(*axes))


def _into(piece: ObjectState, zone: ObjectState) -> Iterator[Stroke]:
    x, y, _ = piece.position
    inset = math.hypot(*piece.size[:2]) / 2.0 + _MARGIN
    reach = [max(0.0, extent / 2.0 - inset) for extent in zone.size[:2]]
    c, s = math.cos(zone.pose.yaw), math.sin(zone.pose.yaw)
    for u, v in itertools.product(np.linspace(-1.0, 1.0, 7), repeat=2):
        dx, dy = reach[0] * float(u), reach[1] * float(v)
        target = (zone.position[0] + c * dx - s * dy, zone.position[1] + s * dx + c * dy)
        if math.dist((x, y), target) > 0.01:
            yield Stroke((x, y), target)


def _in_lane(state: SceneState, piece: ObjectState, stroke: Stroke, width: float) -> set[str]:
    """What stands in the lane."""
    far = piece.size[0] / 2.0 + _ROOM
    middle = ((stroke.start[0] + stroke.end[0]) / 2.0, (stroke.start[1] + stroke.end[1]) / 2.0)
    lane = rectangle(middle, (stroke.length + 2.0 * far, width + 2.0 * _ROOM), stroke.heading)
    others = (o for o in state.objects if o.name != piece.name and o.category != "zone")
    return {o.name for o in others if polygon_gap(lane, o.footprint) <= 0.0}
