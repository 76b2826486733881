"""What is written to: in one move, or not at all."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import stat
import sys
from pathlib import Path

import pytest

import styler.__main__ as cli
from styler.cli import paint_invocation
from styler.cli.out_file import whole_file
from styler.events import PaintError
from tests.support.command_line import CAT, refused


class Unmappable:
    """A module for which there is no memory left: CUDA's libraries, which torch loads first."""

    def __getattr__(self, name: str) -> None:
        raise OSError("libcublasLt.so.13: failed to map segment from shared object")


def test_a_full_disk_is_told_with_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be written beyond 1 kB fails."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # Python 3.11 keeps of it what there was room for
    out = tmp_path / "out.png"
    out.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        status = cli.main([CAT, "wave", "-o", str(out), "--size", "128", "--steps", "2", "--device", "cpu"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (status, capsys.readouterr().err) == (1, f"styler: {out}: File too large\n")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.png", b"old")]


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


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_painting_has_the_permissions_of_the_file_that_it_replaces(tmp_path: Path, mode: int) -> None:
    out, link = tmp_path / "out.png", tmp_path / "link.png"
    out.touch()
    out.chmod(mode)
    link.symlink_to(out)
    with whole_file(link) as part:
        assert stat.S_IMODE(part.stat().st_mode) == mode, "nobody else reads it while it is written"
        part.write_bytes(b"a painting")
    assert (out.read_bytes(), stat.S_IMODE(out.stat().st_mode)) == (b"a painting", mode)


@pytest.mark.usefixtures("no_engine")
def test_what_a_killed_process_left_behind_is_in_nobody_s_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container, every process may have the same number."""
    left: list[Path] = []
    monkeypatch.setattr(paint_invocation, "paint_invocation", lambda invocation, out: left.append(out) or [])
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

    monkeypatch.setattr(paint_invocation, step, fail)
    assert cli.main([CAT, "wave", "-o", str(tmp_path / "o.png")]) == 1
    assert capsys.readouterr() == ("", f"styler: {said}\n")
    assert not list(tmp_path.iterdir())


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
