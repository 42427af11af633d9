"""What the network is told: a scene, past failures and plan steps as numbers.

Nothing here is a place in the world. Points are handed over apart from the features, for the rotary positions, and all
features are relative: to the robot's base, to the table, or to the thing itself. So a scene that is moved together with
its robot looks the same.

Shapes: o objects (the robot's base and tool are the last two), k of them things, n steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from planner.feasibility.clearance import GAPS, Hand, Moves, rooms
from planner.feasibility.driving import DRIVE_ROOM, drive_room
from planner.feasibility.forms import FIRST, NOTHING, Form, Lead
from planner.feasibility.imagine import Imagined, Stack, goals
from planner.feasibility.spots import ROOM, spot_room
from sim.geometry import quat_rotate
from sim.state import TABLE, ObjectState, SceneState
from skills.outcome import FailureReason
from skills.protocol import Step
from skills.spec import SkillCall

OBJECT_FEATURES = 29
STEP_FEATURES = 28 + GAPS + ROOM
EVIDENCE = 8
"""Of past failures, so many are told, the latest."""
TOOL = "<tool>"


@dataclass(frozen=True)
class Vocabulary:
    """Words that the network has an embedding for; index 0 is for any other."""

    specs: tuple[str, ...]
    """Names of skill specs."""
    categories: tuple[str, ...]
    """Categories of objects."""
    robots: tuple[str, ...] = ("panda",)
    """Robots, whose bases are tokens too."""
    reasons: tuple[str, ...] = tuple(FailureReason)
    """Failure reasons, in the order of the head that predicts them."""

    @cached_property
    def _spec_index(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.specs, start=1)}

    @cached_property
    def _kind_index(self) -> dict[str, int]:
        words = (TOOL, *(base_of(r) for r in self.robots), *self.categories)
        return {name: k for k, name in enumerate(words, start=1)}

    @property
    def kinds(self) -> int:
        """How many kinds of tokens there are for a scene, the unknown one among them."""
        return len(self._kind_index) + 1

    def spec(self, name: str) -> int:
        """Index of a spec, from 1; 0 if it is unknown."""
        return self._spec_index.get(name, 0)

    def kind(self, word: str) -> int:
        """Index of a category, of a robot's base or of `TOOL`, from 1; 0 if it is unknown."""
        return self._kind_index.get(word, 0)

    def reason(self, name: str) -> int:
        """Index of a failure reason, from 1; 0 if it is unknown."""
        return self.reasons.index(name) + 1 if name in self.reasons else 0


def base_of(robot: str) -> str:
    """The word for a robot's base."""
    return f"<base {robot}>"


class Failure(NamedTuple):
    """One thing that did not work, earlier in the episode."""

    call: SkillCall
    reason: str
    culprit: str | None


def failures(evidence: Iterable[Step]) -> list[Failure]:
    """The failures among the steps taken so far."""
    return [
        Failure(s.call, str(s.outcome.reason), s.outcome.culprit)
        for s in evidence
        if not s.outcome.succeeded and s.outcome.reason is not None
    ]


class StepRows(NamedTuple):
    """Steps as arrays."""

    spec: np.ndarray
    """(n,) indices in the vocabulary."""
    pointers: np.ndarray
    """(n, POINTERS) to the arguments."""
    moved: np.ndarray
    """(n,) pointers to what each step moves."""
    points: np.ndarray
    """(n, 3): where the hand would work, metres, float64."""
    features: np.ndarray
    """(n, STEP_FEATURES), float32."""


class FailureRows(NamedTuple):
    """Past failures as arrays."""

    steps: StepRows
    reasons: np.ndarray
    """(e,) indices in the vocabulary."""
    culprits: np.ndarray
    """(e,) pointers."""


class SceneRows(NamedTuple):
    """The objects of a scene, the base and the tool as arrays."""

    kinds: np.ndarray
    """(o,) integers."""
    points: np.ndarray
    """(o, 3), metres, float64."""
    features: np.ndarray
    """(o, OBJECT_FEATURES), float32."""


