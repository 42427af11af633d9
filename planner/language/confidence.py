"""Whether probabilities of language models mean something: temperature scaling, fitted on decisions with known answers.

On Calibration of Modern Neural Networks (arXiv 1706.04599): one number, which changes no ranking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

_BOUNDS = (-3.0, 3.0)
"""Of the temperature's logarithm."""


def fit_temperature(decisions: Sequence[tuple[Sequence[float], int]]) -> float:
    """The temperature for `Scores.probabilities` under which the right answers are likeliest.

    Args:
        decisions: for each its candidates' values (`log_probabilities`, or `means()` where those are normalised), and
            which of them is right.

    Raises:
        ValueError: no decisions, or an index that is none.
    """
    if not decisions:
        raise ValueError("no decisions to fit a temperature on; expected pairs of scores and the right one's index")
    for values, right in decisions:
        if not 0 <= right < len(values):
            raise ValueError(f"answer {right} of {len(values)} candidates; expected 0 to {len(values) - 1}")

    def loss(log_temperature: float) -> float:
        scaled = [(np.asarray(values) / np.exp(log_temperature), right) for values, right in decisions]
        return float(np.mean([logsumexp(v) - v[right] for v, right in scaled]))

    best: Any = minimize_scalar(loss, bounds=_BOUNDS, method="bounded")
    return float(np.exp(best.x))
