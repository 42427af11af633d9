"""Wishes about rows, exchanges and sweeping on the tabletop."""

from __future__ import annotations

import re

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, listed, name, one, some
from planner.language.corpus.refer import view
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, plural
from sim.state import TABLE, SceneState

_ROW = Frames(
    "tabletop/row",
    "<line> {g} in <row>",
    "<build> <row> [of|with|from|out of] {g}",
    "[line up|align] {g}",
    "{g} should [stand|lie|be] in <row>",
    "<want> {g} in <row>",
    "<put> {g} in <row>",
    "<sure> {g} [form|make] <row>",
)

_AXES = {
    "any": ("",),
    "horizontal": (
        " from left to right",
        " running left to right",
        " across the table",
        " horizontally",
        ", side by side",
    ),
    "vertical": (" from front to back", " running away from you", " from near to far", " vertically"),
}

_ORDER = Frames(
    "tabletop/row-order",
    "<line> {all} in a row in this order, from left to right",
    "from left to right: {all}",
    "a row, left to right: {all}",
    "{all}, in this order from left to right",
    "<put> {a} [left of|to the left of] {b} and {c} right of {b}",
    "{b} in the middle, {a} on its left, {c} on its right",
    "{b} should have {a} on its left and {c} on its right",
    "[arrange|order] them from left to right as {all}",
    "read from the left, the row should be {all}",
    "from right to left: {back}",
    "<line> them from left to right as {all}",
    "<line> {all} from left to right",
    "the order from [left to right|the left] [is|should be] {all}",
    "[leftmost|on the left] {a}, then {b}, [rightmost|and on the right] {c}",
)

_SWAP = Frames(
    "tabletop/swap",
    "<swap> {x} and {y}",
    "<swap> the places of {x} and {y}",
    "let {x} and {y} [change|trade|swap] places",
    "{x} [should be|belongs] where {y} is and the other way [round|around]",
    "put {x} where {y} is and {y} where {x} is",
    "{x} and {y} are the wrong way round: <swap> them",
    "<swap> the positions of {x} and {y}",
    "{x} and {y} should [trade|change|switch] [bowls|boxes|places]",
    "each of {x} and {y} should [be|lie] where the other one is",
    "<swap> {x} [with|for] {y}",
    "{x} and {y} [should|must|have to] [change|trade|swap] places",
    "{x} goes where {y} is now, and {y} where {x} is now",
    "[move|bring] {x} to the place of {y} and {y} to the place of {x}",
    "make {x} and {y} [switch|trade|exchange] places",
    "I put {x} and {y} in each other's place by mistake, <swap> them",
)

_SWAP_TWO = Frames(
    "tabletop/swap-two",
    "<swap> the two {gs}",
    "<swap> both {gs}",
    "<swap> the {gs} in the two {cs}",
    "the two {gs} are the wrong way round",
    "let the {gs} [trade|change|swap] places",
    "the two {gs} should [trade|change|swap] {cs}",
    "each {g} [belongs|should be] in the {c} of the other",
    "put each of the two {gs} where the other one is",
    "<swap> the {gs}",
    "<swap> the places of the two {gs}",
    "<swap> the {gs} that are in the {cs}",
    "the two {gs} [should|must|have to] [trade|change|swap] places",
    "[each|every] {g} should move to the other {c}",
)

_SWAP_IN = Frames(
    "tabletop/swap-contents",
    "<swap> the contents of {y} and {z}",
    "what is in {y} [should be|belongs] in {z}, and the other way round",
    "<swap> what is in {y} with what is in {z}",
    "the things in {y} and {z} should [change|trade] places",
)


