import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TASKS = """\
suite: small
version: 1
tasks:
  - id: in-bowl
    instruction: put the red block in the blue bowl
    scene: {objects: [red block, blue bowl]}
    goal: (in red_block blue_bowl)
    max_steps: 2
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, f"scripts/{script}.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_planners_are_run_on_a_task_file_and_compared(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(TASKS)
    out = tmp_path / "out"
    arguments = [
        "--suite",
        str(tmp_path / "small.yaml"),
        "--planner",
        "oracle",
        "--planner",
        "random",
        "--episodes",
        "3",
    ]
    done = run("evaluate", *arguments, "--workers", "1", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    reports = json.loads(done.stdout)
    assert [r["planner"] for r in reports] == ["oracle", "random"]
    assert reports[0]["success_rate"] == 1.0 and reports[0]["model"] == ""
    assert (out / "small" / "oracle" / "episodes.jsonl").read_text().count("\n") == 3
    (pair,) = json.loads((out / "comparison.json").read_text())["pairs"]
    assert (pair["a"], pair["b"], pair["pairs"]) == ("oracle", "random", 3)
    again = run("evaluate", *arguments, "--out", str(out))
    assert again.returncode == 0 and "McNemar" in again.stdout and "in-bowl" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--suite", "tabletop-basic"], ["'tabletop-basics'"]),
        (["--planner", "orakle"], ["'oracle'"]),
        (["--planner", "oracle", "--workers", "some"], ["'some'"]),
        (["--planner", "oracle", "--disturb", "slip"], ["KIND=VALUE"]),
        (["--suite", "{file}"], ["tasks.yaml:2:", "'version'"]),
    ],
)
def test_a_wrong_call_is_one_line(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "tasks.yaml"
    file.write_text(TASKS.replace("version", "verson"))
    given = [a.format(file=file) for a in arguments]
    done = run("evaluate", *given, "--episodes", "1", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_rollouts_are_collected(tmp_path: Path) -> None:
    done = run("collect", "--episodes", "1", "--workers", "0", "--out", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 8 <= told["calls"] <= 12 and Path(told["file"]).is_file()
