"""`calvin-chains`: five of CALVIN's tasks, asked one after another, drawn as its evaluation draws them.

After the multi-step evaluation of Mees et al. (2022): a start state out of 192 (each block on the desk or in a half of
the cupboard, one or two of them on the desk, at most one in each half), then five tasks of five different categories
such that each can be done in the state that the ones before lead to, and in one way only. Every such sequence is
equally likely. One rule is ours: what is placed in the cupboard lies in the half that the door leaves open, where the
published rules put it into the other one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from envs.objects import ObjectSpec
from envs.suites import find_suite
from envs.task import SceneSpec, Suite, Task

LENGTH = 5
COLORS = ("red", "blue", "pink")
_OTHER = {"left": "right", "right": "left"}
_TABLE, _DRAWER, _HAND, _ABOVE, _BELOW = "table", "drawer", "hand", "above", "below"
_HALVES = ("left", "right")


@dataclass(frozen=True)
class Situation:
    """What the rules know of a scene."""

    places: tuple[str, ...]
    """Of the blocks, in the order of `COLORS`: `table`, a half of the cupboard (`left`, `right`), `drawer`, `hand`, and
    in a tower `above` or `below`."""
    door: str
    """The half that the door covers."""
    drawer: bool
    """Whether the drawer is open, the LED and the bulb lit."""
    led: bool
    bulb: bool

    def moved(self, **places: str) -> Situation:
        """The same with blocks, by colour, elsewhere."""
        return replace(self, places=tuple(places.get(c, p) for c, p in zip(COLORS, self.places, strict=True)))

    def at(self, place: str) -> list[str]:
        """Colours of the blocks that are there."""
        return [c for c, p in zip(COLORS, self.places, strict=True) if p == place]


@dataclass(frozen=True)
class Way:
    """One way in which a task may be done."""

    after: Situation
    """What it leads to."""
    colors: tuple[tuple[str, str], ...] = ()
    """Colours in the task's text, and those of the blocks that are meant here."""


_CATEGORIES = (
    ("rotate", "push-red", "push-blue", "push-pink"),
    ("move-slider",),
    ("open", "close"),
    tuple(f"lift-{c}-block-table" for c in COLORS),
    tuple(f"lift-{c}-block-slider" for c in COLORS),
    tuple(f"lift-{c}-block-drawer" for c in COLORS),
    ("place",),
    ("turn",),
    ("push-into",),
    ("stack",),
    ("unstack",),
)
"""Beginnings of the tasks' ids, by category."""


def category(id: str) -> int:
    """The category of a task; a chain has one task of each at most."""
    return next(k for k, starts in enumerate(_CATEGORIES) if id.startswith(starts))


def starts() -> Iterator[Situation]:
    """All states in which chains begin."""
    for places in itertools.product((_TABLE, *_HALVES), repeat=len(COLORS)):
        if 1 <= places.count(_TABLE) <= 2 and all(places.count(half) < 2 for half in _HALVES):
            for door, drawer, led, bulb in itertools.product(_HALVES, (False, True), (False, True), (False, True)):
                yield Situation(places, door, drawer, led, bulb)


def ways(s: Situation, id: str) -> list[Way]:
    """Ways in which a task can be done in a situation; none where it cannot."""
    held = s.at(_HAND)
    if id.startswith(("place", "stack")):
        return _put_down(s, id, held[0]) if held else []
    if held:
        return []
    if id.startswith(("turn", "open", "close", "move")):
        return _work(s, id)
    if id == "push-into-drawer":
        ready = s.drawer and len(s.at(_TABLE)) == 1 and all(p in (_TABLE, *_HALVES) for p in s.places)
        return [Way(s.moved(**{c: _DRAWER}), (("red", c),)) for c in s.at(_TABLE) if ready]
    if id == "unstack-block":
        tower = zip(s.at(_ABOVE), s.at(_BELOW), strict=True)
        return [Way(s.moved(**{a: _TABLE, b: _TABLE}), (("pink", a), ("red", b))) for a, b in tower]
    color = id.split("-")[1]
    place = s.places[COLORS.index(color)]
    if id.startswith("lift"):
        from_there = {"table": [_TABLE], "slider": [_OTHER[s.door]], "drawer": [_DRAWER] if s.drawer else []}
        return [Way(s.moved(**{color: _HAND}))] if place in from_there[id.split("-")[-1]] else []
    return [Way(s)] if place == _TABLE else []


