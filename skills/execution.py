"""Runs one skill call to its end and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.state import TABLE, Pose, SceneState
from sim.stations import STATIONS
from skills.containment import shifts
from skills.desk_facts import why_not as why_not_at_desk
from skills.kitchen_facts import why_not
from skills.motion import follow, line
from skills.outcome import FailureReason, Outcome, SkillFailure
from skills.predicates import atoms
from skills.registry import find_spec, skills
from skills.spec import SkillCall
from skills.symbolic import check_call, typing_of, unmet
from skills.vocabulary import Atom

if TYPE_CHECKING:
    from sim.world import World

MAX_SECONDS = 30.0
"""Simulated time that one skill may take."""
MOVED = 0.02
"""Displacement from which another object counts as moved, metres."""
DISTURBED = 0.05
"""Displacement of another object from which a skill counts as failed, metres."""

_SETTLE_SECONDS = 1.5
_SAFE_HEIGHT = 0.15

Watcher = Callable[["World"], None]


def execute(
    world: World,
    call: SkillCall,
    rng: np.random.Generator,
    *,
    on_step: Watcher | None = None,
    monitor: Watcher | None = None,
    max_seconds: float = MAX_SECONDS,
    then: Sequence[SkillCall] = (),
) -> Outcome:
    """Runs a call in the world until the scene has settled.

    Args:
        world: stepped while the skill runs.
        call: what to do.
        rng: for skills that sample.
        on_step: called after every control step: records frames, disturbs the scene.
        monitor: called after every control step of the skill proper; raises `SkillFailure` to stop it where it is.
        max_seconds: simulated time that the skill may take.
        then: the calls that are intended next, for skills that look ahead; what does not fit the scene is left out.

    Returns:
        What happened, measured in the settled scene.

    Raises:
        ValueError: the call does not fit the scene (unknown skill, form or object).
    """
    if world.held() is None:
        world.aim = None
    before = world.see()
    spec = check_call(call, typing_of(before))
    facts = atoms(before)
    lacking = unmet(call, facts)
    if lacking:
        return _lacks(lacking[0], before)
    started = world.time
    try:
        sentence = _drive(world, call, rng, (on_step, monitor), started + max_seconds, _sound(then, before))
        failure = None
    except SkillFailure as raised:
        sentence, failure = raised.message, raised
        _back_off(world, on_step)
    world.settle(_SETTLE_SECONDS, on_step)
    after = world.see()
    moved = _displaced(before, after, set(spec.binding(call).values()))
    outcome = Outcome(True, None, sentence, world.time - started, tuple(moved))
    if failure is not None:
        return replace(outcome, succeeded=False, reason=failure.reason, culprit=failure.culprit)
    return _check(outcome, call, before, after, moved)


def _lacks(atom: Atom, state: SceneState) -> Outcome:
    held = state.robot.holding
    texts = {
        "hand-empty": f"the hand already holds the {held}",
        "holding": f"the hand does not hold the {atom.arguments[0] if atom.arguments else ''}"
        + (f" but the {held}" if held else ""),
        "clear": f"something lies on the {atom.arguments[0] if atom.arguments else ''}",
        "reachable": f"the {atom.arguments[0] if atom.arguments else ''} is out of reach",
    }
    above = [u for u, lower in state.supports if atom.arguments and lower == atom.arguments[0]]
    culprit = held if atom.predicate == "hand-empty" else (min(above) if above else None)
    message = why_not_at_desk(atom, state) or texts.get(atom.predicate, f"{atom} does not hold")
    if STATIONS[state.family] and atom.predicate in ("reachable", "accessible"):
        message = why_not(atom.arguments[0], state)
    return Outcome(False, FailureReason.PRECONDITION, message, culprit=culprit)


def _sound(then: Sequence[SkillCall], state: SceneState) -> tuple[SkillCall, ...]:
    """The calls up to the first that means nothing in the scene."""
    objects = typing_of(state)
    for k, call in enumerate(then):
        try:
            check_call(call, objects)
        except ValueError:
            return tuple(then[:k])
    return tuple(then)


def _drive(
    world: World,
    call: SkillCall,
    rng: np.random.Generator,
    watchers: tuple[Watcher | None, ...],
    deadline: float,
    then: tuple[SkillCall, ...],
) -> str:
    skill = skills()[call.skill]
    controller = skill.run(world, call, rng, then=then) if skill.looks_ahead else skill.run(world, call, rng)
    while True:
        try:
            command = next(controller)
        except StopIteration as end:
            return str(end.value)
        world.step(command)
        for watcher in watchers:
            if watcher is not None:
                watcher(world)
        if world.time > deadline:
            controller.close()
            raise SkillFailure(FailureReason.TIME_OUT, f"{call} was stopped: it took too long")


def _back_off(world: World, on_step: Watcher | None) -> None:
    """After a failure, brings the hand up and out of the way, still holding what it holds."""
    start = world.joints()
    tool = world.kinematics.forward(start)
    x, y, z = tool.position
    try:
        points = line(world, start, Pose((x, y, max(z, _SAFE_HEIGHT)), tool.orientation))
        for command in follow(world, points, speed=0.6):
            world.step(command)
            if on_step is not None:
                on_step(world)
    except SkillFailure:
        # Stuck where it is: the outcome already says why, and the next skill starts from here.
        world.step()


def _displaced(before: SceneState, after: SceneState, spoken_of: set[str]) -> dict[str, float]:
    """Objects that the call does not speak of and that moved, with the distance in metres."""
    held = {before.robot.holding, after.robot.holding}
    # What is out of sight afterwards is not known to have moved.
    moved = {name: shift for name, shift in shifts(before, after).items() if shift > MOVED}
    return {name: shift for name, shift in moved.items() if name not in spoken_of and name not in held}


def _check(
    outcome: Outcome, call: SkillCall, before: SceneState, after: SceneState, moved: dict[str, float]
) -> Outcome:
    """Whether the promised effects hold in the settled scene, and nothing else was knocked away."""
    spec = find_spec(call)
    facts = atoms(after, before)
    binding = spec.binding(call)
    for atom in spec.adds:
        wanted = Atom(atom.predicate, tuple(binding.get(a, a) for a in atom.arguments))
        if wanted not in facts:
            name = wanted.arguments[0] if wanted.arguments else ""
            reason = FailureReason.GRASP_MISSED if wanted.predicate == "holding" else FailureReason.EFFECT_NOT_REACHED
            return replace(outcome, succeeded=False, reason=reason, message=f"afterwards {_where(name, after)}")
    knocked = {n: d for n, d in moved.items() if d > DISTURBED}
    if knocked:
        worst = max(knocked, key=lambda n: knocked[n])
        message = f"{outcome.message}, but the {worst} was knocked away by {100 * knocked[worst]:.0f} cm"
        return replace(outcome, succeeded=False, reason=FailureReason.DISTURBED_OTHER, message=message, culprit=worst)
    return outcome


def _where(name: str, state: SceneState) -> str:
    if name not in state:
        return "the scene is not as it should be"
    if state.robot.holding == name:
        return f"the {name} is still in the hand"
    facts = atoms(state)
    inside = next((a.arguments[1] for a in facts if a.predicate == "in" and a.arguments[0] == name), None)
    lower = next((a.arguments[1] for a in sorted(facts) if a.predicate == "on" and a.arguments[0] == name), None)
    if inside is not None:
        return f"the {name} lies in the {inside}"
    return f"the {name} lies on the {lower or TABLE}"
