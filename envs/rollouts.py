"""Rollouts for the feasibility model: whole plans, carried out in hard scenes until they end or a step of them fails.

Scenes are of all families, with all robots, some of them disturbed. One line a plan: the scene in which it began, what
had failed in the episode before, all its calls, and what came of those that were made. After a failure the next plan
begins in the scene that the failure has left; often it tries the same again. `docs/rollouts.md` has the format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from envs.disturbances import Disturbance, Disturber
from envs.episode import perform
from envs.hard_scenes import build_hard, low
from envs.progress import bar
from envs.random_plans import LENGTHS, draw_plan
from envs.seeding import COLLECT, stream
from envs.seeing import close_eyes
from envs.workers import Done, make_pool
from sim.state import Pose, SceneState
from sim.world import World
from skills.outcome import Outcome
from skills.spec import SkillCall

FILE = "rollouts.jsonl"
"""Name of the file in the folder that `collect` is given."""
FAMILIES = {"tabletop": 0.50, "desk": 0.17, "reach": 0.20, "kitchen": 0.13}
"""Share of the scenes of each family."""
ROBOTS = {"panda": 0.6, "kuka": 0.1, "xarm6": 0.1, "ur5e": 0.1, "xarm6-suction": 0.1}
"""Share of the scenes with each robot."""
_DISTURBED = 0.15
"""Share of the scenes in which something disturbs the robot."""
_DISTURBANCES = {"slip": 0.15, "move": 0.15, "stall": 0.08, "noise": 0.006, "hide": 0.2}
_AGAIN = 0.3
"""Chance that after a failure the same is tried again."""
_STEPS, _PLANS = 18, 8
"""At most so many calls, and plans, in one scene."""
_AHEAD = 2
"""So many of the calls that follow are told to skills that look ahead."""
_DIGITS = 5


@dataclass(frozen=True)
class Recipe:
    """What is collected."""

    families: Mapping[str, float] = field(default_factory=lambda: dict(FAMILIES))
    """Shares."""
    robots: Mapping[str, float] = field(default_factory=lambda: dict(ROBOTS))
    """Shares."""
    disturbed: float = _DISTURBED
    """Share of disturbed scenes."""
    lengths: Mapping[int, float] = field(default_factory=lambda: dict(LENGTHS))
    """Shares of the plans' lengths."""
    split: str = COLLECT
    """Scenes of two splits share nothing, whatever their seeds."""


def collect(
    out: Path,
    episodes: int,
    seed: int,
    workers: int | str = 1,
    recipe: Recipe | None = None,
    progress: bool = True,
) -> Path:
    """Runs plans and appends them to `out/rollouts.jsonl`; scenes that are there are not run again.

    Args:
        out: folder, made where it is missing.
        episodes: how many scenes; each gives up to 14 calls.
        seed: of the first scene; the others follow it.
        workers: processes, 0 for none but this one, or `ray`.
        recipe: what to collect; the usual mixture if not given.
        progress: whether to show a bar on standard error.

    Returns:
        The file.

    Raises:
        ValueError: no episodes are asked for, or the workers are no number.
    """
    if episodes < 1:
        raise ValueError(f"episodes is {episodes}; expected at least 1")
    out.mkdir(parents=True, exist_ok=True)
    path = out / FILE
    present = recorded_seeds(path)
    seeds = [s for s in range(seed, seed + episodes) if s not in present]
    count = min(workers, len(seeds)) if isinstance(workers, int) else workers
    if not seeds:
        return path
    pool = make_pool(partial(RolloutWork, recipe or Recipe()), count)
    with (
        path.open("a", encoding="utf-8") as file,
        bar("rollouts", len(seeds), progress) as tick,
        closing(pool.run(seeds)) as ends,
    ):
        for end in ends:
            file.write("".join(json.dumps(plan, separators=(",", ":")) + "\n" for plan in _plans(end)))
            file.flush()
            tick()
    return path


def _plans(end: Done) -> list[dict[str, Any]]:
    """A scene whose worker died is left out; running again makes it up."""
    return end.result if end.error is None else []


def recorded_seeds(path: Path) -> set[int]:
    """Seeds of the scenes in a file. A scene that a crash left unfinished at its end is cut off the file."""
    if not path.exists():
        return set()
    data = path.read_bytes()
    lines = data.split(b"\n")
    if lines[-1]:
        lines.pop()
        last = _seed(lines[-1]) if lines else None
        while lines and _seed(lines[-1]) == last:
            lines.pop()
        kept = sum(len(line) + 1 for line in lines)
        with path.open("r+b") as file:
            file.truncate(kept)
    return {_seed(line) for line in lines if line}


