"""Wishes that a thing of the tabletop be moved along: pushed, dragged or moved a bit, to a side or toward another."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, one
from planner.language.corpus.refer import view
from planner.language.corpus.tabletop_single import wish_of
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState
from skills.predicates import is_near

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
    "<pushonly> {adverb} {x}",
)

WAYS = {
    "left": ("to the left", "left", "leftwards", "towards the left", "leftward"),
    "right": ("to the right", "right", "rightwards", "towards the right", "rightward"),
    "forward": ("forward", "forwards", "away from you", "away from the robot", "ahead", "away"),
    "backward": ("backward", "backwards", "towards you", "toward the robot", "towards yourself"),
}
"""Directions, none of which names a part of the table."""

_SHIFT = Frames(
    "tabletop/shift",
    "move {x} [a bit|a little|slightly|a little way|a few centimetres|just a little] {way}",
    "[drag|scoot|shift|slide] {x} [a bit|a little|slightly|over|] {way}",
    "[bring|take|get] {x} [a bit|a little|slightly] {way}",
    "{x} [should be|has to be|needs to be] [moved|shifted] [a bit|a little|slightly] {way}",
    "{x} should be [a bit|a little|slightly] further {way}",
    "a [bit|little] {way} with {x}",
    "<want> {x} [a bit|a little] further {way}",
    "[could|can] {x} go [a bit|a little] {way}",
    "move {x} {way} [a bit|a little|slightly|some centimetres]",
    "[move|drag|shift|scoot] {x} {way}",
)
"""Small moves, said with any verb; `move it to the left` by itself as well."""
_NEARER = Frames(
    "tabletop/shift-nearer",
    "[pull|drag|draw|move|bring] {x} [a bit|a little|slightly|] [closer|nearer] to [you|the robot|yourself]",
    "[pull|drag|draw] {x} [a bit|a little|some way|] [towards|toward] [you|the robot|yourself]",
    "{x} should be [a bit|a little] [closer|nearer] to [you|the robot]",
)
_FARTHER = Frames(
    "tabletop/shift-farther",
    "move {x} [a bit|a little|slightly] [farther|further] away from [you|the robot]",
    "{x} should be [a bit|a little] [farther|further] away from [you|the robot]",
    "[drag|scoot|shift] {x} [a bit|a little|slightly|some way] [away from you|ahead|forward]",
)

_TOWARD = Frames(
    "tabletop/toward",
    "<pushonly> {x} [toward|towards] {y}",
    "<pushonly> {x} [over|up|closer|across] to {y}",
    "<pushonly> {x} in the direction of {y}",
    "give {x} a [push|shove|nudge] [toward|towards] {y}",
    "<pushonly> {x} [nearer|closer] to {y}",
    "without [lifting|picking up] {x}, [move|get] it [toward|towards|close to|near] {y}",
    "{x} should be [pushed|slid|shoved] [toward|towards] {y}",
    "<pushonly> {x} [along|across|over] the table to {y}",
    "<pushonly> {x} over [toward|towards] {y}",
    "[move|bring|get] {x} [over to|closer to|up to] {y} by pushing it",
    "<want> {x} [pushed|slid|shoved] [over to|up to|toward|towards] {y}",
    "[push|slide] {x} until it [is|lies|stands] [near|next to|by] {y}",
)


def push(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To push something in a direction."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name) == TABLE]
    if not things:
        return None
    x, direction = one(rng, things), one(rng, sorted(WAYS))
    way = one(rng, WAYS[direction])
    if chance(rng, 0.4):
        frames = {"backward": _NEARER, "forward": _FARTHER}.get(direction, _SHIFT)
        return wish_of(frames, rng, atom("moved", x, direction), x=refer.the(x), way=way)
    slots = {"x": refer.the(x), "way": way, "adverb": direction}
    return wish_of(PUSH, rng, atom("moved", x, direction), prefers="push", **slots)


def toward(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To push something toward another."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable() if look.below.get(o.name) == TABLE]
    if not things or len(look.things) < 2:
        return None
    x = one(rng, things)
    # What lies on it would come along; and what is near already has nowhere to go.
    others = [o for o in look.things if o.name not in (x, look.held) and o.name not in look.twins]
    others = [o for o in others if look.below.get(o.name) == TABLE and not is_near(state[x], o)]
    if not others:
        return None
    # A bowl could be pushed into, a plate onto: that it is not meant has to be learnt.
    carriers = [o for o in others if o.category in ("bowl", "box", "plate", "zone")]
    y = one(rng, carriers if carriers and chance(rng, 0.5) else others).name
    return wish_of(_TOWARD, rng, atom("near", x, y), x=refer.the(x), y=refer.the(y), prefers="push")


WISHES: dict[str, Drawer] = {
    "push": push,
    "toward": toward,
}
