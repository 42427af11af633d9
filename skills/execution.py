"""Runs one skill call to its end and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.state import TABLE, Pose, SceneState
from skills.motion import follow, line
from skills.outcome import FailureReason, Outcome, SkillFailure
from skills.predicates import Atom, atoms
from skills.registry import find_spec, skills
from skills.spec import SkillCall
from skills.symbolic import check_call, typing_of, unmet

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
    max_seconds: float = MAX_SECONDS,
) -> Outcome:
    """Runs a call in the world until the scene has settled.

    Args:
        world: stepped while the skill runs.
        call: what to do.
        rng: for skills that sample.
        on_step: called after every control step: records frames, disturbs the scene.
        max_seconds: simulated time that the skill may take.

    Returns:
        What happened, measured in the settled scene.

    Raises:
        ValueError: the call does not fit the scene (unknown skill, form or object).
    """
    before = world.state()
    spec = check_call(call, typing_of(before))
    facts = atoms(before)
    lacking = unmet(call, facts)
    if lacking:
        return _lacks(lacking[0], before)
    started = world.time
    try:
        sentence = _drive(world, call, rng, on_step, started + max_seconds)
        failure = None
    except SkillFailure as raised:
        sentence, failure = raised.message, raised
        _back_off(world, on_step)
    after = world.settle(_SETTLE_SECONDS, on_step)
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
    }
    above = [u for u, lower in state.supports if atom.arguments and lower == atom.arguments[0]]
    culprit = held if atom.predicate == "hand-empty" else (min(above) if above else None)
    message = texts.get(atom.predicate, f"{atom} does not hold")
    return Outcome(False, FailureReason.PRECONDITION, message, culprit=culprit)


def _drive(world: World, call: SkillCall, rng: np.random.Generator, on_step: Watcher | None, deadline: float) -> str:
    controller = skills()[call.skill].run(world, call, rng)
    while True:
        try:
            command = next(controller)
        except StopIteration as end:
            return str(end.value)
        world.step(command)
        if on_step is not None:
            on_step(world)
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
    result = {}
    for o in before.objects:
        shift = o.pose.distance(after[o.name].pose)
        if o.name not in spoken_of and o.name not in held and shift > MOVED:
            result[o.name] = shift
    return result


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
