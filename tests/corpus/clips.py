"""Clips of many kinds, made by independent tools from one scene, and what is right of each.

`python -m tests.corpus.clips` prints file by file what is right and what came; with `--make` it makes the files anew, for
which the tools of `TOOLS` must be installed (Debian: ffmpeg, gifsicle, apngasm, webp, mkvtoolnix, libavif-bin, imagemagick).
"""

# ruff: noqa: E501 (commands are as long as they are)

from __future__ import annotations

import functools
import importlib
import io
import re
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import ExifTags, Image

from styler.events import BadImage
from tests.corpus import scene

FOLDER = Path(__file__).parent / "clips"
TOOLS = {
    "ffmpeg": "5.1.9 (x264, x265, libvpx, libaom, zimg)",
    "ffmpeg9": "9.0.2 of imageio-ffmpeg 0.8.1 (x265 4.3, with transparency)",
    "gifsicle": "1.93",
    "apngasm": "2.91",
    "img2webp": "1.2.4",
    "mkvpropedit": "74.0.0",
    "avifenc": "0.11.1",
    "convert": "6.9.11-60",
}
TENTHS = tuple(number / 10 for number in range(scene.FRAMES))


@dataclass(frozen=True)
class Kind:
    """How a file is made (commands in a folder with f0.png ... f4.png), and what is right of it.

    `times` are the frames' and `last` is how long the last one is shown, in seconds. `mean` is how much the frames may
    differ from the scene in the mean, and `largest` at most, of 255, where their alpha is `least_alpha` or more; `order` are the numbers of the scene's frames that are seen. `rows` and `columns` are the part of the scene that is seen. A
    file that cannot be read has instead what its sentence must say.
    """

    commands: Sequence[str]
    times: Sequence[float] = TENTHS
    last: float = 0.1
    plays: int = 0
    transparent: bool = False
    mean: float = 3.0
    largest: int = 255
    least_alpha: int = 251
    fps: float = 0
    stored: Callable[[np.ndarray], np.ndarray] | None = None
    patch: Callable[[bytes], bytes] | None = None
    grey: bool = False
    says: str = ""
    order: Sequence[int] = range(scene.FRAMES)
    rows: slice = field(default_factory=lambda: slice(None))
    columns: slice = field(default_factory=lambda: slice(None))


def with_box(entry_name: bytes, box: bytes) -> Callable[[bytes], bytes]:
    """An MP4 whose video track's sample entry holds one more box. Its boxes must follow its pictures."""

    def patch(data: bytes) -> bytes:
        entry = data.index(entry_name, data.index(b"stsd")) - 4
        size = struct.unpack_from(">I", data, entry)[0]
        whole = data[: entry + size] + box + data[entry + size :]
        patched = bytearray(whole)
        for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", entry_name):
            at = whole.index(name, 0 if name == b"moov" else whole.index(b"moov")) - 4
            struct.pack_into(">I", patched, at, struct.unpack_from(">I", whole, at)[0] + len(box))
        return bytes(patched)

    return patch


def with_metadata(entry: bytes) -> Callable[[bytes], bytes]:
    """An MP4 whose track of text becomes one of timed metadata, as a phone's or a camera's beside the pictures."""
    names = {b"sbtl": b"meta", b"tx3g": entry, b"text\0": b"meta\0"}
    return lambda data: functools.reduce(lambda old, pair: old.replace(*pair), names.items(), data)


def with_bits(bits: int) -> Callable[[bytes], bytes]:
    """An APNG of a palette with fewer bits a pixel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    def packed(numbers: np.ndarray) -> bytes:
        planes = (numbers[..., None] >> np.arange(bits - 1, -1, -1)) & 1
        rows = np.packbits(planes.reshape(len(numbers), -1).astype(np.uint8), axis=1)
        return zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 9)

    def patch(data: bytes) -> bytes:
        place, out, size, palette = 8, data[:8], b"", b""
        while place < len(data):
            (length,), name = struct.unpack_from(">I", data, place), data[place + 4 : place + 8]
            content = data[place + 8 : place + 8 + length]
            place += 12 + length
            if name == b"IHDR":
                content = content[:8] + bytes([bits]) + content[9:]
            if name == b"PLTE":
                palette = chunk(name, content)
            if name == b"fcTL":
                size = content[4:12]
            if name in (b"IDAT", b"fdAT"):
                number, pixels = (content[:4], content[4:]) if name == b"fdAT" else (b"", content)
                alone = data[:8] + chunk(b"IHDR", size + data[24:29]) + palette + chunk(b"IDAT", pixels)
                with Image.open(io.BytesIO(alone + chunk(b"IEND", b""))) as image:
                    content = number + packed(np.asarray(image))
            out += chunk(name, content)
        return out

    return patch


def with_other_extension(data: bytes) -> bytes:
    """A MOV of HEVC whose video parameter set tells of its layers what FFmpeg does not read, as Apple's encoders do."""
    start = data.index(b"\x40\x01\x0c\x11")  # of two layers
    return data[: start + 45] + b"\xff" + data[start + 46 :]