def _seed(line: bytes) -> int:
    return json.loads(line)["seed"]


class RolloutWork:
    """Runs rollouts in one worker, which keeps the worlds that it has opened."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._worlds: dict[tuple[str, str], World] = {}

    def __call__(self, seed: int) -> list[dict[str, Any]]:
        """The plans of one scene."""
        dice = stream(self._recipe.split, seed, "kind")
        family, robot = _drawn(self._recipe.families, dice), _drawn(self._recipe.robots, dice)
        if (robot, family) not in self._worlds:
            self._worlds[robot, family] = World(robot, family)
        disturb = []
        if dice.uniform() < self._recipe.disturbed:
            kind = str(dice.choice(list(_DISTURBANCES)))
            disturb = [Disturbance(kind, _DISTURBANCES[kind])]
        return rollout(self._worlds[robot, family], seed, self._recipe, disturb)


def _drawn(shares: Mapping[str, float], dice: np.random.Generator) -> str:
    return str(dice.choice(list(shares), p=np.array(list(shares.values())) / sum(shares.values())))


def rollout(world: World, seed: int, recipe: Recipe, disturb: Sequence[Disturbance] = ()) -> list[dict[str, Any]]:
    """Runs plans in the scene of a seed and returns their records, ready for JSON."""
    close_eyes(world)
    keys = (recipe.split, seed)
    built = build_hard(world, stream(*keys, "scene"))
    disturber = Disturber(disturb, stream(*keys, "disturbances"))
    world.sensor = disturber.eyes(None)
    rng, skills = stream(*keys, "plan"), stream(*keys, "skills")
    state, start = world.see(), built
    evidence: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    again: SkillCall | None = None
    spent = 0
    # What falls off the table ends it; what lay on the floor from the start does not.
    while spent < _STEPS and len(plans) < _PLANS and low(world.state()) <= low(built):
        calls = draw_plan(state, rng, recipe.lengths, again)
        if not calls:  # nothing that could be handled is in sight
            break
        first, steps = state, []
        for k, call in enumerate(calls):
            outcome = perform(world, call, skills, start, disturber, then=calls[k + 1 : k + 1 + _AHEAD])
            state = world.see()
            steps.append(_step(call, outcome, state))
            if not outcome.succeeded:
                break
        spent += len(steps)
        plans.append(
            {
                "seed": seed,
                "split": recipe.split,
                "plan": len(plans),
                "disturb": [str(d) for d in disturb],
                "scene": _short(first.to_dict()),
                "evidence": list(evidence),
                "calls": [str(c) for c in calls],
                "steps": steps,
            }
        )
        again = None
        if not steps[-1]["succeeded"]:
            evidence.append({k: steps[-1][k] for k in ("call", "reason", "culprit")})
            repeated = rng.uniform() < _AGAIN
            # Not what would be meaningless: the thing may be out of sight.
            again = SkillCall.parse(steps[-1]["call"]) if repeated and not disturb else None
    close_eyes(world)
    return plans


def _step(call: SkillCall, outcome: Outcome, state: SceneState) -> dict[str, Any]:
    return {
        "call": str(call),
        "succeeded": outcome.succeeded,
        "reason": None if outcome.reason is None else str(outcome.reason),
        "culprit": outcome.culprit,
        "seconds": round(outcome.seconds, 3),
        "after": _short(_after(state)),
    }


def _short(data: Any) -> Any:
    """The same with rounded numbers."""
    if isinstance(data, dict):
        return {key: _short(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_short(value) for value in data]
    return round(data, _DIGITS) if isinstance(data, float) else data


def _after(state: SceneState) -> dict[str, Any]:
    """What differs in a scene from the one that the plan began in."""
    robot = state.robot
    return {
        "objects": {o.name: [*_seven(o.pose), o.value] for o in state.objects},
        "supports": sorted(map(list, state.supports)),
        "tool": _seven(robot.tool),
        "base": _seven(robot.base),
        "opening": robot.opening,
        "holding": robot.holding,
    }


def _seven(pose: Pose) -> list[float]:
    return [*pose.position, *pose.orientation]


def base_rate(path: Path) -> tuple[int, float]:
    """Number of executed calls in a file of rollouts, and the share of them that succeeded."""
    with path.open(encoding="utf-8") as file:
        results = [s["succeeded"] for line in file for s in json.loads(line)["steps"]]
    return len(results), sum(results) / max(1, len(results))
