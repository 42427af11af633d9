from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from envs.attempt_report import claim, read_records, summarize
from envs.paired import compare_pairs, spread


def record(seed: int, failed: tuple[int, int], **more: Any) -> dict[str, Any]:
    names = ("preconditions", "feasibility")
    return {
        "kind": "far-plates",
        "seed": seed,
        "why": "far",
        "obvious": failed[0] == 0,
        "solvable": True,
        "confident": 1.0,
        "orders": {n: {"failed": f, "solved": True, "tried": [0]} for n, f in zip(names, failed, strict=True)},
        "samplers": {},
        "cpu_seconds": 1.0,
        "error": None,
        **more,
    }


def test_differences_and_ratios_have_intervals() -> None:
    rng = np.random.default_rng(0)
    theirs = rng.poisson(6.0, 200) + 1
    ours = rng.poisson(2.0, 200) + 1
    found = compare_pairs(ours.tolist(), theirs.tolist())
    assert found["pairs"] == 200
    mean = found["difference"]["mean"]
    assert mean["value"] == pytest.approx(float(np.mean(ours - theirs)))
    # Of independent samples the spread of the mean is known.
    half = 1.96 * math.sqrt(float(np.var(ours - theirs)) / 200)
    assert mean["ci95"] == pytest.approx([mean["value"] - half, mean["value"] + half], abs=0.1)
    ratio = found["ratio"]["of_means"]
    assert ratio["value"] == pytest.approx(ours.sum() / theirs.sum())
    assert ratio["ci95"][0] < ratio["value"] < ratio["ci95"][1]
    assert found["ratio"]["median_of_pairs"]["value"] == pytest.approx(float(np.median(ours / theirs)))
    assert compare_pairs(ours.tolist(), theirs.tolist()) == found


def test_what_cannot_be_told_is_none() -> None:
    assert spread([]) == {"mean": None, "median": None}
    assert compare_pairs([], [])["difference"]["mean"] == {"value": None, "ci95": None}
    assert compare_pairs([1.0], [2.0])["ratio"]["of_means"] == {"value": 0.5, "ci95": None}
    nothing = compare_pairs([1.0, 2.0], [0.0, 0.0])
    assert nothing["ratio"]["of_means"] == {"value": None, "ci95": None}
    assert nothing["ratio"]["median_of_pairs"] == {"value": None, "ci95": None}
    assert nothing["difference"]["mean"]["value"] == 1.5
    json.dumps(nothing, allow_nan=False)


def test_views_leave_nothing_out_silently() -> None:
    lost = {n: {"failed": 24, "solved": False, "tried": []} for n in ("preconditions", "feasibility")}
    records = [
        record(0, (0, 2)),
        record(1, (6, 0)),
        record(2, (9, 1)),
        record(3, (24, 24), solvable=False, orders=lost),
        {"kind": "far-plates", "seed": 4, "error": "ValueError: no room"},
    ]
    found = summarize(records)
    assert found["episodes"] == 5 and found["errored"] == [["far-plates", 4, "ValueError: no room"]]
    figures = found["by_kind"]["far-plates"]
    assert figures == found["by_reason"]["far"] == found["all"]
    assert figures["unsolvable"] == [["far-plates", 3]] and figures["obvious"]["count"] == 1
    sizes = {name: view["episodes"] for name, view in figures["views"].items()}
    assert sizes == {"all": 4, "solvable": 3, "not_obvious": 2}
    everything, hard = figures["views"]["all"], figures["views"]["not_obvious"]
    assert everything["orders"]["preconditions"] == {"mean": 39 / 4, "median": 7.5, "solved": 3}
    assert hard["orders"]["feasibility"] == {"mean": 0.5, "median": 0.5, "solved": 2}
    assert hard["against"]["preconditions"]["feasibility"]["ratio"]["of_means"]["value"] == pytest.approx(1 / 15)
    assert list(everything["against"]) == ["preconditions"]
    assert summarize([])["all"]["views"]["all"]["orders"] == {}


def test_iterations_count_the_attempt_that_worked() -> None:
    records = [record(k, (3, k), samplers={"llm3-random": {"iterations": 10 + k, "solved": k > 0}}) for k in range(4)]
    measured = summarize(records)["all"]["iterations"]
    assert measured["attempts"]["feasibility"] == {"mean": 2.5, "median": 2.5}
    sampler = measured["samplers"]["llm3-random"]
    assert sampler["mean"] == 11.5 and sampler["gave_up"] == 1
    assert sampler["ours"]["feasibility"]["ratio"]["of_means"]["value"] == pytest.approx(10 / 46)
    assert "iterations" not in summarize([record(0, (1, 1))])["all"]


def test_records_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "attempts.jsonl"
    assert read_records(path) == []
    lines = [json.dumps(record(k, (k, 0))) for k in (0, 1)]
    path.write_text("\n".join([*lines, json.dumps(record(0, (7, 7))), lines[0][:40]]))
    found = read_records(path)
    assert [(r["seed"], r["orders"]["feasibility"]["failed"]) for r in found] == [(0, 7), (1, 0)]
    assert path.read_text().count("\n") == 3 and path.read_text().endswith("\n")
    path.write_text("{}\n" + lines[0] + "\n")
    with pytest.raises(ValueError, match=r"attempts\.jsonl:1 is no episode"):
        read_records(path)


def test_a_folder_holds_one_run(tmp_path: Path) -> None:
    claim(tmp_path, {"weights": "a", "cap": 24})
    claim(tmp_path, {"weights": "a", "cap": 24})
    with pytest.raises(ValueError, match="holds a run with weights 'a', not 'b'"):
        claim(tmp_path, {"weights": "b", "cap": 24})
