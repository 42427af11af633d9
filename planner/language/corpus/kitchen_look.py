"""A kitchen as wishes look at it: what is where, what could be fetched, and how one thing is told from the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from planner.language.corpus.phrasing import Noun, atom, chance, either, one, said, some
from planner.language.corpus.words import CATEGORY_WORDS, COLOR_WORDS, MASS_NOUNS, PLACE_WORDS, THING_WORDS
from sim.catalog import types_of
from sim.fixtures import FIXTURES
from sim.state import SceneState
from skills.desk_facts import is_accessible
from skills.kitchen_facts import place_of

FAMILY = "kitchen"
TOPS = ("close counter", "far counter", "table")
DRAWERS = ("top drawer", "middle drawer", "bottom drawer")
BIN, USER = "trash can", "user"

TRAITS: dict[str, tuple[str, frozenset[str], tuple[str, ...]]] = {
    "caffeine": (
        "drink",
        frozenset({"coke can", "pepsi can", "redbull can"}),
        ("with caffeine", "that has caffeine in it"),
    ),
    "caffeine-free": (
        "drink",
        frozenset({"7up can", "water bottle", "milk bottle"}),
        ("without caffeine", "that has no caffeine", "with no caffeine in it", "free of caffeine"),
    ),
    "bubbles": (
        "drink",
        frozenset({"coke can", "pepsi can", "7up can", "redbull can"}),
        ("with bubbles", "that is fizzy", "that sparkles", "with some fizz"),
    ),
    "still": (
        "drink",
        frozenset({"water bottle", "milk bottle"}),
        ("that is not fizzy", "without bubbles", "with no fizz", "that isn't carbonated"),
    ),
    "sugarless": (
        "drink",
        frozenset({"water bottle"}),
        ("without any calories", "with zero sugar", "that has no taste"),
    ),
    "citrus": ("fruit", frozenset({"orange", "lemon"}), ("of the citrus kind", "that is a citrus")),
    "sour": ("fruit", frozenset({"lemon"}), ("that is really sour", "that tastes sour")),
    "peelable": ("fruit", frozenset({"banana"}), ("that is long and curved", "that is bent")),
    "fuzzy": ("fruit", frozenset({"peach"}), ("with a fuzzy skin", "that has a stone inside and a furry skin")),
    "spicy": ("snack", frozenset({"jalapeno chips"}), ("that is spicy", "that is hot and spicy", "with some heat")),
    "salty": (
        "snack",
        frozenset({"jalapeno chips", "kettle chips", "multigrain chips", "rice chips"}),
        ("that is salty", "that is savoury", "with salt on it"),
    ),
    "sweet": ("snack", frozenset({"energy bar"}), ("that is sweet", "that is not salty", "that isn't chips")),
}
"""Of drinks, fruit and snacks: the type, which of them have a trait, and what people say for it."""


class Kitchen:
    """What a drawer of wishes asks about a kitchen again and again."""

    def __init__(self, state: SceneState) -> None:
        self.state = state
        self.held = state.robot.holding
        built_in = FIXTURES[FAMILY]
        self.things = [o.name for o in state.objects if o.name not in built_in]
        self.below = {upper: lower for upper, lower in sorted(state.supports)}
        self.place = {n: place_of(n, state) for n in self.things}

    @cached_property
    def base(self) -> dict[str, str]:
        """Names without the number that tells twins apart."""
        found = {}
        for name in self.things:
            head, _, last = name.rpartition(" ")
            found[name] = head if last.isdigit() and head else name
        return found

    def kinds(self, name: str) -> frozenset[str]:
        """PDDL types of a thing."""
        return types_of(self.state[name].category)

    def of(self, kind: str) -> list[str]:
        """Names of all things of a PDDL type, wherever they are."""
        return [n for n in self.things if kind in self.kinds(n)]

    def loose(self, kind: str = "movable") -> list[str]:
        """Things that can be got and carried: neither in the hand, nor with the person, nor in the bin, nor loaded."""
        loaded = set(self.below.values())
        return [
            n
            for n in self.of(kind)
            if "movable" in self.kinds(n) and self.place[n] in (*TOPS, *DRAWERS) and n not in loaded
        ]

    def at(self, place: str) -> list[str]:
        """What is carried by a place, directly or not."""
        return [n for n in self.things if self.place[n] == place]

    def settled(self, kind: str) -> bool:
        """Whether all things of a type can be got, so that `all` of them can be spoken of."""
        return set(self.of(kind)) == set(self.loose(kind)) and bool(self.of(kind))

    def is_open(self, drawer: str) -> bool:
        """Whether a drawer stands open."""
        return is_accessible(self.state[drawer])

    def opened(self) -> list[str]:
        """Drawers that are not closed."""
        return [d for d in DRAWERS if d in self.state and self.state[d].value > 0.01]

    def words(self, name: str, rng: np.random.Generator) -> str:
        """What a thing is called, without the article."""
        base = self.base[name]
        if base in THING_WORDS:
            return base if chance(rng, 0.45) else one(rng, THING_WORDS[base])
        color, _, kind = base.rpartition(" ")
        return " ".join(w for w in (one(rng, COLOR_WORDS[color]) if color in COLOR_WORDS else color, kind) if w)

    def a(self, name: str, rng: np.random.Generator) -> Noun:
        """Any thing of that name: `a coke`, `some rice chips`."""
        word = self.words(name, rng)
        return Noun(said(f"{_some(word)} {word}", rng), _many(word))

    def pair(self, rng: np.random.Generator) -> tuple[tuple[str, Noun], tuple[str, Noun]] | None:
        """Two loose things, each with a description that fits no other; None where there are none such."""
        loose = self.loose()
        if len(loose) < 2:
            return None
        first, second = some(rng, loose, 2)
        x, y = self.the(first, rng), self.the(second, rng)
        return None if x is None or y is None else ((first, x), (second, y))

    def the(self, name: str, rng: np.random.Generator) -> Noun | None:
        """A description that fits this thing and no other, or None where none is known."""
        base = self.base[name]
        twins = [n for n in self.things if self.base[n] == base]
        ways = []
        if len(twins) == 1:
            word = self.words(name, rng)
            ways += [Noun(f"the {word}", _many(word))] * 6
        where = self._where(name, rng)
        if where and [n for n in twins if self.place[n] == self.place[name]] == [name]:
            word = self.words(name, rng)
            ways += [Noun(f"the {word} {where}", _many(word))] * (1 if len(twins) == 1 else 4)
        for kind in ("fruit", "drink", "snack", "can", "bottle"):
            ways += self._by_kind(name, kind, where, rng)
        return one(rng, ways) if ways else None

    def _by_kind(self, name: str, kind: str, where: str, rng: np.random.Generator) -> list[Noun]:
        if kind not in self.kinds(name):
            return []
        word = one(rng, CATEGORY_WORDS[kind][0]) if kind != "can" else "can"
        group, ways = self.of(kind), []
        if group == [name]:
            ways.append(Noun(said("[the|the only] {word}", rng, word=word)))
        elif where and [n for n in group if self.place[n] == self.place[name]] == [name]:
            ways.append(Noun(f"the {word} {where}"))
        for of, having, phrases in TRAITS.values():
            if of == kind and len(group) > 1 and [n for n in group if self.base[n] in having] == [name]:
                ways.append(Noun(f"the {word} {one(rng, phrases)}"))
        return ways

    def _where(self, name: str, rng: np.random.Generator) -> str:
        place = self.place[name]
        if name == self.held or place is None or self.below.get(name) != place:
            return ""
        if place == USER:
            return one(rng, ("I have here", "in front of me", "that I have"))
        return f"{one(rng, ('on', 'on', 'that is on') if place in TOPS else ('in', 'in', 'inside'))} {spot(place, rng)}"

    def any_of(self, names: Sequence[str], form: str, kind: str = "") -> str:
        """The formula by which one of several is enough.

        Args:
            names: which would do.
            form: of the condition, with `{}` for the name.
            kind: PDDL type that they were called by; a quantifier ranges over it where they are all there are of it.
        """
        if kind and set(names) == set(self.of(kind)):
            return f"(exists (?x - {kind}) {form.format('?x')})"
        return either(*(form.format(n.replace(" ", "_")) for n in names))


def spot(place: str, rng: np.random.Generator) -> str:
    """A place with its article: `the table`."""
    return f"the {one(rng, PLACE_WORDS[place])}"


def to_place(name: str, place: str) -> str:
    """The condition that a thing has been put there."""
    if place == USER:
        return atom("at", name, USER)
    return atom("on" if place in TOPS else "in", name, place)


def onto(place: str, rng: np.random.Generator) -> str:
    """`on the table`, `into the top drawer`."""
    words = ("on", "on", "onto") if place in TOPS else ("in", "in", "into", "inside")
    return f"{one(rng, words)} {spot(place, rng)}"


def _some(word: str) -> str:
    return "some" if _many(word) or word in MASS_NOUNS else "a"


def _many(word: str) -> bool:
    return word.endswith(("chips", "crisps")) and "of" not in word.split()
