"""Measures the feasibility transformer on fresh scenes: carries plans out and compares what it said of each step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.cli import run_cli

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.feasibility.data import Example
    from planner.feasibility.records import Record
    from planner.feasibility.weights import Trained


@dataclass
class Args:
    """Evaluates the feasibility transformer and its baselines on freshly executed plans.

    The scenes are of the evaluation split: whatever the seeds, none of them was trained on.
    """

    out: Path
    """Folder for feasibility.json and rollouts.jsonl; rollouts of these seeds that are there already are used."""
    episodes: int = 100
    """Scenes; about thirteen skills are executed in each."""
    seed: int = 0
    """Of the first scene; the others follow it."""
    workers: int = 1
    """Processes that run the simulator."""
    long: bool = False
    """Plans of 9 to 16 steps, longer than any in training, and not of 1 to 8; they go to OUT/long."""
    weights: Path | None = None
    """Weights file; the one that comes with the package if not given."""
    json: bool = False
    """Print the measurements as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Collects, scores, measures, writes."""
    # Importing torch takes seconds: not for --help.
    import torch
    from rich.console import Console

    from envs.random_plans import LENGTHS, LONG
    from envs.rollouts import Recipe, collect
    from envs.seeding import EVALUATION
    from planner.feasibility.card import report
    from planner.feasibility.evaluation import evaluate
    from planner.feasibility.records import read_records
    from planner.feasibility.weights import DEFAULT_WEIGHTS, load

    torch.set_num_threads(1)
    trained = load(args.weights or DEFAULT_WEIGHTS, baselines=True)
    recipe = Recipe(lengths=LONG if args.long else LENGTHS, split=EVALUATION)
    out = args.out / "long" if args.long else args.out
    rollouts = collect(out, args.episodes, args.seed, args.workers, recipe)
    seeds = range(args.seed, args.seed + args.episodes)
    with Console(stderr=True).status("scoring"):
        measured = evaluate(trained, examples_of(trained, (r for r in read_records(rollouts) if r.seed in seeds)))
    (out / "feasibility.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(measured) if args.json else report(measured))
    return 0


def examples_of(trained: Trained, records: Iterable[Record]) -> list[Example]:
    """Plans as the network is told of them."""
    from planner.feasibility.data import example_of

    return [example_of(r, trained.network.vocabulary, k) for k, r in enumerate(records)]


if __name__ == "__main__":
    run_cli(main, Args)
