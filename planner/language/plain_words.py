"""Other words for colours and shapes, said as the scene says them before a language model reads them.

`The crimson cube` becomes `the red block` where there are red things and blocks: a small model knows the words that it
was trained on, and people know more. What names nothing that is here stays, for then it may be missing; so does a shade
that may be one of two colours that are here.
"""

from __future__ import annotations

import re

from planner.language.nouns import COLOR_WORDS, NOUNS, plural
from planner.language.phrases import AS, HUES, PLURAL, SINGULAR, any_of
from sim.catalog import COLORS
from sim.state import SceneState

SHADES = {
    "crimson": ("red",),
    "scarlet": ("red",),
    "emerald": ("green", "cyan"),
    "navy": ("blue", "purple"),
    "azure": ("blue", "cyan"),
    "cobalt": ("blue", "purple"),
    "indigo": ("blue", "purple"),
    "golden": ("yellow", "orange", "brown"),
    "lilac": ("purple", "pink"),
    "mauve": ("purple", "pink"),
    "fuchsia": ("pink", "purple"),
    "teal": ("cyan", "blue", "green"),
    "aquamarine": ("cyan", "blue", "green"),
    "silver": ("gray", "white"),
    "charcoal": ("gray", "black"),
    "ivory": ("white", "yellow"),
}
"""Shades that are none of our colours: the one that they are nearest to, and others that they could be."""
_OTHERS = {word: color for color in COLORS for word in COLOR_WORDS.get(color, ()) if word != color} | AS
_UNUSUAL = ("cube", "disk", "sphere", "tube", "hoop", "crate", "platter", "pedestal")
"""Words that have no other meaning here."""
_SHAPES = {word: noun for noun, words in NOUNS.items() for word in words if word in _UNUSUAL}
_SHAPES |= {plural(word): plural(noun) for word, noun in _SHAPES.items()}
_NAMED = rf"(?= (?:(?:{any_of(HUES)}|and|or) )*(?:{any_of([*SINGULAR, *PLURAL, 'one', 'ones'])})\b)"
_WORDS = re.compile(
    rf"(?P<article>\b[Aa]n? )?\b(?:(?P<word>{any_of({*_OTHERS, *_SHAPES})})\b(?!-)"
    rf"|(?P<shade>{any_of(SHADES)}){_NAMED})",
    re.IGNORECASE,
)
"""A shade is only one before what has it."""
_SPELT = re.compile(r"\b(?:spell|write|words?)\b", re.IGNORECASE)
"""What follows may be meant letter by letter."""
_LIKE = re.compile(r"\b(?:colou?r of|like)(?: the| an?)? ?$", re.IGNORECASE)
"""What comes after these is a thing that has a colour."""
_LIGHTS = {"green": "led", "yellow": "lightbulb"}
"""The desk's lights by the colour in which they shine."""
_LIGHT = re.compile(rf"\b({any_of(_LIGHTS)}) (?:lights?|lamp|bulb|light ?bulb)\b", re.IGNORECASE)
_COLORED = re.compile(rf"\b({any_of(COLORS)})[- ](?:coloured|colored)\b", re.IGNORECASE)


def _usual(word: str) -> tuple[str, tuple[str, ...]]:
    """What a word is called in scenes, and what else it could be."""
    if word in SHADES:
        return SHADES[word][0], SHADES[word][1:]
    return _OTHERS.get(word) or _SHAPES[word], ()


def plain(text: str, state: SceneState) -> str:
    """A text with colours and shapes called as in the scene.

    Args:
        text: of a person.
        state: the scene.

    Returns:
        The text, with nothing else changed but `a` and `an`.
    """
    colors = {o.color for o in state.objects}
    nouns = {o.category for o in state.objects} | {plural(o.category) for o in state.objects}
    names = {word for name in state.names for word in name.split()}
    spelt = _SPELT.search(text)
    end = spelt.start() if spelt else len(text)

    def usual(found: re.Match[str]) -> str:
        word = found["word"] or found["shade"]
        start = found.end() - len(word)
        # A capital within a sentence begins a name.
        name = word[0].isupper() and text[:start].strip() != ""
        if start >= end or name or word.lower() in names or _LIKE.search(text[:start]):
            return found[0]
        meant, others = _usual(word.lower())
        if meant not in colors | nouns or colors.intersection(others):
            return found[0]
        article = found["article"] or ""
        if article:
            article = f"{article[0]}n " if meant[0] in "aeio" else f"{article[0]} "
        return article + (meant.capitalize() if word[0].isupper() else meant)

    if set(_LIGHTS.values()) <= set(state.names):
        text = _LIGHT.sub(lambda found: _LIGHTS[found[1].lower()], text)
    return _COLORED.sub(lambda found: found[1], _WORDS.sub(usual, text))
