"""Work for pools in tests; importable in worker processes."""

import os
import signal
import sys
from collections.abc import Callable


def doubles() -> Callable[[int], int]:
    return lambda job: 2 * job


def tells_its_process() -> Callable[[int], int]:
    return lambda job: os.getpid()


def _act(job: int | str) -> int | str:
    if job == "raise":
        raise RuntimeError("first line\nsecond line")
    if job == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "exit":
        os._exit(3)
    if job == "print":
        print("not for standard output")
        sys.stdout.flush()
    return job


def mishaps() -> Callable[[int | str], int | str]:
    return _act


def cannot_start() -> Callable[[int], int]:
    raise ValueError("no such model")
