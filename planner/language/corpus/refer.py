"""Ways of speaking of one thing so that it is clear which: by its name, by a simile, by where it is, by its size."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from planner.language.corpus.frames import chance, expand, one
from planner.language.corpus.look import Look
from planner.language.nouns import ATTRIBUTES, COLOR_WORDS, NOUNS, SIMILES, THING_WORDS, TYPES
from planner.language.places import square
from sim.state import TABLE, ObjectState, SceneState

_CLEARLY = 1.0
"""Squares by which one thing must be nearer, or farther to a side, than another to be spoken of by it."""
_ROBOT = (8.5, -4.5)
"""Column and row, from 0, at which the robot's foot would be: in the middle, before the board."""
_ORDINALS = {1: "second", 2: "third", 3: "fourth"}


class Refer:
    """Speaks of the things of a scene."""

    def __init__(self, look: Look, rng: np.random.Generator) -> None:
        self.look = look
        self._rng = rng

    # -- plain -----------------------------------------------------------------------------------------------------

    def noun(self, name: str) -> str:
        """A word for what it is, without its colour."""
        word = self.look.words.get(name, name)
        if word in NOUNS:
            return self.kind(word)
        if word.startswith("letter "):
            letter = word[-1]
            return one(self._rng, (word, word, f"{letter}", f"letter tile {letter}", f"tile with the {letter}"))
        options = THING_WORDS.get(word, (word,))
        return one(self._rng, options) if chance(self._rng, 0.5) else word

    def kind(self, word: str) -> str:
        """A word for things called by a noun, whether there are any or not; none that fits things of another noun."""
        options = NOUNS[word]
        if word == "bowl" and self.look.nouns["plate"]:
            options = (word,)
        if word == "box" and (self.look.nouns["bowl"] or self.look.nouns["basket"]):
            options = tuple(n for n in options if n != "container")
        return one(self._rng, options)

    def color(self, color: str) -> str:
        """A word for a colour."""
        return one(self._rng, COLOR_WORDS.get(color, (color,)))

    def bare(self, name: str) -> str:
        """Colour and noun without an article: `red cube`."""
        thing = self.look.state[name]
        own = self.look.words.get(name) in NOUNS
        if not own or not thing.color:
            return self.noun(name)
        form = one(self._rng, ("-coloured", " coloured", "-colored", " colored")) if chance(self._rng, 0.03) else ""
        return f"{self.color(thing.color)}{form} {self.noun(name)}"

    def named(self, name: str) -> str:
        """By its name, with synonyms at most; things whose name is not theirs alone are given their number."""
        if name in self.look.twins:
            return f"the {name}"
        return f"the {self.bare(name)}"

    def the(self, name: str, fancy: float = 0.16) -> str:
        """A phrase that fits it alone: mostly its name; with some probability another."""
        if name in self.look.twins or chance(self._rng, fancy):
            found = self.other(name)
            if found is not None:
                return found[1]
        short = [p for p in self._short(name)]
        if short and chance(self._rng, 0.12):
            return one(self._rng, short)
        return self.named(name)

    def _short(self, name: str) -> Iterator[str]:
        """What is enough where nothing else in the scene is of its kind, or of its colour."""
        look, thing, word = self.look, self.look.state[name], self.look.words[name]
        if look.nouns[word] == 1 and word in NOUNS and thing.color:
            yield f"the {word}"
        if thing.color and word in NOUNS and sum(o.color == thing.color for o in look.things) == 1:
            yield f"the {self.color(thing.color)} one" if look.nouns[word] > 1 else f"the {thing.color} thing"

    # -- other ways ------------------------------------------------------------------------------------------------

    def other(self, name: str) -> tuple[str, str] | None:
        """Style and phrase of another way of speaking of it than by its name; None where there is none."""
        found: dict[str, list[str]] = {}
        for style, phrase in self._others(name):
            if phrase:
                found.setdefault(style, []).append(phrase)
        if not found:
            return None
        style = one(self._rng, sorted(found))
        return style, expand(one(self._rng, found[style]), self._rng)

    def _others(self, name: str) -> Iterator[tuple[str, str]]:
        thing = self.look.state[name]
        yield from self._similes(thing)
        yield from self._attributes(thing)
        yield from self._sizes(thing)
        yield from self._elimination(thing)
        if name != self.look.held:
            yield from self._carried(thing)
            yield from self._ordered(thing)
            yield from self._nearest(thing)
            yield from self._sides(thing)
            yield from self._towers(thing)

    def _similes(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        look, word = self.look, self.look.words[thing.name]
        if thing.color is None or word not in NOUNS or thing.name in look.twins:
            return
        alike = {"cyan", "blue"} if thing.color in ("cyan", "blue") else {thing.color}
        if thing.color == "red":
            alike = {"red", "pink"}
        if any(o.color in alike - {thing.color} for o in look.words_of(word)):
            return
        like = one(self._rng, SIMILES[thing.color])
        short = like.split(" ", 1)[-1] if like.startswith(("a ", "an ", "the ")) else like
        noun = self.noun(thing.name)
        yield "simile", f"the {short.replace(' ', '-')}-[coloured|colored] {noun}"
        yield "simile", f"the {noun} [that is|that's|which is|with|having] the [colour|color] of {like}"
        yield "simile", f"the {noun} [coloured|colored] like {like}"
        yield "simile", f"the {noun} that [looks|is coloured] like {like}" if "like" not in like else ""

    def _attributes(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        look = self.look
        word = look.words[thing.name]
        if thing.name in look.twins:
            return
        crowd = word == "jalapeno chips" or (word == "orange" and look.nouns["lemon"] == 0)
        if word in ATTRIBUTES and (word != "orange" or crowd):
            yield "attribute", one(self._rng, ATTRIBUTES[word])
        for kind, (words, _) in TYPES.items():
            same = [o for o in look.things if kind in look.kind(o.name)]
            if same == [thing]:
                yield "kind", f"the {one(self._rng, words)}"
            elif thing in same and look.shown(thing) and sum(o.color == thing.color for o in same) == 1:
                yield "kind", f"the {self.color(str(thing.color))} {one(self._rng, words)}"

    def _group(self, thing: ObjectState) -> list[ObjectState]:
        """All of its noun that stand on the table themselves; empty where one does not."""
        group = self.look.words_of(self.look.words[thing.name])
        if any(self.look.below.get(o.name) != TABLE for o in group) or self.look.words[thing.name] not in NOUNS:
            return []
        return group if thing in group else []

    def _ordered(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        group, noun = self._group(thing), self.noun(thing.name)
        if len(group) < 2:
            return
        at = {o.name: _at(o) for o in group}
        for axis, first, last in (
            (0, ("leftmost", "left"), ("rightmost", "right")),
            (1, ("nearest", "front"), ("farthest", "back")),
        ):
            line = sorted(group, key=lambda o: at[o.name][axis])
            k = line.index(thing)
            # How near the robot something is also depends on how far to a side it is.
            margin = _CLEARLY if axis == 0 else 2.0 * _CLEARLY
            if axis == 1 and not _by_distance(thing, group, nearest=k == 0):
                continue
            before = k == 0 or at[thing.name][axis] - at[line[k - 1].name][axis] >= margin
            after = k == len(line) - 1 or at[line[k + 1].name][axis] - at[thing.name][axis] >= margin
            if not (before and after):
                continue
            if k == 0:
                yield "ordered", _extreme(first[0], noun)
            elif k == len(line) - 1:
                yield "ordered", _extreme(last[0], noun)
            elif len(line) == 3:
                yield "ordered", f"the [middle {noun}|{noun} in the middle] [|of the three]" if axis == 0 else ""
            if axis == 0 and len(line) > 2:
                for rank, side in ((k, "left"), (len(line) - 1 - k, "right")):
                    if rank in _ORDINALS:
                        yield "ordinal", f"the {_ORDINALS[rank]} {noun} [from the {side}|counting from the {side}]"
            if axis == 0 and len(line) == 2:
                yield "ordered", f"the {first[1] if k == 0 else last[1]} {noun}"
                yield "ordered", f"the {noun} on the {first[1] if k == 0 else last[1]}"

    def _nearest(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        group, noun = self._group(thing), self.noun(thing.name)
        if len(group) < 2:
            return
        names = {o.name for o in group}
        on_table = [o for o in self.look.things if self.look.below.get(o.name) == TABLE and o.name not in names]
        for anchor in on_table:
            if anchor.name in self.look.twins:
                continue
            away = sorted((_apart(o, anchor), o.name) for o in group)
            goal = self.named(anchor.name)
            if away[0][1] == thing.name and away[1][0] - away[0][0] >= _CLEARLY:
                close = "[nearest|nearest to|closest to|that is closest to|which is nearest to|that's nearest]"
                yield "nearest", f"the {noun} {close} {goal}"
            if away[-1][1] == thing.name and away[-1][0] - away[-2][0] >= _CLEARLY:
                far = "[farthest from|furthest from|furthest away from|that is farthest from|most distant from]"
                yield "nearest", f"the {noun} {far} {goal}"

    def _sides(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        group, noun = self._group(thing), self.noun(thing.name)
        if len(group) < 2:
            return
        for side, inside, outside in _SIDES:
            if inside(_at(thing)) and all(outside(_at(o)) for o in group if o != thing):
                yield (
                    "side",
                    f"the {noun} [on|at|that is on|over on] the {side} [side|side of the table|half of the table]",
                )

    def _carried(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        look, noun, word = self.look, self.noun(thing.name), self.look.words[thing.name]
        lower = look.below.get(thing.name, TABLE)
        uppers = [u for u in look.on(thing.name) if u not in look.twins]
        same = look.words_of(word)
        if word in NOUNS and lower != TABLE and lower not in look.twins:
            rest = [o for o in same if look.below.get(o.name) == lower]
            within = look.inside.get(thing.name) == lower
            relation = (
                "[in|inside|that is in|lying in|that's inside]" if within else "[on|on top of|that is on|sitting on]"
            )
            if rest == [thing]:
                yield "carried", f"the {noun} {relation} {self.named(lower)}"
            others = look.contents(lower) if within else look.on(lower)
            if others == [thing.name]:
                yield (
                    "carried",
                    f"[what is|the thing|whatever is|the object] {relation} {self.named(lower)}".replace(
                        "is that is", "is"
                    ).replace("is that's", "is"),
                )
        alone = len(uppers) == 1 and len(same) > 1 and look.inside.get(uppers[0]) != thing.name
        if word in NOUNS and alone and word not in ("plate", "zone"):
            yield "carried", f"the {noun} [under|underneath|below|beneath|that is under] {self.named(uppers[0])}"
        if word in NOUNS and len(same) > 1 and lower == TABLE:
            rest = [o for o in same if look.below.get(o.name) == TABLE]
            if rest == [thing]:
                yield "carried", f"the {noun} [that is|standing|that stands|lying] [directly|] on the table"

    def _towers(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        towers = self.look.towers()
        if len(towers) == 1 and thing.name in towers[0]:
            noun, stack = self.noun(thing.name), "the [tower|stack|pile]"
            if towers[0][0] == thing.name:
                yield (
                    "tower",
                    f"[the top {noun} of {stack}|the {noun} on top of {stack}|the {noun} at the top of {stack}]",
                )
            if towers[0][-1] == thing.name:
                yield (
                    "tower",
                    f"[the bottom {noun} of {stack}|the {noun} at the bottom of {stack}|the lowest {noun} of {stack}]",
                )

    def _sizes(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        word = self.look.words[thing.name]
        group = [o for o in self.look.things if self.look.words[o.name] == word]
        # Of boxes that are to be packed the height, which the text does not tell, says as much as the width.
        if len(group) < 2 or word not in NOUNS or thing.category == "carton":
            return
        alike = [round(100 * o.size[0]) for o in group if o.color == thing.color and o != thing]
        if thing.color and len(alike) == 1 and abs(alike[0] - 100 * thing.size[0]) > 0.5:
            adjective = "[smaller|small]" if 100 * thing.size[0] < alike[0] else "[bigger|larger|big]"
            yield "size", f"the {adjective} {self.color(thing.color)} {self.noun(thing.name)}"
        widths = sorted((round(100 * o.size[0]), o.name) for o in group)
        noun = self.noun(thing.name)
        if widths[0][1] == thing.name and widths[1][0] > widths[0][0]:
            yield (
                "size",
                f"the [smallest|tiniest|littlest|smallest] {noun}" if len(group) > 2 else f"the small[er|] {noun}",
            )
        if widths[-1][1] == thing.name and widths[-2][0] < widths[-1][0]:
            yield (
                "size",
                f"the [biggest|largest|biggest|widest] {noun}" if len(group) > 2 else f"the [bigger|larger|big] {noun}",
            )
        if len(group) == 3 and widths[1][1] == thing.name and widths[0][0] < widths[1][0] < widths[2][0]:
            yield "size", f"the [middle-sized|medium-sized|medium] {noun}"

    def _elimination(self, thing: ObjectState) -> Iterator[tuple[str, str]]:
        word = self.look.words[thing.name]
        group = [o for o in self.look.things if self.look.words[o.name] == word]
        rest = list(dict.fromkeys(o.color for o in group if o != thing))
        if word not in NOUNS or thing.color in rest or None in rest:
            return
        noun, colors = self.noun(thing.name), [self.color(c) for c in rest if c]
        if len(colors) == 1 and len(group) == 2:
            yield "elimination", f"the {noun} [that is not|that isn't|which is not|that's not] {colors[0]}"
            yield "elimination", f"the [non-{colors[0]}|one non-{colors[0]}] {noun}"
        if len(colors) == 2:
            yield "elimination", f"the {noun} [that is|which is] neither {colors[0]} nor {colors[1]}"
            yield "elimination", f"the {noun} that isn't {colors[0]} or {colors[1]}"


def _at(thing: ObjectState) -> tuple[int, int]:
    """Column and row of its square, from 0."""
    text = square(thing)
    return ord(text[0]) - ord("a"), int(text[1:]) - 1


def _apart(a: ObjectState, b: ObjectState) -> float:
    """Distance of two squares, in squares."""
    return math.dist(_at(a), _at(b))


def _by_distance(thing: ObjectState, group: list[ObjectState], *, nearest: bool) -> bool:
    """Whether of its group a thing stands clearly nearest to the robot on the board, or clearly farthest from it."""
    way = 1.0 if nearest else -1.0
    first, second = sorted((way * math.dist(_at(o), _ROBOT), o.name) for o in group)[:2]
    return first[1] == thing.name and second[0] - first[0] >= _CLEARLY


def _extreme(word: str, noun: str) -> str:
    """The first or the last of a row."""
    return {
        "leftmost": f"the [leftmost {noun}|{noun} farthest to the left|{noun} furthest left|left-most {noun}]",
        "rightmost": f"the [rightmost {noun}|{noun} farthest to the right|{noun} furthest right|right-most {noun}]",
        "nearest": f"the {noun} [nearest to you|closest to you|closest to the robot|nearest the robot]",
        "farthest": f"the {noun} [farthest from you|furthest away from you|farthest from the robot]",
    }[word]


_SIDES = (
    ("left", lambda at: at[0] <= 5, lambda at: at[0] >= 9),
    ("right", lambda at: at[0] >= 12, lambda at: at[0] <= 8),
)
"""Name of a side, whether a square is clearly on it, whether it clearly is not: halves and thirds alike."""


def view(state: SceneState, rng: np.random.Generator) -> tuple[Look, Refer]:
    """A scene as wishes look at it, and what speaks of its things."""
    look = Look(state)
    return look, Refer(look, rng)
