"""What the tests of features share: a photo, random gradients, and what autograd makes of them."""

import torch
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.vgg import VGG16


def photo(size: tuple[int, int]) -> Tensor:
    return torch.rand(3, *size, generator=torch.Generator().manual_seed(0)) * 255


def probes(vgg: VGG16, size: tuple[int, int], layers: tuple[str, ...]) -> dict[str, Tensor]:
    """One random gradient a layer, of such sizes that every layer matters."""
    generator = torch.Generator().manual_seed(1)
    shapes = {layer: x.shape for layer, x in vgg(photo(size), layers).items()}
    return {layer: torch.randn(*shape, generator=generator) / shape.numel() ** 0.5 for layer, shape in shapes.items()}


def autograd(vgg: VGG16, size: tuple[int, int], by: dict[str, Tensor]) -> Tensor:
    image = photo(size).requires_grad_()
    outputs = vgg(image, by)
    torch.stack([(outputs[layer] * probe).sum() for layer, probe in by.items()]).sum().backward()
    assert image.grad is not None
    return image.grad


def by_hand(extractor: FeatureExtractor, size: tuple[int, int], by: dict[str, Tensor]) -> Tensor:
    def add(layer: str, _: Tensor, gradient: Tensor, rows: slice) -> Tensor:
        return gradient + by[layer][:, :, rows].to(gradient.dtype)

    return extractor.backward(extractor.forward(photo(size), by), by, add)


def distance(a: Tensor, b: Tensor) -> float:
    return ((a.double() - b.double()).norm() / b.double().norm()).item()
