"""Hard scenes of the desk: one to five blocks, close together, on one another, behind the door, in the drawer.

Drawer and door stand anywhere along their way in some scenes, so that nothing is quite open or quite closed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from envs.desk_scenes import Disorder, sample
from envs.hard_scenes.tabletop import numbered
from envs.layout import Scene
from envs.objects import ObjectSpec
from envs.task import SceneSpec, Task
from sim.catalog import COLORS
from skills.vocabulary import Atom

_WIDE_SHARE = 0.12
_PLACES = {"table": 0.52, "drawer": 0.2, "slider": 0.18, "block": 0.1}
"""Where blocks lie."""


def draw(rng: np.random.Generator) -> Scene:
    """Draws a scene.

    Raises:
        ValueError: no room was found for all objects.
    """
    count = int(rng.integers(1, 6))
    names = numbered([f"{list(COLORS)[int(k)]} block" for k in rng.integers(len(COLORS), size=count)])
    blocks = tuple(_sized(ObjectSpec(n), rng) for n in names)
    facts = []
    for k, name in enumerate(names):
        place = str(rng.choice(list(_PLACES), p=list(_PLACES.values())))
        if place == "block" and k + 1 < count:
            facts.append(Atom("on", (name, names[k + 1])))
        elif place in ("drawer", "slider"):
            facts.append(Atom("in", (name, place)))
        else:
            facts.append(Atom("on", (name, "table")))
    scene = SceneSpec(blocks, "desk", facts=tuple(map(str, facts)))
    crowded = bool(rng.uniform() < 0.6)
    return sample(Task("hard", ("none",), scene), rng, Disorder(ajar=0.3, crowded=crowded))


def _sized(spec: ObjectSpec, rng: np.random.Generator) -> ObjectSpec:
    wide, size = rng.uniform(size=2)
    width = 0.055 + 0.035 * float(size) if wide < _WIDE_SHARE else 0.04 + 0.012 * float(size)
    return replace(spec, size=(width, width, 0.04))
