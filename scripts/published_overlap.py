"""Whether sentences that a model was trained on are published instructions, word for word or nearly so."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.catalog import COLORS, colored_kinds, named_things

if TYPE_CHECKING:
    from envs.published import Source, Template

NEAR = 0.9
"""Jaccard index of the words from which two sentences are near to each other."""
_FILLS = 40
"""How often a template is filled in; templates without slots say the same each time."""
_WORST = 20
_ASIDE = frozenset({"the", "a", "an", "please", "kindly", "could", "would", "can", "you", "now", "just"})
_KINDS = {*colored_kinds(), *(w for name in named_things() for w in name.split())}


def words_of(sentence: str, slots: bool = False) -> tuple[str, ...]:
    """The words that count, in order; names of colours and things exchanged for `<color>` and `<thing>` if asked."""
    words = [w for w in re.findall(r"[a-z0-9']+", sentence.lower()) if w not in _ASIDE]
    return tuple(map(_slot, words)) if slots else tuple(words)


def _slot(word: str) -> str:
    if word in COLORS:
        return "<color>"
    return "<thing>" if word in _KINDS or word.removesuffix("s") in _KINDS else word


def file_sentences(path: Path) -> list[str]:
    """The sentences of a file: one a line, or JSON lines with a field `instruction`.

    Raises:
        ValueError: a line of JSON without that field.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("{"):
            sample = json.loads(line)
            if "instruction" not in sample:
                raise ValueError(f"{path}:{number}: no field 'instruction'; there are: {', '.join(sample)}")
            line = sample["instruction"]
        if line.strip():
            found.append(line.strip())
    return found


def corpus_sentences(seed: int, count: int) -> list[str]:
    """Instructions of the training corpus."""
    from planner.language.corpus import samples

    return [sample.instruction for sample in samples(seed, count, "train")]


def published_sentences(read: Iterable[tuple[Source, Sequence[Template]]], seed: int) -> list[tuple[str, str]]:
    """Published instructions, each with the name of its list: templates filled in in many ways."""
    from envs.seeding import stream

    found: dict[tuple[str, str], None] = {}
    for source, templates in read:
        for template in templates:
            draw = template.draw
            rng = stream("overlap", source.name, template.key, seed)
            said = [template.text] if draw is None else []
            if draw is not None:
                first = draw(template.text, rng).instruction
                again = 1 if first == template.text else _FILLS
                said = [first, *(draw(template.text, rng).instruction for _ in range(again - 1))]
            found.update(dict.fromkeys((source.name, sentence) for sentence in said))
    return list(found)


def overlap(ours: Sequence[str], read: Iterable[tuple[Source, Sequence[Template]]], seed: int = 0) -> dict[str, Any]:
    """How many of our sentences are published ones, exactly or nearly, with and without slots, and the worst pairs."""
    theirs = published_sentences(read, seed)
    result: dict[str, Any] = {"ours": len(ours), "different": len(set(ours)), "published": len(theirs)}
    for label, slots in (("words", False), ("slots", True)):
        known: dict[tuple[str, ...], tuple[str, str]] = {}
        for entry in theirs:
            known.setdefault(words_of(entry[1], slots), entry)
        index = _Index(known)
        exact, near, pairs = 0, 0, []
        for sentence, times in _counted(ours).items():
            words = words_of(sentence, slots)
            likeness, match = (1.0, words) if words in known else index.nearest(words)
            exact += times * (words in known)
            near += times * (likeness >= NEAR)
            if match is not None:
                pairs.append((likeness, sentence, *known[match]))
        pairs.sort(key=lambda p: -p[0])
        result[label] = {"exact": exact, "near": near, "worst": [list(p) for p in pairs[:_WORST]]}
    return result


class _Index:
    """Published sentences by their words, for the nearest one to be found quickly."""

    def __init__(self, known: Iterable[tuple[str, ...]]) -> None:
        self._sets = [(frozenset(words), words) for words in known]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for k, (words, _) in enumerate(self._sets):
            for word in words:
                self._by_word[word].append(k)

    def nearest(self, words: tuple[str, ...]) -> tuple[float, tuple[str, ...] | None]:
        """The greatest Jaccard index, and whose it is."""
        mine = frozenset(words)
        shared: dict[int, int] = defaultdict(int)
        for word in mine:
            for k in self._by_word.get(word, ()):
                shared[k] += 1
        best, whose = 0.0, None
        for k, both in shared.items():
            likeness = both / (len(mine) + len(self._sets[k][0]) - both)
            if likeness > best:
                best, whose = likeness, self._sets[k][1]
        return best, whose


def _counted(sentences: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for sentence in sentences:
        counts[sentence] += 1
    return counts


def show_overlap(found: dict[str, Any]) -> None:
    """Prints counts, and the worst pairs."""
    print(f"{found['ours']} sentences ({found['different']} different) against {found['published']} published ones")
    for label in ("words", "slots"):
        part = found[label]
        print(f"by {label}: {part['exact']} the same, {part['near']} near (same ones included)")
        for likeness, ours, source, theirs in part["worst"]:
            print(f"  {likeness:.2f} {ours!r} / {theirs!r} ({source})")
