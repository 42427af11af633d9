"""`place(object, relation, target)`: set the held object down in, on, at, beside, near or between things."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.geometry import wrap_angle
from sim.kinematics import IKResult
from sim.state import TABLE, SceneState
from skills.grasping import FINGER_ROOM, fingers_room, reach_down, wrap_half
from skills.motion import Motion, follow, line, open_hand, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.placement import Spot, spots
from skills.predicates import RELATIONS, Atom
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec

if TYPE_CHECKING:
    from sim.world import World

_OBJECT, _TARGET = "?object", "?target"
_ON_TABLE = Atom("on", (_OBJECT, TABLE))

_RELEASE = (0.024, 0.012)
"""How much wider than the object the fingers open to let go, metres: the first that has room."""
_SLIPPED = 0.03


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Carries the held object over a free spot, lowers it, lets go and rises.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, DROPPED or TARGET_MOVED.
    """
    name, relation, *targets = call.arguments
    state = world.state()
    offers = spots(state, state[name], relation, tuple(targets))
    above, at, opening = _choose(world, state, name, offers)
    marks = {t: state[t].pose for t in targets if t in state}
    relative = state.robot.tool.inverse() @ state[name].pose

    def watch() -> None:
        tool = world.kinematics.forward(world.joints())
        if (tool @ relative).distance(world.pose(name)) > _SLIPPED:
            raise SkillFailure(FailureReason.DROPPED, f"the {name} slipped from the hand on the way", name)
        for target, pose in marks.items():
            if world.pose(target).distance(pose) > _SLIPPED:
                raise SkillFailure(FailureReason.TARGET_MOVED, f"the {target} moved away meanwhile", target)

    yield from transfer(world, above.joints, held=name, guard=watch)
    down = line(world, above.joints, world.kinematics.forward(at.joints))
    yield from follow(world, down, speed=0.4, guard=watch)
    yield from _let_go(world, opening)
    yield from follow(world, down[::-1], speed=0.6)
    where = " and ".join(targets)
    return f"the {name} was placed {relation.replace('-', ' ')} the {where}"


def _let_go(world: World, opening: float) -> Motion:
    """Opens in two strokes: the first, small one sets the object down before the fingers leave it."""
    yield from open_hand(world, min(world.opening() + 0.004, opening))
    yield from open_hand(world, opening)


def _choose(world: World, state: SceneState, name: str, offers: list[Spot]) -> tuple[IKResult, IKResult, float]:
    """Joint angles above and at the first spot within reach that leaves room for the fingers, and the opening there.

    Raises:
        SkillFailure: COLLISION or UNREACHABLE, by what ruled out the last of the spots.
    """
    held, tool = state[name], state.robot.tool
    width = state.robot.opening
    crowded: str | None = None
    reachable = False
    for spot in offers:
        ignore = {name, *state.carried_by(name)}
        for yaw in _tool_yaws(tool.yaw, held.pose.yaw, spot.yaw, held.round):
            # The object's offset in the hand, turned with the hand.
            turn = yaw - tool.yaw
            dx, dy = held.position[0] - tool.position[0], held.position[1] - tool.position[1]
            x = spot.x - (math.cos(turn) * dx - math.sin(turn) * dy)
            y = spot.y - (math.sin(turn) * dx + math.cos(turn) * dy)
            z = spot.bottom + tool.position[2] - held.bottom
            opening = None
            for extra in _RELEASE:
                room, beside = _room(world, state, spot, (x, y, z, yaw), min(width + extra, world.spec.opening), ignore)
                if room >= FINGER_ROOM:
                    opening = min(width + extra, world.spec.opening)
                    break
                crowded = beside or crowded
            if opening is None:
                continue
            found = reach_down(world, x, y, z, yaw)
            if found is not None:
                return (*found, opening)
            reachable = True
    if reachable or crowded is None:
        raise SkillFailure(FailureReason.UNREACHABLE, f"the place for the {name} is out of reach")
    raise SkillFailure(
        FailureReason.COLLISION, f"the {crowded} leaves no room for the fingers around the {name}", crowded
    )


def _room(
    world: World,
    state: SceneState,
    spot: Spot,
    tool: tuple[float, float, float, float],
    opening: float,
    ignore: set[str],
) -> tuple[float, str | None]:
    x, y, z, yaw = tool
    return fingers_room(world.spec, x, y, z, yaw, opening, state, ignore, inside=spot.container)


def _tool_yaws(tool: float, held: float, wished: float, round_object: bool) -> list[float]:
    """Tool headings that turn the object to the wished heading or a quarter turn from it, the smallest turn first."""
    if round_object:
        return [wrap_half(a) for a in (tool, 0.0, math.pi / 4.0, -math.pi / 4.0, -math.pi / 2.0)]
    turns = [wrap_angle(wished - held + k * math.pi / 2.0) for k in range(4)]
    yaws = {round(wrap_half(tool + t), 6) for t in turns}
    return sorted(yaws, key=lambda a: (abs(a) > 1.3, abs(wrap_angle(a - tool))))


def _spec(
    relation: str, sentence: str, target: Parameter, adds: tuple[Atom, ...], needs: tuple[Atom, ...] = ()
) -> SkillSpec:
    return SkillSpec(
        name=f"place-{relation}",
        skill="place",
        pattern=(_OBJECT, relation, f"?{target.name}"),
        parameters=(Parameter("object", "movable"), target),
        sentence=sentence,
        preconditions=(Atom("holding", (_OBJECT,)), *needs),
        adds=adds,
        deletes=(Atom("holding", (_OBJECT,)),),
    )


_SENTENCES = {
    "left-of": "to the left of",
    "right-of": "to the right of",
    "in-front-of": "in front of",
    "behind": "behind",
    "near": "near",
}

SPECS = (
    _spec(
        "in", "place the {object} in the {target}", Parameter("target", "container"), (Atom("in", (_OBJECT, _TARGET)),)
    ),
    _spec(
        "on",
        "place the {object} on the {target}",
        Parameter("target", "surface"),
        (Atom("on", (_OBJECT, _TARGET)),),
        (Atom("clear", (_TARGET,)),),
    ),
    _spec(
        "at",
        "place the {object} at the {region}",
        Parameter("region", "region"),
        (Atom("at", (_OBJECT, "?region")), _ON_TABLE),
    ),
    *(
        _spec(
            relation,
            f"place the {{object}} {_SENTENCES[relation]} the {{target}}",
            Parameter("target", "object"),
            (Atom(relation, (_OBJECT, _TARGET)), _ON_TABLE),
        )
        for relation in (*RELATIONS, "near")
    ),
    SkillSpec(
        name="place-between",
        skill="place",
        pattern=(_OBJECT, "between", "?first", "?second"),
        parameters=(Parameter("object", "movable"), Parameter("first", "object"), Parameter("second", "object")),
        sentence="place the {object} between the {first} and the {second}",
        preconditions=(Atom("holding", (_OBJECT,)),),
        adds=(
            Atom("between", (_OBJECT, "?first", "?second")),
            Atom("between", (_OBJECT, "?second", "?first")),
            _ON_TABLE,
        ),
        deletes=(Atom("holding", (_OBJECT,)),),
    ),
)

register(Skill("place", SPECS, run))
