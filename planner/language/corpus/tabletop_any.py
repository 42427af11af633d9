"""Wishes on the tabletop where any one will do: any bowl, any of the blocks, either of two that are alike."""

from __future__ import annotations

from collections import Counter

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, name, one
from planner.language.corpus.look import Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.tabletop_many import countable
from planner.language.corpus.tabletop_single import ON_FLAT, speakable, to_pick
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, plural
from sim.state import SceneState

_IN = Frames(
    "tabletop/any-in",
    "<putin> {x} <in> {y}",
    "<putin> {x} <in> {y}[, it doesn't matter which|, I don't mind which|, whichever you like|]",
    "<take> {x} and <putin> it <in> {y}",
    "{x} <goes> <inside> {y}",
    "<want> {x} <inside> {y}",
    "<sure> {x} [is|ends up|lands] [in|inside] {y}",
    "{x} into {y}",
    "[find|choose|pick] {y} and put {x} in it",
    "[move|bring|carry] {x} to {y}",
    "let {x} [drop|fall] into {y}",
    "{x} [should be|has to be|must lie] in {y}",
)

_ON = Frames(
    "tabletop/any-on",
    "<put> {x} <on> {y}",
    "<put> {x} <ontop> {y}[, it doesn't matter which|, whichever you like|]",
    "<take> {x} and <put> it <ontop> {y}",
    "{x} <goes> <atop> {y}",
    "<want> {x} on {y}",
    "<sure> {x} [is|ends up|sits|rests] [on|on top of] {y}",
    "[find|choose|pick] {y} and put {x} on it",
    "{x} onto {y}",
    "stack {x} on {y}",
)

_TWIN_IN = Frames(
    "tabletop/twin-in",
    "<putin> {x} <in> {y}",
    "<take> {x} and <putin> it <in> {y}",
    "{x} <goes> <inside> {y}",
    "<want> {x} <inside> {y}",
    "<sure> {x} [is|ends up] [in|inside] {y}",
    "{x} into {y}",
    "[move|bring|carry] {x} [over |]to {y}",
    "{y} [needs|should have] {x} in it",
)

_TWIN_ON = Frames(
    "tabletop/twin-on",
    "<put> {x} <on> {y}",
    "<take> {x} and <put> it <ontop> {y}",
    "{x} <goes> <atop> {y}",
    "<want> {x} on {y}",
    "{y} [needs|should have] {x} on it",
)


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _target(look: Look, refer: Refer, rng: np.random.Generator) -> tuple[str, str, list[str]] | None:
    """A kind of carriers: its PDDL type, words for any of them, and their names."""
    found = [w for w in ("bowl", "box", "plate", "zone", "block", "stand") if look.words_of(w)]
    if not found:
        return None
    word = one(rng, found)
    members = look.words_of(word)
    noun = refer.kind(word)
    ways = [_article(noun), _article(noun), f"any {noun}"]
    if len(members) > 1:
        ways += [f"one of the {plural(noun)}", f"any of the {plural(noun)}", f"any one of the {plural(noun)}"]
    if len(members) == 2:
        ways += [f"either of the {plural(noun)}", f"either {noun}"]
    return members[0].category, one(rng, ways), [o.name for o in members]


def any_target(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing, or any of a kind, into or onto any of a kind of carriers."""
    look, refer = view(state, rng)
    target, things = _target(look, refer, rng), speakable(look)
    if target is None or not things:
        return None
    category, y, members = target
    relation = "in" if category in ("bowl", "box") else "on"
    frames = _IN if relation == "in" else _ON
    kind = countable(look, rng, 2)
    if kind is not None and kind[0] != category and chance(rng, 0.2) and look.held is None:
        # Both are left open.
        if any(look.below.get(n) in members for n in kind[3]):
            return None
        x = one(rng, (_article(kind[1]), f"any {kind[1]}", f"one of the {kind[2]}"))
        template, text = frames.say(rng, x=x, y=y)
        return Wish(template, text, f"(exists (?x - {kind[0]} ?y - {category}) ({relation} ?x ?y))")
    x = one(rng, things)
    if x in members or look.below.get(x) in members or any(look.below.get(n) == x for n in members):
        return None
    template, text = frames.say(rng, x=refer.the(x), y=y)
    return Wish(template, text, f"(exists (?y - {category}) ({relation} {name(x)} ?y))")


def twin(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """`The red block` where there are two just alike, or `one of the red blocks`: nobody would have to ask."""
    look, refer = view(state, rng)
    alike = Counter((look.words[o.name], o.color, round(100 * o.size[0])) for o in look.of("movable"))
    same = Counter((look.words[o.name], o.color) for o in look.things)
    found = [(w, c) for (w, c, _), n in alike.items() if w in NOUNS and c and 1 < n == same[(w, c)]]
    if not found or look.held is not None:
        return None
    word, color = one(rng, found)
    members = [o for o in look.words_of(word) if o.color == color]
    noun, said = refer.kind(word), refer.color(str(color))
    x = one(
        rng,
        (
            *(f"the {said} {noun}",) * 3,
            *(_article(f"{said} {noun}"), f"any {said} {noun}", f"one of the {said} {plural(noun)}"),
            *((f"either {said} {noun}",) if len(members) == 2 else ()),
        ),
    )
    ways = [("hold", None)]
    ways += [("in", o.name) for o in look.containers()]
    ways += [("on", o.name) for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name)]
    way, y = one(rng, ways)
    if any(look.below.get(o.name) == y for o in members) and y is not None:
        return None
    if y is None:
        template, text = to_pick(rng, x)
        condition = "(holding ?x)"
    else:
        flat = ON_FLAT if chance(rng, 0.2) else _TWIN_ON
        template, text = (_TWIN_IN if way == "in" else flat).say(rng, x=x, y=refer.the(y, 0.0))
        condition = atom(way, "?x", y)
    goal = f"(exists (?x - {members[0].category}) (and (color ?x {color}) {condition}))"
    return Wish(template, text, goal)


WISHES: dict[str, Drawer] = {
    "any-target": any_target,
    "any-target-2": any_target,
    "twin": twin,
}
