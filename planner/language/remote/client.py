"""One server: requests go out, answers or one clear reason come back.

Sending again after lost connections, time-outs, 429 and 5xx, with exponential back-off, jitter and `Retry-After`, is
the openai client's own. What it does not do is here: an answer is read before it is believed and kept, a server that
does not know a parameter is asked without it, and all that can go wrong becomes one line.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.language.protocol import ModelUnavailable
from planner.language.remote.address import RemoteAddress
from planner.language.remote.budget import TokenBudget
from planner.language.remote.cache import AnswerCache
from planner.language.remote.settings import RemoteSettings

Endpoint = Literal["chat/completions", "completions"]
_OPTIONAL = ("temperature", "seed", "n")
"""Parameters without which a request still means the same, or nearly: some servers refuse them."""
_CONNECT_SECONDS = 5.0
_CHECKS = 1
"""How often the first sign of life is asked for again: it should not take long to hear that there is none."""
_BODIES = 2
"""How often an answer is asked for whose body cannot be read."""


class Refused(Exception):
    """The server does not take such a request (4xx): another form of it may do."""


class Unsupported(Exception):
    """The server answered well, but without something that it was asked for: it does not know that."""


class ServerFailed(ModelUnavailable):
    """The server met an error of its own (5xx), each time."""


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    value: Any
    """What was read out of it: JSON data."""
    prompt_tokens: int = 0
    """Tokens that the server read for it; 0 out of the cache."""
    generated_tokens: int = 0
    """Tokens that it wrote for it; 0 out of the cache."""


class Client:
    """Asks one model of one server."""

    def __init__(self, address: RemoteAddress, settings: RemoteSettings) -> None:
        """Makes the connection's two ends; nothing is sent yet."""
        # More than a second to import: not before a remote model is wanted.
        import openai

        self.address = address
        self.budget = TokenBudget(settings.budget)
        self._key = settings.key
        self._cache = AnswerCache(settings.cache)
        self._openai = openai
        self._connection = openai.OpenAI(
            # The client insists on a key, also where the server does not.
            api_key=settings.key or "none",
            base_url=address.url,
            timeout=openai.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT_SECONDS)),
            max_retries=settings.retries,
        )
        self._unknown: set[str] = set()

    def ask(
        self,
        endpoint: Endpoint,
        body: Mapping[str, Any],
        read: Callable[[dict[str, Any]], Any],
        keep: Callable[[Any], bool] = lambda _: True,
    ) -> Reply:
        """Asks, unless the same was answered before.

        Args:
            endpoint: of the API.
            body: of the request, without the model's name.
            read: takes what is wanted out of the response, as JSON data; only that is kept. It raises KeyError,
                IndexError, AttributeError, TypeError or ValueError where the response is none.
            keep: whether what was read is worth keeping in the cache.

        Raises:
            Refused: the server does not take such a request.
            Unsupported: raised by `read`.
            ModelUnavailable: it does not answer, or with something that is no answer; or the budget is spent.
        """
        asked = {"address": self.address.url, "endpoint": endpoint, "body": {"model": self.address.model, **body}}
        kept = self._cache.get(asked)
        if kept is not None:
            return Reply(kept)
        problem = ""
        for _ in range(_BODIES):
            text = self._send(endpoint, {"model": self.address.model, **body})
            try:
                response = json.loads(text)
                prompt_tokens, generated_tokens = self._count(response, body)
                value = read(response)
            except (KeyError, IndexError, AttributeError, TypeError, ValueError) as error:
                problem = f"({_short(text)!r}: {type(error).__name__})" if text.strip() else "(nothing at all)"
                continue
            if keep(value):
                self._cache.put(asked, value)
            return Reply(value, prompt_tokens, generated_tokens)
        raise ModelUnavailable(
            self._clean(f"{self.address.url} answered, but not as an OpenAI-compatible API does {problem}")
        )

    def check(self) -> None:
        """Sees whether the server is there and takes the key.

        Raises:
            ModelUnavailable: not so.
        """
        try:
            self._send("models", {})
        except (Refused, ServerFailed):
            # Not every server can list its models; that it answers is enough.
            return

    def _count(self, response: Any, body: Mapping[str, Any]) -> tuple[int, int]:
        """Tokens of prompt and answer, which are taken off the budget; estimated where the server does not say."""
        usage = response.get("usage")
        if isinstance(usage, dict) and isinstance(usage.get("prompt_tokens"), int):
            counts = usage["prompt_tokens"], int(usage.get("completion_tokens") or 0)
        else:
            # Four characters a token is what English text has with most tokenizers.
            counts = len(json.dumps(body)) // 4, len(json.dumps(response.get("choices"))) // 4
        self.budget.spend(sum(counts))
        return counts

    def _send(self, endpoint: Endpoint | Literal["models"], body: dict[str, Any]) -> str:
        """The body of the response, as it is. Parameters that the server says it does not know are left out."""
        for _ in range(len(_OPTIONAL) + 2):
            self.budget.check()
            sent = {k: v for k, v in body.items() if k not in self._unknown}
            if "max_tokens" in self._unknown and "max_tokens" in body:
                sent["max_completion_tokens"] = body["max_tokens"]
            try:
                return self._resource(endpoint)(**sent).text
            except self._openai.APIStatusError as error:
                blamed = self._blamed(error, sent)
                if blamed is None:
                    raise self._explain(error, endpoint) from None
                self._unknown.add(blamed)
            except self._openai.APITimeoutError:
                raise ModelUnavailable(
                    f"{self.address.url} did not answer in time; FORETHOUGHT_TIMEOUT is how long is waited"
                ) from None
            except self._openai.APIConnectionError as error:
                cause = _short(str(error.__cause__ or error))
                raise ModelUnavailable(
                    self._clean(f"no connection to {self.address.url} ({cause}); is the server running?")
                ) from None
        raise ModelUnavailable(f"{self.address.url} takes no request that this program can make")

    def _resource(self, endpoint: Endpoint | Literal["models"]) -> Callable[..., Any]:
        if endpoint == "models":
            return self._connection.with_options(max_retries=_CHECKS).models.with_raw_response.list
        if endpoint == "completions":
            return self._connection.completions.with_raw_response.create
        return self._connection.chat.completions.with_raw_response.create

    def _blamed(self, error: Any, sent: Mapping[str, Any]) -> str | None:
        """The parameter that a refusal is about, if the request can go without it."""
        if error.status_code not in (400, 422):
            return None
        said = f"{error.param or ''} {_said(error)}".lower()
        if "max_completion_tokens" in said and "max_tokens" in sent:
            return "max_tokens"
        if "completion choice" in said and "n" in sent:
            return "n"
        words = set("".join(c if c.isalnum() or c == "_" else " " for c in said).split())
        return next((name for name in _OPTIONAL if name in sent and name in words), None)

    def _explain(self, error: Any, endpoint: str) -> Exception:
        """One line for what a status code means."""
        status, said = error.status_code, _short(_said(error))
        url = self.address.url
        if status in (401, 403):
            key = "another key than that of" if self._key else "a key, to be given by"
            return ModelUnavailable(self._clean(f"{url} wants {key} OPENAI_API_KEY ({status}: {said})"))
        if status == 404 and endpoint == "chat/completions":
            missing = f"{url} has no model {self.address.model!r}, or is not where an API begins (404: {said})"
            return ModelUnavailable(self._clean(missing + self._nearest()))
        if status == 429:
            return ModelUnavailable(self._clean(f"{url} takes no more requests for now (429: {said})"))
        if status >= 500 and status != 501:
            return ServerFailed(self._clean(f"{url} failed ({status}: {said})"))
        return Refused(self._clean(f"{url} refused the request ({status}: {said})"))

    def _nearest(self) -> str:
        """The model of this server whose name is most like the one that was asked for, in words."""
        try:
            listed = json.loads(self._connection.models.with_raw_response.list().text)["data"]
            names = [str(m["id"]) for m in listed]
        except (self._openai.OpenAIError, KeyError, TypeError, ValueError):
            return ""
        near = difflib.get_close_matches(self.address.model, names, n=1, cutoff=0.0)
        return f"; the nearest it has is {near[0]!r}" if near else "; it has none"

    def _clean(self, message: str) -> str:
        """The message without the key, which some servers repeat."""
        return message.replace(self._key, "***") if self._key else message


def _said(error: Any) -> str:
    """What the server said about a refusal, wherever it wrote that."""
    body = error.body
    if isinstance(body, dict):
        return str(body.get("message") or body.get("detail") or body)
    return str(body or error)


def _short(text: str, width: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 3] + "..."
