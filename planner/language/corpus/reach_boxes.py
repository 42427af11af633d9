"""Wishes where things are out of reach: pulled in with the hook, put on and under the rack, packed into a basket."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, chance, expand, name, one, some
from planner.language.corpus.reach_look import boxes_of, far_things, hook_of, rack_words
from planner.language.corpus.refer import view
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState

_PULL = Frames(
    "reach/pull",
    "pull {x} closer",
    "[pull|drag|draw|fetch|rake] {x} [closer|nearer|towards you|toward you|in] [with|using] {h}",
    "use {h} to [pull|drag|draw|rake] {x} [closer|nearer|in|towards you]",
    "[bring|get] {x} within [reach|your reach|arm's reach]",
    "{x} is too far away[: pull it closer|, bring it nearer|; drag it in]",
    "I want {x} within reach",
    "make {x} reachable",
    "hook {x} and [pull|draw] it in",
    "take {h} and [pull {x} in|drag {x} closer]",
    "{x} should be [closer|nearer] to you",
    "with {h}, draw {x} nearer",
    "get {x} [closer|nearer] to you",
)

_UNDER = Frames(
    "reach/under",
    "<pushonly> {x} [under|underneath|beneath|below] {r}",
    "<pushonly> {x} [under|underneath|beneath] {r} [with|using] {h}",
    "use {h} to <pushonly> {x} [under|beneath|underneath] {r}",
    "<put> {x} [under|underneath|beneath|below] {r}",
    "{x} <goes> [under|underneath|beneath] {r}",
    "<want> {x} [under|underneath|beneath] {r}",
    "hide {x} [under|underneath|beneath] {r}",
    "store {x} below {r}",
    "<sure> {x} [is|ends up] [under|underneath|beneath] {r}",
    "get {x} out of the way, [under|underneath] {r}",
)

_ON = Frames(
    "reach/on",
    "<put> {x} <ontop> {r}",
    "<take> {x} and <put> it <ontop> {r}",
    "{x} <goes> [on|on top of] {r}",
    "<want> {x} on {r}",
    "<sure> {x} [is|stands|ends up] on {r}",
    "[stow|store|park|shelve] {x} on {r}",
    "lift {x} [onto|up onto] {r}",
    "{r} is the place for {x}",
    "{x} onto {r}",
    "[get|fetch] {x} and set it down on {r}",
)

_IN = Frames(
    "reach/in",
    "<putin> {x} <in> {r}",
    "<take> {x} and <putin> it <in> {r}",
    "{x} <goes> <inside> {r}",
    "<want> {x} in {r}",
    "pack {x} [into|in] {r}",
    "<sure> {x} [is|lands|ends up] in {r}",
    "{x} into {r}",
    "load {r} with {x}",
    "{r} should [hold|contain] {x}",
)

_HOLD = Frames(
    "reach/hold",
    "<pick> {x}",
    "<take> {x} [in your hand|into your gripper|and hold it]",
    "hold {x} [up|for me|]",
    "<want> you to [hold|pick up|get hold of] {x}",
    "get {x} into [the hand|your hand|the gripper]",
    "[lift|raise] {x} [off the table|up]",
    "<sure> you are holding {x}",
    "bring {x} here and [hold|keep] it in your hand",
)

_ALL_ON = Frames(
    "reach/all-on",
    "<put> {g} [on|onto] {r}",
    "<gather> {g} [on|onto] {r}",
    "{g} <go> on {r}",
    "<want> {g} on {r}",
    "[stow|store|shelve] {g} on {r}",
    "{r} is for {g}: put them there",
    "<sure> {g} [are|end up] on {r}",
    "get {g} up onto {r}",
)

_ALL_IN = Frames(
    "reach/all-in",
    "<putin> {g} <in> {r}",
    "<gather> {g} [in|into] {r}",
    "{g} <go> in {r}",
    "pack {g} [into|in] {r}",
    "load {g} into {r}",
    "<sure> {g} [are|end up] in {r}",
    "{r} should contain {g}",
    "<tidy>: {g} [go|belong] in {r}",
)

_PLURAL = ("all-on/2", "all-on/5", "all-on/6", "all-in/2", "all-in/5", "all-in/7")
"""Templates whose verbs are in the plural."""

_ALL_NEAR = Frames(
    "reach/all-near",
    "pull {g} [closer|nearer|within reach]",
    "[bring|get] {g} within [reach|your reach]",
    "{g} should be within reach",
    "<sure> you can reach {g}",
    "use {h} to draw {g} closer",
)

_OFF = Frames(
    "reach/off",
    "<remove> {x} [off|from|down from] {r} [and put it on <table>|]",
    "<put> {x} [down|back] on <table>",
    "{x} <goes> on <table>, not on {r}",
    "take {x} down [from {r}|]",
    "<want> {x} [down|] on <table>",
)

_OUT = Frames(
    "reach/out",
    "<remove> {x} <out> {r} [and put it on <table>|]",
    "<put> {x} [back|] on <table>",
    "{x} [should not be|does not belong] in {r}[, put it on <table>| but on <table>]",
    "unpack {x}",
    "<want> {x} out of {r} and on <table>",
)

_STACK = Frames(
    "reach/stack",
    "<stack> {x} <ontop> {y}",
    "<put> {x} <ontop> {y}",
    "{x} <goes> on [top of|] {y}",
    "<build> a <tower> of two: {y} below, {x} above",
    "set {x} down on {y}",
)

_BESIDE = Frames(
    "reach/beside",
    "<put> {x} {rel} {y}",
    "<take> {x} and put it {rel} {y}",
    "{x} <goes> {rel} {y}",
    "<want> {x} {rel} {y}",
    "set {x} down {rel} {y}",
)

_THEN = Frames(
    "reach/then",
    "first {a}, then {b}",
    "{a}, then {b}",
    "{a} and after that {b}",
    "{a}. [After that|Then|Afterwards], {b}",
    "before you {b}, {a}",
    "{a}; when that is done, {b}",
)

_TOOL = Frames(
    "reach/tool",
    "<pick> {h}",
    "take {h} in [your|the] [hand|gripper]",
    "[get|fetch|grab] {h}",
    "hold {h} [|ready|for later]",
    "you will need {h}, [take|get] it",
    "[arm|equip] yourself with {h}",
)

_DOWN = Frames(
    "reach/down",
    "put {h} [down|away|back]",
    "[lay|put|set] {h} [down|] on <table>",
    "you no longer need {h}[, put it down|; lay it aside]",
    "[let go of|release] {h}",
)

_PICTURE = {
    "left-of": "<left>",
    "right-of": "<right>",
    "in-front-of": "<front>",
    "behind": "<behind>",
    "near": "<near>",
}


def pull(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What is far away, closer."""
    look, refer = view(state, rng)
    far = [n for n in boxes_of(look) if n in far_things(state) and look.below.get(n) == TABLE]
    hook = hook_of(look, rng)
    if not far or hook is None:
        return None
    x = one(rng, far)
    template, text = _PULL.say(rng, x=refer.the(x), h=hook)
    return Wish(template, text, atom("reachable", x))


