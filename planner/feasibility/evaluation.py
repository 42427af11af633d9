"""Measures a trained scorer, and the baselines in its file, on executed segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from planner.feasibility.baselines import predict_baselines
from planner.feasibility.data import Example
from planner.feasibility.metrics import auroc, brier, ece
from planner.feasibility.training import answers_of, tensors_of
from planner.feasibility.weights import Trained


def probabilities(trained: Trained, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Of every step, in order: the calibrated probability of success, and the likeliest reason's place in its head."""
    rows = tensors_of(examples)
    answers = answers_of(trained.network, rows)
    calibrated = torch.sigmoid(trained.calibration.scale * answers.success + trained.calibration.shift)
    return calibrated[rows.taken].double().numpy(), answers.reason.argmax(dim=-1)[rows.taken].numpy()


def evaluate(trained: Trained, examples: Sequence[Example]) -> dict[str, Any]:
    """The content of `feasibility.json`; an AUROC is null where all outcomes are the same.

    `sequence` takes each segment as one plan: it succeeded if all its steps did, and its score is the product of
    theirs.

    Raises:
        ValueError: there are no examples.
    """
    if not examples:
        raise ValueError("nothing to evaluate: 0 segments, expected at least 1")
    probability, likeliest = probabilities(trained, examples)
    succeeded = np.concatenate([e.succeeded for e in examples])
    reason = np.concatenate([e.reason for e in examples])
    skills = np.array([s for e in examples for s in e.skills])
    ends = np.cumsum([len(e.steps) for e in examples])[:-1]
    plan = np.array([float(p.prod()) for p in np.split(probability, ends)])
    known = reason >= 0
    baselines = predict_baselines(trained.baselines, examples)
    return {
        "n": len(succeeded),
        "base_rate": float(succeeded.mean()),
        "auroc": auroc(succeeded, probability),
        "ece": ece(succeeded, probability),
        "brier": brier(succeeded, probability),
        "per_skill": {
            str(name): {
                "n": int((skills == name).sum()),
                "base_rate": float(succeeded[skills == name].mean()),
                "auroc": auroc(succeeded[skills == name], probability[skills == name]),
            }
            for name in np.unique(skills)
        },
        "reason_accuracy": float((likeliest[known] == reason[known]).mean()) if known.any() else None,
        "sequence": {"n": len(plan), "auroc": auroc(np.array([e.succeeded.all() for e in examples]), plan)},
        "baselines": {
            "preconditions": _ranked(succeeded, baselines["preconditions"]),
            "rate": {"brier": brier(succeeded, baselines["rate"])},
            "logistic": _ranked(succeeded, baselines["logistic"]),
        },
    }


def _ranked(succeeded: np.ndarray, probability: np.ndarray) -> dict[str, float | None]:
    return {"auroc": auroc(succeeded, probability), "brier": brier(succeeded, probability)}
