"""The network in the arithmetic that is quickest on this machine, as measured.

Flags do not tell: a processor may have bfloat16 and take four times as long with it as with float32.
"""

from __future__ import annotations

import logging
import time

import torch
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.fused_features import FusedExtractor
from styler.engine.runtime import gpu_dtype
from styler.engine.vgg import VGG16
from styler.engine.winograd import kernel
from styler.settings import Pooling, Precision

# What is timed: forward and backward up to a layer, for a picture of so many pixels an edge. It takes 20 to 100 ms.
EDGE, LAYER = 96, "relu3_3"
RUNS = 3  # of which the quickest counts
HOPELESS = 3.0  # times as long as the other in its first run: no further one is taken
# differs from the paper, where all is float32. The painting looks the same: the gradient's cosine to float32's is
# 0.9999. But L-BFGS may get stuck in bfloat16 after some 300 steps, so it has to be worth it.
WORTH = 0.85

log = logging.getLogger(__name__)
_choices: dict[Pooling, torch.dtype] = {}


def make_extractor(vgg: VGG16, precision: Precision) -> FeatureExtractor:
    """The network for `Settings.precision` on the device where it is; 'auto' is what is quickest there."""
    device = vgg.get_buffer("mean").device
    if device.type != "cpu":
        return FeatureExtractor(vgg, gpu_dtype(precision))
    if precision == "auto":
        precision = "bfloat16" if _quickest(vgg) == torch.bfloat16 else "float32"
    extractor = FeatureExtractor(vgg, torch.bfloat16) if precision == "bfloat16" else in_float32(vgg)
    log.info("convolutions: %s", extractor.description)
    return extractor


def in_float32(vgg: VGG16) -> FeatureExtractor:
    """By the compiled kernel where it serves."""
    library = kernel() if vgg.pooling == "avg" and vgg.get_buffer("mean").device.type == "cpu" else None
    return FeatureExtractor(vgg, torch.float32) if library is None else FusedExtractor(vgg, library)


def _quickest(vgg: VGG16) -> torch.dtype:
    """Measured once a process."""
    if vgg.pooling not in _choices:
        _choices[vgg.pooling] = _measure(in_float32(vgg), FeatureExtractor(vgg, torch.bfloat16))
    return _choices[vgg.pooling]


def _measure(float32: FeatureExtractor, bfloat16: FeatureExtractor) -> torch.dtype:
    one = _seconds(float32)
    try:
        other = _seconds(bfloat16, HOPELESS * one)
    except RuntimeError as error:  # oneDNN has no bfloat16 for this processor
        log.info("no bfloat16: %s", error)
        return torch.float32
    log.info("measured: float32 %.1f ms, bfloat16 %.1f ms", 1000 * one, 1000 * other)
    return torch.bfloat16 if other < WORTH * one else torch.float32


def _seconds(extractor: FeatureExtractor, enough: float = float("inf")) -> float:
    """The least time of a few runs after a first one, which packs weights; only the first if that takes twice `enough`."""
    image = torch.full((3, EDGE, EDGE), 100.0, device="cpu")
    times: list[float] = []
    while len(times) <= RUNS and not (times and times[0] > 2 * enough):
        begin = time.perf_counter()
        extractor.backward(extractor.forward(image, {LAYER}), {LAYER}, _add)
        times.append(time.perf_counter() - begin)
    return min(times)


def _add(_: str, features: Tensor, gradient: Tensor) -> Tensor:
    return gradient.add_(features)
