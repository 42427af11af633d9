import json
from dataclasses import replace
from pathlib import Path

import pytest

from envs.provenance import made_by
from envs.record import Episode, StepRecord
from envs.report import compare, compare_all, summarize, wilson, write_json

STEP = StepRecord("pick(red block)", None, None, 3, True, None, "holding", 0.2, 3.0, 0.1)


def episode(task: str, seed: int, success: bool | None, planner: str = "a", error: str | None = None) -> Episode:
    return Episode(
        suite="s",
        task=task,
        instruction="do it",
        planner=planner,
        model="",
        seed=seed,
        success=success,
        plan_success=None if error else success,
        ended_by="error" if error else "finish",
        goal={} if error else {"(one)": True, "(two)": bool(success)},
        steps=(replace(STEP, succeeded=False, reason="GRASP_MISSED", plan_seconds=0.4), STEP),
        questions=({"question": "?", "answer": "!"},),
        error=error,
    )


def test_intervals_are_wilsons() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
    low, high = wilson(81, 263) or (0.0, 0.0)
    assert abs(low - 0.2553) < 5e-5 and abs(high - 0.3662) < 5e-5
    assert wilson(0, 0) is None


def test_errored_episodes_are_shown_and_not_counted() -> None:
    episodes = [episode("x", k, k < 3) for k in range(4)] + [episode("y", 0, None, error="RuntimeError: no")]
    report = summarize(episodes, wall=2.5, made_by={"git": None})
    assert (report["episodes"], report["errored"]) == (5, 1)
    assert report["success_rate"] == 0.75
    assert report["success_ci95"] == wilson(3, 4)
    assert report["plan_success_rate"] == 0.75
    assert report["subgoal_rate"] == pytest.approx(7 / 8)
    assert report["failures"] == {"GRASP_MISSED": 4}
    assert report["replans_per_episode"] == 1.0
    assert report["questions_per_episode"] == 1.0
    assert report["seconds"] == {
        "wall": 2.5,
        "plan_per_step_p50": pytest.approx(0.3),
        "plan_per_step_p95": pytest.approx(0.4),
        "cpu_per_episode": pytest.approx(0.2),
    }
    assert report["tasks"] == [
        {"id": "x", "episodes": 4, "successes": 3, "ci95": wilson(3, 4), "errored": 0},
        {"id": "y", "episodes": 0, "successes": 0, "ci95": None, "errored": 1},
    ]
    json.dumps(report)


def test_a_run_of_nothing_but_errors_has_no_rate() -> None:
    report = summarize([episode("x", 0, None, error="RuntimeError: no")])
    assert report["success_rate"] is None and report["success_ci95"] is None


def test_planners_are_compared_on_the_scenes_that_both_met() -> None:
    a = [episode("x", k, True) for k in range(10)]
    b = [episode("x", k, k < 4, "b") for k in range(10)] + [episode("y", 0, True, "b")]
    b[0] = episode("x", 0, None, "b", error="RuntimeError: no")
    result = compare(a, b)
    assert (result["a"], result["b"], result["pairs"]) == ("a", "b", 9)
    assert (result["both"], result["only_a"], result["only_b"], result["neither"]) == (3, 6, 0, 0)
    assert result["difference"] == pytest.approx(6 / 9)
    # Six against none: two-sided exact binomial test.
    assert result["mcnemar_p"] == pytest.approx(2 * 0.5**6)
    low, high = result["difference_ci95"]
    assert low < result["difference"] < high <= 1.0
    mirrored = compare(b, a)
    assert mirrored["difference"] == pytest.approx(-6 / 9)
    assert mirrored["difference_ci95"] == pytest.approx([-high, -low])


def test_planners_that_agree_have_an_interval_all_the_same() -> None:
    a = [episode("x", k, True) for k in range(20)]
    result = compare(a, [replace(e, planner="b") for e in a])
    low, high = result["difference_ci95"]
    assert result["difference"] == 0.0 and low < 0.0 < high and result["mcnemar_p"] == 1.0
    assert compare(a, [])["difference"] is None


def test_all_pairs_of_one_suite_are_compared() -> None:
    runs = [[replace(episode("x", 0, True, p), suite=s)] for s in ("s", "t") for p in ("a", "b", "c")]
    result = compare_all(runs)
    assert len(result["runs"]) == 6 and len(result["pairs"]) == 6


def test_what_made_a_result_is_told() -> None:
    told = made_by({"language": "abc"})
    assert told["weights"] == {"language": "abc"}
    assert told["packages"]["numpy"]
    assert set(told) == {"git", "dirty", "packages", "weights"}


def test_outside_a_checkout_there_is_no_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = made_by()
    assert told["git"] is None and told["dirty"] is None


def test_json_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.json"
    write_json(path, {"a": 1})
    write_json(path, {"a": 2})
    assert json.loads(path.read_text()) == {"a": 2}
    assert list(path.parent.iterdir()) == [path]


def test_a_record_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="not a recorded episode"):
        Episode.from_dict({"suite": "s"})
