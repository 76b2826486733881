"""The command line: python -m styler PHOTO STYLE[+STYLE...] OUT, where PHOTO may be a clip.

Exit status 0; 2 with one line for bad input, before anything is painted; 1 if painting failed; 130 after Ctrl-C, 143
after SIGTERM, 129 where the terminal is closed.
"""

from __future__ import annotations

import os
import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # While modules are loaded. A KeyboardInterrupt in an import would print a traceback, or make PyTorch abort.
    def _leave(*_: object) -> None:
        if os.isatty(2):
            os.write(2, b"\n")  # after ^C
        os._exit(130)

    signal.signal(signal.SIGINT, _leave)

import argparse
import contextlib
import io
import logging
import mimetypes
import secrets
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from styler.cli_options import chosen, parse
from styler.events import BadImage, Event, Film, PaintError, Progress, Result
from styler.gallery import Painting, find_painting, load_gallery, settings_for_blend
from styler.image.codec import StillImage, decode
from styler.image.limits import Which
from styler.settings import CLIP_FORMATS, Settings
from styler.video.reader import ClipReader

LARGEST_PICTURE = 10**9  # bytes: 160 megapixels, uncompressed and with 16 bits


class BadInput(Exception):
    """What was asked for cannot be done. `str()` is one clear line."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What to paint, checked as far as it can be without painting."""

    content: bytes | ClipReader
    styles: list[bytes]
    settings: Settings
    out: Path
    film: Path | None = None
    sheet: Sequence[Painting] = ()


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse(argv)
    logging.basicConfig(format="styler: %(message)s")
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what is wrong with a picture is said in a sentence of ours
    logging.getLogger("styler").setLevel(logging.INFO if arguments.verbose else logging.WARNING)
    try:
        _run(arguments)
    except BadInput as error:
        return _say(error, 2)
    except BadImage as error:  # the photo's size does not fit OUT's format: all else was checked by _order
        return _say(f"{arguments.photo}: {error}", 2)
    except (PaintError, OSError) as error:
        return _say(error, 1)
    except MemoryError:
        return _say("there is not enough memory", 1)
    except KeyboardInterrupt:
        return 130
    return 0


def _run(arguments: argparse.Namespace) -> None:
    if arguments.list:
        with _bad_input():
            paintings = load_gallery(arguments.gallery)
        _list(paintings)
        return
    with _bad_input():
        order = _sheet(arguments) if arguments.sheet else _order(arguments)
    if isinstance(order.content, ClipReader) and order.content.longer and not arguments.quiet:
        _say(_shortened(Path(arguments.photo), order.content))
    with _bar(arguments.quiet) as bar, logging_redirect_tqdm():
        with _bad_input():
            _load(order.settings)
        with contextlib.ExitStack() as stack:
            film = stack.enter_context(_whole(order.film)) if order.film else None
            _paint(order, bar, stack.enter_context(_whole(order.out)), film)


@contextlib.contextmanager
def _bad_input() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
    except ValueError as error:  # of a setting, a picture, a gallery, a device or the weights
        raise BadInput(str(error)) from error


def _list(paintings: Sequence[Painting]) -> None:
    rows = [(p.name, p.title, p.artist, str(p.year)) for p in paintings]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    with contextlib.suppress(BrokenPipeError):  # who reads them has seen enough
        print(*lines, sep="\n", flush=True)


def _order(arguments: argparse.Namespace) -> Invocation:
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
    _check_out(out, photo, *paths)
    if arguments.film:
        _check_film(arguments.film, settings, out, photo, *paths)
        settings = replace(settings, timelapse=True)
    return Invocation(content, styles, settings, out, arguments.film)


def _sheet(arguments: argparse.Namespace) -> Invocation:
    out: Path = arguments.sheet
    if arguments.photo is None or any((arguments.style, arguments.out, arguments.named_out, arguments.film)):
        raise BadInput("--sheet takes a PHOTO, and no STYLE, OUT or film")
    if out.suffix.lower() not in (".jpg", ".jpeg"):
        raise BadInput(f"{out}: the sheet is a JPEG; let its name end in .jpg")
    settings, photo = Settings(**chosen(arguments, out)), Path(arguments.photo)
    content, _ = _picture(photo, "content", settings.size)
    _check_out(out, photo)
    return Invocation(content, [], settings, out, sheet=load_gallery(arguments.gallery))


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


def _shortened(path: Path, clip: ClipReader) -> str:
    long = tqdm.format_interval(clip.seconds)
    return f"{path}: it is {long} long; its first {clip.max_seconds:g} seconds are painted (--max-seconds)"


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
    if path.stat().st_size > LARGEST_PICTURE:  # a film, perhaps: it would fill the memory before it is known for one
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


