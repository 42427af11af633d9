"""Measures the speed of the simulator, the feasibility model and the language model on one core."""

from __future__ import annotations

import json
import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.cli import OK, run_cli
from scripts.simulator_speed import OBJECTS, drawn_scenes, measure_parts, measure_sim, rate

if TYPE_CHECKING:
    from rich.console import Console

    from sim.state import SceneState


@dataclass(frozen=True)
class Args:
    """Measures the speed of the simulator, the feasibility model and the language model, in processor seconds."""

    out: Path = Path("runs/benchmark.json")
    """Where the measurements are written, as JSON."""
    model: str = "embedded"
    """Language model."""
    seconds: float = 5.0
    """Processor time that each measurement of the simulator takes at least."""
    decisions: int = 8
    """Decisions of the language model that are timed."""
    episodes: int = 0
    """If given: so many oracle episodes of tabletop-basics are run on two workers and timed by the clock."""
    seed: int = 0
    """Of the scenes."""
    json: bool = False
    """Print the measurements as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Measures one part after another and writes the file."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    measured: dict[str, Any] = {}
    with console.status("measuring the simulator"):
        measured["sim"] = measure_sim(args.seconds, args.seed)
        measured["pick_place_parts"] = measure_parts(args.seconds, args.seed)
    with console.status("measuring the feasibility model"):
        measured["feasibility"] = measure_feasibility(args.seed)
    with console.status("measuring the language model"):
        measured["language"] = measure_language(args.model, args.decisions, args.seed)
    if args.episodes:
        measured["oracle"] = measure_oracle(args.episodes, args.seed)
    measured["machine"] = machine()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    if args.json:
        print(json.dumps(measured))
    else:
        show(measured, args.out, Console(highlight=False))
    return OK


def example_states(count: int, seed: int) -> list[SceneState]:
    """Snapshots of drawn scenes of six objects."""
    from sim.world import World

    with World() as world:
        return [world.reset(scene) for scene in drawn_scenes(count, seed)]


def measure_feasibility(seed: int) -> dict[str, float]:
    """Speed of the trained scorer: calls of new scenes, a beam's extensions by one more step, batches, and one step.

    In all of them what the network is told is worked out anew. `calls_per_second` reads the scene anew as well.
    """
    import torch

    from planner.feasibility.scorer import ROOT, FeasibilityTransformer
    from skills.predicates import atoms
    from skills.symbolic import apply, ground, legal, typing_of, unmet

    torch.set_num_threads(1)
    model = FeasibilityTransformer.from_file()
    states = example_states(5, seed)
    calls = [legal(s) for s in states]
    scored = rate(lambda k: model.predict(states[k % 5], [(c,) for c in calls[k % 5]]), 2.0)
    first = calls[0][0]
    facts = apply(first, atoms(states[0]), typing_of(states[0]))
    then = [c for c in ground(typing_of(states[0])) if not unmet(c, facts)][:64]
    root = model.tree(states[0])
    root.extend([(ROOT, first)])
    extended = rate(lambda k: root.fork().extend([(0, c) for c in then]), 2.0)
    whole = (list(ground(typing_of(states[0]))) * 256)[:256]
    tree = model.tree(states[0])
    batches = rate(lambda k: tree.fork().extend([(ROOT, c) for c in whole]), 2.0)
    single = rate(lambda k: root.fork().extend([(0, then[k % len(then)])]), 1.0)
    return {
        "parameters": sum(p.numel() for p in model.trained.network.parameters()),
        "calls_per_second": scored * statistics.fmean(map(len, calls)),
        "beam_extensions_per_second": extended * len(then),
        "batch_of_256_steps_per_second": batches * len(whole),
        "one_step_seconds": 1.0 / single,
    }


def measure_language(model: str, decisions: int, seed: int) -> dict[str, float]:
    """First decisions of `saycan`, each of a new instruction in a new scene; the examples are read before the clock."""
    import torch

    from planner.registry import make_planner
    from skills.protocol import Observation
    from skills.symbolic import legal

    torch.set_num_threads(1)
    planner = make_planner("saycan", model=model)
    states = example_states(decisions + 1, seed)
    seconds, candidates, prompt, tokens = [], [], [], []
    for k, state in enumerate(states):
        instruction = f"put the {OBJECTS[k % 4]} in the red bowl"
        planner.reset(instruction)
        begun = time.process_time()
        rationale = planner.decide(Observation(instruction, state, state)).rationale
        used = time.process_time() - begun
        if k:
            seconds.append(used)
            candidates.append(len(legal(state)) + 1)
            prompt.append(rationale.prompt_tokens)
            tokens.append(rationale.prompt_tokens + rationale.generated_tokens)
    return {
        "decision_seconds_p50": statistics.median(seconds),
        "candidates": statistics.fmean(candidates),
        "prompt_tokens": statistics.fmean(prompt),
        "tokens_per_second": sum(tokens) / sum(seconds),
    }


def measure_oracle(episodes: int, seed: int) -> dict[str, float]:
    """Wall-clock seconds of so many oracle episodes of tabletop-basics on two workers, their start included."""
    from envs.evaluation import Setting, evaluate
    from envs.suites import find_suite
    from scripts.planner_factory import PlannerFactory

    suite = find_suite("tabletop-basics")
    each = -(-episodes // len(suite.tasks))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        setting = Setting(PlannerFactory("oracle"), "oracle")
        report = evaluate(suite, setting, episodes=each, seed=seed, out=Path(folder), workers=2)
        wall = time.perf_counter() - begun
    return {
        "episodes": report["episodes"],
        "workers": 2,
        "wall_seconds": wall,
        "wall_seconds_per_100": 100.0 * wall / report["episodes"],
        "success_rate": report["success_rate"],
    }


def machine() -> dict[str, Any]:
    """What it was measured on."""
    model = platform.processor()
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        names = [
            row.partition(":")[2].strip() for row in listed.read_text().splitlines() if row.startswith("model name")
        ]
        model = names[0] if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def show(measured: dict[str, Any], out: Path, console: Console) -> None:
    """Prints the measurements as tables."""
    from rich.table import Table

    for part, figures in measured.items():
        table = Table(title=part, title_justify="left", box=None, show_header=False, padding=(0, 2))
        for name, value in figures.items():
            table.add_row(name.replace("_", " "), f"{value:,.3g}" if isinstance(value, float) else str(value))
        console.print(table)
    console.print(f"written to {out}", soft_wrap=True)


if __name__ == "__main__":
    run_cli(main, Args)
