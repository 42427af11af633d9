"""Wishes on the tabletop that could mean several things, and what a person answers who is asked."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, one
from planner.language.corpus.look import Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.tabletop_missing import somewhere
from planner.language.corpus.wish import Drawer, Verdict, Wish
from planner.language.nouns import NOUNS, REGION_WORDS
from sim.state import SceneState

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
    "{x} <goes> <inside> the {c}",
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


def which(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A thing that could be several."""
    look, refer = view(state, rng)
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
        same = [o.name for o in look.of("movable") if look.shown(o) == color]
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
    if (number in (0, 5, 8, 11) and y is None) or (number in (2, 7, 10) and z is None):
        return None
    if any(look.below.get(m) in (y, z) or look.carried_to(m, region) for m in members):
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
    look, refer = view(state, rng)
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
    look, refer = view(state, rng)
    boxes = look.containers()
    if len(look.movable()) < 2 or not boxes or look.held is not None:
        return None
    template, text = _IT.say(rng, y=refer.named(one(rng, boxes).name), at=somewhere(rng))
    return Wish(template, text, None, Verdict.AMBIGUOUS)


WISHES: dict[str, Drawer] = {
    "which": which,
    "which-target": which_target,
    "which-it": which_it,
}
