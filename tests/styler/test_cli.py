"""The command line as a person uses it: a real process for the ways in and out, the rest within this one."""

from __future__ import annotations

import dataclasses
import errno
import fcntl
import io
import os
import pty
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
import termios
import threading
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import styler.__main__ as cli
from styler.cli import engine
from styler.cli.invocation import build_invocation
from styler.cli.options import chosen, parse
from styler.events import PaintError, Result
from styler.gallery import FOLDER, load_gallery
from styler.settings import Settings
from tests.support import clips
from tests.support.project import ROOT

CAT = str(ROOT / "tests/photos/chelsea.jpg")
QUICK = ("--size", "64", "--steps", "4", "--device", "cpu")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "styler", *arguments], check=False, capture_output=True, text=True, cwd=ROOT
    )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said about bad input: exactly one line, on stderr, with exit status 2."""
    try:
        status = cli.main(arguments)
    except SystemExit as exit:
        status = exit.code
    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert re.fullmatch("styler: [^\n]+\n", said.err)
    return said.err[len("styler: ") : -1]


def test_a_photo_becomes_a_painting_without_a_word_when_piped(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    done = run(CAT, "wave", "-o", str(out), *QUICK)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(out) as image:
        assert (image.format, image.size) == ("PNG", (64, 43))
    assert list(tmp_path.iterdir()) == [out]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~umask


def test_verbose_tells_how_it_is_computed(tmp_path: Path) -> None:
    done = run(CAT, "wave", str(tmp_path / "out.png"), *QUICK, "--precision", "float32", "--verbose")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.search(r"^styler: convolutions: .*float32", done.stderr, re.MULTILINE)
    assert all(line.startswith("styler: ") for line in done.stderr.splitlines())


def test_a_film_of_the_painting_ends_with_the_painting(tmp_path: Path) -> None:
    out, film = tmp_path / "out.png", tmp_path / "film.mp4"
    assert cli.main([CAT, "wave", str(out), "--timelapse", str(film), *QUICK]) == 0
    with Image.open(out) as painting, av.open(str(film)) as container:
        *_, last = container.decode(video=0)
        assert (last.width, last.height) == (64, 42)  # an MP4's edges are even
        width, height = painting.size
        pixels = np.asarray(painting.convert("L").crop((0, 0, 64, 42)), float)
    assert (width, height) == (64, 43)
    assert np.abs(last.to_ndarray(format="gray").astype(float) - pixels).mean() < 4
    assert sorted(tmp_path.iterdir()) == [film, out]


def test_a_film_that_cannot_be_is_refused_before_anything_is_painted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.png")
    for film, said in (("film.gif", "let its name end in .mp4"), ("no/film.mp4", "No such file or directory")):
        assert said in refused(capsys, CAT, "wave", out, "--timelapse", str(tmp_path / film))
    clip, moving = tmp_path / "clip.mp4", str(tmp_path / "moving.mp4")
    clip.write_bytes(clips.clip())
    assert "this is a clip" in refused(capsys, str(clip), "wave", moving, "--timelapse", str(tmp_path / "film.mp4"))
    assert list(tmp_path.iterdir()) == [clip]


def test_a_sheet_shows_the_photo_in_the_manner_of_each_painting(tmp_path: Path) -> None:
    out = tmp_path / "sheet.jpg"
    assert cli.main([CAT, "--sheet", str(out), "--device", "cpu"]) == 0
    with Image.open(out) as sheet:
        assert (sheet.format, sheet.width) == ("JPEG", 1280)


@pytest.mark.parametrize(
    ("words", "said"),
    [
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


def terminal(*arguments: str) -> tuple[subprocess.Popen[bytes], int]:
    """A process whose stderr is a terminal of 100 columns, and our end of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen([sys.executable, "-m", "styler", *arguments], stderr=theirs, cwd=ROOT)
    os.close(theirs)
    return process, ours


def read_until(terminal: int, pattern: str) -> str:
    text, end = "", time.monotonic() + 120
    while not re.search(pattern, text) and time.monotonic() < end:
        try:
            text += os.read(terminal, 4096).decode()
        except OSError:  # how Linux says that the other end is closed
            break
    return text