def scene_rows(state: SceneState, scene: Imagined, vocabulary: Vocabulary) -> SceneRows:
    """The scene as arrays; `scene` is `Imagined.of(state)`."""
    frame, robot = scene.things.frame, state.robot
    tool = np.array([frame.inward(robot.tool.position)])
    words = [*(o.category for o in state.objects), base_of(robot.name), TOOL]
    features = np.zeros((len(words), OBJECT_FEATURES), dtype=np.float32)
    if state.objects:
        hand = Hand.of(robot.name)
        features[:-2, :-4] = [_object_features(k, o, scene, hand) for k, o in enumerate(state.objects)]
        features[:-2, -4:] = _from_base(scene.points, scene.base)
    features[-1, :2] = 10.0 * robot.opening, robot.holding is not None
    features[-1, -4:] = _from_base(tool, scene.base)
    return SceneRows(
        np.array([vocabulary.kind(w) for w in words], dtype=np.int64),
        np.concatenate([scene.points, [frame.base], tool]),
        features,
    )


def _object_features(k: int, thing: ObjectState, scene: Imagined, hand: Hand) -> list[float]:
    """All but the last four, which say where it is from the base."""
    things = scene.things
    kind, half, types = things.kinds[k], things.halves[k].tolist(), things.kinds[k].types
    facts, name = scene.facts, thing.name
    mine = {a.predicate for a in facts if a.arguments[:1] == (name,)}
    on_table = any(a.predicate == "on" and a.arguments == (name, TABLE) for a in facts)
    return [
        *(10.0 * s for s in thing.size),
        *(10.0 * h for h in half),
        *_heading(thing, scene.things.frame.yaw),
        abs(quat_rotate(thing.pose.orientation, (0.0, 0.0, 1.0))[2]),
        float(thing.round),
        10.0 * kind.floor,
        10.0 * kind.inner,
        10.0 * (float(scene.points[k, 2]) - half[2] - things.table),
        float("holding" in mine),
        float("clear" in mine),
        float("in" in mine),
        float(on_table),
        float("reachable" in mine),
        float("accessible" in mine),
        float("movable" in types),
        _margin(kind.size, kind.grip_widths, hand),
        float(scene.readings[k]),
        0.5 * float(scene.loads[k]),
        min(10.0 * thing.speed, 5.0),
        float("sweepable" in types),
    ]


def _margin(size: Sequence[float], widths: tuple[float | None, float | None] | None, hand: Hand) -> float:
    """How much wider the hand opens than the object is at its narrowest, by 2 cm; -2 where it cannot be held so."""
    able = [w for w in (size[:2] if widths is None else widths) if w is not None]
    if not able:
        return -2.0
    spare = max(size[:2]) - 0.03 if hand.cup else hand.opening - min(able)
    return max(-2.0, min(2.0, 50.0 * spare))


def _heading(thing: ObjectState, turn: float) -> tuple[float, float]:
    """Cosine and sine of the angle that is the same for all orientations that look alike from above."""
    if thing.round:
        return (0.0, 0.0)
    turns = 4 if abs(thing.size[0] - thing.size[1]) < 1e-6 else 2
    return (math.cos(turns * (thing.pose.yaw - turn)), math.sin(turns * (thing.pose.yaw - turn)))


