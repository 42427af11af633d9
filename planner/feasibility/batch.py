"""From rows of numbers to padded tensors.

Shapes: b scenes, o objects (base and tool among them), e past failures, n steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from planner.feasibility.network import Scenes, Steps
from planner.feasibility.tokens import POINTERS, STEP_FEATURES, FailureRows, SceneRows, StepRow


class Told(NamedTuple):
    """One scene and what failed in it."""

    scene: SceneRows
    failed: FailureRows


def pack_steps(plans: Sequence[Sequence[StepRow]], length: int | None = None) -> Steps:
    """Plans as tensors, padded at the end.

    Args:
        plans: b sequences of steps.
        length: n; that of the longest plan if None.
    """
    b, n = len(plans), max((len(p) for p in plans), default=0) if length is None else length
    spec = np.zeros((b, n), dtype=np.int64)
    pointers = np.zeros((b, n, POINTERS), dtype=np.int64)
    points = np.zeros((b, n, 3), dtype=np.float64)
    features = np.zeros((b, n, STEP_FEATURES), dtype=np.float32)
    for k, plan in enumerate(plans):
        if plan:
            spec[k, : len(plan)] = [r.spec for r in plan]
            pointers[k, : len(plan)] = [r.pointers for r in plan]
            points[k, : len(plan)] = [r.point for r in plan]
            features[k, : len(plan)] = [r.features for r in plan]
    return Steps(*(torch.from_numpy(a) for a in (spec, pointers, points, features)))


def pack_scenes(told: Sequence[Told]) -> Scenes:
    """Scenes and their evidence as tensors, padded at the end of the objects and of the evidence."""
    b = len(told)
    o = max(len(t.scene.kinds) for t in told)
    e = max(len(t.failed.steps) for t in told)
    kinds = np.zeros((b, o), dtype=np.int64)
    points = np.zeros((b, o, 3), dtype=np.float64)
    features = np.zeros((b, o, told[0].scene.features.shape[1]), dtype=np.float32)
    reasons, culprits = np.zeros((b, e), dtype=np.int64), np.zeros((b, e), dtype=np.int64)
    valid = np.zeros((b, o + e), dtype=bool)
    for k, (scene, failed) in enumerate(told):
        count, wrong = len(scene.kinds), len(failed.steps)
        kinds[k, :count], points[k, :count], features[k, :count] = scene
        reasons[k, :wrong], culprits[k, :wrong] = failed.reasons, failed.culprits
        valid[k, :count] = valid[k, o : o + wrong] = True
    return Scenes(
        kinds=torch.from_numpy(kinds),
        points=torch.from_numpy(points),
        features=torch.from_numpy(features),
        failed=pack_steps([t.failed.steps for t in told], e),
        reasons=torch.from_numpy(reasons),
        culprits=torch.from_numpy(culprits),
        valid=torch.from_numpy(valid),
    )
