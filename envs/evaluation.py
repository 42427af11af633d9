"""Success rates: every task of a suite under many seeds, over workers, written down episode by episode."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from envs.chain import run_asked
from envs.disturbances import Disturbance
from envs.progress import bar
from envs.provenance import made_by
from envs.record import Episode
from envs.report import summarize, write_json
from envs.scenes import drawn_task, sample
from envs.seeding import EVALUATION, stream
from envs.seeing import check_states
from envs.task import Suite, Task
from envs.video import film
from envs.workers import Done, make_pool
from sim.world import World
from skills.protocol import Planner

PlannerFactory = Callable[[Task, int], Planner]
"""Makes the planner of one episode from its task and seed; must be picklable, and load what is heavy only once."""

Videos = Literal["failures", "all", "none"]


@dataclass(frozen=True)
class Setting:
    """All that the episodes of a run share."""

    factory: PlannerFactory
    """Makes planners, in the worker."""
    planner: str
    """Name of the planner."""
    model: str = ""
    """Name of its language model."""
    robot: str = "panda"
    """A key of `sim.robots.ROBOTS`."""
    disturb: tuple[Disturbance, ...] = ()
    """Disturbances to suffer."""
    states: str = "simulator"
    """What the robot sees by, one of `envs.seeing.STATES`."""
    split: str = EVALUATION
    """Which scenes."""
    videos: Videos = "none"
    """Of which episodes to write a video."""
    run: Callable[..., Episode] = run_asked
    """Runs an episode, with the arguments of `run_asked`; must be picklable."""
    engine: str = "physics"
    """In a word, what `run` runs it in."""


@dataclass(frozen=True)
class Job:
    """One episode to run."""

    task: Task
    seed: int


class EpisodeWork:
    """Runs jobs in one worker: a world for all of them, a planner for each."""

    def __init__(self, setting: Setting, out: Path, first: Job) -> None:
        """Makes the world and the planner of a first job: what cannot be loaded fails here, not in every episode."""
        self._setting = setting
        self._out = out
        self._worlds: dict[str, World] = {}
        self._world(first.task)
        setting.factory(first.task, first.seed)

    def _world(self, task: Task) -> World:
        """The world of the task's scene family, made when it is first asked for."""
        family = task.scene.family
        if family not in self._worlds:
            self._worlds[family] = World(self._setting.robot, family)
        return self._worlds[family]

    def __call__(self, job: Job) -> dict[str, Any]:
        """The record of the episode."""
        setting = self._setting
        episode = setting.run(
            job.task,
            job.seed,
            setting.factory,
            self._world(job.task),
            model=setting.model,
            split=setting.split,
            disturb=setting.disturb,
            states=setting.states,
        )
        # The run is told apart by the name that was asked for, also where a strategy calls itself otherwise.
        episode = replace(episode, planner=setting.planner)
        if setting.videos == "all" or (setting.videos == "failures" and episode.success is False):
            path = self._out / "videos" / f"{job.task.id}-{job.seed}.mp4"
            world = self._world(job.task)
            film(episode, job.task, world, path, split=setting.split, disturb=setting.disturb, states=setting.states)
        return episode.to_dict()


def evaluate(
    suite: Suite,
    setting: Setting,
    *,
    episodes: int,
    seed: int,
    out: Path,
    workers: int | str = 2,
    weights: Mapping[str, str] | None = None,
    on_episode: Callable[[Episode], None] | None = None,
    progress: bool = True,
) -> dict[str, Any]:
    """Runs what is not recorded yet in `out`, and writes `out/report.json`.

    Each episode is appended to `out/episodes.jsonl` as it ends, so that an interrupt or a crash loses only what was
    under way; running again goes on from there. Episodes that errored are run again.

    Args:
        suite: the tasks.
        setting: how they are run.
        episodes: a task.
        seed: of the first episode of each task; the others follow it, so that planners meet the same scenes.
        out: folder, made where it is missing.
        workers: processes, 0 for none but this one, or `ray`.
        weights: hashes of the planner's weights, for the report.
        on_episode: told of each episode as it ends.
        progress: whether to show a bar on standard error.

    Returns:
        The report.

    Raises:
        ValueError: no episodes are asked for, a scene has no room, or `out` holds another run.
    """
    if episodes < 1:
        raise ValueError(f"episodes is {episodes}; expected at least 1")
    for task in suite.tasks:
        check_states(setting.states, task)
        sample(drawn_task(task, seed, setting.split), stream(setting.split, task.suite, task.id, seed, "scene"))
    out.mkdir(parents=True, exist_ok=True)
    _claim(out, suite, setting, seed, dict(weights or {}))
    record = out / "episodes.jsonl"
    done = {e.key for e in read_episodes(record) if e.error is None}
    jobs = [Job(t, seed + k) for k in range(episodes) for t in suite.tasks if (t.id, seed + k) not in done]
    begun = time.perf_counter()
    try:
        _run(jobs, suite, setting, record, workers, on_episode, progress)
    finally:
        # Also after an interrupt: what is there is reported.
        wall = time.perf_counter() - begun + _wall_before(out / "report.json")
        recorded = read_episodes(record)
        report = summarize(recorded, wall=wall, made_by=made_by(weights)) if recorded else {}
        if report:
            write_json(out / "report.json", report)
    return report


