import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from envs.evaluation import Setting, evaluate, folders, read_episodes
from envs.record import without_times
from envs.suites import find_suite
from envs.task import ObjectSpec, SceneSpec, Suite, Task
from tests.envs.scripted_planners import NoPlanner, ScriptFactory

BASICS = find_suite("tabletop-basics")
SUITE = Suite("three", tuple(replace(BASICS.task(k), suite="") for k in ("block-in-bowl", "block-on-block", "pick-up")))
SCRIPTED = Setting(ScriptFactory(), "scripted")


def run(out: Path, setting: Setting = SCRIPTED, episodes: int = 2, workers: int = 1, suite: Suite = SUITE) -> dict:
    return evaluate(suite, setting, episodes=episodes, seed=10, out=out, workers=workers, progress=False)


def test_every_episode_is_recorded_and_reported(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    report = evaluate(
        SUITE,
        SCRIPTED,
        episodes=2,
        seed=10,
        out=tmp_path,
        workers=2,
        weights={"w": "1"},
        on_episode=lambda e: seen.append(e.key),
        progress=False,
    )
    assert sorted(seen) == [(t.id, s) for t in sorted(SUITE.tasks, key=lambda t: t.id) for s in (10, 11)]
    assert (report["suite"], report["planner"], report["episodes"], report["errored"]) == ("three", "scripted", 6, 0)
    assert report["success_rate"] == 1.0 and report["made_by"]["weights"] == {"w": "1"}
    assert json.loads((tmp_path / "report.json").read_text()) == report
    assert len((tmp_path / "episodes.jsonl").read_text().splitlines()) == 6
    assert json.loads((tmp_path / "config.json").read_text())["version"] == 1


def test_a_worker_repeats_what_this_process_does(tmp_path: Path) -> None:
    run(tmp_path / "here", workers=0)
    run(tmp_path / "there", workers=2)
    here, there = (
        {e.key: without_times(e.to_dict()) for e in read_episodes(tmp_path / d / "episodes.jsonl")}
        for d in ("here", "there")
    )
    assert here == there


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    run(tmp_path, episodes=1, workers=0)
    first = (tmp_path / "episodes.jsonl").read_text()
    run(tmp_path, episodes=2, workers=0)
    both = (tmp_path / "episodes.jsonl").read_text()
    assert both.startswith(first) and len(both.splitlines()) == 6
    report = run(tmp_path, episodes=2, workers=0)
    assert (tmp_path / "episodes.jsonl").read_text() == both
    assert report["episodes"] == 6 and report["seconds"]["wall"] > 0


def test_a_torn_last_line_is_run_again(tmp_path: Path) -> None:
    run(tmp_path, episodes=1, workers=0)
    path = tmp_path / "episodes.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert len(read_episodes(path)) == 2
    report = run(tmp_path, episodes=1, workers=0)
    assert report["episodes"] == 3 and report["success_rate"] == 1.0


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "episodes.jsonl"
    path.write_text('{"suite": "s"}\n')
    with pytest.raises(ValueError, match=r"episodes\.jsonl:1"):
        read_episodes(path)


def test_a_killed_worker_loses_one_episode_and_nothing_recorded(tmp_path: Path) -> None:
    factory = ScriptFactory(kill_on=("block-on-block", 10), marker=tmp_path / "killed")
    report = run(tmp_path, replace(SCRIPTED, factory=factory))
    assert (report["episodes"], report["errored"], report["success_rate"]) == (6, 1, 1.0)
    (errored,) = [e for e in read_episodes(tmp_path / "episodes.jsonl") if e.error is not None]
    assert errored.key == ("block-on-block", 10) and errored.error == "worker killed (signal 9)"
    assert errored.ended_by == "error" and errored.success is None
    again = run(tmp_path, replace(SCRIPTED, factory=factory))
    assert (again["episodes"], again["errored"]) == (6, 0)


def test_a_planner_that_raises_is_errored(tmp_path: Path) -> None:
    factory = ScriptFactory(raise_on=("pick-up", 11))
    report = run(tmp_path, replace(SCRIPTED, factory=factory), workers=0)
    assert (report["errored"], report["success_rate"]) == (1, 1.0)


def test_a_folder_holds_one_run(tmp_path: Path) -> None:
    run(tmp_path, episodes=1, workers=0)
    with pytest.raises(ValueError, match="holds a run with planner 'scripted', not 'other'"):
        run(tmp_path, replace(SCRIPTED, planner="other"), workers=0)
    with pytest.raises(ValueError, match="holds a run with version 1, not 2"):
        run(tmp_path, suite=replace(SUITE, version=2), workers=0)
    with pytest.raises(ValueError, match=r"holds a run with weights \{\}, not \{'adapter'"):
        evaluate(SUITE, SCRIPTED, episodes=1, seed=10, out=tmp_path, workers=0, weights={"adapter": "other"})


def test_what_cannot_run_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no language model 'nobody'"):
        run(tmp_path / "a", replace(SCRIPTED, factory=NoPlanner()))
    full = SceneSpec(tuple(ObjectSpec(f"{c} box") for c in ("red", "green", "blue", "pink", "cyan", "gray", "white")))
    crowd = Suite("crowd", (*SUITE.tasks, Task("many", ("do it",), full, goal="(near red_box blue_box)")))
    with pytest.raises(ValueError, match="no room"):
        run(tmp_path / "b", suite=crowd)
    assert not (tmp_path / "b").exists()
    with pytest.raises(ValueError, match="at least 1"):
        run(tmp_path / "c", episodes=0)


def test_each_of_several_runs_has_a_folder(tmp_path: Path) -> None:
    assert folders(tmp_path, [("s", "p")]) == {("s", "p"): tmp_path}
    assert folders(tmp_path, [("s", "p"), ("s", "q")])["s", "q"] == tmp_path / "s" / "q"


def test_failures_are_filmed(tmp_path: Path) -> None:
    suite = Suite("wrong", (replace(BASICS.task("block-in-bowl"), suite="", goal="(on red_block blue_bowl)"),))
    run(tmp_path, replace(SCRIPTED, videos="failures"), episodes=1, workers=0, suite=suite)
    video = tmp_path / "videos" / "block-in-bowl-10.mp4"
    assert video.stat().st_size > 5000


@pytest.mark.slow
def test_an_interrupt_leaves_a_folder_that_can_be_resumed(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/evaluate.py", "--planner", "oracle", "--episodes", "50", "--out", str(tmp_path)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command,
        cwd=root,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        # What a shell starts in the background, and all that comes of it, ignores interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    record = tmp_path / "episodes.jsonl"
    deadline = time.monotonic() + 60
    try:
        while not (record.exists() and record.read_bytes().count(b"\n") >= 3):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    recorded = read_episodes(record)
    assert len(recorded) >= 3
    assert json.loads((tmp_path / "report.json").read_text())["episodes"] == len(recorded)
