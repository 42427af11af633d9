"""What people say of things that they are done with, have spilled, or do not like: what is to go, what is to come."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import BIN, USER, Kitchen
from planner.language.corpus.phrasing import Noun, Patterns, atom, both, one
from planner.language.corpus.wish import Drawer, Wish
from sim.state import SceneState

_FINISHED = Patterns(
    "kitchen/finished",
    "I am done with {x}, [get rid of {it}|take {it} away from here and bin {it}|throw {it} away]",
    "I [finished|have finished] {x}, [throw {it} out|please dispose of {it}|you can bin {it}]",
    "{x} {be} [rotten|mouldy|spoiled|off|no longer good]",
    "{x} {have} gone [bad|off], [get rid of {it}|throw {it} out|don't leave {it} lying around]",
    "nobody [wants|is going to eat|will touch] {x} any more, throw {it} out",
    "{x} {was} past the date, [do what one does with that|so away with {it}|bin {it}]",
    "{x} {be} [only|just] [garbage|rubbish|trash|waste] now",
    "[we|I] don't need {x} any more, [discard {it}|throw {it} away|get rid of {it}]",
    "{x} {be} empty, [throw {it} out|recycle {it}|discard {it}|bin {it}]",
)
_FINISHED_WORDS = ("apple", "banana", "orange", "peach", "lemon")


def _finished(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    names = [n for n in kitchen.loose() if kitchen.kinds(n) & {"food", "drink"}]
    if not names:
        return None
    thing = one(rng, names)
    noun = kitchen.the(thing, rng)
    if noun is None:
        return None
    template, text = _FINISHED.say(rng, **noun.slots())
    fresh = kitchen.base[thing] in _FINISHED_WORDS
    if ("empty" in text and fresh) or (any(w in text for w in ("rotten", "mouldy", "touch", " eat ")) and not fresh):
        return None
    return Wish(template, text, atom("in", thing, BIN))


_MESS = Patterns(
    "kitchen/mess",
    "I [spilled|knocked over] {x}. [Throw|Toss] {it} [away|out] and <bring> me something to clean up [with|the mess]",
    "{x} leaked everywhere, bin {it} and <bring> me something to [wipe|mop] up the mess",
    "I spilled {x}, could you throw {it} away and then help me clean up with something [absorbent|to wipe]?",
    "{x} fell over and made a mess. get rid of {it} and hand me something to wipe [it up|the floor]",
)
_SWAP = Patterns(
    "kitchen/swap",
    "I [don't like|no longer want] {x}, throw {it} away and bring me {y} instead",
    "{x} {be} [finished|all used up], bin {it} and <bring> me {y}",
    "throw out {x}. [Then|After that] bring me {y}",
    "I'm done with {x}, [please|] get rid of {it}, and then I'd like {y}",
    "discard {x} and <bring> me {y} [instead|]",
)


def _mess(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    drinks = [n for n in kitchen.loose("drink")]
    sponges = [n for n in kitchen.loose() if kitchen.base[n] == "sponge"]
    if not drinks or not sponges:
        return None
    thing = one(rng, drinks)
    noun = kitchen.the(thing, rng)
    wanted = kitchen.any_of(sponges, "(at {} user)", "sponge")
    return noun and Wish(*_MESS.say(rng, **noun.slots()), both(atom("in", thing, BIN), wanted))


def _swap(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    loose = [n for n in kitchen.loose() if kitchen.kinds(n) & {"food", "drink"}]
    if len(loose) < 2:
        return None
    thing, other = one(rng, loose), one(rng, loose)
    if thing == other:
        return None
    x, y = kitchen.the(thing, rng), kitchen.the(other, rng)
    if x is None or y is None:
        return None
    goals = (atom("in", thing, BIN), atom("at", other, USER))
    return Wish(*_SWAP.say(rng, **x.slots(), y=y.text), both(*goals), stages=(goals[0], both(*goals)))


_LIKES = Patterns(
    "kitchen/likes",
    "I like [all|most] {many} but I'm allergic to {x}. <bring> me one that I can have",
    "[my favourite|the best] {one} is {x}. <bring> {it} to me",
    "I [had|ate] {x} yesterday. today I'd like the same, so <bring> me {x}",
    "my [sister|son|colleague] left {x} for me. <bring> {it} here",
)


def _likes(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    kinds = {"fruit": ("fruit", "fruits"), "drink": ("drink", "drinks"), "snack": ("snack", "snacks")}
    kind = one(rng, sorted(kinds))
    loose = kitchen.loose(kind)
    if len({kitchen.base[n] for n in loose}) < 2:
        return None
    thing = one(rng, loose)
    rest = [n for n in loose if kitchen.base[n] != kitchen.base[thing]]
    alone = [n for n in kitchen.things if kitchen.base[n] == kitchen.base[thing]] == [thing]
    if not alone:
        return None
    word = kitchen.words(thing, rng)
    noun = Noun(f"the {word}", word.endswith(("chips", "crisps")) and " of " not in word)
    template, text = _LIKES.say(rng, one=kinds[kind][0], many=kinds[kind][1], **noun.slots())
    goal = kitchen.any_of(rest, "(at {} user)") if "allergic" in text else atom("at", thing, USER)
    return Wish(template, text, goal)


FINISHED: dict[str, Drawer] = {"finished": _finished, "mess": _mess, "swap": _swap, "likes": _likes}
"""Wishes about what somebody is done with."""
