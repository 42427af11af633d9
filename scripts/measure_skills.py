"""Measures how often the skills reach their effects where nothing stands in their way."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scripts.cli import OK, run_cli

if TYPE_CHECKING:
    import numpy as np

    from sim.world import World
    from skills.outcome import Outcome
    from skills.spec import SkillCall


@dataclass(frozen=True)
class Args:
    """Picks and places objects over random poses and yaws, in roomy scenes, each call with its preconditions met.

    A call that is refused because the place is out of reach, or taken, is counted apart: nothing was tried.
    """

    calls: int = 1000
    """Picks and places of each."""
    seed: int = 0
    """Of the first scene; the others follow it."""
    json: bool = False
    """Print the figures as JSON, and nothing else, on standard output."""


@dataclass
class Tally:
    """What came of the calls of one skill."""

    tried: int = 0
    succeeded: int = 0
    refused: int = 0
    """Out of reach or without room, and so not tried."""
    failures: Counter[str] = field(default_factory=Counter)
    """Messages of those that failed."""

    def add(self, call: SkillCall, outcome: Outcome) -> None:
        """Counts one call."""
        from skills.outcome import FailureReason

        if outcome.reason is FailureReason.UNREACHABLE or (
            outcome.reason is FailureReason.COLLISION and "room" in outcome.message
        ):
            self.refused += 1
            return
        self.tried += 1
        self.succeeded += outcome.succeeded
        if not outcome.succeeded:
            self.failures[f"{call}: {outcome.reason}: {outcome.message}"] += 1

    def report(self) -> dict[str, Any]:
        """The figures, with the 95 % interval."""
        from envs.report import wilson

        return {
            "tried": self.tried,
            "succeeded": self.succeeded,
            "ci95": wilson(self.succeeded, self.tried),
            "refused": self.refused,
            "failures": dict(self.failures),
        }


def main(args: Args) -> int:
    """Runs scenes until there are enough calls of both skills, and prints the rates."""
    from envs.progress import bar
    from envs.seeding import EVALUATION, stream
    from sim.world import World

    tallies = {"pick": Tally(), "place": Tally()}
    seed = args.seed
    with World() as world, bar("calls", args.calls, not args.json) as tick:
        done = 0
        while done < args.calls:
            run_scene(world, stream(EVALUATION, "measure-skills", seed), tallies)
            seed += 1
            reached = min(args.calls, *(t.tried for t in tallies.values()))
            for _ in range(reached - done):
                tick()
            done = reached
    report = {name: tally.report() for name, tally in tallies.items()}
    if args.json:
        print(json.dumps({"seeds": [args.seed, seed - 1], **report}))
        return OK
    for name, figures in report.items():
        low, high = figures["ci95"]
        print(
            f"{name}: {figures['succeeded']} of {figures['tried']} ({100 * low:.1f} to {100 * high:.1f} %), "
            f"{figures['refused']} refused for want of room or reach, seeds {args.seed} to {seed - 1}"
        )
        for message, count in figures["failures"].items():
            print(f"  {count} x {message}")
    return OK


def run_scene(world: World, rng: np.random.Generator, tallies: dict[str, Tally]) -> None:
    """Builds a scene and picks and places in it three times, or until something fails."""
    from envs.objects import ObjectSpec
    from envs.tabletop_scenes import place_all
    from skills.execution import execute
    from skills.registry import find_spec
    from skills.symbolic import legal

    movable = ["red block", "green block", f"blue {rng.choice(['block', 'cylinder', 'ball'])}"]
    fixtures = ["yellow bowl", f"white {rng.choice(['plate', 'box', 'bowl'])}"]
    world.reset(place_all([ObjectSpec(name) for name in (*movable, *fixtures)], (), rng))
    for _ in range(3):
        for skill in ("pick", "place"):
            by_spec: dict[str, list[SkillCall]] = {}
            for call in legal(world.state()):
                # A ball rolls off whatever is not a bowl, a box or the table.
                rolls = call.arguments[0].endswith("ball") and call.arguments[1:2] == ("on",)
                if call.skill == skill and not (rolls and call.arguments[2] != "table"):
                    by_spec.setdefault(find_spec(call).name, []).append(call)
            calls = by_spec[str(rng.choice(sorted(by_spec)))]
            call = calls[int(rng.integers(len(calls)))]
            outcome = execute(world, call, rng)
            tallies[skill].add(call, outcome)
            if not outcome.succeeded:
                return


if __name__ == "__main__":
    run_cli(main, Args)
