"""Our own hands, for arms whose URDF has none that can be driven simply: two fingers that slide, or a suction cup.

Both are made to the sizes in the robot's spec and go to its flange; the hand's z axis leaves the arm, the fingers open
along y.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from sim.robots import RobotSpec
from sim.urdf_text import joint, link, shape

_DEPTH = 0.066
_HAND_MASS, _FINGER_MASS = 0.6, 0.1
_LIP = 0.02
_STEM = 0.7
_DARK, _GRAY, _RUBBER = "0.22 0.23 0.25 1", "0.62 0.64 0.67 1", "0.10 0.10 0.11 1"


def add_hand(robot: ElementTree.Element, spec: RobotSpec) -> None:
    """Adds the hand that the spec describes to the arm's flange.

    Args:
        robot: the arm's URDF, changed in place.
        spec: names and sizes of the hand; the flange that it goes to.

    Raises:
        ValueError: the arm has no such link.
    """
    flange = spec.flange
    assert flange is not None
    links = [part.get("name") for part in robot.iter("link")]
    if flange not in links:
        raise ValueError(f"robot {spec.name!r}: no link {flange!r} in {spec.urdf} for the hand; there are: {links}")
    width, breadth, back = spec.hand_size
    body = (0.0, 0.0, _DEPTH / 2.0)
    hand = link(robot, spec.hand, _HAND_MASS, body)
    if spec.suction is None:
        for use, color in (("collision", None), ("visual", _DARK)):
            shape(hand, use, box=(width, breadth, _DEPTH), center=body, color=color)
        _add_fingers(robot, spec)
    else:
        for use, color in (("collision", None), ("visual", _DARK)):
            shape(hand, use, cylinder=(width / 2.0, _DEPTH), center=body, color=color)
        _add_cup(robot, spec)
    at, turn = (0.0, 0.0, spec.flange_depth), (0.0, 0.0, spec.flange_turn)
    joint(robot, f"{spec.hand}_mount", "fixed", flange, spec.hand, at, rpy=turn)
    link(robot, spec.tool)
    joint(robot, f"{spec.tool}_mount", "fixed", spec.hand, spec.tool, (0.0, 0.0, _DEPTH + back))


def _add_fingers(robot: ElementTree.Element, spec: RobotSpec) -> None:
    width, thickness, tip = spec.finger_size
    length = spec.hand_size[2] + tip
    for name, side in zip(spec.fingers, (1.0, -1.0), strict=True):
        # The joint reads 0 where the pad is in the middle of the hand.
        center = (0.0, side * thickness / 2.0, length / 2.0)
        finger = link(robot, f"{name}_link", _FINGER_MASS, center)
        for use, color in (("collision", None), ("visual", _GRAY)):
            shape(finger, use, box=(width, thickness, length), center=center, color=color)
        joint(
            robot,
            name,
            "prismatic",
            spec.hand,
            f"{name}_link",
            (0.0, 0.0, _DEPTH),
            axis=(0.0, side, 0.0),
            limits=(0.0, spec.opening / 2.0),
            effort=20.0,
        )


def _add_cup(robot: ElementTree.Element, spec: RobotSpec) -> None:
    """A stem with a cup at its end, whose face is at the tool's origin."""
    assert spec.suction is not None
    radius, back = spec.finger_size[0] / 2.0, spec.hand_size[2]
    stem, lip = (0.0, 0.0, (back - _LIP) / 2.0), (0.0, 0.0, back - _LIP / 2.0)
    cup = link(robot, spec.suction.cup, _FINGER_MASS, lip)
    for use, stem_color, lip_color in (("collision", None, None), ("visual", _GRAY, _RUBBER)):
        shape(cup, use, cylinder=(_STEM * radius, back - _LIP), center=stem, color=stem_color)
        shape(cup, use, cylinder=(radius, _LIP), center=lip, color=lip_color)
    joint(robot, f"{spec.suction.cup}_mount", "fixed", spec.hand, spec.suction.cup, (0.0, 0.0, _DEPTH))
