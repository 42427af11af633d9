"""Measures how many attempts fail before the first that works, in several orders of trying the plans of hard tasks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tyro

from scripts.cli import FAILED, OK, run_cli

if TYPE_CHECKING:
    from envs.workers import Done
    from scripts.attempt_work import Job, Setting


@dataclass(frozen=True)
class Args:
    """Tries the plans that would reach a goal by the symbols alone, one after another, until one works.

    Tasks are crowded, at the edge of reach, or about packing. The plans of a task are tried from the same saved state
    in the planner's own order, at random, and by the feasibility model without and with the failures seen so far. Ends
    with 1 when episodes errored; calling again runs those, and what is missing.
    """

    kind: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """Kind of task, such as crowded-bowls or llm3-packing; repeatable. By default all."""
    episodes: int = 100
    """Of each kind."""
    seed: int = 0
    """Of the first episode of each kind; the others follow it."""
    cap: int = 24
    """Most plans of a task, and so most attempts."""
    weights: Path | None = None
    """Weights file; the one that comes with the package if not given."""
    robot: str = "panda"
    """Robot; scripts/list.py shows them."""
    workers: str = "1"
    """Processes, 0 for none but this one, or `ray`."""
    out: Path = Path("runs/attempts")
    """Folder for attempts.jsonl and attempts.json; episodes that it holds already are not run again."""
    json: bool = False
    """Print the figures as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Runs what is missing, writes the figures, prints them."""
    from envs.attempt_report import FILE, claim, read_records, summarize
    from envs.provenance import made_by
    from envs.report import write_json
    from planner.feasibility.weights import DEFAULT_WEIGHTS, digest
    from scripts.attempt_work import Setting
    from sim.robots import find_robot

    kinds = _kinds(args.kind)
    for name, value, least in (("episodes", args.episodes, 1), ("cap", args.cap, 2)):
        if value < least:
            raise ValueError(f"--{name} is {value}; expected at least {least}")
    setting = Setting(args.weights or DEFAULT_WEIGHTS, args.cap, find_robot(args.robot).name)
    if not setting.weights.is_file():
        raise ValueError(f"no weights at {str(setting.weights)!r}")
    hashed = digest(setting.weights)
    args.out.mkdir(parents=True, exist_ok=True)
    claim(args.out, {"weights": hashed, "cap": args.cap, "robot": setting.robot})
    seeds = range(args.seed, args.seed + args.episodes)
    try:
        _run(args, setting, kinds, seeds)
    finally:
        # Also after an interrupt: what is there is reported.
        records = [r for r in read_records(args.out / FILE) if r["kind"] in kinds and r["seed"] in seeds]
        report = {**summarize(records), "cap": args.cap, "made_by": made_by({"feasibility": hashed})}
        write_json(args.out / "attempts.json", report)
    if args.json:
        print(json.dumps(report))
    else:
        show(report, args.out)
    return FAILED if report["errored"] else OK


def _kinds(names: Sequence[str]) -> list[str]:
    """The kinds that are meant.

    Raises:
        ValueError: there is no such kind.
    """
    from envs.hard_tasks import KINDS
    from envs.task_error import nearest

    for name in names:
        if name not in KINDS:
            raise ValueError(f"no kind {name!r}; there are {', '.join(KINDS)}; the nearest is {nearest(name, KINDS)}")
    return list(dict.fromkeys(names)) or list(KINDS)


def _run(args: Args, setting: Setting, kinds: Sequence[str], seeds: range) -> None:
    """Runs the episodes that are not recorded, kinds in turn, and appends each as it ends."""
    from envs.attempt_report import FILE, read_records
    from envs.progress import bar
    from envs.workers import make_pool
    from scripts.attempt_work import AttemptWork, Job

    path = args.out / FILE
    done = {(r["kind"], r["seed"]) for r in read_records(path) if r["error"] is None}
    jobs = [Job(kind, seed) for seed in seeds for kind in kinds if (kind, seed) not in done]
    if not jobs:
        return
    workers = min(int(args.workers), len(jobs)) if args.workers.isdigit() else args.workers
    pool = make_pool(partial(AttemptWork, setting), workers)
    with (
        path.open("a", encoding="utf-8") as file,
        bar("episodes", len(jobs), not args.json) as tick,
        closing(pool.run(jobs)) as ends,
    ):
        for end in ends:
            file.write(json.dumps(_record(end)) + "\n")
            file.flush()
            tick()


def _record(end: Done) -> dict[str, Any]:
    job: Job = end.job
    return end.result if end.error is None else {**job._asdict(), "error": end.error}


def show(report: dict[str, Any], out: Path) -> None:
    """Prints the figures as text: all kinds together, by what makes them hard, then each."""
    print("Failed attempts before the first that works: mean, median, and the mean by that of `preconditions` (95 %);")
    print("in all episodes, in those where some plan works, and where some does but not the obvious one.")
    for name, figures in [("all", report["all"]), *report["by_reason"].items(), *report["by_kind"].items()]:
        if figures["episodes"]:
            sampled = _sampler_rows(figures) if name in report["by_kind"] else []
            print("\n".join(["", _headline(name, figures), *_rows(figures), *sampled]))
    for kind, seed, error in report["errored"]:
        print(f"errored: {kind}, seed {seed}: {error}")
    print(f"\nfigures: {out / 'attempts.json'}")


def _headline(name: str, figures: dict[str, Any]) -> str:
    sure = "" if figures["confident"] is None else f"; model confident of {100 * figures['confident']:.0f} % of steps"
    return (
        f"{name}: {figures['episodes']} episodes, the obvious plan works in {figures['obvious']['count']}, "
        f"no plan in {len(figures['unsolvable'])}{sure}"
    )


def _rows(figures: dict[str, Any]) -> list[str]:
    """One line an order, with the figures of each view."""
    views = figures["views"]
    lines = [f"{'':22}" + "".join(f"{name.replace('_', ' '):36}" for name in views)]
    for order in views["all"]["orders"]:
        cells = (_cell(view, order) for view in views.values())
        lines.append(f"{order:22}" + "".join(f"{cell:36}" for cell in cells))
    return [line.rstrip() for line in lines]


def _cell(view: dict[str, Any], order: str) -> str:
    if order not in view["orders"]:
        return ""
    row, against = view["orders"][order], view["against"].get("preconditions", {}).get(order)
    ratio = "" if against is None else _interval(against["ratio"]["of_means"])
    return f"{row['mean']:5.2f} {row['median']:4g}  {ratio}"


def _interval(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return ""
    ci = "" if figure["ci95"] is None else " ({:.2g} to {:.2g})".format(*figure["ci95"])
    return f"{figure['value']:.2g}{ci}"


def _sampler_rows(figures: dict[str, Any]) -> list[str]:
    measured = figures.get("iterations")
    if measured is None:
        return []
    rows = []
    for name, sampler in measured["samplers"].items():
        order = "feasibility+evidence"
        ours, pairs = measured["attempts"][order], sampler["ours"][order]
        rows.append(
            f"{order} {ours['mean']:.2f} attempts (median {ours['median']:g}), {name} {sampler['mean']:.0f} iterations "
            f"(median {sampler['median']:g}, gave up {sampler['gave_up']} times); ratio of means "
            f"{_interval(pairs['ratio']['of_means'])}, median ratio {_interval(pairs['ratio']['median_of_pairs'])}"
        )
    return rows


if __name__ == "__main__":
    run_cli(main, Args)
