"""Wishes at the desk about one thing: its drawer, its door, a light, a block."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.desk_look import Desk
from planner.language.corpus.phrasing import Patterns, atom, both, chance, no, one, some
from planner.language.corpus.wish import Drawer, Wish
from planner.language.corpus.words import FIXTURE_WORDS
from sim.state import TABLE, SceneState

_OPEN = Patterns(
    "desk/open",
    "<open> the {d}",
    "[pull|slide] the {d} open",
    "pull out the {d}",
    "<want> the {d} open",
    "[grab|take] the handle of the {d} and [pull it open|open it]",
    "the {d} [should|must|has to] be open",
    "I need to [see|get at] what is in the {d}, open it",
    "draw the {d} out [all the way|as far as it goes|]",
    "let me look into the {d}",
)
_CLOSE = Patterns(
    "desk/close",
    "<close> the {d}",
    "push the {d} [in|shut|closed]",
    "<want> the {d} [closed|shut]",
    "the {d} [should|must|has to] be [closed|shut]",
    "[grab|take] the handle of the {d} and [push it shut|close it]",
    "the {d} is [still|] open, <close> it",
    "[slide|move] the {d} [back in|shut]",
    "don't leave the {d} open",
)
_SLIDE = Patterns(
    "desk/slide",
    "[slide|push|move] the {d} to the {side}",
    "[slide|push|move] the {d} {side}",
    "[slide|push] the {d} [over|all the way] to the {side} [side|]",
    "<want> the {d} on the {side}",
    "the {d} [should|must] be on the {side} [side|]",
    "[grasp|grab] the {d} and [slide|move] it to the {side}",
    "{side} is where the {d} should be",
    "uncover the {other} half of the cupboard",
    "[open up|clear|free] the {other} side of the cabinet by moving its door",
)
_TOGGLE_DOOR = Patterns(
    "desk/slide-over",
    "[slide|move|push] the {d} to the other side",
    "the {d} [should|must] be on the other side",
    "move the {d} across",
    "<want> the {d} on the opposite side",
)
_LIGHT_ON = Patterns(
    "desk/light-on",
    "<turnon> the {l}",
    "[turn|switch] the {l} on",
    "<want> the {l} [on|lit]",
    "the {l} [should|must|has to] [be on|shine|glow|be lit]",
    "make the {l} [shine|glow|light up] for me",
    "{how} so that the {l} [comes on|lights up|glows]",
    "{how} to <turnon> the {l}",
    "let the {l} [shine|glow]",
    "[why is|who turned] the {l} off? [turn it on|switch it on]",
)
_LIGHT_OFF = Patterns(
    "desk/light-off",
    "<turnoff> the {l}",
    "[turn|switch] the {l} off",
    "<want> the {l} [off|dark]",
    "the {l} [should|must|has to] be [off|dark]",
    "the {l} is to go [out|dark]",
    "{how} so that the {l} goes [off|out]",
    "{how} to <turnoff> the {l}",
    "put out the {l}",
    "the {l} [dazzles me|is too bright|wastes power], <turnoff> it",
)
_WORK = Patterns(
    "desk/work",
    "{how}",
    "{how} [once|one time]",
    "<want> you to {how}",
    "go and {how}",
)
_HOW = {
    "led": ("press the button", "push the button", "push down the button", "hit the button", "push the button down"),
    "lightbulb": ("flip the switch", "use the switch", "move the switch", "toggle the switch", "slide the switch"),
}
_TURN = Patterns(
    "desk/turn",
    "<turn> {x} [to the|] {side}",
    "<turn> {x} {sense}",
    "[give {x} a turn|turn {x} round a quarter] to the {side}",
    "[grasp|take|grab] {x} and <turn> it [to the|] {side}",
    "<want> {x} turned [to the|] {side}",
    "{x} [should be|must be|needs to be] [turned|rotated] {sense}",
    "[make|do] a {side} turn with {x}",
    "<turn> {x} about ninety degrees {sense}",
)
_PUSH = Patterns(
    "desk/push",
    "<push> {x} [to the|] {side}",
    "<push> {x} [a bit|a little|some way|over] to the {side}",
    "<push> {x} towards the {side}",
    "go push {x} {side}",
    "<want> {x} [pushed|shoved] [to the|] {side}",
    "{x} [should be|must be] [pushed|shoved] {side}",
    "{x} is in the way, <push> it to the {side}",
    "give {x} a [push|shove|nudge] to the {side}",
    "<push> {side} {x}",
    "[slide|move] {x} [to the|towards the|over to the] {side}",
)
_PUSH_IN = Patterns(
    "desk/push-into",
    "[push|shove|slide|sweep] {x} into the {d}",
    "[push|shove] {x} over the edge [so that it falls|] into the {d}",
    "let {x} [fall|drop] into the {d} by pushing it",
    "without lifting it, push {x} into the {d}",
    "[push|nudge] {x} until it [falls|drops] into the {d}",
)
_LIFT = Patterns(
    "desk/lift",
    "<lift> {x}",
    "[pick up|lift|grab|grasp|lift up] {x} {from}",
    "[go|] [pick|lift] {x} up [in the air|into the air|]",
    "hold {x} [in your hand|up|for a moment]",
    "take {x} {from} [and keep hold of it|and hold it|into your hand]",
    "<want> {x} in your [hand|gripper]",
    "[raise|seize] {x}",
    "reach for {x} and <lift> it",
    "get {x} {from} and lift it up",
)
_PUT_IN = Patterns(
    "desk/put-in",
    "<putin> {x} <in> the {d}",
    "{x} <goes> in the {d}",
    "<take> {x} and <putin> it <in> the {d}",
    "<want> {x} in the {d}",
    "[hide|store|keep] {x} in the {d}",
    "the {d} is where {x} belongs",
    "<sure> {x} is in the {d}",
    "into the {d} with {x}",
    "let {x} lie in the {d}",
    "[carry|move|transfer] {x} [over|] to the {d}",
)
_TAKE_OUT = Patterns(
    "desk/take-out",
    "take {x} out of the {d} and <put> it on the [table|desk]",
    "<put> {x} from the {d} on the [table|desk]",
    "{x} [should|must] not be in the {d} [any more|] but on the [table|desk]",
    "get {x} out of the {d} onto the [table|desk]",
    "<want> {x} on the [table|desk] and not in the {d}",
    "lay {x} on the [table|desk]",
    "<put> {x} on the [table|desk]",
)
_STACK = Patterns(
    "desk/stack",
    "<stack> {x} on top of {y}",
    "<stack> {x} on {y}",
    "<want> {x} on top of {y}",
    "{x} <goes> on {y}",
    "<take> {x} and [stack|place|put] it on {y}",
    "build a tower [of two|] with {y} below and {x} on top",
    "{y} should carry {x}",
    "pile {x} onto {y}",
)
_STACK_ANY = Patterns(
    "desk/stack-any",
    "stack two blocks [on top of each other|]",
    "put one block on [top of|] another",
    "build a tower of two blocks",
    "[make|form] a small tower",
    "stack any two of the blocks",
    "place a block on top of another block",
)
_UNSTACK = Patterns(
    "desk/unstack",
    "take {x} off {y} [and <put> it on the [table|desk]|]",
    "unstack {x} from {y}",
    "remove {x} from {y} [and lay it on the table|]",
    "{x} should [lie|be] on the [table|desk] and not on {y}",
    "get {x} down from {y}",
    "[take|get] {x} down [and lay it beside {y}|]",
)
_UNSTACK_ALL = Patterns(
    "desk/unstack-all",
    "unstack the blocks",
    "[collapse|take apart|take down|undo] the [tower|stack]",
    "take the [upper|top] block off the [tower|stack] and <put> it on the [table|desk]",
    "no block should [stand|lie] on another one",
    "put the blocks [side by side|next to each other] instead of on top of each other",
    "remove the top block [from the stack|from the tower]",
)


def _drawer(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    word = one(rng, FIXTURE_WORDS["drawer"])
    if state["drawer"].value > 0.01 and not desk.drawer_open:
        return None
    if desk.drawer_open:
        return Wish(*_CLOSE.say(rng, d=word), atom("closed", "drawer"))
    return Wish(*_OPEN.say(rng, d=word), atom("open", "drawer"))


def _slide(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To the side on which it is not; now and then to where it is."""
    desk = Desk(state)
    side = {"left": "right", "right": "left"}[desk.door]
    if chance(rng, 0.25):
        return Wish(*_TOGGLE_DOOR.say(rng, d=one(rng, FIXTURE_WORDS["door"])), atom("slid", "slider", side))
    side, other = (side, desk.door) if chance(rng, 0.92) else (desk.door, side)
    slots = {"d": one(rng, FIXTURE_WORDS["door"]), "side": side, "other": other}
    return Wish(*_SLIDE.say(rng, **slots), atom("slid", "slider", side))


