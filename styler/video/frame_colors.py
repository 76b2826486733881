"""Decoded frames as RGB of 8 bits in sRGB: by the matrix, range, curve and primaries that their stream tells."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache
from typing import cast

import av
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image, ImageCms

from styler.image.color_space import BT2020, HLG_PEAK, UNSPECIFIED, ColorSpace
from styler.image.deep_frame import DEEP, USUAL_WHITE, deep_white
from styler.image.srgb import SRGB_PROFILE, values_to_srgb
from styler.video.refusals import unreadable_colors
from styler.video.side_data import side_data

Array = NDArray[np.uint8]

_HD = 720  # lines: from here on, players take a video that does not tell its colour matrix for BT.709, not BT.601
# Without full chroma, white of 10 bits becomes 253. Without both, colours at half the size (4:2:0) come out 1 darker.
EXACT = Interpolation.BILINEAR | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND
_UNREADABLE = {8: "YCgCo", 10: "BT.2020 with constant luminance", 11: "YDzDx", 14: "ICtCp", 15: "IPT-C2", 16: "YCgCo-R"}
_LEVEL = 8  # of a table of colours, which has the square of that, 64, on each axis


class FrameColors:
    """Converts frames. It is kept for a whole clip: to make a converter takes longer than to use it.

    HDR gets one tone curve for all of the clip, so that its light does not flicker.
    """

    def __init__(self) -> None:
        self._scaler, self._deep_scaler = VideoReformatter(), VideoReformatter()
        self._tables: dict[tuple[ColorSpace, int], _Table] = {}

    def convert(self, frame: VideoFrame, width: int, height: int) -> Array:
        """(height, width, 3), or (height, width, 4) of a frame that is transparent.

        Raises `BadImage` for colours that FFmpeg does not convert: YCgCo, ICtCp.
        """
        frame = _full_range(frame)
        if frame.colorspace == UNSPECIFIED:
            frame.colorspace = _usual_matrix(frame)
        format = "rgba" if any(component.is_alpha for component in frame.format.components) else "rgb24"
        try:
            pixels = self._scaled(frame, width, height, format)
            space = ColorSpace.from_cicp(frame.color_primaries, frame.color_trc)
            white = deep_white(frame)
            if not space.is_srgb or white != USUAL_WHITE:  # what had another one, FFmpeg makes too bright
                pixels[..., :3] = self._converted(frame, space, white, width, height)
        except av.FFmpegError as error:
            raise unreadable_colors(_UNREADABLE.get(frame.colorspace, "unknown")) from error
        profile = side_data(frame).icc_profile
        return _by_profile(pixels, profile) if profile else pixels

    def _scaled(self, frame: VideoFrame, width: int, height: int, format: str) -> Array:
        scaled = self._scaler.reformat(frame, width, height, format, interpolation=EXACT)
        return np.asarray(scaled.to_ndarray(), np.uint8)

    def _converted(self, frame: VideoFrame, space: ColorSpace, white: int, width: int, height: int) -> Array:
        """By way of 16 bits, in which the dark tones of HDR do not become steps."""
        deep = self._deep_scaler.reformat(frame, width, height, DEEP, interpolation=EXACT)
        table = self._tables.get((space, white))
        if table is None or table.size != (width, height):
            peak = table.peak if table else side_data(frame).peak or HLG_PEAK
            table = self._tables[space, white] = _Table(space, white, peak, (width, height))
        return table.apply(deep)


class _Table:
    """A colour space's converter to sRGB: a table of its colours, between which FFmpeg interpolates."""

    def __init__(self, space: ColorSpace, white: int, peak: float, size: tuple[int, int]) -> None:
        self.peak, self.size, self._back = peak, size, VideoReformatter()
        graph, time_base = Graph(), Fraction(1)
        edge = _LEVEL**3
        self._source = graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat(DEEP), time_base=time_base)
        table = graph.add_buffer(width=edge, height=edge, format=av.VideoFormat(DEEP), time_base=time_base)
        # The table ends at 65535: white becomes that. (By lutrgb it would be 65280, and colorlevels mixes up the rows.)
        stretch = graph.add("colorchannelmixer", ":".join(f"{channel * 2}={65535 / white}" for channel in "rgb"))
        look_up, self._sink = graph.add("haldclut", "clut=first:interp=tetrahedral"), graph.add("buffersink")
        self._source.link_to(stretch)
        stretch.link_to(look_up, 0, 0)
        table.link_to(look_up, 0, 1)
        look_up.link_to(self._sink)
        graph.configure()
        table.push(_hald(space, peak))
        table.push(None)
        self._graph, self._count = graph, 0  # the graph is the parts' owner

    def apply(self, frame: VideoFrame) -> Array:
        frame.pts, frame.time_base, self._count = self._count, Fraction(1), self._count + 1
        self._source.push(frame)
        found = cast(VideoFrame, self._sink.pull())
        return np.asarray(self._back.reformat(found, format="rgb24").to_ndarray(), np.uint8)


def _hald(space: ColorSpace, peak: float) -> VideoFrame:
    # FFmpeg (5.1 to 8.1) takes this format's planes, which are green, blue and red, for those of red, green and blue.
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(_grid(space, peak)[..., [2, 0, 1]]), format=DEEP)
    frame.pts, frame.time_base = 0, Fraction(1)
    return frame


@lru_cache(maxsize=2)
def _grid(space: ColorSpace, peak: float) -> NDArray[np.uint16]:
    """All colours of a grid, in the order of a Hald CLUT: red varies fastest, then green. Kept, because it takes half a
    second, and a clip is read more than once.
    """
    axis = np.linspace(0, 1, _LEVEL**2)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    colors = values_to_srgb(np.stack([red, green, blue], -1), space, peak)
    edge = _LEVEL**3
    return np.rint(colors * USUAL_WHITE).astype(np.uint16).reshape(edge, edge, 3)


def _usual_matrix(frame: VideoFrame) -> int:
    """What players take where no matrix is told."""
    if frame.color_primaries == BT2020:
        return BT2020  # the matrix that belongs to them has the same number
    return int(Colorspace.ITU709) if frame.height >= _HD else UNSPECIFIED


def _full_range(frame: VideoFrame) -> VideoFrame:
    """Grey of limited range, stretched: FFmpeg takes all grey for full range."""
    if not frame.format.name.startswith("gray") or frame.color_range != ColorRange.MPEG:
        return frame
    shades = np.asarray(frame.to_ndarray(), np.float32) / 2 ** (frame.format.components[0].bits - 8)
    full = VideoFrame.from_ndarray(np.rint((shades - 16).clip(0, 219) * (65535 / 219)).astype(np.uint16), "gray16le")
    full.color_trc, full.color_primaries = frame.color_trc, frame.color_primaries
    return full


def _by_profile(pixels: Array, profile: bytes) -> Array:
    """By an ICC profile, which an animated PNG may have."""
    try:
        transform = ImageCms.buildTransform(ImageCms.ImageCmsProfile(io.BytesIO(profile)), SRGB_PROFILE, "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError):  # damaged, or for other channels
        return pixels
    pixels[..., :3] = np.asarray(transform.apply(Image.fromarray(np.ascontiguousarray(pixels[..., :3]))))
    return pixels
