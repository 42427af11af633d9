"""Rollouts as numbers, with what came of each step; split by the scenes' seeds, so that no scene is on two sides.

What is trained on is seen in variants: from a later step on, as a planner sees it that looks again after every step,
and in a mirror. Each time one of them is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from planner.feasibility.batch import Told
from planner.feasibility.clearance import Hand
from planner.feasibility.facts import FACTS, carrier_of, fact_table
from planner.feasibility.forms import FIRST, NOTHING, Form
from planner.feasibility.imagine import Imagined
from planner.feasibility.records import Record
from planner.feasibility.tokens import StepRows, Vocabulary, failure_rows, scene_rows, step_rows
from sim.state import SceneState
from skills.registry import specs
from skills.symbolic import check_call, typing_of

SPLITS = ("train", "calibration", "validation")
UNKNOWN = -1
"""A target that is not to be learned: what came of it was not seen."""


def split_of(seed: int) -> str:
    """The side on which a scene seed lies: of twenty, eighteen train, one calibrates, one validates."""
    return {0: "validation", 1: "calibration"}.get(seed % 20, "train")


class Example(NamedTuple):
    """A plan as numbers. Shapes: n steps, t of them tried, k objects."""

    seed: int
    plan: int
    """Number of the plan among those given; its variants have the same."""
    share: float
    """How often it is drawn, compared with the other variants of its plan."""
    family: str
    """Scene family."""
    disturbed: bool
    """Whether something disturbed the robot on purpose."""
    skills: list[str]
    """Name of the skill of each step that was tried."""
    told: Told
    steps: StepRows
    """All n steps."""
    succeeded: np.ndarray
    """(t,) booleans."""
    whole: bool
    """Whether all n steps succeeded."""
    reason: np.ndarray
    """(t,) places in the vocabulary's reasons; `UNKNOWN` on success."""
    culprit: np.ndarray
    """(t,) pointers; `UNKNOWN` on success."""
    shift: np.ndarray
    """(t, k + 2, 3): displacement of each object, decimetres in the axes of the base; of the base and tool zero."""
    facts: np.ndarray
    """(t, k + 2, f): which of `FACTS` hold of each object afterwards, 0 or 1; `UNKNOWN` where it is out of sight."""
    carrier: np.ndarray
    """(t,): pointer to what then carries the first argument."""
    legal: np.ndarray
    """(n,) booleans: whether the symbolic preconditions hold, as far as the effects of earlier steps tell."""


def vocabulary_of(records: Iterable[Record]) -> Vocabulary:
    """The words that occur: specs that were tried, in the order of the registry, categories and robots."""
    called, categories, robots = set(), set(), set()
    for record in records:
        categories.update(o.category for o in record.scene.objects)
        robots.add(record.scene.robot.name)
        objects = typing_of(record.scene)
        called.update(check_call(c, objects).name for c in record.calls)
    known = tuple(s.name for s in specs() if s.name in called)
    return Vocabulary(known, tuple(sorted(categories)), tuple(sorted(robots)))


Look = Callable[[SceneState], Imagined]


def example_of(
    record: Record,
    vocabulary: Vocabulary,
    number: int = 0,
    share: float = 1.0,
    untried: bool = True,
    look: Look = Imagined.of,
) -> Example:
    """A plan as numbers.

    Args:
        record: the plan.
        vocabulary: of the network.
        number: of the plan.
        share: see `Example.share`.
        untried: whether the steps after a failure are told of too.
        look: reads a scene.

    Raises:
        ValueError: a call does not fit the scene.
    """
    hand = Hand.of(record.scene.robot.name)
    start = scene = look(record.scene)
    taken: list[tuple[Imagined, Form]] = []
    for call in record.calls if untried else record.calls[: len(record.steps)]:
        form = scene.things.forms[call]
        taken.append((scene, form))
        scene = scene.after(form)
    return Example(
        record.seed,
        number,
        share,
        record.scene.family,
        record.disturbed,
        [s.call.skill for s in record.steps],
        Told(scene_rows(record.scene, start, vocabulary), failure_rows(start, record.evidence, hand, vocabulary)),
        step_rows(taken, hand, vocabulary),
        np.array([s.succeeded for s in record.steps]),
        record.succeeded,
        np.array([vocabulary.reason(s.reason) - 1 if s.reason is not None else UNKNOWN for s in record.steps]),
        np.array([_culprit(s.culprit, start) if not s.succeeded else UNKNOWN for s in record.steps]),
        *_effects(record, start, look),
        np.array([all(atom in before.facts for atom, _ in form.needs) for before, form in taken]),
    )


def _culprit(name: str | None, scene: Imagined) -> int:
    return FIRST + scene.things.order[name] if name in scene.things.order else NOTHING


def _effects(record: Record, start: Imagined, look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Targets `shift`, `facts` and `carrier` of the steps that were tried."""
    order, frame = start.things.order, start.things.frame
    k, t = len(order), len(record.steps)
    shift = np.zeros((t, k + 2, 3), dtype=np.float32)
    facts = np.full((t, k + 2, len(FACTS)), UNKNOWN, dtype=np.int8)
    carrier = np.zeros(t, dtype=np.int64)
    at = start.points
    for row, step in enumerate(record.steps):
        now = look(step.after)
        after = at.copy()
        for name, place in now.things.order.items():  # things come into sight and go
            if name in order:
                after[order[name]] = frame.inward(step.after.objects[place].position)
        shift[row, :k] = 10.0 * (after - at)
        known = [order[name] for name in now.things.order if name in order]
        facts[row, known] = fact_table(now.facts, order)[known]
        carrier[row] = carrier_of(step.call.arguments[0], now.facts, order)
        at = after
    return shift, facts, carrier


def _remembering() -> Look:
    """Reads each scene once: where one step ends the next begins, in one variant or another."""
    known: dict[int, Imagined] = {}

    def look(state: SceneState) -> Imagined:
        if id(state) not in known:
            known[id(state)] = Imagined.of(state)
        return known[id(state)]

    return look


def variants_of(record: Record, vocabulary: Vocabulary, number: int) -> list[Example]:
    """The plan, what is left of it at each of its later steps (together as often), and the same in a mirror."""
    found = []
    for side in (record, record.mirrored()) if record.symmetric else (record,):
        later = range(1, len(side.steps))
        seen = [(side, max(len(later), 1.0)), *((side.tail(k), 1.0) for k in later)]
        look = _remembering()
        for part, share in seen:
            try:
                found.append(example_of(part, vocabulary, number, share, untried=False, look=look))
            except ValueError:  # it speaks of what has gone out of sight
                continue
    return found


def split_examples(
    records: Sequence[Record],
    vocabulary: Vocabulary,
    progress: Callable[[Iterable[Record]], Iterable[Record]] = iter,
) -> dict[str, list[Example]]:
    """Plans as numbers, by split; those to train on in all variants, the plan itself first.

    Raises:
        ValueError: a split would be empty.
    """
    found: dict[str, list[Example]] = {name: [] for name in SPLITS}
    for number, record in enumerate(progress(records)):
        name = split_of(record.seed)
        found[name] += (
            variants_of(record, vocabulary, number) if name == "train" else [example_of(record, vocabulary, number)]
        )
    for name, examples in found.items():
        if not examples:
            raise ValueError(f"no plan is in the {name} split; {len(records)} plans are given, give more seeds")
    return found
