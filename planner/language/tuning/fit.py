"""Trains the matrices of an adapter: AdamW, a warm-up and a cosine, by the fraction of the samples or of the time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from planner.language.adapter import Pair
from planner.language.tuning.encoding import Example
from planner.language.tuning.history import Check, History, Moment
from planner.language.tuning.lora import add_matrices, matrices_of, merge_all, set_matrices
from planner.language.tuning.loss import Columns, measure
from planner.language.tuning.order import slices_of, steps_of, trees_of
from planner.language.tuning.packing import Batch, Tree, batch_of, hidden_states


@dataclass(frozen=True)
class TuningConfig:
    """How an adapter is trained."""

    samples: int = 20_000
    """How many are learnt, each once."""
    minutes: float | None = None
    """Training ends after so long at the latest, in all sittings together."""
    seed: int = 0
    """Of the matrices' start and of the order."""
    rank: int = 16
    """Of the matrices."""
    alpha: float = 32.0
    """The product is multiplied by alpha / rank."""
    lowest: int = 10
    """First layer that is tuned; those below only read, without gradients."""
    start: str = ""
    """What is known of the adapter that the matrices begin with, such as its SHA-256; empty: they begin with none."""
    learning_rate: float = 1e-3
    """The highest."""
    warm_up: float = 0.03
    """Fraction of the training in which the rate rises."""
    step_tokens: int = 1024
    """Tokens of one step of the optimizer."""
    slice_tokens: int = 512
    """Tokens, with padding, that go through the network at once."""
    others: int = 2048
    """Tokens drawn for the rest of the vocabulary, see `planner.language.tuning.loss`."""
    chunk: int = 256
    """Samples that are shuffled together."""
    checks: int = 12
    """How often the held-out samples are asked, evenly over the training."""


@dataclass
class _Position:
    """How far a run has come."""

    chunk: int = 0
    step: int = 0
    """Steps done of the chunk."""
    steps: int = 0
    """Steps done in all."""
    samples: float = 0.0
    seconds: float = 0.0
    history: History = field(default_factory=History)


