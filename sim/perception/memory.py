"""What the robot knows to be there: names, and objects that are out of sight for the moment.

A detection has a colour and a shape, and no name. The first of its kind is called by both (`red block`), a second one
`red block 2`; numbers follow the order in which they were first seen, from left to right. From look to look each name
goes to the nearest detection of its kind. What is not seen stays where it was for as long as its place is hidden; once
the cameras look through that place, it is lost until it is seen again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.catalog import CATEGORIES
from sim.geometry import quat_from_yaw, wrap_angle
from sim.perception.fitting import Fit, seen_through
from sim.perception.supports import WITHIN, floor_of, supports
from sim.perception.views import Surface
from sim.state import TABLE, ObjectState, Pose

_GONE = 0.5
"""Share of an object's place that the cameras must look through for it to be gone."""
_SAME_PLACE = 0.03
"""Metres within which something of a known object's colour is taken for it, whatever its shape seems to be."""
_IN_HAND = 0.06
"""Metres around the hand's grip within which something of the held object's colour is taken for it."""
_CLEAR = 0.5
"""Share of the points it had at best that an object must show for its pose to be believed rather than remembered."""
_AFLOAT = 0.03
"""Metres above everything else at which nothing can rest."""
_SURE = 40
"""Points that something must show to be believed to be new."""


@dataclass
class _Known:
    state: ObjectState
    points: int
    lost: bool = False


class Memory:
    """Names and poses of the objects of one scene."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._held: str | None = None
        self._in_hand: Pose | None = None

    def hold(self, name: str | None, tool: Pose) -> None:
        """Takes notice of what the hand holds: from the moment it closes, the object moves with it."""
        if name == self._held:
            return
        self._held, self._in_hand = name, None
        known = self._known.get(name or "")
        if known is not None:
            relative = tool.inverse() @ known.state.pose
            # Closing fingers bring the object between them.
            x, _, z = relative.position
            self._in_hand = Pose((x, 0.0, z), relative.orientation)

    def update(self, fits: Sequence[Fit], surfaces: Sequence[Surface], tool: Pose) -> None:
        """Takes in what was seen."""
        self._follow_hand(tool)
        free = [f for f in fits if not self._is_held(f)]
        matched = self._match(free)
        for name, shape in matched.items():
            self._see(name, shape)
        unseen = [n for n in self._known if n not in matched and n != self._held]
        new = [f for f in free if all(f is not m for m in matched.values())]
        new = [f for f in new if not any(self._may_be(f, name) for name in unseen)]
        sure = [f for f in new if (not self._known or f.explained >= _SURE) and not self._floats(f, fits)]
        for shape in sorted(sure, key=lambda f: (-f.pose.position[1], f.pose.position[0])):
            self._name(shape)
        for name in unseen:
            known = self._known[name]
            known.lost = seen_through(known.state.category, known.state.pose, surfaces) > _GONE
        self._settle()

    def objects(self, tool: Pose) -> tuple[ObjectState, ...]:
        """What is known to be there, in order of first sight; what is held, where the hand is now."""
        self._follow_hand(tool)
        return tuple(k.state for k in self._known.values() if not k.lost)

    def supports(self, objects: Sequence[ObjectState]) -> frozenset[tuple[str, str]]:
        """What rests on what."""
        return supports(objects, self._held)

    def _follow_hand(self, tool: Pose) -> None:
        known = self._known.get(self._held or "")
        if known is not None and self._in_hand is not None:
            known.state = replace(known.state, pose=tool @ self._in_hand)
            known.lost = False

    def _is_held(self, shape: Fit) -> bool:
        known = self._known.get(self._held or "")
        if known is None or shape.color != known.state.color:
            return False
        return shape.pose.distance(known.state.pose) < _IN_HAND

    def _match(self, fits: Sequence[Fit]) -> dict[str, Fit]:
        """Names for detections: the nearest pairs of one kind first."""
        pairs = sorted(
            (k.state.pose.distance(f.pose), name, index)
            for name, k in self._known.items()
            for index, f in enumerate(fits)
            if name != self._held and (k.state.category, k.state.color) == (f.category, f.color)
        )
        found: dict[str, Fit] = {}
        taken: set[int] = set()
        for _, name, index in pairs:
            if name not in found and index not in taken:
                found[name] = fits[index]
                taken.add(index)
        return found

    def _may_be(self, shape: Fit, name: str) -> bool:
        """Whether something is a known object of which too little is seen for its shape."""
        known = self._known[name].state
        return shape.color == known.color and shape.pose.distance(known.pose) < _SAME_PLACE

    def _floats(self, shape: Fit, fits: Sequence[Fit]) -> bool:
        """Whether nothing carries it: the last of the robot that was not cut out, or of the hand's load."""
        others = [k.state for k in self._known.values() if not k.lost] + [_state("", f) for f in fits if f is not shape]
        return _state("", shape).bottom > max((o.top for o in others), default=0.0) + _AFLOAT

    def _see(self, name: str, shape: Fit) -> None:
        known = self._known[name]
        half_hidden = shape.explained < _CLEAR * known.points
        if not (half_hidden and shape.pose.distance(known.state.pose) < _SAME_PLACE) or known.lost:
            known.state = replace(known.state, pose=_continued(shape, known.state.pose.yaw))
        known.points = max(known.points, shape.explained)
        known.lost = False

    def _name(self, shape: Fit) -> None:
        kind = CATEGORIES[shape.category]
        base = f"{shape.color} {kind.name}"
        number = 1 + sum(k.state.category == kind.name and k.state.color == shape.color for k in self._known.values())
        name = base if number == 1 else f"{base} {number}"
        self._known[name] = _Known(_state(name, shape), shape.explained)

    def _settle(self) -> None:
        """Sets what stands upright down on what is under it: heights are known better than they are seen."""
        for known in sorted(self._known.values(), key=lambda k: k.state.bottom):
            state = known.state
            if state.name == self._held or known.lost or not _is_upright(state.pose):
                continue
            others = [k.state for k in self._known.values() if not k.lost]
            carriers = [b for a, b in supports(others, self._held) if a == state.name]
            floors = [0.0 if b == TABLE else floor_of(self._known[b].state) for b in carriers]
            floor = max(floors, default=math.inf)
            if abs(floor - state.bottom) <= WITHIN:
                x, y, _ = state.position
                known.state = replace(state, pose=Pose((x, y, floor + state.height / 2.0), state.pose.orientation))


def _state(name: str, shape: Fit) -> ObjectState:
    kind = CATEGORIES[shape.category]
    return ObjectState(name, kind.name, shape.color, _continued(shape, 0.0), kind.size, kind.round)


def _is_upright(pose: Pose) -> bool:
    x, y, _, _ = pose.orientation
    return math.hypot(x, y) < 0.02


def _continued(shape: Fit, yaw: float) -> Pose:
    """The pose of a shape, its heading among those that look alike the one nearest to `yaw`, radians."""
    if not shape.upright:
        return shape.pose
    if CATEGORIES[shape.category].round:
        return Pose(shape.pose.position, quat_from_yaw(yaw))
    quarter = math.pi / 2.0
    turn = wrap_angle(shape.pose.yaw - yaw)
    return Pose(shape.pose.position, quat_from_yaw(yaw + turn - quarter * round(turn / quarter)))
