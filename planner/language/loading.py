"""Language models by name; each is loaded once in a process."""

from __future__ import annotations

import difflib
import json
from functools import lru_cache
from pathlib import Path

from planner.language.protocol import LanguageModel
from planner.language.remote.address import FORM, looks_remote

EMBEDDED = "embedded"


@lru_cache(maxsize=4)
def load_language_model(name: str = EMBEDDED) -> LanguageModel:
    """The language model of that name, the same instance each time.

    Args:
        name: `embedded`; or a folder that transformers can load; or a hub name, `owner/model`; or
            `NAME@http://HOST:PORT/v1` for a model behind an OpenAI-compatible address.

    Raises:
        ValueError: there is no such model; one line that says what there is.
        FileNotFoundError: the embedded model is not installed.
        ModelUnavailable: a remote model's server does not answer.
    """
    # torch and transformers take seconds to import: not before a model is wanted.
    if name == EMBEDDED:
        from planner.language.embedded import embedded_folder
        from planner.language.transformer import TransformersModel

        folder = embedded_folder()
        sha256 = json.loads((folder / "source.json").read_text())["sha256"]
        return TransformersModel(str(folder), name=EMBEDDED, sha256=sha256)
    if Path(name).is_dir():
        return _from_folder(Path(name))
    if looks_remote(name):
        from planner.language.remote import connect

        return connect(name)
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return _from_hub(name)
    near = difflib.get_close_matches(name, [EMBEDDED], n=1, cutoff=0.6)
    hint = f"the nearest is {EMBEDDED!r}" if near else f"the default is {EMBEDDED!r}"
    raise ValueError(
        f"no language model {name!r}; expected 'embedded', a folder, a hub name 'owner/model' or '{FORM}'; {hint}"
    )


def _from_folder(folder: Path) -> LanguageModel:
    from planner.language.embedded import file_sha256
    from planner.language.transformer import TransformersModel

    if not (folder / "config.json").is_file():
        raise ValueError(f"{str(folder)!r} is no language model: it holds no config.json; the default is {EMBEDDED!r}")
    weights = folder / "model.safetensors"
    return TransformersModel(str(folder), sha256=file_sha256(weights) if weights.is_file() else None)


def _from_hub(name: str) -> LanguageModel:
    from planner.language.transformer import TransformersModel

    try:
        return TransformersModel(name)
    except OSError as error:
        cause = str(error).strip().splitlines()[0]
        raise ValueError(f"no language model {name!r} could be loaded ({cause}); the default is {EMBEDDED!r}") from None
