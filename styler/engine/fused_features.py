"""VGG16's chain of convolutions by Winograd's kernel, on a CPU, with average pooling; deep ones where they are quicker
directly are left to oneDNN.

Features that no loss asks for are not kept: the kernel writes one bit a number, for the ReLU backward, and their 2x2
means where these are what comes next. Those of the first layer, the largest of all, and their gradient are never there
as a whole, but strip by strip. That saves two thirds of the memory, and the time that it takes to pass through it.
"""

from __future__ import annotations

import ctypes
import functools
import math
from collections.abc import Callable, Collection, Iterator, Sequence

import torch
from torch import Tensor

from styler.engine.features import (
    ALL,
    AddGradient,
    FeatureExtractor,
    Link,
    Look,
    backward_weight,
    pool_backward,
    relu_backward,
    unframe,
    unpool_backward,
)
from styler.engine.memory import features_per_pixel, numbers_per_pixel
from styler.engine.vgg import VGG16, Convolution, pool
from styler.engine.winograd import Output, Winograd, suits
from styler.settings import CHANNELS_PER_BLOCK, LAYERS

STRIP = 2**14  # pixels for each thread, at least: the first layer's features of a strip take 2 or 4 MB for each
SMALLEST = 32  # pixels an edge: with fewer, a side of deep features may be 1, which is pooled in its own way


