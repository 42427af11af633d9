from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from envs.record import Episode, without_times
from scripts.cli import FAILED, MISUSED, OK, run_cli
from scripts.free_task import drawn_objects, known_task, make_task
from scripts.planner_factory import PlannerFactory, full_goal
from scripts.run_task import Args, main


def run(capsys: pytest.CaptureFixture[str], out: Path, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run_cli(main, Args, [*arguments, "--out", str(out)])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.mark.slow
def test_an_instruction_is_carried_out_and_written_down(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, tmp_path, "Put the red block in the blue bowl.", "--planner", "oracle", "--seed", "2")
    assert code == OK
    assert "pick(red block)" in out and "carried out" in out
    assert "tabletop-basics/block-in-bowl" in out
    (folder,) = tmp_path.iterdir()
    written = json.loads((folder / "transcript.json").read_text())
    episode = Episode.from_dict(written["episode"])
    assert episode.success and episode.seed == 2
    assert [d["kind"] for d in written["decisions"]] == ["act", "act", "finish"]
    assert written["decisions"][0]["candidates"][0]["text"] == "pick(red block)"
    assert "carried out" in (folder / "transcript.txt").read_text()
    video = folder / "video.mp4"
    assert video.stat().st_size > 5000
    assert str(video) in out and str(folder / "transcript.txt") in out


def test_json_is_all_there_is_on_standard_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ("--task", "tabletop-basics/tower-of-three", "--planner", "oracle", "--video", "none", "--json")
    code, out, err = run(capsys, tmp_path, *arguments)
    assert code == OK
    record = json.loads(out)
    assert record["suite"] == "tabletop-basics" and record["task"] == "tower-of-three"
    assert record["success"] is True and record["ended_by"] == "finish"
    assert "carried out" in err
    _, again, _ = run(capsys, tmp_path, *arguments)
    assert without_times(json.loads(again)) == without_times(record)


@pytest.mark.slow
def test_the_default_planner_says_what_it_weighed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    instruction = "put the red block in the blue bowl"
    _, out, shown = run(capsys, tmp_path, instruction, "--video", "none", "--json")
    record = json.loads(out)
    assert record["error"] is None and record["model"] == "embedded" and record["steps"]
    assert all(s["language"] < 0.0 < s["feasibility"] <= 1.0 for s in record["steps"])
    assert record["tokens"]["prompt"] > 0
    assert "language" in shown and "feasible" in shown


@pytest.mark.slow
def test_without_a_goal_there_is_no_verdict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, tmp_path, "tidy up a bit", "--planner", "random", "--video", "none", "--json")
    record = json.loads(out)
    assert record["success"] is None and record["ended_by"] == "budget"
    assert code == FAILED


def test_a_given_goal_is_judged(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    flags = ("--objects", "red block, white plate", "--goal", "(on red_block white_plate)", "--video", "none")
    code, out, _ = run(capsys, tmp_path, "serve the red block", "--planner", "oracle", *flags)
    assert code == OK
    assert "yes (on red_block white_plate)" in out


@pytest.mark.slow
def test_a_video_goes_where_it_is_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    task = ("--task", "tabletop-basics/pick-up")
    assert run(capsys, tmp_path / "runs", *task, "--planner", "oracle", "--video", str(video))[0] == OK
    assert video.stat().st_size > 2000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to do"),
        (("x", "--planner", "oracel"), "nearest is 'oracle'"),
        (("x", "--robot", "pandas", "--planner", "oracle"), "nearest is 'panda'"),
        (("x", "--objects", "red blok", "--planner", "oracle"), "red block"),
        (("x", "--scene", "tabeltop"), "tabletop"),
        (("--task", "tabletop-basics/tower-of-tree"), "tower-of-three"),
        (("--task", "tower-of-three"), "SUITE/ID"),
        (("x", "--disturb", "slap=0.1", "--planner", "oracle"), "'slip'"),
        (("x", "--objects", "red block", "--goal", "(on red_block blue_block)"), "blue block"),
        (("x", "--video", "film.gif", "--planner", "oracle"), ".mp4"),
        (("--task", "tabletop-basics/pick-up", "--objects", "red block"), "--objects"),
        (("x", "--model", "no-such-model", "--planner", "saycan"), "no-such-model"),
    ],
)
def test_wrong_calls(capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(capsys, tmp_path, *arguments)
    assert code == MISUSED
    assert out == "" and err.count("\n") == 1 and said in err
    assert not list(tmp_path.iterdir())


def test_the_scene_has_what_the_instruction_speaks_of() -> None:
    rng = np.random.default_rng(0)
    assert drawn_objects("Put the red block in the blue bowl", rng) == ["red block", "blue bowl"]
    assert drawn_objects("stack red block 2 on the red block", rng) == ["red block 2", "red block"]
    blocks = drawn_objects("stack the blocks", rng)
    assert len(blocks) == 3 and all(name.endswith(" block") for name in blocks)
    pairs = drawn_objects("put the blocks in the bowls of their colors", rng)
    assert {n.split()[0] for n in pairs if n.endswith("block")} == {n.split()[0] for n in pairs if n.endswith("bowl")}
    assert drawn_objects("put a block in the boxes", rng)[0].endswith("block")
    assert "red block" in drawn_objects("do something", rng)
    assert set(drawn_objects("bring the red blocks", rng)) == {"red block", "red block 2"}


def test_a_known_wording_brings_its_goal() -> None:
    found = known_task("Stack the yellow block on the purple block!")
    assert found is not None and found.goal == "(on yellow_block purple_block)"
    assert known_task("stack the yellow block on the moon") is None
    assert make_task("Stack the yellow block on the purple block").name == "tabletop-basics/block-on-block"
    assert make_task("stack the yellow block on the purple block", objects="yellow block, purple block").goal is None


def test_the_same_seed_draws_the_same_scene() -> None:
    assert make_task("stack the blocks", seed=3) == make_task("stack the blocks", seed=3)
    assert make_task("stack the blocks", seed=3) != make_task("stack the blocks", seed=4)


def test_only_goals_that_can_be_reached_are_handed_on() -> None:
    assert full_goal(make_task(task="tabletop-basics/pick-up")) == "(and (holding red_block))"
    assert full_goal(make_task(task="tabletop-basics/missing-object")) is None
    assert full_goal(make_task("do something")) is None
    assert PlannerFactory("oracle")(make_task("do something"), 0).name == "oracle"
