"""`sweep(piece, into, zone)`: push a small piece over the table into a zone, with closed fingers."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.kinematics import IKResult
from sim.state import TABLE, ObjectState, SceneState
from skills.grasping import FINGER_ROOM, fingers_room, reach_down, wrap_half
from skills.lanes import Stroke, detours, lanes
from skills.motion import Motion, close_hand, follow, line, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.primitives.pick import LEAVES
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_PIECE, _ZONE = "?piece", "?zone"
_LEAVES = tuple(Atom(a.predicate, tuple(_PIECE if v == "?object" else v for v in a.arguments)) for a in LEAVES)
_STAND_OFF = (0.030, 0.022)
"""How far behind the piece the fingers come down, metres: the first that has room."""
_LIFT = 0.004
"""Height of the finger tips over the table, metres: below the middle of a piece."""
_RISE = 0.10
_STROKES = 3


@dataclass(frozen=True)
class Approach:
    """A stroke, and how the hand comes to its beginning."""

    stroke: Stroke
    """What is to be swept how far."""
    above: IKResult
    """Joint angles above the beginning."""
    at: IKResult
    """Joint angles at it."""


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Closes the fingers and pushes the piece on until it lies well inside the zone, round what stands in the way.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH or TARGET_MOVED.
    """
    name, _, zone = call.arguments
    yield from close_hand(world)
    for _ in range(_STROKES):
        state = world.see()
        approach = _choose(world, state, state[name], state[zone])
        yield from _sweep(world, state[name], approach)
        if state[zone].covers(*approach.stroke.end):
            break
    return f"the {name} was swept into the {zone}"


def _sweep(world: World, piece: ObjectState, approach: Approach) -> Motion:
    """Comes down behind the piece, pushes it along, and rises."""
    stroke, start = approach.stroke, world.kinematics.forward(approach.at.joints)
    (ux, uy), z, yaw = stroke.direction, start.position[2], wrap_half(stroke.heading)
    back = _half_along(piece, stroke) + world.spec.finger_size[0] / 2.0
    x, y = stroke.end[0] - ux * back, stroke.end[1] - uy * back

    def watch() -> None:
        now = world.track(piece.name)
        if now is not None and now.distance(piece.pose) > 0.015:
            raise SkillFailure(
                FailureReason.TARGET_MOVED, f"the {piece.name} moved away before it was swept", piece.name
            )

    yield from transfer(world, approach.above.joints, guard=watch)
    yield from follow(world, line(world, approach.above.joints, start), speed=0.5, guard=watch)
    slide = line(world, approach.at.joints, tool_down(x, y, z, yaw))
    yield from follow(world, slide, speed=0.15)
    yield from follow(world, line(world, slide[-1], tool_down(x, y, z + _RISE, yaw)), speed=0.5)


def _choose(world: World, state: SceneState, piece: ObjectState, zone: ObjectState) -> Approach:
    """The shortest stroke into the zone that is free and within reach, else the first of a way round.

    Raises:
        SkillFailure: COLLISION, where something stands in every way, or UNREACHABLE.
    """
    width = 2.0 * world.spec.finger_size[1]
    direct, culprits = lanes(state, piece, zone, width)
    found, crowding = _approach(world, state, piece, direct)
    if found is None:
        found, _ = _approach(world, state, piece, detours(state, piece, zone, width))
    if found is not None:
        return found
    culprit = next(iter((*culprits, *crowding)), None)
    if culprit is None:
        raise SkillFailure(FailureReason.UNREACHABLE, f"the far side of the {piece.name} is out of reach", piece.name)
    message = f"the {culprit} is in the way of sweeping the {piece.name} into the {zone.name}"
    raise SkillFailure(FailureReason.COLLISION, message, culprit)


def _approach(
    world: World, state: SceneState, piece: ObjectState, strokes: Iterable[Stroke]
) -> tuple[Approach | None, list[str]]:
    """The first stroke behind which the fingers can come down, and what leaves no room for them elsewhere."""
    crowding: list[str] = []
    z = piece.bottom + _LIFT + world.spec.finger_size[2]
    for stroke in strokes:
        (ux, uy), yaw = stroke.direction, wrap_half(stroke.heading)
        for stand_off in _STAND_OFF:
            back = _half_along(piece, stroke) + world.spec.finger_size[0] / 2.0 + stand_off
            x, y = stroke.start[0] - ux * back, stroke.start[1] - uy * back
            room, nearest = fingers_room(world.spec, x, y, z, yaw, 0.0, state, {piece.name})
            if room < FINGER_ROOM:
                crowding += [] if nearest is None else [nearest]
                continue
            found = reach_down(world, x, y, z, yaw, _RISE)
            if found is not None:
                return Approach(stroke, *found), crowding
    return None, crowding


def _half_along(piece: ObjectState, stroke: Stroke) -> float:
    """How far the piece reaches back from its centre, metres."""
    along = np.array(stroke.direction)
    return float(np.array(stroke.start) @ along - (piece.footprint @ along).min())


register(
    Skill(
        "sweep",
        (
            SkillSpec(
                name="sweep",
                skill="sweep",
                pattern=(_PIECE, "into", _ZONE),
                parameters=(Parameter("piece", "sweepable"), Parameter("zone", "zone")),
                sentence="sweep the {piece} into the {zone}",
                preconditions=(Atom("hand-empty"), Atom("on", (_PIECE, TABLE))),
                adds=(Atom("on", (_PIECE, _ZONE)),),
                deletes=_LEAVES,
            ),
        ),
        run,
    )
)
