"""From episodes in which plans were tried in several orders to figures; the record of them is a file of lines.

`DIR/attempts.jsonl` has one episode a line:

    {"kind": "far-plates", "seed": 7, "why": "far", "candidates": 24, "lengths": [6], "obvious": false,
     "solvable": true, "confident": 1.0,
     "orders": {"preconditions": {"failed": 4, "solved": true, "tried": [0, 1, 2, 3, 4]}, ...},
     "samplers": {}, "executed": 22, "cpu_seconds": 3.1, "error": null}

`obvious` says that the first plan of the planner's own order works, `solvable` that any of the candidates does,
`confident` of what share of the steps the model says that it knows their like. `samplers` has, where boxes are packed
as in LLM3, the iterations of its random sampler.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from envs.paired import compare_pairs, spread
from envs.report import wilson, write_json

Record = dict[str, Any]
"""An episode."""

FILE = "attempts.jsonl"
BASELINES = ("preconditions", "preconditions+memory")
"""What the other orders are compared with."""
VIEWS: dict[str, Callable[[Record], bool]] = {
    "all": lambda r: True,
    "solvable": lambda r: r["solvable"],
    "not_obvious": lambda r: r["solvable"] and not r["obvious"],
}
"""Which episodes are looked at: all of them, where an order that found nothing is charged with every attempt that it
made; those in which some candidate works; and of those the ones in which the obvious plan does not. (The last are
chosen by a failure of `preconditions`, which flatters the other orders.)"""


def summarize(records: Sequence[Record]) -> dict[str, Any]:
    """Figures of each kind, of all kinds with one reason to be hard, and of all; errored episodes are only counted."""
    counted = [r for r in records if r["error"] is None]
    kinds = dict.fromkeys(r["kind"] for r in counted)
    reasons = dict.fromkeys(r["why"] for r in counted)
    return {
        "episodes": len(records),
        "errored": [[r["kind"], r["seed"], r["error"]] for r in records if r["error"] is not None],
        "all": _figures(counted),
        "by_reason": {why: _figures([r for r in counted if r["why"] == why]) for why in reasons},
        "by_kind": {kind: _figures([r for r in counted if r["kind"] == kind]) for kind in kinds},
        "cpu_seconds": spread([r["cpu_seconds"] for r in counted]),
    }


def _figures(records: Sequence[Record]) -> dict[str, Any]:
    known = [r["confident"] for r in records if r["confident"] is not None]
    obvious = sum(r["obvious"] for r in records)
    return {
        "episodes": len(records),
        "seeds": [min((r["seed"] for r in records), default=None), max((r["seed"] for r in records), default=None)],
        "unsolvable": sorted([r["kind"], r["seed"]] for r in records if not r["solvable"]),
        "obvious": {"count": obvious, "ci95": wilson(obvious, len(records))},
        "confident": float(np.mean(known)) if known else None,
        "views": {name: _view([r for r in records if chosen(r)]) for name, chosen in VIEWS.items()},
        **_sampled([r for r in records if r["samplers"]]),
    }


def _view(records: Sequence[Record]) -> dict[str, Any]:
    names = list(records[0]["orders"]) if records else []
    failed = {name: [r["orders"][name]["failed"] for r in records] for name in names}
    solved = {name: sum(r["orders"][name]["solved"] for r in records) for name in names}
    return {
        "episodes": len(records),
        "orders": {name: {**spread(failed[name]), "solved": solved[name]} for name in names},
        "against": {
            base: {name: compare_pairs(failed[name], failed[base]) for name in names if name != base}
            for base in BASELINES
            if base in names
        },
    }


def _sampled(records: Sequence[Record]) -> dict[str, Any]:
    """Attempts up to the first that worked, of each order, against the iterations of each sampler; else nothing.

    One that found nothing counts with all that it tried, which favours a sampler that gave up.
    """
    if not records:
        return {}
    iterations = {name: [s["samplers"][name]["iterations"] for s in records] for name in records[0]["samplers"]}
    attempts = {
        name: [r["orders"][name]["failed"] + r["orders"][name]["solved"] for r in records]
        for name in records[0]["orders"]
    }
    return {
        "iterations": {
            "episodes": len(records),
            "attempts": {name: spread(values) for name, values in attempts.items()},
            "samplers": {
                name: {
                    **spread(values),
                    "gave_up": sum(not r["samplers"][name]["solved"] for r in records),
                    "ours": {order: compare_pairs(attempts[order], values) for order in attempts},
                }
                for name, values in iterations.items()
            },
        }
    }


def read_records(path: Path) -> list[Record]:
    """Recorded episodes; of several of one kind and seed the last. A torn last line is cut off the file.

    Raises:
        ValueError: a line in the middle is no episode.
    """
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    found: dict[tuple[str, int], Record] = {}
    for number, line in enumerate(data[:whole].decode("utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            found[record["kind"], record["seed"]] = record
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{path}:{number} is no episode; remove the line, or give another folder") from None
    return list(found.values())


def claim(out: Path, config: dict[str, Any]) -> None:
    """Writes what the run in a folder is.

    Raises:
        ValueError: the folder holds another one.
    """
    path = out / "config.json"
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        for key, value in config.items():
            if before.get(key) != value:
                raise ValueError(
                    f"{str(out)!r} holds a run with {key} {before.get(key)!r}, not {value!r}; give another --out"
                )
        return
    write_json(path, config)
