"""Wishes that are not to be carried out on the tabletop: what is not there, what nobody can do, what is not clear."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, chance, one
from planner.language.corpus.refer import view
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.nouns import plural
from sim.state import SceneState

_NEVER = Frames(
    "tabletop/impossible",
    *("throw {x} out of the window", "[throw|toss|hurl] {x} across the room", "[break|smash|crush|destroy] {x}"),
    *("[paint|colour|dye] {x} {color}", "make {x} {color}", "turn {x} into [gold|a frog|a ball of gold]", "eat {x}"),
    *("[cut|saw|slice] {x} in [half|two|pieces]", "[melt|burn|boil|cook|fry] {x}", "[wash|dry|polish|iron] {x}"),
    *("make {x} [bigger|smaller|larger|vanish|disappear|float|fly]", "hide {x} under the floor", "sell {x}"),
    *(
        "take {x} to the [kitchen|garden|next room|supermarket|moon]",
        "glue {x} to {w}",
        "[pick up|lift|carry away] the table",
    ),
    *("[push|turn|tip] the table [over|to the left|to the right]", "[open|unscrew|unlock] {x}", "write my name on {x}"),
    *(
        "[balance|spin] {x} on your [nose|head|elbow]",
        "put {x} in {x}",
        "stack {x} on itself",
        "[juggle|dance] with {x}",
    ),
    *(
        "drop {x} on the floor",
        "put {x} on the ceiling",
        "put {x} in your pocket",
        "read {x} to me",
        "[sing|tell] me something",
    ),
    *(
        "what is the weather like",
        "how much does {x} weigh",
        "fill {x} with [water|sand|air]",
        "take a [photo|picture] of {x}",
    ),
    *(
        "bounce {x}",
        "[squeeze|bend|stretch|fold] {x}",
        "[plant|water|feed] {x}",
        "give {x} a [name|kiss|hug]",
        "kick {x}",
    ),
    *(
        "[plug in|switch on|charge] {x}",
        "make {x} and {w} the same colour",
        "send {x} by post",
        "call my [mother|sister|boss]",
    ),
    *("order a pizza", "walk to the [kitchen|garden]", "clap your hands", "put {x} [on the floor|next door|upstairs]"),
    *("hold {x} and {w} at the same time", "pick up {x} and {w} [together|both at once|with one hand]"),
    *("lift {x} and {w} [at once|simultaneously]", "keep {x} in your hand while you pick up {w}", "tie {x} to {w}"),
    *("how many things are on the table", "[what|which] colour is {x}", "where [is|are] {x}", "who made {x}"),
)

_SHAPES = Frames(
    "tabletop/shapes",
    "<put> {g} in a [circle|ring|square|triangle|zigzag|curve|semicircle|spiral]",
    "[arrange|lay out|set out] {g} in the shape of a [circle|heart|square|triangle|cross|star|V]",
    "<build> a [circle|square|cross|heart] [of|out of|with] {g}",
    "<put> {g} in a diagonal [line|row]",
    "<line> {g} [diagonally|along a diagonal|corner to corner]",
    "{g} should form a [circle|square|diagonal|cross|ring]",
    "[spread|space] {g} out [evenly|with equal gaps|exactly ten centimetres apart]",
    "<put> {g} in a circle around {w}",
    "[surround|ring] {w} with {g}",
)
"""Figures that no skill lays; only straight rows can be."""

_FIXED = Frames(
    "tabletop/fixed",
    "<pick> {y}",
    "<putin> {y} <in> {z}",
    "<put> {y} [on|onto|on top of] {z}",
    "[move|carry|bring] {y} to the [left side|right side|middle|other side]",
    "<put> {y} [next to|left of|behind] {z}",
    "<pushonly> {y} [to the left|to the right|forward]",
    "turn {y} [over|upside down]",
    "<stack> {y} on {z}",
    "hide {x} under {y}",
    "lift {y} [up|and hold it]",
)

_TOPLESS = Frames(
    "tabletop/topless",
    "<put> {x} <ontop> {y}",
    "<stack> {x} on {y}",
    "balance {x} on top of {y}",
    "{x} <goes> on [top of|] {y}",
)


def impossible(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What no skill brings about."""
    look, refer = view(state, rng)
    things = [o.name for o in look.movable()]
    if len(things) < 2:
        return None
    x, w = (things[int(k)] for k in rng.permutation(len(things))[:2])
    colors = [c for c in ("red", "blue", "green", "yellow", "pink", "black") if c != state[x].color]
    template, text = _NEVER.say(rng, x=refer.named(x), w=refer.named(w), color=one(rng, colors))
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


def shapes(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Several of a kind in a figure."""
    look, refer = view(state, rng)
    words = [w for w in ("block", "cylinder", "ball", "brick", "ring") if len(look.words_of(w)) >= 3]
    others = [o.name for o in look.things if o.name not in look.twins and look.words[o.name] not in words]
    if not words:
        return None
    noun = plural(refer.kind(one(rng, words)))
    said = one(rng, (f"the {noun}", f"all the {noun}", f"all {noun}", f"all of the {noun}"))
    template, text = _SHAPES.say(rng, g=said, w=refer.named(one(rng, others)) if others else "")
    if not others and template.endswith(("/7", "/8")):
        return None
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


def fixed(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To move what cannot be moved, or to put something on what has no top."""
    look, refer = view(state, rng)
    still = [o for o in look.things if "movable" not in look.kind(o.name) and o.category != "piece"]
    still = [o.name for o in still if o.name not in look.twins]
    things = [o.name for o in look.movable()]
    if chance(rng, 0.3):
        flat = [
            o.name for o in look.things if not {"surface", "container"} & look.kind(o.name) and o.category != "piece"
        ]
        flat = [n for n in flat if n not in look.twins and n != look.held]
        if len(things) > 1 and flat:
            y = one(rng, flat)
            x = one(rng, [n for n in things if n != y])
            template, text = _TOPLESS.say(rng, x=refer.named(x), y=refer.named(y))
            return Wish(template, text, None, Verdict.IMPOSSIBLE)
    if not still or not things:
        return None
    y = one(rng, still)
    others = [o.name for o in look.things if o.name != y and o.name not in look.twins]
    if not others:
        return None
    template, text = _FIXED.say(rng, y=refer.named(y), z=refer.named(one(rng, others)), x=refer.named(one(rng, things)))
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


WISHES: dict[str, Drawer] = {
    "impossible-2": impossible,
    "impossible": impossible,
    "fixed": fixed,
    "shapes": shapes,
}
