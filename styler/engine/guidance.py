"""Where in the picture the style's large forms may go: on grounds, less on what the eye goes to and on skies, not on
faces.

Deep layers see forms: a wave, a star, a roof. Of water and leaves they make a painting, of a face they make a wave, and
into an empty sky, where the photo has nothing that could become one, they put crumbs of them. Middle layers see small
forms, a wave's claws or cobbles, and are held less. So their Gram matrices are guided: L. A. Gatys et al.,
"Controlling Perceptual Factors in Neural Style Transfer" (CVPR 2017), section 4.1. A guidance channel T multiplies the
features, place by place, and the sum of its squares is 1, so that places where T is 0 neither count in the Gram matrix
nor get a gradient from it.

What the eye goes to is what differs from its surroundings, as the network sees it: edges, eyes, a rocket before a wall.
L. Itti, C. Koch and E. Niebur, "A Model of Saliency-Based Visual Attention for Rapid Scene Analysis" (IEEE Transactions
on Pattern Analysis and Machine Intelligence 20, 1998), section 2.1: differences of a centre from its surround.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.features import FeatureExtractor
from styler.engine.pyramid import resize, resize_map
from styler.engine.tiles import stride
from styler.image.codec import scaled
from styler.settings import block_of

# By block of VGG16: how much of what `freedom` takes away at a place is taken away in its layers. Other blocks, which
# see colours and strokes, are free. With 0 for block 3, the Great Wave's claws cover a rocket and a cup.
GUIDED = {3: 0.4, 4: 1.0, 5: 1.0}
# Differs from Itti et al., who filter for intensity, colours and directions: a layer of the network has all three.
SALIENT_LAYER = "relu3_3"
EDGE = 256  # pixels: the photo's long edge where differences are measured
SURROUND = 9  # places of that layer, across
MARGIN = 32  # pixels around it, by replication: next to the zeros that convolutions pad with, much seems to be seen
# Differences relative to their mean. A place below the first is ground, one above the second is a subject, ...
GROUND, HELD = 0.5, 1.1
SUBJECT = 7  # ... places across over which a difference spreads: a subject is held whole, with its flat parts.
# A place below the first is flat, one above the second is not, ...
FLAT, TEXTURED = 0.5, 0.8
TEXTURE = 3  # ... places across: a sky begins beside what stands before it.
# How much of the style's freedom a subject takes away, and a flat place; a face takes all.
HOLD, CALM = 0.65, 0.8


def freedom(extractor: FeatureExtractor, content: Tensor, faces: Tensor | None, calm: float = CALM) -> Tensor:
    """How freely the deepest layers may act at each place of `content` (3, H, W): (h, w), from 0 (faces) to 1.

    `faces` (y, x), of any size, is 1 in faces and 0 elsewhere. `calm` is how much of it flat places take away.
    """
    contrast = Contrast(extractor, content)
    held = torch.maximum(HOLD * contrast.saliency(), calm * contrast.flatness())
    if faces is not None:
        held = torch.maximum(held, resize_map(faces.to(held.device), held.shape))
    return 1 - held


def is_guided(layer: str) -> bool:
    return block_of(layer) in GUIDED


def freedom_of(layer: str, freedom: Tensor) -> Tensor:
    """How freely a `layer` that is guided may act, (h, w), 0 to 1, where the deepest ones have this `freedom`."""
    return 1 - GUIDED[block_of(layer)] * (1 - freedom)


class Contrast:
    """How much each place of an image (3, H, W) differs from what is around it, as the network sees it."""

    def __init__(self, extractor: FeatureExtractor, content: Tensor) -> None:
        height, width = content.shape[1:]
        small = scaled(height, width, min(1.0, EDGE / max(height, width)))
        framed = functional.pad(resize(content, small)[None], (MARGIN,) * 4, mode="replicate")[0]
        features = extractor.output(framed, SALIENT_LAYER).float()
        self._size = framed.shape[1:]
        self._squares = (features - _mean_around(features, SURROUND)).square().sum(1, keepdim=True)

    def saliency(self) -> Tensor:
        """How much the eye goes to each place: (h, w), 0 to 1."""
        return ((self._relative(SUBJECT) - GROUND) / (HELD - GROUND)).clamp(0, 1)

    def flatness(self) -> Tensor:
        """Where there is nothing to see, as in a sky: (h, w), 0 to 1."""
        return ((TEXTURED - self._relative(TEXTURE)) / (TEXTURED - FLAT)).clamp(0, 1)

    def _relative(self, places: int) -> Tensor:
        """The difference over so many places across, as a share of the image's mean: (h, w)."""
        difference = _mean_around(self._squares, places).sqrt()
        enlarged = functional.interpolate(difference, size=self._size, mode="bilinear")
        inner = enlarged[0, 0, MARGIN:-MARGIN, MARGIN:-MARGIN]
        return inner / inner.mean().clamp_min(1e-6)


def _mean_around(x: Tensor, places: int) -> Tensor:
    """The mean of (1, C, h, w) over so many places across and down around each."""
    return functional.avg_pool2d(x, places, 1, places // 2, count_include_pad=False)


def squared_channels(freedom: Tensor, layers: list[str], size: tuple[int, int]) -> dict[str, Tensor]:
    """The guidance channels of those of the `layers` that are guided, squared: (1, 1, h, w) each, with a mean of 1.

    `size` is the picture's (height, width).
    """
    sizes = {layer: tuple(max(1, side // stride(layer)) for side in size) for layer in layers if is_guided(layer)}
    return {layer: _channel(freedom_of(layer, freedom), places) for layer, places in sizes.items()}


def _channel(freedom: Tensor, size: tuple[int, ...]) -> Tensor:
    free = resize_map(freedom, size)[None, None]
    return free / free.mean().clamp_min(1e-6)
