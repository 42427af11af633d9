"""A server on loopback that speaks the OpenAI protocol for the real embedded model, and can be told to misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import torch

from planner.language.embedded import embedded_folder
from planner.language.transformer import TransformersModel

ABLE = frozenset({"schema", "json", "echo", "top_logprobs", "n", "models", "seed"})
"""All that a server may be able to do; without one of them it refuses, as real ones do."""

WRITES = 12
"""The most tokens of free text: the small model rambles, and tests should not wait for it."""


@lru_cache(maxsize=1)
def plain() -> TransformersModel:
    """The model that is served: the weights as they come, without an adapter."""
    return TransformersModel(str(embedded_folder()), name="plain")


class ModelServer:
    """Serves one model, `small`, until it is closed."""

    def __init__(self, able: frozenset[str] = ABLE, key: str = "") -> None:
        self.able = able
        self.key = key
        self.faults: list[str] = []
        """What the next requests meet in the place of an answer, first come first served; `always ...` stays."""
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []
        """Path, body and authorization of every request so far."""
        self.dies_after: int | None = None
        """Questions that it answers before its process is gone."""
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [body for path, body, _ in self.asked if path != "/v1/models"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and response of a request that met no fault."""
        if path == "/v1/models" and "models" in self.able:
            return 200, {"object": "list", "data": [{"id": "small", "object": "model"}]}
        if path not in ("/v1/chat/completions", "/v1/completions"):
            return 404, {"error": {"message": f"no {path} here"}}
        if body.get("model") != "small":
            return 404, {"error": {"message": f"The model `{body.get('model')}` does not exist."}}
        refusal = self._refusal(path, body)
        if refusal is not None:
            return 400, {"error": {"message": f"{refusal} is not supported", "param": refusal}}
        with self.lock:
            return 200, echo(body) if path == "/v1/completions" else chat(body)

    def _refusal(self, path: str, body: dict[str, Any]) -> str | None:
        form = body.get("response_format", {}).get("type")
        if path == "/v1/completions" and "echo" not in self.able:
            return "echo"
        if form == "json_schema" and "schema" not in self.able:
            return "response_format"
        if form == "json_object" and "json" not in self.able:
            return "response_format"
        return next((k for k in ("n", "seed", "top_logprobs") if k in body and k not in self.able), None)


