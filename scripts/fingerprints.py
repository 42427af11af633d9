"""Writes the fingerprints of instructions that planners are measured on; the language corpus keeps clear of them.

Those of all suites, always; those that others have published, where their files are given. A fingerprint is a hash:
no sentence can be read from it.
"""

from __future__ import annotations

from pathlib import Path

import tyro

from envs.published import SOURCES, find_source
from envs.suites import find_suite, suite_names
from planner.language.corpus.apart import FILE, fingerprint_lines
from scripts.published_overlap import published_sentences


def main(published: Path | None = None) -> None:
    """Writes `planner/language/corpus/apart.txt` anew and says how much is in it.

    Args:
        published: folder of the published files, see scripts/evaluate_published.py.
    """
    said = dict.fromkeys(i for name in suite_names() for task in find_suite(name).tasks for i in task.instructions)
    if published is not None:
        read = [(source, source.read(published)) for source in map(find_source, SOURCES)]
        said.update(dict.fromkeys(sentence for _, sentence in published_sentences(read, seed=0)))
    lines = fingerprint_lines(said)
    FILE.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} fingerprints of {len(said)} instructions in {FILE.name}")


if __name__ == "__main__":
    tyro.cli(main)
