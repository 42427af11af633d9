"""Wishes of several parts on the tabletop: one after another, on a condition, over two sentences, and corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, chance, one
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, REGION_WORDS, plural
from sim.state import TABLE, SceneState


@dataclass(frozen=True)
class Part:
    """One thing to be done to one object, in words that fit into longer sentences."""

    thing: str
    """Its name."""
    said: str
    """What it is called."""
    do: str
    """As an order: `put the red block in the blue bowl`."""
    place: str
    """Where it is to be: `in the blue bowl`; empty for what is only picked up or pushed."""
    goal: str
    """PDDL."""
    target: str = ""
    """The name of what it is put in, on or beside."""
    preposition: str = ""
    """`in`, `to the left of`."""


_FIRST_THEN = Frames(
    "tabletop/first-then",
    "first {a}, then {b}",
    "first {a}[,|] and [then|after that|afterwards] {b}",
    "{a}, then {b}",
    "{a} and then {b}",
    "{a}. [After that|Then|Afterwards|Next|When that is done|Once you have done that], {b}",
    "{a}; [after that|then|next|afterwards] {b}",
    "before you {b}, {a}",
    "{b}, but [before that|first] {a}",
    "{b} after you {a}",
    "start with this: {a}, [and then|then] {b}",
    "1. {a} 2. {b}",
    "step one: {a}. Step two: {b}",
    "only after you {a} should you {b}",
    "{a}, [followed by this:|and when you are done] {b}",
    "[your first task|to begin]: {a}. [Your second|To finish]: {b}",
    "I want two things from you: {a}, and afterwards {b}",
)

_AND = Frames(
    "tabletop/two-parts",
    "{a} and {b}",
    "{a}, and {b}",
    "{a}; {b}",
    "{a}. {b}",
    "please do two things: {a} and {b}",
    "{a}[,|] and also {b}",
    "{a}. Also, {b}",
    "{a} as well as this: {b}",
    "I want you to {a} and to {b}",
)

_ELLIPSIS = Frames(
    "tabletop/ellipsis",
    "<putin> {x} {p} and {y} {q}",
    "{x} goes {p}, {y} {q}",
    "{x} {p}, {y} {q}",
    "I want {x} {p} and {y} {q}",
    "{x} belongs {p} and {y} belongs {q}",
    "<sure> {x} is {p} and {y} is {q}",
    "{p} put {x}, {q} put {y}",
    "get {x} {p}, and {y} {q} too",
    "{x} should be {p}, while {y} should be {q}",
)

PRONOUN = Frames(
    "tabletop/pronoun",
    "<take> {x}. Put it {p}",
    "<take> {x} and then put it {p}",
    "you see {x}? Put it {p}",
    "look at {x}. It <goes> {p}",
    "{x} is in the wrong place. It <goes> {p}",
    "I need {x} moved. Put it {p}",
    "find {x}. [Then|Now] put it {p}",
    "about {x}: it <goes> {p}",
    "{x} is [not where it should be|out of place]; <put> it {p}",
    "lift {x}, carry it and set it down {p}",
)

_NOT_BUT = Frames(
    "tabletop/not-but",
    "<putin> {x} {p}, not {q}",
    "not {q}: <putin> {x} {p}",
    "{x} goes {p} and not {q}",
    "<putin> {x} {p} instead of {q}",
    "leave {w} [alone|where it is|as it is] and <putin> {x} {p}",
    "<putin> {x} {p} but don't touch {w}",
    "{x}, not {w}, <goes> {p}",
    "don't move {w}, just <putin> {x} {p}",
)

_IF = Frames(
    "tabletop/condition",
    "if {c}, {a}, otherwise {b}",
    "if {c}, then {a}; [else|otherwise|if not,] {b}",
    "{a} if {c}, [otherwise|else] {b}",
    "in case {c}, {a}. Otherwise {b}",
    "[check|see] whether {c}: if so, {a}, if not, {b}",
    "{b}, unless {c}; in that case {a}",
    "should it be that {c}, {a}, [otherwise|or else] {b}",
    "depending on whether {c} or not, either {a} or {b}",
    "when {c}, {a}; when not, {b}",
)

_IF_ONLY = Frames(
    "tabletop/condition-met",
    "if {c}, {a}",
    "{a} if {c}",
    "since {c}, {a}",
    "as {c}, [please|] {a}",
    "{c}, so {a}",
    "given that {c}, {a}",
)


def parts(look: Look, refer: Refer, rng: np.random.Generator, *, placed: bool = True) -> Callable[[], Part | None]:
    """Draws parts about different things."""
    used: set[str] = set()

    def draw() -> Part | None:
        things = [o.name for o in look.movable() if o.name not in used]
        if not things:
            return None
        x = one(rng, things)
        part = _part(x, look, refer, rng, used, placed)
        if part is not None:
            used.update({x, part.target})
        return part

    return draw


def _part(x: str, look: Look, refer: Refer, rng: np.random.Generator, used: set[str], placed: bool) -> Part | None:
    said = refer.the(x, 0.08)
    targets = [o for o in look.things if o.name not in (x, look.held) and o.name not in look.twins]
    targets = [o for o in targets if look.below.get(o.name) != x and look.below.get(x) != o.name]
    ways = ["in", "in", "in", "on", "on", "at", "beside"] + ([] if placed else ["hold", "push"])
    way = one(rng, ways)
    verb = one(rng, ("put", "put", "place", "move", "drop" if way == "in" else "set"))
    if way == "hold":
        return Part(x, said, f"{one(rng, ('pick up', 'grab', 'lift'))} {said}", "", atom("holding", x))
    if way == "push" and look.below.get(x) == TABLE:
        direction = one(rng, ("left", "right", "forward", "backward"))
        to = {"left": "to the left", "right": "to the right", "forward": "forward", "backward": "backward"}[direction]
        return Part(x, said, f"push {said} {to}", "", atom("moved", x, direction))
    if way == "at":
        region = one(rng, sorted(REGION_WORDS))
        if look.carried_to(x, region):
            return None
        place = f"{'on' if region.endswith('side') else 'in'} the {region}"
        return Part(x, said, f"{verb} {said} {place}", place, atom("at", x, region))
    if way == "beside" and x not in look.clear:
        return None
    fits = {"in": "container", "on": "surface", "beside": "object"}.get(way)
    options = [o for o in targets if fits in look.kind(o.name)]
    if way == "on":
        options = [o for o in options if look.free(o.name) and (o.name not in used or o.category == "plate")]
    if way == "beside":
        options = [o for o in options if look.below.get(o.name) == TABLE and o.name not in used]
    if not options:
        return None
    y = one(rng, options).name
    other = refer.the(y, 0.03)
    relation = way
    if way == "beside":
        relation = one(rng, ("left-of", "right-of", "near", "behind", "in-front-of"))
    words = {
        "in": "in",
        "on": one(rng, ("on", "on top of")),
        "left-of": "to the left of",
        "right-of": "to the right of",
        "near": one(rng, ("next to", "near", "beside", "close to")),
        "behind": "behind",
        "in-front-of": "in front of",
    }[relation]
    to = {"in": one(rng, ("in", "into", "inside")), "on": one(rng, ("on", "onto", "on top of"))}.get(relation, words)
    return Part(x, said, f"{verb} {said} {to} {other}", f"{words} {other}", atom(relation, x, y), y, words)


def first_then(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two or three parts in an order that is told."""
    look, refer = view(state, rng)
    draw, last = parts(look, refer, rng), parts(look, refer, rng, placed=False)
    a, b = draw(), last()
    if a is None or b is None or a.thing == b.thing or {a.target, b.target} & {a.thing, b.thing}:
        return None
    if b.target and b.target == a.target and "(on" in b.goal + a.goal:
        return None
    template, text = _FIRST_THEN.say(rng, a=a.do, b=b.do)
    goal = both(a.goal, b.goal)
    if "(moved" in b.goal:
        return Wish(template, capitals(text), goal, stages=(a.goal, goal))
    return Wish(template, capitals(text), goal, stages=(a.goal, goal))


