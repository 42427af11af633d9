"""Fine-tuning and examining a language model from the command line, on a tiny network and samples made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner.language import corpus, embedded, loading
from planner.language.adapter import read_adapter
from planner.language.protocol import Generation, ModelIdentity
from scripts import evaluate_language, train_language
from scripts.cli import MISUSED, OK, run_cli
from tests.planner.language_models import tiny_folder
from tests.planner.language_tuning.handmade import Handmade, some_samples


@dataclass
class Draws:
    """As `scripts.train_language.Drawing`, without a process."""

    size: int = 12

    def __call__(self, chunk: int) -> Sequence[Handmade]:
        return some_samples(self.size, seed=chunk)


@contextmanager
def draws(seed: int) -> Iterator[Draws]:
    yield Draws()


class Teacher:
    """Knows the answers to some samples."""

    name = "teacher"

    def __init__(self, samples: Sequence[Handmade]) -> None:
        self._told: dict[str, str] = {}
        for sample in samples:
            self._told[sample.goal_prompt] = sample.goal_answer
            text = sample.head
            for given, step in sample.prompt_and_answers:
                self._told[text + given] = step
                text += given + step

    def generate(self, prompt: str, **rest: Any) -> Generation:
        return Generation(self._told[prompt])

    def identity(self) -> ModelIdentity:
        return ModelIdentity(self.name, "by hand")


@pytest.fixture
def handmade_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "samples", lambda seed, count, split: iter(some_samples(count, seed)), raising=False)
    monkeypatch.setattr(train_language, "drawing", draws)


def run(script: Any, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run_cli(script.main, script.Args, arguments)
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.mark.usefixtures("handmade_corpus")
def test_training_writes_all_that_belongs_to_an_adapter_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, out = tiny_folder(tmp_path_factory.mktemp("tiny")), tmp_path / "out"
    (folder / "source.json").write_text(json.dumps({"gguf_sha256": "f" * 64, "sha256": "0" * 64}))
    monkeypatch.setattr(embedded, "embedded_folder", lambda: folder)
    usual = ("--out", str(out), "--held-out", "4", "--lowest", "1", "--rank", "2", "--json")
    code, printed, _ = run(train_language, capsys, *usual, "--samples", "12")
    assert code == OK and json.loads(printed)["samples"] == 12
    adapter = read_adapter(out / "adapter.safetensors")
    assert adapter.metadata["samples"] == "12" and adapter.metadata["base_sha256"] == "f" * 64
    assert {name.split(".")[2] for name in adapter.pairs} == {"1"}
    card = (out / "adapter.md").read_text()
    assert "Apache-2.0" in card and "12 samples" in card and "| 12 |" in card
    assert (out / "adapter.png").read_bytes()[:4] == b"\x89PNG"
    code, printed, _ = run(train_language, capsys, *usual, "--samples", "24")
    assert code == OK and json.loads(printed)["samples"] == 24
    moments = json.loads((out / "history.json").read_text())["moments"]
    assert [m["samples"] for m in moments] == [12, 24]
    start = ("--start", str(out / "adapter.safetensors"))
    usual = ("--out", str(tmp_path / "more"), *usual[2:])
    assert run(train_language, capsys, *usual, "--samples", "12", "--seed", "1", *start)[0] == OK
    sha256 = embedded.file_sha256(out / "adapter.safetensors")
    assert read_adapter(tmp_path / "more" / "adapter.safetensors").metadata["start_sha256"] == sha256
    assert f"**Start**: the adapter with SHA-256\n  `{sha256}`" in (tmp_path / "more" / "adapter.md").read_text()


@pytest.mark.usefixtures("handmade_corpus")
def test_the_teacher_passes_its_own_examination(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    teacher = Teacher(some_samples(6, seed=1))
    monkeypatch.setattr(loading, "load_language_model", lambda name: teacher)
    path = tmp_path / "measured.json"
    code, printed, _ = run(evaluate_language, capsys, "--out", str(path), "--samples", "6", "--json")
    measures = json.loads(printed)["measures"]
    assert code == OK and all(row["right"] == row["of"] for row in measures.values())
    assert measures["plan"]["of"] == measures["goal"]["of"] == 6
    told = json.loads(path.read_text())
    assert told["model"]["name"] == "teacher" and told["misses"] == []


@pytest.mark.usefixtures("handmade_corpus")
@pytest.mark.parametrize(
    ("script", "arguments", "said"),
    [
        (train_language, ("--samples", "0"), "positive"),
        (train_language, ("--minutes", "-1"), "positive"),
        (train_language, ("--start", "nowhere.safetensors"), "there is no adapter 'nowhere.safetensors'"),
        (evaluate_language, ("--samples", "0"), "at least 1"),
        (evaluate_language, ("--model", "embeded"), "embedded"),
    ],
)
def test_misuse_is_told_in_one_line(
    script: Any, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, told = run(script, capsys, "--out", str(tmp_path / "out"), *arguments)
    assert code == MISUSED and said in told and "Traceback" not in told
