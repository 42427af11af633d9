"""Wishes about several things on the tabletop: all of them, all but some, some of them, each to its own."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, chance, name, one, some
from planner.language.corpus.groups import draw_group
from planner.language.corpus.look import Look
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, TYPES, plural
from sim.state import TABLE, SceneState

_ALL_IN = Frames(
    "tabletop/all-in",
    "<putin> {g} <in> {y}",
    "<gather> {g} <in> {y}",
    "<take> {g} and <putin> them <in> {y}",
    "{p} <go> <inside> {y}",
    "<want> {g} <inside> {y}",
    "<in> {y} go {p}",
    "<sure> {p} [are|end up|are all] [in|inside] {y}",
    "<tidy> by putting {g} [in|into] {y}",
    "{y} should [hold|contain] {g}",
    "use {y} to [store|collect|hold] {g}",
    "{g}: [into|in] {y}",
    "[clear|tidy|pack] {g} away [in|into] {y}",
    "{y} is [meant|there] for {g}[, fill it|, so put them there|, so put them in]",
    "[round up|collect] {g} in {y}",
    "load {y} with {g}",
)

_ALL_ON = Frames(
    "tabletop/all-on",
    "<put> {g} <on> {y}",
    "<gather> {g} [on|onto] {y}",
    "<take> {g} and <put> them <on> {y}",
    "{p} <go> on {y}",
    "<want> {g} on {y}",
    "<sure> {p} [are|end up|are all] on {y}",
    "serve {g} on {y}",
    "{y} is for {g}[, so put them there|, put them on it]",
    "[spread|arrange|lay] {g} [out|] on {y}",
    "{g} onto {y}",
    "load {y} with {g}",
)

_ALL_AT = Frames(
    "tabletop/all-at",
    "[put|place|set|gather|collect|leave] {g} {at}",
    "[move|bring|carry|take|shift] {g} {to}",
    "{p} <go> {at}",
    "<want> {g} {at}",
    "<sure> {p} [are|end up|are all] {at}",
    "<take> {g} and [move|bring] them {to}",
    "[keep|reserve] the {region} for {g}: [move|put] them there".replace("[keep|reserve]", "reserve"),
    "{g} {to}",
    "clear a space by moving {g} {to}",
)

_ALL_DOWN = Frames(
    "tabletop/all-down",
    "<put> {g} [down|] on <table>",
    "[lay|spread] {g} [out|] on <table>",
    "<sure> {p} [stand|lie|are] [directly|] on <table>",
    "{p} <go> on <table>",
    "take {g} [apart|off each other] and <put> them on <table>",
    "[unstack|unpile] {g}",
    "I don't want {g} [stacked|on top of anything]: everything [flat|down] on <table>",
    "nothing should be stacked[:| any more:] {g} [go|belong] on <table>",
)

_COUNT = Frames(
    "tabletop/count-in",
    "<putin> {n} {g} <in> {y}",
    "<take> {n} {g} and <putin> {them} <in> {y}",
    "<want> {n} {g} <inside> {y}",
    "{n} {g} [should|must|need to] [end up|be] [in|inside] {y}",
    "[pick|choose] {n} {g} and drop {them} into {y}",
    "<in> {y} I need {n} {g}[, it doesn't matter which|, whichever you like|, any will do|]",
    "{y} needs {n} {g}",
)

_COUNT_ON = Frames(
    "tabletop/count-on",
    "<put> {n} {g} <on> {y}",
    "<want> {n} {g} on {y}",
    "[pick|choose] {n} {g} and put {them} on {y}",
    "{y} needs {n} {g} on it",
)

_ANY_HOLD = Frames(
    "tabletop/any-hold",
    "<pick> {any}",
    "[hand me|hold up] {any}".replace("hand me|", ""),
    "lift {any}, [I don't care which|whichever you like|it does not matter which]",
    "[choose|select] {any} and pick it up",
)

_REST = Frames(
    "tabletop/rest",
    "<putin> {x} <in> {y} and the [rest|other {gs}|others|remaining {gs}|remaining ones] <in> {z}",
    "{x} <goes> <inside> {y}, [the others|the other {gs}|the rest|all other {gs}] [go|belong] <inside> {z}",
    "only {x} [goes|belongs] in {y}; the [rest of the {gs}|other {gs}] [go|belong] in {z}",
    "<take> {x} and put it in {y}, then put the [remaining|other] {gs} in {z}",
    "{x} into {y}, [everything else of the {gs}|the other {gs}|all the other {gs}] into {z}".replace(
        "everything else of the {gs}|", ""
    ),
)

_EMPTY = Frames(
    "tabletop/empty",
    "<empty> {y}",
    "<empty> {y} [completely|entirely|please|]",
    "<remove> [everything|all things|whatever there is|what is inside] <out> {y}",
    "{y} [should|must|has to] be empty",
    "[nothing|no object] [should|may] [be|stay|remain] in {y}",
    "<want> {y} [empty|to be empty|emptied]",
    "[unload|unpack] {y}",
    "<sure> [there is nothing|nothing is] [left|] in {y}",
    "get all the stuff out of {y}",
)

_CLEAR = Frames(
    "tabletop/clear",
    "<sure> nothing [lies|is|stands] on [top of|] {y}",
    "[clear|free] the top of {y}",
    "<remove> [whatever is|what lies|everything] on top of {y} [off|away] [it|]".replace(" [off|away] [it|]", ""),
    "I want [to see|] the top of {y} [free|bare|clear]",
    "{y} should be [clear|free|uncovered]",
    "uncover {y}",
    "unburden {y}",
)


def all_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group into a container."""
    look, refer = view(state, rng)
    group, boxes = draw_group(look, refer, rng), look.containers()
    if group is None or not boxes:
        return None
    y = one(rng, boxes).name
    template, text = _ALL_IN.say(rng, g=group.words, p=group.plain, y=refer.the(y, 0.08))
    return Wish(template, text, group.goal(lambda x: f"(in {x} {name(y)})"))


