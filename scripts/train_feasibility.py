"""Trains the feasibility transformer on rollouts, calibrates it and writes weights, card, curve and measurements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.cli import run_cli


@dataclass
class Args:
    """Trains the feasibility transformer on one core. A run that was stopped goes on from its last epoch."""

    data: Path
    """Folder with rollouts.jsonl, as scripts/collect.py writes it."""
    out: Path
    """Folder for feasibility.safetensors, feasibility.md, feasibility.json, curve.png and checkpoint.pt."""
    epochs: int = 12
    """How often each segment is seen, each time in another variant."""
    batch: int = 128
    """Segments of a batch."""
    learning_rate: float = 1e-3
    """The highest."""
    seed: int = 0
    """Of the first weights and of the order of the data."""
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
    from planner.feasibility.fit import finish_training, limits_of, source_of, start_training
    from planner.feasibility.segments import digest_of, read_segments
    from planner.feasibility.training import TrainingConfig
    from planner.feasibility.weights import save

    torch.set_num_threads(1)  # the order of a sum, and so its last digits, would depend on the number of threads
    torch.use_deterministic_algorithms(True)
    config = TrainingConfig(args.epochs, args.batch, args.learning_rate, seed=args.seed)
    console = Console(stderr=True)
    with Progress(console=console) as progress:
        # By seed, since workers may have ended in any order.
        segments = sorted(progress.track(read_segments(args.data), description="reading"), key=lambda s: s.seed)
        vocabulary = vocabulary_of(segments)
        examples = split_examples(segments, vocabulary, lambda s: progress.track(s, description="preparing"))
        trainer = start_training(examples, vocabulary, config, args.out / "checkpoint.pt")
        total = trainer.batches * config.epochs
        task = progress.add_task("training", total=total, completed=trainer.batches * len(trainer.curve))
        trainer.epochs(lambda: progress.advance(task))
    source = source_of(segments, digest_of(args.data))
    trained = finish_training(trainer, examples, limits_of(segments), source)
    measured = evaluate(trained, examples["validation"])
    weights = args.out / "feasibility.safetensors"
    save(trained, weights)
    write_card(weights, trained, config, measured)
    draw_curve(trainer.curve, args.out / "curve.png")
    (args.out / "feasibility.json").write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    console.print(f"AUROC {measured['auroc']:.3f} on {measured['n']} validation steps; weights at {weights}")
    if args.json:
        print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    run_cli(main, Args)
