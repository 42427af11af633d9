from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from envs.episode import run_episode
from envs.record import without_times
from envs.task import Suite
from envs.video import Replay, VideoRecorder, film
from sim.world import World
from tests.envs.scripted_planners import SCRIPTS, Scripted


def test_a_video_plays_in_real_time(world: World, basics: Suite, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "video.mp4"
    with VideoRecorder(path, 160, 120) as recorder:
        episode = run_episode(basics.task("pick-up"), 0, Scripted(SCRIPTS["pick-up"]), world, on_step=recorder)
    recorder.close()
    reader = imageio_ffmpeg.read_frames(str(path))
    facts = next(reader)
    assert facts["size"] == (160, 120) and facts["fps"] == 10.0
    frames = [np.frombuffer(f, dtype=np.uint8) for f in reader]
    seconds = sum(s.sim_seconds for s in episode.steps)
    assert abs(len(frames) / 10.0 - seconds) < 1.5
    assert frames[0].std() > 10 and not np.array_equal(frames[0], frames[-1])


def test_a_recorded_episode_is_filmed_by_running_it_again(world: World, basics: Suite, tmp_path: Path) -> None:
    task = basics.task("block-in-bowl")
    script = ["pick(red block)", "pick(red block)", "place(red block, in, blue bowl)"]
    episode = run_episode(task, 4, Scripted(script), world)
    again = run_episode(task, 4, Replay(episode), world)
    assert without_times(again.to_dict()) == without_times(episode.to_dict())
    assert film(episode, task, world, tmp_path / "again.mp4").stat().st_size > 5000


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"video\.mp4"):
        VideoRecorder(tmp_path / "video.gif")
