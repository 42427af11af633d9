"""Wishes about one thing on the tabletop: hold it, put it in, on, at or beside something."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, expand, one
from planner.language.corpus.look import Look
from planner.language.corpus.refer import view
from planner.language.corpus.regions import draw_region
from planner.language.corpus.wish import Drawer, Wish
from sim.geometry import Vec3
from sim.state import TABLE, SceneState
from skills.vocabulary import REGIONS

PICK = Frames(
    "tabletop/pick",
    "<pick> {x}",
    "<take> {x} [|in your hand|in your gripper|off the table|and lift it|and hold it up]",
    "lift {x} [up|off the surface|into the air]",
    "hold {x} [|for me|up|for a moment]",
    "<want> you to [hold|pick up|lift|grab] {x}",
    "{x}: pick it up",
    "get {x} [into|in] [the hand|the gripper|your gripper|your hand]",
    "grip {x} [|and keep hold of it|and raise it]",
    "[let me see|show me] you [lift|pick up|grab] {x}",
    "your hand should [hold|be holding] {x}",
    "close [the|your] [fingers|gripper] around {x} and lift",
    "<sure> you are holding {x}",
    "have {x} in your [grip|hand|gripper]",
    "I need {x}",
)

_IN = Frames(
    "tabletop/in",
    "<putin> {x} <in> {y}",
    "<putin> {x} <in> {y}",
    "<take> {x} and <putin> it <in> {y}",
    "{x} <goes> <inside> {y}",
    "<want> {x} <inside> {y}",
    "<in> {y} [put|place|drop] {x}",
    "{x}: [into|in] {y} [with it|]",
    "fill {y} with {x}",
    "<sure> {x} [is|ends up|lies|lands] [in|inside] {y}",
    "[add|transfer] {x} to {y}",
    "the [place|home|spot] for {x} is [in|inside] {y}",
    "{y} [is where {x} belongs|is the place for {x}|should contain {x}|needs {x} in it|should have {x} in it]",
    "let {x} [drop|fall] into {y}",
    "pick up {x}, carry it over to {y} and [let go of it there|drop it in]",
    "[I think|] {x} [would look good|looks best|would be better off] in {y}",
    "why isn't {x} in {y}? [Fix that|Put it there]",
    "{x} into {y}",
    "[there is room in {y} for|use {y} to hold] {x}",
    "[move|bring|carry|take|get] {x} [over |]to {y}",
    "[move|bring|carry|take] {x} [over |]to {y}",
)

ON = Frames(
    "tabletop/on",
    "<put> {x} <on> {y}",
    "<put> {x} <ontop> {y}",
    "<take> {x} and <put> it <ontop> {y}",
    "{x} <goes> <atop> {y}",
    "<want> {x} [on|on top of] {y}",
    "<ontop> {y} [put|place|set] {x}",
    "<sure> {x} [is|ends up|sits|rests|stands] [on|on top of] {y}",
    "let {x} [rest|sit|lie] [on|on top of] {y}",
    "{y} should have {x} [on it|on top]",
    "{x} onto {y}",
    "balance {x} on {y}",
    "top {y} with {x}",
    "[set|put] {x} down on {y}",
    "the [place|spot] for {x} is [on|on top of] {y}",
)

ON_FLAT = Frames(
    "tabletop/on-flat",
    "[move|bring|carry|take|get] {x} [over |]to {y}",
    "[move|bring|carry|take|transfer] {x} [over |]to {y}",
    "to {y} with {x}",
    "serve {x} on {y}",
    "[there is room on {y} for|use {y} for] {x}",
    "leave {x} on {y}",
    "[carry|take] {x} over to {y} and [let go of it there|put it down there]",
)
"""Onto what things lie on side by side: a plate, a zone."""

_AREA = Frames(
    "tabletop/in-area",
    "<put> {x} [in|inside|within|into] {y}",
    "{x} [goes|belongs|should be|should go|has to be] [in|inside|within] {y}",
    "<take> {x} and <put> it [down|] [in|inside] {y}",
    "<want> {x} [in|inside|within] {y}",
    "<sure> {x} [is|ends up|lies] [in|inside|within] {y}",
    "{x} into {y}",
    "[park|set down|leave] {x} [in|inside] {y}",
)
"""What is marked on the table is an area, which things lie in."""

_STACK = Frames(
    "tabletop/stack-two",
    "<stack> {x} [on|on top of|onto] {y}",
    "build a <tower> of two with {x} on top of {y}",
    "{x} should [be stacked|sit] on {y}",
    "make a [small|little] <tower>: {y} [below|underneath|at the bottom], {x} [on top|above]",
    "use {y} as [a|the] base and [put|stack] {x} on it",
    "[I'd like a|make a] <tower> [of|from] {y} and {x}, with {x} on top",
)

REGION = Frames(
    "tabletop/region",
    "[put|place|set|lay|leave] {x} {at}",
    "<take> {x} and [put|place|set] it {at}",
    "{x} <goes> {at}",
    "<want> {x} {at}",
    "<sure> {x} [is|ends up|lies] {at}",
    "[bring|carry|relocate|transfer] {x} {to}",
    "{to} with {x}",
    "{x} should be [lying|found|placed] {at}",
    "{x} {to}",
    "find a [place|spot] for {x} {at}",
    "[set|put] {x} down [somewhere|] {at}",
    "move {x} {to}",
    "the [place|right spot] for {x} is {at}",
)


_BESIDE = Frames(
    "tabletop/beside",
    "<put> {x} {rel} {y}",
    "<put> {x} {rel} {y}",
    "<take> {x} and <put> it {rel} {y}",
    "{x} <goes> {rel} {y}",
    "<want> {x} {rel} {y}",
    "<sure> {x} [is|ends up|stands|lies] {rel} {y}",
    "{rel} {y} [put|place] {x}",
    "[set|put] {x} down {rel} {y}",
    "{x} {rel} {y}",
    "[position|arrange] {x} so that it [is|stands|lies] {rel} {y}",
    "I want to see {x} {rel} {y}",
    "[find|choose] a [place|spot] {rel} {y} for {x}",
)

RELATION_WORDS = {
    "left-of": "<left>",
    "right-of": "<right>",
    "in-front-of": "<front>",
    "behind": "<behind>",
    "near": "<near>",
}
"""How it is said where a thing is to be from another, by predicate."""

_BETWEEN = Frames(
    "tabletop/between",
    "<put> {x} <between> {y} and {z}",
    "<take> {x} and <put> it <between> {y} and {z}",
    "{x} <goes> <between> {y} and {z}",
    "<want> {x} <between> {y} and {z}",
    "<between> {y} and {z} [put|place] {x}",
    "<sure> {x} [is|stands|ends up] between {y} and {z}",
    "{x} should [separate|stand between|sit between] {y} and {z}",
    "fill the gap between {y} and {z} with {x}",
    "have {y} on one side of {x} and {z} on the other",
)


def speakable(look: Look) -> list[str]:
    """Movable things that can be spoken of: of several with one name, those that bear a number."""
    return [o.name for o in look.movable(plain=False) if o.name not in look.twins or o.name[-1].isdigit()]


def wish_of(frames: Frames, rng: np.random.Generator, goal: str, *, prefers: str = "", **slots: str) -> Wish:
    """A sentence of some frames, and what it means."""
    template, text = frames.say(rng, **slots)
    return Wish(template, text, goal, prefers=prefers)


def to_pick(rng: np.random.Generator, said: str) -> tuple[str, str]:
    """A sentence of `PICK`: not `I need the ball in the bowl`, which may want it to be there."""
    placed = bool({"in", "on", "inside", "under", "at"} & set(said.split()))
    template, text = PICK.say(rng, x=said)
    while placed and template.endswith("/13"):
        template, text = PICK.say(rng, x=said)
    return template, text


def pick(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To hold something."""
    look, refer = view(state, rng)
    things = speakable(look)
    if not things:
        return None
    x = one(rng, things)
    template, text = to_pick(rng, refer.the(x, 0.3))
    return Wish(template, text, atom("holding", x))


