"""How planners do on instructions that others have published, read where a user has their files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tyro

from scripts.cli import FAILED, OK, run_cli

if TYPE_CHECKING:
    from envs.published import Source, Template


@dataclass(frozen=True)
class Args:
    """Runs every template of the lists under several seeds; writes episodes.jsonl, report.json and published.json.

    Without physics, unless it is asked for: what a call promises comes about. Ends with 0 when all episodes were run,
    1 when some errored, 2 where the files are not there.
    """

    data: Path
    """Folder of the published files."""
    source: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """Name of a list, such as code-as-policies; repeatable. By default all."""
    planner: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """Planning strategy; repeatable; scripts/list.py shows them. By default `default`."""
    model: str = "embedded"
    """Language model, as `evaluate.py` takes it."""
    episodes: int = 5
    """Of each template."""
    seed: int = 0
    """Of the first episode of each template; the others follow it."""
    workers: str = "2"
    """Processes, 0 for none but this one, or `ray`."""
    physics: bool = False
    """Let the robot carry the calls out."""
    out: Path = Path("runs/published")
    """Folder of the results; episodes that it holds already are not run again."""
    overlap: Path | None = None
    """Instead: compare the sentences of a file (a line each, or JSON lines with `instruction`) with published ones."""
    overlap_corpus: int = 0
    """Instead: compare so many samples of the training corpus with the published ones."""
    json: bool = False
    """Print the report as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Reads the files, then runs list by list and planner by planner, or compares sentences."""
    from envs.published import SOURCES, find_source

    if not args.data.is_dir():
        raise FileNotFoundError(f"no folder {str(args.data)!r}; --data names the folder of the published files")
    sources = [find_source(name) for name in dict.fromkeys(args.source or SOURCES)]
    read = [(source, source.read(args.data)) for source in sources]
    if args.overlap is not None or args.overlap_corpus:
        from scripts.published_overlap import corpus_sentences, file_sentences, overlap, show_overlap

        ours = file_sentences(args.overlap) if args.overlap else corpus_sentences(args.seed, args.overlap_corpus)
        found = overlap(ours, read, args.seed)
        print(json.dumps(found)) if args.json else show_overlap(found)
        return OK
    reports = _evaluate(args, read)
    if args.json:
        print(json.dumps(reports))
    return FAILED if any(r["errored"] for r in reports) else OK


def _evaluate(args: Args, read: list[tuple[Source, tuple[Template, ...]]]) -> list[dict[str, Any]]:
    from envs.evaluation import evaluate, folders, read_episodes
    from envs.on_paper import run_on_paper
    from envs.report import write_json
    from planner.language.corpus.follow import after
    from scripts.evaluate import Args as Plain
    from scripts.evaluate import number, setting, weights
    from scripts.published_report import report_of, show

    settings = [setting(Plain(model=args.model), name) for name in dict.fromkeys(args.planner or ("default",))]
    if not args.physics:
        settings = [replace(s, run=partial(run_on_paper, after=after), engine="paper") for s in settings]
    workers = "ray" if args.workers == "ray" else number(args.workers)
    places = folders(args.out, [(source.name, s.planner) for source, _ in read for s in settings])
    reports = []
    for source, templates in read:
        suite = source.suite(templates)
        for one in settings:
            out = places[source.name, one.planner]
            evaluate(suite, one, episodes=args.episodes, seed=args.seed, out=out, workers=workers, weights=weights(one))
            report = report_of(source.name, templates, suite, read_episodes(out / "episodes.jsonl"), one.split)
            reports.append(report)
            write_json(out / "published.json", report)
            if not args.json:
                show(report)
    return reports


if __name__ == "__main__":
    run_cli(main, Args)
