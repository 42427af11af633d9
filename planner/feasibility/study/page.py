"""Writes the page of the study from its numbers alone, so that the two cannot drift apart."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from planner.feasibility.network import NetworkConfig
from planner.feasibility.study.compare import (
    Line,
    Runs,
    Speeds,
    common_seeds,
    compare,
    conclusion,
    listed,
    markdown,
    signed,
)
from planner.feasibility.study.pictures import draw_lines
from planner.feasibility.study.scaling_page import scaling_section
from planner.feasibility.study.sections import SECTIONS, Section
from planner.feasibility.study.speed import CANDIDATES, ratio, speed_key
from planner.feasibility.study.variants import Entry, Variant, entries

TIMES = "\N{MULTIPLICATION SIGN}"
RATES = {"first": "first step, a second", "last": "last step of a long plan, a second"}


class Results(NamedTuple):
    """What the page is made from."""

    variants: Sequence[Variant]
    runs: Runs
    speeds: Speeds
    """None of them where speeds have not been measured yet."""
    source: Mapping[str, Any]
    """Of the data; see `Prepared.source`."""
    machine: str


def write_page(results: Results, folder: Path) -> dict[str, list[str]]:
    """Writes `feasibility.md` into a folder, and its pictures into `images` there.

    Returns:
        The conclusions of each group that has runs.
    """
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    parts, concluded = [_beginning(results)], {}
    for section in SECTIONS:
        lines = entries(results.variants, section.group)
        if common_seeds(results.runs, lines):
            text, concluded[section.group] = _section(section, lines, results, images)
            parts.append(text)
    found = scaling_section(results.variants, results.runs, results.speeds, images)
    if found is not None:
        parts.append(found[0])
        concluded["scaling"] = found[1]
    parts.append(_cost(results))
    (folder / "feasibility.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return concluded


def _beginning(results: Results) -> str:
    source, usual = results.source, results.variants[0]
    seeds = sorted({seed for _, seed in results.runs})
    plans = {run["plans"] for (name, _), run in results.runs.items() if name == usual.name}
    taken = f", {min(plans):,} to {max(plans):,} plans" if plans else ""
    long = source["long"]
    return f"""# The feasibility transformer: what its parts are worth

A small study of the network that says which steps of a plan will work (`planner/feasibility/`): each of its parts is
exchanged, all else being equal, and so are the amounts of data and of parameters. This page is written by
`scripts/study_feasibility.py` from what was measured, conclusions too: by rule, from intervals.

```
python scripts/collect.py --episodes {_episodes(source)} --seed {source["seeds"][0]} --workers 2 --out runs/rollouts
python scripts/evaluate_feasibility.py --long --episodes {_episodes(long)} --seed {long["seeds"][0]} --workers 2 \
--out runs/fresh
python scripts/study_feasibility.py --data runs/rollouts --long runs/fresh/long --out runs/study --docs docs
```

- **Data**: {source["plans"]:,} plans, {source["steps"]:,} executed steps, {source["episodes"]:,} scenes.
  Of twenty scenes one validates, one calibrates, the others are there to train on.
- **Long plans**: {long["plans"]:,} others, {long["steps"]:,} executed steps, of scenes of a split of their own:
  longer than any in training, up to twice as long.
- **A fixed fraction**, to spare time: each variant is trained on {100.0 * usual.fraction:.3g} % of the scenes{taken},
  for {usual.training.epochs} epochs with batches of {usual.training.batch}.
  So figures are lower than those of the weights that come with the package, and a part that pays only after longer
  training would not show. The reference is {usual.training.network.width} wide, the package's network
  {NetworkConfig().width}, which has too few heads to make groups of them. Of each run the last weights are measured:
  their moving average, which is what the package comes with, would hold too much of the beginning in runs as short.
- **Seeds**: {len(seeds)}. A seed draws the scenes to train on, the first weights and the order; it is the same for all
  variants.
- **Intervals** are 95 %, of the mean over the seeds. They hold both chance in training, taken to be equally large for
  all variants of a table (randomised blocks; uses of the same weights are paired run by run), and that of the scenes
  on which figures are taken (bootstrap). *No difference beyond the interval* is said where the interval of the paired
  difference includes zero. Each interval stands for itself: of twenty such comparisons of equals, one would seem to
  differ.
