"""A power law of what is left to learn, in parameters and data, after Hoffmann et al., 2022, arXiv 2203.15556.

`L(N, D) = floor + A / N^a + B / D^b`, N parameters, D plans; or without the term in N where the numbers do not bear it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

DRAWS = 200
"""Of the bootstrap."""
_STEEPEST = 2.0
"""No exponent is larger."""
_KNOWN = 0.02
"""An exponent whose interval begins below this is as good as unknown: the term would hardly change with N."""


class Cell(NamedTuple):
    """Runs of one size."""

    parameters: float
    plans: float
    """Mean over the seeds."""
    values: np.ndarray
    """(s,), one for each seed."""
    draws: np.ndarray
    """(s, c), what they would have been on other scenes."""


class Law(NamedTuple):
    """The law; N and D in units of `unit`, so that the numbers are of one size."""

    floor: float
    scale: float
    """A; 0 where there is no term in N."""
    exponent: float
    """a."""
    data_scale: float
    """B."""
    data_exponent: float
    """b."""
    unit: tuple[float, float]

    def formula(self) -> str:
        """With its numbers."""
        n, d = self.unit
        term = f" + {self.scale:.4f} ({n:,.0f} / N)^{self.exponent:.3f}" if self.scale else ""
        return f"{self.floor:.4f}{term} + {self.data_scale:.4f} ({d:,.0f} / D)^{self.data_exponent:.3f}"

    def at(self, parameters: float | np.ndarray, plans: float | np.ndarray) -> float | np.ndarray:
        """L(N, D)."""
        n, d = np.asarray(parameters) / self.unit[0], np.asarray(plans) / self.unit[1]
        return self.floor + self.scale * n**-self.exponent + self.data_scale * d**-self.data_exponent


class Fitted(NamedTuple):
    """A law and what it would have been by chance."""

    law: Law
    others: list[Law]
    """Of the bootstrap."""
    both: bool
    """Whether it has a term in N."""

    def interval(self, of: Callable[[Law], float]) -> tuple[float, float, float]:
        """Something about the law, with the ends of its 95 % interval."""
        low, high = np.quantile([of(law) for law in self.others], [0.025, 0.975])
        return of(self.law), float(low), float(high)

    def forecast(self, parameters: float, plans: float) -> tuple[float, float, float]:
        """L(N, D), with the ends of its interval."""
        return self.interval(lambda law: float(law.at(parameters, plans)))


def fit_scaling(cells: Sequence[Cell], parameters: float, seed: int = 0) -> Fitted | None:
    """Fits the law, with a term in N where its exponent can be told; None where there are too few sizes of data.

    Args:
        cells: all sizes.
        parameters: those of the reference, of which the law without a term in N is.
        seed: of the bootstrap.
    """
    own = [c for c in cells if c.parameters == parameters]
    if len(own) >= 3 and len({c.parameters for c in cells}) >= 3:
        found = _fitted(cells, True, seed)
        _, low, high = found.interval(lambda law: law.exponent)
        if low >= _KNOWN and high < 0.99 * _STEEPEST:
            return found
    return _fitted(own, False, seed) if len(own) >= 3 else None


def _fitted(cells: Sequence[Cell], both: bool, seed: int) -> Fitted:
    """The law and those of the bootstrap: over seeds, and over the scenes that all were measured on."""
    rng = np.random.default_rng(seed)
    n, d = (float(np.exp(np.mean(np.log(sizes)))) for sizes in zip(*(c[:2] for c in cells), strict=True))
    unit = (n, d)
    law = _fit(cells, [c.values for c in cells], both, unit, None)
    others = []
    for _ in range(DRAWS):
        column = rng.integers(cells[0].draws.shape[1])
        drawn = [c.draws[rng.integers(len(c.values), size=len(c.values)), column] for c in cells]
        others.append(_fit(cells, drawn, both, unit, law))
    return Fitted(law, others, both)


def _fit(
    cells: Sequence[Cell], values: Sequence[np.ndarray], both: bool, unit: tuple[float, float], near: Law | None
) -> Law:
    """Least squares of logarithms, with Huber's loss so that one bad run does not bend the law."""
    from scipy.optimize import least_squares

    count = [len(v) for v in values]
    n, d = np.repeat([c.parameters for c in cells], count), np.repeat([c.plans for c in cells], count)
    y = np.concatenate(list(values))

    def law_of(x: np.ndarray) -> Law:
        floor, data_scale, data_exponent, *rest = x
        scale, exponent = rest if both else (0.0, 0.0)
        return Law(float(floor), float(scale), float(exponent), float(data_scale), float(data_exponent), unit)

    def misfit(x: np.ndarray) -> np.ndarray:
        return np.log(law_of(x).at(n, d)) - np.log(y)

    top = float(y.max())
    low, high = np.full(3 + 2 * both, 1e-6), np.array([top, top, _STEEPEST] + [top, _STEEPEST] * both)
    middle = float(np.median(y))
    starts = (
        [[share * middle, 0.3 * middle, b] + [0.1 * middle, b] * both for share in (0.1, 0.6) for b in (0.3, 0.8)]
        if near is None
        else [[near.floor, near.data_scale, near.data_exponent] + [near.scale, near.exponent] * both]
    )
    found = [
        least_squares(
            misfit, np.clip(x, 1.01 * low, 0.99 * high), bounds=(low, high), loss="huber", f_scale=0.01, max_nfev=60
        )
        for x in starts
    ]
    return law_of(min(found, key=lambda f: f.cost).x)
