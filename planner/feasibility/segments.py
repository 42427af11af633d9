"""Rollouts as they were recorded: one plan segment a line, as JSON.

A line is

    {"seed": 7, "segment": 0, "scene": <SceneState>, "evidence": [{"call", "reason", "culprit"}, ...],
     "steps": [{"call", "succeeded", "reason", "culprit", "after": {name: [x, y, z, yaw]}, "holding", "seconds"}, ...]}

where all steps but the last succeeded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from planner.feasibility.imagine import Imagined
from planner.feasibility.tokens import Failure
from sim.geometry import Vec3, quat_from_yaw, quat_inverse, quat_multiply
from sim.state import Pose, SceneState
from skills.outcome import FailureReason
from skills.spec import SkillCall
from skills.symbolic import check_call


@dataclass(frozen=True)
class Executed:
    """One step of a segment and what came of it."""

    call: SkillCall
    succeeded: bool
    reason: str | None
    after: dict[str, tuple[float, float, float, float]]
    """Position (m) and yaw (rad) of every object afterwards."""
    holding: str | None


@dataclass(frozen=True)
class Segment:
    """A plan that was carried out until it ended or a step of it failed."""

    seed: int
    scene: SceneState
    evidence: tuple[Failure, ...]
    steps: tuple[Executed, ...]

    def tail(self, start: int) -> Segment:
        """The same plan from the step `start` on, in the scene that the steps before it left.

        The record has of that scene where everything lies; what carries what is taken from the effects promised.
        """
        scene = Imagined.of(self.scene)
        for step in self.steps[:start]:
            scene = scene.after(check_call(step.call, scene.objects), step.call)
        last = self.steps[start - 1]
        state = self.scene
        for thing in state.objects:
            x, y, z, yaw = last.after[thing.name]
            turned = abs(yaw - thing.pose.yaw) > 1e-3
            pose = Pose((x, y, z), quat_from_yaw(yaw) if turned else thing.pose.orientation)
            state = state.with_object(replace(thing, pose=pose, speed=0.0))
        supports = frozenset(
            (a.arguments[0], a.arguments[1])
            for a in scene.facts
            if a.predicate in ("on", "in") and a.arguments[0] != last.holding
        )
        tool = (
            state.robot.tool
            if last.holding is None
            else Pose(state[last.holding].position, state.robot.tool.orientation)
        )
        robot = replace(state.robot, holding=last.holding, tool=tool)
        return replace(self, scene=replace(state, supports=supports, robot=robot), steps=self.steps[start:])

    def mirrored(self) -> Segment:
        """The same with left and right exchanged, as seen from behind the robot: its arm is as good as symmetric."""
        frame, scene = Imagined.of(self.scene).frame, self.scene
        across = frame.base[1]

        def point(at: Vec3) -> Vec3:
            x, y, z = frame.inward(at)
            return frame.outward((x, 2.0 * across - y, z))

        def pose(at: Pose) -> Pose:
            # Relative to the base a reflection in y keeps turns about y and reverses those about x and z.
            x, y, z, w = quat_multiply(quat_inverse(scene.robot.base.orientation), at.orientation)
            return Pose(point(at.position), quat_multiply(scene.robot.base.orientation, (-x, y, -z, w)))

        def step(one: Executed) -> Executed:
            turn = 2.0 * scene.robot.base.yaw
            after = {n: (*point((x, y, z)), turn - yaw) for n, (x, y, z, yaw) in one.after.items()}
            return replace(one, call=_swapped(one.call), after=after)

        objects = tuple(replace(o, pose=pose(o.pose)) for o in scene.objects)
        robot = replace(scene.robot, tool=pose(scene.robot.tool))
        return replace(
            self,
            scene=replace(scene, objects=objects, robot=robot),
            evidence=tuple(f._replace(call=_swapped(f.call)) for f in self.evidence),
            steps=tuple(step(s) for s in self.steps),
        )


_SIDES = {"left": "right", "right": "left"}


def _swapped(call: SkillCall) -> SkillCall:
    """The call with left and right exchanged in its directions, relations and regions."""
    return SkillCall(
        call.skill,
        tuple(re.sub(r"\b(left|right)\b", lambda m: _SIDES[m[1]], a) for a in call.arguments),
    )


def rollouts_file(path: Path) -> Path:
    """The file of rollouts that is meant: `path`, or `rollouts.jsonl` in the folder `path`.

    Raises:
        ValueError: there is no such file.
    """
    file = path / "rollouts.jsonl" if path.is_dir() else path
    if not file.is_file():
        raise ValueError(f"no rollouts at {file}; scripts/collect.py makes them")
    return file


def digest_of(path: Path) -> str:
    """SHA-256 of the lines of a file of rollouts in sorted order: workers end in any order."""
    return sha256(b"".join(sorted(rollouts_file(path).read_bytes().splitlines(keepends=True)))).hexdigest()


def read_segments(path: Path) -> Iterator[Segment]:
    """Segments of a file of rollouts, or of `rollouts.jsonl` in a folder.

    Raises:
        ValueError: there is no such file, or a line does not have the expected form (the message names it).
    """
    file = rollouts_file(path)
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _segment(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{file}, line {number}: not a rollout ({type(error).__name__}: {error})") from None


def _segment(data: dict[str, Any]) -> Segment:
    steps = tuple(
        Executed(
            SkillCall.parse(s["call"]),
            bool(s["succeeded"]),
            None if s["reason"] is None else str(FailureReason(s["reason"])),
            {name: (x, y, z, yaw) for name, (x, y, z, yaw) in s["after"].items()},
            s["holding"],
        )
        for s in data["steps"]
    )
    evidence = tuple(Failure(SkillCall.parse(e["call"]), e["reason"], e["culprit"]) for e in data["evidence"])
    if not steps:
        raise ValueError("a segment needs at least one step")
    return Segment(int(data["seed"]), SceneState.from_dict(data["scene"]), evidence, steps)
