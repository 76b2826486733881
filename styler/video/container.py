"""Videos and GIFs by FFmpeg, through PyAV."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from styler.image.codec import StillImage
from styler.image.limits import check_size
from styler.settings import MAX_FRAME_PIXELS
from styler.video.crop import Crop, crops
from styler.video.decoder import FrameDecoder
from styler.video.dolby_vision import refuse_own_colors
from styler.video.frame_images import FrameImages
from styler.video.refusals import damaged, not_readable, only_sound, unreadable
from styler.video.schedule import shown_for
from styler.video.source import FOREVER, Opened, Packet, Sound, Survey, TimedImage

# FFmpeg's demuxers, told by content. The others stay shut: playlists, for one, open other files and addresses.
_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,apng,mpegts,mpeg,asf,flv,ogg,dv"
_OPTIONS = {"format_whitelist": _DEMUXERS}
# PyAV asks for times to be made up where a file tells none, as in most of an MPEG's. In an AVI, they go back and forth.
_OPTIONS_OF_AVI = _OPTIONS | {"fflags": "-genpts"}
_USUAL_RATE = Fraction(25)
_SKEW = 1  # second: sound and picture of one moment lie no further apart in a file
_BACK = Fraction(1, 4)  # second: by which times go back no further, unless they begin anew
_SHIFTS = 16  # of joined streams whose packets may still come
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"  # of a Matroska file; the latter is almost all of it
_HEAD = 4096  # bytes
_ANIMATED = ("gif", "apng")  # formats of pictures, whose frames ask for their own time
_APNG_DELAY = slice(28, 30)  # of a packet, which begins with a chunk fcTL: the delay's numerator


class Container:
    """A `Source`."""

    def __init__(self, file: Path | BinaryIO) -> None:
        self._plays, self._file = _plays(file), _timed(file)
        with binary(self._file) as opened:
            refuse_own_colors(opened)
            self._crops, self._ends = crops(opened), not _is_cut_off(opened)

    def survey(self, limit: float) -> Survey:
        """The packets are looked at, and only the first frame is decoded."""
        with self._opened() as container:
            stream = _video(container)
            check_size(stream.width, stream.height, "content", MAX_FRAME_PIXELS)  # as it is decoded
            decoder, images = FrameDecoder(stream), self._images(container, stream)
            first: StillImage | None = None
            # Of the last frame in time. Of others, a file tells until when the next one is decoded, not shown.
            times, (last, end) = [], (Fraction(0), Fraction(0))
            for packet, time in _packets(container, [stream], limit):
                if time is not None and not packet.is_discard:
                    times.append(time)
                    last, end = max((last, end), (time, time + _duration(packet, stream)))
                first = first or next(map(images.image, decoder.decode(packet)), None)
            if first is None or not times:
                raise damaged()
            length = _length(container)
            if len(container.streams) == 1 and container.format.name.startswith("matroska") and self._ends:
                end = max(end, length)  # it does not tell how long the last frame is shown
            own = container.format.name in _ANIMATED
            rate = len(times) / end if own else _rate(stream)
            time_base = stream.time_base or 1 / rate
            return Survey(first, times, end, max(end, length), rate, time_base, self._plays)

    @contextlib.contextmanager
    def open(self, limit: float) -> Iterator[Opened]:
        with self._opened() as container:
            stream = _video(container)
            # Nothing is known of a track that no decoder knows, or of which nothing came.
            known = (
                audio for audio in container.streams.audio if audio.codec_context and audio.codec_context.sample_rate
            )
            sound = next(known, None)
            yield Opened(sound, self._items(container, stream, sound, limit))

    @contextlib.contextmanager
    def _opened(self) -> Iterator[InputContainer]:
        # FFmpeg takes what stands before a colon for a protocol, unless the path begins with a slash.
        file = self._file.absolute() if isinstance(self._file, Path) else self._file
        with binary(self._file) as opened:
            head = opened.read(12)
        options = _OPTIONS_OF_AVI if head.startswith(b"RIFF") else _OPTIONS
        try:
            container = av.open(file, "r", container_options=options, metadata_errors="replace")  # titles: unused
        except av.FFmpegError as error:
            raise unreadable(head) from error
        with container:
            yield container

    def _items(
        self, container: InputContainer, video: VideoStream, sound: AudioStream | None, limit: float
    ) -> Iterator[TimedImage | Sound]:
        start, decoder, images = _start(container), FrameDecoder(video), self._images(container, video)
        for packet, time in _packets(container, [video, sound] if sound else [video], limit):
            if packet.stream.type == "video":
                for frame in decoder.decode(packet):
                    shown = max(Fraction(0), (frame.pts or 0) * (frame.time_base or Fraction(0)) - start)
                    yield TimedImage(partial(images.image, frame), shown)
            elif time is not None and time < limit:
                yield _moved(packet, start)

    def _images(self, container: InputContainer, video: VideoStream) -> FrameImages:
        """PyAV lists the video streams in the order of the file's tracks, behind the items of an AVIF."""
        shown = _without_covers(container)
        behind = len(shown) - shown.index(video)
        crop = self._crops[-behind] if behind <= len(self._crops) else Crop()
        # The orientation of a PNG comes with its first frame, that of H.264 with key frames, that of JPEGs with each.
        stored, jpegs = (video.width, video.height), video.codec_context.codec.canonical_name == "mjpeg"
        return FrameImages(stored, crop, video.sample_aspect_ratio, turned_each=jpegs)


