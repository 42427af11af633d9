"""What is in which container. Pure functions of a `SceneState`."""

from __future__ import annotations

import math

from sim.catalog import CATEGORIES, sized, types_of
from sim.state import ObjectState, SceneState
from skills.vocabulary import HEAP_HEIGHT

PACKED_SLACK = 0.015
"""How far what is in a basket may stick out over its edge, seen from above, metres: as LLM3 (Wang et al., 2024)."""


def inside(a: ObjectState, b: ObjectState) -> bool:
    """Whether the centre of `a` lies within the walls of the container `b`, or heaped at most 4 cm above them.

    A basket is for packing: what is in it lies within its outline as a whole.
    """
    category = sized(b.category, b.size)
    local = (b.pose.inverse() @ a.pose).position
    half_x, half_y = (s / 2.0 - category.wall for s in b.size[:2])
    within = math.hypot(local[0], local[1]) < half_x if b.round else abs(local[0]) < half_x and abs(local[1]) < half_y
    if b.category == "basket":
        within = within and _overhang(a, b) < PACKED_SLACK
    return within and -b.size[2] / 2.0 < local[2] < b.size[2] / 2.0 + HEAP_HEIGHT


def _overhang(a: ObjectState, b: ObjectState) -> float:
    """How far the outline of `a` reaches over that of the rectangular `b`, metres; negative where it is within."""
    c, s = math.cos(b.pose.yaw), math.sin(b.pose.yaw)
    corners = [(x - b.position[0], y - b.position[1]) for x, y in a.footprint]
    return max(max(abs(c * x + s * y) - b.size[0] / 2.0, abs(c * y - s * x) - b.size[1] / 2.0) for x, y in corners)


def contained(state: SceneState) -> dict[str, str]:
    """For each object that is in a container, that container: it, or what is in it, carries the object."""
    result: dict[str, str] = {}
    for box in state.objects:
        if "container" not in types_of(box.category):
            continue
        frontier = [box.name]
        while frontier:
            for name in state.carried_by(frontier.pop()):
                if name not in result and inside(state[name], box):
                    result[name] = box.name
                    frontier.append(name)
    return result


def shifts(before: SceneState, after: SceneState) -> dict[str, float]:
    """How far each object of `before` that is in `after` too has moved, metres.

    What lies in a drawer, and did before, has not moved: it went with the drawer, and may slide about in it. Nor has
    what rolls about in a bin.
    """
    first, last = contained(before), contained(after)

    def stayed(name: str) -> bool:
        box = first.get(name)
        if box is None or last.get(name) != box:
            return False
        return bool(types_of(before[box].category) & {"openable", "place"})

    there = (o for o in before.objects if o.name in after)
    return {o.name: 0.0 if stayed(o.name) else o.pose.distance(after[o.name].pose) for o in there}


def opening(container: ObjectState) -> tuple[tuple[float, float], tuple[float, float]]:
    """Bounds in x and in y, in its frame, of what is open above a container with straight walls, metres.

    Of a cupboard with a sliding door, the widest stretch that the door leaves open.
    """
    wall = sized(container.category, container.size).wall
    x, y = container.size[0] / 2.0 - wall, container.size[1] / 2.0 - wall
    if "slidable" not in types_of(container.category):
        return (-x, x), (-y, y)
    half, door = container.size[1] / 4.0, door_at(container)
    return (-x, x), max((-y, door - half), (door + half, y), key=lambda span: span[1] - span[0])


def door_at(cupboard: ObjectState) -> float:
    """Where the middle of a sliding door is, along the cupboard's y axis from its middle, metres.

    The door covers half of the width, the right half where it reads 0.
    """
    return (cupboard.value / CATEGORIES[cupboard.category].travel - 0.5) * cupboard.size[1] / 2.0
