"""Wishes of the kitchen that things be somewhere else: thrown away, put on tops and in drawers, moved all together."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import BIN, DRAWERS, TOPS, USER, Kitchen, onto, spot, to_place
from planner.language.corpus.phrasing import Patterns, atom, both, chance, listed, one, some
from planner.language.corpus.wish import Drawer, Wish
from planner.language.corpus.words import CATEGORY_WORDS
from sim.state import SceneState

_THROW = Patterns(
    "kitchen/throw",
    "<discard> {x}",
    "<throw> {x} in [the trash|the bin|the garbage|the trash can|the rubbish bin]",
    "[please|] get rid of {x}",
    "{x} [belong_s|go_s] in the [trash|bin|trash can|garbage]",
    "can you <discard> {x}?",
    "recycle {x}",
    "[carry|take|bring] {x} to the [trash can|bin|rubbish bin] [and drop {it} in|]",
    "<want> {x} [in the trash|thrown away|in the bin|disposed of]",
    "move {x} into the [trash can|bin|garbage can]",
    "away with {x}, into the [trash|bin] with {it}",
    "[pick up|take|grab] {x} and [throw {it} away|drop {it} in the trash can|bin {it}|discard {it}]",
    "{x} {be} for the [trash|bin|garbage]",
)
_THROW_ALL = Patterns(
    "kitchen/throw-all",
    "<discard> all the {many}",
    "<throw> all {many} in the [trash|bin|garbage|trash can]",
    "get rid of every {one}",
    "every {one} [goes|belongs] in the [trash|bin]",
    "I want all the {many} [thrown away|in the trash|binned]",
    "recycle all the {many}",
    "[collect|gather] the {many} and [throw them away|bin them|dump them in the trash can]",
    "no {one} should be left, <discard> them all",
)
_PUT = Patterns(
    "kitchen/put",
    "<put> {x} {there}",
    "<carry> {x} to {spot}",
    "{x} [should|must|has_ to] be {there2}",
    "{x} [go_s|belong_s] {there2}",
    "<want> {x} {there2}",
    "[take|grab|pick up] {x} and <put> {it} {there}",
    "I'd like you to <put> {x} {there}",
    "<sure> {x} [end_ up|is_] {there2}",
    "can you <put> {x} {there}?",
    "go get {x} and leave {it} {there2}",
    "{x}: {there2}",
    "let {x} be {there2}",
    "[return|relocate|move] {x} to {spot}",
    "{there2} is where {x} [should be|belong_s]",
)
_FROM = Patterns(
    "kitchen/from-to",
    "<carry> {x} from {from} to {spot}",
    "take {x} off {from} and <put> {it} {there}",
    "move {x} over from {from} to {spot}",
    "{x} {be} on {from} but [belong_s|should be] {there2}",
    "{x} {be} not where {it_s} [belong_s|should be]: [move|bring] {it} to {spot}",
    "{x} {be} in the wrong place, {it_s} [go_s|belong_s] {there2}",
    "someone left {x} on {from}, <put> {it} {there}",
)
_EVERYTHING = Patterns(
    "kitchen/everything",
    "<carry> <everything> from {from} to {spot}",
    "move [everything|all the things] on {from} to {spot}",
    "take [everything|all things] off {from} and <put> [it all|all of it] {there}",
    "transfer all of the things on {from} to {spot}",
    "what is on {from} [belongs|should go|goes] {there2}",
    "empty {from}, <put> everything {there}",
    "bring all the stuff that is on {from} over to {spot}",
    "I need {from} [free|empty], move everything to {spot}",
)
_CLEAR = Patterns(
    "kitchen/clear",
    "<tidy> {from}",
    "clear {from}",
    "I need {from} [empty|free|cleared]",
    "[free up|make room on|clear everything off] {from}",
    "nothing should [be|stay|remain] on {from}",
    "there is too much stuff on {from}, [clear|free] it",
    "take everything off {from}",
    "I want to [work|cook|paint] on {from}, [make it free|clear it|there must be nothing on it]",
)
_KIND_TO = Patterns(
    "kitchen/kind-to",
    "<put> all [of|] the {many} {there}",
    "<carry> all the {many} to {spot}",
    "every {one} [goes|belongs|should go|should be] {there2}",
    "[gather|collect] the {many} {there2}",
    "<sure> all the {many} are {there2}",
    "I want all {many} {there2}",
    "the {many} [belong|should all be] {there2}",
    "[bring|move] every {one} to {spot}",
)
_KIND_FROM = Patterns(
    "kitchen/kind-from",
    "<carry> the {many} on {from} to {spot}",
    "<put> every {one} that is on {from} {there}",
    "move all the {many} from {from} to {spot}",
    "take the {many} off {from} and <put> them {there}",
)
_TWO_TO = Patterns(
    "kitchen/two-to",
    "<put> {x} and {y} {there}",
    "<carry> {x} and {y} to {spot}",
    "{x} and {y} [belong|go|should be] {there2}",
    "<want> {x} and {y} {there2}",
    "[take|grab] {x} and {y} and <put> them {there}",
    "first <put> {x} {there}, then {y}",
    "<put> {x} {there}. [Do the same with|Also|And then also] {y}",
)
_TWO_WAYS = Patterns(
    "kitchen/two-ways",
    "<put> {x} {there} and {y} {other}",
    "<put> {x} {there} <then> <put> {y} {other}",
    "{x} [go_s|belong_s] {there2}, {y} {other}",
    "<carry> {x} to {spot}. [{next}|Then|Also|After that] <put> {y} {other}",
    "first <put> {x} {there}, then <put> {y} {other}",
    "before you <put> {y} {other}, <put> {x} {there}",
    "<put> {y} {other}, but first <put> {x} {there}",
)
_GIVE_BACK = Patterns(
    "kitchen/give-back",
    "<put> {x} back {there}",
    "I don't [want|need] {x} any more, <put> {it} {there}",
    "take {x} back to {spot}",
    "[here|thanks], I am done with {x}, <put> {it} {there}",
    "take {x} from me and <put> {it} {there}",
)


def _number(text: str, plural: bool) -> str:
    """The verbs of a sentence in the number of what it is about: `go_s` is `goes` or `go`."""
    one_, many = ("belongs", "goes", "has", "ends", "is", "it"), ("belong", "go", "have", "end", "are", "they")
    marks = ("belong_s", "go_s", "has_", "end_", "is_", "it_s")
    for mark, word in zip(marks, many if plural else one_, strict=True):
        text = text.replace(mark, word)
    return text


def _say(patterns: Patterns, rng: np.random.Generator, plural: bool = False, /, **slots: str) -> tuple[str, str]:
    marks = {"it_s": "it_s"}
    template, text = patterns.say(rng, **(marks | slots))
    return template, _number(text, plural)


def _where_to(place: str, rng: np.random.Generator) -> dict[str, str]:
    """How a place is spoken of as where to: with a verb of motion, and with one of rest."""
    rest = f"{'on' if place in TOPS else one(rng, ('in', 'in', 'inside'))} {spot(place, rng)}"
    return {"there": onto(place, rng), "there2": rest, "spot": spot(place, rng), "next": "Next"}


def _throw(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    loose = kitchen.loose()
    if not loose:
        return None
    thing = one(rng, loose)
    noun = kitchen.the(thing, rng)
    return noun and Wish(*_say(_THROW, rng, noun.plural, **noun.slots()), atom("in", thing, BIN))


def _throw_all(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All of a kind, or all of a kind but one."""
    kitchen = Kitchen(state)
    kind = _counted_kind(kitchen, rng)
    if kind is None:
        return None
    many, single = CATEGORY_WORDS[kind][1][0], one(rng, CATEGORY_WORDS[kind][0][:1])
    if len(kitchen.of(kind)) == 2 and chance(rng, 0.3):
        return _all_but(kitchen, kind, many, single, BIN, rng)
    return Wish(*_say(_THROW_ALL, rng, many=many, one=single), f"(forall (?x - {kind}) (in ?x trash_can))")


