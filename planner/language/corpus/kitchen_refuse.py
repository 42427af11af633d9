"""What is not to be done in a kitchen: what is not there, what no skill can do, and what has to be asked first.

Things that are not there are spoken of just like those that are, so that only the scene tells them apart.
"""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import BIN, DRAWERS, TOPS, USER, Kitchen, onto, spot, to_place
from planner.language.corpus.kitchen_moods import MOODS
from planner.language.corpus.phrasing import Patterns, atom, chance, either, one, said, some
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
    *("windowsill", "stove", "cabinet", "basket", "bathroom", "bedroom", "toaster", "sofa", "washing machine"),
)
"""Places that this kitchen has not."""

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
    "I [fancy|feel like|could do with] a {w}",
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
    "go [outside|upstairs|to the shop|to the garden|home]",
    "turn [on|off] the [light|radio|heating|tap|television]",
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
_ONE_OF = Patterns(
    "kitchen/one-of",
    "<bring> me one of the {many}",
    "<want> one of the {many}",
    "<bring> me a {w}",
    "[could|can] I have one of the {many}?",
    "<give> me a {w}",
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


def _where(rng: np.random.Generator) -> dict[str, str]:
    place = one(rng, TOPS)
    return {"there": onto(place, rng), "there2": f"on {spot(place, rng)}", "spot": spot(place, rng)}


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
    template, text = _MISSING.say(rng, w=word, **_where(rng))
    return Wish(template, text, None, Verdict.MISSING)


def _missing_kind(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    kinds = [k for k in ("fruit", "drink", "snack", "can", "bottle", "food", "chips") if not kitchen.of(k)]
    if not kinds:
        return None
    kind = one(rng, kinds)
    word = one(rng, CATEGORY_WORDS[kind][0])
    template, text = _MISSING_KIND.say(rng, w=word, **_where(rng))
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
    return Wish(template, text.replace("in the sofa", "on the sofa"), None, Verdict.MISSING)


def _cannot(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    if not kitchen.loose():
        return None
    noun = kitchen.the(one(rng, kitchen.loose()), rng)
    return noun and Wish(*_CANNOT.say(rng, x=noun.text), None, Verdict.IMPOSSIBLE)


def _furniture(state: SceneState, rng: np.random.Generator) -> Wish | None:
    template, text = _FURNITURE.say(rng, spot=spot(one(rng, (*TOPS, BIN)), rng))
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


def _wrongly(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    loose = kitchen.loose()
    if len(loose) < 2:
        return None
    first, second = some(rng, loose, 2)
    x, y = kitchen.the(first, rng), kitchen.the(second, rng)
    if x is None or y is None:
        return None
    return Wish(*_PLACED_WRONG.say(rng, x=x.text, y=y.text), None, Verdict.IMPOSSIBLE)


def _from_bin(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The bin is too deep to take anything out of it."""
    kitchen = Kitchen(state)
    inside = kitchen.at(BIN)
    if not inside:
        return None
    word = kitchen.words(one(rng, inside), rng)
    return Wish(*_FROM_BIN.say(rng, w=word, **_where(rng)), None, Verdict.IMPOSSIBLE)


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
    if chance(rng, 0.2) and kind in ("can", "bottle"):
        template, text = _ONE_OF.say(rng, w=kind, many=CATEGORY_WORDS[kind][1][0])
        place = USER
    else:
        word = (
            one(rng, CATEGORY_WORDS[kind][0])
            if kind not in ("chips", "can")
            else one(rng, ("bag of chips",) if kind == "chips" else ("can", "can", "tin"))
        )
        k = int(rng.integers(len(_WHICH.patterns)))
        goal_place = one(rng, TOPS)
        where = {
            "there": onto(goal_place, rng),
            "there2": f"on {spot(goal_place, rng)}",
            "spot": spot(goal_place, rng),
        }
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
    return Wish(*_VAGUE.say(rng, **_where(rng)), None, Verdict.AMBIGUOUS)


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
    template, text = _WHICH.say(rng, w=word, **_where(rng))
    if int(template.rpartition("/")[2]) > 3:
        return None
    return Wish(f"{template}-twin", text, either(*(atom("at", n, USER) for n in names)))


REFUSING: dict[str, Drawer] = {
    "missing": _missing,
    "missing-more": _missing,
    "missing-kind": _missing_kind,
    "missing-need": _missing_need,
    "missing-place": _missing_place,
    "cannot": _cannot,
    "cannot-more": _cannot,
    "furniture": _furniture,
    "wrongly": _wrongly,
    "from-bin": _from_bin,
    "which": _which,
    "which-more": _which,
    "which-drawer": _which_drawer,
    "vague": _vague,
    "the-open-one": _the_open_one,
    "any-twin": _any_twin,
}
"""Wishes that are not to be done, and near to them some that are."""
