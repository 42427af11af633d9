"""Wishes about one thing on the tabletop: hold it, push it, put it in, on, at or beside something."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, chance, expand, one
from planner.language.corpus.look import Look
from planner.language.corpus.nouns import REGION_WORDS
from planner.language.corpus.refer import view
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
)

PUSH = Frames(
    "tabletop/push",
    "<pushonly> {x} {way}",
    "<pushonly> {x} [a bit|a little|slightly|some way] {way}",
    "give {x} a [push|shove|nudge] {way}",
    "[without picking it up,|without lifting it,] move {x} {way}",
    "<want> {x} [pushed|shoved|slid] {way}",
    "{x} [needs to be|should be|has to be] pushed {way}",
    "use [your|the] [hand|gripper|fingers] to push {x} {way}",
    "get {x} to [slide|move] {way} by pushing it",
    "push against {x} so that it [moves|goes|slides] {way}",
)

WAYS = {
    "left": ("to the left", "left", "leftwards", "towards the left", "to the left-hand side", "leftward"),
    "right": ("to the right", "right", "rightwards", "towards the right", "to the right-hand side", "rightward"),
    "forward": ("forward", "forwards", "away from you", "away from the robot", "ahead", "away", "to the back"),
    "backward": ("backward", "backwards", "towards you", "toward the robot", "towards yourself", "to the front"),
}

_TOWARD = Frames(
    "tabletop/toward",
    "<pushonly> {x} [toward|towards] {y}",
    "<pushonly> {x} [over|up|closer|across] to {y}",
    "<pushonly> {x} in the direction of {y}",
    "give {x} a [push|shove|nudge] [toward|towards] {y}",
    "<pushonly> {x} [nearer|closer] to {y}",
    "without [lifting|picking up] {x}, [move|get] it [toward|towards|close to|near] {y}",
    "{x} should be [pushed|slid|shoved] [toward|towards] {y}",
)

_IN = Frames(
    "tabletop/in",
    "<putin> {x} <in> {y}",
    "<putin> {x} <in> {y}",
    "<take> {x} and <putin> it <in> {y}",
    "{x} <goes> <in> {y}",
    "<want> {x} <in> {y}",
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
)

ON = Frames(
    "tabletop/on",
    "<put> {x} <on> {y}",
    "<put> {x} <ontop> {y}",
    "<take> {x} and <put> it <ontop> {y}",
    "{x} <goes> <ontop> {y}",
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

_RELATIONS = {
    "left-of": "<left>",
    "right-of": "<right>",
    "in-front-of": "<front>",
    "behind": "<behind>",
    "near": "<near>",
}

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

_OUT = Frames(
    "tabletop/out",
    "<remove> {x} <out> {y} [and <put> it on <table>|]",
    "<remove> {x} <out> {y} and [lay|put|set] it [down on|on] <table>",
    "{x} should [not be|no longer be] in {y} but on <table>",
    "empty {x} out onto <table>",
    "[put|set|place] {x} [back|down|] on <table>",
    "{x} <goes> [back|] on <table>",
    "unload {x} from {y}",
    "I [don't want|do not want] {x} in {y}[, put it on <table>|; it belongs on <table>]",
)

_OFF = Frames(
    "tabletop/off",
    "<remove> {x} [off|off of|down from|from] {y} [and <put> it on <table>|]",
    "{x} should not [be|sit|lie] on {y}[, put it on <table>| but on <table>]",
    "unstack {x} [from {y}|]",
    "[take|get] {x} down [from {y}|] [and <put> it on <table>|]",
    "[put|set|place] {x} [back|down|] on <table>",
    "[bring|move] {x} from {y} [down|] to <table>",
)

_DOWN = Frames(
    "tabletop/down",
    "[put|set|lay] {x} down [on <table>|]",
    "[put|set|lay] [{x} down|down {y}]",
    "put down [what you are holding|what you hold|whatever is in your hand|the thing in your hand]",
    "[let go of|release] {x}",
    "empty your [hand|gripper]",
    "free your [hand|gripper]",
    "you can [put {x} down|let go of {x}] now",
    "{x} back on the table [please|]",
)


def speakable(look: Look) -> list[str]:
    """Movable things that can be spoken of: of several with one name, those that bear a number."""
    return [o.name for o in look.movable(plain=False) if o.name not in look.twins or o.name[-1].isdigit()]


def _wish(frames: Frames, rng: np.random.Generator, goal: str, *, prefers: str = "", **slots: str) -> Wish:
    template, text = frames.say(rng, **slots)
    return Wish(template, text, goal, prefers=prefers)


def pick(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To hold something."""
    look, refer = view(state, rng)
    things = speakable(look)
    if not things:
        return None
    x = one(rng, things)
    return _wish(PICK, rng, atom("holding", x), x=refer.the(x, 0.3))


