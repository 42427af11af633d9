"""What a planner can tell in advance of strokes with a hook: which objects must be out of the way first."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator

from planner.symbolic_problem import Obstacles
from sim.catalog import sized, types_of
from sim.geometry import Vec3
from sim.robots import find_robot
from sim.state import SceneState
from skills.hooking import REACHES, Stroke, blockers, grips, pulls, pushes, tool_at
from skills.spec import SkillCall
from skills.symbolic import Facts, constants, typing_of
from skills.vocabulary import Atom


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
                    stuck = least is None or (least and least <= set(moved))
                    found[SkillCall("push", (name, "with", hook, "under", rack))] = (
                        frozenset({name}) if stuck or least is None else least
                    )
    return {call: names for call, names in found.items() if names}


def joined(first: Obstacles, second: Obstacles) -> dict[SkillCall, frozenset[str]]:
    """What either says of a call."""
    return {call: first.get(call, frozenset()) | second.get(call, frozenset()) for call in {**first, **second}}


def packed_in_order(calls: tuple[SkillCall, ...], state: SceneState) -> tuple[SkillCall, ...]:
    """The same plan, with what goes into one place one after another sorted: low things first, then large ones.

    The hand is wider than what it holds: beside something tall there is no room for it to set down something low.
    """
    result: list[SkillCall] = []
    k = 0
    while k < len(calls):
        pairs: list[tuple[SkillCall, SkillCall]] = []
        while _is_pair(calls, k, pairs):
            pairs.append((calls[k], calls[k + 1]))
            k += 2
        result += [call for pair in sorted(pairs, key=lambda p: _bulk(state, p[0].arguments[0])) for call in pair]
        if not pairs:
            result.append(calls[k])
            k += 1
    return tuple(result)


def _is_pair(calls: tuple[SkillCall, ...], k: int, before: list[tuple[SkillCall, SkillCall]]) -> bool:
    """Whether a pick and a placement stand at an index, into the same place as those before."""
    if k + 1 >= len(calls) or (calls[k].skill, calls[k + 1].skill) != ("pick", "place"):
        return False
    same = not before or calls[k + 1].arguments[1:] == before[0][1].arguments[1:]
    return same and calls[k].arguments[0] == calls[k + 1].arguments[0]


def _bulk(state: SceneState, name: str) -> tuple[float, float]:
    thing = state[name]
    return round(thing.height, 2), -thing.size[0] * thing.size[1]


def _least(state: SceneState, hook: str, strokes: Iterator[Stroke]) -> frozenset[str] | None:
    """The fewest movable objects that any of the strokes meets; None where each is out of reach or meets furniture."""
    spec = find_robot(state.robot.name)
    tool = state[hook]
    held = state.robot.holding == hook
    best: frozenset[str] | None = None
    ways = itertools.product(strokes, (None,) if held else grips(sized(tool.category, tool.size)))
    for stroke, grip in ways:
        if not _within_reach(state, hook, stroke, grip):
            continue
        met = frozenset(blockers(state, spec, hook, stroke, grip))
        if any("movable" not in types_of(state[n].category) for n in met):
            continue
        if best is None or len(met) < len(best):
            best = met
        if not best:
            break
    return best


def _within_reach(state: SceneState, hook: str, stroke: Stroke, grip: Vec3 | None) -> bool:
    """Whether the hand can be where the stroke starts and ends."""
    base = state.robot.base.position
    low, high = REACHES
    places = (tool_at(state, hook, pose, grip) for pose in (stroke.start, stroke.end))
    return all(low <= math.hypot(x - base[0], y - base[1]) <= high for x, y, _, _ in places)
