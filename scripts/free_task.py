"""A task for an instruction that a person types: the scene that it speaks of, and its goal where one is known."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from envs.seeding import stream
from envs.suites import find_suite, find_task, suite_names
from envs.task import ObjectSpec, SceneSpec, Task
from sim.catalog import BASIC, COLORS

MAX_STEPS = 14
"""Budget of calls where no task says one."""
_SCENE_SIZE = 6
"""So many objects a drawn scene has, unless the instruction speaks of more."""
_SEVERAL = 3
"""What a plural without a number means."""
_STANDBY = ("red block", "green block", "blue block", "red bowl", "green bowl")
"""The scene of an instruction that names nothing."""


_AT_THE_DESK = ("red block", "blue block", "pink block")


def make_task(
    instruction: str = "", *, task: str = "", objects: str = "", scene: str = "tabletop", goal: str = "", seed: int = 0
) -> Task:
    """The task that these flags ask for.

    Args:
        instruction: what the person says; empty for a task's own wordings.
        task: `SUITE/ID`, or empty.
        objects: names separated by commas, or empty: then a task of that wording is looked for, or the scene is drawn.
        scene: scene family.
        goal: a PDDL formula, or empty.
        seed: draws objects.

    Raises:
        ValueError: neither instruction nor task, or something that does not fit.
    """
    if task:
        if objects or goal:
            raise ValueError("--task brings its own objects and goal; leave out --objects and --goal")
        found = find_task(task)
        return replace(found, instructions=(instruction,)) if instruction else found
    if not instruction.strip():
        raise ValueError("nothing to do; give an instruction, such as 'put the red block in the blue bowl', or --task")
    if not objects and not goal:
        known = known_task(instruction, scene)
        if known is not None:
            return replace(known, instructions=(instruction,))
    if objects:
        names, others = [n.strip() for n in objects.split(",") if n.strip()], 0
    elif scene == "desk":
        said = [n for n in drawn_objects(instruction, stream("run_task", instruction, seed)) if "block" in n]
        names, others = list(dict.fromkeys([*said, *_AT_THE_DESK]))[: max(len(said), len(_AT_THE_DESK))], 0
    else:
        names = drawn_objects(instruction, stream("run_task", instruction, seed))
        others = max(1, _SCENE_SIZE - len(names)) if goal == "" else 0
    spec = SceneSpec(tuple(ObjectSpec(n) for n in names), family=scene, distractors=others)
    return Task("free", (instruction,), spec, goal=goal or None, max_steps=MAX_STEPS)


def known_task(instruction: str, scene: str = "tabletop") -> Task | None:
    """The first task of any suite in that family with this wording, so that its goal is known; else None."""
    wanted = _plain(instruction)
    tasks = (t for name in suite_names() for t in find_suite(name).tasks if t.scene.family == scene)
    return next((t for t in tasks if wanted in map(_plain, t.instructions)), None)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def drawn_objects(instruction: str, rng: np.random.Generator) -> list[str]:
    """Names of the objects that an instruction speaks of; colours that it leaves open are drawn."""
    colors, kinds = "|".join(COLORS), "|".join(BASIC)
    found = re.findall(rf"\b(?:({colors})\s+)?({kinds})(s|es)?\b(?:\s+(\d+)\b)?", instruction.lower())
    # Blocks and bowls of open colour get the same colours, so that "matching" means something.
    palette = [str(c) for c in rng.permutation(list(COLORS))]
    names = [f"{color} {kind}{f' {number}' if number else ''}" for color, kind, _, number in found if color]
    for color, kind, plural, _ in found:
        if color and plural:
            names.append(f"{color} {kind} 2")
    for color, kind, plural, _ in found:
        present = sum(n.split()[1] == kind for n in names)
        if not color:
            count = max(0, (_SEVERAL if plural else 1) - present)
            names += [n for c in palette if (n := f"{c} {kind}") not in names][:count]
    return list(dict.fromkeys(names)) or list(_STANDBY)
