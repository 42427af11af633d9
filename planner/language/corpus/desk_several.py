"""Wishes at the desk about several things: both lights, all blocks, one thing after another."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.desk_conditions import errands
from planner.language.corpus.desk_look import Desk
from planner.language.corpus.phrasing import Patterns, atom, both, chance, listed, no, one, some
from planner.language.corpus.wish import Drawer, Wish
from planner.language.corpus.words import FIXTURE_WORDS
from sim.state import TABLE, SceneState

_LIGHTS_ON = Patterns(
    "desk/lights-on",
    "turn on [both lights|all the lights|all lights|the lights]",
    "<want> [both|all] lights on",
    "both the {led} and the {bulb} should [be on|shine]",
    "<turnon> the {led} and the {bulb}",
    "it's dark, [switch on both lights|turn all the lights on|light everything up]",
    "no light should be off",
    "press the button and flip the switch so that both lights [are on|shine]",
    "make it as bright as you can",
)
_LIGHTS_OFF = Patterns(
    "desk/lights-off",
    "turn off [both lights|all the lights|all lights|the lights]",
    "<want> [both|all] lights off",
    "neither the {led} nor the {bulb} should be on",
    "<turnoff> the {led} and the {bulb}",
    "it should be dark, [switch off both lights|turn all the lights off]",
    "no light should [be|stay] on",
    "lights out",
    "save power: all lights off",
)
_ONE_EACH = Patterns(
    "desk/lights-one",
    "the {a} should be on and the {b} off",
    "<turnon> the {a} and <turnoff> the {b}",
    "only the {a} should be on",
    "<want> the {a} on, but not the {b}",
    "leave just the {a} on",
)
_ALL_IN = Patterns(
    "desk/all-in",
    "<tidy> all the blocks into the {d}",
    "<putin> all [the|] blocks <in> the {d}",
    "every block <goes> in the {d}",
    "<putin> everything <in> the {d}",
    "[clean|clear] up, all the blocks [go|belong] in the {d}",
    "<want> all [the|] blocks in the {d}",
    "no block should be [left|] outside the {d}",
    "[collect|gather] the blocks in the {d}",
)
_ALL_BUT = Patterns(
    "desk/all-but",
    "<putin> everything <but> {x} <in> the {d}",
    "<putin> all [the|] blocks <in> the {d} <but> {x}",
    "every block <but> {x} <goes> in the {d}",
    "leave {x} where it is and <putin> all the other blocks <in> the {d}",
    "all [the|] blocks belong in the {d}, only {x} does not",
)
_TWO_IN = Patterns(
    "desk/two-in",
    "<putin> {x} and {y} <in> the {d}",
    "<want> {x} and {y} in the {d}",
    "{x} and {y} [belong|go|should be] in the {d}",
    "<putin> {x} <in> the {d}. [{y} too|{y} as well|Do the same with {y}]",
    "<putin> {x} <in> the {d}, {y} as well",
)
_TWO_WAYS = Patterns(
    "desk/two-ways",
    "<putin> {x} <in> the {d} and {y} <in> the {e}",
    "{x} <goes> in the {d}, {y} in the {e}",
    "<putin> {x} <in> the {d}. [Then|After that] <putin> {y} <in> the {e}",
    "first <putin> {x} <in> the {d}, then {y} <in> the {e}",
)
_OPEN_PUT = Patterns(
    "desk/open-put",
    "open the drawer and <putin> {x} <in> it",
    "open the drawer, then <putin> {x} inside",
    "[pull|slide] the drawer open and <putin> {x} in there",
    "<putin> {x} in the drawer and leave it open",
)
_PUT_CLOSE = Patterns(
    "desk/put-close",
    "<putin> {x} <in> the drawer and <close> it",
    "<putin> {x} <in> the drawer, then <close> the drawer",
    "{x} should be in the closed drawer",
    "lock {x} away in the drawer and <close> it",
    "hide {x} in the drawer, which should be [shut|closed] in the end",
    "open the drawer, put {x} in it and <close> it again",
)
_TAKE_CLOSE = Patterns(
    "desk/take-close",
    "take {x} out of the drawer, <put> it on the [table|desk] and <close> the drawer",
    "<put> {x} on the [table|desk], and the drawer should be [closed|shut]",
    "get {x} out of the drawer onto the [table|desk] and [don't leave the drawer open|shut it afterwards]",
)
_THEN = Patterns(
    "desk/in-turn",
    "{yes} <then> {nay}",
    "{yes}. [Then|After that|Next|Now also] {nay}",
    "first {yes}, then {nay}",
    "{yes}, {also}, {nay}",
    "two things: {yes} and {nay}",
    "{yes}; [when you are done|afterwards|also] {nay}",
)
_THREE = Patterns(
    "desk/three",
    "{a}, {b} and {c}",
    "first {a}, then {b} and finally {c}",
    "{a}. {b}. {c}",
    "[I need three things|three things]: {a}, {b} and {c}",
)
_PRONOUN = Patterns(
    "desk/pronoun",
    "do you see {x}? <putin> it <in> the {d}",
    "{x} is [not needed|in the way] any more. <putin> it <in> the {d}",
    "take {x}. [Then|Now] <putin> it <in> the {d}",
    "it's about {x}: [it <goes>|<putin> it] in the {d}",
    "pick up {x}. the {d} is where it belongs",
)
_OTHER = Patterns(
    "desk/other",
    "not {x}, the other one: <putin> it <in> the {d}",
    "leave {x} alone and <putin> the other block <in> the {d}",
    "don't touch {x}, <putin> the other one <in> the {d}",
    "I don't mean {x}. <putin> the other block <in> the {d}",
)
_TO_WHERE = Patterns(
    "desk/to-where",
    "<putin> {x} where {y} is",
    "{x} <goes> to where {y} is",
    "<putin> {x} in the same place as {y}",
    "{y} should get company, put {x} in with it",
)


def _lights(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    lit = [desk.lit("led"), desk.lit("lightbulb")]
    words = {"led": one(rng, FIXTURE_WORDS["led"]), "bulb": one(rng, FIXTURE_WORDS["lightbulb"])}
    led, bulb = atom("lit", "led"), atom("lit", "lightbulb")
    on, off = both(led, bulb), both(no(led), no(bulb))
    if chance(rng, 0.35):
        first, second = some(rng, ("led", "lightbulb"), 2)
        slots = {"a": one(rng, FIXTURE_WORDS[first]), "b": one(rng, FIXTURE_WORDS[second])}
        return Wish(*_ONE_EACH.say(rng, **slots), both(atom("lit", first), no(atom("lit", second))))
    if not any(lit) or (not all(lit) and chance(rng, 0.5)):
        return Wish(*_LIGHTS_ON.say(rng, **words), on)
    return Wish(*_LIGHTS_OFF.say(rng, **words), off)


def _all_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    word = one(rng, FIXTURE_WORDS["drawer"])
    outside = [b for b in desk.blocks if desk.below.get(b) != "drawer"]
    if not len(desk.blocks) >= 2 or not 1 <= len(outside) <= 4:
        return None
    if chance(rng, 0.55):
        return Wish(*_ALL_IN.say(rng, d=word), "(forall (?b - block) (in ?b drawer))")
    kept = one(rng, outside)
    rest = [b for b in outside if b != kept]
    inside = [b for b in desk.blocks if b != kept]
    if not rest or kept == desk.held or kept in desk.loaded:
        return None
    goals = [atom("in", b, "drawer") for b in inside]
    return Wish(*_ALL_BUT.say(rng, x=desk.the(kept, rng, plain=True), d=word), both(*goals))


def _two_in(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    boxes = some(rng, ("drawer", "slider"), 2)
    if chance(rng, 0.55):
        boxes[1] = boxes[0]
    outside = [[b for b in desk.blocks if desk.below.get(b) != box] for box in boxes]
    if not outside[0]:
        return None
    first = one(rng, outside[0])
    rest = [b for b in outside[1] if b != first]
    if not rest:
        return None
    second = one(rng, rest)
    slots = {"x": desk.the(first, rng), "y": desk.the(second, rng, plain=True)}
    slots |= {"d": one(rng, FIXTURE_WORDS[boxes[0]]), "e": one(rng, FIXTURE_WORDS[boxes[1]])}
    goals = (atom("in", first, boxes[0]), atom("in", second, boxes[1]))
    template, text = (_TWO_IN if boxes[0] == boxes[1] else _TWO_WAYS).say(rng, **slots)
    stages = (goals[0], both(*goals)) if text.startswith("first") else ()
    return Wish(template, text, both(*goals), stages=stages)


def _with_drawer(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A block into the drawer or out of it, and how the drawer then is to stand."""
    desk = Desk(state)
    if not desk.blocks:
        return None
    block = one(rng, desk.blocks)
    x = desk.the(block, rng)
    shut = atom("closed", "drawer")
    if desk.below.get(block) == "drawer":
        x = desk.the(block, rng, plain=True)
        return Wish(*_TAKE_CLOSE.say(rng, x=x), both(atom("on", block, TABLE), shut))
    if not desk.drawer_open and chance(rng, 0.5):
        return Wish(*_OPEN_PUT.say(rng, x=x), both(atom("open", "drawer"), atom("in", block, "drawer")))
    return Wish(*_PUT_CLOSE.say(rng, x=x), both(atom("in", block, "drawer"), shut))


