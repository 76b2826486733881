"""Pictures of every kind in, pixels out; and bytes that are no picture, of which each gets its sentence."""

from __future__ import annotations

import io
import random
import re
import struct
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from styler.events import BadImage, OutOfMemory
from styler.image.codec import StillImage, decode, encode, resize
from tests.support.pictures import chunk, png, samples, saved, swapped_profile
from tests.support.project import PHOTOS


def corners() -> Image.Image:
    """48x32: red and green above, blue and white below, so that every turn and swap shows."""
    image = Image.new("RGB", (48, 32), (255, 255, 255))
    for colour, place in (((255, 0, 0), (0, 0)), ((0, 255, 0), (24, 0)), ((0, 0, 255), (0, 16))):
        image.paste(colour, (*place, place[0] + 24, place[1] + 16))
    return image


def tiff(width: int, height: int, bits: int, data: bytes, **tags: int) -> bytes:
    """A TIFF by hand, uncompressed."""
    known = {"ImageWidth": width, "ImageLength": height, "BitsPerSample": bits, "PhotometricInterpretation": 1}
    ours = {ExifTags.Base[name].value: value for name, value in (known | {"StripOffsets": 8} | tags).items()}
    entries = [struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in sorted(ours.items())]
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + directory


def colours_at_corners(picture: StillImage) -> list[list[int]]:
    return [picture.pixels[y, x].tolist() for y, x in ((4, 4), (4, -4), (-4, 4), (-4, -4))]


def refused(data: bytes, **options: Any) -> BadImage:
    with pytest.raises(BadImage) as caught:
        decode(data, **options)
    assert "\n" not in str(caught.value)
    return caught.value


RED, GREEN, BLUE, WHITE = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {}),
        ("TIFF", {}),
        ("BMP", {}),
        ("WEBP", {"lossless": True}),
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("HEIF", {"quality": -1}),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
        ("GIF", {}),
    ],
)
def test_every_format_gives_its_pixels(format: str, options: dict[str, Any]) -> None:
    picture = decode(saved(corners(), format, **options))
    assert (picture.width, picture.height) == (48, 32)
    assert picture.pixels.shape == (32, 48, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.alpha is None
    assert np.abs(np.array(colours_at_corners(picture)) - [RED, GREEN, BLUE, WHITE]).max() <= 4


@pytest.mark.parametrize("photo", sorted(PHOTOS.glob("*.jpg")), ids=lambda p: p.stem)
def test_photos_are_what_pillow_reads(photo: Path) -> None:
    with Image.open(photo) as expected:
        assert np.array_equal(decode(photo.read_bytes()).pixels, np.asarray(expected))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int, format: str) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that turns the upright picture into the stored
    stored = corners().transpose(undo[orientation]) if orientation > 1 else corners()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = decode(saved(stored, format, exif=exif.tobytes(), quality=95))
    assert (picture.width, picture.height) == (48, 32)
    assert np.abs(np.array(colours_at_corners(picture)) - [RED, GREEN, BLUE, WHITE]).max() <= 12


def test_damaged_exif_takes_nothing_from_the_picture() -> None:
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(64)):
        assert decode(saved(corners(), "JPEG", exif=exif)).pixels.shape == (32, 48, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "RGB", "CMYK", "YCbCr", "LAB"])