class FusedFeatureExtractor(FeatureExtractor):
    """A `FeatureExtractor` whose hidden layers, those that nobody asks for, come as bits: (h, w, C / 8), uint8; or if
    computed directly, as they are.

    What `forward` keeps of the first layer, if the picture has several strips, is what that layer sees.
    """

    def __init__(
        self,
        vgg: VGG16,
        library: ctypes.CDLL,
        dtype: torch.dtype = torch.float32,
        layers: Collection[str] = LAYERS,
    ) -> None:
        hidden = vgg.convolutions(layers)[1:]
        self.fused = [_Fused(each, library, dtype) for each in hidden if suits(each.weight, library, dtype)]
        super().__init__(vgg, dtype, layers)
        direct = (_Direct(link) for link in self.links[1 + len(self.fused) :])
        self.hidden: list[_Fused | _Direct] = [*self.fused, *direct]

    def _weights(self, vgg: VGG16, layers: Collection[str]) -> list[Callable[[], Tensor]]:
        """From those that the kernel has: `vgg` and its own may be let go."""
        first, *others = super()._weights(vgg, layers)
        others[: len(self.fused)] = [
            functools.partial(fused.convolution.plain_weight, self.dtype) for fused in self.fused
        ]
        return [first, *others]

    def kept_per_pixel(self, layers: Collection[str]) -> float:
        deeper = features_per_pixel(layers) - numbers_per_pixel(LAYERS[0])
        shown = sum(numbers_per_pixel(layer) for layer in {*layers} - {LAYERS[0]})
        gradient = numbers_per_pixel(LAYERS[1]) if LAYERS[1] in layers else 0  # by that layer: larger than all others
        direct = [each.name for each in self._needed(layers)[len(self.fused) :]]
        whole = shown + sum(numbers_per_pixel(name) for name in direct if name not in layers)
        kept = whole + gradient + (deeper - whole) / (8 * self.dtype.itemsize)  # a bit instead of a number
        return max(kept, numbers_per_pixel(LAYERS[0]))  # which is whole in `outputs`, that targets are made of

    def __str__(self) -> str:
        kind = str(self.dtype).removeprefix("torch.")
        direct = len(self.hidden) - len(self.fused)
        rest = f", and the deepest {direct} direct" if direct else ""
        return f"Winograd's convolution by the compiled kernel{rest}, in {kind}, {torch.get_num_threads()} threads"

    def outputs(self, image: Tensor, layers: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        if min(image.shape[1:]) < SMALLEST:
            yield from super().outputs(image, layers)
            return
        x = self.links[0].forward(self.framed(image))
        yield LAYERS[0], x
        found = _outputs(self._needed(layers), x, layers)
        del x  # or it would be in memory to the end
        yield from found

    def _needed(self, layers: Collection[str]) -> list[_Fused | _Direct]:
        return self.hidden[: max(LAYERS.index(layer) for layer in layers)]

    def forward(self, image: Tensor, layers: Collection[str], look: Look = lambda *_: None) -> dict[str, Tensor]:
        size = image.shape[1], image.shape[2]
        strips = _strips(size)
        if len(strips) == 1 or min(size) < SMALLEST:
            return super().forward(image, layers, look)
        framed, needed = self.framed(image), self._needed(layers)
        kept = {LAYERS[0]: framed}
        output = self.fused[0].output(size, needed[1:], layers) if needed else None
        for rows in strips:
            x, first = self._strip(framed, rows)
            if LAYERS[0] in layers:
                look(LAYERS[0], _rows(x, first, rows), rows)
            if output:
                self.fused[0].convolution.fill(output, size, x, rows, first)
            del x
        found = _outputs(needed, output, layers)
        del output
        for name, features in found:
            kept[name] = features
            if name in layers:
                look(name, features, ALL)
        return kept

    def _strip(self, framed: Tensor, rows: slice) -> tuple[Tensor, int]:
        """The first layer's features of those rows and their neighbours, and which of all rows is their first one.

        They are as many for the last strip, because oneDNN lays weights out anew for another size.
        """
        height, width = framed.shape[2] - 2, framed.shape[3] - 2
        most = min(height, _strip_height((height, width)) + 2)
        first = max(0, min(rows.start - 1, height - most))
        return self.links[0].forward(framed[:, :, first : first + most + 2]), first

    def backward(self, outputs: dict[str, Tensor], layers: Collection[str], add_gradient: AddGradient) -> Tensor:
        if min(outputs[LAYERS[0]].shape[2:]) < SMALLEST:
            return super().backward(outputs, layers, add_gradient)
        name, x = outputs.popitem()
        gradient, unpool = x, False
        if outputs:
            gradient = add_gradient(name, x, torch.zeros_like(x), ALL)
        for layer in reversed(self.hidden[1 : len(outputs)]):
            gradient = layer.transposed.backward(gradient, x, unpool=unpool)
            name, x = outputs.popitem()
            unpool = layer.pooled and name not in layers
            gradient = pool_backward(gradient, x, self.pooling) if layer.pooled and not unpool else gradient
            gradient = add_gradient(name, x, gradient, ALL) if name in layers else gradient
        seen = outputs.pop(LAYERS[0], x)
        whole = seen.shape[1] == CHANNELS_PER_BLOCK[0]
        height, width = seen.shape[2] - (0 if whole else 2), seen.shape[3] - (0 if whole else 2)
        total = torch.zeros(1, 3, height + 2, width + 2, dtype=torch.float32, device="cpu")
        for rows in [slice(0, height)] if whole else _strips((height, width)):
            features = seen if whole else _rows(*self._strip(seen, rows), rows=rows)
            if name == LAYERS[0]:
                part = torch.zeros_like(features)
            else:
                part = self.fused[0].transposed.backward(gradient, x, unpool=unpool, rows=rows)
            part = add_gradient(LAYERS[0], features, part, rows) if LAYERS[0] in layers else part
            total[:, :, rows.start : rows.stop + 2] += self.links[0].backward(relu_backward(part, features))
        return unframe(total)


class _Fused:
    """A layer in both directions."""

    def __init__(self, convolution: Convolution, library: ctypes.CDLL, dtype: torch.dtype) -> None:
        self.name, self.pooled, self.library = convolution.name, convolution.pooled, library
        self.convolution = Winograd(convolution.weight, convolution.bias, library, dtype=dtype)

    @functools.cached_property
    def transposed(self) -> Winograd:
        weight = backward_weight(self.convolution.plain_weight(torch.float32), 1)
        return Winograd(weight, None, self.library, 0.25 if self.pooled else 1.0, self.convolution.dtype)

    def output(self, size: tuple[int, int], following: Sequence[_Fused | _Direct], layers: Collection[str]) -> Output:
        """To be filled for an image of that size, where the layers `following` are computed, too."""
        return self.convolution.output(size, **self._wanted(following, layers))

    def layer(
        self, x: Tensor | Output | None, following: Sequence[_Fused | _Direct], layers: Collection[str]
    ) -> tuple[Tensor, Tensor]:
        """What the next layer sees, and what is kept of this one: its features, or where nobody asks for them bits.

        `x` is the features that it sees, or what was computed of it already.
        """
        output = self.convolution.forward(x, **self._wanted(following, layers)) if isinstance(x, Tensor) else x
        assert output is not None  # noqa: S101  for mypy: it is only None where there is no layer
        kept = output.features if output.lit is None else output.lit
        seen = output.pooled if following and following[0].pooled else kept if not following else output.features
        assert kept is not None and seen is not None  # noqa: PT018, S101  for mypy: both were asked for
        return seen, kept

    def _wanted(self, following: Sequence[_Fused | _Direct], layers: Collection[str]) -> dict[str, bool]:
        pooled, hidden = bool(following) and following[0].pooled, self.name not in layers
        return {"features": not hidden or (bool(following) and not pooled), "pooled": pooled, "lit": hidden}


class _Direct:
    """As `_Fused`, of a layer that is computed directly: all its features are kept."""

    def __init__(self, link: Link) -> None:
        self.name, self.pooled, self.link = link.name, link.pooled, link

    @property
    def transposed(self) -> _Direct:
        return self

    def layer(
        self, x: Tensor | Output | None, following: Sequence[_Fused | _Direct], _: Collection[str]
    ) -> tuple[Tensor, Tensor]:
        assert isinstance(x, Tensor)  # noqa: S101  for mypy: the kernel has the first of the hidden layers
        features = self.link.forward(x)
        return pool(features, "avg") if following and following[0].pooled else features, features

    def backward(self, gradient: Tensor, x: Tensor, *, unpool: bool) -> Tensor:
        """As `Winograd.backward`. Overwrites the gradient or the features `x`."""
        return self.link.backward(unpool_backward(gradient, x) if unpool else relu_backward(gradient, x))


def _outputs(
    needed: Sequence[_Fused | _Direct], x: Tensor | Output | None, layers: Collection[str]
) -> Iterator[tuple[str, Tensor]]:
    """The names of the `needed` layers and what is kept of them. `x` is as in `_Fused.layer` for their first one."""
    for number, layer in enumerate(needed, 1):
        x, kept = layer.layer(x, needed[number:], layers)
        yield layer.name, kept
        del kept  # or it would be in memory while the next layer is computed


def _strips(size: tuple[int, int]) -> list[slice]:
    """The rows of each strip of a picture of `size` (height, width)."""
    height, most = size[0], _strip_height(size)
    return [slice(top, min(height, top + most)) for top in range(0, height, most)]


def _strip_height(size: tuple[int, int]) -> int:
    """The rows of each strip but the last: a multiple of 4, as the kernel wants it."""
    height, width = size
    count = max(1, height * width // (STRIP * torch.get_num_threads()))
    return 4 * math.ceil(height / count / 4)


def _rows(x: Tensor, first: int, rows: slice) -> Tensor:
    """Those rows of a picture, of which `x` (1, C, h, w) has the rows from the `first` on."""
    return x[:, :, rows.start - first : rows.stop - first]
