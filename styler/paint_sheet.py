"""A photo in the manner of each painting of a gallery, as one contact sheet: to choose by seeing oneself.

Each tile is a painting of its own, by the same optimisation as a large one, but small, with few steps, and without the
deep layers of the network, which would take half of the time. The photo's finest detail is added at the end, as it is
between two levels of the image pyramid.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from styler.engine.dream import dream
from styler.engine.transfer import Step, style_transfer
from styler.events import PaintError, Progress, Result
from styler.gallery import Painting, settings_for
from styler.gallery.contact_sheet import TILE, contact_sheet, fitted, labelled
from styler.image.codec import Pixels, StillImage, decode, resize, scaled
from styler.image.colors import luminance, matched_luminance
from styler.image.detail import enlarged_with_detail
from styler.paint_photo import EtaEstimator, faces_of, style_pixels, to_pixels, to_tensor
from styler.settings import CLIP_FORMATS, Settings
from styler.video.reader import ClipReader

SIZE = 96  # pixels: the long edge at which a tile is painted
STEPS = 20  # L-BFGS steps for each tile
STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1")


def paint_sheet(
    content: bytes, paintings: Sequence[Painting], labels: Sequence[str], settings: Settings
) -> Generator[Progress | Result, None, None]:
    """Paint the photo in the bytes `content` in the manner of each of `paintings`, with their `labels` under them.

    If `settings.format` is one for clips, the photo is a clip's first frame. Of the other settings, what suits small
    tiles counts: strength, colours, faces, device, precision and memory. The paintings'
    own tunings are as in `styler.gallery.settings_for`.

    Yields a `Progress` after each step, and one `Result` at the end, a JPEG. Nothing is computed between two `next()`;
    closing the generator cancels. Raises as `styler.paint_photo.paint`.
    """
    photo = _photo(content, settings)
    tile = np.asarray(fitted(Image.fromarray(photo.pixels)))
    faces = faces_of(tile, settings)
    steps = len(paintings) * STEPS
    done, loss, eta, tiles = 0, 0.0, EtaEstimator(), []
    for number, painting in enumerate(paintings):
        own = _settings(painting, settings)
        with closing(_steps(tile, painting, own, faces)) as each:
            for step in each:
                done, loss = number * STEPS + round(STEPS * step.step / step.steps), step.loss
                yield Progress(done, steps, loss, done / steps, eta.seconds_left(done / steps))
        if step.image is None:
            raise PaintError("the engine ended without a picture")
        tiles.append(enlarged_with_detail(to_pixels(step.image, tile, own), tile))
    sheet = contact_sheet([Image.fromarray(pixels) for pixels in tiles])
    yield Result(labelled(sheet, labels), *sheet.size, loss, photo.width, photo.height)


def _photo(content: bytes, settings: Settings) -> StillImage:
    """The photo, or of a clip the first frame."""
    if settings.format in CLIP_FORMATS:
        return ClipReader(io.BytesIO(content), settings.max_seconds, settings.most_fps).first
    return decode(content, "content", 2 * max(TILE))


def _settings(painting: Painting, settings: Settings) -> Settings:
    """The painting's own settings at a tile's size, with what of `settings` is not about size and steps."""
    chosen = ("strength", "keep_colors", "faces", "device", "precision", "max_memory", "weights", "pooling")
    tuned = settings_for(painting, {name: getattr(settings, name) for name in chosen})
    return replace(tuned, size=SIZE, steps=STEPS, style_layers=STYLE_LAYERS, init="content")


def _steps(tile: Pixels, painting: Painting, settings: Settings, faces: Tensor | None) -> Generator[Step, None, None]:
    content_image = resize(tile, *scaled(*TILE, SIZE / max(TILE)))
    if settings.keep_colors:
        content_image = luminance(content_image)
    if settings.dream:
        yield from dream(to_tensor(content_image), settings)
        return
    style = _style(painting.path, settings.style_scale)
    if settings.keep_colors:
        style = matched_luminance(style, content_image)
    yield from style_transfer(to_tensor(content_image), to_tensor(style), settings, faces=faces)


@functools.lru_cache(maxsize=256)
def _style(path: Path, style_scale: float) -> Pixels:
    """The painting's pixels for a tile. Small, so that those of a whole gallery are kept for the next sheet."""
    return style_pixels(path.read_bytes(), Settings(size=SIZE, style_scale=style_scale))
