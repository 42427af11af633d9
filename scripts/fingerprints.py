"""Writes the fingerprints of all suites' instructions, by which the language corpus keeps clear of them."""

from __future__ import annotations

from envs.suites import find_suite, suite_names
from planner.language.corpus.apart import FILE, fingerprint_lines


def main() -> None:
    """Writes `planner/language/corpus/apart.txt` anew and says how much is in it."""
    said = dict.fromkeys(i for name in suite_names() for task in find_suite(name).tasks for i in task.instructions)
    lines = fingerprint_lines(said)
    FILE.write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} fingerprints of {len(said)} instructions in {FILE.name}")


if __name__ == "__main__":
    main()