def test_a_terminal_sees_progress_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out.jpg"
    out.write_bytes(b"what was there before")
    process, ours = terminal(CAT, "wave", "-o", str(out), "--size", "128", "--steps", "20000", "--device", "cpu")
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


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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


def shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line at "$@" in a line of bash."""
    command = ["bash", "-c", line, "bash", sys.executable, "-m", "styler", *arguments]
    unbuffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=unbuffered)


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


def test_a_full_disk_is_told_with_the_file(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    out.write_bytes(b"old")
    done = shell('ulimit -f 1; "$@"', CAT, "wave", "-o", str(out), "--size", "128", "--steps", "2", "--device", "cpu")
    assert (done.returncode, done.stderr) == (1, f"styler: {out}: File too large\n")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.png", b"old")]


def test_help_names_every_setting_with_its_default() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    for spec in dataclasses.fields(Settings):
        assert (f"--{spec.name.replace('_', '-')}" in text) == (spec.name != "format")
    for part in (
        "--size N long edge of the painting, in pixels (default: 512)",
        "--strength {soft,medium,strong}",
        "--keep-aspect, --no-keep-aspect",
        "(default: relu1_1,relu2_1,relu3_1,relu4_1,relu5_1)",
        "--style-scale X",
        "larger strokes above 1 (default: 1.0)",
    ):
        assert part in text


def test_nobody_waits_for_torch_before_there_is_something_to_paint() -> None:
    code = f"""if True:
        import sys, styler.__main__ as cli
        assert cli.main(["--list"]) == 0
        assert cli.main([{CAT!r}, "guernica", "-o", "out.png"]) == 2
        assert cli.main([{CAT!r}, "wave", "-o", "/nowhere/out.png"]) == 2
        sys.exit("torch" in sys.modules)"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)


