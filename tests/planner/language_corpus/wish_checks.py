"""What is asked of every wish, whatever it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np

from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.symbolic_search import find_plan
from sim.state import SceneState
from skills.goals import parse_goal
from skills.predicates import atoms
from skills.symbolic import typing_of


def drawn(
    wishes: Mapping[str, Drawer], scene: Callable[[np.random.Generator], SceneState], count: int, seed: int = 0
) -> list[tuple[str, SceneState, Wish]]:
    """All wishes that are drawn over `count` scenes, with the name of each and its scene."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        state = scene(rng)
        for name, drawer in wishes.items():
            wish = drawer(state, rng)
            if wish is not None:
                found.append((name, state, wish))
    return found


def goals(wish: Wish) -> list[str]:
    """All formulas of a wish."""
    return [g for g in (wish.goal, *wish.stages, *(goal for _, goal in wish.replies)) if g is not None]


def planless(found: list[tuple[str, SceneState, Wish]]) -> list[str]:
    """Wishes with a goal that nothing brings about."""
    bad = []
    for _, state, wish in found:
        objects, facts = typing_of(state), atoms(state, state)
        for goal in goals(wish):
            plan = find_plan(parse_goal(goal, objects), facts, objects, scene=state)
            if plan.calls is None:
                bad.append(f"{wish.instruction!r}: {goal}: {plan.reason}")
    return bad


def misshapen(found: list[tuple[str, SceneState, Wish]]) -> list[str]:
    """Wishes whose verdict and goal do not go together, or whose words are not filled in."""
    bad = []
    for name, _, wish in found:
        if (wish.goal is None) == (wish.verdict is Verdict.DO):
            bad.append(f"{name}: {wish.verdict} and goal {wish.goal}")
        if not wish.instruction.strip() or any(c in wish.instruction for c in "{}[]<>|_"):
            bad.append(f"{name}: {wish.instruction!r}")
    return bad


def counts(found: list[tuple[str, SceneState, Wish]]) -> Counter[str]:
    """How often each was drawn."""
    return Counter(name for name, _, _ in found)
