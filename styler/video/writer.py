"""Moving pictures out, by PyAV: each frame is encoded as it comes, and the sound laid beside it."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Literal, NamedTuple, Protocol, Self

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter

from styler.image.codec import StillImage
from styler.image.color_space import BT709
from styler.settings import GIF_FPS, ClipFormat
from styler.video.frame_colors import EXACT
from styler.video.source import FOREVER, Sound

_SAMPLE_RATE = 48_000  # Opus knows no other


class _Kind(NamedTuple):
    """How a format is encoded, opaque and transparent. Sound in one of `plays` goes in as it is; other sound becomes
    `sound`.
    """

    codec: Literal["libx264", "libvpx-vp9", "gif"]
    pixels: str
    transparent: str
    options: dict[str, str]
    plays: tuple[str, ...] = ()
    sound: Literal["aac", "libopus"] | None = None


# Strokes are sharp: with finer quantisers than usual. And without B-frames: where frames come at odd times, an MP4 with
# them would end before its last one.
_KINDS: dict[ClipFormat, _Kind] = {
    "mp4": _Kind("libx264", "yuv420p", "yuv420p", {"crf": "16", "bf": "0"}, ("aac",), "aac"),
    "webm": _Kind("libvpx-vp9", "yuv420p", "yuva420p", {"crf": "20", "cpu-used": "4"}, ("opus", "vorbis"), "libopus"),
    "gif": _Kind("gif", "pal8", "pal8", {}),
}


class ClipTraits(Protocol):
    """What a painted clip has in common with the clip that it is painted from. A `ClipReader` is one.

    `rate` is how many frames a second, `time_base` the unit of their times in seconds, `plays` how often a GIF
    is shown, and `first` the first frame: if that is transparent, all may be.
    """

    @property
    def rate(self) -> Fraction: ...

    @property
    def time_base(self) -> Fraction: ...

    @property
    def plays(self) -> int: ...

    @property
    def first(self) -> StillImage: ...


_MOST_PLAYS = 65535  # that a GIF can tell
GROWING = "nut"  # a container that can be read while it grows
_AT_ONCE = {"flush_packets": "1", "max_interleave_delta": "1"}  # write packets as soon as they come


class Encoding(NamedTuple):
    """How a clip is written: its format, and the size (height, width) of its frames.

    If it is `growing`, what was added can be read before the file is complete, except perhaps the last frame; but it is
    in a container that few programs know. `options` are more of the encoder's.
    """

    format: ClipFormat
    size: tuple[int, int]
    growing: bool = False
    options: Mapping[str, str] = MappingProxyType({})


class ClipWriter:
    """A file to which a clip's painted frames and its sound are added as they come.

    To be used by `with`, at whose end the file is complete.
    """

    def __init__(
        self, out: Path | io.BytesIO, encoding: Encoding, clip: ClipTraits, sound: AudioStream | None = None
    ) -> None:
        format, size, growing, options = encoding
        kind, self.time_base = _KINDS[format], clip.time_base
        # Colours are stored at half the size.
        self.height, self.width = size if format == "gif" else [max(2, side - side % 2) for side in size]
        self.container = av.open(out, "w", GROWING, _AT_ONCE) if growing else create(out, format, clip.plays)
        self.video = self.container.add_stream(
            kind.codec,
            clip.rate,
            {**kind.options, **({"tune": "zerolatency"} if growing else {}), **options},
            width=self.width,
            height=self.height,
            pix_fmt=kind.pixels if clip.first.alpha is None else kind.transparent,
            time_base=clip.time_base,
        )
        if format != "gif":  # that is how PyAV encodes RGB; a player that is not told would take it for BT.709 in HD
            self.video.codec_context.colorspace = Colorspace.ITU601
            self.video.codec_context.color_primaries, self.video.codec_context.color_trc = BT709, BT709
        self.sound = _track(self.container, sound, kind) if sound else None
        self.palettes = _Palettes(self.width, self.height, clip.time_base) if format == "gif" else None
        self.scaler = VideoReformatter()
        self.gap = 1 / Fraction(GIF_FPS) if format == "gif" else 0  # seconds from one frame to the next, at least
        self.next: Fraction | int = 0
        self.durations: dict[int, int] = {}  # of frames that are being encoded, by their pts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.container:
            if kind is None:
                self._encode(None)
                if self.sound:
                    self.sound.finish()

    def add(self, picture: StillImage, pts: int, duration: int) -> None:
        """A frame that is shown from `pts` on for `duration`, in units of the clip's time.

        It is left out if that is too soon.
        """
        if pts * self.time_base < self.next:
            return
        self.next = pts * self.time_base + self.gap
        layers = picture.pixels if picture.alpha is None else np.dstack([picture.pixels, picture.alpha])
        layers = np.ascontiguousarray(layers[: self.height, : self.width])
        frame = VideoFrame.from_ndarray(layers, "rgb24" if picture.alpha is None else "rgba")
        frame.pts, frame.time_base, self.durations[pts] = pts, self.time_base, duration
        self._encode(self.palettes.apply(frame) if self.palettes else self._stored(frame))

    def _stored(self, frame: VideoFrame) -> VideoFrame:
        """In the pixels of the file; PyAV itself would do it without rounding."""
        return self.scaler.reformat(frame, format=self.video.codec_context.pix_fmt, interpolation=EXACT)

    def _encode(self, frame: VideoFrame | None) -> None:
        for packet in self.video.encode(frame):
            packet.duration = self.durations.pop(packet.pts or 0, packet.duration)
            self.container.mux(packet)

    def add_sound(self, sound: Sound) -> Sequence[Sound]:
        """Returns the packets that went into the file: the same one, or what an encoder had ready."""
        return self.sound.add(sound) if self.sound else []


def create(out: Path | io.BytesIO, format: ClipFormat, plays: int = FOREVER) -> OutputContainer:
    """Open `out` for writing. `plays` is how often a GIF is shown.

    An MP4 gets its table of contents first, so that it plays before all of it is there. For this, FFmpeg opens the
    file once more at the end, to read it.
    """
    # A GIF tells how often it is shown again: not at all is -1, for ever is 0.
    again = {FOREVER: 0, 1: -1}.get(plays, plays - 1)
    options = {"mp4": {"movflags": "faststart"}, "gif": {"loop": str(min(again, _MOST_PLAYS))}}.get(format, {})
    if isinstance(out, Path):
        return av.open(str(out), "w", format, container_options=options)
    return av.open(out, "w", format, container_options=options, io_open=lambda *_: io.BytesIO(out.getvalue()))


class _Palettes:
    """Frames of 256 colours, chosen for each anew, with an ordered dither, which stays where it is."""

    def __init__(self, width: int, height: int, time_base: Fraction) -> None:
        self.graph = graph = Graph()
        source = graph.add_buffer(width=width, height=height, format=av.VideoFormat("rgba"), time_base=time_base)
        twice = graph.add("split")
        palette = graph.add("palettegen", "stats_mode=single")
        use = graph.add("paletteuse", "new=1:dither=bayer:alpha_threshold=128")
        source.link_to(twice)
        twice.link_to(use)
        twice.link_to(palette, 1)
        palette.link_to(use, 0, 1)
        use.link_to(graph.add("buffersink"))
        graph.configure()

    def apply(self, frame: VideoFrame) -> VideoFrame:
        self.graph.vpush(frame.reformat(format="rgba"))
        return self.graph.vpull()


def _track(container: OutputContainer, source: AudioStream, kind: _Kind) -> _Copied | _Encoded | None:
    if source.codec.canonical_name in kind.plays:
        return _Copied(container, source)
    return _Encoded(container, kind.sound) if kind.sound else None


# What FFmpeg says of a piece of sound that is damaged, or does not come after the one before: only this is lost.
_REFUSED = (av.ArgumentError, av.InvalidDataError, av.PatchWelcomeError)


class _Copied:
    """The sound's packets as they are."""

    def __init__(self, container: OutputContainer, source: AudioStream) -> None:
        self.container, self.stream = container, container.add_stream_from_template(source)

    def add(self, sound: Sound) -> Sequence[Sound]:
        sound.stream = self.stream
        try:
            self.container.mux(sound)
        except _REFUSED:
            return []
        return [sound]

    def finish(self) -> None:
        """There is nothing left to write."""


