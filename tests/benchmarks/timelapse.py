"""Timelapses, clips of how a photo is painted: python -m tests.benchmarks.timelapse [--sizes 256 512] [--keep FOLDER].

What one costs, as a ratio of user CPU seconds with and without it, in turns; and how far its last frame is from the
painting, as FFmpeg decodes it by default, and with rounding, as players show it (its default makes all of it 1 darker).
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import io
import os
import statistics
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from PIL import Image

from styler.argument_parser import ArgumentParser
from styler.engine.runtime import tune_process
from styler.events import Result, Timelapse
from styler.paint_photo import paint
from styler.video.frame_colors import EXACT
from tests.benchmarks import kit

PAIRS = (("chelsea", "great-wave"), ("astronaut", "poppies"), ("coffee", "cafe-terrace-at-night"))


def painted(order: kit.Order, timelapse: bool) -> tuple[float, Timelapse | None, Result]:
    """User CPU seconds, the timelapse if there is one, and the painting."""
    began = os.times().user
    *_, before, result = paint(order.photo, order.style, replace(order.settings, timelapse=timelapse))
    assert isinstance(result, Result)
    return os.times().user - began, before if isinstance(before, Timelapse) else None, result


def differences(moving: Timelapse, painting: bytes) -> tuple[float, float]:
    """The mean difference of the last frame from the painting, in 0..255: by default, and with rounding."""
    *_, last = av.open(io.BytesIO(moving.image)).decode(video=0)
    wanted = np.asarray(Image.open(io.BytesIO(painting)).convert("RGB"))[: moving.height, : moving.width].astype(int)
    rounded = VideoReformatter().reformat(last, format="rgb24", interpolation=EXACT)
    plain, exact = (float(np.abs(frame.to_ndarray(format="rgb24") - wanted).mean()) for frame in (last, rounded))
    return plain, exact


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.timelapse", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the timelapses there, to look at")
    chosen = parser.parse_args()
    tune_process()
    for size in chosen.sizes:
        orders = [kit.order(photo, painting, size=size) for photo, painting in PAIRS]
        painted(orders[0], False)  # loads the network
        ratios = []
        for order, names in zip(orders, PAIRS, strict=True):
            without, _, _ = painted(order, False)
            cost, timelapse, result = painted(order, True)
            assert timelapse
            ratios.append(cost / without)
            plain, exact = differences(timelapse, result.image)
            if chosen.keep:
                (chosen.keep / f"{'-'.join(names)}-{size}.mp4").write_bytes(timelapse.image)
            print(
                f"{size} {' as '.join(names):35} {ratios[-1]:.2f} times; off by {plain:.2f}, with rounding {exact:.2f}"
            )
        print(f"{size}: median {statistics.median(ratios):.2f} times a painting", flush=True)


if __name__ == "__main__":
    main()
