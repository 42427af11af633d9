"""Several things, told one by one before a language model reads of them.

`All the energy bars`, where two have that name; letters that are to be put in the order of the alphabet, which a
program knows; `the pile of red pieces`, which is all of them. What else is said in the text stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from planner.language.nouns import plural
from planner.language.phrases import HUES, PAIRED, PLURAL, SINGULAR, any_of
from sim.catalog import COLORS
from sim.state import SceneState

_ALPHABET = re.compile(r"\b(?:alphabetical(?:ly)?|(?:the )?alphabet|from A to Z|from Z to A)\b", re.IGNORECASE)
_BACKWARDS = re.compile(r"\b(?:reverse\w*|backwards?|against|descending|from Z|right to left)\b", re.IGNORECASE)
_OTHERS = {*SINGULAR, *PLURAL} - {"letter", "letters", "letter tile", "letter tiles"}
_ELSE = re.compile(
    rf"\b(?:{any_of({*_OTHERS, *HUES})}|top|bottom|front|back|middle|near|far|then|except|but)\b", re.IGNORECASE
)
"""Words by which more is wanted than an order from left to right."""
_HEAP = re.compile(
    rf"\b(?:the|a|this|that) (?:pile|heap|bunch) of (?:the )?(?=(?:(?:{any_of(HUES)}) )?(?:pieces|crumbs)\b)",
    re.IGNORECASE,
)


def listed(text: str, state: SceneState) -> str:
    """A text in which such groups are told thing by thing.

    Args:
        text: of a person, in a scene.
        state: the scene.

    Returns:
        The text; as it was where there is no such group.
    """
    return _of_one_name(_in_alphabet(_HEAP.sub("all the ", text), state), state)


def several(names: list[str]) -> str:
    """`the red block, the blue block and the green block`."""
    said = [f"the {name}" for name in names]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _in_alphabet(text: str, state: SceneState) -> str:
    """Each letter left of the next, where that is all that is wanted."""
    letters = sorted(o.name for o in state.objects if o.category == "letter")
    found = _ALPHABET.search(text)
    if found is None or len(letters) < 2 or len({n.split()[1] for n in letters}) < len(letters) or _ELSE.search(text):
        return text
    ordered = letters[::-1] if _BACKWARDS.search(text) else letters
    return ", ".join(f"the {a} left of the {b}" for a, b in pairwise(ordered))


def _of_one_name(text: str, state: SceneState) -> str:
    """Things with names of their own, such as `energy bar` and `energy bar 2`; those of a colour a formula tells."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in state.names:
        alike[name.rstrip("0123456789 ")].append(name)
    for stem, names in alike.items():
        if len(names) < 2 or stem.split()[0] in COLORS or PAIRED.search(text):
            continue
        noun = rf"(?:{plural(stem)}|{stem} (?:objects|items|things))"
        group = re.compile(rf"\b(?:(?:all|both|every one)(?: of)?(?: the)?|the(?: two)?) {noun}\b", re.IGNORECASE)
        text = group.sub(several(names), text)
    return text
