"""Choosing among ways to do a skill with regard to what is to follow.

Where room is short, a place that is good in itself may spoil what comes next: a box in the middle of a basket, a hook
laid down where the hand must go. So a skill that is told what the planner intends next tries its ways out in the mind:
each leads to an imagined scene, in which the ways of the next skill are asked for, and so on, depth first with a bound.
What is searched is the same as in task and motion planning with a given skeleton of actions (sequence-before-satisfy:
Srivastava et al. 2014; STAP: Agia et al. 2023), with geometry in the place of learned models.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from sim.catalog import types_of
from sim.geometry import quat_from_yaw, quat_multiply
from sim.state import Pose, SceneState
from skills.outcome import FailureReason, SkillFailure
from skills.registry import skills
from skills.spec import SkillCall

if TYPE_CHECKING:
    from sim.world import World

FARSIGHTED = ("reach",)
"""Scene families in which skills look ahead; elsewhere there is room enough, and the first way is taken."""

_WAYS = 40
"""Most ways of the first skill that are tried out."""
_ROLLOUTS = 160
"""Calls that may be imagined in following each way by the best guess."""
_BRANCHES = 4
"""Ways of each later skill that are tried out where no best guess will do."""
_PURSE = 120
"""Calls that may be imagined in that."""
_STUCK = 5.0
"""How bad it is that a call cannot be done for want of reach, or for what stands fast; 1 for each thing in its way."""


class Way(Protocol):
    """One way to do a skill."""

    @property
    def after(self) -> SceneState:
        """The scene that it should lead to."""
        ...


W = TypeVar("W", bound=Way)


def farsighted(world: World, ways: Iterator[W], then: Sequence[SkillCall], call: SkillCall) -> W:
    """The first of the ways after which all that follows can be done too; else the one after which most of it can.

    Args:
        world: for the robot's kinematics; its scene is not looked at.
        ways: best first.
        then: the calls that are to follow.
        call: what the ways are ways of.

    Raises:
        SkillFailure: what the iterator raises, where it yields nothing.
    """
    first = next(ways)
    if not then or first.after.family not in FARSIGHTED:
        return first
    tried: list[W] = []
    best, least = first, math.inf
    spent = 0
    for way in _several(first, ways):
        tried.append(way)
        trouble, calls = _trouble(world, way.after, then)
        spent += calls
        if trouble == 0.0:
            return way
        if trouble < least:
            best, least = way, trouble
        if spent >= _ROLLOUTS:
            break
    search = _Search(world)
    for way in tried:
        snag = search.follow(way.after, tuple(then))
        if snag is None:
            return way
        if search.spent or not snag.concerns(call):
            break
    return best


def _several(first: W, rest: Iterator[W]) -> Iterator[W]:
    """As many ways as may be tried."""
    yield first
    try:
        yield from itertools.islice(rest, _WAYS - 1)
    except SkillFailure:
        # That no further way is free says nothing against those that are.
        return


def _trouble(world: World, state: SceneState, then: Sequence[SkillCall]) -> tuple[float, int]:
    """What stands against doing the calls one after another, each in the way that seems best, and what it cost to tell.

    What cannot be done is passed over: what comes after it still tells good ways from bad ones. Of the few ways to hold
    a tool all are tried.
    """
    if not then:
        return 0.0, 0
    call, rest = then[0], tuple(then[1:])
    imagine = skills()[call.skill].imagine
    if imagine is None:
        # Nothing is known of what it would do.
        return 0.0, 0
    ways = 4 if call.skill == "pick" and "tool" in types_of(state[call.arguments[0]].category) else 1
    best, spent = math.inf, 1
    try:
        for after in itertools.islice(imagine(world, state, call, rest), ways):
            trouble, calls = _trouble(world, after, rest)
            best, spent = min(best, trouble), spent + calls
            if best == 0.0:
                break
    except SkillFailure as failure:
        if math.isinf(best):
            trouble, calls = _trouble(world, state, rest)
            best, spent = trouble + _weight(state, failure), spent + calls
    return best, spent


def _weight(state: SceneState, failure: SkillFailure) -> float:
    """How bad it is that a call cannot be done."""
    named = [state[name] for name in failure.culprits if name in state]
    if failure.reason is not FailureReason.COLLISION or not named:
        return _STUCK
    return sum(1.0 if "movable" in types_of(thing.category) else _STUCK for thing in named)


@dataclass(frozen=True)
class _Snag:
    """A call that could not be done in the mind."""

    call: SkillCall
    culprits: frozenset[str]
    """The objects to blame; none where they are not known, or the search was cut short."""

    def concerns(self, earlier: SkillCall) -> bool:
        """Whether doing an earlier call in another way might help."""
        if not self.culprits or earlier.arguments[0] in {*self.culprits, self.call.arguments[0]}:
            return True
        return earlier.skill == self.call.skill == "place" and earlier.arguments[1:] == self.call.arguments[1:]


class _Search:
    """A depth-first search over imagined scenes, which goes back at once to the call that a snag concerns.

    (Conflict-directed backjumping; Prosser, 1993.)
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._purse = _PURSE

    @property
    def spent(self) -> bool:
        """Whether nothing more may be imagined."""
        return self._purse <= 0

    def follow(self, state: SceneState, then: tuple[SkillCall, ...]) -> _Snag | None:
        """At what the calls, in order, stop if they are to be done from an imagined scene; None if they can be."""
        if not then:
            return None
        call, rest = then[0], then[1:]
        imagine = skills()[call.skill].imagine
        if imagine is None:
            return None
        snag = _Snag(call, frozenset())
        self._purse -= 1
        done = False
        try:
            for after in itertools.islice(imagine(self._world, state, call, rest), _BRANCHES):
                later = self.follow(after, rest)
                if later is None:
                    return None
                done, snag = True, later
                if self.spent or not later.concerns(call):
                    break
        except SkillFailure as failure:
            if not done:
                snag = _Snag(call, failure.culprits)
        return snag


def taken(state: SceneState, name: str, tool: Pose, width: float) -> SceneState:
    """An imagined scene in which the hand holds an object that is where it was.

    Args:
        state: the scene.
        name: the object.
        tool: where the hand has taken hold of it.
        width: between the fingers, metres.
    """
    supports = frozenset(pair for pair in state.supports if pair[0] != name)
    return replace(state, supports=supports, robot=replace(state.robot, tool=tool, opening=width, holding=name))


def carried(state: SceneState, tool: Pose) -> SceneState:
    """An imagined scene in which the hand has been brought elsewhere, with what it holds."""
    held = state.robot.holding
    moved = replace(state, robot=replace(state.robot, tool=tool))
    if held is None:
        return moved
    return moved.with_object(replace(state[held], pose=tool @ state.robot.tool.inverse() @ state[held].pose))


def set_down(state: SceneState, name: str, place: Pose, lower: str) -> SceneState:
    """An imagined scene in which the held object has been let go at a pose, on or in what carries it."""
    moved = state.with_object(replace(state[name], pose=place))
    supports = moved.supports | {(name, lower)}
    return replace(moved, supports=supports, robot=replace(state.robot, holding=None))


def turned(pose: Pose, x: float, y: float, z: float, turn: float) -> Pose:
    """A pose at another point, turned about the vertical by so many radians."""
    return Pose((x, y, z), quat_multiply(quat_from_yaw(turn), pose.orientation))
