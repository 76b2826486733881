"""The network in the arithmetic that is quickest on this machine, as measured.

Flags do not tell: a processor may have bfloat16 and take four times as long with it as with float32.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Collection, Sequence

import torch
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.fused_features import FusedFeatureExtractor
from styler.engine.runtime import gpu_dtype, trim_heap
from styler.engine.vgg import VGG16
from styler.engine.winograd import checked_library
from styler.settings import LAYERS, Pooling, Precision

Maker = Callable[..., FeatureExtractor]  # of a VGG16 and, by name, up to which `layers`: else all

# What is timed: forward and backward up to a layer, for a picture of so many pixels an edge. All takes some 100 ms.
EDGE, LAYER = 64, "relu3_3"
RUNS = 5  # of which the quickest counts; the first one packs weights
# Differs from the paper, where all is float32. The painting looks the same: the gradient's cosine to that of float32 is
# 0.999, by Winograd's convolution 0.998. But L-BFGS may get stuck after some 300 steps, so it has to be worth that.
WORTH = 0.85
# A matrix product of this size tells within 10 ms where bfloat16 is only emulated: it takes 5 to 500 times as long.
EMULATED, PRODUCT = 4.0, 128

log = logging.getLogger(__name__)
choices: dict[tuple[Pooling, Precision], Maker] = {}  # what was measured, once a process


def make_extractor(vgg: VGG16, precision: Precision, layers: Collection[str] = LAYERS) -> FeatureExtractor:
    """The network for `Settings.precision` on the device where it is, up to the last one of `layers`; 'auto' is what is
    quickest there.
    """
    if vgg.get_buffer("mean").device.type != "cpu":
        return FeatureExtractor(vgg, gpu_dtype(precision), layers)
    key = vgg.pooling, precision
    if key not in choices:
        choices[key] = _quickest(vgg, precision)
        trim_heap()  # of the networks that are not taken
    extractor = choices[key](vgg, layers=layers)
    log.info("convolutions: %s", extractor)
    return extractor


def makers(pooling: Pooling, dtype: torch.dtype) -> list[Maker]:
    """What may be quickest in `dtype` on this CPU."""
    direct = functools.partial(FeatureExtractor, dtype=dtype)
    library = checked_library() if pooling == "avg" else None
    if library is None or (dtype != torch.float32 and not library.multiplies_bfloat16()):
        return [direct]
    fused = functools.partial(FusedFeatureExtractor, library=library, dtype=dtype)
    return [fused] if dtype == torch.float32 else [fused, direct]  # which may use AMX where the kernel does not


def _quickest(vgg: VGG16, precision: Precision) -> Maker:
    [exact], coarse = makers(vgg.pooling, torch.float32), makers(vgg.pooling, torch.bfloat16)
    if precision == "float32" or (precision == "auto" and emulates_bfloat16()):
        return exact
    if precision == "bfloat16":
        return coarse[0] if len(coarse) == 1 else coarse[_best(measure(vgg, coarse))]
    seconds, *others = measure(vgg, [exact, *coarse])
    best = _best(others)
    return coarse[best] if others[best] < WORTH * seconds else exact


def _best(seconds: Sequence[float]) -> int:
    """The first one, the kernel, unless another is much quicker: in larger pictures it gains, and takes less memory."""
    least = min(range(len(seconds)), key=seconds.__getitem__)
    return least if seconds[least] < WORTH * seconds[0] else 0


def emulates_bfloat16() -> bool:
    """Whether this processor has no bfloat16 of its own, by what a matrix product in it takes."""
    exact = torch.ones(PRODUCT, PRODUCT, dtype=torch.float32, device="cpu")
    found = [min(cpu_seconds(torch.mm, x, x) for _ in range(RUNS)) for x in (exact, exact.bfloat16())]
    if found[1] > EMULATED * found[0]:
        log.info("bfloat16 takes %.0f times as long as float32 in a matrix product", found[1] / found[0])
        return True
    return False


def measure(vgg: VGG16, makers: Sequence[Maker]) -> list[float]:
    """The seconds that an evaluation takes. In turns, so that what else the machine does disturbs all alike."""
    extractors = [make(vgg, layers={LAYER}) for make in makers]
    image = torch.full((3, EDGE, EDGE), 100.0, dtype=torch.float32, device="cpu")
    runs = [[cpu_seconds(_evaluate, each, image) for each in extractors] for _ in range(RUNS)]
    seconds = [min(times) for times in zip(*runs, strict=True)]
    for extractor, least in zip(extractors, seconds, strict=True):
        log.info("measured: %.1f ms by %s", 1000 * least, extractor)
    return seconds


def _evaluate(extractor: FeatureExtractor, image: Tensor) -> None:
    outputs = extractor.forward(image, {LAYER})
    extractor.backward(outputs, {LAYER}, lambda _, features, gradient, __: gradient.add_(features))


def cpu_seconds(call: Callable[..., object], *arguments: object) -> float:
    """How long a call takes, by all threads: other processes that want the cores disturb the clock on the wall more."""
    begin = time.process_time()
    call(*arguments)
    return time.process_time() - begin
