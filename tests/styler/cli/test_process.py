"""The command line as a person uses it, in a real process: terminals, pipes, signals."""

from __future__ import annotations

import io
import os
import re
import signal
import stat
import struct
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import styler.__main__ as cli
from styler.cli import invocation
from styler.gallery import load_gallery
from tests.support import clips
from tests.support.command_line import CAT, QUICK, read_until, refused, run, shell, terminal
from tests.support.project import ROOT


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_photo_becomes_a_painting_and_verbose_tells_how_it_is_computed(tmp_path: Path) -> None:
    """Without that option there is not a word, as test_wheel.py sees."""
    out = tmp_path / "out.png"
    done = run(CAT, "wave", "-o", str(out), *QUICK, "--precision", "float32", "--verbose")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(r"^styler: convolutions: .*float32", done.stderr, re.MULTILINE)
    assert all(line.startswith("styler: ") for line in done.stderr.splitlines())
    with Image.open(out) as image:
        assert (image.format, image.size) == ("PNG", (64, 43))
    assert list(tmp_path.iterdir()) == [out]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~umask


def test_a_timelapse_ends_with_the_painting(tmp_path: Path) -> None:
    out, timelapse = tmp_path / "out.png", tmp_path / "film.mp4"
    assert cli.main([CAT, "wave", str(out), "--timelapse", str(timelapse), *QUICK]) == 0
    with Image.open(out) as painting, av.open(str(timelapse)) as container:
        *_, last = container.decode(video=0)
        assert (last.width, last.height) == (64, 42)  # an MP4's edges are even
        width, height = painting.size
        pixels = np.asarray(painting.convert("L").crop((0, 0, 64, 42)), float)
    assert (width, height) == (64, 43)
    assert np.abs(last.to_ndarray(format="gray").astype(float) - pixels).mean() < 4
    assert sorted(tmp_path.iterdir()) == [timelapse, out]


def test_a_timelapse_that_cannot_be_is_refused_before_anything_is_painted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.png")
    for timelapse, said in (("film.gif", "let its name end in .mp4"), ("no/film.mp4", "No such file or directory")):
        assert said in refused(capsys, CAT, "wave", out, "--timelapse", str(tmp_path / timelapse))
    clip, moving = tmp_path / "clip.mp4", str(tmp_path / "moving.mp4")
    clip.write_bytes(clips.clip())
    assert "this is a clip" in refused(capsys, str(clip), "wave", moving, "--timelapse", str(tmp_path / "film.mp4"))
    assert list(tmp_path.iterdir()) == [clip]


