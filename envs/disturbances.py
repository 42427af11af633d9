"""Declared, seeded disturbances: the world as a robot meets it when others are about and its own eyes err.

`slip=P`: during a share P of the calls that carry something, the grip loosens on the way; gravity does the rest.
`move=P`: during a share P of all calls, someone moves an object, every second time the one the call is about.
`stall=P`: during a share P of all calls, the arm halts in the middle, and the call fails with `TIME_OUT`.
`hide=P`: after a share P of all calls, an object is out of sight for one or two decisions.
`noise=SIGMA`: every look sees every object SIGMA metres off in x and in y, and a little turned.

All can be combined. Success is always judged on the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from envs.kitchen_scenes import TOPS, worked_at
from envs.task_error import nearest
from sim.catalog import types_of
from sim.command import CONTROL_SECONDS
from sim.geometry import disc, polygon_gap
from sim.perception.degraded import DegradedSensor
from sim.perception.sensor import Sensor
from sim.state import ORIGIN, TABLE, ObjectState, Pose, SceneState
from sim.stations import STATIONS
from sim.world import Command, World
from skills.kitchen_facts import place_of
from skills.outcome import FailureReason, SkillFailure
from skills.spec import SkillCall
from skills.vocabulary import WORK_AREA

BOUNDS: dict[str, tuple[float, str, float]] = {
    "slip": (1.0, "a probability from 0 to 1", 0.2),
    "move": (1.0, "a probability from 0 to 1", 0.2),
    "noise": (0.05, "metres from 0 to 0.05", 0.005),
    "hide": (1.0, "a probability from 0 to 1", 0.2),
    "stall": (1.0, "a probability from 0 to 1", 0.1),
}
"""For each kind of disturbance, the greatest value, what the value is, and an example."""
KINDS = tuple(BOUNDS)
"""Kinds of disturbance."""

_LOOSE_STEPS = 8
"""Control steps for which the grip stays open: 0.2 s, in which a block falls out from between the fingers."""
_HALT_STEPS = round(2.0 / CONTROL_SECONDS)
"""Control steps for which an arm that stalls stands still before the call is given up."""
_HAND_RADIUS = 0.12
"""Metres around the tool where no hand but the robot's reaches."""
_GAP = 0.03


@dataclass(frozen=True)
class Disturbance:
    """One kind and how strong it is."""

    kind: str
    """One of `KINDS`."""
    value: float
    """Probability for each call; for `noise` a standard deviation, metres."""

    def __post_init__(self) -> None:
        if self.kind not in BOUNDS:
            raise ValueError(f"unknown disturbance {self.kind!r}; nearest: {nearest(self.kind, KINDS)}")
        most, what, example = BOUNDS[self.kind]
        if not 0.0 <= self.value <= most:
            raise ValueError(
                f"{self.kind}={self.value:g} is out of bounds; expected {what}, such as {self.kind}={example:g}"
            )

    def __str__(self) -> str:
        return f"{self.kind}={self.value:g}"


