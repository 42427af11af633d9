"""LLM3's random sampler (Wang et al., IROS 2024), the baseline that its language model is compared with.

A plan picks each box and sets it down in the basket, somewhere: x and y even over the basket's outline, the heading
over the whole circle. All of them are drawn anew until a plan works; each plan that is drawn and checked is one
iteration. (Their plans list the boxes in one fixed order, which may be a bad one; here the order is drawn as well.
Their basket is a flat slab, ours has walls, which rule out more of what is drawn: hence the option `inside`.)

A plan is checked as far as it must be: first whether the boxes are within the basket and apart, many plans at a time;
then whether the hand has room and the arm reaches; and what passes is carried out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from envs.attempts import Goal
from sim.catalog import sized
from sim.state import ObjectState
from sim.world import World
from skills.execution import execute
from skills.outcome import SkillFailure
from skills.primitives.place import put, settings_at
from skills.registry import skills
from skills.spec import SkillCall
from skills.spots import DROP, Spot

MOST = 200_000
"""So many iterations, and the sampler gives up."""
_BATCH = 512


@dataclass(frozen=True)
class Sampled:
    """What the sampler came to."""

    iterations: int
    """Plans that were drawn, the one that worked included."""
    solved: bool
    """Whether one worked."""


class RandomPacking:
    """The sampler in one scene."""

    def __init__(
        self, world: World, goal: Goal, basket: str, rng: np.random.Generator, *, inside: bool = False
    ) -> None:
        """Begins in the world as it is.

        Args:
            world: holds the scene, of the reach family.
            goal: asked of the settled scene.
            basket: name of the basket; all other movable things are to be packed.
            rng: draws.
            inside: whether each box is drawn where it fits within the walls, which makes the sampler much better than
                theirs is.
        """
        self._world, self._goal, self._rng, self._inside = world, goal, rng, inside
        self._start = world.state()
        self._snapshot = world.save()
        self._basket = self._start[basket]
        self._boxes = [o for o in self._start.objects if o.category == "carton"]
        wall = sized(self._basket.category, self._basket.size).wall
        self._room = np.array([s / 2.0 - wall for s in self._basket.size[:2]])

    def run(self, most: int = MOST) -> Sampled:
        """Draws plans until one works."""
        drawn = 0
        while drawn < most:
            count = min(_BATCH, most - drawn)
            poses = self._draw(count)
            for k in np.flatnonzero(self._fits(poses)):
                if self._works(poses[k]):
                    return Sampled(drawn + int(k) + 1, True)
            drawn += count
        return Sampled(drawn, False)

    def _draw(self, count: int) -> np.ndarray:
        """Poses (x, y, heading) in the basket's frame, shape (count, boxes, 3)."""
        shape = (count, len(self._boxes))
        turn = self._rng.uniform(-math.pi, math.pi, shape)
        half = np.array(self._basket.size[:2]) / 2.0
        room = np.broadcast_to(half, (*shape, 2))
        if self._inside:
            room = np.maximum(self._room - self._reach(turn), 0.0)
        return np.concatenate([self._rng.uniform(-1.0, 1.0, (*shape, 2)) * room, turn[..., None]], axis=-1)

    def _reach(self, turn: np.ndarray) -> np.ndarray:
        """How far boxes with these headings reach from their middles along the basket's axes, metres."""
        c, s = np.abs(np.cos(turn)), np.abs(np.sin(turn))
        a, b = np.array([o.size[0] / 2.0 for o in self._boxes]), np.array([o.size[1] / 2.0 for o in self._boxes])
        return np.stack([c * a + s * b, s * a + c * b], axis=-1)

    def _fits(self, poses: np.ndarray) -> np.ndarray:
        """Which plans have all boxes within the walls and none through another."""
        beyond = np.abs(poses[..., :2]) + self._reach(poses[..., 2]) > self._room + 1e-9
        within = np.logical_not(beyond.any(axis=(1, 2)))
        corners = [_corners(poses[:, k], box) for k, box in enumerate(self._boxes)]
        for i, first in enumerate(corners):
            for second in corners[:i]:
                within = within & _apart(first, second)
        return within

    def _works(self, poses: np.ndarray) -> bool:
        """Whether the hand can do it, in the mind and then in the simulator."""
        order = self._rng.permutation(len(self._boxes))
        spots = [(self._boxes[int(k)].name, self._spot(self._boxes[int(k)], poses[int(k)])) for k in order]
        try:
            self._imagine(spots)
            self._carry_out(spots)
        except SkillFailure:
            return False
        return self._goal(self._world.settle())

    def _spot(self, box: ObjectState, pose: np.ndarray) -> Spot:
        x0, y0, _ = self._basket.position
        yaw, (u, v, turn) = self._basket.pose.yaw, (float(p) for p in pose)
        x = x0 + math.cos(yaw) * u - math.sin(yaw) * v
        y = y0 + math.sin(yaw) * u + math.cos(yaw) * v
        floor = self._basket.bottom + sized(self._basket.category, self._basket.size).floor
        turns = 4 if abs(box.size[0] - box.size[1]) < 1e-6 else 2
        return Spot(x, y, floor + DROP, yaw + turn, self._basket.name, self._basket.name, turns)

    def _imagine(self, spots: Sequence[tuple[str, Spot]]) -> None:
        """Follows a plan in the mind.

        Raises:
            SkillFailure: something is out of reach, or there is no room for the hand.
        """
        state = self._start
        imagine = skills()["pick"].imagine
        assert imagine is not None
        for name, spot in spots:
            held = next(imagine(self._world, state, SkillCall("pick", (name,)), ()))
            state = next(settings_at(self._world, held, name, [spot])).after

    def _carry_out(self, spots: Sequence[tuple[str, Spot]]) -> None:
        """Does it.

        Raises:
            SkillFailure: it does not work.
        """
        self._world.restore(self._snapshot)
        for name, spot in spots:
            outcome = execute(self._world, SkillCall("pick", (name,)), self._rng)
            if not outcome.succeeded:
                assert outcome.reason is not None
                raise SkillFailure(outcome.reason, outcome.message)
            state = self._world.state()
            chosen = next(settings_at(self._world, state, name, [spot]))
            for command in put(self._world, state, SkillCall("place", (name, "in", self._basket.name)), chosen):
                self._world.step(command)
            self._world.settle()


def _corners(poses: np.ndarray, box: ObjectState) -> np.ndarray:
    """Corners, shape (n, 4, 2), of a box at poses (x, y, heading) of shape (n, 3)."""
    half = np.array([(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]) * np.array(box.size[:2]) / 2.0
    c, s = np.cos(poses[:, 2, None]), np.sin(poses[:, 2, None])
    x = poses[:, 0, None] + c * half[:, 0] - s * half[:, 1]
    y = poses[:, 1, None] + s * half[:, 0] + c * half[:, 1]
    return np.stack([x, y], axis=-1)


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Which of n pairs of rectangles do not overlap, by the axis that separates them (Gottschalk et al., 1996)."""
    apart = np.zeros(len(a), dtype=bool)
    for axis in _axes(a, b):
        p, q = np.einsum("nkd,nd->nk", a, axis), np.einsum("nkd,nd->nk", b, axis)
        apart |= (p.max(axis=1) < q.min(axis=1)) | (q.max(axis=1) < p.min(axis=1))
    return apart


def _axes(*rectangles: np.ndarray) -> Iterator[np.ndarray]:
    for corners in rectangles:
        yield corners[:, 1] - corners[:, 0]
        yield corners[:, 2] - corners[:, 1]
