"""Wishes at the desk that depend on how it stands: do this if, otherwise that."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.desk_look import Desk
from planner.language.corpus.phrasing import Patterns, atom, chance, no, one, some
from planner.language.corpus.wish import Drawer, Wish
from planner.language.corpus.words import FIXTURE_WORDS
from sim.state import TABLE, SceneState

_IF_ELSE = Patterns(
    "desk/if-else",
    "if {cond}, {yes}, otherwise {nay}",
    "if {cond}, {yes}. [Otherwise|If not|Else], {nay}",
    "{yes} if {cond}, [otherwise|or else] {nay}",
    "in case {cond}, {yes}; if not, {nay}",
    "is it true that {cond}? then {yes}, otherwise {nay}",
    "{cond}? then {yes}, otherwise {nay}",
)
_IF = Patterns(
    "desk/if",
    "if {cond}, {yes}",
    "{yes} if {cond}",
    "only if {cond}, {yes}",
    "in case {cond}, {yes}, otherwise do nothing",
    "{yes}, but only if {cond}",
)


def errands(desk: Desk, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Small things that could be done here, in words and as goals, about different parts of the desk."""
    light = one(rng, ("led", "lightbulb"))
    bulb, door = one(rng, FIXTURE_WORDS[light]), one(rng, FIXTURE_WORDS["door"])
    side = {"left": "right", "right": "left"}[desk.door]
    other = one(rng, ("open", "close")) if chance(rng, 0.1) else ("close" if desk.drawer_open else "open")
    found = [
        (f"{other} the {one(rng, FIXTURE_WORDS['drawer'])}", atom("open" if other == "open" else "closed", "drawer")),
        (f"{one(rng, ('slide', 'push', 'move'))} the {door} to the {side}", atom("slid", "slider", side)),
        (
            f"{one(rng, ('turn', 'switch'))} {'off' if desk.lit(light) else 'on'} the {bulb}",
            no(atom("lit", light)) if desk.lit(light) else atom("lit", light),
        ),
    ]
    for block in [b for b in desk.free if desk.below.get(b) == TABLE][:2]:
        name = desk.the(block, rng, plain=True)
        if chance(rng, 0.5):
            found.append((f"{one(rng, ('put', 'place'))} {name} in the drawer", atom("in", block, "drawer")))
        else:
            cupboard = one(rng, ("slider", "cupboard", "cabinet"))
            found.append((f"{one(rng, ('put', 'place'))} {name} in the {cupboard}", atom("in", block, "slider")))
    return found


def _conditions(desk: Desk, rng: np.random.Generator) -> tuple[str, bool, str]:
    """Something about how the desk stands: in words, whether it is so, and what it is about."""
    light = one(rng, ("led", "lightbulb"))
    word, bulb = one(rng, FIXTURE_WORDS["drawer"]), one(rng, FIXTURE_WORDS[light])
    options = [
        (f"the {word} is open", desk.drawer_open, "drawer"),
        (f"the {word} is {one(rng, ('closed', 'shut'))}", not desk.drawer_open, "drawer"),
        (f"the {bulb} is {one(rng, ('on', 'lit', 'shining'))}", desk.lit(light), light),
        (f"the {bulb} is {one(rng, ('off', 'dark'))}", not desk.lit(light), light),
        (f"the {one(rng, FIXTURE_WORDS['door'])} is on the left", desk.door == "left", "slid "),
        (f"the {one(rng, FIXTURE_WORDS['door'])} is on the right", desk.door == "right", "slid "),
    ]
    if desk.blocks:
        block = one(rng, desk.blocks)
        name = desk.the(block, rng, plain=True)
        options += [
            (f"{name} is in the drawer", desk.below.get(block) == "drawer", block.replace(" ", "_")),
            (f"there is a block in the {one(rng, FIXTURE_WORDS['slider'])}", bool(desk.where("slider")), "slid "),
        ]
    return one(rng, options)


def _if_else(state: SceneState, rng: np.random.Generator) -> Wish | None:
    desk = Desk(state)
    cond, holds, about = _conditions(desk, rng)
    if state["drawer"].value > 0.01 and not desk.drawer_open:
        return None
    # `If the lamp is on, turn it off, otherwise on` speaks of one thing twice; here it is about others.
    (yes, goal), (nay, other) = some(rng, [e for e in errands(desk, rng) if about not in e[1]], 2)
    if holds and chance(rng, 0.4):
        return Wish(*_IF.say(rng, cond=cond, yes=yes), goal)
    return Wish(*_IF_ELSE.say(rng, cond=cond, yes=yes, nay=nay), goal if holds else other)


_TOGGLE = Patterns(
    "desk/toggle",
    "if the {w} is {a}, {to_b} it, otherwise {to_a} it",
    "{to_b} the {w} if it is {a}, [otherwise|or else] {to_a} it",
    "is the {w} {a}? then {to_b} it, if not, {to_a} it",
    "in case the {w} is {a}, {to_b} it; in case it is {b}, {to_a} it",
)
_ONE_WAY = Patterns(
    "desk/one-way",
    "if the {w} is {a}, {to_b} it",
    "{to_b} the {w} if it is {a}",
    "the {w} should not be {a}: if it is, {to_b} it",
    "should the {w} be {a}, {to_b} it",
    "{to_b} the {w} unless it is {b} already",
)


def _toggled(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """The drawer or a light the other way round, or one way whatever it is now."""
    desk = Desk(state)
    if state["drawer"].value > 0.01 and not desk.drawer_open:
        return None
    thing = one(rng, ("drawer", "led", "lightbulb"))
    if thing == "drawer":
        words, now = (("open", "open"), ("closed", "close")), desk.drawer_open
        goals = (atom("open", thing), atom("closed", thing))
    else:
        words, now = (("on", "turn on"), ("off", "turn off")), desk.lit(thing)
        goals = (atom("lit", thing), no(atom("lit", thing)))
    # The first of the words is what is asked for: 0 for open or on, 1 for closed or off.
    asked = int(rng.integers(2))
    (a, to_a), (b, to_b) = words[asked], words[1 - asked]
    slots = {"w": one(rng, FIXTURE_WORDS[thing]), "a": a, "b": b, "to_a": to_a, "to_b": to_b}
    if chance(rng, 0.5):
        return Wish(*_ONE_WAY.say(rng, **slots), goals[1 - asked])
    return Wish(*_TOGGLE.say(rng, **slots), goals[1] if now else goals[0])


def _if_not(state: SceneState, rng: np.random.Generator) -> Wish | None:
    """A condition that does not hold: there is nothing to do."""
    desk = Desk(state)
    if state["drawer"].value > 0.01 and not desk.drawer_open:
        return None
    light = one(rng, ("led", "lightbulb"))
    bulb = one(rng, FIXTURE_WORDS[light])
    lit = atom("lit", light)
    options = [
        (f"the {bulb} is off", no(lit)) if desk.lit(light) else (f"the {bulb} is on", lit),
        ("the drawer is closed", atom("closed", "drawer"))
        if desk.drawer_open
        else ("the drawer is open", atom("open", "drawer")),
    ]
    cond, formula = one(rng, options)
    about = light if light in formula else "drawer"
    yes, goal = one(rng, [e for e in errands(desk, rng) if about not in e[1]])
    return Wish(*_IF.say(rng, cond=cond, yes=yes), f"(imply {formula} {goal})")


CONDITIONAL: dict[str, Drawer] = {"if-else": _if_else, "if-not": _if_not, "toggle": _toggled}
"""Wishes on condition."""
