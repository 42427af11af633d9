"""Wishes on the tabletop for stacks of a group on a place, and for small things on big ones."""

from __future__ import annotations

import itertools

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, name, one
from planner.language.corpus.groups import by_size, draw_group
from planner.language.corpus.refer import view
from planner.language.corpus.tabletop_stack import one_tower
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, plural
from sim.state import TABLE, SceneState

_STACK_ON = Frames(
    "tabletop/stack-on",
    "<stack> {g} on {y}",
    "<stack> {g} on top of {y}",
    "<build> a <tower> of {g} on {y}",
    "on {y}, <stack> {g}",
    "<want> a <tower> of {g} on {y}",
    "<want> {g} stacked on {y}",
    "{p} should be [stacked|piled up] on {y}",
    "<stack> only {g} on {y}",
    "use {y} as the base for a <tower> of {g}",
    "[pile|stack] {g} on top of each other on {y}",
)

_BY_SIZE = Frames(
    "tabletop/stack-by-size",
    "<stack> {g} on {y} by size, the [biggest|largest] at the bottom",
    "<stack> {g} on {y} from [big to small|largest to smallest|biggest to smallest]",
    "<build> a <tower> of {g} on {y}, [each smaller than the one below it|the smallest on top]",
    "on {y}, <stack> {g} in order of size, big ones below",
    "{p} by size on {y}: [largest|biggest] first, smallest last",
    "<stack> {g} in [order|descending order] of size on {y}, beginning with the [biggest|largest]",
    "<want> {g} stacked on {y}, [getting smaller towards the top|smaller and smaller]",
)

_SMALL_ON_BIG = Frames(
    "tabletop/small-on-big",
    "<put> {small} on the [big|bigger|larger] one of [its|the same] <colour>",
    "{small} <goes> on the [big|bigger|larger] {g} of [its|its own|the same] <colour>",
    "<stack> the [small|smaller|little] {gs} on the [big|bigger|larger] {gs} of the same <colour>",
    "match the [small|smaller] {gs} to the [big|bigger] {gs} by <colour>, the small ones on top",
    "each [big|bigger|large] {g} [carries|should carry] the small one of its <colour>",
)


def stack_on(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group on each other on a plate or a zone: what the text tells first is lowest."""
    look, refer = view(state, rng)
    group = draw_group(look, refer, rng, ("kind", "class", "colour", "two-colours", "size", "listed"), most=3)
    places = [o.name for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name) and not look.on(o.name)]
    if group is None or not places or look.held is not None:
        return None
    if any("surface" not in look.kind(m) or look.below.get(m) != TABLE or m not in look.clear for m in group.members):
        return None
    members = list(group.members)
    if group.style != "listed":
        members = [o.name for o in look.things if o.name in group.members]
    y = one(rng, places)
    template, text = _STACK_ON.say(rng, g=group.words, p=group.plain, y=refer.the(y, 0.05))
    goal = both(atom("on", members[0], y), *(atom("on", b, a) for a, b in itertools.pairwise(members)))
    told = one_tower(state[members[0]].category, f"(on ?a {name(y)})") if group.style == "kind" else None
    return Wish(template, text, goal, formula=told)


def stack_by_size(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group on each other on a plate or a zone, the largest below."""
    look, refer = view(state, rng)
    group = draw_group(look, refer, rng, ("kind", "class", "colour", "two-colours", "listed"), most=4)
    places = [o.name for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name) and not look.on(o.name)]
    if group is None or not places or look.held is not None:
        return None
    members = sorted((state[m] for m in group.members), key=lambda o: -o.size[0])
    widths = [round(100 * o.size[0]) for o in members]
    if len({look.words[o.name] for o in members}) > 1 or len(set(widths)) < len(widths):
        return None
    if any("surface" not in look.kind(o.name) for o in members[:-1]):
        return None
    y = one(rng, places)
    template, text = _BY_SIZE.say(rng, g=group.words, p=group.plain, y=refer.the(y, 0.05))
    lowers = [y, *(o.name for o in members)]
    return Wish(template, text, both(*(atom("on", o.name, low) for o, low in zip(members, lowers, strict=False))))


def small_on_big(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Each small one on the big one of its colour."""
    look, refer = view(state, rng)
    found = []
    for word in sorted(NOUNS):
        small, big = by_size(look, word)
        colors = [o.color for o in big]
        if small and all(colors.count(o.color) == 1 for o in small) and len({o.color for o in small}) == len(small):
            found.append((word, [(o.name, big[colors.index(o.color)].name) for o in small]))
    if not found or look.held is not None:
        return None
    word, pairs = one(rng, found)
    if any("surface" not in look.kind(b) for _, b in pairs):
        return None
    noun = refer.kind(word)
    every = f"{one(rng, ('each', 'every'))} {one(rng, ('small', 'smaller', 'little'))} {noun}"
    template, text = _SMALL_ON_BIG.say(rng, small=every, g=noun, gs=plural(noun))
    kind = state[pairs[0][0]].category
    smaller = "(and (same-color ?x ?y) (larger ?y ?x))"
    each = f"(forall (?x - {kind} ?y - {kind}) (imply {smaller} (on ?x ?y)))"
    return Wish(template, text, both(*(atom("on", a, b) for a, b in pairs)), formula=each)


WISHES: dict[str, Drawer] = {
    "stack-on": stack_on,
    "stack-by-size": stack_by_size,
    "small-on-big": small_on_big,
}
