"""From segments to a trained, calibrated scorer with its baselines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.feasibility.baselines import fit_baselines
from planner.feasibility.data import SPLITS, Example, split_of
from planner.feasibility.metrics import fit_calibration
from planner.feasibility.segments import Segment
from planner.feasibility.tokens import Vocabulary
from planner.feasibility.training import Rows, Trainer, TrainingConfig, answers_of, tensors_of
from planner.feasibility.weights import Limits, Trained


def limits_of(segments: Sequence[Segment]) -> Limits:
    """The bounds of the data."""
    return Limits(
        objects=max(len(s.scene.objects) for s in segments),
        steps=max(len(s.steps) for s in segments),
        robots=tuple(sorted({s.scene.robot.name for s in segments})),
        families=tuple(sorted({s.scene.family for s in segments})),
    )


def source_of(segments: Sequence[Segment], sha256: str) -> dict[str, Any]:
    """What a weights file says of its data; `sha256` is that of the file of rollouts."""
    seeds = {s.seed for s in segments}
    succeeded = [step.succeeded for s in segments for step in s.steps]
    return {
        "episodes": len(seeds),
        "seeds": [min(seeds), max(seeds)],
        "segments": len(segments),
        "steps": len(succeeded),
        "rate": sum(succeeded) / len(succeeded),
        "split": {name: sum(split_of(s.seed) == name for s in segments) for name in SPLITS},
        "sha256": sha256,
    }


def start_training(
    examples: dict[str, list[Example]], vocabulary: Vocabulary, config: TrainingConfig, checkpoint: Path | None
) -> Trainer:
    """A trainer over the splits; its `epochs` does the work."""
    rows = {name: tensors_of(examples[name]) for name in ("train", "validation")}
    return Trainer(rows["train"], rows["validation"], vocabulary, config, checkpoint)


def finish_training(
    trainer: Trainer, examples: dict[str, list[Example]], limits: Limits, source: dict[str, Any]
) -> Trained:
    """Calibrates on the split for that, and trains the baselines."""
    network = trainer.network.eval()
    rows: Rows = tensors_of(examples["calibration"])
    logits = answers_of(network, rows).success[rows.taken].double().numpy()
    calibration = fit_calibration(rows.succeeded[rows.taken].numpy(), logits)
    recorded = list({e.segment: e for e in reversed(examples["train"])}.values())  # without the variants
    baselines = fit_baselines(recorded, len(network.vocabulary.specs))
    return Trained(network.requires_grad_(False), limits, calibration, baselines, source)
