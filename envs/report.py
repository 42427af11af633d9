"""From recorded episodes to rates, intervals and comparisons. Rates are derived here, never stored anywhere else."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from envs.record import Episode


def wilson(successes: int, trials: int) -> list[float] | None:
    """The 95 % interval of a rate (Wilson 1927); None without trials."""
    from scipy.stats import binomtest

    if trials == 0:
        return None
    interval = binomtest(successes, trials).proportion_ci(confidence_level=0.95, method="wilson")
    return [float(interval.low), float(interval.high)]


def summarize(
    episodes: Sequence[Episode], *, wall: float = 0.0, made_by: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The report of one suite and one planner.

    Errored episodes are counted, and left out of every rate. `failures` counts failed calls by their reason;
    `replans_per_episode` the failed calls after which the planner went on.

    Args:
        episodes: at least one; of one suite and planner.
        wall: seconds that the run took.
        made_by: see `envs.provenance.made_by`.
    """
    first = episodes[0]
    counted = [e for e in episodes if e.error is None]
    judged = [e for e in counted if e.success is not None]
    steps = [s for e in counted for s in e.steps]
    successes = sum(bool(e.success) for e in judged)
    planned = [e.plan_success for e in counted if e.plan_success is not None]
    plan_times = [s.plan_seconds for s in steps]
    return {
        "suite": first.suite,
        "planner": first.planner,
        "model": first.model,
        "episodes": len(episodes),
        "errored": len(episodes) - len(counted),
        "success_rate": _mean([float(bool(e.success)) for e in judged]),
        "success_ci95": wilson(successes, len(judged)),
        "plan_success_rate": _mean([float(p) for p in planned]),
        "subgoal_rate": _mean([sum(e.goal.values()) / len(e.goal) for e in judged if e.goal]),
        "failures": dict(Counter(s.reason for s in steps if s.reason is not None).most_common()),
        "replans_per_episode": _mean([float(_replans(e)) for e in counted]),
        "questions_per_episode": _mean([float(len(e.questions)) for e in counted]),
        "seconds": {
            "wall": wall,
            "plan_per_step_p50": _quantile(plan_times, 0.50),
            "plan_per_step_p95": _quantile(plan_times, 0.95),
            "cpu_per_episode": _mean([sum(s.cpu_seconds for s in e.steps) for e in counted]),
        },
        "tasks": [_task(id, [e for e in episodes if e.task == id]) for id in dict.fromkeys(e.task for e in episodes)],
        **_chains([e for e in judged if e.chain]),
        "made_by": dict(made_by or {}),
    }


def _task(id: str, episodes: Sequence[Episode]) -> dict[str, Any]:
    judged = [e for e in episodes if e.error is None and e.success is not None]
    successes = sum(bool(e.success) for e in judged)
    return {
        "id": id,
        "episodes": len(judged),
        "successes": successes,
        "ci95": wilson(successes, len(judged)),
        "errored": sum(e.error is not None for e in episodes),
    }


def _chains(episodes: Sequence[Episode]) -> dict[str, Any]:
    """Of chains, how many were right up to each position, and how many of their tasks succeeded; else nothing."""
    if not episodes:
        return {}
    lengths = [sum(bool(link["success"]) for link in e.chain) for e in episodes]
    reached = [sum(n >= k for n in lengths) for k in range(1, max(len(e.goal) for e in episodes) + 1)]
    by_position = [{"successes": n, "rate": n / len(lengths), "ci95": wilson(n, len(lengths))} for n in reached]
    return {"chains": {"episodes": len(lengths), "by_position": by_position, "mean_length": _mean(lengths)}}


def _replans(episode: Episode) -> int:
    return sum(not s.succeeded for s in episode.steps[:-1])


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _quantile(values: Sequence[float], q: float) -> float | None:
    return float(np.quantile(values, q)) if values else None


def compare(a: Sequence[Episode], b: Sequence[Episode]) -> dict[str, Any]:
    """Two planners on the same scenes: paired by task and seed, those that errored with either left out.

    The interval of the difference is Agresti and Min's (2005): Wald's for matched pairs with half a count added to each
    of the four cells, which stays honest where the planners hardly ever differ. A pair, one task and seed, is one
    cluster. `mcnemar_p` is the exact test.
    """
    from statsmodels.stats.contingency_tables import mcnemar

    ours = {e.key: bool(e.success) for e in a if e.error is None and e.success is not None}
    theirs = {e.key: bool(e.success) for e in b if e.error is None and e.success is not None}
    keys = sorted(ours.keys() & theirs.keys())
    cells = Counter((ours[k], theirs[k]) for k in keys)
    both, first, second, neither = (cells[c] for c in ((True, True), (True, False), (False, True), (False, False)))
    n = len(keys)
    result: dict[str, Any] = {
        "suite": a[0].suite if a else None,
        "a": a[0].planner if a else None,
        "b": b[0].planner if b else None,
        "pairs": n,
        "both": both,
        "only_a": first,
        "only_b": second,
        "neither": neither,
        "difference": None,
        "difference_ci95": None,
        "mcnemar_p": None,
    }
    if n:
        result["difference"] = (first - second) / n
        result["difference_ci95"] = _agresti_min(first, second, n)
        test: Any = mcnemar([[both, first], [second, neither]], exact=True)
        result["mcnemar_p"] = float(test.pvalue)
    return result


def _agresti_min(first: int, second: int, n: int) -> list[float]:
    b, c, total = first + 0.5, second + 0.5, n + 2.0
    middle = (b - c) / total
    spread = 1.959964 * math.sqrt((b + c) - (b - c) ** 2 / total) / total
    return [max(-1.0, middle - spread), min(1.0, middle + spread)]


def compare_all(runs: Sequence[Sequence[Episode]]) -> dict[str, Any]:
    """Every pair of planners, suite by suite: the content of `comparison.json`."""
    pairs = []
    for k, a in enumerate(runs):
        for b in runs[k + 1 :]:
            if a and b and a[0].suite == b[0].suite:
                pairs.append(compare(a, b))
    return {"runs": [_headline(r) for r in runs if r], "pairs": pairs}


def _headline(episodes: Sequence[Episode]) -> dict[str, Any]:
    report = summarize(episodes)
    return {k: report[k] for k in ("suite", "planner", "model", "episodes", "errored", "success_rate", "success_ci95")}


def write_json(path: Path, data: Any) -> None:
    """Writes JSON so that readers see the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
