from collections.abc import Iterator

import pytest

from envs.suites import find_suite
from envs.task import Suite
from sim.world import World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture(scope="session")
def basics() -> Suite:
    return find_suite("tabletop-basics")
