"""What the measurements share: the pictures, the loss, the style error, the count of work, the machine's peak."""

from __future__ import annotations

import contextlib
import functools
import io
import statistics
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from styler import gallery
from styler.engine.features import FeatureExtractor
from styler.engine.fused_features import FusedFeatureExtractor
from styler.engine.guidance import freedom
from styler.engine.losses import gram_matrix
from styler.engine.model import load_model
from styler.engine.objective import LossWeights, Objective, SpatialControl
from styler.engine.outlines import subject_of
from styler.engine.pyramid import Level
from styler.engine.transfer import content_weights, loss_weights, scaled_style
from styler.engine.vgg import VGG16, load_vgg16
from styler.image.codec import decode
from styler.paint_photo import content_pixels, faces_of, style_pixels, to_tensor
from styler.settings import LAYERS, Settings
from tests.benchmarks.reference import PlainLoss, tutorial_weights

PHOTOS = Path(__file__).parent.parent / "photos"
# Layers that no optimisation uses: it cannot lower the style error there just by fitting numbers.
HELD_OUT = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")


class Order(NamedTuple):
    """A photo, the painting whose style it gets, and the settings, with the preset's tuning."""

    photo: bytes
    style: bytes
    settings: Settings

    def tensors(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """Content, style and faces, as `styler.paint_photo` passes them to the engine."""
        content_image = content_pixels(decode(self.photo, "content", self.settings.size), self.settings)
        return (
            to_tensor(content_image),
            to_tensor(style_pixels(self.style, self.settings)),
            faces_of(content_image, self.settings),
        )


def order(photo: str, painting: str, **chosen: object) -> Order:
    found = gallery.find_painting(gallery.load_gallery(), painting)
    return Order((PHOTOS / f"{photo}.jpg").read_bytes(), found.path.read_bytes(), gallery.settings_for(found, chosen))


def pixels(file: bytes) -> Tensor:
    """The pixels (3, H, W) of an image file."""
    with Image.open(io.BytesIO(file)) as image:
        return to_tensor(np.asarray(image.convert("RGB")))


def tutorial_aim(content: Tensor, style: Tensor, settings: Settings) -> LossWeights:
    return tutorial_weights(network(), content, scaled_style(style, level_of(content), settings))


def plain_loss(content: Tensor, style: Tensor, settings: Settings, weights: LossWeights | None = None) -> PlainLoss:
    """The float32 loss at full size by which a painting of `content` is measured."""
    scaled = scaled_style(style, level_of(content), settings)
    return PlainLoss(network(), content, scaled, weights or loss_weights(settings))


def objective(
    content: Tensor,
    style: Tensor,
    settings: Settings,
    weights: LossWeights | None = None,
    extractor: FeatureExtractor | None = None,
) -> Objective:
    """The same loss, as the engine minimises it at full size; everywhere alike, with neither faces nor guidance."""
    scaled = scaled_style(style, level_of(content), settings)
    return Objective(extractor or load_model(settings), content, [scaled], weights or loss_weights(settings))


def engine_objective(content: Tensor, style: Tensor, settings: Settings, faces: Tensor | None) -> Objective:
    """What the engine minimises at full size, but for the loss of strokes, whose directions are the level before's."""
    extractor, scaled = load_model(settings), scaled_style(style, level_of(content), settings)
    subject = subject_of(extractor, content, faces) if settings.outline_weight else None
    control = SpatialControl(content_weights(faces, settings), freedom(extractor, content, faces), subject)
    return Objective(extractor, content, [scaled], loss_weights(settings), control)


def level_of(image: Tensor) -> Level:
    return Level((image.shape[1], image.shape[2]), 1)


@torch.no_grad()
def style_error(image: Tensor, style: Tensor, settings: Settings) -> float:
    """Mean relative distance of the 8-bit picture's Gram matrices from the style's, on the held-out layers."""
    vgg, scaled = network(), scaled_style(style, level_of(image), settings)
    ours, theirs = vgg(image.clamp(0, 255).round(), HELD_OUT), vgg(scaled, HELD_OUT)
    errors = []
    for layer in HELD_OUT:
        gram, target = gram_matrix(ours[layer]), gram_matrix(theirs[layer])
        errors.append(((gram - target).norm() / target.norm()).item())
    return statistics.fmean(errors)


@functools.cache
def network() -> VGG16:
    return load_vgg16()


def flop(size: tuple[int, int], layers: Collection[str] = Settings().style_layers) -> float:
    """Floating point operations of direct convolutions up to the last of `layers`, in one pass (forward or backward).

    Not counted: the Gram matrices and their gradients, another 6 %.
    """
    total, (height, width) = 0, size
    for convolution in network().convolutions(layers):
        if convolution.pooled:
            height, width = height // 2, width // 2
        total += 2 * convolution.weight.numel() * height * width
    return float(total)


class Used(NamedTuple):
    """What a process has used: seconds, seconds of all processors together, and memory at most."""

    seconds: float
    processor: float
    megabytes: float


class Work:
    """The passes through the network, and their floating point operations."""

    def __init__(self) -> None:
        self.forward, self.backward, self.flop = 0, 0, 0.0


@contextlib.contextmanager
def counted() -> Iterator[Work]:
    """Count the work of all extractors inside the `with` block."""
    work = Work()
    with contextlib.ExitStack() as patches:
        for extractor in (FeatureExtractor, FusedFeatureExtractor):
            for name, method in _counting(extractor, work).items():
                patches.enter_context(mock.patch.object(extractor, name, method))
        yield work


def _counting(cls: type[FeatureExtractor], work: Work) -> dict[str, Callable[..., object]]:
    """Its two passes, counted. A class that hands a pass to its base counts it once, itself."""
    outputs, backward = cls.outputs, cls.backward

    def count_forward(
        extractor: FeatureExtractor, image: Tensor, layers: Collection[str]
    ) -> Iterator[tuple[str, Tensor]]:
        if type(extractor) is cls:
            work.forward, work.flop = work.forward + 1, work.flop + flop((image.shape[1], image.shape[2]), layers)
        return outputs(extractor, image, layers)

    def count_backward(extractor: FeatureExtractor, outputs: dict[str, Tensor], *rest: object) -> Tensor:
        if type(extractor) is cls:
            size = outputs[LAYERS[0]].shape
            work.backward, work.flop = work.backward + 1, work.flop + flop((size[2], size[3]), outputs)
        return backward(extractor, outputs, *rest)  # type: ignore[arg-type]

    return {"outputs": count_forward, "backward": count_backward}


def median_seconds(call: Callable[[], object], repeats: int = 7) -> float:
    """The median of `repeats` calls, after one to warm up. Waits until the GPU has finished, too."""
    finish = torch.cuda.synchronize if torch.cuda.is_available() else bool
    call()
    times = []
    for _ in range(repeats):
        finish()
        begin = time.perf_counter()
        call()
        finish()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def peak(device: torch.device, dtype: torch.dtype) -> float:
    """Floating point operations a second of the matrix product: the upper limit for convolutions."""
    found = []
    for n in (1024, 2048, 4096, 8192) if device.type == "cuda" else (1024, 2048, 4096):
        a, b = (torch.randn(n, n, device=device).to(dtype) for _ in range(2))
        found.append(2 * n**3 / median_seconds(lambda a=a, b=b: a @ b))
    return max(found)
