"""What a style image asks for, kept for the next painting in its manner: a warm process paints the presets again."""

from __future__ import annotations

import functools
import hashlib
import math
from collections import OrderedDict
from collections.abc import Collection

import torch
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.losses import gram_matrix
from styler.engine.runtime import trim_heap
from styler.engine.tiles import Tile, place_count, tiles

Grams = dict[str, Tensor]
GramCache = OrderedDict[tuple[bytes, frozenset[str]], Grams]
CACHE_SIZE = 40  # style images times sizes: eight presets at 512, about 100 MB


def style_grams(extractor: FeatureExtractor, style: Tensor, layers: Collection[str], pixels: float = math.inf) -> Grams:
    """As `compute_grams`, which is only called for a style image that is not known from before."""
    kept, key = cache_of(extractor), (_digest(style), frozenset(layers))
    grams = kept.pop(key, None) or compute_grams(extractor, style, layers, pixels)
    kept[key] = grams
    while len(kept) > CACHE_SIZE:
        kept.popitem(last=False)
    return grams


@functools.lru_cache(maxsize=2)
def cache_of(extractor: FeatureExtractor) -> GramCache:
    """What is known for one network; what was used last is at the end."""
    return OrderedDict()


def compute_grams(extractor: FeatureExtractor, style: Tensor, layers: Collection[str], pixels: float) -> Grams:
    """The Gram matrices (C, C) of a style image (3, h, w), by layer.

    An image of more than `pixels` is computed by tiles of about so many.
    """
    grams = dict.fromkeys(layers, torch.tensor(0.0, device="cpu"))
    pieces = tiles((style.shape[1], style.shape[2]), pixels, layers)
    for tile in pieces:
        for name, output in extractor.outputs(style[tile.pixels], layers):
            if name in grams:
                grams[name] = grams[name] + partial_gram(tile, name, output, style)
        if len(pieces) > 1:
            trim_heap()
    return grams


def partial_gram(tile: Tile, layer: str, features: Tensor, image: Tensor, guide: Tensor | None = None) -> Tensor:
    """The tile's part of the Gram matrix of the whole `image` (3, H, W).

    `guide` (1, 1, h, w) of the whole image is the square of a guidance channel, see `styler.engine.guidance`.
    """
    own = features[(..., *tile.inner(layer))].contiguous(memory_format=torch.channels_last)
    if guide is not None:
        own = own * guide[(..., *tile.outer(layer))].sqrt().to(own.dtype)
    return gram_matrix(own) * (own.shape[2] * own.shape[3] / place_count(layer, image))


def _digest(image: Tensor) -> bytes:
    """A hash of a picture's pixels and shape."""
    pixels = hashlib.blake2b(image.cpu().contiguous().numpy().tobytes(), digest_size=16)
    pixels.update(repr(tuple(image.shape)).encode())
    return pixels.digest()
