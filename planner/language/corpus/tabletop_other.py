"""Wishes on the tabletop that lean on what was just said: the other one, the same with another, nothing if not."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, both, chance, one
from planner.language.corpus.look import Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.tabletop_order import capitals, parts
from planner.language.corpus.wish import Drawer, Wish
from planner.language.nouns import NOUNS
from sim.state import TABLE, SceneState

_OTHER = Frames(
    "tabletop/other-one",
    "not {x}, the other one: <putin> it {p}",
    "leave {x} [alone|where it is] and <putin> the other {n} {p}",
    "don't touch {x}, <putin> the other one {p}",
    "I don't mean {x}. <putin> the other {n} {p}",
    "the other {n}, not {x}, <goes> {p}",
    "{x} stays where it is, but the other {n} <goes> {p}",
    "<putin> the {n} other than {x} {p}",
)

_LIKEWISE = Frames(
    "tabletop/likewise",
    "<putin> {x} {p}. [Do the same with {y}|The same with {y}|Same for {y}]",
    "<putin> {x} {p}. {y} [as well|too]",
    "<putin> {x} {p}, and {y} [as well|too]",
    "{x} [goes|belongs] {p}, and so does {y}",
    "<putin> {x} {p} [along|together] with {y}",
    "both {x} and {y} belong {p}",
    "<putin> {x} {p}; [treat {y} likewise|do likewise with {y}]",
    "<putin> {x} {p}. [Then|Now|After that] {y} [as well|too]",
)

_ONLY_IF = Frames(
    "tabletop/if-not-met",
    "if {c}, {a}",
    "{a} if {c}",
    "only if {c}, {a}",
    "{a}, but only if {c}",
    "in case {c}, {a}, otherwise [do nothing|leave everything as it is]",
    "should it be that {c}, {a}",
)


def other_one(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Of two of a kind not the one that is named."""
    look, refer = view(state, rng)
    pairs = [m for w in NOUNS if len(m := look.words_of(w)) == 2 == look.nouns[w]]
    pairs = [m for m in pairs if all("movable" in look.kind(o.name) and o.name not in look.twins for o in m)]
    if not pairs:
        return None
    pair = one(rng, pairs)
    kept, x = pair if chance(rng, 0.5) else pair[::-1]
    targets = [("in", o) for o in look.containers()]
    targets += [("on", o) for o in look.surfaces() if {"plate", "zone"} & look.kind(o.name)]
    targets = [(r, o) for r, o in targets if look.below.get(x.name) != o.name]
    if not targets:
        return None
    relation, y = one(rng, targets)
    place = f"{relation} {refer.named(y.name)}"
    template, text = _OTHER.say(rng, x=refer.named(kept.name), n=refer.kind(look.words[x.name]), p=place)
    return Wish(template, capitals(text), atom(relation, x.name, y.name))


def likewise(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One thing, and another in the same way."""
    look, refer = view(state, rng)
    part = parts(look, refer, rng)()
    # Several things find room there.
    if part is None or not part.goal.startswith(("(in ", "(on ", "(at ")):
        return None
    if part.target and not {"plate", "zone", "container"} & look.kind(part.target):
        return None
    others = [o.name for o in look.movable() if o.name not in (part.thing, part.target, look.held)]
    others = [n for n in others if look.below.get(n) != part.target and look.below.get(part.target) != n]
    if not others:
        return None
    y = one(rng, others)
    again = part.goal.replace(part.thing.replace(" ", "_"), y.replace(" ", "_"), 1)
    if part.goal.startswith("(at ") and look.carried_to(y, part.goal[:-1].split()[2].replace("_", " ")):
        return None
    template, text = _LIKEWISE.say(rng, x=part.said, y=refer.named(y), p=part.place)
    return Wish(template, capitals(text), both(part.goal, again))


def not_met(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """Something on a condition that does not hold: there is nothing to do."""
    look, refer = view(state, rng)
    condition, part = _untrue(look, refer, rng), parts(look, refer, rng)()
    if condition is None or part is None:
        return None
    words, formula = condition
    if formula == part.goal:
        return None
    template, text = _ONLY_IF.say(rng, c=words, a=part.do)
    return Wish(template, text, f"(imply {formula} {part.goal})")


def _untrue(look: Look, refer: Refer, rng: np.random.Generator) -> tuple[str, str] | None:
    """What is not so, in words and as a formula."""
    things = [o.name for o in look.movable() if o.name != look.held]
    boxes = [o.name for o in look.containers()]
    if not things:
        return None
    x = one(rng, things)
    if boxes and chance(rng, 0.6):
        y = one(rng, boxes)
        return None if look.inside.get(x) == y else (f"{refer.named(x)} is in {refer.named(y)}", atom("in", x, y))
    lowers = [o.name for o in look.surfaces() if o.name not in (x, look.held) and look.below.get(x) != o.name]
    if chance(rng, 0.5) and look.below.get(x, TABLE) != TABLE and x not in look.inside:
        return f"{refer.named(x)} is on the table", atom("on", x, TABLE)
    if not lowers:
        return None
    y = one(rng, lowers)
    return f"{refer.named(x)} is on {refer.named(y)}", atom("on", x, y)


WISHES: dict[str, Drawer] = {
    "other-one": other_one,
    "likewise": likewise,
    "not-met": not_met,
}
