"""What the command line asks for, and the one line that says what is wrong with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import styler.__main__ as cli
from styler.cli.invocation import build_invocation
from styler.cli.options import parse
from styler.gallery import FOLDER
from styler.settings import Settings
from tests.support import clips
from tests.support.command_line import CAT, QUICK, refused
from tests.support.project import ROOT


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
    video = tmp_path / "video.mp4"
    with video.open("wb") as file:
        file.truncate(3 * 10**12)
    said = refused(capsys, str(video), "wave", str(tmp_path / "o.png"))
    assert said == f"{video}: it is 3000.0 GB; of a picture, at most 1 is read"


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


def test_it_is_told_how_a_clip_is_painted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(clips.clip())
    said = refused(capsys, str(video), "wave", str(tmp_path / "o.png"))
    assert said.startswith(f"{video}: it is not a picture that can be read")
    assert said.endswith("; to paint all of it, let OUT end in .gif or .mp4")


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
