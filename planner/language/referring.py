"""Phrases that pick things out by measuring, said by name instead before a language model reads them.

`The second block from the left`, `all the smaller cubes on the top side`, `what is in the drawer`: which things these
are a program reads off, where a small model guesses (a program does the computing, as in PAL, arXiv 2211.10435). So is
`the ball`, where there is only one. In doubt a phrase stays as it is: where it fits nothing or, said of one, several;
where two things are as near; where `on the left` may say where to put something; where the scene will be another one.
"""

from __future__ import annotations

import math
import re

from planner.language import phrases
from planner.language.descriptions import After, Unclear, anchor, described, place
from planner.language.listing import listed, several
from planner.language.phrases import AFTER, PLURAL
from planner.language.referents import CLEARLY, at_hand, carried
from sim.state import SceneState
from skills.vocabulary import REGIONS


def grounded(text: str, state: SceneState) -> str:
    """A text in which phrases that pick things out by measuring are replaced by the names of these things.

    Args:
        text: of a person, in a scene.
        state: the scene.

    Returns:
        The text; as it was where nothing is measured, or in doubt.
    """
    if phrases.QUESTION.match(text):
        return text
    text = _emptied(listed(text, state), state)
    paired = phrases.PAIRED.search(text)
    opened = phrases.OPENED.search(text)
    done, result = 0, ""
    for found in phrases.PHRASE.finditer(text):
        if found.start() < done or (paired and _many(found)) or (opened and found["everything"]):
            continue
        names, end = _meant(found, text, state)
        if names:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            said = several(names)
            result += text[done:start] + (said[0].upper() + said[1:] if _begins(found[0].lstrip()) else said)
            done = end
    return _with_corners(result + text[done:], state)


def _begins(word: str) -> bool:
    """Whether it is written with a capital because it comes first; not because all is."""
    return word[:1].isupper() and not word[:2].isupper()


def _many(found: re.Match[str]) -> bool:
    """Whether a phrase may be about several things."""
    return bool(found["all"] or found["everything"]) or found["noun"].lower() in PLURAL


def _emptied(text: str, state: SceneState) -> str:
    """What is in or on a thing that is to be emptied onto another, by name."""
    found = phrases.EMPTYING.search(text)
    if found is not None and phrases.LATER.search(text[: found.start()]):
        return text
    try:
        things = carried(anchor(found, state), state)(at_hand(state)) if found else None
    except Unclear:
        return text
    if found is None or not things:
        return text
    verb = "Put" if _begins(found[0]) else "put"
    return f"{text[: found.start()]}{verb} {several([o.name for o in things])}{text[found.end() :]}"


def _with_corners(text: str, state: SceneState) -> str:
    """The corner that is nearest to something, by its name."""
    found = phrases.NEAR_CORNER.search(text) if state.family == "tabletop" else None
    try:
        where = place(found, state) if found else None
    except Unclear:
        return text
    if found is None or where is None:
        return text
    far = {n: math.dist([sum(b) / 2.0 for b in REGIONS[n]], where) for n in REGIONS if n.endswith("corner")}
    first, second = sorted(far, key=far.__getitem__)[:2]
    if far[second] - far[first] < CLEARLY:
        return text
    return f"{text[: found.start()]}the {first}{text[found.end() :]}"


def _meant(found: re.Match[str], text: str, state: SceneState) -> tuple[list[str], int]:
    """The names of the things that a phrase is about, and where it ends; no names where it is to stay as it is."""
    noun, many = (found["noun"] or "things").lower(), _many(found)
    afters, end = _afters(found, text)
    chosen = described(found, noun, many, afters, state)
    # A place that is not needed to tell which thing is meant says where it is to go.
    while afters and afters[-1][0] in phrases.ATTACHED and not afters[-1][1]["relative"] and not many:
        fewer = described(found, noun, many, afters[:-1], state)
        if fewer is None or len(fewer) != 1:
            break
        chosen, end = fewer, afters.pop()[1].start()
    if not chosen or (not many and len(chosen) != 1) or not _stands(found, afters, text, end):
        return [], end
    return [o.name for o in chosen], end


def _stands(found: re.Match[str], afters: list[After], text: str, end: int) -> bool:
    """Whether names can stand in the place of a phrase: nothing before it or after it depends on how it was said."""
    before = text[: found.start()]
    each = (found["all"] or "").lower().startswith(("each", "every"))
    if _many(found) and (phrases.PART_OF.search(before) or (each and phrases.PLACING.search(before))):
        return False
    if (found["everything"] or "").lower().startswith("what"):
        asked = phrases.ASKING.search(before) or not (before.strip() or phrases.GOES_ON.match(text, end))
        if asked:
            return False
    if not afters and not found["before"]:
        return bool(phrases.NAME_ENDS.match(text, end))
    if phrases.LATER.search(before) or phrases.IN_LINE.match(text, end):
        return False
    more = not afters and not _many(found) and phrases.AND_MORE.match(text, end)
    return bool(more or phrases.PHRASE_ENDS.match(text, end))


def _afters(found: re.Match[str], text: str) -> tuple[list[After], int]:
    """What is said after the noun, as far as it is about which thing is meant, and where it ends."""
    said: list[After] = []
    end = found.end()
    while len(said) < phrases.MOST_AFTERS and (following := _following(text, end)) is not None:
        said.append(following)
        end = following[1].end()
    while said and said[-1][0] in phrases.ATTACHED and not _is_about(found, said[-1], text, end):
        end = said.pop()[1].start()
    return said, end


def _following(text: str, end: int) -> After | None:
    """What is said of a noun from here on, and of which kind it is."""
    for kind, pattern in AFTER.items():
        found = pattern.match(text, end)
        # A colour comes after its noun only where it is said that it is so.
        if found is not None and (kind != "hue" or found["relative"]):
            return kind, found
    return None


def _is_about(found: re.Match[str], said: After, text: str, end: int) -> bool:
    """Whether a place that was said says which thing is meant, not where it is to go."""
    before, (kind, words) = text[: found.start()], said
    goes_on = phrases.ON_TO_THING if kind == "carried" else phrases.GOES_ON
    source = kind in ("side", "corner") and words[0].split()[0].lower() in ("off", "from")
    return bool(
        source
        or words["relative"]
        or phrases.PLACING.search(before)
        or phrases.TAKES.search(before)
        or goes_on.match(text, end)
    )
