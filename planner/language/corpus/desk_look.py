"""A desk as wishes look at it: where each block is, how its parts stand, and how blocks are told apart."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from planner.language.corpus.phrasing import one, said
from planner.language.corpus.words import COLOR_CLASSES, COLOR_WORDS, FIXTURE_WORDS, NOUNS, SIMILE_FORMS, SIMILES
from sim.state import TABLE, SceneState
from skills.containment import contained, door_at
from skills.desk_facts import is_accessible

_APART = 0.06
"""How far apart blocks must be for one to be plainly the leftmost, metres."""
_CLASSES = {
    "warm": ("warm-coloured", "warm-colored"),
    "cool": ("cool-coloured", "cold-coloured"),
    "primary": ("primary-coloured",),
    "colourless": ("colourless",),
}
_ALIKE = {"blue": {"cyan"}, "cyan": {"blue"}, "red": {"pink"}}
_DOUBTFUL = {"warm": {"pink", "brown"}, "cool": {"purple"}}
"""Colours of which it is open whether they belong to a class."""


class Desk:
    """What a drawer of wishes asks about a desk again and again."""

    def __init__(self, state: SceneState) -> None:
        self.state = state
        self.held = state.robot.holding
        self.blocks = [o.name for o in state.objects if o.category == "block"]
        inside = contained(state)
        self.below = {upper: lower for upper, lower in sorted(state.supports)} | inside
        self.loaded = {lower for upper, lower in self.below.items() if upper in self.blocks}

    @property
    def drawer_open(self) -> bool:
        """Whether the drawer stands open."""
        return is_accessible(self.state["drawer"])

    @property
    def door(self) -> str:
        """The side on which the sliding door is."""
        return "left" if door_at(self.state["slider"]) > 0.0 else "right"

    def lit(self, light: str) -> bool:
        """Whether a light is on."""
        return self.state[light].value > 0.5

    def where(self, place: str) -> list[str]:
        """Blocks directly on the table, in the drawer or in the slider."""
        return [b for b in self.blocks if self.below.get(b) == place and b != self.held]

    @cached_property
    def free(self) -> list[str]:
        """Blocks that nothing lies on, and that are not in the hand."""
        return [b for b in self.blocks if b not in self.loaded and b != self.held]

    def color(self, block: str, rng: np.random.Generator) -> str:
        """A word for its colour."""
        return one(rng, COLOR_WORDS[str(self.state[block].color)])

    def the(self, block: str, rng: np.random.Generator, plain: bool = False) -> str:
        """A description that fits this block and no other; its colour alone will always do."""
        noun = one(rng, NOUNS["block"])
        color = self.color(block, rng)
        ways = [f"the {color} {noun}"] * 8 + [f"the {color} one"]
        ways += [f"the {noun} that is {color}"]
        if not plain:
            ways += self._by_place(block, noun, rng) * 2 + self._by_color(block, noun, rng)
        return one(rng, ways)

    def _by_place(self, block: str, noun: str, rng: np.random.Generator) -> list[str]:
        if block == self.held:
            return [said("the {n} [in your hand|that you hold|you are holding]", rng, n=noun)]
        place, ways = self.below.get(block), []
        if self.where(str(place)) == [block]:
            if place in ("drawer", "slider"):
                box = "drawer" if place == "drawer" else one(rng, FIXTURE_WORDS["slider"])
                ways.append(said("the {n} <within> the {box}", rng, n=noun, box=box))
            elif place == TABLE and len(self.blocks) > 1:
                ways.append(said("the {n} [lying|that is|that lies] [directly |]on the [desk|table]", rng, n=noun))
        if place in self.blocks:
            ways.append(said("the {n} on top of the {c} one", rng, n=noun, c=self.color(str(place), rng)))
        above = [b for b in self.blocks if self.below.get(b) == block]
        if above:
            ways.append(said("the {n} [under|underneath|below] the {c} one", rng, n=noun, c=self.color(above[0], rng)))
        on_table = sorted(self.where(TABLE), key=lambda b: -self.state[b].position[1])
        if len(on_table) > 1 and block in on_table:
            ys = [self.state[b].position[1] for b in on_table]
            if block == on_table[0] and ys[0] - ys[1] > _APART:
                ways.append(said("the [leftmost {n}|{n} farthest to the left] on the [desk|table]", rng, n=noun))
            if block == on_table[-1] and ys[-2] - ys[-1] > _APART:
                ways.append(said("the [rightmost {n}|{n} farthest to the right] on the [desk|table]", rng, n=noun))
        return ways

    def _by_color(self, block: str, noun: str, rng: np.random.Generator) -> list[str]:
        color, ways = str(self.state[block].color), []
        others = {str(self.state[b].color) for b in self.blocks if b != block}
        form = one(rng, SIMILE_FORMS)
        # Cyan is like the sky as well, and pink like a strawberry.
        if not others & _ALIKE.get(color, set()):
            ways.append(said(form, rng, noun=noun, like=one(rng, SIMILES[color])))
        for name, colors in COLOR_CLASSES.items():
            if others & _DOUBTFUL.get(name, set()):
                continue
            if color in colors and [b for b in self.blocks if self.state[b].color in colors] == [block]:
                ways.append(f"the {one(rng, _CLASSES[name])} {noun}")
        if len(self.blocks) == 2:
            other = next(b for b in self.blocks if b != block)
            ways.append(said("the {n} that is not {c}", rng, n=noun, c=self.color(other, rng)))
        if len(self.blocks) == 1:
            ways += [f"the {noun}", f"the only {noun}"]
        return ways