def boxed(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data) + 8, name) + data


def with_matrix(*matrix: int) -> Callable[[bytes], bytes]:
    """An MP4 whose track has the display matrix a, b, c, d."""

    def patch(data: bytes) -> bytes:
        at = data.index(b"tkhd") + 4 + 40
        a, b, c, d = (number << 16 for number in matrix)
        return data[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + data[at + 36 :]

    return patch


# 8 columns at each side and 8 rows at the bottom are hidden.
CLAP = boxed(b"clap", struct.pack(">8I", scene.WIDTH - 16, 1, scene.HEIGHT - 8, 1, 0, 1, (-4) & 0xFFFFFFFF, 1))


def dolby_vision(profile: int, compatible: int, name: bytes = b"dvcC") -> bytes:
    """The box by which a track tells its Dolby Vision: with these, its base layer is for others or for none."""
    return boxed(name, bytes([1, 0, profile << 1, 0x2D, compatible << 4]) + bytes(19))


PNGS = "ffmpeg -framerate 10 -i f%d.png"
H264 = "-c:v libx264 -crf 6 -pix_fmt yuv420p"
H265 = "-c:v libx265 -x265-params crf=6:log-level=none"
DEEP = (
    "zscale=tin=iec61966-2-1:pin=bt709:min=gbr:t=linear:p=bt2020:npl=203,format=gbrpf32le,zscale=m=bt2020nc:r=limited"
)
PQ = f'-vf "{DEEP}:t=smpte2084:npl=203,format=yuv420p10le" -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc'
HLG = f'-vf "{DEEP}:t=arib-std-b67:npl=203,format=yuv420p10le" -color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc'
WIDE = (
    f'-vf "{DEEP}:t=iec61966-2-1,format=yuv420p10le" -color_primaries bt2020 -color_trc bt2020-10 -colorspace bt2020nc'
)
WITH_ALPHA = (
    "ffmpeg9 -framerate 10 -i a%d.png -pix_fmt yuva420p -c:v libx265 -x265-params crf=6:log-level=none -tag:v hvc1"
)
GREY = "-color_range tv -vf format=yuv420p,extractplanes=y"
FIELDS = "ffmpeg -stream_loop 1 -framerate 20 -i f%d.png -vf tinterlace="
GIFS = "ffmpeg -framerate 10 -i f%d.png -vf palettegen=stats_mode=full p.png && " + (
    "ffmpeg -framerate 10 -i f%d.png -i p.png -lavfi paletteuse=dither=none base.gif"
)
TWO_CAMERAS = (  # the first track is smaller and not enabled
    "ffmpeg -framerate 10 -i f%d.png -framerate 10 -i f%d.png -map 0 -map 1 -c:v libx264 -crf 6 -pix_fmt yuv420p"
    " -filter:v:0 hflip,scale=48:32 -disposition:v:0 0 -disposition:v:1 default"
)
SUBTITLES = "printf '1\\n00:00:00,000 --> 00:00:00,400\\nhello\\n' > s.srt"
WITH_TEXT = f"ffmpeg -i s.srt -f lavfi -i sine=d=0.5 -framerate 10 -i f%d.png -map 0 -map 1 -map 2 {H264} -c:a aac -c:s mov_text"
HELD = "ffmpeg -i a.mov -c copy -bsf:v \"setts=duration='if(gte(N,4),2/TB,DURATION)'\""
FEW = (  # of so many colours in all
    "convert f[0-4].png +append +dither -colors {0} p.png && "
    "for n in 0 1 2 3 4; do convert f$n.png +dither -remap p.png q$n.png; done"
)
MIRRORED, SEI = f"{PNGS} -vf hflip", "display_orientation=insert"
TURNS = {  # what is stored, and the matrix by which it comes upright
    "mirror": (lambda p: p[:, ::-1], (-1, 0, 0, 1)),
    "upside-down": (lambda p: p[::-1], (1, 0, 0, -1)),
    "half-turn": (lambda p: p[::-1, ::-1], (-1, 0, 0, -1)),
    "quarter-turn": (lambda p: np.rot90(p, 1), (0, 1, -1, 0)),
    "three-quarters": (lambda p: np.rot90(p, -1), (0, -1, 1, 0)),
    "transposed": (lambda p: p.swapaxes(0, 1), (0, 1, 1, 0)),
    "transverse": (lambda p: np.rot90(p, 2).swapaxes(0, 1), (0, -1, -1, 0)),
}


def _gamut(primaries: str, transfer: str, matrix: str) -> str:
    """Standard range; curves and primaries are really converted to."""
    return (
        f"-vf zscale=tin=iec61966-2-1:pin=bt709:min=gbr:t={transfer}:p={primaries}:m={matrix}:r=limited,format=yuv420p"
    )


def _kinds() -> dict[str, Kind]:
    kinds = {
        f"turn-{name}.mp4": Kind([f"{PNGS} {H264} out.mp4"], stored=stored, patch=with_matrix(*matrix))
        for name, (stored, matrix) in TURNS.items()
    }
    bursts = "printf '%s\\n' " + " ".join(
        f"'file f{n % 5}.png' 'duration {0.5 if n % 5 == 4 else 0.02}'" for n in range(10)
    )
    return kinds | {
        "hlg.mov": Kind([f"{PNGS} {HLG} {H265} -tag:v hvc1 out.mov"], mean=14),
        "hlg.webm": Kind([f"{PNGS} {HLG} -c:v libvpx-vp9 -profile:v 2 -crf 8 -b:v 0 out.webm"], mean=14),
        "hlg-av1.mp4": Kind([f"{PNGS} {HLG} -c:v libaom-av1 -cpu-used 8 -crf 8 out.mp4"], mean=14),
        "pq.mp4": Kind([f"{PNGS} {PQ} {H265}:hdr10=1:max-cll=203,100 out.mp4"], mean=4),
        "pq-untold-peak.mkv": Kind([f"{PNGS} {PQ} {H265} out.mkv"], mean=14),
        "wide.mp4": Kind([f"{PNGS} {WIDE} {H265} out.mp4"], mean=5),
        "ten-bits.mp4": Kind([f"{PNGS} -pix_fmt yuv420p10le {H265} out.mp4"]),
        "full-range.mp4": Kind([f"{PNGS} -c:v libx264 -crf 6 -pix_fmt yuvj420p out.mp4"]),
        "full-colour.mp4": Kind([f"{PNGS} -c:v libx264 -crf 6 -pix_fmt yuv444p out.mp4"]),
        "p3.mov": Kind(
            [
                f"{PNGS} {_gamut('smpte432', 'iec61966-2-1', 'bt709')} -color_primaries smpte432 -color_trc iec61966-2-1 -colorspace bt709 {H264} out.mov"
            ]
        ),
        "ntsc.mp4": Kind(
            [
                f"{PNGS} {_gamut('smpte170m', 'iec61966-2-1', 'smpte170m')} -color_primaries smpte170m -color_trc smpte170m -colorspace smpte170m {H264} out.mp4"
            ]
        ),
        "gamma28.mp4": Kind(
            [
                f"{PNGS} {_gamut('bt709', 'bt470bg', 'bt709')} -color_primaries bt709 -color_trc gamma28 -colorspace bt709 {H264} out.mp4"
            ],
            mean=4,
        ),
        "grey.mp4": Kind([f"{PNGS} {GREY} {H265} out.mp4"], grey=True),
        "grey-av1.mp4": Kind([f"{PNGS} {GREY} -c:v libaom-av1 -cpu-used 8 -crf 8 out.mp4"], grey=True),
        "grey-10.mp4": Kind([f"{PNGS} {GREY},format=gray10le {H265} out.mp4"], grey=True),
        "interlaced-h264.mp4": Kind(
            [f"{FIELDS}interleave_top,setfield=tff {H264} -flags +ilme+ildct -x264opts tff=1 out.mp4"],
            order=(0, 2, 4, 1, 3),
        ),
        "interlaced-mpeg2.mkv": Kind(
            [
                f"{FIELDS}interleave_bottom,setfield=bff -c:v mpeg2video -pix_fmt yuv420p -q:v 1 -flags +ilme+ildct out.mkv"
            ],
            order=(0, 2, 4, 1, 3),
            mean=4,
        ),
        "interlaced-prores.mov": Kind(
            [f"{FIELDS}interleave_top,setfield=tff -c:v prores_ks -pix_fmt yuv422p10le -flags +ildct out.mov"],
            order=(0, 2, 4, 1, 3),
        ),
        "turned-jpegs.avi": Kind(["ffmpeg -framerate 10 -i j%d.jpg -c copy out.avi"]),
        "turned-jpegs.mov": Kind(["ffmpeg -framerate 10 -i j%d.jpg -c copy out.mov"]),
        "sizes.webm": Kind(
            [
                f"{PNGS} -frames:v 3 -c:v libvpx-vp9 -crf 4 -b:v 0 a.webm",
                "ffmpeg -framerate 10 -start_number 3 -i f%d.png -vf scale=192:128 -c:v libvpx-vp9 -crf 4 -b:v 0 b.webm",
                "printf '%s\\n' 'file a.webm' 'file b.webm' > l.txt",
                "ffmpeg -f concat -i l.txt -c copy out.webm",
            ],
            mean=4,
        ),
        "clap.mp4": Kind(
            [f"{PNGS} {H264} out.mp4"], patch=with_box(b"avc1", CLAP), rows=slice(0, 56), columns=slice(8, 88)
        ),
        "pixel-crop.mkv": Kind(
            [
                f"{PNGS} {H264} out.mkv",
                "mkvpropedit out.mkv -e track:v1 -s pixel-crop-left=16 -s pixel-crop-bottom=8"
                " -s display-width=80 -s display-height=56",
            ],
            rows=slice(0, 56),
            columns=slice(16, None),
        ),
        "b-frames.avi": Kind([f"{PNGS} {H264} -bf 2 out.avi"]),
        "b-frames-mpeg4.avi": Kind([f"{PNGS} -c:v mpeg4 -q:v 1 -bf 2 out.avi"]),
        "b-frames.mkv": Kind([f"{PNGS} {H264} -bf 2 out.mkv"]),
        "late.mkv": Kind([f"{PNGS} {H264} -output_ts_offset 3600 out.mkv"]),
        "late.webm": Kind([f"{PNGS} -c:v libvpx-vp9 -crf 8 -b:v 0 -output_ts_offset 7 out.webm"]),
        "hold.gif": Kind([GIFS, "gifsicle base.gif -d10 '#0-3' -d200 '#4' -o out.gif"], last=2.0, plays=0, mean=4),
        "hold.webp": Kind(
            ["img2webp -lossless -d 100 f0.png f1.png f2.png f3.png -d 2000 f4.png -o out.webp"], last=2.0
        ),
        "fast.gif": Kind([GIFS, "gifsicle -d1 base.gif -o out.gif"], mean=4),
        "untimed.gif": Kind([GIFS, "gifsicle -d0 base.gif -o out.gif"], mean=4),
        "fast.webp": Kind(["img2webp -lossless -d 10 f0.png f1.png f2.png f3.png f4.png -o out.webp"]),
        "fast.png": Kind(["apngasm out.png f0.png 1 100"]),
        "once.gif": Kind([GIFS, "gifsicle base.gif -d10 --no-loopcount -o out.gif"], plays=1, mean=4),
        "thrice.gif": Kind([GIFS, "gifsicle base.gif -d10 --loopcount=2 -o out.gif"], plays=3, mean=4),
        "twice.png": Kind(["apngasm out.png f0.png 1 10 -l2"], plays=2),
        "thrice.webp": Kind(
            ["img2webp -lossless -loop 3 -d 100 f0.png f1.png f2.png f3.png f4.png -o out.webp"], plays=3
        ),
        "bursts.mp4": Kind(
            [
                f"{bursts} > l.txt",
                f"ffmpeg -f concat -i l.txt {H264} -fps_mode vfr -video_track_timescale 1000 out.mp4",
            ],
            times=(0, 0.1, 0.6, 0.7),  # of eight, no more than ten a second
            last=0.5,
            fps=10,
            mean=60,  # they are others of the scene's
        ),
        "alpha.webm": Kind(
            ["ffmpeg -framerate 10 -i a%d.png -c:v libvpx-vp9 -pix_fmt yuva420p -crf 8 -b:v 0 out.webm"],
            transparent=True,
        ),
        "alpha-vp8.webm": Kind(
            ["ffmpeg -framerate 10 -i a%d.png -c:v libvpx -pix_fmt yuva420p -crf 4 -b:v 2M -auto-alt-ref 0 out.webm"],
            transparent=True,
            mean=4,
        ),
        "alpha.mov": Kind(["ffmpeg -framerate 10 -i a%d.png -c:v qtrle out.mov"], transparent=True),
        "alpha.png": Kind(["apngasm out.png a0.png 1 10"], transparent=True),
        "alpha.webp": Kind(
            ["img2webp -lossless -d 100 a0.png a1.png a2.png a3.png a4.png -o out.webp"], transparent=True
        ),
        "alpha.avif": Kind(
            ["avifenc --fps 10 --min 0 --max 8 -s 8 a0.png a1.png a2.png a3.png a4.png out.avif"], transparent=True
        ),
        "pixel-crop-cover.mkv": Kind(
            [
                f"{PNGS} -attach f4.png -metadata:s:t mimetype=image/png {H264} out.mkv",
                "mkvpropedit out.mkv -e track:v1 -s pixel-crop-left=16 -s display-width=80 -s display-height=64",
            ],
            columns=slice(16, None),
        ),
        "crop.avif": Kind(
            ["avifenc --fps 10 --min 0 --max 8 -s 8 --crop 8,0,80,56 f0.png f1.png f2.png f3.png f4.png out.avif"],
            rows=slice(0, 56),
            columns=slice(8, 88),
        ),
        "crop-alpha.avif": Kind(
            ["avifenc --fps 10 --min 0 --max 8 -s 8 --crop 8,0,80,56 a0.png a1.png a2.png a3.png a4.png out.avif"],
            transparent=True,
            rows=slice(0, 56),
            columns=slice(8, 88),
        ),
        "alpha-hevc.mov": Kind([f"{WITH_ALPHA} out.mov"], transparent=True),
        "alpha-hevc-copied.mov": Kind(
            [f"{WITH_ALPHA} a.mov", "ffmpeg9 -i a.mov -c copy out.mov"]
        ),  # what tells is lost
        "alpha-hevc-other.mov": Kind([f"{WITH_ALPHA} out.mov"], transparent=True, patch=with_other_extension),
        "alpha-hevc.mkv": Kind([f"{WITH_ALPHA} out.mkv"], transparent=True),
        "alpha-hevc-10.mov": Kind([f"{WITH_ALPHA.replace('yuva420p', 'yuva420p10le')} out.mov"], transparent=True),
        "alpha-hevc-multiplied.mov": Kind(
            [
                f"{WITH_ALPHA.replace('a%d', 'h%d').replace('-pix', '-vf format=gbrap,premultiply=inplace=1 -pix')} out.mov"
            ],
            transparent=True,
            least_alpha=100,
            patch=lambda data: data.replace(b"\x4e\x01\xa5\x04\x00", b"\x4e\x01\xa5\x04\x10"),  # and says so
        ),
        "alpha-hevc-mirrored.mov": Kind(
            [f"{WITH_ALPHA.replace('a%d', 'm%d')} out.mov"], transparent=True, patch=with_matrix(-1, 0, 0, 1)
        ),
        # Neighbours of what was seen to fail: other codecs, containers and programs.
        "hlg-turned.mov": Kind(
            [
                f"{PNGS} {HLG.replace('format=yuv420p10le', 'format=yuv420p10le,transpose=2')} {H265} -tag:v hvc1 out.mov"
            ],
            mean=14,
            patch=with_matrix(0, 1, -1, 0),
        ),
        "hlg-mirrored.mp4": Kind(
            [f"{PNGS} {HLG.replace('format=yuv420p10le', 'format=yuv420p10le,hflip')} {H265} -tag:v hvc1 out.mp4"],
            mean=14,
            patch=with_matrix(-1, 0, 0, 1),
        ),
        "dolby-vision-8.4.mp4": Kind(
            [f"{PNGS} {HLG} {H265} -tag:v hvc1 out.mp4"],
            mean=14,
            patch=with_box(b"hvc1", dolby_vision(8, 4, b"dvvC")),
        ),
        "dolby-vision-5.mp4": Kind(
            [f"{PNGS} {PQ} {H265} -tag:v hvc1 out.mp4"],
            patch=with_box(b"hvc1", dolby_vision(5, 0)),
            says="Dolby Vision, profile 5",
        ),
        "dolby-vision-10.mp4": Kind(
            [f"{PNGS} {PQ} -c:v libaom-av1 -cpu-used 8 -crf 8 out.mp4"],
            patch=with_box(b"av01", dolby_vision(10, 0, b"dvvC")),
            says="Dolby Vision, profile 10",
        ),
        "sizes-vp8.webm": Kind(
            [
                f"{PNGS} -frames:v 3 -c:v libvpx -crf 4 -b:v 4M a.webm",
                "ffmpeg -framerate 10 -start_number 3 -i f%d.png -vf scale=144:96 -c:v libvpx -crf 4 -b:v 4M b.webm",
                "printf '%s\\n' 'file a.webm' 'file b.webm' > l.txt",
                "ffmpeg -f concat -i l.txt -c copy out.webm",
            ],
            mean=4,
        ),
        "sizes.mts": Kind(
            [
                f"{PNGS} -frames:v 3 {H264} -bf 0 a.ts",
                f"ffmpeg -framerate 10 -start_number 3 -i f%d.png -vf scale=192:128 {H264} -bf 0 -output_ts_offset 0.3 b.ts",
                "cat a.ts b.ts > out.mts",
            ],
            mean=4,
        ),
        "camera.mts": Kind([f"{PNGS} {H264} -f mpegts -mpegts_m2ts_mode 1 out.mts"]),
        "interlaced.mts": Kind(
            [f"{FIELDS}interleave_top,setfield=tff {H264} -flags +ilme+ildct -x264opts tff=1 out.mts"],
            order=(0, 2, 4, 1, 3),
        ),
        "late.mts": Kind([f"{PNGS} {H264} -output_ts_offset 90 out.mts"]),
        "b-frames.mpg": Kind(
            ["ffmpeg -framerate 25 -i f%d.png -c:v mpeg2video -bf 2 -q:v 1 -pix_fmt yuv420p out.mpg"],
            times=[number / 25 for number in range(scene.FRAMES)],
            last=0.04,
            mean=4,
        ),
        "b-frames-unpacked.avi": Kind(
            [
                f"{PNGS} -c:v mpeg4 -vtag XVID -q:v 1 -bf 2 a.avi",
                "ffmpeg -i a.avi -c copy -bsf:v mpeg4_unpack_bframes out.avi",
            ]
        ),
        "divx3.avi": Kind([f"{PNGS} -c:v msmpeg4v3 -q:v 2 out.avi"]),
        "windows.wmv": Kind([f"{PNGS} -c:v wmv2 -q:v 2 out.wmv"], last=0.1),
        "flash.flv": Kind([f"{PNGS} -c:v flv -q:v 2 out.flv"], last=0.1),
        "theora.ogv": Kind([f"{PNGS} -c:v libtheora -q:v 10 out.ogv"]),
        "mobile.3gp": Kind([f"{PNGS} -c:v mpeg4 -q:v 2 out.3gp"]),
        "hold.png": Kind(
            [
                "cp f0.png f00.png; for n in 0 1 2 3; do echo delay=1/10 > f$n.txt; done; echo delay=2/1 > f4.txt; apngasm out.png f0.png f1.png f2.png f3.png f4.png"
            ],
            last=2.0,
        ),
        "bursts.mkv": Kind(
            [f"{bursts} > l.txt", f"ffmpeg -f concat -i l.txt {H264} -fps_mode vfr out.mkv"],
            times=(0, 0.1, 0.6, 0.7),
            last=0.1,
            fps=10,
            mean=60,
        ),
        "bursts.webm": Kind(
            [f"{bursts} > l.txt", "ffmpeg -f concat -i l.txt -c:v libvpx-vp9 -crf 8 -b:v 0 -fps_mode vfr out.webm"],
            times=(0, 0.1, 0.6, 0.7),
            last=0.1,
            fps=10,
            mean=60,
        ),
        "bursts.gif": Kind(
            [GIFS, "gifsicle base.gif -d2 '#0-3' -d50 '#4' base.gif -d2 '#0-3' -d50 '#4' -o out.gif"],
            times=(0, 0.5, 0.6),
            last=0.6,
            fps=10,
            mean=60,
        ),
        "alpha-prores.mov": Kind(
            ["ffmpeg -framerate 10 -i a%d.png -c:v prores_ks -profile:v 4 -pix_fmt yuva444p10le out.mov"],
            transparent=True,
        ),
        "alpha-png.mov": Kind(["ffmpeg -framerate 10 -i a%d.png -c:v png out.mov"], transparent=True),
        "alpha-ffv1.mkv": Kind(
            ["ffmpeg -framerate 10 -i a%d.png -c:v ffv1 -pix_fmt yuva444p out.mkv"], transparent=True
        ),
        "grey-h264.mp4": Kind([f"{PNGS} -c:v libx264 -crf 6 -pix_fmt gray out.mp4"], grey=True),
        "grey-12.mkv": Kind([f"{PNGS} {GREY},format=gray12le {H265} out.mkv"], grey=True),
        "grey-ffv1.mkv": Kind([f"{PNGS} -c:v ffv1 -pix_fmt gray out.mkv"], grey=True),
        "clap-hevc.mov": Kind(
            [f"{PNGS} -pix_fmt yuv420p {H265} -tag:v hvc1 out.mov"],
            patch=with_box(b"hvc1", CLAP),
            rows=slice(0, 56),
            columns=slice(8, 88),
        ),
        "clap-turned.mp4": Kind(
            [f"{PNGS} {H264} out.mp4"],
            stored=lambda p: p[::-1, ::-1],
            patch=lambda data: with_matrix(-1, 0, 0, -1)(with_box(b"avc1", CLAP)(data)),
            rows=slice(8, None),
            columns=slice(8, 88),
        ),
        "pixel-crop.webm": Kind(
            [
                f"{PNGS} -c:v libvpx-vp9 -crf 4 -b:v 0 out.webm",
                "mkvpropedit out.webm -e track:v1 -s pixel-crop-right=16 -s pixel-crop-top=8"
                " -s display-width=80 -s display-height=56",
            ],
            rows=slice(8, None),
            columns=slice(0, 80),
        ),
        "pixel-crop-hlg.mkv": Kind(
            [
                f"{PNGS} {HLG} {H265} out.mkv",
                "mkvpropedit out.mkv -e track:v1 -s pixel-crop-left=16 -s display-width=80 -s display-height=64",
            ],
            mean=14,
            columns=slice(16, None),
        ),
        "cover.mkv": Kind([f"{PNGS} -attach f4.png -metadata:s:t mimetype=image/png {H264} out.mkv"]),
        "timecode.mov": Kind([f"{PNGS} -timecode 01:00:00:00 {H264} out.mov"]),
        "fragments.mp4": Kind([f"{PNGS} {H264} -movflags frag_keyframe+empty_moov+default_base_moof out.mp4"]),
        "12-bits.mp4": Kind([f"{PNGS} -pix_fmt yuv444p12le {H265} out.mp4"]),
        "422-10-bits.mov": Kind([f"{PNGS} -c:v prores_ks -profile:v 3 -pix_fmt yuv422p10le out.mov"]),
        "rgb.mkv": Kind([f"{PNGS} -c:v libx264rgb -crf 0 out.mkv"], mean=0.1),
        "ycgco.mp4": Kind([f"{PNGS} {H264} -colorspace ycgco out.mp4"], says="YCgCo"),
        "song.m4a": Kind(["ffmpeg -f lavfi -i sine=440:d=0.5 -c:a aac out.m4a"], says="only sound"),
        "sei-mirror.mp4": Kind([f"{MIRRORED} {H264} -bsf:v h264_metadata={SEI}:flip=horizontal out.mp4"]),
        "sei-turn.mkv": Kind([f"{PNGS} -vf transpose=1 {H264} -bsf:v h264_metadata={SEI}:rotate=90 out.mkv"]),
        "sei-mirror.mts": Kind([f"{MIRRORED} {H264} -bsf:v h264_metadata={SEI}:flip=horizontal out.mts"]),
        "turned.png": Kind(
            ["apngasm out.png t0.png 1 10", "exiftool -q -overwrite_original -n -Orientation=6 out.png"]
        ),
        "turned.webp": Kind(
            [
                "img2webp -lossless -d 100 t0.png t1.png t2.png t3.png t4.png -o out.webp",
                "exiftool -q -overwrite_original -n -Orientation=6 out.webp",
            ]
        ),
        "turned.avif": Kind(
            ["avifenc --fps 10 --min 0 --max 8 -s 8 --irot 3 t0.png t1.png t2.png t3.png t4.png out.avif"]
        ),
        "b-frames-mpeg2.avi": Kind(
            ["ffmpeg -framerate 25 -i f%d.png -c:v mpeg2video -bf 2 -q:v 1 -pix_fmt yuv420p out.avi"],
            times=[number / 25 for number in range(scene.FRAMES)],
            last=0.04,
            mean=4,
        ),
        "1-bit.png": Kind(
            ["ffmpeg -framerate 10 -i f%d.png -pix_fmt monob -plays 0 -f apng out.png"], grey=True, mean=90
        ),
        # More than the pictures in the file: other tracks, before them and beside them; what an edit list hides.
        "front-camera-first.mp4": Kind([f"{TWO_CAMERAS} out.mp4"]),
        "front-camera-first.mov": Kind([f"{TWO_CAMERAS} out.mov"]),
        "front-camera-first.mkv": Kind([f"{TWO_CAMERAS} out.mkv"]),
        "live-photo.mov": Kind([SUBTITLES, f"{WITH_TEXT} out.mov"], patch=with_metadata(b"mebx")),
        "telemetry.mp4": Kind([SUBTITLES, f"{WITH_TEXT} out.mp4"], patch=with_metadata(b"gpmd")),
        "subtitles.mkv": Kind([SUBTITLES, f"{WITH_TEXT.replace('mov_text', 'srt').replace('aac', 'flac')} out.mkv"]),
        "preview-first.mp4": Kind(
            [
                "ffmpeg -i f4.png -framerate 10 -i f%d.png -map 0 -map 1 -c:v:0 mjpeg -disposition:v:0 attached_pic"
                " -c:v:1 libx264 -crf 6 -pix_fmt yuv420p out.mp4"
            ]
        ),
        "cut.mp4": Kind(
            [
                f"ffmpeg -stream_loop 3 -framerate 10 -i f%d.png {H264} -g 5 -bf 2 a.mp4",
                "ffmpeg -ss 1.3 -i a.mp4 -t 0.5 -c copy out.mp4",
            ],
            times=[number / 10 for number in range(7)],
            order=(3, 4, 0, 1, 2, 3, 4),
        ),
        "sound-first.mp4": Kind(
            [
                f"{PNGS} {H264} a.mp4",
                "ffmpeg -f lavfi -i sine=d=1 -itsoffset 0.4 -i a.mp4 -map 1 -map 0 -c:v copy -c:a aac out.mp4",
            ],
            times=[0.4 + number / 10 for number in range(scene.FRAMES)],
        ),
        "held.mov": Kind([f"{PNGS} {H264} -bf 0 a.mov", f"{HELD} out.mov"], last=2.0),
        "held.mp4": Kind([f"{PNGS} -pix_fmt yuv420p {H265}:bframes=0 a.mov", f"{HELD} out.mp4"], last=2.0),
        "held.avif": Kind(
            [
                "avifenc --timescale 10 --min 0 --max 8 -s 8 --duration 1 a0.png a1.png a2.png a3.png"
                " --duration 20 a4.png out.avif"
            ],
            last=2.0,
            transparent=True,
        ),
        "4-bits.png": Kind(
            [f"{FEW.format('15')} && apngasm out.png q0.png 1 10"], patch=with_bits(4), mean=9, largest=70
        ),
        "2-bits.png": Kind(
            [f"{FEW.format('3')} && apngasm out.png q0.png 1 10"], patch=with_bits(2), mean=60, largest=170
        ),
        "song.mp3": Kind(["ffmpeg -f lavfi -i sine=440:d=0.2 -b:a 32k out.mp3"], says="only sound"),
        "song.wav": Kind(["ffmpeg -f lavfi -i sine=440:d=0.05 out.wav"], says="only sound"),
        "opaque.avif": Kind(["avifenc --fps 10 --min 0 --max 8 -s 8 f0.png f1.png f2.png f3.png f4.png out.avif"]),
    }


KINDS = _kinds()


class Came(NamedTuple):
    """What was read: the frames' times, the last one's own time, and how much they differ from the scene."""

    times: list[float]
    last: float
    plays: int
    transparent: bool
    mean: float
    largest: int
    said: str = ""


def read(name: str, reader: Callable[..., Any] | None = None) -> Came:
    """`reader` may be that of another version, which tells less of a clip; without one, it is the product's."""
    kind, reader = KINDS[name], reader or importlib.import_module("styler.video.reader").ClipReader
    try:
        return _read(reader(FOLDER / name, 10, kind.fps), kind)
    except BadImage as error:
        return Came([], 0, 0, False, 255, 255, str(error))


def _read(clip: Any, kind: Kind) -> Came:
    with clip.reading() as reading:
        frames = [item for item in reading.items if hasattr(item, "picture")]
    times = [round(float(frame.pts * clip.time_base), 3) for frame in frames]
    away = [difference(frame.picture.pixels, frame.picture.alpha, number, kind) for number, frame in enumerate(frames)]
    mean, largest = float(np.mean([each.mean() for each in away])), int(max(each.max() for each in away))
    own = frames[-1].duration * clip.time_base if hasattr(frames[-1], "duration") else 1 / clip.rate
    last = round(float(own), 3)
    return Came(times, last, getattr(clip, "plays", 0), frames[0].picture.alpha is not None, mean, largest)


def difference(pixels: np.ndarray, alpha: np.ndarray | None, number: int, kind: Kind) -> np.ndarray:
    """From the scene, where both are seen; all of 255 where their sizes differ."""
    right = scene.frame(kind.order[number % len(kind.order)])[kind.rows, kind.columns]
    if kind.grey:
        right = np.asarray(Image.fromarray(right).convert("L").convert("RGB"))
    if right.shape != pixels.shape:
        return np.full(1, 255)
    away = np.abs(pixels.astype(int) - right)
    return away if alpha is None else away[alpha >= kind.least_alpha]


def is_right(name: str, came: Came) -> bool:
    kind = KINDS[name]
    if kind.says:
        return kind.says in came.said
    times = len(came.times) == len(kind.times) and np.allclose(came.times, kind.times, atol=0.006)
    told = (came.plays, came.transparent) == (kind.plays, kind.transparent)
    return bool(
        times and told and abs(came.last - kind.last) < 0.02 and came.mean <= kind.mean and came.largest <= kind.largest
    )


def make(name: str) -> bytes:
    kind = KINDS[name]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(scene.FRAMES):
            pixels = scene.frame(number)
            stored = pixels if kind.stored is None else np.ascontiguousarray(kind.stored(pixels))
            Image.fromarray(stored).save(Path(folder, f"f{number}.png"))
            transparent = np.dstack([pixels, scene.alpha()])
            Image.fromarray(transparent).save(Path(folder, f"a{number}.png"))
            Image.fromarray(np.ascontiguousarray(transparent[:, ::-1])).save(Path(folder, f"m{number}.png"))
            Image.fromarray(np.dstack([pixels, scene.half_clear()])).save(Path(folder, f"h{number}.png"))
            Image.fromarray(np.ascontiguousarray(np.rot90(pixels))).save(Path(folder, f"t{number}.png"))
            _save_turned(pixels, Path(folder, f"j{number}.jpg"), (1, 6, 3, 8, 2)[number])
        for command in kind.commands:
            quiet = re.sub("(ffmpeg9?) ", r"\1 -v error -y -nostdin ", command)
            subprocess.run(["bash", "-c", quiet], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        data = Path(folder, f"out{Path(name).suffix}").read_bytes()
    return data if kind.patch is None else kind.patch(data)


def _save_turned(pixels: np.ndarray, path: Path, orientation: int) -> None:
    """A JPEG that comes upright by the orientation in its Exif data."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    turned = {1: pixels, 2: pixels[:, ::-1], 3: pixels[::-1, ::-1], 6: np.rot90(pixels, 1), 8: np.rot90(pixels, -1)}
    Image.fromarray(np.ascontiguousarray(turned[orientation])).save(path, quality=98, subsampling=0, exif=exif)


def main() -> None:
    from styler.argument_parser import ArgumentParser  # which older versions, whose readers `versus` tries, do not have

    parser = ArgumentParser("python -m tests.corpus.clips", description=__doc__)
    parser.add_argument("names", nargs="*", default=list(KINDS))
    parser.add_argument("--make", action="store_true")
    options = parser.parse_args()
    for name in options.names:
        if options.make:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / name).write_bytes(make(name))
        print(row(name, read(name)), flush=True)


def row(name: str, came: Came) -> str:
    """The line of a table: what came, what is right where that is another thing, and whether that is right enough."""
    kind, verdict = KINDS[name], "right" if is_right(name, came) else "WRONG"
    if came.said:
        return f"{name:24}{verdict:7}{came.said}"
    alpha = "transparent" if came.transparent else "opaque"
    return (
        f"{name:24}{verdict:7}mean {came.mean:5.1f}, largest {came.largest:3}, {len(came.times)} frames of"
        f" {len(kind.times)}, the last for {came.last:g} of {kind.last:g} s, plays {came.plays} of {kind.plays}, {alpha}"
    )


if __name__ == "__main__":
    main()
