"""What is wrong with a task, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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
