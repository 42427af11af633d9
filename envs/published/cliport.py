"""CLIPort (Shridhar et al., 2021, arXiv 2109.12098): the instruction templates of its tasks, unseen things aside.

Where it has things that we have not, its words are exchanged for ours, see `EXCHANGED`; goals are what its tasks ask
for, as far as a set of facts can say it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from envs.objects import ObjectSpec
from envs.published.case import Case, Drawer, Source, Template, filled
from envs.published.scenery import BIG_BOX, atom, both, chain, either, mixed, some, specs, table

SEEN_COLORS = ("blue", "red", "green", "yellow", "brown", "gray", "cyan")
ALL_COLORS = (*SEEN_COLORS, "orange", "purple", "pink", "white")
EXCHANGED = {
    "packing-boxes": {"boxes": "blocks"},
    "stack-block-pyramid": {"blocks": "bricks"},
    "stack-block-pyramid-seq": {"block": "brick"},
    "sweeping-piles": {"blocks": "pieces", "square": "zone"},
    "separating-piles": {"blocks": "pieces", "square": "zone"},
}
"""By task: words of CLIPort's, and what stands for the things they name."""
_FIT = "no object here has a hole or a fixture that another fits into"
WHY_NOT = {
    "align-box-corner": "no marks of corners, and no predicate for an aligned heading",
    "assembling-kits": _FIT,
    "block-insertion": _FIT,
    "manipulating-rope": "no ropes",
    "align-rope": "no ropes",
    "palletizing-boxes": "no pallet, and no predicate for boxes in layers",
}
"""By task: why it cannot be expressed."""
_THINGS = ("apple", "lemon", "peach", "sponge", "rice chips", "energy bar", "coke can", "mug")
_SHAPES = ("letter R", "letter A", "letter M", "letter E", "yellow ring", "red disc", "blue triangle", "green cylinder")
_SIZES = ((0.070, 0.070, 0.02), (0.058, 0.058, 0.02), (0.046, 0.046, 0.02))
"""Of the discs of a tower, largest first, metres."""
_STANDS = ("white stand", "gray stand", "black stand")


def _pack_all(text: str, rng: np.random.Generator) -> Case:
    blocks = [f"{c} block" for c in some(rng, ALL_COLORS, int(rng.integers(2, 5)))]
    scene = table([*mixed(rng, specs(blocks)), *_box()])
    return Case(text, scene, "(forall (?b - block) (in ?b brown_box))", max_steps=14)


def _pack_pairs(text: str, rng: np.random.Generator, colors: Sequence[str]) -> Case:
    first, second, third = some(rng, [c for c in colors if c != "brown"], 3)
    meant = [f"{first} block", f"{first} block 2", f"{second} block"]
    said = filled(text, {"colors": f"{first} and {second}"})
    scene = table([*mixed(rng, specs([*meant, f"{third} block"])), *_box()])
    return Case(said, scene, both(atom("in", name, "brown box") for name in meant), max_steps=14)


def _pack_one(text: str, rng: np.random.Generator, things: Sequence[str]) -> Case:
    names = some(rng, things, 3)
    scene = table([*mixed(rng, specs(names)), *_box()])
    return Case(filled(text, {"obj": names[0]}), scene, atom("in", names[0], "brown box"))


def _pack_group(text: str, rng: np.random.Generator) -> Case:
    kind, other = some(rng, ("apple", "lemon", "peach", "sponge", "energy bar"), 2)
    meant = [kind, f"{kind} 2"]
    scene = table([*mixed(rng, specs([*meant, other])), *_box()])
    return Case(filled(text, {"obj": kind}), scene, both(atom("in", n, "brown box") for n in meant))


def _box() -> list[ObjectSpec]:
    return specs(["brown box"], BIG_BOX)


def _in_bowls(text: str, rng: np.random.Generator, colors: Sequence[str], fixed: tuple[str, ...] = ()) -> Case:
    pick, place = fixed or some(rng, colors, 2)
    other, third = some(rng, [c for c in colors if c not in (pick, place)], 2)
    blocks, bowls = [f"{pick} block", f"{pick} block 2"], [f"{place} bowl", f"{place} bowl 2"]
    said = filled(text, {"pick": pick, "place": place})
    goal = both(either(atom("in", block, bowl) for bowl in bowls) for block in blocks)
    return Case(said, table(mixed(rng, specs([*blocks, *bowls, f"{other} block", f"{third} bowl"]))), goal)


def _bottom_row(text: str, rng: np.random.Generator) -> Case:
    colors = some(rng, ALL_COLORS, 4)
    names = [f"{c} brick" for c in colors[:3]]
    said = filled(text, {"row": "bottom", "blocks": f"{colors[0]}, {colors[1]} and {colors[2]} bricks"})
    rows = [both((atom("next-to", a, b), atom("next-to", b, c))) for a, b, c in itertools.permutations(names)]
    return Case(said, table(mixed(rng, specs([*names, f"{colors[3]} brick"]))), either(rows))


