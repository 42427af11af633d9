"""Runs one instruction in the simulator, with a live transcript and a video."""

from __future__ import annotations

import json
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from scripts.cli import FAILED, OK, run_cli

if TYPE_CHECKING:
    from rich.console import Console

    from envs.record import Episode
    from scripts.transcript import Transcript


@dataclass(frozen=True)
class Args:
    """Runs one instruction in the simulator; prints what is considered, done and seen; writes transcript and video.

    Ends with 0 when the instruction was carried out (or, where no goal is known, when the planner says so), 1 when not.
    """

    instruction: tyro.conf.Positional[str] = ""
    """What to do, such as "put the red block in the blue bowl"."""
    scene: str = "tabletop"
    """Scene family."""
    objects: str = ""
    """Objects of the scene: "red block, blue bowl". By default those of the instruction, and others."""
    task: str = ""
    """SUITE/ID: the scene, goal and, unless one is given, the instruction of a task."""
    goal: str = ""
    """A PDDL formula by which a free instruction is judged: "(in red_block blue_bowl)"."""
    planner: str = "default"
    """Planning strategy; scripts/list.py shows them."""
    model: str = "embedded"
    """Language model: `embedded`, `embedded-plain`, a folder, a hub name or `NAME@http://HOST:PORT/v1`."""
    robot: str = "panda"
    """Robot; scripts/list.py shows them."""
    seed: int = 0
    """Draws the scene and all dice; the same seed gives the same episode."""
    video: str = ""
    """FILE.mp4, or `none`. By default video.mp4 beside the transcript."""
    gui: bool = False
    """Open the simulator's window."""
    disturb: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """KIND=VALUE, such as slip=0.2, move=0.2, stall=0.1, hide=0.2 or noise=0.005 (metres)."""
    states: str = "simulator"
    """What skills and planner see by: simulator, or camera (two RGB-D cameras; on the tabletop)."""
    out: Path = Path("runs")
    """Folder in which this run gets a folder of its own."""
    json: bool = False
    """Print the episode as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Makes task, planner and world, runs the episode, writes what came of it."""
    # Heavy imports wait until the flags are known to be right.
    from rich.console import Console

    from envs.chain import run_asked
    from envs.disturbances import parse_disturbances
    from envs.seeing import check_states
    from envs.video import VideoRecorder
    from planner.registry import find_planner
    from scripts.free_task import make_task
    from scripts.planner_factory import PlannerFactory
    from scripts.transcript import Transcript
    from sim.world import World

    task = make_task(
        args.instruction, task=args.task, objects=args.objects, scene=args.scene, goal=args.goal, seed=args.seed
    )
    entry = find_planner(args.planner)
    disturbances = parse_disturbances(args.disturb)
    check_states(args.states, task)
    folder = args.out / f"{time.strftime('%Y%m%d-%H%M%S')}-seed{args.seed}"
    video = None if args.video == "none" else Path(args.video) if args.video else folder / "video.mp4"
    recorder = nullcontext() if video is None else VideoRecorder(video)
    console = Console(record=True, stderr=args.json, highlight=False)
    transcript = Transcript(console)
    world = World(args.robot, task.scene.family, gui=args.gui)
    factory = PlannerFactory(args.planner, args.model)
    name = factory(task, args.seed).name
    console.print(f"planner: {name}" + (f", model: {args.model}" if entry.uses_language else ""), soft_wrap=True)
    if not args.task and task.suite:
        console.print(f"scene and goal are those of the task {task.name}", soft_wrap=True)
    with recorder as frames:
        episode = run_asked(
            task,
            args.seed,
            factory,
            world,
            model=args.model if entry.uses_language else "",
            disturb=disturbances,
            states=args.states,
            on_event=transcript,
            on_step=frames,
        )
        if frames is not None:
            frames.add(world)
    world.close()
    write(folder, episode, transcript, console, video)
    if args.json:
        print(json.dumps(episode.to_dict()))
    return OK if (episode.success or (episode.success is None and episode.ended_by == "finish")) else FAILED


def write(folder: Path, episode: Episode, transcript: Transcript, console: Console, video: Path | None) -> None:
    """Writes `transcript.json` and `transcript.txt`, and says where they and the video are."""
    from envs.provenance import made_by

    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "episode": episode.to_dict(),
        "decisions": transcript.decisions,
        "start": transcript.start,
        "command": sys.argv,
        "made_by": made_by(),
    }
    (folder / "transcript.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    console.print(f"transcript: {folder / 'transcript.txt'}", soft_wrap=True)
    if video is not None:
        console.print(f"video: {video}", soft_wrap=True)
    (folder / "transcript.txt").write_text(console.export_text(), encoding="utf-8")


if __name__ == "__main__":
    run_cli(main, Args)
