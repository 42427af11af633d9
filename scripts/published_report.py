"""What came of published instructions: rates by list, and every miss, sorted by its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from envs.published import Template
from envs.record import Episode
from envs.report import wilson
from envs.scenes import drawn_task
from envs.task import Suite, Task

KINDS = ("error", "refused", "asked", "wrong object", "wrong place", "too early done", "no plan")
"""Kinds of misses, in the order in which they are looked for."""


def kind_of(episode: Episode, task: Task) -> str:
    """Why an episode is a miss.

    A wrong object is one that was moved though the goal does not speak of it; a wrong place has something moved to
    where the goal does not want it; too early is an end on the way to the goal; no plan, that the budget was spent.
    """
    if episode.error is not None:
        return "error"
    if episode.ended_by == "refuse":
        return "refused"
    if episode.questions:
        return "asked"
    done = [s.call for s in episode.steps if s.succeeded]
    unspoken = {name for name, held in episode.goal.items() if name.startswith("(kept ") and not held}
    if unspoken or any(_first(call) not in _names(task) for call in done):
        return "wrong object"
    if episode.ended_by == "budget":
        return "no plan"
    # A pick alone, or nothing at all, leaves everything to be done; so do calls after which part of the goal holds.
    placed = [call for call in done if not call.startswith("pick(")]
    reached = any(held for name, held in episode.goal.items() if not name.startswith(("(kept ", "(never ", "(not ")))
    return "too early done" if not placed or reached else "wrong place"


def _first(call: str) -> str:
    return call.partition("(")[2].partition(",")[0].rstrip(")")


def _names(task: Task) -> set[str]:
    """Names that the goal speaks of, by type too, and the furniture."""
    from sim.catalog import types_of

    goal = task.goal or ""
    words = set(goal.replace("(", " ").replace(")", " ").split())
    meant = {o for o, kind in task.scene.typing if o.replace(" ", "_") in words or types_of(kind) & words}
    return meant | {n for n, _ in task.scene.typing if n not in {o.name for o in task.scene.objects}}


def report_of(
    source: str, templates: Sequence[Template], suite: Suite, episodes: Sequence[Episode], split: str
) -> dict[str, Any]:
    """Cases, rates with intervals, and misses of one list and planner; what cannot be expressed is listed as well."""
    counted = [e for e in episodes if e.error is None]
    reached = sum(bool(e.plan_success) for e in counted)
    misses = []
    for episode in (e for e in episodes if e.error is not None or not e.plan_success):
        task = drawn_task(suite.task(episode.task), episode.seed, split)
        misses.append(
            {
                "kind": kind_of(episode, task),
                "template": episode.task,
                "seed": episode.seed,
                "instruction": episode.instruction,
                "planned": [s.call for s in episode.steps],
                "ended_by": episode.error or episode.ended_by,
                "questions": [q["question"] for q in episode.questions],
                "goal": task.goal,
            }
        )
    successes = sum(bool(e.success) for e in counted)
    return {
        "source": source,
        "planner": episodes[0].planner,
        "model": episodes[0].model,
        "templates": len(templates),
        "expressible": sum(t.draw is not None for t in templates),
        "not_expressible": {t.key: t.why_not for t in templates if t.why_not},
        "cases": len(counted),
        "errored": len(episodes) - len(counted),
        "plan_success": reached,
        "plan_success_rate": reached / len(counted) if counted else None,
        "plan_success_ci95": wilson(reached, len(counted)),
        "success": successes,
        "success_ci95": wilson(successes, len(counted)),
        "kinds": dict(Counter(m["kind"] for m in misses).most_common()),
        "misses": sorted(misses, key=lambda m: (KINDS.index(m["kind"]), m["template"], m["seed"])),
    }


def show(report: dict[str, Any]) -> None:
    """Prints a report: one line of figures, then what cannot be expressed, then the misses."""
    low, high = report["plan_success_ci95"] or (0.0, 1.0)
    print(
        f"{report['source']} · {report['planner']}: plans {report['plan_success']}/{report['cases']} "
        f"(95 % {100 * low:.0f} to {100 * high:.0f}), success {report['success']}/{report['cases']}, "
        f"{report['errored']} errored; {report['expressible']} of {report['templates']} templates"
    )
    for key, reason in report["not_expressible"].items():
        print(f"  not expressible: {key}: {reason}")
    for miss in report["misses"]:
        planned = "; ".join(miss["planned"]) or "nothing"
        print(f"  {miss['kind']}: {miss['instruction']!r} ({miss['template']}, seed {miss['seed']})")
        print(f"    planned {planned}; {miss['ended_by']}; goal {miss['goal']}")
