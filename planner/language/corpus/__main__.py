"""`python -m planner.language.corpus --count 2000 --seed 0`: what the corpus is like, in figures and by example."""

from __future__ import annotations

import argparse
import time

from planner.language.corpus import SPLITS, samples
from planner.language.corpus.card import card, full
from planner.language.corpus.named import naming
from planner.language.corpus.said import said


def main() -> None:
    """Prints the card of so many samples, and some of them in full."""
    parser = argparse.ArgumentParser(prog="python -m planner.language.corpus", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="samples that the figures are of")
    parser.add_argument("--seed", type=int, default=0, help="of scenes, wishes and words")
    parser.add_argument("--split", choices=SPLITS, default="train", help="templates and scenes of which split")
    parser.add_argument("--show", type=int, default=5, help="samples that are shown in full")
    parser.add_argument("--words", action="store_true", help="print the words of so many instructions instead")
    parser.add_argument("--named", action="store_true", help="show what is replaced by names, and count it, instead")
    options = parser.parse_args()
    if options.words:
        print(said(options.count, options.seed), end="")
        return
    if options.named:
        found = [n for s in samples(options.seed, options.count, options.split) if (n := naming(s)) is not None]
        wrong = [n for n in found if not n.right]
        print(*(f"{n.before}\n  {n.after}" for n in wrong), sep="\n")
        print(
            f"{len(found)} of {options.count} instructions changed, {len(wrong)} of them named what no goal speaks of"
        )
        return
    begun = time.process_time()
    drawn = list(samples(options.seed, options.count, options.split))
    seconds = time.process_time() - begun
    for sample in drawn[: options.show]:
        print(full(sample))
    print(card(drawn))
    print(f"{len(drawn) / seconds:.1f} samples a second of one core")


if __name__ == "__main__":
    main()