def test_every_mode_gives_its_colours(mode: str) -> None:
    grey = Image.linear_gradient("L").resize((48, 32))
    lab = ImageCms.createProfile("LAB")
    image = (
        ImageCms.profileToProfile(grey.convert("RGB"), ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
        if mode == "LAB"
        else grey.convert(mode, dither=Image.Dither.NONE)
    )
    expected = np.asarray(grey, dtype=int) if mode != "1" else np.where(np.asarray(grey) > 127, 255, 0)
    pixels = decode(saved(image, "TIFF" if mode in ("CMYK", "YCbCr", "LAB") else "PNG")).pixels.astype(int)
    # A palette made by Pillow has the web's 216 colours, in steps of 51; a Lab picture has 100 levels of lightness.
    assert np.abs(pixels - expected[..., None]).max() <= {"P": 26, "LAB": 4, "YCbCr": 2}.get(mode, 0)


def test_colours_of_a_cmyk_jpeg_are_not_inverted() -> None:
    """Pillow writes them inverted and with Adobe's marker, as Adobe's programs do."""
    data = saved(corners().convert("CMYK"), "JPEG", quality=100, subsampling=0)
    assert b"Adobe" in data
    assert np.abs(np.array(colours_at_corners(decode(data))) - [RED, GREEN, BLUE, WHITE]).max() <= 4


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bits_are_scaled_and_not_clipped(colour: int, channels: int) -> None:
    values = np.linspace(0, 65535, 32).round().astype(">u2")
    row = np.repeat(values, channels).reshape(32, channels)
    if channels in (2, 4):
        row[:, -1] = 65535
    pixels = decode(png(32, 16, 16, colour, [row.tobytes()] * 16)).pixels
    assert np.abs(pixels[5, :, 0] - values / 257).max() < 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bits_in_a_tiff(order: str) -> None:
    values = np.tile(np.linspace(0, 65535, 32).round().astype(f"{order}u2"), (16, 1))
    image = (
        Image.fromarray(values.astype("<u2")) if order == "<" else Image.frombytes("I;16B", (32, 16), values.tobytes())
    )
    assert np.abs(decode(saved(image, "TIFF")).pixels[5, :, 1] - values[5] / 257).max() <= 0.5


def test_12_bits_in_a_tiff() -> None:
    values = np.tile(np.linspace(0, 4095, 32).round().astype(int), (16, 1))
    first, second = values[:, ::2], values[:, 1::2]
    packed = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], -1).astype(np.uint8)
    pixels = decode(tiff(32, 16, 12, packed.tobytes())).pixels
    assert np.abs(pixels[5, :, 1] - values[5] / 4095 * 255).max() <= 0.5


def test_a_tiff_whose_zero_is_white_is_no_negative() -> None:
    values = np.tile(np.linspace(0, 65535, 32).round().astype("<u2"), (16, 1))
    pixels = decode(tiff(32, 16, 16, values.tobytes(), PhotometricInterpretation=0)).pixels
    assert np.abs(pixels[5, :, 1] - (255 - values[5] / 257)).max() <= 0.5


def test_a_tiff_that_pillow_reads_wrongly_is_refused() -> None:
    """The thumbnail of a raw photo instead of the photo; planes of 16 bits as stripes; numbers below 0 as white."""
    assert decode(tiff(32, 32, 8, bytes(32 * 32), NewSubfileType=1)).width == 32
    assert decode(tiff(32, 32, 8, bytes(32 * 32), SubIFDs=8)).width == 32
    raw = refused(tiff(32, 32, 8, bytes(32 * 32), NewSubfileType=1, SubIFDs=8))
    assert str(raw) == "it is of a kind that cannot be read: camera raw (DNG, NEF, ARW); save it as JPEG or PNG"
    planes = {"PhotometricInterpretation": 2, "SamplesPerPixel": 3, "PlanarConfiguration": 2}
    stripes = refused(tiff(32, 32, 16, bytes(32 * 32 * 6), **planes))
    assert str(stripes) == "it is of a kind that cannot be read: TIFF with 16-bit planes; save it as JPEG or PNG"
    signed = [refused(tiff(32, 32, bits, bytes(32 * bits * 4), SampleFormat=2)) for bits in (8, 16)]
    assert {str(each) for each in signed} == {
        "it is of a kind that cannot be read: TIFF with signed numbers; save it as JPEG or PNG"
    }
    assert raw.reason == stripes.reason == signed[0].reason == "unsupported"
    assert decode(tiff(32, 32, 16, bytes(32 * 32 * 6), **planes | {"PlanarConfiguration": 1})).width == 32


