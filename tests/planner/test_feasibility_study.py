from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.study import figures, scaling, speed
from planner.feasibility.study.compare import Line, compare, conclusion
from planner.feasibility.study.page import Results, write_page
from planner.feasibility.study.rows import LONG, load_prepared, prepare
from planner.feasibility.study.runs import Log, StudyWork, parameters_of
from planner.feasibility.study.scaling import Cell, fit_scaling
from planner.feasibility.study.sections import BRIER, STEPS
from planner.feasibility.study.uses import bytes_of, network_for, rows_for
from planner.feasibility.study.variants import (
    AS_TRAINED,
    GROUPS,
    REFERENCE,
    Job,
    Setting,
    Use,
    chosen,
    entries,
    variants,
)
from planner.feasibility.tokens import Vocabulary
from planner.feasibility.training import answers_of
from scripts.study_feasibility import Args, main
from tests.planner.feasibility_rollouts import write_rollouts

SMALL = Setting(1.0, 1, 1, 32, NetworkConfig(width=64, layers=1, heads=2, kv_heads=1, hidden=64, window=2))


@pytest.fixture(scope="module", autouse=True)
def as_it_was() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="module")
def rollouts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Plans of up to two steps to train on; longer ones, of other scenes."""
    folder = tmp_path_factory.mktemp("study")
    for name, seed, wanted in (("data", 0, (1, 2)), ("long", 1000, (3, 4))):
        file = write_rollouts(folder / name, 60, seed) / "rollouts.jsonl"
        lines = [x for x in file.read_text().splitlines(keepends=True) if len(json.loads(x)["calls"]) in wanted]
        file.write_text("".join(lines))
    return folder / "data", folder / "long"


@pytest.fixture(scope="module")
def prepared(rollouts: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(*rollouts, tmp_path_factory.mktemp("prepared"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "ROUNDS", 2)
    monkeypatch.setattr(speed, "SECONDS", 0.0)
    monkeypatch.setattr(figures, "DRAWS", 20)
    monkeypatch.setattr(scaling, "DRAWS", 20)


@pytest.mark.slow
def test_a_study_that_was_stopped_goes_on_and_ends_in_a_page(
    rollouts: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("planner.feasibility.study.variants.Setting", lambda *_: SMALL)
    args = Args(*rollouts, tmp_path, ("evidence",), 1, 1.0, 1, 1, "0", tmp_path / "docs", json=True)
    assert main(args) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["runs"] == 2 and not first["failed"]
    assert {"evidence", "precision", "window"} >= set(first["conclusions"]) >= {"evidence", "precision"}
    page = (tmp_path / "docs" / "feasibility.md").read_text(encoding="utf-8")
    assert "never told" in page and "bf16" in page
    for picture in re.findall(r"\]\((images/[^)]+)\)", page):
        assert (tmp_path / "docs" / picture).stat().st_size > 1000
    assert not list((tmp_path / "checkpoints").glob("*.pt"))

    # As if it had been killed while it wrote the last run: that one is made again, the other is not.
    file = tmp_path / "study.jsonl"
    runs = [line for line in file.read_text().splitlines() if '"kind":"run"' in line]
    file.write_text(runs[0] + "\n" + runs[1][:500])
    assert main(args) == 0
    again = [line for line in file.read_text().splitlines() if '"kind":"run"' in line]
    assert again[0] == runs[0] and len(again) == 2
    same = ("key", "variant", "curve", "uses")
    assert {k: json.loads(again[1])[k] for k in same} == {k: json.loads(runs[1])[k] for k in same}
    assert json.loads(capsys.readouterr().out)["conclusions"].keys() == first["conclusions"].keys()


def test_the_variants_are_shown_without_training(
    rollouts: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(Args(*rollouts, tmp_path, dry_run=True)) == 0
    said = capsys.readouterr().out
    assert "ALiBi" in said and "CPU minutes" in said
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="unknown group 'depth'; expected one of: positions"):
        main(Args(*rollouts, tmp_path, groups=("depth",)))


def test_variants_differ_from_the_reference_in_one_thing() -> None:
    found = variants(Setting())
    reference = found[0]
    assert reference.name == REFERENCE
    assert {g for v in found for g in v.labels} == set(GROUPS)
    assert len({v.name for v in found}) == len(found)
    for variant in chosen(found, [g for g in GROUPS if g != "scaling"])[1:]:
        ours, theirs = variant.training, reference.training
        changed = [k for k in ours.network.__dict__ if getattr(ours.network, k) != getattr(theirs.network, k)]
        assert len(changed) + (ours.forget != theirs.forget) == 1
    assert len(entries(found, "positions")) == 7
    assert [e.label for e in entries(found, "precision")] == ["fp32", "bf16", "int8"]
    keys = {Job(v, s, "data").key for v in found for s in range(3)}
    assert len(keys) == 3 * len(found)
    for variant in found:  # all of them can be made
        assert parameters_of(variant.training.network, Vocabulary((), ())) > 0


def test_what_was_prepared_is_read_as_it_was(rollouts: tuple[Path, Path], prepared: Path) -> None:
    assert prepare(*rollouts, prepared.parent) == prepared
    found = load_prepared(prepared)
    assert found.limits.steps == 2 and found.sets[LONG].rows.planned.shape[1] == 4
    train = found.sets["train"]
    assert train.rows.scenes.points.dtype == torch.float64
    assert len(train.rows.plan) > train.plans == int(train.rows.plan.max()) + 1
    half, quarter = train.part(0.5, seed=1), train.part(0.25, seed=1)
    assert set(quarter.scene.tolist()) < set(half.scene.tolist()) < set(train.scene.tolist())
    assert half.plans == int(half.rows.plan.max()) + 1
    with pytest.raises(ValueError, match=r"no plan in .* has more than 4 steps"):
        prepare(rollouts[1], rollouts[0], prepared.parent)


def test_a_run_measures_all_uses_of_a_variant(prepared: Path, tmp_path: Path) -> None:
    reference = variants(SMALL)[0]
    job = Job(reference, 0, "data")
    record = StudyWork(prepared, tmp_path)(job)
    assert set(record["uses"]) == {u.label for u in reference.uses}
    as_trained = record["uses"]["as trained"]
    assert as_trained["validation"]["beyond"] is None
    assert as_trained[LONG]["beyond"]["n"] < as_trained[LONG]["auroc"]["n"]
    assert len(as_trained["validation"]["loss"]["draws"]) == 20
    wide = record["uses"]["4 steps, trained with 2"]
    assert wide["validation"] == as_trained["validation"]  # no plan there is longer than the window
    log = Log(tmp_path / "study.jsonl")
    log.append(record)
    assert log.of([job])[REFERENCE, 0] == json.loads(json.dumps(record))


def test_fewer_bits_say_nearly_the_same(prepared: Path, tmp_path: Path) -> None:
    rows = load_prepared(prepared).sets["validation"].rows
    torch.manual_seed(0)
    network = FeasibilityNetwork(SMALL.network, load_prepared(prepared).vocabulary)
    whole = answers_of(network, rows).success
    for name in ("bfloat16", "int8"):
        use = Use(precision=name)
        short = network_for(network, use)
        assert bytes_of(short) < 0.8 * bytes_of(network)
        said = answers_of(short, rows_for(rows, use)).success
        torch.testing.assert_close(said, whole, rtol=0.0, atol=0.1)
        assert not torch.equal(said, whole)
    assert torch.equal(answers_of(network_for(network, AS_TRAINED), rows).success, whole)  # unchanged itself
    with pytest.raises(ValueError, match="unknown precision 'int4'; expected one of: float32"):
        network_for(network, Use(precision="int4"))


def made_up(value: float, spread: float, rng: np.random.Generator) -> dict[str, Any]:
    """A figure; its draws move together for all variants, as those of the same scenes do."""
    weather = 0.02 * np.random.default_rng(0).standard_normal(100)
    found = value + spread * rng.standard_normal()
    return {"value": found, "n": 100, "successes": 50, "draws": (found + weather).tolist()}


def made_up_run(variant: Any, seed: int, value: float, loss: float, rng: np.random.Generator) -> dict[str, Any]:
    def side(worse: float) -> dict[str, Any]:
        better = ("auroc", "told", "beyond", "plans")
        figures = {name: made_up(value - worse, 0.001, rng) for name in better}
        return figures | {name: made_up(loss + worse, 0.001, rng) for name in ("brier", "loss")}

    return {
        "variant": variant.name,
        "seed": seed,
        "plans": round(20_000 * variant.fraction) + seed,
        "training": {"epochs": variant.training.epochs},
        "parameters": 0,
        "seconds": 60.0,
        "uses": {u.label: {"validation": side(0.0), LONG: side(0.05)} for u in variant.uses},
    }


def test_a_difference_is_told_from_chance() -> None:
    found, rng = variants(Setting()), np.random.default_rng(3)
    heads = entries(found, "heads")
    values = {e.variant.name: v for e, v in zip(heads, (0.90, 0.88, 0.9003), strict=True)}
    runs = {(v.name, s): made_up_run(v, s, values.get(v.name, 0.9), 0.1, rng) for v in found for s in range(3)}
    lines = compare(runs, heads, STEPS)
    assert [x.verdict for x in lines] == ["level", "behind", "level"]
    assert lines[1].gain == pytest.approx(-0.02, abs=lines[1].gain_error)
    assert lines[1].gain_error < 0.01 < lines[1].error  # scenes are hard or easy for all alike
    said = conclusion(lines, STEPS)
    assert "1 group (\N{MINUS SIGN}0.0" in said and "is worse than the reference, 2 groups" in said
    assert "between 4 groups, all and the reference there is no difference beyond the interval" in said
    assert compare({k: r for k, r in runs.items() if k[1] == 0}, heads, STEPS)[1].gain_error < 0.01
    assert compare({}, heads, STEPS) == []
    for seed in range(3):  # the same weights, and nothing told differently
        uses = runs[REFERENCE, seed]["uses"]
        uses["16 steps, trained with 8"] = uses["as trained"]
    assert compare(runs, entries(found, "window"), STEPS)[1][3:] == (0.0, 0.0)
    less = [Line("a", 0.1, 0.01, None, 0.0), Line("b", 0.2, 0.01, -0.1, 0.02)]
    assert "b (\N{MINUS SIGN}0.100" in conclusion(less, BRIER)


def test_a_power_law_is_found_again() -> None:
    rng, weather = np.random.default_rng(0), 0.005 * np.random.default_rng(1).standard_normal(50)

    def cells(slope: float) -> list[Cell]:
        made = []
        for n in (5e4, 2e5, 8e5):
            for d in (1e3, 2e3, 4e3, 8e3, 1.6e4):
                values = 0.2 + slope * 60.0 / n**0.6 + 12.0 / d**0.55 + 0.002 * rng.standard_normal(3)
                made.append(Cell(n, d, values, values[:, None] + weather))
        return made

    law = fit_scaling(cells(1.0), 8e5)
    assert law is not None and law.both
    true = 0.2 + 60.0 / 8e5**0.6 + 12.0 / 1.6e5**0.55
    middle, low, high = law.forecast(8e5, 1.6e5)
    assert low <= true <= high and middle == pytest.approx(true, abs=0.02)
    flat = fit_scaling(cells(0.0), 8e5)
    assert flat is not None and not flat.both
    assert fit_scaling(cells(1.0)[:2], 5e4) is None


def test_a_page_is_made_of_numbers(tmp_path: Path) -> None:
    found, rng = variants(Setting()), np.random.default_rng(5)
    runs = {}
    for variant in found:
        size = parameters_of(variant.training.network)
        loss = 0.15 + 8.0 / (20_000 * variant.fraction) ** 0.5 + 20.0 / size**0.5
        for seed in range(3):
            runs[variant.name, seed] = made_up_run(variant, seed, 1.0 - loss / 2.0, loss, rng) | {"parameters": size}
    sides = {"plans": 22_000, "steps": 50_000, "episodes": 3_000, "seeds": [0, 2_999]}
    speeds = {
        speed.speed_key(v, u): {"first": [9e3, 1e4], "last": [8e3, 9e3], "cache_bytes": 2048.0, "bytes": 3e6}
        for v in found
        for u in v.uses
    }
    concluded = write_page(Results(found, runs, speeds, sides | {LONG: sides}, "a processor"), tmp_path)
    assert list(concluded) == ["positions", "heads", "window", "evidence", "precision", "scaling"]
    page = (tmp_path / "feasibility.md").read_text(encoding="utf-8")
    assert "nan" not in page and "None" not in page
    assert "forecast for 10 times more data (200,0" in page
    assert "*E + A / N^a + B / D^b*" in page
    for picture in re.findall(r"\]\((images/[^)]+)\)", page):
        assert (tmp_path / picture).stat().st_size > 1000
