"""One run of the study: trains a variant and measures it; and the file in which what was measured is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from planner.feasibility.fit import calibrated
from planner.feasibility.network import FeasibilityNetwork, NetworkConfig
from planner.feasibility.study.figures import measure
from planner.feasibility.study.rows import LONG, Prepared, load_prepared
from planner.feasibility.study.uses import network_for, rows_for
from planner.feasibility.study.variants import Job, Use
from planner.feasibility.tokens import Vocabulary
from planner.feasibility.training import Trainer
from planner.feasibility.weights import Trained

_WATCHED = 200
"""Plans of the validation split that are looked at after each epoch; all of them are when it is over."""


class StudyWork:
    """Does runs, in one process; a run that was stopped is taken up at its last epoch."""

    def __init__(self, prepared: Path, out: Path) -> None:
        """Reads the data.

        Args:
            prepared: what `prepare` has made.
            out: folder for checkpoints.
        """
        torch.set_num_threads(1)  # the order of a sum, and so its last digits, would depend on the number of threads
        torch.use_deterministic_algorithms(True)
        self._prepared, self._out = load_prepared(prepared), out

    def __call__(self, job: Job) -> dict[str, Any]:
        """Trains, and measures the network in all uses of the variant."""
        prepared, config = self._prepared, job.variant.seeded(job.seed)
        train = prepared.sets["train"].part(job.variant.fraction, job.seed)
        watched = prepared.sets["validation"].rows
        watched = watched.pick(torch.arange(min(_WATCHED, len(watched.plan))))
        checkpoint = checkpoint_of(self._out, job.key)
        trainer = Trainer(train.rows, watched, prepared.vocabulary, config, checkpoint)
        begun, whole = time.process_time(), not trainer.curve
        trainer.epochs()
        seconds = time.process_time() - begun
        network = trainer.result()
        return {
            "kind": "run",
            "key": job.key,
            "variant": job.variant.name,
            "seed": job.seed,
            "data": job.data,
            "plans": train.plans,
            "scenes": len(train.scene.unique()),
            "training": asdict(config),
            "parameters": sum(p.numel() for p in network.parameters()),
            "seconds": seconds if whole else None,
            "curve": [e._asdict() for e in trainer.curve],
            "uses": {use.label: measured(network, use, prepared) for use in job.variant.uses},
        }


def measured(network: FeasibilityNetwork, use: Use, prepared: Prepared) -> dict[str, Any]:
    """Figures on the validation split and on the long plans; calibrated for this use."""
    found = network_for(network, use)
    calibration = calibrated(found, rows_for(prepared.sets["calibration"].rows, use))
    trained = Trained(found, prepared.limits, calibration)
    return {name: measure(trained, prepared.sets[name], use, prepared.limits.steps) for name in ("validation", LONG)}


def checkpoint_of(out: Path, key: str) -> Path:
    """Where a run keeps what it needs to be taken up again."""
    return out / "checkpoints" / f"{key}.pt"


@lru_cache
def parameters_of(network: NetworkConfig, vocabulary: Vocabulary | None = None) -> int:
    """How many parameters a network has."""
    with torch.device("meta"):
        made = FeasibilityNetwork(network, vocabulary or Vocabulary((), ()))
    return sum(p.numel() for p in made.parameters())


class Log:
    """A file of JSON lines; a line that a crash has left unfinished at its end is cut off."""

    def __init__(self, path: Path) -> None:
        """Opens the file, or begins it."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes() if path.is_file() else b""
        if data and not data.endswith(b"\n"):
            with path.open("r+b") as file:
                file.truncate(data.rfind(b"\n") + 1)

    def lines(self, kind: str) -> Iterator[dict[str, Any]]:
        """All of one kind."""
        if self.path.is_file():
            with self.path.open(encoding="utf-8") as file:
                yield from (line for line in map(json.loads, file) if line["kind"] == kind)

    def runs(self) -> dict[str, dict[str, Any]]:
        """All runs, by their keys."""
        return {line["key"]: line for line in self.lines("run")}

    def of(self, jobs: Iterable[Job]) -> dict[tuple[str, int], dict[str, Any]]:
        """Runs that are there of those jobs, by the names of their variants and their seeds."""
        found = self.runs()
        return {(j.variant.name, j.seed): found[j.key] for j in jobs if j.key in found}

    def append(self, line: dict[str, Any]) -> None:
        """Adds a line."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
