"""Runs jobs in worker processes, one job at a time each; a worker that dies costs its job and nothing else.

Every pool has the same interface: `run(jobs)` yields a `Done` as each job ends, in the order in which they end.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol

Job = Any
"""Anything that can be pickled."""
Work = Callable[[Job], Any]
"""Does a job and returns what can be pickled."""
MakeWork = Callable[[], Work]
"""Called once in each worker, there to load what all jobs share; must be picklable."""


@dataclass(frozen=True)
class Done:
    """The end of one job."""

    job: Job
    result: Any = None
    """What the work returned; None where it raised or died."""
    error: str | None = None
    """One line, where it raised or died."""


class Pool(Protocol):
    """Something that runs jobs."""

    def run(self, jobs: Iterable[Job]) -> Generator[Done, None, None]:
        """Runs all jobs; yields the end of each as it comes."""
        ...


def make_pool(make: MakeWork, workers: int | str) -> Pool:
    """A pool of so many processes; 0 works in this process, `ray` on a ray cluster.

    Raises:
        ValueError: no such number, or ray is asked for and not installed.
    """
    if workers == "ray":
        return RayPool(make)
    try:
        count = int(workers)
    except ValueError:
        count = -1
    if count < 0:
        raise ValueError(f"workers is {workers!r}; expected a number such as 2, or 'ray'")
    return ProcessPool(make, count) if count else LocalPool(make)


class LocalPool:
    """Runs jobs in this process, one after the other."""

    def __init__(self, make: MakeWork) -> None:
        self._make = make

    def run(self, jobs: Iterable[Job]) -> Generator[Done, None, None]:
        """Runs all jobs; yields the end of each as it comes."""
        work = self._make()
        for job in jobs:
            yield _attempt(work, job)


def _attempt(work: Work, job: Job) -> Done:
    try:
        return Done(job, work(job))
    except Exception as error:
        return Done(job, error=one_line(error))


def one_line(error: BaseException) -> str:
    """Type and first line of an exception."""
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else 'no message'}"


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Any
    job: Job = None
    busy: bool = False


class ProcessPool:
    """Spawned processes, each with a pipe. A process that is killed is replaced."""

    def __init__(self, make: MakeWork, count: int) -> None:
        """`count` processes; none is started before there are jobs."""
        self._make = pickle.dumps(make)
        self._count = count

    def run(self, jobs: Iterable[Job]) -> Generator[Done, None, None]:
        """Runs all jobs; yields the end of each as it comes.

        Closing the iterator early, as an exception in the caller's loop does, ends all workers.

        Raises:
            ValueError: a worker could not load what it works with.
        """
        waiting = iter(jobs)
        workers: list[_Worker] = []
        try:
            # One job a worker: no job waits in a dead worker's queue.
            while True:
                while len(workers) < self._count and (job := next(waiting, None)) is not None:
                    workers.append(self._start(job))
                if not workers:
                    return
                for pipe in wait([w.pipe for w in workers]):
                    worker = next(w for w in workers if w.pipe is pipe)
                    done = _receive(worker)
                    following = next(waiting, None) if done.error is None or worker.process.is_alive() else None
                    if following is None or not _hand(worker, following):
                        workers.remove(worker)
                        _stop(worker)
                        if following is not None:
                            workers.append(self._start(following))
                    yield done
        finally:
            for worker in workers:
                worker.process.terminate()
                _stop(worker)

    def _start(self, job: Job) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._make), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        _hand(worker, job)
        return worker


def _hand(worker: _Worker, job: Job) -> bool:
    """Sends a job; False where the worker is gone."""
    worker.job = job
    try:
        worker.pipe.send(job)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _receive(worker: _Worker) -> Done:
    try:
        kind, value = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        code = worker.process.exitcode or 0
        how = f"killed (signal {-code})" if code < 0 else f"ended with status {code}"
        return Done(worker.job, error=f"worker {how}")
    if kind == "unready":
        raise ValueError(value)
    return Done(worker.job, value) if kind == "result" else Done(worker.job, error=value)


def _stop(worker: _Worker) -> None:
    """Closes the pipe, which ends an idle worker, and waits for it."""
    worker.pipe.close()
    worker.process.join(timeout=5.0)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _serve(pipe: Connection, make: bytes) -> None:
    """The life of a worker process."""
    # The parent decides what an interrupt means, and the parent's standard output belongs to its results.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        with _silence():
            load = pickle.loads(make)
        work: Work = load()
    except Exception as error:
        pipe.send(("unready", str(error) if isinstance(error, ValueError) else one_line(error)))
        return
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        done = _attempt(work, job)
        pipe.send(("result", done.result) if done.error is None else ("error", done.error))


@contextmanager
def _silence() -> Iterator[None]:
    """PyBullet announces itself on standard error when it is imported, into the middle of the progress bar."""
    kept, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)


class RayPool:
    """Actors on a ray cluster (the extra `ray`), one for each of its processors."""

    def __init__(self, make: MakeWork) -> None:
        """Connects to the cluster that the environment names, or starts one on this machine.

        Raises:
            ValueError: ray is not installed.
        """
        try:
            import ray  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise ValueError(
                "workers is 'ray', but ray is not installed; install forethought[ray], or give a number"
            ) from None
        self._ray = ray
        ray.init(ignore_reinit_error=True, log_to_driver=False)
        self._make = make

    def run(self, jobs: Iterable[Job]) -> Generator[Done, None, None]:
        """Runs all jobs; yields the end of each as it comes."""
        ray, waiting = self._ray, iter(jobs)
        actor_class = ray.remote(num_cpus=1, max_restarts=-1)(_RayWorker)
        actors = [actor_class.remote(self._make) for _ in range(max(1, int(ray.cluster_resources().get("CPU", 1))))]
        running = {a.work.remote(job): (a, job) for a, job in zip(actors, waiting, strict=False)}
        while running:
            (ready, *_), _ = ray.wait(list(running))
            actor, job = running.pop(ready)
            try:
                done = ray.get(ready)
            except ray.exceptions.RayError as error:
                done = Done(job, error=one_line(error))
            if (following := next(waiting, None)) is not None:
                running[actor.work.remote(following)] = (actor, following)
            yield done


class _RayWorker:
    def __init__(self, make: MakeWork) -> None:
        self._work = make()

    def work(self, job: Job) -> Done:
        return _attempt(self._work, job)
