"""SayCan's open tabletop notebook (Ahn et al., 2022, arXiv 2204.01691): its demonstrations and the tasks of its prompt.

The notebook has no success check; goals are what its own plans bring about. Scenes hold just the objects that it lists.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np

from envs.published.case import Case, Source, Template
from envs.published.scenery import BIG_BOWL, CORNERS, atom, both, either, matching, mixed, specs, table, tower

_ROUTE = "a goal says how things end, not past which corners they went"
_EACH_CORNER = both(f"(exists (?b - block) {atom('at', '?b', corner)})" for corner in CORNERS)
_DEMOS: tuple[tuple[str, str], ...] = (
    (_EACH_CORNER, ""),
    (atom("in", "red block", "green bowl"), ""),
    (matching(), ""),
    (f"(forall (?b - block) {atom('in', '?b', 'green bowl')})", ""),
    (tower(), ""),
    (tower(), ""),
    (tower(), ""),
    ("", _ROUTE),
    ("", _ROUTE),
)
"""Goals of the demonstrations by index, or why there is none."""
_PROMPTS: tuple[str, ...] = (
    f"(forall (?b - block) {atom('at', '?b', 'top left corner')})",
    atom("in", "yellow block", "green bowl"),
    atom("at", "yellow block", "middle"),
    tower(),
    either((atom("in", "blue block", "blue bowl"), atom("near", "blue block", "blue bowl"))),
    matching(),
)
"""Goals of the prompt's examples by index."""


def _draw(text: str, rng: np.random.Generator, names: tuple[str, ...], goal: str) -> Case:
    # A bowl that is to take all the blocks is as large as that needs.
    full = {n for n in names if n.endswith("bowl") and goal == f"(forall (?b - block) {atom('in', '?b', n)})"}
    objects = [spec for n in names for spec in specs([n], BIG_BOWL if n in full else None)]
    return Case(text, table(mixed(rng, objects)), goal, max_steps=14)


def templates(data: Any) -> tuple[Template, ...]:
    """Demonstrations and prompt examples, which have no slots but scenes of their own."""
    found = []
    for k, (demo, (goal, why_not)) in enumerate(zip(data["demo_tasks"], _DEMOS, strict=True), 1):
        draw = partial(_draw, names=(*demo["pick"], *demo["place"]), goal=goal) if goal else None
        found.append(Template(f"demo-{k}", demo["instruction"], draw, why_not))
    for k, (example, goal) in enumerate(zip(data["prompt_examples"], _PROMPTS, strict=True), 1):
        names = tuple(re.split(r"\s*,\s*", example["objects"].strip("[] ")))
        found.append(Template(f"prompt-{k}", example["instruction"], partial(_draw, names=names, goal=goal)))
    return tuple(found)


SOURCE = Source(
    "saycan-tabletop",
    "saycan_tabletop.json",
    "7b4ad603f6b3d8006f5c0d6b61ec39a748498097f266807a3c83a3e3621720a9",
    templates,
)
