"""Wishes about stacks, rows and words on the tabletop."""

from __future__ import annotations

import itertools

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, listed, one, some
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.refer import view
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, plural
from sim.state import TABLE, ObjectState, SceneState

_UP = Frames(
    "tabletop/tower-up",
    "<build> a <tower>: {up}",
    "<build> a <tower> [of|from|with] {first} at the bottom, then {rest_up}",
    "<stack> {up_and} in this order, from bottom to top",
    "start a <tower> with {first} and add {rest_up} on top",
    "a <tower>, from the bottom: {up}",
    "<want> a <tower> with {first} at the bottom, followed by {rest_up}",
    "pile {rest_up} on {first}, in that order",
    "from the bottom up: {up}. <build> that <tower>",
    "[the|your] <tower> should go {up} from bottom to top",
    "<build> a <tower> of {n}: {first} [at the bottom|lowest|as the base], {rest_up_and}",
    "<build> a <tower> with {first} [at the bottom|lowest|as the base], {mid}[,|] and {top} [on top|uppermost]",
    "{first} at the bottom, [then|above it] {mid}, {top} [on top|at the very top|last]",
    "<want> {n} {gs} in one <tower>, from the [ground|bottom] up {up_and}",
    "begin with {first}, then {rest_up}[, each on the one before|]",
    "{last_up}",
    "<build> a <tower> of {n} {gs}, {first} at the bottom followed by {rest_up}",
    "<stack> {n} {gs}: {first} [lowest|first|at the base], then {rest_up}",
    "a <tower> {n} {gs} high, [from the bottom|bottom first|lowest first]: {up}",
    "[the lowest of|at the bottom of] {n} stacked {gs} is {first}, above it come {mid} and {top}",
    "<stack> {pairs_up}",
    "[set|put] {pairs_up}",
)

_DOWN = Frames(
    "tabletop/tower-down",
    "<build> a <tower> that reads {down} from top to bottom",
    "<stack> {down_and} [so that they stand|] in this order, from top to bottom",
    "a <tower> with {top} on top, {then_down}",
    "<want> a <tower> with {top} at the top, then {rest_down}",
    "{top} on {second}",
    "<stack> {chain}",
    "{chain}: make it so",
    "[make|let] {chain_let}",
    "<build> a <tower> of {n} {gs}, {top} [on top|at the top|uppermost], then {mid_down}, and {first} at the bottom",
    "from the top down the <tower> should [be|read|go] {down}",
    "{top} on top, [below it|under it|then] {mid_down}, and {first} [at the bottom|lowest]",
    "<stack> {pairs_down}",
    "<want> {pairs_down}",
    "[set|put|place] {pairs_down}",
    "[make|let] {pairs_let}",
    "<build> a <tower> of {n} {gs} with {top} at the top, {mid_down} below [it|that] and {first} as the base",
)

_THREE = Frames(
    "tabletop/tower-three",
    "<build> a <tower> with {a} at the bottom, {b} in the middle and {c} on top",
    "<stack> {b} on {a} and then {c} on [{b}|that|top of that]",
    "put {c} on {b}, with {a} [under|underneath|below] them",
    "{a} at the bottom, {b} above it, {c} at the very top",
    "a three-storey <tower>: ground floor {a}, first floor {b}, roof {c}",
    "{b} goes on {a} and {c} goes on {b}",
    "use {a} as the base, add {b}, and finish with {c}",
    "{c} should be the top, {b} the middle and {a} the bottom of one <tower>",
    "make a sandwich: {b} between {a} below and {c} above",
)

_ANY = Frames(
    "tabletop/tower-any",
    "<stack> {g}",
    "<build> a <tower> [of|from|out of] {g}",
    "<build> a <tower> with {g}, in any order",
    "<stack> {g} [in any order|in whatever order|the order does not matter|however you like]",
    "<want> {g} [in one <tower>|stacked|piled up]",
    "{g} should [form|make] a <tower>",
    "[pile|stack] {g} on top of each other",
    "{g} on top of one another",
    "<build> [the highest|the tallest|a really high|one high] <tower> [of|from|out of|with] {g}",
    "pile {g} up, one on the other",
    "get {g} into [a single|one] <tower>",
    "one <tower> of {g}, please",
    "{g}, stacked",
)

