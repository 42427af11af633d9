"""Wishes that a thing be out of or off what it is in or on, or out of the hand: on the tabletop."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, one
from planner.language.corpus.look import Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.tabletop_single import wish_of
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState

_OUT = Frames(
    "tabletop/out",
    "<remove> {x} <out> {y} [and <put> it on <table>|]",
    "<remove> {x} <out> {y} and [lay|put|set] it [down on|on] <table>",
    "{x} should [not be|no longer be] in {y} but on <table>",
    "[empty|tip] {y} out onto <table>",
    "[put|set|place] {x} [back|down|] on <table>",
    "{x} <goes> [back|] on <table>",
    "unload {x} from {y}",
    "I [don't want|do not want] {x} in {y}[, put it on <table>|; it belongs on <table>]",
)

_OUT_ALREADY = Frames(
    "tabletop/out-already",
    "<remove> {x} <out> {y} [and <put> it on <table>|]",
    "{x} should [not be|no longer be] in {y} but on <table>",
    "unload {x} from {y}",
    "I [don't want|do not want] {x} in {y}[, put it on <table>|; it belongs on <table>]",
    "[put|set|place] {x} [back|down|] on <table>",
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


def out(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To take something out of or off what it is in or on; now and then out of what it is not in."""
    look, refer = view(state, rng)
    if chance(rng, 0.1):
        return _not_there(look, refer, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name, TABLE) != TABLE]
    if not things:
        return None
    x = one(rng, things)
    y = look.below[x]
    if y in look.twins:
        return None
    frames = _OUT if look.inside.get(x) == y else _OFF
    wish = wish_of(frames, rng, atom("on", x, TABLE), x=refer.named(x), y=refer.named(y))
    # Who empties a bowl for one thing's sake empties it of all.
    return None if wish.template == "tabletop/out/3" and look.contents(y) != [x] else wish


def _not_there(look: Look, refer: Refer, rng: np.random.Generator) -> Wish | None:
    """To take something out of a container though it lies on the table: there is nothing to do."""
    things = [o.name for o in look.movable() if look.below.get(o.name) == TABLE]
    boxes = [o.name for o in look.containers()]
    if not things or not boxes:
        return None
    x, y = one(rng, things), one(rng, boxes)
    return wish_of(_OUT_ALREADY, rng, atom("on", x, TABLE), x=refer.named(x), y=refer.named(y))


def down(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To put down what is held."""
    look, refer = view(state, rng)
    if look.held is None or look.held in look.twins:
        return None
    return wish_of(
        _DOWN, rng, atom("on", look.held, TABLE), x=one(rng, (refer.named(look.held), "it")), y=refer.named(look.held)
    )


WISHES: dict[str, Drawer] = {
    "out": out,
    "down": down,
}
