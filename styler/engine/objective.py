"""What is minimised: the losses of one picture (content, style, strokes, outlines, total variation), and its gradient.

Gatys et al., "Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016), eq. 7: alpha content + beta style.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.gram_cache import partial_gram, style_grams
from styler.engine.guidance import freedom_of, squared_channels
from styler.engine.losses import (
    TINY,
    blend,
    change_along,
    mean_square,
    outline_loss,
    stroke_loss,
    temporal_loss,
    total_variation_loss,
)
from styler.engine.outlines import Outlines
from styler.engine.pyramid import resize, resize_map
from styler.engine.runtime import trim_heap
from styler.engine.tiles import Tile, place_count, stride, tiles

ROWS = 32  # of features, that are computed with at once where all would need copies


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Of the losses in the sum, and their layers: of the content loss one, of the style loss one for each layer (w_l in
    eq. 5, times beta).

    `blend` is the share of each style image in the style, together 1.
    """

    content_layer: str
    content: float
    style: Mapping[str, float]
    tv: float
    blend: Sequence[float] = (1.0,)
    strokes: float = 0.0
    outlines: float = 0.0


@dataclass(frozen=True, slots=True)
class TemporalTarget:
    """A picture (3, H, W) to stay close to, and how closely at each place: weights (1, H, W)."""

    picture: Tensor
    weights: Tensor

    def at(self, size: tuple[int, int], device: torch.device) -> TemporalTarget:
        """For another size (height, width) of the picture."""
        weights = resize_map(self.weights[0], size)[None]
        return TemporalTarget(resize(self.picture, size).to(device), weights.to(device))


@dataclass(frozen=True, slots=True)
class SpatialControl:
    """What a loss weighs from place to place; None: the same everywhere.

    `emphasis` (y, x), of any size, is how much the content loss weighs at each place, `freedom` (y, x), 0 to 1, how
    freely the deep style layers may act there, `subject` (y, x), 0 to 1, where outlines are held, `anchor` a picture to
    stay close to, and `directions` (2, H - 1, W - 1), of the picture's own size, which way strokes run.
    """

    emphasis: Tensor | None = None
    freedom: Tensor | None = None
    subject: Tensor | None = None
    anchor: TemporalTarget | None = None
    directions: Tensor | None = None

    def at(self, size: tuple[int, int], device: torch.device) -> SpatialControl:
        """For another size (height, width) of the picture."""
        return self if self.anchor is None else replace(self, anchor=self.anchor.at(size, device))


