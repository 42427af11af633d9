"""Pieces of URDF: links, shapes and joints as elements of a robot's description."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from sim.geometry import Vec3

_PREFIX = re.compile(r"(<|</|\s)(?!xmlns)[A-Za-z_]\w*:(?=[A-Za-z_][\w.-]*\s*[=/>\s])")


def read_urdf(path: Path) -> ElementTree.Element:
    """The root element of a URDF file.

    Tools put words of their own into URDF (`drake:acceleration`), often without saying what the prefix means, which no
    XML reader lets pass: prefixes are left out.
    """
    return ElementTree.fromstring(_PREFIX.sub(r"\1", path.read_text(encoding="utf-8")))


def root_link(robot: ElementTree.Element) -> str:
    """Name of the link that is no other link's child."""
    children = {c.get("link") for j in robot.iter("joint") for c in j.iter("child")}
    return next(name for link in robot.iter("link") if (name := link.get("name", "")) not in children)


def weigh_frames(robot: ElementTree.Element) -> None:
    """Says of links that are only frames that they weigh nothing: the engine takes a kilogram where nothing is said."""
    for part in robot.iter("link"):
        if part.find("inertial") is None and part.find("collision") is None:
            _inertial(part, 0.0, (0.0, 0.0, 0.0))


def link(
    robot: ElementTree.Element, name: str, mass: float = 0.0, center: Vec3 = (0.0, 0.0, 0.0)
) -> ElementTree.Element:
    """Adds a link; without shapes, and without mass where none is given."""
    added = ElementTree.SubElement(robot, "link", name=name)
    _inertial(added, mass, center)
    return added


def _inertial(part: ElementTree.Element, mass: float, center: Vec3) -> None:
    inertial = ElementTree.SubElement(part, "inertial")
    ElementTree.SubElement(inertial, "origin", xyz=_words(center))
    ElementTree.SubElement(inertial, "mass", value=str(mass))
    moment = str(mass / 50.0)
    ElementTree.SubElement(inertial, "inertia", ixx=moment, iyy=moment, izz=moment, ixy="0", ixz="0", iyz="0")


def shape(
    part: ElementTree.Element,
    use: str,
    *,
    box: Vec3 | None = None,
    cylinder: tuple[float, float] | None = None,
    center: Vec3 = (0.0, 0.0, 0.0),
    color: str | None = None,
) -> None:
    """Adds a shape to a link.

    Args:
        part: the link.
        use: `collision` or `visual`.
        box: extents, metres.
        cylinder: radius and length along z, metres.
        center: in the link's frame, metres.
        color: red, green, blue and opacity, 0 to 1, for what is visual.
    """
    added = ElementTree.SubElement(part, use)
    ElementTree.SubElement(added, "origin", xyz=_words(center), rpy="0 0 0")
    geometry = ElementTree.SubElement(added, "geometry")
    if box is not None:
        ElementTree.SubElement(geometry, "box", size=_words(box))
    if cylinder is not None:
        ElementTree.SubElement(geometry, "cylinder", radius=str(cylinder[0]), length=str(cylinder[1]))
    if color is not None:
        material = ElementTree.SubElement(added, "material", name=f"{part.get('name')}_{len(part)}")
        ElementTree.SubElement(material, "color", rgba=color)


def joint(
    robot: ElementTree.Element,
    name: str,
    kind: str,
    parent: str,
    child: str,
    at: Vec3,
    *,
    rpy: Vec3 = (0.0, 0.0, 0.0),
    axis: Vec3 | None = None,
    limits: tuple[float, float] | None = None,
    effort: float = 0.0,
) -> None:
    """Adds a joint between two links; limits in metres or radians, effort in newtons or newton metres."""
    added = ElementTree.SubElement(robot, "joint", name=name, type=kind)
    ElementTree.SubElement(added, "parent", link=parent)
    ElementTree.SubElement(added, "child", link=child)
    ElementTree.SubElement(added, "origin", xyz=_words(at), rpy=_words(rpy))
    if axis is not None:
        ElementTree.SubElement(added, "axis", xyz=_words(axis))
    if limits is not None:
        low, high = map(str, limits)
        ElementTree.SubElement(added, "limit", lower=low, upper=high, effort=str(effort), velocity="10")


def _words(values: tuple[float, ...]) -> str:
    return " ".join(map(str, values))
