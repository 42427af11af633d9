"""`go(place)`: drive to where the robot can work at a place."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from sim.command import CONTROL_SECONDS, Command
from sim.geometry import wrap_angle
from sim.mobile import BasePose
from sim.stations import STATIONS, at_station
from skills.motion import Guard, Motion, transfer
from skills.navigation import route, survey
from skills.outcome import FailureReason, SkillFailure
from skills.registry import Skill, register
from skills.spec import Parameter, SkillCall, SkillSpec
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

_PLACE = "?place"
_PASSED = 0.05
"""Distance from a way-point at which the next one is made for, metres; on the way its turn must be done as well."""
_ARRIVED = 0.004
_ALIGNED = 0.01
_BUMP = 60.0
"""Force on the base from which it counts as having run into something, newtons."""


def run(world: World, call: SkillCall, rng: np.random.Generator) -> Generator[Command, None, str]:
    """Folds the arm over the base, plans a way around what stands about, and drives it.

    Raises:
        SkillFailure: NO_PATH, COLLISION, DROPPED or TIME_OUT.
    """
    place = call.arguments[0]
    goal = STATIONS[world.family][place]
    held = world.see().robot.holding
    if at_station(world.base_joints(), goal) and _arrived(world, goal):
        return f"the robot is at the {place} already"

    def watch() -> None:
        if held is not None and world.held() is None:
            raise SkillFailure(FailureReason.DROPPED, f"the {held} fell from the hand on the way", held)
        bumped = [t for t in world.base_touches() if t.force > _BUMP]
        if bumped:
            what = bumped[0].name or "furniture"
            raise SkillFailure(FailureReason.COLLISION, f"the robot ran into the {what}", bumped[0].name or None)

    yield from transfer(world, world.spec.home, held=held, guard=watch)
    way = route(survey(world), world.base_joints(), goal)
    for k, point in enumerate(way):
        yield from _drive(world, point, watch, last=k == len(way) - 1)
    return f"the robot is at the {place}"


def _drive(world: World, point: BasePose, watch: Guard, last: bool) -> Motion:
    """Drives straight to a way-point: up to it where it is the last, else until it is nearly there."""
    mobile = world.place.mobile
    assert mobile is not None
    x, y, yaw = world.base_joints()
    longest = math.dist((x, y), point[:2]) / mobile.speed + abs(wrap_angle(point[2] - yaw)) / mobile.turn
    for _ in range(math.ceil((1.5 * longest + 2.0) / CONTROL_SECONDS)):
        if _arrived(world, point) if last else _passed(world, point):
            return
        yield Command(base=point, force=world.command.force)
        watch()
    raise SkillFailure(FailureReason.TIME_OUT, "the robot got stuck on the way")


def _passed(world: World, point: BasePose) -> bool:
    x, y, yaw = world.base_joints()
    return math.dist((x, y), point[:2]) <= _PASSED and abs(wrap_angle(yaw - point[2])) <= 10.0 * _ALIGNED


def _arrived(world: World, point: BasePose) -> bool:
    x, y, yaw = world.base_joints()
    return math.dist((x, y), point[:2]) <= _ARRIVED and abs(wrap_angle(yaw - point[2])) <= _ALIGNED


register(
    Skill(
        "go",
        (
            SkillSpec(
                name="go",
                skill="go",
                pattern=(_PLACE,),
                parameters=(Parameter("place", "place"),),
                sentence="go to the {place}",
                preconditions=(),
                adds=(Atom("robot-at", (_PLACE,)),),
                deletes=(Atom("robot-at", ("*",)),),
                families=("kitchen",),
            ),
        ),
        run,
    )
)
