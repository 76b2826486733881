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
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from styler.cli import paint_invocation
from styler.cli.errors import BadInput, bad_input
from styler.cli.invocation import Invocation, build_invocation
from styler.cli.options import parse
from styler.cli.out_file import whole_file
from styler.events import BadImage, PaintError, Progress, Result, Timelapse
from styler.gallery import Painting, load_gallery
from styler.video.reader import ClipReader


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parse(argv)
    logging.basicConfig(format="styler: %(message)s")
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what is wrong with a picture is said in a sentence of ours
    logging.getLogger("styler").setLevel(logging.INFO if arguments.verbose else logging.WARNING)
    try:
        _run(arguments)
    except BadInput as error:
        return _say(error, 2)
    except BadImage as error:  # the photo's size does not fit OUT's format: all else was checked by build_invocation
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
        with bad_input():
            paintings = load_gallery(arguments.gallery)
        _list(paintings)
        return
    invocation = build_invocation(arguments)
    if isinstance(invocation.content, ClipReader) and invocation.content.longer and not arguments.quiet:
        _say(_shortened(arguments.photo, invocation.content))
    with _bar(arguments.quiet) as bar, logging_redirect_tqdm():
        with bad_input():
            paint_invocation.load_engine(invocation.settings)
        with contextlib.ExitStack() as stack:
            timelapse = stack.enter_context(whole_file(invocation.timelapse)) if invocation.timelapse else None
            _paint_and_write(invocation, bar, stack.enter_context(whole_file(invocation.out)), timelapse)


def _shortened(photo: str, clip: ClipReader) -> str:
    long = tqdm.format_interval(clip.seconds)
    return f"{photo}: it is {long} long; its first {clip.max_seconds:g} seconds are painted (--max-seconds)"


def _list(paintings: Sequence[Painting]) -> None:
    rows = [(p.name, p.title, p.artist, str(p.year)) for p in paintings]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    with contextlib.suppress(BrokenPipeError):  # who reads them has seen enough
        print(*lines, sep="\n", flush=True)


def _paint_and_write(invocation: Invocation, bar: tqdm[NoReturn], out: Path, timelapse: Path | None) -> None:
    for event in paint_invocation.paint_invocation(invocation, out):
        if isinstance(event, Progress):
            what = "frame" if isinstance(invocation.content, ClipReader) else "step"
            left = tqdm.format_interval(event.seconds_left)
            news = f"{what} {event.step}/{event.steps}  loss {event.loss:.4g}  {left} left"
            bar.set_description_str(news, refresh=False)
            bar.update(event.share - bar.n)
        if isinstance(event, Timelapse) and timelapse:
            timelapse.write_bytes(event.image)
        if isinstance(event, Result):
            out.write_bytes(event.image)


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
