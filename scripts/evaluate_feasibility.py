"""Measures the feasibility transformer on fresh scenes: collects rollouts and compares what it said of each step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cli import run_cli


@dataclass
class Args:
    """Evaluates the feasibility transformer on freshly executed skills."""

    out: Path
    """Folder for feasibility.json and rollouts.jsonl; rollouts of these seeds that are there already are used."""
    episodes: int = 100
    """Scenes; about ten skills are executed in each."""
    seed: int = 0
    """Of the first scene; the others follow it."""
    workers: int = 1
    """Processes that run the simulator."""
    weights: Path | None = None
    """Weights file; the one that comes with the package if not given."""
    json: bool = False
    """Print the measurements as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Collects, scores, measures, writes."""
    # Importing torch takes seconds: not for --help.
    import torch
    from rich.console import Console

    from envs.rollouts import collect
    from planner.feasibility.data import example_of
    from planner.feasibility.evaluation import evaluate
    from planner.feasibility.segments import read_segments
    from planner.feasibility.weights import DEFAULT_WEIGHTS, load

    torch.set_num_threads(1)
    trained = load(args.weights or DEFAULT_WEIGHTS)
    rollouts = collect(args.out, args.episodes, args.seed, args.workers)
    seeds = range(args.seed, args.seed + args.episodes)
    segments = [s for s in read_segments(rollouts) if s.seed in seeds]
    measured = evaluate(trained, [example_of(s, trained.network.vocabulary) for s in segments])
    (args.out / "feasibility.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    console = Console(stderr=True)
    first, last = trained.source.get("seeds", (0, -1))
    if seeds.start <= last and first < seeds.stop:
        console.print(f"warning: seeds {first} to {last} were trained on; scores on those among them flatter")
    print(json.dumps(measured) if args.json else report(measured))
    return 0


def report(measured: dict[str, Any]) -> str:
    """The measurements as a table of text."""
    lines = [
        f"{measured['n']} executed skills, {100 * measured['base_rate']:.1f} % succeeded; ECE {measured['ece']:.3f}",
        f"{'':24}{'AUROC':>8}{'Brier':>8}",
        _line("transformer", measured["auroc"], measured["brier"]),
        *(_line(name, row.get("auroc"), row["brier"]) for name, row in measured["baselines"].items()),
        *(_line(f"  {name} ({row['n']})", row["auroc"], None) for name, row in measured["per_skill"].items()),
        _line(f"  segments ({measured['sequence']['n']})", measured["sequence"]["auroc"], None),
    ]
    if measured["reason_accuracy"] is not None:
        lines.append(f"of the failures, {100 * measured['reason_accuracy']:.1f} % have the reason named first")
    return "\n".join(lines)


def _line(name: str, auroc: float | None, brier: float | None) -> str:
    return f"{name:24}" + "".join(f"{'' if v is None else format(v, '.3f'):>8}" for v in (auroc, brier))


if __name__ == "__main__":
    run_cli(main, Args)
