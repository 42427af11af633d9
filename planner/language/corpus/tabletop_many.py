"""Wishes about several things on the tabletop: all of them, all but some, some of them, each to its own."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, name, one, some
from planner.language.corpus.groups import draw_group
from planner.language.corpus.look import Look
from planner.language.corpus.nouns import NOUNS, TYPES, plural
from planner.language.corpus.refer import Refer
from planner.language.corpus.tabletop_single import REGION_WORDS
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState

_ALL_IN = Frames(
    "tabletop/all-in",
    "<putin> {g} <in> {y}",
    "<gather> {g} <in> {y}",
    "<take> {g} and <putin> them <in> {y}",
    "{p} <go> <in> {y}",
    "<want> {g} <in> {y}",
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
    "take {g} [down|off whatever they are on|off each other] and <put> them on <table>",
    "[unstack|unpile] {g}",
    "I don't want {g} [stacked|on top of anything]: everything [flat|down] on <table>",
    "nothing should be stacked[:| any more:] {g} [go|belong] on <table>",
)
_COUNT = Frames(
    "tabletop/count-in",
    "<putin> {n} {g} <in> {y}",
    "<take> {n} {g} and <putin> {them} <in> {y}",
    "<want> {n} {g} <in> {y}",
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
_MATCH_IN = Frames(
    "tabletop/matching-in",
    "<putin> {g} <in> the {c} [of|with] {own} <colour>",
    "<putin> {g} <in> the {c} that [has|is of] the same <colour>",
    "<putin> {g} <in> the matching {c}",
    "<sort> the {gs} into {cs} [by|according to] <colour>",
    "match the {gs} [with|to] the {cs} [by|according to] <colour>",
    "the <colour> of {g} [must|should|has to] match the {c} [it lies in|that it is in]",
    "{g} [belongs|goes] in the {c} of [its|the same] <colour>",
    "<sure> the {gs} [lie|are] in {cs} of their own <colour>",
    "<sort> the {gs} by <colour>, using the {cs}",
    "red [things|stuff] to red and so on: {g} into the {c} [of|with] its <colour>",
    "for {g} [find|choose] the {c} [with|of] the same <colour> and put it in",
    "every {c} should [hold|get] the {gs} of its own <colour>",
    "<colour>-match: {gs} into {cs}",
)
_MATCH_ON = Frames(
    "tabletop/matching-on",
    "<put> {g} on the {c} [of|with] {own} <colour>",
    "<put> {g} on the {c} that [has|is of] the same <colour>",
    "<put> {g} on the matching {c}",
    "<sort> the {gs} onto the {cs} [by|according to] <colour>",
    "match the {gs} [with|to] the {cs} [by|according to] <colour>",
    "{g} [belongs|goes] on the {c} of [its|the same] <colour>",
    "<sure> the {gs} [lie|are] on {cs} of their own <colour>",
    "for {g} [find|choose] the {c} [with|of] the same <colour> and put it there",
)
_MISMATCH = Frames(
    "tabletop/mismatching",
    "<putin> {g} <in> a {c} of [another|a different|some other] <colour>",
    "<putin> {g} <in> a {c} that does not match its <colour>",
    "<putin> {g} into the wrong {c}, never [one|the one] of its own <colour>",
    "{g} must lie in a {c}, but not in one of its own <colour>",
    "<sort> the {gs} into the {cs} so that no <colour> matches",
    "mix them up: {g} [goes|belongs] in a {c} with a different <colour>",
    "<putin> the {gs} in [mismatched|mismatching|non-matching] {cs}",
)
_SPREAD = Frames(
    "tabletop/one-each",
    "<putin> one {g} <in> each {c}",
    "<sure> [every|each] {c} has a {g} [in it|]",
    "[every|each] {c} [should|must] [get|have|hold] a {g}",
    "distribute the {gs} so that no {c} [is|stays] without one",
    "there should be a {g} in every {c}",
    "no {c} [should|may] be without a {g}",
)
_SORT = Frames(
    "tabletop/sort",
    "<putin> {a} <in> {y} and {b} <in> {z}",
    "<sort>: {a} [in|into|go in] {y}, {b} [in|into|go in] {z}",
    "{a} <go> in {y} and {b} in {z}",
    "[separate|sort] the things: {y} is for {a}, {z} for {b}",
    "<take> {a} and put them in {y}, and put {b} in {z}",
    "<putin> {a} <in> {y}, [but|while] {b} go in {z}",
    "{y} gets {a}, {z} gets {b}",
    "<sure> {a} are in {y} and {b} are in {z}",
)
_SORT_AT = Frames(
    "tabletop/sort-at",
    "[put|place] {a} {at} and {b} {at2}",
    "{a} <go> {at} and {b} {at2}",
    "[move|bring] {a} {to} and {b} {to2}",
    "[separate|divide] the things: {a} {at}, {b} {at2}",
    "I want {a} {at}, but {b} {at2}",
)
_REST = Frames(
    "tabletop/rest",
    "<putin> {x} <in> {y} and the [rest|other {gs}|others|remaining {gs}|remaining ones] <in> {z}",
    "{x} <goes> <in> {y}, [the others|the other {gs}|the rest|all other {gs}] [go|belong] <in> {z}",
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
_TOGETHER = Frames(
    "tabletop/together",
    "bring {x} and {y} [together|close together|closer together|near each other]",
    "<put> {x} and {y} [next to each other|side by side|close to each other|near one another|together]",
    "{x} and {y} [should|must] be [close together|near each other|neighbours|neighbors|next to one another]",
    "<want> {x} and {y} [to be|] [side by side|together|next to each other]",
    "unite {x} and {y}",
    "move {x} so that it is close to {y}",
)
_APART = Frames(
    "tabletop/apart",
    "[move|put|keep] {x} and {y} [apart|further apart|away from each other]",
    "{x} and {y} [are|stand] too close [together|to each other]: separate them",
    "separate {x} from {y}",
    "<sure> {x} is not near {y}",
    "move {x} away from {y}",
    "[take|get] {x} away from {y}",
    "{x} should not be [near|close to|next to] {y}",
)
_SAME = Frames(
    "tabletop/same-carrier",
    "<putin> {x} and {y} <in> the same {c}",
    "{x} and {y} should [share|end up in the same|be in the same] {c}".replace("share|", ""),
    "let {x} and {y} share [a|one] {c}",
    "one {c} [should|must] hold both {x} and {y}",
    "<putin> {x} and {y} together in [one|a] {c}",
)
_DIFFERENT = Frames(
    "tabletop/different-carriers",
    "<putin> {x} and {y} <in> [different|separate] {cs}",
    "{x} and {y} should [not share a {c}|be in different {cs}] but [each be|both lie] in one".replace(
        "[not share a {c}|be in different {cs}] but [each be|both lie] in one", "each be in a {c} of their own"
    ),
    "<putin> {x} in one {c} and {y} in another",
    "{x} and {y} each [need|get] their own {c}",
)
_OTHER = Frames(
    "tabletop/other-carrier",
    "<putin> {x} <in> a {c} that is not {color}",
    "<putin> {x} <in> [any|some] {c} [but|except] the {color} one",
    "{x} [may|can] go in any {c} but the {color} one",
    "{x} belongs in [the|a] {c} which isn't {color}".replace("[the|a]", "a"),
)
_NOT = Frames(
    "tabletop/not-in",
    "{x} [must|should|may] not be in {y}",
    "<sure> {x} is not in {y} [any more|anymore|any longer|]",
    "I don't want {x} [to be|] in {y}",
    "[why is {x} in {y}? It|{x} is in {y} but it] [should|must] not be",
    "{y} is no place for {x}",
)


def _start(state: SceneState, rng: np.random.Generator) -> tuple[Look, Refer]:
    look = Look(state)
    return look, Refer(look, rng)


def all_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group into a container."""
    look, refer = _start(state, rng)
    group, boxes = draw_group(look, refer, rng), look.containers()
    if group is None or not boxes:
        return None
    y = one(rng, boxes).name
    template, text = _ALL_IN.say(rng, g=group.words, p=group.plain, y=refer.the(y, 0.08))
    return Wish(template, text, group.goal(lambda x: f"(in {x} {name(y)})"))


