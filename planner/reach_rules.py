"""What a planner can tell in advance of strokes with a hook: which objects must be out of the way first."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator

from planner.symbolic_relevance import Obstacles
from sim.catalog import sized, types_of
from sim.geometry import Vec3
from sim.state import SceneState
from skills.hooking import REACHES, Stroke, blockers, grips, pulls, pushes, tool_at
from skills.paper_arm import paper_arm
from skills.spec import SkillCall
from skills.strokes import paths_of
from skills.symbolic import Facts, constants, typing_of
from skills.vocabulary import Atom

_TRIED = 12
"""Most hindered strokes that are asked whether the arm could do them."""
Pair = tuple[SkillCall, SkillCall]
"""A pick and a placement of the same object."""


def hindrances(state: SceneState, facts: Facts, about: Collection[str], moved: Collection[str] = ()) -> Obstacles:
    """Objects that must first be taken from where they are, by the stroke that they hinder.

    A stroke that the arm cannot do from where its object stands is hindered by the object itself; so is one that is
    still hindered after all that was in its way has been moved.

    Args:
        state: the scene.
        facts: what holds in it.
        about: names of the objects whose pushes are asked about.
        moved: names of the objects that have been moved aside before.
    """
    values = constants(typing_of(state))
    found: dict[SkillCall, frozenset[str]] = {}
    for hook in values.get("tool", ()):
        for name in values.get("movable", ()):
            if name == hook:
                continue
            if Atom("reachable", (name,)) not in facts:
                least = _least(state, hook, pulls(state, name, hook))
                if least:
                    found[SkillCall("pull", (name, "with", hook))] = least
            for rack in values.get("rack", ()):
                if name in about and Atom("in-front-of", (name, rack)) in facts:
                    least = _least(state, hook, pushes(state, name, hook, rack))
                    stuck = least is None or (least and least <= set(moved) and name not in moved)
                    found[SkillCall("push", (name, "with", hook, "under", rack))] = (
                        frozenset({name}) if stuck or least is None else least
                    )
    return {call: names for call, names in found.items() if names}


def joined(first: Obstacles, second: Obstacles) -> dict[SkillCall, frozenset[str]]:
    """What either says of a call."""
    return {call: first.get(call, frozenset()) | second.get(call, frozenset()) for call in {**first, **second}}


def packed_in_order(
    calls: tuple[SkillCall, ...], state: SceneState, in_the_way: Obstacles | None = None
) -> tuple[SkillCall, ...]:
    """The same plan, with what goes into one place one after another sorted: low things first, then large ones.

    The hand is wider than what it holds: beside something tall there is no room for it to set down something low.

    Args:
        calls: the plan.
        state: the scene.
        in_the_way: objects that must be taken away before a call.
    """
    result: list[SkillCall] = []
    k = 0
    while k < len(calls):
        pairs: list[Pair] = []
        while _is_pair(calls, k, pairs):
            pairs.append((calls[k], calls[k + 1]))
            k += 2
        result += _sorted(pairs, state, in_the_way or {})
        if not pairs:
            result.append(calls[k])
            k += 1
    return tuple(result)


def _is_pair(calls: tuple[SkillCall, ...], k: int, before: list[Pair]) -> bool:
    """Whether a pick and a placement stand at an index, into the same place as those before."""
    if k + 1 >= len(calls) or (calls[k].skill, calls[k + 1].skill) != ("pick", "place"):
        return False
    same = not before or calls[k + 1].arguments[1:] == before[0][1].arguments[1:]
    return same and calls[k].arguments[0] == calls[k + 1].arguments[0]


def _sorted(pairs: list[Pair], state: SceneState, in_the_way: Obstacles) -> list[SkillCall]:
    """Calls of the pairs in order of bulk, but what is in the way of another before that."""
    waiting = sorted(pairs, key=lambda pair: _bulk(state, pair[0].arguments[0]))
    result: list[SkillCall] = []
    while waiting:
        names = {pick.arguments[0] for pick, _ in waiting}
        free = (pair for pair in waiting if not any(names & in_the_way.get(call, frozenset()) for call in pair))
        chosen = next(free, waiting[0])
        waiting.remove(chosen)
        result += chosen
    return result


def _bulk(state: SceneState, name: str) -> tuple[float, float]:
    thing = state[name]
    return round(thing.height, 2), -thing.size[0] * thing.size[1]


def _least(state: SceneState, hook: str, strokes: Iterator[Stroke]) -> frozenset[str] | None:
    """The fewest movable objects that any of the strokes meets; None where each is out of reach or meets furniture."""
    arm = paper_arm(state.robot.name, state.robot.base)
    tool = state[hook]
    grasps = (None,) if state.robot.holding == hook else grips(sized(tool.category, tool.size))
    hindered: list[tuple[frozenset[str], Stroke, Vec3 | None]] = []
    for stroke, grip in itertools.product(strokes, grasps):
        if not _within_reach(state, hook, stroke, grip):
            continue
        met = frozenset(blockers(state, arm.spec, hook, stroke, grip))
        if any("movable" not in types_of(state[n].category) for n in met):
            continue
        if met:
            hindered.append((met, stroke, grip))
        elif paths_of(arm, state, hook, stroke, grip) is not None:
            return met
    for met, stroke, grip in sorted(hindered, key=lambda way: len(way[0]))[:_TRIED]:
        if paths_of(arm, state, hook, stroke, grip) is not None:
            return met
    return None


def _within_reach(state: SceneState, hook: str, stroke: Stroke, grip: Vec3 | None) -> bool:
    """Whether the hand can be where the stroke starts and ends."""
    base = state.robot.base.position
    low, high = REACHES
    places = (tool_at(state, hook, pose, grip) for pose in (stroke.start, stroke.end))
    return all(low <= math.hypot(x - base[0], y - base[1]) <= high for x, y, _, _ in places)
