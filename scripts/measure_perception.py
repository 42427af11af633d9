"""Measures what the cameras see against what is there."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from scripts.cli import OK, run_cli

if TYPE_CHECKING:
    import numpy as np

    from sim.state import ObjectState, SceneState
    from sim.world import World


@dataclass(frozen=True)
class Args:
    """Looks at random scenes with the two RGB-D cameras and compares names, poses and facts with the truth.

    `plain` scenes hold four to seven objects of all categories apart from each other; `cluttered` ones are those of the
    feasibility model's rollouts: crowded, stacked, leaning on each other.
    """

    scenes: int = 50
    """How many."""
    seed: int = 0
    """Of the first scene; the others follow it."""
    kind: Literal["plain", "cluttered"] = "plain"
    """What the scenes are like."""
    depth_noise: float = 0.001
    """Standard deviation of depth at one metre, metres."""
    json: bool = False
    """Print the figures as JSON, and nothing else, on standard output."""


@dataclass
class Tally:
    """What was seen so far."""

    objects: int = 0
    errors: list[float] = field(default_factory=list)
    """Distances between the centres that are seen and those that are there, metres."""
    turns: list[float] = field(default_factory=list)
    """Errors of heading of blocks and boxes, radians."""
    missed: list[str] = field(default_factory=list)
    """Objects that were not seen, with their scene's seed."""
    false: list[str] = field(default_factory=list)
    """What was seen that is not there."""
    facts: Counter[str] = field(default_factory=Counter)
    """Facts of contact (`on`, `in`, `clear`) that hold, that were not seen, and that were seen and do not hold."""
    seconds: list[float] = field(default_factory=list)
    """Processor time of each look."""

    def add(self, seed: int, truth: SceneState, seen: SceneState, seconds: float) -> None:
        """Counts one scene."""
        from skills.predicates import support_facts

        self.objects += len(truth.objects)
        self.missed += [f"{o.name} (seed {seed})" for o in truth.objects if o.name not in seen]
        self.false += [f"{o.name.removesuffix(' (false)')} (seed {seed})" for o in seen.objects if o.name not in truth]
        for o in truth.objects:
            if o.name in seen:
                self.errors.append(o.pose.distance(seen[o.name].pose))
                if not o.round:
                    self.turns.append(turn_between(o, seen[o.name]))
        there, found = set(support_facts(truth)), set(support_facts(seen))
        self.facts.update(there=len(there), unseen=len(there - found), false=len(found - there))
        self.seconds.append(seconds)

    def report(self) -> dict[str, Any]:
        """The figures."""
        import numpy as np

        return {
            "objects": self.objects,
            "missed": self.missed,
            "false": self.false,
            "position_error_mm": _spread(1000.0 * np.array(self.errors)),
            "yaw_error_deg": _spread(np.degrees(self.turns)),
            "facts": dict(self.facts),
            "cpu_seconds_a_look": float(np.mean(self.seconds)),
        }


def _spread(values: np.ndarray) -> dict[str, float]:
    import numpy as np

    if not len(values):
        return {}
    return {"median": float(np.median(values)), "p95": float(np.quantile(values, 0.95)), "max": float(values.max())}


def main(args: Args) -> int:
    """Looks at the scenes and prints the figures."""
    from envs.progress import bar
    from envs.seeding import EVALUATION, stream
    from sim.perception.sensor import CameraSensor
    from sim.world import World

    tally = Tally()
    with World() as world, bar("scenes", args.scenes, not args.json) as tick:
        world.sensor = CameraSensor(stream("measure-perception", args.seed), depth_noise=args.depth_noise)
        for seed in range(args.seed, args.seed + args.scenes):
            build(world, args.kind, stream(EVALUATION, "measure-perception", seed))
            begun = time.process_time()
            seen = world.see()
            seconds = time.process_time() - begun
            truth = world.state()
            tally.add(seed, truth, renamed(seen, truth), seconds)
            tick()
    report = {"kind": args.kind, "seeds": [args.seed, args.seed + args.scenes - 1], **tally.report()}
    if args.json:
        print(json.dumps(report))
        return OK
    show(report)
    return OK


def build(world: World, kind: str, rng: np.random.Generator) -> None:
    """Builds a scene of a kind."""
    from envs.hard_scenes import build_hard
    from envs.objects import ObjectSpec
    from envs.tabletop_scenes import place_all
    from sim.catalog import BASIC, COLORS

    if kind == "cluttered":
        build_hard(world, rng, plain=True)
        return
    names: list[str] = []
    count = int(rng.integers(4, 8))
    while len(names) < count:
        name = f"{rng.choice(list(COLORS))} {rng.choice(BASIC)}"
        large = sum(n.split()[1] in ("bowl", "plate", "box") for n in names)
        if name not in names and not (large == 3 and name.split()[1] in ("bowl", "plate", "box")):
            names.append(name)
    world.reset(place_all([ObjectSpec(name) for name in names], (), rng))


def renamed(seen: SceneState, truth: SceneState) -> SceneState:
    """What is seen, by the names of the nearest like objects: which of two red blocks is the second nobody can see."""
    from dataclasses import replace

    names: dict[str, str] = {}
    pairs = sorted(
        (a.pose.distance(b.pose), a.name, b.name)
        for a in truth.objects
        for b in seen.objects
        if (a.category, a.color) == (b.category, b.color)
    )
    for _, there, found in pairs:
        if there not in names.values() and found not in names:
            names[found] = there
    others = {o.name: f"{o.name} (false)" for o in seen.objects if o.name not in names}
    names |= others
    return replace(
        seen,
        objects=tuple(replace(o, name=names[o.name]) for o in seen.objects),
        supports=frozenset((names[a], names.get(b, b)) for a, b in seen.supports),
    )


def turn_between(a: ObjectState, b: ObjectState) -> float:
    """Difference of heading between two like squares, at most an eighth of a turn, radians."""
    import math

    quarter = math.pi / 2.0
    turn = (a.pose.yaw - b.pose.yaw) % quarter
    return min(turn, quarter - turn)


def show(report: dict[str, Any]) -> None:
    """Prints the figures as lines."""
    first, last = report["seeds"]
    print(f"{report['objects']} objects in {last - first + 1} {report['kind']} scenes, seeds {first} to {last}")
    for key, unit in (("position_error_mm", "mm"), ("yaw_error_deg", "degrees")):
        if report[key]:
            median, p95, most = report[key].values()
            name = key.rpartition("_")[0].replace("_", " ")
            print(f"{name}: median {median:.2f} {unit}, 95 % below {p95:.2f}, largest {most:.2f}")
    for key in ("missed", "false"):
        print(f"{key}: {len(report[key])} {', '.join(report[key])}".rstrip())
    facts = report["facts"]
    print(f"facts: {facts['there']}, of which {facts['unseen']} were not seen; {facts['false']} seen do not hold")
    print(f"processor time of a look: {report['cpu_seconds_a_look']:.3f} s")


if __name__ == "__main__":
    run_cli(main, Args)
