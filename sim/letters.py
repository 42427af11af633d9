"""Capital letters as strokes, for tiles."""

from __future__ import annotations

import itertools
import math

from sim.meshes import Color, Mesh, box_faces, faceted

_GRID = (4.0, 6.0)
_STROKES = {
    "A": "00 26 40|12 32",
    "B": "00 06 36 45 44 33 03|33 42 41 30 00",
    "C": "45 36 16 05 01 10 30 41",
    "D": "00 06 26 44 42 20 00",
    "E": "40 00 06 46|03 33",
    "F": "00 06 46|03 33",
    "G": "45 36 16 05 01 10 30 41 43 23",
    "H": "00 06|40 46|03 43",
    "I": "10 30|16 36|20 26",
    "J": "01 10 20 31 36|26 46",
    "K": "00 06|46 03 40",
    "L": "06 00 40",
    "M": "00 06 23 46 40",
    "N": "00 06 40 46",
    "O": "01 05 16 36 45 41 30 10 01",
    "P": "00 06 36 45 44 33 03",
    "Q": "01 05 16 36 45 41 30 10 01|22 40",
    "R": "00 06 36 45 44 33 03|23 40",
    "S": "45 36 16 05 04 13 33 42 41 30 10 01",
    "T": "06 46|20 26",
    "U": "06 01 10 30 41 46",
    "V": "06 20 46",
    "W": "06 10 24 30 46",
    "X": "00 46|06 40",
    "Y": "06 23 46|23 20",
    "Z": "06 46 00 40",
}
"""Lines through points of a grid, 4 wide and 6 high: `26` is two to the right and six up."""


def relief(letter: str, color: Color, width: float, height: float, bottom: float, thickness: float) -> Mesh:
    """The strokes of a letter as a relief, upright along +x as it is read from behind the robot.

    Args:
        letter: A to Z.
        color: of the strokes.
        width: of the letter, metres.
        height: of the letter, metres.
        bottom: z of the ground that it stands out from, metres.
        thickness: how far it stands out, metres.
    """
    faces = []
    half = 0.10 * height
    for stroke in _STROKES[letter].split("|"):
        points = [_on_tile(p, width - 2.0 * half, height - 2.0 * half) for p in stroke.split()]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            # Each stroke goes on a little past its ends, so that corners close.
            length = math.hypot(x1 - x0, y1 - y0) / 2.0 + 0.7 * half
            middle = ((x0 + x1) / 2.0, (y0 + y1) / 2.0, bottom + thickness / 2.0)
            faces += box_faces(middle, (length, half, thickness / 2.0), math.atan2(y1 - y0, x1 - x0))
    return faceted(color, faces)


def _on_tile(point: str, width: float, height: float) -> tuple[float, float]:
    across, up = int(point[0]) / _GRID[0] - 0.5, int(point[1]) / _GRID[1] - 0.5
    # To the right, seen from behind the robot, is -y.
    return up * height, -across * width