@pytest.fixture
def small_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two paintings: a sheet of all is tested where sheets are."""
    monkeypatch.setattr(invocation, "load_gallery", lambda folder=None: load_gallery()[:2])


@pytest.mark.usefixtures("small_gallery")
def test_a_sheet_shows_the_photo_in_the_manner_of_each_painting(tmp_path: Path) -> None:
    out = tmp_path / "sheet.jpg"
    assert cli.main([CAT, "--sheet", str(out), "--device", "cpu"]) == 0
    with Image.open(out) as sheet:
        assert (sheet.format, sheet.width) == ("JPEG", 1280)


@pytest.mark.usefixtures("small_gallery")
@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_of_a_clip_a_sheet_shows_the_first_frame(tmp_path: Path, kind: str) -> None:
    clip, out = tmp_path / f"clip.{kind}", tmp_path / "sheet.jpg"
    clip.write_bytes(clips.gif() if kind == "gif" else clips.clip())
    assert cli.main([str(clip), "--sheet", str(out), "--device", "cpu", "--keep-colors"]) == 0
    with Image.open(out) as sheet:
        assert sheet.width == 1280


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((CAT, "--sheet", "sheet.jpg", "--size", "1024", "--dream"), "--size, --dream: this is not for --sheet"),
        ((__file__, "--sheet", "sheet.jpg"), "it is not a picture that can be read"),
        (("--sheet", "sheet.jpg"), "--sheet takes a PHOTO"),
        ((CAT, "wave", "--sheet", "sheet.jpg"), "no STYLE, OUT or film"),
        ((CAT, "--sheet", "sheet.gif"), "the sheet is a JPEG; let its name end in .jpg"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refused(capsys, *words)
    assert not list(tmp_path.iterdir())


def test_a_terminal_sees_progress_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out.jpg"
    out.write_bytes(b"what was there before")
    process, ours = terminal(CAT, "wave", "-o", str(out), *QUICK, "--size", "128", "--steps", "20000")
    try:
        seen = read_until(ours, r"step \d+/20000  loss [\d.e+]+  [\d:]+ left")
        assert "getting ready" in seen
        assert re.search(r"\d% .*step \d+/20000  loss ", seen)
        process.send_signal(signal.SIGINT)
        rest = read_until(ours, "(?!)")
        assert process.wait(60) == 130
    finally:
        process.kill()
        os.close(ours)
    assert "Traceback" not in seen + rest
    assert "KeyboardInterrupt" not in seen + rest
    assert out.read_bytes() == b"what was there before"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("module", "ending"), [("numpy", signal.SIGINT), ("torch._C", signal.SIGINT), ("torch._C", signal.SIGTERM)]
)
def test_a_process_that_is_stopped_while_it_loads_is_quiet(module: str, ending: signal.Signals, tmp_path: Path) -> None:
    words = [CAT, "wave", "-o", str(tmp_path / "o.png"), *QUICK]
    command = [sys.executable, "-X", "importtime", "-m", "styler", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert any(module in line for line in process.stderr)
        process.send_signal(ending)
        assert set(re.findall("^[a-z ]+:", process.stderr.read(), re.MULTILINE)) <= {"import time:"}
    assert process.returncode == 128 + ending
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_engine")
def test_quiet_is_quiet_on_a_terminal_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for words, shown in (([], True), (["-q"], False)):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        assert cli.main([CAT, "wave", "-o", str(tmp_path / "o.png"), *words]) == 0
        assert bool(terminal.getvalue()) is shown


def test_bad_input_in_a_real_process_is_one_line_and_status_2(tmp_path: Path) -> None:
    text = tmp_path / "photo.jpg"
    text.write_text("not a picture")
    done = run(str(text), "wave", "-o", str(tmp_path / "out.png"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"styler: {text}: it is not a picture that can be read; JPEG, ")
    assert done.stderr.count("\n") == 1


def test_what_pillow_logs_of_a_damaged_file_is_not_shown(tmp_path: Path) -> None:
    photo = tmp_path / "photo.tiff"
    Image.new("RGB", (32, 32)).save(photo)
    three, many = (struct.pack("<HHIH", 277, 3, 1, samples) for samples in (3, 15))  # SamplesPerPixel
    photo.write_bytes(photo.read_bytes().replace(three, many))
    done = run(str(photo), "wave", "-o", str(tmp_path / "out.png"))
    assert done.returncode == 2
    assert re.fullmatch("styler: .+: it is of a kind that cannot be read: TIFF with .+\n", done.stderr)


def test_list_shows_every_painting() -> None:
    done = run("--list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(load_gallery())
    assert re.fullmatch(
        " +".join(("cafe-terrace-at-night", "Café Terrace at Night", "Vincent van Gogh", "1888")), lines[1]
    )
    assert len({line.index(str(p.year)) for line, p in zip(lines, load_gallery(), strict=True)}) == 1, "columns"


def test_who_lists_into_a_pipe_need_not_read_it() -> None:
    done = shell('"$@" | true; exit ${PIPESTATUS[0]}', "--list")
    assert (done.returncode, done.stderr) == (0, "")
    done = shell('"$@" > /dev/full', "--list")
    assert (done.returncode, done.stderr) == (1, "styler: [Errno 28] No space left on device\n")


def test_a_terminal_without_accents_shows_the_list() -> None:
    done = shell('PYTHONIOENCODING=ascii "$@"', "--list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Caf? Terrace at Night" in done.stdout


def test_closed_streams_are_no_hindrance(tmp_path: Path) -> None:
    done = shell('"$@" <&- >&- 2>&-', CAT, "wave", "-o", str(tmp_path / "out.png"), *QUICK)
    assert done.returncode == 0
    assert (tmp_path / "out.png").exists()
    done = shell('"$@" 2>&-', "gone.jpg", "wave", "-o", str(tmp_path / "out.png"))
    assert (done.returncode, done.stdout) == (2, ""), "what belongs to stderr does not go to stdout"


def test_two_styles_make_another_painting_than_one(tmp_path: Path) -> None:
    pictures = set()
    for style in ("wave", "wave+composition"):
        assert cli.main([CAT, style, "-o", str(tmp_path / "o.png"), *QUICK]) == 0
        pictures.add((tmp_path / "o.png").read_bytes())
    assert len(pictures) == 2
