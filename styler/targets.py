"""What a style image asks for, kept for the next painting in its manner: a warm process paints the presets again."""

from __future__ import annotations

import functools
import hashlib
import math
from collections import OrderedDict
from collections.abc import Collection

import torch
from torch import Tensor

from styler.chain import Chain
from styler.losses import gram_matrix
from styler.process import give_back_memory
from styler.tiles import Tile, count, tiles

Grams = dict[str, Tensor]
Kept = OrderedDict[tuple[bytes, frozenset[str]], Grams]
KEPT = 40  # style images times sizes: eight presets at 512, about 100 MB


def style_grams(chain: Chain, style: Tensor, layers: Collection[str], pixels: float = math.inf) -> Grams:
    """As `compute_grams`, which is only called for a style image that is not known from before."""
    kept, key = _kept(chain), (_digest(style), frozenset(layers))
    grams = kept.pop(key, None)
    kept[key] = compute_grams(chain, style, layers, pixels) if grams is None else grams
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return kept[key]


@functools.lru_cache(maxsize=2)
def _kept(chain: Chain) -> Kept:
    """What is known for one network; what was used last is at the end."""
    return OrderedDict()


def compute_grams(chain: Chain, style: Tensor, layers: Collection[str], pixels: float) -> Grams:
    """The Gram matrices (C, C) of a style image (3, h, w), by layer.

    An image of more than `pixels` is computed by tiles of about so many.
    """
    grams = dict.fromkeys(layers, torch.tensor(0.0, device="cpu"))
    pieces = tiles((style.shape[1], style.shape[2]), pixels, layers)
    for tile in pieces:
        for name, output in chain.outputs(style[tile.pixels], layers):
            if name in grams:
                grams[name] = grams[name] + gram_share(tile, name, output, style)
        if len(pieces) > 1:
            give_back_memory()
    return grams


def gram_share(tile: Tile, layer: str, features: Tensor, image: Tensor) -> Tensor:
    """The tile's part of the Gram matrix of the whole `image` (3, H, W)."""
    own = features[(..., *tile.inner(layer))].contiguous(memory_format=torch.channels_last)
    return gram_matrix(own) * (own.shape[2] * own.shape[3] / count(layer, image))


def _digest(image: Tensor) -> bytes:
    """A hash of a picture's pixels and shape."""
    pixels = hashlib.blake2b(image.cpu().contiguous().numpy().tobytes(), digest_size=16)
    pixels.update(repr(tuple(image.shape)).encode())
    return pixels.digest()
