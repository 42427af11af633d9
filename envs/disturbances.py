"""Declared, seeded disturbances: the world as a robot meets it when others are about.

`slip=P`: during a share P of the calls that carry something, the grip loosens on the way; gravity does the rest.
`move=P`: during a share P of all calls, someone moves an object, every second time the one the call is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from envs.task import nearest
from sim.catalog import types_of
from sim.geometry import disc, polygon_gap
from sim.state import ObjectState, Pose, SceneState
from sim.world import Command, World
from skills.predicates import WORK_AREA
from skills.spec import SkillCall

KINDS = ("slip", "move")
"""Kinds of disturbance."""

_LOOSE_STEPS = 8
"""Control steps for which the grip stays open: 0.2 s, in which a block falls out from between the fingers."""
_HAND_RADIUS = 0.12
"""Metres around the tool where no hand but the robot's reaches."""
_GAP = 0.03


@dataclass(frozen=True)
class Disturbance:
    """One kind and how often it comes."""

    kind: str
    """One of `KINDS`."""
    probability: float
    """For each call, 0 to 1."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown disturbance {self.kind!r}; nearest: {nearest(self.kind, KINDS)}")
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(
                f"{self.kind}={self.probability:g} is no probability; expected 0 to 1, such as {self.kind}=0.2"
            )

    def __str__(self) -> str:
        return f"{self.kind}={self.probability:g}"


def parse_disturbance(text: str) -> Disturbance:
    """Reads `KIND=P`.

    Raises:
        ValueError: another form, an unknown kind, or no probability.
    """
    kind, equals, value = text.partition("=")
    try:
        probability = float(value)
    except ValueError:
        equals, probability = "", 0.0
    if not equals:
        raise ValueError(f"{text!r} is no disturbance; expected KIND=P with a kind of {', '.join(KINDS)}: 'slip=0.2'")
    return Disturbance(kind.strip(), probability)


def parse_disturbances(texts: str | Disturbance | Iterable[str | Disturbance] | None) -> tuple[Disturbance, ...]:
    """Reads one or several; None means none.

    Raises:
        ValueError: as `parse_disturbance`, or a kind comes twice.
    """
    if texts is None:
        return ()
    listed = [texts] if isinstance(texts, (str, Disturbance)) else list(texts)
    read = tuple(t if isinstance(t, Disturbance) else parse_disturbance(t) for t in listed)
    for k, one in enumerate(read):
        if one.kind in [other.kind for other in read[:k]]:
            raise ValueError(f"the disturbance {one.kind!r} is given twice")
    return read


class Disturber:
    """Carries out disturbances during calls. Call `begin` before a call, itself once a control step, `end` after."""

    def __init__(self, disturbances: Sequence[Disturbance], rng: np.random.Generator) -> None:
        self._chance = {d.kind: d.probability for d in disturbances}
        self._rng = rng
        self._call: SkillCall | None = None
        self._slip_after = -1
        self._move_after = -1
        self.moved: set[str] = set()
        """Names of the objects that were moved so far."""

    def begin(self, call: SkillCall) -> None:
        """Draws what will happen during this call."""
        self._call = call
        # All draws are made each time, so that one kind's probability does not change the other's dice.
        slip, move = self._rng.uniform(size=2)
        slip_after, move_after = int(self._rng.integers(2, 25)), int(self._rng.integers(2, 60))
        self._slip_after = slip_after if slip < self._chance.get("slip", 0.0) else -1
        self._move_after = move_after if move < self._chance.get("move", 0.0) else -1

    def __call__(self, world: World) -> None:
        """To be called after every control step of the skill."""
        if self._slip_after >= 0 and world.held() is not None:
            self._slip_after -= 1
            if self._slip_after < 0:
                self._loosen(world)
        if self._move_after >= 0:
            self._move_after -= 1
            if self._move_after < 0:
                self._move(world)

    def end(self, world: World) -> None:
        """A move that the call was too short for happens now."""
        if self._move_after >= 0:
            self._move_after = -1
            self._move(world)
            world.settle()

    def _loosen(self, world: World) -> None:
        grip = world.command
        for _ in range(_LOOSE_STEPS):
            world.step(Command(opening=world.spec.opening))
        world.step(Command(opening=grip.opening, force=grip.force))

    def _move(self, world: World) -> None:
        state = world.state()
        able = [o for o in state.objects if _can_be_moved(o, state)]
        if not able:
            return
        about = [o for o in able if self._call is not None and o.name in self._call.arguments]
        pool = about if about and self._rng.uniform() < 0.5 else able
        chosen = pool[int(self._rng.integers(len(pool)))]
        spot = free_spot(state, chosen, self._rng)
        if spot is not None:
            world.relocate(chosen.name, Pose((*spot, chosen.position[2]), chosen.pose.orientation))
            self.moved.add(chosen.name)


def _can_be_moved(o: ObjectState, state: SceneState) -> bool:
    """Small, on the table, nothing on it, and not in the robot's hand."""
    free = o.name != state.robot.holding and not state.carried_by(o.name)
    return free and "movable" in types_of(o.category) and (o.name, "table") in state.supports


def free_spot(state: SceneState, o: ObjectState, rng: np.random.Generator) -> tuple[float, float] | None:
    """A point (x, y) of the work area, metres, where the object would touch neither another nor the hand."""
    radius = float(np.hypot(*o.size[:2])) / 2.0
    (x0, x1), (y0, y1) = WORK_AREA
    tool = np.array(state.robot.tool.position[:2])
    for _ in range(100):
        x, y = float(rng.uniform(x0 + radius, x1 - radius)), float(rng.uniform(y0 + radius, y1 - radius))
        if np.hypot(x - tool[0], y - tool[1]) < _HAND_RADIUS:
            continue
        outline = disc((x, y), radius)
        if all(polygon_gap(outline, other.footprint) > _GAP for other in state.objects if other.name != o.name):
            return (x, y)
    return None
