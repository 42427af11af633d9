"""Reads task files: YAML in, a `Suite` out, or one line that says where and what is wrong and what would fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from envs.objects import ObjectSpec, Variation
from envs.task import SceneSpec, Suite, Task
from envs.task_error import TaskError, nearest

Where = tuple[str | int, ...]

_SUITE_KEYS = ("suite", "version", "source", "tasks")
_TASK_KEYS = ("id", "instruction", "scene", "goal", "keep", "never", "max_steps", "ambiguous", "answers", "feasible")
_TASK_KEYS += ("chain",)
_SCENE_KEYS = ("family", "objects", "distractors", "facts", "vary")
_VARY_KEYS = ("size", "mass", "friction")
_OBJECT_KEYS = ("name", "at", "yaw", "size", "mass", "friction")
_MISSING = object()
_MAX_DEPTH = 20
_MAX_VALUES = 200_000


def load_suite(path: Path) -> Suite:
    """Reads a task file.

    Raises:
        ValueError: the file cannot be read or does not fit; one line: `FILE:LINE: what is wrong; what would fit`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"cannot read the task file {str(path)!r}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 text (byte {error.start})") from None
    return parse_suite(text, str(path))


def parse_suite(text: str, source: str = "task file") -> Suite:
    """Reads the text of a task file; `source` stands for its name in messages.

    Raises:
        ValueError: as `load_suite`.
    """
    lines: dict[Where, int] = {}
    try:
        return _suite(_compose(text, lines))
    except TaskError as error:
        where = error.where
        while where and where not in lines:
            where = where[:-1]
        message = " ".join(error.message.split())
        raise ValueError(f"{source}:{lines.get(where, 1)}: {message}") from None