def test_of_a_tiff_of_a_rare_kind_it_is_said_what_it_is() -> None:
    data = tiff(32, 32, 32, bytes(32 * 32 * 12), PhotometricInterpretation=2, SamplesPerPixel=3, SampleFormat=3)
    error = refused(data, which="style")
    assert (error.reason, error.which) == ("unsupported", "style")
    kind = "PhotometricInterpretation 2, SamplesPerPixel 3, BitsPerSample 32, SampleFormat 3"
    assert str(error) == f"it is of a kind that cannot be read: TIFF with {kind}; save it as JPEG or PNG"


def test_of_a_tiff_whose_compression_libtiff_does_not_have_it_is_said() -> None:
    colours = {"PhotometricInterpretation": 2, "SamplesPerPixel": 3}
    error = refused(tiff(48, 32, 8, saved(corners(), "WEBP"), Compression=50001, **colours))
    assert error.reason == "unsupported"
    assert str(error) == "it is of a kind that cannot be read: TIFF with webp compression; save it as JPEG or PNG"


def test_a_palette_with_a_transparent_colour_is_transparent_there() -> None:
    image = corners().quantize(8)
    picture = decode(saved(image, "PNG", transparency=image.getpixel((4, 4))))
    assert picture.alpha is not None
    assert picture.alpha[4, 4] == 0
    assert picture.alpha[4, -4] == 255
    assert (picture.alpha == 0).mean() == 0.25


def test_a_single_gif_frame_with_transparency_is_fine() -> None:
    image = corners().quantize(8)
    picture = decode(saved(image, "GIF", transparency=image.getpixel((4, 4))))
    assert picture.alpha is not None
    assert picture.alpha[4, 4] == 0


