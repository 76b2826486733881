"""Packets of a video stream in, its frames out: in the order in which they are shown, with their times, whole."""

from __future__ import annotations

import contextlib
from collections import deque
from typing import cast

import av
from av.filter import Graph
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from styler.video.filter import filter_graph
from styler.video.hevc_alpha import HevcAlpha, base_layer_only
from styler.video.source import Packet

# FFmpeg's own decoders of these leave the transparency out, which lies beside the picture.
_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


class FrameDecoder:
    """Each frame comes with a `pts`, and interlaced ones are deinterlaced."""

    def __init__(self, stream: VideoStream) -> None:
        self._context: VideoCodecContext = stream.codec_context
        self._time_base = stream.time_base
        if _is_transparent(stream) and (decoder := _WITH_ALPHA.get(self._context.codec.canonical_name)):
            self._context = cast(VideoCodecContext, av.CodecContext.create(decoder, "r"))
        self._alpha: HevcAlpha | None = None
        if self._context.codec.canonical_name == "hevc":
            with contextlib.suppress(av.FFmpegError):  # the stream's description is damaged
                self._alpha = HevcAlpha(stream)
            self._context.extradata = base_layer_only(self._context.extradata or b"")
        self._times: deque[int] = deque()
        self._deinterlacer: Deinterlacer | None = None

    def decode(self, packet: Packet) -> list[VideoFrame]:
        """The frames that are ready: none if the packet is damaged, so that only these are lost.

        At the end, an empty packet makes the decoder give out the frames that it holds back.
        """
        if packet.size and packet.dts is not None:
            self._times.append(packet.dts)
        try:
            frames = self._context.decode(packet)
        except av.FFmpegError:
            frames = []
        timed = [self._timed(frame) for frame in frames]
        joined = timed if self._alpha is None else self._alpha.joined(packet, timed)
        whole = [each for frame in joined for each in self._whole(frame)]
        return whole if packet.size or self._deinterlacer is None else [*whole, *self._deinterlacer.flush()]

    def _timed(self, frame: VideoFrame) -> VideoFrame:
        """An AVI does not tell when a frame is shown. But frames come out in that order, and when packets are decoded
        is told, which is at the same times.
        """
        time = self._times.popleft() if self._times else None
        if frame.pts is None:
            frame.pts = time
        if frame.time_base is None:
            frame.time_base = self._time_base
        return frame

    def _whole(self, frame: VideoFrame) -> list[VideoFrame]:
        if self._deinterlacer is None and not frame.interlaced_frame:
            return [frame]
        self._deinterlacer = self._deinterlacer or Deinterlacer()
        return self._deinterlacer.push(frame)


class Deinterlacer:
    """Makes whole frames of those that are interlaced, and lets others pass. They come out a frame later."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None

    def push(self, frame: VideoFrame) -> list[VideoFrame]:
        shape = frame.width, frame.height, frame.format.name
        before = [] if shape == self._shape else self.flush()
        if self._graph is None:
            # Half of the lines are kept, the other half made from frames around it.
            self._graph = filter_graph(frame, ("bwdif", "mode=send_frame:parity=auto:deint=interlaced"))
            self._shape = shape
        self._graph.vpush(frame)
        return [*before, *_pulled(self._graph)]

    def flush(self) -> list[VideoFrame]:
        """The frame that is held back, after which another clip may begin."""
        if self._graph is None:
            return []
        self._graph.vpush(None)
        frames, self._graph = _pulled(self._graph), None
        return frames


def _pulled(graph: Graph) -> list[VideoFrame]:
    frames = []
    while True:
        try:
            frames.append(graph.vpull())
        except (av.BlockingIOError, av.EOFError):
            return frames


def _is_transparent(stream: VideoStream) -> bool:
    return any(key.lower() == "alpha_mode" and value == "1" for key, value in stream.metadata.items())
