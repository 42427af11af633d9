"""What objects cover of the table, as convex pieces: a hook is an L, and a rack stands on legs."""

from __future__ import annotations

import numpy as np

from sim.catalog import sized
from sim.geometry import polygon_gap, rectangle
from sim.solids import RACK_BOARD, Box, hook_bars, rack_parts
from sim.state import ObjectState, Pose


def outlines(thing: ObjectState) -> list[np.ndarray]:
    """Convex outlines, each of shape (n, 2), that make up what is seen of an object from above, metres."""
    if thing.category == "hook":
        return _seen(thing, hook_bars(sized(thing.category, thing.size)))
    return [thing.footprint]


def feet(thing: ObjectState) -> list[np.ndarray]:
    """As `outlines`, of what stands in the way of something that slides over the table: the legs alone of a rack."""
    if thing.category == "rack":
        return _seen(thing, rack_parts(sized(thing.category, thing.size))[1:])
    return outlines(thing)


def opening_below(rack: ObjectState) -> float:
    """World z of the underside of a rack's board, metres."""
    return rack.top - RACK_BOARD


def nearer(a: list[np.ndarray], b: list[np.ndarray], distance: float) -> bool:
    """Whether two sets of convex outlines are nearer to each other than so many metres.

    The same as `gap_between(a, b) < distance`, and quicker: most outlines are far apart, which their bounds tell.
    """
    bounds = [(q.min(axis=0) - distance, q.max(axis=0) + distance, q) for q in b]
    for p in a:
        low, high = p.min(axis=0), p.max(axis=0)
        for under, over, q in bounds:
            if (low < over).all() and (high > under).all() and polygon_gap(p, q) < distance:
                return True
    return False


def gap_between(a: list[np.ndarray], b: list[np.ndarray]) -> float:
    """Least distance of two sets of convex outlines, metres; negative where they overlap."""
    return min(polygon_gap(p, q) for p in a for q in b)


def _seen(thing: ObjectState, parts: tuple[Box, ...]) -> list[np.ndarray]:
    yaw = thing.pose.yaw
    return [
        rectangle((thing.pose @ Pose(part.center)).position, (2.0 * part.half[0], 2.0 * part.half[1]), yaw)
        for part in parts
    ]
