"""What is not to be done at a desk: what is not there, what no skill can do, what has to be asked; and near misses."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.desk_look import Desk
from planner.language.corpus.phrasing import Patterns, atom, no, one
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.corpus.words import COLOR_WORDS, FIXTURE_WORDS, NOUNS
from sim.state import TABLE, SceneState

_ABSENT = (
    *("bowl", "cup", "pen", "pencil", "book", "ball", "cylinder", "ring", "plate", "box", "scissors", "stapler"),
    *("ruler", "keyboard", "phone", "notebook", "apple", "banana", "coke can", "mug", "sponge", "paper clip", "eraser"),
)
_NO_PART = (
    *("fan", "radio", "printer", "monitor", "heater", "television", "loudspeaker", "computer", "microwave"),
    *("alarm clock", "kettle"),
)
_MISSING = Patterns(
    "desk/missing",
    "<lift> the {w}",
    "<putin> the {w} <in> the {d}",
    "<push> the {w} to the {side}",
    "<turn> the {w} to the {side}",
    "<take> the {w} and <putin> it <in> the {d}",
    "open the {d} and put the {w} in it",
    "<want> the {w} in the {d}",
    "the {w} <goes> in the {d}",
    "take the {w} out of the {d}",
    "where is the {w}? put it in the {d}",
    "push the {w} into the drawer",
)
_MISSING_ON = Patterns(
    "desk/missing-on",
    "<stack> {x} on [top of|] the {w}",
    "<stack> the {w} on [top of|] {x}",
    "<take> the {w} off {x}",
    "<putin> {x} and the {w} <in> the {d}",
    "unstack {x} and the {w}",
    "<putin> {x} <in> the {p}",
    "<want> {x} on the {w}",
)
_MISSING_PART = Patterns(
    "desk/missing-part",
    "turn [on|off] the {w}",
    "switch the {w} [on|off]",
    "[open|close|unplug] the {w}",
    "press the button of the {w}",
    "<want> the {w} [on|off]",
)
_EMPTY = Patterns(
    "desk/empty",
    "take the block out of the {d}",
    "<lift> the block [that is|] in the {d}",
    "<put> the block from the {d} on the [table|desk]",
    "[hold|grab] the block inside the {d}",
)
_CANNOT = Patterns(
    "desk/cannot",
    "paint {x} [green|golden|in another colour]",
    "[break|crush|cut|melt|burn] {x} [into pieces|in half|]",
    "throw {x} [out of the window|on the floor|at the wall|across the room]",
    "take the drawer out of the desk completely",
    "[lift|pick up|carry away] the [drawer|desk|cupboard|lightbulb|switch|button|door]",
    "put the [drawer|cupboard|button|lightbulb] on [top of|] {x}",
    "put the [lightbulb|led|switch|button] in the drawer",
    "[dim|brighten] the [lamp|led|lightbulb] [a little|by half]",
    "make the [led|lightbulb] [red|purple|blink|flicker]",
    "[unscrew|replace|change] the lightbulb",
    "[lock|bolt] the [drawer|door] with a key",
    "[eat|wash|sell|fold|weigh] {x}",
    "balance {x} on [one corner|its edge|the lightbulb]",
    "[clean|polish|dust|saw off] the desk",
    "[write|draw] [a letter|my name|a picture] [on the desk|]",
    "bring {x} [to the kitchen|to the user|outside|upstairs|to me in the next room]",
    "[tell me a joke|what time is it|play a song|call the office|send an email]",
    "[juggle|dance] with {x}",
    "put {x} under the desk",
    "glue {x} to the door",
    "close the desk",
    "[hide|bury] {x} [under|beneath] the floor",
    "make {x} [bigger|smaller|float|disappear]",
    "push the [button|switch] into the drawer",
)
_WHICH = Patterns(
    "desk/which",
    "<lift> the block",
    "<putin> the {n} <in> the {d}",
    "<push> the {n} to the {side}",
    "<turn> the {n} to the {side}",
    "<want> the {n} in the {d}",
    "the {n} <goes> in the {d}",
    "<take> the {n} and <putin> it <in> the {d}",
)
_WHICH_LIGHT = Patterns(
    "desk/which-light",
    "turn {way} the light",
    "switch the light {way}",
    "<want> the light {way}",
    "the light [should|must] be {way}",
    "can you turn the light {way}?",
)
_VAGUE = Patterns(
    "desk/vague",
    "put it in the {d}",
    "<take> that one",
    "move it to the {side}",
    "turn it on",
    "put it there",
    "I want that one in the {d}",
)
_IN_THERE = Patterns(
    "desk/in-there",
    "take the block out of the {d} and <put> it on the [table|desk]",
    "<put> the block [that is in|from|in] the {d} on the [table|desk]",
    "the block in the {d} should be on the [table|desk]",
)


def _slots(rng: np.random.Generator) -> dict[str, str]:
    box = one(rng, ("drawer", "slider"))
    return {"d": one(rng, FIXTURE_WORDS[box]), "side": one(rng, ("left", "right")), "n": one(rng, NOUNS["block"])}


def _missing(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A block of a colour that none has, or something that does not belong to a desk."""
    desk = Desk(state)
    taken = {str(state[b].color) for b in desk.blocks}
    gone = [c for c in COLOR_WORDS if c not in taken]
    word = f"{one(rng, COLOR_WORDS[one(rng, gone)])} {one(rng, NOUNS['block'])}"
    if rng.random() < 0.3:
        word = one(rng, _ABSENT)
    slots = _slots(rng) | {"w": word}
    if desk.blocks and rng.random() < 0.35:
        slots |= {"x": desk.the(one(rng, desk.blocks), rng, plain=True)}
        slots |= {"p": one(rng, ("bowl", "box", "bin", "fridge", "basket", "wardrobe", "bag"))}
        return Wish(*_MISSING_ON.say(rng, **slots), None, Verdict.MISSING)
    return Wish(*_MISSING.say(rng, **slots), None, Verdict.MISSING)


