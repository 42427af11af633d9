"""Wishes of the kitchen about its drawers, about where the robot is, and about doing things on condition."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import BIN, DRAWERS, TOPS, USER, Kitchen, onto, spot, to_place
from planner.language.corpus.phrasing import Noun, Patterns, atom, both, chance, one, some
from planner.language.corpus.wish import Drawer, Wish
from sim.state import SceneState

_OPEN = Patterns(
    "kitchen/open",
    "<open> {d}",
    "[please|] <open> {d} [for me|]",
    "<want> {d} [open|opened]",
    "can you <open> {d}?",
    "go to {d} and open it",
    "{d} [should|must|has to] be open",
    "I need [to get at|to see] what is in {d}, open it",
    "leave {d} open [for me|]",
)
_CLOSE = Patterns(
    "kitchen/close",
    "<close> {d}",
    "[please|] <close> {d} [again|]",
    "<want> {d} [closed|shut]",
    "can you <close> {d}?",
    "{d} [should|must|has to] be [closed|shut]",
    "{d} is [still|] open, <close> it",
    "somebody forgot to close {d}, [do it|please do that] [for them|now|]",
    "I [nearly|almost] bumped into {d}, [shut|close] it",
)
_CLOSE_ALL = Patterns(
    "kitchen/close-all",
    "<close> all the drawers",
    "<sure> all drawers are [closed|shut]",
    "no drawer should [be|stay] open",
    "<close> every drawer",
    "<close> whatever drawer is open",
    "<want> the drawers [closed|shut]",
)
_STORE = Patterns(
    "kitchen/store",
    "<store> {x} in {d} and close it [again|]",
    "<put> {x} in {d}, then close the drawer",
    "open {d}, put {x} inside and close it",
    "<put> {x} in {d} and [shut it|don't forget to shut it|don't leave it open]",
    "{x} should be in {d} and the drawer closed",
    "hide {x} in {d}, [and shut the drawer|with the drawer closed]",
    "lock {x} away in {d}: the drawer should be closed in the end",
)
_TAKE_OUT = Patterns(
    "kitchen/take-out",
    "take {x} out of {d} and <put> {it} {there}",
    "<put> {x} from {d} {there}",
    "get {x} out of {d}, <put> {it} {there} and close the drawer",
    "{x} should not be in {d} but {there}",
    "take {x} out of {d}, <put> {it} {there}, and shut the drawer again",
)
_TAKE_OUT_BRING = Patterns(
    "kitchen/take-out-bring",
    "get me {x} from {d}",
    "<bring> me {x} [out of|from] {d}",
    "{x} in {d} [is|are] [mine|for me], <bring> {it} here",
    "look in {d} and bring me {x}",
    "open {d} and bring me {x}",
    "<bring> me {x} from {d} and close the drawer again",
)
_GO = Patterns(
    "kitchen/go",
    "[go|drive|move|head|roll] [over|] to {spot}",
    "[go|drive] and wait [at|by] {spot}",
    "[come|get] to {spot}",
    "I want you [at|by] {spot}",
    "stand [at|by|in front of] {spot}",
    "navigate to {spot}",
    "[take up position|position yourself|park yourself] [at|by] {spot}",
    "{spot} is where you should [be|go|wait]",
    "travel to {spot}",
)
_COME = Patterns(
    "kitchen/come",
    "come [here|to me|over here|over|back to me]",
    "[come|drive|get] [back|] to where I am",
    "I need you here",
    "come and stand [by me|in front of me|next to me]",
    "drive to the user",
    "go to the [user|person]",
    "where are you? come to me",
)
_IF_OPEN = Patterns(
    "kitchen/if-open",
    "if {d} is open, close it",
    "close {d} if it is open",
    "if {d} is closed, open it",
    "open {d} [if it is closed|in case it is closed|unless it is open already]",
    "should {d} be open, shut it",
)
_IF_THERE = Patterns(
    "kitchen/if-there",
    "if there is a {word} {at}, {yes}, otherwise {nay}",
    "if you see a {word} {at}, {yes}. [Otherwise|If not|Else], {nay}",
    "{yes} if there is a {word} {at}, else {nay}",
    "is there a {word} {at}? then {yes}, [otherwise|if not,] {nay}",
)
_IF_ELSE_OPEN = Patterns(
    "kitchen/if-else",
    "if {d} is open, {yes}, otherwise {nay}",
    "if {d} is closed, {nay}, otherwise {yes}",
    "{yes} if {d} is open, [otherwise|else] {nay}",
    "in case {d} is [closed|shut], {nay}; [otherwise|if not] {yes}",
)
_PRONOUN = Patterns(
    "kitchen/pronoun",
    "there {be} {x} {at}. <bring> {it} to me",
    "{x} {be} {at}. <put> {it} {there}",
    "you see {x} {at}? <discard> {it}",
    "I left {x} {at}. [get|bring|fetch] {it} for me",
    "look, {x} {at}. {it2} [should|must] be {there}",
    "{x} {at} {be} of no use to anyone. throw {it} away",
)
_PICK_THEN = Patterns(
    "kitchen/in-turn",
    "<bring> me {x}. [Then|After that|Next] <close> {d}",
    "<bring> me {x} and <close> {d}",
    "<close> {d} and <bring> me {x}",
    "first <close> {d}, then <bring> me {x}",
    "<close> {d}. Then <bring> me {x}",
)


def _draw(rng: np.random.Generator, kitchen: Kitchen, drawer: str) -> str:
    """A drawer with its article, or as the open one if there is just one."""
    if kitchen.opened() == [drawer] and chance(rng, 0.25):
        return one(rng, ("the open drawer", "the drawer that is open"))
    return spot(drawer, rng)


def _open(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    drawer = one(rng, DRAWERS)
    if kitchen.state[drawer].value > 0.01:
        return None
    return Wish(*_OPEN.say(rng, d=spot(drawer, rng)), atom("open", drawer))


def _close(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    opened = kitchen.opened()
    if not opened:
        return None
    if chance(rng, 0.25):
        return Wish(*_CLOSE_ALL.say(rng), "(forall (?d - drawer) (closed ?d))")
    drawer = one(rng, opened)
    return Wish(*_CLOSE.say(rng, d=_draw(rng, kitchen, drawer)), atom("closed", drawer))


def _store(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    things = [n for n in kitchen.loose() if kitchen.place[n] not in DRAWERS]
    if not things:
        return None
    thing, drawer = one(rng, things), one(rng, DRAWERS)
    noun = kitchen.the(thing, rng)
    if noun is None:
        return None
    template, text = _STORE.say(rng, d=_draw(rng, kitchen, drawer), **noun.slots())
    return Wish(template, text, both(atom("in", thing, drawer), atom("closed", drawer)))


def _take_out(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    things = [n for n in kitchen.loose() if kitchen.place[n] in DRAWERS]
    if not things:
        return None
    thing = one(rng, things)
    drawer = str(kitchen.place[thing])
    same = [n for n in kitchen.at(drawer) if kitchen.base[n] == kitchen.base[thing]]
    if same != [thing]:
        return None
    word = kitchen.words(thing, rng)
    noun = Noun(f"the {word}", word.endswith(("chips", "crisps")) and "of" not in word.split())
    place = USER if chance(rng, 0.5) else one(rng, (*TOPS, BIN))
    slots = {"d": spot(drawer, rng), **noun.slots()}
    if place == USER:
        template, text = _TAKE_OUT_BRING.say(rng, **slots)
        text = text.replace(" are mine", " is mine").replace(" are for me", " is for me") if not noun.plural else text
        text = text.replace(" is mine", " are mine").replace(" is for me", " are for me") if noun.plural else text
    else:
        template, text = _TAKE_OUT.say(rng, there=onto(place, rng), **slots)
    shut = ("close the drawer", "shut the drawer")
    goal = to_place(thing, place)
    return Wish(template, text, both(goal, atom("closed", drawer)) if any(s in text for s in shut) else goal)


def _go(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    if kitchen.held is not None:
        return None
    if chance(rng, 0.3):
        return Wish(*_COME.say(rng), atom("robot-at", USER))
    place = one(rng, (*TOPS, BIN, *DRAWERS))
    template, text = _GO.say(rng, spot=spot(place, rng))
    return Wish(template, text[:1].lower() + text[1:], atom("robot-at", place))


def _if_open(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What the condition speaks of is looked up now: where nothing is to be done, the goal holds."""
    kitchen = Kitchen(state)
    drawer = one(rng, kitchen.opened() or DRAWERS) if chance(rng, 0.5) else one(rng, DRAWERS)
    template, text = _IF_OPEN.say(rng, d=spot(drawer, rng))
    wanted = "closed" if "close it" in text or "shut it" in text or text.startswith("close") else "open"
    return Wish(template, text, atom(wanted, drawer))


