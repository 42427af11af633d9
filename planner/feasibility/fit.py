"""From records to a trained, calibrated scorer with its baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.feasibility.baselines import fit_baselines
from planner.feasibility.calibration import Calibration, fit_calibration
from planner.feasibility.data import SPLITS, Example, split_of
from planner.feasibility.network import FeasibilityNetwork
from planner.feasibility.records import Record
from planner.feasibility.rows import Rows, tensors_of
from planner.feasibility.tokens import Vocabulary
from planner.feasibility.training import Trainer, TrainingConfig, answers_of
from planner.feasibility.weights import Limits, Trained


def limits_of(records: Sequence[Record]) -> Limits:
    """The bounds of the data."""
    return Limits(
        objects=max(len(r.scene.objects) for r in records),
        steps=max(len(r.calls) for r in records),
        robots=tuple(sorted({r.scene.robot.name for r in records})),
        families=tuple(sorted({r.scene.family for r in records})),
    )


def source_of(records: Sequence[Record], sha256: str) -> dict[str, Any]:
    """What a weights file says of its data; `sha256` is that of the file of rollouts."""
    seeds = {r.seed for r in records}
    succeeded = [step.succeeded for r in records for step in r.steps]
    return {
        "split": records[0].split,
        "episodes": len(seeds),
        "seeds": [min(seeds), max(seeds)],
        "plans": len(records),
        "steps": len(succeeded),
        "rate": sum(succeeded) / len(succeeded),
        "sides": {name: sum(split_of(r.seed) == name for r in records) for name in SPLITS},
        "sha256": sha256,
    }


class Fit:
    """Trains the transformer and the baseline that is one too, on the same rows."""

    def __init__(
        self,
        examples: dict[str, list[Example]],
        vocabulary: Vocabulary,
        config: TrainingConfig,
        out: Path,
        device: str = "cpu",
    ) -> None:
        """Packs the rows, once; takes up checkpoints of the same run that lie in `out`."""
        self._examples = examples
        rows = {name: tensors_of(part) for name, part in examples.items()}
        self._calibration_rows = rows["calibration"]
        blind = replace(config, network=replace(config.network, mixing=False))
        self.trainer, self.blind = (
            Trainer(rows["train"], rows["validation"], vocabulary, c, out / f"{name}.pt", device)
            for name, c in (("checkpoint", config), ("checkpoint-blind", blind))
        )

    @property
    def batches(self) -> tuple[int, int]:
        """Batches in all, and those that are done."""
        both = (self.trainer, self.blind)
        return sum(t.batches * t.config.epochs for t in both), sum(t.batches * len(t.curve) for t in both)

    def run(self, on_batch: Callable[[], None]) -> None:
        """Trains what is left of both."""
        self.trainer.epochs(on_batch)
        self.blind.epochs(on_batch)

    def finish(self, limits: Limits, source: dict[str, Any]) -> Trained:
        """Calibrates both on the split for that, and fits the other baselines."""
        network, blind = self.trainer.result(), self.blind.result()
        recorded = list({e.plan: e for e in reversed(self._examples["train"])}.values())  # without the variants
        baselines = fit_baselines(recorded, blind, calibrated(blind, self._calibration_rows))
        return Trained(network, limits, calibrated(network, self._calibration_rows), baselines, source)


def calibrated(network: FeasibilityNetwork, rows: Rows) -> Calibration:
    """Platt scaling on rows that the network was not trained on."""
    logits = answers_of(network, rows).success[rows.taken].double().numpy()
    return fit_calibration(rows.succeeded[rows.taken].numpy(), logits)
