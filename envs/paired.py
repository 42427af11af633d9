"""Paired measurements compared: differences and ratios with bootstrap intervals (Efron, 1979)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_RESAMPLES = 4999


def spread(values: Sequence[float]) -> dict[str, float | None]:
    """Mean and median; None of nothing."""
    if not len(values):
        return {"mean": None, "median": None}
    return {"mean": float(np.mean(values)), "median": float(np.median(values))}


def compare_pairs(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Any]:
    """What two ways came to on the same things: pairs are drawn together.

    Args:
        ours: one value a pair, none below 0.
        theirs: what they are compared with.

    Returns:
        `difference` (ours less theirs): its mean and median; `ratio` (ours by theirs): that of the means, and the
        median of those of the pairs, where every one of `theirs` is above 0. Each with its 95 % interval, which is None
        where it cannot be told.
    """
    a, b = np.array(ours, dtype=float), np.array(theirs, dtype=float)
    asked = [_mean, _median]
    if len(b) and b.sum() > 0.0:
        asked.append(_ratio_of_means)
    if len(b) and b.min() > 0.0:
        asked.append(_median_ratio)
    told = dict(zip(asked, _with_intervals(asked, a, b), strict=True))
    unknown: dict[str, Any] = {"value": None, "ci95": None}
    return {
        "pairs": len(a),
        "difference": {"mean": told[_mean], "median": told[_median]},
        "ratio": {
            "of_means": told.get(_ratio_of_means, unknown),
            "median_of_pairs": told.get(_median_ratio, unknown),
        },
    }


Statistic = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
"""Of pairs, along an axis."""


def _mean(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    return np.mean(a - b, axis=axis)


def _median(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    return np.median(a - b, axis=axis)


def _ratio_of_means(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    return np.sum(a, axis=axis) / np.sum(b, axis=axis)


def _median_ratio(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
    return np.median(a / b, axis=axis)


def _with_intervals(asked: Sequence[Statistic], a: np.ndarray, b: np.ndarray) -> list[dict[str, Any]]:
    """The statistics and their intervals (percentiles of resamples, the same at every call)."""
    from scipy.stats import DegenerateDataWarning, bootstrap

    if len(a) == 0:
        return [{"value": None, "ci95": None} for _ in asked]

    def statistics(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.stack([one(a, b, axis) for one in asked])

    values = statistics(a, b)
    if len(a) == 1:
        return [{"value": float(v), "ci95": None} for v in values]
    # Where nearly all of `b` is 0, some resamples hold nothing else, and no ratio can be told.
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)
        found = bootstrap(
            (a, b),
            statistics,
            n_resamples=_RESAMPLES,
            vectorized=True,
            paired=True,
            method="percentile",
            rng=np.random.default_rng(0),
        )
    pairs = [(float(low), float(high)) for low, high in zip(*found.confidence_interval, strict=True)]
    return [
        {"value": float(v), "ci95": list(pair) if np.isfinite(pair).all() else None}
        for v, pair in zip(values, pairs, strict=True)
    ]