class Objective:
    """The loss of pictures (3, H, W), RGB in 0..255, against a content image (3, H, W) and style images (3, h, w).

    The gradient is written out by hand; a test holds it against autograd on a plain one in float64.

    Pictures of more than `pixels` are computed by tiles of about so many: the same numbers in less memory, and in
    more time, as all tiles' Gram matrices must be known before one tile's gradient.
    """

    def __init__(
        self,
        extractor: FeatureExtractor,
        content: Tensor,
        styles: Sequence[Tensor],
        weights: LossWeights,
        control: SpatialControl = SpatialControl(),
        pixels: float = math.inf,
    ) -> None:
        self.extractor, self.weights, self.content_layer = extractor, weights, weights.content_layer
        self.layers = {weights.content_layer, *weights.style}
        size = content.shape[1], content.shape[2]
        self.tiles = tiles(size, pixels, self.layers)
        self.content = _features(extractor, content, weights.content_layer, self.tiles)
        self.content_scale = weights.content / mean_square(self.content).clamp_min(TINY)
        emphasis = control.emphasis
        self.emphasis = None if emphasis is None else resize_map(emphasis, self.content.shape[2:])  # (h, w)
        self.anchor, self.directions, freedom = control.anchor, control.directions, control.freedom
        self.outlines = None if control.subject is None else Outlines(content, control.subject)
        grams = [style_grams(extractor, style, weights.style, pixels) for style in styles]
        self.grams = {layer: blend([gram[layer] for gram in grams], weights.blend) for layer in weights.style}
        self.guides = {} if freedom is None else squared_channels(freedom, list(weights.style), size)
        # What `style_loss` divides by, known once and for all. A guided layer counts as much as it is free.
        # Differs from Gatys et al. (CVPR 2017), where a region counts as is chosen: the little that is left around a
        # face that fills the picture would get all of the style's forms.
        self.style_scales = {
            layer: weights.style[layer]
            * (1.0 if freedom is None or layer not in self.guides else freedom_of(layer, freedom).mean())
            / mean_square(gram).clamp_min(TINY)
            for layer, gram in self.grams.items()
        }

    def __call__(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """The loss, a float32 scalar, and its gradient (3, H, W)."""
        loss, grams = self._loss_of_pixels(image), dict.fromkeys(self.grams, torch.tensor(0.0, device="cpu"))

        def look(tile: Tile, layer: str, features: Tensor, rows: slice) -> None:
            nonlocal loss
            strip = tile.strip(rows)
            if layer == self.content_layer:
                loss = loss + self.content_scale * self._content_share(strip, features)
            if layer in grams and strip.rows.start < strip.rows.stop:
                grams[layer] = grams[layer] + partial_gram(strip, layer, features, image, self.guides.get(layer))

        outputs: dict[str, Tensor] = {}
        for tile in self.tiles:
            if outputs:  # the next tile needs their memory
                outputs.clear()
                trim_heap()
            # Each at once: what it takes beside the features is free again before most of them are there.
            outputs = self.extractor.forward(image[tile.pixels], self.layers, functools.partial(look, tile))
        differences = {layer: gram.sub_(self.grams[layer]) for layer, gram in grams.items()}
        for layer, difference in differences.items():
            loss = loss + self.style_scales[layer] * mean_square(difference)
        return loss, self._gradient(image, outputs, differences)

    def _loss_of_pixels(self, image: Tensor) -> Tensor:
        loss = self.weights.tv * total_variation_loss(image)
        if self.directions is not None:
            loss = loss + self.weights.strokes * stroke_loss(image, self.directions)
        if self.outlines is not None:
            loss = loss + self.weights.outlines * outline_loss(self.outlines.change(image), self.outlines.weights)
        return loss + temporal_loss(image, self.anchor.picture, self.anchor.weights) if self.anchor else loss

    def _content_share(self, tile: Tile, features: Tensor) -> Tensor:
        """The tile's part of the mean squared difference of F and P."""
        inner, outer = tile.inner(self.content_layer), tile.outer(self.content_layer)
        target, emphasis = self.content[(..., *outer)], None if self.emphasis is None else self.emphasis[outer]
        total = torch.zeros_like(self.content_scale)
        for rows in _slices(target.shape[2]):  # one after the other: in float32, all would be twice the features
            difference = features[(..., *inner)][:, :, rows] - target[:, :, rows]
            if emphasis is not None:
                difference *= emphasis[rows].sqrt()
            total += torch.linalg.vector_norm(difference, dtype=total.dtype).square()
        return total / self.content.numel()

    def _gradient(self, image: Tensor, outputs: dict[str, Tensor], differences: dict[str, Tensor]) -> Tensor:
        """`differences` are G - A by layer, `outputs` the last tile's: those of one tile need not be computed again."""
        gradient = torch.zeros_like(image)
        matrices = {layer: self._style_matrix(layer, difference, image) for layer, difference in differences.items()}
        for tile in reversed(self.tiles):
            outputs = outputs or self.extractor.forward(image[tile.pixels], self.layers)
            add = functools.partial(self._add, tile, matrices)
            gradient[tile.pixels] += self.extractor.backward(outputs, self.layers, add)
            if len(self.tiles) > 1:
                trim_heap()
        if self.anchor:
            gradient += self.anchor.weights * (image - self.anchor.picture) * (2 / image.numel())
        if self.directions is not None:
            _add_stroke_gradient(gradient, image, self.directions, self.weights.strokes)
        if self.outlines is not None:
            outlines, scale = self.outlines, 2 * self.weights.outlines / self.outlines.weights.numel()
            change = outlines.change(image) * outlines.weights * scale
            gradient += outlines.gradient(change, (image.shape[1], image.shape[2]))
        return _add_total_variation(gradient, image, self.weights.tv)

    def _style_matrix(self, layer: str, difference: Tensor, image: Tensor) -> Tensor:
        """M (C, C) in d style_loss / dF = F M: 4 (G - A) / (size of G, h w), relative to the mean square of A (6)."""
        scale = self.style_scales[layer] * (4 / (difference.numel() * place_count(layer, image)))
        return (difference * scale).to(self.extractor.dtype)

    def _add(
        self, tile: Tile, matrices: dict[str, Tensor], layer: str, features: Tensor, gradient: Tensor, rows: slice
    ) -> Tensor:
        """Adds the gradient by the features of the tile's own places to `gradient`, in place."""
        tile = tile.strip(rows)
        inner = tile.inner(layer)
        if layer in matrices:
            places, sums = _places(features, inner), _places(gradient, inner)
            if layer in self.guides:
                places = places * _places(self.guides[layer], tile.outer(layer)).to(places.dtype)
            if places.is_contiguous() and sums.is_contiguous():
                sums.flatten(0, 1).addmm_(places.flatten(0, 1), matrices[layer])
            else:
                sums += places @ matrices[layer]
        if layer == self.content_layer:
            gradient[(..., *inner)] += self._content_gradient(features[(..., *inner)], tile.outer(layer))
        return gradient

    def _content_gradient(self, features: Tensor, outer: tuple[slice, slice]) -> Tensor:
        """d content_loss / dF = 2 (F - P) / (size of F), relative to the mean square of P (eq. 2)."""
        scale = self.content_scale * (2 / self.content.numel())
        scale = scale if self.emphasis is None else scale * self.emphasis[(..., *outer)]
        difference = features - self.content[(..., *outer)]
        difference *= scale.to(features.dtype)
        return difference


def _features(extractor: FeatureExtractor, content: Tensor, layer: str, pieces: Sequence[Tile]) -> Tensor:
    """The content image's features, whole."""
    parts = ((tile, extractor.output(content[tile.pixels], layer)) for tile in pieces)
    if len(pieces) == 1:
        return next(parts)[1]
    size, whole = [max(1, side // stride(layer)) for side in content.shape[1:]], None
    for tile, features in parts:
        if whole is None:
            whole = features.new_empty(1, *size, features.shape[1]).permute(0, 3, 1, 2)  # channels_last
        whole[(..., *tile.outer(layer))] = features[(..., *tile.inner(layer))]
        del features
        trim_heap()
    assert whole is not None  # noqa: S101  for mypy: there is always a tile
    return whole


def _slices(height: int) -> list[slice]:
    """Of all rows, so many at a time."""
    return [slice(top, top + ROWS) for top in range(0, height, ROWS)]


def _places(features: Tensor, inner: tuple[slice, slice]) -> Tensor:
    """The places `inner` of (1, C, h, w) as (h', w', C), a view."""
    return features.permute(0, 2, 3, 1)[(0, *inner)]


def _add_stroke_gradient(gradient: Tensor, image: Tensor, directions: Tensor, weight: float) -> None:
    along = change_along(image, directions).mul_(weight * math.sqrt(2) / image.numel())
    right, up = along * directions[0], along.mul_(directions[1])
    gradient[:, 1:, 1:] += right
    gradient[:, :-1, :-1] -= right
    gradient[:, :-1, 1:] += up
    gradient[:, 1:, :-1] -= up


def _add_total_variation(gradient: Tensor, image: Tensor, weight: float) -> Tensor:
    scale = weight * 2 / image.numel()
    for axis in (1, 2):
        difference, n = image.diff(dim=axis), image.shape[axis] - 1
        gradient.narrow(axis, 1, n).add_(difference, alpha=scale)
        gradient.narrow(axis, 0, n).sub_(difference, alpha=scale)
    return gradient
