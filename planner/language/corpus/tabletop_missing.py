"""Wishes on the tabletop that speak of what is not there."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, chance, one
from planner.language.corpus.look import COUNTED, Look
from planner.language.corpus.nouns import NOUNS, REGION_WORDS, TYPES, plural
from planner.language.corpus.refer import view
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


def somewhere(rng: np.random.Generator) -> str:
    """A part of the table: `on the left side`."""
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
    if (kind in ("brick", "block") and (look.nouns["block"] or look.nouns["brick"])) or (
        kind == "disc" and look.nouns["ring"]
    ):
        kind = "pyramid"
    return f"{one(rng, sorted(COLORS))} {kind}", kind


def missing(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a thing that is not there."""
    look, refer = view(state, rng)
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
        "at": somewhere(rng),
    }
    template, text = _DO.say(rng, **slots)
    return Wish(template, text, None, Verdict.MISSING)


def missing_group(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something about a kind, a place or a number of things that is not there."""
    look, refer = view(state, rng)
    boxes = look.containers()
    if not boxes:
        return None
    y, at = refer.named(one(rng, boxes).name), somewhere(rng)
    way = one(rng, ("group", "group", "in", "on", "few"))
    if way == "group":
        kinds = [many for kind, (_, words) in TYPES.items() if not look.of(kind, resting=False) for many in words]
        kinds = [k for k in kinds if k != "fruit" and k != "food"] + [
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


WISHES: dict[str, Drawer] = {
    "missing": missing,
    "missing-2": missing,
    "missing-3": missing,
    "missing-4": missing,
    "missing-group": missing_group,
}
