"""The network in the arithmetic that is quickest on this machine, as measured.

Flags do not tell: a processor may have bfloat16 and take four times as long with it as with float32.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import torch
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.fused_features import FusedFeatureExtractor
from styler.engine.runtime import gpu_dtype, trim_heap
from styler.engine.vgg import VGG16
from styler.engine.winograd import kernel
from styler.settings import Pooling, Precision

# What is timed: forward and backward up to a layer, for a picture of so many pixels an edge. It takes some 100 ms.
EDGE, LAYER = 64, "relu3_3"
RUNS = 3  # of which the quickest counts; the first one packs weights
# Differs from the paper, where all is float32. The painting looks the same: the gradient's cosine to float32's is
# 0.9999. But L-BFGS may get stuck in bfloat16 after some 300 steps, so bfloat16 has to be worth it.
WORTH = 0.85
# A matrix product of this size tells within 10 ms where bfloat16 is only emulated: it takes 5 to 500 times as long.
EMULATED, PRODUCT = 4.0, 128

log = logging.getLogger(__name__)
choices: dict[Pooling, torch.dtype] = {}  # what was measured, once a process


def make_extractor(vgg: VGG16, precision: Precision) -> FeatureExtractor:
    """The network for `Settings.precision` on the device where it is; 'auto' is what is quickest there."""
    if vgg.get_buffer("mean").device.type != "cpu":
        return FeatureExtractor(vgg, gpu_dtype(precision))
    dtype = _quickest(vgg) if precision == "auto" else getattr(torch, precision)
    extractor = in_float32(vgg) if dtype == torch.float32 else FeatureExtractor(vgg, dtype)
    log.info("convolutions: %s", extractor)
    return extractor


def in_float32(vgg: VGG16) -> FeatureExtractor:
    """By the compiled kernel where it serves."""
    library = kernel() if vgg.pooling == "avg" else None
    return FeatureExtractor(vgg, torch.float32) if library is None else FusedFeatureExtractor(vgg, library)


def _quickest(vgg: VGG16) -> torch.dtype:
    """Measured once a process."""
    if vgg.pooling not in choices:
        choices[vgg.pooling] = torch.float32 if emulates_bfloat16() else measure(vgg)
        trim_heap()  # of the network that is not taken
    return choices[vgg.pooling]


def emulates_bfloat16() -> bool:
    """Whether this processor has no bfloat16 of its own, by what a matrix product in it takes."""
    exact = torch.ones(PRODUCT, PRODUCT, dtype=torch.float32, device="cpu")
    found = [min(cpu_seconds(torch.mm, x, x) for _ in range(RUNS)) for x in (exact, exact.bfloat16())]
    if found[1] > EMULATED * found[0]:
        log.info("bfloat16 takes %.0f times as long as float32 in a matrix product", found[1] / found[0])
        return True
    return False


def measure(vgg: VGG16) -> torch.dtype:
    """The quicker of float32 and bfloat16. In turns, so that what else the machine does disturbs both."""
    extractors = in_float32(vgg), FeatureExtractor(vgg, torch.bfloat16)
    image = torch.full((3, EDGE, EDGE), 100.0, dtype=torch.float32, device="cpu")
    runs = [[cpu_seconds(_evaluate, each, image) for each in extractors] for _ in range(RUNS)]
    exact, coarse = (min(times) for times in zip(*runs, strict=True))
    log.info("measured: float32 %.1f ms, bfloat16 %.1f ms", 1000 * exact, 1000 * coarse)
    return torch.bfloat16 if coarse < WORTH * exact else torch.float32


def _evaluate(extractor: FeatureExtractor, image: Tensor) -> None:
    outputs = extractor.forward(image, {LAYER})
    extractor.backward(outputs, {LAYER}, lambda _, features, gradient: gradient.add_(features))


def cpu_seconds(call: Callable[..., object], *arguments: object) -> float:
    """How long a call takes, by all threads: other processes that want the cores disturb the clock on the wall more."""
    begin = time.process_time()
    call(*arguments)
    return time.process_time() - begin
