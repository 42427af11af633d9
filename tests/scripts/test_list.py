from __future__ import annotations

import json

import pytest

from scripts.cli import OK, run_cli
from scripts.list import Args, main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        run_cli(main, Args, arguments)
    assert ended.value.code == OK
    return capsys.readouterr().out


def test_everything_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(run(capsys, "--json"))
    names = {section: {entry["name"] for entry in entries} for section, entries in listed.items()}
    assert set(names) == {"suites", "tasks", "scenes", "skills", "robots", "planners", "models"}
    assert "tabletop-basics" in names["suites"]
    assert "tabletop-basics/block-in-bowl" in names["tasks"]
    assert {"pick", "place-in", "push"} <= names["skills"]
    assert "panda" in names["robots"]
    assert {"oracle", "saycan", "default"} <= names["planners"]
    calls = {entry["name"]: entry["call"] for entry in listed["skills"]}
    assert calls["place-in"] == "place(object, in, target)"


def test_and_shown_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys)
    assert "place(object, in, target)" in shown and "saycan" in shown
