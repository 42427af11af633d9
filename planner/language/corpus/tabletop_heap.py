"""Wishes for stacks of so many of a kind, or of things that are listed, in whatever order."""

from __future__ import annotations

import itertools

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, listed, name, one, some
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.refer import view
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import plural
from sim.state import ObjectState, SceneState

_COUNT = Frames(
    "tabletop/tower-count",
    "<stack> {n} {gs}",
    "<stack> {n} {gs} [on top of each other|on top of one another]",
    "<build> a <tower> [of|from|out of] {n} {gs}",
    "<build> a <tower> with {n} {gs} [in it|]",
    "<want> a <tower> of {n} {gs}",
    "<stack> any {n} {gs}",
    "<stack> {n} of the {gs}",
    "[there should be|I want to see] a <tower> of {n} {gs}",
    "put {n} {gs} on top of each other",
    "[pile|stack] {n} {gs}, [it doesn't matter which|whichever you like|in any order]",
)

_PUT_ONE = Frames(
    "tabletop/one-on-another",
    "<put> [a|one] {g} on [top of |]another",
    "<put> [a|one] {g} on [top of |]another {g}",
    "<stack> [one|a] {g} on [another|another one]",
    "<build> a <tower> of two {gs}",
    "<stack> [two|any two] {gs}",
    "a {g} should [stand|sit] on another [one|{g}]",
)

_LISTED = Frames(
    "tabletop/tower-listed",
    "<stack> {all}",
    "<stack> {all} [in any order|in whatever order|however you like]",
    "<build> a <tower> [of|from|out of|with] {all}",
    "<put> {all} on top of each other",
    "<want> {all} [stacked|piled up|in one <tower>]",
    "{all} should [form|make] a <tower>",
    "<stack> {all} on top of [each other|one another]",
    "make a <tower> out of {all}[, in any order|, the order does not matter|]",
)
_STACKED = ("block", "cylinder", "brick", "disc")


def chain(category: str, count: int, *also: str) -> str:
    """That so many of a type stand on each other; `also` are conditions on all, with `?x` for each."""
    letters = "abc"[:count]
    over = " ".join(f"?{k} - {category}" for k in letters)
    extra = [condition.replace("?x", f"?{k}") for condition in also for k in letters]
    return f"(exists ({over}) {both(*extra, *(f'(on ?{a} ?{b})' for a, b in itertools.pairwise(letters)))})"


def _level(look: Look, word: str, least: int) -> list[ObjectState]:
    """All of a noun, none of which stands on another or is in the hand; empty where they are fewer."""
    members = look.words_of(word)
    names = {o.name for o in members}
    stacked = any(look.below.get(n) in names for n in names)
    return [] if stacked or len(members) < least or look.nouns[word] > len(members) else members


def tower_count(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """So many of a kind on each other, whichever."""
    look, refer = view(state, rng)
    count = one(rng, (2, 2, 3, 3))
    found = [m for w in _STACKED if (m := _level(look, w, count))]
    if not found:
        return None
    members = one(rng, found)
    noun = refer.kind(look.words[members[0].name])
    frames = _PUT_ONE if count == 2 and one(rng, (True, False)) else _COUNT
    template, text = frames.say(rng, n=COUNTED[count], g=noun, gs=plural(noun))
    return Wish(template, text, chain(members[0].category, count))


def tower_listed(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two or three things that are named, on each other, in an order that is not told."""
    look, refer = view(state, rng)
    count = one(rng, (2, 3, 3))
    found = [m for w in _STACKED if (m := _level(look, w, count)) and len(m) <= 4]
    if not found:
        return None
    members = one(rng, found)
    if {o.name for o in members} & look.twins:
        return None
    chosen = some(rng, members, count)
    noun = plural(refer.kind(look.words[chosen[0].name]))
    colors = [refer.color(o.color or "") for o in chosen]
    said = one(
        rng,
        (
            listed([refer.named(o.name) for o in chosen]),
            f"the {listed(colors)} {noun}",
            f"the {listed(colors)} {noun.removesuffix('s')}" if noun.endswith("s") else f"the {listed(colors)} ones",
        ),
    )
    template, text = _LISTED.say(rng, all=said)
    if count == 2:
        a, b = (o.name for o in chosen)
        return Wish(template, text, f"(or {atom('on', a, b)} {atom('on', b, a)})")
    rest = [f"(not (= ?x {name(o.name)}))" for o in members if o not in chosen]
    return Wish(template, text, chain(chosen[0].category, count, *rest))


WISHES: dict[str, Drawer] = {
    "tower-count": tower_count,
    "tower-listed": tower_listed,
}
