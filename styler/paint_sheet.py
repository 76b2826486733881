"""A sheet: a photo in the manner of each painting of a gallery, as one picture, to choose by seeing oneself.

A cell has to look in a tenth of a second like what a painting looks like after its minutes, so it goes a shorter way.
It starts from the photo with the painting itself shining through on grounds and skies (`styler.engine.guidance`):
hundreds of steps would bring its waves and flowers there. A network that styles a picture in one pass
(`styler.engine.feed_forward`) makes one picture of both and gives it the grain. Then a few steps of the optimisation
that also makes large paintings, on a small copy, bring the colours to where a finished painting has them
(`tests/benchmarks/sheets.py`).
"""

from __future__ import annotations

import functools
import io
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from styler.engine.dream import dream
from styler.engine.feed_forward import STYLE_EDGE, FeedForward, style_vector
from styler.engine.guidance import freedom
from styler.engine.model import load_model
from styler.engine.parallel import Work, results
from styler.engine.transfer import Step, style_transfer
from styler.events import PaintError, Progress, Result
from styler.gallery import Painting, settings_for
from styler.gallery.contact_sheet import CELL, contact_sheet, fitted, labelled
from styler.image.codec import Pixels, StillImage, decode, resize, scaled
from styler.image.detail import enlarged_with_detail
from styler.image.luminance import luminance, matched_luminance, with_colors_of
from styler.paint_photo import EtaEstimator, faces_of, style_pixels, to_pixels, to_tensor
from styler.settings import CLIP_FORMATS, SHEET_SETTINGS, Settings
from styler.video.reader import ClipReader

SIZE = 96  # pixels: the long edge at which a cell is optimised
STEPS = 6  # L-BFGS steps for each cell
STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1")
DREAM_SIZE, DREAM_STEPS = 168, 10  # large enough for two octaves
# How much of the painting shines through where it is free to; and how much of its style's vector the network gets, of
# which the rest is the photo's own.
SHINING = {"soft": 0.25, "medium": 0.6, "strong": 0.7}
STYLED = {"soft": 0.5, "medium": 1.0, "strong": 1.0}
SOFT = 8.0  # pixels: of the edge between what is free and what is not


def paint_sheet(
    content: bytes, paintings: Sequence[Painting], labels: Sequence[str], settings: Settings
) -> Generator[Progress | Result, None, None]:
    """Paint the photo in the bytes `content` in the manner of each of `paintings`, with their `labels` under them.

    If `settings.format` is one for clips, the photo is a clip's first frame. Of the other settings, `SHEET_SETTINGS`
    count. The paintings' own tunings are as in `styler.gallery.settings_for`.

    Yields a `Progress` after each step of a cell, and one `Result` at the end, a JPEG. Closing the generator cancels:
    cells that are in work take one step more. Raises as `styler.paint_photo.paint`.
    """
    photo = _photo(content, settings)
    canvas = _Canvas(np.asarray(fitted(Image.fromarray(photo.pixels))), settings)
    each = [_settings(painting, settings) for painting in paintings]
    works = [canvas.cell(painting, own) for painting, own in zip(paintings, each, strict=True)]
    done, steps, eta, cells = 0, sum(own.steps for own in each), EtaEstimator(), []
    with closing(results(works, canvas.device)) as painted:
        for news in painted:
            if isinstance(news, _Cell):
                cells.append(news)
            elif news is not None:
                done += 1
                yield Progress(done, steps, news, done / steps, eta.seconds_left(done / steps))
    sheet = contact_sheet([Image.fromarray(cell.picture) for cell in cells])
    yield Result(labelled(sheet, labels), *sheet.size, cells[-1].loss, photo.width, photo.height)


def _photo(content: bytes, settings: Settings) -> StillImage:
    """The photo, or of a clip the first frame."""
    if settings.format in CLIP_FORMATS:
        return ClipReader(io.BytesIO(content), settings.max_seconds, settings.most_fps).first
    return decode(content, "content", 2 * max(CELL))


def _settings(painting: Painting, settings: Settings) -> Settings:
    """The painting's own settings at a cell's size, with what of `settings` is not about size and steps."""
    tuned = settings_for(painting, {name: getattr(settings, name) for name in SHEET_SETTINGS})
    size, steps = (DREAM_SIZE, DREAM_STEPS) if tuned.dream else (SIZE, STEPS)
    return replace(tuned, size=size, steps=steps, style_layers=STYLE_LAYERS, init="content")


