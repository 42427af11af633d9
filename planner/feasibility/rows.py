"""Examples as tensors, which training and evaluation draw batches from.

Shapes: k plans, b plans of a batch, n steps, o objects, f facts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from planner.feasibility.batch import pack_scenes, pack_steps, padded
from planner.feasibility.data import UNKNOWN, Example
from planner.feasibility.network import Scenes, Steps


class Rows(NamedTuple):
    """Examples as tensors, padded; n steps are as many as the longest plan has."""

    plan: Tensor
    """(k,) integers: variants of one plan have the same."""
    share: Tensor
    """(k,): how often each is drawn, compared with the other variants."""
    scenes: Scenes
    steps: Steps
    planned: Tensor
    """(k, n) booleans: False for padding."""
    taken: Tensor
    """(k, n) booleans: which were tried."""
    succeeded: Tensor
    """(k, n) floats."""
    reason: Tensor
    """(k, n) integers, -1 on success."""
    culprit: Tensor
    """(k, n) pointers, -1 on success."""
    shift: Tensor
    """(k, n, o, 3)."""
    facts: Tensor
    """(k, n, o, f) bytes, -1 where nothing is known."""
    carrier: Tensor
    """(k, n) pointers."""

    def pick(self, index: Tensor) -> Rows:
        """Some of the plans, (b,) indices, with no more padding than the longest of them needs."""
        return mapped(self, lambda t: t[index])._trimmed()

    def to(self, device: torch.device) -> Rows:
        """The same on a device."""
        return mapped(self, lambda t: t.to(device))

    def tokens(self) -> Tensor:
        """How many tokens each plan has: (k,)."""
        return self.scenes.valid.sum(dim=1) + self.planned.sum(dim=1)

    def _trimmed(self) -> Rows:
        scenes, o = self.scenes, self.scenes.kinds.shape[1]
        there, failed = scenes.valid[:, :o], scenes.valid[:, o:]
        objects, failures, steps = (int(v.sum(dim=1).max()) if v.numel() else 0 for v in (there, failed, self.planned))
        short = Scenes(
            kinds=scenes.kinds[:, :objects],
            points=scenes.points[:, :objects],
            features=scenes.features[:, :objects],
            failed=mapped(scenes.failed, lambda t: t[:, :failures]),
            reasons=scenes.reasons[:, :failures],
            culprits=scenes.culprits[:, :failures],
            valid=torch.cat([there[:, :objects], failed[:, :failures]], dim=1),
        )
        cut: list[Any] = [mapped(part, lambda t: t[:, :steps]) for part in self[3:]]
        found = Rows(self.plan, self.share, short, *cut)
        return found._replace(shift=found.shift[:, :, :objects], facts=found.facts[:, :, :objects])


def mapped(rows: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """The same tuple of tensors, or of such tuples, with each tensor changed."""
    if isinstance(rows, Tensor):
        return change(rows)
    return type(rows)(*(mapped(part, change) for part in rows))


def tensors_of(examples: Sequence[Example]) -> Rows:
    """Packs examples; done once, then kept in memory."""
    k, n = len(examples), max(len(e.steps.spec) for e in examples)
    o = max(len(e.told.scene.kinds) for e in examples)

    def grid(arrays: list[np.ndarray], fill: float) -> Tensor:
        """Arrays of shape (t, objects, ...) as one tensor, (k, n, o, ...)."""
        out = np.full((k, n, o, *arrays[0].shape[2:]), fill, dtype=arrays[0].dtype)
        for row, array in zip(out, arrays, strict=True):
            row[: array.shape[0], : array.shape[1]] = array
        return torch.from_numpy(out)

    return Rows(
        plan=torch.tensor([e.plan for e in examples]).unique(return_inverse=True)[1],
        share=torch.tensor([e.share for e in examples]),
        scenes=pack_scenes([e.told for e in examples]),
        steps=pack_steps([e.steps for e in examples], n),
        planned=padded([np.ones(len(e.steps.spec), dtype=bool) for e in examples], n),
        taken=padded([np.ones(len(e.succeeded), dtype=bool) for e in examples], n),
        succeeded=padded([e.succeeded.astype(np.float32) for e in examples], n),
        reason=padded([e.reason for e in examples], n, UNKNOWN),
        culprit=padded([e.culprit for e in examples], n, UNKNOWN),
        shift=grid([e.shift for e in examples], 0.0),
        facts=grid([e.facts for e in examples], UNKNOWN),
        carrier=padded([e.carrier for e in examples], n),
    )