_SIZE = Frames(
    "tabletop/tower-size",
    "<stack> {g} by size, [the largest|the biggest] at the bottom",
    "<build> a <tower> of {g}, [smallest|the smallest] on top",
    "<stack> {g} from [largest|biggest] to smallest",
    "<build> a <tower> [from|of] {g} that gets [narrower|thinner] [going up|towards the top]",
    "[order|arrange] {g} in a <tower>: big ones below, small ones above",
    "{g} by size in one <tower>, the [big|large] ones [low|at the bottom]",
)

_BASE = Frames(
    "tabletop/tower-base",
    "<put> {x} at the bottom of the <tower>",
    "<put> {x} under the <tower>",
    "{x} should be the [base|bottom] of the <tower>",
    "add {x} beneath the <tower>",
    "the <tower> [should|must] stand on {x}",
    "[move|rebuild] the <tower> [on top of|onto|on] {x}",
)

_TOP = Frames(
    "tabletop/tower-top",
    "<put> {x} on [top of|] the <tower>",
    "add {x} to the <tower>",
    "{x} <goes> on top of the <tower>",
    "crown the <tower> with {x}",
    "make the <tower> [one storey higher|taller] with {x}",
    "extend the <tower> by {x}",
)

_REVERSE = Frames(
    "tabletop/tower-reverse",
    "[reverse|invert] the <tower>",
    "turn the <tower> upside down",
    "[rebuild|restack] the <tower> in [reverse|the opposite] order",
    "the bottom of the <tower> should be its top and the other way [round|around]",
    "flip the order of the <tower>",
)

_APART = Frames(
    "tabletop/tower-apart",
    "[take|pull] the <tower> apart",
    "dismantle the <tower>",
    "unstack [the <tower>|everything]",
    "[take down|tear down|break down|undo|disassemble] the <tower>",
    "there should be no <tower> [any more|any longer]: put [its parts|the pieces of it|all of it] on <table>",
    "put every [part|piece|element] of the <tower> on <table>",
)

_MOVE = Frames(
    "tabletop/tower-move",
    "move the [whole|entire] <tower> onto {y}",
    "[rebuild|put] the <tower> on {y}[, in the same order|]",
    "the [whole|entire] <tower> <goes> on {y}",
    "transfer the <tower> to {y}, [keeping the order|same order]",
)

_PYRAMID = Frames(
    "tabletop/pyramid",
    "<build> a [small|little|] pyramid with {b} and {c} below and {a} on top",
    "put {b} and {c} side by side and {a} across [both|them]",
    "<build> a [bridge|wall]: {b} next to {c}, and {a} resting on both",
    "{a} should lie across {b} and {c}",
    "lay {a} over the joint between {b} and {c}",
    "stand {b} next to {c}, then cap them with {a}",
)


def _stackable(look: Look) -> list[ObjectState]:
    """Movable things on which others can stand."""
    return [o for o in look.movable() if "surface" in look.kind(o.name) and look.words[o.name] in NOUNS]


def _tower_goal(down: list[str]) -> str:
    """From the top to the bottom."""
    return both(*(atom("on", a, b) for a, b in itertools.pairwise(down)))


def _told_goal(down: list[str], refs: list[str], text: str) -> str:
    """In the order in which a text names the things: what is written as it is read need not be turned round."""
    if text.find(refs[-1]) > text.find(refs[0]):
        return _tower_goal(down)
    return both(*(atom("on", b, a) for a, b in itertools.pairwise(down[::-1])))


