"""A scene in words, as a closed-loop prompt tells it."""

from __future__ import annotations

from sim.state import TABLE, SceneState
from sim.stations import KITCHEN_BASE
from skills.containment import contained
from skills.kitchen_facts import stood_at


def describe_scene(state: SceneState) -> str:
    """One line: what there is, what lies in or on what, what the hand holds.

    `red block, blue bowl; the green block is in the blue bowl; the hand is empty`
    """
    inner = contained(state)
    held = state.robot.holding
    parts = [", ".join(state.names)]
    for name in state.names:
        if name in inner:
            parts.append(f"the {name} is in the {inner[name]}")
        else:
            # What lies on the only table goes without saying.
            lowers = [b for a, b in sorted(state.supports) if a == name and (b != TABLE or TABLE in state)]
            parts += [f"the {name} is on the {b}" for b in lowers]
    places = stood_at(KITCHEN_BASE.base_at(state.robot.base), state.family)
    parts += [f"the robot is at the {place}" for place in places[:1]]
    parts.append("the hand is empty" if held is None else f"the hand holds the {held}")
    return "; ".join(parts)
