"""CALVIN (Mees et al., 2022, arXiv 2112.03227): the wordings of its 34 tasks that its training data has.

Scenes and goals are those of the tasks' symbolic conditions and detectors: a block is pushed by 10 cm, turned by 60
degrees, the door moved by 15 cm; where a wording says only "the block", the scene leaves one that can be meant.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np

from envs.published.case import Case, Drawer, Source, Template
from envs.published.scenery import absent, atom, both, either, mixed, some, specs
from envs.task import SceneSpec

_COLORS = ("red", "blue", "pink")
_BLOCKS = tuple(f"{c} block" for c in _COLORS)
_WAYS = ("left", "right", "forward", "backward")
_OTHER = {"left": "right", "right": "left"}
_LIGHTS = ("lightbulb", "led")


def _desk(rng: np.random.Generator, *facts: str) -> SceneSpec:
    return SceneSpec(tuple(mixed(rng, specs(_BLOCKS))), family="desk", facts=facts)


def _rotate(text: str, rng: np.random.Generator, block: str, way: str) -> Case:
    stays = [absent("moved", block, w) for w in _WAYS]
    goal = both([atom("turned", block, way), atom("on", block, "table"), *stays])
    return Case(text, _desk(rng, atom("on", block, "table")), goal, max_steps=6)


def _push(text: str, rng: np.random.Generator, block: str, way: str) -> Case:
    goal = both([atom("moved", block, way), atom("on", block, "table")])
    return Case(text, _desk(rng, atom("on", block, "table")), goal, max_steps=6)


def _lift(text: str, rng: np.random.Generator, block: str, place: str) -> Case:
    facts = {
        "table": (atom("on", block, "table"),),
        "slider": (atom("in", block, "slider"),),
        "drawer": (atom("in", block, "drawer"), atom("open", "drawer")),
    }
    return Case(text, _desk(rng, *facts[place]), atom("holding", block), max_steps=6)


def _slide(text: str, rng: np.random.Generator, way: str) -> Case:
    return Case(text, _desk(rng, atom("slid", "slider", _OTHER[way])), atom("moved", "slider", way), max_steps=6)


def _drawer(text: str, rng: np.random.Generator, before: str, after: str) -> Case:
    return Case(text, _desk(rng, atom(before, "drawer")), atom(after, "drawer"), max_steps=6)


def _place(text: str, rng: np.random.Generator, container: str) -> Case:
    block = some(rng, _BLOCKS, 1)[0]
    facts = [atom("holding", block)] + ([atom("open", "drawer")] if container == "drawer" else [])
    return Case(text, _desk(rng, *facts), atom("in", block, container), max_steps=6)


def _push_in(text: str, rng: np.random.Generator) -> Case:
    block, first, second = some(rng, _BLOCKS, 3)
    away = [atom("in", b, "slider") for b in (first, second)]
    halves = [atom("in-half", b, way) for b, way in zip((first, second), _OTHER, strict=True)]
    facts = (atom("on", block, "table"), atom("open", "drawer"), *away, *halves)
    return Case(text, _desk(rng, *facts), atom("in", block, "drawer"), max_steps=6)


def _stack(text: str, rng: np.random.Generator) -> Case:
    block, *others = some(rng, _BLOCKS, 3)
    facts = [atom("holding", block), atom("on", others[0], "table")]
    return Case(text, _desk(rng, *facts), either(atom("on", block, b) for b in others), max_steps=6)


def _unstack(text: str, rng: np.random.Generator) -> Case:
    upper, lower, _ = some(rng, _BLOCKS, 3)
    facts = (atom("on", upper, lower), atom("on", lower, "table"))
    goal = both(atom("on", b, "table") for b in (upper, lower))
    return Case(text, _desk(rng, *facts), goal, max_steps=6)


def _light(text: str, rng: np.random.Generator, light: str, on: bool) -> Case:
    lit, dark = atom("lit", light), absent("lit", light)
    return Case(text, _desk(rng, dark if on else lit), lit if on else dark, max_steps=6)


def _drawers() -> dict[str, Drawer]:
    """By the name of the task."""
    found: dict[str, Drawer] = {}
    for color, block in zip(_COLORS, _BLOCKS, strict=True):
        for way in _OTHER:
            found[f"rotate_{color}_block_{way}"] = partial(_rotate, block=block, way=way)
            found[f"push_{color}_block_{way}"] = partial(_push, block=block, way=way)
        for place in ("table", "slider", "drawer"):
            found[f"lift_{color}_block_{place}"] = partial(_lift, block=block, place=place)
    for way in _OTHER:
        found[f"move_slider_{way}"] = partial(_slide, way=way)
    found["open_drawer"] = partial(_drawer, before="closed", after="open")
    found["close_drawer"] = partial(_drawer, before="open", after="closed")
    for container in ("slider", "drawer"):
        found[f"place_in_{container}"] = partial(_place, container=container)
    for light in _LIGHTS:
        found[f"turn_on_{light}"] = partial(_light, light=light, on=True)
        found[f"turn_off_{light}"] = partial(_light, light=light, on=False)
    return {**found, "push_into_drawer": _push_in, "stack_block": _stack, "unstack_block": _unstack}


def templates(data: Any) -> tuple[Template, ...]:
    """Every training wording of every task."""
    drawers = _drawers()
    return tuple(
        Template(f"{re.sub('_', '-', task)}-{k}", text, drawers[task])
        for task, texts in data["train"].items()
        for k, text in enumerate(texts, 1)
    )


SOURCE = Source(
    "calvin-training",
    "calvin.json",
    "109c8b620e7430327dc4d7d33d55e988998a2876de4a96313286866172390185",
    templates,
)
