"""Goals that speak of lines, said in terms of what skills do.

No skill adds `(in-line axis type)`. A row comes about by setting each object beside its neighbour, outwards from one
object that stays where it is, the anchor. So such a literal is replaced by a chain of facts of the search's own, each
added by one placement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.state import TABLE, SceneState
from skills.goals import Formula, Leaf, Node
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, constants
from skills.vocabulary import WORK_AREA, Atom

_SPACING = 0.10
"""Roughly how far apart neighbours of a row come to stand, metres."""
_ALIGNED = 0.02
"""How far beside the anchor's row an object may already stand, metres; `in-line` allows 3 cm."""
_AXES = {"horizontal": (1, "left-of", "right-of"), "vertical": (0, "behind", "in-front-of")}
"""Coordinate along the axis, and the relations that lead up and down it."""


@dataclass
class Lines:
    """A goal without lines."""

    goal: Formula
    facts: set[Atom] = field(default_factory=set)
    """Chain facts that hold already."""
    adds: dict[Atom, SkillCall] = field(default_factory=dict)
    """The one call that brings about each chain fact."""


def expand_lines(
    goal: Formula, facts: Facts, objects: Typing, scene: SceneState | None, cost: Callable[[SkillCall], float]
) -> Lines:
    """Replaces each positive `in-line` literal of the goal, where it does not hold, by a chain of placements."""
    lines = Lines(goal)
    lines.goal = _expand(goal, facts, objects, scene, cost, lines)
    return lines


def _expand(
    formula: Formula,
    facts: Facts,
    objects: Typing,
    scene: SceneState | None,
    cost: Callable[[SkillCall], float],
    lines: Lines,
) -> Formula:
    if isinstance(formula, Node):
        return Node(formula.kind, tuple(_expand(p, facts, objects, scene, cost, lines) for p in formula.parts))
    if formula.atom.predicate != "in-line" or not formula.positive:
        return formula
    axis, kind = formula.atom.arguments
    members = constants(objects).get(kind, ())
    axes = [a for a in _AXES if axis in (a, "any")]
    if len(members) < 2 or not axes:
        return formula
    chains = [_best_chain(a, members, objects, scene, cost) for a in axes]
    _, axis, order, anchor = min(chains)
    return Node("or", (formula, _chain(axis, order, anchor, facts, scene, lines)))


def _best_chain(
    axis: str,
    members: tuple[str, ...],
    objects: Typing,
    scene: SceneState | None,
    cost: Callable[[SkillCall], float],
) -> tuple[float, str, tuple[str, ...], int]:
    """The order along the axis and the anchor's index that promise least trouble, with a figure for the trouble."""
    along = _AXES[axis][0]
    order = members
    if scene is not None:
        order = tuple(sorted(members, key=lambda n: scene[n].position[along]))
    movable = constants(objects).get("movable", ())
    ranked = []
    for anchor in range(len(order)):
        calls = _calls(axis, order, anchor)
        trouble = sum(cost(c) for c in calls) + 20.0 * sum(c.arguments[0] not in movable for c in calls)
        trouble += 0.01 * abs(anchor - (len(order) - 1) / 2)
        if scene is not None:
            trouble += _crowding(along, order, anchor, scene)
        ranked.append((trouble, axis, order, anchor))
    return min(ranked)


def _crowding(along: int, order: tuple[str, ...], anchor: int, scene: SceneState) -> float:
    """What speaks against a row through the anchor: it leaves the work area, meets others, or has itself to move."""
    center = scene[order[anchor]].position
    low = center[along] - _SPACING * anchor
    high = center[along] + _SPACING * (len(order) - 1 - anchor)
    bounds = WORK_AREA[along]
    trouble = 10.0 * (max(0.0, bounds[0] - low) + max(0.0, high - bounds[1]))
    for other in scene.objects:
        if other.name not in order:
            beside = abs(other.position[1 - along] - center[1 - along]) < 0.03 + max(other.size[:2]) / 2.0
            trouble += beside and low - 0.05 < other.position[along] < high + 0.05
    trouble += 2.0 * ((order[anchor], TABLE) not in scene.supports)
    aligned = (abs(scene[n].position[1 - along] - center[1 - along]) < _ALIGNED for n in order)
    return trouble - 0.1 * sum(aligned)


def _calls(axis: str, order: tuple[str, ...], anchor: int) -> list[SkillCall]:
    """The placements that build the row, outwards from the anchor."""
    _, up, down = _AXES[axis]
    upward = [SkillCall("place", (order[k], up, order[k - 1])) for k in range(anchor + 1, len(order))]
    downward = [SkillCall("place", (order[k], down, order[k + 1])) for k in range(anchor - 1, -1, -1)]
    return upward + downward


def _chain(
    axis: str, order: tuple[str, ...], anchor: int, facts: Facts, scene: SceneState | None, lines: Lines
) -> Formula:
    across = 1 - _AXES[axis][0]
    parts: list[Formula] = [Leaf(Atom("on", (order[anchor], TABLE)))]
    for call in _calls(axis, order, anchor):
        moved, relation, neighbour = call.arguments
        atom = Atom(f"aligned-{relation}", (moved, neighbour))
        lines.adds[atom] = call
        parts.append(Leaf(atom))
        if scene is not None and Atom(relation, (moved, neighbour)) in facts:
            off = abs(scene[moved].position[across] - scene[order[anchor]].position[across])
            if off < _ALIGNED:
                lines.facts.add(atom)
    return Node("and", tuple(parts))
