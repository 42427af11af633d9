"""Plans to try out: random walks over the skill specs, drawn as a whole before anything is carried out.

A walk is balanced over the specs and not over their groundings (of which `place-between` has most). Most of its calls
could be made by the symbols alone, as far as the promised effects of the calls before them tell; some could not. Some
walks circle round one thing, so that bowls fill, towers rise and baskets are packed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.catalog import types_of
from sim.state import SceneState
from skills.predicates import atoms
from skills.registry import find_spec
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, apply, ground, typing_of, unmet

LENGTHS = {1: 0.16, 2: 0.20, 3: 0.12, 4: 0.16, 5: 0.08, 6: 0.12, 7: 0.06, 8: 0.10}
"""Share of the plans of each length; none is longer, so that longer ones are new to what was trained on these."""
LONG = {n: 1.0 / 8.0 for n in range(9, 17)}
"""Lengths of plans up to twice as long."""
_ILLEGAL = 0.07
"""Share of calls whose preconditions do not hold."""
_FOCUS = 0.5
"""Share of plans that are about one thing, and how much likelier the calls are that speak of it."""
_FOCUS_WEIGHT = 8.0
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "tabletop": {"pick": 2.5, "place-in": 2.0, "place-on": 2.0, "place-between": 1.5, "sweep": 4.0},
    "desk": {"pick": 3.0, "place-in": 2.5, "place-on": 2.0, "push": 1.5},
    "reach": {"pick": 3.0, "place-in": 4.0, "place-on": 4.0, "pull-with": 16.0, "push-under": 8.0, "push": 0.6},
    "kitchen": {"pick": 6.0, "place-in": 2.0, "place-on": 3.0, "give": 8.0, "go": 0.7},
}
"""How likely each spec is among those that can be called; 1 where not said. Without picks there are no places."""


def draw_plan(
    state: SceneState, rng: np.random.Generator, lengths: Mapping[int, float] = LENGTHS, first: SkillCall | None = None
) -> list[SkillCall]:
    """Draws a plan.

    Args:
        state: the scene in which it would begin.
        rng: draws.
        lengths: shares of the lengths.
        first: the call to begin with; drawn as well if None.

    Returns:
        The calls; none where nothing can be called.
    """
    length = int(rng.choice(list(lengths), p=list(lengths.values())))
    objects, facts = typing_of(state), atoms(state)
    focus = _focus(objects, rng)
    plan: list[SkillCall] = []
    for k in range(length):
        call = first if k == 0 and first is not None else _draw_call(objects, facts, focus, rng)
        if call is None:
            break
        plan.append(call)
        facts = apply(call, facts, objects)
    return plan


def _focus(objects: Typing, rng: np.random.Generator) -> str | None:
    """What the plan is about: mostly something that carries or contains."""
    if rng.uniform() > _FOCUS:
        return None
    tools = [name for name, kind in objects if "tool" in types_of(kind)]
    if tools and rng.uniform() < _FOCUS:
        return tools[0]
    able = [name for name, kind in objects if not types_of(kind).isdisjoint(("surface", "container"))]
    return able[int(rng.integers(len(able)))] if able else None


def _draw_call(objects: Typing, facts: Facts, focus: str | None, rng: np.random.Generator) -> SkillCall | None:
    calls = ground(objects)
    if not calls:
        return None
    able = [c for c in calls if not unmet(c, facts)]
    if not able or rng.uniform() < _ILLEGAL:
        unable = [c for c in calls if unmet(c, facts)]
        return _balanced(unable or able, {}, None, rng)
    return _balanced(able, _WEIGHTS[objects.family], focus, rng)


def _balanced(
    calls: Sequence[SkillCall], shares: Mapping[str, float], focus: str | None, rng: np.random.Generator
) -> SkillCall:
    """First a spec, then one of its groundings."""
    by_spec: dict[str, list[SkillCall]] = {}
    for call in calls:
        by_spec.setdefault(find_spec(call).name, []).append(call)
    weights = np.array([shares.get(n, 1.0) for n in by_spec])
    if focus is not None:
        weights *= [_FOCUS_WEIGHT if any(focus in c.arguments for c in group) else 1.0 for group in by_spec.values()]
    group = list(by_spec.values())[int(rng.choice(len(weights), p=weights / weights.sum()))]
    about = np.array([_FOCUS_WEIGHT if focus is not None and focus in c.arguments else 1.0 for c in group])
    return group[int(rng.choice(len(group), p=about / about.sum()))]
