"""The feasibility transformer behind the protocol that planners use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from planner.feasibility.batch import Told, pack_scenes, pack_steps
from planner.feasibility.imagine import Imagined
from planner.feasibility.network import Answers
from planner.feasibility.protocol import Prediction
from planner.feasibility.tokens import failure_rows, failures, scene_rows, step_rows
from planner.feasibility.weights import DEFAULT_WEIGHTS, Trained, load
from sim.state import SceneState
from skills.protocol import Step
from skills.spec import SkillCall, SkillSpec
from skills.symbolic import check_call

ROOT = -1
"""The node of a `PlanTree` at which no step has been taken."""
NODES = 256
"""`predict` scores so many steps in one forward; they attend side by side, so the cost of more would grow faster."""


class FeasibilityTransformer:
    """Implements `FeasibilityModel`."""

    def __init__(self, trained: Trained) -> None:
        """Takes a trained network; `from_file` loads one."""
        self.trained = trained

    @staticmethod
    def from_file(path: Path = DEFAULT_WEIGHTS) -> FeasibilityTransformer:
        """Loads the weights that come with the package, or others.

        Raises:
            WeightsError: the file cannot be used; the message says why.
        """
        return FeasibilityTransformer(load(path))

    def tree(self, state: SceneState, evidence: Sequence[Step] = ()) -> PlanTree:
        """Reads a scene once, to score any number of plans in it step by step."""
        return PlanTree(self.trained, state, evidence)

    def predict(
        self, state: SceneState, plans: Sequence[Sequence[SkillCall]], evidence: Sequence[Step] = ()
    ) -> list[list[Prediction]]:
        """See `FeasibilityModel.predict`. Beginnings that plans share are scored once."""
        root = self.tree(state, evidence)
        found: list[list[Prediction]] = []
        pending: list[Sequence[SkillCall]] = []
        size = 0
        for plan in plans:
            if pending and size + len(plan) > NODES:
                found += _score(root.fork(), pending)
                pending, size = [], 0
            pending.append(plan)
            size += len(plan)
        return found + (_score(root, pending) if pending else [])


def _score(tree: PlanTree, plans: Sequence[Sequence[SkillCall]]) -> list[list[Prediction]]:
    nodes: dict[tuple[SkillCall, ...], int] = {(): ROOT}
    wanted: list[tuple[int, SkillCall]] = []
    for plan in plans:
        for k, call in enumerate(plan):
            path = tuple(plan[: k + 1])
            if path not in nodes:
                nodes[path] = len(wanted)
                wanted.append((nodes[path[:-1]], call))
    answers = tree.extend(wanted)
    return [[answers[nodes[tuple(plan[: k + 1])]] for k in range(len(plan))] for plan in plans]


class _Node(NamedTuple):
    spec: SkillSpec
    call: SkillCall
    before: Imagined
    depth: int
    path: tuple[int, ...]
    known: bool

    def after(self) -> Imagined:
        return self.before.after(self.spec, self.call)


class PlanTree:
    """Plans in one scene that share what they have in common: the scene, and their beginnings.

    Nodes are numbered as they are added. One more step of a plan costs one token.
    """

    def __init__(self, trained: Trained, state: SceneState, evidence: Sequence[Step] = ()) -> None:
        """Reads the scene; see `FeasibilityTransformer.tree`."""
        self._trained = trained
        vocabulary, limits = trained.network.vocabulary, trained.limits
        self._start = Imagined.of(state)
        self._frame = self._start.frame
        self._nodes: list[_Node] = []
        failed = failure_rows(self._start, failures(evidence), vocabulary)
        self._known = (
            len(state.objects) <= limits.objects
            and state.robot.name in limits.robots
            and state.family in limits.families
            and all(vocabulary.kind(o.category) for o in state.objects)
            and all(row.spec for row in failed.steps)
        )
        with torch.inference_mode():
            told = Told(scene_rows(state, self._start, vocabulary), failed)
            self._cache = trained.network.begin(pack_scenes([told]))

    @property
    def size(self) -> int:
        """How many nodes there are; the next one gets this number."""
        return len(self._nodes)

    def fork(self) -> PlanTree:
        """A tree with the same nodes, which then grows apart; what is cached is shared."""
        other = object.__new__(PlanTree)
        other.__dict__.update(self.__dict__)
        other._nodes = list(self._nodes)
        return other

    def extend(self, steps: Sequence[tuple[int, SkillCall]]) -> list[Prediction]:
        """Adds nodes and scores them in one forward.

        Args:
            steps: pairs (node that it follows, call); `ROOT` for the first step of a plan. A node may follow one that
                stands earlier in the same list: numbers go on from `size`.

        Raises:
            ValueError: a call does not fit the scene, or there is no such node.
        """
        if not steps:
            return []
        first = len(self._nodes)
        for parent, call in steps:
            self._add(parent, call)
        added = self._nodes[first:]
        rows = step_rows([(n.before, n.spec, n.call) for n in added], self._trained.network.vocabulary)
        depth = torch.tensor([[n.depth for n in added]])
        lineage = torch.zeros(1, len(added), len(self._nodes), dtype=torch.bool)
        flat = [(k, a) for k, n in enumerate(added) for a in n.path]
        index = torch.tensor(flat)
        lineage[0, index[:, 0], index[:, 1]] = True
        with torch.inference_mode():
            answers, self._cache = self._trained.network.extend(self._cache, pack_steps([rows]), depth, lineage)
        return self._predictions(answers, added)

    def _add(self, parent: int, call: SkillCall) -> None:
        if not ROOT <= parent < len(self._nodes):
            raise ValueError(f"no node {parent} in this tree; the last is {len(self._nodes) - 1}, and {ROOT} the root")
        spec = check_call(call, self._start.objects)
        if parent == ROOT:
            before, depth, path = self._start, 1, (len(self._nodes),)
        else:
            above = self._nodes[parent]
            before, depth, path = above.after(), above.depth + 1, (*above.path, len(self._nodes))
        known = spec.name in self._trained.network.vocabulary.specs and depth <= self._trained.limits.steps
        self._nodes.append(_Node(spec, call, before, depth, path, known and self._known))

    def _predictions(self, answers: Answers, added: Sequence[_Node]) -> list[Prediction]:
        calibration, reasons = self._trained.calibration, self._trained.network.vocabulary.reasons
        success = torch.sigmoid(calibration.scale * answers.success[0] + calibration.shift).tolist()
        likeliest = answers.reason[0].argmax(dim=-1).tolist()
        effects = (answers.effect[0] / 10.0).tolist()
        holding = answers.holding[0].sigmoid().tolist()
        return [
            Prediction(
                success=p,
                reason=reasons[r] if p < 0.5 else None,
                confident=node.known,
                effect=self._frame.outward((e[0], e[1], e[2])),
                holding=h,
            )
            for p, r, e, h, node in zip(success, likeliest, effects, holding, added, strict=True)
        ]
