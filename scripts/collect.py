"""Collects rollouts of random plans in hard scenes, to train the feasibility model on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scripts.cli import OK, run_cli


@dataclass(frozen=True)
class Args:
    """Runs random plans in hard scenes of all families, with all robots, and appends what came of them to OUT.

    A run that was stopped goes on where it was.
    """

    out: Path
    """Folder for rollouts.jsonl; scenes that it holds already are not run again."""
    episodes: int = 100
    """Scenes; about thirteen skills are executed in each."""
    seed: int = 0
    """Of the first scene; the others follow it."""
    workers: str = "1"
    """Processes, 0 for none but this one, or `ray`."""
    robot: tuple[str, ...] = ()
    """Only these robots; the usual mixture if not given. scripts/list.py shows them."""
    family: tuple[str, ...] = ()
    """Only these scene families; the usual mixture if not given."""
    disturbed: float = 0.15
    """Share of the scenes in which something disturbs the robot."""
    json: bool = False
    """Print the figures as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Collects, and says how many calls there are and how many succeeded."""
    from envs.rollouts import FAMILIES, ROBOTS, Recipe, base_rate, collect
    from sim.family import find_family
    from sim.robots import find_robot

    workers = int(args.workers) if args.workers.isdigit() else args.workers
    robots = {find_robot(name).name: 1.0 for name in args.robot} or ROBOTS
    families = {find_family(name).name: 1.0 for name in args.family} or FAMILIES
    recipe = Recipe(families, robots, args.disturbed)
    path = collect(args.out, args.episodes, args.seed, workers, recipe)
    calls, rate = base_rate(path)
    if args.json:
        print(json.dumps({"file": str(path), "calls": calls, "base_rate": rate}))
    else:
        print(f"{path}: {calls} executed skills, {100 * rate:.1f} % succeeded")
    return OK


if __name__ == "__main__":
    run_cli(main, Args)
