"""Where in the picture the style's large forms may go: everywhere on grounds and skies, hardly on what the eye goes to,
not on faces.

Deep layers see forms: a wave, a star, a roof. On a sky they make a painting out of a photo, on a face they make a wave
out of somebody. So their Gram matrices are guided: L. A. Gatys et al., "Controlling Perceptual Factors in Neural Style
Transfer" (CVPR 2017), section 4.1. A guidance channel T multiplies the features, place by place, and the sum of its
squares is 1, so that places where T is 0 neither count in the Gram matrix nor get a gradient from it.

What the eye goes to is what the network itself sees most in: the sum of a late layer's activations over its channels,
relative to its mean, tells objects from their background. X.-S. Wei et al., "Selective Convolutional Descriptor
Aggregation for Fine-Grained Image Retrieval" (IEEE Transactions on Image Processing 26, 2017), section III-A.
"""

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.features import FeatureExtractor
from styler.engine.pyramid import resize
from styler.engine.tiles import stride
from styler.image.codec import scaled
from styler.settings import block_of

FIRST_BLOCK = 4  # of VGG16: from here on, the style is guided
SALIENT_LAYER = "relu4_3"
EDGE = 256  # pixels: the photo's long edge where saliency is measured
# Activations relative to their mean: a place below the first is ground, one above the second is an object.
GROUND, OBJECT = 0.4, 1.5
MARGIN = 32  # pixels around it, by replication: next to the zeros that convolutions pad with, much seems to be seen
HOLD = 0.8  # how much of the style's freedom an object takes away; a face takes all


def freedom(extractor: FeatureExtractor, content: Tensor, faces: Tensor | None) -> Tensor:
    """How freely the deep layers may act at each place of `content` (3, H, W): (h, w), from 0 (faces) to 1.

    `faces` (y, x), of any size, is 1 in faces and 0 elsewhere.
    """
    held = HOLD * saliency(extractor, content)
    return 1 - (held if faces is None else torch.maximum(held, _fit(faces.to(held.device), held.shape)))


def is_guided(layer: str) -> bool:
    return block_of(layer) >= FIRST_BLOCK


def saliency(extractor: FeatureExtractor, content: Tensor) -> Tensor:
    """How much the network sees at each place of an image (3, H, W): (h, w), 0 to 1."""
    height, width = content.shape[1:]
    small = scaled(height, width, min(1.0, EDGE / max(height, width)))
    framed = functional.pad(resize(content, small)[None], (MARGIN,) * 4, mode="replicate")[0]
    [(_, features)] = deque(extractor.outputs(framed, {SALIENT_LAYER}), maxlen=1)
    activation = features.float().sum(1, keepdim=True)
    enlarged = functional.interpolate(activation, size=framed.shape[1:], mode="bilinear")
    inner = enlarged[0, 0, MARGIN:-MARGIN, MARGIN:-MARGIN]
    relative = inner / inner.mean().clamp_min(1e-6)
    return ((relative - GROUND) / (OBJECT - GROUND)).clamp(0, 1)


def squared_channels(freedom: Tensor, layers: list[str], size: tuple[int, int]) -> dict[str, Tensor]:
    """The guidance channels of those of the `layers` that are guided, squared: (1, 1, h, w) each, with a mean of 1.

    `size` is the picture's (height, width).
    """
    sizes = {layer: tuple(max(1, side // stride(layer)) for side in size) for layer in layers if is_guided(layer)}
    return {layer: _channel(freedom, places) for layer, places in sizes.items()}


def _channel(freedom: Tensor, size: tuple[int, ...]) -> Tensor:
    free = _fit(freedom, size)[None, None]
    return free / free.mean().clamp_min(1e-6)


def _fit(places: Tensor, size: tuple[int, ...] | torch.Size) -> Tensor:
    """(y, x) as (h, w)."""
    return functional.interpolate(places[None, None], size=tuple(size), mode="bilinear", antialias=True)[0, 0]
