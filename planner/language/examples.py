"""Solved instructions from which a prompt takes those most like its own, in this project's own words.

The things named in them (a small mug, a wooden sponge) are in no scene and have no colours: a small model that is asked
for the red block is drawn to an example with something red. No sentence was taken from an evaluation suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skills.spec import SkillCall, SkillSpec

Value = int | str
"""An argument: the number of a thing in the instruction's template, or a word of the skill."""


@dataclass(frozen=True)
class Example:
    """An instruction and the calls that carry it out."""

    instruction: str
    """English, with `{0}`, `{1}`, ... for the things."""
    calls: tuple[tuple[Value, ...], ...]
    """Each the name of a spec and the values of its parameters."""


def _put(relation: str, *values: Value, of: int = 0) -> tuple[tuple[Value, ...], ...]:
    return (("pick", of), (f"place-{relation}", of, *values))


EXAMPLES: tuple[Example, ...] = (
    Example("Pick the {0} up.", (("pick", 0),)),
    Example("Can you grasp the {0}?", (("pick", 0),)),
    Example("Lift the {0} and hold it.", (("pick", 0),)),
    Example("Get the {0}.", (("pick", 0),)),
    Example("Hold the {0} up.", (("pick", 0),)),
    Example("Take the {0} in your hand.", (("pick", 0),)),
    Example("I need you to hold the {0}.", (("pick", 0),)),
    Example("Push the {0} over to the left.", (("push", 0, "left"),)),
    Example("Slide the {0} leftward.", (("push", 0, "left"),)),
    Example("Shove the {0} to the right.", (("push", 0, "right"),)),
    Example("Push the {0} right.", (("push", 0, "right"),)),
    Example("Slide the {0} forward, away from you.", (("push", 0, "forward"),)),
    Example("Push the {0} further back.", (("push", 0, "forward"),)),
    Example("Push the {0} toward yourself.", (("push", 0, "backward"),)),
    Example("Slide the {0} backward.", (("push", 0, "backward"),)),
    Example("Slide the {0} across to the {1}.", (("push-toward", 0, 1),)),
    Example("Push the {0} against the {1}.", (("push-toward", 0, 1),)),
    Example("Push the {0} in the direction of the {1}.", (("push-toward", 0, 1),)),
    Example("Place the {0} in the {1}.", _put("in", 1)),
    Example("Throw the {0} into the {1}.", _put("in", 1)),
    Example("Move the {0} into the {1}.", _put("in", 1)),
    Example("The {0} should be inside the {1}.", _put("in", 1)),
    Example("Would you store the {0} in the {1}?", _put("in", 1)),
    Example("The {0} should be on top of the {1}.", _put("on", 1)),
    Example("Pile the {0} on the {1}.", _put("on", 1)),
    Example("Place the {0} on top of the {1}.", _put("on", 1)),
    Example("Lay the {0} onto the {1}.", _put("on", 1)),
    Example("Place the {0} on the {1}.", _put("on", 1)),
    Example("Take the {0} out of the {1}.", _put("on", "table")),
    Example("Take the {0} off the {1}.", _put("on", "table")),
    Example("Lay the {0} on the table.", _put("on", "table")),
    Example("Get the {0} down from the {1} and put it on the table.", _put("on", "table")),
    Example("Remove the {0} from the {1}.", _put("on", "table")),
    Example("Unstack the {0}.", _put("on", "table")),
    Example("Move the {0} to the top right corner.", _put("at", "top right corner")),
    Example("The {0} should go in the top right corner.", _put("at", "top right corner")),
    Example("Place the {0} in the bottom left corner.", _put("at", "bottom left corner")),
    Example("Take the {0} to the top left corner of the table.", _put("at", "top left corner")),
    Example("Put the {0} at the bottom right corner.", _put("at", "bottom right corner")),
    Example("Bring the {0} to the left side.", _put("at", "left side")),
    Example("Put the {0} on the right side of the table.", _put("at", "right side")),
    Example("Move the {0} to the top side.", _put("at", "top side")),
    Example("The {0} belongs at the bottom side.", _put("at", "bottom side")),
    Example("Put the {0} in the middle.", _put("at", "middle")),
    Example("Set the {0} down at the center of the table.", _put("at", "middle")),
    Example("The {0} goes left of the {1}.", _put("left-of", 1)),
    Example("Put the {0} on the left side of the {1}.", _put("left-of", 1)),
    Example("Place the {0} to the left of the {1}.", _put("left-of", 1)),
    Example("Place the {0} to the right of the {1}.", _put("right-of", 1)),
    Example("Set the {0} right of the {1}.", _put("right-of", 1)),
    Example("Put the {0} on the right side of the {1}.", _put("right-of", 1)),
    Example("Leave the {0} in front of the {1}.", _put("in-front-of", 1)),
    Example("Place the {0} in front of the {1}.", _put("in-front-of", 1)),
    Example("The {0} should stand in front of the {1}.", _put("in-front-of", 1)),
    Example("Set the {0} behind the {1}.", _put("behind", 1)),
    Example("Move the {0} to the back of the {1}.", _put("behind", 1)),
    Example("Put the {0} behind the {1}.", _put("behind", 1)),
    Example("Put the {0} next to the {1}.", _put("near", 1)),
    Example("Bring the {0} close to the {1}.", _put("near", 1)),
    Example("Place the {0} beside the {1}.", _put("near", 1)),
    Example("Set the {0} near the {1}.", _put("near", 1)),
    Example("The {0} should be by the {1}.", _put("near", 1)),
    Example("Place the {0} between the {1} and the {2}.", _put("between", 1, 2)),
    Example("The {0} should lie between the {1} and the {2}.", _put("between", 1, 2)),
    Example("Place the {0} in between the {1} and the {2}.", _put("between", 1, 2)),
    Example("Grab the {0}, please.", (("pick", 0),)),
    Example("Take hold of the {0}.", (("pick", 0),)),
    Example("Raise the {0} from the table.", (("pick", 0),)),
    Example("Nudge the {0} toward the left.", (("push", 0, "left"),)),
    Example("Shove the {0} leftwards.", (("push", 0, "left"),)),
    Example("Nudge the {0} rightwards.", (("push", 0, "right"),)),
    Example("Slide the {0} toward the right.", (("push", 0, "right"),)),
    Example("Shove the {0} forwards.", (("push", 0, "forward"),)),
    Example("Nudge the {0} away.", (("push", 0, "forward"),)),
    Example("Shove the {0} backwards.", (("push", 0, "backward"),)),
    Example("Pull the {0} back toward yourself.", (("push", 0, "backward"),)),
    Example("Nudge the {0} toward the {1}.", (("push-toward", 0, 1),)),
    Example("Shove the {0} until it is near the {1}.", (("push-toward", 0, 1),)),
    Example("Transfer the {0} to the {1}.", _put("in", 1)),
    Example("The {0} belongs in the {1}.", _put("in", 1)),
    Example("Stash the {0} in the {1}.", _put("in", 1)),
    Example("Fill the {1} with the {0}.", _put("in", 1)),
    Example("Please lay the {0} in the {1}.", _put("in", 1)),
    Example("Rest the {0} on top of the {1}.", _put("on", 1)),
    Example("The {0} belongs on the {1}.", _put("on", 1)),
    Example("Please lay the {0} on the {1}.", _put("on", 1)),
    Example("Make the {0} sit on the {1}.", _put("on", 1)),
    Example("The {0} should not be in the {1}, put it on the table.", _put("on", "table")),
    Example("The {0} should not be on the {1}, put it on the table.", _put("on", "table")),
    Example("Lift the {0} out of the {1} and leave it on the table.", _put("on", "table")),
    Example("Free the {1} from the {0}.", _put("on", "table")),
    Example("Set the {0} down in the top left corner.", _put("at", "top left corner")),
    Example("Carry the {0} over to the bottom right corner.", _put("at", "bottom right corner")),
    Example("The {0} should be at the left side of the table.", _put("at", "left side")),
    Example("Please bring the {0} to the right side.", _put("at", "right side")),
    Example("The {0} should be to the left of the {1}.", _put("left-of", 1)),
    Example("Set the {0} down at the left of the {1}.", _put("left-of", 1)),
    Example("The {0} should be to the right of the {1}.", _put("right-of", 1)),
    Example("The {0} belongs right of the {1}.", _put("right-of", 1)),
    Example("Set the {0} down in front of the {1}.", _put("in-front-of", 1)),
    Example("Put the {0} before the {1}.", _put("in-front-of", 1)),
    Example("The {0} should be at the back of the {1}.", _put("behind", 1)),
    Example("Place the {0} behind the {1}.", _put("behind", 1)),
    Example("Leave the {0} adjacent to the {1}.", _put("near", 1)),
    Example("Set the {0} down by the {1}.", _put("near", 1)),
    Example("The {0} should be close to the {1}.", _put("near", 1)),
    Example("Lay the {0} alongside the {1}.", _put("near", 1)),
    Example("The {0} goes in the gap between the {1} and the {2}.", _put("between", 1, 2)),
    Example("Set the {0} down between the {1} and the {2}.", _put("between", 1, 2)),
    Example("Put the {0} in the {1}. After that place the {2} near the {1}.", (*_put("in", 1), *_put("near", 1, of=2))),
    Example("Stack the {1} on the {2}, and then the {0} on the {1}.", (*_put("on", 2, of=1), *_put("on", 1))),
    Example(
        "Move the {0} to the top side and afterwards the {1} to the bottom side.",
        (*_put("at", "top side"), *_put("at", "bottom side", of=1)),
    ),
    Example(
        "Drop the {0} into the {1}, then move the {2} to the left side.",
        (*_put("in", 1), *_put("at", "left side", of=2)),
    ),
    Example("Put the {0} on the {1} and the {2} on the {0}.", (*_put("on", 1), *_put("on", 0, of=2))),
    Example("Put the {0} and the {2} in the {1}.", (*_put("in", 1), *_put("in", 1, of=2))),
    Example(
        "First put the {0} next to the {1}, then put the {2} in the {1}.", (*_put("near", 1), *_put("in", 1, of=2))
    ),
    # The desk's, in which things are worked as well as moved.
    Example("Pull the {0} open.", (("open", 0),)),
    Example("Open up the {0}, please.", (("open", 0),)),
    Example("Shut the {0}.", (("close", 0),)),
    Example("The {0} should be closed.", (("close", 0),)),
    Example("Move the door of the {0} over to the left.", (("slide-left", 0),)),
    Example("Slide the {0} open towards the right.", (("slide-right", 0),)),
    Example("Press on the {0}.", (("press", 0),)),
    Example("Make the light come on with the {0}.", (("switch-on", 0),)),
    Example("Switch the light off at the {0}.", (("switch-off", 0),)),
    Example("Turn the {0} counter-clockwise.", (("rotate-left", 0),)),
    Example("Turn the {0} clockwise.", (("rotate-right", 0),)),
    Example("Sweep the {0} off the edge into the {1}.", (("push-into", 0, 1),)),
    Example("Open the {1} and put the {0} inside.", (("open", 1), *_put("in", 1))),
)

