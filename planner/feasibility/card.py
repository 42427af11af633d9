"""The page that goes with a weights file, and the picture of how it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
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
    parameters = sum(p.numel() for p in trained.network.parameters())
    settings = ", ".join(f"{f.name} {getattr(config, f.name)}" for f in fields(config) if f.name != "network")
    skills = "\n".join(
        f"| {name} | {row['n']} | {row['base_rate']:.3f} | {_number(row['auroc'])} | |"
        for name, row in measured["per_skill"].items()
    )
    others, auroc = measured["baselines"], _number(measured["auroc"])
    return f"""# Feasibility transformer

Says of each step of a plan, from the scene and the steps before it, how likely it is to succeed, why it would fail, and
what it would move. It knows what it was trained on: scenes of at most {limits.objects} objects, plans of at most
{limits.steps} steps, robot: {", ".join(limits.robots)}, scene family: {", ".join(limits.families)}.
Beyond that its answers are flagged (`confident` is false). It knows nothing about real robots.

- **File**: `{weights.name}`, {weights.stat().st_size / 1e6:.1f} MB, SHA-256 `{digest(weights)}`
- **Size**: {parameters:,} parameters in float32
- **Licence**: MIT, as the rest of the repository; trained from nothing, on rollouts of its simulator alone
- **Data**: {source["steps"]:,} executed skills in {source["segments"]:,} plan segments,
  {source["episodes"]:,} scenes, seeds {source["seeds"][0]} to {source["seeds"][1]}, success rate {source["rate"]:.3f};
  SHA-256 of the sorted lines of `rollouts.jsonl` is `{source["sha256"]}`
- **Split** by scene seed: {source["split"]["train"]:,} segments train, {source["split"]["calibration"]:,} calibrate,
  {source["split"]["validation"]:,} validate
- **Settings**:
  {settings}

```
python scripts/collect.py --episodes {source["episodes"]} --seed {source["seeds"][0]} --out runs/rollouts
python scripts/train_feasibility.py --data runs/rollouts --out runs/feasibility{_flags(config)}
```

The same data and settings on the same kind of processor give the same file again: one thread, fixed seeds,
deterministic kernels.

## On the validation split

| | n | base rate | AUROC | Brier |
|---|---|---|---|---|
| all steps | {measured["n"]} | {measured["base_rate"]:.3f} | **{auroc}** | {measured["brier"]:.3f} |
{skills}
| whole segments | {measured["sequence"]["n"]} | | {_number(measured["sequence"]["auroc"])} | |
| baseline: preconditions | | | {_number(others["preconditions"]["auroc"])} | {others["preconditions"]["brier"]:.3f} |
| baseline: logistic regression | | | {_number(others["logistic"]["auroc"])} | {others["logistic"]["brier"]:.3f} |
| baseline: base rate | | | | {others["rate"]["brier"]:.3f} |

Expected calibration error {measured["ece"]:.3f} (15 bins). Where a step failed, the reason named first is the right
one in {_percent(measured["reason_accuracy"])} of cases. The features were chosen while looking at this split, which
flatters a little: `python scripts/evaluate_feasibility.py --episodes 100 --seed 7000000 --out runs/fresh` measures on
scenes that nobody has looked at.
"""


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
