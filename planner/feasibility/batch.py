"""From arrays to padded tensors.

Shapes: b scenes, o objects (base and tool among them), e past failures, n steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from planner.feasibility.network import Scenes, Steps
from planner.feasibility.tokens import FailureRows, SceneRows, StepRows


class Told(NamedTuple):
    """One scene and what failed in it."""

    scene: SceneRows
    failed: FailureRows


def padded(arrays: Sequence[np.ndarray], length: int | None = None, fill: float = 0.0) -> Tensor:
    """Arrays of different lengths as one tensor, (b, length, ...), the rest filled up."""
    n = max((len(a) for a in arrays), default=0) if length is None else length
    out = np.full((len(arrays), n, *arrays[0].shape[1:]), fill, dtype=arrays[0].dtype)
    for row, array in zip(out, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(out)


def pack_steps(plans: Sequence[StepRows], length: int | None = None) -> Steps:
    """Plans as tensors, padded at the end.

    Args:
        plans: b sequences of steps.
        length: n; that of the longest plan if None.
    """
    if len(plans) == 1 and length is None:
        return Steps(*(torch.from_numpy(a).unsqueeze(0) for a in plans[0]))
    return Steps(*(padded([p[k] for p in plans], length) for k in range(len(plans[0]))))


def pack_scenes(told: Sequence[Told]) -> Scenes:
    """Scenes and their evidence as tensors, padded at the end of the objects and of the evidence."""
    kinds, points, features = (padded([t.scene[k] for t in told]) for k in range(3))
    reasons, culprits = padded([t.failed.reasons for t in told]), padded([t.failed.culprits for t in told])
    there = padded([np.ones(len(t.scene.kinds), dtype=bool) for t in told])
    wrong = padded([np.ones(len(t.failed.reasons), dtype=bool) for t in told])
    failed = pack_steps([t.failed.steps for t in told], reasons.shape[1])
    return Scenes(kinds, points, features, failed, reasons, culprits, torch.cat([there, wrong], dim=1))
