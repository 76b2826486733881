"""Tiles: the loss and gradient of a large picture, computed piece by piece, exactly, in the memory of one piece.

A feature sees only pixels within its receptive field. So a tile's features are exact but for a margin, the halo, if
its pooling windows are the whole picture's: tiles begin at multiples of 16, which is relu5's stride. The Gram matrix
is a sum over places, so it is summed over tiles; and with it the gradient by each place's features is known.
(Winograd's tiles, of 4x4 places, are others: `winograd.c`.)
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

from torch import Tensor

from styler.settings import LAYERS, block_of

STRIDE = 16  # of relu5 in pixels: after four poolings
SMALLEST = 64  # pixels an edge: below it, a tile is nearly all halo


class Span(NamedTuple):
    """One tile along one axis, in pixels: `start` to `stop`, and with its halo `low` to `high`."""

    start: int
    stop: int
    low: int
    high: int
    last: bool

    def inner(self, layer: str) -> slice:
        """Where the tile's own places are among the features of `layer`; up to the end in the last tile."""
        pitch = stride(layer)
        stop = None if self.last else (self.stop - self.low) // pitch
        return slice((self.start - self.low) // pitch, stop)

    def outer(self, layer: str) -> slice:
        """Where these places are among the features of the whole picture."""
        pitch = stride(layer)
        return slice(self.start // pitch, None if self.last else self.stop // pitch)


class Tile(NamedTuple):
    """A piece of a picture: rows and columns."""

    rows: Span
    columns: Span

    @property
    def pixels(self) -> tuple[slice, slice, slice]:
        """With the halo, of an image (3, H, W)."""
        return slice(None), slice(self.rows.low, self.rows.high), slice(self.columns.low, self.columns.high)

    def strip(self, rows: slice) -> Tile:
        """What it has of its own places in those rows of its pixels, which may be none; for layers of stride 1."""
        if rows == slice(None):
            return self
        low, high = self.rows.low + rows.start, self.rows.low + rows.stop
        start = min(max(self.rows.start, low), high)
        return Tile(Span(start, max(start, min(self.rows.stop, high)), low, high, last=False), self.columns)

    def inner(self, layer: str) -> tuple[slice, slice]:
        return self.rows.inner(layer), self.columns.inner(layer)

    def outer(self, layer: str) -> tuple[slice, slice]:
        return self.rows.outer(layer), self.columns.outer(layer)


def tiles(size: tuple[int, int], pixels: float, layers: Collection[str]) -> list[Tile]:
    """The tiles of a picture of `size` (height, width), of about equal size, of about `pixels` pixels with the halo.

    One tile is the whole picture, if that has no more. None has fewer than 64 pixels an edge without its halo.
    """
    margin = halo(layers)
    fits = size[0] * size[1] <= pixels
    edge = max(size) if fits else max(SMALLEST, math.isqrt(int(pixels)) - 2 * margin)
    return [Tile(rows, columns) for rows in _spans(size[0], edge, margin) for columns in _spans(size[1], edge, margin)]


def least_pixels(layers: Collection[str]) -> int:
    """Pictures of no more pixels are best one tile: the smallest ones, with their halo, are hardly smaller."""
    return 2 * (SMALLEST + 2 * halo(layers)) ** 2


def halo(layers: Collection[str]) -> int:
    """How far the features of `layers` see, in pixels, up to a multiple of 16: 64 for relu5_1."""
    last = max(LAYERS.index(layer) for layer in layers)
    radius = sum(stride(layer) for layer in LAYERS[: last + 1])
    return STRIDE * math.ceil(radius / STRIDE)


def _spans(length: int, edge: int, margin: int) -> list[Span]:
    step = STRIDE * math.ceil(length / math.ceil(length / edge) / STRIDE)
    stops = [*range(step, length - STRIDE + 1, step), length]  # the last one has features of its own at every layer
    return [
        Span(start, stop, max(0, start - margin), min(length, stop + margin), stop == length)
        for start, stop in zip([0, *stops], stops, strict=False)
    ]


def place_count(layer: str, image: Tensor) -> int:
    """How many places `layer` has for a picture (3, H, W): a side of one place is pooled no further."""
    return math.prod(max(1, side // stride(layer)) for side in image.shape[1:])


def stride(layer: str) -> int:
    """The pixels from one place of `layer` to the next: 1 for relu1_1, 16 for relu5_1."""
    return 1 << (block_of(layer) - 1)
