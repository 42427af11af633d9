"""Tasks and suites: what is asked, in which scene, and what must be true at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from envs.objects import AS_THEY_ARE, ObjectSpec, Variation, check_object
from envs.task_error import TaskError, nearest
from sim.catalog import BASIC, parse_name, types_of
from sim.family import families, find_family
from sim.state import TABLE
from skills.goals import Formula, parse_goal
from skills.symbolic import Typing, constants
from skills.vocabulary import RELATIONS, Atom

START_PREDICATES = ("on", "in", "at", *RELATIONS, "near", "open", "closed", "slid", "in-half", "lit", "holding")
START_PREDICATES += ("under", "reachable")
"""Predicates whose atoms a scene can be built to satisfy."""
_NEGATION = re.compile(r"\(\s*not\s*(\(.*\))\s*\)")
MAX_OBJECTS = 16
MAX_DISTRACTORS = 8
MAX_CALLS = 100
MAX_GOAL = 2000
"""Longest goal or kept condition, characters; each nesting needs a few, so this also bounds the depth."""


@dataclass(frozen=True)
class SceneSpec:
    """What a scene is drawn from."""

    objects: tuple[ObjectSpec, ...]
    """In the order in which the scene lists them."""
    family: str = "tabletop"
    """A key of `sim.family.families()`."""
    distractors: int = 0
    """How many more objects, of names not in use."""
    facts: tuple[str, ...] = ()
    """What is true at the start, such as `(on red_block green_block)`, and what is not: `(not (reachable red_box))`."""
    vary: Variation = AS_THEY_ARE
    """How far the sizes, masses and frictions of the listed objects differ from one draw to the next."""

    def __post_init__(self) -> None:
        if self.family not in families():
            raise TaskError(
                ("family",), f"unknown scene family {self.family!r}; nearest: {nearest(self.family, families())}"
            )
        if not (0 if find_family(self.family).furniture else 1) <= len(self.objects) <= MAX_OBJECTS:
            raise TaskError(("objects",), f"{len(self.objects)} objects; expected 1 to {MAX_OBJECTS}")
        if not 0 <= self.distractors <= MAX_DISTRACTORS:
            raise TaskError(("distractors",), f"{self.distractors} distractors; expected 0 to {MAX_DISTRACTORS}")
        for k, o in enumerate(self.objects):
            check_object(o, [p.name for p in self.objects[:k]], self.family, ("objects", k))
        for k, text in enumerate(self.facts):
            _check_fact(text, self, ("facts", k))
        _check_support(self)

    @property
    def typing(self) -> Typing:
        """Names and categories of the furniture and of the listed objects."""
        names = (*find_family(self.family).fixtures, *(o.name for o in self.objects))
        return Typing(tuple((n, parse_name(n, self.family)[1].name) for n in names), self.family)

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The facts that are true at the start."""
        return tuple(Atom.parse(text) for text in self.facts if not _NEGATION.fullmatch(text.strip()))

    @property
    def absent(self) -> tuple[Atom, ...]:
        """The facts that are not true at the start."""
        negated = (_NEGATION.fullmatch(text.strip()) for text in self.facts)
        return tuple(Atom.parse(match[1]) for match in negated if match)


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
    never: tuple[str, ...] = ()
    """Formulas that no call may make true, not even for a while."""
    max_steps: int = 10
    """Budget of skill calls."""
    ambiguous: bool = False
    """Whether a person must be asked what is meant."""
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the simulated person says: keys are words of the question, `*` stands for any question."""
    feasible: bool = True
    """False: success is a refusal with nothing moved."""
    chain: tuple[Task, ...] = ()
    """What is asked one after another in this scene, each judged against the state that it began with; empty for a task
    of its own. Of these tasks instructions, goal and budget count, their scenes do not."""
    draw: Callable[[np.random.Generator], Task] | None = field(default=None, compare=False)
    """Draws the task itself, where it is the seed that decides what is asked; see `envs.scenes.drawn_task`."""
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
        for k, text in enumerate(self.never):
            self._check_formula(text, ("never", k))
        self._check_chain()
        if self.scene.distractors and not distractor_categories(self):
            raise TaskError(("scene", "distractors"), "the goal speaks of every type, so distractors would change it")

    @property
    def name(self) -> str:
        """`SUITE/ID`, or the bare id outside a suite."""
        return f"{self.suite}/{self.id}" if self.suite else self.id

    def goal_formula(self, objects: Typing) -> Formula | None:
        """The goal over the objects of a scene, or None where none is known or the task cannot be done."""
        return parse_goal(self.goal, objects) if self.goal is not None and self.feasible else None

    def _check_chain(self) -> None:
        if self.chain and self.goal is not None:
            raise TaskError(("goal",), "a chain has no goal of its own; expected the goals of its tasks to be all")
        for k, link in enumerate(self.chain):
            if link.goal is None or not link.feasible or link.chain:
                raise TaskError(("chain", k), f"{link.id!r} cannot be part of a chain; expected a task with a goal")
            self._check_formula(link.goal, ("chain", k))

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


def single(task: Task) -> Task:
    """The task, for those who can ask for one thing only.

    Raises:
        ValueError: it is a chain, or draws one.
    """
    if task.chain or task.draw is not None:
        raise ValueError(f"task {task.name!r} asks several things, one after another; expected a task with one goal")
    return task


def distractor_categories(task: Task) -> tuple[str, ...]:
    """Categories that distractors may have: none that a quantifier or `in-line` of the goal ranges over."""
    ranged = ranged_types(task)
    return tuple(c for c in BASIC if c != "box" and not ranged & types_of(c))


def ranged_types(task: Task) -> set[str]:
    """Types that a quantifier or `in-line` of the goal ranges over."""
    texts = " ".join([task.goal or "", *task.keep])
    ranged = set(re.findall(r"\s-\s+([a-z]+)", texts)) | set(re.findall(r"\(\s*in-line\s+[a-z]+\s+([a-z]+)", texts))
    if re.search(r"\(\s*(forall|exists)\s*\(\s*\?[\w-]+\s*(\)|\?)", texts):
        ranged.add("object")
    return ranged


def _check_fact(text: str, scene: SceneSpec, where: tuple[str | int, ...]) -> None:
    negated = _NEGATION.fullmatch(text.strip())
    try:
        atom = Atom.parse(text if negated is None else negated[1])
    except ValueError as error:
        raise TaskError(where, str(error)) from None
    if atom.predicate not in START_PREDICATES:
        raise TaskError(where, f"no scene can be built for {atom}; expected one of: {', '.join(START_PREDICATES)}")
    values = constants(scene.typing)
    # What is put somewhere must be movable; what carries it, a surface or a container.
    seconds = {"on": "surface", "in": "container", "at": "region", "under": "rack"}
    second = {**seconds, "slid": "direction", "in-half": "direction"}.get(atom.predicate, "object")
    first = "movable" if second in ("surface", "container") and atom.arguments[1] != TABLE else "object"
    firsts = {"open": "openable", "closed": "openable", "slid": "slidable", "lit": "light", "holding": "movable"}
    first = firsts.get(atom.predicate, first)
    for kind, value in zip((first, second), atom.arguments, strict=False):
        allowed = values.get(kind, ())
        if value not in allowed:
            raise TaskError(
                where, f"{value!r} in fact {atom} is no {kind} of this scene; nearest: {nearest(value, allowed)}"
            )
    if len(set(atom.arguments)) < len(atom.arguments):
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
