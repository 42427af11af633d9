"""Trains the network: the same data, settings and kind of machine give the same weights.

Shapes: k segments, b segments of a batch, n steps.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from planner.feasibility.batch import pack_scenes, pack_steps
from planner.feasibility.data import Example
from planner.feasibility.metrics import auroc
from planner.feasibility.network import Answers, FeasibilityNetwork, NetworkConfig, Scenes, Steps
from planner.feasibility.tokens import Vocabulary


@dataclass(frozen=True)
class TrainingConfig:
    """How the weights are made."""

    epochs: int = 12
    batch: int = 128
    """Segments."""
    learning_rate: float = 1e-3
    """At its highest; it rises over the first twentieth of the steps and falls as a cosine to zero."""
    weight_decay: float = 0.05
    seed: int = 0
    unknown: float = 0.02
    """Share of specs and categories that are hidden in training, so that the network knows how to answer about new
    ones."""
    reason_weight: float = 0.3
    effect_weight: float = 0.3
    network: NetworkConfig = field(default_factory=NetworkConfig)


class Rows(NamedTuple):
    """Examples as tensors, padded."""

    segment: Tensor
    """(k,) integers: variants of one segment have the same."""
    share: Tensor
    """(k,): how often each is drawn, compared with the other variants."""
    scenes: Scenes
    steps: Steps
    taken: Tensor
    """(k, n) booleans: False for padding."""
    succeeded: Tensor
    """(k, n) floats."""
    reason: Tensor
    """(k, n) integers, -1 on success."""
    effect: Tensor
    """(k, n, 3)."""
    holding: Tensor
    """(k, n) floats."""

    def pick(self, index: Tensor) -> Rows:
        """Some of the segments, (b,) indices, with no more padding than the longest of them needs."""
        return _map(self, lambda t: t[index])._trimmed()

    def tokens(self) -> Tensor:
        """How many tokens each segment has: (k,)."""
        return self.scenes.valid.sum(dim=1) + self.taken.sum(dim=1)

    def _trimmed(self) -> Rows:
        scenes, o = self.scenes, self.scenes.kinds.shape[1]
        there, failed = scenes.valid[:, :o], scenes.valid[:, o:]
        objects, failures, steps = (int(v.sum(dim=1).max()) if v.numel() else 0 for v in (there, failed, self.taken))
        short = Scenes(
            kinds=scenes.kinds[:, :objects],
            points=scenes.points[:, :objects],
            features=scenes.features[:, :objects],
            failed=_map(scenes.failed, lambda t: t[:, :failures]),
            reasons=scenes.reasons[:, :failures],
            culprits=scenes.culprits[:, :failures],
            valid=torch.cat([there[:, :objects], failed[:, :failures]], dim=1),
        )
        return Rows(self.segment, self.share, short, *(_map(part, lambda t: t[:, :steps]) for part in self[3:]))


def _map(rows: Any, change: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(rows, Tensor):
        return change(rows)
    return type(rows)(*(_map(part, change) for part in rows))


def tensors_of(examples: Sequence[Example]) -> Rows:
    """Packs examples; done once, then kept in memory."""
    k, n = len(examples), max(len(e.steps) for e in examples)

    def padded(arrays: list[np.ndarray], fill: float) -> Tensor:
        out = np.full((k, n, *arrays[0].shape[1:]), fill, dtype=np.float32)
        for row, array in zip(out, arrays, strict=True):
            row[: len(array)] = array
        return torch.from_numpy(out)

    return Rows(
        torch.tensor([e.segment for e in examples]).unique(return_inverse=True)[1],
        torch.tensor([e.share for e in examples]),
        pack_scenes([e.told for e in examples]),
        pack_steps([e.steps for e in examples], n),
        padded([np.ones(len(e.steps)) for e in examples], 0.0).bool(),
        padded([e.succeeded for e in examples], 0.0),
        padded([e.reason for e in examples], -1.0).long(),
        padded([e.effect for e in examples], 0.0),
        padded([e.holding for e in examples], 0.0),
    )


@torch.inference_mode()
def answers_of(network: FeasibilityNetwork, rows: Rows, batch: int = 512) -> Answers:
    """What the network says of all rows: (k, n, ...)."""
    network.eval()
    k, n = rows.taken.shape
    reasons = len(network.vocabulary.reasons)
    found = Answers(torch.zeros(k, n), torch.zeros(k, n, reasons), torch.zeros(k, n, 3), torch.zeros(k, n))
    for index in torch.arange(k).split(batch):
        some = rows.pick(index)
        for whole, part in zip(found, network(some.scenes, some.steps), strict=True):
            whole[index, : part.shape[1]] = part
    return found


def loss_of(answers: Answers, rows: Rows, config: TrainingConfig) -> Tensor:
    """Cross-entropy of success over all steps; of the reason over failures; error of the effect over successes."""
    taken = rows.taken.float()
    worked = taken * rows.succeeded
    failed = taken - worked
    success = F.binary_cross_entropy_with_logits(answers.success, rows.succeeded, reduction="none")
    reason = F.cross_entropy(answers.reason.transpose(1, 2), rows.reason.clamp(min=0), reduction="none")
    effect = F.smooth_l1_loss(answers.effect, rows.effect, reduction="none").mean(dim=-1)
    holding = F.binary_cross_entropy_with_logits(answers.holding, rows.holding, reduction="none")
    return (
        (success * taken).sum() / taken.sum()
        + config.reason_weight * (reason * failed).sum() / failed.sum().clamp(min=1.0)
        + config.effect_weight * ((effect + holding) * worked).sum() / worked.sum().clamp(min=1.0)
    )


class Epoch(NamedTuple):
    """One line of the training curve."""

    loss: float
    validation_loss: float
    validation_auroc: float


class Trainer:
    """Trains one network, epoch by epoch, and can be stopped and taken up again between them."""

    def __init__(
        self, train: Rows, validation: Rows, vocabulary: Vocabulary, config: TrainingConfig, checkpoint: Path | None
    ) -> None:
        """Makes a network with fresh weights, or takes up the one in `checkpoint` if that is of the same run."""
        torch.manual_seed(config.seed)
        self.config, self.train_rows, self.validation_rows = config, train, validation
        self.network = FeasibilityNetwork(config.network, vocabulary)
        self.optimizer = torch.optim.AdamW(_groups(self.network, config.weight_decay), lr=config.learning_rate)
        self.segments = int(train.segment.max()) + 1
        self.batches = math.ceil(self.segments / config.batch)
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)
        self.curve: list[Epoch] = []
        self.checkpoint = checkpoint
        self.run = _fingerprint(config, train)
        if checkpoint is not None and checkpoint.is_file():
            self._resume(checkpoint)

    def epochs(self, on_batch: Callable[[], None] = lambda: None) -> None:
        """Trains what is left of the epochs.

        Args:
            on_batch: called after each batch, to show how far it is.
        """
        while len(self.curve) < self.config.epochs:
            loss = self._epoch(on_batch)
            answers = answers_of(self.network, self.validation_rows)
            rows = self.validation_rows
            score = auroc(rows.succeeded[rows.taken].numpy(), answers.success[rows.taken].numpy())
            self.curve.append(Epoch(loss, float(loss_of(answers, rows, self.config)), score or 0.5))
            if self.checkpoint is not None:
                self._save(self.checkpoint)

    def _epoch(self, on_batch: Callable[[], None]) -> float:
        self.network.train()
        # Drawn from the epoch's own seed, so that a run that was taken up again draws the same.
        torch.manual_seed(self.config.seed * 100_003 + len(self.curve) + 1)
        total = 0.0
        for index in self._drawn():
            rows = self._hidden(self.train_rows.pick(index))
            loss = loss_of(self.network(rows.scenes, rows.steps), rows, self.config)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.scheduler.step()
            total += loss.item() * len(index)
            on_batch()
        return total / self.segments

    def _drawn(self) -> list[Tensor]:
        """Batches in random order, of segments about equally long: padding would double the time."""
        rows, tokens = self.train_rows, self.train_rows.tokens()
        # One variant of each segment, in proportion to their shares, by the largest of Gumbel variables.
        luck = rows.share.log() - (-torch.rand(len(rows.share)).clamp(min=1e-12).log()).log()
        best = luck.new_full((self.segments,), -torch.inf).scatter_reduce(0, rows.segment, luck, "amax")
        order = (luck == best[rows.segment]).nonzero().squeeze(1)
        batches: list[Tensor] = []
        for drawn in order[torch.randperm(len(order))].split(16 * self.config.batch):
            batches += drawn[tokens[drawn].argsort(stable=True)].split(self.config.batch)
        return [batches[k] for k in torch.randperm(len(batches)).tolist()]

    def _hidden(self, rows: Rows) -> Rows:
        """The rows with some words unknown."""

        def hide(words: Tensor) -> Tensor:
            return words * (torch.rand(words.shape) >= self.config.unknown)

        return rows._replace(
            scenes=rows.scenes._replace(kinds=hide(rows.scenes.kinds)),
            steps=rows.steps._replace(spec=hide(rows.steps.spec)),
        )

    def _rate(self, step: int) -> float:
        total = self.batches * self.config.epochs
        rise = max(total // 20, 1)
        return (step + 1) / rise if step < rise else 0.5 * (1.0 + math.cos(math.pi * (step - rise) / (total - rise)))

    def _save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        state = {
            "run": self.run,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict(),
            "curve": [tuple(e) for e in self.curve],
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def _resume(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        if state["run"] != self.run:
            return
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scheduler.load_state_dict(state["scheduler"])
        self.curve = [Epoch(*e) for e in state["curve"]]


def _groups(network: FeasibilityNetwork, decay: float) -> list[dict[str, Any]]:
    """Matrices decay; norms, biases and embeddings of single tokens do not."""
    matrices = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def _fingerprint(config: TrainingConfig, rows: Rows) -> str:
    """Names a run: its settings and its data."""
    found = sha256(json.dumps(asdict(config), sort_keys=True).encode())
    for tensor in (rows.scenes.features, rows.steps.features, rows.succeeded):
        found.update(tensor.numpy().tobytes())
    return found.hexdigest()
