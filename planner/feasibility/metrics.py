"""How good probabilities are: ranking (AUROC), calibration (ECE) and both (Brier); and how they are calibrated."""

from __future__ import annotations

import numpy as np

from planner.feasibility.weights import Calibration


def auroc(succeeded: np.ndarray, score: np.ndarray) -> float | None:
    """Probability that a success is scored above a failure, ties counted half; None if there is only one kind.

    Args:
        succeeded: (n,) booleans.
        score: (n,), higher is likelier.
    """
    from scipy.stats import rankdata

    good = np.asarray(succeeded, dtype=bool)
    positives, negatives = int(good.sum()), int((~good).sum())
    if not positives or not negatives:
        return None
    ranks = rankdata(score)
    return float((ranks[good].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def brier(succeeded: np.ndarray, probability: np.ndarray) -> float:
    """Mean squared difference of probability and outcome, both of shape (n,)."""
    return float(np.mean((np.asarray(probability, dtype=float) - np.asarray(succeeded, dtype=float)) ** 2))


def ece(succeeded: np.ndarray, probability: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over equally wide bins, for arrays of shape (n,)."""
    outcome, p = np.asarray(succeeded, dtype=float), np.asarray(probability, dtype=float)
    which = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(float((outcome[which == k] - p[which == k]).sum())) for k in np.unique(which)]
    return sum(gaps) / len(p)


def fit_calibration(succeeded: np.ndarray, logits: np.ndarray) -> Calibration:
    """Platt scaling by maximum likelihood on held-out logits.

    Args:
        succeeded: (n,) booleans.
        logits: (n,).
    """
    from scipy.optimize import minimize

    x, sign = np.asarray(logits, dtype=float), np.where(succeeded, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> float:
        # A little ridge around (1, 0) keeps it finite where the classes are perfectly apart.
        scale, shift = parameters
        ridge = 5e-3 * ((scale - 1.0) ** 2 + shift**2)
        return float(np.logaddexp(0.0, -sign * (scale * x + shift)).sum() + ridge)

    scale, shift = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    return Calibration(float(scale), float(shift))
