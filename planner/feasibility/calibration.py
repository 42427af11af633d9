"""From logits to probabilities that mean what they say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: the probability is the logistic function of `scale * logit + shift`."""

    scale: float = 1.0
    shift: float = 0.0


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
