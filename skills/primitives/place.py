"""`place(object, relation, target)`: set the held object down in, on, at, beside, near, between or across things."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.command import Command
from sim.geometry import wrap_angle
from sim.kinematics import IKResult
from sim.state import TABLE, SceneState
from skills import kitchen_placement
from skills.grasping import FINGER_ROOM, approach_height, fingers_room, heading, reach_down, wrap_half
from skills.lookahead import FARSIGHTED, farsighted, set_down, turned
from skills.motion import Motion, follow, line, open_hand, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.placement import Spot, spots
from skills.reach_placement import offers
from skills.registry import Skill, register
from skills.spec import FAMILIES, STANDING, Parameter, SkillCall, SkillSpec
from skills.vocabulary import RELATIONS, Atom

if TYPE_CHECKING:
    from sim.world import World

_OBJECT, _TARGET = "?object", "?target"
_ON_TABLE = Atom("on", (_OBJECT, TABLE))

_RELEASE = (0.024, 0.012)
"""How much wider than the object the fingers open to let go, metres: the first that has room."""
_SLIPPED = 0.03


def run(
    world: World, call: SkillCall, rng: np.random.Generator, then: tuple[SkillCall, ...] = ()
) -> Generator[Command, None, str]:
    """Carries the held object over a free spot, lowers it, lets go and rises.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, DROPPED or TARGET_MOVED.
    """
    name, relation, *targets = call.arguments
    state = world.see()
    chosen = farsighted(world, settings(world, state, call, then), then, call)
    yield from put(world, state, call, chosen)
    where = " and ".join(targets)
    return f"the {name} was placed {relation.replace('-', ' ')} the {where}"


def put(world: World, state: SceneState, call: SkillCall, chosen: Setting) -> Motion:
    """Sets the held object down in one way.

    Args:
        world: in which that is done.
        state: as it is seen.
        call: of `place`.
        chosen: the way.

    Raises:
        SkillFailure: COLLISION, UNREACHABLE, NO_PATH, DROPPED or TARGET_MOVED.
    """
    name, _, *targets = call.arguments
    above, at = chosen.above, chosen.at
    marks = {t: state[t].pose for t in targets if t in state}
    relative = state.robot.tool.inverse() @ state[name].pose

    def watch() -> None:
        tool, now = world.kinematics.forward(world.joints()), world.track(name)
        # What cannot be followed by eye is felt.
        slipped = world.held() != name if now is None else (tool @ relative).distance(now) > _SLIPPED
        if slipped:
            raise SkillFailure(FailureReason.DROPPED, f"the {name} slipped from the hand on the way", name)
        for target, pose in marks.items():
            now = world.track(target)
            if now is not None and now.distance(pose) > _SLIPPED:
                raise SkillFailure(FailureReason.TARGET_MOVED, f"the {target} moved away meanwhile", target)

    yield from transfer(world, above.joints, held=name, guard=watch)
    down = line(world, above.joints, world.kinematics.forward(at.joints))
    yield from follow(world, down, speed=0.4, guard=watch)
    yield from _let_go(world, chosen.opening)
    yield from follow(world, down[::-1], speed=0.6)


def _let_go(world: World, opening: float) -> Motion:
    """Opens in two strokes: the first, small one sets the object down before the fingers leave it."""
    yield from open_hand(world, min(world.opening() + 0.004, opening))
    yield from open_hand(world, opening)


@dataclass(frozen=True)
class Setting:
    """A way to set the held object down."""

    above: IKResult
    """Joint angles above the spot."""
    at: IKResult
    """Joint angles at it."""
    opening: float
    """To which the fingers open there, metres."""
    after: SceneState
    """The scene that it leads to."""


def settings(world: World, state: SceneState, call: SkillCall, then: tuple[SkillCall, ...] = ()) -> Iterator[Setting]:
    """Ways to set the held object down, best first: free spots within reach that leave room for the fingers.

    Args:
        world: for the robot's kinematics.
        state: the scene; the hand holds the object.
        call: of `place`.
        then: the calls that are to follow.

    Raises:
        SkillFailure: COLLISION or UNREACHABLE, by what ruled out the last of the spots, where there are none.
    """
    name, relation, *targets = call.arguments
    if state.family in FARSIGHTED:
        crowded = any(c.skill == "place" and c.arguments[1:] == call.arguments[1:] for c in then)
        yield from settings_at(world, state, name, offers(state, state[name], relation, tuple(targets), crowded))
    elif world.place.mobile is not None:
        yield from settings_at(
            world, state, name, kitchen_placement.offers(state, state[name], relation, tuple(targets))
        )
    else:
        yield from settings_at(world, state, name, spots(state, state[name], relation, tuple(targets)))


def imagine(world: World, state: SceneState, call: SkillCall, then: tuple[SkillCall, ...]) -> Iterator[SceneState]:
    """Scenes that a placement may lead to; see `skills.registry.Imagination`."""
    yield from (setting.after for setting in settings(world, state, call, then))


def settings_at(world: World, state: SceneState, name: str, offered: Iterable[Spot]) -> Iterator[Setting]:
    """Ways to set the held object down at one of certain spots; see `settings`."""
    held, tool = state[name], state.robot.tool
    width = state.robot.opening
    crowded: str | None = None
    crowd: set[str] = set()
    found_any = reachable = False
    for spot in offered:
        ahead = heading(world, state, spot.x, spot.y)
        ignore = {name, *state.carried_by(name)}
        for yaw in _tool_yaws(tool.yaw, held.pose.yaw, spot, held.round, ahead):
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
                crowd |= {beside} if beside else set()
            if opening is None:
                continue
            found = reach_down(world, x, y, z, yaw, approach_height(spot.bottom))
            reachable = True
            if found is not None:
                found_any = True
                place = turned(held.pose, spot.x, spot.y, spot.bottom + held.height / 2.0, turn)
                yield Setting(*found, opening, set_down(state, name, place, spot.lower))
                break
    if found_any:
        return
    if reachable or crowded is None:
        raise SkillFailure(FailureReason.UNREACHABLE, f"the place for the {name} is out of reach")
    raise SkillFailure(
        FailureReason.COLLISION, f"the {crowded} leaves no room for the fingers around the {name}", crowded, crowd
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


def _tool_yaws(tool: float, held: float, spot: Spot, round_object: bool, ahead: float) -> list[float]:
    """Tool headings that turn the object to one of the spot's headings, the smallest turn first.

    All are within a quarter turn of `ahead`, where the robot looks: fingers are alike, and there the wrist has room.
    """
    if round_object:
        turns = (tool - ahead, 0.0, math.pi / 4.0, -math.pi / 4.0, -math.pi / 2.0)
        return [ahead + wrap_half(a) for a in turns]
    if spot.turns == 1:
        return [wrap_angle(tool + spot.yaw - held)]
    turns = [wrap_angle(spot.yaw - held + k * (2.0 * math.pi / spot.turns)) for k in range(spot.turns)]
    yaws = {ahead + round(wrap_half(tool + t - ahead), 6) for t in turns}
    return sorted(yaws, key=lambda a: (abs(a - ahead) > 1.3, abs(wrap_angle(a - tool))))


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
        families=FAMILIES if relation in ("in", "on") else STANDING,
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
        "in",
        "place the {object} in the {target}",
        Parameter("target", "container"),
        (Atom("in", (_OBJECT, _TARGET)),),
        (Atom("accessible", (_TARGET,)),),
    ),
    _spec(
        "on",
        "place the {object} on the {target}",
        Parameter("target", "surface"),
        (Atom("on", (_OBJECT, _TARGET)),),
        (Atom("clear", (_TARGET,)), Atom("reachable", (_TARGET,))),
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
        families=STANDING,
    ),
    SkillSpec(
        name="place-next-to",
        skill="place",
        pattern=(_OBJECT, "next-to", "?target"),
        parameters=(Parameter("object", "brick"), Parameter("target", "brick")),
        sentence="place the {object} next to the {target}",
        preconditions=(Atom("holding", (_OBJECT,)),),
        adds=(Atom("next-to", (_OBJECT, _TARGET)), _ON_TABLE),
        deletes=(Atom("holding", (_OBJECT,)),),
    ),
    SkillSpec(
        name="place-across",
        skill="place",
        pattern=(_OBJECT, "across", "?first", "?second"),
        parameters=(Parameter("object", "brick"), Parameter("first", "brick"), Parameter("second", "brick")),
        sentence="place the {object} across the {first} and the {second}",
        preconditions=(Atom("holding", (_OBJECT,)),),
        adds=(Atom("on", (_OBJECT, "?first")), Atom("on", (_OBJECT, "?second"))),
        deletes=(Atom("holding", (_OBJECT,)),),
    ),
)

register(Skill("place", SPECS, run, looks_ahead=True, imagine=imagine))
