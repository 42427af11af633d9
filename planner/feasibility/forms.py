"""Calls by what names and categories alone say of them: what they point to, and which rule tells where they lead.

Worked out once for each call and kept for all scenes with the same things in them, so that a planner that scores the
same calls after every step pays for it once. A new skill needs no new code as long as its effects are known atoms.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, auto
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.geometry import Vec3
from sim.state import TABLE
from skills.spec import SkillCall, SkillSpec
from skills.symbolic import Facts, Typing, check_call, preconditions
from skills.vocabulary import DIRECTIONS, REGIONS, RELATIONS, Atom

POINTERS = 3
"""A step points to at most so many of its arguments."""
NOTHING, ON_TABLE, FIRST = 0, 1, 2
"""What pointers point to: nothing, the table, and from here on the objects in order."""


class Lead(IntEnum):
    """Where a call brings its first argument."""

    STAY = 0
    LIFT = auto()
    """Up, into the hand."""
    SHIFT = auto()
    """A little way in a direction."""
    REGION = auto()
    """To the middle of a region."""
    ON = auto()
    """On top of the other thing."""
    IN = auto()
    """Into the other thing."""
    UNDER = auto()
    """On the table, below the other thing."""
    BESIDE = auto()
    """Beside the other thing, in a direction."""
    NEAR = auto()
    """As far as the other thing, from where it is."""
    BETWEEN = auto()
    """Half way from the other thing to the third."""
    DOWN = auto()
    """Down to the table."""
    CLOSER = auto()
    """Towards the robot, to where it can be reached."""
    DRIVE = auto()
    """It stays, and the robot drives to it."""


PUSHES = (Lead.SHIFT, Lead.NEAR, Lead.CLOSER, Lead.UNDER)
"""Ways by which what is not in the hand gets somewhere over the table."""


class Form(NamedTuple):
    """A call as numbers."""

    call: SkillCall
    spec: SkillSpec
    pointers: tuple[int, ...]
    """`POINTERS` of them."""
    moved: int
    """Pointer to what the call moves or changes; `NOTHING` where all stays as it is."""
    placing: bool
    """Whether the hand works where the object goes to, and not where it is."""
    lead: Lead
    others: tuple[int, int]
    """Indices of the other thing and of the third; 0 where there is none."""
    vector: Vec3
    """Direction, or middle of the region, metres."""
    extent: tuple[float, float]
    """Direction, or size of the region in half metres, that is among the arguments."""
    needs: tuple[tuple[Atom, int], ...]
    """Preconditions, each with the bit of its kind: 1 of the hand, 2 of what is clear, 4 of reach, 8 any other."""
    number: int
    """Its row in `Forms.table`."""

    def broken(self, facts: Facts) -> int:
        """Bits of the kinds of preconditions that do not hold."""
        bits = 0
        for atom, bit in self.needs:
            if atom not in facts:
                bits |= bit
        return bits


class Table(NamedTuple):
    """What is numbers about forms, or some of them, as arrays: one row a form, named as there."""

    pointers: np.ndarray
    moved: np.ndarray
    placing: np.ndarray
    pushed: np.ndarray
    """Whether the object gets over the table without being in the hand."""
    lead: np.ndarray
    others: np.ndarray
    vector: np.ndarray
    extent: np.ndarray

    @staticmethod
    def of(forms: Sequence[Form]) -> Table:
        """The table of some forms."""
        return Table(
            np.array([f.pointers for f in forms]),
            np.array([f.moved for f in forms]),
            np.array([f.placing for f in forms]),
            np.array([f.lead in PUSHES and not f.placing for f in forms]),
            np.array([f.lead for f in forms]),
            np.array([f.others for f in forms]),
            np.array([f.vector for f in forms]),
            np.array([f.extent for f in forms]),
        )

    def pick(self, rows: np.ndarray) -> Table:
        """Some of the rows."""
        return Table(*(a[rows] for a in self))


_KINDS = {"hand-empty": 1, "holding": 1, "clear": 2, "reachable": 4, "accessible": 4}


class Forms:
    """The forms of calls in scenes with the same things in them."""

    def __init__(self, objects: Typing) -> None:
        self._objects = objects
        self._order = {name: k for k, (name, _) in enumerate(objects)}
        self._known: dict[SkillCall, Form] = {}
        self._table: Table | None = None

    @staticmethod
    @lru_cache(maxsize=64)
    def of(objects: Typing) -> Forms:
        """Those of scenes with these things."""
        return Forms(objects)

    def __getitem__(self, call: SkillCall) -> Form:
        """The form of a call.

        Raises:
            ValueError: it does not fit the scene.
        """
        found = self._known.get(call)
        if found is None:
            found = self._known[call] = self._form(call)
            self._table = None
        return found

    def table(self, forms: Sequence[Form]) -> Table:
        """Forms of this scene as arrays, one row each."""
        if self._table is None:
            self._table = Table.of(list(self._known.values()))
        return self._table.pick(np.array([f.number for f in forms], dtype=np.int64))

    def _form(self, call: SkillCall) -> Form:
        spec, order = check_call(call, self._objects), self._order
        values = list(spec.binding(call).values())
        pointers = [FIRST + order[v] if v in order else ON_TABLE if v == TABLE else NOTHING for v in values[:POINTERS]]
        if not pointers or pointers[0] < FIRST:
            raise ValueError(f"{str(call)!r} does not begin with an object of the scene: {', '.join(order)}")
        lead, others, vector = self._lead(spec, call)
        changes = lead not in (Lead.STAY, Lead.DRIVE) or any(a.predicate in _STATES for a in spec.adds)
        return Form(
            call=call,
            spec=spec,
            pointers=(*pointers, *[NOTHING] * (POINTERS - len(pointers))),
            moved=pointers[0] if changes else NOTHING,
            placing=any(a == Atom("holding", (spec.pattern[0],)) for a in spec.preconditions),
            lead=lead,
            others=others,
            vector=vector,
            extent=_extent(call),
            needs=tuple((a, _KINDS.get(a.predicate, 8)) for a in preconditions(call)),
            number=len(self._known),
        )

    def _lead(self, spec: SkillSpec, call: SkillCall) -> tuple[Lead, tuple[int, int], Vec3]:
        binding = spec.binding(call)
        name = call.arguments[0]
        fallen = False
        for effect in spec.adds:
            arguments = tuple(binding.get(a, a) for a in effect.arguments)
            if arguments[:1] != (name,):
                continue
            if effect.predicate == "on" and arguments[1] == TABLE:
                fallen = TABLE not in self._order
                if fallen:
                    continue
            found = self._rule(effect.predicate, arguments[1:])
            if found is not None:
                return found
        return (Lead.DOWN if fallen else Lead.STAY), (0, 0), (0.0, 0.0, 0.0)

    def _rule(self, predicate: str, others: tuple[str, ...]) -> tuple[Lead, tuple[int, int], Vec3] | None:
        """The rule by which an effect tells where its first argument comes to be; None where it does not."""
        still = (0.0, 0.0, 0.0)
        if predicate in _ALONE:
            return _ALONE[predicate], (0, 0), still
        if predicate == "moved" and others[0] in DIRECTIONS:
            return Lead.SHIFT, (0, 0), (*DIRECTIONS[others[0]], 0.0)
        if predicate == "at" and others[0] in REGIONS:
            (x0, x1), (y0, y1) = REGIONS[others[0]]
            return Lead.REGION, (0, 0), ((x0 + x1) / 2.0, (y0 + y1) / 2.0, 0.0)
        if not others or any(o not in self._order for o in others):
            return None
        places = (self._order[others[0]], self._order[others[-1]])
        if predicate in RELATIONS:
            return Lead.BESIDE, places, (*RELATIONS[predicate], 0.0)
        if predicate in _TOGETHER:
            vector = (0.0, 1.0, 0.0) if predicate == "next-to" else still
            return _TOGETHER[predicate], places, vector
        return None


_ALONE = {"holding": Lead.LIFT, "reachable": Lead.CLOSER, "robot-at": Lead.DRIVE}
_TOGETHER = {
    "on": Lead.ON,
    "at": Lead.ON,
    "in": Lead.IN,
    "under": Lead.UNDER,
    "near": Lead.NEAR,
    "between": Lead.BETWEEN,
    "next-to": Lead.BESIDE,
}
_STATES = ("open", "closed", "slid", "turned", "moved")
"""Predicates about how a thing stands: a call that changes one of them leaves another thing behind."""


def _extent(call: SkillCall) -> tuple[float, float]:
    for value in call.arguments:
        if value in DIRECTIONS:
            return DIRECTIONS[value]
        if value in REGIONS:
            (x0, x1), (y0, y1) = REGIONS[value]
            return (2.0 * (x1 - x0), 2.0 * (y1 - y0))
    return (0.0, 0.0)
