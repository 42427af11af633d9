"""Wishes of the kitchen to be brought something: by name, by kind, by what it is like, one or several."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.kitchen_look import DRAWERS, TOPS, TRAITS, USER, Kitchen, spot
from planner.language.corpus.phrasing import Patterns, atom, both, chance, either, one, said, some
from planner.language.corpus.wish import Drawer, Wish
from planner.language.corpus.words import CATEGORY_WORDS
from sim.state import SceneState

KINDS = ("fruit", "drink", "snack", "chips", "food", "can", "bottle")

_NAMED = Patterns(
    "kitchen/bring",
    "<bring> me {x}",
    "<give> me {x}",
    "[please|] <bring> {x} [to me|over here|to the user|over to me]",
    "<want> {x}",
    "[may|could|can] I have {x}?",
    "go and <bring> {x} [for me|]",
    "I'll have {x}",
    "deliver {x} to [me|the user]",
    "come [back|here] with {x}",
    "{x} {be} what I [need|want]",
    "where {be} {x}? [bring|get] {it} to me",
    "I [can't find|am looking for|forgot] {x}, [can you <bring> {it}|<bring> {it} to me|please <bring> {it}]",
    "I'd [love|like] to have {x} [here|now|with me|]",
    "take {x} and [give|hand|pass] {it} to me",
    "pick up {x} and bring {it} [to me|over|here]",
    "{x}, [to me|for me|over here]",
    "see if you can <bring> me {x}",
    "my friend [would like|wants|asked for] {x}, <bring> {it} [here|to us|over here]",
    "[drive|go] over there and <bring> me {x}",
    "let me have {x}",
)
_ANY = Patterns(
    "kitchen/any",
    "<bring> me {a}",
    "<give> me {a}",
    "<want> {a}",
    "[could|can|may] I [get|have] {a}?",
    "I [feel like|am in the mood for|could do with] {a}",
    "I'd [love|like] {a}",
    "find {a} for me",
    "[get|bring|fetch] {a} [to me|over here|for the user]",
    "is there {a}? [I'd take one|bring me one|if so bring me one]",
    "{a} for me, [any will do|whichever is nearest|no matter which|it doesn't matter which|whichever you like]",
    "pick {a} and bring it to me",
    "I [haven't had|did not have] {a} today, <bring> me one",
    "my guest [asks for|would like|wants] {a}, <bring> one over",
    "[any|some] {word} would be [nice|great|good] [now|]",
    "<bring> me any {word} [you can find|you find|that you see|you like]",
)
_ONE_OF = Patterns(
    "kitchen/any-one-of",
    "<bring> me one of the {many}",
    "<want> one of the {many}",
    "<give> me [one|any one|any] of the {many}",
    "[could|can] I have one of the {many}?",
    "one of the {many} for me, [I don't care which|any will do]",
    "pick one of the {many} and bring it to me",
)
_TWO = Patterns(
    "kitchen/two",
    "<bring> me {x} and {y}",
    "<want> {x} and {y}",
    "<give> me both {x} and {y}",
    "[could|can] I have {x} together with {y}?",
    "<bring> {x} <also> {y} [to me|over here|for me]",
    "first <bring> me {x}, then {y}",
    "{x} and {y} for me",
    "<bring> me {x}. [Also|And also|After that] <bring> me {y}",
    "I'll take {x} and {y}",
    "my lunch is {x} with {y}, <bring> [me|] both",
)
_PAIR = Patterns(
    "kitchen/pair",
    "<bring> me two {many}",
    "<want> two {many}",
    "<give> me a couple of {many}",
    "two {many} for [me|my friend and me|us]",
    "[could|can] I have two {many}?",
    "there are two of us, <bring> {many} for both",
    "find me two different {many}",
    "I'd like a pair of {many}",
)
_ALL = Patterns(
    "kitchen/all",
    "<bring> me all the {many}",
    "<bring> all {many} to me",
    "<want> all of the {many}",
    "[gather|collect] the {many} and bring them to me",
    "every {one} [should|has to|must] be brought to me",
    "I want to see every {one} that we have, <bring> them here",
    "hand over all the {many} [you can find|you find|there are]",
)
_TRAIT = Patterns(
    "kitchen/trait",
    "<bring> me a {one} {trait}",
    "<want> a {one} {trait}",
    "[could|can|may] I have a {one} {trait}?",
    "find a {one} {trait} and bring it [to me|here]",
    "a {one} {trait} would be [nice|great|lovely]",
    "<give> me some {one} {trait}",
    "is there any {one} {trait}? <bring> it to me",
    "I'm looking for a {one} {trait}, <bring> me one",
    "I only take {many} of one sort: bring me a {one} {trait}",
)
_BUT = Patterns(
    "kitchen/but",
    "<bring> me a {one} but not {x}",
    "<want> a {one}, any <but> {x}",
    "<bring> me any {one} <but> {x}",
    "I don't [like|want|fancy] {x}, <bring> me [another|a different] {one}",
    "a {one} please, just not {x}",
    "I [already had|am tired of] {x}, so <bring> me some other {one}",
    "anything but {x}: [bring|get] me a {one}",
    "instead of {x} <bring> me a different {one}",
)
_SOURCE = Patterns(
    "kitchen/source",
    "<bring> me what is {at}",
    "<bring> me the thing {at}",
    "<want> [the thing|what is|whatever is] {at}",
    "there is [something|one thing] {at}, <bring> it to me",
    "[get|fetch] whatever lies {at} and hand it to me",
    "I left something {at}, <bring> it here",
    "look {at} and bring me what you find there",
)
_SORT_AT = Patterns(
    "kitchen/sort-at",
    "<bring> me the {one} {at}",
    "<want> the {one} that is {at}",
    "there is a {one} {at}, <bring> it to me",
    "the {one} {at} is for me, <bring> it over",
    "[get|fetch] the {one} {at} and [bring|give] it to me",
    "go to {spot} and bring me the {one} from there",
)
_HOLD = Patterns(
    "kitchen/hold",
    "pick up {x}",
    "take {x} [in your hand|into your hand|]",
    "grab {x} and hold on to {it}",
    "get hold of {x}",
    "lift {x} and keep {it} in your [hand|gripper]",
    "hold {x} [for a moment|for me|]",
    "go and pick up {x}",
    "find {x} and pick {it} up",
    "grasp {x}",
)


def _named(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    return _fetch(kitchen, rng, kitchen.loose(), _NAMED)


def _picked(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    if kitchen.held is not None or not (loose := kitchen.loose()):
        return None
    thing = one(rng, loose)
    noun = kitchen.the(thing, rng)
    return noun and Wish(*_HOLD.say(rng, **noun.slots()), atom("holding", thing))


def _fetch(kitchen: Kitchen, rng: np.random.Generator, names: list[str], patterns: Patterns) -> Wish | None:
    if not names:
        return None
    thing = one(rng, names)
    noun = kitchen.the(thing, rng)
    return noun and Wish(*patterns.say(rng, **noun.slots()), atom("at", thing, USER))


def _any(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One of a kind, where any will do: by its type, or by a name that several have."""
    kitchen = Kitchen(state)
    if chance(rng, 0.35):
        loose = kitchen.loose()
        bases = sorted({kitchen.base[n] for n in loose})
        if not bases:
            return None
        base = one(rng, bases)
        names = [n for n in loose if kitchen.base[n] == base]
        noun = kitchen.a(names[0], rng)
        word = kitchen.words(names[0], rng)
        template, text = _ANY.say(rng, a=noun.text, word=word)
        if noun.plural or noun.text.startswith("some "):
            text = text.replace("bring me one", "bring me some").replace(" one ", " some ").replace("me one", "me some")
            text = text.replace("I'd take one", "I'd take some").replace("bring it to me", "bring them to me")
            text = text if noun.plural else text.replace("bring them to me", "bring it to me")
        return Wish(template, text, kitchen.any_of(names, "(at {} user)"))
    kind = _kind(kitchen, rng)
    if kind is None:
        return None
    if len(kitchen.loose(kind)) > 1 and chance(rng, 0.3):
        template, text = _ONE_OF.say(rng, many=CATEGORY_WORDS[kind][1][0] if kind != "fruit" else "pieces of fruit")
        return Wish(template, text, kitchen.any_of(kitchen.loose(kind), "(at {} user)", kind))
    word = _single(kind, rng)
    article = one(rng, ("a", "a", "any", "one"))
    template, text = _ANY.say(rng, a=said(f"{article} {word}", rng), word=word)
    return Wish(template, text, kitchen.any_of(kitchen.loose(kind), "(at {} user)", kind))


