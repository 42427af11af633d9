"""What has to be asked first in a kitchen, for it fits several things, and what comes near to it and is plain."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import BIN, DRAWERS, TOPS, USER, Kitchen, onto, spot, to_place
from planner.language.corpus.phrasing import Patterns, atom, either, one, said
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.corpus.words import CATEGORY_WORDS
from sim.state import SceneState

_WHICH = Patterns(
    "kitchen/which",
    "<bring> me the {w}",
    "<give> me the {w}",
    "[could|can|may] I have the {w}?",
    "<want> the {w}",
    "<discard> the {w}",
    "<throw> the {w} in the [trash|bin]",
    "<put> the {w} {there}",
    "<carry> the {w} to {spot}",
    "pick up the {w}",
    "I'll have the {w}",
    "I am done with the {w}, throw it away",
    "the {w} [belongs|should go|should be] {there2}",
    "[take|grab] the {w} and [put|set] it {there}",
)
_DRAWER = Patterns(
    "kitchen/which-drawer",
    "open the drawer",
    "<put> {x} in the drawer",
    "<open> the drawer [for me|]",
    "{x} [should be|must be] in the drawer",
    "<store> {x} in the drawer",
    "<want> {x} in the drawer",
    "can you open the drawer?",
)
_VAGUE = Patterns(
    "kitchen/vague",
    "<bring> me that thing",
    "<put> it {there}",
    "<bring> it to me",
    "throw it away",
    "get rid of that",
    "take that and <put> it {there}",
    "can you <bring> me that one?",
    "<want> that one over there",
    "move it to {spot}",
)
_SHUT = Patterns(
    "kitchen/the-drawer",
    "<close> the drawer",
    "close the drawer [please|again|for me]",
    "can you <close> the drawer?",
    "<want> the drawer [closed|shut]",
    "the drawer is open, <close> it",
)


def where_to(rng: np.random.Generator) -> dict[str, str]:
    """A top, spoken of as where to, as where at, and by itself."""
    place = one(rng, TOPS)
    return {"there": onto(place, rng), "there2": f"on {spot(place, rng)}", "spot": spot(place, rng)}


def _which(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The one of a kind, of which there are several that differ; the person can say which."""
    kitchen = Kitchen(state)
    kinds = [
        k
        for k in ("fruit", "drink", "snack", "can", "bottle", "chips")
        if len({kitchen.base[n] for n in kitchen.of(k)}) >= 2 and kitchen.settled(k)
    ]
    if not kinds:
        return None
    kind = one(rng, kinds)
    # `The fruit` may be all of it.
    words = {"chips": ("bag of chips",), "can": ("can", "can", "tin")}.get(kind, CATEGORY_WORDS[kind][0])
    word = one(rng, [w for w in words if w != "fruit"])
    k = int(rng.integers(len(_WHICH.patterns)))
    goal_place = one(rng, TOPS)
    where = {"there": onto(goal_place, rng), "there2": f"on {spot(goal_place, rng)}", "spot": spot(goal_place, rng)}
    text = said(_WHICH.patterns[k], rng, w=word, **where)
    template = f"{_WHICH.theme}/{k}"
    place = BIN if k in (4, 5, 10) else USER if k in (0, 1, 2, 3, 9) else "" if k == 8 else goal_place
    names = kitchen.of(kind)
    if place and any(kitchen.place[n] == place for n in names):
        return None
    thing = one(rng, names)
    noun = kitchen.the(thing, rng)
    if noun is None or noun.text == f"the {kind}":
        return None
    reply = one(rng, ("{x}", "{x}", "I mean {x}", "{x}, please", "I meant {x}", "take {x}")).format(x=noun.text)
    goal = atom("holding", thing) if not place else to_place(thing, place)
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=((reply, goal),))


def _which_drawer(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Any of three drawers: unless just one of them is open."""
    kitchen = Kitchen(state)
    if kitchen.opened() or not kitchen.loose():
        return None
    thing = one(rng, kitchen.loose())
    noun = kitchen.the(thing, rng)
    if noun is None or noun.plural or "drawer" in noun.text:
        return None
    template, text = _DRAWER.say(rng, x=noun.text)
    drawer = one(rng, DRAWERS)
    word = spot(drawer, rng)
    reply = one(rng, (word, f"{word}, please", f"I mean {word}", f"I'd say {word}"))
    goal = atom("in", thing, drawer) if noun.text in text else atom("open", drawer)
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=((reply, goal),))


def _vague(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A pronoun with nothing that it could stand for."""
    kitchen = Kitchen(state)
    if kitchen.held is not None or len(kitchen.loose()) < 2 or kitchen.at(USER):
        return None
    return Wish(*_VAGUE.say(rng, **where_to(rng)), None, Verdict.AMBIGUOUS)


def _the_open_one(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Only one drawer is open, so that it is plain which is meant."""
    opened = Kitchen(state).opened()
    return Wish(*_SHUT.say(rng), atom("closed", opened[0])) if len(opened) == 1 else None


def _any_twin(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """`The apple` where there are two alike: nobody would have to ask."""
    kitchen = Kitchen(state)
    loose = kitchen.loose()
    bases = sorted({b for b in kitchen.base.values() if len([n for n in loose if kitchen.base[n] == b]) > 1})
    if not bases:
        return None
    names = [n for n in loose if kitchen.base[n] == one(rng, bases)]
    names = [n for n in loose if kitchen.base[n] == kitchen.base[names[0]]]
    word = kitchen.words(names[0], rng)
    if word.endswith(("chips", "crisps")):
        return None
    template, text = _WHICH.say(rng, w=word, **where_to(rng))
    if int(template.rpartition("/")[2]) > 3:
        return None
    return Wish(f"{template}-twin", text, either(*(atom("at", n, USER) for n in names)))


WHICH: dict[str, Drawer] = {
    "which": _which,
    "which-more": _which,
    "which-drawer": _which_drawer,
    "vague": _vague,
    "the-open-one": _the_open_one,
    "any-twin": _any_twin,
}
"""Wishes that are to be asked about, and near to them some that are not."""
