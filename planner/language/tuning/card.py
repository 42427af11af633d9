"""The page that goes with an adapter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.language.adapter import read_adapter
from planner.language.embedded import file_sha256
from planner.language.tuning.history import History


def write_card(weights: Path, history: History, measured: dict[str, Any] | None = None) -> Path:
    """Writes the card beside an adapter file, under its name; a picture of that name is shown in it.

    Args:
        weights: the adapter.
        history: of its training.
        measured: what `scripts/evaluate_language.py` wrote, if it was run.

    Returns:
        The card.
    """
    path = weights.with_suffix(".md")
    path.write_text(_card(weights, history, measured), encoding="utf-8")
    return path


def _card(weights: Path, history: History, measured: dict[str, Any] | None) -> str:
    told = read_adapter(weights).metadata
    return f"""# The adapter of the embedded language model

Matrices that are added to the weights of SmolLM2-135M-Instruct, so that it answers the two questions of
`planner/language/dialogue.py`: `Step:` with the next skill call, or an end, a question, a refusal; `Goal:` with a PDDL
formula. It knows the scenes and skills of this project's simulator, English only; it knows nothing about real robots.

- **File**: `{weights.name}`, {weights.stat().st_size / 1e6:.1f} MB in bfloat16, SHA-256
  `{file_sha256(weights)}`
- **Form**: LoRA of rank {told["rank"]}, alpha {told["alpha"]}, on all linear layers from layer {told["lowest"]} up
- **Base**: SmolLM2-135M-Instruct as `planner/language/embedded.py` converts it; SHA-256 of its GGUF file is
  `{told["base_sha256"]}`
- **Licence**: Apache-2.0, as the base; the data are made by this repository alone
- **Data**: {told["samples"]} samples of `planner/language/corpus`, seed {told["seed"]}, each learnt once;
  {_minutes(history)} on {told["device"]}{_start(told)}

```
{told["command"]}
```

## On held-out templates and scenes

{_checks(history)}{_picture(weights)}
{_measured(measured)}"""


def _start(told: Mapping[str, str]) -> str:
    if not told.get("start_sha256"):
        return ""
    return f"\n- **Start**: the adapter with SHA-256\n  `{told['start_sha256']}`"


def _minutes(history: History) -> str:
    return f"{history.checks[-1].seconds / 60.0:.0f} minutes" if history.checks else "trained"


def _picture(weights: Path) -> str:
    picture = weights.with_suffix(".png")
    return f"\n![Loss and held-out accuracy over the training]({picture.name})\n" if picture.is_file() else ""


def _checks(history: History) -> str:
    if not history.checks:
        return "Not measured."
    kinds = sorted({kind for c in history.checks for kind in c.exact})
    head = [f"| samples learnt | loss, nats a token | {' | '.join(f'{k} answers exactly right' for k in kinds)} |"]
    head.append("|---|---|" + "---|" * len(kinds))
    rows = [
        f"| {c.samples:,} | {c.loss:.3f} | {' | '.join(f'{100 * c.exact.get(k, 0.0):.1f} %' for k in kinds)} |"
        for c in history.checks
    ]
    return "\n".join([*head, *rows]) + "\n"


def _measured(measured: dict[str, Any] | None) -> str:
    if not measured:
        return ""
    lines = ["", "`scripts/evaluate_language.py` decodes, and asks what an answer does, not how it is spelt:", ""]
    lines += ["| | right | of | 95 % interval |", "|---|---|---|---|"]
    for name, row in measured["measures"].items():
        low, high = row["interval"]
        lines.append(f"| {name} | {row['right']} | {row['of']} | {100 * low:.1f} to {100 * high:.1f} % |")
    return "\n".join(lines) + "\n"