def _light(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    light = one(rng, ("led", "lightbulb"))
    slots = {"l": one(rng, FIXTURE_WORDS[light]), "how": one(rng, _HOW[light])}
    patterns = _WORK if chance(rng, 0.2) else _LIGHT_OFF if desk.lit(light) else _LIGHT_ON
    goal = no(atom("lit", light)) if desk.lit(light) else atom("lit", light)
    return Wish(*patterns.say(rng, **slots), goal)


def _pushed(state: SceneState, rng: np.random.Generator) -> Wish | None:
    return _by_hand(state, rng, _PUSH, "moved", "push")


def _turned(state: SceneState, rng: np.random.Generator) -> Wish | None:
    return _by_hand(state, rng, _TURN, "turned", "")


def _by_hand(state: SceneState, rng: np.random.Generator, patterns: Patterns, what: str, prefers: str) -> Wish | None:
    desk = Desk(state)
    blocks = [b for b in desk.where(TABLE) if b in desk.free]
    if not blocks or desk.held is not None:
        return None
    block, side = one(rng, blocks), one(rng, ("left", "right"))
    sense = {"left": ("counter-clockwise", "anticlockwise", "to the left"), "right": ("clockwise", "to the right")}
    slots = {"x": desk.the(block, rng), "side": side, "sense": one(rng, sense[side])}
    goal = both(atom(what, block, side), atom("on", block, TABLE))
    return Wish(*patterns.say(rng, **slots), goal, prefers=prefers)


def _push_into(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    blocks = [b for b in desk.where(TABLE) if b in desk.free]
    if not blocks or desk.held is not None:
        return None
    block = one(rng, blocks)
    slots = {"x": desk.the(block, rng), "d": one(rng, FIXTURE_WORDS["drawer"])}
    return Wish(*_PUSH_IN.say(rng, **slots), atom("in", block, "drawer"), prefers="push")


def _lifted(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    if not desk.free or desk.held is not None:
        return None
    block = one(rng, desk.free)
    lower = desk.below.get(block, TABLE)
    name = {"drawer": one(rng, FIXTURE_WORDS["drawer"]), "slider": one(rng, FIXTURE_WORDS["slider"])}
    source = name.get(lower) or (one(rng, ("table", "desk")) if lower == TABLE else f"{desk.color(lower, rng)} one")
    way = one(rng, ("from the", "out of the")) if lower in name else one(rng, ("from the", "off the"))
    slots = {"x": desk.the(block, rng, plain=True), "from": f"{way} {source}"}
    return Wish(*_LIFT.say(rng, **slots), atom("holding", block))


def _put_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Into the drawer or the cupboard; what is in one of them may be wanted on the desk."""
    desk = Desk(state)
    if not desk.blocks:
        return None
    block = one(rng, desk.blocks)
    box = one(rng, ("drawer", "slider"))
    word = one(rng, FIXTURE_WORDS[box])
    if desk.below.get(block) == box:
        return Wish(*_TAKE_OUT.say(rng, x=desk.the(block, rng, plain=True), d=word), atom("on", block, TABLE))
    return Wish(*_PUT_IN.say(rng, x=desk.the(block, rng), d=word), atom("in", block, box))


def _stack(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    if len(desk.blocks) < 2:
        return None
    if chance(rng, 0.12) and not any(desk.below.get(b) in desk.blocks for b in desk.blocks):
        return Wish(*_STACK_ANY.say(rng), "(exists (?x - block ?y - block) (on ?x ?y))")
    upper, lower = some(rng, desk.blocks, 2)
    if desk.below.get(upper) == lower or lower == desk.held:
        return None
    slots = {"x": desk.the(upper, rng), "y": desk.the(lower, rng, plain=True)}
    return Wish(*_STACK.say(rng, **slots), atom("on", upper, lower))


def _unstack(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    pairs = [(b, desk.below[b]) for b in desk.blocks if desk.below.get(b) in desk.blocks]
    pairs = [(b, c) for b, c in pairs if desk.below.get(c) == TABLE and b in desk.free]
    if not pairs:
        return None
    upper, lower = one(rng, pairs)
    goal = both(atom("on", upper, TABLE), atom("on", lower, TABLE))
    if chance(rng, 0.45) and len(pairs) == 1:
        return Wish(*_UNSTACK_ALL.say(rng), goal)
    slots = {"x": desk.the(upper, rng, plain=True), "y": desk.the(lower, rng, plain=True)}
    return Wish(*_UNSTACK.say(rng, **slots), goal)


SINGLE: dict[str, Drawer] = {
    "drawer": _drawer,
    "slide": _slide,
    "light": _light,
    "push": _pushed,
    "turn": _turned,
    "push-into": _push_into,
    "lift": _lifted,
    "put-in": _put_in,
    "put-in-more": _put_in,
    "stack": _stack,
    "unstack": _unstack,
}
"""Wishes about one thing."""
