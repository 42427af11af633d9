"""Rollouts as they were recorded: one plan a line, as JSON; `docs/rollouts.md` describes the format.

All steps of a plan but the last one carried out succeeded; what came after a failure was not tried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from planner.feasibility.imagine import Frame
from planner.feasibility.tokens import Failure
from sim.catalog import CATEGORIES
from sim.geometry import Vec3, quat_inverse, quat_multiply
from sim.state import Pose, SceneState
from skills.outcome import FailureReason
from skills.spec import SkillCall


@dataclass(frozen=True)
class Executed:
    """One step of a plan and what came of it."""

    call: SkillCall
    succeeded: bool
    reason: str | None
    culprit: str | None
    after: SceneState
    """The scene as it was seen afterwards."""


@dataclass(frozen=True)
class Record:
    """A plan that was carried out until it ended or a step of it failed."""

    seed: int
    """Of the scene."""
    split: str
    """Scenes of two splits have nothing in common, whatever their seeds."""
    disturbed: bool
    """Whether something disturbed the robot on purpose."""
    scene: SceneState
    """As it was seen when the plan began."""
    evidence: tuple[Failure, ...]
    """What had failed in the episode before."""
    calls: tuple[SkillCall, ...]
    """The whole plan."""
    steps: tuple[Executed, ...]
    """As far as it was carried out."""

    @property
    def succeeded(self) -> bool:
        """Whether all of the plan was carried out with success."""
        return len(self.steps) == len(self.calls) and all(s.succeeded for s in self.steps)

    def tail(self, start: int) -> Record:
        """The same plan from the step `start` on, in the scene that the steps before it left."""
        scene = self.steps[start - 1].after
        return replace(self, scene=scene, calls=self.calls[start:], steps=self.steps[start:])

    @property
    def symmetric(self) -> bool:
        """Whether left and right may be exchanged: on a tabletop, with things that are their own mirror images."""
        straight = all(CATEGORIES[o.category].grip[1] == 0.0 for o in self.scene.objects)
        return self.scene.family == "tabletop" and straight

    def mirrored(self) -> Record:
        """The same with left and right exchanged, as seen from behind the robot: its arm is as good as symmetric."""
        frame = Frame.of(self.scene)
        steps = (replace(s, call=_swapped(s.call), after=_mirror(s.after, frame)) for s in self.steps)
        return replace(
            self,
            scene=_mirror(self.scene, frame),
            evidence=tuple(f._replace(call=_swapped(f.call)) for f in self.evidence),
            calls=tuple(_swapped(c) for c in self.calls),
            steps=tuple(steps),
        )


def _mirror(scene: SceneState, frame: Frame) -> SceneState:
    base = scene.robot.base.orientation

    def point(at: Vec3) -> Vec3:
        x, y, z = frame.inward(at)
        return frame.outward((x, 2.0 * frame.base[1] - y, z))

    def pose(at: Pose) -> Pose:
        # Relative to the base a reflection in y keeps turns about y and reverses those about x and z.
        x, y, z, w = quat_multiply(quat_inverse(base), at.orientation)
        return Pose(point(at.position), quat_multiply(base, (-x, y, -z, w)))

    objects = tuple(replace(o, pose=pose(o.pose)) for o in scene.objects)
    return replace(scene, objects=objects, robot=replace(scene.robot, tool=pose(scene.robot.tool)))


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


def read_records(path: Path) -> Iterator[Record]:
    """Plans of a file of rollouts, or of `rollouts.jsonl` in a folder.

    Raises:
        ValueError: there is no such file, or a line does not have the expected form (the message names it).
    """
    file = rollouts_file(path)
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _record(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{file}, line {number}: not a rollout ({type(error).__name__}: {error})") from None


def _record(data: dict[str, Any]) -> Record:
    scene = SceneState.from_dict(data["scene"])
    steps = tuple(
        Executed(
            SkillCall.parse(s["call"]),
            bool(s["succeeded"]),
            None if s["reason"] is None else str(FailureReason(s["reason"])),
            s["culprit"],
            _after(scene, s["after"]),
        )
        for s in data["steps"]
    )
    if not steps:
        raise ValueError("a plan needs at least one step that was tried")
    return Record(
        seed=int(data["seed"]),
        split=data["split"],
        disturbed=bool(data["disturb"]),
        scene=scene,
        evidence=tuple(Failure(SkillCall.parse(e["call"]), e["reason"], e["culprit"]) for e in data["evidence"]),
        calls=tuple(SkillCall.parse(c) for c in data["calls"]),
        steps=steps,
    )


def _after(scene: SceneState, data: dict[str, Any]) -> SceneState:
    """The scene with what differs from it; what is out of sight is left out."""
    seen = data["objects"]
    objects = tuple(
        replace(o, pose=_pose(seen[o.name]), value=seen[o.name][7], speed=0.0) for o in scene.objects if o.name in seen
    )
    robot = replace(
        scene.robot,
        base=_pose(data["base"]),
        tool=_pose(data["tool"]),
        opening=data["opening"],
        holding=data["holding"],
    )
    supports = frozenset((upper, lower) for upper, lower in data["supports"])
    return replace(scene, objects=objects, robot=robot, supports=supports)


def _pose(values: list[float]) -> Pose:
    x, y, z, qx, qy, qz, qw = values[:7]
    return Pose((x, y, z), (qx, qy, qz, qw))
