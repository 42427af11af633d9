"""The page's section on data and parameters."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from planner.feasibility.study.compare import (
    Line,
    Metric,
    Runs,
    Speeds,
    common_seeds,
    compare,
    conclusion,
    markdown,
    signed,
)
from planner.feasibility.study.pictures import Curve, draw_scaling
from planner.feasibility.study.scaling import Cell, Fitted, fit_scaling
from planner.feasibility.study.sections import LOSS, SCALING, STEPS
from planner.feasibility.study.speed import speed_key
from planner.feasibility.study.variants import Entry, Variant, entries

MORE = 10.0
"""So many times more data, or parameters, are forecast."""


def scaling_section(found: Sequence[Variant], runs: Runs, speeds: Speeds, images: Path) -> tuple[str, list[str]] | None:
    """The section and its conclusions; None where there are no runs of it."""
    lines = [e for e in entries(found, "scaling") if common_seeds(runs, [e])]
    width = found[0].training.network.width
    own = [e for e in lines if e.variant.training.network.width == width]
    if not own:
        return None
    epochs = own[0].variant.training.epochs
    parts, said, curves = [], [], []
    for metric in (LOSS, STEPS):
        parts.append(markdown(_table(lines, width, runs, metric)))
        cells = [_cell(e, runs, metric) for e in lines]
        reference = float(runs[own[0].variant.name, common_seeds(runs, own[:1])[0]]["parameters"])
        fitted = fit_scaling(cells, reference)
        said += _widths(lines, width, runs, metric)
        said += _law(fitted, cells, reference, metric)
        curves.append(Curve(_left(metric), cells, fitted, reference))
    path = images / "feasibility-scaling.png"
    draw_scaling(curves, MORE, path)
    rates = _speeds(lines, speeds)
    fast = f" Speed: {'; '.join(rates)}." if rates else ""
    text = f"""## Data and parameters

{SCALING}

Here each plan is seen {epochs} times.

![Data and parameters](images/{path.name})

{(chr(10) * 2).join(parts)}

In brackets the difference from the width {width}, with half its interval.{fast}

What the numbers bear:

{chr(10).join(f"- {s}" for s in said)}"""
    return text, said


def _left(metric: Metric) -> str:
    return "loss" if metric.sign < 0 else "1 − AUROC"  # noqa: RUF001 (a minus sign)


def _cell(entry: Entry, runs: Runs, metric: Metric) -> Cell:
    """All runs of one size; of AUROC what is missing to 1."""
    found = [runs[entry.variant.name, s] for s in common_seeds(runs, [entry])]
    figures = [r["uses"][entry.use.label][metric.side][metric.name] for r in found]
    values = np.array([f["value"] for f in figures])
    draws = np.array([f["draws"] for f in figures], dtype=float)
    if metric.sign > 0:
        values, draws = 1.0 - values, 1.0 - draws
    return Cell(float(found[0]["parameters"]), float(np.mean([r["plans"] for r in found])), values, draws)


def _by_fraction(lines: Sequence[Entry], width: int) -> dict[float, list[Entry]]:
    """Runs on equally much data, that of the reference's width first."""
    found: dict[float, list[Entry]] = {}
    for entry in sorted(lines, key=lambda e: e.variant.training.network.width != width):
        found.setdefault(entry.variant.fraction, []).append(entry)
    return dict(sorted(found.items()))


def _width(entry: Entry) -> int:
    return entry.variant.training.network.width


def _table(lines: Sequence[Entry], width: int, runs: Runs, metric: Metric) -> list[list[str]]:
    """A line for each amount of data, a column for each width."""
    sizes = {_width(e): runs[e.variant.name, common_seeds(runs, [e])[0]]["parameters"] for e in lines}
    widths = sorted(sizes)
    rows = [[f"{metric.title}: plans", *(f"width {w}, {sizes[w]:,} parameters" for w in widths)]]
    for together in _by_fraction(lines, width).values():
        compared = compare(runs, together, metric)
        shown = {_width(e): _said(x, x.value - compared[0].value) for e, x in zip(together, compared, strict=False)}
        plans = np.mean([runs[together[0].variant.name, s]["plans"] for s in common_seeds(runs, together)])
        rows.append([f"{plans:,.0f}", *(shown.get(w, "") for w in widths)])
    return rows


