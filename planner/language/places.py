"""Where things are, in few words: squares of a board as in chess, and what lies in or on what.

Columns run from the left, `a`, to the right; rows from the robot, `1`, away from it. A square is 5 cm wide, so that
two things beside each other mostly stand on two, and order, nearness and sides can be read off.
"""

from __future__ import annotations

import string

from sim.catalog import CATEGORIES, types_of
from sim.fixtures import FIXTURES
from sim.state import TABLE, ObjectState, SceneState
from sim.stations import KITCHEN_BASE
from skills.containment import contained, door_at
from skills.desk_facts import is_accessible, side_within
from skills.kitchen_facts import stood_at

SQUARE = 0.05
"""Side of a square, metres."""
_LEFT, _NEAR = 0.45, 0.20
"""y of the left edge of column `a`, and x of the near edge of row `1`, metres."""
_COLUMNS, _ROWS = 18, 18


def square(thing: ObjectState) -> str:
    """The square that the middle of a thing stands on, such as `c4`; what is off the board counts to its edge."""
    column = min(max(int((_LEFT - thing.position[1]) / SQUARE), 0), _COLUMNS - 1)
    row = min(max(int((thing.position[0] - _NEAR) / SQUARE), 0), _ROWS - 1)
    return f"{string.ascii_lowercase[column]}{row + 1}"


def place_of_all(state: SceneState) -> dict[str, str]:
    """For each thing that is not in the hand where it is, and for furniture how it stands, from left to right.

    `c4`; `in blue bowl`; `on red block`; `open`; `lit`.
    """
    inner = contained(state)
    found: dict[str, str] = {}
    for thing in sorted(state.objects, key=lambda o: (-o.position[1], o.position[0], o.name)):
        place = _place(thing, state, inner) if thing.name != state.robot.holding else None
        if place is not None:
            found[thing.name] = place
    return found


def scene_line(state: SceneState) -> str:
    """The whole scene in one line: `tabletop; hand empty; red block c4; blue bowl e7; green block in blue bowl`."""
    held = state.robot.holding
    parts = [state.family]
    here = stood_at(KITCHEN_BASE.base_at(state.robot.base), state.family)
    parts += [f"robot at {place}" for place in here[:1]]
    parts.append("hand empty" if held is None else f"hand holds {held}")
    odd = _sizes(state)
    parts += [f"{name} {place}{odd.get(name, '')}" for name, place in place_of_all(state).items()]
    return "; ".join(parts)


def _place(thing: ObjectState, state: SceneState, inner: dict[str, str]) -> str | None:
    """In words; None for furniture that always stands the same."""
    kinds = types_of(thing.category)
    if "openable" in kinds:
        return "open" if is_accessible(thing) else "closed"
    if "slidable" in kinds:
        return f"door {'left' if door_at(thing) > 0.0 else 'right'}"
    if "light" in kinds:
        return "lit" if thing.value > 0.5 else "off"
    if thing.name in FIXTURES[state.family] and thing.name not in ("rack", "basket"):
        return None
    if thing.name in inner:
        box = state[inner[thing.name]]
        half = f" {side_within(thing, box)}" if "slidable" in types_of(box.category) else ""
        return f"in {box.name}{half}"
    lowers = sorted(b for a, b in state.supports if a == thing.name and (b != TABLE or TABLE in state))
    return f"on {' and '.join(lowers)}" if lowers else square(thing)


def _sizes(state: SceneState) -> dict[str, str]:
    """Widths in centimetres, of movable things of which not all of their category have the usual one."""
    usual = {c: CATEGORIES[c].size[0] for c in {o.category for o in state.objects}}
    odd = {o.category for o in state.objects if abs(o.size[0] - usual[o.category]) > 0.004}
    movable = [o for o in state.objects if "movable" in types_of(o.category)]
    return {o.name: f" {round(100 * o.size[0])}cm" for o in movable if o.category in odd}
