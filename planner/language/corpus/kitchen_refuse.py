"""What is not to be done in a kitchen: what is not there, and what no skill can do.

Things that are not there are spoken of just like those that are, so that only the scene tells them apart.
"""

from __future__ import annotations

import re

import numpy as np

from planner.language.corpus.kitchen_look import BIN, TOPS, Kitchen, spot
from planner.language.corpus.kitchen_moods import MOODS
from planner.language.corpus.kitchen_which import where_to
from planner.language.corpus.phrasing import Patterns, chance, one
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.corpus.words import CATEGORY_WORDS, THING_WORDS
from sim.state import SceneState

ABSENT: tuple[str, ...] = (
    *(
        "knife",
        "fork",
        "spoon",
        "pan",
        "pot",
        "kettle",
        "teapot",
        "glass",
        "wine glass",
        "napkin",
        "towel",
        "dishcloth",
    ),
    *("cookie", "cake", "sandwich", "pizza", "croissant", "muffin", "chocolate bar", "yoghurt", "egg", "tomato"),
    *("carrot", "cucumber", "potato", "onion", "pear", "grape", "mango", "pineapple", "melon", "strawberry", "kiwi"),
    *("sprite", "fanta", "beer", "lemonade", "orange juice", "iced tea", "coffee", "tea bag", "bottle of wine"),
    *("newspaper", "book", "phone", "remote control", "umbrella", "pencil", "scissors", "charger", "wallet", "hammer"),
    *("salt shaker", "pepper mill", "mustard", "bottle of vinegar", "popcorn", "pretzel", "peanuts", "cheese"),
    *("paper towel", "vacuum cleaner", "broom", "mop", "bucket", "cutting board", "rolling pin", "candle"),
)
"""Things of other kitchens."""
_PLURALS = ("scissors", "peanuts")
NOWHERE: tuple[str, ...] = (
    *("fridge", "refrigerator", "oven", "microwave", "dishwasher", "sink", "freezer", "shelf", "pantry", "cupboard"),
    *("windowsill", "stove", "cabinet", "basket", "toaster", "sofa", "washing machine", "bookcase", "bench"),
)
"""Places that this kitchen has not."""

_NO_DOOR = ("sink", "shelf", "windowsill", "basket", "sofa", "stove", "toaster", "bookcase", "bench")
_DEVICES = (
    *("radio", "television", "light", "lamp", "heater", "oven", "dishwasher", "fan", "microwave", "coffee machine"),
    *("toaster", "computer", "air conditioning", "tap"),
)
"""What one would switch on, elsewhere."""

