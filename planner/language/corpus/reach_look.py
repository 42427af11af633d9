"""What wishes of the reach family ask about a scene."""

from __future__ import annotations

import numpy as np

from planner.language.corpus.frames import one
from planner.language.corpus.look import Look
from sim.state import SceneState
from skills.predicates import atoms
from skills.vocabulary import Atom


def boxes_of(look: Look) -> list[str]:
    """Names of the boxes."""
    return [o.name for o in look.things if o.category == "carton"]


def hook_of(look: Look, rng: np.random.Generator) -> str | None:
    """What the hook is called; None where there is none."""
    hooks = [o.name for o in look.things if o.category == "hook"]
    return f"the {one(rng, ('hook', 'hook', 'tool', 'stick with the hook'))}" if hooks else None


def rack_words(rng: np.random.Generator) -> str:
    """What the rack is called."""
    return f"the {one(rng, ('rack', 'rack', 'rack', 'shelf'))}"


def far_things(state: SceneState) -> set[str]:
    """Names of what is out of reach."""
    known = atoms(state, about={"reachable"})
    return {o.name for o in state.objects if Atom("reachable", (o.name,)) not in known}