class Tuner:
    """One run of training; a checkpoint of the same run in `out` is taken up."""

    def __init__(
        self,
        network: Any,
        tokenizer: Any,
        draw: Callable[[int], Sequence[Example]],
        held_out: Sequence[Example],
        config: TuningConfig,
        out: Path,
        device: str = "cpu",
        sitting_minutes: float = 3.0,
        start: Mapping[str, Pair] | None = None,
    ) -> None:
        """Puts matrices into the network.

        Args:
            network: a Llama-like causal model of transformers, in float32; changed.
            tokenizer: of the network.
            draw: the samples of a chunk by its number: the same ones each time.
            held_out: samples to measure on.
            config: how to train.
            out: folder of the checkpoint.
            device: `cpu`, or `cuda`, where computation is in bfloat16.
            sitting_minutes: time between checkpoints.
            start: matrices to go on from; `config.start` says which.

        Raises:
            ValueError: the checkpoint in `out` is of another run, or `start` has other layers or a higher rank.
        """
        self.network, self.config = network.to(device), config
        self._tokenizer, self._draw, self._device = tokenizer, draw, torch.device(device)
        self._checkpoint, self._between = out / "checkpoint.pt", 60.0 * sitting_minutes
        add_matrices(network, config.rank, config.alpha, config.lowest, config.seed)
        if start is not None:
            set_matrices(network, start)
        network.train()
        self._parameters = [p for p in network.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(self._parameters, config.learning_rate, (0.9, 0.99), weight_decay=0.01)
        self._output = network.get_output_embeddings().weight.detach()
        self._used = torch.zeros(len(self._output), dtype=torch.bool)
        self._held_out = slices_of([t for t, _ in trees_of(tokenizer, held_out)], config.slice_tokens)
        self._at = _Position()
        self._now = time.monotonic()
        self._resume()

    @property
    def history(self) -> History:
        """Losses and measurements so far."""
        return self._at.history

    @property
    def samples(self) -> int:
        """Samples learnt so far."""
        return round(self._at.samples)

    @property
    def seconds(self) -> float:
        """Time spent so far, in all sittings."""
        return self._at.seconds

    @property
    def progress(self) -> float:
        """Which fraction of the training is done, by samples or by time, whichever is further."""
        limit = self.config.minutes
        by_time = self._at.seconds / (60.0 * limit) if limit else 0.0
        return min(1.0, max(self._at.samples / self.config.samples, by_time))

    def run(
        self,
        on_step: Callable[[float, str], None] = lambda fraction, said: None,
        on_save: Callable[[], None] = lambda: None,
        until: int | None = None,
    ) -> None:
        """Trains what is left, and measures.

        Args:
            on_step: is told after each step which fraction of the training is done, and how it goes, in few words.
            on_save: called after each checkpoint.
            until: stops once so many samples are learnt; what is left can be trained another time.
        """
        end = math.inf if until is None else until
        saved = self._now = time.monotonic()
        while self.progress < 1.0 and self._at.samples < end:
            trees = trees_of(self._tokenizer, self._draw(self._at.chunk))
            counts = {id(tree): count for tree, count in trees}
            self._mark_used([tree for tree, _ in trees])
            steps = self._steps([tree for tree, _ in trees])
            while self._at.step < len(steps) and self.progress < 1.0 and self._at.samples < end:
                began = time.monotonic()
                step = steps[self._at.step]
                loss, tokens = self._learn(step)
                seconds = time.monotonic() - began
                self._at.step, self._at.steps = self._at.step + 1, self._at.steps + 1
                self._at.samples += sum(counts[id(tree)] for part in step for tree in part)
                self._tick()
                self.history.moments.append(Moment(self.samples, loss, tokens / seconds))
                self._check_when_due()
                if time.monotonic() - saved > self._between:
                    self.save()
                    on_save()
                    saved = time.monotonic()
                on_step(self.progress, f"loss {loss:.3f}, {tokens / seconds:.0f} tokens/s, {self.samples} samples")
            if self._at.step >= len(steps):
                self._at.chunk, self._at.step = self._at.chunk + 1, 0
        self.save()

    def _tick(self) -> None:
        """Counts the time since the last call: of learning, measuring, and of waiting for samples."""
        before, self._now = self._now, time.monotonic()
        self._at.seconds += self._now - before

    def save(self) -> None:
        """Writes the checkpoint: whole, or not at all."""
        state = {
            "config": _identity(self.config),
            "matrices": [p.detach().cpu() for p in self._parameters],
            "optimizer": self._optimizer.state_dict(),
            "used": self._used,
            "position": {**asdict(self._at), "history": self.history.as_dict()},
        }
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._checkpoint.with_suffix(".writing")
        torch.save(state, scratch)
        scratch.replace(self._checkpoint)

    def matrices(self) -> dict[str, Any]:
        """A and B by layer, see `planner.language.adapter.write_adapter`."""
        return matrices_of(self.network)

    def _resume(self) -> None:
        if not self._checkpoint.is_file():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        if state["config"] != _identity(self.config):
            raise ValueError(
                f"{str(self._checkpoint)!r} is of a run with other settings, {state['config']}; "
                "expected the same ones, or another folder"
            )
        with torch.no_grad():
            for parameter, value in zip(self._parameters, state["matrices"], strict=True):
                parameter.copy_(value)
        merge_all(self.network)
        self._optimizer.load_state_dict(state["optimizer"])
        self._used = state["used"]
        position = dict(state["position"])
        history = History.from_dict(position.pop("history"))
        self._at = _Position(**position, history=history)

    def _mark_used(self, trees: Sequence[Tree]) -> None:
        for tree in trees:
            self._used[list(tree.trie.tokens)] = True

    def _steps(self, trees: Sequence[Tree]) -> list[list[list[Tree]]]:
        c = self.config
        return steps_of(trees, c.slice_tokens, c.step_tokens, [c.seed, self._at.chunk])

    def _learn(self, step: Sequence[Sequence[Tree]]) -> tuple[float, int]:
        """One step of the optimizer; the mean loss of its answer tokens, and how many tokens were read."""
        for group in self._optimizer.param_groups:
            group["lr"] = self.config.learning_rate * rate_at(self.progress, self.config.warm_up)
        seed = np.random.SeedSequence([self.config.seed, self._at.steps]).generate_state(1)[0]
        generator = torch.Generator().manual_seed(int(seed))
        columns = Columns(self._output, self._used, self.config.others, generator)
        answers = sum(len(tree.labels) for part in step for tree in part)
        total = 0.0
        self._optimizer.zero_grad()
        for part in step:
            batch = batch_of(part).to(self._device)
            with self._precision():
                loss = columns.loss(hidden_states(self.network, batch), batch.labels) / answers
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimizer.step()
        merge_all(self.network)
        return total, sum(len(tree) for part in step for tree in part)

    def _check_when_due(self) -> None:
        due = int(self.progress * self.config.checks)
        if self._held_out and due > len(self.history.checks):
            self.history.checks.append(self.check())

    @torch.no_grad()
    def check(self) -> Check:
        """Asks the held-out samples."""
        self.network.eval()
        total, tokens = 0.0, 0
        right: dict[str, list[bool]] = {}
        for part in self._held_out:
            batch: Batch = batch_of(part).to(self._device)
            with self._precision():
                hidden = hidden_states(self.network, batch)
                loss, found = measure(hidden, batch.labels, batch.answers, self._output)
            total, tokens = total + loss, tokens + len(batch.labels)
            for kind, correct in zip(batch.kinds, found, strict=True):
                right.setdefault(kind, []).append(correct)
        self.network.train()
        exact = {kind: sum(values) / len(values) for kind, values in sorted(right.items())}
        return Check(self.samples, round(self._at.seconds, 1), total / max(tokens, 1), exact)

    def _precision(self) -> Any:
        return torch.autocast("cuda", torch.bfloat16, enabled=self._device.type == "cuda")


def rate_at(fraction: float, warm_up: float) -> float:
    """The learning rate as a part of the highest: a straight rise, then a half cosine down to a hundredth."""
    if fraction < warm_up:
        return 0.05 + 0.95 * fraction / warm_up
    return 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * (fraction - warm_up) / (1.0 - warm_up)))


def _identity(config: TuningConfig) -> str:
    """What must be the same for a run to go on; its length may be another, since the rate goes by the fraction done."""
    return json.dumps({k: v for k, v in asdict(config).items() if k not in ("samples", "minutes", "checks")})
