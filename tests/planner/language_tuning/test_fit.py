"""Training: it learns, it goes on where it was stopped, it ends in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from planner.language.adapter import Pair
from planner.language.tuning.fit import Tuner, TuningConfig, rate_at
from planner.language.tuning.history import History, draw_history
from tests.planner.language_models import tiny_folder
from tests.planner.language_tuning.handmade import Handmade, some_samples

CONFIG = TuningConfig(
    samples=36, learning_rate=0.05, lowest=0, rank=8, step_tokens=300, slice_tokens=200, others=64, chunk=12, checks=2
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_folder(tmp_path_factory.mktemp("tiny"))


def draw(chunk: int) -> Sequence[Handmade]:
    return some_samples(12, seed=chunk)


def tuner(folder: Path, out: Path, config: TuningConfig = CONFIG, start: Mapping[str, Pair] | None = None) -> Tuner:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    network: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return Tuner(network, tokenizer, draw, some_samples(4, seed=99), config, out, start=start)


class Stop(Exception):
    pass


def test_a_run_that_was_stopped_ends_as_one_that_was_not(folder: Path, tmp_path: Path) -> None:
    whole = tuner(folder, tmp_path / "whole")
    whole.run()
    assert whole.progress == 1.0 and whole.samples >= 36
    losses = [m.loss for m in whole.history.moments]
    assert sum(losses[-3:]) < sum(losses[:3])
    assert len(whole.history.checks) == 2 and set(whole.history.checks[0].exact) == {"step", "goal"}

    part = tuner(folder, tmp_path / "part")

    def stop_after_five(fraction: float, said: str) -> None:
        if len(part.history.moments) == 5:
            part.save()
            raise Stop

    with pytest.raises(Stop):
        part.run(stop_after_five)
    rest = tuner(folder, tmp_path / "part")
    assert rest.samples == part.samples
    rest.run()
    assert [m.loss for m in rest.history.moments] == losses
    for name, pair in whole.matrices().items():
        assert torch.equal(pair.b, rest.matrices()[name].b) and torch.equal(pair.a, rest.matrices()[name].a)
    draw_history(History.from_dict(whole.history.as_dict()), tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes()[:4] == b"\x89PNG"


def test_a_run_stops_where_it_should_and_goes_on_from_there(folder: Path, tmp_path: Path) -> None:
    whole = tuner(folder, tmp_path / "whole")
    whole.run()
    part = tuner(folder, tmp_path / "part")
    part.run(until=10)
    assert 10 <= part.samples < whole.samples and part.progress < 1.0
    rest = tuner(folder, tmp_path / "part")
    rest.run()
    assert [m.loss for m in rest.history.moments] == [m.loss for m in whole.history.moments]


def test_a_checkpoint_of_another_run_is_refused(folder: Path, tmp_path: Path) -> None:
    tuner(folder, tmp_path).save()
    with pytest.raises(ValueError, match="other settings"):
        tuner(folder, tmp_path, TuningConfig(seed=5, rank=4, lowest=0))


def test_a_run_starts_from_an_adapter(folder: Path, tmp_path: Path) -> None:
    first = tuner(folder, tmp_path / "first")
    first.run()
    learnt = first.matrices()
    second = tuner(folder, tmp_path / "second", replace(CONFIG, start="first"), learnt)
    assert second.check().loss == pytest.approx(first.check().loss, rel=1e-5)
    second.run()
    assert not torch.equal(second.matrices()["model.layers.0.mlp.up_proj"].b, learnt["model.layers.0.mlp.up_proj"].b)
    with pytest.raises(ValueError, match="other settings"):
        tuner(folder, tmp_path / "second")
    with pytest.raises(ValueError, match="the adapter to start from has rank 8; expected at most 4"):
        tuner(folder, tmp_path / "third", replace(CONFIG, rank=4), learnt)
    with pytest.raises(ValueError, match="and this run does not"):
        tuner(folder, tmp_path / "third", replace(CONFIG, lowest=1), learnt)


def test_a_run_widens_the_adapter_that_it_starts_from(folder: Path, tmp_path: Path) -> None:
    first = tuner(folder, tmp_path / "first", replace(CONFIG, rank=4, alpha=16.0, lowest=1))
    first.run()
    wide = tuner(folder, tmp_path / "wide", replace(CONFIG, start="first"), first.matrices())
    assert wide.check().loss == pytest.approx(first.check().loss, rel=1e-5)
    assert set(wide.matrices()) > set(first.matrices())


def test_time_ends_a_run_too(folder: Path, tmp_path: Path) -> None:
    limited = tuner(folder, tmp_path, TuningConfig(samples=10**6, minutes=1e-4, rank=4, lowest=0, chunk=12))
    limited.run()
    assert limited.progress == 1.0 and limited.samples < 100


def test_the_rate_rises_and_falls() -> None:
    rates = [rate_at(k / 100, 0.1) for k in range(101)]
    assert max(rates) == pytest.approx(1.0) and rates.index(max(rates)) == 10
    assert rates[0] == pytest.approx(0.05) and rates[-1] == pytest.approx(0.01)
    assert rates[10:] == sorted(rates[10:], reverse=True)
