"""What reads tokens after a cache: the lean forward pass where it fits, transformers' own for all other models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor

from planner.language.llama import read_llama


class Cache(Protocol):
    """Keys and values of the tokens that were read."""

    length: int
    """How many tokens."""

    def crop(self, length: int) -> None:
        """Forgets all tokens after the first `length`."""
        ...

    def copy(self, length: int) -> Cache:
        """A cache of its own with the first `length` tokens."""
        ...


class Runner(Protocol):
    """A causal language model's forward pass."""

    def cache(self) -> Any:
        """An empty cache."""
        ...

    def forward(
        self, ids: Sequence[int], positions: Sequence[int], cache: Any, sees: Tensor | None, rows: slice
    ) -> Tensor:
        """See `Llama.forward`."""
        ...


def open_runner(source: str, precision: str) -> Runner:
    """The fastest way to run a model in a folder, or of a hub name.

    Args:
        source: a folder, or a hub name.
        precision: one of `planner.language.llama.PRECISIONS`.

    Raises:
        OSError: there is no such model.
        ValueError: no such precision, or one that this architecture is not run in.
    """
    found = read_llama(Path(source), precision)
    if found is not None:
        return found
    from planner.language.transformers_runner import run_by_transformers

    return run_by_transformers(source, precision)
