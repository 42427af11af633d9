"""Language models by name; each is loaded once in a process."""

from __future__ import annotations

import difflib
import json
from functools import lru_cache
from pathlib import Path

from planner.language.protocol import LanguageModel

EMBEDDED = "embedded"


def load_language_model(name: str = EMBEDDED, precision: str = "fp32") -> LanguageModel:
    """The language model of that name, the same instance each time.

    Args:
        name: `embedded`; or a folder that transformers can load; or a hub name, `owner/model`.
        precision: of a local model's weights, one of `planner.language.llama.PRECISIONS`; `fp32` loses nothing.

    Raises:
        ValueError: there is no such model or precision; one line that says what there is.
        FileNotFoundError: the embedded model is not installed.
    """
    return _loaded(name, precision)


@lru_cache(maxsize=4)
def _loaded(name: str, precision: str) -> LanguageModel:
    # torch and transformers take seconds to import: not before a model is wanted.
    if name == EMBEDDED:
        from planner.language.embedded import embedded_folder
        from planner.language.transformer import TransformersModel

        folder = embedded_folder()
        sha256 = json.loads((folder / "source.json").read_text())["sha256"]
        return TransformersModel(str(folder), name=EMBEDDED, sha256=sha256, precision=precision)
    if Path(name).is_dir():
        return _from_folder(Path(name), precision)
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return _from_hub(name, precision)
    near = difflib.get_close_matches(name, [EMBEDDED], n=1, cutoff=0.6)
    hint = f"the nearest is {EMBEDDED!r}" if near else f"the default is {EMBEDDED!r}"
    raise ValueError(f"no language model {name!r}; expected 'embedded', a folder or a hub name 'owner/model'; {hint}")


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