def row(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All of a kind in a line."""
    look, refer = view(state, rng)
    words = [
        w for w in sorted(NOUNS) if 2 <= look.nouns[w] <= 4 and w in ("block", "cylinder", "ball", "brick", "triangle")
    ]
    words = [w for w in words if look.held is None or look.words[look.held] != w]
    if not words:
        return None
    members = look.words_of(one(rng, words))
    if any(look.below.get(o.name) != TABLE for o in members):
        return None
    noun = plural(refer.noun(members[0].name))
    axis = (
        one(rng, ("any", "horizontal", "horizontal", "vertical"))
        if len(members) > 2
        else one(rng, ("horizontal", "vertical"))
    )
    said = f"{one(rng, ('all the', 'the', 'all', 'all of the'))} {noun}"
    template, text = _ROW.say(rng, g=said)
    return Wish(template, text + one(rng, _AXES[axis]), f"(in-line {axis} {members[0].category})")


def row_order(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Three things from left to right."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name) == TABLE]
    if len(things) < 3:
        return None
    a, b, c = some(rng, things, 3)
    words = {look.words[n] for n in (a, b, c)}
    colors = [look.state[n].color for n in (a, b, c)]
    short = len(words) == 1 and len(set(colors)) == 3 and None not in colors and one(rng, (True, False))
    refs = [refer.color(k or "") for k in colors] if short else [refer.the(n, 0.03) for n in (a, b, c)]
    slots = {"a": refs[0], "b": refs[1], "c": refs[2], "all": listed(refs), "back": listed(refs[::-1])}
    if one(rng, (True, False)):
        slots["all"], slots["back"] = ", ".join(refs), ", ".join(refs[::-1])
    template, text = _ORDER.say(rng, **slots)
    if short:
        noun = plural(refer.kind(words.pop()))
        text = re.sub(r"\bthem\b", f"the {noun}", text) if "them" in text.split() else f"the {noun}: {text}"
    return Wish(template, text, both(atom("left-of", a, b), atom("right-of", c, b)))


def swap(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things in or on two places the other way round."""
    look, refer = view(state, rng)
    inner = [o.name for o in look.movable() if look.below.get(o.name, TABLE) != TABLE and o.name in look.clear]
    inner = [n for n in inner if {"container", "plate", "zone"} & look.kind(look.below[n])]
    if len(inner) < 2:
        return None
    x, y = some(rng, inner, 2)
    first, second = look.below[x], look.below[y]
    if first == second or {first, second} & look.twins:
        return None
    relation = {n: "in" if look.inside.get(n) else "on" for n in (x, y)}
    goal = both(atom(relation[y], x, second), atom(relation[x], y, first))
    if look.contents(first) == [x] and look.contents(second) == [y] and one(rng, (True, False)):
        template, text = _SWAP_IN.say(rng, y=refer.named(first), z=refer.named(second))
        return Wish(template, text, goal)
    carriers = {look.words[n] for n in (first, second)}
    only = look.words[x] == look.words[y] and look.nouns[look.words[x]] == 2 and len(carriers) == 1
    if only and one(rng, (True, True, False)):
        noun, carrier = refer.kind(look.words[x]), carriers.pop()
        slots = {"g": noun, "gs": plural(noun), "c": carrier, "cs": plural(carrier)}
        template, text = _SWAP_TWO.say(rng, **slots)
        return Wish(template, text, goal)
    template, text = _SWAP.say(rng, x=refer.named(x), y=refer.named(y))
    return Wish(template, text, goal)


def roofs(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Each triangle on the block of its colour."""
    look, _ = view(state, rng)
    blocks, roofs_ = look.words_of("block"), look.words_of("triangle")
    colors = [o.color for o in blocks]
    if not roofs_ or not all(colors.count(o.color) == 1 for o in roofs_) or len(roofs_) > 4:
        return None
    template, text = _ROOFS.say(rng)
    return Wish(template, text, "(forall (?x - triangle) (exists (?y - block) (and (same-color ?x ?y) (on ?x ?y))))")


_ROOFS = Frames(
    "tabletop/roofs",
    "<put> each [triangle|wedge|roof] on the block [of|with] the same <colour>",
    "every [triangle|roof] <goes> on the [block|cube] that has its <colour>",
    "match the [triangles|roofs] to the [blocks|cubes] by <colour> and put them on top",
    "cover each [block|cube] that has a [triangle|roof] of its <colour> with it",
    "turn the [blocks|cubes] into little houses: each [triangle|roof] on the one of its own <colour>",
)


def sweep(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Pieces into zones."""
    look, refer = view(state, rng)
    pieces, zones = look.of("sweepable"), [o for o in look.surfaces() if o.category == "zone"]
    if not pieces or not zones:
        return None
    zone = one(rng, zones).name
    colors = {o.color for o in zones}
    if all(o.color in colors for o in pieces) and one(rng, (True, False)):
        template, text = _SWEEP_MATCH.say(rng)
        return Wish(template, text, "(forall (?x - piece) (exists (?y - zone) (and (same-color ?x ?y) (on ?x ?y))))")
    color = one(rng, sorted({o.color or "" for o in pieces}))
    alike = [o for o in pieces if o.color == color]
    if 2 <= len(alike) < 5 and one(rng, (True, False)):
        heap = one(rng, ("the pile of", "the heap of", "all the", "the", "all"))
        template, text = _SWEEP.say(rng, x=f"{heap} {refer.color(color)} pieces", z=refer.named(zone))
        return Wish(template, text, both(*(atom("on", o.name, zone) for o in alike)))
    if 1 < len(pieces) < 5 and one(rng, (True, False)):
        said = one(rng, ("all the pieces", "the pieces", "all the crumbs", "every piece", "all the little bits"))
        said = one(rng, (said, said, "the whole pile", "the heap of pieces", "the pile of crumbs"))
        template, text = _SWEEP.say(rng, x=said, z=refer.named(zone))
        return Wish(template, text, f"(forall (?x - piece) (on ?x {name(zone)}))")
    piece = one(rng, pieces).name
    template, text = _SWEEP.say(rng, x=refer.the(piece, 0.1), z=refer.named(zone))
    return Wish(template, text, atom("on", piece, zone))


_SWEEP = Frames(
    "tabletop/sweep",
    "[sweep|brush|wipe] {x} [into|onto|over to] {z}",
    "I want {x} swept into {z}",
    "get {x} [into|onto] {z} with a sweep",
    "use {z} as a dustpan: sweep {x} onto it",
    "<tidy>: [sweep|brush] {x} [into|onto] {z}",
    "whisk {x} into {z}",
    "[push|shove] {x} [into|onto] {z}",
)

_SWEEP_MATCH = Frames(
    "tabletop/sweep-matching",
    "[sweep|brush] [each|every] [piece|crumb] [into|onto] the zone of its <colour>",
    "every piece [goes|belongs] [in|on] the zone that has its <colour>",
    "sweep the pieces by <colour> into the zones",
    "match the pieces with the zones by <colour>, sweeping them",
)


WISHES: dict[str, Drawer] = {
    "row": row,
    "row-order": row_order,
    "swap": swap,
    "roofs": roofs,
    "sweep": sweep,
}
