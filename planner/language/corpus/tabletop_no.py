"""Wishes that are not to be carried out on the tabletop: what is not there, what nobody can do, what is not clear."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, chance, one
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.nouns import NOUNS, TYPES, plural
from planner.language.corpus.refer import Refer
from planner.language.corpus.tabletop_single import REGION_WORDS
from planner.language.corpus.wish import Drawer, Verdict, Wish
from sim.catalog import COLORS
from sim.state import SceneState
from sim.things import THINGS

_DO = Frames(
    "tabletop/no-such",
    "<pick> {x}",
    "<putin> {x} <in> {y}",
    "<put> {x} <on> {z}",
    "<put> {x} [to the left of|to the right of|next to|behind|in front of] {z}",
    "<pushonly> {x} [to the left|to the right|forward|backward]",
    "{x} <goes> {at}",
    "<putin> {w} <in> {xc}",
    "<put> {w} <on> {xs}",
    "<put> {w} [next to|near|left of|behind|close to] {x}",
    "<put> {w} between {x} and {z}",
    "<want> {x} [in|inside] {y}",
    "<take> {x} and [put|place] it {at}",
    "[move|bring] {x} over to {z}",
    "<stack> {x} on {z}",
    "<sure> {x} is [near|next to] {z}",
    "first [pick up|move] {w}, then <put> {x} <on> {z}",
    "{x} into {y}",
    "<swap> {x} and {w}",
    "{w} [belongs|goes] in {xc}",
    "I need {x}",
)
_NO_GROUP = Frames(
    "tabletop/no-such-group",
    "<putin> all the {g} <in> {y}",
    "<gather> the {g} [in|into] {y}",
    "all {g} <go> {at}",
    "<put> every one of the {g} [on the table|{at}]",
    "<stack> the {g}",
    "<line> the {g} in a row",
    "<want> the {g} in {y}",
)
_NOTHING_IN = Frames(
    "tabletop/nothing-there",
    "<remove> {x} <out> {y}",
    "<pick> {x} [in|inside|that is in] {y}",
    "<putin> {x} [that is in|lying in|from] {y} {at}",
    "take {x} [that's inside|in] {y} and put it {at}",
)
_NOTHING_ON = Frames(
    "tabletop/nothing-on",
    "<pick> {x} [that is on|on top of|sitting on] {y}",
    "take {x} off {y}",
    "<putin> {x} [that is on|that lies on] {y} {at}",
)
_FEW = Frames(
    "tabletop/too-few",
    "<pick> the {nth} {x} from the left",
    "<putin> the {nth} {x} from the right <in> {y}",
    "<putin> [all|] {n} {xs} <in> {y}",
    "<stack> {n} {xs}",
    "the {nth} {x} counting from the left <goes> {at}",
)
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
    *("order a pizza", "walk to the door", "clap your hands", "put {x} on the [chair|floor|shelf next door]"),
    *("hold {x} and {w} at the same time", "pick up {x} and {w} [together|both at once|with one hand]"),
    *("lift {x} and {w} [at once|simultaneously]", "keep {x} in your hand while you pick up {w}", "tie {x} to {w}"),
)
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
_WHICH = Frames(
    "tabletop/which",
    "<putin> the {k} <in> {y}",
    "<pick> the {k}",
    "<put> the {k} <on> {z}",
    "<put> the {k} {at}",
    "<pushonly> the {k} [to the left|to the right|forward]",
    "<want> the {k} in {y}",
    "the {k} <goes> {at}",
    "<put> the {k} [next to|left of|right of|behind] {z}",
    "<take> the {k} and put it <in> {y}",
    "[could|can] you get the {k}",
    "I need the {k} [near|next to] {z}",
    "<sure> the {k} ends up in {y}",
)
_WHICH_TARGET = Frames(
    "tabletop/which-target",
    "<putin> {x} <in> the {c}",
    "{x} <goes> <in> the {c}",
    "<take> {x} and drop it in the {c}",
    "<want> {x} in the {c}",
    "<putin> {x} <in> it",
    "{x} into the {c}",
)
_IT = Frames(
    "tabletop/which-it",
    "<putin> it <in> {y}",
    "<put> it {at}",
    "[pick it up|grab it|lift it|hold it|take it|get it]",
    "<put> [that|this|that one|this one] <in> {y}",
    "[move|put] it [over there|there]",
    "<putin> one of them there",
    "[put|move] that thing {at}",
)


def _start(state: SceneState, rng: np.random.Generator) -> tuple[Look, Refer]:
    look = Look(state)
    return look, Refer(look, rng)


def _at(rng: np.random.Generator) -> str:
    region = one(rng, sorted(REGION_WORDS))
    return f"{'on' if region.endswith('side') else 'in'} the {region}"


def _absent(look: Look, rng: np.random.Generator) -> tuple[str, str]:
    """A thing that is not there, and its noun; mostly one whose colour and whose kind both are."""
    colors = sorted({o.color for o in look.things if o.color})
    kinds = sorted({w for w in look.words.values() if w in NOUNS})
    if kinds and colors and chance(rng, 0.75):
        near = chance(rng, 0.6)
        for _ in range(12):
            color, kind = one(rng, colors if near else sorted(COLORS)), one(rng, kinds)
            same = {o.color for o in look.things if look.words[o.name] == kind}
            close = {"blue": "cyan", "cyan": "blue", "red": "pink"}.get(color)
            if color not in same and close not in same:
                return f"{color} {kind}", kind
    if chance(rng, 0.5):
        things = [n for n in THINGS if look.nouns[n] == 0 and n.split()[-1] not in look.nouns]
        things += ["drawer", "screwdriver", "hammer", "teddy bear", "book", "phone", "scissors", "spoon", "fork", "key"]
        things += ["pear", "carrot", "toy car", "pencil", "battery", "cup of tea", "basket", "hook", "lamp"]
        chosen = one(rng, things)
        if chosen != "cup of tea" or not look.nouns["mug"]:
            return chosen, chosen
    kind = one(
        rng,
        [k for k in ("block", "cylinder", "ball", "ring", "brick", "triangle", "disc") if look.nouns[k] == 0]
        or ["pyramid"],
    )
    if (
        kind in ("brick", "block")
        and (look.nouns["block"] or look.nouns["brick"])
        or kind == "disc"
        and look.nouns["ring"]
    ):
        kind = "pyramid"
    return f"{one(rng, sorted(COLORS))} {kind}", kind


def missing(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a thing that is not there."""
    look, refer = _start(state, rng)
    x, kind = _absent(look, rng)
    carriers = [w for w in ("bowl", "box", "plate", "zone") if look.nouns[w] or chance(rng, 0.2)]
    absent_colors = {
        w: [c for c in sorted(COLORS) if f"{c} {w}" not in look.words and all(o.color != c for o in look.words_of(w))]
        for w in carriers
    }
    boxes, surfaces, things = look.containers(), look.surfaces(), look.movable()
    if not boxes or not surfaces or not things:
        return None
    inner = [w for w in carriers if w in ("bowl", "box")] or ["bowl"]
    outer = [w for w in carriers if w in ("plate", "zone")] or ["plate"]

    def absent(word: str) -> str:
        colors = absent_colors.get(word) or [
            c for c in sorted(COLORS) if all(o.color != c for o in look.words_of(word))
        ]
        return f"the {one(rng, colors)} {word}"

    del kind
    slots = {
        "x": f"the {x}",
        "y": refer.named(one(rng, boxes).name),
        "z": refer.named(one(rng, surfaces).name),
        "w": refer.named(one(rng, things).name),
        "xc": absent(one(rng, inner)),
        "xs": absent(one(rng, outer)),
        "at": _at(rng),
    }
    template, text = _DO.say(rng, **slots)
    return Wish(template, text, None, Verdict.MISSING)


