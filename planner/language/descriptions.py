"""What a phrase is about: of the things of a scene those of which all is true that is said.

The words are those of `planner.language.phrases`, the measuring is in `planner.language.referents`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from planner.language import phrases
from planner.language.phrases import HUES, PLURAL, SIDES, SINGULAR
from planner.language.referents import (
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

BEFORE_THE_ROBOT = ("tabletop", "desk", "reach")
"""Scene families in which all things lie before the robot, so that sides and distances are what people see."""
After = tuple[str, re.Match[str]]
"""What is said of a noun after it: of which kind it is, a key of `phrases.AFTER`, and its words."""


@dataclass(frozen=True)
class _Part:
    """What is said of a noun, before it or after it."""

    select: Select
    by: Literal["kind", "place", "inside", "last"] = "kind"
    """What it depends on: the `kind` of things, their size and colour; the `place` where they stand; what is `inside`;
    `last` comes what picks one, or so many, of those that all else has left."""


class Unclear(Exception):
    """A phrase speaks of another thing that is not clear itself."""


def described(found: re.Match[str], noun: str, many: bool, afters: Sequence[After], state: SceneState) -> Things | None:
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
    except Unclear:
        return None
    color = HUES[found["color"].strip().lower()] if found["color"] else None
    by = {part.by for part in parts}
    # Of all that can be moved some is furniture to people; the first of several is one.
    if (kind == phrases.ANYTHING and by & {"place", "last"}) or (many and count is None and "last" in by):
        return None
    if not parts:
        alone = bool(found["the"]) and not words
        return _only(noun, kind, color, state) if alone else None
    chosen = _choose(kind, color, parts, state, on_table="table" in kinds)
    return chosen if chosen and count in (None, len(chosen)) else None


def _only(noun: str, kind: str, color: str | None, state: SceneState) -> Things | None:
    """The only thing of its kind; of `the thing`, the one in the hand."""
    if kind == phrases.ANYTHING and noun in SINGULAR and color is None and state.robot.holding is not None:
        return [state[state.robot.holding]]
    only = [o for o in state.objects if _is_a(o, kind) and color in (None, o.color)]
    return only if noun in phrases.PLAIN and len(only) == 1 else None


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
            raise Unclear
        elif word in ("left", "right"):
            yield _Part(lambda things, side=word: outermost(side)(things) if len(things) == 2 else None, "last")


def _after(afters: Sequence[After], state: SceneState, count: int | None, rank: int | None) -> Iterator[_Part]:
    for kind, said in afters:
        if kind == "nearest":
            but = None if said["robot"] or said["region"] else anchor(said, state)
            yield _Part(nearest(place(said, state), count or 1, farthest=not said["near"], but=but), "last")
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
                raise Unclear
            yield _Part(on_side(side, state.family), "place")
        elif kind == "corner":
            yield _Part(within(phrases.CORNERS[said["corner"].lower()]), "place")
        elif kind == "beyond":
            yield _Part(beyond(anchor(said, state), said["side"].lower()), "place")
        elif kind == "before":
            yield _Part(beyond(anchor(said, state), "top" if said["front"].lower() == "behind" else "bottom"), "place")
        elif kind in ("carried", "taken"):
            yield _Part(carried(anchor(said, state), state), "inside")
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
    if by & {"place", "last"} and state.family not in BEFORE_THE_ROBOT:
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


def place(said: re.Match[str], state: SceneState) -> tuple[float, float]:
    """Where what a phrase speaks of is: the robot, a corner, a thing; metres."""
    if said["robot"]:
        return robot_xy(state)
    if said["region"]:
        (x0, x1), (y0, y1) = REGIONS[phrases.CORNERS[said["region"].lower()]]
        return (x0 + x1) / 2.0, (y0 + y1) / 2.0
    x, y, _ = anchor(said, state).position
    return x, y


def anchor(said: re.Match[str], state: SceneState) -> ObjectState:
    """The one thing that a phrase speaks of.

    Raises:
        Unclear: there is none, or there are several, or it is in the hand.
    """
    word = (said["what"] or "").lower()
    color = HUES.get((said["hue"] or "").lower())
    kind = word if word in state.names else phrases.PARTS.get(word, SINGULAR.get(word, word))
    fitting = [o for o in state.objects if (_is_a(o, kind) or o.name == kind) and color in (None, o.color)]
    if said["number"]:
        fitting = [o for o in fitting if o.name.endswith(f" {said['number']}")]
    if len(fitting) != 1 or fitting[0].name == state.robot.holding:
        raise Unclear
    return fitting[0]
