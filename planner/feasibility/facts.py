"""The facts about single objects that the network expects a step to change, read off a scene and back."""

from __future__ import annotations

import numpy as np

from planner.feasibility.forms import FIRST, NOTHING, ON_TABLE
from sim.state import TABLE
from skills.symbolic import Facts
from skills.vocabulary import Atom

FACTS = ("clear", "holding", "reachable", "accessible", "open", "in", "on-table")
"""Which facts there are of each object; `in` is in any container, `on-table` on the bare table."""


def fact_table(facts: Facts, order: dict[str, int]) -> np.ndarray:
    """Which of `FACTS` hold of each object: (k, f) booleans."""
    found = np.zeros((len(order), len(FACTS)), dtype=bool)
    for atom in facts:
        column = "on-table" if atom.predicate == "on" and atom.arguments[1] == TABLE else atom.predicate
        if column in FACTS and atom.arguments and atom.arguments[0] in order:
            found[order[atom.arguments[0]], FACTS.index(column)] = True
    return found


def carrier_of(name: str, facts: Facts, order: dict[str, int]) -> int:
    """Pointer to what carries or contains an object: a container before what it touches there."""
    found = NOTHING
    for atom in facts:
        if atom.predicate not in ("in", "on") or atom.arguments[0] != name:
            continue
        lower = atom.arguments[1]
        if atom.predicate == "in":
            return FIRST + order[lower] if lower in order else NOTHING
        found = FIRST + order[lower] if lower in order else ON_TABLE
    return found


def changes(
    before: Facts, expected: np.ndarray, name: str, carrier: int, names: tuple[str, ...]
) -> tuple[frozenset[Atom], frozenset[Atom]]:
    """Facts that come to hold and that cease to, where a table of expected facts differs from the facts before.

    Args:
        before: facts before the step.
        expected: (k, f) booleans, as `fact_table`.
        name: the step's first argument.
        carrier: pointer to what is expected to carry it.
        names: of the k objects.
    """
    order = {n: k for k, n in enumerate(names)}
    now = fact_table(before, order)
    adds, deletes = set(), set()
    for k, f in zip(*np.nonzero(now != expected), strict=True):
        if FACTS[f] in ("in", "on-table"):
            continue  # what carries what is told by the carrier
        (adds if expected[k, f] else deletes).add(Atom(FACTS[f], (names[k],)))
    if carrier != carrier_of(name, before, order):
        deletes |= {a for a in before if a.predicate in ("in", "on") and a.arguments[0] == name}
        if carrier != NOTHING:
            inside = expected[order[name], FACTS.index("in")] and carrier != ON_TABLE
            lower = TABLE if carrier == ON_TABLE else names[carrier - FIRST]
            adds.add(Atom("in" if inside else "on", (name, lower)))
    return frozenset(adds), frozenset(deletes)
