"""The page that goes with a weights file, and the picture of how it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from planner.feasibility.training import Epoch, TrainingConfig
from planner.feasibility.weights import Trained, digest


def write_card(weights: Path, trained: Trained, config: TrainingConfig, measured: dict[str, Any]) -> Path:
    """Writes the model card, as Markdown, beside a weights file.

    Args:
        weights: the file that was written.
        trained: what was saved.
        config: how it was trained.
        measured: `evaluate` on the validation split.

    Returns:
        The card.
    """
    path = weights.with_suffix(".md")
    path.write_text(_card(weights, trained, config, measured), encoding="utf-8")
    return path


def _card(weights: Path, trained: Trained, config: TrainingConfig, measured: dict[str, Any]) -> str:
    source, limits = trained.source, trained.limits
    first, last = source["seeds"]  # in some of these scenes there was nothing to be done
    parameters = sum(p.numel() for p in trained.network.parameters())
    settings = ", ".join(f"{f.name} {getattr(config, f.name)}" for f in fields(config) if f.name != "network")
    shape = ", ".join(f"{name} {value}" for name, value in asdict(config.network).items())
    return f"""# Feasibility transformer

Says of each step of a plan, from the scene, from what has failed before and from the steps before it, how likely it is
to succeed, why it would fail, what would be to blame and what it would change. It knows what it was trained on: scenes
of at most {limits.objects} objects (furniture included), plans of at most {limits.steps} steps; robots:
{", ".join(limits.robots)}; scene families: {", ".join(limits.families)}.
Beyond that its answers are flagged (`confident` is false). It knows nothing about real robots.

- **File**: `{weights.name}`, {weights.stat().st_size / 1e6:.1f} MB with its baselines, SHA-256
  `{digest(weights)}`
- **Size**: {parameters:,} parameters in float32
- **Licence**: MIT, as the rest of the repository; trained from nothing, on rollouts of its simulator alone
- **Data**: {source["steps"]:,} executed skills in {source["plans"]:,} plans,
  {source["episodes"]:,} scenes, seeds {source["seeds"][0]} to {source["seeds"][1]} of the split `{source["split"]}`,
  success rate {source["rate"]:.3f}; SHA-256 of the sorted lines of `rollouts.jsonl` is
  `{source["sha256"]}`
- **Split** by scene seed: {source["sides"]["train"]:,} plans train, {source["sides"]["calibration"]:,} calibrate,
  {source["sides"]["validation"]:,} validate
- **Settings**: {settings}
- **Network**: {shape}

```
python scripts/collect.py --episodes {last - first + 1} --seed {first} --workers 2 --out runs/rollouts
python scripts/train_feasibility.py --data runs/rollouts --out runs/feasibility{_flags(config)}
```

The same data and settings on the same kind of processor give the same file again: one thread, fixed seeds,
deterministic kernels.

## On the validation split

{report(measured)}

The features were chosen while looking at this split, which flatters a little:
`python scripts/evaluate_feasibility.py --episodes 2000 --seed 0 --workers 2 --out runs/fresh` measures on scenes of a
split of their own.
"""


def report(measured: dict[str, Any]) -> str:
    """What `evaluate` has measured as Markdown, readable as it is."""
    sequence = measured["sequence"]
    lines = [
        "| | n | base rate | AUROC | Brier | ECE | AUROC behind the transformer |",
        "|---|---|---|---|---|---|---|",
        f"| transformer, all steps | {measured['n']} | {measured['base_rate']:.3f} | **{_number(measured['auroc'])}** "
        f"| {measured['brier']:.3f} | {measured['ece']:.3f} | |",
        *(_baseline(name, row) for name, row in measured.get("baselines", {}).items()),
        *(_group(name, row) for name, row in measured["per_skill"].items()),
        *(_group(name, row) for name, row in (measured["per_family"] | measured["per_disturbance"]).items()),
        _group("whole plans", sequence),
        *(_group(f"whole plans of {length}", row) for length, row in sequence["per_length"].items()),
    ]
    if measured["reason_accuracy"] is not None:
        lines.append("")
        lines.append(
            f"Of the failures {_percent(measured['reason_accuracy'])} have the reason named first, and "
            f"{_percent(measured['culprit_accuracy'])} the object to blame. ECE has 15 bins; intervals are 95 %, by "
            "bootstrap over scenes."
        )
    return "\n".join(lines)


def _baseline(name: str, row: dict[str, Any]) -> str:
    behind = row["behind"]
    gain = "" if behind is None else f"{behind['gain']:.3f} ({behind['ci95'][0]:.3f} to {behind['ci95'][1]:.3f})"
    score = "" if row["auroc"] is None else f"{row['auroc']:.3f}"
    return f"| baseline: {name} | | | {score} | {row['brier']:.3f} | {row['ece']:.3f} | {gain} |"


def _group(name: str, row: dict[str, Any]) -> str:
    return f"| {name} | {row['n']} | {row['base_rate']:.3f} | {_number(row['auroc'])} | | | |"


def _flags(config: TrainingConfig) -> str:
    usual = TrainingConfig()
    named = ("epochs", "batch", "learning_rate", "seed")
    changed = [n for n in named if getattr(config, n) != getattr(usual, n)]
    return "".join(f" --{n.replace('_', '-')} {getattr(config, n)}" for n in changed)


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "n/a" if value is None else f"{100.0 * value:.0f} %"


def draw_curve(curve: Sequence[Epoch], path: Path) -> None:
    """Writes the training curve as a picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    losses, scores = figure.subplots(1, 2)
    epochs = range(1, len(curve) + 1)
    losses.plot(epochs, [e.loss for e in curve], label="training")
    losses.plot(epochs, [e.validation_loss for e in curve], label="validation")
    losses.set(xlabel="epoch", ylabel="loss")
    losses.legend()
    scores.plot(epochs, [e.validation_auroc for e in curve], color="tab:green")
    scores.set(xlabel="epoch", ylabel="AUROC, validation")
    figure.savefig(str(path), dpi=120)