def _run(
    jobs: Sequence[Job],
    suite: Suite,
    setting: Setting,
    record: Path,
    workers: int | str,
    on_episode: Callable[[Episode], None] | None,
    progress: bool,
) -> None:
    if not jobs:
        return
    pool = make_pool(partial(EpisodeWork, setting, record.parent, jobs[0]), _no_more_than(workers, len(jobs)))
    with (
        record.open("a", encoding="utf-8") as file,
        bar(f"{suite.name} · {setting.planner}", len(jobs), progress) as tick,
        closing(pool.run(jobs)) as ends,
    ):
        for end in ends:
            episode = _episode(end, suite, setting)
            # One write a line: a reader, or a crash, finds whole lines and at most one torn at the end.
            file.write(json.dumps(episode.to_dict()) + "\n")
            file.flush()
            tick()
            if on_episode is not None:
                on_episode(episode)


def _no_more_than(workers: int | str, jobs: int) -> int | str:
    return min(workers, jobs) if isinstance(workers, int) else workers


def _episode(end: Done, suite: Suite, setting: Setting) -> Episode:
    if end.error is None:
        return Episode.from_dict(end.result)
    job: Job = end.job
    return Episode(
        suite=suite.name,
        task=job.task.id,
        instruction=job.task.instructions[0],
        planner=setting.planner,
        model=setting.model,
        seed=job.seed,
        success=None,
        plan_success=None,
        ended_by="error",
        goal={},
        error=end.error,
    )


def read_episodes(path: Path) -> list[Episode]:
    """Recorded episodes; of several with the same task and seed the last. A torn last line is cut off the file.

    Raises:
        ValueError: a line in the middle is no episode; the message names it.
    """
    if not path.exists():
        return []
    _mend(path)
    found: dict[tuple[str, int], Episode] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            episode = Episode.from_dict(json.loads(line))
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}; remove the line, or give another folder") from None
        found[episode.key] = episode
    return list(found.values())


def _mend(path: Path) -> None:
    """Cuts off what a crash left unfinished at the end of a file of lines."""
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)


def _claim(out: Path, suite: Suite, setting: Setting, seed: int, weights: dict[str, str]) -> None:
    """Writes what the run is; refuses a folder that holds another one."""
    config = {
        "suite": suite.name,
        "version": suite.version,
        "planner": setting.planner,
        "model": setting.model,
        "robot": setting.robot,
        "disturb": [str(d) for d in setting.disturb],
        "states": setting.states,
        "split": setting.split,
        "engine": setting.engine,
        "weights": weights,
    }
    path = out / "config.json"
    if path.exists():
        before = {
            "states": "simulator",
            "engine": "physics",
            "weights": weights,
            **json.loads(path.read_text(encoding="utf-8")),
        }
        changed = [k for k, v in config.items() if before.get(k) != v]
        if changed:
            key = changed[0]
            raise ValueError(
                f"{str(out)!r} holds a run with {key} {before.get(key)!r}, not {config[key]!r}; give another --out"
            )
        return
    write_json(path, {**config, "seed": seed})


def _wall_before(path: Path) -> float:
    if not path.exists():
        return 0.0
    return float(json.loads(path.read_text(encoding="utf-8"))["seconds"]["wall"])


def folders(out: Path, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Path]:
    """Where each run of (suite, planner) goes: `out` itself for a single one, else `out/SUITE/PLANNER`."""
    listed = list(pairs)
    return {p: out if len(listed) == 1 else out / p[0] / p[1] for p in listed}
