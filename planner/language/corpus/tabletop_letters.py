"""Wishes about letters on the tabletop: words, the order of the alphabet, vowels."""

from __future__ import annotations

import itertools

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, name, one
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.scenes_tabletop import WORDS
from planner.language.corpus.wish import Drawer, Wish
from sim.state import SceneState

_SPELL = Frames(
    "tabletop/spell",
    "[spell|write] {word}",
    "spell the word {word} [with the letters|using the tiles|from left to right|]",
    "[make|form] the word {word} [from|with] the [letters|tiles]",
    "write the word {word} on <table>",
    "the letters should [read|say|spell] {word}",
    "I want to [read|see] the word {word} on <table>",
    "[arrange|order] the letter tiles so that they [spell|read] {word}",
)

_ALPHABET = Frames(
    "tabletop/alphabet",
    "<sort> the [letters|tiles|letter tiles] {how}",
    "<line> the [letters|tiles] {how}",
    "the [letters|tiles] should [lie|be] {how}",
    "<want> the [letters|letter tiles] {how}",
    "{how}: that is how the [letters|tiles] should lie",
)
_FORWARD = (
    *("alphabetically", "in the order of the alphabet", "from A to Z", "in alphabetical order"),
    *("alphabetically, left to right", "in the order of the alphabet from the left"),
)
_BACK = ("from Z to A", "in reverse alphabetical order", "against the order of the alphabet")

_VOWELS = Frames(
    "tabletop/vowels",
    "[put|place|set] the {which} {at}",
    "[move|bring|take] the {which} {to}",
    "the {which} <go> {at}",
    "<want> the {which} {at}",
    "[pick out|sort out] the {which} and [put|lay] them {at}",
)
_VOWELS_IN = Frames(
    "tabletop/vowels-in",
    "<putin> the {which} <in> {y}",
    "the {which} <go> <inside> {y}",
    "<gather> the {which} in {y}",
    "{y} is for the {which}",
)


def spell(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A word of letters, from left to right."""
    look, _ = view(state, rng)
    there = {n[-1] for n in look.words.values() if n.startswith("letter ")}
    if look.held is not None:
        return None
    words = [w for w in WORDS if set(w) <= there and len(set(w)) == len(w)]
    if not words:
        return None
    word = one(rng, words)
    said = one(rng, (word, word.lower(), f'"{word}"', f"'{word.lower()}'", "-".join(word)))
    template, text = _SPELL.say(rng, word=said)
    pairs = itertools.pairwise(word)
    return Wish(template, text, both(*(atom("left-of", f"letter {a}", f"letter {b}") for a, b in pairs)))


def alphabet(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All letters in the order of the alphabet, from left to right; or the other way."""
    look, _ = view(state, rng)
    letters = sorted(n for n, word in look.words.items() if word.startswith("letter "))
    if look.held is not None or not 2 <= len(letters) <= 6 or set(letters) & look.twins:
        return None
    back = one(rng, (False, False, True))
    template, text = _ALPHABET.say(rng, how=one(rng, _BACK if back else _FORWARD))
    ordered = letters[::-1] if back else letters
    return Wish(template, text, both(*(atom("left-of", a, b) for a, b in itertools.pairwise(ordered))))


def vowels(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The vowels, or the consonants, to a part of the table or into a container."""
    look, refer = view(state, rng)
    letters = [o.name for o in look.movable() if look.words[o.name].startswith("letter ")]
    which = one(rng, ("vowels", "consonants"))
    chosen = [n for n in letters if (n[-1] in "AEIOU") == (which == "vowels")]
    if not 1 <= len(chosen) <= 3 or len(chosen) == len(letters) or look.held is not None:
        return None
    which = which.removesuffix("s") if len(chosen) == 1 else which
    boxes = look.containers()
    if boxes and one(rng, (True, False)):
        y = one(rng, boxes).name
        template, text = _VOWELS_IN.say(rng, which=which, y=refer.named(y))
        return Wish(template, text, both(*(f"(in {name(n)} {name(y)})" for n in chosen)))
    where = draw_region(rng)
    if any(look.carried_to(n, where.name) for n in chosen):
        return None
    template, text = _VOWELS.say(rng, which=which, at=where.at, to=where.to)
    return Wish(template, text, both(*(atom("at", n, where.name) for n in chosen)))


WISHES: dict[str, Drawer] = {
    "spell": spell,
    "alphabet": alphabet,
    "vowels": vowels,
}
