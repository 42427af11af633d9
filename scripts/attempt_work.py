"""Wires the feasibility model to hard tasks: in which order are their plans tried? Picklable, so that workers can."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from envs.attempts import Attempts
from envs.hard_tasks import KINDS, PACKING_SUITE, build_hard
from envs.random_packing import RandomPacking
from envs.seeding import EVALUATION, stream
from planner.candidates import Calls, CandidatePlans
from planner.feasibility.scorer import FeasibilityTransformer
from planner.orders import all_orders, try_in_order
from sim.state import SceneState
from sim.world import World
from skills.predicates import atoms
from skills.symbolic import typing_of

SAMPLERS = {"llm3-random": False, "llm3-random-inside": True}
"""LLM3's random sampler, and the same drawing only where a box fits within the walls."""


class Job(NamedTuple):
    """One episode."""

    kind: str
    """A key of `envs.hard_tasks.KINDS`."""
    seed: int


@dataclass(frozen=True)
class Setting:
    """What all episodes share."""

    weights: Path
    """Of the feasibility model."""
    cap: int
    """Most candidate plans of a task, and so most attempts."""
    robot: str = "panda"
    """A key of `sim.robots.ROBOTS`."""


class AttemptWork:
    """Runs episodes in one worker."""

    def __init__(self, setting: Setting) -> None:
        """Loads the model."""
        torch.set_num_threads(1)
        self._setting = setting
        self._model = FeasibilityTransformer.from_file(setting.weights)
        self._worlds: dict[str, World] = {}

    def __call__(self, job: Job) -> dict[str, Any]:
        """The record of an episode, see `envs.attempt_report`."""
        begun = time.process_time()
        kind = KINDS[job.kind]
        if kind.family not in self._worlds:
            self._worlds[kind.family] = World(self._setting.robot, kind.family)
        world, keys = self._worlds[kind.family], (EVALUATION, "attempts", *job)
        state, goal = build_hard(world, *job)
        objects = typing_of(state)
        listed = CandidatePlans(goal.formula, atoms(state), objects)
        plans = listed.first(self._setting.cap, stream(*keys, "candidates"))
        attempts = Attempts(world, goal, *keys)
        orders = all_orders(self._model, state, plans, stream(*keys, "order"))
        trials = {name: try_in_order(plans, order, attempts, self._setting.cap) for name, order in orders.items()}
        return {
            **job._asdict(),
            "why": kind.why,
            "candidates": len(plans),
            "lengths": sorted({len(p) for p in plans}),
            "obvious": bool(plans) and attempts(plans[0])[1],
            "solvable": any(t.solved for t in trials.values()),
            "confident": self._confident(state, plans),
            "orders": {n: {"failed": t.failed, "solved": t.solved, "tried": t.tried} for n, t in trials.items()},
            "samplers": _sampled(world, job) if job.kind == PACKING_SUITE else {},
            "executed": attempts.executed,
            "cpu_seconds": time.process_time() - begun,
            "error": None,
        }

    def _confident(self, state: SceneState, plans: list[Calls]) -> float | None:
        """Share of the steps of which the model says that it knows their like; None without plans."""
        found = [step.confident for steps in self._model.predict(state, plans) for step in steps]
        return float(np.mean(found)) if found else None


def _sampled(world: World, job: Job) -> dict[str, dict[str, Any]]:
    """Iterations of the samplers in the scene of an episode."""
    results = {}
    for name, inside in SAMPLERS.items():
        goal = build_hard(world, *job)[1]
        rng = stream(EVALUATION, "attempts", *job, name)
        sampled = RandomPacking(world, goal, "basket", rng, inside=inside).run()
        results[name] = {"iterations": sampled.iterations, "solved": sampled.solved}
    return results
