"""From the bytes of pictures to the bytes of a painting, with news on the way."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from styler.engine.dream import dream
from styler.engine.transfer import Step, style_transfer
from styler.events import BadImage, Event, PaintError, Preview, Progress, Result
from styler.image.codec import Pixels, StillImage, decode, encode, resize, scaled
from styler.image.faces import face_mask
from styler.image.luminance import luminance, matched_luminance, with_colors_of
from styler.image.side_by_side import side_by_side
from styler.settings import FORMATS, MIN_SIZE, Format, Settings
from styler.video.timelapse import TimelapseRecorder

# The engine brings the style image to its final size. Beyond twice that size its pixels only cost memory.
_STYLE_MARGIN = 2
_WEBP_MAX_EDGE = 16383
_PREVIEW_EDGE = 1280  # more is not seen of a picture that stands for seconds


def paint(content: bytes, style: bytes | Sequence[bytes], settings: Settings) -> Generator[Event, None, None]:
    """Paint the photo in the bytes `content` in the manner of the picture in the bytes `style`, or of several pictures.

    Several styles are blended in the shares of `settings.style_blend`. A dream (`settings.dream`) needs no style.

    Yields a `Progress` after each step, a `Preview` within the first level of the image pyramid and at the end of each
    but the last, and one `Result` at the end; before it, with `settings.timelapse`, a `Timelapse`. With
    `settings.compare`, the style is a painting of the photo already, and the `Result` shows both. Nothing is computed
    between two `next()`; closing the generator cancels.

    The painting's long edge is `settings.size`, also where the photo is smaller, unless `enlarge` is off. A transparent
    photo keeps its alpha; what was to be a JPEG is then a PNG.

    Raises `BadImage` about one of the pictures, `ValueError` about a setting that does not fit this machine or these
    pictures, and `PaintError`.
    """
    if settings.format not in FORMATS:
        raise ValueError(f"format is {settings.format!r}; for a photo, allowed are {', '.join(FORMATS)}")
    styles = styles_of(style, settings)
    if settings.compare:
        yield side_by_side(content, styles[0])
        return
    photo = decode(content, "content", settings.size)
    settings = without_upscaling(photo, settings)
    _check_result(photo, settings)
    content_image = content_pixels(photo, settings)
    eta = EtaEstimator()
    recorder = TimelapseRecorder(content_image, settings.init == "content") if settings.timelapse else None
    painted = None
    style_images = [style_pixels(style, settings) for style in styles]
    with closing(_steps(content_image, style_images, settings)) as steps:
        for step in steps:
            yield Progress(step.step, step.steps, step.loss, step.share, eta.seconds_left(step.share))
            if recorder:
                recorder.add(to_pixels(step.picture.cpu(), content_image, settings))
            if step.image is not None:
                painted = to_pixels(step.image, content_image, settings)
                if step.step < step.steps:
                    yield preview_of(painted, content_image)
    if painted is None:
        raise PaintError("the engine ended without a picture")
    if recorder:
        yield recorder.finish(painted)
    yield _result(painted, photo, step.loss, settings)


def styles_of(style: bytes | Sequence[bytes], settings: Settings) -> Sequence[bytes]:
    """The styles as a sequence, none for a dream. Raises `ValueError` where they do not fit the settings."""
    # A bytearray is a sequence, too: of numbers.
    styles = [bytes(style)] if isinstance(style, bytes | bytearray | memoryview) else style
    if not settings.dream:
        settings.shares(len(styles))
        return styles
    if len(styles) > 1:
        raise ValueError("a dream cannot be blended with a style")
    return []


class EtaEstimator:
    """Estimates the seconds left from the speed so far. `share` (0 to 1) was done before, by a checkpoint."""

    def __init__(self, share: float = 0.0) -> None:
        self.start, self.share, self.warm = time.monotonic(), share, False

    def seconds_left(self, share: float) -> float:
        """The seconds until the end, when a `share` (0 to 1) of the work is done."""
        now = time.monotonic()
        left = (now - self.start) * (1 - share) / max(share - self.share, 1e-9)
        if not self.warm:
            # From here on without the first step, which also loads the network and measures the style.
            self.start, self.share, self.warm = now, share, True
        return max(left, 0.0)


def _check_result(photo: StillImage, settings: Settings) -> None:
    if settings.rescale and settings.format == "webp" and max(photo.width, photo.height) > _WEBP_MAX_EDGE:
        detail = f"it is {photo.width}x{photo.height}, and a WebP has at most {_WEBP_MAX_EDGE} pixels an edge"
        facts = {"width": photo.width, "height": photo.height, "limit": _WEBP_MAX_EDGE}
        raise BadImage("too_large", detail, "content", facts)


def without_upscaling(photo: StillImage, settings: Settings) -> Settings:
    """The settings with the photo's own size, if that is less and the painting shall not be larger."""
    if settings.enlarge:
        return settings
    return replace(settings, size=min(settings.size, max(photo.width, photo.height, MIN_SIZE)))


