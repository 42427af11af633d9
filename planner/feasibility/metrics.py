"""How good probabilities are: ranking (AUROC), calibration (ECE) and both (Brier); and how they are calibrated."""

from __future__ import annotations

import numpy as np


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


def paired_gain(
    succeeded: np.ndarray, ours: np.ndarray, theirs: np.ndarray, groups: np.ndarray, draws: int = 200, seed: int = 0
) -> dict[str, float | list[float]] | None:
    """How much higher the AUROC of one score is than that of another, with a 95 % interval by bootstrap over groups.

    Args:
        succeeded: (n,) booleans.
        ours: (n,) scores.
        theirs: (n,) scores of the same things.
        groups: (n,), what belongs together: it is drawn, or left out, as a whole.
        draws: of the bootstrap.
        seed: of the bootstrap.

    Returns:
        The gain and its interval; None where there is only one kind of outcome.
    """

    def gain(index: np.ndarray) -> float | None:
        mine, other = auroc(succeeded[index], ours[index]), auroc(succeeded[index], theirs[index])
        return None if mine is None or other is None else mine - other

    whole = gain(np.arange(len(succeeded)))
    if whole is None:
        return None
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    drawn = [gain(np.concatenate([parts[k] for k in rng.integers(len(parts), size=len(parts))])) for _ in range(draws)]
    low, high = np.quantile([g for g in drawn if g is not None] or [whole], [0.025, 0.975])
    return {"gain": whole, "ci95": [float(low), float(high)]}
