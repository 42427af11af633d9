"""Loading models by name, the conversion of the embedded one, and the scripted double."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from planner.language import embedded as embedded_module
from planner.language.embedded import cache_folder, embedded_folder, publish
from planner.language.loading import load_language_model
from planner.language.protocol import LanguageModel
from planner.language.scripted import ScriptedModel
from tests.planner.language_models import embedded, tiny_folder


def test_one_instance_a_process_and_its_identity() -> None:
    model = embedded()
    assert load_language_model("embedded") is model
    identity = model.identity()
    assert identity.name == "embedded"
    plain = load_language_model("embedded-plain").identity()
    assert plain.sha256 == json.loads((embedded_folder() / "source.json").read_text())["sha256"]
    assert identity.sha256 is not None and len(identity.sha256) == 64 and identity.sha256 != plain.sha256
    assert {"torch", "transformers"} <= set(identity.packages)


def test_a_folder_is_a_model(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tiny_folder(tmp_path_factory.mktemp("tiny"))
    model = load_language_model(str(folder))
    assert isinstance(model, LanguageModel)
    assert model.score("Task:", [" a", " b"]).tokens == (1, 1)


@pytest.mark.parametrize("name", ["embeded", "", "/no/such/folder"])
def test_unknown_names_are_refused_in_one_line(name: str) -> None:
    with pytest.raises(ValueError, match="embedded") as caught:
        load_language_model(name)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"config\.json"):
        load_language_model(str(tmp_path))


def test_the_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORETHOUGHT_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path


def test_another_file_than_the_expected_one_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"not a model")
    monkeypatch.setenv("FORETHOUGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(embedded_module, "gguf_path", lambda: other)
    with pytest.raises(ValueError, match="SHA-256"):
        embedded_folder()


def test_two_at_once_publish_one_whole_folder(tmp_path: Path) -> None:
    """Both have filled a folder of their own when the first renames: one is kept, the other is cleared away."""
    filled = threading.Barrier(2)

    def fill(scratch: Path, who: str) -> None:
        (scratch / "source.json").write_text(who)
        filled.wait(timeout=10.0)

    folder = tmp_path / "model"
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(publish, folder, partial(fill, who=who)) for who in ("a", "b")]
        assert [job.result() for job in jobs] == [None, None]
    assert (folder / "source.json").read_text() in ("a", "b")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_conversion_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fill(scratch: Path) -> None:
        (scratch / "half").write_text("")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path / "model", fill)
    assert list(tmp_path.iterdir()) == []


def test_the_double_gives_its_answers_in_order() -> None:
    model = ScriptedModel(["pick up the red block", "done"])
    assert isinstance(model, LanguageModel)
    assert model.generate("a").text == "pick up the red block"
    assert model.score("b", [" push", " done\n"]).log_probabilities == (-20.0, 0.0)
    assert model.prompts == ["a", "b"]
    with pytest.raises(ValueError, match="no answer left"):
        model.generate("c")


def test_the_double_scores_by_a_function() -> None:
    model = ScriptedModel(log_probability=lambda prompt, text: -float(len(text)))
    assert model.score("", ["a", "bb"]).log_probabilities == (-1.0, -2.0)