def all_on(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group onto a plate or a zone."""
    look, refer = _start(state, rng)
    group = draw_group(look, refer, rng, most=3)
    plates = [o.name for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name)]
    if group is None or not plates:
        return None
    y = one(rng, plates)
    template, text = _ALL_ON.say(rng, g=group.words, p=group.plain, y=refer.the(y, 0.08))
    return Wish(template, text, group.goal(lambda x: f"(on {x} {name(y)})"))


def _where(rng: np.random.Generator, sides: bool = False) -> tuple[str, str, str, str]:
    """A region, its words, and `on the left side`, `to the left side`."""
    names = [n for n in sorted(REGION_WORDS) if not sides or n.endswith("side")]
    region = one(rng, names)
    words = one(rng, REGION_WORDS[region])
    at = f"{one(rng, ('at', 'on')) if region.endswith('side') else 'in'} the {words}"
    if words in ("back", "front", "top", "bottom") and at.startswith("on"):
        at = f"at the {words}"
    return region, words, at, f"to the {words}"


def all_at(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group to a part of the table."""
    look, refer = _start(state, rng)
    group = draw_group(look, refer, rng, most=3)
    if group is None:
        return None
    region, words, at, to = _where(rng)
    template, text = _ALL_AT.say(rng, g=group.words, p=group.plain, at=at, to=to, region=words)
    return Wish(template, text, group.goal(lambda x: f"(at {x} {name(region)})"))


def all_down(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A group onto the table."""
    look, refer = _start(state, rng)
    group = draw_group(look, refer, rng, ("kind", "colour", "everything", "type", "listed"))
    if group is None or sum(look.below.get(m) != TABLE for m in group.members) < 1:
        return None
    template, text = _ALL_DOWN.say(rng, g=group.words, p=group.plain)
    return Wish(template, text, group.goal(lambda x: f"(on {x} table)"))


def _countable(look: Look, rng: np.random.Generator, least: int) -> tuple[str, str, str, list[str]] | None:
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
    look, refer = _start(state, rng)
    kind = _countable(look, rng, 2)
    targets = [*look.containers(), *(o for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name))]
    if kind is None or not targets or look.held is not None:
        return None
    category, noun, many, members = kind
    number = one(rng, (1, 2, 2)) if len(members) > 2 else 1
    y = one(rng, targets)
    within = y.category in ("bowl", "box", "basket")
    if any(look.below.get(m) == y.name for m in members):
        return None
    relation = "in" if within else "on"
    if number == 1:
        article = "an" if noun[0] in "aeiou" else "a"
        said, words = one(rng, ((article, noun), ("any", noun), ("one of the", many), ("just one of the", many)))
        goal = f"(exists (?x - {category}) ({relation} ?x {name(y.name)}))"
    else:
        said, words = one(rng, (("two", many), ("any two", many), ("two of the", many), ("a couple of", many)))
        inner = f"(not (= ?x ?y)) ({relation} ?x {name(y.name)}) ({relation} ?y {name(y.name)})"
        goal = f"(exists (?x - {category} ?y - {category}) (and {inner}))"
    frames = _COUNT if within else _COUNT_ON
    template, text = frames.say(rng, n=said, g=words, y=refer.the(y.name, 0), them="it" if number == 1 else "them")
    return Wish(template, text, goal)


def any_hold(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Any one of a kind into the hand."""
    look, _ = _start(state, rng)
    kind = _countable(look, rng, 2)
    if kind is None or look.held is not None:
        return None
    category, noun, many, _members = kind
    said = one(rng, (f"any {noun}", f"any one of the {many}", f"one of the {many}", f"some {noun} or other"))
    template, text = _ANY_HOLD.say(rng, any=said)
    return Wish(template, text, f"(exists (?x - {category}) (holding ?x))")


def _pairing(look: Look, rng: np.random.Generator, matching: bool) -> tuple[str, str] | None:
    """A kind of things and a kind of carriers whose colours fit, by their words."""
    carriers = ["bowl", "box", "plate", "zone", "bowl"] if matching else ["bowl", "box"]
    found = []
    for carrier in carriers:
        colors = {o.color for o in look.words_of(carrier)}
        for word in sorted(NOUNS):
            things = [o for o in look.of("movable", resting=False) if look.words[o.name] == word]
            if not 1 <= len(things) <= 4 or (len(things) == 1 and rng.random() < 0.7):
                continue
            if matching and all(o.color in colors for o in things):
                found.append((word, carrier))
            if not matching and len(colors) > 1 and any(o.color in colors for o in things):
                found.append((word, carrier))
    return one(rng, found) if found else None


def matching(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Each thing into or onto the carrier of its colour."""
    look, _ = _start(state, rng)
    pair = _pairing(look, rng, True)
    if pair is None:
        return None
    word, carrier = pair
    relation = "in" if carrier in ("bowl", "box") else "on"
    kinds = one(rng, NOUNS[word]), carrier
    every = one(rng, (f"each {kinds[0]}", f"every {kinds[0]}", f"each {kinds[0]}", f"every single {kinds[0]}"))
    frames = _MATCH_IN if relation == "in" else _MATCH_ON
    own = one(rng, ("its own", "the same", "its"))
    template, text = frames.say(rng, g=every, gs=plural(kinds[0]), c=kinds[1], cs=plural(kinds[1]), own=own)
    category = {"box": "box"}.get(carrier, carrier)
    return Wish(
        template, text, f"(forall (?x - {word}) (exists (?y - {category}) (and (same-color ?x ?y) ({relation} ?x ?y))))"
    )


def mismatching(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Each thing into a container of another colour."""
    look, _ = _start(state, rng)
    pair = _pairing(look, rng, False)
    if pair is None:
        return None
    word, carrier = pair
    noun = one(rng, NOUNS[word])
    every = one(rng, (f"each {noun}", f"every {noun}"))
    template, text = _MISMATCH.say(rng, g=every, gs=plural(noun), c=carrier, cs=plural(carrier))
    return Wish(
        template, text, f"(forall (?x - {word}) (exists (?y - {carrier}) (and (not (same-color ?x ?y)) (in ?x ?y))))"
    )


def one_each(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing of a kind into each container of a kind."""
    look, _ = _start(state, rng)
    carrier = one(rng, ("bowl", "box"))
    boxes, kind = look.words_of(carrier), _countable(look, rng, 2)
    if kind is None or not 2 <= len(boxes) <= 3 or len(kind[3]) < len(boxes) or look.held:
        return None
    if len(boxes) * len(kind[3]) > 12:
        return None
    template, text = _SPREAD.say(rng, g=kind[1], gs=kind[2], c=carrier, cs=plural(carrier))
    return Wish(template, text, f"(forall (?y - {carrier}) (exists (?x - {kind[0]}) (in ?x ?y)))")


def sort_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One group into one container, another into another."""
    look, refer = _start(state, rng)
    boxes = [o.name for o in look.containers()]
    first = draw_group(look, refer, rng, ("kind", "colour", "type"), 3)
    second = draw_group(look, refer, rng, ("kind", "colour", "type"), 3)
    if first is None or second is None or len(boxes) < 2 or set(first.members) & set(second.members):
        return None
    y, z = some(rng, boxes, 2)
    if len(first.members) + len(second.members) > 5:
        return None
    words = {"a": first.plain, "b": second.plain, "y": refer.the(y, 0.03), "z": refer.the(z, 0.03)}
    template, text = _SORT.say(rng, **words)
    goal = both(first.goal(lambda x: f"(in {x} {name(y)})"), second.goal(lambda x: f"(in {x} {name(z)})"))
    return Wish(template, text, goal)


def sort_at(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One group to one side, another to the other."""
    look, refer = _start(state, rng)
    first = draw_group(look, refer, rng, ("kind", "colour", "type"), 2)
    second = draw_group(look, refer, rng, ("kind", "colour", "type"), 2)
    if first is None or second is None or set(first.members) & set(second.members):
        return None
    opposite = {
        "left side": "right side",
        "right side": "left side",
        "top side": "bottom side",
        "bottom side": "top side",
    }
    where = one(rng, sorted(opposite))
    other = opposite[where]
    a, b = (one(rng, REGION_WORDS[w]) for w in (where, other))
    slots = {"at": f"at the {a}", "at2": f"at the {b}", "to": f"to the {a}", "to2": f"to the {b}"}
    template, text = _SORT_AT.say(rng, a=first.plain, b=second.plain, **slots)
    goal = both(first.goal(lambda x: f"(at {x} {name(where)})"), second.goal(lambda x: f"(at {x} {name(other)})"))
    return Wish(template, text, goal)


def rest(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One thing into one container, the others of its kind into another."""
    look, refer = _start(state, rng)
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
    """Nothing left in a container."""
    look, refer = _start(state, rng)
    boxes = [o.name for o in look.containers() if look.contents(o.name)]
    if not boxes:
        return None
    y = one(rng, boxes)
    template, text = _EMPTY.say(rng, y=refer.the(y, 0.1))
    return Wish(template, text, f"(forall (?x - movable) (not (in ?x {name(y)})))")


def clear(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Nothing left on something."""
    look, refer = _start(state, rng)
    loaded = [o.name for o in look.surfaces() if look.on(o.name) and o.name != look.held]
    if not loaded:
        return None
    y = one(rng, loaded)
    roomy = {"plate", "zone"} & look.kind(y)
    template, text = _CLEAR.say(rng, y=refer.named(y))
    goal = f"(forall (?x - movable) (not (on ?x {name(y)})))" if roomy else atom("clear", y)
    return Wish(template, text, goal)


def together(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things near each other."""
    look, refer = _start(state, rng)
    things = [o.name for o in look.movable(plain=True) if look.below.get(o.name) == TABLE]
    if len(things) < 2:
        return None
    x, y = some(rng, things, 2)
    template, text = _TOGETHER.say(rng, x=refer.the(x, 0.05), y=refer.the(y, 0.05))
    return Wish(template, text, atom("near", x, y))


def apart(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things not near each other."""
    from skills.predicates import is_near

    look, refer = _start(state, rng)
    things = [o for o in look.movable() if look.below.get(o.name) == TABLE and o.name in look.clear]
    pairs = [
        (a, b) for a in things for b in look.things if a != b and look.below.get(b.name) == TABLE and is_near(a, b)
    ]
    pairs = [(a, b) for a, b in pairs if b.name not in look.twins]
    if not pairs:
        return None
    x, y = one(rng, pairs)
    template, text = _APART.say(rng, x=refer.the(x.name, 0.05), y=refer.the(y.name, 0.05))
    return Wish(template, text, f"(not {atom('near', x.name, y.name)})")


def shared(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things in the same container, or in two, or one not in that of a colour."""
    look, refer = _start(state, rng)
    things = [o.name for o in look.movable()]
    carrier = one(rng, ("bowl", "box"))
    boxes = look.words_of(carrier)
    if len(things) < 2 or not 2 <= len(boxes) <= 3:
        return None
    x, y = some(rng, things, 2)
    slots = {"x": refer.the(x, 0.05), "y": refer.the(y, 0.05), "c": carrier, "cs": plural(carrier)}
    way = one(rng, ("same", "different", "other"))
    if way == "same":
        template, text = _SAME.say(rng, **slots)
        return Wish(template, text, f"(exists (?c - {carrier}) (and (in {name(x)} ?c) (in {name(y)} ?c)))")
    if way == "different":
        template, text = _DIFFERENT.say(rng, **slots)
        inner = f"(not (= ?c ?d)) (in {name(x)} ?c) (in {name(y)} ?d)"
        return Wish(template, text, f"(exists (?c - {carrier} ?d - {carrier}) (and {inner}))")
    out = one(rng, boxes)
    if sum(o.color == out.color for o in boxes) > 1 or out.color is None:
        return None
    template, text = _OTHER.say(rng, color=refer.color(out.color), **slots)
    return Wish(template, text, f"(exists (?c - {carrier}) (and (not (color ?c {out.color})) (in {name(x)} ?c)))")


def not_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something not in a container."""
    look, refer = _start(state, rng)
    inner = [n for n, box in look.inside.items() if n not in look.twins and box not in look.twins]
    if not inner:
        return None
    x = one(rng, inner)
    y = look.inside[x]
    template, text = _NOT.say(rng, x=refer.named(x), y=refer.named(y))
    return Wish(template, text, f"(not {atom('in', x, y)})")


WISHES: dict[str, Drawer] = {
    "all-in": all_in,
    "all-on": all_on,
    "all-at": all_at,
    "all-down": all_down,
    "count": count,
    "any-hold": any_hold,
    "matching": matching,
    "matching-2": matching,
    "all-in-2": all_in,
    "mismatching": mismatching,
    "one-each": one_each,
    "sort-in": sort_in,
    "sort-at": sort_at,
    "rest": rest,
    "empty": empty,
    "clear": clear,
    "together": together,
    "apart": apart,
    "shared": shared,
    "not-in": not_in,
}