def _in_turn(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    (yes, goal), (nay, other) = some(rng, errands(desk, rng)[:4], 2)
    if "(closed drawer)" in (goal, other) and any("in " in g and "drawer" in g for g in (goal, other)):
        return None
    template, text = _THEN.say(rng, yes=yes, nay=nay, also=one(rng, ("and also", "then", "and")))
    text = text.replace(", and, ", ", and ").replace(", then, ", ", then ").replace(", and also, ", ", and also ")
    stages = (goal, both(goal, other)) if any(w in text.lower() for w in ("first", "then", "after", "when")) else ()
    return Wish(template, text, both(goal, other), stages=stages)


def _three(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    chosen = some(rng, errands(desk, rng)[:4], 3)
    goals = [g for _, g in chosen]
    if len(chosen) < 3 or ("(closed drawer)" in goals and any("in " in g and "drawer" in g for g in goals)):
        return None
    a, b, c = (t for t, _ in chosen)
    template, text = _THREE.say(rng, a=a, b=b, c=c)
    stages = (goals[0], both(*goals[:2]), both(*goals)) if text.startswith("first") else ()
    return Wish(template, text, both(*goals), stages=stages)


def _pronoun(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    box = one(rng, ("drawer", "slider"))
    blocks = [b for b in desk.blocks if desk.below.get(b) != box and b != desk.held]
    if not blocks:
        return None
    block = one(rng, blocks)
    goal = atom("in", block, box)
    slots = {"x": desk.the(block, rng), "d": one(rng, FIXTURE_WORDS[box])}
    if chance(rng, 0.4) and len(desk.blocks) == 2:
        kept = next(b for b in desk.blocks if b != block)
        slots["x"] = desk.the(kept, rng, plain=True)
        return Wish(*_OTHER.say(rng, **slots), goal)
    return Wish(*_PRONOUN.say(rng, **slots), goal)


def _to_where(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Where another block is: in the drawer, or in the cupboard."""
    desk = Desk(state)
    box = one(rng, ("drawer", "slider"))
    inside, outside = desk.where(box), [b for b in desk.blocks if desk.below.get(b) != box]
    if not inside or not outside:
        return None
    block = one(rng, outside)
    slots = {"x": desk.the(block, rng), "y": desk.the(one(rng, inside), rng, plain=True)}
    return Wish(*_TO_WHERE.say(rng, **slots), atom("in", block, box))


_LIST = Patterns(
    "desk/list",
    "take {list} out of the {d} and put them on the [table|desk]",
    "[empty|clear] the {d} onto the [table|desk]",
    "everything that is in the {d} should be on the [table|desk]",
)


def _emptied(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    box = one(rng, ("drawer", "slider"))
    inside = desk.where(box)
    if not inside or (len(inside) == 1 and chance(rng, 0.5)) or len(inside) > 3:
        return None
    texts = listed([desk.the(b, rng, plain=True) for b in inside])
    word = one(rng, FIXTURE_WORDS[box])
    patterns = _LIST.patterns if len(inside) > 1 else _LIST.patterns[1:]
    k = int(rng.integers(len(patterns))) + len(_LIST.patterns) - len(patterns)
    _, text = Patterns(_LIST.theme, _LIST.patterns[k]).say(rng, list=texts, d=word)
    return Wish(f"{_LIST.theme}/{k}", text, both(*(atom("on", b, TABLE) for b in inside)))


SEVERAL: dict[str, Drawer] = {
    "lights": _lights,
    "all-in": _all_in,
    "two-in": _two_in,
    "with-drawer": _with_drawer,
    "with-drawer-more": _with_drawer,
    "in-turn": _in_turn,
    "in-turn-more": _in_turn,
    "three": _three,
    "pronoun": _pronoun,
    "to-where": _to_where,
    "emptied": _emptied,
}
"""Wishes about several things."""