@pytest.mark.parametrize(("bits", "colour"), [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2)])
def test_the_transparent_colour_of_a_png_is_transparent(bits: int, colour: int) -> None:
    """Grey and in colours: the right half is white."""
    white, depth = 2**bits - 1, bits * (1, 0, 3)[colour]
    row = ((1 << 16 * depth) - 1).to_bytes(4 * depth, "big")
    named = struct.pack(">H", white) * (depth // bits)
    picture = decode(png(32, 16, bits, colour, [row] * 16, chunk(b"tRNS", named)))
    assert picture.alpha is not None
    assert (picture.alpha == [255] * 16 + [0] * 16).all()
    assert (picture.pixels == 0).all()


def test_an_opaque_alpha_is_no_alpha() -> None:
    picture = decode(saved(corners().convert("RGBA"), "PNG"))
    assert picture.alpha is None
    assert colours_at_corners(picture) == [RED, GREEN, BLUE, WHITE]


def test_garbage_under_transparent_pixels_is_never_seen() -> None:
    """An orange disc; what lies around it is magenta, and invisible."""
    disc = Image.new("L", (96, 64), 0)
    disc.paste(255, (30, 14, 66, 50))
    image = Image.new("RGB", (96, 64), (255, 0, 255))
    image.paste((240, 120, 10), (30, 14, 66, 50))
    image.putalpha(disc)
    picture = decode(saved(image, "PNG"))
    assert np.array_equal(picture.alpha, np.asarray(disc))
    assert np.abs(picture.pixels.astype(int) - [240, 120, 10]).max() <= 2


def test_transparent_places_take_the_colours_nearby_without_an_edge() -> None:
    alpha = np.full((64, 96), 255, np.uint8)
    alpha[:, 32:64] = 0
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[:, :32], pixels[:, 64:] = (200, 30, 30), (30, 30, 200)
    filled = decode(encode(pixels, "png", alpha)).pixels.astype(int)
    assert np.array_equal(filled[:, :32], pixels[:, :32])
    assert np.array_equal(filled[:, 64:], pixels[:, 64:])
    assert filled[32, 34, 0] > 150 > filled[32, 61, 0]
    assert np.abs(np.diff(filled[32, :, 0])).max() < 60, "no hard edge runs through the filled place"


def test_what_shows_weakly_keeps_its_details() -> None:
    """Half-transparent throughout, as a shadow or a glass is: its texture is what there is to paint."""
    image = Image.effect_noise((64, 64), 100).convert("RGB")
    transparent = image.copy()
    transparent.putalpha(128)
    picture = decode(saved(transparent, "PNG"))
    assert np.array_equal(picture.pixels, np.asarray(image))
    assert picture.alpha is not None
    assert set(picture.alpha.flat) == {128}


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_a_profile_is_converted_to_srgb(format: str) -> None:
    picture = decode(saved(corners(), format, icc_profile=swapped_profile(), quality=95))
    assert np.abs(np.array(colours_at_corners(picture)) - [BLUE, GREEN, RED, WHITE]).max() <= 15


def test_a_profile_applies_below_transparency_and_to_a_palette() -> None:
    image = corners().convert("RGBA")
    image.putalpha(200)
    assert colours_at_corners(decode(saved(image, "PNG", icc_profile=swapped_profile())))[0] == BLUE
    palette = saved(corners().quantize(8), "PNG", icc_profile=swapped_profile())
    assert colours_at_corners(decode(palette))[0] == BLUE


def grey_profile() -> bytes:
    """sRGB's for pictures of one channel, with an exponent of 1.2 instead of 2.4."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"RGB ", b"GRAY"), (b"rTRC", b"kTRC"), (b"\0\2\x66\x66", b"\0\1\x33\x33")):
        data = data.replace(old, new, 1)
    return data


@pytest.mark.parametrize(("mode", "options"), [("L", {}), ("L", {"transparency": 9}), ("LA", {})])
def test_a_profile_of_grey_applies_with_and_without_transparency(mode: str, options: dict[str, Any]) -> None:
    grey = decode(
        saved(Image.new("L", (32, 32), 64).convert(mode), "PNG", icc_profile=grey_profile(), **options)
    ).pixels
    assert grey.min() > 100


@pytest.mark.parametrize("profile", [b"broken", b"\0" * 200, swapped_profile()[:300]])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    assert colours_at_corners(decode(saved(corners(), "PNG", icc_profile=profile))) == [RED, GREEN, BLUE, WHITE]


def test_a_profile_larger_than_a_megabyte_applies() -> None:
    data = saved(corners(), "PNG", icc_profile=swapped_profile() + bytes(2_000_000))
    assert colours_at_corners(decode(data)) == [BLUE, GREEN, RED, WHITE]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_for_other_channels_is_ignored(mode: str) -> None:
    data = saved(corners().convert(mode), "TIFF", icc_profile=swapped_profile())
    assert np.array_equal(decode(data).pixels, np.asarray(corners().convert(mode).convert("RGB")))


def test_only_the_first_picture_of_a_phones_jpeg_and_of_a_tiff_is_read() -> None:
    for format in ("MPO", "TIFF"):
        data = saved(corners(), format, save_all=True, append_images=[Image.new("RGB", (48, 32))], quality=95)
        assert np.abs(np.array(colours_at_corners(decode(data))) - [RED, GREEN, BLUE, WHITE]).max() <= 12


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_moving_pictures_are_refused(format: str) -> None:
    data = saved(corners(), format, save_all=True, append_images=[Image.new("RGB", (48, 32))])
    error = refused(data, which="style")
    assert (error.reason, error.which) == ("moving", "style")
    assert str(error) == f"it moves ({format}); a still picture is needed"


def test_32_bit_numbers_are_refused() -> None:
    for mode in ("I", "F"):
        assert refused(saved(Image.new(mode, (20, 20)), "TIFF")).reason == "too_deep"


@pytest.mark.parametrize(
    ("width", "height", "reason", "said"),
    [
        (25000, 25000, "too_many_pixels", "it has 625 megapixels; at most 250 are allowed"),
        (16000, 15626, "too_many_pixels", "it is 16000x15626, 250.02 megapixels; at most 250 are allowed"),
        (60000, 60000, "too_many_pixels", "it has 3600 megapixels; at most 250 are allowed"),
        (100000, 100000, "too_many_pixels", "it has 10000 megapixels; at most 250 are allowed"),
        (20000, 12501, "too_many_pixels", "it is 20000x12501, 250.02 megapixels; at most 250 are allowed"),
        (1, 1, "too_small", "it is 1x1; at least 16 pixels an edge are needed"),
        (400, 15, "too_small", "it is 400x15; at least 16 pixels an edge are needed"),
        (15, 400, "too_small", "it is 15x400; at least 16 pixels an edge are needed"),
        (10000, 10, "too_small", "it is 10000x10; at least 16 pixels an edge are needed"),
        (20, 201, "too_narrow", "it is 20x201; the long edge may be at most 10 times the short one"),
    ],
)
def test_sizes_are_checked_by_the_header_alone(width: int, height: int, reason: str, said: str) -> None:
    error = refused(png(width, height, 8, 2, []))  # there is no pixel behind the header
    assert (error.reason, str(error)) == (reason, said)


def enlarged(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header says another size."""
    place = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data) + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def test_what_takes_too_much_memory_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """libjpeg holds the coefficients of a whole progressive JPEG, at any scale; of others only what is needed."""

    def never(self: Image.Image) -> None:
        raise MemoryError

    phone = {"width": 16320, "height": 12240}
    progressive = saved(corners(), "JPEG", progressive=True, subsampling=0)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    error = refused(enlarged(progressive, **phone), size=512)
    assert str(error) == "it is 16320x12240, 199.76 megapixels; at most 164 are allowed"
    assert error.facts == {"megapixels": pytest.approx(199.76, abs=0.01), "limit": 164}
    with pytest.raises(OutOfMemory):  # here decoding would begin
        decode(enlarged(saved(corners(), "JPEG"), **phone), size=512)
    assert refused(png(15000, 15000, 8, 3, [], chunk(b"PLTE", bytes(768)))).reason == "too_many_pixels"