def _put_down(s: Situation, id: str, held: str) -> list[Way]:
    if id == "place-in-slider":
        return [Way(s.moved(**{held: _OTHER[s.door]}), (("red", held),))]
    if id == "place-in-drawer":
        return [Way(s.moved(**{held: _DRAWER}), (("blue", held),))] if s.drawer else []
    return [Way(s.moved(**{held: _ABOVE, lower: _BELOW}), (("blue", held), ("pink", lower))) for lower in s.at(_TABLE)]


def _work(s: Situation, id: str) -> list[Way]:
    after = {
        "turn-on-led": (not s.led, replace(s, led=True)),
        "turn-off-led": (s.led, replace(s, led=False)),
        "turn-on-lightbulb": (not s.bulb, replace(s, bulb=True)),
        "turn-off-lightbulb": (s.bulb, replace(s, bulb=False)),
        "open-drawer": (not s.drawer, replace(s, drawer=True)),
        "close-drawer": (s.drawer, replace(s, drawer=False)),
        "move-slider-left": (s.door == "right", replace(s, door="left")),
        "move-slider-right": (s.door == "left", replace(s, door="right")),
    }
    possible, changed = after[id]
    return [Way(changed)] if possible else []


@lru_cache(maxsize=1)
def _ids() -> tuple[str, ...]:
    return tuple(t.id for t in find_suite("calvin").tasks)


@lru_cache(maxsize=1_000_000)
def _count(s: Situation, used: frozenset[int], length: int) -> int:
    """How many sequences of that many tasks can follow."""
    return sum(_count(way.after, used | {category(id)}, length - 1) for id, way in _next(s, used)) if length else 1


@lru_cache(maxsize=1_000_000)
def _next(s: Situation, used: frozenset[int]) -> tuple[tuple[str, Way], ...]:
    """Tasks that can follow, of categories not used yet, each with the one way in which it is done."""
    possible = ((id, ways(s, id)) for id in _ids() if category(id) not in used)
    return tuple((id, found[0]) for id, found in possible if len(found) == 1)


def draw(rng: np.random.Generator) -> Task:
    """Draws a start state, and a sequence of tasks that can be done from there."""
    listed = list(starts())
    s = start = listed[int(rng.integers(len(listed)))]
    used: frozenset[int] = frozenset()
    links = []
    for left in range(LENGTH, 0, -1):
        choices = _next(s, used)
        counts = np.array([_count(way.after, used | {category(id)}, left - 1) for id, way in choices], dtype=float)
        id, way = choices[int(rng.choice(len(choices), p=counts / counts.sum()))]
        links.append(_named(find_suite("calvin").task(id), dict(way.colors)))
        s, used = way.after, used | {category(id)}
    return Task("five", ("five tasks, one after another",), _scene(start), chain=tuple(links))


def _named(task: Task, colors: dict[str, str]) -> Task:
    """The task with other blocks in its wordings and its goal."""

    def recolored(text: str) -> str:
        pattern = rf"(?<![a-z])({'|'.join(COLORS)})(?![a-z])"
        return re.sub(pattern, lambda match: colors.get(match[0], match[0]), text)

    words = tuple(map(recolored, task.instructions))
    return replace(task, instructions=words, goal=recolored(task.goal or ""), scene=_blocks()) if colors else task


def _blocks(*facts: str) -> SceneSpec:
    return SceneSpec(tuple(ObjectSpec(f"{c} block") for c in COLORS), family="desk", facts=facts)


def _scene(s: Situation) -> SceneSpec:
    """The scene of a start state."""
    facts = [f"(slid slider {s.door})", "(open drawer)" if s.drawer else "(closed drawer)"]
    facts += ["(lit led)" if s.led else "(not (lit led))"]
    facts += ["(lit lightbulb)" if s.bulb else "(not (lit lightbulb))"]
    for color, place in zip(COLORS, s.places, strict=True):
        block = f"{color}_block"
        facts += [f"(on {block} table)"] if place == _TABLE else [f"(in {block} slider)", f"(in-half {block} {place})"]
    return _blocks(*facts)


SUITE = Suite(
    "calvin-chains",
    (Task("five", ("five tasks, one after another",), _blocks(), draw=draw),),
    source="tasks and rules after CALVIN (Mees et al., 2022); worded for this project; MIT, as the rest of it",
)
"""One task, of which every seed is another chain."""
