"""FFmpeg's frames in numbers of 16 bits, of which white is seldom 65535."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # few pictures need it
    from av.video.frame import VideoFrame

DEEP = "gbrp16le"  # to this, frames of every format come by one rule; to rgb48le, those of RGB in planes by another
USUAL_WHITE = 255 * 256  # of 8 bits and of limited range; FFmpeg makes 255 of it again
LIMITED_BLACK, LIMITED_WHITE = 16 << 8, 235 << 8  # of grey in limited range, which FFmpeg takes for full range
FULL_RANGE = 2  # FFmpeg's AVCOL_RANGE_JPEG


def deep_white(frame: VideoFrame) -> int:
    """What white becomes in DEEP. More than that is brighter than white, or rounding: by 3 at most.

    FFmpeg shifts: 255 becomes 255 * 256, 1023 becomes 1023 * 64. Limited range it stretches as if it had 8 bits, in any
    depth: its white is 235 with noughts behind. What is darker is in proportion, so to divide by white is exact. In
    fewer bits it would not be: white of limited range is 1020 in gbrp10le, and shades are rounded to such steps.
    """
    colors = [component for component in frame.format.components if not component.is_alpha]
    is_film = len(colors) > 1 and not frame.format.is_rgb  # FFmpeg takes grey for full range, whatever it says
    bits = min(max(colors[0].bits, 8), 16)  # floats have more, black and white has 1
    if is_film and frame.color_range != FULL_RANGE:
        bits = 8
    return int(2**bits - 1 << 16 - bits)
