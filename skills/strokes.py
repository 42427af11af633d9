"""Carrying out a stroke of a hook: down beside the object, along, clear of it again, and up."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.catalog import types_of
from sim.command import Command
from sim.geometry import Vec3
from sim.state import Pose, SceneState
from skills.grasping import reach_down
from skills.hooking import REACHES, Stroke, blockers, tool_at
from skills.lookahead import carried
from skills.motion import follow, line, tool_down, transfer
from skills.outcome import FailureReason, SkillFailure
from skills.paper_arm import Body

if TYPE_CHECKING:
    from sim.world import World

_HEIGHT = 0.16
"""From how far above the stroke's start the hook comes down, metres; less where that is out of reach."""
_SPEED = 0.3
_BUMP = 15.0

Path = list[tuple[float, ...]]


@dataclass(frozen=True)
class Drawn:
    """A stroke that the arm can do, with nothing in its way: joint way-points of its four parts."""

    down: Path
    """From above the start to it."""
    along: Path
    """The stroke."""
    back: Path
    """A little on, or all the way back, until the hook is clear of the object."""
    up: Path
    """From there into the air."""
    after: SceneState
    """The scene that it leads to."""


def drawn(world: Body, state: SceneState, hook: str, strokes: Iterator[Stroke]) -> Iterator[Drawn]:
    """Those of the strokes that are within reach and free, in order.

    Raises:
        SkillFailure: COLLISION or UNREACHABLE, where none is.
    """
    least: list[str] | None = None
    found_any = False
    name = ""
    for stroke in strokes:
        name = stroke.body.name
        if not all(_near_enough(world, tool_at(state, hook, pose)) for pose in (stroke.start, stroke.end)):
            continue
        in_the_way = blockers(state, world.spec, hook, stroke)
        if in_the_way:
            least = in_the_way if least is None or _trouble(state, in_the_way) < _trouble(state, least) else least
            continue
        paths = paths_of(world, state, hook, stroke)
        if paths is not None:
            found_any = True
            tool = world.kinematics.forward(paths[2][-1])
            yield Drawn(*paths, carried(state.with_object(stroke.after), tool))
    if found_any:
        return
    if least is not None:
        message = f"the {least[0]} is in the way of the {hook} on the {name}"
        raise SkillFailure(FailureReason.COLLISION, message, least[0], least)
    raise SkillFailure(FailureReason.UNREACHABLE, f"the {hook} cannot be brought to the {name}", name or None)


def paths_of(
    world: Body, state: SceneState, hook: str, stroke: Stroke, grip: Vec3 | None = None
) -> tuple[Path, Path, Path, Path] | None:
    """Joint way-points of the four parts of a stroke, see `Drawn`; None where one of them leads out of reach.

    Args:
        world: the robot.
        state: the scene.
        hook: what makes the stroke.
        stroke: where it goes.
        grip: see `skills.hooking.tool_at`.
    """
    start, end, rise = (
        tool_down(*tool_at(state, hook, pose, grip)) for pose in (stroke.start, stroke.end, stroke.rise)
    )
    x, y, z = start.position
    found = reach_down(world, x, y, z, start.yaw, _HEIGHT)
    if found is None:
        return None
    above, _ = found
    top = world.kinematics.forward(above.joints).position[2]
    try:
        down = line(world, above.joints, start)
        along = line(world, down[-1], end)
        back = line(world, along[-1], rise)
        up = line(world, back[-1], Pose((*rise.position[:2], top), rise.orientation))
    except SkillFailure:
        return None
    return down, along, back, up


def _near_enough(world: Body, tool: tuple[float, float, float, float]) -> bool:
    """Whether the hand might be there, as far as distance tells."""
    base = world.kinematics.base.position
    low, high = REACHES
    return low <= math.hypot(tool[0] - base[0], tool[1] - base[1]) <= high


def _trouble(state: SceneState, in_the_way: list[str]) -> int:
    """How hard it is to clear the way; what stands fast cannot be cleared."""
    return sum(1 if "movable" in types_of(state[name].category) else 100 for name in in_the_way)


def draw(world: World, hook: str, chosen: Drawn) -> Generator[Command, None, None]:
    """Runs a stroke.

    Raises:
        SkillFailure: NO_PATH, COLLISION, or DROPPED where the hook leaves the hand.
    """

    def watch() -> None:
        if world.held() != hook:
            raise SkillFailure(FailureReason.DROPPED, f"the {hook} slipped from the hand", hook)
        bumped = [t for t in world.touches() if t.name != hook and t.force > _BUMP]
        if bumped:
            raise SkillFailure(FailureReason.COLLISION, f"the hand ran into the {bumped[0].name}", bumped[0].name)

    yield from transfer(world, chosen.down[0], held=hook, guard=watch)
    yield from follow(world, chosen.down, speed=0.4, guard=watch)
    yield from follow(world, chosen.along, speed=_SPEED, guard=watch)
    yield from follow(world, chosen.back, speed=0.5, guard=watch)
    yield from follow(world, chosen.up, speed=0.5, guard=watch)
