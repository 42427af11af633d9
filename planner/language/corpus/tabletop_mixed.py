"""Wishes on the tabletop that put two ideas together: a stack in a corner, what lies on a side, the matching bowl."""

from __future__ import annotations

import itertools

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, chance, listed, name, one, some
from planner.language.corpus.groups import draw_group
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.tabletop_stack import QUANTIFIED, one_tower
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS, plural
from planner.language.places import square
from sim.state import TABLE, ObjectState, SceneState
from skills.vocabulary import REGIONS

_SIDES = (
    ("left", "column", range(6), range(9, 18)),
    ("right", "column", range(12, 18), range(9)),
    ("bottom", "row", range(4), range(6, 18)),
    ("top", "row", range(8, 18), range(6)),
)
"""A side of the table, what tells it on the board, where a thing is clearly on it, and where it clearly is not."""
_CORNERS = ("top left corner", "top right corner", "bottom left corner", "bottom right corner")
_STACK_AT = Frames(
    "tabletop/stack-at",
    "<stack> {g} {at}",
    "<build> a <tower> of {g} {at}",
    "<want> a <tower> of {g} {at}",
    "{at} [build|make] a <tower> from {g}",
    "{g} should be [stacked|piled up] {at}",
    "<put> {g} on top of each other {at}",
)
_CORNERS_EACH = Frames(
    "tabletop/corners-each",
    "<put> {g} in different corners",
    "{g} <go> in different corners of the table",
    "each of {g} gets a corner of its own",
    "distribute {g} over the corners[, one each|]",
    "spread {g} out so that each is in another corner",
    "{g} into the corners, one [each|to a corner]",
    "<want> {g} in [separate|different] corners of the table",
)
_CORNER_NEAR = Frames(
    "tabletop/corner-near",
    "<put> {x} in the corner [closest to|nearest to|next to|that is closest to] {y}",
    "{x} <goes> in the corner [nearest|closest to] {y}",
    "move {x} to the corner nearest to {y}",
    "find the corner closest to {y} and put {x} there",
    "the corner by {y} is where {x} belongs",
)
_SIDE_GROUP = Frames(
    "tabletop/side-group",
    "<putin> [all|] the {ks} on the {side} side <in> {y}",
    "<putin> every {k} [that is|] on the {side} side of the table <in> {y}",
    "the {ks} on the {side} <go> in {y}",
    "<gather> the {ks} that are on the {side} side in {y}",
    "clear the {ks} off the {side} side, [into|putting them in] {y}",
)
_SIDE_MOVED = Frames(
    "tabletop/side-moved",
    "[move|bring|carry] [all|] the {ks} on the {side} side {to}",
    "[put|place] every {k} [that is|] on the {side} side of the table {at}",
    "the {ks} [that are|] on the {side} side <go> {at}",
    "<take> all the {ks} from the {side} side and put them {at}",
)
_ALL_FROM = Frames(
    "tabletop/all-from",
    "[move|transfer|shift] everything [in|that is in|from] {a} [to|into] {b}",
    "empty {a} into {b}",
    "[whatever|what] is in {a} [belongs|should go] in {b}",
    "take everything out of {a} and put it in {b}",
    "the contents of {a} <go> in {b}",
    "pour the contents of {a} into {b}, [one by one|piece by piece]",
)
_ALL_OFF = Frames(
    "tabletop/all-off",
    "[move|transfer|put] everything [on|that is on|from] {a} into {b}",
    "clear {a} into {b}",
    "[whatever|what] is on {a} [belongs|should go] in {b}",
    "take everything off {a} and put it in {b}",
)
_OWN = Frames(
    "tabletop/own-colour",
    "<putin> {x} <in> the {c} of [its|the same|its own] <colour>",
    "<putin> {x} <in> the matching {c}",
    "<putin> {x} <in> the {c} that has its <colour>",
    "{x} <goes> in the {c} [with|of] the same <colour>",
    "<want> {x} in the {c} that matches [it|its <colour>]",
    "find the {c} with the <colour> of {x} and put it in there",
    "which {c} has the <colour> of {x}? Put it in that one",
    "{x} belongs to the {c} it matches",
)
_OFFERED = Frames(
    "tabletop/offered",
    "{y} is for {x}",
    "{x} and {y}: put the first in the second",
    "[there is|I see] space [in|inside] {y} for {x}[, use it|]",
    "[could|can] {x} go in {y}",
    "what about putting {x} in {y}",
    "how about {x} in {y}",
    "let's have {x} in {y}",
    "my plan is to have {x} in {y}",
    "{x} is looking for a home: {y} would be perfect",
    "[why not|you could] [put|place] {x} in {y}",
    "it would be [nice|great|good] to have {x} in {y}",
    "wouldn't {x} be better off in {y}",
    "I'd be happier if {x} were in {y}",
    "I can't rest until {x} is in {y}",
    "next up: {x} in {y}",
    "{x}, {y}, in it goes",
    "from where it is, take {x} to {y} and drop it inside",
)


