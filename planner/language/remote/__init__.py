"""Language models behind an OpenAI-compatible address: llama.cpp, vLLM, Ollama, `transformers serve`, or a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.language.remote.model import RemoteModel


def connect(name: str) -> RemoteModel:
    """The model of that name, once its server has answered.

    Args:
        name: `NAME@http://HOST:PORT/v1`. The key, where one is needed, is read from $OPENAI_API_KEY; for the other
            settings see `planner.language.remote.settings`.

    Raises:
        ValueError: the address or a setting is malformed; one line with the nearest valid form.
        ModelUnavailable: the server does not answer, or wants another key.
    """
    from planner.language.remote.address import RemoteAddress
    from planner.language.remote.model import RemoteModel
    from planner.language.remote.settings import RemoteSettings

    model = RemoteModel(RemoteAddress.parse(name), RemoteSettings.from_environment())
    model.check()
    return model
