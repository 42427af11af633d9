"""What a skill is, on paper: parameters, a sentence, symbolic preconditions and effects.

From the specs alone follow the prompt, the decoding grammar, the PDDL domain, the action space and the vocabulary of
the feasibility model. A skill (`place`) may have several specs, one for each form of its arguments (`place-in`,
`place-on`, ...); all share one controller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from skills.vocabulary import PREDICATES, Atom

FAMILIES = ("tabletop", "desk", "reach", "kitchen")
"""Scene families, see `sim.family`."""
STANDING = ("tabletop", "desk", "reach")
"""Those where the robot stands before a table: what is left and right, and near the edge, is as it sees it."""

ANY = "*"
"""In an effect: every value that this argument can have."""


class SkillCall(NamedTuple):
    """A skill with its arguments; its text, `place(red block, in, blue bowl)`, round-trips exactly."""

    skill: str
    """Name of the skill."""
    arguments: tuple[str, ...] = ()
    """Names and keywords, in the order of the text."""

    def __str__(self) -> str:
        return f"{self.skill}({', '.join(self.arguments)})"

    @staticmethod
    def parse(text: str) -> SkillCall:
        """Reads the text of a call; whether such a skill exists is not asked.

        Raises:
            ValueError: the text does not have the form `skill(argument, argument)`.
        """
        match = _CALL.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a skill call; expected the form 'place(red block, in, blue bowl)'")
        inner = match[2].strip()
        return SkillCall(match[1], tuple(a.strip() for a in inner.split(",")) if inner else ())


_WORD = r"\s*[a-zA-Z0-9][\w -]*"
_CALL = re.compile(rf"([a-z][a-z_-]*)\(((?:{_WORD}(?:,{_WORD})*)?)\s*\)")


@dataclass(frozen=True)
class Parameter:
    """A typed argument of a skill."""

    name: str
    """Without the question mark."""
    type: str
    """PDDL type: an object type, `region` or `direction`."""


@dataclass(frozen=True)
class When:
    """An effect on condition, for every thing `*` of which it holds: opening a drawer uncovers all that lies in it."""

    needs: tuple[Atom, ...]
    """Atoms that must hold."""
    forbids: tuple[Atom, ...] = ()
    """Atoms that must not hold."""
    adds: tuple[Atom, ...] = ()
    """Atoms that hold afterwards."""
    deletes: tuple[Atom, ...] = ()
    """Atoms that no longer hold."""

    @property
    def parts(self) -> tuple[tuple[Atom, ...], ...]:
        """Its four fields."""
        return self.needs, self.forbids, self.adds, self.deletes


@dataclass(frozen=True)
class SkillSpec:
    """One form of a skill: its symbolic operator and the way it is written.

    Raises:
        ValueError: at construction, where pattern, parameters and effects do not fit together.
    """

    name: str
    """Unique: `pick`, `place-in`, `push-toward`."""
    skill: str
    """The skill that runs it: `pick`, `place`, `push`."""
    pattern: tuple[str, ...]
    """The arguments of the call: `?object` for a parameter, any other word literally (`in`)."""
    parameters: tuple[Parameter, ...]
    """In the order of the pattern."""
    sentence: str
    """English, with `{object}` for each parameter."""
    preconditions: tuple[Atom, ...]
    """Atoms over parameters (`?object`) that must hold."""
    adds: tuple[Atom, ...]
    """Atoms that hold afterwards."""
    deletes: tuple[Atom, ...]
    """Atoms that no longer hold; `*` stands for every value. Deleting comes before adding."""
    families: tuple[str, ...] = FAMILIES
    """Scene families in which the form is known."""
    when: tuple[When, ...] = ()
    """Effects on condition; only planners rely on them, a skill's success is not judged by them."""

    def __post_init__(self) -> None:
        named = [f"?{p.name}" for p in self.parameters]
        if [w for w in self.pattern if w.startswith("?")] != named:
            raise ValueError(f"{self.name}: the pattern {self.pattern} does not list the parameters {named} in order")
        on_condition = (a for when in self.when for part in when.parts for a in part)
        for atom in (*self.preconditions, *self.adds, *self.deletes, *on_condition):
            if atom.predicate not in PREDICATES or PREDICATES[atom.predicate].arity != len(atom.arguments):
                raise ValueError(f"{self.name}: {atom} is not an atom of a known predicate")
            unknown = [a for a in atom.arguments if a.startswith("?") and a not in named]
            if unknown:
                raise ValueError(f"{self.name}: {atom} uses {unknown[0]}, which is no parameter; there are {named}")
        self.sentence.format(**{p.name: "" for p in self.parameters})

    @cached_property
    def keyword(self) -> tuple[int, str] | None:
        """Position and word of the literal that tells this form from the others of its skill."""
        return next(((i, w) for i, w in enumerate(self.pattern) if not w.startswith("?")), None)

    def call(self, *values: str) -> SkillCall:
        """The call with these values for the parameters, in order."""
        if len(values) != len(self.parameters):
            raise ValueError(f"{self.name} takes {len(self.parameters)} arguments, not {len(values)}: {values}")
        given = iter(values)
        return SkillCall(self.skill, tuple(next(given) if w.startswith("?") else w for w in self.pattern))

    def matches(self, call: SkillCall) -> bool:
        """Whether the call has this form (types are not asked)."""
        return (
            call.skill == self.skill
            and len(call.arguments) == len(self.pattern)
            and all(w.startswith("?") or w == a for w, a in zip(self.pattern, call.arguments, strict=True))
        )

    def binding(self, call: SkillCall) -> dict[str, str]:
        """Values of the parameters: `{"?object": "red block", ...}`."""
        pairs = zip(self.pattern, call.arguments, strict=True)
        return {w: a for w, a in pairs if w.startswith("?")}

    def describe(self, call: SkillCall) -> str:
        """The English sentence of a call of this form."""
        return self.sentence.format(**{k[1:]: v for k, v in self.binding(call).items()})
