"""The study's pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from planner.feasibility.study.compare import Line
from planner.feasibility.study.scaling import Cell, Fitted

_COLORS = {"ahead": "tab:green", "behind": "tab:red", "level": "tab:gray"}
_DPI = 110


class Curve(NamedTuple):
    """One panel of the picture of data and parameters."""

    title: str
    cells: Sequence[Cell]
    fitted: Fitted | None
    reference: float
    """Its parameters."""


def _figure(width: float, height: float) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def draw_lines(panels: Mapping[str, Sequence[Line]], path: Path) -> None:
    """Dots with the intervals of their differences from the reference, a panel for each figure; green is better."""
    if not panels:
        return
    rows = len(next(iter(panels.values())))
    figure = _figure(2.4 + 2.5 * len(panels), 0.9 + 0.32 * rows)
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, (title, lines) in zip(axes, panels.items(), strict=True):
        reference = lines[0].value
        axis.axvline(reference, color="black", linewidth=0.8, linestyle=":")
        for row, line in enumerate(lines):
            color = "black" if line.gain is None else _COLORS[line.verdict]
            axis.errorbar(line.value, row, xerr=line.gain_error or None, fmt="o", color=color, capsize=3)
        axis.set_title(title, fontsize=10)
        axis.locator_params(axis="x", nbins=4)
        axis.tick_params(axis="x", labelsize=8)
        axis.grid(axis="x", alpha=0.3)
        axis.margins(x=0.15)
    axes[0].set_yticks(range(rows), [line.label for line in next(iter(panels.values()))])
    axes[0].set_ylim(rows - 0.5, -0.5)
    figure.savefig(str(path), dpi=_DPI)


def draw_scaling(curves: Sequence[Curve], more: float, path: Path) -> None:
    """What is left against plans, with the law, and its forecast for `more` times as many."""
    figure = _figure(4.6 * len(curves), 3.4)
    for axis, curve in zip(figure.subplots(1, len(curves), squeeze=False)[0], curves, strict=True):
        sizes = sorted({c.parameters for c in curve.cells})
        for k, size in enumerate(sizes):
            own = sorted((c for c in curve.cells if c.parameters == size), key=lambda c: c.plans)
            x, y = [c.plans for c in own], [float(c.values.mean()) for c in own]
            ends = [[m - c.values.min() for m, c in zip(y, own, strict=True)]]
            ends.append([c.values.max() - m for m, c in zip(y, own, strict=True)])
            color = f"C{k}"
            axis.errorbar(
                x, y, yerr=ends, fmt="o", markersize=4, capsize=2, color=color, label=f"{size:,.0f} parameters"
            )
            if curve.fitted is not None and (curve.fitted.both or size == curve.reference):
                reach = more if size == curve.reference else 1.0
                at = np.geomspace(min(x), reach * max(x), 60)
                axis.plot(at, curve.fitted.law.at(size, at), color=color, linewidth=1.0)
            if curve.fitted is not None and size == curve.reference:
                middle, low, high = curve.fitted.forecast(size, more * max(x))
                limits = [[max(0.0, middle - low)], [max(0.0, high - middle)]]
                axis.errorbar([more * max(x)], [middle], yerr=limits, fmt="s", color=color, capsize=3, mfc="white")
        axis.set(xscale="log", xlabel="plans to train on", ylabel=curve.title)
        axis.grid(alpha=0.3)
        axis.legend(fontsize=7)
    figure.savefig(str(path), dpi=_DPI)
