"""Names of remote models: `NAME@http://HOST:PORT/v1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

FORM = "NAME@http://HOST:PORT/v1"


@dataclass(frozen=True)
class RemoteAddress:
    """Which model, and where it is asked."""

    model: str
    """The server's name for it."""
    url: str
    """Base address, without a slash at the end."""

    def __str__(self) -> str:
        return f"{self.model}@{self.url}"

    @staticmethod
    def parse(name: str) -> RemoteAddress:
        """Reads `NAME@http://HOST:PORT/v1`.

        Raises:
            ValueError: it is malformed; the message says how and gives the nearest valid form. A password in the
                address is not repeated: messages end up in records.
        """
        model, url = _halves(name)
        try:
            parts = urlsplit(url)
            _ = parts.port  # is only looked at, and found to be no number, when it is asked for
        except ValueError:
            raise ValueError(_wrong(model, "its address cannot be read", "http://HOST:PORT/v1")) from None
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError(
                _wrong(
                    model, "the address holds more than host and path (a key belongs in $OPENAI_API_KEY)", _tidy(parts)
                )
            )
        if parts.scheme not in ("http", "https"):
            raise ValueError(
                _wrong(model, f"the address {url!r} does not begin with http:// or https://", _tidy(parts))
            )
        if not parts.hostname or re.search(r"\s", url):
            raise ValueError(_wrong(model, f"the address {url!r} names no host", "http://HOST:PORT/v1"))
        if not model:
            raise ValueError(_wrong(model, f"no name stands before {url!r}", _tidy(parts)))
        if not parts.path.strip("/") or parts.path.rstrip("/").endswith("/completions"):
            raise ValueError(_wrong(model, f"the address {url!r} is not the one that the API begins at", _tidy(parts)))
        return RemoteAddress(model, url.rstrip("/"))


def looks_remote(name: str) -> bool:
    """Whether a model's name is meant as one behind an address, well formed or not."""
    return "://" in name or "@" in name


def _halves(name: str) -> tuple[str, str]:
    """The model's name and the address; only an @ before the address parts them, for both may hold others."""
    scheme = re.search(r"[A-Za-z][A-Za-z0-9+.-]*://", name)
    if scheme is not None:
        return name[: scheme.start()].removesuffix("@").strip(), name[scheme.start() :].strip()
    model, _, rest = name.partition("@")
    return model.strip(), f"//{rest.strip()}"


def _tidy(parts: SplitResult) -> str:
    """The address as it may have been meant, without anything secret."""
    scheme = parts.scheme if parts.scheme in ("http", "https") else "http"
    host = parts.netloc.rpartition("@")[2] or "HOST:PORT"
    path = re.sub(r"/(chat/)?completions/?$", "", parts.path).rstrip("/")
    return f"{scheme}://{host}{path or '/v1'}"


def _wrong(model: str, what: str, url: str) -> str:
    return f"no remote language model: {what}; expected {FORM}; the nearest is '{model or 'NAME'}@{url}'"
