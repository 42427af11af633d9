"""Studies what the parts of the feasibility transformer are worth, and writes the page about it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.cli import FAILED, OK, run_cli

if TYPE_CHECKING:
    from planner.feasibility.records import Record
    from planner.feasibility.study.runs import Log
    from planner.feasibility.study.variants import Job, Variant


@dataclass(frozen=True)
class Args:
    """Trains the feasibility transformer and variants of it, each with several seeds, and compares them.

    A run that was stopped goes on where it was; runs that OUT holds already are not made again. The page is written
    from all that OUT holds of these settings, of other groups too.
    """

    data: Path
    """Folder with rollouts.jsonl, as scripts/collect.py writes it."""
    long: Path
    """Folder with rollouts of longer plans, as scripts/evaluate_feasibility.py --long writes it (OUT/long there)."""
    out: Path
    """Folder for study.jsonl, the prepared data and checkpoints."""
    groups: tuple[str, ...] = ("positions", "heads", "window", "evidence", "scaling", "precision")
    """What is varied."""
    seeds: int = 3
    """Of each variant."""
    fraction: float = 0.4
    """Of the scenes that are there to train on; the group scaling has a sixteenth to all of them."""
    epochs: int = 4
    """How often each plan is seen."""
    scaling_epochs: int = 3
    """The same in the group scaling, whose largest runs take longest."""
    workers: str = "1"
    """Processes, of one thread each; 0 for none but this one, or `ray`."""
    docs: Path | None = None
    """Folder in which feasibility.md and images/ are written; OUT if not given."""
    dry_run: bool = False
    """Only show what would be trained, and how long it would take, roughly."""
    json: bool = False
    """Print the conclusions as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Prepares, trains, measures the speed, writes the page."""
    # Importing torch takes seconds: not for --help.
    from rich.console import Console
    from rich.progress import Progress

    from planner.feasibility.records import rollouts_file
    from planner.feasibility.study.page import Results, write_page
    from planner.feasibility.study.rows import load_prepared, prepare
    from planner.feasibility.study.runs import Log
    from planner.feasibility.study.variants import Setting, chosen, jobs_of, variants

    if args.seeds < 1 or not 0.0 < args.fraction <= 1.0 or min(args.epochs, args.scaling_epochs) < 1:
        raise ValueError("seeds and epochs are at least 1, and the fraction is above 0 and at most 1")
    found = variants(Setting(args.fraction, args.epochs, args.scaling_epochs))
    wanted = chosen(found, args.groups)
    if args.dry_run:
        with rollouts_file(args.data).open("rb") as file:
            show(wanted, sum(1 for _ in file), args)
        return OK
    console = Console(stderr=True)
    with Progress(console=console) as progress:

        def track(records: Iterable[Record], words: str) -> Iterable[Record]:
            return progress.track(list(records), description=words)

        path = prepare(args.data, args.long, args.out, track)
    prepared = load_prepared(path)
    log = Log(args.out / "study.jsonl")
    there = log.runs()
    failed = train([j for j in jobs_of(wanted, args.seeds, prepared.digest) if j.key not in there], path, log, args)
    runs = log.of(jobs_of(found, args.seeds, prepared.digest))
    speeds = measured_speeds([v for v in found if (v.name, 0) in runs], path, log)
    folder = args.docs or args.out
    concluded = write_page(Results(found, runs, speeds, prepared.source, processor()), folder)
    if args.json:
        print(json.dumps({"runs": len(runs), "failed": failed, "conclusions": concluded}))
    else:
        for error in failed:
            console.print(f"failed: {error}", markup=False)
        console.print(f"{len(runs)} runs; the page is {folder / 'feasibility.md'}", markup=False, soft_wrap=True)
    return FAILED if failed else OK


def train(jobs: list[Job], prepared: Path, log: Log, args: Args) -> list[str]:
    """Does what is left to do; returns a line for each run that failed."""
    from envs.progress import bar
    from envs.workers import make_pool
    from planner.feasibility.study.runs import StudyWork, checkpoint_of

    if not jobs:
        return []
    count = args.workers if args.workers == "ray" else str(min(int(args.workers), len(jobs)))
    pool = make_pool(partial(StudyWork, prepared, args.out), count)
    failed = []
    with bar("training", len(jobs)) as tick, closing(pool.run(jobs)) as ends:
        for end in ends:
            if end.error is None:
                log.append(end.result)
                checkpoint_of(args.out, end.job.key).unlink(missing_ok=True)
            else:
                failed.append(f"{end.job.variant.name}, seed {end.job.seed}: {end.error}")
            tick()
    return failed


def measured_speeds(found: list[Variant], path: Path, log: Log) -> dict[str, Any]:
    """Speeds of variants, from the file or measured now: when nothing else of the study runs."""
    from envs.progress import bar
    from planner.feasibility.study.rows import LONG, load_prepared
    from planner.feasibility.study.speed import ROUNDS, measure_speeds, speed_key

    pairs = [(v, use) for v in found for use in v.uses]
    prepared = load_prepared(path)
    for line in log.lines("speed"):
        if line["data"] == prepared.digest and {speed_key(*p) for p in pairs} <= set(line["speeds"]):
            return line["speeds"]
    with bar("measuring speeds", ROUNDS) as tick:
        speeds = measure_speeds(pairs, prepared.vocabulary, prepared.sets[LONG], tick)
    log.append({"kind": "speed", "data": prepared.digest, "speeds": speeds})
    return speeds


def show(wanted: list[Variant], plans: int, args: Args) -> None:
    """Prints the variants and how long they would take."""
    from rich.console import Console
    from rich.table import Table

    from planner.feasibility.study.runs import parameters_of
    from planner.feasibility.study.variants import PREPARING, TRAIN, seconds_of

    table = Table(box=None, padding=(0, 2))
    for name in ("variant", "plans", "epochs", "parameters", "seeds", "CPU minutes"):
        table.add_column(name, no_wrap=True)
    total = 0.0
    for v in wanted:
        minutes = args.seeds * seconds_of(v, plans, parameters_of) / 60.0
        total += minutes
        size = parameters_of(v.training.network)
        amount = f"{TRAIN * plans * v.fraction:,.0f}"
        table.add_row(v.name, amount, str(v.training.epochs), f"{size:,}", str(args.seeds), f"{minutes:.1f}")
    if args.json:
        print(json.dumps({"runs": args.seeds * len(wanted), "cpu_minutes": total}))
        return
    console = Console(highlight=False, width=100)
    console.print(table)
    runs, once = args.seeds * len(wanted), PREPARING * plans / 60.0
    console.print(f"{runs} runs, {total:.0f} CPU minutes, and {once:.0f} to prepare {plans:,} plans")


def processor() -> str:
    """What it runs on."""
    from scripts.benchmark import machine

    return machine()["processor"]


if __name__ == "__main__":
    run_cli(main, Args)