class _Cell(NamedTuple):
    """A cell at its full size, (h, w, 3), and the loss of what was optimised."""

    picture: Pixels
    loss: float


_Work = Work[float | None, _Cell]  # the loss after each step, or nothing where it may be ended before the first


class _Canvas:
    """What all cells are made of: the photo, cut to their shape, and what is known of it.

    Where the photo's colours are kept, all is painted in grey, from a photo and a painting in grey, and coloured last.
    """

    def __init__(self, photo: Pixels, settings: Settings) -> None:
        self._photo, self._faces, self._grey = photo, faces_of(photo, settings), settings.keep_colors
        self._seen = luminance(photo) if self._grey else photo
        extractor = load_model(settings)
        self.device = extractor.device
        self._feed_forward = FeedForward(extractor.device, extractor.dtype)
        # In skies, too, where a painting would only leave crumbs of its forms: a small picture tells whose they are.
        free = freedom(extractor, to_tensor(self._seen).to(self.device), self._faces, calm=0)
        self._free = cv2.GaussianBlur(cv2.resize(free.float().cpu().numpy(), CELL), (0, 0), SOFT)[..., None]

    def cell(self, painting: Painting, settings: Settings) -> _Work:
        """The photo in the manner of a painting."""
        cell = yield from self._dream(settings) if settings.dream else self._painted(painting, settings)
        return cell._replace(picture=with_colors_of(cell.picture, self._photo)) if self._grey else cell

    def _dream(self, settings: Settings) -> _Work:
        small = resize(self._seen, *scaled(*CELL, DREAM_SIZE / max(CELL)))
        return _end_of(dream(to_tensor(small), settings), self._seen)

    def _painted(self, painting: Painting, settings: Settings) -> _Work:
        content = resize(self._seen, *scaled(*CELL, SIZE / max(CELL)))
        style = _style(painting.path, settings.style_scale)
        style = matched_luminance(style, content) if self._grey else style
        shining = _mixed(
            self._seen, np.asarray(fitted(Image.fromarray(style))), self._free * SHINING[settings.strength]
        )
        start = self._with_faces(self._feed_forward.styled(shining, self._vector(painting, settings)), settings)
        yield None  # here it may be ended
        init = to_tensor(resize(start, content.shape[1], content.shape[0]))
        steps = style_transfer(to_tensor(content), to_tensor(style), settings, init, self._faces)
        return (yield from _end_of(steps, start))

    def _vector(self, painting: Painting, settings: Settings) -> Tensor:
        vector, share = _style_vector(painting.path), STYLED[settings.strength]
        return vector if share == 1 else style_vector(self._seen).lerp(vector, share)

    def _with_faces(self, styled: Pixels, settings: Settings) -> Pixels:
        """In faces, as much of the photo as the content loss weighs more there: the network darkens them."""
        styled = luminance(styled) if self._grey else styled
        if self._faces is None:
            return styled
        return _mixed(styled, self._seen, cv2.resize(self._faces.numpy(), CELL)[..., None] * (1 - 1 / settings.faces))


def _mixed(one: Pixels, other: Pixels, share: NDArray[Any]) -> Pixels:
    """Two pictures (h, w, 3), with a share (h, w, 1) of the other one."""
    mixture: Pixels = (one + (other.astype(np.float32) - one) * share).round().astype(np.uint8)
    return mixture


def _end_of(steps: Iterable[Step], start: Pixels) -> _Work:
    """What the steps come to, on a small copy of `start`; with what of `start` is finer."""
    last = None
    for step in steps:
        last = step
        yield step.loss
    if last is None or last.image is None:
        raise PaintError("the engine ended without a picture")
    return _Cell(enlarged_with_detail(to_pixels(last.image, start, Settings()), start), last.loss)


@functools.lru_cache(maxsize=256)
def _style(path: Path, style_scale: float) -> Pixels:
    """The painting's pixels for a cell. Small, so that those of a whole gallery are kept for the next sheet."""
    return style_pixels(path.read_bytes(), Settings(size=SIZE, style_scale=style_scale))


@functools.lru_cache(maxsize=256)
def _style_vector(path: Path) -> Tensor:
    return style_vector(decode(path.read_bytes(), "style", STYLE_EDGE).pixels)
