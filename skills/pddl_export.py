"""The PDDL domain, exported from the skill specs, and a problem from a scene and a goal.

PDDL has single inheritance and a movable block is a surface too, so what an object is good for (`movable`, `surface`,
`container`) is a static predicate, and categories are the types. `clear` and `hand-empty` are derived predicates, as in
`skills.symbolic`: what lies on a thing or in the hand decides them.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.catalog import CATEGORIES, COLORS, stays_clear, types_of
from sim.state import TABLE, SceneState
from skills.goals import Formula, Leaf, parse_goal
from skills.predicates import atoms
from skills.registry import specs
from skills.spec import ANY, SkillSpec, When
from skills.symbolic import MIRRORED, enclosing, typing_of
from skills.vocabulary import AXES, DIRECTIONS, PREDICATES, REGIONS, Atom

DOMAIN = "forethought"
_REQUIREMENTS = (
    "  (:requirements :adl :typing :equality :negative-preconditions :disjunctive-preconditions :derived-predicates)"
)
_DERIVED = ("clear", "hand-empty")
_ANYTHING = "?any"
_ITEM = "item"
"""The PDDL type of physical things: `object` is the root of all types in PDDL, regions included."""
_KINDS = tuple(sorted(set[str]().union(*map(types_of, CATEGORIES))))
_TRAITS = tuple(sorted({t for c in CATEGORIES.values() for t in c.types}))


def domain_pddl() -> str:
    """The domain of all registered skills, as PDDL text."""
    types = f"{' '.join(CATEGORIES)} - {_ITEM} {_ITEM} region direction axis kind color - object"
    constants = [f"{TABLE} - {_ITEM}", f"{_names(REGIONS)} - region", f"{_names(DIRECTIONS)} - direction"]
    constants += [f"{_names(AXES)} - axis", f"{_names(map(_kind, _KINDS))} - kind"]
    predicates = [_declaration(name) for name in PREDICATES]
    predicates += [f"({trait} ?a - {_ITEM})" for trait in _TRAITS]
    predicates += [f"(shared ?a - {_ITEM})", "(within ?a - region ?b - region)"]
    lines = [
        f"(define (domain {DOMAIN})",
        _REQUIREMENTS,
        f"  (:types {types})",
        f"  (:constants {' '.join(constants)})",
        "  (:predicates",
        *(f"    {p}" for p in predicates),
        "  )",
        f"  (:derived (clear ?a) (or (shared ?a) (not (exists (?b - {_ITEM}) (on ?b ?a)))))",
        f"  (:derived (hand-empty) (not (exists (?b - {_ITEM}) (holding ?b))))",
        *(_action(spec) for spec in specs()),
        ")",
    ]
    return "\n".join(lines) + "\n"


def problem_pddl(state: SceneState, goal: str, start: SceneState | None = None) -> str:
    """The problem of reaching a goal from a scene, as PDDL text.

    Args:
        state: the scene.
        goal: a PDDL formula as in task files; it is written out ground.
        start: the scene at the start of the episode, see `skills.predicates.atoms`.

    Raises:
        ValueError: the goal does not fit the scene, see `skills.goals.parse_goal`.
    """
    objects = typing_of(state)
    formula = parse_goal(goal, objects)
    colors = sorted({o.color for o in state.objects if o.color is not None})
    facts = sorted(_text(a) for a in atoms(state, start) if a.predicate not in _DERIVED)
    facts += [f"({trait} {_name(n)})" for n, c in objects for trait in sorted(CATEGORIES[c].types)]
    facts += [
        f"(surface {TABLE})",
        f"(shared {TABLE})",
        *(f"(shared {_name(n)})" for n, c in objects if stays_clear(c)),
    ]
    facts += [f"(within {_name(r)} {_name(outer)})" for r in REGIONS for outer in enclosing(r)]
    listed = [f"{_name(name)} - {category}" for name, category in objects]
    listed += [f"{' '.join(colors)} - color"] if colors else []
    lines = [
        f"(define (problem scene) (:domain {DOMAIN})",
        _REQUIREMENTS,
        f"  (:objects {' '.join(listed)})",
        "  (:init",
        *(f"    {fact}" for fact in facts),
        "  )",
        f"  (:goal {_formula(formula)})",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _name(name: str) -> str:
    """A name as a term; `object` is a keyword, so that no variable may be called `?object`."""
    if name.startswith("?"):
        return f"?the-{name[1:]}"
    # A name of the language begins with a letter, and the orange is not the colour.
    return f"{'the-' if name[:1].isdigit() or name in COLORS else ''}{name.replace(' ', '_')}"


def _names(names: Iterable[str]) -> str:
    return " ".join(map(_name, names))


def _kind(kind: str) -> str:
    """A type as a term: PDDL keeps the word `object`, and others, for types themselves."""
    return _name(kind) if kind.startswith("?") else f"{kind}-kind"


def _type(kind: str) -> str:
    """The PDDL type of a predicate's or skill's argument."""
    if kind == "type":
        return "kind"
    return _ITEM if kind == "object" or kind in _TRAITS else kind


def _declaration(predicate: str) -> str:
    arguments = [f"?{letter} - {_type(k)}" for letter, k in zip("abc", PREDICATES[predicate].parameters, strict=False)]
    return f"({' '.join([predicate, *arguments])})"


def _action(spec: SkillSpec) -> str:
    parameters = " ".join(f"?the-{p.name} - {_type(p.type)}" for p in spec.parameters)
    traits = [f"({p.type} ?the-{p.name})" for p in spec.parameters if p.type in _TRAITS]
    items = [p.name for p in spec.parameters if _type(p.type) == _ITEM]
    apart = [f"(not (= ?the-{a} ?the-{b}))" for k, a in enumerate(items) for b in items[k + 1 :]]
    apart += [f"(not (= ?the-{p.name} {TABLE}))" for p in spec.parameters if p.type == "object"]
    conditions = [*traits, *apart, *map(_text, spec.preconditions)]
    deleted = [_delete(a) for a in spec.deletes]
    added = [effect for a in spec.adds for effect in _add(a)] + [_on_condition(w) for w in spec.when]
    return (
        f"  (:action {spec.name}\n"
        f"    :parameters ({parameters})\n"
        f"    :precondition (and {' '.join(conditions)})\n"
        f"    :effect (and {' '.join([*deleted, *dict.fromkeys(added)])}))"
    )


def _on_condition(when: When) -> str:
    """An effect on condition, for everything that `*` may stand for."""

    def named(atom: Atom) -> str:
        return _text(Atom(atom.predicate, tuple(_ANYTHING if a == ANY else a for a in atom.arguments)))

    conditions = [*map(named, when.needs), *(f"(not {named(a)})" for a in when.forbids)]
    changes = [*(f"(not {named(a)})" for a in when.deletes), *map(named, when.adds)]
    whole = f"(when (and {' '.join(conditions)}) (and {' '.join(changes)}))"
    return f"(forall ({_name(_ANYTHING)} - {_ITEM}) {whole})"


def _text(atom: Atom) -> str:
    kinds = PREDICATES[atom.predicate].parameters
    words = (_term(a, kind) for a, kind in zip(atom.arguments, kinds, strict=True))
    return f"({' '.join([atom.predicate, *words])})"


def _term(value: str, kind: str) -> str:
    if kind == "type":
        return _kind(value)
    return value if kind == "color" else _name(value)


def _formula(formula: Formula) -> str:
    if isinstance(formula, Leaf):
        return _text(formula.atom) if formula.positive else f"(not {_text(formula.atom)})"
    if formula.kind == "and":
        return f"({' '.join(['and', *map(_formula, formula.parts)])})"
    # Not every parser of problems reads `or` in a goal; all read its negation.
    return f"(not (and {' '.join(f'(not {_formula(p)})' for p in formula.parts)}))"


def _add(atom: Atom) -> list[str]:
    """The effect and what follows from it, see `skills.symbolic.effects`."""
    found = [_text(atom)]
    if atom.predicate == "at":
        thing, region = atom.arguments
        found.append(f"(forall (?r - region) (when (within {_name(region)} ?r) (at {_name(thing)} ?r)))")
    if atom.predicate in MIRRORED:
        found.append(_text(Atom(MIRRORED[atom.predicate], atom.arguments[::-1])))
    return found


def _delete(atom: Atom) -> str:
    """Unmakes the atom, for every value of each `*`."""
    kinds = PREDICATES[atom.predicate].parameters
    free = [
        (f"?any{k}", _type(kind)) for k, (a, kind) in enumerate(zip(atom.arguments, kinds, strict=True)) if a == ANY
    ]
    arguments = tuple(f"?any{k}" if a == ANY else a for k, a in enumerate(atom.arguments))
    text = f"(not {_text(Atom(atom.predicate, arguments))})"
    return f"(forall ({' '.join(f'{_name(v)} - {k}' for v, k in free)}) {text})" if free else text
