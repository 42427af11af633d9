"""The manners that all scripts share: flags from a dataclass, one line for a wrong call, exit codes."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn, TypeVar

import tyro

from planner.language.protocol import ModelUnavailable

OK, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: done; the task failed; the call was wrong; stopped by hand."""

ArgsT = TypeVar("ArgsT")


def run_cli(main: Callable[[ArgsT], int], args_type: type[ArgsT], arguments: Sequence[str] | None = None) -> NoReturn:
    """Reads the command line into `args_type`, runs `main` with it and ends the process with its exit code.

    A wrong call (of the flags, or a `ValueError`, `KeyError` or `FileNotFoundError` out of `main`) ends with code 2 and
    one line on standard error; a model that cannot be reached with 1 and one line; an interrupt with 130.

    Args:
        main: takes the arguments and returns the exit code.
        args_type: a dataclass whose docstrings are the help.
        arguments: the command line without the program's name; by default that of the process.

    Raises:
        SystemExit: always.
    """
    args = _parse(args_type, sys.argv[1:] if arguments is None else arguments)
    try:
        _import_pybullet()
        code = main(args)
    except (ValueError, KeyError, FileNotFoundError) as error:
        _say(str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error))
        code = MISUSED
    except ModelUnavailable as error:
        _say(str(error))
        code = FAILED
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`); nothing is left to flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OK
    except KeyboardInterrupt:
        _say("stopped")
        code = INTERRUPTED
    sys.exit(code)


def _parse(args_type: type[ArgsT], arguments: Sequence[str]) -> ArgsT:
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            return tyro.cli(args_type, args=arguments, config=(tyro.conf.FlagCreatePairsOff,))
    except SystemExit as error:
        if error.code:
            _say(one_line(told.getvalue()))
        raise


def _say(message: str) -> None:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)


def one_line(box: str) -> str:
    """What a boxed message of tyro's says, on one line, with the nearest choice where it lists choices."""
    rows = [re.sub(r"^[│\s]+|[│\s]+$", "", row) for row in box.splitlines() if not re.match(r"^[╭╰]", row)]
    parts = re.split(r"\n[─]+\n", "\n".join(rows))
    kept = [parts[0], *(p.splitlines()[0] + " " + p.splitlines()[1] for p in parts[1:] if p.startswith("Perhaps"))]
    line = " ".join(" ".join(kept).split())
    line = line.replace("Missing from", "missing arguments of")
    choice = re.search(r"invalid choice '(.*?)' for .*?\((.*)\)", line)
    if choice is not None:
        near = difflib.get_close_matches(choice[1], re.findall(r"'(.*?)'", choice[2]), n=1, cutoff=0.0)
        line += f" The nearest is {near[0]!r}." if near else ""
    return line


def _import_pybullet() -> None:
    """PyBullet announces its build time on standard error when it is imported; a script's errors are one line."""
    with _stderr_discarded():
        import pybullet  # noqa: F401


@contextlib.contextmanager
def _stderr_discarded() -> Iterator[None]:
    sys.stderr.flush()
    kept, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)
