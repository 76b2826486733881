"""The plain reference: style transfer as in tutorials. It minimises the same loss as ours; only the method differs.

`torch.optim.LBFGS` with its defaults (no line search), autograd, float32, one scale, pixels clipped when saved. The
loss is that of the tutorials (`tutorial_weights`) or ours.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from styler.engine.losses import content_loss, gram_matrix, mean_square, style_loss, total_variation_loss
from styler.engine.objective import LossWeights
from styler.engine.vgg import VGG16
from styler.settings import Settings


class PlainLoss:
    """The same loss as `styler.engine.objective.Objective`, with autograd."""

    def __init__(self, vgg: VGG16, content: Tensor, style: Tensor, weights: LossWeights) -> None:
        self.vgg, self.layer, self.weights = vgg, weights.content_layer, weights
        with torch.no_grad():
            self.content = vgg(content, {self.layer})[self.layer]
            self.grams = {name: gram_matrix(x) for name, x in vgg(style, weights.style).items()}

    def __call__(self, image: Tensor) -> Tensor:
        outputs = self.vgg(image, {self.layer, *self.weights.style})
        loss = self.weights.content * content_loss(outputs[self.layer], self.content)
        for name, weight in self.weights.style.items():
            loss = loss + weight * style_loss(gram_matrix(outputs[name]), self.grams[name])
        return loss + self.weights.tv * total_variation_loss(image)

    @torch.no_grad()
    def saved(self, image: Tensor) -> float:
        """The loss of the 8-bit picture."""
        return float(self(image.clamp(0, 255).round()))


@torch.no_grad()
def tutorial_weights(vgg: VGG16, content: Tensor, style: Tensor) -> LossWeights:
    """The weights with which `PlainLoss` (and our objective) is the loss of the tutorials.

    5 x content + 100 x style + 1e-3 x total variation: mean squared errors of relu4_2 and of Gram matrices divided by
    C H W, for pixels in 0..255. Our losses are relative, so each weight is multiplied by what its loss is divided by.
    """
    layer, by_layer = "relu4_2", {}
    for name, features in vgg(style, Settings().style_layers).items():
        gram = gram_matrix(features)
        by_layer[name] = 100 * mean_square(gram).item() / gram.shape[0] ** 2
    return LossWeights(layer, 5 * mean_square(vgg(content, {layer})[layer]).item(), by_layer, tv=1e-3)


@dataclass
class Run:
    """The result of a run: its picture, the loss at each evaluation, seconds."""

    image: Tensor
    losses: list[float]
    seconds: float


def run_reference(loss: PlainLoss, start: Tensor, evaluations: int) -> Run:
    """Optimise from `start`, with `evaluations` of the loss and its gradient."""
    image = start.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([image], max_iter=evaluations, max_eval=evaluations)
    losses: list[float] = []

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss(image)
        value.backward()
        losses.append(value.item())
        return value

    begin = time.perf_counter()
    while len(losses) < evaluations:
        before = len(losses)
        optimiser.step(closure)
        if len(losses) <= before + 1:  # the optimiser has stopped by itself
            break
    return Run(image.detach(), losses, time.perf_counter() - begin)


def noise_like(image: Tensor) -> Tensor:
    """Uniform noise in 0..255, where the paper starts."""
    return torch.rand(image.shape, generator=torch.Generator().manual_seed(0)) * 255