def test_the_largest_and_the_smallest_pictures_are_decoded() -> None:
    assert decode(saved(Image.new("1", (8000, 5000)), "PNG")).pixels.shape == (5000, 8000, 3)
    assert decode(saved(Image.new("L", (16, 160)), "PNG")).pixels.shape == (160, 16, 3)


def test_a_large_jpeg_is_decoded_small_when_little_is_needed() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    picture = decode(saved(corners().resize((4800, 3200)), "JPEG", exif=exif), size=256)
    assert (picture.width, picture.height) == (3200, 4800)
    assert picture.pixels.shape == (1200, 800, 3)  # a quarter: at least 256 remain, and twice that for the filter
    assert decode(saved(Image.new("L", (1600, 2400)), "JPEG"), size=256).pixels.shape == (1200, 800, 3)
    assert np.abs(np.array(colours_at_corners(picture)) - [BLUE, RED, WHITE, GREEN]).max() <= 4


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"", "empty", "it is empty: 0 bytes"),
        (b"Dear friend, ...", "unreadable", "it is not a picture that can be read; JPEG, PNG, "),
        (b"%PDF-1.7\n%\xe2\xe3", "unsupported", "it is of a kind that cannot be read: PDF; save it"),
        (b"\0" * 1000, "unreadable", "it is not a picture"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "unsupported",
            "it is of a kind that cannot be read: PostScript",
        ),
        (saved(Image.new("RGB", (32, 32)), "PPM"), "unsupported", "it is of a kind that cannot be read: PPM"),
    ],
)
def test_other_bytes_get_their_sentence(data: bytes, reason: str, said: str) -> None:
    error = refused(data)
    assert error.reason == reason
    assert str(error).startswith(said)


def test_a_fully_transparent_picture_has_nothing_to_paint() -> None:
    assert refused(saved(Image.new("RGBA", (20, 20)), "PNG")).reason == "transparent"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP"])
