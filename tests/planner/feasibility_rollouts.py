"""Made-up rollouts for tests: scenes and plans whose outcomes follow a rule of geometry, in the format of real ones."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.feasibility.forms import Form
from planner.feasibility.imagine import Imagined, Stack, goals
from sim.catalog import BASIC, CATEGORIES, COLORS
from sim.geometry import IDENTITY, quat_from_yaw
from sim.state import TABLE, ObjectState, Pose, RobotState, SceneState
from skills.outcome import FailureReason
from skills.spec import SkillCall
from skills.symbolic import ground, legal, typing_of, unmet

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


def judge(scene: Imagined, form: Form) -> tuple[FailureReason | None, str | None]:
    """Why the call fails and what is to blame; (None, None) if it succeeds."""
    call, things = form.call, scene.things
    if unmet(call, scene.facts):
        return FailureReason.PRECONDITION, None
    name = call.arguments[0]
    start = scene.points[things.order[name]]
    point = goals(Stack.of([scene]), things.forms.table([form]))[0] if call.skill == "place" else start
    if math.hypot(*(point - scene.base[:3])[:2]) > REACH:
        return FailureReason.UNREACHABLE, None
    for other, k in things.order.items():
        gap = math.dist(point[:2], scene.points[k][:2]) - things.halves[k][0] - things.halves[things.order[name]][0]
        if other not in call.arguments and gap < 0.01:
            return FailureReason.COLLISION, other
    return None, None


def rollout(rng: np.random.Generator, seed: int, plans: int = 3) -> list[dict[str, Any]]:
    """The plans of one episode."""
    scene = random_scene(rng, int(rng.integers(3, 8)))
    evidence: list[dict[str, Any]] = []
    lines = []
    for number in range(plans):
        calls = draw(rng, scene)
        line = {"seed": seed, "split": "collect", "plan": number, "disturb": [], "scene": scene.to_dict()}
        line |= {"evidence": list(evidence), "calls": [str(c) for c in calls], "steps": []}
        imagined, state = Imagined.of(scene), scene
        for call in calls:
            form = imagined.things.forms[call]
            reason, culprit = judge(imagined, form)
            if reason is None:
                imagined = imagined.after(form)
                state = _seen(scene, imagined)
            step = {"call": str(call), "succeeded": reason is None, "reason": reason, "culprit": culprit}
            line["steps"].append({**step, "seconds": 1.0, "after": _after(state)})
            if reason is not None:
                evidence.append({"call": str(call), "reason": reason, "culprit": culprit})
                break
        lines.append(line)
        scene = state
    return lines


def draw(rng: np.random.Generator, scene: SceneState) -> list[SkillCall]:
    """A plan of up to four calls, most of which could be made by the symbols alone."""
    objects, imagined = typing_of(scene), Imagined.of(scene)
    plan: list[SkillCall] = []
    for _ in range(int(rng.integers(1, 5))):
        calls = ground(objects)
        allowed = [c for c in calls if not unmet(c, imagined.facts)]
        if rng.random() < 0.85 and allowed:
            calls = allowed
        plan.append(calls[int(rng.integers(len(calls)))])
        imagined = imagined.after(imagined.things.forms[plan[-1]])
    return plan


def _seen(scene: SceneState, imagined: Imagined) -> SceneState:
    held = next((a.arguments[0] for a in imagined.facts if a.predicate == "holding"), None)
    for name, k in imagined.things.order.items():
        point = imagined.things.frame.outward(tuple(imagined.points[k].tolist()))
        scene = scene.with_object(replace(scene[name], pose=Pose(point, scene[name].pose.orientation)))
    pairs = {(a.arguments[0], a.arguments[1]) for a in imagined.facts if a.predicate in ("on", "in")}
    supports = frozenset(p for p in pairs if p[0] != held)
    return replace(scene, supports=supports, robot=replace(scene.robot, holding=held))


def _after(state: SceneState) -> dict[str, Any]:
    robot = state.robot
    return {
        "objects": {o.name: [*o.position, *o.pose.orientation, o.value] for o in state.objects},
        "supports": sorted(map(list, state.supports)),
        "tool": [*robot.tool.position, *robot.tool.orientation],
        "base": [*robot.base.position, *robot.base.orientation],
        "opening": robot.opening,
        "holding": robot.holding,
    }


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
