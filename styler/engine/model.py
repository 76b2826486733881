"""The network as the settings want it, kept for the next picture."""

from __future__ import annotations

import functools

import torch

from styler.engine.arithmetic import make_extractor
from styler.engine.features import FeatureExtractor
from styler.engine.runtime import best_device
from styler.engine.vgg import load_vgg16
from styler.settings import LAYERS, Pooling, Precision, Settings

# Those of a painting by default, and of a dream. The two below it are a third of the network's weights.
USUAL_LAYERS = LAYERS[: 1 + LAYERS.index("relu5_1")]


def load_model(settings: Settings) -> FeatureExtractor:
    """The network for `settings`. Raises `BadWeights`, and `ValueError` for a device that is not there."""
    needed = {settings.dream_layer} if settings.dream else {settings.content_layer, *settings.style_layers}
    layers = USUAL_LAYERS if needed.issubset(USUAL_LAYERS) else LAYERS
    return cached_model(settings.pooling, settings.weights, best_device(settings.device), settings.precision, layers)


@functools.lru_cache(maxsize=2)
def cached_model(
    pooling: Pooling, weights: str, device: torch.device, precision: Precision, layers: tuple[str, ...]
) -> FeatureExtractor:
    """What `load_model` keeps: the last two networks."""
    return make_extractor(load_vgg16(pooling, weights).to(device), precision, layers)
