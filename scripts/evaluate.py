"""Success rates of planners on suites, over seeds and workers; goes on from what a folder holds."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import tyro

from scripts.cli import FAILED, OK, run_cli

if TYPE_CHECKING:
    from envs.evaluation import Setting
    from envs.record import Episode
    from envs.task import Suite


@dataclass(frozen=True)
class Args:
    """Runs every task of the suites under several seeds and writes episodes.jsonl, report.json and comparison.json.

    Every planner meets the same scenes. Ends with 0 when all episodes were run, 1 when some errored.
    """

    suite: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """NAME or FILE.yaml; repeatable. By default tabletop-basics."""
    planner: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """Planning strategy; repeatable; scripts/list.py shows them. By default `default`."""
    model: str = "embedded"
    """Language model: `embedded`, `embedded-plain`, a folder, a hub name or `NAME@http://HOST:PORT/v1`."""
    episodes: int = 20
    """Of each task."""
    seed: int = 0
    """Of the first episode of each task; the others follow it."""
    workers: str = "2"
    """Processes, 0 for none but this one, or `ray`."""
    out: Path = Path("runs/evaluation")
    """Folder of the results; episodes that it holds already are not run again."""
    videos: Literal["failures", "all", "none"] = "none"
    """Of which episodes to write a video."""
    disturb: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """KIND=VALUE, such as slip=0.2, move=0.2, stall=0.1, hide=0.2 or noise=0.005 (metres); repeatable."""
    states: str = "simulator"
    """What skills and planners see by: simulator, or camera (two RGB-D cameras; on the tabletop)."""
    robot: str = "panda"
    """Robot; scripts/list.py shows them."""
    json: bool = False
    """Print the report as JSON (a list of them, where there are several), and nothing else, on standard output."""


def main(args: Args) -> int:
    """Checks everything that can be checked, then runs suite by suite and planner by planner."""
    from envs.evaluation import evaluate, folders, read_episodes
    from envs.report import compare_all, write_json
    from envs.suites import find_suite

    suites = [find_suite(name) for name in dict.fromkeys(args.suite or ("tabletop-basics",))]
    settings = [setting(args, name) for name in dict.fromkeys(args.planner or ("default",))]
    workers = "ray" if args.workers == "ray" else number(args.workers)
    places = folders(args.out, [(s.name, p.planner) for s in suites for p in settings])
    reports: list[dict[str, Any]] = []
    runs: list[list[Episode]] = []
    for suite in suites:
        for one in settings:
            out = places[suite.name, one.planner]
            report = evaluate(
                suite, one, episodes=args.episodes, seed=args.seed, out=out, workers=workers, weights=weights(one)
            )
            reports.append(report)
            runs.append(read_episodes(out / "episodes.jsonl"))
            if not args.json:
                show(report, suite, out)
    if len(runs) > 1:
        comparison = compare_all(runs)
        write_json(args.out / "comparison.json", comparison)
        if not args.json:
            show_pairs(comparison["pairs"])
    if args.json:
        print(json.dumps(reports[0] if len(reports) == 1 else reports))
    errored = sum(r["errored"] for r in reports)
    if errored:
        again = shlex.join(["python", *sys.argv])
        print(f"{errored} episodes errored and are not counted; run them again by: {again}", file=sys.stderr)
    return FAILED if errored else OK


def number(text: str) -> int:
    """The number of workers.

    Raises:
        ValueError: it is none.
    """
    if not text.isdigit():
        raise ValueError(f"--workers is {text!r}; expected a number such as 2, or 'ray'")
    return int(text)


def setting(args: Args, planner: str) -> Setting:
    """What all episodes of one planner share.

    Raises:
        ValueError: no such planner, robot or disturbance.
    """
    from envs.disturbances import parse_disturbances
    from envs.evaluation import Setting
    from planner.registry import find_planner
    from scripts.planner_factory import PlannerFactory
    from sim.robots import find_robot

    entry = find_planner(planner)
    return Setting(
        factory=PlannerFactory(planner, args.model),
        planner=planner,
        model=args.model if entry.uses_language else "",
        robot=find_robot(args.robot).name,
        disturb=parse_disturbances(args.disturb),
        states=args.states,
        videos=args.videos,
    )


def weights(setting: Setting) -> dict[str, str]:
    """SHA-256 of the weights that a planner uses, by what they are; empty for one that uses none."""
    if not setting.model:
        return {}
    from planner.feasibility.weights import DEFAULT_WEIGHTS
    from planner.language.adapter import DEFAULT_ADAPTER
    from planner.language.embedded import embedded_folder, file_sha256

    found = {"feasibility": file_sha256(DEFAULT_WEIGHTS)} if DEFAULT_WEIGHTS.is_file() else {}
    if setting.model in ("embedded", "embedded-plain"):
        found["language"] = json.loads((embedded_folder() / "source.json").read_text(encoding="utf-8"))["sha256"]
        if setting.model == "embedded" and DEFAULT_ADAPTER.is_file():
            found["adapter"] = file_sha256(DEFAULT_ADAPTER)
    elif (Path(setting.model) / "model.safetensors").is_file():
        found["language"] = file_sha256(Path(setting.model) / "model.safetensors")
    return found


def show(report: dict[str, Any], suite: Suite, out: Path) -> None:
    """Prints a report as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{suite.name} · {report['planner']}", title_justify="left", box=None, pad_edge=False)
    for column in ("task", "success", "95 %", "errored"):
        table.add_column(column, justify="left" if column == "task" else "right")
    for task in report["tasks"]:
        table.add_row(
            task["id"], f"{task['successes']}/{task['episodes']}", interval(task["ci95"]), str(task["errored"] or "")
        )
    rate = "none" if report["success_rate"] is None else f"{100 * report['success_rate']:.1f} %"
    table.add_row("all", rate, interval(report["success_ci95"]), str(report["errored"] or ""), style="bold")
    console = Console(highlight=False)
    console.print(table)
    if "chains" in report:
        chains = report["chains"]
        rates = ", ".join(f"{k}: {100 * p['rate']:.1f} %" for k, p in enumerate(chains["by_position"], start=1))
        console.print(f"chains that came so far: {rates}; mean length {chains['mean_length']:.2f}")
    if report["failures"]:
        console.print("failed calls: " + ", ".join(f"{reason} {n}" for reason, n in report["failures"].items()))
    console.print(f"report: {out / 'report.json'}", soft_wrap=True)


def interval(ci: list[float] | None) -> str:
    """An interval of rates, in percent."""
    return "" if ci is None else f"{100 * ci[0]:.0f} to {100 * ci[1]:.0f}"


def show_pairs(pairs: list[dict[str, Any]]) -> None:
    """Prints the comparisons."""
    for p in pairs:
        if p["pairs"]:
            low, high = p["difference_ci95"]
            print(
                f"{p['suite']}: {p['a']} - {p['b']} = {100 * p['difference']:+.1f} points (95 % {100 * low:+.1f} to "
                f"{100 * high:+.1f}, {p['pairs']} pairs, McNemar p = {p['mcnemar_p']:.3g})"
            )


if __name__ == "__main__":
    run_cli(main, Args)
