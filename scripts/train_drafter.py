"""Trains the drafter of next steps on the instruction corpus."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from planner.language.drafting import BITS, WEIGHTS, StepDrafter, features
from scripts.cli import OK, run_cli
from scripts.corpus_decisions import CorpusDecision, decisions

_SHOWN = (1, 5, 10, 20)


@dataclass(frozen=True)
class Args:
    """Trains the drafter of next steps on the instruction corpus: a linear ranker over hashed pairs of words."""

    samples: int = 1200
    """Training samples of the corpus."""
    held_out: int = 200
    """Samples of held-out templates and scenes."""
    epochs: int = 4
    """Passes over them."""
    rivals: int = 23
    """Wrong candidates of each decision that are trained against, drawn once."""
    rate: float = 0.03
    """Adagrad's step."""
    seed: int = 0
    """Of the samples, their order, and the rivals."""
    out: Path = WEIGHTS
    """Where the weights are written; the card lies beside them."""
    json: bool = False
    """Print the measurement as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Reads the corpus, trains, and writes weights and card."""
    begun = time.process_time()
    console = Console(stderr=True)
    rng = np.random.default_rng(args.seed)
    known = [_rows(d, args.rivals, rng) for d in decisions(args.seed, args.samples, "train")]
    console.print(f"{len(known)} decisions read, {time.process_time() - begun:.0f} s")
    test = list(decisions(args.seed, args.held_out, "held-out"))
    weights = np.zeros(2**BITS, np.float32)
    squares = np.full(2**BITS, 1e-2, np.float32)
    for epoch in range(args.epochs):
        loss = sum(_learn(known[k], weights, squares, args.rate) for k in rng.permutation(len(known)))
        console.print(f"epoch {epoch + 1}: loss {loss / len(known):.3f}, {time.process_time() - begun:.0f} s")
    drafter = StepDrafter(weights.astype(np.float16).astype(np.float32))
    measured = recall(drafter, test)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    made = {"samples": args.samples, "epochs": args.epochs, "rate": args.rate, "seed": args.seed}
    drafter.save(args.out, {"format": "step-drafter 1", "made": json.dumps(made), "recall": json.dumps(measured)})
    args.out.with_suffix(".md").write_text(_card(args, len(known), len(test), measured, time.process_time() - begun))
    found = ", ".join(f"{share:.1%} within {k}" for k, share in measured.items() if k != "candidates")
    print(json.dumps(measured) if args.json else f"the corpus's answer: {found}, of {measured['candidates']:.0f}")
    return OK


def recall(drafter: StepDrafter, test: list[CorpusDecision]) -> dict[str, float]:
    """How often the corpus's answer is among the likeliest 1, 5, 10 and 20, and how many candidates there are."""
    ranks = []
    for decision in test:
        values = drafter.values(decision.prompt, decision.candidates)
        ranks.append(int((values > values[decision.right]).sum()))
    found = {str(k): float(np.mean([r < k for r in ranks])) for k in _SHOWN}
    return {**found, "candidates": float(np.mean([len(d.candidates) for d in test]))}


def _rows(decision: CorpusDecision, rivals: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Features of the right candidate, then of some others."""
    others = [k for k in range(len(decision.candidates)) if k != decision.right]
    drawn = rng.permutation(others)[:rivals].tolist()
    rows = features(decision.prompt, [decision.candidates[k] for k in (decision.right, *drawn)])
    return [row.astype(np.int32) for row in rows]


def _learn(rows: list[np.ndarray], weights: np.ndarray, squares: np.ndarray, rate: float) -> float:
    """One step of Adagrad on the listwise loss of a decision; returns the loss before it."""
    values = np.array([weights[row].sum() for row in rows])
    chances = np.exp(values - values.max())
    chances /= chances.sum()
    gradients = chances - (np.arange(len(rows)) == 0)
    for row, gradient in zip(rows, gradients, strict=True):
        if abs(gradient) > 1e-3:
            squares[row] += gradient * gradient
            weights[row] -= rate * gradient / np.sqrt(squares[row])
    return -float(np.log(max(chances[0], 1e-9)))


def _card(args: Args, decisions: int, held_out: int, measured: dict[str, float], seconds: float) -> str:
    shares = "".join(f"| {k} | {measured[str(k)]:.1%} |\n" for k in _SHOWN)
    return f"""# The drafter of next steps

A linear ranker over hashed pairs of words (`planner/language/drafting.py`), {2**BITS:,} weights in float16. It proposes
the likeliest of a scene's legal calls, and the language model ranks those; off by default.

Trained on {decisions:,} decisions of {args.samples:,} samples of the instruction corpus (split `train`), {args.epochs}
epochs, seed {args.seed}, in {seconds:.0f} s of one core, by

    python scripts/train_drafter.py --samples {args.samples} --epochs {args.epochs} --seed {args.seed}

How often the corpus's answer is among the likeliest, over {held_out:,} decisions of held-out templates and scenes with
{measured["candidates"]:.0f} candidates each on average (other answers can be as good as the corpus's):

| drafted | the answer is there |
|---|---|
{shares}
"""


if __name__ == "__main__":
    run_cli(main, Args)
