"""A photo in the manner of each painting of a gallery, as one contact sheet: to choose by seeing oneself.

Each tile is begun by a network that styles a picture in one pass (`styler.engine.feed_forward`): it gives the grain, in
a twentieth of a second. Then a few steps of the optimisation that also makes large paintings, on a small copy, bring
the colours and the forms to where a finished painting has them. Alone, that network mistakes every third painting for
another one, and the optimisation alone is blurred and takes twice as long (`tests/benchmarks/sheets.py`).
"""

from __future__ import annotations

import functools
import io
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from torch import Tensor

from styler.engine.dream import dream
from styler.engine.feed_forward import STYLE_EDGE, FeedForward, style_vector
from styler.engine.runtime import best_device
from styler.engine.transfer import Step, style_transfer
from styler.events import PaintError, Progress, Result
from styler.gallery import Painting, settings_for
from styler.gallery.contact_sheet import TILE, contact_sheet, fitted, labelled
from styler.image.codec import Pixels, StillImage, decode, resize, scaled
from styler.image.colors import luminance, matched_luminance, with_colors_of
from styler.image.detail import enlarged_with_detail
from styler.paint_photo import EtaEstimator, faces_of, style_pixels, to_pixels, to_tensor
from styler.settings import CLIP_FORMATS, Settings
from styler.video.reader import ClipReader

SIZE = 96  # pixels: the long edge at which a tile is painted
STEPS = 8  # L-BFGS steps for each tile
STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1")
# How much of the style's vector a tile starts with; the rest is the photo's own.
SHARES = {"soft": 0.5, "medium": 1.0, "strong": 1.0}


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
    canvas = _Canvas(np.asarray(fitted(Image.fromarray(photo.pixels))), settings)
    steps = len(paintings) * STEPS
    done, loss, eta, tiles = 0, 0.0, EtaEstimator(), []
    for number, painting in enumerate(paintings):
        own = _settings(painting, settings)
        start = canvas.start(painting, own)
        with closing(canvas.steps(start, painting, own)) as each:
            for step in each:
                done, loss = number * STEPS + round(STEPS * step.step / step.steps), step.loss
                yield Progress(done, steps, loss, done / steps, eta.seconds_left(done / steps))
        if step.image is None:
            raise PaintError("the engine ended without a picture")
        tiles.append(enlarged_with_detail(to_pixels(step.image, canvas.tile, own), start))
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


class _Canvas:
    """What all tiles are made of: the photo, cut to their shape, and what is known of it."""

    def __init__(self, tile: Pixels, settings: Settings) -> None:
        self.tile, self._faces = tile, faces_of(tile, settings)
        self._seen = luminance(tile) if settings.keep_colors else tile
        self._small = resize(self._seen, *scaled(*TILE, SIZE / max(TILE)))
        self._feed_forward = FeedForward(self._seen, best_device(settings.device))

    def start(self, painting: Painting, settings: Settings) -> Pixels:
        """What a tile starts from, at its full size: the photo styled in one pass. A dream starts from the photo."""
        if settings.dream:
            return self.tile
        vector, share = _style_vector(painting.path), SHARES[settings.strength]
        if share < 1:
            vector = style_vector(self._seen).lerp(vector, share)
        start = self._with_faces(self._feed_forward.styled(vector), settings)
        return with_colors_of(start, self.tile) if settings.keep_colors else start

    def _with_faces(self, start: Pixels, settings: Settings) -> Pixels:
        """In faces, as much of the photo as the content loss weighs more there: the network darkens them."""
        if self._faces is None:
            return start
        photo_share = cv2.resize(self._faces.numpy(), TILE)[..., None] * (1 - 1 / settings.faces)
        return (start + (self._seen.astype(np.float32) - start) * photo_share).round().astype(np.uint8)

    def steps(self, start: Pixels, painting: Painting, settings: Settings) -> Generator[Step, None, None]:
        """The steps of the optimisation, on a small copy."""
        content = to_tensor(self._small)
        if settings.dream:
            yield from dream(content, settings)
            return
        style = _style(painting.path, settings.style_scale)
        if settings.keep_colors:
            start, style = luminance(start), matched_luminance(style, self._small)
        init = to_tensor(resize(start, content.shape[2], content.shape[1]))
        yield from style_transfer(content, to_tensor(style), settings, init, self._faces)


@functools.lru_cache(maxsize=256)
def _style(path: Path, style_scale: float) -> Pixels:
    """The painting's pixels for a tile. Small, so that those of a whole gallery are kept for the next sheet."""
    return style_pixels(path.read_bytes(), Settings(size=SIZE, style_scale=style_scale))


@functools.lru_cache(maxsize=256)
def _style_vector(path: Path) -> Tensor:
    return style_vector(decode(path.read_bytes(), "style", STYLE_EDGE).pixels)
