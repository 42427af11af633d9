"""Trains the network: the same data, settings and kind of machine give the same weights.

Shapes: k plans, b plans of a batch, n steps, o objects, f facts.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from planner.feasibility.metrics import auroc
from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.rows import Rows
from planner.feasibility.tokens import Vocabulary


@dataclass(frozen=True)
class TrainingConfig:
    """How the weights are made."""

    epochs: int = 7
    batch: int = 48
    """Plans."""
    learning_rate: float = 1.5e-3
    """At its highest; it rises over the first twentieth of the steps and falls as a cosine to zero."""
    weight_decay: float = 0.1
    seed: int = 0
    unknown: float = 0.02
    """Share of words that are hidden in training, so that the network knows how to answer about new ones."""
    average: float = 0.995
    """Of the weights' moving average, how much of it each step keeps; less at the start, so as to forget the first."""
    noise: float = 0.06
    """Standard deviation of what is added to the features in training; they are of the order of one."""
    forget: float = 0.3
    """Share of the plans from which the evidence is kept in training, so that it knows to do without."""
    reason_weight: float = 0.3
    culprit_weight: float = 0.1
    effect_weight: float = 0.2
    network: NetworkConfig = field(default_factory=NetworkConfig)


class Said(NamedTuple):
    """What a network says of many plans: (k, n, ...)."""

    success: Tensor
    """Logits."""
    reason: Tensor
    """Places of the likeliest reasons in the vocabulary."""
    culprit: Tensor
    """Likeliest pointers."""


@torch.inference_mode()
def answers_of(network: FeasibilityNetwork, rows: Rows, batch: int = 512) -> Said:
    """What the network says of all rows."""
    network.eval()
    k, n = rows.taken.shape
    found = Said(torch.zeros(k, n), *(torch.zeros(k, n, dtype=torch.long) for _ in range(2)))
    for index in rows.tokens().argsort(stable=True).split(batch):
        some = rows.pick(index)
        answers, _ = network(some.scenes, some.steps)
        parts = (answers.success, answers.reason.argmax(dim=-1), answers.culprit.argmax(dim=-1))
        for whole, part in zip(found, parts, strict=True):
            whole[index, : part.shape[1]] = part.to(whole.dtype)
    return found


def loss_of(network: FeasibilityNetwork, rows: Rows, config: TrainingConfig) -> Tensor:
    """Cross-entropy of success over all steps; of reason and culprit over failures; of the effects over successes."""
    answers, cache = network(rows.scenes, rows.steps)
    taken = rows.taken.float()
    worked = taken * rows.succeeded
    failed = taken - worked

    def mean(values: Tensor, weights: Tensor) -> Tensor:
        return (values * weights).sum() / weights.sum().clamp(min=1.0)

    success = F.binary_cross_entropy_with_logits(answers.success, rows.succeeded, reduction="none")
    reason = F.cross_entropy(answers.reason.transpose(1, 2), rows.reason.clamp(min=0), reduction="none")
    culprit = F.cross_entropy(answers.culprit.transpose(1, 2), rows.culprit.clamp(min=0), reduction="none")
    effects = network.effects(answers, cache)
    there = (rows.facts[..., 0] >= 0).float() * worked.unsqueeze(2)  # (b, n, o)
    shift = F.smooth_l1_loss(effects.shift, rows.shift.clamp(-20.0, 20.0), reduction="none").mean(dim=-1)
    facts = F.binary_cross_entropy_with_logits(effects.facts, rows.facts.clamp(min=0).float(), reduction="none")
    carrier = F.cross_entropy(effects.carrier.transpose(1, 2), rows.carrier, reduction="none")
    changed = mean(shift, there) + 2.0 * mean(facts.mean(dim=-1), there) + 0.5 * mean(carrier, worked)
    return (
        mean(success, taken)
        + config.reason_weight * mean(reason, failed)
        + config.culprit_weight * mean(culprit, failed)
        + config.effect_weight * changed
    )


def _moving_average(average: float) -> Callable[[Any, Any, Any], None]:
    """How `AveragedModel` takes up new weights; over n steps it looks back over a tenth of them at the most."""

    @torch.no_grad()
    def update(averaged: Any, current: Any, count: Any) -> None:
        keep = min(average, (1.0 + int(count)) / (10.0 + int(count)))
        for old, new in zip(averaged, current, strict=True):
            old.lerp_(new, 1.0 - keep)

    return update


