"""Files of pictures in every format, PNG and TIFF files by hand that no library writes, and what is decoded of them."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms

from styler.events import BadImage
from styler.image.codec import StillImage, decode

RED, GREEN, BLUE, WHITE = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]


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


def corners() -> Image.Image:
    """48x32: red and green above, blue and white below, so that every turn and swap shows."""
    image = Image.new("RGB", (48, 32), (255, 255, 255))
    for colour, place in (((255, 0, 0), (0, 0)), ((0, 255, 0), (24, 0)), ((0, 0, 255), (0, 16))):
        image.paste(colour, (*place, place[0] + 24, place[1] + 16))
    return image


def tiff(width: int, height: int, bits: int, data: bytes, order: str = "<", **tags: int) -> bytes:
    """A TIFF by hand, uncompressed; `order` is that of its bytes, as `struct` calls it."""
    known = {"ImageWidth": width, "ImageLength": height, "BitsPerSample": bits, "PhotometricInterpretation": 1}
    ours = {ExifTags.Base[name].value: value for name, value in (known | {"StripOffsets": 8} | tags).items()}
    entries = [struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0) for tag, value in sorted(ours.items())]
    directory = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)
    name = {"<": b"II", ">": b"MM"}[order]
    return struct.pack(f"{order}2sHI", name, 42, 8 + len(data)) + data + directory


def colours_at_corners(picture: StillImage) -> list[list[int]]:
    return [picture.pixels[y, x].tolist() for y, x in ((4, 4), (4, -4), (-4, 4), (-4, -4))]


def refused(data: bytes, **options: Any) -> BadImage:
    with pytest.raises(BadImage) as caught:
        decode(data, **options)
    assert "\n" not in str(caught.value)
    return caught.value
