"""What is minimised: content loss, style loss and total variation loss of one picture, as one number and its gradient.

Gatys et al., "Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016), eq. 7: alpha content + beta style.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from styler.chain import Chain
from styler.losses import (
    TINY,
    blend,
    content_loss,
    gram_matrix,
    mean_square,
    style_loss,
    temporal_loss,
    total_variation_loss,
)


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the losses in the sum; of the style loss, one for each layer (w_l in eq. 5, times beta).

    `blend` is the share of each style image in the style, together 1.
    """

    content: float
    style: Mapping[str, float]
    tv: float
    blend: Sequence[float] = (1.0,)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A picture (3, H, W) to stay close to, and how closely at each place: weights (1, H, W)."""

    picture: Tensor
    weights: Tensor


class Objective:
    """The loss of pictures (3, H, W), RGB in 0..255, against a content image (3, H, W) and style images (3, h, w).

    `emphasis` (y, x), of any size, is how much the content loss weighs at each place (default: 1 everywhere).
    The gradient is written out by hand; a test holds it against autograd on `styler.losses` in float64.
    """

    def __init__(
        self,
        chain: Chain,
        content: Tensor,
        styles: Sequence[Tensor],
        content_layer: str,
        weights: Weights,
        emphasis: Tensor | None = None,
    ) -> None:
        self.chain, self.weights, self.content_layer = chain, weights, content_layer
        self.layers = {content_layer, *weights.style}
        self.aim(content, emphasis)
        grams = [_grams(chain, style, weights.style) for style in styles]
        self.grams = {layer: blend([gram[layer] for gram in grams], weights.blend) for layer in weights.style}

    def aim(self, content: Tensor, emphasis: Tensor | None = None, anchor: Anchor | None = None) -> None:
        """Take another content image of the same size, and perhaps a picture to stay close to; the styles stay."""
        self.content = self.chain.forward(content, {self.content_layer})[self.content_layer]
        self.emphasis = None if emphasis is None else _fit(emphasis, self.content)
        self.anchor = anchor

    def __call__(self, image: Tensor) -> tuple[Tensor, Callable[[], Tensor]]:
        """The loss, a float32 scalar, and a function for its gradient (3, H, W), to be called at most once.

        Apart, because a line search asks for many losses whose gradient nobody needs.
        """
        outputs = self.chain.forward(image, self.layers)
        grams = {layer: gram_matrix(outputs[layer]) for layer in self.grams}
        loss = self._loss(image, outputs[self.content_layer], grams)
        return loss, lambda: self._gradient(image, outputs, grams)

    def _loss(self, image: Tensor, features: Tensor, grams: dict[str, Tensor]) -> Tensor:
        loss = self.weights.content * content_loss(features, self.content, self.emphasis)
        for layer, weight in self.weights.style.items():
            loss = loss + weight * style_loss(grams[layer], self.grams[layer])
        if self.anchor:
            loss = loss + temporal_loss(image, self.anchor.picture, self.anchor.weights)
        return loss + self.weights.tv * total_variation_loss(image)

    def _gradient(self, image: Tensor, outputs: dict[str, Tensor], grams: dict[str, Tensor]) -> Tensor:
        def add(layer: str, features: Tensor, gradient: Tensor) -> Tensor:
            if layer in grams:
                gradient = self._add_style(layer, features, grams[layer], gradient)
            return self._add_content(features, gradient) if layer == self.content_layer else gradient

        gradient = self.chain.backward(outputs, add) + self.weights.tv * _total_variation_gradient(image)
        if self.anchor:
            gradient += self.anchor.weights * (image - self.anchor.picture) * (2 / image.numel())
        return gradient

    def _add_content(self, features: Tensor, gradient: Tensor) -> Tensor:
        """d content_loss / dF = 2 (F - P) / (size of F), relative to the mean square of P (eq. 2)."""
        scale = 2 * self.weights.content / (features.numel() * mean_square(self.content).clamp_min(TINY))
        scale = scale if self.emphasis is None else scale * self.emphasis
        return gradient + (features - self.content) * scale.to(features.dtype)

    def _add_style(self, layer: str, features: Tensor, gram: Tensor, gradient: Tensor) -> Tensor:
        """d style_loss / dF = 4 F (G - A) / (size of G, h w), relative to the mean square of A (eq. 6)."""
        target = self.grams[layer]
        rows = features.shape[2] * features.shape[3]
        scale = 4 * self.weights.style[layer] / (gram.numel() * rows * mean_square(target).clamp_min(TINY))
        matrix = ((gram - target) * scale).to(features.dtype)
        sums = torch.addmm(_rows(gradient), _rows(features), matrix)
        return sums.view(1, *features.shape[2:], -1).permute(0, 3, 1, 2)


def _fit(emphasis: Tensor, features: Tensor) -> Tensor:
    """(y, x) as (1, 1, h, w) of the features."""
    size = (features.shape[2], features.shape[3])
    return functional.interpolate(emphasis[None, None], size=size, mode="bilinear", antialias=True)


def _grams(chain: Chain, style: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
    outputs = chain.forward(style, layers)
    return {layer: gram_matrix(outputs[layer]) for layer in layers}


def _rows(features: Tensor) -> Tensor:
    """(1, C, h, w) as (h w, C): a view if they are channels_last."""
    return features[0].flatten(1).t()


def _total_variation_gradient(image: Tensor) -> Tensor:
    across = image[:, :, 1:] - image[:, :, :-1]
    down = image[:, 1:] - image[:, :-1]
    gradient = torch.zeros_like(image)
    gradient[:, :, 1:] += across
    gradient[:, :, :-1] -= across
    gradient[:, 1:] += down
    gradient[:, :-1] -= down
    return gradient * (2 / image.numel())
