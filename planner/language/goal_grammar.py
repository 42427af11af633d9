"""The goal formulas that can be said about a scene, as a grammar that is walked piece by piece.

A context-free grammar would need a copy of its rules for each set of variables in scope. So this is a small pushdown
automaton: a state is the stack of what is still to be written, and `options` lists the pieces of text that may come
next. Arguments are of the right type and are there, variables are bound and range over something, no atom says the same
thing twice, nesting is bounded: whatever is written to its end, `skills.goals.parse_goal` reads.

Pieces follow the seams of byte-level tokenizers (a word with its space, a run of brackets), so that tokens of a piece
are those of the text that people wrote and models were trained on.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planner.language.dialogue import End
from sim.state import TABLE, SceneState
from skills.symbolic import Typing, constants, typing_of
from skills.vocabulary import AXES, PREDICATES

Scope = tuple[tuple[str, str], ...]
"""Letters of the variables in scope, each with its type."""

DEPTH = 6
"""Formulas inside each other, the atom included."""
PARTS = 12
"""Most parts of one `and` or `or`."""
VARIABLES = 3
"""Most variables in scope."""
REFUSALS = (End.ASK, End.MISSING, End.IMPOSSIBLE)
"""What may be answered in the place of a goal."""

_SIDEWAYS = ("turned", "slid", "in-half")
"""Predicates whose direction is left or right."""


@dataclass(frozen=True)
class _Formula:
    scope: Scope
    depth: int


@dataclass(frozen=True)
class _More:
    """After a part of `and` or `or`: another one, or its end."""

    scope: Scope
    depth: int
    left: int


@dataclass(frozen=True)
class _Arguments:
    """The rest of an atom's arguments."""

    predicate: str
    scope: Scope
    taken: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Letter:
    """A quantifier's next variable."""

    scope: Scope
    depth: int


@dataclass(frozen=True)
class _Type:
    """The type of the variable whose letter was just written."""

    scope: Scope
    depth: int
    letter: str


@dataclass(frozen=True)
class _Bound:
    """After a variable and its type: another one, or the formula."""

    scope: Scope
    depth: int


@dataclass(frozen=True)
class _Text:
    """One piece as it stands; `)` joins the brackets that follow it."""

    text: str


_Item = _Formula | _More | _Arguments | _Letter | _Type | _Bound | _Text
_CLOSE = _Text(")")
_STOP = _Text("\n")


@dataclass(frozen=True)
class State:
    """Where in a formula one is."""

    stack: tuple[_Item, ...]
    """What is still to be written, the next last; empty at the end."""
    closed: bool = False
    """Whether a whole run of brackets was just written, so that no other may follow."""


@dataclass(frozen=True)
class GoalGrammar:
    """The formulas of a scene, and the sentences that may stand in their place."""

    objects: Typing
    """Names and categories of what is there."""
    colors: tuple[str, ...]
    """Colours of what is there."""

    def start(self) -> State:
        """Before the space after `Goal:`."""
        return State((_STOP, _Formula((), DEPTH)))

    def options(self, state: State) -> tuple[tuple[str, State], ...]:
        """Pieces that may come next, each with the state after it; none at the end of the text."""
        return _options(self, state)

    def values(self, kind: str) -> frozenset[str]:
        """Names that an argument of that kind may be, besides variables."""
        known = constants(self.objects)
        if kind == "axis":
            return frozenset(AXES)
        if kind == "type":
            # PDDL keeps the word `object` for the type of all.
            return frozenset(self.types()) - {"object"}
        if kind == "color":
            return frozenset(self.colors)
        things = frozenset(known.get(kind, ()))
        return things | {TABLE} if kind == "object" else things

    def types(self) -> tuple[str, ...]:
        """Types of which something is there: what variables range over."""
        known = constants(self.objects)
        return tuple(sorted(k for k in known if k not in ("region", "direction") and set(known[k]) - {TABLE}))


@lru_cache(maxsize=64)
def _grammar(objects: Typing, colors: tuple[str, ...]) -> GoalGrammar:
    return GoalGrammar(objects, colors)


def goal_grammar(state: SceneState) -> GoalGrammar:
    """The grammar of a scene; scenes with the same things in them share it."""
    return _grammar(typing_of(state), tuple(sorted({o.color for o in state.objects if o.color is not None})))


def accepts(grammar: GoalGrammar, text: str) -> bool:
    """Whether a text such as ` (in red_block blue_bowl)`, line break and all, can be written."""
    found = {(grammar.start(), 0)}
    while found:
        if any(not s.stack and at == len(text) for s, at in found):
            return True
        found = {
            (after, at + len(piece))
            for state, at in found
            for piece, after in grammar.options(state)
            if text.startswith(piece, at)
        }
    return False


