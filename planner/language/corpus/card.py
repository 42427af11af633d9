"""What is in a corpus, in figures: families, verdicts, themes, lengths, and how many sentences are different."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from planner.language.corpus.sample import Sample
from planner.language.dialogue import End, answer


def card(samples: Sequence[Sample]) -> str:
    """Counts as a text of a few dozen lines.

    Raises:
        ValueError: there are no samples.
    """
    if not samples:
        raise ValueError("a card needs at least one sample; got none")
    answers = [len(s.prompt_and_answers) for s in samples]
    done = sum(s.prompt_and_answers == (("Step:", answer(End.DONE)),) for s in samples)
    kinds = {s.instruction for s in samples}
    lines = [
        f"samples: {len(samples)}, of {len({s.template for s in samples})} templates",
        f"different instructions: {len(kinds)} ({len(kinds) / len(samples):.1%})",
        f"different goals: {len({s.goal_answer for s in samples})}",
        f"answers: {sum(answers)}, {sum(answers) / len(samples):.2f} a sample; characters of text:"
        f" {sum(len(s.text) for s in samples) / len(samples):.0f} a sample",
        f"goals that hold at the start: {done / len(samples):.1%}",
        _shares("family", (s.start.family for s in samples)),
        _shares("verdict", (str(s.verdict) for s in samples)),
        _shares("kind of episode", (s.kind for s in samples)),
        _shares("answers in an episode", (str(n) for n in answers)),
        _shares("theme", (s.template.rpartition("/")[0] for s in samples)),
    ]
    return "\n".join(lines)


def _shares(what: str, values: Iterable[str]) -> str:
    counts = Counter(values)
    total = sum(counts.values())
    return f"{what}: " + ", ".join(f"{name} {100.0 * n / total:.1f} %" for name, n in counts.most_common())


def full(sample: Sample) -> str:
    """One sample as it is read and answered."""
    said = "".join(line for line in sample.goal_prompt.splitlines(keepends=True) if line.startswith("Person:"))
    head = f"[{sample.template}; {sample.verdict}; {sample.kind}]"
    earlier = "".join(f"Goal:{answer}" for _, answer in sample.earlier_goals)
    return f"{head}\n{sample.text}{earlier}{said}Goal:{sample.goal_answer}"
