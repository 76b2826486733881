"""Files of pictures in every format, and PNG files by hand that no library writes."""

import io
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageCms


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def png(width: int, height: int, bits: int, colour: int, rows: list[bytes], chunks: bytes = b"") -> bytes:
    """A PNG by hand, for what Pillow does not write: 16 bits a channel, and headers that lie."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def swapped_profile() -> bytes:
    """A profile of a screen whose primaries are those of sRGB with red and blue swapped."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    where = {tag: data.index(tag, 128) for tag in (b"rXYZ", b"bXYZ")}
    data[where[b"rXYZ"] : where[b"rXYZ"] + 4], data[where[b"bXYZ"] : where[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


def samples() -> dict[str, bytes]:
    image = Image.effect_noise((40, 30), 60).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    kept = {"exif": exif, "icc_profile": swapped_profile()}
    transparent = image.convert("RGBA")
    transparent.putalpha(Image.linear_gradient("L").resize(image.size))
    return {
        **{format: saved(image, format, **kept) for format in ("JPEG", "WEBP", "HEIF", "AVIF", "PNG", "TIFF")},
        "CMYK": saved(image.convert("CMYK"), "JPEG"),
        "LZW": saved(image, "TIFF", compression="tiff_lzw"),
        "GIF": saved(image.quantize(16), "GIF", transparency=3),
        "palette": saved(image.quantize(16), "PNG", transparency=b"\0\x80"),
        "RGBA": saved(transparent, "PNG"),
        "WebP with alpha": saved(transparent, "WEBP"),
        "BMP": saved(image, "BMP"),
        "16 bits": saved(Image.new("I;16", (32, 32)), "PNG"),
        "moving": saved(image, "WEBP", save_all=True, append_images=[Image.new("RGB", (40, 30))]),
    }