_MISSING = Patterns(
    "kitchen/missing",
    "<bring> me the {w}",
    "<give> me the {w}",
    "<want> the {w}",
    "[could|can|may] I have the {w}?",
    "<bring> the {w} [to me|over here]",
    "<discard> the {w}",
    "<throw> the {w} in the [trash|bin]",
    "<put> the {w} {there}",
    "<carry> the {w} to {spot}",
    "I [fancy|would like|need] the {w}",
    "pick up the {w}",
    "where is the {w}? bring it to me",
    "[take|grab] the {w} and <put> it {there}",
    "I am done with the {w}, get rid of it",
    "the {w} [belongs|goes|should be] {there2}",
    "I [can't find|am looking for] the {w}, <bring> it to me",
)
_MISSING_KIND = Patterns(
    "kitchen/missing-kind",
    "<bring> me a {w}",
    "<want> a {w}",
    "<give> me a {w}",
    "[could|can] I have a {w}?",
    "I [feel like|could do with] a {w}",
    "find a {w} for me",
    "<discard> the {w}",
    "<put> the {w} {there}",
    "a {w} would be [nice|great] now",
)
_MISSING_PLACE = Patterns(
    "kitchen/missing-place",
    "<put> {x} in the {p}",
    "<carry> {x} to the {p}",
    "{x} [should be|must be|should go] in the {p}",
    "<bring> me what is in the {p}",
    "go to the {p}",
    "open the {p}",
    "take {x} out of the {p}",
    "<store> {x} in the {p} [and close it|]",
    "<want> {x} in the {p}",
    "close the {p}",
    "drive over to the {p} and wait",
)
_MISSING_DEVICE = Patterns(
    "kitchen/missing-device",
    "turn [on|off] the {w}",
    "switch the {w} [on|off]",
    "[could|can] you turn the {w} [on|off]?",
    "<want> the {w} [on|off]",
    "press the button of the {w}",
    "unplug the {w}",
)
_CANNOT = Patterns(
    "kitchen/cannot",
    "[cook|boil] [some|] [pasta|rice|noodles|an egg] [for me|]",
    "[make|cook|prepare] [me|us] [dinner|lunch|breakfast|a sandwich|a soup|an omelette]",
    "throw {x} out of the window",
    "[wash|rinse|scrub] {x}",
    "[cut|slice|chop] {x} [in two|into pieces|in half|]",
    "[peel|squeeze|mash|taste|bite into] {x}",
    "[eat|drink|finish] {x} [yourself|for me|]",
    "[heat|warm] {x} [up|]",
    "pour [some water|the milk|a drink|juice] into [the mug|a glass|my cup]",
    "[call|phone|ring|text] my [mother|boss|friend|brother|dentist]",
    "[tell me|what's|read me] [the weather|the news|the time|a story|a joke]",
    "[play|put on] some music",
    "[wipe|polish|scrub] [the table|the counter|the floor|the windows] [for me|]",
    "[mop|vacuum|sweep|wax] the floor",
    "break {x} [in half|into pieces|]",
    "[repair|fix|paint] {x}",
    "open {x} for me and [drink it|pour it out|empty it]",
    "[water the plants|walk the dog|feed the cat|do the laundry|iron my shirt|take the kids to school]",
    "order [a pizza|some groceries|a taxi] [for me|]",
    "go [outside|upstairs|to the shop|to the garden|home|to the bathroom|to the bedroom]",
    "[whistle|hum|sing] [a song|a tune|something] [for me|]",
    "juggle [with|] {x}",
    "melt {x}",
    "make {x} disappear",
    "fill {x} with [sand|soup|cold water]",
    "[balance|spin] {x} on your [finger|head|elbow]",
    "[freeze|fry|grill|bake] {x}",
    "kick {x} across the room",
    "[set the table on fire|burn the place down|break the table]",
)
_FURNITURE = Patterns(
    "kitchen/furniture",
    "<bring> me {spot}",
    "pick up {spot}",
    "[move|push|carry] {spot} to the [other side of the room|window|door|left]",
    "<discard> {spot}",
    "throw {spot} in the trash",
    "hand me {spot}",
    "turn {spot} upside down",
    "[open|close|unlock] {spot}",
)
_PLACED_WRONG = Patterns(
    "kitchen/wrongly",
    "<stack> {x} on top of {y}",
    "put {x} inside {y}",
    "balance {x} on {y}",
    "squeeze {x} into {y}",
    "hold {x} and {y} in your hand at the same time",
    "<put> {x} under {y}",
    "glue {x} to {y}",
    "tie {x} to {y}",
)
_FROM_BIN = Patterns(
    "kitchen/from-bin",
    "<bring> me the {w} [from|out of] the [trash|bin|trash can]",
    "take the {w} out of the [trash|bin|trash can] again",
    "[get|fish|pull] the {w} out of the [bin|trash|trash can]",
    "<put> the {w} that is in the [trash|bin] {there}",
)


_RESTING = re.compile(r"in the (sofa|bench|windowsill|stove)")


