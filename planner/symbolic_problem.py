"""A goal and a scene as a search problem over bits: the ground calls that matter, and what each needs and changes.

A symbolic state is one `int`, a bit for each fact that the goal or a needed call speaks of. `clear` and `hand-empty`
have no bits of their own: they say that certain other bits (`on`, `holding`) are all unset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from planner.kitchen_rules import Way, consequences, ways
from planner.symbolic_bits import Condition, Junction, Literal, Operator
from planner.symbolic_lines import expand_lines
from sim.catalog import CATEGORIES, stays_clear
from sim.state import TABLE, SceneState
from skills.goals import Formula, Leaf, Node
from skills.kitchen_symbols import places
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, constants, covers, effects, ground, on_condition
from skills.vocabulary import RELATIONS, WORK_AREA, Atom

Obstacles = Mapping[SkillCall, frozenset[str]]
"""Objects that must first be taken from where they are, by the call that they hinder."""

_OFF_THE_EDGE = 2.0
"""Added to the cost of a placement beside something that stands at the edge: there is hardly room."""
BURYING = 2.5
"""Added to the cost of a placement on top of what has yet to be taken out of the same narrow container."""
_NARROW = 0.06
"""A container with an inner floor of a smaller radius holds no two objects side by side, metres."""
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


class Problem:
    """A grounded problem, ready to be searched.

    Args:
        goal: what must hold.
        facts: what holds now.
        objects: names and categories, see `skills.symbolic.typing_of`.
        scene: positions, for goals that speak of lines; without it lines are ordered by name.
        cost: cost of a call, 1 or more.
        obstacles: calls that need certain objects out of the way first.
        never: what no call may make true on the way.
    """

    def __init__(
        self,
        goal: Formula,
        facts: Facts,
        objects: Typing,
        scene: SceneState | None = None,
        cost: Callable[[SkillCall], float] = lambda call: 1.0,
        obstacles: Obstacles | None = None,
        never: Formula | None = None,
    ) -> None:
        self.objects = objects
        self.index = {name: k for k, (name, _) in enumerate(objects)}
        self._plates = {name for name, category in objects if stays_clear(category)}
        self._bowls = {name for name, category in objects if category == "bowl"}
        self._scene = scene
        self._cost = cost
        self._obstacles = obstacles or {}
        self._never = never
        lines = expand_lines(goal, facts, objects, scene, cost)
        self._goal = lines.goal
        self._facts = facts | lines.facts
        self._line_adds = lines.adds
        self._subjects = {leaf.atom.arguments[0] for leaf in self._goal.leaves() if leaf.atom.arguments}
        self._penalties: dict[SkillCall, float] = {}
        self._bits: dict[Atom, int] = {}
        self._whereabouts = {a for a in self._facts if a.predicate == "at"}
        calls = self._relevant()
        self._whereabouts |= {a for call in calls for way in ways(call, objects) for a in way.adds}
        self._allocate(calls)
        self.operators = tuple(self._operator(c, w) for c in sorted(calls, key=self._discomfort) for w in self._ways(c))
        """The calls that may serve, those to be preferred among equals first."""
        self.condition = self._compile(self._goal)
        self._rule = None if never is None else self._compile(never)
        self.start = self.project(self._facts)

    def project(self, facts: Iterable[Atom]) -> int:
        """The bits of those facts that the problem speaks of."""
        state = 0
        for atom in facts:
            state |= self._bits.get(atom, 0)
        return state

    def breaks_rule(self, state: int) -> bool:
        """Whether what must never become true is true."""
        return self._rule is not None and self._rule.holds(state)

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
        possible = formula.holds(self._facts) or bool(self._achievers(formula))
        if not possible:
            missing.append(formula)
        return possible

    def _plain_adders(self, atom: Atom) -> tuple[SkillCall, ...]:
        """Calls that bring about the atom; where some bring about nothing else, only those."""
        if atom in self._line_adds:
            return (self._line_adds[atom],)
        adders = _adders(self.objects).get(atom, ())
        # To hand a thing over has several effects; to put it on a plate, which may be at the same place, has one.
        simple = atom.predicate != "at" or self.objects.family != "kitchen"
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

    def _achievers(self, leaf: Leaf) -> tuple[SkillCall, ...]:
        """Calls that can make the literal true."""
        atom = leaf.atom
        if atom.predicate == "clear" and leaf.positive:
            return tuple(SkillCall("pick", (name,)) for name in self._above(atom.arguments[0]))
        if atom.predicate == "clear":
            return tuple(c for a, cs in _adders(self.objects).items() if _is_on(a, atom.arguments[0]) for c in cs)
        if atom.predicate == "hand-empty":
            held = [a.arguments[0] for a in self._facts if a.predicate == "holding"]
            picks = tuple(c for c in ground(self.objects) if c.skill == "pick")
            return tuple(c for name in held for c in self._aside(name)) if leaf.positive else picks
        if leaf.positive:
            return self._plain_adders(atom)
        named = set(atom.arguments) & self.index.keys()
        enders = tuple(
            call
            for call in ground(self.objects)
            if (not named or call.arguments[0] in named) and any(covers(d, atom) for d in effects(call)[1])
        )
        enders += tuple(
            c for c in ground(self.objects) if any(atom in w.deletes for w in on_condition(c, self.objects))
        )
        return tuple(c for c in enders if c.skill == "pick") or enders

    def _above(self, lower: str) -> list[str]:
        """Objects that lie on `lower` now, directly or on one another."""
        found, frontier = [], [lower]
        while frontier:
            base = frontier.pop()
            for atom in self._facts:
                if _is_on(atom, base) and atom.arguments[0] not in found:
                    found.append(atom.arguments[0])
                    frontier.append(atom.arguments[0])
        return sorted(found)

    def _aside(self, name: str) -> tuple[SkillCall, ...]:
        """Calls that set `name` down out of the way: on the table, or at a region where that has failed.

        Where the robot drives about, on any of the tops there are.
        """
        tops = [p.name for p in places(self.objects).values() if not p.container]
        if tops:
            wanted = {SkillCall("place", (name, "on", top)) for top in tops}
            return tuple(c for c in ground(self.objects) if c in wanted)
        table = SkillCall("place", (name, "on", TABLE))
        if table not in _adders(self.objects).get(Atom("on", (name, TABLE)), ()):
            return ()
        if self._never is not None:
            # Where not every place is allowed, any may have to serve for a while.
            return tuple(c for c in ground(self.objects) if c.skill == "place" and c.arguments[:2] == (name, "on"))
        return (table, *self._at_regions(name)) if self._cost(table) > 1.0 else (table,)

    def _at_regions(self, name: str) -> tuple[SkillCall, ...]:
        if places(self.objects):
            return ()
        return tuple(SkillCall("place", (name, "at", region)) for region in constants(self.objects)["region"])

    def _relevant(self) -> tuple[SkillCall, ...]:
        """The calls that can serve the goal, found backwards from its literals."""
        chosen: dict[SkillCall, None] = {}
        seen: set[Leaf] = set()
        frontier: list[SkillCall] = []
        for leaf in self._goal.leaves():
            frontier.extend(self._achievers(leaf))
            if not leaf.positive and leaf.atom.predicate in _AWAY:
                frontier.extend(self._moved_away(leaf.atom))
        frontier.extend(self._achievers(Leaf(Atom("hand-empty"))))
        while frontier:
            call = frontier.pop()
            if call in chosen:
                continue
            chosen[call] = None
            if call.skill == "pick":
                frontier.extend(self._aside(call.arguments[0]))
            hindered = {*self._obstacles.get(call, ()), *self._buried(call)}
            frontier.extend(c for name in sorted(hindered) for c in self._taken_away(name))
            for leaf in (leaf for way in self._ways(call) for leaf in way.leaves):
                if leaf not in seen:
                    seen.add(leaf)
                    frontier.extend(self._enablers(leaf.atom) if leaf.positive else self._achievers(leaf))
        return tuple(sorted(chosen))

    def _taken_away(self, name: str) -> tuple[SkillCall, ...]:
        """Calls that take an object from where it is."""
        if name in constants(self.objects).get("movable", ()):
            return (SkillCall("pick", (name,)),)
        return tuple(c for c in ground(self.objects) if c.skill == "sweep" and c.arguments[0] == name)

    def _puts_back(self, call: SkillCall) -> bool:
        """Whether the call puts an object where it stands now, in or on something else than the table."""
        carried = (a for a in effects(call)[0] if a.predicate in ("on", "in") and a.arguments[1] != TABLE)
        return call.skill == "place" and any(a in self._facts for a in carried)

    def _buried(self, call: SkillCall) -> list[str]:
        """What the call would bury: in a bowl things lie on one another, so what is still to leave it must go first."""
        into = next((a for a in effects(call)[0] if a.predicate == "in" and a.arguments[1] in self._bowls), None)
        if into is None:
            return []
        staying = {leaf.atom for leaf in self._goal.leaves() if leaf.positive}
        inside = [a for a in self._facts if a.predicate == "in" and a.arguments[1] == into.arguments[1]]
        return sorted(
            a.arguments[0] for a in inside if a != into and a not in staying and a.arguments[0] in self._subjects
        )

    def _enablers(self, atom: Atom) -> tuple[SkillCall, ...]:
        """Calls that bring about a precondition."""
        if atom.predicate in ("clear", "hand-empty", "at"):
            return self._achievers(Leaf(atom)) if atom.predicate == "clear" else ()
        return self._plain_adders(atom)

    def _moved_away(self, atom: Atom) -> list[SkillCall]:
        """Placements at named regions for what has to leave its place, the one unlike the goal's first."""
        unwanted = {leaf.atom for leaf in self._goal.leaves() if not leaf.positive}
        calls = []
        for name in atom.arguments:
            if name not in constants(self.objects).get("movable", ()):
                continue
            self._penalties[SkillCall("place", (name, "on", TABLE))] = 0.5
            calls += [c for c in self._at_regions(name) if not unwanted & set(effects(c)[0])]
        return calls

    def _discomfort(self, call: SkillCall) -> float:
        """What speaks against a call among equals: its way, what it promises beyond need, what it moves in passing."""
        distance = 0.0
        if self._scene is not None and len(call.arguments) == 3 and call.arguments[2] in self._scene:
            first, last = self._scene[call.arguments[0]], self._scene[call.arguments[2]]
            distance = first.pose.distance(last.pose)
        return distance + len(effects(call)[0]) + (call.arguments[0] not in self._subjects)

    def _allocate(self, calls: Iterable[SkillCall]) -> None:
        """Gives a bit to every fact that decides something."""
        held_or_borne = ("on", "in", "holding")
        atoms = {a for a in self._facts if a.predicate in held_or_borne}
        atoms |= {leaf.atom for leaf in self._goal.leaves()} | set(self._line_adds)
        atoms |= set() if self._never is None else {leaf.atom for leaf in self._never.leaves()}
        for call in calls:
            atoms |= {a for a in effects(call)[0] if a.predicate in held_or_borne}
            atoms |= {leaf.atom for way in self._ways(call) for leaf in way.leaves}
        atoms |= {_moved_aside(name) for names in self._obstacles.values() for name in names}
        for when in (w for call in calls for w in on_condition(call, self.objects)):
            if not atoms.isdisjoint((*when.adds, *when.deletes)):
                atoms |= {*when.needs, *when.forbids}
        listed = sorted(a for a in atoms if a.predicate not in ("clear", "hand-empty"))
        self._bits = {atom: 1 << k for k, atom in enumerate(listed)}
        self.borne = {
            bit: self._pair(a) for a, bit in self._bits.items() if a.predicate == "on" and a.arguments[1] != TABLE
        }
        self.holding = {bit: self.index[a.arguments[0]] for a, bit in self._bits.items() if a.predicate == "holding"}
        self.holding_mask = sum(self.holding)
        self.borne_mask = sum(self.borne)

    def _pair(self, on: Atom) -> tuple[int, int]:
        return self.index[on.arguments[0]], self.index[on.arguments[1]]

    def _load_mask(self, name: str) -> int:
        """The bits that are all unset where `name` is clear."""
        if name == TABLE or name in self._plates:
            return 0
        return sum(bit for atom, bit in self._bits.items() if _is_on(atom, name))

    def _ways(self, call: SkillCall) -> tuple[Way, ...]:
        """Ways to do a call, as far as what it takes may ever be where it is needed."""
        found = ways(call, self.objects)
        if len(found) == 1:
            return found
        return tuple(w for w in found if all(a in self._whereabouts for a in w.needs if a.predicate == "at"))

    def _operator(self, call: SkillCall, way: Way) -> Operator:
        needs, forbids = 0, self.project(way.forbids)
        for atom in way.needs:
            if atom.predicate == "clear":
                forbids |= self._load_mask(atom.arguments[0])
            elif atom.predicate == "hand-empty":
                forbids |= self.holding_mask
            else:
                needs |= self._bits[atom]
        for name in self._obstacles.get(call, ()):
            needs |= self._bits[_moved_aside(name)]
        for name in self._buried(call):
            forbids |= self._bits[Atom("in", (name, call.arguments[-1]))]
        added, deleted = effects(call)
        deletes = sum(bit for atom, bit in self._bits.items() if any(covers(d, atom) for d in deleted))
        adds = self.project((*added, *way.adds))
        adds |= sum(self._bits[a] for a, c in self._line_adds.items() if c == call)
        if call.skill in ("pick", "push", "sweep"):
            adds |= self._bits.get(_moved_aside(call.arguments[0]), 0)
            deletes |= sum(self._bits[a] for a in self._line_adds if call.arguments[0] in a.arguments)
        if self._puts_back(call):
            # It would be in the way again.
            deletes |= self._bits.get(_moved_aside(call.arguments[0]), 0)
        cost = self._cost(call) + self._penalties.get(call, 0.0) + self._edge(call)
        return Operator(call, cost, needs, forbids, adds, deletes, self._buries(call), self._when(call))

    def _when(self, call: SkillCall) -> tuple[tuple[int, int, int, int], ...]:
        """The effects on condition that change any fact which decides something."""
        known = (w for w in on_condition(call, self.objects) if all(a in self._bits for a in (*w.needs, *w.forbids)))
        masks = ((*map(self.project, when.parts),) for when in known)
        return tuple((a, b, adds, deletes) for a, b, adds, deletes in masks if adds | deletes)

    def _edge(self, call: SkillCall) -> float:
        """What is added to the cost of a placement that would leave the work area."""
        if self._scene is None or len(call.arguments) != 3 or call.arguments[1] not in RELATIONS:
            return 0.0
        held, target = self._scene[call.arguments[0]], self._scene[call.arguments[2]]
        reach = (max(held.size[:2]) + max(target.size[:2])) / 2.0 + 0.05
        spot = (p + u * reach for p, u in zip(target.position, RELATIONS[call.arguments[1]], strict=False))
        return 0.0 if all(a <= p <= b for p, (a, b) in zip(spot, WORK_AREA, strict=True)) else _OFF_THE_EDGE

    def _buries(self, call: SkillCall) -> tuple[tuple[int, int], ...]:
        container = call.arguments[-1]
        kinds = dict(self.objects)
        if "in" not in call.arguments or CATEGORIES[kinds[container]].inner > _NARROW:
            return ()
        inside = ((atom, bit) for atom, bit in self._bits.items() if atom.predicate == "in")
        return tuple(
            (1 << self.index[atom.arguments[0]], bit)
            for atom, bit in inside
            if atom.arguments[1] == container and atom.arguments[0] != call.arguments[0]
        )

    def _compile(self, formula: Formula) -> Condition:
        if isinstance(formula, Node):
            return Junction(formula.kind == "and", tuple(self._compile(p) for p in formula.parts))
        atom, positive = formula.atom, formula.positive
        if atom.predicate == "clear":
            under = self.index.get(atom.arguments[0], -1) if positive else -1
            return Literal(self._load_mask(atom.arguments[0]), not positive, under=under)
        if atom.predicate == "hand-empty":
            # What is held is counted for the state as a whole.
            return Literal(self.holding_mask, not positive, ((0, 0.0 if positive else 1.0),))
        bears = positive and atom.predicate == "on" and atom.arguments[1] in self.index
        return Literal(
            self._bits[atom],
            positive,
            tuple({self._way(call): None for call in self._achievers(formula)}) or ((0, 0.0),),
            self.index[atom.arguments[1]] if bears and atom.arguments[1] not in self._plates else -1,
            self.index[atom.arguments[0]] if bears else -1,
        )

    def _way(self, call: SkillCall) -> tuple[int, float]:
        """What a call that ends in a condition asks for: an object moved by hand, or only its own cost."""
        if call.skill in ("place", "give") or (call.skill == "pick" and self._goal_wants_empty_hand()):
            return 1 << self.index[call.arguments[0]], self._cost(call) - 1.0
        return 0, self._cost(call)

    def _goal_wants_empty_hand(self) -> bool:
        return Leaf(Atom("hand-empty")) in tuple(self._goal.leaves())


def _is_on(atom: Atom, lower: str) -> bool:
    return atom.predicate == "on" and atom.arguments[1] == lower


def _moved_aside(name: str) -> Atom:
    """A fact of the search's own: `name` has been taken from where it was."""
    return Atom("moved-aside", (name,))