class _Encoded:
    """The sound, encoded anew."""

    def __init__(self, container: OutputContainer, codec: Literal["aac", "libopus"]) -> None:
        self.container, self.stream = container, container.add_stream(codec, _SAMPLE_RATE)
        self.resampler, self.source = self._new_resampler(), ("", "", 0)
        self.end = -math.inf  # of what is encoded, in samples

    def add(self, sound: Sound) -> Sequence[Sound]:
        packets: list[Sound] = []
        for frame in _decoded(sound):
            source = frame.format.name, frame.layout.name, frame.sample_rate
            if source != self.source:  # as on television, and where recordings were joined
                packets += self._encode(None)
                self.resampler, self.source = self._new_resampler(), source
            packets += self._encode(frame)
        return packets

    def finish(self) -> None:
        self._encode(None)
        self.container.mux(self.stream.encode(None))

    def _new_resampler(self) -> av.AudioResampler:
        return av.AudioResampler(self.stream.format, self.stream.layout, _SAMPLE_RATE)

    def _encode(self, frame: AudioFrame | None) -> Sequence[Sound]:
        """The next frame, or with None what the resampler holds back."""
        frames = map(self._after, self.resampler.resample(frame))
        packets = [packet for ready in frames for packet in self.stream.encode(ready)]
        self.container.mux(packets)
        return packets

    def _after(self, frame: AudioFrame) -> AudioFrame:
        """The frame, not before the last one ends: encoders refuse overlaps, which an AVI has, as it rounds times."""
        at = round((frame.pts or 0) * (frame.time_base or 0) * _SAMPLE_RATE)
        frame.pts, frame.time_base = int(max(at, self.end)), Fraction(1, _SAMPLE_RATE)
        self.end = frame.pts + frame.samples
        return frame


def _decoded(sound: Sound) -> list[AudioFrame]:
    """What is in a piece of sound: nothing if it is damaged, so that only this is lost."""
    try:
        return sound.decode()
    except av.FFmpegError:
        return []
