"""Which of the named colours a lit surface has."""

from __future__ import annotations

import numpy as np

from sim.catalog import COLORS
from sim.shapes import TABLE_COLOR

NAMES = tuple(COLORS)
"""The colours, in the order of the indices that `classify` returns."""
TABLE_TOP = len(NAMES)
"""The index that it returns for the table's own colour."""

_LAMP = np.array([0.6, -0.5, 1.6]) / np.linalg.norm([0.6, -0.5, 1.6])
"""Where the light comes from."""
_AMBIENT, _DIFFUSE = 0.60, 0.39
"""Share of a surface's colour that is seen in shadow, and what the lamp adds where it falls straight."""
_BRIGHTNESS_WEIGHT = 0.15
"""How much brightness counts beside hue: enough to tell white, gray and black, too little to be fooled by shading."""
_PALETTE = np.array([*(COLORS[name] for name in NAMES), TABLE_COLOR])
_HUES = _PALETTE / np.linalg.norm(_PALETTE, axis=1, keepdims=True)
_BRIGHTNESS = np.log(np.linalg.norm(_PALETTE, axis=1))


def classify(rgb: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Index of the nearest named colour of lit surface points.

    The shading that the known lamp gives a surface of that direction is taken out (Lambert's law), then direction in
    colour space counts most: shading leaves it alone.

    Args:
        rgb: shape (n, 3), 0 to 1.
        normals: shape (n, 3), unit length.

    Returns:
        Indices into `NAMES`, or `TABLE_TOP`, shape (n,).
    """
    shading = _AMBIENT + _DIFFUSE * np.maximum(normals @ _LAMP, 0.0)
    strength = np.maximum(np.linalg.norm(rgb, axis=1), 1e-3)
    # Squared distance between unit vectors from their inner product, which is one matrix product.
    hue = np.sqrt(np.maximum(2.0 - 2.0 * (rgb / strength[:, None]) @ _HUES.T, 0.0))
    brightness = np.abs(np.log(strength / shading)[:, None] - _BRIGHTNESS)
    return np.argmin(hue + _BRIGHTNESS_WEIGHT * brightness, axis=1)