def test_half_a_file_is_cut_short(format: str) -> None:
    data = saved(Image.effect_noise((96, 64), 80).convert("RGB"), format)
    error = refused(data[: len(data) * 2 // 3])
    assert error.reason == "truncated"
    share = r"\d\d % of the picture is missing"
    says = {"JPEG": share, "TIFF": share}.get(format, "a part of its file is missing or damaged")
    assert re.fullmatch(f"it is incomplete: {says}", str(error))


def test_damage_inside_a_file_is_said() -> None:
    data = bytearray(saved(Image.effect_noise((96, 64), 80).convert("RGB"), "WEBP"))
    data[25:] = bytes(len(data) - 25)
    assert str(refused(bytes(data))) == "it is damaged: it cannot be decoded"


SAMPLES = samples()


def decoded(data: bytes) -> StillImage | BadImage:
    try:
        return decode(data)
    except BadImage as error:
        return error


def picture_or_sentence(data: bytes) -> None:
    """The whole contract of `decode` for any bytes: a sound picture, or `BadImage` with one line; never a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        picture = decoded(data)
    assert not caught
    if isinstance(picture, BadImage):
        assert re.fullmatch("it .+", str(picture))
        return
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.shape == (picture.height, picture.width, 3)
    assert picture.alpha is None or picture.alpha.shape == picture.pixels.shape[:2]


@pytest.mark.parametrize("name", SAMPLES)
def test_any_damage_gives_a_picture_or_a_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(name)
    for _ in range(150):
        data = bytearray(SAMPLES[name])
        for _ in range(chance.choice((1, 1, 3, 20))):
            # Headers lie at the beginning, so that is where damage does the most.
            where = chance.randrange(chance.choice((64, len(data))))
            data[min(where, len(data) - 1)] = chance.choice((0, 255, 128, chance.randrange(256)))
        picture_or_sentence(bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))
    assert capfd.readouterr() == ("", ""), "no library writes to the terminal"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF", b"II*\0", b"\x89PNG\r\n\x1a\n"]), st.binary())
def test_any_bytes_give_a_picture_or_a_sentence(magic: bytes, data: bytes) -> None:
    picture_or_sentence(magic + data)


def test_a_picture_for_which_memory_is_short_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Image.Image) -> None:
        raise MemoryError

    data = saved(corners(), "PNG")
    monkeypatch.setattr(Image.Image, "load", full)
    with pytest.raises(OutOfMemory, match="not enough memory to read the picture"):
        decode(data)


def test_encode_and_decode_agree() -> None:
    pixels = np.asarray(corners())
    alpha = np.tile(np.linspace(10, 255, 48).astype(np.uint8), (32, 1))
    assert np.array_equal(decode(encode(pixels, "png")).pixels, pixels)
    for format, error in (("jpeg", 6), ("webp", 30)):
        assert np.abs(decode(encode(pixels, format)).pixels.astype(int)[::8] - pixels[::8]).mean() < error
    for format in ("png", "webp"):
        assert np.array_equal(decode(encode(pixels, format, alpha)).alpha, alpha)


def test_jpegs_keep_colours_at_full_resolution() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = (255, 0, 0)
    stripes[:, 1::2] = (0, 0, 255)
    assert np.abs(decode(encode(stripes, "jpeg")).pixels.astype(int) - stripes).mean() < 6


def test_outputs_carry_no_metadata() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRETPHONE"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "SECRETPLACE"
    data = saved(corners(), "JPEG", exif=exif, xmp=b"<x>SECRETNAME</x>", comment=b"SECRETWORD", dpi=(71, 71))
    assert data.count(b"SECRET") == 4
    for format in ("jpeg", "png", "webp"):
        again = encode(decode(data).pixels, format)
        assert b"SECRET" not in again
        with Image.open(io.BytesIO(again)) as image:
            assert not image.getexif()
            assert not {"icc_profile", "xmp", "comment", "dpi"} & image.info.keys()


def test_resize_filters_what_it_shrinks() -> None:
    board = np.indices((128, 128)).sum(0).astype(np.uint8) % 2 * 255
    small = resize(np.stack([board] * 3, -1), 32, 16)
    assert small.shape == (16, 32, 3)
    assert np.abs(small.astype(int) - 127).max() <= 8, "a fine pattern becomes grey, and no coarse one"
    assert resize(board, 200, 100).shape == (100, 200)
    assert resize(board, 128, 128) is board


def test_images_stays_free_of_torch() -> None:
    code = "import sys, styler.image.codec; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
