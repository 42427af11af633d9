"""Other words for colours and shapes, said as the scene says them before a language model reads them.

`The crimson cube` becomes `the red block` where there are red things and blocks: a small model knows the words that it
was trained on, and people know more. What names nothing that is here stays, for then it may be missing.
"""

from __future__ import annotations

import re

from planner.language.nouns import COLOR_WORDS, NOUNS, plural
from planner.language.phrases import AS, any_of
from sim.catalog import COLORS
from sim.state import SceneState

_SHADES = {
    "red": "crimson scarlet vermilion cherry-red blood-red",
    "green": "emerald olive lime-green dark-green",
    "blue": "navy azure cobalt indigo sky-blue dark-blue",
    "yellow": "golden lemon-yellow",
    "purple": "lilac mauve lavender magenta-purple",
    "pink": "salmon-pink fuchsia",
    "cyan": "teal aquamarine",
    "brown": "tan chocolate-brown",
    "gray": "silver charcoal",
    "white": "ivory snow-white",
    "black": "jet-black pitch-black",
}
"""Names of shades that are none of ours, but nearer to one than to any other."""
_OTHERS = {word: color for color in COLORS for word in COLOR_WORDS.get(color, ()) if word != color}
_OTHERS |= {word: color for color, words in _SHADES.items() for word in words.split()} | AS
_UNUSUAL = ("cube", "disk", "sphere", "tube", "drum", "hoop", "crate", "wedge", "platter", "pedestal")
"""Words that have no other meaning here."""
_SHAPES = {word: noun for noun, words in NOUNS.items() for word in words if word in _UNUSUAL}
_SHAPES |= {plural(word): plural(noun) for word, noun in _SHAPES.items()}
_WORDS = re.compile(rf"\b(?:{any_of({*_OTHERS, *_SHAPES})})\b(?!-)", re.IGNORECASE)
_COLORED = re.compile(rf"\b({any_of(COLORS)})[- ](?:coloured|colored)\b", re.IGNORECASE)


def plain(text: str, state: SceneState) -> str:
    """A text with colours and shapes called as in the scene.

    Args:
        text: of a person.
        state: the scene.

    Returns:
        The text, with nothing else changed.
    """
    colors = {o.color for o in state.objects}
    nouns = {o.category for o in state.objects} | {plural(o.category) for o in state.objects}
    names = {word for name in state.names for word in name.split()}

    def usual(found: re.Match[str]) -> str:
        word = found[0].lower()
        meant = _OTHERS.get(word) or _SHAPES[word]
        if word in names or meant not in colors | nouns:
            return found[0]
        return meant.capitalize() if found[0][0].isupper() else meant

    return _COLORED.sub(lambda found: found[1], _WORDS.sub(usual, text))
