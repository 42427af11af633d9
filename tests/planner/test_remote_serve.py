"""A remote model against a server that nobody here has written: `transformers serve` with the embedded model.

It ignores schemas and the wish for log-probabilities or several choices, without a word, and cannot list its models
where the hub's cache folder is missing (500): all that this program must find its way around.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.language.embedded import embedded_folder
from planner.language.protocol import LanguageModel, ModelAnswerError, ScoredBy
from planner.language.remote.address import RemoteAddress
from planner.language.remote.forms import Form
from planner.language.remote.model import RemoteModel
from planner.language.remote.settings import RemoteSettings

PROMPT = (
    "Task: Pick up the red block.\nStep 1: pick up the red block\nStep 2: done\n\nTask: Pick up the blue bowl.\nStep 1:"
)
LINES = [" pick up the blue bowl\n", " pick up the red block\n", " done\n"]
START_SECONDS = 120.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteAddress]:
    folder, log = embedded_folder(), tmp_path_factory.mktemp("serve") / "log"
    port = free_port()
    command = [str(Path(sys.executable).parent / "transformers"), "serve", str(folder), "--port", str(port)]
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--device", "cpu", "--dtype", "float32"],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(log.parent / "none")},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while not _listens(port):
            assert process.poll() is None and time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.2)
        yield RemoteAddress(str(folder), f"http://127.0.0.1:{port}/v1")
    finally:
        process.terminate()
        process.wait(timeout=30.0)


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_a_server_that_knows_little_is_asked_for_little(address: RemoteAddress) -> None:
    model = RemoteModel(address, RemoteSettings(retries=1, timeout=120.0, samples=1))
    assert isinstance(model, LanguageModel)
    model.check()
    free = model.generate(PROMPT, max_tokens=8)
    assert free.text and "\n" not in free.text and free.generated_tokens <= 8
    # Nothing holds the model to the list here: what it makes of that is its own affair, how it is asked is not.
    try:
        assert model.generate(PROMPT, allowed=LINES).text in LINES
    except ModelAnswerError as error:
        assert len(str(error).splitlines()) == 1
        assert model.form is Form.PLAIN
    try:
        assert model.score(PROMPT, LINES).by is ScoredBy.SAMPLES
    except ModelAnswerError as error:
        assert len(str(error).splitlines()) == 1
    assert model.spent_tokens > 100
