"""Paints what the command line asks for. Torch is loaded only here, and only once the input has been checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from styler.cli.invocation import Invocation
from styler.events import Event, PaintError
from styler.settings import Settings
from styler.video.reader import ClipReader


def load_engine(settings: Settings) -> None:
    """Load torch, the device and the weights. Raises `ValueError` where one of them is not to be had."""
    try:  # it takes seconds, which --help and bad input need not wait for
        from styler.engine.runtime import release_libraries, tune_process  # noqa: PLC0415  (it comes before torch)

        tune_process()
        import styler.paint_clip  # noqa: PLC0415, F401  (and all that painting needs)
        from styler.engine.model import load_model  # noqa: PLC0415
    except (ImportError, OSError) as error:  # also where memory is short
        raise PaintError(f"what painting needs cannot be loaded: {error}") from error

    load_model(settings)
    release_libraries()


def paint_invocation(invocation: Invocation, out: Path) -> Iterator[Event]:
    """Paint; a clip is written to `out`, a still picture is in the last event."""
    from styler.paint_clip import paint_clip  # noqa: PLC0415
    from styler.paint_photo import paint  # noqa: PLC0415
    from styler.paint_sheet import paint_sheet  # noqa: PLC0415

    if invocation.sheet and isinstance(invocation.content, bytes):
        labels = [painting.label for painting in invocation.sheet]
        return paint_sheet(invocation.content, invocation.sheet, labels, invocation.settings)
    if isinstance(invocation.content, ClipReader):
        return paint_clip(invocation.content, invocation.styles, invocation.settings, out)
    return paint(invocation.content, invocation.styles, invocation.settings)
