"""Examines a language model on held-out samples of the corpus: steps, plans, goals, refusals, questions."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.cli import run_cli

if TYPE_CHECKING:
    from planner.language.tuning.examination import Mark


@dataclass
class Args:
    """Examines a language model on samples of the corpus that it was not trained on."""

    out: Path
    """File for the measurements and the misses, as JSON."""
    model: str = "embedded"
    """Language model: a name, a folder, `FOLDER+ADAPTER` or `embedded-plain+ADAPTER`."""
    samples: int = 300
    """How many."""
    seed: int = 1
    """Of the samples; training looks at those of its own seed on the way."""
    split: str = "held-out"
    """Of the corpus: `held-out`, or `train` to see what was learnt by heart."""
    adapter: Path | None = None
    """An adapter file of which the card is written anew with these measurements; history.json must lie beside it."""
    json: bool = False
    """Print the measurements as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Loads, asks, counts, writes."""
    import numpy as np

    from envs.progress import bar
    from planner.language.corpus import samples
    from planner.language.loading import load_language_model
    from planner.language.tuning.examination import Examination

    if args.samples < 1:
        raise ValueError(f"--samples {args.samples}: expected at least 1")
    model = load_language_model(args.model)
    examination = Examination(model, np.random.default_rng(args.seed))
    found: list[tuple[str, Mark]] = []
    began = time.process_time()
    with bar("asking", args.samples) as advance:
        for sample in samples(args.seed, args.samples, args.split):
            found += [(sample.start.family, mark) for mark in examination.marks(sample)]
            advance()
    measured = report(found)
    measured |= {
        "model": asdict(model.identity()),
        "samples": args.samples,
        "seed": args.seed,
        "split": args.split,
        "cpu_seconds": round(time.process_time() - began, 1),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    if args.adapter is not None:
        _write_card(args.adapter, measured)
    if args.json:
        print(json.dumps({"measures": measured["measures"], "families": measured["families"]}))
    else:
        _show(measured["measures"])
    return 0


def report(found: Sequence[tuple[str, Mark]]) -> dict[str, Any]:
    """Counts and Wilson intervals by measure, by family and measure, and the answers that were wrong.

    Args:
        found: scene family and mark.
    """
    overall: dict[str, list[bool]] = defaultdict(list)
    families: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for family, mark in found:
        overall[mark.measure].append(mark.right)
        families[family][mark.measure].append(mark.right)
    wrong = {(mark.prompt, mark.measure.partition(":")[0]): mark for _, mark in found if not mark.right}
    return {
        "measures": {name: _row(values) for name, values in sorted(overall.items())},
        "families": {
            family: {name: _row(values) for name, values in sorted(rows.items())}
            for family, rows in sorted(families.items())
        },
        "misses": [asdict(mark) for mark in wrong.values()],
    }


def _row(values: Sequence[bool]) -> dict[str, Any]:
    from scipy.stats import binomtest

    interval = binomtest(sum(values), len(values)).proportion_ci(method="wilson")
    bounds = [round(float(interval.low), 4), round(float(interval.high), 4)]
    return {"right": sum(values), "of": len(values), "rate": round(sum(values) / len(values), 4), "interval": bounds}


def _write_card(adapter: Path, measured: dict[str, Any]) -> None:
    from planner.language.tuning.card import write_card
    from planner.language.tuning.history import History

    told = adapter.with_name("history.json").read_text(encoding="utf-8")
    write_card(adapter, History.from_dict(json.loads(told)), measured)


def _show(measures: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "right", "of", "rate", "95 % interval")
    for name, row in measures.items():
        low, high = row["interval"]
        table.add_row(name, str(row["right"]), str(row["of"]), f"{row['rate']:.3f}", f"{low:.3f} to {high:.3f}")
    Console().print(table)


if __name__ == "__main__":
    run_cli(main, Args)
