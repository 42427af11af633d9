"""What rests on what, told from geometry alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.catalog import CATEGORIES
from sim.geometry import polygon_gap
from sim.state import TABLE, ObjectState

WITHIN = 0.010
"""How far, metres, an object's underside may seem to be from what carries it."""
_ALIKE = 0.004
"""Of several surfaces under an object, those within this of the highest carry it too, metres."""
_HEAP = 0.04
"""How far above the rim of a container what is heaped in it may have its centre, metres."""


def supports(objects: Sequence[ObjectState], held: str | None) -> frozenset[tuple[str, str]]:
    """Pairs (upper, lower) as in `SceneState.supports`, for all objects but the held one.

    An object rests on the highest things under it that its underside comes within a centimetre of; inside a container,
    on what lies there or else on the container; where nothing is so near (it leans, or is wedged), on the highest thing
    under its outline.
    """
    found: set[tuple[str, str]] = set()
    for upper in objects:
        if upper.name != held and "movable" in CATEGORIES[upper.category].types:
            found.update((upper.name, lower) for lower in _carriers(upper, objects, held))
        elif upper.name != held:
            found.add((upper.name, TABLE))
    return frozenset(found)


def floor_of(lower: ObjectState) -> float:
    """World z at which things rest on an object, or in it where it is a container, metres."""
    kind = CATEGORIES[lower.category]
    return lower.bottom + kind.floor if "container" in kind.types else lower.top


def is_inside(a: ObjectState, box: ObjectState) -> bool:
    """Whether the centre of `a` lies within the walls of a container, or is heaped above them."""
    kind = CATEGORIES[box.category]
    if "container" not in kind.types:
        return False
    x, y, z = (box.pose.inverse() @ a.pose).position
    half = box.size[0] / 2.0 - kind.wall
    within = math.hypot(x, y) < half if box.round else max(abs(x), abs(y)) < half
    return within and -box.size[2] / 2.0 < z < box.size[2] / 2.0 + _HEAP


def _carriers(upper: ObjectState, objects: Sequence[ObjectState], held: str | None) -> list[str]:
    below = list(_below(upper, objects, held))
    near = [(z, name) for z, name in below if abs(z - upper.bottom) <= WITHIN]
    if not near:
        return [max(below)[1]]
    highest = max(near)[0]
    return [name for z, name in near if z >= highest - _ALIKE]


def _below(upper: ObjectState, objects: Sequence[ObjectState], held: str | None) -> Iterator[tuple[float, str]]:
    """Surfaces that the object could rest on: their height, metres, and whose they are. The table is always one."""
    container = next((o for o in objects if o.name != upper.name and is_inside(upper, o)), None)
    if container is None:
        yield (0.0, TABLE)
    for lower in objects:
        if lower.name in (upper.name, held):
            continue
        if lower is container or _is_under(lower, upper):
            yield (floor_of(lower), lower.name)


def _is_under(lower: ObjectState, upper: ObjectState) -> bool:
    """Whether the outlines overlap, and the upper object's middle is above the lower one's top."""
    if "container" in CATEGORIES[lower.category].types or lower.top >= upper.position[2]:
        return False
    return polygon_gap(upper.footprint, lower.footprint) < -0.002
