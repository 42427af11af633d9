"""Phrases that pick things out by measuring, said by name instead before a language model reads them.

`The second block from the left`, `all the smaller cubes on the top side`, `what is in the drawer`: which things these
are a program reads off, where a small model guesses (a program does the computing, as in PAL, arXiv 2211.10435). So is
`the ball`, where there is only one. In doubt a phrase stays as it is: where it fits nothing or, said of one, several;
where two things are as near; where `on the left` may say where to put something; where the scene will be another one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from planner.language import phrases
from planner.language.phrases import AFTER, HUES, PLURAL, SIDES, SINGULAR
from planner.language.referents import (
    CLEARLY,
    Select,
    Things,
    at_hand,
    beyond,
    carried,
    colored,
    counted,
    in_tower,
    middle,
    nearest,
    of_class,
    on_side,
    outermost,
    robot_xy,
    sized,
    standing,
    superlative,
    towers,
    visible,
    within,
    without,
)
from sim.catalog import types_of
from sim.state import ObjectState, SceneState
from skills.vocabulary import REGIONS

_BEFORE_THE_ROBOT = ("tabletop", "desk", "reach")
"""Scene families in which all things lie before the robot, so that sides and distances are what people see."""


@dataclass(frozen=True)
class _Part:
    """What is said of a noun, before it or after it."""

    select: Select
    by: Literal["kind", "place", "inside", "last"] = "kind"
    """What it depends on: the `kind` of things, their size and colour; the `place` where they stand; what is `inside`;
    `last` comes what picks one, or so many, of those that all else has left."""


class _Unclear(Exception):
    """A phrase speaks of another thing that is not clear itself."""


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
    text = _emptied(text, state)
    paired = phrases.PAIRED.search(text)
    opened = phrases.OPENED.search(text)
    done, result = 0, ""
    for found in phrases.PHRASE.finditer(text):
        if found.start() < done or (paired and _many(found)) or (opened and found["everything"]):
            continue
        names, end = _meant(found, text, state)
        if names:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            said = _listed(names)
            result += text[done:start] + (said[0].upper() + said[1:] if _begins(found[0].lstrip()) else said)
            done = end
    return _with_corners(result + text[done:], state)


def _begins(word: str) -> bool:
    """Whether it is written with a capital because it comes first; not because all is."""
    return word[:1].isupper() and not word[:2].isupper()


def _many(found: re.Match[str]) -> bool:
    """Whether a phrase may be about several things."""
    return bool(found["all"] or found["everything"]) or found["noun"].lower() in PLURAL


def _listed(names: list[str]) -> str:
    """`the red block, the blue block and the green block`."""
    said = [f"the {name}" for name in names]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _emptied(text: str, state: SceneState) -> str:
    """What is in or on a thing that is to be emptied onto another, by name."""
    found = phrases.EMPTYING.search(text)
    if found is not None and phrases.LATER.search(text[: found.start()]):
        return text
    try:
        things = carried(_anchor(found, state), state)(at_hand(state)) if found else None
    except _Unclear:
        return text
    if found is None or not things:
        return text
    verb = "Put" if _begins(found[0]) else "put"
    return f"{text[: found.start()]}{verb} {_listed([o.name for o in things])}{text[found.end() :]}"


def _with_corners(text: str, state: SceneState) -> str:
    """The corner that is nearest to something, by its name."""
    found = phrases.NEAR_CORNER.search(text) if state.family == "tabletop" else None
    try:
        where = _place(found, state) if found else None
    except _Unclear:
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
    chosen = _chosen(found, noun, many, afters, state)
    # A place that is not needed to tell which thing is meant says where it is to go.
    while afters and afters[-1][0] in phrases.ATTACHED and not afters[-1][1]["relative"] and not many:
        fewer = _chosen(found, noun, many, afters[:-1], state)
        if fewer is None or len(fewer) != 1:
            break
        chosen, end = fewer, afters.pop()[1].start()
    if not chosen or (not many and len(chosen) != 1) or not _stands(found, afters, text, end):
        return [], end
    return [o.name for o in chosen], end


def _stands(found: re.Match[str], afters: list[tuple[str, re.Match[str]]], text: str, end: int) -> bool:
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
    listed = not afters and not _many(found) and phrases.AND_MORE.match(text, end)
    return bool(listed or phrases.PHRASE_ENDS.match(text, end))


def _chosen(
    found: re.Match[str], noun: str, many: bool, afters: list[tuple[str, re.Match[str]]], state: SceneState
) -> Things | None:
    """The things of which all is true that is said; None where nothing tells them from others of their kind."""
    words = re.findall(phrases.BEFORE, (found["before"] or "").lower())
    count = next((phrases.COUNTS[w] for w in words if w in phrases.COUNTS), None)
    if (found["all"] or "").lower().startswith("both"):
        count = 2
    rank = next((phrases.RANKS[w] for w in words if w in phrases.RANKS), None)
    kinds = {kind for kind, _ in afters}
    named = found["all"] or found["the"] or kinds & phrases.MEASURED
    kind = PLURAL[noun] if noun in PLURAL else SINGULAR[noun]
    if many and kind in (phrases.VOWEL, phrases.CONSONANT) and not afters and not words:
        return [o for o in state.objects if _is_a(o, kind)]
    # All that have a colour, or have not, a formula says as well; it holds for those that are not counted up, too.
    if many and kinds <= phrases.BY_COLOR and not set(words) - phrases.NON.keys():
        return None
    if "taken" in kinds and not many:
        return None
    if (not named and not (found["everything"] and kinds & {"carried", "taken"})) or bool(rank) != ("rank" in kinds):
        return None
    try:
        sides = not many and phrases.EACH.search(found.string) is None
        parts = [*_before(words, count, sides=sides), *_after(afters, state, count, rank)]
    except _Unclear:
        return None
    color = HUES[found["color"].strip().lower()] if found["color"] else None
    by = {part.by for part in parts}
    # Of all that can be moved some is furniture to people; the first of several is one.
    if (kind == phrases.ANYTHING and by & {"place", "last"}) or (many and count is None and "last" in by):
        return None
    if not parts:
        alone = bool(found["the"]) and noun in phrases.PLAIN and not words
        only = [o for o in state.objects if _is_a(o, kind) and color in (None, o.color)]
        return only if alone and len(only) == 1 else None
    chosen = _choose(kind, color, parts, state, on_table="table" in kinds)
    return chosen if chosen and count in (None, len(chosen)) else None


def _afters(found: re.Match[str], text: str) -> tuple[list[tuple[str, re.Match[str]]], int]:
    """What is said after the noun, as far as it is about which thing is meant, and where it ends."""
    said: list[tuple[str, re.Match[str]]] = []
    end = found.end()
    while len(said) < phrases.MOST_AFTERS and (following := _following(text, end)) is not None:
        said.append(following)
        end = following[1].end()
    while said and said[-1][0] in phrases.ATTACHED and not _is_about(found, said[-1], text, end):
        end = said.pop()[1].start()
    return said, end


def _following(text: str, end: int) -> tuple[str, re.Match[str]] | None:
    """What is said of a noun from here on, and of which kind it is."""
    for kind, pattern in AFTER.items():
        found = pattern.match(text, end)
        # A colour comes after its noun only where it is said that it is so.
        if found is not None and (kind != "hue" or found["relative"]):
            return kind, found
    return None


def _is_about(found: re.Match[str], said: tuple[str, re.Match[str]], text: str, end: int) -> bool:
    """Whether a place that was said says which thing is meant, not where it is to go."""
    before, (kind, place) = text[: found.start()], said
    goes_on = phrases.ON_TO_THING if kind == "carried" else phrases.GOES_ON
    source = kind in ("side", "corner") and place[0].split()[0].lower() in ("off", "from")
    return bool(
        source
        or place["relative"]
        or phrases.PLACING.search(before)
        or phrases.TAKES.search(before)
        or goes_on.match(text, end)
    )


def _before(words: list[str], count: int | None, *, sides: bool) -> Iterator[_Part]:
    """What is said before a noun; `the right bowl` is not the correct one only where there is talk of one alone."""
    for word in words:
        if word in phrases.SIZES:
            yield _Part(sized(phrases.SIZES[word]))
        elif word in phrases.IN_CLASS:
            yield _Part(of_class(phrases.IN_CLASS[word]))
        elif word in phrases.NON:
            yield _Part(without({phrases.NON[word]}))
        elif word in phrases.SUPERLATIVES:
            yield _Part(superlative(large=phrases.SUPERLATIVES[word], count=count or 1), "last")
        elif word in phrases.FIRST:
            yield _Part(outermost(phrases.FIRST[word], count or 1), "last")
        elif word == "middle":
            yield _Part(middle, "last")
        elif word in ("left", "right") and not sides:
            raise _Unclear
        elif word in ("left", "right"):
            yield _Part(lambda things, side=word: outermost(side)(things) if len(things) == 2 else None, "last")


def _after(
    afters: list[tuple[str, re.Match[str]]], state: SceneState, count: int | None, rank: int | None
) -> Iterator[_Part]:
    for kind, said in afters:
        if kind == "nearest":
            but = None if said["robot"] or said["region"] else _anchor(said, state)
            yield _Part(nearest(_place(said, state), count or 1, farthest=not said["near"], but=but), "last")
        elif kind == "outermost":
            yield _Part(outermost(said["side"].lower(), count or 1), "last")
        elif kind == "rank":
            yield _Part(counted(rank or 1, said["side"].lower()), "last")
        elif kind == "middle":
            yield _Part(middle, "last")
        elif kind == "side":
            side = SIDES[said["side"].lower()]
            # What is at the top or at the bottom may be so in a tower.
            if side in ("top", "bottom") and not said["told"] and towers(state):
                raise _Unclear
            yield _Part(on_side(side, state.family), "place")
        elif kind == "corner":
            yield _Part(within(phrases.CORNERS[said["corner"].lower()]), "place")
        elif kind == "beyond":
            yield _Part(beyond(_anchor(said, state), said["side"].lower()), "place")
        elif kind == "before":
            yield _Part(beyond(_anchor(said, state), "top" if said["front"].lower() == "behind" else "bottom"), "place")
        elif kind in ("carried", "taken"):
            yield _Part(carried(_anchor(said, state), state), "inside")
        elif kind == "tower":
            yield _Part(in_tower(state, top=bool(said["top"])))
        elif kind == "without":
            yield _Part(without({HUES[c] for c in re.findall(phrases.any_of(HUES), said["colors"].lower())}))
        elif kind == "hue":
            yield _Part(colored(HUES[said["is"].lower()]))
        elif kind == "like":
            yield _Part(colored(phrases.LIKE[said["like"].lower()]))
        elif kind == "class":
            yield _Part(of_class(phrases.CLASSES[said["class"].lower()]))


def _choose(kind: str, color: str | None, parts: list[_Part], state: SceneState, *, on_table: bool) -> Things | None:
    """Those of which all is true; None where it cannot be told, or differs if only what stands on the table counts."""
    by = {part.by for part in parts}
    if by & {"place", "last"} and state.family not in _BEFORE_THE_ROBOT:
        return None
    here = at_hand(state) if "inside" in by else visible(state)
    things = [o for o in here if _is_a(o, kind)]
    tried = [things]
    if by & {"place", "last"} and "inside" not in by:
        tried = [standing(state, things)] if on_table else [things, standing(state, things)]
    results = [_narrowed(some, color, parts) for some in tried]
    return results[0] if all(r == results[0] for r in results) else None


def _narrowed(things: Things, color: str | None, parts: list[_Part]) -> Things | None:
    """What is left after all parts: kinds first, then the colour, then places, then what picks one."""
    wanted = colored(color) if color else list
    left: Things | None = things
    for part in (p for p in parts if p.by == "kind"):
        found = part.select(left)
        # Of all things of a kind there may be many sizes, of those of one colour two.
        left = found if found is not None else part.select(wanted(left) or [])
        if left is None:
            return None
    left = wanted(left)
    for part in sorted((p for p in parts if p.by != "kind"), key=lambda p: p.by == "last"):
        if left is None:
            return None
        left = part.select(left)
    return left


def _is_a(thing: ObjectState, kind: str) -> bool:
    if kind == phrases.DISH:
        return thing.category in ("bowl", "plate")
    if kind in (phrases.VOWEL, phrases.CONSONANT):
        return thing.category == "letter" and (thing.name.split()[1] in "AEIOU") == (kind == phrases.VOWEL)
    return kind == thing.category or kind in types_of(thing.category)


def _place(said: re.Match[str], state: SceneState) -> tuple[float, float]:
    """Where what a phrase speaks of is: the robot, a corner, a thing; metres."""
    if said["robot"]:
        return robot_xy(state)
    if said["region"]:
        (x0, x1), (y0, y1) = REGIONS[phrases.CORNERS[said["region"].lower()]]
        return (x0 + x1) / 2.0, (y0 + y1) / 2.0
    x, y, _ = _anchor(said, state).position
    return x, y


def _anchor(said: re.Match[str], state: SceneState) -> ObjectState:
    """The one thing that a phrase speaks of.

    Raises:
        _Unclear: there is none, or there are several, or it is in the hand.
    """
    word = (said["what"] or "").lower()
    color = HUES.get((said["hue"] or "").lower())
    kind = word if word in state.names else phrases.PARTS.get(word, SINGULAR.get(word, word))
    fitting = [o for o in state.objects if (_is_a(o, kind) or o.name == kind) and color in (None, o.color)]
    if said["number"]:
        fitting = [o for o in fitting if o.name.endswith(f" {said['number']}")]
    if len(fitting) != 1 or fitting[0].name == state.robot.holding:
        raise _Unclear
    return fitting[0]
