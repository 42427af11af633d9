"""Rollouts for the feasibility model: random plans in scenes that are meant to be difficult.

Scenes hold 3 to 9 objects of all categories: roomy or crowded, within the work area or reaching beyond it, stacked, in
full bowls, leaning on each other. Plans are random walks over the skill specs, balanced over specs and not over their
groundings (of which `place-between` has most), with some calls whose preconditions do not hold.

One line a plan segment: all steps but the last succeeded. After a failure the next segment begins, in the scene that
the failure has left, with the failure as evidence.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from envs.objects import ObjectSpec
from envs.progress import bar
from envs.seeding import COLLECT, stream
from envs.tabletop_scenes import Layout, place_all
from envs.workers import Done, make_pool
from sim.catalog import CATEGORIES, COLORS, types_of
from sim.geometry import quat_from_yaw, quat_multiply
from sim.state import Pose, SceneState
from sim.world import Placement, World
from skills.execution import execute
from skills.outcome import Outcome
from skills.predicates import atoms
from skills.registry import find_spec
from skills.spec import SkillCall
from skills.symbolic import ground, typing_of, unmet
from skills.vocabulary import WORK_AREA, Atom

FILE = "rollouts.jsonl"
"""Name of the file in the folder that `collect` is given."""

_CATEGORY_WEIGHTS = {"block": 0.46, "cylinder": 0.12, "ball": 0.08, "bowl": 0.16, "plate": 0.10, "box": 0.08}
_CALLS = (8, 12)
_ILLEGAL = 0.10
_SPEC_WEIGHTS = {"pick": 2.5, "place-in": 2.0, "place-on": 2.0, "place-between": 1.5}
"""Share of each spec among those that can be called; 1 where not said. Without picks there are no places."""
_CROWDED = Layout(gaps=(0.02, 0.012, 0.006, 0.003), between_fixtures=0.005)
_WIDE = ((0.18, 0.86), (-0.56, 0.56))
"""Bounds, metres, of scenes that reach beyond what the arm reaches."""


def collect(
    out: Path, episodes: int, seed: int, workers: int | str = 1, robot: str = "panda", progress: bool = True
) -> Path:
    """Runs episodes of random plans and appends them to `out/rollouts.jsonl`; those that are there are not run again.

    Args:
        out: folder, made where it is missing.
        episodes: how many scenes; each gives 8 to 12 calls.
        seed: of the first scene; the others follow it. Scenes share nothing with those of training and evaluation.
        workers: processes, 0 for none but this one, or `ray`.
        robot: a key of `sim.robots.ROBOTS`.
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
    pool = make_pool(partial(RolloutWork, robot), count)
    with (
        path.open("a", encoding="utf-8") as file,
        bar("rollouts", len(seeds), progress) as tick,
        closing(pool.run(seeds)) as ends,
    ):
        for end in ends:
            file.write("".join(json.dumps(segment) + "\n" for segment in _segments(end)))
            file.flush()
            tick()
    return path


def _segments(end: Done) -> list[dict[str, Any]]:
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
        last = json.loads(lines[-1])["seed"] if lines else None
        while lines and json.loads(lines[-1])["seed"] == last:
            lines.pop()
        kept = sum(len(line) + 1 for line in lines)
        with path.open("r+b") as file:
            file.truncate(kept)
    return {json.loads(line)["seed"] for line in lines if line}


class RolloutWork:
    """Runs rollouts in one worker."""

    def __init__(self, robot: str) -> None:
        self._world = World(robot)

    def __call__(self, seed: int) -> list[dict[str, Any]]:
        """The segments of one scene."""
        return rollout(self._world, seed)


def rollout(world: World, seed: int) -> list[dict[str, Any]]:
    """Runs a random plan in the scene of a seed and returns its segments, ready for JSON."""
    state = build_varied(world, stream(COLLECT, seed, "scene"))
    plan, dice = stream(COLLECT, seed, "plan"), stream(COLLECT, seed, "skills")
    budget = int(plan.integers(_CALLS[0], _CALLS[1] + 1))
    evidence: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    first = state
    for _ in range(budget):
        call = choose(state, plan)
        outcome = execute(world, call, dice)
        state = world.state()
        steps.append(_step(call, outcome, state))
        if outcome.succeeded:
            continue
        segments.append(_segment(seed, len(segments), first, evidence, steps))
        evidence = [*evidence, {"call": str(call), "reason": str(outcome.reason), "culprit": outcome.culprit}]
        first, steps = state, []
        if _lost(state):
            break
    if steps:
        segments.append(_segment(seed, len(segments), first, evidence, steps))
    return segments


def _segment(
    seed: int, number: int, scene: SceneState, evidence: list[dict[str, Any]], steps: list[dict[str, Any]]
) -> dict[str, Any]:
    return {"seed": seed, "segment": number, "scene": scene.to_dict(), "evidence": list(evidence), "steps": steps}


def _step(call: SkillCall, outcome: Outcome, state: SceneState) -> dict[str, Any]:
    return {
        "call": str(call),
        "succeeded": outcome.succeeded,
        "reason": None if outcome.reason is None else str(outcome.reason),
        "culprit": outcome.culprit,
        "after": {o.name: [*o.position, o.pose.yaw] for o in state.objects},
        "holding": state.robot.holding,
        "seconds": outcome.seconds,
    }


