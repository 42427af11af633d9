"""Models with an adapter: merged once, found again, refused where they do not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from planner.language import adapter as adapter_module
from planner.language import loading
from planner.language.adapter import Pair, write_adapter
from planner.language.embedded import GGUF_SHA256, embedded_folder
from planner.language.loading import load_language_model
from planner.language.merging import merged_folder
from planner.language.transformer import TransformersModel
from tests.planner.language_models import tiny_folder

LAYER = "model.layers.1.mlp.up_proj"


@pytest.fixture
def tiny(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model; merged ones go to a cache of their own."""
    folder = tiny_folder(tmp_path_factory.mktemp("tiny"))
    monkeypatch.setenv("FORETHOUGHT_CACHE", str(tmp_path_factory.mktemp("cache")))
    loading._loaded.cache_clear()
    return folder


def random_adapter(path: Path, rows: int = 64, columns: int = 32, **metadata: str) -> Path:
    generator = torch.Generator().manual_seed(0)
    pair = Pair(*(torch.randn(n, m, generator=generator) for n, m in ((4, columns), (rows, 4))))
    write_adapter(path, {LAYER: pair}, 4, 8.0, metadata)
    return path


def test_a_folder_and_an_adapter_are_merged_once(tiny: Path, tmp_path: Path) -> None:
    adapter = random_adapter(tmp_path / "adapter.safetensors")
    plain = load_language_model(str(tiny))
    model = load_language_model(f"{tiny}+{adapter}")
    assert isinstance(model, TransformersModel) and isinstance(plain, TransformersModel)
    assert model.speaks_dialogue and not plain.speaks_dialogue
    assert model.name == f"{tiny}+{adapter}"
    pair = adapter_module.read_adapter(adapter).pairs[LAYER]
    added = model.network.get_submodule(LAYER).weight - plain.network.get_submodule(LAYER).weight
    assert torch.allclose(added, 2.0 * pair.b.float() @ pair.a.float(), atol=1e-4)
    assert model.score("Task:", [" a"]) != plain.score("Task:", [" a"])
    folder = merged_folder(tiny, adapter)
    stamp = (folder / "model.safetensors").stat().st_mtime_ns
    assert merged_folder(tiny, adapter) == folder and (folder / "model.safetensors").stat().st_mtime_ns == stamp


def test_another_adapter_is_another_model(tiny: Path, tmp_path: Path) -> None:
    one, other = (random_adapter(tmp_path / f"{n}.safetensors", seed=n) for n in "12")
    assert merged_folder(tiny, one) != merged_folder(tiny, other)


def test_what_does_not_fit_is_refused_in_one_line(tiny: Path, tmp_path: Path) -> None:
    wide = random_adapter(tmp_path / "wide.safetensors", columns=48)
    strange = random_adapter(tmp_path / "strange.safetensors", base_sha256="0" * 64)
    wrong = {wide: r"is \(64, 48\); expected \(64, 32\)", strange: "another model", tmp_path / "no": "no adapter"}
    for path, said in wrong.items():
        with pytest.raises(ValueError, match=said) as caught:
            load_language_model(f"{tiny}+{path}")
        assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_the_embedded_model_with_and_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / embedded_folder().name).symlink_to(embedded_folder())
    monkeypatch.setenv("FORETHOUGHT_CACHE", str(cache))
    adapter = random_adapter(tmp_path / "a.safetensors", 1536, 576, base_sha256=GGUF_SHA256)
    monkeypatch.setattr(adapter_module, "DEFAULT_ADAPTER", adapter)
    loading._loaded.cache_clear()
    try:
        model, plain = load_language_model("embedded"), load_language_model("embedded-plain")
        assert isinstance(model, TransformersModel) and isinstance(plain, TransformersModel)
        assert model.speaks_dialogue and not plain.speaks_dialogue
        assert model.identity().name == "embedded" and model.identity().sha256 != plain.identity().sha256
    finally:
        loading._loaded.cache_clear()
        shutil.rmtree(cache)  # half a gigabyte, which no one will ask for again


def test_without_its_adapter_the_embedded_model_is_not_to_be_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(adapter_module, "DEFAULT_ADAPTER", tmp_path / "gone.safetensors")
    loading._loaded.cache_clear()
    with pytest.raises(
        FileNotFoundError, match=r"adapter .* missing: .*gone\.safetensors; without .* 'embedded-plain'"
    ):
        load_language_model("embedded")
