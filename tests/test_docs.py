"""Every code block of the documentation is run, as a reader would.

A block with `file=NAME` is saved under that name. Other Python blocks are run as programs, one after another, in the
folder where the files of their page are; of console blocks, the lines that begin with `$`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.run_task import Args as RunArgs

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
HOW_TO = {f"adding-a-{what}" for what in ("skill", "task", "robot", "model", "planner")}


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    file: str | None
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(match[1], match[2], match[3], text[: match.start()].count("\n") + 1)


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(folder)])
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_five_how_to_pages_are_there() -> None:
    assert {p.stem for p in PAGES} >= HOW_TO


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_a_page_says_works(page: Path, tmp_path: Path) -> None:
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    ran = 0
    for block in blocks(page):
        where = f"{page.name}:{block.line}"
        if block.file is not None:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
            continue
        assert block.language in ("python", "console"), f"{where}: a block of {block.language} that nothing runs"
        commands = [[sys.executable, "-c", block.text]]
        if block.language == "console":
            commands = [["bash", "-c", row[2:]] for row in block.text.splitlines() if row.startswith("$ ")]
        for command in commands:
            done = run(command, tmp_path)
            assert done.returncode == 0, f"{where}\n{done.stdout}\n{done.stderr}"
            ran += 1
    assert ran or page.stem not in HOW_TO


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_names_flags_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if "run_task.py" in row or row.startswith("make run")]
    known = {f"--{name.replace('_', '-')}" for name in RunArgs.__dataclass_fields__}
    assert rows
    for row in rows:
        assert set(re.findall(r"--[a-z-]+", row)) <= known, row
