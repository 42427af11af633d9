"""How fast networks score, and how much their caches hold; measured together, in turns, so that they share the weather.

Shapes: w candidates, n steps.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import torch

from planner.feasibility.forms import FIRST
from planner.feasibility.network import Cache, FeasibilityNetwork, Scenes, Steps, paths_of
from planner.feasibility.rows import Rows
from planner.feasibility.study.rows import Held
from planner.feasibility.study.uses import bytes_of, cache_bytes, network_for, rows_for
from planner.feasibility.study.variants import Use, Variant, fingerprint
from planner.feasibility.tokens import Vocabulary

CANDIDATES = 256
"""Steps that are scored in one forward."""
ROUNDS = 9
"""How often everything is measured."""
SECONDS = 0.04
"""A measurement takes at least so long."""


class Asked(NamedTuple):
    """A network and what it is asked."""

    network: FeasibilityNetwork
    scenes: Scenes
    """One."""
    plan: Steps
    """The steps of one plan, (1, n)."""


def speed_key(variant: Variant, use: Use) -> str:
    """What is equally fast has the same."""
    return fingerprint(variant.training.network, use.window, use.precision)


def measure_speeds(
    pairs: Iterable[tuple[Variant, Use]], vocabulary: Vocabulary, long: Held, on_step: Callable[[], None] = lambda: None
) -> dict[str, dict[str, Any]]:
    """Steps in a processor second, of candidates for the first step of a plan and for the last one of a long plan.

    The weights are fresh: the speed does not depend on them.

    Args:
        pairs: what is measured; pairs of equal `speed_key` are once.
        vocabulary: of the networks.
        long: plans, of which one that is as long as any, in a scene of usual size, is taken.
        on_step: called `ROUNDS` times.

    Returns:
        By `speed_key`: `first` and `last`, rates in each round; `cache_bytes` a token; `bytes` of the weights.
    """
    row = _typical(long)
    asked: dict[str, Asked] = {}
    for variant, use in pairs:
        rows = rows_for(row, use)
        network = network_for(FeasibilityNetwork(variant.training.network, vocabulary), use)
        asked[speed_key(variant, use)] = Asked(network, rows.scenes, rows.steps)
    found: dict[str, dict[str, Any]] = {
        key: {"first": [], "last": [], "cache_bytes": cache_bytes(_begin(a).layers), "bytes": bytes_of(a.network)}
        for key, a in asked.items()
    }
    for _ in range(ROUNDS):
        for key, a in asked.items():
            for name, depth in (("first", 0), ("last", a.plan.spec.shape[1] - 1)):
                found[key][name].append(round(CANDIDATES / _seconds(_scoring(a, depth))))
        on_step()
    return found


def _typical(held: Held) -> Rows:
    """One of the longest plans, in the scene of median size among theirs."""
    length = held.rows.planned.sum(dim=1)
    longest = (length == length.max()).nonzero().squeeze(1)
    tokens = held.rows.tokens()[longest]
    return held.rows.pick(longest[tokens.argsort(stable=True)[len(tokens) // 2]].reshape(1))


@torch.inference_mode()
def _begin(asked: Asked) -> Cache:
    return asked.network.begin(asked.scenes)


@torch.inference_mode()
def _scoring(asked: Asked, depth: int) -> Callable[[], Any]:
    """Scores candidates for the step that comes after the first `depth` of the plan."""
    network, plan, cache = asked.network, asked.plan, _begin(asked)
    objects, window = cache.bank.shape[1] - FIRST, network.config.window
    moved = plan.moved[0].tolist()
    if depth:
        beginning = [list(range(k + 1)) for k in range(depth)]
        paths, gone = paths_of(beginning, moved[:depth], window, objects)
        before = Steps(*(t[:, :depth] for t in plan))
        _, cache = network.extend(cache, before, torch.arange(1, depth + 1).unsqueeze(0), paths, gone)
    plans = [[*range(depth), depth + k] for k in range(CANDIDATES)]
    paths, gone = paths_of(plans, moved[:depth] + [moved[depth]] * CANDIDATES, window, objects)
    steps = Steps(*(t[:, depth : depth + 1].repeat(1, CANDIDATES, *[1] * (t.ndim - 2)) for t in plan))
    depths = torch.full((1, CANDIDATES), depth + 1)
    return lambda: network.extend(cache, steps, depths, paths, gone)


def _seconds(work: Callable[[], Any]) -> float:
    """Processor seconds that it takes once."""
    with torch.inference_mode():
        work()
        begun, times = time.process_time(), 0
        while (spent := time.process_time() - begun) < SECONDS or not times:
            work()
            times += 1
    return spent / times


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """How many times faster one is than the other: the median of the rounds, the lowest and the highest."""
    found = [a / b for a, b in zip(ours, theirs, strict=True)]
    return statistics.median(found), min(found), max(found)
