"""A corpus that writes itself: scenes, wishes, ways of saying them, and the steps that a symbolic planner takes."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from planner.language.corpus.apart import is_apart
from planner.language.corpus.episodes import enact
from planner.language.corpus.sample import Sample
from planner.language.corpus.scenes import SCENES, draw_scene
from planner.language.corpus.wish import Drawer, Verdict, Wish
from sim.state import SceneState

__all__ = ["Drawer", "Sample", "Verdict", "Wish", "held_out", "sample_at", "samples", "wishes"]

SPLITS = ("train", "held-out")
SHARES = {"tabletop": 0.50, "kitchen": 0.18, "desk": 0.18, "reach": 0.14}
"""Share of each scene family, where there are wishes of all."""
WEIGHTS = {
    **dict.fromkeys(("tabletop_stack/tower", "tabletop_stack/tower-2"), 8.0),
    "tabletop_stack/tower-any": 6.0,
    **dict.fromkeys(("tabletop_heap/tower-listed", "tabletop_mixed/stack-at"), 4.0),
    **dict.fromkeys(("tabletop_many/all-in", "tabletop_many/all-on", "tabletop_many/all-at"), 2.0),
    "tabletop_row/swap": 14.0,
    "tabletop_sort/mismatching": 6.0,
    **dict.fromkeys(("tabletop_row/row-order", "tabletop_letters/spell", "tabletop_many/rest"), 4.0),
    **dict.fromkeys(("tabletop_sort/one-each", "tabletop_sort/shared", "tabletop_letters/vowels"), 4.0),
    "tabletop_size/stack-on": 6.0,
    **dict.fromkeys(("tabletop_size/small-on-big", "tabletop_size/stack-by-size"), 3.0),
    "tabletop_push/toward": 5.0,
    "tabletop_stack/tower-change": 4.0,
    **dict.fromkeys(("tabletop_push/push", "tabletop_single/region", "desk/push", "desk/held-it"), 2.0),
    **dict.fromkeys(("tabletop_sort/matching", "tabletop_sort/matching-2", "tabletop_row/roofs"), 3.0),
    **dict.fromkeys(("tabletop_sort/sort-in", "tabletop_sort/sort-at"), 3.0),
    **dict.fromkeys(("tabletop_heap/tower-count", "desk/emptied"), 2.0),
    **dict.fromkeys(("tabletop_mixed/corners", "tabletop_mixed/side-group", "kitchen/pair", "desk/three"), 2.0),
}
"""How often a wish is drawn, beside the others of its family; 1 where it is not said.

What asks for several relations at once has few wishes, and needs much practice.
"""
_HELD_OUT = 0.08
_TRIES = 60
"""Scenes that are drawn for one wish before another wish is drawn."""
PER_SCENE = {"train": 4, "held-out": 1}
"""Wishes about one scene: it is read once for all of them in training; what is measured on is independent."""


def samples(seed: int, count: int, split: str) -> Iterator[Sample]:
    """Samples, the same ones for the same seed.

    Args:
        seed: of scenes, wishes and words.
        count: how many.
        split: `train` or `held-out`: templates and scenes of one are never in the other.

    Raises:
        ValueError: another split.
    """
    if split not in SPLITS:
        raise ValueError(f"no split {split!r} of the corpus; expected one of: {', '.join(SPLITS)}")
    yield from (sample_at(seed, index, split) for index in range(count))


def sample_at(seed: int, index: int, split: str) -> Sample:
    """The sample of that index of `samples`, by itself, so that several processes can share the work."""
    number, member = divmod(index, PER_SCENE[split])
    return _of_one_scene(seed, number, split)[member]


@lru_cache(maxsize=1)
def wishes() -> dict[str, dict[str, Drawer]]:
    """Drawers of wishes by family, then by name: of the family's module, or of all whose names begin with it."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    found: dict[str, dict[str, Drawer]] = {}
    for family in SCENES:
        own = [family] if family in names else [n for n in names if n.startswith(f"{family}_")]
        modules = {name: importlib.import_module(f"{__name__}.{name}") for name in own}
        found[family] = {f"{n}/{key}": d for n, m in modules.items() for key, d in getattr(m, "WISHES", {}).items()}
    return found


def held_out(template: str) -> bool:
    """Whether sentences of a template are kept for the held-out split."""
    digest = hashlib.sha256(template.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < _HELD_OUT


@lru_cache(maxsize=2)
def _of_one_scene(seed: int, number: int, split: str) -> tuple[Sample, ...]:
    """A wish with a scene that suits it, and other wishes that this scene suits."""
    rng = np.random.default_rng([seed, number, SPLITS.index(split)])
    found = [_sample(split, rng)]
    scene = found[0].start
    drawers = wishes()[scene.family]
    while len(found) < PER_SCENE[split]:
        sample = _wished(_drawer(drawers, rng), scene, split, rng)
        if sample is not None:
            found.append(sample)
    return tuple(found)


def _sample(split: str, rng: np.random.Generator) -> Sample:
    drawers = wishes()
    families = [f for f in SHARES if drawers.get(f)]
    shares = np.array([SHARES[f] for f in families])
    while True:
        family = families[int(rng.choice(len(families), p=shares / shares.sum()))]
        drawer = _drawer(drawers[family], rng)
        for _ in range(_TRIES):
            sample = _wished(drawer, draw_scene(family, rng), split, rng)
            if sample is not None:
                return sample


def _drawer(drawers: dict[str, Drawer], rng: np.random.Generator) -> Drawer:
    names = sorted(drawers)
    weights = np.array([WEIGHTS.get(name, 1.0) for name in names])
    return drawers[names[int(rng.choice(len(names), p=weights / weights.sum()))]]


def _wished(drawer: Drawer, scene: SceneState, split: str, rng: np.random.Generator) -> Sample | None:
    """What a drawer wishes in a scene; None where it finds nothing to wish, or what is kept for the other split."""
    wish = drawer(scene, rng)
    if wish is None or held_out(wish.template) != (split == "held-out"):
        return None
    spoken = _manner()(wish.instruction, rng)
    if not (is_apart(wish.instruction) and is_apart(spoken)):
        return None
    return enact(wish, scene, spoken, split, rng)


@lru_cache(maxsize=1)
def _manner() -> Callable[[str, np.random.Generator], str]:
    """The way people say things, where it is there."""
    try:
        module = importlib.import_module(f"{__name__}.manner")
    except ModuleNotFoundError:
        return lambda text, rng: text
    return module.spoken