def _compose(text: str, lines: dict[Where, int]) -> Any:
    """Plain data, with the line of each value noted in `lines` by its path."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise TaskError((), "the file is empty; expected keys suite, version, source, tasks")
        return _plain(loader, node, (), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        lines[("yaml",)] = 1 if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
        raise TaskError(("yaml",), f"not YAML: {problem}") from None
    except RecursionError:
        raise TaskError((), "not a task file: nested too deeply") from None
    finally:
        if loader is not None:
            loader.dispose()


def _plain(loader: yaml.SafeLoader, node: yaml.Node, where: Where, lines: dict[Where, int]) -> Any:
    lines[where] = node.start_mark.line + 1
    # Aliases can make a short text endless.
    if len(where) > _MAX_DEPTH or len(lines) > _MAX_VALUES:
        raise TaskError(where, "not a task file: nested too deeply")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, child, (*where, k), lines) for k, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            lines[(*where, key)] = key_node.start_mark.line + 1
            if key in result:
                raise TaskError((*where, key), f"the key {key!r} stands there twice")
            result[key] = _plain(loader, child, (*where, key), lines)
        return result
    try:
        return loader.construct_object(node)
    except (ValueError, OverflowError, yaml.YAMLError):
        raise TaskError(where, f"{str(node.value)!r} cannot be read as a value; put it in quotes") from None


def _suite(data: Any) -> Suite:
    fields = _mapping(data, _SUITE_KEYS, ())
    tasks = _sequence(fields, "tasks", ())
    built: list[Task] = []
    for k, item in enumerate(tasks):
        built.append(_task(item, ("tasks", k), {task.id: task for task in built}))
    return Suite(
        name=_value(fields, "suite", str, ()),
        tasks=tuple(built),
        version=_value(fields, "version", int, (), 1),
        source=_value(fields, "source", str, (), ""),
    )


def _task(data: Any, where: Where, before: Mapping[str, Task]) -> Task:
    fields = _mapping(data, _TASK_KEYS, where)
    feasible = _value(fields, "feasible", bool, where, True)
    if feasible and "goal" not in fields and "chain" not in fields:
        raise TaskError(where, "the task has no goal; expected goal: (on red_block blue_block), or feasible: false")
    scene = _scene(_value(fields, "scene", dict, where), (*where, "scene"))
    with _inside(where):
        return Task(
            id=_value(fields, "id", str, ()),
            instructions=_texts(fields, "instruction", ()),
            scene=scene,
            goal=_value(fields, "goal", str, ()) if "goal" in fields else None,
            keep=_texts(fields, "keep", (), ()),
            never=_texts(fields, "never", (), ()),
            max_steps=_value(fields, "max_steps", int, (), 10),
            ambiguous=_value(fields, "ambiguous", bool, (), False),
            answers=_answers(fields.get("answers", {})),
            feasible=feasible,
            chain=_chain(fields, before),
        )


def _chain(fields: Mapping[str, Any], before: Mapping[str, Task]) -> tuple[Task, ...]:
    """Tasks of the same file that stand before, by their ids."""
    ids = _texts(fields, "chain", (), ())
    for k, id in enumerate(ids):
        if id not in before:
            raise TaskError(("chain", k), f"no task {id!r} stands before this one; nearest: {nearest(id, before)}")
    return tuple(before[id] for id in ids)


def _scene(data: Any, where: Where) -> SceneSpec:
    fields = _mapping(data, _SCENE_KEYS, where)
    with _inside(where):
        objects = _sequence(fields, "objects", ())
        return SceneSpec(
            family=_value(fields, "family", str, (), "tabletop"),
            objects=tuple(_object(o, ("objects", k)) for k, o in enumerate(objects)),
            distractors=_value(fields, "distractors", int, (), 0),
            facts=_texts(fields, "facts", (), ()),
            vary=_variation(fields.get("vary", {}), ("vary",)),
        )


def _variation(data: Any, where: Where) -> Variation:
    fields = _mapping(data, _VARY_KEYS, where)
    with _inside(where):
        return Variation(**{key: _number(fields, key, (), "a fraction, such as 0.2") for key in fields})


def _object(data: Any, where: Where) -> ObjectSpec:
    if isinstance(data, str):
        return ObjectSpec(data)
    if not isinstance(data, dict):
        raise TaskError(
            where, f"{_shown(data)} is no object; expected 'red block' or {{name: red block, at: [0.5, 0.1]}}"
        )
    fields = _mapping(data, _OBJECT_KEYS, where)
    at = _numbers(fields, "at", where, 2, "[x, y] in metres, such as [0.55, -0.1]") if "at" in fields else None
    extents = "[x, y, z] in metres, such as [0.05, 0.05, 0.04]"
    size = _numbers(fields, "size", where, 3, extents) if "size" in fields else None
    numbers = {
        key: _number(fields, key, where, like)
        for key, like in (("yaw", "radians, such as 0.3"), ("mass", "kilograms"), ("friction", "a coefficient"))
        if fields.get(key) is not None
    }
    name = _value(fields, "name", str, where)
    return ObjectSpec(
        name,
        None if at is None else (at[0], at[1]),
        numbers.get("yaw"),
        None if size is None else (size[0], size[1], size[2]),
        numbers.get("mass"),
        numbers.get("friction"),
    )


def _number(fields: Mapping[str, Any], key: str, where: Where, like: str) -> float:
    value = fields[key]
    if not _is_number(value):
        raise TaskError((*where, key), f"{key} is {_shown(value)}; expected {like}")
    return float(value)


def _numbers(fields: Mapping[str, Any], key: str, where: Where, count: int, like: str) -> list[float]:
    values = fields[key]
    if not isinstance(values, list) or len(values) != count or not all(_is_number(v) for v in values):
        raise TaskError((*where, key), f"{key} is {_shown(values)}; expected {like}")
    return [float(v) for v in values]


def _answers(data: Any) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(v, str) for v in data.values()):
        raise TaskError(("answers",), f"answers is {_shown(data)}; expected a mapping such as {{'*': 'the blue one'}}")
    return dict(data)


class _inside:
    """Puts a path before the path of a `TaskError` that is raised within."""

    def __init__(self, where: Where) -> None:
        self._where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TaskError):
            raise TaskError((*self._where, *error.where), error.message) from None


def _mapping(data: Any, keys: tuple[str, ...], where: Where) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise TaskError(where, f"{_shown(data)} stands where a mapping with the keys {', '.join(keys)} is expected")
    for key in data:
        if key not in keys:
            raise TaskError((*where, key), f"unknown key {key!r}; nearest: {nearest(key, keys)}")
    return data


def _sequence(fields: Mapping[str, Any], key: str, where: Where) -> list[Any]:
    value = _value(fields, key, list, where)
    if not value:
        raise TaskError((*where, key), f"{key} is empty; expected a list")
    return value


_WORDS = {str: "text", int: "a whole number", bool: "true or false", list: "a list", dict: "a mapping"}


def _value(fields: Mapping[str, Any], key: str, kind: type, where: Where, default: Any = _MISSING) -> Any:
    value = fields.get(key, default)
    if value is _MISSING:
        raise TaskError(where, f"the key {key!r} is missing; expected {_WORDS[kind]}")
    # A bool is an int to Python, but `max_steps: yes` is a slip of the pen.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TaskError((*where, key), f"{key} is {_shown(value)}; expected {_WORDS[kind]}")
    return value


def _texts(fields: Mapping[str, Any], key: str, where: Where, default: Any = _MISSING) -> tuple[str, ...]:
    value = fields.get(key, default)
    if value is _MISSING:
        raise TaskError(where, f"the key {key!r} is missing; expected text or a list of texts")
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)):
        raise TaskError((*where, key), f"{key} is {_shown(value)}; expected text or a list of texts")
    for k, item in enumerate(value):
        if not isinstance(item, str):
            raise TaskError((*where, key, k), f"{_shown(item)} stands where text is expected")
    return tuple(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e6


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