def pull_all(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """All boxes within reach."""
    look, _ = view(state, rng)
    boxes, hook = boxes_of(look), hook_of(look, rng)
    far = far_things(state) & set(boxes)
    if hook is None or not 1 <= len(far) <= 2 or len(boxes) < 2:
        return None
    if any(look.below.get(n) != TABLE for n in far):
        return None
    template, text = _ALL_NEAR.say(rng, g=one(rng, ("all the boxes", "every box", "all boxes", "the boxes")), h=hook)
    return Wish(template, text, "(forall (?x - carton) (reachable ?x))")


def under(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A box under the rack."""
    look, refer = view(state, rng)
    hook = hook_of(look, rng)
    if "rack" not in state or hook is None:
        return None
    boxes = boxes_of(look)
    if not boxes:
        return None
    x = one(rng, boxes)
    template, text = _UNDER.say(rng, x=refer.the(x), r=rack_words(rng), h=hook)
    return Wish(template, text, atom("under", x, "rack"))


def upon(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A box on the rack."""
    look, refer = view(state, rng)
    boxes = [n for n in boxes_of(look) if look.below.get(n) != "rack"]
    if "rack" not in state or not boxes:
        return None
    x = one(rng, boxes)
    template, text = _ON.say(rng, x=refer.the(x), r=rack_words(rng))
    return Wish(template, text, atom("on", x, "rack"))


def within(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A box in the basket."""
    look, refer = view(state, rng)
    baskets = [o.name for o in look.containers()]
    boxes = [n for n in boxes_of(look) if n not in look.inside]
    if not baskets or not boxes:
        return None
    x, y = one(rng, boxes), one(rng, baskets)
    template, text = _IN.say(rng, x=refer.the(x), r=refer.the(y, 0.0))
    return Wish(template, text, atom("in", x, y))


def hold(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A box in the hand, near or far."""
    look, refer = view(state, rng)
    boxes = boxes_of(look)
    if not boxes:
        return None
    x = one(rng, boxes)
    template, text = _HOLD.say(rng, x=refer.the(x, 0.25))
    return Wish(template, text, atom("holding", x))


def several(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Several boxes on the rack or in the basket."""
    look, refer = view(state, rng)
    boxes, baskets = boxes_of(look), [o.name for o in look.containers()]
    if len(boxes) < 2:
        return None
    to_rack = "rack" in state and (not baskets or chance(rng, 0.5))
    if not to_rack and not baskets:
        return None
    goal_place = "rack" if to_rack else baskets[0]
    relation = "on" if to_rack else "in"
    way = one(rng, ("all", "but", "some", "two", "any"))
    if way == "all" and len(boxes) < 5:
        said = one(rng, ("all the boxes", "every box", "all boxes", "the boxes"))
        goal = f"(forall (?x - carton) ({relation} ?x {name(goal_place)}))"
    elif way == "but" and 3 <= len(boxes) <= 4:
        out = one(rng, boxes)
        said = f"all boxes {one(rng, ('but', 'except', 'other than', 'apart from'))} {refer.named(out)}"
        goal = f"(forall (?x - carton) (imply (not (= ?x {name(out)})) ({relation} ?x {name(goal_place)})))"
    elif way == "two" and len(boxes) > 2:
        said = one(rng, ("two of the boxes", "any two boxes", "two boxes"))
        inner = f"(not (= ?x ?y)) ({relation} ?x {name(goal_place)}) ({relation} ?y {name(goal_place)})"
        goal = f"(exists (?x - carton ?y - carton) (and {inner}))"
    elif way == "any":
        said = one(rng, ("one of the boxes", "any box", "a box"))
        goal = f"(exists (?x - carton) ({relation} ?x {name(goal_place)}))"
    else:
        chosen = some(rng, boxes, 2)
        said = f"{refer.the(chosen[0], 0.05)} and {refer.the(chosen[1], 0.05)}"
        goal = both(*(atom(relation, n, goal_place) for n in chosen))
    frames = _ALL_ON if to_rack else _ALL_IN
    template, text = frames.say(rng, g=said, r=rack_words(rng) if to_rack else refer.named(goal_place))
    # `A box` goes, and does not go there together with others.
    if said.startswith(("one of", "any box", "a box", "every")) and template.endswith(_PLURAL):
        return None
    return Wish(template, text, goal)


def off(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A box from the rack or out of the basket onto the table."""
    look, refer = view(state, rng)
    boxes = [n for n in boxes_of(look) if look.below.get(n, TABLE) != TABLE]
    if not boxes:
        return None
    x = one(rng, boxes)
    y = look.below[x]
    frames = _OUT if x in look.inside else _OFF
    template, text = frames.say(rng, x=refer.named(x), r=rack_words(rng) if y == "rack" else refer.named(y))
    return Wish(template, text, atom("on", x, TABLE))


def stack(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A box on a box, or beside something."""
    look, refer = view(state, rng)
    boxes = [n for n in boxes_of(look) if n in look.clear]
    if len(boxes) < 2:
        return None
    x, y = some(rng, boxes, 2)
    if look.below.get(x) == y or look.below.get(y) == x:
        return None
    if chance(rng, 0.5):
        template, text = _STACK.say(rng, x=refer.the(x), y=refer.named(y))
        return Wish(template, text, atom("on", x, y))
    if look.below.get(y) != TABLE or {x, y} & far_things(state):
        return None
    relation = one(rng, sorted(_PICTURE))
    template, text = _BESIDE.say(rng, x=refer.the(x), y=refer.named(y), rel=expand(_PICTURE[relation], rng))
    return Wish(template, text, atom(relation, x, y))


def then(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Two things one after another."""
    look, refer = view(state, rng)
    boxes, hook = boxes_of(look), hook_of(look, rng)
    if len(boxes) < 2 or "rack" not in state:
        return None
    x, y = some(rng, boxes, 2)
    far = far_things(state)
    if x in far and look.below.get(x) == TABLE and hook:
        first, goal = f"pull {refer.the(x, 0.05)} closer", atom("reachable", x)
    elif look.below.get(x) != "rack":
        first, goal = f"put {refer.the(x, 0.05)} on {rack_words(rng)}", atom("on", x, "rack")
    else:
        first, goal = f"put {refer.the(x, 0.05)} on the table", atom("on", x, TABLE)
    if chance(rng, 0.4):
        y = x if "reachable" in goal else y
    words = "it" if y == x else refer.the(y, 0.05)
    second, last = one(
        rng,
        (
            (f"put {words} on {rack_words(rng)}", atom("on", y, "rack")),
            (f"pick up {words}" if words != "it" else "pick it up", atom("holding", y)),
        ),
    )
    template, text = _THEN.say(rng, a=first, b=second)
    if words == "it" and template.endswith("/4"):
        return None
    final = last if y == x else both(goal, last)
    return Wish(template, text, final, stages=(goal, final))


def tool(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The hook in the hand, or out of it."""
    look, _ = view(state, rng)
    hooks = [o.name for o in look.things if o.category == "hook"]
    if not hooks:
        return None
    words = f"the {one(rng, ('hook', 'hook', 'tool', hooks[0]))}"
    if look.held == hooks[0]:
        template, text = _DOWN.say(rng, h=words)
        return Wish(template, text, atom("on", hooks[0], TABLE))
    template, text = _TOOL.say(rng, h=words)
    return Wish(template, text, atom("holding", hooks[0]))


WISHES: dict[str, Drawer] = {
    "pull": pull,
    "pull-all": pull_all,
    "under": under,
    "on": upon,
    "in": within,
    "hold": hold,
    "several": several,
    "off": off,
    "stack": stack,
    "then": then,
    "tool": tool,
}
