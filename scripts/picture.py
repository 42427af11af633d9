"""Renders the scene families side by side, as in the README."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.cli import OK, run_cli


@dataclass(frozen=True)
class Args:
    """Renders one scene of each task and writes them side by side as a picture."""

    tasks: tuple[str, ...] = (
        "tabletop-rich/drinks-left-snacks-right",
        "calvin/push-into-drawer",
        "stap/hook-reach-2",
        "kitchen-basics/clear-table",
    )
    """`SUITE/ID`, one for each scene."""
    seed: int = 0
    """Draws the scenes."""
    width: int = 420
    """Of each scene, pixels."""
    height: int = 360
    """Of all of them, pixels."""
    out: Path = Path("docs/images/families.png")
    """Where the picture is written."""
    json: bool = False
    """Print what was rendered as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Draws, renders, writes."""
    from matplotlib.image import imsave

    gap = np.full((args.height, 6, 3), 255, dtype=np.uint8)
    parts = [part for task in args.tasks for part in (render(task, args), gap)][:-1]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    imsave(args.out, np.concatenate(parts, axis=1))
    print(json.dumps({"out": str(args.out), "tasks": args.tasks}) if args.json else f"written to {args.out}")
    return OK


def render(name: str, args: Args) -> np.ndarray:
    """The scene of a task, uint8 of shape (height, width, 3); drawn twice as large, so that edges are smooth."""
    from envs.scenes import build
    from envs.seeding import EVALUATION
    from envs.suites import find_task
    from sim.world import World

    task = find_task(name)
    with World(family=task.scene.family) as world:
        build(world, task, args.seed, EVALUATION)
        rgb = world.render(2 * args.width, 2 * args.height).rgb.astype(np.float32)
    return rgb.reshape(args.height, 2, args.width, 2, 3).mean(axis=(1, 3)).astype(np.uint8)


if __name__ == "__main__":
    run_cli(main, Args)
