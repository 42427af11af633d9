from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from envs.tabletop_scenes import place_all
from envs.task import ObjectSpec
from sim.world import World

NAMES = ("red block", "green block", "blue cylinder", "red bowl", "white plate")


def resident_megabytes() -> float:
    pages = Path("/proc/self/statm")
    if not pages.is_file():
        pytest.fail("the memory of this process cannot be read here: no /proc/self/statm")
    return int(pages.read_text().split()[1]) * 4096 / 1e6


@pytest.mark.slow
def test_memory_does_not_grow_over_two_thousand_resets() -> None:
    rng = np.random.default_rng(0)
    scenes = [place_all([ObjectSpec(name) for name in NAMES], (), rng) for _ in range(4)]
    with World() as world:
        for k in range(100):
            world.reset(scenes[k % 4], settle=0.0)
        before = resident_megabytes()
        for k in range(2000):
            world.reset(scenes[k % 4], settle=0.0)
        assert resident_megabytes() - before < 8.0


def test_twenty_four_worlds_live_in_one_process() -> None:
    scene = place_all([ObjectSpec(name) for name in NAMES], (), np.random.default_rng(0))
    worlds = [World() for _ in range(24)]
    try:
        states = [world.reset(scene) for world in worlds]
        assert all(state == states[0] for state in states)
        for _ in range(4):
            for world in worlds:
                world.step()
        assert all(world.state() == worlds[0].state() for world in worlds)
    finally:
        for world in worlds:
            world.close()