_ALL_BUT = Patterns(
    "kitchen/all-but",
    "<put> all the {many} {there}, <but> {x}",
    "<put> all the {many} <but> {x} {there}",
    "every {one} <but> {x} [goes|belongs] {there2}",
    "all the {many} [go|belong] {there2}, only {x} [stays|may stay] where it is",
    "leave {x} alone, but <put> all [the|] other {many} {there}",
)


def _all_but(kitchen: Kitchen, kind: str, many: str, single: str, place: str, rng: np.random.Generator) -> Wish | None:
    group = kitchen.of(kind)
    kept = one(rng, group)
    noun = kitchen.the(kept, rng)
    if noun is None or noun.plural or single in noun.text.split():
        return None
    goals = [to_place(n, place) for n in group if n != kept]
    template, text = _say(_ALL_BUT, rng, many=many, one=single, **noun.slots(), **_where_to(place, rng))
    return Wish(template, text, both(*goals))


def _counted_kind(kitchen: Kitchen, rng: np.random.Generator, most: int = 3) -> str | None:
    kinds = [
        k
        for k in ("fruit", "drink", "snack", "can", "bottle")
        if kitchen.settled(k) and 2 <= len(kitchen.of(k)) <= most
    ]
    return one(rng, kinds) if kinds else None