def push(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To push something in a direction."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name) == TABLE]
    if not things:
        return None
    x, direction = one(rng, things), one(rng, sorted(WAYS))
    way = one(rng, WAYS[direction])
    return _wish(PUSH, rng, atom("moved", x, direction), x=refer.the(x), way=way, prefers="push")


def toward(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To push something toward another."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name) == TABLE]
    if not things or len(look.things) < 2:
        return None
    x = one(rng, things)
    others = [o.name for o in look.things if o.name not in (x, look.held) and o.name not in look.twins]
    if not others:
        return None
    y = one(rng, others)
    return _wish(_TOWARD, rng, atom("near", x, y), x=refer.the(x), y=refer.the(y), prefers="push")


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
    return _wish(_IN, rng, atom("in", x, y), x=refer.the(x), y=refer.the(y, 0.1))


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
    frames = _STACK if stacks and chance(rng, 0.35) else ON
    return _wish(frames, rng, atom("on", x, y), x=refer.the(x), y=refer.the(y, 0.1))


def region(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put something into a part of the table."""
    look, refer = view(state, rng)
    things = speakable(look)
    if not things:
        return None
    x, where = one(rng, things), one(rng, sorted(REGION_WORDS))
    words = one(rng, REGION_WORDS[where])
    of = one(rng, ("", "", " of the table"))
    preposition = (
        "in" if where == "middle" or words.endswith(("corner", "part", "half")) or words in ("back", "front") else "on"
    )
    at = f"{one(rng, (preposition, preposition, 'at'))} the {words}{of}"
    to = f"{one(rng, ('to', 'to', 'over to'))} the {words}{of}"
    goal = atom("at", x, where)
    if look.below.get(x) != TABLE and x != look.held:
        goal = both(goal, atom("on", x, TABLE))
    return _wish(REGION, rng, goal, x=refer.the(x), at=at, to=to)


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
    relation = one(rng, sorted(_RELATIONS))
    frame_words = _RELATIONS[relation]
    return _wish(_BESIDE, rng, atom(relation, x, y), x=refer.the(x), y=refer.the(y, 0.1), rel=expand(frame_words, rng))


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
    return _wish(_BETWEEN, rng, atom("between", x, y, z), x=refer.the(x), y=refer.the(y, 0.05), z=refer.the(z, 0.05))


def out(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To take something out of or off what it is in or on."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name, TABLE) != TABLE]
    if not things:
        return None
    x = one(rng, things)
    y = look.below[x]
    if y in look.twins:
        return None
    frames = _OUT if look.inside.get(x) == y else _OFF
    return _wish(frames, rng, atom("on", x, TABLE), x=refer.named(x), y=refer.named(y))


def down(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put down what is held."""
    look, refer = view(state, rng)
    if look.held is None or look.held in look.twins:
        return None
    return _wish(
        _DOWN, rng, atom("on", look.held, TABLE), x=one(rng, (refer.named(look.held), "it")), y=refer.named(look.held)
    )


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
        return _wish(_IN, rng, atom("in", x, y), x=refer.named(x), y=refer.named(y))
    if y != TABLE:
        return _wish(ON, rng, atom("on", x, y), x=refer.named(x), y=refer.named(y))
    where = [r for r, ((x0, x1), (y0, y1)) in REGIONS.items() if _well_in(state[x].position, (x0, x1), (y0, y1))]
    if not where:
        return None
    words = one(rng, REGION_WORDS[region_ := one(rng, where)])
    return _wish(REGION, rng, atom("at", x, region_), x=refer.named(x), at=f"at the {words}", to=f"to the {words}")


def _well_in(point: Vec3, xs: tuple[float, float], ys: tuple[float, float]) -> bool:
    """Whether a point is inside bounds by most of a square."""
    return all(low + 0.03 < p < high - 0.03 for p, (low, high) in zip(point[:2], (xs, ys), strict=True))


WISHES: dict[str, Drawer] = {
    "pick": pick,
    "push": push,
    "toward": toward,
    "in": within,
    "on": upon,
    "region": region,
    "beside": beside,
    "between": amid,
    "out": out,
    "down": down,
    "already": already,
    "already-2": already,
    "in-2": within,
    "on-2": upon,
}