def _missing(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing by name that could be here, or that no such kitchen has."""
    kitchen = Kitchen(state)
    gone = sorted(set(THING_WORDS) - set(kitchen.base.values()))
    if chance(rng, 0.65) and gone:
        base = one(rng, gone)
        words = [w for w in (base, *THING_WORDS[base]) if not w.endswith(("chips", "crisps")) or "of" in w.split()]
        if not words:
            words = ["packet of " + base]
        word = one(rng, words)
        if base == "redbull can" and word == "energy drink":
            word = "redbull"
    else:
        word = one(rng, [w for w in ABSENT if w not in _PLURALS])
    if chance(rng, 0.12):
        # As what is there is told from others like it.
        word = f"{word} {one(rng, ('on', 'on', 'that is on'))} {spot(one(rng, TOPS), rng)}"
    template, text = _MISSING.say(rng, w=word, **where_to(rng))
    return Wish(template, text, None, Verdict.MISSING)


def _missing_kind(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    kinds = [k for k in ("fruit", "drink", "snack", "can", "bottle", "food", "chips") if not kitchen.of(k)]
    if not kinds:
        return None
    kind = one(rng, kinds)
    word = one(rng, CATEGORY_WORDS[kind][0])
    template, text = _MISSING_KIND.say(rng, w=word, **where_to(rng))
    return Wish(template, text, None, Verdict.MISSING)


def _missing_need(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A need that nothing here meets."""
    kitchen = Kitchen(state)
    unmet = [m for m in MOODS if not any(not m.helps or kitchen.base[n] in m.helps for n in kitchen.of(m.kind))]
    # A different drink or snack may do where some are there: only plain wants of what is not there are to be refused.
    unmet = [m for m in unmet if not kitchen.of(m.kind)]
    if not unmet:
        return None
    mood = one(rng, unmet)
    template, text = mood.says.say(rng, drink=one(rng, ("coke", "coffee", "tea", "juice", "drink")))
    return Wish(f"{template}-none", text, None, Verdict.MISSING)


def _missing_place(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    if not kitchen.loose():
        return None
    noun = kitchen.the(one(rng, kitchen.loose()), rng)
    if noun is None or noun.plural:
        return None
    place = one(rng, NOWHERE)
    template, text = _MISSING_PLACE.say(rng, x=noun.text, p=place)
    if text.startswith(("open", "close")) and place in _NO_DOOR:
        return None
    return Wish(template, _RESTING.sub(r"on the \1", text), None, Verdict.MISSING)


def _missing_device(state: SceneState, rng: np.random.Generator) -> Wish | None:
    return Wish(*_MISSING_DEVICE.say(rng, w=one(rng, _DEVICES)), None, Verdict.MISSING)


def _cannot(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    if not kitchen.loose():
        return None
    noun = kitchen.the(one(rng, kitchen.loose()), rng)
    return noun and Wish(*_CANNOT.say(rng, x=noun.text), None, Verdict.IMPOSSIBLE)


def _furniture(state: SceneState, rng: np.random.Generator) -> Wish | None:
    template, text = _FURNITURE.say(rng, spot=f"the {one(rng, (*TOPS, BIN))}")
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


def _wrongly(state: SceneState, rng: np.random.Generator) -> Wish | None:
    found = Kitchen(state).pair(rng)
    if found is None:
        return None
    (_, x), (_, y) = found
    return Wish(*_PLACED_WRONG.say(rng, x=x.text, y=y.text), None, Verdict.IMPOSSIBLE)


def _from_bin(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The bin is too deep to take anything out of it."""
    kitchen = Kitchen(state)
    inside = kitchen.at(BIN)
    if not inside:
        return None
    word = kitchen.words(one(rng, inside), rng)
    return Wish(*_FROM_BIN.say(rng, w=word, **where_to(rng)), None, Verdict.IMPOSSIBLE)


REFUSING: dict[str, Drawer] = {
    "missing": _missing,
    "missing-more": _missing,
    "missing-kind": _missing_kind,
    "missing-need": _missing_need,
    "missing-place": _missing_place,
    "missing-device": _missing_device,
    "cannot": _cannot,
    "cannot-more": _cannot,
    "furniture": _furniture,
    "wrongly": _wrongly,
    "from-bin": _from_bin,
}
"""Wishes that are to be refused."""
