"""Furniture by kind, and what its parts are called in each scene family. Nothing of it is moved from its place."""

from __future__ import annotations

from sim.category import Category, category

FURNITURE: tuple[Category, ...] = (
    category("drawer", (0.163, 0.388, 0.046), 0.0, "container openable fixture", floor=0.008, inner=0.077, travel=0.16),
    category("slider", (0.118, 0.508, 0.056), 0.0, "container slidable fixture", floor=0.008, inner=0.055, travel=0.25),
    category("button", (0.036, 0.036, 0.016), 0.0, "fixture pressable", round=True, travel=0.010),
    category("switch", (0.020, 0.022, 0.036), 0.0, "fixture", travel=0.05),
    category("led", (0.034, 0.034, 0.034), 0.0, "fixture light", round=True),
    category("lightbulb", (0.056, 0.056, 0.056), 0.0, "fixture light", round=True),
    # A low table on four legs, heavy enough to stay where it stands; placed like an object, for its place is drawn.
    category("rack", (0.22, 0.32, 0.16), 3.0, "fixture surface", roomy=True),
    category("counter", (0.55, 1.10, 0.75), 0.0, "fixture surface place", roomy=True),
    category("kitchen-table", (0.60, 1.00, 0.75), 0.0, "fixture surface place", roomy=True),
    category("bin", (0.36, 0.36, 0.50), 0.0, "fixture container place", floor=0.02, inner=0.17),
    category("person", (0.32, 0.50, 0.01), 0.0, "fixture place", roomy=True),
    category(
        "kitchen-drawer",
        (0.240, 0.390, 0.043),
        0.0,
        "drawer container openable fixture place",
        floor=0.008,
        inner=0.12,
        travel=0.36,
    ),
)
"""Sizes are what is usual; a scene reports those of its own furniture."""

WORKS: dict[str, str] = {"button": "led", "switch": "lightbulb"}
"""Lights by what works them."""

FIXTURES: dict[str, dict[str, str]] = {
    "tabletop": {},
    "desk": {k: k for k in ("drawer", "slider", "button", "switch", "led", "lightbulb")},
    "reach": {"rack": "rack"},
    "kitchen": {
        "close counter": "counter",
        "far counter": "counter",
        "table": "kitchen-table",
        "trash can": "bin",
        "user": "person",
        "top drawer": "kitchen-drawer",
        "middle drawer": "kitchen-drawer",
        "bottom drawer": "kitchen-drawer",
    },
}
"""Names of the parts of furniture in each family, with the category of each."""
