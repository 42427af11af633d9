"""Wishes on the tabletop that take something for granted which is not so: a thing in a bowl, a tower, a letter."""

from __future__ import annotations

import string

import numpy as np

from planner.language.corpus.frames import Frames, chance, one
from planner.language.corpus.look import Look
from planner.language.corpus.refer import view
from planner.language.corpus.scenes_tabletop import WORDS
from planner.language.corpus.tabletop_missing import movable_nouns, somewhere
from planner.language.corpus.wish import Drawer, Verdict, Wish
from sim.state import SceneState

_NOTHING_IN = Frames(
    "tabletop/nothing-there",
    "<remove> {x} <out> {y}",
    "<pick> {x} [in|inside|that is in] {y}",
    "<putin> {x} [that is in|lying in|from] {y} {at}",
    "take {x} [that's inside|in] {y} and put it {at}",
    "{x} [inside|that is in] {y} <goes> {at}",
)

_NOTHING_ON = Frames(
    "tabletop/nothing-on",
    "<pick> {x} [that is on|on top of|sitting on] {y}",
    "take {x} off {y}",
    "<putin> {x} [that is on|that lies on] {y} {at}",
    "{x} [sitting on|that is on] {y} <goes> {at}",
)

_NO_TOWER = Frames(
    "tabletop/no-tower",
    "[take|pull] the <tower> apart",
    "<put> {x} on [top of|] the <tower>",
    "[reverse|invert] the <tower>",
    "[take|get] the top {k} off the <tower>",
    "the <tower> <goes> {at}",
    "add {x} to the <tower>",
    "unstack the <tower>",
    "{x} should be the [base|bottom] of the <tower>",
    "move the [whole|entire|] <tower> {at}",
)
"""Where nothing stands on anything."""

_NO_LETTER = Frames(
    "tabletop/no-letter",
    "<pick> {l}",
    "<putin> {l} <in> {y}",
    "<put> {l} [left of|right of|next to|behind] {m}",
    "{l} <goes> {at}",
    "<pushonly> {l} [to the left|to the right|forward]",
    "<put> {m} [left of|right of|next to] {l}",
)

_NO_WORD = Frames(
    "tabletop/no-word",
    "[spell|write] {word}",
    "spell the word {word} [with the letters|using the tiles|from left to right|]",
    "[make|form] the word {word} [from|with] the [letters|tiles]",
    "the letters should [read|say|spell] {word}",
    "I want to [read|see] the word {word} on <table>",
)
_ALIKE = ({"block", "brick"}, {"disc", "ring"})
"""Nouns of which one might be said for the other."""


def nothing_there(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing in a container, or on something, where there is none of its kind: it may be empty, or hold others."""
    look, refer = view(state, rng)
    words = movable_nouns(look)
    if not words:
        return None
    word = one(rng, words)
    like = next((group for group in _ALIKE if word in group), {word})
    inside = one(rng, (True, False))
    options = look.containers() if inside else [o for o in look.surfaces() if o.name != look.held]
    bare = [o.name for o in options if not like & _nouns_at(look, o.name)]
    if not bare:
        return None
    frames = _NOTHING_IN if inside else _NOTHING_ON
    slots = {"x": f"the {refer.kind(word)}", "y": refer.named(one(rng, bare)), "at": somewhere(rng)}
    template, text = frames.say(rng, **slots)
    return Wish(template, text, None, Verdict.MISSING)


def _nouns_at(look: Look, name: str) -> set[str]:
    return {look.words[n] for n in (*look.contents(name), *look.on(name))}


def no_tower(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a tower where nothing movable stands on anything movable."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable()]
    # Most scenes are such.
    if chance(rng, 0.5):
        return None
    if len(things) < 2 or any("movable" in look.kind(b) for b in look.below.values() if b in state):
        return None
    x = one(rng, things)
    template, text = _NO_TOWER.say(rng, x=refer.named(x), k=one(rng, ("block", "cube", "one")), at=somewhere(rng))
    return Wish(template, text, None, Verdict.MISSING)


def no_letter(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A letter that is not there, or a word that has one in it."""
    look, refer = view(state, rng)
    tiles = [n for n, w in look.words.items() if w.startswith("letter ") and n not in look.twins]
    there = {look.words[n][-1] for n in tiles}
    if len(tiles) < 2:
        return None
    if one(rng, (True, False)):
        words = [w for w in WORDS if len(set(w)) == len(w) and set(w) & there and not set(w) <= there]
        if not words:
            return None
        word = one(rng, words)
        said = one(rng, (word, word.lower(), f'"{word}"', f"'{word.lower()}'", "-".join(word)))
        template, text = _NO_WORD.say(rng, word=said)
        return Wish(template, text, None, Verdict.MISSING)
    boxes = look.containers()
    letter = one(rng, [c for c in string.ascii_uppercase if c not in there])
    said = one(rng, (f"the letter {letter}", f"the letter {letter}", f"the {letter}", f"the letter tile {letter}"))
    y = refer.named(one(rng, boxes).name) if boxes else ""
    template, text = _NO_LETTER.say(rng, l=said, m=refer.named(one(rng, tiles)), y=y, at=somewhere(rng))
    if not boxes and template.endswith("/1"):
        return None
    return Wish(template, text, None, Verdict.MISSING)


WISHES: dict[str, Drawer] = {
    "nothing-there": nothing_there,
    "no-tower": no_tower,
    "no-letter": no_letter,
}