def two_parts(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two parts in any order."""
    look, refer = view(state, rng)
    draw = parts(look, refer, rng)
    a, b = draw(), draw()
    if a is None or b is None or {a.target, b.target} & {a.thing, b.thing}:
        return None
    goal = both(a.goal, b.goal)
    if a.place and b.place and chance(rng, 0.5):
        template, text = _ELLIPSIS.say(rng, x=a.said, p=a.place, y=b.said, q=b.place)
    else:
        template, text = _AND.say(rng, a=a.do, b=b.do)
    return Wish(template, capitals(text), goal)


def pronoun(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing spoken of in one sentence, and what is to be done with it in the next."""
    look, refer = view(state, rng)
    a = parts(look, refer, rng)()
    if a is None or not a.place:
        return None
    template, text = PRONOUN.say(rng, x=a.said, p=a.place)
    return Wish(template, capitals(text), a.goal)


def not_but(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What is meant, and what is not."""
    look, refer = view(state, rng)
    draw = parts(look, refer, rng)
    a = draw()
    if a is None or not a.place or not a.target:
        return None
    kind = look.words[a.target]
    others = [o.name for o in look.words_of(kind) if o.name not in (a.target, a.thing) and o.name not in look.twins]
    same = [o.name for o in look.words_of(look.words[a.thing]) if o.name not in (a.thing, a.target)]
    same = [n for n in same if n not in look.twins and n in look.clear and look.below.get(a.thing) != n]
    if not others or not same:
        return None
    preposition = a.preposition
    q = f"{preposition} {refer.named(one(rng, others))}"
    template, text = _NOT_BUT.say(
        rng, x=refer.named(a.thing), p=f"{preposition} {refer.named(a.target)}", q=q, w=refer.named(one(rng, same))
    )
    return Wish(template, text, a.goal)


def _conditions(look: Look, refer: Refer, rng: np.random.Generator, scene_colors: list[str]) -> tuple[str, bool] | None:
    """A condition on the scene in words, and whether it holds."""
    way = one(rng, ("there", "empty", "in", "side", "count", "on"))
    kinds = sorted({w for w in look.nouns if " " not in w})
    if way == "there" and kinds:
        # Whether there is a white mug nobody can tell from the text: of such things no colour is asked.
        kinds = [k for k in kinds if k in NOUNS]
    if way == "there" and kinds:
        kind, color = one(rng, kinds), one(rng, scene_colors)
        there = any(look.words[o.name] == kind and look.shown(o) == color for o in look.things)
        article = "an" if color == "orange" else "a"
        return one(
            rng,
            (
                f"there is {article} {color} {kind}",
                f"you see {article} {color} {kind}",
                f"you can find {article} {color} {kind}",
            ),
        ), there
    boxes = look.containers()
    if way == "empty" and boxes:
        box = one(rng, boxes).name
        return f"{refer.named(box)} is empty", not look.contents(box)
    things = look.movable()
    if way == "in" and boxes and things:
        thing, box = one(rng, things).name, one(rng, boxes).name
        if thing != look.held:
            return f"{refer.named(thing)} is in {refer.named(box)}", look.inside.get(thing) == box
    if way == "on" and len(things) > 1:
        upper = one(rng, things).name
        lower = look.below.get(upper, TABLE)
        if chance(rng, 0.5) and lower not in (TABLE,) and lower not in look.twins and upper not in look.inside:
            return f"{refer.named(upper)} is on {refer.named(lower)}", True
        lower = one(rng, things).name
        if lower != upper and "surface" in look.kind(lower):
            return f"{refer.named(upper)} is on {refer.named(lower)}", look.below.get(upper) == lower
    if way == "side" and things:
        thing = one(rng, things)
        if look.below.get(thing.name) == TABLE and abs(thing.position[1]) > 0.17:
            side = one(rng, ("left", "right"))
            return f"{refer.named(thing.name)} is on the {side} side", (thing.position[1] > 0) == (side == "left")
    if way == "count" and kinds:
        kind = one(rng, kinds)
        number = one(rng, (1, 2, 3))
        counted = f"is more than one {kind}" if number == 1 else f"are more than {COUNTED[number]} {plural(kind)}"
        return f"there {counted}", look.nouns[kind] > number
    return None


def condition(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One of two parts, by what is so in the scene."""
    look, refer = view(state, rng)
    colors = [o.color for o in look.things if o.color] or ["red"]
    extra = ["red", "green", "blue", "yellow", "orange", "purple", "pink", "white", "black"]
    found = _conditions(look, refer, rng, colors if chance(rng, 0.6) else extra)
    draw, again = parts(look, refer, rng), parts(look, refer, rng)
    a, b = draw(), again()
    if found is None or a is None or b is None or a.goal == b.goal:
        return None
    words, holds = found
    if holds and chance(rng, 0.3):
        template, text = _IF_ONLY.say(rng, c=words, a=a.do)
        return Wish(template, text, a.goal)
    template, text = _IF.say(rng, c=words, a=a.do, b=b.do)
    return Wish(template, capitals(text), a.goal if holds else b.goal)


def capitals(text: str) -> str:
    """A capital after a full stop."""
    pieces = text.split(". ")
    return ". ".join([pieces[0], *(p[:1].upper() + p[1:] for p in pieces[1:])])


WISHES: dict[str, Drawer] = {
    "first-then": first_then,
    "two-parts": two_parts,
    "pronoun": pronoun,
    "not-but": not_but,
    "condition": condition,
    "first-then-2": first_then,
    "two-parts-2": two_parts,
}
