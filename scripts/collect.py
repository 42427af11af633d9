"""Collects rollouts of random plans, to train the feasibility model on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.cli import OK, run_cli


@dataclass(frozen=True)
class Args:
    """Runs random plans in random scenes and appends what came of them to OUT/rollouts.jsonl."""

    out: Path
    """Folder; scenes that it holds already are not run again."""
    episodes: int = 100
    """Scenes; about ten skills are executed in each."""
    seed: int = 0
    """Of the first scene; the others follow it."""
    workers: str = "1"
    """Processes, 0 for none but this one, or `ray`."""
    robot: str = "panda"
    """Robot; scripts/list.py shows them."""
    json: bool = False
    """Print the figures as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Collects, and says how many calls there are and how many succeeded."""
    from envs.rollouts import base_rate, collect
    from sim.robots import find_robot

    workers = int(args.workers) if args.workers.isdigit() else args.workers
    robot = find_robot(args.robot).name
    path = collect(args.out, args.episodes, args.seed, workers, robot)
    calls, rate = base_rate(path)
    if args.json:
        print(json.dumps({"file": str(path), "calls": calls, "base_rate": rate}))
    else:
        print(f"{path}: {calls} executed skills, {100 * rate:.1f} % succeeded")
    return OK


if __name__ == "__main__":
    run_cli(main, Args)
