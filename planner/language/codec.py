"""Text to tokens and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

PLAIN_CLASS = "TokenizersBackend"
"""What transformers calls a tokenizer that is all told by its `tokenizer.json`."""


class Codec(Protocol):
    """A tokenizer, as far as it is needed here."""

    end: int | None
    """The token that ends an answer."""

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of a text; `special` adds those that the model wants around it."""
        ...

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokens of several texts, nothing added."""
        ...

    def decode(self, tokens: Sequence[int], *, special: bool = True) -> str:
        """The text of tokens; `special` keeps those that are no text."""
        ...


class PlainCodec:
    """A `tokenizer.json`, read without transformers, whose import takes seconds."""

    def __init__(self, folder: Path) -> None:
        """Reads it from a model's folder, see `is_plain`."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        settings = _settings(folder)
        self.end: int | None = self._tokenizer.token_to_id(settings["eos_token"]) if "eos_token" in settings else None

    @staticmethod
    def is_plain(folder: Path) -> bool:
        """Whether all that matters is in the folder's `tokenizer.json`."""
        return (folder / "tokenizer.json").is_file() and _settings(folder).get("tokenizer_class") == PLAIN_CLASS

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """See `Codec`."""
        return self._tokenizer.encode(text, add_special_tokens=special).ids

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """See `Codec`."""
        return [e.ids for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def decode(self, tokens: Sequence[int], *, special: bool = True) -> str:
        """See `Codec`."""
        return self._tokenizer.decode(list(tokens), skip_special_tokens=not special)


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / "tokenizer_config.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


class TransformersCodec:
    """Any tokenizer that transformers can load."""

    def __init__(self, source: str) -> None:
        """Loads it from a folder, or by its hub name.

        Raises:
            OSError: there is none.
        """
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(source)
        self.end: int | None = self._tokenizer.eos_token_id

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """See `Codec`."""
        return list(self._tokenizer(text, add_special_tokens=special)["input_ids"])

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        """See `Codec`."""
        return self._tokenizer(list(texts), add_special_tokens=False)["input_ids"] if texts else []

    def decode(self, tokens: Sequence[int], *, special: bool = True) -> str:
        """See `Codec`."""
        return self._tokenizer.decode(list(tokens), skip_special_tokens=not special)


def open_codec(source: str) -> Codec:
    """The tokenizer of a model in a folder, or of a hub name.

    Raises:
        OSError: there is no such model.
    """
    return PlainCodec(Path(source)) if PlainCodec.is_plain(Path(source)) else TransformersCodec(source)