def missing_group(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a kind, a place or a number of things that is not there."""
    look, refer = _start(state, rng)
    boxes = look.containers()
    if not boxes:
        return None
    y, at = refer.named(one(rng, boxes).name), _at(rng)
    way = one(rng, ("group", "group", "in", "on", "few"))
    if way == "group":
        kinds = [many for kind, (_, words) in TYPES.items() if not look.of(kind, resting=False) for many in words]
        kinds = [k for k in kinds if "fruit" != k and k != "food"] + [
            plural(w)
            for w in ("cylinder", "ball", "triangle", "block")
            if not look.nouns[w] and not look.nouns["brick"]
        ]
        colors = [c for c in sorted(COLORS) if all(o.color != c for o in look.things)]
        if not kinds or not colors:
            return None
        group = one(rng, (one(rng, kinds), f"{one(rng, colors)} {one(rng, ('things', 'objects', 'ones'))}"))
        template, text = _NO_GROUP.say(rng, g=group, y=y, at=at)
        return Wish(template, text, None, Verdict.MISSING)
    things = [
        w
        for w in sorted(set(look.words.values()))
        if w in NOUNS
        and look.of("movable")
        and "movable" in look.kind(look.words_of(w)[0].name if look.words_of(w) else look.things[0].name)
    ]
    if not things:
        return None
    word = one(rng, things)
    if way == "in":
        bare = [o.name for o in boxes if not look.contents(o.name)]
        if not bare:
            return None
        template, text = _NOTHING_IN.say(rng, x=f"the {word}", y=refer.named(one(rng, bare)), at=at)
        return Wish(template, text, None, Verdict.MISSING)
    if way == "on":
        bare = [o.name for o in look.surfaces() if o.name in look.clear and not look.on(o.name) and o.name != look.held]
        if not bare:
            return None
        template, text = _NOTHING_ON.say(rng, x=f"the {word}", y=refer.named(one(rng, bare)), at=at)
        return Wish(template, text, None, Verdict.MISSING)
    count = look.nouns[word]
    if not 1 <= count <= 4:
        return None
    ordinal = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}[count + 1]
    template, text = _FEW.say(rng, nth=ordinal, n=COUNTED[count + 1], x=word, xs=plural(word), y=y, at=at)
    return Wish(template, text, None, Verdict.MISSING)


def impossible(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """What no skill brings about."""
    look, refer = _start(state, rng)
    things = [o.name for o in look.movable()]
    if len(things) < 2:
        return None
    x, w = (things[int(k)] for k in rng.permutation(len(things))[:2])
    colors = [c for c in ("red", "blue", "green", "yellow", "pink", "black") if c != state[x].color]
    template, text = _NEVER.say(rng, x=refer.named(x), w=refer.named(w), color=one(rng, colors))
    return Wish(template, text, None, Verdict.IMPOSSIBLE)


def fixed(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """To move what cannot be moved, or to put something on what has no top."""
    look, refer = _start(state, rng)
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


def which(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing that could be several."""
    look, refer = _start(state, rng)
    boxes, surfaces = look.containers(), [o for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name)]
    options: list[tuple[str, list[str]]] = []
    for word in NOUNS:
        same = [o for o in look.of("movable") if look.words[o.name] == word]
        if len(same) > 1 and len({o.color for o in same}) == len(same):
            options.append((one(rng, NOUNS[word]), [o.name for o in same]))
    for kind in ("can", "bottle", "drink", "snack"):
        same = [o.name for o in look.of(kind)]
        if len(same) > 1 and not set(same) & look.twins:
            options.append((kind, same))
    for color in sorted({o.color for o in look.things if o.color}):
        same = [o.name for o in look.of("movable") if o.color == color]
        if len(same) > 1 and not set(same) & look.twins:
            options.append((f"{color} {one(rng, ('one', 'thing', 'object'))}", same))
    if not options or look.held is not None:
        return None
    word, members = one(rng, options)
    y = one(rng, boxes).name if boxes else None
    z = one(rng, surfaces).name if surfaces else None
    region = one(rng, sorted(REGION_WORDS))
    at = f"{'on' if region.endswith('side') else 'in'} the {region}"
    slots = {"k": word, "y": refer.named(y) if y else "", "z": refer.named(z) if z else "", "at": at}
    template, text = _WHICH.say(rng, **slots)
    number = int(template.rsplit("/", 1)[1])
    if number in (0, 5, 8, 11) and y is None or number in (2, 7, 10) and z is None:
        return None
    if any(look.below.get(m) in (y, z) for m in members):
        return None
    goals = {0: "in", 5: "in", 8: "in", 11: "in", 2: "on", 1: "hold", 9: "hold", 3: "at", 6: "at", 10: "near"}
    way = goals.get(number)
    replies = []
    for m in members[:3]:
        if m in look.twins or way is None:
            continue
        goal = {
            "in": atom("in", m, y or ""),
            "on": atom("on", m, z or ""),
            "near": atom("near", m, z or ""),
            "hold": atom("holding", m),
            "at": atom("at", m, region),
        }[way]
        replies.append((_answer(m, members, look, refer, rng), goal))
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=tuple(replies))


