"""Tasks and suites: what is asked, in which scene, and what must be true at the end."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sim.catalog import CATEGORIES, parse_name, types_of
from sim.state import TABLE
from skills.goals import Formula, parse_goal
from skills.predicates import RELATIONS, Atom
from skills.symbolic import Typing, constants

FAMILIES = ("tabletop", "kitchen", "desk", "reach")
"""Scene families that a task file may name."""
BUILT_FAMILIES = ("tabletop",)
"""Those of them that this version can build."""
START_PREDICATES = ("on", "in", "at", *RELATIONS, "near")
"""Predicates whose atoms a scene can be built to satisfy."""
FIXED_BOUNDS = ((0.20, 0.85), (-0.55, 0.55))
"""Bounds in x and in y, metres, within which a fixed object may stand; the work area lies inside."""
MAX_OBJECTS = 16
MAX_DISTRACTORS = 8
MAX_CALLS = 100
MAX_GOAL = 2000
"""Longest goal or kept condition, characters; each nesting needs a few, so this also bounds the depth."""


class TaskError(ValueError):
    """A task that does not fit; `where` is the path of keys and indices to what is wrong."""

    def __init__(self, where: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message


def nearest(value: object, options: Iterable[str]) -> str:
    """The option that is spelled most like `value`, quoted; for messages."""
    found = difflib.get_close_matches(str(value), list(options), n=1, cutoff=0.0)
    return repr(found[0]) if found else "none"


@dataclass(frozen=True)
class ObjectSpec:
    """An object that a scene must have."""

    name: str
    """`<colour> <category>`, with a number where there are several."""
    at: tuple[float, float] | None = None
    """Centre (x, y), metres; drawn where it is None."""
    yaw: float | None = None
    """Heading, radians; drawn where it is None."""


@dataclass(frozen=True)
class SceneSpec:
    """What a scene is drawn from."""

    objects: tuple[ObjectSpec, ...]
    """In the order in which the scene lists them."""
    family: str = "tabletop"
    """One of `FAMILIES`."""
    distractors: int = 0
    """How many more objects, of names not in use."""
    facts: tuple[str, ...] = ()
    """Atoms that are true at the start, such as `(on red_block green_block)`."""

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise TaskError(
                ("family",), f"unknown scene family {self.family!r}; nearest: {nearest(self.family, FAMILIES)}"
            )
        if self.family not in BUILT_FAMILIES:
            raise TaskError(
                ("family",), f"scenes of family {self.family!r} are not built yet; use {BUILT_FAMILIES[0]!r}"
            )
        if not 1 <= len(self.objects) <= MAX_OBJECTS:
            raise TaskError(("objects",), f"{len(self.objects)} objects; expected 1 to {MAX_OBJECTS}")
        if not 0 <= self.distractors <= MAX_DISTRACTORS:
            raise TaskError(("distractors",), f"{self.distractors} distractors; expected 0 to {MAX_DISTRACTORS}")
        for k, o in enumerate(self.objects):
            _check_object(o, [p.name for p in self.objects[:k]], ("objects", k))
        for k, text in enumerate(self.facts):
            _check_fact(text, self, ("facts", k))
        _check_support(self)

    @property
    def typing(self) -> Typing:
        """Pairs (name, category) of the listed objects."""
        return tuple((o.name, parse_name(o.name)[1].name) for o in self.objects)

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The facts, parsed."""
        return tuple(Atom.parse(text) for text in self.facts)


@dataclass(frozen=True)
class Task:
    """One thing to be done.

    Raises:
        TaskError: (a ValueError) at construction, where goal, facts or names do not fit the scene.
    """

    id: str
    """Unique in its suite: lower-case words joined by hyphens."""
    instructions: tuple[str, ...]
    """Wordings; the seed draws one."""
    scene: SceneSpec
    """What the scene is drawn from."""
    goal: str | None = None
    """A PDDL formula; None where no goal is known (a free instruction)."""
    keep: tuple[str, ...] = ()
    """Formulas that must hold at the end too."""
    max_steps: int = 10
    """Budget of skill calls."""
    ambiguous: bool = False
    """Whether a person must be asked what is meant."""
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the simulated person says: keys are words of the question, `*` stands for any question."""
    feasible: bool = True
    """False: success is a refusal with nothing moved."""
    suite: str = ""
    """Name of the suite it belongs to."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise TaskError(("id",), f"id {self.id!r} is not of the form 'put-in-bowl' (lower-case words, hyphens)")
        if not self.instructions or not all(t.strip() for t in self.instructions):
            raise TaskError(("instruction",), "an instruction is empty; expected a sentence or a list of sentences")
        if not 1 <= self.max_steps <= MAX_CALLS:
            raise TaskError(("max_steps",), f"max_steps is {self.max_steps}; expected 1 to {MAX_CALLS}")
        if self.ambiguous and not self.answers:
            raise TaskError(("ambiguous",), "an ambiguous task needs answers, such as answers: {'*': 'the blue one'}")
        if self.goal is not None and self.feasible:
            self._check_formula(self.goal, ("goal",))
        for k, text in enumerate(self.keep):
            self._check_formula(text, ("keep", k))
        if self.scene.distractors and not distractor_categories(self):
            raise TaskError(("scene", "distractors"), "the goal speaks of every type, so distractors would change it")

    @property
    def name(self) -> str:
        """`SUITE/ID`, or the bare id outside a suite."""
        return f"{self.suite}/{self.id}" if self.suite else self.id

    def goal_formula(self, objects: Typing) -> Formula | None:
        """The goal over the objects of a scene, or None where none is known or the task cannot be done."""
        return parse_goal(self.goal, objects) if self.goal is not None and self.feasible else None

    def _check_formula(self, text: str, where: tuple[str | int, ...]) -> None:
        if len(text) > MAX_GOAL:
            raise TaskError(where, f"a formula of {len(text)} characters; at most {MAX_GOAL} are read")
        try:
            parse_goal(text, self.scene.typing)
        except ValueError as error:
            raise TaskError(where, str(error)) from None
        except RecursionError:
            raise TaskError(where, "the formula is nested too deeply") from None


