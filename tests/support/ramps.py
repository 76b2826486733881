"""Frames of even greys, with numbers as a decoder gives them."""

from __future__ import annotations

import av
import numpy as np
from av.video.frame import VideoFrame


def ramp(format: str, full: bool, width: int = 488) -> tuple[VideoFrame, np.ndarray, int]:
    """A frame that becomes lighter from left to right, and from right to left in its lower half; the numbers of its
    first row, black being 0; and that of white.
    """
    bits = av.VideoFormat(format).components[0].bits
    step = 2 ** (bits - 8)
    start, white = (0, 2**bits - 1) if full else (16 * step, 219 * step)
    numbers = np.linspace(0, white, width).round().astype(int)
    kind = np.dtype("u1" if bits == 8 else ">u2" if format.endswith("be") else "<u2")
    frame, packed = VideoFrame(width, 64, format), 3 if format.startswith("rgb") else 1
    for place, plane in enumerate(frame.planes):
        rows = np.full((plane.height, plane.line_size // kind.itemsize), 128 * step, kind)
        if place == 0 or format.startswith("gbr"):
            rows[:32, : width * packed] = np.repeat(start + numbers, packed)
            rows[32:, : width * packed] = np.repeat(start + numbers[::-1], packed)
        plane.update(rows.tobytes())
    frame.color_range, frame.colorspace = 2 if full else 1, 0 if frame.format.is_rgb else 9
    return frame, numbers, white