- **AUROC of steps** is over all steps that were tried; a *whole plan* succeeds if all its steps do, and its score is
  the product of theirs. *Late steps* come later in their plan than any in training. *Brier* is the mean squared error
  of probabilities."""


def _episodes(source: Mapping[str, Any]) -> int:
    first, last = source["seeds"]
    return last - first + 1


def _section(section: Section, lines: Sequence[Entry], results: Results, images: Path) -> tuple[str, list[str]]:
    compared = {m: compare(results.runs, lines, m) for m in section.metrics}
    seeds = common_seeds(results.runs, lines)
    header = ["", *(m.title for m in section.metrics)]
    rows = [[e.label, *(_cell(compared[m], k) for m in section.metrics)] for k, e in enumerate(lines)]
    said = [conclusion(compared[m], m) for m in section.metrics]
    found = [results.speeds.get(speed_key(e.variant, e.use)) for e in lines]
    speeds = [s for s in found if s is not None]
    if len(speeds) == len(lines):
        if section.size:
            header.append("weights, MB")
            for row, speed in zip(rows, speeds, strict=True):
                row.append(f"{speed['bytes'] / 1e6:.2f}")
        if section.cache:
            header.append("cache, bytes a token")
            for row, speed in zip(rows, speeds, strict=True):
                row.append(f"{speed['cache_bytes']:,.0f}")
        for name in section.rates:
            header.append(RATES[name])
            for row, speed in zip(rows, speeds, strict=True):
                row.append(_rate(speed[name], speeds[0][name]))
            said.append(_speed_conclusion(lines, speeds, name))
    path = images / f"feasibility-{section.group}.png"
    draw_lines({m.title: compared[m] for m in section.pictured if compared[m]}, path)
    count = "" if len(seeds) == len({s for _, s in results.runs}) else f" With {len(seeds)} of the seeds."
    text = f"""## {section.title}

{section.text}

![{section.title}](images/{path.name})

{markdown([header, *rows])}

{_counts(section, lines[0], results.runs, seeds[0])}{count}

What the numbers bear:

{chr(10).join(f"- {s}" for s in said)}"""
    return text, said


def _cell(lines: Sequence[Line], k: int) -> str:
    if not lines:
        return "n/a"
    line = lines[k]
    if line.gain is None:
        return f"{line.value:.3f} ± {line.error:.3f}"
    # A difference is that of the values; a gain is turned round where less is better.
    return f"{line.value:.3f} ({signed(line.value - lines[0].value, line.gain_error)})"


def _rate(ours: Sequence[float], theirs: Sequence[float]) -> str:
    rate = f"{statistics.median(ours):,.0f}"
    if ours is theirs:
        return rate
    middle, low, high = ratio(ours, theirs)
    return f"{rate} ({TIMES} {middle:.2f}, {low:.2f} to {high:.2f})"


def _speed_conclusion(lines: Sequence[Entry], speeds: Sequence[Mapping[str, Any]], name: str) -> str:
    """By the rounds: faster or slower where all of them say so."""
    words: dict[str, list[str]] = {"faster": [], "slower": [], "level": []}
    for entry, speed in zip(lines[1:], speeds[1:], strict=True):
        middle, low, high = ratio(speed[name], speeds[0][name])
        kind = "faster" if low > 1.0 else "slower" if high < 1.0 else "level"
        words[kind].append(entry.label if kind == "level" else f"{entry.label} ({TIMES} {middle:.2f})")
    parts = [f"{listed(words[k])} {k} than {lines[0].label} in every round" for k in ("faster", "slower") if words[k]]
    if words["level"]:
        parts.append(f"no difference beyond the rounds' spread for {listed(words['level'])}")
    return f"Speed, {RATES[name].partition(',')[0]}: {'; '.join(parts)}."


def _counts(section: Section, entry: Entry, runs: Runs, seed: int) -> str:
    uses = runs[entry.variant.name, seed]["uses"][entry.use.label]
    found = [(m.title, uses[m.side][m.name]) for m in section.metrics]
    counts = [f"{title} {f['n']:,} ({f['successes']:,})" for title, f in found if f is not None]
    return (
        "In brackets the difference from the first line, with half its interval. So many were counted (of which so "
        f"many succeeded): {'; '.join(counts)}."
    )


def _cost(results: Results) -> str:
    timed = [r for r in results.runs.values() if r["seconds"] is not None]
    minutes = sum(r["seconds"] for r in timed) / 60.0
    views = sum(r["plans"] * r["training"]["epochs"] for r in timed)
    rate = f", {1e3 * 60.0 * minutes / views:.1f} ms for each plan that was seen" if views else ""
    return f"""## What it took

{len(results.runs)} runs, {minutes:.0f} processor minutes of training{rate}, on one core each ({results.machine}).

Speeds are steps that one core scores in a processor second, {CANDIDATES} candidates in one forward, their features at
hand, in a scene that has been read already: for the first step of a plan, and for the last step of a long one, with
the steps before it in the cache. All were measured in turns, in {_rounds(results.speeds)} rounds; given are the median
of the rounds, and of the ratio to the reference the median, the lowest and the highest."""


def _rounds(speeds: Speeds) -> int:
    return max((len(s["first"]) for s in speeds.values()), default=0)
