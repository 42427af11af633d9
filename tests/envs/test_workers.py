import os
import sys
from contextlib import closing

import pytest

from envs.workers import LocalPool, ProcessPool, make_pool
from tests.envs import toy_work


def test_every_job_is_done_once_in_processes_that_are_kept() -> None:
    ends = list(ProcessPool(toy_work.doubles, 2).run(range(20)))
    assert sorted((e.job, e.result) for e in ends) == [(k, 2 * k) for k in range(20)]
    pids = {e.result for e in ProcessPool(toy_work.tells_its_process, 2).run(range(8))}
    assert len(pids) <= 2 and os.getpid() not in pids


def test_a_worker_that_dies_costs_its_job_and_nothing_else() -> None:
    jobs = [1, "kill", 2, "raise", 3, "exit", 4, "kill", 5]
    ends = list(ProcessPool(toy_work.mishaps, 2).run(jobs))
    assert len(ends) == len(jobs)
    assert sorted(e.result for e in ends if e.error is None) == [1, 2, 3, 4, 5]
    assert [e.error for e in ends if e.job == "kill"] == ["worker killed (signal 9)"] * 2
    assert [e.error for e in ends if e.job == "exit"] == ["worker ended with status 3"]
    assert [e.error for e in ends if e.job == "raise"] == ["RuntimeError: first line"]


def test_a_worker_that_cannot_start_says_why() -> None:
    with pytest.raises(ValueError, match="no such model"):
        list(ProcessPool(toy_work.cannot_start, 2).run([1]))


def test_workers_leave_standard_output_alone(capfd: pytest.CaptureFixture[str]) -> None:
    list(ProcessPool(toy_work.mishaps, 1).run(["print"]))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "not for standard output" in captured.err


def test_an_abandoned_run_leaves_no_process() -> None:
    with closing(ProcessPool(toy_work.tells_its_process, 1).run(range(1000))) as ends:
        pid = next(ends).result
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_workers_this_process_works() -> None:
    ends = list(LocalPool(toy_work.mishaps).run([1, "raise", 2]))
    assert [(e.result, e.error) for e in ends] == [(1, None), (None, "RuntimeError: first line"), (2, None)]


def test_pools_by_name() -> None:
    assert isinstance(make_pool(toy_work.doubles, 0), LocalPool)
    assert isinstance(make_pool(toy_work.doubles, "3"), ProcessPool)
    for wrong in ("many", -1):
        with pytest.raises(ValueError, match="expected a number"):
            make_pool(toy_work.doubles, wrong)


def test_ray_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    # None stands for a module that cannot be imported, also where ray happens to be installed.
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ValueError, match="not installed"):
        make_pool(toy_work.doubles, "ray")
