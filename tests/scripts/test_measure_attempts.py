"""Trying plans in several orders, from the command line, with a network that knows nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.tokens import Vocabulary
from planner.feasibility.weights import Limits, Trained, save
from scripts.cli import MISUSED, OK, run_cli
from scripts.measure_attempts import Args, main
from sim.catalog import CATEGORIES
from skills.registry import specs

ORDERS = [
    *("preconditions", "preconditions+memory", "random"),
    *("feasibility", "feasibility+memory", "feasibility+evidence"),
]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    vocabulary = Vocabulary(tuple(s.name for s in specs()), tuple(sorted(CATEGORIES)))
    network = FeasibilityNetwork(NetworkConfig(layers=1), vocabulary)
    path = tmp_path_factory.mktemp("weights") / "random.safetensors"
    save(Trained(network.eval().requires_grad_(False), Limits(objects=16, steps=8)), path)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run_cli(main, Args, arguments)
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.mark.slow
def test_orders_are_compared_and_a_run_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, weights: Path
) -> None:
    usual = (
        "--weights",
        str(weights),
        "--out",
        str(tmp_path),
        "--workers",
        "0",
        "--cap",
        "4",
        "--kind",
        "hemmed-block",
    )
    code, printed, _ = run(capsys, *usual, "--episodes", "1", "--json")
    report = json.loads(printed)
    assert code == OK and report == json.loads((tmp_path / "attempts.json").read_text())
    assert report["episodes"] == 1 and list(report["by_kind"]) == ["hemmed-block"]
    first = (tmp_path / "attempts.jsonl").read_text()
    record = json.loads(first)
    assert list(record["orders"]) == ORDERS and record["candidates"] == 4 and record["error"] is None
    for trials in record["orders"].values():
        assert len(trials["tried"]) == trials["failed"] + trials["solved"] == len(set(trials["tried"])) <= 4
        assert trials["solved"] == record["solvable"]
    assert record["obvious"] == (record["orders"]["preconditions"]["failed"] == 0 and record["solvable"])
    code, printed, _ = run(capsys, *usual, "--episodes", "2")
    assert code == OK and "feasibility+evidence" in printed and "hemmed-block: 2 episodes" in printed
    assert (tmp_path / "attempts.jsonl").read_text().startswith(first)
    code, _, told = run(capsys, *usual[:6], "--cap", "5", "--kind", "hemmed-block")
    assert code == MISUSED and "holds a run with cap 4, not 5" in told


@pytest.mark.slow
def test_packing_is_compared_with_random_samples(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, weights: Path
) -> None:
    arguments = ("--weights", str(weights), "--out", str(tmp_path), "--episodes", "1", "--cap", "2")
    code, printed, _ = run(capsys, *arguments, "--kind", "llm3-packing", "--workers", "1", "--json")
    assert code == OK
    measured = json.loads(printed)["all"]["iterations"]
    assert set(measured["samplers"]) == {"llm3-random", "llm3-random-inside"}
    assert all(sampler["mean"] >= 1 for sampler in measured["samplers"].values())
    assert set(measured["attempts"]) == set(ORDERS)
    code, printed, _ = run(capsys, *arguments, "--kind", "llm3-packing")
    assert code == OK and "llm3-random-inside" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kind", "far-plate"), "no kind 'far-plate'; there are crowded-bowls"),
        (("--kind", "far-plate"), "the nearest is 'far-plates'"),
        (("--episodes", "0"), "--episodes is 0; expected at least 1"),
        (("--cap", "1"), "--cap is 1; expected at least 2"),
        (("--weights", "nowhere"), "no weights at 'nowhere'"),
        (("--robot", "pandaa"), "the nearest is 'panda'"),
    ],
)
def test_bad_input_gets_one_line(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, told = run(capsys, "--out", str(tmp_path), *arguments)
    assert code == MISUSED and said in told and told.count("\n") == 1
