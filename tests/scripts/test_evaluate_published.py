from __future__ import annotations

import json
from pathlib import Path

import pytest

from envs.published.case import Template
from scripts.cli import run_cli
from scripts.evaluate_published import Args, main
from scripts.published_overlap import file_sentences, overlap, words_of
from tests.envs.test_published import MADE_UP


def test_without_the_files_it_says_so_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_cli(main, Args, ["--data", str(tmp_path / "none")])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_sentences_are_compared_with_and_without_slots(tmp_path: Path) -> None:
    from envs.published import SOURCES

    source = SOURCES["cliport"]
    read: list[tuple[object, tuple[Template, ...]]] = [(source, source.templates(MADE_UP["cliport"]))]
    path = tmp_path / "ours.txt"
    path.write_text("Please tie a knot!\n" + json.dumps({"instruction": "stow the purple plate"}) + "\nquite other\n")
    found = overlap(file_sentences(path), read)  # type: ignore[arg-type]
    assert found["ours"] == 3
    assert found["words"]["exact"] == 1
    assert found["slots"]["exact"] == 2
    assert words_of("Put the red blocks down", slots=True) == ("put", "<color>", "<thing>", "down")