def stack_at(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All of a kind on each other in a part of the table."""
    look, refer = view(state, rng)
    words = [w for w in ("block", "cylinder", "brick") if 2 <= look.nouns[w] <= QUANTIFIED]
    if not words or look.held is not None:
        return None
    word = one(rng, words)
    members = [o for o in look.things if look.words[o.name] == word]
    where = draw_region(rng)
    noun = plural(refer.noun(members[0].name))
    template, text = _STACK_AT.say(rng, g=one(rng, (f"all the {noun}", f"the {noun}", f"all {noun}")), at=where.at)
    down = [o.name for o in members][::-1]
    goal = both(*(atom("on", a, b) for a, b in itertools.pairwise(down)), atom("at", down[-1], where.name))
    return Wish(template, text, goal, formula=one_tower(word, f"(at ?a {name(where.name)})"))


def corners(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two to four things in corners of their own: what is spoken of, or told by the text, first gets the first corner.

    Only where they are not all in corners already: then any corners would have done.
    """
    look, refer = view(state, rng)
    if chance(rng, 0.5):
        return None
    things = [o.name for o in look.movable() if o.name in look.clear and o.name != look.held]
    count = one(rng, (2, 2, 3))
    if len(things) < count:
        return None
    chosen, said = some(rng, things, count), ""
    group = draw_group(look, refer, rng, ("kind", "colour", "two-colours", "class"))
    if group is not None and chance(rng, 0.6):
        chosen, said = [o.name for o in look.things if o.name in group.members], group.words
        if not set(chosen) <= look.clear or look.held in chosen:
            return None
    if all(any(_inside(state[n], REGIONS[c]) for c in _CORNERS) for n in chosen):
        return None
    template, text = _CORNERS_EACH.say(rng, g=said or listed([refer.named(n) for n in chosen]))
    return Wish(template, text, both(*(atom("at", n, c) for n, c in zip(chosen, _CORNERS, strict=False))))


def _inside(thing: ObjectState, bounds: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    return all(low <= p <= high for p, (low, high) in zip(thing.position[:2], bounds, strict=True))


def corner_near(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing into the corner that is nearest to another."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable()]
    anchors = [o for o in look.things if look.below.get(o.name) == TABLE and o.name not in look.twins]
    found = []
    for o in anchors:
        column, row = ord(square(o)[0]) - ord("a"), int(square(o)[1:])
        if (column <= 6 or column >= 11) and (row <= 5 or row >= 8):
            corner = f"{'top' if row >= 8 else 'bottom'} {'left' if column <= 6 else 'right'} corner"
            found.append((o.name, corner))
    if not found or not things:
        return None
    y, corner = one(rng, found)
    others = [n for n in things if n != y and look.below.get(n) != y and look.below.get(n, TABLE) == TABLE]
    if not others:
        return None
    x = one(rng, others)
    template, text = _CORNER_NEAR.say(rng, x=refer.the(x, 0.1), y=refer.named(y))
    return Wish(template, text, atom("at", x, corner))


def side_group(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Those of a kind that lie on one side into a container, or to another part of the table."""
    look, refer = view(state, rng)
    boxes, found = look.containers(), []
    for word in sorted(NOUNS):
        same = [o for o in look.of("movable") if look.words[o.name] == word]
        if len(same) < 2 or any(look.below.get(o.name) != TABLE for o in same):
            continue
        columns = {o.name: ord(square(o)[0]) - ord("a") for o in same}
        rows = {o.name: int(square(o)[1:]) - 1 for o in same}
        for side, at, here, there in _SIDES:
            places = columns if at == "column" else rows
            members = [n for n, c in places.items() if c in here]
            if 2 <= len(members) <= 3 and len(members) < len(same):
                found += [(word, side, members)] if all(c in (*here, *there) for c in places.values()) else []
    if not found:
        return None
    word, side, members = one(rng, found)
    noun = one(rng, NOUNS[word])
    if not boxes or chance(rng, 0.5):
        where = draw_region(rng, tuple(r for r in REGIONS if not r.startswith(side) and r != "middle"))
        template, text = _SIDE_MOVED.say(rng, k=noun, ks=plural(noun), side=side, at=where.at, to=where.to)
        return Wish(template, text, both(*(atom("at", n, where.name) for n in members)))
    y = one(rng, boxes).name
    template, text = _SIDE_GROUP.say(rng, k=noun, ks=plural(noun), side=side, y=refer.named(y))
    return Wish(template, text, both(*(atom("in", n, y) for n in members)))


def all_from(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What is in or on one thing into another."""
    look, refer = view(state, rng)
    boxes = [o.name for o in look.containers()]
    full = [n for n in boxes if 1 <= len(look.contents(n)) <= 3]
    plates = [o.name for o in look.surfaces() if o.category in ("plate", "zone") and 1 <= len(look.on(o.name)) <= 3]
    a = one(rng, [*full, *plates]) if full or plates else None
    others = [n for n in boxes if n != a]
    if a is None or not others:
        return None
    b = one(rng, others)
    members = look.contents(a) if a in full else look.on(a)
    if any(n not in look.clear for n in members):
        return None
    frames = _ALL_FROM if a in full else _ALL_OFF
    template, text = frames.say(rng, a=refer.named(a), b=refer.named(b))
    return Wish(template, text, both(*(atom("in", n, b) for n in members)))


def own(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing into the container of its colour."""
    look, refer = view(state, rng)
    carrier = one(rng, ("bowl", "box"))
    boxes = look.words_of(carrier)
    colors = [o.color for o in boxes]
    things = [o for o in look.movable() if look.shown(o) and colors.count(o.color) == 1]
    if not things or len(boxes) < 2:
        return None
    x = one(rng, things)
    y = next(o.name for o in boxes if o.color == x.color)
    template, text = _OWN.say(rng, x=refer.the(x.name, 0.1), c=carrier)
    return Wish(template, text, atom("in", x.name, y))


def offered(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing into a container, said in roundabout ways."""
    look, refer = view(state, rng)
    boxes, things = [o.name for o in look.containers()], [o.name for o in look.movable()]
    if not boxes or not things:
        return None
    x, y = one(rng, things), one(rng, boxes)
    if look.inside.get(x) == y and not chance(rng, 0.1):
        return None
    template, text = _OFFERED.say(rng, x=refer.the(x, 0.1), y=refer.the(y, 0.05))
    return Wish(template, text, atom("in", x, y))


WISHES: dict[str, Drawer] = {
    "stack-at": stack_at,
    "corners": corners,
    "corner-near": corner_near,
    "side-group": side_group,
    "all-from": all_from,
    "own": own,
    "offered": offered,
    "offered-2": offered,
}
