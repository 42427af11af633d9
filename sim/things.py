"""The things that are placed in scenes, by kind, and those that have a name of their own (a coke can, a letter)."""

from __future__ import annotations

import string
from dataclasses import dataclass

from sim.category import Category, category
from sim.geometry import Vec3

BASIC: tuple[str, ...] = ("block", "cylinder", "ball", "bowl", "plate", "box")
"""The plain tabletop: what distractors are drawn from, and what the feasibility network was trained on."""

SHAPES: tuple[Category, ...] = (
    category("block", (0.04, 0.04, 0.04), 0.06, "movable surface"),
    category("cylinder", (0.04, 0.04, 0.06), 0.06, "movable surface", round=True),
    category("ball", (0.044, 0.044, 0.044), 0.05, "movable", round=True),
    category("bowl", (0.150, 0.150, 0.045), 0.30, "container", round=True, floor=0.005, inner=0.040),
    category("plate", (0.160, 0.160, 0.012), 0.30, "surface", round=True, roomy=True),
    category("box", (0.160, 0.160, 0.050), 0.30, "container", floor=0.005, inner=0.076),
    # Flat and square, for walls and pyramids.
    category("brick", (0.048, 0.048, 0.030), 0.10, "movable surface"),
    category("ring", (0.066, 0.066, 0.020), 0.06, "movable surface", round=True),
    category("disc", (0.060, 0.060, 0.020), 0.08, "movable surface", round=True),
    # A roof: held by its two upright ends, never by its slopes.
    category("triangle", (0.056, 0.040, 0.032), 0.06, "movable", grip_widths=(None, 0.040)),
    # Too small to be taken between finger tips, so it is swept.
    category("piece", (0.015, 0.015, 0.015), 0.010, "sweepable"),
    # A mark on the table: nothing stumbles over it.
    category("zone", (0.200, 0.160, 0.001), 0.0, "surface", roomy=True),
    category("stand", (0.110, 0.110, 0.012), 0.60, "surface"),
)
"""Kinds whose names begin with a colour."""

TOOLS: tuple[Category, ...] = (
    # What a plain `box` is where boxes are to be packed: solid, each with a size of its own.
    category("carton", (0.060, 0.060, 0.080), 0.12, "box movable surface"),
    category("basket", (0.240, 0.200, 0.080), 0.80, "container", floor=0.005, inner=0.096),
    # An L of two bars: the handle along x (38 cm), the head across its far end (20 cm).
    category(
        "hook",
        (0.380, 0.200, 0.020),
        0.20,
        "movable tool",
        grip=(-0.08, -0.09, 0.0),
        grip_widths=(None, 0.020),
        com=(0.0579, -0.0579, 0.0),
    ),
)
"""What the reach family adds."""

GOODS: tuple[Category, ...] = (
    category("letter", (0.046, 0.046, 0.012), 0.060, "movable"),
    category("apple", (0.064, 0.064, 0.064), 0.14, "movable fruit food", round=True),
    category("orange", (0.066, 0.066, 0.066), 0.15, "movable fruit food", round=True),
    category("peach", (0.060, 0.060, 0.060), 0.12, "movable fruit food", round=True),
    category("lemon", (0.076, 0.054, 0.054), 0.09, "movable fruit food"),
    category(
        "banana",
        (0.150, 0.058, 0.032),
        0.11,
        "movable fruit food",
        grip=(0.0, 0.013, 0.0),
        grip_widths=(None, 0.032),
    ),
    category("can", (0.064, 0.064, 0.110), 0.30, "movable drink", round=True),
    category("bottle", (0.062, 0.062, 0.165), 0.32, "movable drink", round=True),
    category("ketchup", (0.060, 0.060, 0.150), 0.30, "bottle movable food", round=True),
    category("sponge", (0.094, 0.062, 0.030), 0.040, "movable"),
    category("chips", (0.120, 0.066, 0.046), 0.060, "movable snack food"),
    category("bar", (0.105, 0.036, 0.020), 0.050, "movable snack food"),
    category("mug", (0.086, 0.066, 0.082), 0.25, "movable", grip=(-0.010, 0.0, 0.0), grip_widths=(None, 0.066)),
)
"""Kinds of things that have names of their own, without a colour."""


@dataclass(frozen=True)
class Thing:
    """A thing with a name of its own."""

    category: str
    """A key of `sim.catalog.CATEGORIES`."""
    color: str | None = None
    """A key of `sim.catalog.COLORS`, where it plainly has one."""
    size: Vec3 | None = None
    """Extents, metres; None for its category's."""
    mass: float | None = None
    """Kilograms; None for its category's."""


THINGS: dict[str, Thing] = {
    "apple": Thing("apple", "red"),
    "orange": Thing("orange", "orange"),
    "banana": Thing("banana", "yellow"),
    "lemon": Thing("lemon", "yellow"),
    "peach": Thing("peach", "pink"),
    "coke can": Thing("can", "red"),
    "pepsi can": Thing("can", "blue"),
    "7up can": Thing("can", "green"),
    "redbull can": Thing("can", size=(0.053, 0.053, 0.130), mass=0.26),
    "water bottle": Thing("bottle"),
    "milk bottle": Thing("bottle", "white", size=(0.066, 0.066, 0.155), mass=0.34),
    "ketchup bottle": Thing("ketchup", "red"),
    "sponge": Thing("sponge", "yellow"),
    "jalapeno chips": Thing("chips", "green"),
    "kettle chips": Thing("chips", "blue"),
    "multigrain chips": Thing("chips", "brown"),
    "rice chips": Thing("chips", "white"),
    "energy bar": Thing("bar"),
    "mug": Thing("mug", "white"),
}
"""Things by name; each may have a number (`apple 2`)."""

LETTERS: dict[str, Thing] = {f"letter {c}": Thing("letter") for c in string.ascii_uppercase}
"""Tiles with a letter on them, by name."""
