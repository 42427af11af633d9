"""Where to set something down in a kitchen: on tops before the robot, in drawers, on the user's tray, in the bin."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.catalog import sized, types_of
from sim.geometry import polygon_gap, quat_from_yaw
from sim.state import ObjectState, Pose, SceneState
from skills.kitchen_facts import DEEP, place_of
from skills.outcome import FailureReason, SkillFailure
from skills.placement import Spot, spots

REACH = ((0.27, 0.62), (-0.36, 0.36))
"""Where the arm sets things down: bounds ahead of its foot and to the left, metres."""
_FAVOURITE = (0.42, 0.0)
_OFF_MIDDLE = 0.09
"""How far to the left or right of a drawer's middle things are best put, so that a second one finds room, metres."""
_ACROSS = 0.6
"""What lying across a drawer counts as, in metres from its middle."""
_FARTHEST = 0.70
"""Horizontal distance from the arm's foot, metres."""
_EDGE = 0.03
"""Least distance of an outline from the edge of a top, or from the ends of a drawer, metres."""
_SIDE = 0.045
"""Likewise from a drawer's sides, where the fingers go, metres."""
_GAP = 0.012
"""Least distance to what stands there already, metres."""
_COMFORT = 0.08
"""And the distance up to which more room is better."""
_STEP = 0.03
_DROP = 0.003
_OVER_RIM = 0.01


def offers(state: SceneState, held: ObjectState, relation: str, targets: tuple[str, ...]) -> list[Spot]:
    """Spots that fulfil a relation and are free, best first.

    Args:
        state: the scene.
        held: the object to be placed.
        relation: `on` or `in`.
        targets: a place, or a bowl or plate that stands at one.

    Raises:
        SkillFailure: COLLISION, where nothing is free, or what is held is too tall.
    """
    target = state[targets[0]]
    if "place" not in types_of(target.category):
        return spots(state, held, relation, targets)
    if relation == "in" and target.size[2] > DEEP:
        x, y, _ = target.position
        return [Spot(x, y, target.top + _OVER_RIM, target.pose.yaw, target.name, target.name)]
    return _free(state, held, target)


def _free(state: SceneState, held: ObjectState, target: ObjectState) -> list[Spot]:
    """Spots of a top, or of a drawer's floor, within reach."""
    drawer = "container" in types_of(target.category)
    bottom = target.bottom + sized(target.category, target.size).floor if drawer else target.top
    others = [o for o in state.objects if o.name != held.name and place_of(o.name, state) == target.name]
    free: list[tuple[float, Spot]] = []
    blamed: dict[str, int] = {}
    for x, y, heading, far in _candidates(state, held, target, drawer):
        gap, nearest = _gap(held, x, y, heading, others)
        if gap >= _GAP:
            spot = Spot(x, y, bottom + _DROP, heading, target.name if drawer else None, target.name, turns=2)
            free.append((max(0.0, _COMFORT - gap) + 0.1 * far, spot))
        elif nearest is not None:
            blamed[nearest] = blamed.get(nearest, 0) + 1
    if not free:
        culprit = max(blamed, key=lambda n: blamed[n]) if blamed else None
        because = f": the {culprit} is in the way" if culprit else ""
        where = "in" if drawer else "on"
        raise SkillFailure(
            FailureReason.COLLISION, f"no room for the {held.name} {where} the {target.name}{because}", culprit
        )
    return [spot for _, spot in sorted(free, key=lambda pair: pair[0])]


def _candidates(
    state: SceneState, held: ObjectState, target: ObjectState, drawer: bool
) -> Iterator[tuple[float, float, float, float]]:
    """x, y (metres), heading (radians), and how far from the favourite spot, of those that lie within all bounds.

    In a drawer things lie lengthwise: they may slide to either end, and the fingers need their room on the long sides.
    """
    base, yaw = state.robot.base, target.pose.yaw
    (x0, x1), (y0, y1) = REACH
    square = abs(held.size[0] - held.size[1]) < 1e-6
    for quarter in (0,) if square else (0, 1):
        along, across = held.size[:2] if quarter == 0 else held.size[1::-1]
        side = _SIDE if drawer else _EDGE
        room = (target.size[0] / 2.0 - along / 2.0 - _EDGE, target.size[1] / 2.0 - across / 2.0 - side)
        if min(room) < 0.0:
            continue
        for u, v in itertools.product(*(_ticks(r) for r in room)):
            at = target.pose @ Pose((u, v, 0.0))
            ahead, left, _ = (base.inverse() @ at).position
            if x0 <= ahead <= x1 and y0 <= left <= y1 and math.hypot(ahead, left) <= _FARTHEST:
                far = math.dist((ahead, left), _FAVOURITE)
                if drawer:
                    far = math.hypot(u, abs(v) - _OFF_MIDDLE) + quarter * _ACROSS
                yield at.position[0], at.position[1], yaw + quarter * math.pi / 2.0, far


def _ticks(room: float) -> list[float]:
    """Offsets from -room to room, metres, about `_STEP` apart."""
    return [float(v) for v in np.linspace(-room, room, 2 * math.ceil(room / _STEP) + 1)]


def _gap(held: ObjectState, x: float, y: float, heading: float, others: list[ObjectState]) -> tuple[float, str | None]:
    """Distance, metres (at most `_COMFORT`), from the object's outline at a spot to the nearest of the others."""
    outline = replace(held, pose=Pose((x, y, held.position[2]), quat_from_yaw(heading))).footprint
    least, nearest = _COMFORT, None
    for other in others:
        if math.dist(other.position[:2], (x, y)) > 0.3:
            continue
        gap = polygon_gap(outline, other.footprint)
        if gap < least:
            least, nearest = gap, other.name
    return least, nearest