def all_on(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group onto a plate or a zone."""
    look, refer = view(state, rng)
    group = draw_group(look, refer, rng, most=3)
    plates = [o.name for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name)]
    if group is None or not plates:
        return None
    y = one(rng, plates)
    template, text = _ALL_ON.say(rng, g=group.words, p=group.plain, y=refer.the(y, 0.08))
    return Wish(template, text, group.goal(lambda x: f"(on {x} {name(y)})"))


def all_at(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group to a part of the table."""
    look, refer = view(state, rng)
    group = draw_group(look, refer, rng, most=3)
    if group is None:
        return None
    where = draw_region(rng)
    if any(look.carried_to(m, where.name) for m in group.members):
        return None
    template, text = _ALL_AT.say(rng, g=group.words, p=group.plain, at=where.at, to=where.to, region=where.words)
    return Wish(template, text, group.goal(lambda x: f"(at {x} {name(where.name)})"))


def all_down(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group onto the table."""
    look, refer = view(state, rng)
    group = draw_group(look, refer, rng, ("kind", "colour", "everything", "type", "listed"))
    if group is None or sum(look.below.get(m) != TABLE for m in group.members) < 1:
        return None
    template, text = _ALL_DOWN.say(rng, g=group.words, p=group.plain)
    # To be unstacked things must stand on each other.
    if int(template.rpartition("/")[2]) >= 4 and not all(_stacked(look, m) for m in group.members):
        return None
    return Wish(template, text, group.goal(lambda x: f"(on {x} table)"))


def _stacked(look: Look, name: str) -> bool:
    """Whether a thing is part of a stack."""
    lower = look.below.get(name, TABLE)
    return bool(look.on(name)) or (lower != TABLE and "movable" in look.kind(lower))


def countable(look: Look, rng: np.random.Generator, least: int) -> tuple[str, str, str, list[str]] | None:
    """PDDL type, singular and plural of a kind of which there are some."""
    found = []
    for word in NOUNS:
        members = [o.name for o in look.of("movable") if look.words[o.name] == word]
        if len(members) >= least:
            noun = one(rng, NOUNS[word])
            found.append((look.state[members[0]].category, noun, plural(noun), members))
    for kind, (words, many) in TYPES.items():
        members = [o.name for o in look.of(kind)]
        if len(members) >= least and kind != "letter":
            found.append((kind, words[0], many[-1] if kind in ("fruit", "food") else many[0], members))
    return one(rng, found) if found else None


def count(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """So many of a kind into or onto something, whichever."""
    look, refer = view(state, rng)
    kind = countable(look, rng, 2)
    targets = [*look.containers(), *(o for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name))]
    if kind is None or not targets or look.held is not None:
        return None
    category, noun, many, members = kind
    number = one(rng, (1, 2, 2, 3)[: len(members)]) if len(members) > 2 else 1
    y = one(rng, targets)
    within = y.category in ("bowl", "box", "basket")
    if any(look.below.get(m) == y.name for m in members):
        return None
    relation = "in" if within else "on"
    if number == 1:
        article = "an" if noun[0] in "aeiou" else "a"
        said, words = one(rng, ((article, noun), ("any", noun), ("one of the", many), ("just one of the", many)))
        goal = f"(exists (?x - {category}) ({relation} ?x {name(y.name)}))"
    elif number == 3:
        said, words = one(rng, (("three", many), ("any three", many), ("three of the", many)))
        apart = "(not (= ?x ?y)) (not (= ?x ?z)) (not (= ?y ?z))"
        inner = " ".join(f"({relation} ?{k} {name(y.name)})" for k in "xyz")
        goal = f"(exists (?x - {category} ?y - {category} ?z - {category}) (and {apart} {inner}))"
    else:
        said, words = one(rng, (("two", many), ("any two", many), ("two of the", many), ("a couple of", many)))
        inner = f"(not (= ?x ?y)) ({relation} ?x {name(y.name)}) ({relation} ?y {name(y.name)})"
        goal = f"(exists (?x - {category} ?y - {category}) (and {inner}))"
    frames = _COUNT if within else _COUNT_ON
    template, text = frames.say(rng, n=said, g=words, y=refer.the(y.name, 0), them="it" if number == 1 else "them")
    return Wish(template, text, goal)


def any_hold(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Any one of a kind into the hand."""
    look, _ = view(state, rng)
    kind = countable(look, rng, 2)
    if kind is None or look.held is not None:
        return None
    category, noun, many, _members = kind
    article = "an" if noun[0] in "aeiou" else "a"
    said = one(
        rng,
        (
            *(f"any {noun}", f"any one of the {many}", f"one of the {many}", f"some {noun} or other"),
            *(f"{article} {noun}", f"{article} {noun}"),
        ),
    )
    template, text = _ANY_HOLD.say(rng, any=said)
    return Wish(template, text, f"(exists (?x - {category}) (holding ?x))")


def rest(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One thing into one container, the others of its kind into another."""
    look, refer = view(state, rng)
    boxes = [o.name for o in look.containers()]
    words = [
        w for w in sorted(NOUNS) if 2 < sum(look.words[o.name] == w for o in look.of("movable", resting=False)) < 5
    ]
    if not words or len(boxes) < 2:
        return None
    members = [o for o in look.things if look.words[o.name] == one(rng, words)]
    members = [o for o in members if "movable" in look.kind(o.name)]
    if len(members) < 3:
        return None
    x = one(rng, members)
    if x.name in look.twins:
        return None
    y, z = some(rng, boxes, 2)
    noun = look.words[x.name]
    template, text = _REST.say(rng, x=refer.named(x.name), gs=plural(noun), y=refer.named(y), z=refer.named(z))
    quantified = f"(forall (?x - {x.category}) (imply (not (= ?x {name(x.name)})) (in ?x {name(z)})))"
    return Wish(template, text, both(atom("in", x.name, y), quantified))


def empty(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Nothing left in a container; now and then in one that is empty already."""
    look, refer = view(state, rng)
    wanted = not chance(rng, 0.08)
    boxes = [o.name for o in look.containers() if bool(look.contents(o.name)) == wanted]
    if not boxes:
        return None
    y = one(rng, boxes)
    template, text = _EMPTY.say(rng, y=refer.the(y, 0.1))
    return Wish(template, text, f"(forall (?x - movable) (not (in ?x {name(y)})))")


def clear(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Nothing left on something."""
    look, refer = view(state, rng)
    loaded = [o.name for o in look.surfaces() if look.on(o.name) and o.name != look.held]
    if not loaded:
        return None
    y = one(rng, loaded)
    roomy = {"plate", "zone"} & look.kind(y)
    template, text = _CLEAR.say(rng, y=refer.named(y))
    goal = f"(forall (?x - movable) (not (on ?x {name(y)})))" if roomy else atom("clear", y)
    return Wish(template, text, goal)


WISHES: dict[str, Drawer] = {
    "all-in": all_in,
    "all-on": all_on,
    "all-at": all_at,
    "all-down": all_down,
    "count": count,
    "any-hold": any_hold,
    "all-in-2": all_in,
    "rest": rest,
    "empty": empty,
    "clear": clear,
}
