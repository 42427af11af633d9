"""Collecting, training and measuring from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.feasibility.weights import load
from scripts import collect, evaluate_feasibility, train_feasibility
from scripts.cli import MISUSED, OK, run_cli
from tests.planner.feasibility_rollouts import write_rollouts


def run(script: Any, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run_cli(script.main, script.Args, arguments)
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.mark.slow
def test_training_writes_all_that_belongs_to_a_model(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    data, out, fresh = write_rollouts(tmp_path / "data", 60), tmp_path / "out", tmp_path / "fresh"
    arguments = ("--data", str(data), "--out", str(out), "--epochs", "1", "--json")
    code, printed, _ = run(train_feasibility, capsys, *arguments)
    assert code == OK and json.loads(printed) == json.loads((out / "feasibility.json").read_text())
    weights, card = out / "feasibility.safetensors", (out / "feasibility.md").read_text()
    assert (out / "curve.png").stat().st_size > 5000
    trained = load(weights, baselines=True)
    assert trained.source["sha256"] in card and "scripts/train_feasibility.py --data" in card
    assert "--epochs 1" in card
    again = weights.read_bytes()
    run(train_feasibility, capsys, *arguments)  # takes up the checkpoints, which are complete
    assert weights.read_bytes() == again

    measure = ("--out", str(fresh), "--episodes", "2", "--weights", str(weights))
    code, printed, _ = run(evaluate_feasibility, capsys, *measure, "--json")
    measured = json.loads(printed)
    assert code == OK and measured == json.loads((fresh / "feasibility.json").read_text())
    assert measured["n"] > 5 and {"auroc", "ece", "brier", "per_skill", "sequence", "baselines"} <= set(measured)
    code, printed, _ = run(evaluate_feasibility, capsys, *measure)
    assert code == OK and "| baseline: blind |" in printed


@pytest.mark.slow
def test_collecting_says_how_much_there_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ("--out", str(tmp_path), "--episodes", "1", "--workers", "0", "--family", "desk", "--robot", "panda")
    code, printed, _ = run(collect, capsys, *arguments, "--json")
    said = json.loads(printed)
    lines = (tmp_path / "rollouts.jsonl").read_text().splitlines()
    assert code == OK and said["calls"] == sum(len(json.loads(line)["steps"]) for line in lines)
    assert {json.loads(line)["scene"]["family"] for line in lines} == {"desk"}


@pytest.mark.parametrize(
    ("script", "arguments", "said"),
    [
        (collect, ("--family", "garden"), "unknown scene family 'garden'"),
        (collect, ("--robot", "pandaa"), "the nearest is 'panda'"),
        (collect, ("--episodes", "0"), "expected at least 1"),
        (train_feasibility, ("--data", "nowhere"), "scripts/collect.py makes them"),
        (evaluate_feasibility, ("--weights", "nowhere"), "no weights at nowhere"),
    ],
)
def test_bad_input_gets_one_line(
    script: Any, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, told = run(script, capsys, "--out", str(tmp_path), *arguments)
    assert code == MISUSED and said in told and "Traceback" not in told
