"""Samples made by hand: blocks and bowls, for tests of what is trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.language.dialogue import Dialogue, End, answer, goal_answer
from planner.symbolic_search import find_plan
from sim.state import SceneState
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.symbolic import typing_of
from tests.scene_builder import scene

COLORS = ("red", "blue", "green", "yellow")


@dataclass(frozen=True)
class Handmade:
    """As `planner.language.corpus.sample.Sample`, as far as training reads it."""

    start: SceneState
    instruction: str
    goal: str
    head: str
    prompt_and_answers: tuple[tuple[str, str], ...]
    goal_prompt: str
    goal_answer: str
    verdict: str = "do"
    kind: str = "plain"
    earlier_goals: tuple[tuple[str, str], ...] = ()


def handmade(state: SceneState, instruction: str, goal: str) -> Handmade:
    """The sample of a wish, with the steps of the symbolic planner."""
    typing = typing_of(state)
    plan = find_plan(parse_goal(goal, typing), atoms(state, state), typing, scene=state)
    assert plan.calls is not None, plan.reason
    answers = [answer(step) for step in (*plan.calls, End.DONE)]
    head = Dialogue(instruction, state).step_prompt().removesuffix("Step:")
    steps = tuple(("Step:", a) for a in answers)
    return Handmade(state, instruction, goal, head, steps, f"{head}Goal:", goal_answer(goal))


def some_scene(rng: np.random.Generator) -> SceneState:
    """Two to four blocks and two bowls, somewhere."""
    blocks = [f"{c} block" for c in rng.permutation(COLORS)[: rng.integers(2, 5)]]
    bowls = [f"{c} bowl" for c in rng.permutation(COLORS)[:2]]
    spots = rng.permutation([(x, y) for x in (0.35, 0.5, 0.65) for y in (-0.3, -0.1, 0.1, 0.3)])
    return scene({name: (float(x), float(y)) for name, (x, y) in zip(blocks + bowls, spots, strict=False)})


def some_samples(count: int, seed: int = 0, wishes: int = 2) -> list[Handmade]:
    """Wishes of one block in one bowl, several for a scene."""
    rng = np.random.default_rng(seed)
    made: list[Handmade] = []
    while len(made) < count:
        state = some_scene(rng)
        for _ in range(min(wishes, count - len(made))):
            block, bowl = (str(rng.choice(_named(state, kind))) for kind in ("block", "bowl"))
            goal = f"(in {block.replace(' ', '_')} {bowl.replace(' ', '_')})"
            made.append(handmade(state, f"put the {block} in the {bowl}", goal))
    return made


def _named(state: SceneState, kind: str) -> Sequence[str]:
    return [o.name for o in state.objects if o.category == kind]
