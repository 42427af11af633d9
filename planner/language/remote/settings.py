"""How a remote model is asked, and the environment variables that say so.

| variable | meaning | default |
|---|---|---|
| `OPENAI_API_KEY` | the key, where the server wants one | none |
| `FORETHOUGHT_TOKEN_BUDGET` | tokens that a process may spend on a model, prompts and answers | without end |
| `FORETHOUGHT_TIMEOUT` | seconds until a server that says nothing is given up | 60 |
| `FORETHOUGHT_ANSWER_CACHE` | `on`, or `off`: ask again what was answered before | on |
| `FORETHOUGHT_SCORES` | `auto`, `text`, `labels` or `samples`, see `planner.language.remote.scoring` | auto |
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.language.embedded import cache_folder

SCORES = ("auto", "text", "labels", "samples")


@dataclass(frozen=True)
class RemoteSettings:
    """How a remote model is asked."""

    key: str = field(default="", repr=False)
    """Sent as a bearer token, and nowhere else."""
    budget: int | None = None
    """Tokens that may be spent, prompts and answers; None for no limit."""
    timeout: float = 60.0
    """Seconds without a byte from the server until a request is given up."""
    retries: int = 4
    """How often a request is sent again after a lost connection, a time-out, 408, 409, 429 or 5xx."""
    cache: Path | None = None
    """Folder of answers; None for no cache."""
    scores: str = "auto"
    """One of `SCORES`."""
    samples: int = 8
    """How often a model without log-probabilities is asked for one score."""

    @staticmethod
    def from_environment(variables: Mapping[str, str] | None = None) -> RemoteSettings:
        """Reads the environment.

        Args:
            variables: in its place, for tests.

        Raises:
            ValueError: a variable holds no such value; one line.
        """
        given = os.environ if variables is None else variables
        budget = given.get("FORETHOUGHT_TOKEN_BUDGET", "")
        if budget and (not budget.isdigit() or int(budget) == 0):
            raise ValueError(f"FORETHOUGHT_TOKEN_BUDGET is {budget!r}; expected a number of tokens such as 100000")
        cached = _one_of(given, "FORETHOUGHT_ANSWER_CACHE", ("on", "off"))
        return RemoteSettings(
            key=given.get("OPENAI_API_KEY", ""),
            budget=int(budget) if budget else None,
            timeout=_seconds(given, "FORETHOUGHT_TIMEOUT", 60.0),
            cache=cache_folder() / "answers" if cached == "on" else None,
            scores=_one_of(given, "FORETHOUGHT_SCORES", SCORES),
        )


def _one_of(given: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    value = given.get(name, "") or choices[0]
    if value not in choices:
        near = difflib.get_close_matches(value, choices, n=1, cutoff=0.0)[0]
        raise ValueError(f"{name} is {value!r}; the nearest is {near!r} of: {', '.join(choices)}")
    return value


def _seconds(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise ValueError(f"{name} is {text!r}; expected seconds such as {default:g}")
    return value
