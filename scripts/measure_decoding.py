"""Measures decoding: seconds a decision, tokens a second, agreement of drafted with full scoring, precisions."""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from scripts.cli import OK, run_cli
from scripts.corpus_decisions import CorpusDecision, decisions

CANDIDATES, PROMPT_TOKENS = 60, 300
_DRAFTED = (5, 10, 20)
_SECOND = " pick up the red block\nStep:"
_ALONE, _BATCH = 4, 20
"""Candidates that are scored each alone, and rows of one batch; the rest is extrapolated."""


@dataclass(frozen=True)
class Args:
    """Measures decoding on prompts of the instruction corpus; seconds are processor and wall-clock seconds."""

    model: str = "embedded"
    """Language model."""
    precisions: tuple[str, ...] = ("fp32", "packed", "bf16", "int8")
    """Ways of keeping its weights; each is measured in a process of its own, against the first."""
    samples: int = 10
    """Held-out samples of the corpus whose decisions are compared."""
    repeats: int = 3
    """Times that each decision is timed; the median counts."""
    threads: int = 1
    """Of torch."""
    seed: int = 0
    """Of the samples."""
    json: bool = False
    """Print the measurements as JSON, and nothing else, on standard output."""


def main(args: Args) -> int:
    """Measures each precision in a fresh process, then compares their decisions."""
    asked = list(decisions(args.seed, args.samples, "held-out"))
    rows = {}
    for precision in args.precisions:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows[precision] = pool.submit(measure, args, precision, asked).result()
    first = rows[args.precisions[0]]["chosen"]
    for row in rows.values():
        row["agreement"] = statistics.fmean(a == b for a, b in zip(row["chosen"], first, strict=True))
        del row["chosen"]
    if args.json:
        print(json.dumps(rows))
    else:
        show(rows)
    return OK


