"""What a published instruction becomes: a template of its file, a scene that is drawn for it, a goal, and a task."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from envs.seeding import EVALUATION, stream
from envs.task import SceneSpec, Suite, Task


@dataclass(frozen=True)
class Case:
    """A template filled in, with what it is asked of."""

    instruction: str
    """As a person would say it."""
    scene: SceneSpec
    """What the scene is drawn from."""
    goal: str
    """A PDDL formula: what the authors' own check would accept."""
    never: tuple[str, ...] = ()
    """What no call may make true."""
    max_steps: int = 12
    """Budget of calls."""


Drawer = Callable[[str, np.random.Generator], Case]
"""Fills in a template's text. A top-level function, or a `partial` of one, so that workers can be sent it."""


@dataclass(frozen=True)
class Template:
    """One instruction of a published file, slots and all."""

    key: str
    """Unique in its source: lower-case words joined by hyphens, with the index in the file where it has one."""
    text: str
    """As the file has it."""
    draw: Drawer | None = None
    """Makes cases of it; None where it is not expressible."""
    why_not: str = ""
    """Why it cannot be said in our skills, predicates and objects; empty where it can."""

    def __post_init__(self) -> None:
        if (self.draw is None) != bool(self.why_not):
            raise ValueError(f"template {self.key!r} needs either a drawer or a reason why there is none")


@dataclass(frozen=True)
class Source:
    """A published list of instructions."""

    name: str
    """As `--source` takes it."""
    file: str
    """Its file in the folder of published data."""
    sha256: str
    """Of the version of the file that the goals were written for."""
    templates: Callable[[Any], tuple[Template, ...]]
    """From what the file holds."""

    def read(self, folder: Path) -> tuple[Template, ...]:
        """The templates of the file in a folder.

        Raises:
            FileNotFoundError: it is not there.
            ValueError: it is another version of the file.
        """
        path = folder / self.file
        if not path.is_file():
            raise FileNotFoundError(
                f"no {self.file} in {str(folder)!r}; --data names the folder of the published files"
            )
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest != self.sha256:
            raise ValueError(
                f"{str(path)!r} is another version (SHA-256 {digest[:12]}...) than the one that goals are known for "
                f"({self.sha256[:12]}...)"
            )
        return self.templates(json.loads(content))

    def suite(self, templates: tuple[Template, ...]) -> Suite:
        """Those templates that can be expressed as tasks, whose cases the seeds draw.

        Raises:
            ValueError: none can be.
        """
        name = f"published-{self.name}"
        return Suite(name, tuple(_task(t, name) for t in templates if t.draw is not None), source=self.file)


def filled(text: str, slots: Mapping[str, str]) -> str:
    """A text with its slots, written `<slot>`, `{slot}` or `[slot]`, replaced.

    Raises:
        ValueError: a slot that is not given.
    """

    def value(match: re.Match[str]) -> str:
        slot = match[0][1:-1]
        if slot not in slots:
            raise ValueError(f"the template has a slot {slot!r}; known are: {', '.join(slots) or 'none'}")
        return slots[slot]

    return re.sub(r"<[^<>]+>|\{[^{}]+\}|\[[^\[\]]+\]", value, text)


def _task(template: Template, suite: str) -> Task:
    draw = partial(_drawn, template)
    return replace(draw(stream(EVALUATION, suite, template.key, 0, "task")), draw=draw)


def _drawn(template: Template, rng: np.random.Generator) -> Task:
    assert template.draw is not None
    case = template.draw(template.text, rng)
    return Task(template.key, (case.instruction,), case.scene, case.goal, never=case.never, max_steps=case.max_steps)