def _check_out(out: Path, *sources: Path) -> None:
    """Find out now, and not after minutes of painting, whether `out` can be written."""
    if out.exists():
        if not out.is_file():
            raise BadInput(f"{out}: it is not a file that can be written over")
        if any(out.samefile(source) for source in sources):
            raise BadInput(f"{out}: it is one of the pictures to paint from; choose another name")
        if not os.access(out, os.W_OK):
            raise BadInput(f"{out}: it is write-protected")
    part = _part(out)
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        raise BadInput(f"{out}: it cannot be written: {error.strerror}") from error
    part.unlink()


def _check_film(film: Path, settings: Settings, out: Path, *sources: Path) -> None:
    if settings.format in CLIP_FORMATS:
        raise BadInput("--timelapse shows how a photo is painted; this is a clip")
    if film.suffix.lower() != ".mp4":
        raise BadInput(f"{film}: the film of --timelapse is an MP4; let its name end in .mp4")
    _check_out(film, *sources)
    if os.path.realpath(film) == os.path.realpath(out):
        raise BadInput(f"{film}: it is also the name of the painting; choose another name")


def _part(out: Path) -> Path:
    # In the same folder as `out`: only within one file system can a file replace another in one move.
    # Not by resolve(), which raises a RuntimeError for links that lead in a circle.
    return Path(os.path.realpath(out)).with_name(f".styler-{secrets.token_hex(8)}.part")


@contextlib.contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file to write to. It replaces `out` at the end; after any error it is deleted, and `out` is as before."""
    part = _part(out)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there is something to tidy up
    try:
        yield part
        part.replace(os.path.realpath(out))
    except OSError as error:
        named = error.filename not in (None, str(part))
        raise PaintError(f"{error.filename if named else out}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _load(settings: Settings) -> None:
    """Load torch, the device and the weights. Raises `ValueError` where one of them is not to be had."""
    try:  # it takes seconds, which --help and bad input need not wait for
        from styler.engine.runtime import tune_process  # noqa: PLC0415, I001  (it comes before torch)
        import styler.paint_clip  # noqa: PLC0415, F401  (and all that painting needs)
        from styler.engine.transfer import load_model  # noqa: PLC0415
    except (ImportError, OSError) as error:  # also where memory is short
        raise PaintError(f"what painting needs cannot be loaded: {error}") from error

    tune_process()
    load_model(settings)


def _paint(order: Invocation, bar: tqdm[NoReturn], out: Path, film: Path | None) -> None:
    for event in _events(order, out):
        if isinstance(event, Progress):
            what = "frame" if isinstance(order.content, ClipReader) else "step"
            left = tqdm.format_interval(event.seconds_left)
            news = f"{what} {event.step}/{event.steps}  loss {event.loss:.4g}  {left} left"
            bar.set_description_str(news, refresh=False)
            bar.update(event.share - bar.n)
        if isinstance(event, Film) and film:
            film.write_bytes(event.image)
        if isinstance(event, Result):
            out.write_bytes(event.image)


def _events(order: Invocation, out: Path) -> Iterator[Event]:
    from styler.paint_clip import paint_clip  # noqa: PLC0415
    from styler.paint_photo import paint  # noqa: PLC0415
    from styler.paint_sheet import paint_sheet  # noqa: PLC0415

    if order.sheet and isinstance(order.content, bytes):
        labels = [painting.label for painting in order.sheet]
        return paint_sheet(order.content, order.sheet, labels, order.settings)
    if isinstance(order.content, ClipReader):
        return paint_clip(order.content, order.styles, order.settings, out)
    return paint(order.content, order.styles, order.settings)


def _bar(quiet: bool) -> tqdm[NoReturn]:
    # disable=None: quiet where it is no terminal. The total is the share of the work, because steps differ in length.
    layout = "{percentage:3.0f}% {bar} {desc}"
    # tqdm's own lock is for several processes, too: Python 3.14 warns of it as leaked when the process ends by _exit.
    tqdm.set_lock(threading.RLock())
    return tqdm(desc="getting ready", total=1.0, bar_format=layout, disable=True if quiet else None)


def _say(what: object, status: int = 0) -> int:
    print("styler:", " ".join(str(what).split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is signal.SIG_DFL:
            signal.signal(ending, lambda number, _: sys.exit(128 + number))  # and tidy up
    # If stderr is closed, tqdm fails, and what libraries write to it would land in the next file that is opened.
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # painters have accents, terminals perhaps not
    os._exit(main())  # PyTorch's CUDA build takes a second and 115 MB to take itself down