@contextmanager
def serving(able: frozenset[str] = ABLE, key: str = "") -> Iterator[ModelServer]:
    server = ModelServer(able, key)
    try:
        yield server
    finally:
        server.close()


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _serve(self, body: dict[str, Any]) -> None:
            server.asked.append((self.path, body, self.headers.get("Authorization")))
            if server.dies_after is not None and len(server.questions) > server.dies_after:
                threading.Thread(target=server.close).start()
                return self._hang_up()
            if server.key and self.headers.get("Authorization") != f"Bearer {server.key}":
                return self._say(401, {"error": {"message": f"wrong key: {self.headers.get('Authorization')}"}})
            fault = None
            if server.faults and self.path != "/v1/models":
                fault = server.faults[0] if server.faults[0].startswith("always ") else server.faults.pop(0)
            if fault is None:
                return self._say(*server.answer(self.path, body))
            return self._misbehave(fault.removeprefix("always "))

        def _misbehave(self, fault: str) -> None:
            if fault == "drop":
                self._hang_up()
            elif fault.isdigit():
                headers = {"Retry-After": "1"} if fault == "429" else {}
                self._say(int(fault), {"error": {"message": "not now"}}, headers)
            elif fault == "sleep":
                time.sleep(1.0)
                self._say(200, contents("done"))
            elif fault == "half":
                whole = json.dumps(contents('{"answer": "done"}'))
                self._send(200, whole[: len(whole) // 2].encode(), "application/json")
            elif fault == "torn":
                self._send(200, b'{"choices": [', "application/json", length=500)
            elif fault == "html":
                self._send(200, b"<html><body>Welcome to nginx!</body></html>", "text/html")
            else:
                # Whatever else is the text that the model is made to say.
                self._say(200, contents(fault))

        def _say(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
            self._send(status, json.dumps(data).encode(), "application/json", headers=headers)

        def _send(
            self,
            status: int,
            data: bytes,
            kind: str,
            *,
            length: int | None = None,
            headers: dict[str, str] | None = None,
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data) if length is None else length))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            if length is not None:
                self._hang_up()

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.close()
            self.rfile.close()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (OSError, ValueError):
                # The other side has hung up, or this one: what is left of the request is nobody's.
                self.close_connection = True

        def finish(self) -> None:
            if not self.rfile.closed:
                super().finish()

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    return Handler


def contents(*texts: str, prompt_tokens: int = 10) -> dict[str, Any]:
    """A chat response with these texts as its choices."""
    choices = [
        {"index": k, "message": {"role": "assistant", "content": t}, "finish_reason": "stop"}
        for k, t in enumerate(texts)
    ]
    written = sum(len(t.split()) for t in texts)
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": written, "total_tokens": prompt_tokens + written}
    return {"object": "chat.completion", "choices": choices, "usage": usage}


def chat(body: dict[str, Any]) -> dict[str, Any]:
    """What the model says: held to a schema, to JSON, or free; or what its next token may be."""
    model = plain()
    prompt = model.tokenizer.apply_chat_template(body["messages"], tokenize=False, add_generation_prompt=True)
    size = len(model.tokenizer(prompt)["input_ids"])
    form = body.get("response_format", {})
    if body.get("top_logprobs"):
        return _next_token(prompt, body["top_logprobs"], size)
    if form.get("type") == "json_schema":
        lines = form["json_schema"]["schema"]["properties"]["answer"]["enum"]
        allowed = [f" {json.dumps(line)}}}" for line in lines]
        start = prompt + '{"answer":'
        if not body.get("temperature"):
            return contents('{"answer":' + model.generate(start, allowed=allowed).text, prompt_tokens=size)
        values = np.array(model.score(start, allowed).log_probabilities)
        chance = np.exp(values - np.logaddexp.reduce(values))
        rng = np.random.default_rng(body.get("seed", 0))
        drawn = rng.choice(len(allowed), size=body.get("n", 1), p=chance / chance.sum())
        return contents(*('{"answer":' + allowed[k] for k in drawn), prompt_tokens=size)
    if form.get("type") == "json_object":
        said = model.generate(prompt + '{"answer": "', max_tokens=WRITES, stop=('"', "\n")).text
        return contents(json.dumps({"answer": said}), prompt_tokens=size)
    said = model.generate(prompt, max_tokens=min(body["max_tokens"], WRITES), stop=("<|im_end|>",)).text
    return contents(said, prompt_tokens=size)


@torch.inference_mode()
def _next_token(prompt: str, count: int, size: int) -> dict[str, Any]:
    model = plain()
    ids = torch.tensor([model.tokenizer(prompt)["input_ids"]])
    best = model.network(input_ids=ids, logits_to_keep=1).logits[0, -1].log_softmax(-1).topk(count)
    top = [
        {"token": model.tokenizer.decode([int(i)]), "logprob": float(v)}
        for v, i in zip(best.values, best.indices, strict=True)
    ]
    response = contents(top[0]["token"], prompt_tokens=size)
    response["choices"][0]["logprobs"] = {"content": [{**top[0], "top_logprobs": top}]}
    return response


@torch.inference_mode()
def echo(body: dict[str, Any]) -> dict[str, Any]:
    """Prompts with the log-probability of each token, and one generated token at the end, as vLLM returns them."""
    model = plain()
    choices = []
    total = 0
    for index, prompt in enumerate(body["prompt"]):
        ids = model.tokenizer(prompt)["input_ids"]
        logits = model.network(input_ids=torch.tensor([ids])).logits[0].log_softmax(-1)  # (n, v)
        following = int(logits[-1].argmax())
        values = [None, *(float(logits[k, i]) for k, i in enumerate(ids[1:])), float(logits[-1, following])]
        tokens = [model.tokenizer.decode([i]) for i in [*ids, following]]
        logprobs = {"tokens": tokens, "token_logprobs": values, "text_offset": []}
        choices.append({"index": index, "text": "".join(tokens), "logprobs": logprobs, "finish_reason": "length"})
        total += len(ids)
    usage = {"prompt_tokens": total, "completion_tokens": len(choices), "total_tokens": total + len(choices)}
    return {"object": "text_completion", "choices": choices, "usage": usage}
