"""From a decoded frame to a still image: in sRGB, upright, with square pixels, as large as the clip's first frame."""

from __future__ import annotations

from fractions import Fraction

from av.video.frame import VideoFrame
from PIL import Image

from styler.image.codec import StillImage, resize, upright
from styler.image.limits import check_size
from styler.settings import MAX_FRAME_PIXELS
from styler.video.crop import Crop
from styler.video.frame_colors import FrameColors
from styler.video.geometry import Turn, cropped, fitted, square_size
from styler.video.side_data import side_data


class FrameImages:
    """Makes the images of one clip. `crop` is what is cut off of frames of the size (width, height) `stored`.

    A frame that does not tell how it is turned is turned as the one before it, unless `turned_each` by itself.
    """

    def __init__(
        self, stored: tuple[int, int], crop: Crop, pixel_aspect: Fraction | None, turned_each: bool = False
    ) -> None:
        self._stored, self._crop, self._pixel_aspect = stored, crop, pixel_aspect
        self._turned_each, self._turn = turned_each, Turn()
        self._colors = FrameColors()
        self._size: tuple[int, int] | None = None

    def image(self, frame: VideoFrame) -> StillImage:
        """Raises `BadImage` for a first frame of an unfit size, and for colours that cannot be read."""
        stored = frame.width, frame.height
        crop = self._crop if stored == self._stored else Crop()
        seen = stored[0] - crop.left - crop.right, stored[1] - crop.top - crop.bottom
        if min(seen) < 1:
            crop, seen = Crop(), stored
        size = square_size(*seen, self._pixel_aspect)
        if self._size is None:
            check_size(*size, "content", MAX_FRAME_PIXELS)
        told = side_data(frame)
        if told.display_matrix or self._turned_each:
            self._turn = Turn.of(told.matrix)
        image = self._upright(frame, crop, size)
        self._size = self._size or (image.width, image.height)
        return fitted(image, *self._size)

    def _upright(self, frame: VideoFrame, crop: Crop, size: tuple[int, int]) -> StillImage:
        if crop == Crop():
            pixels = self._colors.convert(frame, *size)
        else:
            pixels = resize(cropped(self._colors.convert(frame, frame.width, frame.height), crop), *size)
        return upright(Image.fromarray(self._turn.apply(pixels)))