@pytest.mark.parametrize("words", ["{} dream o.png", "--dream {} o.png", "{} -o o.png --dream"])
def test_a_dream_needs_no_style(words: str) -> None:
    invocation = build_invocation(parse(words.format(CAT).split()))
    assert (invocation.out, invocation.settings.dream, invocation.settings.steps) == (Path("o.png"), True, 50)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "PHOTO, STYLE and OUT are needed; see --help"),
        ((CAT, "wave"), "PHOTO, STYLE and OUT are needed; see --help"),
        ((CAT, "-o", "{}/o.png", "--no-dream"), "PHOTO, STYLE and OUT are needed; see --help"),
        ((CAT, "wave", "{}/o.png", "-o", "{}/p.png"), "OUT is named twice: {}/o.png and {}/p.png"),
        ((CAT, "wave", "{}/o.png", "--dream"), "OUT is named twice: wave and {}/o.png"),
        ((CAT, "wave", "{}/o.png", "{}/p.png"), "unrecognized arguments: {}/p.png; see --help"),
        ((CAT, "--dream", "-o", "{}/o.mp4"), "a clip cannot be dreamt; choose a painting"),
        (("gone.jpg", "wave", "-o", "{}/o.png"), "gone.jpg: No such file or directory"),
        (("{}", "wave", "-o", "{}/o.png"), "{}: Is a directory"),
        ((CAT, "gone.jpg", "-o", "{}/o.png"), "gone.jpg: No such file or directory"),
        ((CAT, "./gone", "-o", "{}/o.png"), "gone: No such file or directory"),
        ((CAT, "{}", "-o", "{}/o.png"), "{}: Is a directory"),
        ((CAT, "guernica", "-o", "{}/o.png"), "there is no painting 'guernica'; there are great-wave, "),
        ((CAT, "café", "-o", "{}/o.png"), "'café' may mean cafe-terrace-at-night, night-cafe"),
        ((CAT, "wave", "-o", "{}/o.png", "--gallery", "{}"), "{}/paintings.toml: No such file or directory"),
        (("--list", "--gallery", "{}"), "{}/paintings.toml: No such file or directory"),
        ((CAT, "wave", "-o", "{}/o.bmp"), "{}/o.bmp: cannot tell the format by its ending; known are .jpg, "),
        ((CAT, "wave", "-o", "{}/o.gif"), f"{CAT}: it is not a moving picture that can be read; MP4, MOV, WebM, "),
        (("gone.mp4", "wave", "-o", "{}/o.mp4"), "gone.mp4: No such file or directory"),
        (("{}", "wave", "-o", "{}/o.mp4"), "{}: Is a directory"),
        ((CAT, "dream", "-o", "{}/o.mp4"), "a clip cannot be dreamt; choose a painting"),
        ((CAT, "wave", "-o", "{}/o"), "{}/o: cannot tell the format by its ending"),
        ((CAT, "wave", "-o", "{}/no/o.png"), "{}/no/o.png: it cannot be written: No such file or directory"),
        ((CAT, "wave", "-o", "{}/folder.png"), "{}/folder.png: it is not a file that can be written over"),
        ((CAT, "wave", "-o", "{}/o.png", "--size", "big"), "argument --size: 'big' is not a whole number; see --help"),
        ((CAT, "wave", "-o", "{}/o.png", "--size", "9"), "argument --size: size is 9; it must lie between 32 and 8192"),
        ((CAT, "wave", "-o", "{}/o.png", "--tv-weight", "x"), "argument --tv-weight: 'x' is not a number"),
        ((CAT, "wave", "-o", "{}/o.png", "--tv-weight", "nan"), "argument --tv-weight: tv_weight is nan; it must"),
        ((CAT, "wave", "-o", "{}/o.png", "--pooling", "min"), "argument --pooling: pooling is 'min'; allowed are avg"),
        ((CAT, "wave", "-o", "{}/o.png", "--style-layers", "relu1_1,x"), "argument --style-layers: style_layers is"),
        ((CAT, "wave", "-o", "{}/o.png", "--style-layers", ""), "argument --style-layers: style_layers is ''"),
        ((CAT, "wave", "-o", "{}/o.png", "--wait=3"), "unrecognized arguments: --wait=3; see --help"),
        ((CAT, "wave", "-o", "{}/o.png", "--init", "{}/gone"), "{}/gone: No such file or directory"),
        ((CAT, "wave", "-o", "{}/o.png", "--content-weight", "0", "--style-weight", "0"), "content_weight and style_"),
        ((CAT, "wave", "-o", "{}/o.png", "--device", "cuda:99"), "there is no device cuda:99"),
        ((CAT, "wave", "-o", "{}/o.png", "--weights", "{}/gone"), "cannot read the weights {}/gone: No such file"),
        ((CAT, "wave", "-o", "{}/o.png", "--weights", CAT), f"{CAT} is not a state dict: it is damaged"),
        ((CAT, "wave+poppies", "-o", "{}/o.png", "--style-blend", "1,2,3"),
         "style_blend has 3 weights, but the number of styles is 2; each needs one"),
        ((CAT, "wave", "-o", "{}/o.png", "--style-blend", "1,2"), "style_blend has 2 weights, but the number of st"),
        ((CAT, "wave+poppies", "-o", "{}/o.png", "--style-blend", "1,0"), "argument --style-blend: style_blend is"),
        ((CAT, "wave+poppies", "-o", "{}/o.png", "--style-blend", "1,x"),
         "argument --style-blend: '1,x' is not a list of numbers; see --help"),
        ((CAT, "wave+", "-o", "{}/o.png"), "there is no painting ''; there are great-wave, "),
        ((CAT, "wave+guernica", "-o", "{}/o.png"), "there is no painting 'guernica'; there are "),
        ((CAT, "wave+gone.jpg", "-o", "{}/o.png"), "gone.jpg: No such file or directory"),
        ((CAT, "dream+wave", "-o", "{}/o.png"), "a dream cannot be blended with a style"),
        ((CAT, "wave+dream", "-o", "{}/o.png"), "a dream cannot be blended with a style"),
        ((CAT, "x\ny", "-o", "{}/o.png"), r"there is no painting 'x\ny'"),
        (("a\nb", "wave", "-o", "{}/o.png"), "a b: No such file or directory"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    here = [argument.replace("{}", str(tmp_path)) for argument in arguments]
    assert refused(capsys, *here).startswith(said.replace("{}", str(tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


def test_the_picture_that_is_bad_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.jpg"
    Image.new("L", (8, 8)).save(bad)
    line = f"{bad}: it is 8x8; at least 16 pixels an edge are needed"
    assert refused(capsys, str(bad), "wave", "-o", str(tmp_path / "o.png")) == line
    assert refused(capsys, CAT, str(bad), "-o", str(tmp_path / "o.png")) == line
    assert refused(capsys, CAT, "wave", "-o", str(tmp_path / "o.png"), "--init", str(bad)) == line


def test_the_photo_that_is_too_large_for_its_painting_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = tmp_path / "wide.png"
    Image.new("1", (17000, 1700)).save(wide)
    said = refused(capsys, str(wide), "wave", str(tmp_path / "o.webp"), "--rescale", *QUICK)
    assert said == f"{wide}: it is 17000x1700, and a WebP has at most 16383 pixels an edge"


def test_a_file_that_is_far_too_large_for_a_picture_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(3 * 10**12)
    said = refused(capsys, str(film), "wave", str(tmp_path / "o.png"))
    assert said == f"{film}: it is 3000.0 GB; of a picture, at most 1 is read"


@pytest.mark.parametrize("format", ["GIF", "PNG", "AVIF"])
def test_it_is_told_how_moving_pictures_are_painted(
    format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moving, out = tmp_path / "moving", str(tmp_path / "o.png")
    frames = [Image.fromarray(clips.frame(number)) for number in range(2)]
    frames[0].save(moving, format, save_all=True, append_images=frames[1:], duration=100)
    line = f"{moving}: it moves ({format}); a still picture is needed"
    assert refused(capsys, str(moving), "wave", out) == f"{line}; to paint all of it, let OUT end in .gif or .mp4"
    assert refused(capsys, CAT, str(moving), out) == line
    assert refused(capsys, CAT, "wave", out, "--init", str(moving)) == line


def test_it_is_told_how_a_film_is_painted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(clips.clip())
    said = refused(capsys, str(film), "wave", str(tmp_path / "o.png"))
    assert said.startswith(f"{film}: it is not a picture that can be read")
    assert said.endswith("; to paint all of it, let OUT end in .gif or .mp4")


def test_a_photo_is_never_painted_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, link = tmp_path / "photo.jpg", tmp_path / "link.jpg"
    shutil.copy(CAT, photo)
    link.symlink_to(photo)
    for source in (photo, link):
        said = refused(capsys, str(photo), "wave", "-o", str(source))
        assert said == f"{source}: it is one of the pictures to paint from; choose another name"


def test_what_may_not_be_written_is_found_before_painting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.png"
    out.write_bytes(b"")
    # Root, who runs the tests in containers, may write everything.
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == out and mode == os.W_OK))
    assert refused(capsys, CAT, "wave", "-o", str(out)) == f"{out}: it is write-protected"


def test_a_transparent_photo_needs_a_format_that_can_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGBA", (64, 64), (255, 0, 0, 100)).save(photo)
    said = refused(capsys, str(photo), "wave", "-o", str(tmp_path / "o.jpg"))
    assert said == f"{photo}: it is transparent, which a JPEG cannot be; let OUT end in .png or .webp"
    assert cli.main([str(photo), "wave", "-o", str(tmp_path / "o.webp"), "--size", "32", "--steps", "1"]) == 0
    with Image.open(tmp_path / "o.webp") as image:
        assert (image.format, image.mode) == ("WEBP", "RGBA")


def test_a_style_of_ones_own_comes_before_a_painting_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wave").mkdir()
    invocation = build_invocation(parse([CAT, "wave", "-o", "o.png"]))
    assert invocation.styles[0] == (FOLDER / "great-wave.jpg").read_bytes(), "a folder is no style"
    Path("wave").rmdir()
    shutil.copy(FOLDER / "poppies.jpg", "wave")
    invocation = build_invocation(parse([CAT, "wave", "-o", "o.png"]))
    assert invocation.styles[0] == (FOLDER / "poppies.jpg").read_bytes()
    invocation = build_invocation(parse([CAT, "great wave", "-o", "o.png"]))
    assert invocation.styles[0] == (FOLDER / "great-wave.jpg").read_bytes()


def test_styles_are_blended_by_their_names_and_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(FOLDER / "poppies.jpg", "mine.jpg")
    arguments = [CAT, "great wave+mine.jpg+church", "-o", "o.png", "--style-blend", "2,1, 1"]
    invocation = build_invocation(parse(arguments))
    assert invocation.styles == [
        (FOLDER / f"{name}.jpg").read_bytes() for name in ("great-wave", "poppies", "church-at-auvers")
    ]
    assert invocation.settings.style_blend == (2.0, 1.0, 1.0)
    assert invocation.settings.style_scale == pytest.approx(0.75 + 0.25 * 1.4)
    shutil.copy(FOLDER / "night-cafe.jpg", "wave+poppies")
    invocation = build_invocation(parse([CAT, "wave+poppies", "-o", "o.png"]))
    assert invocation.styles == [(FOLDER / "night-cafe.jpg").read_bytes()], "a file's name may have a plus in it"


def test_two_styles_make_another_painting_than_one(tmp_path: Path) -> None:
    pictures = set()
    for style in ("wave", "wave+composition"):
        assert cli.main([CAT, style, "-o", str(tmp_path / "o.png"), *QUICK]) == 0
        pictures.add((tmp_path / "o.png").read_bytes())
    assert len(pictures) == 2


def test_a_gallery_of_ones_own_with_its_tuning(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "poppies.jpg", tmp_path / "p.jpg")
    facts = "title='Mine'\nartist='I'\nyear=2000\nsource='s'\nlicence='l'\npicture='p.jpg'\n"
    (tmp_path / "paintings.toml").write_text(f"[mine]\n{facts}[mine.tuning]\nstyle_weight=300\nsteps=9\n")
    arguments = [CAT, "mine", "-o", str(tmp_path / "o.webp"), "--gallery", str(tmp_path), "--steps", "8"]
    assert build_invocation(parse(arguments)).settings == Settings(style_weight=300, steps=8, format="webp")


def test_a_dream_has_the_tuning_of_ones_own_gallery_if_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dream").write_text("a file of that name is no style")
    facts = "title='Mine'\nartist='I'\nyear=2000\nsource='s'\nlicence='l'\npicture='p.jpg'\n"
    shutil.copy(FOLDER / "poppies.jpg", "p.jpg")
    Path("paintings.toml").write_text(f"[mine]\n{facts}")
    arguments = [CAT, "o.png", "--dream", "--gallery", "."]
    assert build_invocation(parse(arguments)).settings == Settings(dream=True, steps=50)
    Path("paintings.toml").write_text(f"[mine]\n{facts}[mine.tuning]\ndream=true\nsteps=9\n")
    assert build_invocation(parse(arguments)).settings == Settings(dream=True, steps=9)


def test_only_what_was_said_is_chosen() -> None:
    said = "--size 64 --no-keep-aspect --keep-colors --style-layers relu1_1,relu2_1 --tv-weight 2 --device cuda:1"
    assert chosen(parse(["p", "s", *said.split()]), Path("a/o.JPEG")) == {
        "format": "jpeg",
        "size": 64,
        "keep_aspect": False,
        "keep_colors": True,
        "style_layers": ("relu1_1", "relu2_1"),
        "tv_weight": 2.0,
        "device": "cuda:1",
    }
    assert chosen(parse(["p", "s"]), Path("o.png")) == {"format": "png"}


@pytest.mark.parametrize(
    "words", ["{} wave o.png", "-o o.png {} wave", "{} -q wave --size 64 o.png", "{} -o o.png -- wave"]
)
def test_arguments_and_options_come_in_any_order(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    invocation = build_invocation(parse(words.format(CAT).split()))
    assert (invocation.out, invocation.content) == (Path("o.png"), Path(CAT).read_bytes())
    assert invocation.styles == [(FOLDER / "great-wave.jpg").read_bytes()]


def test_after_two_dashes_nothing_is_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(CAT, "-q")
    for words in ("--size 64 -- -q wave -o.png", "-- -q wave -o.png", "./-q wave --size 64 -- -o.png"):
        invocation = build_invocation(parse(words.split()))
        assert (invocation.out, invocation.content) == (Path("-o.png"), Path(CAT).read_bytes())


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "load_engine", lambda settings: None)
    monkeypatch.setattr(engine, "paint_invocation", lambda invocation, out: [Result(b"a painting", 1, 1, 0.0)])


@pytest.mark.usefixtures("no_engine")
def test_a_painting_replaces_its_file_in_one_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, link = tmp_path / "real.png", tmp_path / "link.png"
    real.write_bytes(b"old")
    link.symlink_to(real)
    assert cli.main([CAT, "wave", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert real.read_bytes() == b"a painting"

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    link.unlink()
    link.symlink_to(link)
    assert cli.main([CAT, "wave", "-o", str(link)]) == 0, "a link in a circle is a name like others"

    monkeypatch.setattr(Path, "replace", full)
    real.write_bytes(b"old")
    assert cli.main([CAT, "wave", "-o", str(real)]) == 1
    assert real.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.png", "real.png"]


@pytest.mark.usefixtures("no_engine")
def test_what_a_killed_process_left_behind_is_in_nobody_s_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container, every process may have the same number."""
    left: list[Path] = []
    monkeypatch.setattr(engine, "paint_invocation", lambda invocation, out: left.append(out) or [])
    for _ in range(2):
        assert cli.main([CAT, "wave", "-o", str(tmp_path / "o.png")]) == 1, "nothing was written"
        left[-1].touch()
    assert len(set(left)) == 2


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize(
    ("step", "error", "said"),
    [
        ("paint_invocation", PaintError("the loss is not finite"), "the loss is not finite"),
        ("load_engine", MemoryError(), "there is not enough memory"),
    ],
)
def test_a_failed_painting_is_one_line_and_status_1(
    step: str,
    error: Exception,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(engine, step, fail)
    assert cli.main([CAT, "wave", "-o", str(tmp_path / "o.png")]) == 1
    assert capsys.readouterr() == ("", f"styler: {said}\n")
    assert not list(tmp_path.iterdir())


class Unmappable:
    """A module for which there is no memory left: CUDA's libraries, which torch loads first."""

    def __getattr__(self, name: str) -> None:
        raise OSError("libcublasLt.so.13: failed to map segment from shared object")


@pytest.mark.parametrize(
    ("module", "kind"), [("styler.engine.runtime", None), ("styler.engine.runtime", Unmappable), ("cv2", None)]
)
def test_libraries_that_cannot_be_loaded_are_one_line_and_status_1(
    module: str,
    kind: type | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("styler.paint_clip", "styler.paint_photo", "styler.image.faces"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, module, kind and kind())
    assert cli.main([CAT, "wave", "-o", str(tmp_path / "o.png")]) == 1
    assert re.fullmatch(
        "styler: what painting needs cannot be loaded: (import of|libcublasLt).+\n", capsys.readouterr().err
    )


def test_a_clip_becomes_a_painted_clip(tmp_path: Path) -> None:
    source, out = tmp_path / "clip.mp4", tmp_path / "out.gif"
    source.write_bytes(clips.clip(frames=3))
    done = run(str(source), "wave", "-o", str(out), *QUICK)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
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
    process, ours = terminal(str(source), "wave", "-o", str(out), "--size", "128", "--device", "cpu")
    signal.signal(ending, before)
    try:
        read_until(ours, r"frame \d+/50")
        process.send_signal(ending)
        assert process.wait(60) == 128 + ending
    finally:
        process.kill()
        os.close(ours)
    assert list(tmp_path.iterdir()) == [source]


def test_a_terminal_counts_the_frames(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(clips.clip(frames=3))
    process, ours = terminal(str(source), "wave", "-o", str(tmp_path / "out.mp4"), *QUICK)
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