def measure(args: Args, precision: str, asked: list[CorpusDecision]) -> dict[str, Any]:
    """All figures of one precision; to be called in a fresh process."""
    begun, wall = time.process_time(), time.perf_counter()
    from planner.language.loading import load_language_model

    model = load_language_model(args.model, precision)
    row: dict[str, Any] = {
        "load_seconds": time.process_time() - begun,
        "load_wall_seconds": time.perf_counter() - wall,
    }
    import torch

    torch.set_num_threads(args.threads)
    row |= compare(model, asked)
    row |= time_decisions(model, asked, args.repeats)
    row |= time_writing(model, asked)
    row["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return row


def compare(model: Any, asked: list[CorpusDecision]) -> dict[str, Any]:
    """Decisions by full scores, how often they are the corpus's, and how often cheaper ways decide the same."""
    from planner.language.drafting import StepDrafter, score_drafted

    drafter = StepDrafter.from_file()
    chosen, within, drafted = [], [], {k: [] for k in _DRAFTED}
    for d in asked:
        best = _best(model.score(d.prompt, d.candidates).log_probabilities)
        chosen.append(best)
        within.append(best == _best(model.score(d.prompt, d.candidates, within=True).log_probabilities))
        for k in _DRAFTED:
            some, scores = score_drafted(model, drafter, d.prompt, d.candidates, k)
            drafted[k].append(best == some[_best(scores.log_probabilities)])
    return {
        "chosen": chosen,
        "decisions": len(asked),
        "right": statistics.fmean(c == d.right for c, d in zip(chosen, asked, strict=True)),
        "within_agreement": statistics.fmean(within),
        **{f"drafted_{k}_agreement": statistics.fmean(v) for k, v in drafted.items()},
    }


def time_decisions(model: Any, asked: list[CorpusDecision], repeats: int) -> dict[str, float]:
    """A decision among 60 candidates after a prompt of 300 tokens, and the next one, in each way."""
    from planner.language.drafting import StepDrafter, score_drafted

    drafter = StepDrafter.from_file()
    prompt, texts = long_prompt(model, asked)
    ways: dict[str, Callable[[str], Any]] = {
        "full": lambda p: model.score(p, texts),
        "within": lambda p: model.score(p, texts, within=True),
        "drafted_10": lambda p: score_drafted(model, drafter, p, texts, 10),
        "drafted_10_within": lambda p: model.score(p, [texts[k] for k in drafter.shortlist(p, texts, 10)], within=True),
    }
    row: dict[str, float] = {"candidates": len(texts), "prompt_tokens": len(model.tokenizer(prompt)["input_ids"])}
    for name, way in ways.items():
        times: list[list[float]] = [[], [], [], []]
        for k in range(repeats):
            fresh = f"Note {k} {name}: " + prompt
            for step, text in enumerate((fresh, fresh + _SECOND)):
                begun, wall = time.process_time(), time.perf_counter()
                way(text)
                times[2 * step].append(time.process_time() - begun)
                times[2 * step + 1].append(time.perf_counter() - wall)
        names = ("first_seconds", "first_wall_seconds", "second_seconds", "second_wall_seconds")
        row |= {f"{name}_{n}": statistics.median(t) for n, t in zip(names, times, strict=True)}
    row |= slow_ways(model, prompt, texts)
    return row


def slow_ways(model: Any, prompt: str, texts: list[str]) -> dict[str, float]:
    """Each candidate alone, and a batch over the prompt's expanded cache; seconds of all, from those of some."""
    import torch
    from transformers import DynamicCache

    exact = model.score(prompt, texts)
    if model.precision != "fp32":
        return {}
    head = model.tokenizer(prompt)["input_ids"]
    tails = [model.tokenizer(prompt + t)["input_ids"][len(head) :] for t in texts]
    some = range(0, len(texts), max(len(texts) // _ALONE, 1))
    begun, worst = time.process_time(), 0.0
    with torch.inference_mode():
        for k in some:
            logits = model.network(torch.tensor([head + tails[k]])).logits[0].log_softmax(-1)
            alone = sum(float(logits[len(head) - 1 + i, t]) for i, t in enumerate(tails[k]))
            worst = max(worst, abs(alone - exact.log_probabilities[k]))
        each = (time.process_time() - begun) / len(some)
        begun = time.process_time()
        cache = DynamicCache()
        model.network(torch.tensor([head]), past_key_values=cache, logits_to_keep=1)
        read = time.process_time() - begun
        begun = time.process_time()
        cache.batch_repeat_interleave(_BATCH)
        longest = max(map(len, tails[:_BATCH]))
        ids = torch.tensor([t + [0] * (longest - len(t)) for t in tails[:_BATCH]])
        model.network(ids, past_key_values=cache)
        batch = (time.process_time() - begun) * len(texts) / _BATCH
    return {"alone_seconds": each * len(texts), "batch_seconds": read + batch, "worst_score_difference": worst}


def time_writing(model: Any, asked: list[CorpusDecision]) -> dict[str, float]:
    """Tokens a second, the prompt read before: free text and held to the calls, with and without looking up."""
    row = {}
    for speculative in (False, True):
        model.speculative = speculative
        for name in ("free", "held"):
            tokens, seconds = 0, 0.0
            for d in asked[:6]:
                options: dict[str, Any] = (
                    {"allowed": d.candidates} if name == "held" else {"max_tokens": 24, "stop": ()}
                )
                model.score(d.prompt, [" done\n"])
                begun = time.process_time()
                tokens += model.generate(d.prompt, **options).generated_tokens
                seconds += time.process_time() - begun
            row[f"{name}{'_lookup' if speculative else ''}_tokens_per_second"] = tokens / seconds
    return row


def long_prompt(model: Any, asked: list[CorpusDecision]) -> tuple[str, list[str]]:
    """A corpus prompt stretched to 300 tokens by the others before it, and the 60 first candidates."""
    decision = max(asked, key=lambda d: min(len(d.candidates), CANDIDATES))
    prompt = decision.prompt
    for other in asked * PROMPT_TOKENS:
        if len(model.tokenizer(prompt)["input_ids"]) >= PROMPT_TOKENS:
            break
        prompt = f"{other.prompt}{other.candidates[other.right]}{prompt}"
    ids = model.tokenizer(prompt)["input_ids"][-PROMPT_TOKENS:]
    return model.tokenizer.decode(ids), list(decision.candidates[-CANDIDATES:])


def show(rows: dict[str, dict[str, Any]]) -> None:
    """One column a precision."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, padding=(0, 2))
    for title in ("", *rows):
        table.add_column(title, justify="left" if not title else "right")
    for name in next(iter(rows.values())):
        table.add_row(name.replace("_", " "), *(f"{r[name]:,.3g}" if name in r else "-" for r in rows.values()))
    Console(highlight=False).print(table)


def _best(values: tuple[float, ...]) -> int:
    return max(range(len(values)), key=values.__getitem__)


if __name__ == "__main__":
    run_cli(main, Args)
