"""The suites there are: task files beside this module, and suites that code has registered."""

from __future__ import annotations

import importlib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from envs.task import Suite, Task
from envs.task_error import nearest
from envs.taskfile import load_suite, parse_suite

_REGISTERED: dict[str, Suite] = {}
_MADE = {"calvin-chains": "envs.suites.calvin_chains"}
"""Suites that a module makes, as its `SUITE`."""


def register_suite(suite: Suite) -> Suite:
    """Adds a suite that code has made.

    Raises:
        ValueError: a suite of that name is there already.
    """
    if suite.name in suite_names():
        raise ValueError(f"a suite {suite.name!r} is there already; there are: {', '.join(suite_names())}")
    _REGISTERED[suite.name] = suite
    return suite


def suite_names() -> tuple[str, ...]:
    """Names of all suites, sorted."""
    return tuple(sorted({*_files(), *_REGISTERED, *_MADE}))


def find_suite(name: str) -> Suite:
    """The suite of that name, or the one in that file (`my-tasks.yaml`).

    Raises:
        ValueError: there is no such suite, or its file does not fit.
    """
    if name in _REGISTERED:
        return _REGISTERED[name]
    if name in _MADE:
        return _REGISTERED.setdefault(name, importlib.import_module(_MADE[name]).SUITE)
    files = _files()
    if name in files:
        # A file on disk does not change under a running program: read once.
        return _REGISTERED.setdefault(name, parse_suite(files[name].read_text(encoding="utf-8"), files[name].name))
    if name.endswith((".yaml", ".yml")):
        return load_suite(Path(name))
    raise ValueError(f"unknown suite {name!r}; nearest: {nearest(name, suite_names())} (or a file FILE.yaml)")


def find_task(name: str) -> Task:
    """The task called `SUITE/ID` (SUITE may be a file).

    Raises:
        ValueError: there is no such suite or task.
    """
    suite, slash, id = name.rpartition("/")
    if not slash:
        raise ValueError(f"{name!r} is not of the form SUITE/ID, such as 'tabletop-basics/block-in-bowl'")
    return find_suite(suite).task(id)


def _files() -> dict[str, Traversable]:
    folder = resources.files("envs.suites")
    return {f.name[: -len(".yaml")].replace("_", "-"): f for f in folder.iterdir() if f.name.endswith(".yaml")}
