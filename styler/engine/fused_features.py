"""VGG16's chain of convolutions by Winograd's kernel, on a CPU, with average pooling.

Features that no loss asks for are not kept: the kernel writes one bit a number, for the ReLU backward, and their 2x2
means where these are what comes next. That saves half of the memory, and the time that it takes to pass through it.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Collection, Iterator

import torch
from torch import Tensor

from styler.engine.features import (
    AddGradient,
    FeatureExtractor,
    backward_weight,
    pool_backward,
    relu_backward,
    unframe,
)
from styler.engine.memory import features_per_pixel, numbers_per_pixel
from styler.engine.vgg import VGG16, Convolution
from styler.engine.winograd import Winograd
from styler.settings import LAYERS

SMALLEST = 32  # pixels an edge: with fewer, a side of deep features may be 1, which is pooled in its own way


class FusedFeatureExtractor(FeatureExtractor):
    """A `FeatureExtractor` whose hidden layers, those that nobody asks for, come as bits: (h, w, C / 8), uint8."""

    def __init__(
        self,
        vgg: VGG16,
        library: ctypes.CDLL,
        dtype: torch.dtype = torch.float32,
        layers: Collection[str] = LAYERS,
    ) -> None:
        self.fused = [_Fused(convolution, library, dtype) for convolution in vgg.convolutions(layers)[1:]]
        super().__init__(vgg, dtype, layers)

    def _weights(self, vgg: VGG16, layers: Collection[str]) -> list[Callable[[], Tensor]]:
        """From those that the kernel has: `vgg` and its own may be let go."""
        return [
            super()._weights(vgg, {LAYERS[0]})[0],
            *(functools.partial(fused.there.plain_weight, self.dtype) for fused in self.fused),
        ]

    def kept_per_pixel(self, layers: Collection[str]) -> float:
        shown = sum(numbers_per_pixel(layer) for layer in {LAYERS[0], *layers})
        return shown + (features_per_pixel(layers) - shown) / (8 * self.dtype.itemsize)  # a bit instead of a number

    def __str__(self) -> str:
        kind = str(self.dtype).removeprefix("torch.")
        return f"Winograd's F(4x4, 3x3) by the compiled kernel, in {kind}, {torch.get_num_threads()} threads"

    def outputs(self, image: Tensor, layers: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        if min(image.shape[1:]) < SMALLEST:
            yield from super().outputs(image, layers)
            return
        x = self.links[0].forward(self.framed(image))
        yield LAYERS[0], x  # asked for or not, as its ReLU's backward is not the kernel's
        needed = self.fused[: max(LAYERS.index(layer) for layer in layers)]
        for fused, after in zip(needed, [*needed[1:], None], strict=False):
            x, kept = fused.layer(x, after, hidden=fused.name not in layers)
            yield fused.name, kept
            del kept  # or it would be in memory while the next layer is computed

    def backward(self, outputs: dict[str, Tensor], layers: Collection[str], add_gradient: AddGradient) -> Tensor:
        if min(outputs[LAYERS[0]].shape[2:]) < SMALLEST:
            return super().backward(outputs, layers, add_gradient)
        name, x = outputs.popitem()
        gradient, unpool = add_gradient(name, x, torch.zeros_like(x)), False
        for fused in reversed(self.fused[: len(outputs)]):
            gradient = fused.back.backward(gradient, x, unpool=unpool)
            name, x = outputs.popitem()
            unpool = fused.pooled and name not in layers and name != LAYERS[0]
            gradient = pool_backward(gradient, x, self.pooling) if fused.pooled and not unpool else gradient
            gradient = add_gradient(name, x, gradient) if name in layers else gradient
        return unframe(self.links[0].backward(relu_backward(gradient, x)))


class _Fused:
    """A layer in both directions."""

    def __init__(self, convolution: Convolution, library: ctypes.CDLL, dtype: torch.dtype) -> None:
        self.name, self.pooled, self.library = convolution.name, convolution.pooled, library
        self.there = Winograd(convolution.weight, convolution.bias, library, dtype=dtype)

    @functools.cached_property
    def back(self) -> Winograd:
        weight = backward_weight(self.there.plain_weight(torch.float32), 1)
        return Winograd(weight, None, self.library, 0.25 if self.pooled else 1.0, self.there.dtype)

    def layer(self, x: Tensor, after: _Fused | None, *, hidden: bool) -> tuple[Tensor, Tensor]:
        """What `after`, the next layer, sees, and what is kept of this one: its features, or if it is hidden bits."""
        pooled = after is not None and after.pooled
        seen = after is not None and not after.pooled
        output = self.there.forward(x, features=seen or not hidden, pooled=pooled, lit=hidden)
        kept = output.lit if hidden else output.features
        following = output.pooled if pooled else kept if after is None else output.features
        assert kept is not None and following is not None  # noqa: PT018, S101  for mypy: both were asked for
        return following, kept