def _lost(state: SceneState) -> bool:
    """Whether something has fallen off the table."""
    return any(o.position[2] < -0.02 for o in state.objects)


def choose(state: SceneState, rng: np.random.Generator) -> SkillCall:
    """Draws a call: first its spec, then among the spec's groundings; mostly one whose preconditions hold."""
    facts = atoms(state)
    calls = ground(typing_of(state))
    able = [c for c in calls if not unmet(c, facts)]
    unable = [c for c in calls if unmet(c, facts)]
    if not able or (unable and rng.uniform() < _ILLEGAL):
        return _balanced(unable, rng)
    return _balanced(able, rng)


def _balanced(calls: Sequence[SkillCall], rng: np.random.Generator) -> SkillCall:
    by_spec: dict[str, list[SkillCall]] = {}
    for call in calls:
        by_spec.setdefault(find_spec(call).name, []).append(call)
    names = list(by_spec)
    weights = np.array([_SPEC_WEIGHTS.get(n, 1.0) for n in names])
    group = by_spec[names[int(rng.choice(len(names), p=weights / weights.sum()))]]
    return group[int(rng.integers(len(group)))]


def build_varied(world: World, rng: np.random.Generator) -> SceneState:
    """Builds a scene of any of the kinds above; draws again where nothing fits or something fell off the table."""
    while True:
        specs = _objects(rng)
        facts = _stacks(specs, rng)
        try:
            placements = place_all(specs, facts, rng, _layout(rng))
        except ValueError:
            continue
        if rng.uniform() < 0.35:
            placements = _leaning(placements, rng)
        state = world.reset(placements)
        if not _lost(state):
            return state


def _objects(rng: np.random.Generator) -> list[ObjectSpec]:
    """3 to 9 objects, at least one of them movable and at most four large ones."""
    while True:
        kinds = rng.choice(list(_CATEGORY_WEIGHTS), size=int(rng.integers(3, 10)), p=list(_CATEGORY_WEIGHTS.values()))
        large = sum("movable" not in types_of(str(k)) for k in kinds)
        if large <= 4 and large < len(kinds):
            break
    names: list[str] = []
    for kind in kinds:
        name = f"{list(COLORS)[int(rng.integers(len(COLORS)))]} {kind}"
        number = sum(n == name or n.startswith(name + " ") for n in names)
        names.append(f"{name} {number + 1}" if number else name)
    return [ObjectSpec(n) for n in names]


def _layout(rng: np.random.Generator) -> Layout:
    crowded, wide = rng.uniform(size=2)
    gaps = _CROWDED if crowded < 0.75 else Layout()
    if wide < 0.35:
        return replace(gaps, area=_WIDE)
    if crowded < 0.60:
        # Half of the work area's width or less: everything is in the way of everything.
        middle, half = float(rng.uniform(-0.12, 0.12)), float(rng.uniform(0.11, 0.18))
        return replace(gaps, area=(WORK_AREA[0], (middle - half, middle + half)))
    return gaps


def _stacks(specs: Sequence[ObjectSpec], rng: np.random.Generator) -> list[Atom]:
    """Puts some movable objects on surfaces or in containers, now and then many of them."""
    share = float(rng.choice([0.0, 0.15, 0.4, 0.8], p=[0.2, 0.3, 0.3, 0.2]))
    facts: list[Atom] = []
    loaded: set[str] = set()
    names = [s.name for s in specs]
    for k, name in enumerate(names):
        if "movable" not in types_of(_kind(name)) or rng.uniform() > share:
            continue
        # Only on what comes later in the list: no circles.
        lower = [
            n for n in names[k + 1 :] if "ball" not in n and (n not in loaded or "movable" not in types_of(_kind(n)))
        ]
        lower += [n for n in names[:k] if "movable" not in types_of(_kind(n))]
        if lower:
            below = lower[int(rng.integers(len(lower)))]
            loaded.add(below)
            facts.append(Atom("in" if "container" in types_of(_kind(below)) else "on", (name, below)))
    return facts


def _kind(name: str) -> str:
    return name.split(" ")[1]


def _leaning(placements: Sequence[Placement], rng: np.random.Generator) -> list[Placement]:
    """Drops one or two small objects, tilted, over the edges of others: they come to lean, lie or wedge."""
    result = list(placements)
    small = [k for k, p in enumerate(result) if "movable" in types_of(_kind(p.name))]
    for k in rng.permutation(small)[: int(rng.integers(1, 3))]:
        other = result[int(rng.integers(len(result)))]
        if other is result[k]:
            continue
        reach = CATEGORIES[_kind(other.name)].size[0] / 2.0
        angle = float(rng.uniform(0.0, 2.0 * math.pi))
        x, y, z = other.pose.position
        tilt = float(rng.uniform(0.2, 1.3))
        lean = (math.sin(tilt / 2.0), 0.0, 0.0, math.cos(tilt / 2.0))
        spot = (x + reach * math.cos(angle), y + reach * math.sin(angle), z + 0.07)
        result[k] = Placement(result[k].name, Pose(spot, quat_multiply(quat_from_yaw(angle), lean)))
    return result


def base_rate(path: Path) -> tuple[int, float]:
    """Number of executed calls in a file of rollouts, and the share of them that succeeded."""
    with path.open(encoding="utf-8") as file:
        results = [s["succeeded"] for line in file for s in json.loads(line)["steps"]]
    return len(results), sum(results) / max(1, len(results))
