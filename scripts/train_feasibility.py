"""Trains the feasibility transformer and its baselines on rollouts; writes weights, card, curve and measurements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.cli import run_cli


@dataclass
class Args:
    """Trains the feasibility transformer. A run that was stopped goes on from its last epoch."""

    data: Path
    """Folder with rollouts.jsonl, as scripts/collect.py writes it."""
    out: Path
    """Folder for feasibility.safetensors, feasibility.md, feasibility.json, curve.png and checkpoints."""
    epochs: int = 7
    """How often each plan is seen, each time in another variant."""
    batch: int = 48
    """Plans of a batch."""
    learning_rate: float = 1.5e-3
    """The highest."""
    seed: int = 0
    """Of the first weights and of the order of the data."""
    device: str = "cpu"
    """`cpu`, which gives the same file each time, or `cuda`."""
    json: bool = False
    """Print the measurements on the validation split as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Reads, trains, calibrates, measures, writes."""
    # Importing torch takes seconds: not for --help.
    import torch
    from rich.console import Console
    from rich.progress import Progress

    from planner.feasibility.card import draw_curve, write_card
    from planner.feasibility.data import split_examples, vocabulary_of
    from planner.feasibility.evaluation import evaluate
    from planner.feasibility.fit import Fit, limits_of, source_of
    from planner.feasibility.records import digest_of, read_records
    from planner.feasibility.training import TrainingConfig
    from planner.feasibility.weights import save

    torch.set_num_threads(1)  # the order of a sum, and so its last digits, would depend on the number of threads
    torch.use_deterministic_algorithms(args.device == "cpu")
    config = TrainingConfig(args.epochs, args.batch, args.learning_rate, seed=args.seed)
    console = Console(stderr=True)
    with Progress(console=console) as progress:
        # By seed, since workers may have ended in any order.
        records = sorted(progress.track(read_records(args.data), description="reading"), key=lambda r: r.seed)
        vocabulary = vocabulary_of(records)
        examples = split_examples(records, vocabulary, lambda r: progress.track(r, description="preparing"))
        fit = Fit(examples, vocabulary, config, args.out, args.device)
        total, done = fit.batches
        task = progress.add_task("training", total=total, completed=done)
        fit.run(lambda: progress.advance(task))
    trained = fit.finish(limits_of(records), source_of(records, digest_of(args.data)))
    measured = evaluate(trained, examples["validation"])
    weights = args.out / "feasibility.safetensors"
    save(trained, weights)
    write_card(weights, trained, config, measured)
    draw_curve(fit.trainer.curve, args.out / "curve.png")
    (args.out / "feasibility.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    console.print(f"AUROC {measured['auroc']:.3f} on {measured['n']} validation steps; weights at {weights}")
    if args.json:
        print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    run_cli(main, Args)
