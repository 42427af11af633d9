"""Wishes of the kitchen about what the hand holds, about its bowls and plates, and about `the counter`, of two."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import BIN, DRAWERS, TOPS, USER, Kitchen, onto, spot, to_place
from planner.language.corpus.phrasing import Patterns, atom, chance, one
from planner.language.corpus.wish import Drawer, Verdict, Wish
from sim.state import SceneState

_IT_HERE = Patterns(
    "kitchen/held-bring",
    "<bring> {it} to me",
    "give {it} to me",
    "[hand|pass] {it} over",
    "I'd like {it} now",
    "[come|drive] here and give me {it}",
    "{it} is for me",
    "let me have {it}",
)
_IT_AWAY = Patterns(
    "kitchen/held-throw",
    "throw {it} away",
    "<throw> {it} in the [trash|bin]",
    "get rid of {it}",
    "{it} [goes|belongs] in the [trash|bin]",
    "[drop|toss] {it} in the [trash can|bin]",
)
_IT_THERE = Patterns(
    "kitchen/held-put",
    "<put> {it} {there}",
    "<carry> {it} to {spot}",
    "{it} [goes|belongs|should go] {there2}",
    "<want> {it} {there2}",
    "[put|set] {it} down {there2}",
    "leave {it} {there2}",
)
_DISH = Patterns(
    "kitchen/dish",
    "<put> {x} {rel} {y}",
    "{x} [should|must] be {rel} {y}",
    "<want> {x} {rel} {y}",
    "<take> {x} and <put> it {rel} {y}",
    "[carry|bring|move|take] {x} [over |]to {y}",
    "{x}: {rel} {y}",
)
_FIXED_DISH = Patterns(
    "kitchen/fixed-dish",
    "<bring> me {y}",
    "pick up {y}",
    "<carry> {y} to {spot}",
    "<put> {y} {there}",
    "<discard> {y}",
    "<want> {y}",
    "<put> {y} {rel} {x}",
)
_COUNTER = Patterns(
    "kitchen/which-counter",
    "<put> {x} on the counter",
    "{x} [should|must] be on the counter",
    "<want> {x} on the counter",
    "<carry> {x} to the counter",
    "[take|grab] {x} and <put> it on the counter",
    "[go|drive] to the counter",
)


def _held_it(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    x = kitchen.held
    if x is None:
        return None
    it = one(rng, ("it", "it", "it", "that", "this", "what you are holding", "what you hold"))
    place = one(rng, (USER, USER, BIN, *TOPS, DRAWERS[int(rng.integers(3))]))
    rest = f"{'on' if place in TOPS else one(rng, ('in', 'inside'))} {{}}"
    if place in (USER, BIN):
        patterns = _IT_HERE if place == USER else _IT_AWAY
        return Wish(*patterns.say(rng, it=it), to_place(x, place))
    slots = {"there": onto(place, rng), "there2": rest.format(spot(place, rng)), "spot": spot(place, rng)}
    return Wish(*_IT_THERE.say(rng, it=it, **slots), to_place(x, place))


def _dish(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something into a bowl or onto a plate; and the bowl itself, which nobody can take."""
    kitchen = Kitchen(state)
    dishes = [n for n in kitchen.things if {"bowl", "plate"} & kitchen.kinds(n)]
    loose = [n for n in kitchen.loose() if kitchen.below.get(n) not in dishes and kitchen.place[n] in TOPS]
    if not dishes or not loose:
        return None
    thing, dish = one(rng, loose), one(rng, dishes)
    noun = kitchen.the(thing, rng)
    if noun is None or noun.plural or dish not in kitchen.base.values():
        return None
    kind = "bowl" if "bowl" in kitchen.kinds(dish) else "plate"
    alone = sum(kind in kitchen.kinds(n) for n in dishes) == 1
    word = kind if alone and chance(rng, 0.4) else kitchen.words(dish, rng)
    relation = "in" if kind == "bowl" else "on"
    slots = {"x": noun.text, "y": f"the {word}", "rel": relation}
    if chance(rng, 0.25):
        place = one(rng, TOPS)
        template, text = _FIXED_DISH.say(rng, there=onto(place, rng), spot=spot(place, rng), **slots | {"rel": "on"})
        return Wish(template, text, None, Verdict.IMPOSSIBLE)
    # Sponges and packets are too large for a bowl.
    if kind == "bowl" and not {"fruit", "bar"} & kitchen.kinds(thing):
        return None
    return Wish(*_DISH.say(rng, **slots), atom(relation, thing, dish))


def _which_counter(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """There are two of them."""
    kitchen = Kitchen(state)
    counters = TOPS[:2]
    things = [n for n in kitchen.loose() if kitchen.place[n] not in counters]
    if not things:
        return None
    thing = one(rng, things)
    noun = kitchen.the(thing, rng)
    if noun is None or noun.plural or "counter" in noun.text:
        return None
    template, text = _COUNTER.say(rng, x=noun.text)
    counter = one(rng, counters)
    word = spot(counter, rng)
    reply = one(rng, (word, f"{word}, please", f"I mean {word}", f"on {word}"))
    goal = to_place(thing, counter)
    if template.endswith("/5"):
        return Wish(template, text, None, Verdict.AMBIGUOUS, replies=((word, atom("robot-at", counter)),))
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=((reply, goal),))


HELD: dict[str, Drawer] = {"held-it": _held_it, "dish": _dish, "which-counter": _which_counter}
"""Wishes about what is held, about dishes, and about one of two counters."""
