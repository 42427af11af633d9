"""Skill specs over sets of atoms: what can be called, what may be called now, and what would then hold."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sim.catalog import stays_clear, types_of
from sim.fixtures import FIXTURES
from sim.state import TABLE, SceneState
from skills.kitchen_symbols import DERIVED, derived, places
from skills.predicates import atoms
from skills.registry import find_spec, specs
from skills.spec import ANY, SkillCall, SkillSpec, When
from skills.vocabulary import DIRECTIONS, REGIONS, Atom, regions

Facts = frozenset[Atom]


@dataclass(frozen=True)
class Typing:
    """What there is in a scene: iterates over pairs (name, category), in scene order."""

    pairs: tuple[tuple[str, str], ...]
    """Name and category of each object."""
    family: str = "tabletop"
    """Scene family."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)


MIRRORED = {
    "near": "near",
    "next-to": "next-to",
    "left-of": "right-of",
    "right-of": "left-of",
    "in-front-of": "behind",
    "behind": "in-front-of",
}
"""What `(p b a)` follows from `(q a b)`: a skill that brings about one brings about the other."""


def typing_of(state: SceneState) -> Typing:
    """Names and categories of the objects of a scene."""
    return Typing(tuple((o.name, o.category) for o in state.objects), state.family)


@lru_cache(maxsize=256)
def constants(objects: Typing) -> dict[str, tuple[str, ...]]:
    """Values of each PDDL type: objects by all their types, `table` among the surfaces, regions, directions."""
    values: dict[str, list[str]] = {"region": list(regions(objects.family)), "direction": list(DIRECTIONS)}
    values["surface"] = [] if any(name == TABLE for name, _ in objects) else [TABLE]
    for name, category in objects:
        for kind in sorted(types_of(category)):
            values.setdefault(kind, []).append(name)
    # Where there are places, they are the regions.
    values["region"] += values.get("place", [])
    return {kind: tuple(names) for kind, names in values.items()}


@lru_cache(maxsize=256)
def ground(objects: Typing) -> tuple[SkillCall, ...]:
    """Every well-typed call in a scene with these objects, no argument twice."""
    values = {**constants(objects), "object": _landmarks(objects)}
    calls = []
    for spec in specs():
        if objects.family not in spec.families:
            continue
        choices = [values.get(p.type, ()) for p in spec.parameters]
        for combination in itertools.product(*choices):
            if len(set(combination)) == len(combination) and not _mirrored(spec, combination):
                calls.append(spec.call(*combination))
    return tuple(calls)


def _landmarks(objects: Typing) -> tuple[str, ...]:
    """What things can be beside: not what is built into a desk."""
    built_in = FIXTURES["desk"] if objects.family == "desk" else {}
    return tuple(name for name in constants(objects).get("object", ()) if name not in built_in)


def _mirrored(spec: SkillSpec, values: Sequence[str]) -> bool:
    """Whether the same call stands with its last two arguments the other way round (`between` is symmetric)."""
    return spec.name in ("place-between", "place-across") and values[1] > values[2]


@lru_cache(maxsize=65536)
def preconditions(call: SkillCall) -> tuple[Atom, ...]:
    """What must hold for the call, ground."""
    spec = find_spec(call)
    return tuple(_substitute(a, spec.binding(call)) for a in spec.preconditions)


def unmet(call: SkillCall, facts: Facts) -> tuple[Atom, ...]:
    """Preconditions of the call that do not hold."""
    return tuple(a for a in preconditions(call) if a not in facts)


def legal(state: SceneState, facts: Facts | None = None) -> tuple[SkillCall, ...]:
    """Calls whose preconditions hold in `state`."""
    known = atoms(state) if facts is None else facts
    return tuple(c for c in ground(typing_of(state)) if not unmet(c, known))


