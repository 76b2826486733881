"""Repainting at another strength, from the finished picture or from the photo: python -m tests.benchmarks.redo.

All changes between soft, medium and strong. The product starts from the photo. From the finished picture (a JPEG, as
Telegram returns it), painting starts at SMALLEST pixels and takes fewer STEPS. Four measures: the loss at full size;
the style error on held-out layers (`kit.style_error`); the work of the network, which other programs on the machine do
not change; and how far the large forms have moved from the finished picture, as the root mean square difference at 64
pixels. `--out` saves the pictures side by side.
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import argparse
import functools
import io
import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
from PIL import Image
from torch import Tensor

from styler.argument_parser import ArgumentParser
from styler.engine import pyramid, transfer
from styler.engine.runtime import tune_process
from styler.paint_photo import to_tensor
from styler.settings import STRENGTHS, Settings
from tests.benchmarks import kit

LARGE_FORMS = 64  # pixels, long edge
JPEG_QUALITY = 87  # about that of Telegram's photos


class Painted(NamedTuple):
    image: Tensor
    seconds: float
    flop: float


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.redo", description=__doc__)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--photos", nargs="+", default=["astronaut", "coffee"])
    parser.add_argument("--paintings", nargs="+", default=["great-wave", "poppies"])
    parser.add_argument("--ladder", nargs="+", default=[f"{a}:{b}" for a, b in itertools.permutations(STRENGTHS, 2)])
    parser.add_argument("--starts", nargs="+", default=["128:110", "128:55", "256:25"], help="SMALLEST:STEPS")
    parser.add_argument("--out", type=Path, help="a folder for the pictures")
    options = parser.parse_args()
    tune_process()
    print(f"{options.size} pixels; work as a share of that of the one from the photo")
    for photo, painting in itertools.product(options.photos, options.paintings):
        _compare(photo, painting, options)


def _compare(photo: str, painting: str, options: argparse.Namespace) -> None:
    order = kit.order(photo, painting, size=options.size)
    content, style, faces = order.tensors()
    by_strength = {one: replace(order.settings, strength=one) for one in STRENGTHS}
    fresh = {one: _painted(order, settings) for one, settings in by_strength.items()}
    for step in options.ladder:
        before, after = step.split(":")
        settings, scratch = by_strength[after], fresh[after]
        loss = kit.engine_objective(content, style, settings, faces)
        begin = fresh[before].image
        measured = functools.partial(_line, lambda x, of=loss: of(x)[0].item(), style, settings, scratch.flop, begin)
        print(f"{photo} {painting} {before} to {after}")
        print(f"  the finished one   {measured(fresh[before])}")
        print(f"  from the photo     {measured(scratch)}", flush=True)
        row = [fresh[before], scratch]
        for start in options.starts:
            smallest, steps = map(int, start.split(":"))
            row.append(_painted(order, replace(settings, steps=steps), as_jpeg(begin), smallest))
            print(f"  from it, {start:9} {measured(row[-1])}", flush=True)
        if options.out:
            sheet = np.concatenate([_pixels(one.image) for one in row], axis=1)
            Image.fromarray(sheet).save(options.out / f"{photo}-{painting}-{before}-{after}-{options.size}.png")


def _painted(order: kit.Order, settings: Settings, init: Tensor | None = None, smallest: int = 128) -> Painted:
    content, style, faces = order.tensors()
    levels = functools.partial(pyramid.levels, smallest=smallest)
    begin = time.perf_counter()
    with kit.counted() as work, mock.patch.object(transfer, "levels", levels):
        *_, last = transfer.style_transfer(content, style, settings, init, faces)
    assert last.image is not None
    return Painted(last.image, time.perf_counter() - begin, work.flop)


def _line(
    loss: Callable[[Tensor], float], style: Tensor, settings: Settings, flop: float, begin: Tensor, one: Painted
) -> str:
    error = kit.style_error(one.image, style, settings)
    moved = (_coarse(one.image) - _coarse(begin)).square().mean().sqrt().item()
    return (
        f"loss {loss(one.image):8.3f}  error {error:.4f}  work {one.flop / flop:4.0%}  {one.seconds:5.1f} s"
        f"  large forms moved by {moved:4.1f} of 255"
    )


def _coarse(image: Tensor) -> Tensor:
    scale = LARGE_FORMS / max(image.shape[1:])
    return pyramid.resize(image, (round(image.shape[1] * scale), round(image.shape[2] * scale)))


def as_jpeg(image: Tensor) -> Tensor:
    file = io.BytesIO()
    Image.fromarray(_pixels(image)).save(file, "JPEG", quality=JPEG_QUALITY)
    with Image.open(file) as picture:
        return to_tensor(np.asarray(picture))


def _pixels(image: Tensor) -> np.ndarray:
    return image.clamp(0, 255).round().permute(1, 2, 0).byte().numpy()


if __name__ == "__main__":
    main()
