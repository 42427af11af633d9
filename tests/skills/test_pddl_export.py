"""The exported domain, read by a PDDL library and carried out by its book, agrees with `skills.symbolic`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from pddl.logic.base import And, ExistsCondition, Not, Or
from pddl.logic.effects import Forall, When
from pddl.logic.predicates import EqualTo, Predicate
from pddl.logic.terms import Constant
from pddl.parser.domain import DomainParser
from pddl.parser.problem import ProblemParser

from skills.goals import parse_goal
from skills.pddl_export import domain_pddl, problem_pddl
from skills.predicates import atoms
from skills.registry import find_spec, specs
from skills.symbolic import apply, ground, legal, typing_of
from skills.vocabulary import Atom
from tests.scene_builder import scene

STATE = scene(
    {
        "red block": (0.4, -0.2),
        "blue block": (0.4, 0.0),
        "red bowl": (0.6, 0.1),
        "green block": "red bowl",
        "white plate": (0.6, -0.2),
    }
)
OBJECTS = typing_of(STATE)
GOAL = "(and (forall (?b - block) (exists (?w - bowl) (in ?b ?w))) (not (in-line any block)))"

Ground = frozenset[tuple[str, ...]]


@pytest.fixture(scope="module")
def domain() -> Any:
    return DomainParser()(domain_pddl())


@pytest.fixture(scope="module")
def problem() -> Any:
    return ProblemParser()(problem_pddl(STATE, GOAL))


class Interpreter:
    """Carries out PDDL actions on sets of ground atoms."""

    def __init__(self, domain: Any, problem: Any) -> None:
        self.actions = {str(a.name): a for a in domain.actions}
        self.derived = list(domain.derived_predicates)
        parents = {str(k): str(v) if v is not None else "object" for k, v in domain.types.items()}
        self.by_type: dict[str, list[str]] = {}
        for constant in (*domain.constants, *problem.objects):
            kind = str(constant.type_tag)
            while True:
                self.by_type.setdefault(kind, []).append(str(constant.name))
                if kind == "object" or kind not in parents:
                    break
                kind = parents[kind]

    def bindings(self, variables: Any) -> Any:
        listed = list(variables)
        for values in itertools.product(*(self.by_type[str(next(iter(v.type_tags)))] for v in listed)):
            yield {str(v.name): value for v, value in zip(listed, values, strict=True)}

    def holds(self, formula: Any, binding: dict[str, str], facts: Ground) -> bool:
        if isinstance(formula, And):
            return all(self.holds(p, binding, facts) for p in formula.operands)
        if isinstance(formula, Or):
            return any(self.holds(p, binding, facts) for p in formula.operands)
        if isinstance(formula, Not):
            return not self.holds(formula.argument, binding, facts)
        if isinstance(formula, ExistsCondition):
            return any(
                self.holds(formula.condition, {**binding, **more}, facts) for more in self.bindings(formula.variables)
            )
        if isinstance(formula, EqualTo):
            return value(formula.left, binding) == value(formula.right, binding)
        assert isinstance(formula, Predicate)
        atom = (str(formula.name), *(value(t, binding) for t in formula.terms))
        for rule in self.derived:
            if str(rule.predicate.name) == atom[0]:
                names = [str(t.name) for t in rule.predicate.terms]
                return self.holds(rule.condition, dict(zip(names, atom[1:], strict=True)), facts)
        return atom in facts

    def changes(self, effect: Any, binding: dict[str, str], facts: Ground) -> Any:
        """Pairs (atom, whether it is added)."""
        if isinstance(effect, And):
            for part in effect.operands:
                yield from self.changes(part, binding, facts)
        elif isinstance(effect, Forall):
            for more in self.bindings(effect.variables):
                yield from self.changes(effect.effect, {**binding, **more}, facts)
        elif isinstance(effect, When):
            if self.holds(effect.condition, binding, facts):
                yield from self.changes(effect.effect, binding, facts)
        elif isinstance(effect, Not):
            yield ground_atom(effect.argument, binding), False
        else:
            yield ground_atom(effect, binding), True


def value(term: Any, binding: dict[str, str]) -> str:
    return str(term.name) if isinstance(term, Constant) else binding[str(term.name)]


def ground_atom(predicate: Any, binding: dict[str, str]) -> tuple[str, ...]:
    return (str(predicate.name), *(value(t, binding) for t in predicate.terms))


def as_pddl(facts: frozenset[Atom]) -> Ground:
    """Our facts as PDDL has them: without what is derived."""
    found = set()
    for atom in facts:
        if atom.predicate in ("clear", "hand-empty"):
            continue
        arguments = [a.replace(" ", "_") for a in atom.arguments]
        if atom.predicate == "in-line":
            arguments[1] += "-kind"
        found.add((atom.predicate, *arguments))
    return frozenset(found)


def test_there_is_an_action_for_every_spec(domain: Any) -> None:
    assert {str(a.name) for a in domain.actions} == {s.name for s in specs()}


def test_the_initial_facts_are_those_of_the_scene(domain: Any, problem: Any) -> None:
    initial = frozenset(ground_atom(p, {}) for p in problem.init)
    assert as_pddl(atoms(STATE)) <= initial
    extra = {a[0] for a in initial - as_pddl(atoms(STATE))}
    assert extra == {"movable", "surface", "container", "shared", "within"}


def test_actions_agree_with_the_symbolic_skills_along_random_plans(domain: Any, problem: Any) -> None:
    interpreter = Interpreter(domain, problem)
    static = frozenset(ground_atom(p, {}) for p in problem.init) - as_pddl(atoms(STATE))
    ours, theirs = atoms(STATE), frozenset(ground_atom(p, {}) for p in problem.init)
    rng = np.random.default_rng(0)
    for _ in range(40):
        calls = legal(STATE, ours)
        for call in (calls[int(k)] for k in rng.integers(len(calls), size=3)):
            _agree(interpreter, call, ours, theirs, static)
        call = calls[int(rng.integers(len(calls)))]
        ours, theirs = _agree(interpreter, call, ours, theirs, static)


def _agree(interpreter: Interpreter, call: Any, ours: Any, theirs: Ground, static: Ground) -> tuple[Any, Ground]:
    spec = find_spec(call)
    action = interpreter.actions[spec.name]
    names = [str(p.name) for p in action.parameters]
    binding = dict(zip(names, (v.replace(" ", "_") for v in spec.binding(call).values()), strict=True))
    assert interpreter.holds(action.precondition, binding, theirs)
    changes = list(interpreter.changes(action.effect, binding, theirs))
    deleted = {a for a, added in changes if not added}
    after = (theirs - deleted) | {a for a, added in changes if added}
    expected = apply(call, ours, OBJECTS)
    assert frozenset(after) - static == as_pddl(expected)
    return expected, frozenset(after)


def test_the_same_calls_are_applicable(domain: Any, problem: Any) -> None:
    interpreter = Interpreter(domain, problem)
    initial = frozenset(ground_atom(p, {}) for p in problem.init)
    allowed = set(legal(STATE))
    for call in ground(OBJECTS):
        spec = find_spec(call)
        action = interpreter.actions[spec.name]
        names = [str(p.name) for p in action.parameters]
        binding = dict(zip(names, (v.replace(" ", "_") for v in spec.binding(call).values()), strict=True))
        assert interpreter.holds(action.precondition, binding, initial) == (call in allowed), call


def test_the_goal_means_the_same(domain: Any, problem: Any) -> None:
    interpreter = Interpreter(domain, problem)
    goal = parse_goal(GOAL, OBJECTS)
    facts = atoms(STATE)
    reached = frozenset(
        {a for a in facts if a.predicate != "in-line"}
        | {Atom("in", (b, "red bowl")) for b in ("red block", "blue block")}
    )
    for known in (facts, reached):
        assert interpreter.holds(problem.goal, {}, as_pddl(known)) == goal.holds(known)
    assert goal.holds(reached)
