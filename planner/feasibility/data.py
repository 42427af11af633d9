"""Rollouts as numbers, with what came of each step; split by seed, so that no scene is on two sides.

What is trained on is seen in variants: from a later step on, as a planner sees it that looks again after every step,
and in a mirror. Each time one of them is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from planner.feasibility.batch import Told
from planner.feasibility.imagine import Imagined
from planner.feasibility.segments import Segment
from planner.feasibility.tokens import StepRow, Vocabulary, failure_rows, scene_rows, step_rows
from skills.registry import specs
from skills.spec import SkillCall, SkillSpec
from skills.symbolic import check_call, unmet

SPLITS = ("train", "calibration", "validation")


def split_of(seed: int) -> str:
    """The side on which a scene seed lies: of ten, eight train, one calibrates, one validates."""
    return {0: "validation", 1: "calibration"}.get(seed % 10, "train")


class Example(NamedTuple):
    """A segment as numbers. Shapes: n steps."""

    seed: int
    segment: int
    """Number of the segment among those given; its variants have the same."""
    share: float
    """How often it is drawn, compared with the other variants of its segment."""
    skills: list[str]
    """Name of the skill of each step."""
    told: Told
    steps: list[StepRow]
    succeeded: np.ndarray
    """(n,) booleans."""
    reason: np.ndarray
    """(n,) places in the vocabulary's reasons; -1 on success."""
    effect: np.ndarray
    """(n, 3): displacement of the first argument, decimetres in the axes of the base."""
    holding: np.ndarray
    """(n,) booleans."""
    legal: np.ndarray
    """(n,) booleans: whether the symbolic preconditions hold, as far as the effects of earlier steps tell."""


def vocabulary_of(segments: Iterable[Segment]) -> Vocabulary:
    """The words that occur: specs that were executed, in the order of the registry, and categories."""
    called, categories = set(), set()
    for segment in segments:
        categories.update(o.category for o in segment.scene.objects)
        objects = Imagined.of(segment.scene).objects
        called.update(check_call(s.call, objects).name for s in segment.steps)
    return Vocabulary(tuple(s.name for s in specs() if s.name in called), tuple(sorted(categories)))


def example_of(segment: Segment, vocabulary: Vocabulary, number: int = 0, share: float = 1.0) -> Example:
    """A segment as numbers."""
    start = scene = Imagined.of(segment.scene)
    taken: list[tuple[Imagined, SkillSpec, SkillCall]] = []
    effects: list[tuple[float, ...]] = []
    at = dict(scene.points)
    for step in segment.steps:
        spec = check_call(step.call, scene.objects)
        taken.append((scene, spec, step.call))
        scene = scene.after(spec, step.call)
        name = step.call.arguments[0]
        before, at = at[name], {n: scene.frame.inward(p[:3]) for n, p in step.after.items()}
        effects.append(tuple(10.0 * (q - p) for p, q in zip(before, at[name], strict=True)))
    reasons = [vocabulary.reason(s.reason) - 1 if s.reason is not None else -1 for s in segment.steps]
    return Example(
        segment.seed,
        number,
        share,
        [s.call.skill for s in segment.steps],
        Told(scene_rows(segment.scene, start, vocabulary), failure_rows(start, segment.evidence, vocabulary)),
        step_rows(taken, vocabulary),
        np.array([s.succeeded for s in segment.steps]),
        np.array(reasons),
        np.array(effects, dtype=np.float32),
        np.array([s.holding is not None for s in segment.steps]),
        np.array([not unmet(call, facts.facts) for facts, _, call in taken]),
    )


def variants_of(segment: Segment, vocabulary: Vocabulary, number: int) -> list[Example]:
    """The segment, what is left of it at each of its later steps (together as often), and the same in a mirror."""
    later = range(1, len(segment.steps))
    return [
        example_of(seen, vocabulary, number, share)
        for side in (segment, segment.mirrored())
        for seen, share in ((side, max(len(later), 1.0)), *((side.tail(k), 1.0) for k in later))
    ]


def split_examples(
    segments: Sequence[Segment],
    vocabulary: Vocabulary,
    progress: Callable[[Iterable[Segment]], Iterable[Segment]] = iter,
) -> dict[str, list[Example]]:
    """Segments as numbers, by split; those to train on in all variants, the segment itself first.

    Raises:
        ValueError: a split would be empty.
    """
    found: dict[str, list[Example]] = {name: [] for name in SPLITS}
    for number, segment in enumerate(progress(segments)):
        name = split_of(segment.seed)
        found[name] += (
            variants_of(segment, vocabulary, number) if name == "train" else [example_of(segment, vocabulary, number)]
        )
    for name, examples in found.items():
        if not examples:
            raise ValueError(f"no segment is in the {name} split; {len(segments)} segments are given, give more seeds")
    return found