def _answer(chosen: str, members: list[str], look: Look, refer: Refer, rng: np.random.Generator) -> str:
    """What a person answers who is asked which one."""
    color = look.state[chosen].color
    colors = [look.state[m].color for m in members]
    options = [refer.named(chosen), f"I mean {refer.named(chosen)}", f"{refer.named(chosen)}, please"]
    if color and colors.count(color) == 1:
        said = refer.color(color)
        options += [
            f"the {said} one",
            f"{said}",
            f"the {said} one please",
            f"I meant the {said} one",
            f"take the {said} one",
        ]
    other = refer.other(chosen)
    if other is not None:
        options.append(other[1])
    return one(rng, options)


def which_target(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A container that could be several."""
    look, refer = _start(state, rng)
    things = [o.name for o in look.movable()]
    word = one(rng, ("bowl", "box"))
    boxes = look.words_of(word)
    if not things or len(boxes) < 2 or {o.name for o in boxes} & look.twins:
        return None
    x = one(rng, things)
    if look.inside.get(x) in {o.name for o in boxes}:
        return None
    template, text = _WHICH_TARGET.say(rng, x=refer.named(x), c=word)
    names = [o.name for o in boxes]
    replies = tuple((_answer(n, names, look, refer, rng), atom("in", x, n)) for n in names[:3])
    if template.endswith("/4"):
        replies = ()
    return Wish(template, text, None, Verdict.AMBIGUOUS, replies=replies)


def which_it(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something that was not spoken of before."""
    look, refer = _start(state, rng)
    boxes = look.containers()
    if len(look.movable()) < 2 or not boxes or look.held is not None:
        return None
    template, text = _IT.say(rng, y=refer.named(one(rng, boxes).name), at=_at(rng))
    return Wish(template, text, None, Verdict.AMBIGUOUS)


WISHES: dict[str, Drawer] = {
    "missing": missing,
    "missing-2": missing,
    "missing-3": missing,
    "missing-4": missing,
    "impossible-2": impossible,
    "missing-group": missing_group,
    "impossible": impossible,
    "fixed": fixed,
    "which": which,
    "which-target": which_target,
    "which-it": which_it,
}
