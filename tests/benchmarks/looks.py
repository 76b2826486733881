"""What an eye looks for, as numbers: whether the photo is still there, and whether strokes run in one direction."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tests.benchmarks import kit

CONTENT_LAYER = "relu4_2"
LUMINANCE = (0.299, 0.587, 0.114)
STROKE = 3.0  # pixels: over such a Gaussian, the directions of a stroke are taken together
NOISE = 0.7  # pixels: finer than that is grain


@torch.no_grad()
def content_errors(image: Tensor, content: Tensor, faces: Tensor | None) -> tuple[float, float | None]:
    """Relative distance |F - P| / |P| of an image (3, H, W) from the photo: outside faces, and within them.

    F and P are their features at `CONTENT_LAYER`; `faces` (y, x) is 1 in faces.
    """
    f, p = (kit.network()(each, {CONTENT_LAYER})[CONTENT_LAYER] for each in (image.round(), content))
    if faces is None:
        return _distance(f, p, torch.ones_like(f[:, :1])), None
    inside = functional.interpolate(faces[None, None], size=f.shape[2:], mode="bilinear", antialias=True)
    return _distance(f, p, 1 - inside), _distance(f, p, inside)


@torch.no_grad()
def coherence(image: Tensor) -> float:
    """How much the gradients of an image (3, H, W) have one direction within a stroke: 0 (none) to 1.

    (a - b) / (a + b) for the eigenvalues of the structure tensor, weighed by a + b. J. Weickert, "Coherence-Enhancing
    Diffusion Filtering" (International Journal of Computer Vision 31, 1999), section 2.
    """
    y = _blurred((image * torch.tensor(LUMINANCE).view(3, 1, 1)).sum(0)[None, None], NOISE)
    across, down = (y[..., 1:-1, 2:] - y[..., 1:-1, :-2]) / 2, (y[..., 2:, 1:-1] - y[..., :-2, 1:-1]) / 2
    xx, xy, yy = (_blurred(product, STROKE) for product in (across * across, across * down, down * down))
    return (((xx - yy).square() + 4 * xy.square()).sqrt().sum() / (xx + yy).sum()).item()


def _distance(f: Tensor, p: Tensor, places: Tensor) -> float:
    return ((places * (f - p).square()).sum() / (places * p.square()).sum()).sqrt().item()


def _blurred(x: Tensor, sigma: float) -> Tensor:
    radius = round(3 * sigma)
    places = torch.arange(-radius, radius + 1.0)
    kernel = torch.exp(-places.square() / (2 * sigma**2))
    kernel /= kernel.sum()
    padded = functional.pad(x, (radius,) * 4, mode="reflect")
    return functional.conv2d(functional.conv2d(padded, kernel.view(1, 1, 1, -1)), kernel.view(1, 1, -1, 1))