@dataclass(frozen=True)
class Suite:
    """Tasks under one name and version."""

    name: str
    """Lower-case words joined by hyphens."""
    tasks: tuple[Task, ...]
    """With unique ids."""
    version: int = 1
    """Raised whenever a task changes, so that results of different versions are never mixed."""
    source: str = ""
    """Where the instructions come from, and their licence."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise TaskError(("suite",), f"suite name {self.name!r} is not of the form 'my-suite'")
        if not self.tasks:
            raise TaskError(("tasks",), f"suite {self.name!r} has no tasks; expected at least one")
        seen: set[str] = set()
        for k, task in enumerate(self.tasks):
            if task.id in seen:
                raise TaskError(("tasks", k, "id"), f"a second task {task.id!r}; ids are unique in a suite")
            seen.add(task.id)
        # The name belongs to the suite; tasks carry it so that an episode can say what it was an episode of.
        object.__setattr__(self, "tasks", tuple(replace(t, suite=self.name) for t in self.tasks))

    def task(self, id: str) -> Task:
        """The task of that id.

        Raises:
            ValueError: there is none; the message gives the nearest.
        """
        for task in self.tasks:
            if task.id == id:
                return task
        raise ValueError(f"suite {self.name!r} has no task {id!r}; nearest: {nearest(id, [t.id for t in self.tasks])}")


def distractor_categories(task: Task) -> tuple[str, ...]:
    """Categories that distractors may have: none that a quantifier or `in-line` of the goal ranges over."""
    texts = " ".join([task.goal or "", *task.keep])
    ranged = set(re.findall(r"\s-\s+([a-z]+)", texts)) | set(re.findall(r"\(\s*in-line\s+[a-z]+\s+([a-z]+)", texts))
    if re.search(r"\(\s*(forall|exists)\s*\(\s*\?[\w-]+\s*(\)|\?)", texts):
        ranged.add("object")
    return tuple(c for c in CATEGORIES if c != "box" and not ranged & types_of(c))


def _check_object(spec: ObjectSpec, before: list[str], where: tuple[str | int, ...]) -> None:
    try:
        parse_name(spec.name)
    except ValueError as error:
        raise TaskError(where, str(error)) from None
    if spec.name in before:
        raise TaskError(where, f"a second {spec.name!r}; call it '{spec.name} 2'")
    if spec.at is not None:
        for axis, value, (low, high) in zip("xy", spec.at, FIXED_BOUNDS, strict=True):
            if not low <= value <= high:
                raise TaskError((*where, "at"), f"{axis} = {value:g} m is off the table; expected {low:g} to {high:g}")
    if spec.yaw is not None and not math.isfinite(spec.yaw):
        raise TaskError((*where, "yaw"), f"yaw is {spec.yaw}; expected radians")


def _check_fact(text: str, scene: SceneSpec, where: tuple[str | int, ...]) -> None:
    try:
        atom = Atom.parse(text)
    except ValueError as error:
        raise TaskError(where, str(error)) from None
    if atom.predicate not in START_PREDICATES:
        raise TaskError(where, f"no scene can be built for {atom}; expected one of: {', '.join(START_PREDICATES)}")
    values = constants(scene.typing)
    # What is put somewhere must be movable; what carries it, a surface or a container.
    second = {"on": "surface", "in": "container", "at": "region"}.get(atom.predicate, "object")
    first = "movable" if second in ("surface", "container") and atom.arguments[1] != TABLE else "object"
    for kind, value in zip((first, second), atom.arguments, strict=True):
        allowed = values.get(kind, ())
        if value not in allowed:
            raise TaskError(
                where, f"{value!r} in fact {atom} is no {kind} of this scene; nearest: {nearest(value, allowed)}"
            )
    if atom.arguments[0] == atom.arguments[1]:
        raise TaskError(where, f"{atom} relates an object to itself")


def _check_support(scene: SceneSpec) -> None:
    """Each object rests in one place, and nothing rests on itself by a detour."""
    below: dict[str, str] = {}
    fixed = {o.name for o in scene.objects if o.at is not None}
    for k, atom in enumerate(scene.atoms):
        if atom.predicate not in ("on", "in") or atom.arguments[1] == TABLE:
            continue
        upper, lower = atom.arguments
        if upper in below:
            raise TaskError(("facts", k), f"{upper!r} rests on {below[upper]!r} already; {atom} puts it elsewhere")
        if upper in fixed:
            raise TaskError(("facts", k), f"{upper!r} has a place of its own ('at'); {atom} puts it elsewhere")
        below[upper] = lower
        while lower in below:
            lower = below[lower]
            if lower == upper:
                raise TaskError(("facts", k), f"{atom} closes a circle: {upper!r} would rest on itself")
