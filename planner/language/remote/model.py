"""A language model behind an OpenAI-compatible address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any

from planner.language.protocol import (
    Generation,
    ModelAnswerError,
    ModelIdentity,
    ModelUnavailable,
    ScoredBy,
    Scores,
)
from planner.language.remote.address import RemoteAddress
from planner.language.remote.client import Client, Refused, Reply, ServerFailed, Unsupported
from planner.language.remote.forms import Form, read_answer, response_format, without_thoughts
from planner.language.remote.prompts import free, listed
from planner.language.remote.scoring import by_labels, by_samples, by_text
from planner.language.remote.settings import RemoteSettings

_ROOM = 64
"""Tokens for one of a list of answers, JSON around it included."""
_ROOM_TO_THINK = 4096
"""The same for a model that writes down what it thinks first."""
_TRIES = 3
"""How often the same is asked while no answer is one: as often as there are forms."""
_PROBE = ("one two", [" three four", " five"])
"""A cheap question that shows whether a server tells the log-probabilities of prompts, of several at once."""

_Way = Callable[[str, Sequence[str]], Scores]


class RemoteModel:
    """A `LanguageModel` that asks a server.

    What a server cannot do is found out once and remembered: how answers are held to a list (`form`), and what scores
    are made from (`scores_by`).
    """

    speaks_dialogue = False
    """It is shown worked examples: nobody has trained it on the scenes and sentences of this program."""

    def __init__(self, address: RemoteAddress, settings: RemoteSettings | None = None) -> None:
        """Asks nothing yet.

        Args:
            address: which model, and where.
            settings: how to ask; the defaults, without a key, a budget and a cache, if not given.
        """
        self.name = str(address)
        self.form: Form | None = None
        """The strictest form of answer that the server has shown to know; None before the first question."""
        self.scores_by: ScoredBy | None = None
        """What its last scores were made from; None before the first."""
        self._best: ScoredBy | None = None
        """The best that the server can make scores from; None before the first."""
        self._settings = settings or RemoteSettings()
        self._client = Client(address, self._settings)
        self._room = _ROOM

    @property
    def spent_tokens(self) -> int:
        """Tokens of prompts and answers so far; answers out of the cache cost nothing."""
        return self._client.budget.spent

    def check(self) -> None:
        """Sees whether the server is there.

        Raises:
            ModelUnavailable: it is not, or wants another key.
        """
        self._client.check()

    def identity(self) -> ModelIdentity:
        """Name, address and the client's version. What the weights behind an address are, nobody can say."""
        address = self._client.address
        return ModelIdentity(self.name, address.url, None, {"openai": metadata.version("openai")})

    def generate(
        self,
        prompt: str,
        *,
        allowed: Sequence[str] | None = None,
        max_tokens: int = 48,
        stop: Sequence[str] = ("\n",),
    ) -> Generation:
        """See `LanguageModel.generate`."""
        if allowed is not None:
            given, read, written = self._choose(prompt, allowed, {"temperature": 0}, 1)
            return Generation(given[0], None, read, written)
        try:
            reply = self._client.ask(
                "chat/completions", {"messages": free(prompt), "max_tokens": max_tokens, "temperature": 0}, _contents
            )
        except Refused as refusal:
            raise ModelUnavailable(str(refusal)) from None
        text = without_thoughts(reply.value[0]["text"])
        ends = [text.find(s) for s in stop if s in text]
        return Generation(text[: min(ends)] if ends else text, None, reply.prompt_tokens, reply.generated_tokens)

    def score(self, prompt: str, continuations: Sequence[str], *, within: bool = False) -> Scores:
        """See `LanguageModel.score`; `Scores.by` says whether they are what is promised there, or the next best."""
        if not continuations or not all(c.strip() for c in continuations):
            raise ValueError("no continuation to score, or an empty one; expected at least one non-empty text")
        ways = self._ways()
        for by, way in ways.items():
            try:
                if by is ScoredBy.TEXT and self._best is None:
                    way(*_PROBE)
                scores = way(prompt, continuations)
            except (Refused, Unsupported, ServerFailed) as problem:
                # A server that has scored in this way before is only unwell; one that has not may not know how.
                if by is self._best and isinstance(problem, ServerFailed):
                    raise
                if by is list(ways)[-1]:
                    raise ModelUnavailable(f"{self.name} gives no scores by {by}: {problem}") from None
                continue
            self.scores_by = by
            self._best = self._best or by
            return scores.among_each_other() if within else scores
        raise AssertionError("the last way returns or raises")

    def _ways(self) -> dict[ScoredBy, _Way]:
        """Ways of scoring that are still to be tried, the best first; the one that worked before is the first."""
        client = self._client
        ways: dict[ScoredBy, _Way] = {
            ScoredBy.TEXT: lambda p, c: by_text(client, p, c),
            ScoredBy.LABELS: lambda p, c: by_labels(client, p, c),
            ScoredBy.SAMPLES: self._sample,
        }
        wanted = self._settings.scores
        if wanted != "auto":
            return {ScoredBy[wanted.upper()]: ways[ScoredBy[wanted.upper()]]}
        order = list(ways)
        return {by: ways[by] for by in order[order.index(self._best or order[0]) :]}

    def _sample(self, prompt: str, continuations: Sequence[str]) -> Scores:
        given, read, written = self._choose(prompt, continuations, {"temperature": 1}, self._settings.samples)
        return by_samples(given, continuations, read, written)

    def _choose(
        self, prompt: str, allowed: Sequence[str], how: dict[str, Any], count: int
    ) -> tuple[list[str], int, int]:
        """So many answers out of `allowed`, fewer where some were none; tokens read and written.

        Raises:
            ModelAnswerError: not one was an answer.
            ModelUnavailable: the server cannot be asked.
        """
        known = {a.strip(): a for a in reversed(allowed)}
        answers = list(dict.fromkeys(a.strip() for a in allowed))
        given: list[str] = []
        problem = ModelAnswerError("the model gave no answer")
        prompt_tokens = generated_tokens = asked = seed = 0
        while asked < count or (not given and seed < _TRIES):
            wanted = max(count - asked, 1)
            reply = self._ask(prompt, answers, {**how, "seed": seed} | ({"n": wanted} if wanted > 1 else {}))
            prompt_tokens += reply.prompt_tokens
            generated_tokens += reply.generated_tokens
            form = self.form or Form.SCHEMA
            for choice in reply.value:
                try:
                    given.append(known[read_answer(choice["text"], answers)])
                except ModelAnswerError as error:
                    problem = error
                    self._learn(form, choice)
            asked += len(reply.value)
            seed += 1
        if not given:
            raise problem
        return given, prompt_tokens, generated_tokens

    def _ask(self, prompt: str, answers: Sequence[str], how: dict[str, Any]) -> Reply:
        """One request, in the strictest form that the server takes."""

        def usable(choices: list[dict[str, Any]]) -> bool:
            return all(_is_answer(c["text"], answers) for c in choices)

        refusal: Refused | None = None
        for form in list(Form)[self.form or 0 :]:
            body = {
                "messages": listed(prompt, answers, form),
                "max_tokens": self._room,
                **how,
                **response_format(form, answers),
            }
            try:
                reply = self._client.ask("chat/completions", body, _contents, usable)
            except Refused as error:
                refusal = error
                continue
            self.form = form
            return reply
        raise ModelUnavailable(str(refusal))

    def _learn(self, form: Form, choice: dict[str, Any]) -> None:
        """What an answer that is none says about the server.

        Args:
            form: in which it was asked for.
            choice: see `_contents`.
        """
        if choice["cut"] and (not choice["text"] or "<think>" in choice["text"]):
            # Its thoughts took the room; some servers show them, some do not.
            self._room = _ROOM_TO_THINK
        elif form < Form.PLAIN and not (choice["cut"] and choice["text"].lstrip().startswith("{")):
            # It was not held to what the form says: a simpler question is as safe, and easier to understand.
            self.form = Form(form + 1)


def _is_answer(text: str, answers: Sequence[str]) -> bool:
    try:
        read_answer(text, answers)
    except ModelAnswerError:
        return False
    return True


def _contents(response: dict[str, Any]) -> list[dict[str, Any]]:
    """Text of each choice, and whether it was cut off."""
    choices = response["choices"]
    if not choices:
        raise ValueError("no choices")
    return [
        {"text": str(c["message"].get("content") or ""), "cut": c.get("finish_reason") == "length"} for c in choices
    ]
