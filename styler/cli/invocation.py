"""What a command line asks for, checked as far as it can be without painting. Free of torch."""

from __future__ import annotations

import argparse
import io
import mimetypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from styler.cli.errors import BadInput, bad_input
from styler.cli.options import chosen
from styler.cli.out_file import check_writable
from styler.events import BadImage
from styler.gallery import Painting, find_painting, load_gallery, settings_for_blend
from styler.gallery.contact_sheet import CELL
from styler.image.codec import StillImage, decode
from styler.image.limits import Which
from styler.settings import CLIP_FORMATS, SHEET_SETTINGS, Settings
from styler.video.reader import ClipReader

LARGEST_PICTURE = 10**9  # bytes: 160 megapixels, uncompressed and with 16 bits


@dataclass(frozen=True, slots=True)
class Invocation:
    """What to paint, checked as far as it can be without painting."""

    content: bytes | ClipReader
    styles: list[bytes]
    settings: Settings
    out: Path
    timelapse: Path | None = None
    sheet: Sequence[Painting] = ()


def build_invocation(arguments: argparse.Namespace) -> Invocation:
    """What `arguments` ask to paint. Raises `BadInput` for what cannot be done, and writes nothing."""
    with bad_input():
        return _sheet(arguments) if arguments.sheet else _painting(arguments)


def _painting(arguments: argparse.Namespace) -> Invocation:
    photo, style, out = _named(arguments)
    found = [_dream(arguments.gallery)] if getattr(arguments, "dream", False) else _styles(style, arguments.gallery)
    paths, paintings = zip(*found, strict=True)
    settings = settings_for_blend(paintings, chosen(arguments, out))
    content = _content(photo, settings)
    if settings.init not in ("content", "noise"):
        _picture(Path(settings.init), "content", settings.size)
    if len(paths) > 1 and not all(painting.blends for painting in paintings if painting):
        raise BadInput("a dream cannot be blended with a style")
    styles = [_picture(path, "style", settings.size)[0] for path in paths]
    check_writable(out, photo, *paths)
    if arguments.timelapse_out:
        _check_timelapse(arguments.timelapse_out, settings, out, photo, *paths)
        settings = replace(settings, timelapse=True)
    return Invocation(content, styles, settings, out, arguments.timelapse_out)


def _sheet(arguments: argparse.Namespace) -> Invocation:
    out: Path = arguments.sheet
    if arguments.photo is None or any((arguments.style, arguments.out, arguments.named_out, arguments.timelapse_out)):
        raise BadInput("--sheet takes a PHOTO, and no STYLE, OUT or film")
    if out.suffix.lower() not in (".jpg", ".jpeg"):
        raise BadInput(f"{out}: the sheet is a JPEG; let its name end in .jpg")
    said, photo = chosen(arguments, out), Path(arguments.photo)
    if unfit := [name for name in said if name not in (*SHEET_SETTINGS, "format")]:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in unfit)
        raise BadInput(f"{options}: this is not for --sheet, whose pictures are small and as each painting has it")
    content, moves = _still_or_clip(photo)
    check_writable(out, photo)
    settings = Settings(**{**said, "format": "mp4" if moves else "jpeg"})
    return Invocation(content, [], settings, out, sheet=load_gallery(arguments.gallery))


def _still_or_clip(path: Path) -> tuple[bytes, bool]:
    """The file, and whether it is a clip, of which the first frame is shown."""
    try:
        return _picture(path, "content", 2 * max(CELL))[0], False
    except BadInput as error:
        content = path.read_bytes() if isinstance(error.__cause__, BadImage) else b""
        try:
            ClipReader(io.BytesIO(content), 1)
        except BadImage:
            raise error from None
        return content, True


def _named(arguments: argparse.Namespace) -> tuple[Path, str, Path]:
    """PHOTO, STYLE and OUT. With --dream there is no STYLE, and the second name is OUT."""
    dream = "" if getattr(arguments, "dream", False) else None
    places = (arguments.photo, dream, arguments.style, arguments.out, arguments.named_out)
    named = [each for each in places if each is not None]
    if len(named) < 3:
        raise BadInput("PHOTO, STYLE and OUT are needed; see --help")
    if len(named) > 3:
        raise BadInput(f"OUT is named twice: {named[2]} and {named[3]}")
    photo, style, out, *_ = named
    return Path(photo), style, Path(out)


def _content(photo: Path, settings: Settings) -> bytes | ClipReader:
    if settings.format in CLIP_FORMATS:
        return _clip(photo, settings)
    content, picture = _picture(photo, "content", settings.size, "; to paint all of it, let OUT end in .gif or .mp4")
    if picture.alpha is not None and settings.format == "jpeg":
        raise BadInput(f"{photo}: it is transparent, which a JPEG cannot be; let OUT end in .png or .webp")
    return content


def _clip(path: Path, settings: Settings) -> ClipReader:
    if settings.dream:
        raise BadInput("a clip cannot be dreamt; choose a painting")
    try:
        # A clip is read from its beginning several times, and a pipe can be read only once.
        file = path if path.is_file() else io.BytesIO(path.read_bytes())
        clip = ClipReader(file, settings.max_seconds, settings.most_fps)
    except BadImage as error:
        still = error.reason in ("still", "no_clip")
        hint = "; for a still picture, let OUT end in .jpg, .png or .webp" if still else ""
        raise BadInput(f"{path}: {error}{hint}") from error
    if clip.first.alpha is not None and settings.format == "mp4":
        raise BadInput(f"{path}: it is transparent, which an MP4 cannot be; let OUT end in .gif or .webm")
    return clip


def _styles(text: str, gallery: Path | None) -> Iterator[tuple[Path, Painting | None]]:
    """The path of each style's picture, with its `Painting` where it is one of the gallery, else None."""
    for part in [text] if Path(text).is_file() else text.split("+"):
        path, painting = Path(part), None
        if path.name == part and not path.suffix and not path.is_file():
            painting = find_painting(load_gallery(gallery), part)
        yield painting.path if painting else path, painting


def _dream(gallery: Path | None) -> tuple[Path, Painting]:
    """The dream of `gallery`, which has its own tuning; where there is none, the dream that comes with styler."""
    dream = next(each for each in (*load_gallery(gallery), *load_gallery()) if not each.blends)
    return dream.path, dream


def _picture(path: Path, which: Which, size: int, if_it_moves: str = "") -> tuple[bytes, StillImage]:
    if path.stat().st_size > LARGEST_PICTURE:  # a video, perhaps: it would fill the memory before it is known for one
        raise BadInput(
            f"{path}: it is {path.stat().st_size / 1e9:.1f} GB; of a picture, at most {LARGEST_PICTURE / 1e9:g} is read"
        )
    data = path.read_bytes()
    try:
        return data, decode(data, which, size)
    except BadImage as error:
        moves = (mimetypes.guess_type(path)[0] or "").startswith("video/")
        moves |= error.reason == "moving"
        raise BadInput(f"{path}: {error}{if_it_moves if moves else ''}") from error


def _check_timelapse(timelapse: Path, settings: Settings, out: Path, *sources: Path) -> None:
    if settings.format in CLIP_FORMATS:
        raise BadInput("--timelapse shows how a photo is painted; this is a clip")
    if timelapse.suffix.lower() != ".mp4":
        raise BadInput(f"{timelapse}: the film of --timelapse is an MP4; let its name end in .mp4")
    check_writable(timelapse, *sources)
    if os.path.realpath(timelapse) == os.path.realpath(out):
        raise BadInput(f"{timelapse}: it is also the name of the painting; choose another name")
