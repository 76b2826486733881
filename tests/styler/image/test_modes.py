"""Every mode of pixels gives its colours, and transparent places something to paint."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from styler.image.codec import decode, encode
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    chunk,
    colours_at_corners,
    corners,
    png,
    refused,
    saved,
    tiff,
)


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


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_a_tiff_whose_palette_has_8_bits_is_not_black(compression: str) -> None:
    """As old programs wrote it, and libtiff understands it; by the standard it has 16."""
    data = saved(corners().quantize(8), "TIFF", compression=compression)
    with Image.open(io.BytesIO(data)) as image:
        colours = image.tag_v2[ExifTags.Base.ColorMap]  # type: ignore[attr-defined]
    stored, of_8_bits = (struct.pack("<768H", *(colour // by for colour in colours)) for by in (1, 256))
    assert data.count(stored) == 1
    assert np.array_equal(decode(data.replace(stored, of_8_bits)).pixels, decode(data).pixels)
    assert np.array_equal(decode(data).pixels, np.asarray(corners()))


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


def of_samples(values: np.ndarray, order: str, compressed: bool, **tags: int) -> bytes:
    """A TIFF of (H, W, samples) uint8 or uint16."""
    height, width, samples = values.shape
    data = values.astype(values.dtype.newbyteorder(order)).tobytes()
    if compressed:
        data = zlib.compress(data)
        tags |= {"Compression": 8, "StripByteCounts": len(data)}
    return tiff(width, height, 8 * values.itemsize, data, order, SamplesPerPixel=samples, **tags)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_grey_with_alpha_of_16_bits_in_a_tiff(order: str, compressed: bool) -> None:
    grey = np.tile(np.linspace(0, 65535, 32).round().astype(np.uint16), (16, 1))
    alpha = np.full_like(grey, 65535)
    alpha[:8] = 0x8080
    plain = np.dstack([grey, alpha])
    multiplied = np.dstack([(grey.astype(float) * alpha / 65535).round().astype(np.uint16), alpha])
    for extra, values, white_is_zero in ((2, plain, False), (2, plain, True), (1, multiplied, False)):
        kind = {"PhotometricInterpretation": 0 if white_is_zero else 1, "ExtraSamples": extra}
        picture = decode(of_samples(values, order, compressed, **kind))
        shown = 255 - picture.pixels if white_is_zero else picture.pixels
        assert picture.alpha is not None
        assert set(picture.alpha[:8].flat) == {128}
        assert set(picture.alpha[8:].flat) == {255}
        assert np.abs(shown[..., 1] - grey / 257).max() <= 0.51
    picture = decode(of_samples(plain, order, compressed, ExtraSamples=0))
    assert picture.alpha is None, "what it is, nobody says"
    assert np.abs(picture.pixels[..., 1] - grey / 257).max() <= 0.5


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_lab_of_16_bits_or_as_in_icc_profiles_is_that_of_8_in_a_tiff(order: str, compressed: bool) -> None:
    lightness = np.tile(np.linspace(0, 255, 32).round().astype(np.uint8), (16, 1))
    eight = np.dstack([lightness, np.full_like(lightness, 20), np.full_like(lightness, 256 - 30)])  # a* 20, b* -30
    right = decode(of_samples(eight, order, compressed, PhotometricInterpretation=8)).pixels
    assert len(np.unique(right[..., 2])) > 20
    icc = eight ^ np.array([0, 128, 128], np.uint8)
    for values, kind in ((eight * np.uint16(256), 8), (icc, 9), (icc * np.uint16(256) + np.uint16(99), 9)):
        found = decode(of_samples(values, order, compressed, PhotometricInterpretation=kind)).pixels
        assert np.array_equal(found, right), (values.dtype, kind)


def test_pillow_refuses_as_ever_what_it_reads_for_us_alone() -> None:
    data = of_samples(np.full((32, 32, 2), 4096, np.uint16), "<", False, ExtraSamples=2)
    assert decode(data).alpha is not None
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("samples", "tags"), [(2, {"ExtraSamples": 2}), (3, {"PhotometricInterpretation": 9})])
def test_of_a_tiff_in_planes_that_nobody_puts_together_it_is_said(samples: int, tags: dict[str, int]) -> None:
    error = refused(of_samples(np.zeros((32, 32, samples), np.uint8), "<", False, PlanarConfiguration=2, **tags))
    assert error.reason == "unsupported"
    assert "BitsPerSample 8 in planes; save it as JPEG or PNG" in str(error)


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
