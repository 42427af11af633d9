"""What the network is told: a scene, past failures and plan steps as numbers.

Nothing here is a place in the world. Points are handed over apart from the features, for the rotary positions, and all
features are relative: to the robot's base, to the table, or to the thing itself. So a scene that is moved together with
its robot looks the same.

Shapes: o objects (the robot's base and tool are the last two), n steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.feasibility.clearance import GAPS, rooms
from planner.feasibility.imagine import Frame, Imagined
from sim.catalog import CATEGORIES
from sim.geometry import Vec3, quat_rotate
from sim.state import TABLE, ObjectState, SceneState
from skills.outcome import FailureReason
from skills.protocol import Step
from skills.registry import find_spec
from skills.spec import SkillCall, SkillSpec
from skills.symbolic import unmet
from skills.vocabulary import DIRECTIONS, REGIONS

OBJECT_FEATURES = 22
STEP_FEATURES = 20 + GAPS
POINTERS = 3
"""A step points to at most so many of its arguments."""
EVIDENCE = 8
"""Of past failures, so many are told, the latest."""
NOTHING, ON_TABLE, FIRST = 0, 1, 2
"""What pointers point to: nothing, the table, and from here on the objects in order."""
BASE, TOOL = "<base>", "<tool>"


@dataclass(frozen=True)
class Vocabulary:
    """Words that the network has an embedding for; index 0 is for any other."""

    specs: tuple[str, ...]
    """Names of skill specs."""
    categories: tuple[str, ...]
    """Categories of objects."""
    reasons: tuple[str, ...] = tuple(FailureReason)
    """Failure reasons, in the order of the head that predicts them."""

    def spec(self, name: str) -> int:
        """Index of a spec, from 1; 0 if it is unknown."""
        return _index(self.specs, name)

    def kind(self, category: str) -> int:
        """Index of a category, of `BASE` or of `TOOL`, from 1; 0 if it is unknown."""
        return _index((BASE, TOOL, *self.categories), category)

    def reason(self, name: str) -> int:
        """Index of a failure reason, from 1; 0 if it is unknown."""
        return _index(self.reasons, name)


def _index(words: tuple[str, ...], word: str) -> int:
    return words.index(word) + 1 if word in words else 0


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


class StepRow(NamedTuple):
    """One step as numbers."""

    spec: int
    pointers: tuple[int, ...]
    """`POINTERS` of them."""
    point: Vec3
    """Where the hand would work, in the axes of the robot's base."""
    features: list[float]
    """`STEP_FEATURES` of them."""


class FailureRows(NamedTuple):
    """Past failures as numbers."""

    steps: list[StepRow]
    reasons: list[int]
    """Indices in the vocabulary."""
    culprits: list[int]
    """Pointers."""


class SceneRows(NamedTuple):
    """The objects of a scene, the base and the tool as arrays."""

    kinds: np.ndarray
    """(o,) integers."""
    points: np.ndarray
    """(o, 3), metres, float64."""
    features: np.ndarray
    """(o, OBJECT_FEATURES), float32."""


def scene_rows(state: SceneState, imagined: Imagined, vocabulary: Vocabulary) -> SceneRows:
    """The scene as arrays; `imagined` is `Imagined.of(state)`."""
    frame, robot = imagined.frame, state.robot
    tool = frame.inward(robot.tool.position)
    names = [o.category for o in state.objects] + [BASE, TOOL]
    features = [_object_features(o, imagined) for o in state.objects]
    features.append([0.0] * OBJECT_FEATURES)
    features.append(_tool_features(state, tool, imagined))
    return SceneRows(
        np.array([vocabulary.kind(n) for n in names], dtype=np.int64),
        np.array([*(imagined.points[o.name] for o in state.objects), frame.base, tool], dtype=np.float64),
        np.array(features, dtype=np.float32),
    )


def _object_features(thing: ObjectState, scene: Imagined) -> list[float]:
    category = CATEGORIES.get(thing.category)
    half = scene.halves[thing.name]
    x, y, z = scene.points[thing.name]
    atoms = [a for a in scene.facts if thing.name in a.arguments]
    on_table = any(a.predicate == "on" and a.arguments == (thing.name, TABLE) for a in atoms)
    return [
        *(s * 10.0 for s in thing.size),
        *(h * 10.0 for h in half),
        *_heading(thing, scene.frame),
        abs(quat_rotate(thing.pose.orientation, (0.0, 0.0, 1.0))[2]),
        float(thing.round),
        10.0 * (category.floor if category else 0.0),
        10.0 * (category.inner if category else 0.0),
        10.0 * (z - half[2] - scene.table),
        float(any(a.predicate == "holding" for a in atoms)),
        float(any(a.predicate == "clear" for a in atoms)),
        float(any(a.predicate == "in" and a.arguments[0] == thing.name for a in atoms)),
        float(on_table),
        min(10.0 * thing.speed, 5.0),
        *_from_base((x, y, z), scene.frame.base),
    ]


def _heading(thing: ObjectState, frame: Frame) -> tuple[float, float]:
    """Cosine and sine of the angle that is the same for all orientations that look alike from above."""
    if thing.round:
        return (0.0, 0.0)
    yaw = thing.pose.yaw - math.atan2(frame.sin, frame.cos)
    turns = 4 if abs(thing.size[0] - thing.size[1]) < 1e-6 else 2
    return (math.cos(turns * yaw), math.sin(turns * yaw))


