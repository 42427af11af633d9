"""Goals as PDDL formulas, parsed by the `pddl` library, grounded over a scene, and asked of a set of atoms.

`forall`, `exists`, `imply`, `and`, `or`, `not` and `=` range over the objects of the scene by their PDDL types.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sim.catalog import CATEGORIES, types_of
from skills.symbolic import Facts, Typing, constants
from skills.vocabulary import AXES, PREDICATES, Atom


@dataclass(frozen=True)
class Leaf:
    """A ground literal."""

    atom: Atom
    positive: bool = True

    def __str__(self) -> str:
        return str(self.atom) if self.positive else f"(not {self.atom})"

    def holds(self, facts: Facts) -> bool:
        """Whether it is true."""
        return (self.atom in facts) == self.positive

    def leaves(self) -> Iterator[Leaf]:
        """Itself."""
        yield self


@dataclass(frozen=True)
class Node:
    """A conjunction or disjunction; an empty `and` is true, an empty `or` is false."""

    kind: Literal["and", "or"]
    parts: tuple[Formula, ...]

    def __str__(self) -> str:
        return f"({self.kind} {' '.join(map(str, self.parts))})"

    def holds(self, facts: Facts) -> bool:
        """Whether it is true."""
        join = all if self.kind == "and" else any
        return join(p.holds(facts) for p in self.parts)

    def leaves(self) -> Iterator[Leaf]:
        """All literals in it."""
        for part in self.parts:
            yield from part.leaves()


Formula = Leaf | Node


def conditions(formula: Formula) -> tuple[Formula, ...]:
    """The named conditions whose conjunction the formula is."""
    if isinstance(formula, Node) and formula.kind == "and":
        return tuple(c for p in formula.parts for c in conditions(p))
    return (formula,)


@lru_cache(maxsize=1024)
def parse_goal(text: str, objects: Typing) -> Formula:
    """Parses a PDDL goal and grounds it over the objects of a scene, in negation normal form.

    Args:
        text: such as `(forall (?b - block) (in ?b red_bowl))`; underscores in names stand for spaces.
        objects: names and categories, see `skills.symbolic.typing_of`.

    Raises:
        ValueError: bad PDDL, an unknown predicate, type or name, or a wrong number of arguments.
    """
    tree = _parse_formula(text)
    return _ground(tree, {}, objects, positive=True)


@lru_cache(maxsize=4096)
def _parse_formula(text: str) -> Any:
    # Importing the library and its grammar takes 0.15 s: not before the first goal.
    from lark.exceptions import LarkError
    from pddl.exceptions import PDDLError, PDDLParsingError

    _check_shape(text)
    # Names of the language begin with a letter; `7up_can` does not.
    text = re.sub(r"(?<![?\w-])(?=[0-9])", _DIGIT, text)
    # The library knows `object` as the root of types only, not as the type of a variable.
    typed = re.sub(r"-\s+object\b", f"- {_ANYTHING}", text)
    # What is neither a predicate, nor a variable, nor a variable's type: `(in-line any block)` names a type as a term.
    terms = re.sub(r"-\s+(\w[\w-]*|\(either[^)]*\))|\(\s*[a-z=-]+", "(", typed)
    names = sorted(set(re.findall(r"(?<![?\w-])[a-z][\w-]*", terms)))
    domain = (
        "(define (domain goal)"
        "(:requirements :adl :equality :typing :negative-preconditions :disjunctive-preconditions)"
        f"(:types {' '.join(sorted(_TYPES - {'object'}))} {_ANYTHING} - object)"
        f"(:constants {' '.join(names)})"
        f"(:predicates {' '.join(_declaration(p) for p in PREDICATES)})"
        f"(:action goal :parameters () :precondition {typed} :effect (and)))"
    )
    try:
        parsed = _parse_domain(domain)
    except (LarkError, PDDLError, PDDLParsingError, KeyError, ValueError) as error:
        cause = error.__context__ or error
        raise ValueError(f"not a PDDL goal: {text!r} ({str(cause).strip().splitlines()[0]})") from None
    return next(iter(parsed.actions)).precondition


def _parse_domain(text: str) -> Any:
    """The library's parser, which is made once: to build its grammar takes longer than to read a goal."""
    parser = _parser()
    # What it has read before stays in its transformer.
    parser._transformer.__dict__.update(type(parser._transformer)().__dict__)
    return parser(text)


@lru_cache(maxsize=1)
def _parser() -> Any:
    from pddl.parser.domain import DomainParser

    return DomainParser()


