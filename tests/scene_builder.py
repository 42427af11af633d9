"""Scenes made by hand, without physics, for tests of what is said about them."""

from __future__ import annotations

from collections.abc import Mapping

from sim.catalog import parse_name
from sim.geometry import quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState

_DOWN = (1.0, 0.0, 0.0, 0.0)


def scene(
    places: Mapping[str, tuple[float, float] | str],
    *,
    holding: str | None = None,
    yaws: Mapping[str, float] | None = None,
) -> SceneState:
    """A scene of objects at (x, y) on the table, or on or in the object that is named, in the order given."""
    objects: dict[str, ObjectState] = {}
    supports: set[tuple[str, str]] = set()
    for name, place in places.items():
        color, category, _ = parse_name(name)
        height = category.size[2]
        if name == holding:
            x, y, z = 0.5, 0.0, 0.3
        elif isinstance(place, str):
            lower = objects[place]
            floor = parse_name(place)[1].floor
            x, y = lower.position[:2]
            carried = [objects[u].top for u, below in supports if below == place] if floor else []
            z = (max(carried) if carried else lower.bottom + floor if floor else lower.top) + height / 2.0
            on_sibling = next((u for u, below in supports if below == place), None) if carried else None
            supports.add((name, on_sibling or place))
        else:
            (x, y), z = place, height / 2.0
            supports.add((name, TABLE))
        pose = Pose((x, y, z), quat_from_yaw((yaws or {}).get(name, 0.0)))
        objects[name] = ObjectState(name, category.name, color, pose, category.size, category.round)
    robot = RobotState(
        "panda", Pose((0.0, 0.0, 0.0)), (0.0,) * 7, Pose((0.5, 0.0, 0.3), _DOWN), 0.04 if holding else 0.08, holding
    )
    return SceneState("tabletop", tuple(objects.values()), robot, frozenset(supports))
