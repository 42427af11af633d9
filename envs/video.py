"""Videos of episodes: recorded as they run, or made afterwards by running a recorded episode's calls again."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Sequence
from pathlib import Path

from envs.chain import PlannerFactory, run_asked
from envs.disturbances import Disturbance
from envs.record import Episode
from envs.seeding import EVALUATION
from envs.task import Task
from sim.world import CONTROL_SECONDS, World
from skills.protocol import Act, Decision, Finish, Observation, Refuse
from skills.spec import SkillCall

FRAME_SECONDS = 0.1
"""Simulated seconds from one frame to the next; the video plays in real time."""
_HOLD_FRAMES = 8
"""The last frame stands for most of a second."""


class VideoRecorder:
    """Writes an mp4 of a world. Call it after every control step; `close` it, or use it in a `with`."""

    def __init__(self, path: Path, width: int = 480, height: int = 360) -> None:
        """Opens the file with its first frame.

        Args:
            path: ends in `.mp4`; its folder is made where it is missing.
            width: pixels, a multiple of 2.
            height: pixels, a multiple of 2.

        Raises:
            ValueError: the path does not end in `.mp4`.
        """
        if path.suffix != ".mp4":
            raise ValueError(f"cannot write a video to {str(path)!r}; expected a name such as 'video.mp4'")
        self.path = path
        self.frames = 0
        self._size = (width, height)
        self._every = round(FRAME_SECONDS / CONTROL_SECONDS)
        self._steps = 0
        self._writer: Generator[None, bytes | None, None] | None = None
        self._last = b""

    def __call__(self, world: World) -> None:
        """Takes a frame where one is due."""
        if self._steps % self._every == 0:
            self.add(world)
        self._steps += 1

    def add(self, world: World) -> None:
        """Takes a frame now."""
        self._last = world.render(*self._size).rgb.tobytes()
        self._open().send(self._last)
        self.frames += 1

    def close(self) -> None:
        """Finishes the file. Closing twice is no error."""
        if self._writer is None:
            return
        for _ in range(_HOLD_FRAMES):
            self._writer.send(self._last)
        self._writer.close()
        self._writer = None

    def __enter__(self) -> VideoRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> Generator[None, bytes | None, None]:
        if self._writer is not None:
            return self._writer
        import imageio_ffmpeg

        self.path.parent.mkdir(parents=True, exist_ok=True)
        fps = round(1.0 / FRAME_SECONDS)
        writer: Generator[None, bytes | None, None] = imageio_ffmpeg.write_frames(
            str(self.path), self._size, fps=fps, macro_block_size=2, ffmpeg_log_level="error"
        )
        writer.send(None)
        self._writer = writer
        return writer


class Replay:
    """A planner that says again what was said in a recorded episode (but for the questions, which move nothing)."""

    def __init__(self, episode: Episode, part: slice = slice(None), ended_by: str | None = None) -> None:
        """Says the calls of an episode, or those of one task of a chain, and how that task ended."""
        self.name = episode.planner
        self._calls: Sequence[SkillCall] = [SkillCall.parse(s.call) for s in episode.steps[part]]
        self._refused = (ended_by or episode.ended_by) == "refuse"

    def reset(self, instruction: str) -> None:
        """Nothing is learnt from the instruction."""

    def decide(self, observation: Observation) -> Decision:
        """The call that came next then."""
        done = len(observation.history)
        if done < len(self._calls):
            return Act(self._calls[done])
        return Refuse("as recorded") if self._refused else Finish("as recorded")


def replays(episode: Episode) -> PlannerFactory:
    """Makes what says again what was said, for each task of a chain in turn."""
    ends = list(itertools.accumulate(link["calls"] for link in episode.chain))
    parts = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]
    replays = [Replay(episode, part, link["ended_by"]) for part, link in zip(parts, episode.chain, strict=True)]
    said = iter(replays or [Replay(episode)])
    return lambda task, seed: next(said)


def film(
    episode: Episode,
    task: Task,
    world: World,
    path: Path,
    *,
    split: str = EVALUATION,
    disturb: Sequence[Disturbance] = (),
    states: str = "simulator",
) -> Path:
    """Runs a recorded episode again, which repeats it exactly, and films it.

    So an evaluation takes no frames of the episodes that nobody will look at.
    """
    with VideoRecorder(path) as recorder:
        run_asked(
            task,
            episode.seed,
            replays(episode),
            world,
            split=split,
            disturb=disturb,
            states=states,
            on_step=recorder,
        )
        recorder.add(world)
    return path
