"""Made-up rollouts for tests: scenes and plans whose outcomes follow a rule of geometry, in the format of real ones."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.feasibility.imagine import Imagined
from sim.catalog import BASIC, CATEGORIES, COLORS
from sim.geometry import IDENTITY, quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState
from skills.outcome import FailureReason
from skills.spec import SkillCall
from skills.symbolic import check_call, ground, legal, typing_of, unmet

REACH = 0.66
DOWN = (1.0, 0.0, 0.0, 0.0)


def random_scene(rng: np.random.Generator, objects: int = 6) -> SceneState:
    """Objects scattered over the table, none through another."""
    names = [f"{c} {k}" for c in COLORS for k in BASIC if (c, k) not in (("red", "block"), ("blue", "block"))]
    things: list[ObjectState] = []
    for name in ["red block", "blue block", *rng.permutation(names)]:
        if len(things) == objects:
            break
        category = CATEGORIES[name.split()[1]]
        x, y = float(rng.uniform(0.3, 0.75)), float(rng.uniform(-0.4, 0.4))
        yaw = float(rng.uniform(-math.pi, math.pi))
        pose = Pose((x, y, category.size[2] / 2.0), quat_from_yaw(yaw))
        thing = ObjectState(str(name), category.name, name.split()[0], pose, category.size, category.round)
        if all(math.dist((x, y), o.position[:2]) > (thing.size[0] + o.size[0]) * 0.55 for o in things):
            things.append(thing)
    things = [things[int(k)] for k in rng.permutation(len(things))]
    robot = RobotState("panda", Pose((0.0, 0.0, 0.0), IDENTITY), (0.0,) * 7, Pose((0.4, 0.0, 0.3), DOWN), 0.08)
    return SceneState("tabletop", tuple(things), robot, frozenset((o.name, TABLE) for o in things))


def judge(scene: Imagined, call: SkillCall) -> tuple[FailureReason | None, str | None]:
    """Why the call fails and what is to blame; (None, None) if it succeeds."""
    spec = check_call(call, scene.objects)
    if unmet(call, scene.facts):
        return FailureReason.PRECONDITION, None
    name, goal = call.arguments[0], scene.goal(spec, call)
    point = goal if call.skill == "place" else scene.points[name]
    if math.hypot(point[0] - scene.frame.base[0], point[1] - scene.frame.base[1]) > REACH:
        return FailureReason.UNREACHABLE, None
    for other, at in scene.points.items():
        gap = math.dist(point[:2], at[:2]) - scene.halves[other][0] - scene.halves[name][0]
        if other not in call.arguments and gap < 0.01:
            return FailureReason.COLLISION, other
    return None, None


def rollout(rng: np.random.Generator, seed: int, steps: int = 5) -> list[dict[str, Any]]:
    """The segments of one episode."""
    scene = random_scene(rng, int(rng.integers(3, 8)))
    lines: list[dict[str, Any]] = []
    evidence: list[dict[str, Any]] = []
    line = {"seed": seed, "segment": 0, "scene": scene.to_dict(), "evidence": [], "steps": []}
    imagined = Imagined.of(scene)
    for _ in range(steps):
        calls = ground(typing_of(scene))
        allowed = [c for c in calls if not unmet(c, imagined.facts)]
        if rng.random() < 0.8 and allowed:
            calls = allowed
        call = calls[int(rng.integers(len(calls)))]
        reason, culprit = judge(imagined, call)
        if reason is None:
            imagined = imagined.after(check_call(call, imagined.objects), call)
        after = {o.name: [*imagined.frame.outward(imagined.points[o.name]), o.pose.yaw] for o in scene.objects}
        held = next((a.arguments[0] for a in imagined.facts if a.predicate == "holding"), None)
        step = {"call": str(call), "succeeded": reason is None, "reason": reason, "culprit": culprit}
        line["steps"].append({**step, "after": after, "holding": held, "seconds": 1.0})
        if reason is not None:
            lines.append(line)
            evidence = [*evidence, {"call": str(call), "reason": reason, "culprit": culprit}]
            scene = _seen(scene, imagined, held)
            line = {
                "seed": seed,
                "segment": len(lines),
                "scene": scene.to_dict(),
                "evidence": evidence,
                "steps": [],
            }
            imagined = Imagined.of(scene)
    return [*lines, line] if line["steps"] else lines


def _seen(scene: SceneState, imagined: Imagined, held: str | None) -> SceneState:
    for thing in scene.objects:
        point = imagined.frame.outward(imagined.points[thing.name])
        scene = scene.with_object(replace(thing, pose=Pose(point, thing.pose.orientation)))
    pairs = {(a.arguments[0], a.arguments[1]) for a in imagined.facts if a.predicate in ("on", "in")}
    supports = frozenset(p for p in pairs if p[0] != held)
    return replace(scene, supports=supports, robot=replace(scene.robot, holding=held))


def write_rollouts(path: Path, episodes: int, seed: int = 0) -> Path:
    """Writes `rollouts.jsonl` into the folder `path`."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / "rollouts.jsonl").open("w", encoding="utf-8") as file:
        for k in range(episodes):
            for line in rollout(np.random.default_rng([seed, k]), seed + k):
                file.write(json.dumps(line) + "\n")
    return path


def random_calls(rng: np.random.Generator, state: SceneState, count: int) -> list[SkillCall]:
    """Calls that are legal in a scene."""
    calls = legal(state)
    return [calls[int(k)] for k in rng.choice(len(calls), count, replace=len(calls) < count)]