class Epoch(NamedTuple):
    """One line of the training curve."""

    loss: float
    validation_loss: float
    """Of success alone."""
    validation_auroc: float


class Trainer:
    """Trains one network, epoch by epoch, and can be stopped and taken up again between them."""

    def __init__(
        self,
        train: Rows,
        validation: Rows,
        vocabulary: Vocabulary,
        config: TrainingConfig,
        checkpoint: Path | None = None,
        device: str = "cpu",
    ) -> None:
        """Makes a network with fresh weights, or takes up the one in `checkpoint` if that is of the same run."""
        torch.manual_seed(config.seed)
        self.config, self.train_rows, self.validation_rows = config, train, validation
        self.device = torch.device(device)
        self.network = FeasibilityNetwork(config.network, vocabulary).to(self.device)
        self.average = AveragedModel(self.network, multi_avg_fn=_moving_average(config.average))
        self.optimizer = torch.optim.AdamW(_groups(self.network, config.weight_decay), lr=config.learning_rate)
        self.plans = int(train.plan.max()) + 1
        self.batches = math.ceil(self.plans / config.batch)
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
            self.curve.append(Epoch(loss, *self._validate()))
            if self.checkpoint is not None:
                self._save(self.checkpoint)

    def result(self) -> FeasibilityNetwork:
        """The network with the average of the weights that it has had of late: steadier than the last ones."""
        network = copy.deepcopy(self.average.module)
        assert isinstance(network, FeasibilityNetwork)
        return network.cpu().eval().requires_grad_(False)

    def _validate(self) -> tuple[float, float]:
        rows = self.validation_rows
        success = answers_of(self.result(), rows).success[rows.taken]
        outcome = rows.succeeded[rows.taken]
        loss = F.binary_cross_entropy_with_logits(success, outcome)
        return float(loss), auroc(outcome.numpy(), success.numpy()) or 0.5

    def _epoch(self, on_batch: Callable[[], None]) -> float:
        self.network.train()
        # Drawn from the epoch's own seed, so that a run that was taken up again draws the same.
        torch.manual_seed(self.config.seed * 100_003 + len(self.curve) + 1)
        total = 0.0
        for index in self._drawn():
            rows = self._hidden(self.train_rows.pick(index)).to(self.device)
            loss = loss_of(self.network, rows, self.config)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.scheduler.step()
            self.average.update_parameters(self.network)
            total += loss.item() * len(index)
            on_batch()
        return total / self.plans

    def _drawn(self) -> list[Tensor]:
        """Batches in random order, of plans about equally long: padding would double the time."""
        rows, tokens = self.train_rows, self.train_rows.tokens()
        # One variant of each plan, in proportion to their shares, by the largest of Gumbel variables.
        luck = rows.share.log() - (-torch.rand(len(rows.share)).clamp(min=1e-12).log()).log()
        best = luck.new_full((self.plans,), -torch.inf).scatter_reduce(0, rows.plan, luck, "amax")
        order = (luck == best[rows.plan]).nonzero().squeeze(1)
        batches: list[Tensor] = []
        for drawn in order[torch.randperm(len(order))].split(16 * self.config.batch):
            batches += drawn[tokens[drawn].argsort(stable=True)].split(self.config.batch)
        return [batches[k] for k in torch.randperm(len(batches)).tolist()]

    def _hidden(self, rows: Rows) -> Rows:
        """The rows with some words unknown, some without their evidence, and features that are a little off."""

        def hide(words: Tensor) -> Tensor:
            return words * (torch.rand(words.shape) >= self.config.unknown)

        def blur(features: Tensor) -> Tensor:
            return features + self.config.noise * torch.randn(features.shape) if self.config.noise else features

        o = rows.scenes.kinds.shape[1]
        kept = torch.rand(len(rows.plan), 1) >= self.config.forget
        valid = torch.cat([rows.scenes.valid[:, :o], rows.scenes.valid[:, o:] & kept], dim=1)
        return rows._replace(
            scenes=rows.scenes._replace(
                kinds=hide(rows.scenes.kinds), features=blur(rows.scenes.features), valid=valid
            ),
            steps=rows.steps._replace(spec=hide(rows.steps.spec), features=blur(rows.steps.features)),
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
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict(),
            "curve": [tuple(e) for e in self.curve],
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def _resume(self, path: Path) -> None:
        state = torch.load(path, weights_only=True, map_location=self.device)
        if state["run"] != self.run:
            return
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
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
