"""VGG16's chain of convolutions, forward and backward by hand.

The weights are frozen, so of the backward pass only the data gradient is needed, and the losses' gradients are added at
their layers on the way down. Against autograd this saves the graph, its copies and a third of the memory. `VGG16` is
the plain reference, which a test holds this module against.
"""

from __future__ import annotations

import functools
import math
from collections import deque
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.memory import features_per_pixel
from styler.engine.vgg import VGG16, Convolution, pool
from styler.settings import LAYERS, Pooling

Convolve = Callable[[Tensor], Tensor]
# Looks at a layer's features, or at those rows of them: (layer, features, rows).
Look = Callable[[str, Tensor, slice], None]
# Adds the gradient of the loss by a layer's features, or by those rows of them, to the one that came down:
# (layer, features, gradient, rows) -> sum.
AddGradient = Callable[[str, Tensor, Tensor, slice], Tensor]
ALL = slice(None)  # rows


class Link(NamedTuple):
    """A layer in both directions."""

    name: str
    pooled: bool
    forward: Convolve  # convolution and ReLU
    backward: Convolve  # the convolution's data gradient


class FeatureExtractor:
    """A VGG16 made ready to compute in `dtype` on the device where it is, up to the last one of `layers`.

    Holds no image: it serves all sizes.
    """

    def __init__(
        self, vgg: VGG16, dtype: torch.dtype, layers: Collection[str] = LAYERS, *, prepacked: bool = True
    ) -> None:
        self.pooling: Pooling = vgg.pooling
        self.device = vgg.get_buffer("mean").device
        self.mean, self.dtype = vgg.get_buffer("mean"), dtype
        pack = _prepacked if prepacked and self.device.type == "cpu" and has_prepacked(dtype) else _public
        self.links = [
            _link(convolution, weight, self.pooling, dtype, pack)
            for convolution, weight in zip(vgg.convolutions(layers), self._weights(vgg, layers), strict=True)
        ]

    def _weights(self, vgg: VGG16, layers: Collection[str]) -> list[Callable[[], Tensor]]:
        """What gives each layer's weight, (C_out, C_in, 3, 3), as often as it is needed."""
        std = vgg.get_buffer("std").view(1, 3, 1, 1)
        first, *others = (convolution.weight for convolution in vgg.convolutions(layers))
        return [weight.to(self.dtype).contiguous for weight in (first / std, *others)]  # those of `vgg` may be let go

    def kept_per_pixel(self, layers: Collection[str]) -> float:
        """How many numbers of `dtype` are kept for the backward pass, for each pixel."""
        return features_per_pixel(layers)

    def __str__(self) -> str:
        return f"direct, in {str(self.dtype).removeprefix('torch.')}"

    def forward(self, image: Tensor, layers: Collection[str], look: Look = lambda *_: None) -> dict[str, Tensor]:
        """What the backward pass needs of each layer. `look` is called for each of `layers`, as soon as it is there."""
        kept: dict[str, Tensor] = {}
        for name, x in self.outputs(image, layers):
            kept[name] = x
            if name in layers:
                look(name, x, ALL)
        return kept

    def outputs(self, image: Tensor, layers: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        """The names and outputs of all layers up to the last one of `layers`, for an image (3, H, W) of RGB in 0..255.

        Each is (1, C, h, w), of `dtype` and channels_last. They come one after the other, so that a caller who needs
        only a few of them does not need memory for all.
        """
        x = self.framed(image)
        for link in self.links[: 1 + max(LAYERS.index(layer) for layer in layers)]:
            x = link.forward(pool(x, self.pooling) if link.pooled else x)
            yield link.name, x

    def output(self, image: Tensor, layer: str) -> Tensor:
        """That of one layer alone, as `outputs` has it."""
        [(_, features)] = deque(self.outputs(image, {layer}), maxlen=1)
        return features

    def framed(self, image: Tensor) -> Tensor:
        """What conv1_1 sees of an image (3, H, W)."""
        x = _frame(image - self.mean)  # the division by their deviation is in conv1_1's weights
        x = x if self.dtype == torch.float32 else _halves(x, self.dtype)
        return x.contiguous(memory_format=torch.channels_last)

    def backward(self, outputs: dict[str, Tensor], layers: Collection[str], add_gradient: AddGradient) -> Tensor:
        """The gradient (3, H, W) by the image, in float32.

        `outputs` of `forward` are used up on the way: the dict is empty in the end, and some of its tensors are
        overwritten. `add_gradient` is asked at `layers`, and may add to its gradient in place, but not to the features.
        """
        name, x = outputs.popitem()
        gradient = relu_backward(add_gradient(name, x, torch.zeros_like(x), ALL), x)
        for link in reversed(self.links[: 1 + len(outputs)]):
            gradient = link.backward(gradient)
            if not outputs:
                break
            name, x = outputs.popitem()
            if link.pooled and name not in layers and self.pooling == "avg":
                gradient = unpool_backward(gradient, x)
                continue
            gradient = pool_backward(gradient, x, self.pooling) if link.pooled else gradient
            gradient = add_gradient(name, x, gradient, ALL) if name in layers else gradient
            gradient = relu_backward(gradient, x)
        return unframe(gradient)


def _frame(image: Tensor) -> Tensor:
    """One pixel around (3, H, W), by replication, as conv1_1 pads in `VGG16`."""
    return functional.pad(image.unsqueeze(0), (1, 1, 1, 1), mode="replicate")


def unframe(gradient: Tensor) -> Tensor:
    """The gradient (3, H, W) from that of the framed image (1, 3, H + 2, W + 2)."""
    gradient = gradient.float().contiguous()
    inner = gradient[:, :, 1:-1, 1:-1]
    folded: Tensor = torch.ops.aten.replication_pad2d_backward(gradient, inner, [1, 1, 1, 1])
    return folded[0]


def _halves(x: Tensor, dtype: torch.dtype) -> Tensor:
    """The image as two numbers of half precision, rough and rest: bfloat16 alone would round a pixel to 0.5 of 255."""
    rough = x.to(dtype)
    return torch.cat([rough, (x - rough.float()).to(dtype)], dim=1)


def relu_backward(gradient: Tensor, x: Tensor) -> Tensor:
    """The gradient, overwritten by 0 where the output `x` of the ReLU is 0."""
    masked: Tensor = torch.ops.aten.threshold_backward.grad_input(gradient, x, 0, grad_input=gradient)
    return masked


def pool_backward(gradient: Tensor, x: Tensor, pooling: Pooling) -> Tensor:
    """From the gradient by the pooled `x` to that by `x`. An average's quarter is in the weights above it already."""
    kernel = [min(2, side) for side in x.shape[-2:]]
    back: Tensor
    if pooling == "avg":
        gradient = gradient * (4 / math.prod(kernel)) if kernel != [2, 2] else gradient
        back = torch.ops.aten.avg_pool2d_backward(gradient, x, kernel, [], [0, 0], False, True, 1)
    else:
        _, at = functional.max_pool2d(x, kernel, return_indices=True)
        back = torch.ops.aten.max_pool2d_with_indices_backward(gradient, x, kernel, [], [0, 0], [1, 1], False, at)
    return back


def _can_unpool(x: Tensor) -> bool:
    """Only in channels_last, which GPUs without cuDNN, or without bfloat16, may leave: convolutions are free to."""
    return min(x.shape[2:]) > 1 and x.is_contiguous(memory_format=torch.channels_last)


def unpool_backward(gradient: Tensor, x: Tensor) -> Tensor:
    """Average pooling and the ReLU before it, backward at once: each number goes to its four places, if they are lit.

    Twice as fast as one after the other, since such large tensors cost only their way through memory; and in place of
    `x`, the largest of all, which nobody needs after this.
    """
    if not _can_unpool(x):
        return relu_backward(pool_backward(gradient, x, "avg"), x)
    height, width = gradient.shape[2:]
    pixels = gradient.permute(0, 2, 3, 1)[0]  # (h, w, C)
    pairs = torch.cat([pixels, pixels], dim=2).view(height, 1, -1).expand(height, 2, -1)
    squares = _squares(x, gradient)
    torch.ops.aten.threshold_backward.grad_input(pairs, squares, 0, grad_input=squares)
    x[:, :, 2 * height :] = 0  # a last row or column that was left out of the pooling
    x[:, :, :, 2 * width :] = 0
    return x


def _squares(x: Tensor, pooled: Tensor) -> Tensor:
    """(1, C, H, W), channels_last, as (h, 2, 2 w C): the two rows of each square that became one pixel of `pooled`."""
    _, _, height, width = pooled.shape
    rows = x.permute(0, 2, 3, 1)[0, : 2 * height, : 2 * width]
    return rows.view(2 * height, -1).view(height, 2, -1)


def _link(
    convolution: Convolution,
    weight: Callable[[], Tensor],
    pooling: Pooling,
    dtype: torch.dtype,
    pack: Callable[..., Convolve],
) -> Link:
    name, _, bias, pooled = convolution
    first = name == LAYERS[0]  # its input is already padded, and in half precision it comes in two halves
    halves = 2 if first and dtype != torch.float32 else 1
    forward = pack(lambda: weight().repeat(1, halves, 1, 1), bias.to(dtype), padding=0 if first else 1, relu=True)
    divisor = 4 if pooled and pooling == "avg" else 1
    backward = pack(lambda: backward_weight(weight(), divisor), None, padding=2 if first else 1, relu=False)
    return Link(name, pooled, forward, backward)


def backward_weight(weight: Tensor, divisor: int) -> Tensor:
    """(C_out, C_in, 3, 3) as the data gradient's (C_in, C_out, 3, 3); a power of 2 divides without rounding."""
    return weight.transpose(0, 1).flip(2, 3) / divisor


def _public(weight: Callable[[], Tensor], bias: Tensor | None, padding: int, *, relu: bool) -> Convolve:
    laid = weight().contiguous(memory_format=torch.channels_last)

    def convolve(x: Tensor) -> Tensor:
        y = functional.conv2d(x, laid, bias, padding=padding)
        return y.relu_() if relu else y

    return convolve


def _prepacked(weight: Callable[[], Tensor], bias: Tensor | None, padding: int, *, relu: bool) -> Convolve:
    """The same by oneDNN, with the weights kept in the layout that it prefers for images of the last size.

    From PyTorch's layout it would copy them into that one at each call, which takes a quarter of the time where images
    are small. PyTorch's own compiler calls these operators, but they are not public: `has_prepacked` tries them first.
    """
    both, one = [padding, padding], [1, 1]
    post_op = "relu" if relu else "none"
    plain = weight  # what gives it in PyTorch's layout: once it is packed, that is the packed one, so there is no other

    @functools.lru_cache(maxsize=1)
    def packed(size: torch.Size) -> Tensor:
        nonlocal plain
        reorder = torch.ops.mkldnn._reorder_convolution_weight
        layout: Tensor = reorder(plain().contiguous(), both, one, one, 1, list(size))
        plain = layout.to_dense
        return layout

    def convolve(x: Tensor) -> Tensor:
        convolution = torch.ops.mkldnn._convolution_pointwise
        y: Tensor = convolution(x, packed(x.shape), bias, both, one, one, 1, post_op, [], "")
        return y

    return convolve


@functools.cache
def has_prepacked(dtype: torch.dtype) -> bool:
    """Whether this PyTorch has the prepacked convolution on this CPU, and it computes what the public one computes."""
    generator = torch.Generator("cpu").manual_seed(0)
    weight, x = (torch.randn(*size, generator=generator, device="cpu") for size in ((32, 16, 3, 3), (1, 16, 9, 7)))
    x = x.to(dtype).contiguous(memory_format=torch.channels_last)
    case = (lambda: weight.to(dtype), torch.ones(32, dtype=dtype, device="cpu"), 1)
    try:
        return torch.allclose(_prepacked(*case, relu=True)(x), _public(*case, relu=True)(x), rtol=1e-2, atol=1e-1)
    except (RuntimeError, AttributeError, TypeError):  # not built in, or its signature has changed
        return False
