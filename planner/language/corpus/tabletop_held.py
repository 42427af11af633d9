"""Wishes on the tabletop about what the hand holds: with something in it, `it` is plain."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, expand, one
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.tabletop_single import RELATION_WORDS
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState

_IN = Frames(
    "tabletop/held-in",
    "<putin> {it} <in> {y}",
    "[drop|throw|pop|put] {it} <in> {y}",
    "{it} <goes> <inside> {y}",
    "<want> {it} <inside> {y}",
    "let {it} [drop|fall] into {y}",
    "now <in> {y} with {it}",
    "[move|bring|carry|take] {it} [over |]to {y}",
    "[let go of|release] {it} [over|in] {y}",
    "[carry|take] {it} to {y} and [drop it in|let go]",
)

_ON = Frames(
    "tabletop/held-on",
    "<put> {it} <ontop> {y}",
    "[set|put|lay] {it} down on {y}",
    "{it} <goes> <atop> {y}",
    "<want> {it} on {y}",
    "let {it} rest on {y}",
    "[release|leave] {it} on [top of|] {y}",
)

_AT = Frames(
    "tabletop/held-at",
    "[put|place|set|lay] {it} [down|] {at}",
    "{it} <goes> {at}",
    "[bring|carry|take] {it} {to}",
    "<want> {it} {at}",
    "[leave|drop] {it} {at}",
)

_BESIDE = Frames(
    "tabletop/held-beside",
    "<put> {it} {rel} {y}",
    "[set|put] {it} down {rel} {y}",
    "{it} <goes> {rel} {y}",
    "<want> {it} {rel} {y}",
)

_KEEP = Frames(
    "tabletop/held-keep",
    "keep {it} in your [hand|gripper]",
    "[hold on to|keep hold of|don't let go of|keep holding] {it}",
    "do not [put {it} down|drop {it}]",
    "[just|only] hold {it}",
    "hold {it} [up|a while longer|for now]",
)

_EMPTY = Frames(
    "tabletop/hand-empty",
    "empty your [hand|gripper]",
    "free your [hand|gripper]",
    "your [hand|gripper] should be empty",
    "[don't|do not] hold anything",
    "<sure> [there is nothing in your hand|your hand is empty]",
)
"""Where it is empty already."""


def held_it(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What is to become of what is in the hand; now and then to empty a hand that is empty."""
    look, refer = view(state, rng)
    x = look.held
    if x is None and chance(rng, 0.01):
        template, text = _EMPTY.say(rng)
        return Wish(template, text, "(hand-empty)")
    if x is None or x in look.twins:
        return None
    it = one(rng, ("it", "it", "it", "it", "this", "that", "what you [hold|are holding]", "the thing in your hand"))
    it = expand(one(rng, (it, it, it, f"the {refer.kind(look.words[x])} in your hand")), rng)
    way = one(rng, ("in", "in", "in", "on", "on", "at", "beside", "keep"))
    if way == "keep":
        template, text = _KEEP.say(rng, it=it)
        return Wish(template, text, atom("holding", x))
    if way == "at":
        where = draw_region(rng, over=0.2)
        template, text = _AT.say(rng, it=it, at=where.at, to=where.to)
        return Wish(template, text, atom("at", x, where.name))
    targets = {
        "in": look.containers(),
        "on": [o for o in look.surfaces() if look.free(o.name)],
        "beside": [o for o in look.things if look.below.get(o.name) == TABLE and o.name not in look.twins],
    }[way]
    targets = [o for o in targets if o.name != x]
    if not targets:
        return None
    y = one(rng, targets).name
    said = refer.the(y, 0.08)
    if way == "beside":
        relation = one(rng, sorted(RELATION_WORDS))
        template, text = _BESIDE.say(rng, it=it, rel=expand(RELATION_WORDS[relation], rng), y=said)
        return Wish(template, text, atom(relation, x, y))
    template, text = (_IN if way == "in" else _ON).say(rng, it=it, y=said)
    return Wish(template, text, atom(way, x, y))


WISHES: dict[str, Drawer] = {
    "held-it": held_it,
}