def _said(line: Line, difference: float) -> str:
    if line.gain is None:
        return f"{line.value:.3f} ± {line.error:.3f}"
    return f"{line.value:.3f} ({signed(difference, line.gain_error)})"


def _speeds(lines: Sequence[Entry], speeds: Speeds) -> list[str]:
    """How many steps a second each width scores."""
    found = {_width(e): speeds.get(speed_key(e.variant, e.use)) for e in lines}
    return [
        f"width {w} scores {statistics.median(s['first']):,.0f} first steps a second"
        for w, s in sorted(found.items())
        if s is not None
    ]


def _widths(lines: Sequence[Entry], width: int, runs: Runs, metric: Metric) -> list[str]:
    """What the widths come to on the most data that all of them had."""
    most = [part for part in _by_fraction(lines, width).values() if len(part) > 1 and _width(part[0]) == width]
    if not most:
        return []
    plans = runs[most[-1][0].variant.name, common_seeds(runs, most[-1])[0]]["plans"]
    named = [Entry(f"width {_width(e)}", e.variant, e.use) for e in most[-1]]
    return [conclusion(compare(runs, named, metric), metric._replace(words=f"{metric.words}, about {plans:,} plans"))]


def _law(fitted: Fitted | None, cells: Sequence[Cell], reference: float, metric: Metric) -> list[str]:
    """The law, what it says of data that were held back, and what it forecasts."""
    left = _left(metric)
    if fitted is None:
        return [f"{left}: too few sizes for a law."]
    data = max(c.plans for c in cells if c.parameters == reference)
    measured = float(next(c.values.mean() for c in cells if c.parameters == reference and c.plans == data))
    form = "*E + A / N^a + B / D^b*" if fitted.both else "*E + B / D^b* of the reference's size"
    why = "" if fitted.both else " (the numbers do not bear a term in N: its exponent cannot be told from none)"
    numbers = [("E", lambda law: law.floor), ("b", lambda law: law.data_exponent)]
    if fitted.both:
        numbers.append(("a", lambda law: law.exponent))
    known = ", ".join(f"*{name}* {_span(fitted.interval(of))}" for name, of in numbers)
    said = [f"{left}: {form}{why} = {fitted.law.formula()}; {known}."]
    held = fit_scaling([c for c in cells if c.plans < 0.75 * data], reference)
    if held is not None:
        middle, low, high = held.forecast(reference, data)
        sides = "inside" if low <= measured <= high else "outside"
        said.append(
            f"{left}, put to the test: fitted without the {data:,.0f} plans, the law foretells "
            f"{_span((middle, low, high))} for them; measured was {measured:.3f}, {sides} of the interval."
        )
    more = fitted.forecast(reference, MORE * data)
    change = fitted.interval(lambda law: float(law.at(reference, data) - law.at(reference, MORE * data)))
    said.append(
        f"{left}, forecast for {MORE:.0f} times more data ({MORE * data:,.0f} plans, each seen as often): "
        f"{_span(more)}; that is {_span(change)} less than the law has for {data:,.0f}, where {measured:.3f} was "
        "measured."
    )
    if fitted.both:
        less = fitted.interval(lambda law: float(law.at(reference, data) - law.at(MORE * reference, data)))
        said.append(f"{left}, forecast for {MORE:.0f} times more parameters on the same data: {_span(less)} less.")
    return said


def _span(found: tuple[float, float, float]) -> str:
    return f"{found[0]:.3f} ({found[1]:.3f} to {found[2]:.3f})"
