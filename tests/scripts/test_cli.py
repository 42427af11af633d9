from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import tyro

from planner.language.protocol import ModelUnavailable
from scripts.cli import FAILED, INTERRUPTED, MISUSED, OK, run_cli

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Args:
    """Counts."""

    what: tyro.conf.Positional[str]
    """What to count."""
    upto: int = 3
    """The last number."""
    unit: Literal["block", "bowl"] = "block"
    """Of what."""
    json: bool = False
    """Print JSON."""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    def main(args: Args) -> int:
        if args.what == "interrupt":
            raise KeyboardInterrupt
        if args.what == "missing":
            raise KeyError("no such thing")
        if args.what == "remote":
            raise ModelUnavailable("no connection to http://localhost:1/v1; is the server running?")
        if args.upto < 0:
            raise ValueError(f"upto is {args.upto};\nexpected 0 or more")
        print(args.what, args.unit, args.upto)
        return OK if args.upto else FAILED

    with pytest.raises(SystemExit) as ended:
        run_cli(main, Args, arguments)
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_a_right_call_ends_with_what_main_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "a", "--unit", "bowl") == (OK, "a bowl 3\n", "")
    assert run(capsys, "a", "--upto", "0")[0] == FAILED


def test_a_model_that_cannot_be_reached_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "remote")
    assert (code, out) == (FAILED, "")
    assert err == "error: no connection to http://localhost:1/v1; is the server running?\n"


def test_help_is_made_of_the_docstrings(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == OK
    assert "Counts." in out and "The last number." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "missing"),
        (("a", "--uptoo", "3"), "--upto"),
        (("a", "--upto", "three"), "three"),
        (("a", "--upto"), "--upto"),
        (("a", "b"), "b"),
        (("a", "--unit", "bolw"), "nearest is 'bowl'"),
        (("a", "--upto", "-1"), "upto is -1; expected 0 or more"),
        (("missing",), "no such thing"),
    ],
)
def test_a_wrong_call_ends_with_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == MISUSED
    assert out == ""
    assert err.count("\n") == 1 and err.startswith("error: ") and said in err
    assert not set(err) & set("│╭╮╰╯─")


def test_an_interrupt_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "interrupt") == (INTERRUPTED, "", "error: stopped\n")


SCRIPTS = sorted(p for p in (ROOT / "scripts").glob("*.py") if "run_cli(main" in p.read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", [p for p in SCRIPTS if p.name != "cli.py"], ids=lambda p: p.stem)
def test_every_script_has_help_and_one_line_for_a_wrong_flag(script: Path) -> None:
    helped = subprocess.run([sys.executable, script, "--help"], cwd=ROOT, env=env(), capture_output=True, text=True)
    assert helped.returncode == OK, helped.stderr
    assert "--json" in helped.stdout
    wrong = subprocess.run([sys.executable, script, "--jsno"], cwd=ROOT, env=env(), capture_output=True, text=True)
    assert wrong.returncode == MISUSED
    assert wrong.stdout == ""
    assert wrong.stderr.count("\n") == 1
    assert "--jsno" in wrong.stderr or "missing" in wrong.stderr


def env() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}
