"""What the measurements share: pictures, their loss, the machine's peak."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from styler import gallery
from styler.images import decode
from styler.losses import gram_matrix
from styler.pyramid import Level, resize
from styler.settings import Settings
from styler.transfer import scaled_style, weights_of
from styler.vgg import load_vgg16
from tests.benchmarks.reference import PlainLoss

PHOTOS = Path(__file__).parent.parent / "photos"
# Layers that no optimisation sees: a low style error there cannot be had by fitting numbers.
HELD_OUT = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")


def photo(name: str, size: int) -> Tensor:
    """(3, H, W), long edge `size`."""
    return fit(read(PHOTOS / f"{name}.jpg"), size)


def painting(name: str) -> Tensor:
    """(3, h, w) at its own size."""
    return read(gallery.find_painting(gallery.load_gallery(), name).path)


def read(path: Path) -> Tensor:
    return torch.tensor(decode(path.read_bytes()).pixels).permute(2, 0, 1).float()


def fit(image: Tensor, size: int) -> Tensor:
    scale = size / max(image.shape[1:])
    return resize(image, (round(image.shape[1] * scale), round(image.shape[2] * scale)))


def plain_loss(content: Tensor, style: Tensor, settings: Settings) -> PlainLoss:
    """The loss at full size that a painting of `content` is measured by, in float32."""
    size = (content.shape[1], content.shape[2])
    scaled = scaled_style(style, Level(size, 1), settings)
    return PlainLoss(load_vgg16(), content, scaled, settings.content_layer, weights_of(settings))


@torch.no_grad()
def style_error(image: Tensor, style: Tensor, settings: Settings | None = None) -> float:
    """Mean relative distance of the Gram matrices on the held-out layers, of the 8-bit picture."""
    vgg = load_vgg16()
    scaled = scaled_style(style, Level((image.shape[1], image.shape[2]), 1), settings or Settings())
    ours, theirs = vgg(image.clamp(0, 255).round(), HELD_OUT), vgg(scaled, HELD_OUT)
    errors = []
    for layer in HELD_OUT:
        gram, target = gram_matrix(ours[layer]), gram_matrix(theirs[layer])
        errors.append(((gram - target).norm() / target.norm()).item())
    return statistics.fmean(errors)


def median_seconds(call: Callable[[], object], repeats: int = 7) -> float:
    """Of `repeats` calls after one to warm up."""
    call()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def peak(dtype: torch.dtype, n: int = 2048) -> float:
    """Floating point operations a second of the matrix product, the most that convolutions could reach."""
    a, b = torch.randn(n, n).to(dtype), torch.randn(n, n).to(dtype)
    return 2 * n**3 / median_seconds(lambda: a @ b)
