"""What goes wrong in the middle of an episode: failures in the skills' own words, things that somebody moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.language.corpus.follow import laid, put
from planner.language.corpus.frames import chance, one
from planner.language.corpus.look import Look
from sim.state import TABLE, SceneState
from skills.outcome import FailureReason, Outcome
from skills.spec import SkillCall

_R = FailureReason


def failure(call: SkillCall, state: SceneState, rng: np.random.Generator) -> Outcome | None:
    """What a call that fails here might report; None for calls that nothing is said of."""
    name = call.arguments[0]
    others = [
        o.name for o in Look(state).movable() if o.name not in call.arguments and (o.name, TABLE) in state.supports
    ]
    culprit = one(rng, others) if others else None
    options: list[tuple[FailureReason, str, str | None]] = []
    if call.skill == "pick":
        options = [
            (_R.GRASP_MISSED, f"the fingers closed beside the {name}", name),
            (_R.GRASP_MISSED, f"the fingers closed beside the {name}", name),
            (_R.DROPPED, f"the {name} slipped from the fingers while lifted", name),
            (_R.TARGET_MOVED, f"the {name} moved away before it was grasped", name),
            (_R.NO_PATH, "no way for the arm between what stands on the table", None),
        ]
        if culprit and (name, TABLE) in state.supports:
            options += [
                (_R.COLLISION, f"the hand ran into the {culprit}", culprit),
                (_R.COLLISION, f"cannot grasp the {name}: the {culprit} leaves no room for the fingers", culprit),
            ]
    elif call.skill == "place":
        options = [
            (_R.DROPPED, f"the {name} slipped from the hand on the way", name),
            (_R.DROPPED, f"the {name} slipped from the hand on the way", name),
            (_R.NO_PATH, "no way for the arm between what stands on the table", None),
        ]
        target = call.arguments[-1]
        if target in state and target != TABLE:
            options.append((_R.TARGET_MOVED, f"the {target} moved away meanwhile", target))
    elif call.skill == "push":
        options = [
            (_R.TARGET_MOVED, f"the {name} moved away before it was pushed", name),
            (_R.NO_PATH, "no way for the arm between what stands on the table", None),
        ]
        if culprit:
            options.append((_R.COLLISION, f"the {culprit} stands where the hand must go to push the {name}", culprit))
    elif call.skill == "sweep":
        options = [(_R.TARGET_MOVED, f"the {name} moved away before it was swept", name)]
        if culprit:
            what = f"the {culprit} is in the way of sweeping the {name} into the {call.arguments[-1]}"
            options.append((_R.COLLISION, what, culprit))
    elif call.skill in ("open", "close", "slide"):
        options = [
            (_R.GRASP_MISSED, f"the fingers closed beside the handle of the {name}", name),
            (_R.EFFECT_NOT_REACHED, f"the {name} moved only part of the way", name),
        ]
    elif call.skill == "press":
        options = [(_R.EFFECT_NOT_REACHED, f"the {name} was not pressed: the led is as before", name)]
    elif call.skill == "rotate":
        options = [(_R.GRASP_MISSED, f"the fingers closed beside the {name}", name)]
    elif call.skill == "go":
        options = [(_R.NO_PATH, "no way for the robot between what stands about", None)]
    elif call.skill == "pull":
        options = [(_R.DROPPED, f"the {call.arguments[-1]} slipped from the hand", call.arguments[-1])]
    if not options:
        return None
    reason, message, culprit = one(rng, options)
    if reason in (_R.DROPPED, _R.TARGET_MOVED) and state.family == "kitchen":
        return None
    return Outcome(False, reason, message, culprit=culprit)


def scene_after(call: SkillCall, outcome: Outcome, state: SceneState, rng: np.random.Generator) -> SceneState:
    """The scene that a failure leaves: what was dropped lies on the table, what moved away lies elsewhere."""
    culprit = outcome.culprit
    if outcome.reason is FailureReason.DROPPED and culprit == state.robot.holding and culprit is not None:
        return laid(state, culprit, rng)
    moved = outcome.reason is FailureReason.TARGET_MOVED and culprit is not None and (culprit, TABLE) in state.supports
    if moved and culprit is not None and "movable" in Look(state).kind(culprit):
        return laid(state, culprit, rng)
    return state


def somebody(state: SceneState, rng: np.random.Generator, among: tuple[str, ...] = ()) -> SceneState | None:
    """The scene after a person has moved a thing, or has taken it out of the hand; None where nothing can be moved."""
    look = Look(state)
    free = [o.name for o in look.of("movable", resting=False) if o.name in look.clear or o.name == look.held]
    wanted = [n for n in free if n in among]
    if not free or state.family == "kitchen":
        return None
    name = one(rng, wanted) if wanted and chance(rng, 0.75) else one(rng, free)
    small = max(state[name].size[:2]) < 0.075
    boxes = [o.name for o in look.of("container") if o.category in ("bowl", "box") and small and name != o.name]
    boxes = [n for n in boxes if look.inside.get(name) != n]
    if boxes and chance(rng, 0.25):
        box = state[one(rng, boxes)]
        return put(state, name, (*box.position[:2], box.bottom + 0.006), (box.name,))
    blocks = [o.name for o in look.of("surface") if look.free(o.name) and o.name != name and o.category == "block"]
    blocks = [n for n in blocks if look.below.get(name) != n and n not in look.inside]
    if blocks and chance(rng, 0.25):
        lower = state[one(rng, blocks)]
        return put(state, name, (*lower.position[:2], lower.top), (lower.name,))
    moved = laid(state, name, rng)
    return replace(moved, time=state.time)