@lru_cache(maxsize=16384)
def _options(grammar: GoalGrammar, state: State) -> tuple[tuple[str, State], ...]:
    if not state.stack:
        return ()
    found = list(_opening(grammar, state.stack))
    if not state.closed:
        found += _closing(state.stack)
    if state == grammar.start():
        found += [(f" {end}", State((_STOP,))) for end in REFUSALS]
    return tuple(found)


def _closing(stack: tuple[_Item, ...]) -> Iterator[tuple[str, State]]:
    """Runs of brackets, each to where something else can follow."""
    count = 0
    while stack and (stack[-1] == _CLOSE or isinstance(stack[-1], _More)):
        stack, count = stack[:-1], count + 1
        top = stack[-1]
        if top != _CLOSE and not (isinstance(top, _More) and not top.left):
            yield ")" * count, State(stack, closed=True)


def _opening(grammar: GoalGrammar, stack: tuple[_Item, ...]) -> Iterator[tuple[str, State]]:
    """Pieces that are no run of brackets."""
    rest, top = stack[:-1], stack[-1]
    match top:
        case _Text(text) if top != _CLOSE:
            yield text, State(rest)
        case _Formula(scope, depth):
            yield from _heads(grammar, rest, scope, depth)
        case _More(scope, depth, left) if left:
            yield from _heads(grammar, (*rest, _More(scope, depth, left - 1)), scope, depth)
        case _Arguments(predicate, scope, taken):
            for value in _fitting(grammar, predicate, scope, taken):
                arguments = (*taken, value)
                whole = len(arguments) == len(_parameters(predicate))
                after = rest if whole else (*rest, _Arguments(predicate, scope, arguments))
                yield f" {value.replace(' ', '_')}", State(after)
        case _Letter(scope, depth):
            for letter in string.ascii_lowercase:
                if letter not in dict(scope):
                    yield letter, State((*rest, _Type(scope, depth, letter)))
        case _Type(scope, depth, letter):
            for kind in grammar.types():
                yield f" - {kind}", State((*rest, _Bound((*scope, (letter, kind)), depth)))
        case _Bound(scope, depth):
            yield ")", State((*rest, _Formula(scope, depth)))
            if len(scope) < VARIABLES:
                yield " ?", State((*rest, _Letter(scope, depth)))
        case _:
            return


def _heads(grammar: GoalGrammar, rest: tuple[_Item, ...], scope: Scope, depth: int) -> Iterator[tuple[str, State]]:
    """An opening bracket with what follows it."""
    for predicate in ("=", *PREDICATES):
        if not _parameters(predicate):
            yield f" ({predicate}", State((*rest, _CLOSE))
        elif (predicate != "=" or scope) and _fitting(grammar, predicate, scope, ()):
            yield f" ({predicate}", State((*rest, _CLOSE, _Arguments(predicate, scope)))
    if depth > 1:
        inner = _Formula(scope, depth - 1)
        for word in ("and", "or"):
            yield f" ({word}", State((*rest, _More(scope, depth - 1, PARTS - 1), inner))
        yield " (not", State((*rest, _CLOSE, inner))
        yield " (imply", State((*rest, _CLOSE, inner, inner))
        if len(scope) < VARIABLES and grammar.types():
            for word in ("forall", "exists"):
                yield f" ({word} (?", State((*rest, _CLOSE, _Letter(scope, depth - 1)))


def _parameters(predicate: str) -> tuple[str, ...]:
    return ("object", "object") if predicate == "=" else PREDICATES[predicate].parameters


@lru_cache(maxsize=16384)
def _fitting(grammar: GoalGrammar, predicate: str, scope: Scope, taken: tuple[str, ...]) -> tuple[str, ...]:
    """Values of the next argument after which the atom can be finished; none twice."""
    parameters = _parameters(predicate)
    kind = parameters[len(taken)]
    values = grammar.values(kind)
    if kind == "direction" and predicate in _SIDEWAYS:
        values = frozenset(("left", "right"))
    if predicate == "=" and not taken:
        values = frozenset()
    variables = [f"?{letter}" for letter, of in scope if grammar.values(kind) >= grammar.values(of) - {TABLE}]
    choices = [v for v in (*sorted(values), *variables) if v not in taken]
    if len(taken) + 1 == len(parameters):
        return tuple(choices)
    return tuple(v for v in choices if _fitting(grammar, predicate, scope, (*taken, v)))