def _from_base(points: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Points, (n, 3), as seen from a base, (4,) or (n, 4): ahead, to the left, up, and how far; (n, 4)."""
    x, y, z = (points - base[..., :3]).T
    c, s = np.cos(base[..., 3]), np.sin(base[..., 3])
    ahead, left = c * x + s * y, c * y - s * x
    return np.stack([4.0 * (ahead - 0.5), 4.0 * left, 4.0 * z, 8.0 * (np.hypot(x, y) - 0.6)], axis=1)


def step_rows(steps: Sequence[tuple[Imagined, Form]], hand: Hand, vocabulary: Vocabulary) -> StepRows:
    """Steps as arrays.

    Args:
        steps: each with the imagined scene in which it would be taken; all of them began as the same scene.
        hand: the robot's.
        vocabulary: of the network.
    """
    if not steps:
        empty = np.zeros((0, 3), dtype=np.int64)
        return StepRows(empty[:, 0], empty, empty[:, 0], np.zeros((0, 3)), np.zeros((0, STEP_FEATURES), np.float32))
    scenes, forms = [s for s, _ in steps], [f for _, f in steps]
    things, rows = scenes[0].things, np.arange(len(steps))
    table, stack = things.forms.table(forms), Stack.of(scenes)
    first, second = table.pointers[:, 0] - FIRST, table.pointers[:, 1] - FIRST
    points, base = stack.points, stack.base
    start, goal = points[rows, first], goals(stack, table)
    work = np.where(table.placing[:, None], goal, start) + things.grips[first]
    origin = np.array(things.frame.base)
    near = [(a - origin).astype(np.float32) for a in (points, work, start, goal)]
    moves = Moves(near[0], first, near[1], near[2], near[3], table.pushed)
    features = np.empty((len(steps), STEP_FEATURES), dtype=np.float32)
    features[:, 0:4] = _from_base(work, base)
    features[:, 4:8] = _from_base(goal, base)
    features[:, 8:11] = 4.0 * (goal - start)
    features[:, 11:13] = table.extent
    features[:, 13:17] = _BITS[[form.broken(scene.facts) for scene, form in steps]]
    features[:, 17] = 10.0 * (goal[:, 2] - things.halves[first, 2] - things.table)
    features[:, 18:28] = _states(stack, rows, first, second, origin)
    features[:, 28 : 28 + GAPS] = 20.0 * rooms(things.outlines, hand, moves)
    drives = np.flatnonzero(table.lead == Lead.DRIVE)
    if len(drives):  # no hand is at work: the first gaps are those of the base
        rooms_of = drive_room([scenes[k] for k in drives], [forms[k] for k in drives])
        features[drives, 28 : 28 + DRIVE_ROOM] = 20.0 * rooms_of
    room = spot_room(table, things.outlines, things.halves.astype(np.float32), moves)
    features[:, -ROOM:] = room * np.array([20.0, 1.0], dtype=np.float32)
    return StepRows(
        np.array([vocabulary.spec(f.spec.name) for f in forms], dtype=np.int64),
        table.pointers,
        table.moved,
        work,
        features,
    )


def _states(scenes: Stack, rows: np.ndarray, first: np.ndarray, second: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """How the first two arguments and the base stand by then: (n, 10); zeros for a second that is no object."""
    there, other = second >= 0, np.maximum(second, 0)
    loads, moved, readings, base = scenes.loads, scenes.moved, scenes.readings, scenes.base
    found = [
        0.5 * loads[rows, first],
        0.5 * loads[rows, other] * there,
        moved[rows, first],
        moved[rows, other] & there,
        readings[rows, first],
        readings[rows, other] * there,
        2.0 * (base[:, 0] - origin[0]),
        2.0 * (base[:, 1] - origin[1]),
        np.sin(base[:, 3]),
        np.cos(base[:, 3]),
    ]
    return np.stack(found, axis=1)


_BITS = np.array([[float(bits >> k & 1) for k in range(4)] for bits in range(16)])
"""Which kinds of preconditions do not hold, by `Form.broken`."""


def failure_rows(scene: Imagined, failed: Sequence[Failure], hand: Hand, vocabulary: Vocabulary) -> FailureRows:
    """The latest `EVIDENCE` failures; those about things that are no longer in the scene are left out."""
    kept: list[tuple[Failure, Form]] = []
    for failure in failed:
        try:
            kept.append((failure, scene.things.forms[failure.call]))
        except ValueError:  # it speaks of what is gone
            continue
    kept = kept[-EVIDENCE:]
    order = scene.things.order
    return FailureRows(
        step_rows([(scene, form) for _, form in kept], hand, vocabulary),
        np.array([vocabulary.reason(f.reason) for f, _ in kept], dtype=np.int64),
        np.array([FIRST + order[f.culprit] if f.culprit in order else NOTHING for f, _ in kept], dtype=np.int64),
    )
