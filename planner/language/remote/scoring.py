"""How probable the continuations are, as exactly as a server can say.

Three ways, the first that works is kept:

* `text`: `completions` with `echo`, which returns the log-probability of each token of prompt and continuation. Exact.
  vLLM does it; llama.cpp's server takes `echo` and silently leaves the prompt's log-probabilities out (its issue
  27174), so the response is looked at, not the status. Each continuation brings the whole prompt along.
* `labels`: the continuations are listed under one letter each, and `top_logprobs` tells how probable each letter is as
  the next token (multiple-choice prompting: arXiv 2210.12353). llama.cpp, vLLM, Ollama from 0.12.11 and many
  providers do it.
* `samples`: the model is asked several times; smoothed frequencies. Every server does it, `transformers serve` too.
"""

from __future__ import annotations

import math
import string
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.language.protocol import ScoredBy, Scores
from planner.language.remote.client import Client, Unsupported
from planner.language.remote.prompts import labelled

LABELS = string.ascii_uppercase + string.ascii_lowercase
"""One token each in every tokenizer in use."""
_SHOWN = 20
"""The most alternatives that servers tell of one token."""
_SPACES = str.maketrans({"Ġ": " ", "▁": " ", "Ċ": "\n"})
"""How tokenizers write spaces, which some servers pass on as they are."""


def by_text(client: Client, prompt: str, continuations: Sequence[str]) -> Scores:
    """Exact log-probabilities, from the echo of prompt and continuation.

    Raises:
        Unsupported: the server does not give them, or a token spans the seam.
        Refused: it does not know the endpoint or its parameters.
        ModelUnavailable: see `Client.ask`.
    """

    def read(response: dict[str, Any]) -> list[list[float]]:
        choices = sorted(response["choices"], key=lambda c: c["index"])
        tails = [tail_of(c.get("logprobs"), text) for c, text in zip(choices, continuations, strict=False)]
        if len(choices) != len(continuations) or not all(tails):
            raise Unsupported("it does not tell the log-probabilities of a prompt")
        return tails

    body = {
        "prompt": [prompt + c for c in continuations],
        "echo": True,
        "logprobs": 1,
        "max_tokens": 1,
        "temperature": 0,
    }
    reply = client.ask("completions", body, read)
    return Scores(
        tuple(float(sum(tail)) for tail in reply.value),
        tuple(len(tail) for tail in reply.value),
        reply.prompt_tokens,
        sum(len(tail) for tail in reply.value) if reply.prompt_tokens else 0,
        ScoredBy.TEXT,
    )


def tail_of(logprobs: dict[str, Any] | None, continuation: str) -> list[float]:
    """Log-probabilities of the continuation's tokens in an echo with one generated token at its end.

    Counted from the end, since servers differ in whether they show a token for the beginning of the text.

    Returns:
        Nothing where the echo does not hold them, or a token spans the seam.
    """
    tokens, values = (logprobs or {}).get("tokens") or [], (logprobs or {}).get("token_logprobs") or []
    pairs = list(zip(tokens, values, strict=False))[:-1]
    tail: list[float] = []
    text = ""
    for token, value in reversed(pairs):
        if value is None or not continuation.endswith(text):
            return []
        text = str(token).translate(_SPACES) + text
        tail.append(float(value))
        if text == continuation:
            # The first token of a text has no log-probability: if nothing stands before, the prompt was not echoed.
            return tail[::-1] if len(tail) < len(pairs) else []
    return []


def by_labels(client: Client, prompt: str, continuations: Sequence[str]) -> Scores:
    """Log-probabilities of the letters under which the continuations are listed, normalised over them.

    More than there are letters come in groups. The best so far is in each group again, and ties it to the others: what
    two options are worth relative to each other does not depend on what else is listed (Luce's choice axiom, 1959).

    Raises:
        Unsupported: the server tells no alternatives, or no letter is among them.
        Refused: it does not know the parameters.
        ModelUnavailable: see `Client.ask`.
    """
    values = np.full(len(continuations), -np.inf)
    best: int | None = None
    left = list(range(len(continuations)))
    prompt_tokens = generated_tokens = 0
    while left:
        head = [] if best is None else [best]
        room = len(LABELS) - len(head)
        group, left = head + left[:room], left[room:]
        reply_values, read, written = _one_group(client, prompt, [continuations[k].strip() for k in group])
        # The carried one keeps its value; the others are set relative to it.
        shift = 0.0 if best is None else values[best] - reply_values[0]
        values[group] = reply_values + shift
        best = int(np.argmax(values))
        prompt_tokens += read
        generated_tokens += written
    values -= np.logaddexp.reduce(values)
    ones = (1,) * len(continuations)
    return Scores(tuple(map(float, values)), ones, prompt_tokens, generated_tokens, ScoredBy.LABELS)


def _one_group(client: Client, prompt: str, answers: list[str]) -> tuple[np.ndarray, int, int]:
    """Log-probabilities of the answers' letters, shape (answers,); tokens read and written."""
    labels = LABELS[: len(answers)]
    body = {
        "messages": labelled(prompt, answers, labels),
        "logprobs": True,
        "top_logprobs": _SHOWN,
        "max_tokens": 1,
        # Where log-probabilities are taken after the temperature, 1 leaves them as they are.
        "temperature": 1,
    }

    def read(response: dict[str, Any]) -> list[list[Any]]:
        logprobs = response["choices"][0].get("logprobs")
        content = (logprobs or {}).get("content") or [{}]
        shown = [[str(t["token"]), float(t["logprob"])] for t in content[0].get("top_logprobs") or []]
        if not shown:
            raise Unsupported("it does not tell the log-probabilities of other tokens")
        return shown

    reply = client.ask("chat/completions", body, read)
    return label_values(reply.value, labels), reply.prompt_tokens, reply.generated_tokens


def label_values(shown: Sequence[Sequence[Any]], labels: Sequence[str]) -> np.ndarray:
    """Log-probabilities of labels, shape (labels,), from the likeliest next tokens.

    A label that is not shown is at most as likely as the least likely that is, and shares with all others like it what
    those leave over: the smaller of the two bounds is taken for it.

    Args:
        shown: pairs of token and log-probability. The same letter may come with and without a space before it.
        labels: one character each.

    Raises:
        Unsupported: no label is shown.
    """
    values = np.full(len(labels), -np.inf)
    places = {label: k for k, label in enumerate(labels)}
    for token, value in shown:
        place = places.get(str(token).translate(_SPACES).strip())
        if place is not None:
            values[place] = np.logaddexp(values[place], value)
    hidden = np.isinf(values)
    if hidden.all():
        raise Unsupported("none of the letters it was given is likely to be its answer")
    if hidden.any():
        rest = max(1.0 - sum(math.exp(v) for _, v in shown), 1e-9)
        values[hidden] = min(min(v for _, v in shown), math.log(rest / hidden.sum()))
    return values


def by_samples(given: Sequence[str], continuations: Sequence[str], prompt_tokens: int, generated_tokens: int) -> Scores:
    """Log-frequencies of sampled answers, with one made-up answer spread over all continuations (Perks, 1947).

    Args:
        given: the answers, each one of the continuations.
        continuations: what was to choose from.
        prompt_tokens: that were read for the samples.
        generated_tokens: that were written.
    """
    counts = Counter(given)
    each = 1.0 / len(continuations)
    values = tuple(math.log((counts[c] + each) / (len(given) + 1.0)) for c in continuations)
    return Scores(values, (1,) * len(continuations), prompt_tokens, generated_tokens, ScoredBy.SAMPLES)
