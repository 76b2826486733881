"""Clips on the command line."""

from __future__ import annotations

import os
import re
import signal
import threading
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

import styler.__main__ as cli
from styler import paint_clip
from styler.events import Progress
from tests.support import clips
from tests.support.command_line import QUICK, read_until, refused, terminal


def test_a_clip_becomes_a_painted_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "clip.mp4", tmp_path / "out.gif"
    source.write_bytes(clips.clip(frames=3))
    assert cli.main([str(source), "wave", "-o", str(out), *QUICK]) == 0
    assert capsys.readouterr() == ("", "")
    with Image.open(out) as image:
        assert (image.format, image.size, image.n_frames) == ("GIF", (64, 43), 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "out.gif"]


@pytest.mark.usefixtures("no_engine")
def test_a_clip_of_any_name_or_from_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("concat:clip.mp4", "file:clip.mp4", "clip%03d.mp4"):
        Path(name).write_bytes(clips.clip())
        assert cli.main([name, "wave", "-o", "out.mp4"]) == 0
    os.mkfifo("pipe")
    writer = threading.Thread(target=Path("pipe").write_bytes, args=(clips.clip(),))
    writer.start()
    assert cli.main(["pipe", "wave", "-o", "out.mp4"]) == 0
    writer.join()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_clip_that_is_stopped_leaves_nothing_behind(ending: signal.Signals, tmp_path: Path) -> None:
    source, out = tmp_path / "clip.mp4", tmp_path / "out.mp4"
    source.write_bytes(clips.clip(frames=50))
    before = signal.signal(ending, signal.SIG_DFL)  # under nohup, it would be ignored
    process, ours = terminal(str(source), "wave", "-o", str(out), *QUICK, engine=False)
    signal.signal(ending, before)
    try:
        read_until(ours, r"frame \d+/50")
        process.send_signal(ending)
        assert process.wait(60) == 128 + ending
    finally:
        process.kill()
        os.close(ours)
    assert list(tmp_path.iterdir()) == [source]


def test_a_clip_that_is_stopped_while_the_engine_paints_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "clip.mp4", tmp_path / "out.mp4"
    source.write_bytes(clips.clip(frames=50))
    step = paint_clip.Progress

    def stopped(frame: int, *more: float) -> Progress:
        if frame == 2:
            signal.raise_signal(signal.SIGINT)
        return step(frame, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(paint_clip, "Progress", stopped)
    assert cli.main([str(source), "wave", "-o", str(out), *QUICK]) == 130
    assert list(tmp_path.iterdir()) == [source]


def test_a_terminal_counts_the_frames(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(clips.clip(frames=3))
    process, ours = terminal(str(source), "wave", "-o", str(tmp_path / "out.mp4"), *QUICK, engine=False)
    try:
        assert re.search(r"frame 3/3  loss [\d.e+]+  [\d:]+ left", read_until(ours, "(?!)"))
        assert process.wait(60) == 0
    finally:
        process.kill()
        os.close(ours)


def test_of_a_long_clip_it_is_told_what_is_painted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "long.mkv"
    source.write_bytes(clips.clip("matroska", frames=180, rate=Fraction(1, 60)))
    assert cli.main([str(source), "wave", "-o", str(tmp_path / "out.mp4"), "--max-seconds", "70", *QUICK]) == 0
    line = f"styler: {source}: it is 3:00:00 long; its first 70 seconds are painted (--max-seconds)\n"
    assert capsys.readouterr().err == line
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].frames == 2


def test_the_clip_that_is_bad_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, out = tmp_path / "clip.mp4", str(tmp_path / "o.mp4")
    still = "; for a still picture, let OUT end in .jpg, .png or .webp"
    for data, said in [
        (b"", "it is empty: 0 bytes"),
        (clips.clip()[:2000], "it is incomplete: a part of its file is missing or damaged"),
        (clips.clip(frames=1), f"it has only one frame: it is a still picture{still}"),
        (clips.gif(), "it is transparent, which an MP4 cannot be; let OUT end in .gif or .webm"),
    ]:
        bad.write_bytes(data)
        assert refused(capsys, str(bad), "wave", "-o", out) == f"{bad}: {said}"
