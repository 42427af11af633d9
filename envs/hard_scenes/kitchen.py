"""Hard scenes of the kitchen: three to seven things, often all at one place, some in drawers that stand half open."""

from __future__ import annotations

import numpy as np

from envs.hard_scenes.tabletop import numbered
from envs.kitchen_scenes import ROOMY, TOPS, sample
from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.task import SceneSpec, Task
from sim.catalog import COLORS, named_things
from sim.fixtures import FIXTURES
from skills.vocabulary import Atom

_DRAWERS = ("top drawer", "middle drawer", "bottom drawer")
_CROWDED = (0.02, 0.012, 0.006, 0.003)


def draw(rng: np.random.Generator) -> Scene:
    """Draws a scene.

    Raises:
        ValueError: no room was found for all objects.
    """
    things = [n for n in named_things("kitchen") if n not in FIXTURES["kitchen"]]
    drawn = [things[int(k)] for k in rng.integers(len(things), size=int(rng.integers(2, 7)))]
    vessels = ("bowl", "plate")
    drawn += [
        f"{list(COLORS)[int(rng.integers(len(COLORS)))]} {vessels[int(rng.integers(2))]}"
        for _ in range(int(rng.integers(3)))
    ]
    names = numbered(drawn)
    chosen = TOPS[int(rng.integers(len(TOPS)))]
    together = rng.uniform() < 0.6
    facts = [Atom("open", (d,)) for d in _DRAWERS if rng.uniform() < 0.3]
    for name in names:
        shut_in = rng.uniform() < 0.2 and not any(v in name for v in vessels)
        if shut_in:
            facts.append(Atom("in", (name, _DRAWERS[int(rng.integers(3))])))
        elif together:
            facts.append(Atom("on", (name, chosen)))
    scene = SceneSpec(tuple(ObjectSpec(n) for n in names), "kitchen", facts=tuple(map(str, facts)))
    gaps = _CROWDED if rng.uniform() < 0.6 else ROOMY
    return sample(Task("hard", ("none",), scene), rng, ajar=0.3, gaps=gaps)