def _missing_part(state: SceneState, rng: np.random.Generator) -> Wish | None:
    return Wish(*_MISSING_PART.say(rng, w=one(rng, _NO_PART)), None, Verdict.MISSING)


def _empty(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The block in the drawer, or in the cupboard: there is none, or one, or one has to ask."""
    desk = Desk(state)
    box = one(rng, ("drawer", "slider"))
    word, inside = one(rng, FIXTURE_WORDS[box]), desk.where(box)
    if not inside:
        return Wish(*_EMPTY.say(rng, d=word), None, Verdict.MISSING)
    if any(b in desk.loaded for b in inside):
        return None
    template, text = _IN_THERE.say(rng, d=word)
    if len(inside) == 1:
        return Wish(template, text, atom("on", inside[0], TABLE))
    block = one(rng, inside)
    reply = _reply(desk.the(block, rng, plain=True), rng)
    return Wish(f"{template}-which", text, None, Verdict.AMBIGUOUS, replies=((reply, atom("on", block, TABLE)),))


def _reply(name: str, rng: np.random.Generator) -> str:
    return one(rng, (name, name, f"{name}, please", f"I mean {name}", f"I meant {name}", f"take {name}"))


def _cannot(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    if not desk.blocks:
        return None
    x = desk.the(one(rng, desk.blocks), rng, plain=True)
    return Wish(*_CANNOT.say(rng, x=x), None, Verdict.IMPOSSIBLE)


def _which(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The block: which one is plain only where there is just one."""
    desk = Desk(state)
    free = [b for b in desk.where(TABLE) if b in desk.free]
    if not free or desk.held is not None:
        return None
    block, side = one(rng, free), one(rng, ("left", "right"))
    box = one(rng, ("drawer", "slider"))
    k = int(rng.integers(len(_WHICH.patterns)))
    slots = {"d": one(rng, FIXTURE_WORDS[box]), "side": side, "n": one(rng, NOUNS["block"])}
    _, text = Patterns(_WHICH.theme, _WHICH.patterns[k]).say(rng, **slots)
    template = f"{_WHICH.theme}/{k}"
    on = atom("on", block, TABLE)
    goals = {
        0: atom("holding", block),
        2: f"(and {atom('moved', block, side)} {on})",
        3: f"(and {atom('turned', block, side)} {on})",
    }
    goal = goals.get(k, atom("in", block, box))
    if len(desk.blocks) == 1:
        return Wish(f"{template}-only", text, goal, prefers="push" if k == 2 else "")
    # Who speaks of putting the block away, or of pushing it, hardly means one that is put away already.
    if (k in goals and k > 0 and len(desk.where(TABLE)) == 1) or (k not in goals and desk.where(box)):
        return None
    reply = _reply(desk.the(block, rng, plain=True), rng)
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=((reply, goal),))


def _which_light(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The light: which one is plain where only one is not so already."""
    desk = Desk(state)
    way = one(rng, ("on", "off"))
    wrong = [light for light in ("led", "lightbulb") if desk.lit(light) != (way == "on")]
    if not wrong:
        return None
    light = one(rng, wrong)
    template, text = _WHICH_LIGHT.say(rng, way=way)
    goal = atom("lit", light) if way == "on" else no(atom("lit", light))
    if len(wrong) == 1:
        return Wish(f"{template}-one", text, goal)
    word = one(rng, [w for w in FIXTURE_WORDS[light] if w != "lamp"])
    reply = _reply(f"the {word}", rng)
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=((reply, goal),))


def _vague(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A pronoun with nothing that it could stand for."""
    desk = Desk(state)
    if desk.held is not None or len(desk.blocks) < 2:
        return None
    return Wish(*_VAGUE.say(rng, **_slots(rng)), None, Verdict.AMBIGUOUS)


REFUSING: dict[str, Drawer] = {
    "missing": _missing,
    "missing-more": _missing,
    "missing-part": _missing_part,
    "inside": _empty,
    "cannot": _cannot,
    "cannot-more": _cannot,
    "which": _which,
    "which-light": _which_light,
    "vague": _vague,
}
"""Wishes that are not to be done, and near to them some that are."""