def _put(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    loose = kitchen.loose()
    if not loose:
        return None
    thing, place = one(rng, loose), one(rng, (*TOPS, *TOPS, *DRAWERS))
    noun = kitchen.the(thing, rng)
    if noun is None or kitchen.place[thing] == place or spot(place, rng) in noun.text:
        return None
    template, text = _say(_PUT, rng, noun.plural, **noun.slots(), **_where_to(place, rng))
    return Wish(template, text, to_place(thing, place))


def _from_to(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    things = [n for n in kitchen.loose() if kitchen.below.get(n) in TOPS]
    if not things:
        return None
    thing = one(rng, things)
    place = one(rng, [p for p in (*TOPS, *DRAWERS) if p != kitchen.place[thing]])
    same = [n for n in kitchen.things if kitchen.base[n] == kitchen.base[thing]]
    if [n for n in same if kitchen.place[n] == kitchen.place[thing]] != [thing]:
        return None
    source = str(kitchen.place[thing])
    word = kitchen.words(thing, rng)
    plural = word.endswith(("chips", "crisps")) and "of" not in word.split()
    slots = {"x": f"the {word}", "it": "them" if plural else "it", "be": "are" if plural else "is"}
    template, text = _say(_FROM, rng, plural, **slots, **{"from": spot(source, rng)}, **_where_to(place, rng))
    if len(same) > 1 and "from" not in text and source not in text:
        return None
    return Wish(template, text, to_place(thing, place))


def _everything(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    source = one(rng, TOPS)
    here = kitchen.at(source)
    if not 1 <= len(here) <= 3 or any(n not in kitchen.loose() or kitchen.below[n] != source for n in here):
        return None
    slots = {"from": spot(source, rng)}
    if chance(rng, 0.35):
        return Wish(*_say(_CLEAR, rng, **slots), f"(forall (?x - movable) (not (on ?x {source.replace(' ', '_')})))")
    place = one(rng, [p for p in (*TOPS, *DRAWERS) if p != source])
    goals = [to_place(n, place) for n in here]
    return Wish(*_say(_EVERYTHING, rng, **slots, **_where_to(place, rng)), both(*goals))


def _kind_to(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All of a kind to a place, all but one, or those at a place."""
    kitchen = Kitchen(state)
    kind = _counted_kind(kitchen, rng, 4)
    if kind is None:
        return None
    many, single = one(rng, CATEGORY_WORDS[kind][1][:1]), CATEGORY_WORDS[kind][0][0]
    place = one(rng, TOPS)
    if all(kitchen.place[n] == place for n in kitchen.of(kind)):
        return None
    chosen = rng.random()
    if chosen < 0.2:
        return _all_but(kitchen, kind, many, single, place, rng)
    if chosen < 0.45:
        source = one(rng, [p for p in TOPS if p != place])
        here = [n for n in kitchen.of(kind) if kitchen.below.get(n) == source]
        if len(here) < 2:
            return None
        slots = {"many": many, "one": single, "from": spot(source, rng), **_where_to(place, rng)}
        return Wish(*_say(_KIND_FROM, rng, **slots), both(*(to_place(n, place) for n in here)))
    template, text = _say(_KIND_TO, rng, many=many, one=single, **_where_to(place, rng))
    return Wish(template, text, f"(forall (?x - {kind}) (on ?x {place.replace(' ', '_')}))")


def _two_to(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    loose = kitchen.loose()
    if len(loose) < 2:
        return None
    first, second = some(rng, loose, 2)
    x, y = kitchen.the(first, rng), kitchen.the(second, rng)
    place, other = some(rng, (*TOPS, *DRAWERS[:1], BIN), 2)
    if x is None or y is None or place == kitchen.place[first]:
        return None
    if chance(rng, 0.5):
        if place == kitchen.place[second]:
            return None
        slots = {**x.slots(), "y": y.text, **_where_to(place, rng)}
        return Wish(*_say(_TWO_TO, rng, True, **slots), both(to_place(first, place), to_place(second, place)))
    if other == kitchen.place[second]:
        return None
    slots = {**x.slots(), "y": y.text, "other": onto(other, rng), **_where_to(place, rng)}
    template, text = _say(_TWO_WAYS, rng, x.plural, **slots)
    goal = both(to_place(first, place), to_place(second, other))
    stages = (to_place(first, place), goal) if "first" in text or "before" in text else ()
    return Wish(template, text, goal, stages=stages)


def _give_back(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something that the person has is to be taken away."""
    kitchen = Kitchen(state)
    here = [n for n in kitchen.at(USER) if "movable" in kitchen.kinds(n)]
    if not here:
        return None
    thing, place = one(rng, here), one(rng, (*TOPS, BIN))
    noun = kitchen.the(thing, rng)
    if noun is None:
        return None
    return Wish(*_GIVE_BACK.say(rng, **noun.slots(), **_where_to(place, rng)), to_place(thing, place))


_SEVERAL = Patterns(
    "kitchen/several",
    "<discard> {list}",
    "<throw> {list} [in the trash|in the bin|away]",
    "get rid of {list}",
    "{list} [can|should|must] go in the [trash|bin]",
    "I am done with {list}, [get rid of them|throw them away|bin them]",
)


def _several(state: SceneState, rng: np.random.Generator) -> Wish | None:
    found = Kitchen(state).pair(rng)
    if found is None:
        return None
    texts, goals = [noun.text for _, noun in found], [atom("in", name, BIN) for name, _ in found]
    return Wish(*_SEVERAL.say(rng, list=listed(texts)), both(*goals))


MOVING: dict[str, Drawer] = {
    "throw": _throw,
    "throw-all": _throw_all,
    "several": _several,
    "put": _put,
    "put-more": _put,
    "from-to": _from_to,
    "everything": _everything,
    "kind-to": _kind_to,
    "two-to": _two_to,
    "give-back": _give_back,
}
"""Wishes that things be somewhere else."""