def within(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something into a container."""
    look, refer = view(state, rng)
    things = speakable(look)
    boxes = [o.name for o in look.containers()]
    if not things or not boxes:
        return None
    x, y = one(rng, things), one(rng, boxes)
    if look.inside.get(x) == y and not chance(rng, 0.2):
        return None
    return _into(look, rng, atom("in", x, y), x=refer.the(x), y=refer.the(y, 0.1))


def _into(look: Look, rng: np.random.Generator, goal: str, **slots: str) -> Wish | None:
    """Frames of `_IN`; nobody asks why something is not where it is."""
    wish = wish_of(_IN, rng, goal, **slots)
    there = any(goal == atom("in", x, y) for x, y in look.inside.items())
    return None if there and wish.template.endswith("/15") else wish


def upon(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something on a plate, a zone, a stand or a block."""
    look, refer = view(state, rng)
    things = speakable(look)
    surfaces = [o.name for o in look.surfaces() if look.free(o.name) or chance(rng, 0.4)]
    if not things or not surfaces:
        return None
    x, y = one(rng, things), one(rng, surfaces)
    if x == y or (look.below.get(x) == y and not chance(rng, 0.2)) or look.below.get(y) == x:
        return None
    stacks = not {"plate", "zone"} & look.kind(y)
    if not stacks and chance(rng, 0.3):
        return wish_of(ON_FLAT, rng, atom("on", x, y), x=refer.the(x), y=refer.the(y, 0.1))
    frames = _STACK if stacks and chance(rng, 0.35) else ON
    return wish_of(frames, rng, atom("on", x, y), x=refer.the(x), y=refer.the(y, 0.1))


def in_area(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something into a zone, or, now and then, into a plate."""
    look, refer = view(state, rng)
    things = speakable(look)
    flat = [o.name for o in look.surfaces() if o.category == "zone" or (o.category == "plate" and chance(rng, 0.1))]
    if not things or not flat:
        return None
    x, y = one(rng, things), one(rng, flat)
    if look.below.get(x) == y and not chance(rng, 0.2):
        return None
    said = refer.the(y, 0.05)
    if state[y].category == "zone" and chance(rng, 0.4):
        said = f"the {refer.color(str(state[y].color))} {one(rng, ('square', 'area', 'field', 'rectangle'))}"
    return wish_of(_AREA, rng, atom("on", x, y), x=refer.the(x), y=said)


def region(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something into a part of the table."""
    look, refer = view(state, rng)
    things = speakable(look)
    if not things:
        return None
    x, where = one(rng, things), draw_region(rng, over=0.33)
    if look.carried_to(x, where.name):
        return None
    return wish_of(REGION, rng, atom("at", x, where.name), x=refer.the(x), at=where.at, to=where.to)


def beside(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something to a side of another, or near it."""
    look, refer = view(state, rng)
    things = speakable(look)
    anchors = [o.name for o in look.things if o.name != look.held and look.below.get(o.name) == TABLE]
    anchors = [n for n in anchors if n not in look.twins]
    if not things or not anchors:
        return None
    x, y = one(rng, things), one(rng, anchors)
    if x == y or look.below.get(y) == x or look.below.get(x) == y or x not in look.clear:
        return None
    relation = one(rng, sorted(RELATION_WORDS))
    frame_words = RELATION_WORDS[relation]
    return wish_of(
        _BESIDE, rng, atom(relation, x, y), x=refer.the(x), y=refer.the(y, 0.1), rel=expand(frame_words, rng)
    )


def amid(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something between two others."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable()]
    anchors = [o.name for o in look.things if o.name != look.held and look.below.get(o.name) == TABLE]
    anchors = [n for n in anchors if n not in look.twins]
    if not things or len(anchors) < 3:
        return None
    x = one(rng, things)
    if x not in look.clear:
        return None
    around = [n for n in anchors if n != x and look.below.get(x) != n]
    y, z = (around[int(k)] for k in rng.permutation(len(around))[:2])
    if any(look.below.get(n) == x for n in (y, z)):
        return None
    return wish_of(_BETWEEN, rng, atom("between", x, y, z), x=refer.the(x), y=refer.the(y, 0.05), z=refer.the(z, 0.05))


def already(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What is so already: in, on or at something."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if o.name != look.held]
    if not things or look.held is not None:
        return None
    x = one(rng, things)
    y = look.below.get(x, TABLE)
    if y in look.twins:
        return None
    if x in look.inside:
        return _into(look, rng, atom("in", x, y), x=refer.named(x), y=refer.named(y))
    if y != TABLE:
        return wish_of(ON, rng, atom("on", x, y), x=refer.named(x), y=refer.named(y))
    where = [r for r, ((x0, x1), (y0, y1)) in REGIONS.items() if _well_in(state[x].position, (x0, x1), (y0, y1))]
    if not where:
        return None
    part = draw_region(rng, tuple(where))
    return wish_of(REGION, rng, atom("at", x, part.name), x=refer.named(x), at=part.at, to=part.to)


def _well_in(point: Vec3, xs: tuple[float, float], ys: tuple[float, float]) -> bool:
    """Whether a point is inside bounds by most of a square."""
    return all(low + 0.03 < p < high - 0.03 for p, (low, high) in zip(point[:2], (xs, ys), strict=True))


WISHES: dict[str, Drawer] = {
    "pick": pick,
    "in": within,
    "on": upon,
    "region": region,
    "beside": beside,
    "between": amid,
    "already": already,
    "already-2": already,
    "in-2": within,
    "in-area": in_area,
    "on-2": upon,
}
