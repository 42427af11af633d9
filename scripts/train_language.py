"""Fine-tunes the embedded language model on the corpus; writes the adapter, its card, its history and a picture."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from scripts.cli import run_cli

if TYPE_CHECKING:
    from planner.language.corpus.sample import Sample
    from planner.language.tuning.fit import Tuner

SCALE = 2.0
"""What the products of the matrices are multiplied by, whatever their rank."""


@dataclass
class Args:
    """Fine-tunes the embedded language model. A run that was stopped goes on from its last checkpoint."""

    out: Path
    """Folder for adapter.safetensors (also on the way), its card and picture, history.json and the checkpoint."""
    samples: int = 20_000
    """How many are learnt, each once."""
    minutes: float | None = None
    """End after so long at the latest; the learning rate falls accordingly. All sittings count together."""
    until: int | None = None
    """Stop once so many are learnt, leaving the rest to another call without it."""
    seed: int = 0
    """Of the corpus, the matrices' start and the order."""
    held_out: int = 96
    """Held-out samples that are asked on the way."""
    checks: int = 8
    """How often."""
    rank: int = 16
    """Of the matrices."""
    lowest: int = 10
    """First of the 30 layers that is tuned."""
    start: Path | None = None
    """An adapter to go on from, of no higher rank and no other layers; give it another seed, for other samples."""
    learning_rate: float = 1e-3
    """The highest."""
    threads: int = 1
    """For torch. The same seed gives the same file with the same number only."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where; on `cuda` in bfloat16."""
    json: bool = False
    """Print the last measurement as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Loads, trains, measures, writes."""
    # Importing torch takes seconds: not for --help.
    from rich.console import Console

    from planner.language.tuning.card import write_card
    from planner.language.tuning.history import draw_history

    for name, value in (("samples", args.samples), ("minutes", args.minutes), ("until", args.until)):
        if value is not None and value <= 0:
            raise ValueError(f"--{name} {value}: expected a positive number")
    console = Console(stderr=True)
    weights = args.out / "adapter.safetensors"
    with drawing(args.seed) as corpus:
        tuner, device = _tuner(args, corpus)
        _train(tuner, lambda: _write(weights, tuner, device, args), console, args.until)
    if tuner.progress < 1.0:
        _write(weights, tuner, device, args)
        console.print(f"stopped at {tuner.samples} samples; without --until the same command goes on")
        if args.json:
            print(json.dumps({"samples": tuner.samples, "loss": None, "exact": None}))
        return 0
    if not tuner.history.checks or tuner.history.checks[-1].samples != tuner.samples:
        tuner.history.checks.append(tuner.check())
        tuner.save()
    _write(weights, tuner, device, args)
    (args.out / "history.json").write_text(json.dumps(tuner.history.as_dict(), indent=1) + "\n", encoding="utf-8")
    draw_history(tuner.history, weights.with_suffix(".png"))
    write_card(weights, tuner.history)
    last = tuner.history.checks[-1]
    console.print(f"{tuner.samples} samples, held-out loss {last.loss:.4f}, exact {last.exact}; adapter at {weights}")
    if args.json:
        print(json.dumps({"samples": last.samples, "loss": last.loss, "exact": last.exact}))
    return 0


def draw(seed: int, chunk: int, count: int) -> list[Sample]:
    """The training samples of a chunk; each chunk has a seed of its own, so that none before it need be drawn."""
    from planner.language.corpus import samples

    return list(samples(1_000_000 * (seed + 1) + chunk, count, "train"))


@dataclass
class Drawing:
    """Draws a chunk in another process while the one before it is learnt."""

    seed: int
    pool: ProcessPoolExecutor
    size: int = 256
    """Samples of a chunk."""
    _coming: dict[int, Future[list[Sample]]] = field(default_factory=dict)

    def __call__(self, chunk: int) -> Sequence[Sample]:
        """The chunk's samples; the next chunk is begun."""
        for k in (chunk, chunk + 1):
            if k not in self._coming:
                self._coming[k] = self.pool.submit(draw, self.seed, k, self.size)
        return self._coming.pop(chunk).result()


@contextmanager
def drawing(seed: int) -> Iterator[Drawing]:
    """A `Drawing` with a process of its own, which is ended at the end."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        yield Drawing(seed, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _tuner(args: Args, corpus: Drawing) -> tuple[Tuner, str]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    from planner.language.adapter import read_adapter
    from planner.language.corpus import samples
    from planner.language.embedded import embedded_folder, file_sha256
    from planner.language.tuning.fit import Tuner, TuningConfig

    torch.set_num_threads(args.threads)
    disable_progress_bar()
    device = args.device if args.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda: this machine has none that torch can use; expected auto or cpu")
    start = read_adapter(args.start) if args.start else None
    if start is not None and start.scale != SCALE:
        raise ValueError(f"--start {str(args.start)!r} multiplies its products by {start.scale}; expected {SCALE}")
    folder = embedded_folder()
    network = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = TuningConfig(
        samples=args.samples,
        minutes=args.minutes,
        seed=args.seed,
        rank=args.rank,
        alpha=SCALE * args.rank,
        lowest=args.lowest,
        learning_rate=args.learning_rate,
        start=file_sha256(args.start) if args.start else "",
        chunk=corpus.size,
        checks=args.checks,
    )
    held_out = list(samples(args.seed, args.held_out, "held-out"))
    pairs = start.pairs if start else None
    return Tuner(network, tokenizer, corpus, held_out, config, args.out, device, start=pairs), device


def _train(tuner: Tuner, on_save: Callable[[], None], console: Any, until: int | None) -> None:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("training"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=console) as progress:
        row = progress.add_task("", total=1.0)
        progress.update(row, completed=tuner.progress)
        tuner.run(lambda fraction, said: progress.update(row, completed=fraction, description=said), on_save, until)


def _write(weights: Path, tuner: Tuner, device: str, args: Args) -> None:
    from planner.language.adapter import write_adapter
    from planner.language.embedded import embedded_folder

    source = json.loads((embedded_folder() / "source.json").read_text(encoding="utf-8"))
    metadata = {
        "base_sha256": source["gguf_sha256"],
        "lowest": str(args.lowest),
        "seed": str(args.seed),
        "samples": str(tuner.samples),
        "device": device,
        "start_sha256": tuner.config.start,
        "command": shlex.join(["python", "scripts/train_language.py", *sys.argv[1:]]),
    }
    write_adapter(weights, tuner.matrices(), args.rank, SCALE * args.rank, metadata)


if __name__ == "__main__":
    run_cli(main, Args)
