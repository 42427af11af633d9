"""What is kept of a training, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Moment:
    """One step of the optimizer."""

    samples: int
    """Learnt before it and in it."""
    loss: float
    """Mean over its answer tokens, nats, over a part of the vocabulary."""
    tokens_per_second: float
    """Tokens read, padding aside."""


@dataclass(frozen=True)
class Check:
    """One measurement on held-out samples."""

    samples: int
    """Learnt before."""
    seconds: float
    """Of training before."""
    loss: float
    """Mean over answer tokens, nats, over the whole vocabulary."""
    exact: dict[str, float]
    """Fraction of answers, by kind, of which every token is the likeliest after those before it."""


@dataclass
class History:
    """A run of training."""

    moments: list[Moment] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(told: dict[str, Any]) -> History:
        """The reverse of `as_dict`."""
        return History([Moment(**m) for m in told["moments"]], [Check(**c) for c in told["checks"]])

    def recent_speed(self, steps: int = 50) -> float:
        """Median tokens a second of the last steps; 0 before the first."""
        speeds = [m.tokens_per_second for m in self.moments[-steps:]]
        return float(np.median(speeds)) if speeds else 0.0


def draw_history(history: History, path: Path) -> None:
    """Writes loss and held-out accuracy over the samples as a picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    losses, scores = figure.subplots(1, 2)
    seen = [m.samples for m in history.moments]
    losses.plot(seen, smoothed([m.loss for m in history.moments]), label="training")
    losses.plot([c.samples for c in history.checks], [c.loss for c in history.checks], "o-", label="held-out")
    losses.set(xlabel="samples", ylabel="loss, nats a token", yscale="log")
    losses.legend()
    for kind in sorted({kind for c in history.checks for kind in c.exact}):
        known = [c for c in history.checks if kind in c.exact]
        scores.plot([c.samples for c in known], [c.exact[kind] for c in known], "o-", label=kind)
    scores.set(xlabel="samples", ylabel="held-out answers exactly right", ylim=(0.0, 1.02))
    if history.checks:
        scores.legend(loc="lower right")
    for axes in (losses, scores):
        axes.locator_params(axis="x", nbins=5)  # more labels of five digits run into each other
    figure.savefig(str(path), dpi=120)


def smoothed(values: Sequence[float], window: int = 20) -> list[float]:
    """Means over the last values."""
    return [float(np.mean(values[max(0, k + 1 - window) : k + 1])) for k in range(len(values))]