@contextlib.contextmanager
def binary(file: Path | BinaryIO) -> Iterator[BinaryIO]:
    """From its beginning, where it is left again."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            yield opened
    else:
        file.seek(0)
        yield file
        file.seek(0)


def _is_cut_off(file: BinaryIO) -> bool:
    """Whether a Matroska file has fewer bytes than it tells."""
    file.seek(0)
    head = file.read(_HEAD)
    place = head.find(_SEGMENT) + len(_SEGMENT)
    if not head.startswith(_EBML) or place < len(_SEGMENT) or place + 8 > len(head):
        return False
    length = 9 - head[place].bit_length()  # of the number of bytes, whose first bit that is set tells it
    told = int.from_bytes(head[place : place + length]) & ~(-1 << 7 * length)
    unknown = told == (1 << 7 * length) - 1
    return not unknown and place + length + told > file.seek(0, io.SEEK_END)


def _plays(file: Path | BinaryIO) -> int:
    """How often an animated picture is shown. A GIF tells how often it is shown again."""
    with contextlib.suppress(Exception), _picture(file) as image:
        again = image.info.get("loop")
        if image.format == "PNG":
            return int(again or FOREVER)
        return 1 if again is None else int(again) + 1 if again else FOREVER
    return FOREVER


def _timed(file: Path | BinaryIO) -> Path | BinaryIO:
    """The file, or in place of a GIF whose frames have no timing, of which FFmpeg would read only the first, one of
    ten frames a second: as browsers show it.
    """
    # It may be no GIF, or have too many pixels, or Pillow may stumble over it, as it is damaged.
    with contextlib.suppress(Exception), _picture(file) as image:
        if image.format == "GIF" and "duration" not in image.info and getattr(image, "is_animated", False):
            timed = io.BytesIO()
            image.save(timed, "GIF", save_all=True, duration=100)
            return timed
    return file


@contextlib.contextmanager
def _picture(file: Path | BinaryIO) -> Iterator[Image.Image]:
    with warnings.catch_warnings(action="error"), Image.open(file, formats=["GIF", "PNG"]) as image:
        yield image


def _video(container: InputContainer) -> VideoStream:
    found = _without_covers(container)
    if not found:
        raise only_sound()
    moving = [stream for stream in found if stream.frames != 1] or found  # an AVIF begins with its cover
    video = next((stream for stream in moving if stream.disposition & av.stream.Disposition.default), moving[0])
    if not video.codec_context:  # FFmpeg has no decoder for it
        raise not_readable()
    return video


def _without_covers(container: InputContainer) -> list[VideoStream]:
    covers = av.stream.Disposition.attached_pic  # of a song
    return [stream for stream in container.streams.video if not stream.disposition & covers]


def _packets(
    container: InputContainer, streams: list[VideoStream | AudioStream], limit: float
) -> Iterator[tuple[Packet, Fraction | None]]:
    """The packets of the first seconds, each with its time in seconds from the clip's start.

    The last one is empty: it makes the decoder give out the frames that it holds back.
    """
    start = _start(container)
    # From here on it is damaged. (At its end, PyAV may stumble over streams that were found late.)
    with contextlib.suppress(av.FFmpegError, IndexError):
        packets = container.demux(streams)
        if container.format.name in _ANIMATED:
            packets = _as_shown(packets, container.format.name)
        elif container.format.name == "mpegts":
            packets = _joined(packets)
        elif container.format.name.startswith("matroska"):
            packets = _joined_matroskas(packets)
        for packet in packets:
            if packet.dts is not None and packet.dts * packet.time_base - start > limit + _SKEW:
                break
            if packet.size:
                if container.format.name == "avi" and packet.stream.type == "video":
                    packet.pts = None  # if one is told, it is that of when the packet is decoded
                yield packet, _time(packet, start)
    last = av.Packet()
    last.stream, last.time_base = streams[0], streams[0].time_base or Fraction(0)
    yield last, None


def _as_shown(packets: Iterator[Packet], format: str) -> Iterator[Packet]:
    """Those of an animated picture, with the times by which browsers show it."""
    now = 0
    for packet in packets:
        untimed = format == "apng" and bytes(packet)[_APNG_DELAY] == b"\0\0"  # FFmpeg says 1/15 second
        asked = Fraction(0) if untimed else (packet.duration or 0) * packet.time_base
        packet.pts = packet.dts = now
        packet.duration = round(shown_for(asked) / packet.time_base)
        now += packet.duration
        yield packet


def _joined(packets: Iterator[Packet]) -> Iterator[Packet]:
    """Those of a transport stream; also of several, one behind the other, whose times begin anew.

    A wrong time in a damaged one shifts no more than its own packet. Where times begin anew all the time, only the last
    shifts are kept: else each packet would be held against all.
    """
    shifts, first, ends = deque([0], _SHIFTS), dict[int, int](), dict[int, int]()
    for packet in packets:
        if packet.size and packet.dts is not None:
            track, near = packet.stream.index, _SKEW / packet.time_base
            first.setdefault(track, packet.dts)
            end = ends.get(track, packet.dts + shifts[-1])
            fitting = [shift for shift in shifts if abs(packet.dts + shift - end) <= near]
            if not fitting and packet.dts <= first[track] + near:
                shifts.append(max(ends.values()) - packet.dts)
            by = (fitting or shifts)[-1]
            packet.dts += by
            packet.pts = None if packet.pts is None else packet.pts + by
            ends[track] = packet.dts + (packet.duration or 0)
        yield packet


def _joined_matroskas(packets: Iterator[Packet]) -> Iterator[Packet]:
    """Those of a Matroska file; also of two, one behind the other (FFmpeg reads no third). Times begin anew where those
    of packets that can be decoded by themselves go back. Others go back and forth, and FFmpeg makes up when they are
    decoded.
    """
    begins, parts, ends = [0], dict[int, int](), dict[int, int]()
    for packet in packets:
        if packet.size and packet.pts is not None:
            track = packet.stream.index
            part = parts.get(track, 0)
            back = ends.get(track, 0) - (packet.pts + begins[part])
            if packet.is_keyframe and back * packet.time_base > _BACK:
                part = parts[track] = part + 1
                begins += [max(ends.values()) - packet.pts] if part == len(begins) else []
            packet.pts += begins[part]
            packet.dts = None if packet.dts is None else packet.dts + begins[part]
            ends[track] = max(ends.get(track, 0), packet.pts + (packet.duration or 0))
        yield packet


def _start(container: InputContainer) -> Fraction:
    return Fraction(container.start_time or 0, av.time_base)


def _length(container: InputContainer) -> Fraction:
    """In seconds. A Matroska file may tell its end instead, which is not that where it does not start at 0."""
    told, start = Fraction(container.duration or 0, av.time_base), _start(container)
    return told - start if container.format.name.startswith("matroska") and told > start else told


def _duration(packet: Packet, stream: VideoStream) -> Fraction:
    return packet.duration * packet.time_base if packet.duration else 1 / _rate(stream)


def _rate(stream: VideoStream) -> Fraction:
    """Frames a second. The average is never above the base rate, but where FFmpeg tells ticks instead, as of raw DV."""
    return min((rate for rate in (stream.average_rate, stream.base_rate) if rate), default=_USUAL_RATE)


def _time(packet: Packet, start: Fraction) -> Fraction | None:
    """Seconds from the clip's start."""
    ticks = packet.dts if packet.pts is None else packet.pts
    return None if ticks is None else max(Fraction(0), ticks * packet.time_base - start)


def _moved(packet: Packet, start: Fraction) -> Sound:
    """A piece of sound, with its times from the clip's start on instead of from the file's zero."""
    by = round(start / packet.time_base)
    packet.pts = None if packet.pts is None else packet.pts - by
    packet.dts = None if packet.dts is None else packet.dts - by
    return packet
