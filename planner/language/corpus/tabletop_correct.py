"""Wishes on the tabletop that the person corrects on the way, and the same said plainly."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import Frames, atom, expand, one, tidy
from planner.language.corpus.look import Look
from planner.language.corpus.refer import Refer, view
from planner.language.corpus.tabletop_order import PRONOUN, Part, capitals, parts
from planner.language.corpus.wish import Drawer, Wish
from sim.state import TABLE, SceneState


def _change(a: Part, look: Look, refer: Refer, rng: np.random.Generator) -> tuple[str, str] | None:
    """What the person says to correct a part, and the goal then."""
    kind = look.words[a.thing]
    others = [o.name for o in look.words_of(kind) if o.name not in (a.thing, a.target) and o.name not in look.twins]
    targets = (
        [o.name for o in look.words_of(look.words[a.target]) if o.name not in (a.thing, a.target)] if a.target else []
    )
    targets = [n for n in targets if n not in look.twins and look.below.get(a.thing) != n]
    relation = a.goal.split()[0][1:]
    preposition = a.preposition
    ways = (["thing"] if others else []) + (["target", "target"] if targets else []) + ["stop", "new"]
    way = one(rng, ways)
    if way == "thing":
        y = one(rng, others)
        color = look.state[y].color
        short = f"the {refer.color(color)} one" if color else refer.named(y)
        old = look.state[a.thing].color
        was = f"the {refer.color(old)} one" if old else refer.named(a.thing)
        said = one(
            rng,
            (
                f"no, {short}",
                f"no, {refer.named(y)}",
                f"I meant {refer.named(y)}",
                f"sorry, I meant {short}",
                f"not {was}, {short}",
                f"wrong one, I want {refer.named(y)}",
                f"wait, {short} instead",
                f"actually, use {refer.named(y)}",
                f"oops, I meant {refer.named(y)}, not {was}",
                f"make that {refer.named(y)}",
                f"that's wrong, it should be {short}",
            ),
        )
        return said, a.goal.replace(_pddl(a.thing), _pddl(y), 1)
    if way == "target":
        y = one(rng, targets)
        other = refer.named(y)
        said = one(
            rng,
            (
                f"actually, put it {preposition} {other}",
                f"no, {preposition} {other}",
                f"I meant {preposition} {other}",
                f"sorry, {other} instead",
                f"wait, it should go {preposition} {other}",
                f"change of plan: {preposition} {other}, please",
                f"no no, not there, {preposition} {other}",
                f"better put it {preposition} {other}",
                f"make that {other}",
            ),
        )
        return said, atom(relation, a.thing, y)
    if way == "stop":
        words = one(
            rng,
            (
                "never mind, put it on the table",
                "stop, just put it on the table",
                "forget it, it should stay on the table",
                "actually leave it on the table",
                "no, put it on the table instead",
                "on second thoughts, it goes on the table",
            ),
        )
        return words, atom("on", a.thing, TABLE)
    b = parts(look, refer, rng)()
    if b is None or b.thing == a.thing:
        return None
    lead = one(
        rng,
        (
            "forget that:",
            "new plan:",
            "stop,",
            "no, do something else:",
            "never mind that,",
            "instead,",
            "scrap that and",
        ),
    )
    return f"{lead} {b.do}", b.goal


def _pddl(name: str) -> str:
    return name.replace(" ", "_")


def correction(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A part that the person corrects on the way."""
    look, refer = view(state, rng)
    a = parts(look, refer, rng)()
    if a is None or not a.place:
        return None
    frames = one(rng, (_PLAIN, _PLAIN, PRONOUN))
    template, text = frames.say(rng, x=a.said, p=a.place, a=a.do)
    change = _change(a, look, refer, rng)
    if change is None or change[1] == a.goal:
        return None
    return Wish(template, capitals(text), a.goal, replies=((tidy(expand(change[0], rng)), change[1]),))


_PLAIN = Frames(
    "tabletop/plain",
    "{a}",
    "{x} goes {p}",
    "I want {x} {p}",
    "{x} {p}",
    "now {a}",
    "it's time to {a}",
    "your task: {a}",
    "the goal is to have {x} {p}",
)


def ordinary(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """One part, plainly said."""
    look, refer = view(state, rng)
    a = parts(look, refer, rng)()
    if a is None or not a.place:
        return None
    template, text = _PLAIN.say(rng, x=a.said, p=a.place, a=a.do)
    return Wish(template, text, a.goal)


WISHES: dict[str, Drawer] = {
    "correction": correction,
    "correction-2": correction,
    "ordinary-2": ordinary,
    "ordinary": ordinary,
}
