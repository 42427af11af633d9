"""Tabletop scenes without physics: blocks and bowls, fruit and cans, letters, bricks, rings, pieces, and mixtures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.language.corpus.building import Builder
from planner.language.corpus.frames import chance, one, some
from sim.catalog import CATEGORIES, COLORS
from sim.geometry import Vec3
from sim.state import SceneState
from sim.things import THINGS

WORDS = (
    "CAT",
    "DOG",
    "SUN",
    "ICE",
    "HAT",
    "CUP",
    "BOX",
    "YES",
    "NO",
    "GO",
    "HI",
    "BED",
    "PEN",
    "RED",
    "ARM",
    "MAP",
    "JOB",
)
"""Words that letters are drawn from."""
_FRUIT = tuple(n for n, t in THINGS.items() if "fruit" in CATEGORIES[t.category].types)
_DRINKS = tuple(n for n, t in THINGS.items() if "drink" in CATEGORIES[t.category].types)
_SNACKS = tuple(n for n, t in THINGS.items() if "snack" in CATEGORIES[t.category].types)
_SMALL = ("block", "block", "block", "cylinder", "ball", "disc", "ring")
_MORE = (0, 1, 1, 2, 2, 3)


def draw_tabletop(rng: np.random.Generator) -> SceneState:
    """A scene of the tabletop."""
    builder = Builder("tabletop", rng)
    palette = some(rng, list(COLORS), int(rng.integers(3, 13)))
    one(rng, _RECIPES)(builder, palette)
    if not builder.items:
        _add(builder, "block", palette, 1)
    if builder.holding is None and chance(rng, 0.06):
        color = one(rng, palette)
        builder.hold(builder.name(f"{color} {one(rng, ('block', 'block', 'cylinder', 'ball'))}"))
    return builder.build()


def _colored(builder: Builder, kind: str, palette: list[str]) -> str:
    """A name of that kind: mostly new, now and then the same as another but for its number."""
    free = [c for c in palette if f"{c} {kind}" not in builder.items]
    if not free or chance(builder.rng, 0.06):
        return builder.name(f"{one(builder.rng, palette)} {kind}")
    return f"{one(builder.rng, free)} {kind}"


def _add(builder: Builder, kind: str, palette: list[str], count: int, *, size: Vec3 | None = None) -> list[str]:
    """Lays things of a kind on the table."""
    names = []
    for _ in range(count):
        name = _colored(builder, kind, palette)
        if builder.lay(name, size=size):
            names.append(name)
    return names


def _put(builder: Builder, name: str, *, carried: float = 0.3, size: Vec3 | None = None) -> None:
    """Puts a movable thing on the table, or on or in what would take it."""
    rng = builder.rng
    kind = name.rsplit(" ", 1)[0] if name[-1].isdigit() else name
    small = kind.rsplit(" ", 1)[-1] in ("block", "cylinder", "ball", "brick", "ring", "disc", "triangle", "apple")
    small = small or kind in ("apple", "orange", "lemon", "peach")
    taken = {below for _, below in builder.supports}
    targets: list[tuple[str, str]] = []
    for item in builder.items.values():
        if item.category in ("bowl", "box") and (small or item.category == "box"):
            targets.append(("drop", item.name))
        elif item.category in ("plate", "zone"):
            targets.append(("spread", item.name))
        elif item.name in taken or (item.name, "table") not in builder.supports:
            continue
        elif item.category in ("block", "stand", "cylinder", "disc") and small:
            targets.append(("stack", item.name))
    if targets and chance(rng, carried):
        way, lower = one(rng, targets)
        if way == "stack":
            builder.stack(name, lower, size)
            return
        if (builder.drop if way == "drop" else builder.spread)(name, lower, size):
            return
    builder.lay(name, size=size)


def _some_of(builder: Builder, kind: str, palette: list[str], count: int, carried: float = 0.3) -> None:
    for _ in range(count):
        _put(builder, _colored(builder, kind, palette), carried=carried)


def _blocks_and_bowls(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    _add(builder, "bowl", palette, int(rng.integers(1, 5)))
    _some_of(builder, "block", palette, int(rng.integers(1, 6)), one(rng, (0.0, 0.2, 0.5)))


def _blocks(builder: Builder, palette: list[str]) -> None:
    _some_of(builder, "block", palette, int(builder.rng.integers(2, 8)), one(builder.rng, (0.0, 0.3, 0.6)))


def _level(builder: Builder, palette: list[str]) -> None:
    """Many of a kind, side by side."""
    rng = builder.rng
    kind = one(rng, ("block", "block", "block", "cylinder", "brick", "disc", "ball"))
    _some_of(builder, kind, palette, int(rng.integers(3, 8)), one(rng, (0.0, 0.0, 0.2)))
    for other in some(rng, ("bowl", "plate", "box", "block"), one(rng, _MORE)):
        _add(builder, other, palette, 1)


def _filled(builder: Builder, palette: list[str]) -> None:
    """Carriers that hold one thing each, or hold what belongs elsewhere."""
    rng = builder.rng
    carrier, kind = one(rng, ("bowl", "bowl", "plate", "box", "zone")), one(rng, _SMALL)
    carriers = _add(builder, carrier, palette, int(rng.integers(2, 4)))
    for lower in carriers:
        if chance(rng, 0.85):
            name = _colored(builder, kind if chance(rng, 0.8) else one(rng, _SMALL), palette)
            (builder.drop if carrier in ("bowl", "box") else builder.spread)(name, lower)
    _some_of(builder, kind, palette, one(rng, (0, 0, 0, 1, 2)), 0.0)


def _carriers(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    kinds = some(rng, ("bowl", "plate", "box", "zone"), int(rng.integers(1, 4)))
    for kind in kinds:
        _add(builder, kind, palette, int(rng.integers(1, 3)))
    for _ in range(int(rng.integers(1, 6))):
        _put(builder, _colored(builder, one(rng, _SMALL), palette))


def _goods(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    for kind in some(rng, ("bowl", "plate", "box", "box"), int(rng.integers(1, 3))):
        _add(builder, kind, palette, int(rng.integers(1, 3)))
    pools = some(rng, (_FRUIT, _DRINKS, _SNACKS, tuple(THINGS)), int(rng.integers(1, 4)))
    for name in dict.fromkeys(n for pool in pools for n in some(rng, pool, int(rng.integers(1, 4)))):
        _put(builder, name, carried=0.2)
    _some_of(builder, "block", palette, one(rng, (0, 0, 0, 1, 2)))


def _letters(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    for letter in dict.fromkeys(one(rng, WORDS) + (one(rng, WORDS) if chance(rng, 0.4) else "")):
        builder.lay(f"letter {letter}")
    for kind in some(rng, ("bowl", "plate", "box", "block"), one(rng, _MORE)):
        _add(builder, kind, palette, 1)


def _bricks(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    _add(builder, "brick", palette, int(rng.integers(2, 6)))
    _some_of(builder, one(rng, ("block", "disc", "triangle")), palette, one(rng, _MORE))
    _add(builder, one(rng, ("bowl", "plate", "box")), palette, one(rng, (0, 1)))


def _stands(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    stands = _add(builder, "stand", palette, int(rng.integers(1, 4)))
    kind = one(rng, ("ring", "disc"))
    sizes = some(rng, (0.07, 0.062, 0.054, 0.046), int(rng.integers(2, 5))) if kind == "disc" else [0.066] * 3
    lower = one(rng, stands) if stands and chance(rng, 0.4) else None
    for width in sorted(sizes, reverse=True) if lower else sizes:
        name, size = _colored(builder, kind, palette), (width, width, 0.02)
        if lower:
            builder.stack(name, lower, size)
            lower = name
        else:
            builder.lay(name, size=size)


def _roofs(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    colors = some(rng, palette, min(3, len(palette)))
    _some_of(builder, "block", colors, int(rng.integers(1, 4)), 0.0)
    _some_of(builder, "triangle", colors, int(rng.integers(1, 4)), 0.2)
    _add(builder, one(rng, ("bowl", "plate", "box")), palette, one(rng, (0, 1)))


def _pieces(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    _add(builder, "zone", palette, int(rng.integers(1, 3)))
    if chance(rng, 0.4):
        color = one(rng, palette)
        for _ in range(int(rng.integers(2, 5))):
            builder.lay(builder.name(f"{color} piece"))
    _some_of(builder, "piece", palette, int(rng.integers(1, 4)), 0.15)
    _some_of(builder, "block", palette, one(rng, _MORE))


def _uneven(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    kind = one(rng, ("block", "block", "block", "cylinder", "ball"))
    height = CATEGORIES[kind].size[2]
    for width in some(rng, (0.026, 0.034, 0.042, 0.05, 0.058), int(rng.integers(2, 5))):
        size = (width, width, width if kind == "ball" else round(height * width / 0.042, 3))
        builder.lay(_colored(builder, kind, palette), size=size)
    for kind in some(rng, ("bowl", "plate", "box"), one(rng, _MORE)):
        _add(builder, kind, palette, int(rng.integers(1, 3)))


def _two_sizes(builder: Builder, palette: list[str]) -> None:
    """Small and big ones of a kind, often of the same colours."""
    rng = builder.rng
    kind = one(rng, ("block", "block", "block", "cylinder", "disc"))
    height = CATEGORIES[kind].size[2]
    colors = some(rng, palette, int(rng.integers(2, 4)))
    # Neither size comes first: a number in a name must not tell it.
    for width in some(rng, (0.032, 0.052), 2):
        for color in some(rng, colors, int(rng.integers(1, len(colors) + 1))):
            size = (width, width, round(height * width / 0.042, 3))
            builder.lay(builder.name(f"{color} {kind}"), size=size)
    for other in some(rng, ("bowl", "plate", "zone", "box"), one(rng, (1, 1, 2))):
        _add(builder, other, palette, 1)


def _towers(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    lower = None
    for _ in range(int(rng.integers(2, 5))):
        name = _colored(builder, one(rng, ("block", "block", "block", "cylinder")), palette)
        if lower is None:
            builder.lay(name)
        else:
            builder.stack(name, lower)
        lower = name
    _some_of(builder, "block", palette, int(rng.integers(0, 4)), 0.3)
    for kind in some(rng, ("bowl", "plate", "box"), one(rng, _MORE)):
        _add(builder, kind, palette, 1)


def _matching(builder: Builder, palette: list[str]) -> None:
    """Carriers and things of the same colours."""
    rng = builder.rng
    colors = some(rng, palette, int(rng.integers(2, 5)))
    carrier, kind = one(rng, ("bowl", "bowl", "plate", "box", "zone")), one(rng, _SMALL)
    for color in colors:
        if builder.lay(f"{color} {carrier}"):
            _put(builder, f"{color} {kind}", carried=one(rng, (0.0, 0.25)))
    if chance(rng, 0.3):
        _some_of(builder, kind, colors, 1)


def _alike(builder: Builder, palette: list[str]) -> None:
    """Many things of few colours."""
    rng = builder.rng
    for kind in some(rng, ("bowl", "plate", "box"), int(rng.integers(1, 3))):
        _add(builder, kind, palette, int(rng.integers(1, 3)))
    for color in some(rng, palette, 2):
        for kind in some(rng, ("block", "cylinder", "ball", "brick", "triangle", "ring"), int(rng.integers(1, 4))):
            if f"{color} {kind}" not in builder.items:
                _put(builder, f"{color} {kind}", carried=0.15)


def _mixture(builder: Builder, palette: list[str]) -> None:
    rng = builder.rng
    for kind in some(rng, ("bowl", "plate", "box", "zone", "stand"), int(rng.integers(0, 3))):
        _add(builder, kind, palette, 1)
    for _ in range(int(rng.integers(1, 7))):
        if chance(rng, 0.35):
            name = one(rng, tuple(THINGS))
            if name not in builder.items:
                _put(builder, name, carried=0.2)
        else:
            _put(builder, _colored(builder, one(rng, ("block", *_SMALL, "brick", "triangle")), palette), carried=0.25)


_RECIPES: tuple[Callable[[Builder, list[str]], None], ...] = (
    *(_blocks_and_bowls, _blocks_and_bowls, _blocks, _carriers, _carriers, _goods, _goods, _goods, _letters, _bricks),
    *(_level, _level, _filled, _filled, _two_sizes, _two_sizes),
    *(_stands, _roofs, _pieces, _uneven, _towers, _towers, _matching, _matching, _alike, _alike, _mixture, _mixture),
)
