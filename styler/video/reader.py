"""Moving pictures in, by PyAV: decoded frame by frame, upright, and their sound as it is stored. Free of torch."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from PIL import Image

from styler.events import BadImage
from styler.image.channels import split
from styler.image.codec import StillImage
from styler.image.limits import check_size
from styler.settings import MAX_FRAME_PIXELS

# FFmpeg's demuxers, told by content. The others stay shut: playlists, for one, open other files and addresses.
_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng"
_KNOWN = "MP4, MOV, WebM, MKV, AVI or GIF"
_SLOWEST = Fraction(1, 1000)  # frames a second: a quarter of an hour for each
_UNTOLD = 2  # FFmpeg's AVCOL_SPC_UNSPECIFIED
_HD = 720  # lines: from here on, players take a video that does not tell its colour matrix for BT.709, not BT.601
_SKEW = 1  # second: sound and picture of one moment lie no further apart in a file


class Frame(NamedTuple):
    """A frame, and when it is shown, in units of `Clip.time_base` from the clip's start."""

    picture: StillImage
    pts: int


Sound: TypeAlias = "av.Packet[AudioStream]"  # a piece of it, as it is stored
_Packet: TypeAlias = "av.Packet[Any]"


class Reading(NamedTuple):
    """A clip while it is read: its first audio stream, and its frames and pieces of sound in the order of the file."""

    sound: AudioStream | None
    items: Iterator[Frame | Sound]


