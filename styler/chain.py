"""VGG16's chain of convolutions, forward and backward by hand.

The weights are frozen, so of the backward pass only the data gradient is needed, and the losses' gradients are added at
their layers on the way down. Against autograd this saves the graph, its copies and a third of the memory. `VGG16` is
the plain reference, which a test holds this module against.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from styler.settings import LAYERS, Pooling
from styler.vgg import VGG16, Convolution, pool

Convolve = Callable[[Tensor], Tensor]
# Adds the gradient of the loss by a layer's features to the one that came down: (layer, features, gradient) -> sum.
AddGradient = Callable[[str, Tensor, Tensor], Tensor]


class _Link(NamedTuple):
    name: str
    pooled: bool
    forward: Convolve  # convolution and ReLU
    backward: Convolve  # the convolution's data gradient


class Chain:
    """A VGG16 made ready to compute in `dtype` on the device where it is. Holds no image: it serves all sizes."""

    def __init__(self, vgg: VGG16, dtype: torch.dtype, *, prepacked: bool = True) -> None:
        self.pooling: Pooling = vgg.pooling
        self.device = vgg.get_buffer("mean").device
        self.mean, self.std, self.dtype = vgg.get_buffer("mean"), vgg.get_buffer("std"), dtype
        pack = _prepacked if prepacked and self.device.type == "cpu" and has_prepacked(dtype) else _public
        self.links = _links(vgg.chain(LAYERS), dtype, pack)

    def forward(self, image: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """The outputs, in order, of all layers up to the last one of `layers`, for an image (3, H, W) of RGB in 0..255.

        Each is (1, C, h, w), of `dtype` and channels_last.
        """
        x = _frame((image - self.mean) / self.std)
        x = x if self.dtype == torch.float32 else _halves(x, self.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        outputs: dict[str, Tensor] = {}
        for link in self.links[: 1 + max(LAYERS.index(layer) for layer in layers)]:
            x = link.forward(pool(x, self.pooling) if link.pooled else x)
            outputs[link.name] = x
        return outputs

    def backward(self, outputs: dict[str, Tensor], add_gradient: AddGradient) -> Tensor:
        """The gradient (3, H, W) by the image, in float32. `outputs` of `forward` are used up on the way."""
        name, x = outputs.popitem()
        gradient = add_gradient(name, x, torch.zeros_like(x))
        for link in reversed(self.links[: 1 + len(outputs)]):
            gradient = link.backward(torch.ops.aten.threshold_backward(gradient, x, 0))
            if outputs:
                name, x = outputs.popitem()
                gradient = _pool_backward(gradient, x, self.pooling) if link.pooled else gradient
                gradient = add_gradient(name, x, gradient)
        return _frame_backward(gradient.float().contiguous()) / self.std


def _frame(image: Tensor) -> Tensor:
    """One pixel around (3, H, W), by replication, as conv1_1 pads in `VGG16`."""
    return functional.pad(image.unsqueeze(0), (1, 1, 1, 1), mode="replicate")


def _frame_backward(gradient: Tensor) -> Tensor:
    inner = gradient[:, :, 1:-1, 1:-1]
    folded: Tensor = torch.ops.aten.replication_pad2d_backward(gradient, inner, [1, 1, 1, 1])
    return folded[0]


def _halves(x: Tensor, dtype: torch.dtype) -> Tensor:
    """The image as two numbers of half precision, rough and rest: bfloat16 alone would round a pixel to 0.5 of 255."""
    rough = x.to(dtype)
    return torch.cat([rough, (x - rough.float()).to(dtype)], dim=1)


def _pool_backward(gradient: Tensor, x: Tensor, pooling: Pooling) -> Tensor:
    kernel = [min(2, side) for side in x.shape[-2:]]
    back: Tensor
    if pooling == "avg":
        back = torch.ops.aten.avg_pool2d_backward(gradient, x, kernel, [], [0, 0], False, True, None)
    else:
        _, at = functional.max_pool2d(x, kernel, return_indices=True)
        back = torch.ops.aten.max_pool2d_with_indices_backward(gradient, x, kernel, [], [0, 0], [1, 1], False, at)
    return back


def _links(convolutions: list[Convolution], dtype: torch.dtype, pack: Callable[..., Convolve]) -> list[_Link]:
    return [
        _Link(
            name,
            pooled,
            # conv1_1's input is already padded, and in half precision it comes in two halves.
            pack(_twice(weight, dtype) if i == 0 else weight.to(dtype), bias.to(dtype), padding=min(i, 1), relu=True),
            pack(weight.transpose(0, 1).flip(2, 3).to(dtype), None, padding=2 if i == 0 else 1, relu=False),
        )
        for i, (name, weight, bias, pooled) in enumerate(convolutions)
    ]


def _twice(weight: Tensor, dtype: torch.dtype) -> Tensor:
    return (weight if dtype == torch.float32 else torch.cat([weight, weight], dim=1)).to(dtype)


def _public(weight: Tensor, bias: Tensor | None, padding: int, *, relu: bool) -> Convolve:
    weight = weight.contiguous(memory_format=torch.channels_last)

    def convolve(x: Tensor) -> Tensor:
        y = functional.conv2d(x, weight, bias, padding=padding)
        return y.relu_() if relu else y

    return convolve


def _prepacked(weight: Tensor, bias: Tensor | None, padding: int, *, relu: bool) -> Convolve:
    """The same by oneDNN, with the weights already in the layout that it wants: less to do for small images.

    PyTorch's own compiler calls these operators, but they are not public: `has_prepacked` tries them first.
    """
    both, one = [padding, padding], [1, 1]
    # The layout is chosen for images of about this size, and is within 1 % of the best for others.
    size = [1, weight.shape[1], 256, 256]
    packed = torch.ops.mkldnn._reorder_convolution_weight(weight.contiguous(), both, one, one, 1, size)
    post_op = "relu" if relu else "none"

    def convolve(x: Tensor) -> Tensor:
        convolution = torch.ops.mkldnn._convolution_pointwise
        y: Tensor = convolution(x, packed, bias, both, one, one, 1, post_op, [], "")
        return y

    return convolve


@functools.cache
def has_prepacked(dtype: torch.dtype) -> bool:
    """Whether this PyTorch has the prepacked convolution on this CPU, and it computes what the public one computes."""
    generator = torch.Generator().manual_seed(0)
    weight, x = torch.randn(32, 16, 3, 3, generator=generator), torch.randn(1, 16, 9, 7, generator=generator)
    x = x.to(dtype).contiguous(memory_format=torch.channels_last)
    case = (weight.to(dtype), torch.ones(32, dtype=dtype), 1)
    try:
        return torch.allclose(_prepacked(*case, relu=True)(x), _public(*case, relu=True)(x), rtol=1e-2, atol=1e-1)
    except (RuntimeError, AttributeError, TypeError):  # not built in, or its signature has changed
        return False
