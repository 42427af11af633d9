"""The feasibility transformer behind the protocol that planners use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from planner.feasibility.batch import Told, pack_scenes, pack_steps
from planner.feasibility.clearance import Hand
from planner.feasibility.expected import Expected, moves_of
from planner.feasibility.facts import changes
from planner.feasibility.forms import FIRST, Form
from planner.feasibility.imagine import Imagined
from planner.feasibility.network import Answers, paths_of
from planner.feasibility.protocol import Prediction
from planner.feasibility.tokens import failure_rows, failures, scene_rows, step_rows
from planner.feasibility.weights import DEFAULT_WEIGHTS, Trained, load
from sim.state import SceneState
from skills.protocol import Step
from skills.spec import SkillCall

ROOT = -1
"""The node of a `PlanTree` at which no step has been taken."""
NODES = 256
"""`predict` scores about so many steps in one forward: what they need then stays in the processor's cache."""


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

    def follow(
        self, state: SceneState, plan: Sequence[SkillCall], evidence: Sequence[Step] = ()
    ) -> list[tuple[Expected, SceneState]]:
        """Follows a plan into scenes that have not happened: what each step would change, and the scene after it.

        Args:
            state: the scene in which the plan would start.
            plan: calls from `state` on, all of which are taken to succeed.
            evidence: see `predict`.

        Raises:
            ValueError: as `predict`.
        """
        tree = self.tree(state, evidence)
        tree.extend([(k - 1, call) for k, call in enumerate(plan)])
        found = []
        for node in range(len(plan)):
            expected = tree.expected(node)
            state = expected.applied(state)
            found.append((expected, state))
        return found


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


class _Node:
    """A step of a plan in a tree."""

    __slots__ = ("_after", "before", "depth", "form", "path")

    def __init__(self, form: Form, before: Imagined, path: tuple[int, ...]) -> None:
        self.form, self.before, self.path = form, before, path
        self.depth = len(path)
        self._after: Imagined | None = None

    def after(self) -> Imagined:
        """The scene once the step has succeeded."""
        if self._after is None:
            self._after = self.before.after(self.form)
        return self._after


class PlanTree:
    """Plans in one scene that share what they have in common: the scene, and their beginnings.

    Nodes are numbered as they are added. One more step of a plan costs one token.
    """

    def __init__(self, trained: Trained, state: SceneState, evidence: Sequence[Step] = ()) -> None:
        """Reads the scene; see `FeasibilityTransformer.tree`."""
        self._trained = trained
        vocabulary, limits = trained.network.vocabulary, trained.limits
        self._start = Imagined.of(state)
        self._hand = Hand.of(state.robot.name)
        self._nodes: list[_Node] = []
        failed = failure_rows(self._start, failures(evidence), self._hand, vocabulary)
        self._known = (
            len(state.objects) <= limits.objects
            and state.robot.name in limits.robots
            and state.family in limits.families
            and all(vocabulary.kind(o.category) for o in state.objects)
            and bool(failed.steps.spec.all())
        )
        with torch.inference_mode():
            told = Told(scene_rows(state, self._start, vocabulary), failed)
            self._cache = trained.network.begin(pack_scenes([told]))
        self._answers: list[tuple[int, Answers]] = []

    @property
    def size(self) -> int:
        """How many nodes there are; the next one gets this number."""
        return len(self._nodes)

    def fork(self) -> PlanTree:
        """A tree with the same nodes, which then grows apart; what is cached is shared."""
        other = object.__new__(PlanTree)
        other.__dict__.update(self.__dict__)
        other._nodes, other._answers = list(self._nodes), list(self._answers)
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
        network, forms = self._trained.network, self._start.things.forms
        for number, (parent, call) in enumerate(steps, start=first):
            self._nodes.append(self._node(number, parent, forms[call]))
        added = self._nodes[first:]
        rows = step_rows([(n.before, n.form) for n in added], self._hand, network.vocabulary)
        depth = torch.from_numpy(np.fromiter((n.depth for n in added), np.int64, len(added))).unsqueeze(0)
        moved = [n.form.moved for n in self._nodes]
        objects = self._cache.bank.shape[1] - FIRST
        paths, gone = paths_of([n.path for n in added], moved, network.config.window, objects)
        with torch.inference_mode():
            answers, self._cache = network.extend(self._cache, pack_steps([rows]), depth, paths, gone)
        self._answers.append((first, answers))
        return self._predictions(answers, added, rows.spec > 0)

    def expected(self, node: int) -> Expected:
        """What a node's step would change, if all of its plan up to it succeeds."""
        if not 0 <= node < len(self._nodes):
            raise ValueError(f"no node {node} in this tree; the last is {len(self._nodes) - 1}")
        one = self._nodes[node]
        first, answers = max((pair for pair in self._answers if pair[0] <= node), key=lambda pair: pair[0])
        picked = Answers(*(t[:, node - first : node - first + 1] for t in answers))
        with torch.inference_mode():
            effects = self._trained.network.effects(picked, self._cache)
        things = self._start.things
        names, k = tuple(things.order), len(things.order)
        shifts = [things.frame.outward((x, y, z)) for x, y, z in (effects.shift[0, 0, :k] / 10.0).tolist()]
        table = (effects.facts[0, 0, :k] > 0.0).numpy()
        carrier = int(effects.carrier[0, 0, : FIRST + k].argmax())  # base and tool carry nothing
        adds, deletes = changes(one.before.facts, table, one.form.call.arguments[0], carrier, names)
        return Expected(moves_of(names, shifts), adds, deletes)

    def _node(self, number: int, parent: int, form: Form) -> _Node:
        if parent == ROOT:
            before, path = self._start, (number,)
        elif 0 <= parent < number:
            above = self._nodes[parent]
            before, path = above.after(), (*above.path, number)
        else:
            raise ValueError(f"no node {parent} in this tree; the last is {number - 1}, and {ROOT} the root")
        return _Node(form, before, path)

    def _predictions(self, answers: Answers, added: Sequence[_Node], trained: np.ndarray) -> list[Prediction]:
        """What is said of new nodes; `trained` tells whose skills were in the training."""
        calibration, reasons = self._trained.calibration, self._trained.network.vocabulary.reasons
        success = torch.sigmoid(calibration.scale * answers.success[0] + calibration.shift).tolist()
        likeliest = answers.reason[0].argmax(dim=-1).tolist()
        names = tuple(self._start.things.order)
        blamed = answers.culprit[0, :, : FIRST + len(names)].argmax(dim=-1).tolist()
        steps = self._trained.limits.steps
        known = [self._known and k and n.depth <= steps for n, k in zip(added, trained.tolist(), strict=True)]
        return [
            Prediction(p, None, sure)
            if p >= 0.5
            else Prediction(p, reasons[r], sure, names[c - FIRST] if c >= FIRST else None)
            for p, r, c, sure in zip(success, likeliest, blamed, known, strict=True)
        ]
