"""Winograd's convolution F(4x4, 3x3): a quarter of a direct convolution's multiplications, in float32 or bfloat16; with
AMX half of them in bfloat16, by F(4, 3).

A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016), section 4.2. The kernel is
`winograd.c`. It joins what comes before and after a convolution, because large features cost only their way through
memory: the ReLU, 2x2 average pooling, and both of them backward.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import threading
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.kernel import ConvolutionCall, load_library

READY = 128 * 128  # weights that are kept transformed: 2.4 MB; larger ones are transformed as they are used
TILES = 96  # of 4x4 places, at once, for a thread: with 512 channels they take 9 MB
TILES_OF_FEW_CHANNELS = 48  # they stay in the second cache
TILES_BY_ROWS = 256  # of 1x4 places
READY_BY_ROWS = 256 * 256  # weights that the kernel is quicker with than a direct convolution, where it works by rows
MULTIPLICATION = 0.15  # time of one, in units of the time to transform one number
CLOSE = {torch.float32: 1e-4, torch.bfloat16: 3e-2}  # relative error of a kernel that computes what it should

log = logging.getLogger(__name__)


class Output(NamedTuple):
    """What a convolution gives: features (1, n, h, w), their 2x2 means, and where they are above 0 (h, w, n / 8)."""

    features: Tensor | None
    pooled: Tensor | None
    lit: Tensor | None


class Winograd:
    """A 3x3 convolution of (1, k, h, w), channels_last, with zeros around it; with a bias also the ReLU.

    The float32 weights are multiplied by `scale`, and kept as float16 where that is exact: the embedded ones are.
    Features and gradients are of `dtype`: float32, or bfloat16 where `library.multiplies_bfloat16`.
    """

    def __init__(
        self,
        weight: Tensor,
        bias: Tensor | None,
        library: ctypes.CDLL,
        scale: float = 1.0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.library, self.bias, self.scale, self.dtype = library, bias, scale, dtype
        self.bfloat16 = dtype == torch.bfloat16
        self.by_rows = self.bfloat16 and bool(library.works_by_rows())
        self.n, self.k = weight.shape[:2]
        panel = library.panel_width()
        packed = weight.reshape(self.n // panel, panel, self.k, 9).permute(0, 2, 3, 1).contiguous()
        half = packed.half()
        self.weight = half if library.reads_half() and torch.equal(half.float(), packed) else packed
        self.ready: Tensor | None = None
        if self.n * self.k <= READY or self.by_rows:
            self.ready = packed.new_empty(library.ready_floats(self.k, self.n, self.bfloat16))
            library.transform_weights(ctypes.byref(self._call(ready=self.ready)))

    def plain_weight(self, dtype: torch.dtype) -> Tensor:
        """(n, k, 3, 3), as it was given, in `dtype`."""
        return self.weight.permute(0, 3, 1, 2).reshape(self.n, self.k, 3, 3).to(dtype)

    def forward(self, x: Tensor, *, features: bool, pooled: bool, lit: bool) -> Output:
        """What of the output is asked for."""
        height, width = x.shape[2:]
        output = self.output((height, width), features=features, pooled=pooled, lit=lit)
        self.fill(output, (height, width), x, slice(0, height))
        return output

    def output(self, size: tuple[int, int], *, features: bool, pooled: bool, lit: bool) -> Output:
        """What of the output is asked for, to be filled."""
        height, width = size
        return Output(
            self._empty(height, width) if features else None,
            self._empty(height // 2, width // 2) if pooled else None,
            torch.empty(height, width, self.n // 8, dtype=torch.uint8, device="cpu") if lit else None,
        )

    def fill(self, output: Output, size: tuple[int, int], x: Tensor, rows: slice, first: int = 0) -> None:
        """Those `rows` of the output, from a multiple of 4 to another or to the end. Of the input, (1, k, h, w) with
        h and w the `size`, `x` has the rows from the `first` on, as far as they and their neighbours reach.
        """
        features, pooled, lit = output
        self._run(size, rows, first, x=_laid_out(x), bias=self.bias, y=features, pooled=pooled, lit=lit)

    def backward(self, gradient: Tensor, masker: Tensor, *, unpool: bool, rows: slice | None = None) -> Tensor:
        """Of a gradient by this one's input, whose ReLU was lit as `masker` tells: features, or bits as in `Output`.

        With `unpool`, each place of the gradient stands for the four that it is the sum of. Only those `rows`, from a
        multiple of 4 to another or to the end.
        """
        by_bits = masker.dtype == torch.uint8
        height, width = masker.shape[:2] if by_bits else masker.shape[2:]
        rows = rows or slice(0, height)
        y = self._empty(rows.stop - rows.start, width)
        mask, numbers = (masker, None) if by_bits else (None, _laid_out(masker))
        x = _laid_out(gradient)
        self._run((height, width), rows, 0, rows.start, int(unpool), x=x, mask=mask, masker=numbers, y=y)
        return y

    def _empty(self, height: int, width: int) -> Tensor:
        """(1, n, h, w), channels_last."""
        return torch.empty(1, height, width, self.n, dtype=self.dtype, device="cpu").permute(0, 3, 1, 2)

    def _run(
        self,
        size: tuple[int, int],
        rows: slice,
        x_first: int = 0,
        y_first: int = 0,
        unpool: int = 0,
        **tensors: Tensor | None,
    ) -> None:
        height, width = size
        threads = torch.get_num_threads()
        all_tiles = -(-(rows.stop - rows.start) // (1 if self.by_rows else 4)) * -(-width // 4)
        tiles, groups = shares(all_tiles, self.k, self.n, self.weight.shape[0], threads, by_rows=self.by_rows)
        floats = threads * self.library.scratch_floats(tiles, self.k, self.bfloat16)
        call = self._call(ready=self.ready, scratch=_scratch.of(floats), **tensors)
        call.h, call.w, call.unpool, call.top, call.bottom = height, width, unpool, rows.start, rows.stop
        if x_first:
            call.x -= x_first * width * self.k * self.dtype.itemsize
        if y_first:
            call.y -= y_first * width * self.n * self.dtype.itemsize
        call.tiles, call.groups, call.threads = tiles, groups, threads
        self.library.convolve(ctypes.byref(call))

    def _call(self, **tensors: Tensor | None) -> ConvolutionCall:
        pointers = {name: tensor.data_ptr() for name, tensor in tensors.items() if tensor is not None}
        half = self.weight.dtype == torch.float16
        sizes = {"k": self.k, "n": self.n, "half": half, "bfloat16": self.bfloat16, "scale": self.scale}
        return ConvolutionCall(**pointers, weight=self.weight.data_ptr(), **sizes)


def suits(weight: Tensor, library: ctypes.CDLL, dtype: torch.dtype) -> bool:
    """Whether the kernel is quicker with it than a direct convolution: all float32 is, and most bfloat16."""
    return dtype == torch.float32 or not library.works_by_rows() or weight[:, :, 0, 0].numel() <= READY_BY_ROWS


class _Scratch(threading.local):
    """Memory that a call overwrites, kept for the next one: anew each time, its pages would cost as much as a layer."""

    def __init__(self) -> None:
        self.kept = torch.empty(0, dtype=torch.float32, device="cpu")

    def of(self, floats: int) -> Tensor:
        """At least so many."""
        if len(self.kept) < floats:
            self.kept = self.kept.new_empty(floats)
        return self.kept


_scratch = _Scratch()


@functools.cache
def shares(tiles: int, k: int, n: int, panels: int, threads: int, *, by_rows: bool = False) -> tuple[int, int]:
    """How many tiles a thread takes at once, and into how many groups the panels of such a block are shared.

    Each block transforms all weights anew unless they are ready, and each group transforms its block's tiles.
    """
    most = TILES_BY_ROWS if by_rows else TILES_OF_FEW_CHANNELS if k * n <= READY else TILES
    weights = 0 if by_rows or k * n <= READY else n

    def cost(blocks: int) -> float:
        groups = groups_of(blocks)
        share = weights / groups + tiles / blocks + MULTIPLICATION * tiles * n / (blocks * groups)
        return -(-blocks * groups // threads) * share

    def groups_of(blocks: int) -> int:
        return min(panels, -(-threads // blocks))

    least = -(-tiles // most)
    blocks = min(range(least, least + threads), key=cost)
    return -(-tiles // blocks), groups_of(blocks)


def _laid_out(x: Tensor) -> Tensor:
    """The same in the kernel's order, (h, w, C): a view of features that are channels_last."""
    return x.permute(0, 2, 3, 1).contiguous()


