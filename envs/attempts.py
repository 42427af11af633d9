"""Plans carried out one by one, each from the same scene.

What plans have in common is done once: a plan that begins like one before goes on from where they part. Every call
starts in a restored world and draws from a stream of its own, so what comes of a plan does not depend on which others
were tried before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from envs.seeding import stream
from sim.state import SceneState
from sim.world import Snapshot, World
from skills.execution import execute
from skills.goals import Formula
from skills.lookahead import FARSIGHTED
from skills.outcome import Outcome
from skills.predicates import atoms
from skills.protocol import Step
from skills.spec import SkillCall

Told = tuple[SkillCall, tuple[SkillCall, ...]]
"""A call, and the calls after it that the skill is told of."""


@dataclass(frozen=True)
class Goal:
    """What is to be true of a settled scene."""

    formula: Formula
    """Over the objects of the scene, see `skills.goals.parse_goal`."""
    start: SceneState
    """The scene at the start."""

    def __call__(self, state: SceneState) -> bool:
        """Whether it is."""
        return self.formula.holds(atoms(state, self.start, {leaf.atom.predicate for leaf in self.formula.leaves()}))


@dataclass
class _Place:
    """Where some calls have led."""

    snapshot: Snapshot
    outcome: Outcome
    """Of the last of the calls."""
    reached: bool
    """Whether the goal holds here."""
    onward: dict[Told, _Place] = field(default_factory=dict)


class Attempts:
    """All that has been tried in one scene."""

    def __init__(self, world: World, goal: Goal, *keys: str | int) -> None:
        """Begins in the world as it is.

        Args:
            world: holds the scene; it is not to be used otherwise meanwhile.
            goal: asked of the settled scene.
            keys: name the skills' dice.
        """
        self._world = world
        self._goal = goal
        self._keys = keys
        self._root = self._arrive(Outcome(True, None, ""))
        self.executed = 0
        """Calls that were carried out."""

    def __call__(self, plan: Sequence[SkillCall]) -> tuple[tuple[Step, ...], bool]:
        """Carries a plan out until it ends or a step fails; the steps taken, and whether the goal then holds."""
        here, steps = self._root, []
        for k, call in enumerate(plan):
            # Only skills that look ahead are different for what is to follow.
            rest = tuple(plan[k + 1 :]) if self._goal.start.family in FARSIGHTED else ()
            if (call, rest) not in here.onward:
                path = "; ".join(map(str, plan[: k + 1]))
                here.onward[call, rest] = self._go(here, call, rest, path)
            here = here.onward[call, rest]
            steps.append(Step(call, here.outcome))
            if not here.outcome.succeeded:
                return tuple(steps), False
        return tuple(steps), here.reached

    def _go(self, here: _Place, call: SkillCall, rest: tuple[SkillCall, ...], path: str) -> _Place:
        self._world.restore(here.snapshot)
        self.executed += 1
        return self._arrive(execute(self._world, call, stream(*self._keys, path), then=rest))

    def _arrive(self, outcome: Outcome) -> _Place:
        return _Place(self._world.save(), outcome, outcome.succeeded and self._goal(self._world.state()))
