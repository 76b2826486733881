"""What a BMP's header says, and Pillow leaves aside."""

from __future__ import annotations

import struct

from PIL import Image

from styler.image.color_space import SRGB_PRIMARIES, ColorSpace, Primaries

_HEADER = 14  # bytes before the DIB header
_V4, _V5 = 108, 124  # lengths of DIB headers
_CALIBRATED, _EMBEDDED = b"\0\0\0\0", b"DEBM"  # bV4CSType: LCS_CALIBRATED_RGB, PROFILE_EMBEDDED
_BITFIELDS, _JPEG, _PNG = 3, 4, 5  # biCompression


def bmp_color(data: bytes) -> ColorSpace | bytes | None:
    """The ICC profile in a BMP of version 5, or the primaries and the exponent of one of version 4."""
    length = int.from_bytes(data[_HEADER : _HEADER + 4], "little")
    if length not in (_V4, _V5) or len(data) < _HEADER + length:
        return None
    kind = data[_HEADER + 56 : _HEADER + 60]
    if kind == _EMBEDDED and length == _V5:
        start, size = struct.unpack_from("<II", data, _HEADER + 112)
        return data[_HEADER + start : _HEADER + start + size] or None
    return _calibrated(data) if kind == _CALIBRATED else None


def _calibrated(data: bytes) -> ColorSpace | None:
    xyz = [number / 2**30 for number in struct.unpack_from("<9i", data, _HEADER + 60)]
    gamma = sum(struct.unpack_from("<3I", data, _HEADER + 96)) / 3 / 2**16
    ends = [xyz[at : at + 3] for at in (0, 3, 6)]
    if any(sum(end) <= 0 for end in ends):
        return ColorSpace(power=gamma) if 0.2 < gamma < 5 else None
    red, green, blue = ((end[0] / sum(end), end[1] / sum(end)) for end in ends)
    total = [sum(column) for column in zip(*ends, strict=True)]
    white = (total[0] / sum(total), total[1] / sum(total))
    try:
        primaries = Primaries(red, green, blue, white)
        primaries.to_xyz()
    except ValueError:
        primaries = SRGB_PRIMARIES
    return ColorSpace(primaries, power=gamma if 0.2 < gamma < 5 else None)


def without_empty_alpha(image: Image.Image) -> Image.Image:
    """The picture without its fourth channel where nobody has filled it: it would be fully transparent."""
    empty = image.mode == "RGBA" and image.getchannel("A").getbbox() is None
    return image.convert("RGB") if empty else image


def bmp_kind(data: bytes) -> str:
    """What kind of BMP it is that Pillow cannot read; nothing if the header does not tell."""
    if data[:2] != b"BM" or len(data) < _HEADER + 20:
        return ""
    bits, compression = struct.unpack_from("<HI", data, _HEADER + 14)
    if compression in (_JPEG, _PNG):
        return f"BMP with {'JPEG' if compression == _JPEG else 'PNG'}"
    if compression == _BITFIELDS and len(data) >= _HEADER + 52:
        widths = "-".join(str(mask.bit_count()) for mask in struct.unpack_from("<3I", data, _HEADER + 40))
        return f"BMP with {widths} bits"
    return "" if bits in (1, 4, 8, 16, 24, 32) else f"BMP with {bits} bits"
