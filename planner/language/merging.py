"""A base model and an adapter, added together once and kept in the cache folder.

Merged weights in a file are mapped into memory, and so shared by all processes that use them; an adapter that is added
at load time would give each process half a gigabyte of its own.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from planner.language.adapter import Adapter, add_adapter, read_adapter
from planner.language.embedded import cache_folder, file_sha256, publish

_LAYOUT = 1
"""Counts up when the way of merging changes, so that an older cache is not taken for a new one."""


def merged_folder(base: Path, adapter: Path) -> Path:
    """The folder with the merged model, merging it first where that was not done before (5 s).

    Args:
        base: a folder that transformers can load.
        adapter: see `planner.language.adapter.read_adapter`.

    Raises:
        ValueError: the adapter is damaged, or made for another model; one line.
    """
    digest = hashlib.sha256("".join((*_digests(base), *_digests(adapter))).encode()).hexdigest()
    folder = cache_folder() / f"merged-{digest[:24]}-v{_LAYOUT}"
    if (folder / "source.json").is_file():
        return folder
    read = read_adapter(adapter)
    check_base(base, read)
    publish(folder, lambda scratch: _merge(base, read, scratch))
    return folder


def check_base(base: Path, adapter: Adapter) -> None:
    """Sees that an adapter that says what it was made for was made for this.

    Raises:
        ValueError: it was made for another model.
    """
    wanted = adapter.metadata.get("base_sha256")
    known = _source(base)
    has = known.get("gguf_sha256") or (_digests(base) or ["unknown"])[0]
    if wanted is not None and wanted != has:
        raise ValueError(f"the adapter is for another model, of SHA-256 {wanted}; {base.name!r} has {has}")


def _digests(path: Path) -> list[str]:
    """SHA-256 of each file of weights; a converted model's is on record."""
    known = _source(path)
    if "sha256" in known:
        return [known["sha256"]]
    files = sorted(path.glob("*.safetensors")) if path.is_dir() else [path] if path.is_file() else []
    return [file_sha256(file) for file in files]


def _source(folder: Path) -> dict[str, str]:
    record = folder / "source.json"
    return json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}


def _merge(base: Path, adapter: Adapter, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    network = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    add_adapter(network, adapter)
    network.save_pretrained(folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)
    record = {"sha256": file_sha256(folder / "model.safetensors"), "dialogue": adapter.dialogue}
    (folder / "source.json").write_text(json.dumps(record) + "\n", encoding="utf-8")
