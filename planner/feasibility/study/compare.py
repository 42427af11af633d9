"""Compares variants that were trained with the same seeds, and says what the numbers bear.

Two things make a figure uncertain: chance in training, which seeds show, and the scenes on which it is measured, which
the draws show. An interval has both. Chance in training is taken to be equally large for all variants of a group, and
seeds to be blocks (the same scenes to train on), so that few seeds of many variants make a usable estimate. Uses of
the same weights are paired run by run.

Shapes: v variants, s seeds, c draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from planner.feasibility.study.variants import Entry

Runs = Mapping[tuple[str, int], Mapping[str, Any]]
"""Runs by the name of their variant and their seed."""
Speeds = Mapping[str, Mapping[str, Any]]
"""What `measure_speeds` gives."""


class Metric(NamedTuple):
    """A figure of `figures.measure`."""

    side: str
    """`validation` or `long`."""
    name: str
    title: str
    """Of its column."""
    words: str
    """In a sentence."""
    sign: int = 1
    """1 where more is better, -1 where less is."""


class Line(NamedTuple):
    """How one variant does by one figure."""

    label: str
    value: float
    """Mean over the seeds."""
    error: float
    """Half the 95 % interval of the value."""
    gain: float | None
    """How much better it is than the reference, in the sense of the metric; None for the reference itself."""
    gain_error: float
    """Half the 95 % interval of the gain."""

    @property
    def verdict(self) -> str:
        """`ahead`, `behind` or `level`; the reference is level with itself."""
        if self.gain is None or abs(self.gain) <= self.gain_error:
            return "level"
        return "ahead" if self.gain > 0.0 else "behind"


def common_seeds(runs: Runs, entries: Sequence[Entry]) -> list[int]:
    """Seeds with which all of them were run."""
    seeds = {seed for _, seed in runs}
    return sorted(s for s in seeds if all((e.variant.name, s) in runs for e in entries))


def compare(runs: Runs, entries: Sequence[Entry], metric: Metric) -> list[Line]:
    """A line for each entry; the first is the reference. None at all where the figure cannot be told of all."""
    seeds = common_seeds(runs, entries)
    found = [[_figure(runs, e, s, metric) for s in seeds] for e in entries]
    if not seeds or any(f is None for row in found for f in row):
        return []
    values = np.array([[f["value"] for f in row] for row in found])  # (v, s)
    draws = np.array([[f["draws"] for f in row] for row in found], dtype=float).mean(axis=1)  # (v, c)
    same = np.array([e.variant.name == entries[0].variant.name for e in entries])
    trained = np.r_[0, np.flatnonzero(~same)]
    own, apart = _chance(values[trained])
    lines = []
    for k, entry in enumerate(entries):
        gain = None if k == 0 else float(metric.sign * (values[k] - values[0]).mean())
        error = float(np.hypot(own, 1.96 * np.nanstd(draws[k])))
        # The same weights in another use: chance in training is what they share, but for how it tells on the use.
        paired = _chance(values[k : k + 1] - values[0])[0] if same[k] else apart
        gain_error = 0.0 if k == 0 else float(np.hypot(paired, 1.96 * np.nanstd(draws[k] - draws[0])))
        lines.append(Line(entry.label, float(values[k].mean()), error, gain, gain_error))
    return lines


def _figure(runs: Runs, entry: Entry, seed: int, metric: Metric) -> Any:
    return runs[entry.variant.name, seed]["uses"][entry.use.label][metric.side][metric.name]


def _chance(values: np.ndarray) -> tuple[float, float]:
    """Half the intervals, by chance in training, of a mean over seeds and of the difference of two; values (v, s).

    The second is that of a randomised block design. Where there is one seed, chance in training cannot be told: 0.
    """
    from scipy.stats import t

    v, s = values.shape
    if s < 2:
        return 0.0, 0.0
    within = values - values.mean(axis=1, keepdims=True)
    freedom = v * (s - 1)
    own = t.ppf(0.975, freedom) * np.sqrt((within**2).sum() / freedom / s)
    if v < 2:
        return float(own), 0.0
    left = within - within.mean(axis=0, keepdims=True)
    freedom = (v - 1) * (s - 1)
    return float(own), float(t.ppf(0.975, freedom) * np.sqrt(2.0 * (left**2).sum() / freedom / s))


def conclusion(lines: Sequence[Line], metric: Metric) -> str:
    """What the numbers bear, in a sentence."""
    if not lines:
        return f"{metric.words}: too few such plans to tell."
    reference, others = lines[0], lines[1:]
    parts = []
    for verdict, words in (("behind", "worse"), ("ahead", "better")):
        named = [f"{x.label} ({signed(x.gain or 0.0, x.gain_error)})" for x in others if x.verdict == verdict]
        if named:
            verb = "is" if len(named) == 1 else "are"
            parts.append(f"{listed(named)} {verb} {words} than the reference, {reference.label}")
    level = [x.label for x in others if x.verdict == "level"]
    if level and len(level) == len(others):
        parts.append(f"no difference beyond the interval between any of these and the reference, {reference.label}")
    elif level:
        parts.append(f"between {listed(level)} and the reference there is no difference beyond the interval")
    return f"{metric.words}: {'; '.join(parts)}."


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def signed(value: float, error: float) -> str:
    """A difference and half its interval."""
    return f"{value:+.3f} ± {error:.3f}".replace("-", "\N{MINUS SIGN}")


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table; the first row is its head."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))
