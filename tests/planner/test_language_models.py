"""Loading models by name, the conversion of the embedded one, and the scripted double."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from planner.language import embedded as embedded_module
from planner.language.codec import PlainCodec, TransformersCodec
from planner.language.embedded import cache_folder, embedded_folder, publish
from planner.language.llama import read_llama
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


TEXTS = [
    "Scene: red block on table (left), bowl: empty.\nTask: Put the 2nd block, please - isn't it red?\nStep:",
    " pick up red block\n",
    "Stell den W\u00fcrfel dorthin \u2013 \U0001f916 <|im_end|>  two  spaces",
    "",
]


def test_tokens_are_those_of_transformers() -> None:
    plain, theirs = PlainCodec(embedded_folder()), TransformersCodec(str(embedded_folder()))
    assert plain.end == theirs.end == 2
    assert plain.encode_all(TEXTS) == [plain.encode(t) for t in TEXTS] == theirs.encode_all(TEXTS)
    assert [plain.encode(t, special=True) for t in TEXTS] == [theirs.encode(t, special=True) for t in TEXTS]
    assert plain.encode_all([]) == theirs.encode_all([]) == []
    for special in (True, False):
        decoded = [[c.decode(c.encode(t), special=special) for t in TEXTS] for c in (plain, theirs)]
        assert decoded[0] == decoded[1]
    assert plain.decode(plain.encode(TEXTS[2])) == TEXTS[2]


def test_the_embedded_model_is_loaded_without_transformers() -> None:
    """Its import takes longer than all the rest."""
    code = (
        "import sys; from planner.language.loading import load_language_model as load; "
        "m = load(); m.score('Step:', [' a', ' b']); m.identity(); print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr


def test_a_folder_that_says_more_is_left_to_transformers(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tiny_folder(tmp_path_factory.mktemp("tiny"))
    assert PlainCodec.is_plain(folder) and read_llama(folder) is not None
    for name, key, value in (
        ("config.json", "attention_bias", True),
        ("tokenizer_config.json", "tokenizer_class", "X"),
    ):
        settings = json.loads((folder / name).read_text()) | {key: value}
        (folder / name).write_text(json.dumps(settings))
    assert not PlainCodec.is_plain(folder) and read_llama(folder) is None
    assert not PlainCodec.is_plain(folder / "gone") and read_llama(folder / "gone") is None


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
