"""Wishes about several things of the tabletop: each to its own, some here and some there, together and apart."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, name, one, some
from planner.language.corpus.groups import draw_group
from planner.language.corpus.look import Look
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.tabletop_many import countable
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, plural
from sim.state import TABLE, SceneState
from skills.predicates import is_near

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

_ONE_TO_EACH = (
    ", one to each {c}",
    ", one {g} to a {c}",
    ", no two in the same {c}",
    ", so that each {c} holds one {g}",
    ", a {c} for each",
    ", each {g} in its own {c}",
    " and no more than one {g} in a {c}",
)
"""Said after a frame of matching or mismatching: each container gets one."""

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
    look, _ = view(state, rng)
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
    look, _ = view(state, rng)
    pair = _pairing(look, rng, False)
    if pair is None:
        return None
    word, carrier = pair
    noun = one(rng, NOUNS[word])
    every = one(rng, (f"each {noun}", f"every {noun}"))
    template, text = _MISMATCH.say(rng, g=every, gs=plural(noun), c=carrier, cs=plural(carrier))
    goal = f"(forall (?x - {word}) (exists (?y - {carrier}) (and (not (same-color ?x ?y)) (in ?x ?y))))"
    if len(look.words_of(word)) == len(look.words_of(carrier)) == look.nouns[word] and one(rng, (True, True, False)):
        text += one(rng, _ONE_TO_EACH).format(g=noun, c=carrier)
        goal = both(goal, f"(forall (?y - {carrier}) (exists (?x - {word}) (in ?x ?y)))")
    return Wish(template, text, goal)


def one_each(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing of a kind into each container of a kind."""
    look, _ = view(state, rng)
    carrier = one(rng, ("bowl", "box"))
    boxes, kind = look.words_of(carrier), countable(look, rng, 2)
    if kind is None or not 2 <= len(boxes) <= 3 or len(kind[3]) < len(boxes) or look.held:
        return None
    if len(boxes) * len(kind[3]) > 12:
        return None
    template, text = _SPREAD.say(rng, g=kind[1], gs=kind[2], c=carrier, cs=plural(carrier))
    return Wish(template, text, f"(forall (?y - {carrier}) (exists (?x - {kind[0]}) (in ?x ?y)))")


def sort_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One group into one container, another into another."""
    look, refer = view(state, rng)
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
    look, refer = view(state, rng)
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
    if any(look.carried_to(m, r) for g, r in ((first, where), (second, other)) for m in g.members):
        return None
    a, b = draw_region(rng, (where,)), draw_region(rng, (other,))
    slots = {"at": a.at, "at2": b.at, "to": a.to, "to2": b.to}
    template, text = _SORT_AT.say(rng, a=first.plain, b=second.plain, **slots)
    goal = both(first.goal(lambda x: f"(at {x} {name(where)})"), second.goal(lambda x: f"(at {x} {name(other)})"))
    return Wish(template, text, goal)


def together(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things near each other."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable(plain=True) if look.below.get(o.name) == TABLE]
    if len(things) < 2:
        return None
    x, y = some(rng, things, 2)
    if is_near(state[x], state[y]):
        return None
    template, text = _TOGETHER.say(rng, x=refer.the(x, 0.05), y=refer.the(y, 0.05))
    return Wish(template, text, atom("near", x, y))


def apart(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things not near each other."""
    look, refer = view(state, rng)
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
    look, refer = view(state, rng)
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
    look, refer = view(state, rng)
    inner = [n for n, box in look.inside.items() if n not in look.twins and box not in look.twins]
    if not inner:
        return None
    x = one(rng, inner)
    y = look.inside[x]
    template, text = _NOT.say(rng, x=refer.named(x), y=refer.named(y))
    return Wish(template, text, f"(not {atom('in', x, y)})")


WISHES: dict[str, Drawer] = {
    "matching": matching,
    "matching-2": matching,
    "mismatching": mismatching,
    "one-each": one_each,
    "sort-in": sort_in,
    "sort-at": sort_at,
    "together": together,
    "apart": apart,
    "shared": shared,
    "not-in": not_in,
}