def _tool_features(state: SceneState, tool: Vec3, scene: Imagined) -> list[float]:
    row = [0.0] * OBJECT_FEATURES
    row[0] = 10.0 * state.robot.opening
    row[1] = float(state.robot.holding is not None)
    row[-4:] = _from_base(tool, scene.frame.base)
    return row


def _from_base(point: Vec3, base: Vec3) -> list[float]:
    x, y, z = (p - b for p, b in zip(point, base, strict=True))
    return [4.0 * (x - 0.5), 4.0 * y, 4.0 * z, 8.0 * (math.sqrt(x * x + y * y) - 0.6)]


def step_rows(steps: Sequence[tuple[Imagined, SkillSpec, SkillCall]], vocabulary: Vocabulary) -> list[StepRow]:
    """Steps as numbers.

    Args:
        steps: each with the imagined scene in which it would be taken; all of them began as the same scene.
        vocabulary: of the network.

    Raises:
        ValueError: the first argument of a call is not an object of the scene.
    """
    if not steps:
        return []
    bare = [_step_row(*step, vocabulary) for step in steps]
    gaps = rooms(
        steps[0][0].outlines,
        np.array([list(scene.points.values()) for scene, _, _ in steps]),
        np.array([row.pointers[0] - FIRST for row, _, _ in bare]),
        np.array([row.point for row, _, _ in bare]),
        np.array([start for _, start, _ in bare]),
        np.array([goal for _, _, goal in bare]),
    )
    return [
        row._replace(features=row.features + gap) for (row, _, _), gap in zip(bare, (20.0 * gaps).tolist(), strict=True)
    ]


def _step_row(scene: Imagined, spec: SkillSpec, call: SkillCall, vocabulary: Vocabulary) -> tuple[StepRow, Vec3, Vec3]:
    """The row but for the gaps, and where its object is and would come to rest."""
    order, values = scene.order, list(spec.binding(call).values())
    pointers = [FIRST + order[v] if v in order else ON_TABLE if v == TABLE else NOTHING for v in values[:POINTERS]]
    if not pointers or pointers[0] < FIRST:
        raise ValueError(f"{str(call)!r} does not begin with an object of the scene: {', '.join(order)}")
    name, goal = values[0], scene.goal(spec, call)
    start = scene.points[name]
    # The hand of a pick and of a push goes to the object; that of a place takes the object to its goal.
    placing = any(a.predicate == "holding" for a in spec.preconditions)
    point = goal if placing else start
    row = StepRow(
        vocabulary.spec(spec.name),
        (*pointers, *[NOTHING] * (POINTERS - len(pointers))),
        point,
        [
            *_from_base(point, scene.frame.base),
            *_from_base(goal, scene.frame.base),
            *(4.0 * (g - s) for g, s in zip(goal, start, strict=True)),
            *_extent(values),
            *_broken(call, scene),
            10.0 * (goal[2] - scene.halves[name][2] - scene.table),
            _load(values, scene),
            float(name in scene.moved),
            float(any(v in scene.moved for v in values[1:])),
        ],
    )
    return row, start, goal


def failure_rows(scene: Imagined, failed: Sequence[Failure], vocabulary: Vocabulary) -> FailureRows:
    """The latest `EVIDENCE` failures; those about things that are no longer in the scene are left out."""
    kept = [f for f in failed if _present(f.call, scene)][-EVIDENCE:]
    return FailureRows(
        step_rows([(scene, find_spec(f.call), f.call) for f in kept], vocabulary),
        [vocabulary.reason(f.reason) for f in kept],
        [FIRST + scene.order[f.culprit] if f.culprit and f.culprit in scene.order else NOTHING for f in kept],
    )


def _present(call: SkillCall, scene: Imagined) -> bool:
    values = find_spec(call).binding(call).values()
    return all(v in scene.order or v == TABLE or v in REGIONS or v in DIRECTIONS for v in values)


def _extent(values: Sequence[str]) -> list[float]:
    """Size of the region, (x, y) in half metres, or direction that is among the arguments."""
    for value in values:
        if value in DIRECTIONS:
            return list(DIRECTIONS[value])
        if value in REGIONS:
            (x0, x1), (y0, y1) = REGIONS[value]
            return [2.0 * (x1 - x0), 2.0 * (y1 - y0)]
    return [0.0, 0.0]


def _broken(call: SkillCall, scene: Imagined) -> list[float]:
    """Which kinds of preconditions do not hold: about the hand, about what is clear, any other."""
    kinds = {a.predicate for a in unmet(call, scene.facts)}
    hand = kinds & {"hand-empty", "holding"}
    return [float(bool(hand)), float("clear" in kinds), float(bool(kinds - hand - {"clear"}))]


def _load(values: Sequence[str], scene: Imagined) -> float:
    """How many objects the second argument carries already, by twos."""
    if len(values) < 2:
        return 0.0
    return 0.5 * sum(a.predicate in ("in", "on") and a.arguments[1] == values[1] for a in scene.facts)
