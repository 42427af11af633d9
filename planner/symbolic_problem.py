"""A goal and a scene as a search problem over bits: what each call that may serve needs and changes.

A symbolic state is one `int`, a bit for each fact that the goal or a needed call speaks of. `clear` and `hand-empty`
have no bits of their own: they say that certain other bits (`on`, `holding`) are all unset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from planner.kitchen_rules import Way
from planner.symbolic_bits import Condition, Junction, Literal, Operator
from planner.symbolic_lines import expand_lines
from planner.symbolic_relevance import Obstacles, Relevance, is_on
from sim.catalog import CATEGORIES, stays_clear
from sim.state import TABLE, SceneState
from skills.goals import Formula, Leaf, Node
from skills.spec import SkillCall
from skills.symbolic import Facts, Typing, covers, effects, on_condition
from skills.vocabulary import RELATIONS, WORK_AREA, Atom

_OFF_THE_EDGE = 2.0
"""Added to the cost of a placement beside something that stands at the edge: there is hardly room."""
BURYING = 2.5
"""Added to the cost of a placement on top of what has yet to be taken out of the same narrow container."""
_NARROW = 0.06
"""A container with an inner floor of a smaller radius holds no two objects side by side, metres."""


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
        self._scene = scene
        self._cost = cost
        self._obstacles = obstacles or {}
        self._never = never
        lines = expand_lines(goal, facts, objects, scene, cost)
        self._goal = lines.goal
        self._facts = facts | lines.facts
        self._line_adds = lines.adds
        self._relevance = Relevance(
            self._goal, self._facts, objects, lines.adds, cost, self._obstacles, choosy=never is not None
        )
        self._bits: dict[Atom, int] = {}
        self._allocate(self._relevance.calls)
        calls = sorted(self._relevance.calls, key=self._discomfort)
        self.operators = tuple(self._operator(c, w) for c in calls for w in self._relevance.ways_to(c))
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
        return self._relevance.unreachable()

    def _discomfort(self, call: SkillCall) -> float:
        """What speaks against a call among equals: its way, what it promises beyond need, what it moves in passing."""
        distance = 0.0
        if self._scene is not None and len(call.arguments) == 3 and call.arguments[2] in self._scene:
            first, last = self._scene[call.arguments[0]], self._scene[call.arguments[2]]
            distance = first.pose.distance(last.pose)
        return distance + len(effects(call)[0]) + (call.arguments[0] not in self._relevance.subjects)

    def _allocate(self, calls: Iterable[SkillCall]) -> None:
        """Gives a bit to every fact that decides something."""
        held_or_borne = ("on", "in", "holding")
        atoms = {a for a in self._facts if a.predicate in held_or_borne}
        atoms |= {leaf.atom for leaf in self._goal.leaves()} | set(self._line_adds)
        atoms |= set() if self._never is None else {leaf.atom for leaf in self._never.leaves()}
        for call in calls:
            atoms |= {a for a in effects(call)[0] if a.predicate in held_or_borne}
            atoms |= {leaf.atom for way in self._relevance.ways_to(call) for leaf in way.leaves}
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
        return sum(bit for atom, bit in self._bits.items() if is_on(atom, name))

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
        for name in self._relevance.buried(call):
            forbids |= self._bits[Atom("in", (name, call.arguments[-1]))]
        added, deleted = effects(call)
        deletes = sum(bit for atom, bit in self._bits.items() if any(covers(d, atom) for d in deleted))
        adds = self.project((*added, *way.adds))
        adds |= sum(self._bits[a] for a, c in self._line_adds.items() if c == call)
        if call.skill in ("pick", "push", "sweep"):
            adds |= self._bits.get(_moved_aside(call.arguments[0]), 0)
            deletes |= sum(self._bits[a] for a in self._line_adds if call.arguments[0] in a.arguments)
        if self._relevance.puts_back(call):
            # It would be in the way again.
            deletes |= self._bits.get(_moved_aside(call.arguments[0]), 0)
        cost = self._cost(call) + self._relevance.penalties.get(call, 0.0) + self._edge(call)
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
            tuple({self._way(call): None for call in self._relevance.achievers(formula)}) or ((0, 0.0),),
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


def _moved_aside(name: str) -> Atom:
    """A fact of the search's own: `name` has been taken from where it was."""
    return Atom("moved-aside", (name,))