_LOOKS = ("small", "wooden", "tall", "plastic", "old", "striped", "metal", "paper", "heavy", "thin", "shiny", "large")
_THINGS = ("mug", "spoon", "sponge", "jar", "basket", "tray", "cup", "towel", "candle", "brush", "bottle", "book")


@dataclass(frozen=True)
class Solved:
    """An example with things filled in."""

    template: str
    """The instruction, with `{0}`, ... for the things."""
    instruction: str
    """The instruction as a prompt shows it."""
    things: tuple[str, ...]
    """What is named in it."""
    calls: tuple[SkillCall, ...]
    """What carries it out."""


def solved(specs: Sequence[SkillSpec]) -> list[Solved]:
    """The examples whose skills are there, and one for each spec that has none.

    Args:
        specs: of the skills that can be called.
    """
    by_name = {s.name: s for s in specs}
    known = [e for e in EXAMPLES if all(c[0] in by_name for c in e.calls)]
    shown = {c[0] for e in known for c in e.calls}
    known += [_of_spec(s) for s in specs if s.name not in shown]
    return [_fill(example, index, by_name) for index, example in enumerate(known)]


def _of_spec(spec: SkillSpec) -> Example:
    """A skill that has no example of its own is shown by its own sentence."""
    places = {p.name: f"{{{k}}}" for k, p in enumerate(spec.parameters)}
    sentence = spec.sentence.format(**places)
    return Example(f"{sentence[0].upper()}{sentence[1:]}.", ((spec.name, *range(len(spec.parameters))),))


def _fill(example: Example, index: int, specs: dict[str, SkillSpec]) -> Solved:
    names = _names(index)
    calls = [
        specs[str(name)].call(*(names[v] if isinstance(v, int) else v for v in values))
        for name, *values in example.calls
    ]
    named = tuple(n for k, n in enumerate(names) if f"{{{k}}}" in example.instruction)
    return Solved(example.instruction, example.instruction.format(*names), named, tuple(calls))


def _names(index: int) -> list[str]:
    """Three different things for the example of that index; its neighbours get others."""
    start = 3 * index
    return [
        f"{_LOOKS[(start + 5 * k + index // 4) % len(_LOOKS)]} {_THINGS[(start + k) % len(_THINGS)]}" for k in range(3)
    ]
