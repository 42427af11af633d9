"""Measures a trained scorer, and the baselines in its file, on plans that were carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from planner.feasibility.baselines import predict_baselines
from planner.feasibility.data import UNKNOWN, Example
from planner.feasibility.metrics import auroc, brier, ece, paired_gain
from planner.feasibility.rows import Rows, tensors_of
from planner.feasibility.training import answers_of
from planner.feasibility.weights import Trained


class Scores(NamedTuple):
    """What a scorer says of plans: of every step that was tried, in order, and of whole plans."""

    success: np.ndarray
    """Calibrated probability of success."""
    reason: np.ndarray
    """Place of the likeliest reason in the vocabulary."""
    culprit: np.ndarray
    """Likeliest pointer."""
    plan: np.ndarray
    """Of each plan the product over all of its steps, those that were not tried among them."""


def scores_of(trained: Trained, rows: Rows) -> Scores:
    """What the scorer says of rows."""
    said = answers_of(trained.network, rows)
    calibrated = torch.sigmoid(trained.calibration.scale * said.success + trained.calibration.shift)
    plan = calibrated.where(rows.planned, torch.ones(1)).prod(dim=1)
    tried = rows.taken
    return Scores(
        calibrated[tried].double().numpy(), said.reason[tried].numpy(), said.culprit[tried].numpy(), plan.numpy()
    )


def evaluate(trained: Trained, examples: Sequence[Example]) -> dict[str, Any]:
    """The content of `feasibility.json`; an AUROC is null where all outcomes are the same.

    Steps are those that were tried. `sequence` is about whole plans: one succeeded if all its steps did, and its score
    is the product over all of them. Of each baseline there is how much less AUROC it has, with an interval by bootstrap
    over scenes (95 %), since steps of one scene are alike.

    Raises:
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("nothing to evaluate: 0 plans, expected at least 1")
    rows = tensors_of(examples)
    scores = scores_of(trained, rows)
    succeeded = np.concatenate([e.succeeded for e in examples])
    count = [len(e.succeeded) for e in examples]
    scene = np.repeat([e.seed for e in examples], count)
    reason, culprit = (np.concatenate([getattr(e, n) for e in examples]) for n in ("reason", "culprit"))
    failed = reason != UNKNOWN
    found = {
        "n": len(succeeded),
        "base_rate": float(succeeded.mean()),
        "auroc": auroc(succeeded, scores.success),
        "ece": ece(succeeded, scores.success),
        "brier": brier(succeeded, scores.success),
        "per_skill": _by(np.concatenate([np.array(e.skills) for e in examples]), succeeded, scores.success),
        "per_family": _by(np.repeat([e.family for e in examples], count), succeeded, scores.success),
        "per_disturbance": _by(np.repeat([_how(e) for e in examples], count), succeeded, scores.success),
        "reason_accuracy": float((scores.reason == reason)[failed].mean()) if failed.any() else None,
        "culprit_accuracy": float((scores.culprit == culprit)[failed].mean()) if failed.any() else None,
        "sequence": _sequence(examples, scores.plan),
    }
    if trained.baselines is not None:
        found["baselines"] = {
            name: {
                "auroc": auroc(succeeded, p) if name != "rate" else None,
                "brier": brier(succeeded, p),
                "ece": ece(succeeded, p),
                "behind": paired_gain(succeeded, scores.success, p, scene),
            }
            for name, p in predict_baselines(trained.baselines, examples).items()
        }
    return found


def _how(example: Example) -> str:
    return "disturbed" if example.disturbed else "undisturbed"


def _by(groups: np.ndarray, succeeded: np.ndarray, probability: np.ndarray) -> dict[str, dict[str, Any]]:
    """Figures by group."""
    found = {}
    for name in np.unique(groups):
        of = groups == name
        found[str(name)] = {
            "n": int(of.sum()),
            "base_rate": float(succeeded[of].mean()),
            "auroc": auroc(succeeded[of], probability[of]),
        }
    return found


def _sequence(examples: Sequence[Example], plan: np.ndarray) -> dict[str, Any]:
    """Figures of whole plans, and by their length."""
    whole = np.array([e.whole for e in examples])
    length = np.array([len(e.steps.spec) for e in examples])
    return {
        "n": len(plan),
        "base_rate": float(whole.mean()),
        "auroc": auroc(whole, plan),
        "per_length": _by(length, whole, plan),
    }
