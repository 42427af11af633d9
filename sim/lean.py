"""A robot's description without what physics does not need: five milliseconds less whenever one is loaded.

The engine keeps nothing of a file when it is emptied, and reads it again. Left out are all visuals, and of the
collision meshes all but their distinct vertices: the engine takes the convex hull of those, which is the same hull.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import lru_cache
from pathlib import Path

from sim.assembly import keep_text, point_at_meshes
from sim.urdf_text import read_urdf


@lru_cache(maxsize=64)
def lean_urdf(path: Path) -> Path:
    """A URDF file of the same mechanism and collision hulls, nothing to see.

    Args:
        path: URDF file of a robot.

    Raises:
        ValueError: it speaks of a mesh that is not there.
    """
    robot = read_urdf(path)
    for part in robot.iter("link"):
        for visual in part.findall("visual"):
            part.remove(visual)
    point_at_meshes(robot, path.parent)
    for mesh in robot.iter("mesh"):
        file = Path(mesh.get("filename", ""))
        if file.suffix.lower() == ".obj":
            mesh.set("filename", str(keep_text(_vertices_only(file.read_text(encoding="utf-8")), ".obj")))
    return keep_text(ElementTree.tostring(robot, encoding="unicode"))


def _vertices_only(text: str) -> str:
    """A Wavefront file with each vertex once, in the order in which faces speak of them, and as few faces as will do.

    Order matters: among equally distant vertices the engine takes the first.
    """
    vertices: list[str] = []
    parts: list[dict[str, None]] = [{}]
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "v":
            vertices.append(" ".join(rest.split()[:3]))
        elif word in ("o", "g"):
            parts.append({})
        elif word == "f":
            corners = (int(corner.split("/")[0]) for corner in rest.split())
            # Counted from 1, or backwards from the last one so far.
            parts[-1].update(dict.fromkeys(vertices[k - 1 if k > 0 else k] for k in corners))
    lines: list[str] = []
    first = 1
    for k, part in enumerate(filter(None, parts)):
        lines += [f"o hull{k}", *(f"v {v}" for v in part)]
        last = first + len(part) - 1
        lines += [f"f {a} {min(a + 1, last)} {min(a + 2, last)}" for a in range(first, last + 1, 3)]
        first = last + 1
    return "\n".join(lines) + "\n"
