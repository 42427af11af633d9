"""Which ground calls may serve a goal: found backwards from its literals, each with what it takes in this scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from planner.kitchen_rules import Way, consequences, ways
from sim.state import TABLE
from skills.goals import Formula, Leaf, Node
from skills.kitchen_symbols import places
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, constants, covers, effects, ground, on_condition
from skills.vocabulary import Atom

Obstacles = Mapping[SkillCall, frozenset[str]]
"""Objects that must first be taken from where they are, by the call that they hinder."""

_AWAY = frozenset({"at", "near", "between", "left-of", "right-of", "in-front-of", "behind"})
"""Predicates of place: to undo one, an object is best set down at a region that is named."""


@lru_cache(maxsize=64)
def _adders(objects: Typing) -> dict[Atom, tuple[SkillCall, ...]]:
    """For each atom, the calls that bring it about."""
    found: dict[Atom, list[SkillCall]] = {}
    for call in ground(objects):
        conditional = (a for w in on_condition(call, objects) for a in w.adds)
        for atom in (*effects(call)[0], *conditional, *consequences(call, objects)):
            found.setdefault(atom, []).append(call)
    return {atom: tuple(dict.fromkeys(calls)) for atom, calls in found.items()}


class Relevance:
    """The calls that may serve a goal.

    Args:
        goal: what must hold; lines are expanded already, see `planner.symbolic_lines`.
        facts: what holds now.
        objects: names and categories, see `skills.symbolic.typing_of`.
        line_adds: facts of lines, each with the call that brings it about.
        cost: cost of a call, 1 or more.
        obstacles: calls that need certain objects out of the way first.
        choosy: whether there is something that no call may make true on the way.
    """

    def __init__(
        self,
        goal: Formula,
        facts: Facts,
        objects: Typing,
        line_adds: Mapping[Atom, SkillCall],
        cost: Callable[[SkillCall], float],
        obstacles: Obstacles,
        choosy: bool,
    ) -> None:
        self._goal = goal
        self._facts = facts
        self._objects = objects
        self._line_adds = line_adds
        self._cost = cost
        self._obstacles = obstacles
        self._choosy = choosy
        self._bowls = {name for name, category in objects if category == "bowl"}
        self.subjects = {leaf.atom.arguments[0] for leaf in goal.leaves() if leaf.atom.arguments}
        """What the goal says something of."""
        self.penalties: dict[SkillCall, float] = {}
        """Added to the cost of calls that would do little for the goal."""
        self._whereabouts = {a for a in facts if a.predicate == "at"}
        self.calls = self._relevant()
        """All that may serve, in order of their text."""
        self._whereabouts |= {a for call in self.calls for way in ways(call, objects) for a in way.adds}

    def unreachable(self) -> list[Leaf]:
        """Literals of the goal that are false and that no skill can make true; empty if the goal may still be met."""
        missing: list[Leaf] = []
        self._possible(self._goal, missing)
        return missing

    def _possible(self, formula: Formula, missing: list[Leaf]) -> bool:
        """Whether the formula might come true; adds to `missing` the literals for which it might not."""
        if isinstance(formula, Node):
            results = [self._possible(p, missing) for p in formula.parts]
            possible = all(results) if formula.kind == "and" else any(results)
            if possible and formula.kind == "or":
                missing[:] = [leaf for leaf in missing if leaf not in set(formula.leaves())]
            return possible
        possible = formula.holds(self._facts) or bool(self.achievers(formula))
        if not possible:
            missing.append(formula)
        return possible

    def _plain_adders(self, atom: Atom) -> tuple[SkillCall, ...]:
        """Calls that bring about the atom; where some bring about nothing else, only those."""
        if atom in self._line_adds:
            return (self._line_adds[atom],)
        adders = _adders(self._objects).get(atom, ())
        # To hand a thing over has several effects; to put it on a plate, which may be at the same place, has one.
        simple = atom.predicate != "at" or self._objects.family != "kitchen"
        plain = tuple(c for c in adders if not simple or len(effects(c)[0]) == 1) or adders
        across = (c for c in adders if c.arguments[1:2] == ("across",) and c not in plain)
        return (*plain, *across) if self._lies_across(atom) else plain

    def _lies_across(self, atom: Atom) -> bool:
        """Whether the goal wants the object on this and on something else at once."""
        if atom.predicate != "on":
            return False
        wanted = {leaf.atom for leaf in self._goal.leaves() if leaf.positive and leaf.atom.predicate == "on"}
        below = {a.arguments[1] for a in wanted if a.arguments[0] == atom.arguments[0]} - {TABLE}
        return atom in wanted and len(below) > 1

    def achievers(self, leaf: Leaf) -> tuple[SkillCall, ...]:
        """Calls that can make the literal true."""
        atom = leaf.atom
        if atom.predicate == "clear" and leaf.positive:
            return tuple(SkillCall("pick", (name,)) for name in self._above(atom.arguments[0]))
        if atom.predicate == "clear":
            return tuple(c for a, cs in _adders(self._objects).items() if is_on(a, atom.arguments[0]) for c in cs)
        if atom.predicate == "hand-empty":
            held = [a.arguments[0] for a in self._facts if a.predicate == "holding"]
            picks = tuple(c for c in ground(self._objects) if c.skill == "pick")
            return tuple(c for name in held for c in self._aside(name)) if leaf.positive else picks
        if leaf.positive:
            return self._plain_adders(atom)
        named = set(atom.arguments) & {name for name, _ in self._objects}
        enders = tuple(
            call
            for call in ground(self._objects)
            if (not named or call.arguments[0] in named) and any(covers(d, atom) for d in effects(call)[1])
        )
        enders += tuple(
            c for c in ground(self._objects) if any(atom in w.deletes for w in on_condition(c, self._objects))
        )
        return tuple(c for c in enders if c.skill == "pick") or enders

    def _above(self, lower: str) -> list[str]:
        """Objects that lie on `lower` now, directly or on one another."""
        found, frontier = [], [lower]
        while frontier:
            base = frontier.pop()
            for atom in self._facts:
                if is_on(atom, base) and atom.arguments[0] not in found:
                    found.append(atom.arguments[0])
                    frontier.append(atom.arguments[0])
        return sorted(found)

    def _aside(self, name: str) -> tuple[SkillCall, ...]:
        """Calls that set `name` down out of the way: on the table, or at a region where that has failed.

        Where the robot drives about, on any of the tops there are.
        """
        tops = [p.name for p in places(self._objects).values() if not p.container]
        if tops:
            wanted = {SkillCall("place", (name, "on", top)) for top in tops}
            return tuple(c for c in ground(self._objects) if c in wanted)
        table = SkillCall("place", (name, "on", TABLE))
        if table not in _adders(self._objects).get(Atom("on", (name, TABLE)), ()):
            return ()
        if self._choosy:
            # Where not every place is allowed, any may have to serve for a while.
            return tuple(c for c in ground(self._objects) if c.skill == "place" and c.arguments[:2] == (name, "on"))
        return (table, *self._at_regions(name)) if self._cost(table) > 1.0 else (table,)

    def _at_regions(self, name: str) -> tuple[SkillCall, ...]:
        if places(self._objects):
            return ()
        return tuple(SkillCall("place", (name, "at", region)) for region in constants(self._objects)["region"])

    def _relevant(self) -> tuple[SkillCall, ...]:
        """The calls that can serve the goal, found backwards from its literals."""
        chosen: dict[SkillCall, None] = {}
        seen: set[Leaf] = set()
        frontier: list[SkillCall] = []
        for leaf in self._goal.leaves():
            frontier.extend(self.achievers(leaf))
            if not leaf.positive and leaf.atom.predicate in _AWAY:
                frontier.extend(self._moved_away(leaf.atom))
        frontier.extend(self.achievers(Leaf(Atom("hand-empty"))))
        while frontier:
            call = frontier.pop()
            if call in chosen:
                continue
            chosen[call] = None
            if call.skill == "pick":
                frontier.extend(self._aside(call.arguments[0]))
            hindered = {*self._obstacles.get(call, ()), *self.buried(call)}
            frontier.extend(c for name in sorted(hindered) for c in self._taken_away(name))
            for leaf in (leaf for way in self.ways_to(call) for leaf in way.leaves):
                if leaf not in seen:
                    seen.add(leaf)
                    frontier.extend(self._enablers(leaf.atom) if leaf.positive else self.achievers(leaf))
        return tuple(sorted(chosen))

    def _taken_away(self, name: str) -> tuple[SkillCall, ...]:
        """Calls that take an object from where it is."""
        if name in constants(self._objects).get("movable", ()):
            return (SkillCall("pick", (name,)),)
        return tuple(c for c in ground(self._objects) if c.skill == "sweep" and c.arguments[0] == name)

    def puts_back(self, call: SkillCall) -> bool:
        """Whether the call puts an object where it stands now, in or on something else than the table."""
        carried = (a for a in effects(call)[0] if a.predicate in ("on", "in") and a.arguments[1] != TABLE)
        return call.skill == "place" and any(a in self._facts for a in carried)

    def buried(self, call: SkillCall) -> list[str]:
        """What the call would bury: in a bowl things lie on one another, so what is still to leave it must go first."""
        into = next((a for a in effects(call)[0] if a.predicate == "in" and a.arguments[1] in self._bowls), None)
        if into is None:
            return []
        staying = {leaf.atom for leaf in self._goal.leaves() if leaf.positive}
        inside = [a for a in self._facts if a.predicate == "in" and a.arguments[1] == into.arguments[1]]
        return sorted(
            a.arguments[0] for a in inside if a != into and a not in staying and a.arguments[0] in self.subjects
        )

    def _enablers(self, atom: Atom) -> tuple[SkillCall, ...]:
        """Calls that bring about a precondition."""
        if atom.predicate in ("clear", "hand-empty", "at"):
            return self.achievers(Leaf(atom)) if atom.predicate == "clear" else ()
        return self._plain_adders(atom)

    def _moved_away(self, atom: Atom) -> list[SkillCall]:
        """Placements at named regions for what has to leave its place, the one unlike the goal's first."""
        unwanted = {leaf.atom for leaf in self._goal.leaves() if not leaf.positive}
        calls = []
        for name in atom.arguments:
            if name not in constants(self._objects).get("movable", ()):
                continue
            self.penalties[SkillCall("place", (name, "on", TABLE))] = 0.5
            calls += [c for c in self._at_regions(name) if not unwanted & set(effects(c)[0])]
        return calls

    def ways_to(self, call: SkillCall) -> tuple[Way, ...]:
        """Ways to do a call, as far as what it takes may ever be where it is needed."""
        found = ways(call, self._objects)
        if len(found) == 1:
            return found
        return tuple(w for w in found if all(a in self._whereabouts for a in w.needs if a.predicate == "at"))


def is_on(atom: Atom, lower: str) -> bool:
    """Whether an atom says that something is on `lower`."""
    return atom.predicate == "on" and atom.arguments[1] == lower