@lru_cache(maxsize=65536)
def effects(call: SkillCall) -> tuple[tuple[Atom, ...], tuple[Atom, ...]]:
    """Ground effects of a call: what it adds, with all that follows, and what it deletes (there `*` is any value)."""
    spec = find_spec(call)
    binding = spec.binding(call)
    adds = [_substitute(a, binding) for a in spec.adds]
    for atom in list(adds):
        if atom.predicate == "at":
            adds += [Atom("at", (atom.arguments[0], r)) for r in enclosing(atom.arguments[1])]
        if atom.predicate in MIRRORED:
            adds.append(Atom(MIRRORED[atom.predicate], atom.arguments[::-1]))
    return tuple(adds), tuple(_substitute(a, binding) for a in spec.deletes)


@lru_cache(maxsize=64)
def enclosing(region: str) -> tuple[str, ...]:
    """Other regions that contain the whole of this one: a corner lies on two sides."""
    if region not in REGIONS:
        return ()
    (x0, x1), (y0, y1) = REGIONS[region]
    return tuple(
        name
        for name, ((u0, u1), (v0, v1)) in REGIONS.items()
        if name != region and u0 <= x0 and x1 <= u1 and v0 <= y0 and y1 <= v1
    )


@lru_cache(maxsize=4096)
def on_condition(call: SkillCall, objects: Typing) -> tuple[When, ...]:
    """Effects on condition of a call, ground: one of each for every thing of the scene that `*` may stand for."""
    spec = find_spec(call)
    binding = spec.binding(call)
    things = [name for name, _ in objects if spec.when]
    return tuple(
        When(*(tuple(_substitute(a, {**binding, ANY: name}) for a in part) for part in when.parts))
        for when in spec.when
        for name in things
    )


def apply(call: SkillCall, facts: Facts, objects: Typing) -> Facts:
    """The atoms that hold if the call succeeds: the spec's effects, then `clear` and `hand-empty` derived anew."""
    adds, deletes = effects(call)
    for when in on_condition(call, objects):
        if facts.issuperset(when.needs) and facts.isdisjoint(when.forbids):
            adds, deletes = (*adds, *when.adds), (*deletes, *when.deletes)
    kept = [a for a in facts if not any(covers(d, a) for d in deletes) and a.predicate not in ("clear", "hand-empty")]
    result = {*kept, *adds}
    loaded = {a.arguments[1] for a in result if a.predicate == "on"}
    result.update(Atom("clear", (n,)) for n, c in objects if n not in loaded or stays_clear(c))
    result.add(Atom("clear", (TABLE,)))
    if not any(a.predicate == "holding" for a in result):
        result.add(Atom("hand-empty"))
    if places(objects):
        result = {a for a in result if a.predicate not in DERIVED}
        result.update(derived(result, objects))
    return frozenset(result)


def apply_all(calls: Iterable[SkillCall], facts: Facts, objects: Typing) -> Facts:
    """`apply` over a plan, step after step; preconditions are not asked."""
    for call in calls:
        facts = apply(call, facts, objects)
    return facts


def _substitute(atom: Atom, binding: dict[str, str]) -> Atom:
    return Atom(atom.predicate, tuple(binding.get(a, a) for a in atom.arguments))


def covers(pattern: Atom, atom: Atom) -> bool:
    """Whether the pattern, in which `*` is any value, matches the atom."""
    return pattern.predicate == atom.predicate and all(
        p in (ANY, a) for p, a in zip(pattern.arguments, atom.arguments, strict=True)
    )


def check_call(call: SkillCall, objects: Typing) -> SkillSpec:
    """The spec of a call, once its arguments are known to fit the scene.

    Raises:
        ValueError: no such skill or form, or an argument that is not in the scene or of the wrong type.
    """
    spec = find_spec(call)
    if objects.family not in spec.families:
        raise ValueError(f"{call} is no skill of the {objects.family}; it is one of: {', '.join(spec.families)}")
    values = constants(objects)
    for parameter, value in zip(spec.parameters, spec.binding(call).values(), strict=True):
        allowed = values.get(parameter.type, ())
        if value not in allowed:
            near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.0)
            hint = f"the nearest is {near[0]!r}" if near else "the scene has none"
            raise ValueError(f"{value!r} in {call} is no {parameter.type} of this scene; {hint}")
    return spec
