"""The transparency of HEVC clips, which is a layer of the stream beside the picture: ITU-T H.265, annex F.

libavcodec decodes it for a caller that chooses a format with alpha, which PyAV does not let us do. But this layer
refers to no other one, so a second decoder shows it as a grey picture, once its units are numbered like a base layer's.
"""

from __future__ import annotations

import contextlib
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, cast

import av
import numpy as np
from av.bitstream import BitStreamFilterContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from styler.video.filter import filtered
from styler.video.source import Packet

_START = re.compile(rb"\x00\x00\x00?\x01")  # before each unit: annex B
_PARAMETERS, _SEQUENCE, _SEI = 32, 33, 39  # types of units: of the video, of a layer, supplemental information
_ALPHA = 165  # what that tells: alpha_channel_info
_PREMULTIPLIED = 1  # of its alpha_channel_use_idc
_MOST_WAITING = 32  # frames: a picture may come out before its transparency, but no decoder holds more back


class HevcAlpha:
    """Puts the transparency to the frames of one stream, if there is any."""

    def __init__(self, stream: VideoStream) -> None:
        self._to_units = BitStreamFilterContext("hevc_mp4toannexb", stream)
        self._decoder = av.CodecContext.create("hevc", "r")
        self._is_transparent, self._straighten = True, False
        self._alphas: dict[int | None, VideoFrame] = {}
        self._waiting: deque[VideoFrame] = deque()
        self._is_first = True

    def joined(self, packet: Packet, frames: list[VideoFrame]) -> list[VideoFrame]:
        """Those of `frames`, which the packet made the stream's own decoder give out, and of earlier ones, that are
        ready. At the end, an empty packet makes it give out what it holds back.
        """
        if not self._is_transparent:
            return frames
        self._decode(packet)
        self._waiting.extend(frames)
        ready = []
        while self._waiting and self._may_go(packet):
            frame = self._waiting.popleft()
            ready.append(self._whole(frame, self._alphas.pop(frame.pts, None)))
        return ready

    def _may_go(self, packet: Packet) -> bool:
        own = self._waiting[0].pts in self._alphas
        return own or not packet.size or not self._is_transparent or len(self._waiting) > _MOST_WAITING

    def _decode(self, packet: Packet) -> None:
        try:
            layer = self._layer(packet) if packet.size else av.Packet()
            for frame in self._decoder.decode(layer):
                self._alphas[frame.pts] = frame
        except av.FFmpegError:  # of a damaged one, only this is lost
            return

    def _layer(self, packet: Packet) -> Packet:
        """What of the packet is transparency, as a packet for a decoder of base layers."""
        units = [unit for unit in self._units(packet) if len(unit) > 4]
        if self._is_first:
            use = next((_alpha_use(unit) for unit in units if _kind(unit) == _SEI and unit[2] == _ALPHA), None)
            described = any(_layer_of(unit) == 1 and _kind(unit) == _SEQUENCE for unit in units)
            self._is_transparent = described and use is not None
            self._straighten, self._is_first = use == _PREMULTIPLIED, False
        own = [unit for unit in units if _layer_of(unit) == 1 or _kind(unit) == _PARAMETERS]
        layer = av.Packet(b"".join(b"\0\0\0\1" + _as_base(unit) for unit in own))
        layer.pts, layer.dts, layer.time_base = packet.pts, packet.dts, packet.time_base
        return cast(Packet, layer)

    def _units(self, packet: Packet) -> Iterator[bytes]:
        """The parameters of the stream are put before its key frames."""
        copy = av.Packet(bytes(packet))  # a filter empties what it gets
        copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, packet.time_base
        copy.is_keyframe = packet.is_keyframe
        for part in self._to_units.filter(copy):
            yield from _START.split(bytes(part))

    def _whole(self, frame: VideoFrame, alpha: VideoFrame | None) -> VideoFrame:
        name = frame.format.name.replace("yuv", "yuva", 1)
        if alpha is None or (alpha.width, alpha.height) != (frame.width, frame.height) or name == frame.format.name:
            return frame
        try:
            whole = frame.reformat(format=name)
        except ValueError:  # there is no such format
            return frame
        shift = frame.format.components[0].bits - alpha.format.components[0].bits
        shades = _plane(alpha, 0).astype(np.uint16)
        _plane(whole, 3)[:] = shades << shift if shift > 0 else shades >> -shift
        # With colours that are not multiplied by alpha. Of a frame that does not say that they are, FFmpeg 8.1 would
        # multiply them first, and divide them then.
        straight = ("setparams", "alpha_mode=premultiplied"), ("unpremultiply", "inplace=1")
        return filtered(whole, *straight) if self._straighten else whole


def base_layer_only(description: bytes) -> bytes:
    """A stream's description (the box hvcC) as if there was one layer: with what Apple's encoders tell of the second
    one, FFmpeg 8 would show no frame at all.
    """
    patched = bytearray(description)
    with contextlib.suppress(IndexError):  # it is damaged
        for start, end in _parameters_of_video(description):
            patched[start:end] = _of_one_layer(description[start:end])
    return bytes(patched)


def _parameters_of_video(description: bytes) -> Iterator[tuple[int, int]]:
    """Where they begin and end in the box hvcC: ISO/IEC 14496-15, section 8.3.2."""
    place = 23
    for _ in range(description[22] if description[:1] == b"\1" else 0):
        kind, count = description[place] & 63, int.from_bytes(description[place + 1 : place + 3])
        place += 3
        for _ in range(count):
            start, place = place + 2, place + 2 + int.from_bytes(description[place : place + 2])
            if kind == _PARAMETERS:
                yield start, place


def _of_one_layer(parameters: bytes) -> bytes:
    """Parameters of the video, of which vps_max_layers_minus1 becomes 0: section 7.3.2.1."""
    return parameters[:2] + bytes([parameters[2] & 0xFC, parameters[3] & 0x0F]) + parameters[4:]


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 63


def _layer_of(unit: bytes) -> int:
    return (unit[0] & 1) << 5 | unit[1] >> 3


def _as_base(unit: bytes) -> bytes:
    return _of_one_layer(unit) if _kind(unit) == _PARAMETERS else bytes([unit[0] & 0xFE, unit[1] & 7]) + unit[2:]


def _alpha_use(unit: bytes) -> int | None:
    """Section F.14.3.8: a bit that takes earlier words back, and what is to be done with the colours."""
    return None if unit[4] & 0x80 else unit[4] >> 4 & 7


def _plane(frame: VideoFrame, number: int) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """(H, W), in the frame's own memory."""
    plane, deep = frame.planes[number], frame.format.components[0].bits > 8
    rows = np.asarray(memoryview(cast(Any, plane)), np.uint8).reshape(plane.height, -1)
    return rows.view(np.uint16)[:, : plane.width] if deep else rows[:, : plane.width]