def _across(text: str, rng: np.random.Generator, colors: Sequence[str]) -> Case:
    top, left, right = some(rng, colors, 3)
    lower = [f"{left} brick", f"{right} brick"]
    x, y = float(rng.uniform(0.42, 0.58)), float(rng.uniform(-0.15, 0.15))
    pair = [ObjectSpec(n, at=(x, y + way), yaw=0.0) for n, way in zip(lower, (0.034, -0.034), strict=True)]
    said = filled(text, {"pick": top, "place": f"the {left} and {right} bricks"})
    scene = table([*mixed(rng, [*pair, *specs([f"{top} brick"])])], [atom("near", *lower)])
    return Case(said, scene, both(atom("on", f"{top} brick", name) for name in lower))


def _sweep(text: str, rng: np.random.Generator) -> Case:
    pieces = ["red piece", "red piece 2", "red piece 3"]
    return Case(text, table(specs([*pieces, "green zone"])), "(forall (?p - piece) (on ?p green_zone))")


def _separate(text: str, rng: np.random.Generator, colors: Sequence[str]) -> Case:
    (first, second), (near, far) = some(rng, colors, 2), some(rng, colors, 2)
    meant = [f"{first} piece", f"{first} piece 2"]
    names = [*meant, f"{second} piece", f"{near} zone", f"{far} zone"]
    said = filled(text, {"block_color": first, "square_color": near})
    return Case(said, table(mixed(rng, specs(names))), both(atom("on", p, f"{near} zone") for p in meant))


def _hanoi(text: str, rng: np.random.Generator) -> Case:
    discs = [f"{c} disc" for c in some(rng, ALL_COLORS, 3)]
    order = some(rng, _STANDS, 3)
    objects = [ObjectSpec(n, size=s) for n, s in zip(discs, _SIZES, strict=True)]
    scene = table([*mixed(rng, objects), *specs(_STANDS)], [atom("on", *pair) for pair in _pairs(discs, order[0])])
    goal = either(chain((*discs[::-1], stand)) for stand in order[1:])
    never = (
        "(exists (?a - disc ?b - disc) (and (larger ?a ?b) (on ?a ?b)))",
        "(exists (?d - disc) (on ?d table))",
    )
    return Case(text, scene, goal, never, max_steps=22)


def _ring(text: str, rng: np.random.Generator, colors: Sequence[str]) -> Case:
    rings = [f"{c} ring" for c in some(rng, colors, 2)]
    source, target, other = some(rng, _STANDS, 3)
    scene = table(
        [*mixed(rng, specs(rings)), *specs([source, target, other])], [atom("on", *p) for p in _pairs(rings, source)]
    )
    said = filled(text, {"obj": rings[-1].removesuffix(" ring"), "loc": target})
    return Case(said, scene, atom("on", rings[-1], target))


def _pairs(upwards: Sequence[str], base: str) -> list[tuple[str, str]]:
    """Who lies on whom in a tower that is listed from the bottom."""
    return [(upper, lower) for lower, upper in itertools.pairwise((base, *upwards))]


def _drawer_of(task: str) -> Drawer | None:
    colors = SEEN_COLORS if "seen" in task else ALL_COLORS
    found: dict[str, Drawer] = {
        "packing-boxes": _pack_all,
        "place-red-in-green": partial(_in_bowls, colors=ALL_COLORS, fixed=("red", "green")),
        "stack-block-pyramid": _bottom_row,
        "sweeping-piles": _sweep,
        "towers-of-hanoi": _hanoi,
        "packing-shapes": partial(_pack_one, things=_SHAPES),
        "packing-boxes-pairs": partial(_pack_pairs, colors=colors),
        "packing-seen-google-objects-seq": partial(_pack_one, things=_THINGS),
        "packing-seen-google-objects-group": _pack_group,
        "put-block-in-bowl": partial(_in_bowls, colors=colors),
        "stack-block-pyramid-seq": partial(_across, colors=colors),
        "separating-piles": partial(_separate, colors=colors),
        "towers-of-hanoi-seq": partial(_ring, colors=colors),
    }
    return found.get(_plain(task))


def _plain(task: str) -> str:
    """A task's name without what it says of colours."""
    return task.removesuffix("-seen-colors").removesuffix("-full")


def _why_not(task: str) -> str:
    return next((reason for name, reason in WHY_NOT.items() if task.startswith(name)), "")


def templates(data: Any) -> tuple[Template, ...]:
    """All but those on unseen colours and objects."""
    found = []
    for task, text in data["templates"].items():
        if "unseen" in task:
            continue
        why_not = _why_not(task)
        for word, ours in EXCHANGED.get(_plain(task), {}).items():
            text = re.sub(rf"(?<!{{)\b{word}\b", ours, text)
        found.append(Template(task, text, None if why_not else _drawer_of(task), why_not))
    return tuple(found)


SOURCE = Source(
    "cliport",
    "cliport_templates.json",
    "f8e0f1c869df83c7f56a66ae27a3ea53d951ef25d50222e193617250fd704605",
    templates,
)