def parse_disturbance(text: str) -> Disturbance:
    """Reads `KIND=VALUE`.

    Raises:
        ValueError: another form, an unknown kind, or a value out of bounds.
    """
    kind, equals, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        equals, value = "", 0.0
    if not equals:
        raise ValueError(
            f"{text!r} is no disturbance; expected KIND=VALUE with a kind of {', '.join(KINDS)}: 'slip=0.2'"
        )
    return Disturbance(kind.strip(), value)


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
    """Carries out disturbances.

    Call `begin` before a skill call, itself once a control step, `monitor` once a control step of the skill proper, and
    `end` after. `eyes` makes the sensor that errs.
    """

    def __init__(self, disturbances: Sequence[Disturbance], rng: np.random.Generator) -> None:
        self._value = {d.kind: d.value for d in disturbances}
        self._rng = rng
        # Dice of their own: one kind's value does not change another's dice.
        self._noise_rng, self._hide_rng, self._stall_rng = rng.spawn(3)
        self._call: SkillCall | None = None
        self._slip_after = -1
        self._move_after = -1
        self._stall_after = -1
        self._sight: DegradedSensor | None = None
        self._unseen: dict[str, int] = {}
        self.moved: set[str] = set()
        """Names of the objects that were moved so far."""
        self.told: list[str] = []
        """What happened since the last `begin`, in words; for a person, never for the planner."""

    def eyes(self, base: Sensor | None) -> Sensor | None:
        """The eyes of the episode: `base` (None sees the truth), with errors where they are declared."""
        if not {"noise", "hide"} & self._value.keys():
            return base
        self._sight = DegradedSensor(base, self._value.get("noise", 0.0), self._noise_rng)
        return self._sight

    def begin(self, call: SkillCall) -> None:
        """Draws what will happen during this call."""
        self._call = call
        self.told = []
        # All draws are made each time, so that one kind's probability does not change the other's dice.
        slip, move = self._rng.uniform(size=2)
        slip_after, move_after = int(self._rng.integers(2, 25)), int(self._rng.integers(2, 60))
        stall, stall_after = self._stall_rng.uniform(), int(self._stall_rng.integers(2, 60))
        self._slip_after = slip_after if slip < self._value.get("slip", 0.0) else -1
        self._move_after = move_after if move < self._value.get("move", 0.0) else -1
        self._stall_after = stall_after if stall < self._value.get("stall", 0.0) else -1

    def __call__(self, world: World) -> None:
        """To be called after every control step of the skill and of the settling that follows."""
        if self._slip_after >= 0 and world.robot_state().holding is not None:
            self._slip_after -= 1
            if self._slip_after < 0:
                self._loosen(world)
        if self._move_after >= 0:
            self._move_after -= 1
            if self._move_after < 0:
                self._move(world)

    def monitor(self, world: World) -> None:
        """To be called after every control step of the skill itself.

        Raises:
            SkillFailure: TIME_OUT, once the arm has stood still for two seconds.
        """
        if self._stall_after < 0:
            return
        self._stall_after -= 1
        if self._stall_after < 0:
            self.told.append("the arm halted")
            for _ in range(_HALT_STEPS):
                world.step()
            raise SkillFailure(FailureReason.TIME_OUT, f"the arm stopped in the middle of {self._call}")

    def end(self, world: World) -> None:
        """A move that the call was too short for happens now; then some objects come into sight and others go."""
        if self._move_after >= 0:
            self._move_after = -1
            self._move(world)
            world.settle()
        if self._sight is not None:
            self._hide(world)

    def _hide(self, world: World) -> None:
        assert self._sight is not None
        chance, choice = self._hide_rng.uniform(size=2)
        decisions = int(self._hide_rng.integers(1, 3))
        before = self._unseen
        self._unseen = {name: left - 1 for name, left in self._unseen.items() if left > 1}
        state = world.state()
        able = [
            o.name
            for o in state.objects
            if "movable" in types_of(o.category) and o.name != state.robot.holding and o.name not in before
        ]
        if able and chance < self._value.get("hide", 0.0):
            name = able[int(choice * len(able))]
            self._unseen[name] = decisions
            self.told.append(f"the {name} went out of sight")
        self._sight.hidden = frozenset(self._unseen)

    def _loosen(self, world: World) -> None:
        self.told.append("the grip loosened")
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
            self.told.append(f"someone moved the {chosen.name}")


def _can_be_moved(o: ObjectState, state: SceneState) -> bool:
    """Small, on the table or another top, nothing on it, and not in the robot's hand."""
    free = o.name != state.robot.holding and not state.carried_by(o.name)
    carried = place_of(o.name, state) in TOPS if STATIONS[state.family] else (o.name, TABLE) in state.supports
    return free and "movable" in types_of(o.category) and carried


def free_spot(state: SceneState, o: ObjectState, rng: np.random.Generator) -> tuple[float, float] | None:
    """A point (x, y) of the work area, metres, where the object would touch neither another nor the hand.

    None where there is none, or the object is too long for the area, as a hook is.
    """
    radius = float(np.hypot(*o.size[:2])) / 2.0
    place = place_of(o.name, state)
    frame, (x0, x1), (y0, y1) = (ORIGIN, *WORK_AREA) if place is None else worked_at(place)
    if 2.0 * radius > min(x1 - x0, y1 - y0):
        return None
    others = [other for other in state.objects if other.name != o.name and other.name not in STATIONS[state.family]]
    tool = np.array(state.robot.tool.position[:2])
    for _ in range(100):
        u, v = float(rng.uniform(x0 + radius, x1 - radius)), float(rng.uniform(y0 + radius, y1 - radius))
        x, y, _ = (frame @ Pose((u, v, 0.0))).position
        if np.hypot(x - tool[0], y - tool[1]) < _HAND_RADIUS:
            continue
        outline = disc((x, y), radius)
        if all(polygon_gap(outline, other.footprint) > _GAP for other in others):
            return (x, y)
    return None