def tower(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A tower in an order that is told."""
    look, refer = view(state, rng)
    things = _stackable(look)
    count = one(rng, (3, 3, 4, 5, 5, 6))
    count = max(3, min(count, len(things)))
    tops = [
        o for o in look.movable() if "surface" not in look.kind(o.name) and look.words[o.name] in ("triangle", "ball")
    ]
    chosen = [o.name for o in some(rng, things, count)]
    if len(chosen) == count - 1 and tops:
        chosen.insert(0, one(rng, tops).name)
    if len(chosen) < count:
        return None
    words = [look.words[n] for n in chosen]
    noun = plural(words[0])
    short = len(set(words)) == 1 and one(rng, (True, True, False))
    refs = [f"the {refer.color(look.state[n].color or '')} one" if short else refer.the(n, 0.03) for n in chosen]
    if short and one(rng, (True, False)):
        refs = [refer.color(look.state[n].color or "") for n in chosen]
    up = refs[::-1]
    if short and len({look.state[n].color for n in chosen}) < count:
        return None
    if count == 3 and one(rng, (True, False)):
        template, text = _THREE.say(rng, a=up[0], b=up[1], c=up[2])
        named = noun in text.split() or "the" in refs[0]
        told = _told_goal(chosen, refs, text)
        return Wish(template, f"{text}, using the {noun}" if short and not named else text, told)
    then_down = ", ".join(f"{r} below it" for r in refs[1:])
    chain = " on ".join(refs)
    slots = {
        "n": COUNTED[count],
        "gs": noun if len(set(words)) == 1 else "things",
        "mid": one(rng, (" then ", ", ")).join(up[1:-1]),
        "mid_down": one(rng, (" then ", ", ")).join(refs[1:-1]),
        "rest_up_and": listed(up[1:]),
        "last_up": ", then ".join(f"{b} on {a}" for a, b in itertools.pairwise(up)),
        "pairs_up": listed([f"{b} on {a}" for a, b in itertools.pairwise(up)]),
        "pairs_down": listed([f"{a} on {b}" for a, b in itertools.pairwise(refs)]),
        "pairs_let": listed([f"{a} stand on {b}" for a, b in itertools.pairwise(refs)]),
        "up": ", ".join(up),
        "up_and": listed(up),
        "first": up[0],
        "rest_up": " then ".join(up[1:]),
        "down": ", ".join(refs),
        "down_and": listed(refs),
        "top": refs[0],
        "second": " on ".join(refs[1:]),
        "rest_down": " then ".join(refs[1:]),
        "then_down": then_down,
        "chain": chain,
        "chain_let": f"{refs[0]} sit on {' on '.join(refs[1:])}",
    }
    template, text = one(rng, (_UP, _DOWN)).say(rng, **slots)
    goal = _told_goal(chosen, refs, text)
    if short and "the" not in refs[0].split() and noun not in text.split():
        text = f"{text}, using the {noun}" if one(rng, (True, False)) else f"with the {noun}: {text}"
    return Wish(template, text, goal)


def tower_any(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All of a kind on each other, in any order; taught is what the scene names first at the bottom, if not longer."""
    look, refer = view(state, rng)
    words = [
        w for w in sorted(NOUNS) if 2 <= look.nouns[w] <= 6 and w in ("block", "cylinder", "brick", "disc", "ring")
    ]
    if not words:
        return None
    word = one(rng, words)
    members = [o for o in look.things if look.words[o.name] == word]
    noun = plural(refer.noun(members[0].name))
    count = COUNTED[len(members)]
    said = one(rng, (f"all the {noun}", f"the {noun}", f"the {count} {noun}", f"all {count} {noun}"))
    if len(members) == 2:
        said = one(rng, (f"both {noun}", f"the two {noun}", f"the {noun}"))
    template, text = _ANY.say(rng, g=said)
    told = one_tower(members[0].category) if len(members) <= QUANTIFIED else None
    return Wish(template, text, _tower_goal([o.name for o in members][::-1]), formula=told)


QUANTIFIED = 5
"""Of so many things at most it is said that they form a tower, without saying in which order."""


def one_tower(category: str, base: str = "") -> str:
    """All of a category on each other: all but one stand on another of them.

    Nothing is put on what carries something already, so this makes one tower of them.

    Args:
        category: of the things.
        base: what holds of the lowest, `?a`.
    """
    others = f"(imply (not (= ?x ?a)) (exists (?y - {category}) (on ?x ?y)))"
    stacked = f"(forall (?x - {category}) {others})"
    return f"(exists (?a - {category}) {f'(and {base} {stacked})' if base else stacked})"


def tower_size(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A tower from the largest to the smallest."""
    look, refer = view(state, rng)
    found = []
    for word in ("block", "disc", "cylinder"):
        same = [o for o in look.things if look.words[o.name] == word]
        widths = [round(100 * o.size[0]) for o in same]
        if 2 <= len(same) <= 4 and len(set(widths)) == len(widths):
            found.append(sorted(same, key=lambda o: o.size[0]))
    if not found:
        return None
    same = one(rng, found)
    noun = plural(refer.noun(same[0].name))
    said = f"{'both' if len(same) == 2 else one(rng, ('all', 'all the', 'the'))} {noun}"
    template, text = _SIZE.say(rng, g=said)
    return Wish(template, text, _tower_goal([o.name for o in same]))


def tower_change(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something done to the only tower there is."""
    look, refer = view(state, rng)
    towers = look.towers()
    if len(towers) != 1 or look.held in towers[0] or any(n in look.twins for n in towers[0]):
        return None
    stack = towers[0]
    way = one(rng, ("base", "top", "reverse", "apart", "move"))
    free = [o for o in _stackable(look) if o.name not in stack and o.name in look.clear and o.name not in look.inside]
    goal = _tower_goal(stack)
    if way == "base" and free and len(stack) < 4:
        x = one(rng, free).name
        template, text = _BASE.say(rng, x=refer.the(x, 0.05))
        return Wish(template, text, both(*(atom("on", a, b) for a, b in zip(stack, [*stack[1:], x], strict=True))))
    if way == "top" and free and "surface" in look.kind(stack[0]):
        x = one(rng, free).name
        template, text = _TOP.say(rng, x=refer.the(x, 0.1))
        return Wish(template, text, atom("on", x, stack[0]))
    if way == "reverse" and all("surface" in look.kind(n) for n in stack) and len(stack) < 4:
        template, text = _REVERSE.say(rng)
        return Wish(template, text, _tower_goal(stack[::-1]))
    plates = [o.name for o in look.surfaces() if {"plate", "zone", "stand"} & look.kind(o.name) and look.free(o.name)]
    plates = [n for n in plates if look.below[stack[-1]] != n]
    if way == "move" and plates and len(stack) < 4:
        y = one(rng, plates)
        template, text = _MOVE.say(rng, y=refer.the(y, 0.05))
        return Wish(
            template, text, both(goal, atom("on", stack[-1], y)) if len(stack) == 2 else _tower_goal([*stack, y])
        )
    if way == "apart" and look.below[stack[-1]] == TABLE:
        template, text = _APART.say(rng)
        return Wish(template, text, both(*(atom("on", n, TABLE) for n in stack[:-1])))
    return None


def pyramid(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A brick across two."""
    look, refer = view(state, rng)
    bricks = [o.name for o in look.movable() if o.category == "brick"]
    if len(bricks) < 3:
        return None
    a, b, c = some(rng, bricks, 3)
    template, text = _PYRAMID.say(rng, a=refer.named(a), b=refer.named(b), c=refer.named(c))
    return Wish(template, text, both(atom("next-to", b, c), atom("on", a, b), atom("on", a, c)))


WISHES: dict[str, Drawer] = {
    "tower": tower,
    "tower-2": tower,
    "tower-any": tower_any,
    "tower-size": tower_size,
    "tower-change": tower_change,
    "pyramid": pyramid,
}