def _errands(kitchen: Kitchen, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Two different small errands: in words, and as goals."""
    loose = kitchen.loose()
    if len(loose) < 2:
        return []
    found = []
    for thing in some(rng, loose, 2):
        noun = kitchen.the(thing, rng)
        if noun is None:
            return []
        if chance(rng, 0.65):
            verb = one(rng, ("bring me", "fetch me", "get me", "hand me"))
            found.append((f"{verb} {noun.text}", atom("at", thing, USER)))
        else:
            verb = one(rng, ("throw away", "discard", "get rid of"))
            found.append((f"{verb} {noun.text}", atom("in", thing, BIN)))
    return found


def _if_else(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    errands = _errands(kitchen, rng)
    if not errands:
        return None
    (yes, goal), (nay, other) = errands
    if chance(rng, 0.5):
        drawer = one(rng, DRAWERS)
        value = state[drawer].value
        if value > 0.01 and not kitchen.is_open(drawer):
            return None
        template, text = _IF_ELSE_OPEN.say(rng, d=spot(drawer, rng), yes=yes, nay=nay)
        return Wish(template, text, goal if kitchen.is_open(drawer) else other)
    from sim.things import THINGS

    place, base = one(rng, TOPS), one(rng, sorted(THINGS))
    if chance(rng, 0.5) and kitchen.at(place):
        base = kitchen.base[one(rng, kitchen.at(place))]
    if base.endswith("chips"):
        return None
    template, text = _IF_THERE.say(rng, word=base, at=f"on {spot(place, rng)}", yes=yes, nay=nay)
    there = any(kitchen.base[n] == base for n in kitchen.at(place))
    return Wish(template, text, goal if there else other)


def _pronoun(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    things = [n for n in kitchen.loose() if kitchen.below.get(n) == kitchen.place[n]]
    if not things:
        return None
    thing = one(rng, things)
    source = str(kitchen.place[thing])
    if [n for n in kitchen.at(source) if kitchen.base[n] == kitchen.base[thing]] != [thing]:
        return None
    place = one(rng, [p for p in TOPS if p != source])
    noun = kitchen.a(thing, rng)
    slots = {**noun.slots(), "at": f"{'on' if source in TOPS else 'in'} {spot(source, rng)}", "it2": "it"}
    if noun.plural:
        slots["it2"] = "they"
    k = int(rng.integers(len(_PRONOUN.patterns)))
    goals = (atom("at", thing, USER), to_place(thing, place), atom("in", thing, BIN))
    goal = goals[(0, 1, 2, 0, 1, 2)[k]]
    only = Patterns(_PRONOUN.theme, _PRONOUN.patterns[k])
    _, text = only.say(rng, there=onto(place, rng) if k == 1 else f"on {spot(place, rng)}", **slots)
    return Wish(f"{_PRONOUN.theme}/{k}", text, goal)


def _in_turn(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    things, opened = kitchen.loose(), kitchen.opened()
    if not things or not opened:
        return None
    thing, drawer = one(rng, things), one(rng, opened)
    noun = kitchen.the(thing, rng)
    if noun is None or kitchen.place[thing] in DRAWERS:
        return None
    template, text = _PICK_THEN.say(rng, d=_draw(rng, kitchen, drawer), **noun.slots())
    bring, shut = atom("at", thing, USER), atom("closed", drawer)
    first_shut = text.index(noun.text) > text.index("drawer")
    return Wish(template, text, both(shut, bring) if first_shut else both(bring, shut))


STOWING: dict[str, Drawer] = {
    "open": _open,
    "close": _close,
    "store": _store,
    "take-out": _take_out,
    "go": _go,
    "if-open": _if_open,
    "if-else": _if_else,
    "pronoun": _pronoun,
    "in-turn": _in_turn,
}
"""Wishes about drawers, about where the robot is, and on condition."""
