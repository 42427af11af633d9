"""What to ask a person whose words fit several things, and what to say of those that fit none."""

from __future__ import annotations

import re
from collections.abc import Collection

from planner.language.reference import SAME, missing
from sim.catalog import COLORS, types_of
from sim.state import ObjectState, SceneState

_LISTED = 8
"""A question names so many things at most."""
_ANY_OF_THEM = frozenset({"a", "an", "any", "some", "all", "every", "each", "both", "two", "three", "no"})
"""What stands before a noun where it does not matter which one, or all are meant."""
_UNNAMED = frozenset({"one", "thing", "object", "item"})


def which_one(said: str, state: SceneState, asked: Collection[str] = ()) -> str:
    """A question that names the things that may be meant.

    Args:
        said: the instruction, and what the person has said since.
        state: the scene.
        asked: questions that were asked before; none of them is asked again.

    Returns:
        Such as `Which block do you mean: the red block or the blue block?`; where no word fits several things it asks
        for other words.
    """
    words = [SAME.get(w, w) for w in re.findall(r"[a-z]+", said.lower())]
    nouns = {w for o in state.objects for w in _words_for(o)} | _UNNAMED
    # A question that is put all the same, of `any block`, still names the blocks.
    for skipped in (_ANY_OF_THEM, frozenset[str]()):
        for index, noun in enumerate(words):
            before = words[max(index - 2, 0) : index]
            # Plurals are no nouns of the scene: who says `blocks` means all that fit.
            if noun not in nouns or skipped & set(before):
                continue
            color = before[-1] if before and before[-1] in COLORS else None
            question = _question(noun, color, [o.name for o in state.objects if _fits(o, noun, color)])
            if question is not None and question not in asked:
                return question
    movable = [o.name for o in state.objects if "movable" in types_of(o.category)][:_LISTED]
    listed = f" I see {_listed(movable, 'and')}." if movable else ""
    return f"I am not sure what you mean; can you say it in other words?{listed}"


def not_here(said: str, state: SceneState) -> str:
    """Why something is refused that speaks of a thing that is not there, naming it where it can be found."""
    absent = missing(said, state)
    return "something that it speaks of is not in the scene" if absent is None else f"there is no {absent} in the scene"


def _words_for(thing: ObjectState) -> set[str]:
    """Nouns that a person may use for a thing: kinds, and the words of its name that are no colour."""
    words = {w for w in thing.name.split() if w != thing.color and w.isalpha()}
    return words | {t for t in types_of(thing.category) if t.isalpha() and t != "object"}


def _fits(thing: ObjectState, noun: str, color: str | None) -> bool:
    if color is not None and thing.color != color:
        return False
    return noun in _words_for(thing) or (noun in _UNNAMED and "movable" in types_of(thing.category))


def _question(noun: str, color: str | None, names: list[str]) -> str | None:
    if not 2 <= len(names) <= _LISTED or (noun in _UNNAMED and color is None):
        return None
    return f"Which {noun if color is None else f'{color} {noun}'} do you mean: {_listed(names, 'or')}?"


def _listed(names: list[str], join: str) -> str:
    whole = [f"the {name}" for name in names]
    return whole[0] if len(whole) == 1 else f"{', '.join(whole[:-1])} {join} {whole[-1]}"