def content_pixels(photo: StillImage, settings: Settings) -> Pixels:
    """The photo's pixels at the painting's size."""
    if not settings.keep_aspect:
        return resize(photo.pixels, settings.size, settings.size)
    scale = settings.size / max(photo.width, photo.height)
    return resize(photo.pixels, *scaled(photo.width, photo.height, scale))


def style_pixels(style: bytes, settings: Settings) -> Pixels:
    """The style image's pixels, at its own size unless that is much more than is needed."""
    needed = max(1, round(settings.size * settings.style_scale * _STYLE_MARGIN))
    picture = decode(style, "style", needed)
    height, width = picture.pixels.shape[:2]
    return resize(picture.pixels, *scaled(width, height, min(1.0, needed / max(width, height))))


def _steps(content_image: Pixels, style_images: list[Pixels], settings: Settings) -> Generator[Step, None, None]:
    start, faces = _start(settings, content_image), faces_of(content_image, settings)
    if settings.keep_colors:
        content_image = luminance(content_image)
        style_images = [matched_luminance(image, content_image) for image in style_images]
    content, init = to_tensor(content_image), None if start is None else to_tensor(start)
    if settings.dream:
        yield from dream(content, settings, init)
    else:
        styles = [to_tensor(image) for image in style_images]
        yield from style_transfer(content, styles, settings, init, faces)


def faces_of(content_image: Pixels, settings: Settings) -> Tensor | None:
    """(h, w): 1 in faces, 0 elsewhere, if there are some and they shall be held."""
    mask = face_mask(content_image) if settings.faces > 1 else None
    return None if mask is None else torch.from_numpy(mask)


def _start(settings: Settings, content_image: Pixels) -> Pixels | None:
    """The picture to start from, if `settings.init` is a path."""
    if settings.init in ("content", "noise"):
        return None
    try:
        picture = decode(Path(settings.init).read_bytes(), size=settings.size)
    except OSError as error:
        raise ValueError(f"cannot start from {settings.init}: {error.strerror}") from error
    except BadImage as error:
        raise ValueError(f"cannot start from {settings.init}: {error}") from error
    start = resize(picture.pixels, content_image.shape[1], content_image.shape[0])
    return luminance(start) if settings.keep_colors else start


def to_tensor(pixels: Pixels) -> Tensor:
    """(H, W, 3) uint8 as (3, H, W) float32 in 0..255."""
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float().contiguous()


def to_pixels(image: Tensor, content_image: Pixels, settings: Settings) -> Pixels:
    """(3, h, w) float32 in 0..255 as (h, w, 3) uint8, with the photo's colours if it shall keep them."""
    painted: Pixels = image.permute(1, 2, 0).round().clamp(0, 255).to(torch.uint8).contiguous().numpy()
    if not settings.keep_colors:
        return painted
    return with_colors_of(painted, resize(content_image, painted.shape[1], painted.shape[0]))


def preview_of(painted: Pixels, content_image: Pixels) -> Preview:
    """The picture so far, which is smaller than the painting will be, at the painting's size if that is not large."""
    height, width = content_image.shape[:2]
    width, height = scaled(width, height, min(1.0, _PREVIEW_EDGE / max(width, height)))
    return Preview(encode(resize(painted, width, height), "jpeg"), width, height)


def _result(painted: Pixels, photo: StillImage, loss: float, settings: Settings) -> Result:
    if settings.rescale:
        painted = resize(painted, photo.width, photo.height)
    height, width = painted.shape[:2]
    if photo.alpha is None:
        return Result(encode(painted, cast(Format, settings.format)), width, height, loss, photo.width, photo.height)
    format = cast(Format, "png" if settings.format == "jpeg" else settings.format)
    whole = encode(painted, format, resize(photo.alpha, width, height))
    return Result(whole, width, height, loss, photo.width, photo.height)