class ClipReader:
    """The first `max_seconds` of a moving picture, of at most `fps` frames a second (0: of as many as it has).

    `frames` is their number, `rate` how many a second, and `first` the picture of the first one. `seconds` is the
    length of the whole file, and `longer` whether that is more.

    Raises `BadImage`, whose line goes after the clip's name, for what is empty, broken, still, or no moving picture,
    and as `images.decode` for its size: before anything is painted.
    """

    def __init__(self, file: Path | BinaryIO, max_seconds: float, fps: float = 0) -> None:
        self.file, self.max_seconds = _timed(file), max_seconds
        with self._open() as container:
            video = _video(container)
            check_size(video.width, video.height, "content", MAX_FRAME_PIXELS)  # as it is decoded
            self._width, self._height = _shown(video)
            check_size(self._width, self._height, "content", MAX_FRAME_PIXELS)
            self.first, times = self._survey(container, video)
            known = container.duration or 0
            self.rate, self.time_base = _timing(video, fps)
            if self._count(times) < 2:  # it is over before the second would come
                self.rate, self.time_base = _timing(video)
        self.longer = max(times) >= max_seconds
        self.frames = self._count(times)
        self.seconds = max(float(max(times) + 1 / self.rate), known / av.time_base)
        if self.frames < 2:
            where = (
                ": it is a still picture" if self.seconds <= max_seconds else f" in its first {max_seconds:g} seconds"
            )
            raise BadImage("still", f"it has only one frame{where}")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Reading]:
        """From its beginning."""
        with self._open() as container:
            sound = next((stream for stream in container.streams.audio if stream.codec_context), None)
            yield Reading(sound, self._read(container, _video(container), sound))

    @contextlib.contextmanager
    def _open(self) -> Iterator[InputContainer]:
        head = _head(self.file)
        # FFmpeg takes what stands before a colon for a protocol, unless the path begins with a slash.
        file = self.file.absolute() if isinstance(self.file, Path) else self.file
        try:
            options = {"format_whitelist": _DEMUXERS}
            container = av.open(file, "r", container_options=options, metadata_errors="replace")  # titles: unused
        except av.FFmpegError as error:
            raise _unreadable(head) from error
        with container:
            yield container

    def _count(self, times: list[Fraction]) -> int:
        """How many frames are painted, if the file's frames come at these times."""
        return len({self._number(time) for time in times if time < self.max_seconds})

    def _number(self, time: Fraction) -> int:
        """Of the frame that is shown at that time, in units of `time_base`."""
        return math.floor(time / self.time_base)

    def _survey(self, container: InputContainer, video: VideoStream) -> tuple[StillImage, list[Fraction]]:
        """The first frame, and the time of each; only the first is decoded."""
        first, times = None, []
        for packet, time in self._packets(container, [video]):
            times += [] if time is None else [time]
            first = first or next(map(self._picture, decoded(packet)), None)
        if first is None:
            raise BadImage("damaged", "it is damaged: it cannot be decoded")
        return first, times

    def _read(
        self, container: InputContainer, video: VideoStream, sound: AudioStream | None
    ) -> Iterator[Frame | Sound]:
        start, last = _start(container), -1
        for packet, time in self._packets(container, [video, sound] if sound else [video]):
            for frame in decoded(packet) if packet.stream.type == "video" else []:
                number = self._number(_time(frame, start) or Fraction(0))
                if number > last and number * self.time_base < self.max_seconds:
                    yield Frame(self._picture(frame), number)
                    last = number
            if packet.stream.type == "audio" and time is not None and time < self.max_seconds:
                yield _moved(packet, start)

    def _picture(self, frame: VideoFrame) -> StillImage:
        """Upright, with square pixels; all of one size, which a stream may change on its way."""
        format = "rgba" if any(component.is_alpha for component in frame.format.components) else "rgb24"
        if frame.colorspace == _UNTOLD and frame.height >= _HD:
            frame.colorspace = Colorspace.ITU709
        try:
            pixels = frame.to_ndarray(format=format, width=self._width, height=self._height)
        except av.FFmpegError as error:  # YCgCo, ICtCp
            raise BadImage("no_clip", "its colours are stored in a way that cannot be read") from error
        whole = np.rot90(pixels, frame.rotation // 90)
        image, alpha = split(Image.fromarray(np.ascontiguousarray(whole)))
        mask = None if alpha is None else np.asarray(alpha)
        return StillImage(np.asarray(image), mask, image.width, image.height)

    def _packets(
        self, container: InputContainer, streams: list[VideoStream | AudioStream]
    ) -> Iterator[tuple[_Packet, Fraction | None]]:
        """The packets of the first `max_seconds`, each with its time in seconds.

        The last one is empty: it makes the decoder give out the frames that it holds back.
        """
        start = _start(container)
        with contextlib.suppress(av.FFmpegError):  # from here on it is damaged
            for packet in container.demux(streams):
                if packet.dts is not None and packet.dts * packet.time_base - start > self.max_seconds + _SKEW:
                    break
                yield packet, _time(packet, start)
        last = av.Packet()
        last.stream, last.time_base = streams[0], streams[0].time_base or Fraction(0)
        yield last, None


def _head(file: Path | BinaryIO) -> bytes:
    """The file's first bytes; it is read from its beginning again."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            return opened.read(12)
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    return head


def _timed(file: Path | BinaryIO) -> Path | BinaryIO:
    """The file, or in place of a GIF whose frames have no timing, of which FFmpeg would read only the first, one of
    ten frames a second: as browsers show it.
    """
    try:
        with warnings.catch_warnings(action="error"), Image.open(file, formats=["GIF"]) as image:
            if "duration" in image.info or not getattr(image, "is_animated", False):
                return file
            timed = io.BytesIO()
            image.save(timed, "GIF", save_all=True, duration=100)
            return timed
    except Exception:  # no GIF, one of too many pixels, or whatever Pillow stumbles over in a damaged one
        return file


def _unreadable(head: bytes) -> BadImage:
    if not head:
        return BadImage("empty", "it is empty: 0 bytes")
    if head[4:8] == b"ftyp":  # an MP4 begins so, and ends with its table of contents
        return BadImage("truncated", "it is incomplete: a part of its file is missing or damaged")
    return _not_readable()


def _not_readable() -> BadImage:
    return BadImage("no_clip", f"it is not a moving picture that can be read; {_KNOWN} is needed")


def _video(container: InputContainer) -> VideoStream:
    covers = av.stream.Disposition.attached_pic  # of a song
    found = [stream for stream in container.streams.video if not stream.disposition & covers]
    if not found:
        raise BadImage("no_video", "it has no moving picture in it, only sound")
    video = next((stream for stream in found if stream.frames != 1), found[0])  # an AVIF begins with its cover
    if not video.codec_context:  # FFmpeg has no decoder for it
        raise _not_readable()
    return video


def _timing(video: VideoStream, fps: float = 0) -> tuple[Fraction, Fraction]:
    """Frames a second, and the unit of time: the clip's own, unless it has more frames than are asked for."""
    own = video.average_rate or Fraction(25)
    if 0 < fps < own:
        rate = max(Fraction(fps).limit_denominator(1000), _SLOWEST)
        return rate, 1 / rate
    return own, video.time_base or 1 / own


def _shown(video: VideoStream) -> tuple[int, int]:
    """Its width and height with square pixels: those of a disc or of an old camera are wider or higher."""
    ratio = video.sample_aspect_ratio or Fraction(1)
    ratio = ratio if Fraction(1, 4) <= ratio <= 4 else Fraction(1)
    return max(1, round(video.width * ratio)), video.height


def _start(container: InputContainer) -> Fraction:
    return Fraction(container.start_time or 0, av.time_base)


def _time(timed: _Packet | VideoFrame, start: Fraction) -> Fraction | None:
    """Seconds from the clip's start."""
    if timed.pts is None or timed.time_base is None:
        return None
    return max(Fraction(0), timed.pts * timed.time_base - start)


def _moved(packet: _Packet, start: Fraction) -> Sound:
    """The packet, with its times from the clip's start on instead of from the file's zero."""
    by = round(start / packet.time_base)
    packet.pts = None if packet.pts is None else packet.pts - by
    packet.dts = None if packet.dts is None else packet.dts - by
    return packet


def decoded(packet: _Packet) -> list[Any]:
    """The frames in a packet: none if it is damaged, so that only these are lost."""
    try:
        return packet.decode()
    except av.FFmpegError:
        return []