def _kind(kitchen: Kitchen, rng: np.random.Generator, least: int = 1) -> str | None:
    """A type of which some are there; with the person there is none of it yet.

    Not food: who wants something to eat does not want ketchup.
    """
    held = [n for n in kitchen.at(USER)]
    kinds = [
        k
        for k in KINDS
        if k != "food" and len(kitchen.loose(k)) >= least and not any(k in kitchen.kinds(n) for n in held)
    ]
    return one(rng, kinds) if kinds else None


def _single(kind: str, rng: np.random.Generator) -> str:
    # Milk is no soda.
    return one(rng, [w for w in CATEGORY_WORDS[kind][0] if "soda" not in w])


def _many(kind: str, rng: np.random.Generator) -> str:
    return one(rng, CATEGORY_WORDS[kind][1])


def _two(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    loose = kitchen.loose()
    if len(loose) < 2:
        return None
    first, second = some(rng, loose, 2)
    if chance(rng, 0.3):
        kinds = [
            k
            for k in ("fruit", "drink", "snack")
            if kitchen.loose(k) and not set(kitchen.of(k)) & set(kitchen.at(USER))
        ]
        if len(kinds) < 2:
            return None
        a, b = some(rng, kinds, 2)
        slots = {"x": said(f"a {_single(a, rng)}", rng), "y": said(f"a {_single(b, rng)}", rng)}
        goals = [kitchen.any_of(kitchen.loose(k), "(at {} user)", k) for k in (a, b)]
        return Wish(*_TWO.say(rng, **slots), both(*goals))
    x, y = kitchen.the(first, rng), kitchen.the(second, rng)
    if x is None or y is None:
        return None
    return Wish(*_TWO.say(rng, x=x.text, y=y.text), both(atom("at", first, USER), atom("at", second, USER)))


def _pair(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    kind = _kind(kitchen, rng, 2)
    if kind is None or not kitchen.settled(kind):
        return None
    word = _many(kind, rng)
    if kind == "food" or (kind == "chips" and word in ("chips", "crisps")) or word == "fruit":
        return None
    template, text = _PAIR.say(rng, many=word)
    if "different" in text and len({kitchen.base[n] for n in kitchen.of(kind)}) < len(kitchen.of(kind)):
        return None
    goal = f"(exists (?x - {kind} ?y - {kind}) (and (not (= ?x ?y)) (at ?x user) (at ?y user)))"
    return Wish(template, text, goal)


def _all(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    kinds = [k for k in KINDS if kitchen.settled(k) and 2 <= len(kitchen.of(k)) <= 2]
    if not kinds:
        return None
    kind = one(rng, kinds)
    return Wish(*_ALL.say(rng, many=_many(kind, rng), one=_single(kind, rng)), f"(forall (?x - {kind}) (at ?x user))")


def _trait(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Of a kind, what is like this and not like that."""
    kitchen = Kitchen(state)
    kind, having, phrases = TRAITS[one(rng, sorted(TRAITS))]
    names = [n for n in kitchen.loose(kind) if kitchen.base[n] in having]
    if not names or len(kitchen.of(kind)) == len(names):
        return None
    slots = {"one": _single(kind, rng), "many": _many(kind, rng), "trait": one(rng, phrases)}
    return Wish(*_TRAIT.say(rng, **slots), either(*(atom("at", n, USER) for n in names)))


def _but(state: SceneState, rng: np.random.Generator) -> Wish | None:
    kitchen = Kitchen(state)
    kind = _kind(kitchen, rng, 2)
    if kind is None:
        return None
    left_out = one(rng, kitchen.loose(kind))
    names = [n for n in kitchen.loose(kind) if kitchen.base[n] != kitchen.base[left_out]]
    noun = kitchen.the(left_out, rng)
    single = _single(kind, rng)
    if not names or noun is None or single in noun.text:
        return None
    return Wish(*_BUT.say(rng, one=single, **noun.slots()), either(*(atom("at", n, USER) for n in names)))


def _source(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The only thing at a place, or the only one of its kind there."""
    kitchen = Kitchen(state)
    place = one(rng, (*TOPS, *DRAWERS))
    here = kitchen.at(place)
    at = f"{'on' if place in TOPS else 'in'} {spot(place, rng)}"
    if len(here) == 1 and here[0] in kitchen.loose() and chance(rng, 0.5):
        return Wish(*_SOURCE.say(rng, at=at), atom("at", here[0], USER))
    kinds = [k for k in KINDS[:5] if len([n for n in here if k in kitchen.kinds(n)]) == 1]
    if not kinds:
        return None
    kind = one(rng, kinds)
    thing = next(n for n in here if kind in kitchen.kinds(n))
    if thing not in kitchen.loose():
        return None
    slots = {"one": _single(kind, rng), "at": at, "spot": spot(place, rng)}
    return Wish(*_SORT_AT.say(rng, **slots), atom("at", thing, USER))


_NOT_ALSO = Patterns(
    "kitchen/only",
    "<bring> me {x} and leave {y} where {yit} {ybe}",
    "<bring> me {x}, not {y}",
    "<want> {x}, but leave {y} alone",
    "don't touch {y}, just <bring> me {x}",
    "not {y}, {x}: [bring|get] {it} to me",
    "<give> me {x} instead of {y}",
)


def _only(state: SceneState, rng: np.random.Generator) -> Wish | None:
    found = Kitchen(state).pair(rng)
    if found is None:
        return None
    (first, x), (_, y) = found
    pronoun = "they" if y.plural else "it"
    slots = x.slots() | {"y": y.text, "yit": pronoun, "ybe": "are" if y.plural else "is"}
    return Wish(*_NOT_ALSO.say(rng, **slots), atom("at", first, USER))


BRINGING: dict[str, Drawer] = {
    "bring": _named,
    "bring-more": _named,
    "hold": _picked,
    "any": _any,
    "any-more": _any,
    "two": _two,
    "pair": _pair,
    "all": _all,
    "trait": _trait,
    "but": _but,
    "source": _source,
    "only": _only,
}
"""Wishes to be brought something."""
