"""The dream: show the network a picture, and strengthen what it believes to see.

A. Mordvintsev, C. Olah and M. Tyka, "Inceptionism: Going Deeper into Neural Networks" (Google Research, 2015), and the
code that they published with it: gradient ascent on the activations of one layer, over octaves, with jitter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.features import FeatureExtractor
from styler.engine.losses import TINY, mean_square
from styler.engine.memory import memory_errors
from styler.engine.model import load_model
from styler.engine.pyramid import Level, levels, resize
from styler.engine.tiles import stride
from styler.engine.transfer import Step, start_of, step_of
from styler.events import PaintError
from styler.settings import Settings

# How far a pixel moves on each octave, on average, if all steps went one way: so that more steps are finer, and not
# stronger. The original moves it by 15 (10 steps of 1.5). 30 turns a face into fur.
REACH = {"soft": 6.0, "medium": 12.0, "strong": 20.0}
JITTER = 32  # pixels: without it, the pooling's grid shows


class Ascent(NamedTuple):
    """What one octave does in a step: (strength of the layer before it, the picture after it)."""

    strength: Tensor
    picture: Tensor


def dream(content: Tensor, settings: Settings, init: Tensor | None = None) -> Iterator[Step]:
    """Dreams into `content` (3, H, W), float32 RGB in 0..255, one step per `next()`; closing the generator cancels.

    `settings.dream_layer` is the layer to strengthen: relu4_3 grows eyes, fur and scales where it sees a trace of them.
    The loss of a `Step` is the negative mean square of its activations. Raises `PaintError` and `BadWeights`.
    """
    with memory_errors(content):
        yield from _dream(load_model(settings), content, settings, init)


def _dream(extractor: FeatureExtractor, content: Tensor, settings: Settings, init: Tensor | None) -> Iterator[Step]:
    photo = start_of(content.to(extractor.device), settings, init)
    pyramid = octaves((photo.shape[1], photo.shape[2]), settings.steps)
    generator = torch.Generator().manual_seed(settings.seed)
    detail = photo.new_zeros(3, 1, 1)
    for number, level in enumerate(pyramid):
        # What was dreamt so far is added to the photo, which at this size has finer detail.
        base = resize(photo, level.size)
        picture = base + _grown(detail, level.size)
        rate = REACH[settings.strength] / level.steps
        for step in range(1, level.steps + 1):
            strength, picture = ascend(extractor, picture, settings.dream_layer, rate, generator)
            loss = -strength.item()
            if not math.isfinite(loss):
                raise PaintError("the network sees numbers that are not finite in this picture")
            yield step_of(pyramid, number, step, loss, picture, show=step == level.steps)
        detail = picture - base


def octaves(size: tuple[int, int], steps: int) -> list[Level]:
    """The sizes of the image pyramid, with an even share of `steps` for each: the small ones last as long."""
    pyramid = levels(size, steps)
    bounds = [round(steps * i / len(pyramid)) for i in range(len(pyramid) + 1)]
    return [Level(level.size, bounds[i + 1] - bounds[i]) for i, level in enumerate(pyramid)]


def ascend(extractor: FeatureExtractor, picture: Tensor, layer: str, rate: float, generator: torch.Generator) -> Ascent:
    """One step of gradient ascent on half the square of the layer's activations, whose gradient they are themselves.

    The gradient is normalised: the mean pixel moves by `rate`. Differs from `styler.engine.transfer`: no L-BFGS, which
    tried on the same loss runs into the bounds of 0 and 255; and jitter makes each step's loss another one.
    """
    jitter = [int(shift) for shift in torch.randint(-JITTER, JITTER + 1, (2,), generator=generator, device="cpu")]
    rolled = torch.roll(picture, jitter, (1, 2))
    squares: list[Tensor] = []  # the sum of each row's, but for what is the same for all rows
    outputs = extractor.forward(rolled, {layer}, lambda _, x, __: squares.append(mean_square(x) * x.shape[2]))
    strength = torch.stack(squares).sum() / max(1, rolled.shape[1] // stride(layer))
    gradient = extractor.backward(outputs, {layer}, lambda _, features, *__: features.clone())
    rolled = torch.clamp(rolled + gradient * (rate / gradient.abs().mean().clamp_min(TINY)), 0, 255)
    return Ascent(strength, torch.roll(rolled, [-shift for shift in jitter], (1, 2)))


def _grown(detail: Tensor, size: tuple[int, int]) -> Tensor:
    """As `resize`, but for differences of pixels, which may be negative."""
    return functional.interpolate(detail.unsqueeze(0), size=size, mode="bicubic", antialias=True)[0]
