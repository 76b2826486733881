"""What a file is, by its bytes, of files that real encoders wrote."""

import asyncio
import io

import pillow_heif
import pytest
from PIL import Image

from bot.jobs.media_kind import find_media_kind, media_kind
from tests.corpus.clips import FOLDER
from tests.support import clips
from tests.support.fakes import photo


def moving(format: str, **options: object) -> bytes:
    file, pictures = io.BytesIO(), [Image.fromarray(clips.frame(number)) for number in range(3)]
    pictures[0].save(file, format, save_all=True, append_images=pictures[1:], duration=100, **options)
    return file.getvalue()


def heic() -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(clips.frame(0))).save(file)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
def test_a_still_picture(kind: str) -> None:
    assert media_kind(photo(kind=kind)) == "still"


def test_a_still_heic() -> None:
    assert media_kind(heic()) == "still"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_a_picture_that_moves(kind: str) -> None:
    assert media_kind(moving(kind)) == "animation"


def test_gifs_with_and_without_a_palette_of_their_own_and_with_words() -> None:
    assert media_kind(clips.gif(frames=2)) == "animation"
    assert media_kind(clips.gif(frames=1)) == "still"
    assert media_kind(moving("GIF", comment=b"made by hand" * 40)) == "animation"


@pytest.mark.parametrize(("format", "codec"), [("mp4", None), ("mov", None), ("webm", None), ("avi", "mpeg4")])
def test_a_video(format: str, codec: str | None) -> None:
    assert media_kind(clips.clip(format, codec=codec)) == "video"


def test_a_video_of_a_tape() -> None:
    assert media_kind(clips.clip("dv", rate=25, size=(720, 576), codec="dvvideo")) == "video"


@pytest.mark.parametrize(
    "name",
    ["camera.mts", "late.mts", "sizes.mts", "b-frames.mpg", "windows.wmv", "flash.flv", "theora.ogv", "mobile.3gp"],
)
def test_a_video_of_a_camera_or_an_older_program(name: str) -> None:
    assert media_kind((FOLDER / name).read_bytes()) == "video"


@pytest.mark.parametrize(
    "data", [b"GG" + b"words" * 200, b"", b"GIF", b"%PDF-1.7 ...", b"words" * 100, b"PK\x03\x04" + bytes(40)]
)
def test_what_is_neither(data: bytes) -> None:
    assert media_kind(data) is None


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_wherever_a_file_ends_there_is_an_answer(kind: str) -> None:
    data = moving(kind)
    assert {media_kind(data[:end]) for end in range(len(data))} <= {None, "still", "animation"}


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + bytes(7) + b"!\xfe" + b"\1\1" * 2_000_000, photo(kind="PNG")[:8] + b"\0\0\0\0tEXt____" * 500_000],
)
async def test_a_file_of_countless_pieces_holds_up_nobody(data: bytes) -> None:
    turns, looked_at = 0, asyncio.create_task(find_media_kind(data))
    while not looked_at.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 3
    assert looked_at.result() == "still"