@functools.cache
def checked_library() -> ctypes.CDLL | None:
    """The compiled kernel, if it can be had and computes what PyTorch's convolution computes. If it errs in bfloat16,
    one for float32 alone.
    """
    for bfloat16 in (True, False):
        library = load_library(torch.backends.cpu.get_cpu_capability(), bfloat16=bfloat16)
        wrong = None if library is None else _wrong_in(library)
        if wrong is None:
            return library
        if wrong == torch.float32:
            break
        log.info("the compiled kernel errs in bfloat16, so it is left to float32")
    log.info("the compiled kernel errs, so painting takes about twice as long without it")
    return None


def _wrong_in(library: ctypes.CDLL) -> torch.dtype | None:
    """The first type of numbers in which it does not compute what it should, on a few places, no multiple of a tile."""
    generator = torch.Generator("cpu").manual_seed(0)
    sizes = ((128, 64, 3, 3), (1, 64, 11, 7))
    weight, x = (torch.randn(*size, generator=generator, dtype=torch.float32, device="cpu") for size in sizes)
    panel = library.panel_width()
    if 128 % panel or panel % 8:
        return torch.float32
    expected = functional.conv2d(x, weight, padding=1)
    for dtype in (torch.float32, torch.bfloat16) if library.multiplies_bfloat16() else (torch.float32,):
        features = x.to(dtype).contiguous(memory_format=torch.channels_last)
        found = Winograd(weight, None, library, dtype=dtype).backward(features, torch.ones_like(features), unpool=False)
        if not (found - expected).norm() <= CLOSE[dtype] * expected.norm():
            return dtype
    return None
