"""Inner Monologue (Huang et al., 2022, arXiv 2207.05608): the seen tasks of its simulated tabletop.

Its first task is named, not worded; its words are those of the primitive that the file's description quotes.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np

from envs.published.case import Case, Source, Template, filled
from envs.published.code_as_policies import all_in_bowl, all_to_region, stack_all
from envs.published.scenery import COLORS, CORNERS, SIDES, atom, mixed, one, some, specs, table

_WORDS: dict[str, list[str]] = {"colors": list(COLORS), "corner/side": [*CORNERS, *SIDES]}


def _pick_and_place(text: str, rng: np.random.Generator) -> Case:
    blocks, bowls = ([f"{c} {kind}" for c in some(rng, COLORS, 3)] for kind in ("block", "bowl"))
    what, onto = blocks[0], one(rng, [blocks[1], bowls[0]])
    goal = atom("in" if onto.endswith("bowl") else "on", what, onto)
    return Case(
        filled(text, {"x": f"the {what}", "y": f"the {onto}"}), table(mixed(rng, specs([*blocks, *bowls]))), goal
    )


def _to_region(text: str, rng: np.random.Generator) -> Case:
    # "[x] corner/side" stands for a corner or a side by its whole name.
    return all_to_region(re.sub(r"\[x\] corner/side", "[x]", text), rng, _WORDS, slot="x")


def templates(data: Any) -> tuple[Template, ...]:
    """The seen tasks."""
    quoted = re.search(r"\"([^\"]*\[x\][^\"]*)\"", data["environment"])
    texts = list(data["tasks_seen"])
    if quoted is None:
        raise ValueError("the file's description of the environment quotes no primitive with a slot [x]")
    texts[0] = quoted[1]
    drawers = (
        _pick_and_place,
        partial(stack_all, words=_WORDS),
        _to_region,
        partial(all_in_bowl, words=_WORDS, slot="x"),
    )
    return tuple(
        Template(f"seen-{k}", text, draw) for k, (text, draw) in enumerate(zip(texts, drawers, strict=True), 1)
    )


SOURCE = Source(
    "inner-monologue",
    "inner_monologue_tabletop.json",
    "5c916da64e17817fe807e3453f8bf82a377cb78acacc09f42358fba8302d48d3",
    templates,
)
