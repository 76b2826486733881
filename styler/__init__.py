"""Repaint a photo in the manner of a painting, by optimising its pixels.

L. A. Gatys, A. S. Ecker, M. Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016.

From the top to the bottom; each imports only what stands below it:

- `__main__`, `cli`: the command line, whose options are the fields of `Settings`
- `paint_clip`: from the file of a clip to the file of a painted clip
- `paint_sheet`: a photo in the manner of each painting of a gallery, small, as one picture
- `paint_photo`: from the bytes of two pictures to the bytes of a painting
- `engine/`: the optimisation; the only folder that needs torch
- `video/`: reads and writes clips; optical flow
- `image/`: reads and writes pictures; colours; faces
- `gallery/`: the preset paintings
- `weights/`: those of VGG16 and of the detector of faces
- `events`: what painting tells its caller: progress, previews, the result, `BadImage`
- `argument_parser`: how a command line says what it does not understand
- `settings`: every choice about a painting, its default, and where the default comes from

`from styler import paint, Settings` works, and loads torch only when `paint` is named: `settings`, `events` and
`gallery` stay free of it, so that a light process (the bot's) can use them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styler.events import BadImage, PaintError, Preview, Progress, Result
    from styler.paint_photo import paint
    from styler.settings import Settings

__version__ = "0.2.0"
__all__ = ["BadImage", "PaintError", "Preview", "Progress", "Result", "Settings", "__version__", "paint"]


def __getattr__(name: str) -> object:
    """Import what stands in `__all__` when it is first used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = {"paint": "paint_photo", "Settings": "settings"}.get(name, "events")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