_ANYTHING = "any-object"
_DIGIT = "x--"
_TYPES = frozenset({"region", "direction"}.union(*map(types_of, CATEGORIES)))


def _declaration(name: str) -> str:
    arguments = " ".join(f"?a{k}" for k in range(PREDICATES[name].arity))
    return f"({name} {arguments})"


def _check_shape(text: str) -> None:
    """Says of the commonest mistakes what is wrong, before a grammar says where."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    if depth or not text.strip().startswith("(") or not re.search(r"\w", text):
        raise ValueError(f"not a PDDL goal: {text!r} (expected one formula in matching parentheses)")
    words = {"and", "or", "not", "imply", "forall", "exists", "=", *PREDICATES}
    for head in re.findall(r"\(\s*([^\s()?]+)", text):
        if head not in words:
            near = difflib.get_close_matches(head, sorted(words), n=1, cutoff=0.0)[0]
            raise ValueError(f"unknown predicate {head!r} in goal {text!r}; the nearest is {near!r}")


def _ground(tree: Any, binding: Mapping[str, str], objects: Typing, positive: bool) -> Formula:
    kind = type(tree).__name__
    if kind in ("And", "Or"):
        joined: Literal["and", "or"] = "and" if (kind == "And") == positive else "or"
        return _simplify(joined, [_ground(p, binding, objects, positive) for p in tree.operands])
    if kind == "Not":
        return _ground(tree.argument, binding, objects, not positive)
    if kind == "Imply":
        first, second = tree.operands
        joined = "or" if positive else "and"
        return _simplify(
            joined, [_ground(first, binding, objects, not positive), _ground(second, binding, objects, positive)]
        )
    if kind in ("ForallCondition", "ExistsCondition"):
        joined = "and" if (kind == "ForallCondition") == positive else "or"
        parts = [
            _ground(tree.condition, {**binding, **values}, objects, positive)
            for values in _assignments(list(tree.variables), objects)
        ]
        return _simplify(joined, parts)
    if kind == "EqualTo":
        same = _value(tree.left, binding) == _value(tree.right, binding)
        return Node("and", ()) if same == positive else Node("or", ())
    if kind == "Predicate":
        atom = Atom(tree.name, tuple(_value(t, binding) for t in tree.terms))
        _check_names(atom, objects)
        return Leaf(atom, positive)
    raise ValueError(f"goals do not support {kind}: {tree}")


def _simplify(kind: Literal["and", "or"], parts: list[Formula]) -> Formula:
    flat: list[Formula] = []
    for part in parts:
        if isinstance(part, Node) and part.kind == kind:
            flat.extend(part.parts)
        elif isinstance(part, Node) and not part.parts:
            return part
        else:
            flat.append(part)
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Node(kind, unique)


def _assignments(variables: list[Any], objects: Typing) -> Iterator[dict[str, str]]:
    if not variables:
        yield {}
        return
    first, *rest = variables
    kinds = {str(t) for t in first.type_tags} - {_ANYTHING} or {"object"}
    values = constants(objects)
    for value in dict.fromkeys(v for kind in sorted(kinds) for v in values.get(kind, ()) if v != "table"):
        for others in _assignments(rest, objects):
            yield {first.name: value, **others}


def _value(term: Any, binding: Mapping[str, str]) -> str:
    if type(term).__name__ == "Variable":
        if term.name not in binding:
            raise ValueError(f"variable ?{term.name} is not bound by a quantifier")
        return binding[term.name]
    return str(term.name).removeprefix(_DIGIT).replace("_", " ")


def _check_names(atom: Atom, objects: Typing) -> None:
    if len(atom.arguments) != PREDICATES[atom.predicate].arity:
        arity = PREDICATES[atom.predicate].arity
        raise ValueError(f"{atom} has {len(atom.arguments)} arguments; {atom.predicate} takes {arity}")
    values = constants(objects)
    things = {*values.get("object", ()), "table"}
    for kind, value in zip(PREDICATES[atom.predicate].parameters, atom.arguments, strict=True):
        if kind in ("object", "container", "openable", "slidable", "fixture", "light", "rack"):
            allowed = things
        elif kind in ("region", "direction"):
            allowed = set(values[kind])
        elif kind == "axis":
            allowed = set(AXES)
        elif kind == "type":
            allowed = _TYPES - {"region", "direction"}
        else:
            continue
        if value not in allowed:
            near = difflib.get_close_matches(value, sorted(allowed), n=1, cutoff=0.0)[0]
            raise ValueError(f"{value!r} in goal {atom} is no {kind} of this scene; the nearest is {near!r}")
