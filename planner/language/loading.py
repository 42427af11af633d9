"""Language models by name; each is loaded once in a process."""

from __future__ import annotations

import difflib
import json
from functools import lru_cache
from pathlib import Path

from planner.language.protocol import LanguageModel
from planner.language.remote.address import FORM, looks_remote

EMBEDDED = "embedded"
PLAIN = "embedded-plain"
"""The embedded model as it comes, without the adapter."""


def load_language_model(name: str = EMBEDDED, precision: str = "fp32") -> LanguageModel:
    """The language model of that name, the same instance each time.

    Args:
        name: `embedded`, with the adapter that comes with the package, or `embedded-plain`, without it; or a folder
            that transformers can load; or a hub name, `owner/model`. To any of these an adapter may be added:
            `FOLDER+ADAPTER`, a file of `scripts/train_language.py` or a folder of peft's (added to `embedded` it takes
            the place of its own). Or
            `NAME@http://HOST:PORT/v1` for a model behind an OpenAI-compatible address.
        precision: of a local model's weights, one of `planner.language.llama.PRECISIONS`; `fp32` loses nothing.

    Raises:
        ValueError: there is no such model or precision; one line that says what there is.
        FileNotFoundError: the embedded model is not installed, or its adapter is not there.
        ModelUnavailable: a remote model's server does not answer.
    """
    return _loaded(name, precision)


@lru_cache(maxsize=4)
def _loaded(name: str, precision: str) -> LanguageModel:
    # torch and transformers take seconds to import: not before a model is wanted.
    if name in (EMBEDDED, PLAIN):
        return _embedded(name, precision)
    if Path(name).is_dir():
        return _from_folder(Path(name), precision)
    if looks_remote(name):
        from planner.language.remote import connect

        return connect(name)
    base, plus, adapter = name.partition("+")
    if plus and (base in (EMBEDDED, PLAIN) or Path(base).is_dir() or _is_hub_name(base)):
        return _with_adapter(base, Path(adapter), name, precision)
    if _is_hub_name(name):
        return _from_hub(name, precision)
    near = difflib.get_close_matches(name, [EMBEDDED, PLAIN], n=1, cutoff=0.6)
    hint = f"the nearest is {near[0]!r}" if near else f"the default is {EMBEDDED!r}"
    raise ValueError(
        f"no language model {name!r}; expected {EMBEDDED!r}, {PLAIN!r}, a folder, a hub name 'owner/model' "
        f"or '{FORM}'; {hint}"
    )


def _embedded(name: str, precision: str) -> LanguageModel:
    from planner.language.adapter import DEFAULT_ADAPTER
    from planner.language.embedded import embedded_folder

    if name == PLAIN:
        return _recorded(embedded_folder(), name, precision)
    if not DEFAULT_ADAPTER.is_file():
        raise FileNotFoundError(
            f"the adapter of the embedded model is missing: expected it at {DEFAULT_ADAPTER}; "
            f"without it there is {PLAIN!r}"
        )
    return _with_adapter(PLAIN, DEFAULT_ADAPTER, name, precision)


def _with_adapter(base: str, adapter: Path, name: str, precision: str) -> LanguageModel:
    from planner.language.embedded import embedded_folder
    from planner.language.merging import merged_folder

    own = base in (EMBEDDED, PLAIN)
    folder = embedded_folder() if own else Path(base) if Path(base).is_dir() else _snapshot(base)
    return _recorded(merged_folder(folder, adapter), name, precision)


def _recorded(folder: Path, name: str, precision: str) -> LanguageModel:
    """A model in the cache folder, of which it is on record what it is."""
    from planner.language.transformer import TransformersModel

    record = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    dialogue = record.get("dialogue", False)
    return TransformersModel(
        str(folder), name=name, sha256=record["sha256"], speaks_dialogue=dialogue, precision=precision
    )


def _is_hub_name(name: str) -> bool:
    return name.count("/") == 1 and not name.startswith((".", "/", "~"))


def _snapshot(name: str) -> Path:
    """The folder in which the hub's client keeps a model."""
    from huggingface_hub import snapshot_download

    try:
        wanted = ["*.json", "*.safetensors", "*.model", "*.txt"]
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (OSError, ValueError) as error:
        cause = str(error).strip().splitlines()[0]
        raise ValueError(f"no language model {name!r} could be loaded ({cause}); the default is {EMBEDDED!r}") from None


def _from_folder(folder: Path, precision: str) -> LanguageModel:
    from planner.language.embedded import file_sha256
    from planner.language.transformer import TransformersModel

    if not (folder / "config.json").is_file():
        raise ValueError(f"{str(folder)!r} is no language model: it holds no config.json; the default is {EMBEDDED!r}")
    weights = folder / "model.safetensors"
    sha256 = file_sha256(weights) if weights.is_file() else None
    return TransformersModel(str(folder), sha256=sha256, precision=precision)


def _from_hub(name: str, precision: str) -> LanguageModel:
    from planner.language.transformer import TransformersModel

    try:
        return TransformersModel(name, precision=precision)
    except OSError as error:
        cause = str(error).strip().splitlines()[0]
        raise ValueError(f"no language model {name!r} could be loaded ({cause}); the default is {EMBEDDED!r}") from None
