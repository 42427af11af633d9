"""LoHoRavens (Zhang et al., 2023, arXiv 2310.12020): the instruction templates of its long-horizon tabletop tasks.

Big and small blocks of one colour are `red block` and `red block 2`; positions are our regions. "Stack on a zone" means
one tower upon it, in any order where none is said.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np

from envs.objects import ObjectSpec
from envs.published.case import Case, Drawer, Source, Template, filled
from envs.published.scenery import (
    BIG,
    COLORS,
    CORNERS,
    SIDES,
    SMALL,
    Points,
    absent,
    apart,
    atom,
    both,
    chain,
    either,
    laid_out,
    matching,
    mixed,
    one,
    some,
    specs,
    stacked,
    table,
)

_WARM, _COOL = ("red", "orange", "yellow"), ("green", "blue", "purple")
_MEDIUM = (0.045, 0.045, 0.04)
_SIZES = {"bigger": BIG, "smaller": SMALL}
_WHY_NOT = {
    "put-hidden-blocks-in-pyramid-into-matching-bowls": "no scene can begin with a pyramid, a block resting on two",
}


def _between_positions(text: str, rng: np.random.Generator, by_size: bool = False) -> Case:
    source = one(rng, (*CORNERS, *SIDES))
    target = one(rng, apart(source, (*CORNERS, *SIDES)))
    slots = {"src_abs_pos": source, "tgt_abs_pos": target}
    names = [f"{c} block" for c in some(rng, COLORS, 4)]
    sizes = [None] * 4
    meant = names[:2]
    if by_size:
        word, other = some(rng, tuple(_SIZES), 2)
        slots["size_category"] = word
        sizes = [_SIZES[word], _SIZES[other], _SIZES[word], _SIZES[other]]
        meant = names[:1]
    # The middle has nothing in common with any side or corner.
    facts = [atom("at", n, place) for n, place in zip(names, (source, source, "middle", "middle"), strict=True)]
    objects = [ObjectSpec(n, size=s) for n, s in zip(names, sizes, strict=True)]
    goal = both(atom("at", n, target) for n in meant)
    return Case(filled(text, slots), table(mixed(rng, objects), facts), goal)


def _pick_and_place(text: str, rng: np.random.Generator) -> Case:
    first, second, third = some(rng, COLORS, 3)
    kind = one(rng, ("block", "bowl", "zone"))
    what, onto = f"{first} block", f"{second} {kind}"
    said = filled(text, {"pick_color": first, "place_color": second, "place": kind})
    goal = atom("in" if kind == "bowl" else "on", what, onto)
    return Case(said, table(mixed(rng, specs([what, onto, f"{third} block", f"{third} bowl"]))), goal)


def _from_area(text: str, rng: np.random.Generator) -> Case:
    area = one(rng, (*CORNERS, *SIDES))
    target = one(rng, apart(area, (*CORNERS, *SIDES)))
    color, other = some(rng, COLORS, 2)
    names = [f"{color} block", f"{color} block 2"]
    meant, twin = some(rng, names, 2)
    facts = [atom("at", meant, area), absent("at", twin, area)]
    said = filled(text, {"pick_color": color, "pick_area": area, "place_area": target})
    return Case(said, table(mixed(rng, specs([*names, f"{other} block"])), facts), atom("at", meant, target))


def _with_size(text: str, rng: np.random.Generator) -> Case:
    above, below = some(rng, COLORS, 2)
    sizes = {"bigger": BIG, "smaller": SMALL}
    upper, lower = one(rng, tuple(sizes)), one(rng, tuple(sizes))
    first, second = some(rng, ("", " 2"), 2)
    objects = [
        ObjectSpec(f"{color} block{number}", size=sizes[word])
        for color, meant in ((above, upper), (below, lower))
        for number, word in ((first, meant), (second, next(w for w in sizes if w != meant)))
    ]
    slots = {"pick_size": upper, "pick_color": above, "place_size": lower, "place_color": below}
    goal = atom("on", f"{above} block{first}", f"{below} block{first}")
    return Case(filled(text, slots), table(sorted(objects, key=lambda o: o.name)), goal)


def _to_corner(text: str, rng: np.random.Generator) -> Case:
    corner = one(rng, CORNERS)
    scene = table(specs(f"{c} block" for c in some(rng, COLORS, 3)))
    goal = f"(forall (?b - block) {atom('at', '?b', corner)})"
    return Case(filled(text, {"corner": corner}), scene, goal, max_steps=14)


def _mismatching(text: str, rng: np.random.Generator) -> Case:
    names = [f"{c} {kind}" for kind in ("block", "bowl") for c in some(rng, COLORS, 3)]
    return Case(text, table(mixed(rng, specs(names))), matching(wrong=True), max_steps=14)


def _even(text: str, rng: np.random.Generator) -> Case:
    even, odd = some(rng, COLORS, 2)
    meant = [f"{even} block", f"{even} block 2"]
    scene = table([*mixed(rng, specs([*meant, f"{odd} block"])), *specs([f"{even} zone", f"{odd} zone"])])
    goal = both([*(atom("on", n, f"{even} zone") for n in meant), absent("on", f"{odd} block", f"{odd} zone")])
    return Case(text, scene, goal)


def _hidden_in_towers(text: str, rng: np.random.Generator) -> Case:
    first, second, *tops = some(rng, COLORS, 4)
    hidden = [f"{first} block", f"{second} block"]
    facts = [atom("on", f"{top} block", below) for top, below in zip(tops, hidden, strict=True)]
    names = [*hidden, *(f"{c} block" for c in tops), f"{first} bowl", f"{second} bowl"]
    goal = both(atom("in", f"{c} block", f"{c} bowl") for c in (first, second))
    return Case(text, table(mixed(rng, specs(names)), facts), goal, max_steps=16)


def _in_detail(text: str, rng: np.random.Generator) -> Case:
    zone, *colors = some(rng, COLORS, 4)
    names = [f"{c} block" for c in colors]
    first = f"put the {names[0]} on the {zone} zone"
    steps = [first, *(f"put the {upper} on the {lower}" for lower, upper in itertools.pairwise(names))]
    said = filled(text, {"zone_color": zone, "step_instructions": ", then ".join(steps) + "."})
    goal = chain((*names[::-1], f"{zone} zone"))
    return Case(said, table(mixed(rng, specs([*names, f"{zone} zone"]))), goal, max_steps=14)


def _by_position_and_size(text: str, rng: np.random.Generator) -> Case:
    place, (word, other) = one(rng, SIDES), some(rng, tuple(_SIZES), 2)
    zone, *colors = some(rng, COLORS, 5)
    names = [f"{c} block" for c in colors]
    sizes = [_SIZES[w] for w in (word, word, other, word)]
    facts = [*(atom("at", n, place) for n in names[:3]), absent("at", names[3], place)]
    objects = [ObjectSpec(n, size=s) for n, s in zip(names, sizes, strict=True)]
    said = filled(text, {"size_category": word, "abs_pos": place, "zone_color": zone})
    return Case(said, table([*mixed(rng, objects), *specs([f"{zone} zone"])], facts), _on_zone(names[:2], zone))


def _by_color(text: str, rng: np.random.Generator, ordered: bool = False) -> Case:
    word, meant, rest = (("warm", _WARM, _COOL), ("cool", _COOL, _WARM))[int(rng.integers(2))]
    names = [f"{c} block" for c in some(rng, meant, 3 if ordered else 2)]
    zone = one(rng, ("white", "gray"))
    sizes = [BIG, _MEDIUM, SMALL] if ordered else [None, None]
    objects = [ObjectSpec(n, size=s) for n, s in zip(names, sizes, strict=True)]
    others = [*specs(f"{c} block" for c in some(rng, rest, 2)), *specs([f"{zone} zone"])]
    goal = chain((*names[::-1], f"{zone} zone")) if ordered else _on_zone(names, zone)
    said = filled(text, {"color_category": word, "zone_color": zone})
    return Case(said, table(mixed(rng, [*objects, *others])), goal, max_steps=14)


def _by_relation(text: str, rng: np.random.Generator) -> Case:
    (word, other), side = some(rng, tuple(_SIZES), 2), one(rng, ("left", "right"))
    zone, *colors = some(rng, COLORS, 5)
    meant, middle = [f"{c} block" for c in colors[:2]], f"{colors[2]} block"
    beyond = f"{colors[3]} block"
    sizes = {meant[0]: _SIZES[word], meant[1]: _SIZES[word], middle: _SIZES[other], beyond: _SIZES[word]}
    sign = 1.0 if side == "left" else -1.0

    def suits(points: Points) -> bool:
        ahead = {n: sign * (points[n][1] - points[middle][1]) for n in sizes}
        return all(ahead[n] > 0.06 for n in meant) and ahead[beyond] < -0.06

    objects = [*(ObjectSpec(n, size=s) for n, s in sizes.items()), *specs([f"{zone} zone"])]
    slots = {"size_category": word, "rel_pos": side, "block_color": colors[2], "zone_color": zone}
    return Case(filled(text, slots), table(laid_out(mixed(rng, objects), rng, suits)), _on_zone(meant, zone))


def _by_size(text: str, rng: np.random.Generator) -> Case:
    zones, names = some(rng, ("white", "gray", "brown"), 2), [f"{c} block" for c in some(rng, COLORS, 4)]
    objects = [ObjectSpec(n, size=s) for n, s in zip(names, (BIG, BIG, SMALL, SMALL), strict=True)]
    said = filled(text, {"first_zone": zones[0], "second_zone": zones[1]})
    groups = (names[:2], names[2:])
    goal = either(
        both(_on_zone(group, zone) for group, zone in zip(groups, order, strict=True)) for order in (zones, zones[::-1])
    )
    scene = table([*mixed(rng, objects), *specs(f"{z} zone" for z in zones)])
    return Case(said, scene, goal, max_steps=14)


def _small_on_big(text: str, rng: np.random.Generator) -> Case:
    colors = some(rng, COLORS, 2)
    order = [some(rng, ("", " 2"), 2) for _ in colors]
    pairs = [(f"{c} block{big}", f"{c} block{small}") for c, (big, small) in zip(colors, order, strict=True)]
    objects = [ObjectSpec(n, size=s) for pair in pairs for n, s in zip(pair, (BIG, SMALL), strict=True)]
    goal = both(atom("on", small, big) for big, small in pairs)
    return Case(text, table(sorted(objects, key=lambda o: o.name)), goal)


def _on_zone(names: list[str], zone: str) -> str:
    return stacked(names, f"{zone} zone")


_DRAWERS: dict[str, Drawer] = {
    "move-blocks-between-absolute-positions": _between_positions,
    "move-blocks-between-absolute-positions-by-size": partial(_between_positions, by_size=True),
    "pick-and-place": _pick_and_place,
    "pick-and-place-primitive-with-absolute-position": _from_area,
    "pick-and-place-primitive-with-size": _with_size,
    "put-all-block-on-corner": _to_corner,
    "put-block-into-mismatching-bowl": _mismatching,
    "put-even-blocks-in-same-color-zone": _even,
    "put-hidden-blocks-in-two-layer-towers-into-matching-bowls": _hidden_in_towers,
    "stack-all-blocks-on-a-zone-with-details": _in_detail,
    "stack-blocks-by-absolute-position-and-color-and-size": _by_position_and_size,
    "stack-blocks-by-color": _by_color,
    "stack-blocks-by-color-in-size-order": partial(_by_color, ordered=True),
    "stack-blocks-by-relative-position-and-color-and-size": _by_relation,
    "stack-blocks-of-same-size": _by_size,
    "stack-smaller-over-bigger-with-same-color": _small_on_big,
}


def templates(data: Any) -> tuple[Template, ...]:
    """All templates, by the name of their task."""
    return tuple(
        Template(task, text, _DRAWERS.get(task), _WHY_NOT.get(task, "")) for task, text in data["templates"].items()
    )


SOURCE = Source(
    "lohoravens",
    "lohoravens_templates.json",
    "117bc50ac05b743c652e3ee7343edb3392b5c1183c2936c8a0d4dad861132a93",
    templates,
)
