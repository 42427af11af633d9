from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.benchmark import Args, machine, main
from scripts.cli import OK, run_cli
from scripts.simulator_speed import measure_parts, measure_sim, rate


def test_the_simulator_is_measured() -> None:
    figures = measure_sim(seconds=0.3, seed=0)
    assert set(figures) == {
        "steps_per_second",
        "resets_per_second",
        "restores_per_second",
        "control_steps_per_second",
        "environment_steps_per_second",
        "skills_per_cpu_second",
        "pick_place_cpu_seconds",
    }
    assert all(value > 0.0 for value in figures.values())
    assert figures["steps_per_second"] > figures["control_steps_per_second"]
    # Generous: a test machine is shared. The figures that count are those of `scripts/benchmark.py`.
    assert figures["pick_place_cpu_seconds"] < 3.0


def test_the_parts_of_a_skill_add_up() -> None:
    parts = measure_parts(seconds=0.3, seed=0)
    assert parts["total"] == pytest.approx(sum(v for name, v in parts.items() if name != "total"))
    assert parts["physics"] > parts["snapshots"]


def test_a_rate_is_in_processor_seconds() -> None:
    counted: list[int] = []
    assert rate(counted.append, 0.02) > 100.0
    assert counted[:3] == [0, 1, 2]


def test_the_machine_is_said() -> None:
    said = machine()
    assert said["cores"] >= 1 and said["processor"] is not None


@pytest.mark.slow
def test_all_parts_are_measured_and_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "benchmark.json"
    with pytest.raises(SystemExit) as ended:
        run_cli(main, Args, ["--seconds", "0.2", "--decisions", "1", "--out", str(out), "--json"])
    assert ended.value.code == OK
    measured = json.loads(capsys.readouterr().out)
    assert measured == json.loads(out.read_text())
    assert set(measured) == {"sim", "pick_place_parts", "feasibility", "language", "machine"}
    rates = {"calls_per_second", "beam_extensions_per_second", "batch_of_256_steps_per_second", "one_step_seconds"}
    assert set(measured["feasibility"]) == {"parameters", *rates}
    assert set(measured["language"]) == {"decision_seconds_p50", "candidates", "prompt_tokens", "tokens_per_second"}
    assert all(value > 0 for part in ("feasibility", "language") for value in measured[part].values())
