"""The corpus of still pictures, file by file: what is right, and a table of what a reader makes of it.

    python -m tests.styler.image.corpus [MODULE:FUNCTION]

The function gets a file's bytes and returns a picture with `pixels` and `alpha`, or raises; without one, it is the
product's. Differences are of 255. The files are made by `make_corpus.py`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CORPUS = Path(__file__).parent / "corpus"
_RIGHT_FILES = {"whole": "whole.jpg", "ultra": "ultra-right.png"}

Reader = Callable[[bytes], Any]


@dataclass(frozen=True)
class Case:
    """A file; which picture is right; and how far from it a reader may be, in the mean and at most (of 255).

    A file that cannot be read has instead what its sentence must say.
    """

    file: str
    right: str = "picture"
    mean: float = 1.0
    largest: int = 6
    says: str = ""

    @property
    def data(self) -> bytes:
        return (CORPUS / self.file).read_bytes()


@dataclass(frozen=True)
class Outcome:
    """What came: differences from what is right, or a sentence."""

    mean: float = 255.0
    largest: int = 255
    said: str = ""


def _cases(right: str, files: str, mean: float = 1.0, largest: int = 6) -> list[Case]:
    return [Case(file, right, mean, largest) for file in files.split()]


CASES = [
    # Colours by codes: HEIC and AVIF by their boxes or their stream, PNG by cICP. In 8 bits, HDR has coarse steps.
    *_cases("picture", "p3.heic bt2020-sdr.heic gamma22.heic p3.avif gamma28.avif linear.avif", 1.5, 5),
    *_cases("picture", "bt2020-sdr.avif", 2.5, 9),
    *_cases("picture", "hlg.heic p3-hlg.heic hlg.avif", 1.0, 4),
    *_cases("picture", "pq.heic limited-pq.heic grid-pq.heic vui-pq.heic pq.avif p3-pq.avif header-pq.avif", 1.5, 6),
    *_cases("picture", "icc-cicp.png icc-cicp.jpg cicp-hlg.png", 2.0, 6),
    *_cases("picture", "pq-12.avif cicp-pq.png", 0.1, 1),
    *_cases("picture", "cicp-limited.png", 5.5, 20),
    *_cases("picture", "cicp-p3.png"),
    # Colours by curves and primaries: PNG, TIFF, BMP; by profiles; by Exif.
    *_cases("picture", "gama-linear.png transfer-linear.tif", 1.5, 13),
    *_cases("picture", "gama-linear-16.png chrm-gama-p3.png", 0.1, 1),
    *_cases("picture", "gama-1.8.png chrm-p3.png srgb-wins.png primaries-p3.tif transfer-1.8.tif"),
    *_cases("picture", "dcf-adobe.jpg exif-adobe.jpg dcf-srgb.jpg"),
    *_cases("picture", "icc-p3.jpg icc-p3.tif icc-p3.webp icc-p3.avif", 1.5),
    *_cases("cut", "icc-p3.bmp calibrated-p3.bmp calibrated-v4.bmp"),
    *_cases("cut", "calibrated-linear.bmp", 1.0, 13),
    # Grey: limited range, profiles, linear, with alpha.
    *_cases("grey", "grey-limited.heic grey-limited-10.heic grey-alpha-limited.heic grey-limited.avif"),
    *_cases("grey", "grey-icc.heic grey-alpha-icc.heic grey-alpha-icc.avif grey-linear-icc.png", 1.0, 13),
    *_cases("grey", "grey-linear-gama-16.png", 0.1, 1),
    *_cases("grey", "grey-1.8-icc.jpg la16-grey-icc.png la8-grey-icc.png", 1.0, 7),
    # Geometry: clean apertures, brands, pages, orientations.
    *_cases("cut", "crop.avif"),
    *_cases("turned cut", "crop-turned.avif"),
    *_cases("mirrored cut", "crop-mirrored.avif"),
    *_cases("turned", "turned.avif mif1.avif"),
    *_cases("odd", "odd.heic"),
    *_cases("picture", "mif1.heic mif2.heic", 1.5),
    *_cases("picture", "thumbnail-first.tif old-thumbnail-first.tif two-thumbnails-first.tif"),
    *_cases("picture", "bigtiff-thumbnail-first.tif"),
    *_cases("picture", "xmp-orientation.png xmp-orientation.jpg one-frame.webp"),
    # Transparency.
    *_cases("alpha", "alpha.avif alpha.webp associated-alpha.tif", 1.0, 5),
    *_cases("alpha", "premultiplied.avif premultiplied.heic", 1.5, 12),
    *_cases("grey alpha", "grey-associated-alpha.tif grey-alpha.tif", 1.0, 5),
    *_cases("cut", "empty-alpha.bmp"),
    # JPEGs of rare kinds, and without their end; YCbCr in TIFF.
    *_cases("picture", "lossless.jpg restart-without-2-bytes.jpg bigtiff-little.tif"),
    *_cases("whole", "whole.jpg arithmetic.jpg without-2-bytes.jpg", 0.1, 3),
    *_cases("whole", "without-12-bytes.jpg", 1.0, 190),
    *_cases("picture", "progressive-without-40-bytes.jpg", 1.0, 60),
    *_cases("picture", "cmyk-without-2-bytes.jpg", 1.0, 9),
    *_cases("cut", "ycbcr-2x2.tif ycbcr-2x1.tif ycbcr-4x1.tif ycbcr-limited.tif", 1.5, 90),
    # More of each of these kinds, and what other programs make.
    *_cases("alpha", "mif1-alpha.avif", 1.0, 5),
    *_cases("cut", "mif1-crop.avif crop-pq.avif", 1.5),
    *_cases("picture", "mif1-hlg.avif gbr.avif ycgco.avif", 1.0, 4),
    *_cases("grey alpha", "grey-associated-tiles.tif grey-associated-big.tif grey-associated-16.tif", 1.0, 5),
    *_cases("grey", "lossless-grey.jpg grey-linear-icc.tif", 1.0, 13),
    *_cases("grey", "grey-linear-icc.jpg", 1.5, 35),
    *_cases("picture", "lossless-predictor-4.jpg lossless-predictor-7.jpg", 0.1, 1),
    *_cases("picture", "dcf-adobe-progressive.jpg dcf-adobe-turned.jpg dcf-adobe-cut-off.jpg"),
    *_cases(
        "picture", "xmp-orientation.webp xmp-orientation.tif cmyk.jpg planes.tif 16-bits-big-endian.tif jpeg-in.tif"
    ),
    *_cases("picture", "palette.bmp rgb.jpg pyramid.tif"),
    # With more in the file than the picture: gain maps, second eyes, depth, videos; pages.
    *_cases("picture", "gain-map.jpg gain-map-turned.jpg gain-map-cut-off.jpg stereo.mpo panorama.jpg"),
    *_cases("picture", "motion-google.jpg motion-samsung.jpg motion.heic pages.tif"),
    *_cases("picture", "gain-map.heic depth.heic matte.heic", 1.5, 5),
    *_cases("cut", "crop.heic", 1.5),
    *_cases("picture", "mini.heic mini-pq.heic", 1.5),
    *_cases("picture", "mask-behind.tif strange-page-behind.tif strange-thumbnail-first.tif"),
    *_cases("ultra", "ultra.jpg", 0.1, 3),
    # What cannot be read: the sentence names why.
    Case("without-a-third.jpg", says="incomplete: "),
    Case("progressive-without-half.jpg", says="incomplete: "),
    Case("12-bit.jpg", says="12-bit JPEG"),
    Case("lossless-16.jpg", says="16-bit JPEG"),
    Case("bigtiff-big.tif", says="big-endian BigTIFF"),
    Case("jxl.tif", says="TIFF with Compression 50002"),
    Case("float.tif", says="SampleFormat 3"),
    Case("sequence.heif", says="it moves (HEIF)"),
    Case("avc.heif", says="HEIF with AVC"),
    Case("jpeg.heif", says="HEIF with JPEG"),
    Case("4-4-4.bmp", says="BMP with 4-4-4 bits"),
    Case("10-10-10.bmp", says="BMP with 10-10-10 bits"),
    Case("64-bit.bmp", says="BMP with 64 bits"),
    Case("picture.jxl", says="JPEG XL"),
    Case("picture.jp2", says="JPEG 2000"),
    Case("picture.jls", says="JPEG-LS"),
    Case("picture.ppm", says="PPM"),
    Case("picture.ico", says="icon (ICO)"),
    Case("picture.psd", says="Photoshop (PSD)"),
    Case("picture.qoi", says="QOI"),
    Case("picture.tga", says="TGA"),
    Case("picture.pcx", says="PCX"),
    Case("picture.miff", says="MIFF"),
    Case("picture.svg", says="SVG"),
    Case("page.html", says="web page (HTML)"),
    Case("strange-behind-thumbnail.tif", says="SampleFormat 3"),
    Case("without-two-tiles.heic", says="incomplete: 33 %"),
    Case("without-half.tif", says="incomplete: "),
    Case("beginning.heic", says="incomplete: "),
    Case("mini.avif", says="minimal HEIF (mini)"),
    Case("apple.png", says="CgBI"),
    Case("spiff.jls", says="JPEG-LS"),
    Case("picture.dpx", says="DPX"),
    Case("linear.dng", says="camera raw (DNG"),
    Case("mosaic.dng", says="camera raw (DNG"),
    Case("preview.dng", says="camera raw (DNG"),
]


def right_pixels(name: str) -> np.ndarray:
    """(H, W, 3) uint8: the picture, as that name says."""
    with Image.open(CORPUS / _RIGHT_FILES.get(name, "right.png")) as image:
        whole = image.convert("RGB")
    if "grey" in name:
        whole = whole.convert("L").convert("RGB")
    if "cut" in name:
        whole = whole.crop((48, 32, 112, 80))
    if "turned" in name:
        whole = whole.transpose(Image.Transpose.ROTATE_90)
    if "mirrored" in name:
        whole = whole.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if "odd" in name:
        whole = whole.crop((0, 0, 191, 127))
    return np.asarray(whole)


def measure(case: Case, read: Reader) -> Outcome:
    """What a reader makes of a file. Of a pixel that is rather transparent, alpha is compared and not the colour."""
    try:
        picture = read(case.data)
    except Exception as error:
        return Outcome(said=str(error).splitlines()[0])
    right = right_pixels(case.right)
    if picture.pixels.shape != right.shape:
        return Outcome(said=f"{picture.pixels.shape[1]}x{picture.pixels.shape[0]}")
    difference = np.abs(picture.pixels.astype(int) - right).max(-1)
    if "alpha" in case.right:
        alpha = np.linspace(0, 255, right.shape[1]).astype(np.uint8).astype(int)
        if picture.alpha is None:
            return Outcome(said="opaque")
        difference = np.where(alpha > 127, difference, np.abs(picture.alpha.astype(int) - alpha))
    return Outcome(float(difference.mean()), int(difference.max()))


def is_right(case: Case, outcome: Outcome) -> bool:
    if case.says:
        return case.says in outcome.said
    return not outcome.said and outcome.mean <= case.mean and outcome.largest <= case.largest


def main(reader: str = "styler.image.codec:decode") -> int:
    module, function = reader.split(":")
    read = getattr(importlib.import_module(module), function)
    wrong = 0
    print(f"{'file':34}{'right':14}{'mean':>6} {'max':>4}  what came")
    for case in CASES:
        outcome = measure(case, read)
        wrong += not is_right(case, outcome)
        numbers = f"{'':>6} {'':>4}" if outcome.said else f"{outcome.mean:6.2f} {outcome.largest:4}"
        verdict = "ok" if is_right(case, outcome) else "WRONG"
        print(f"{case.file:34}{'a sentence' if case.says else case.right:14}{numbers}  {verdict} {outcome.said}")
    print(f"{len(CASES) - wrong} of {len(CASES)} are right")
    return wrong


if __name__ == "__main__":
    from styler.argument_parser import ArgumentParser  # which older versions, whose readers `versus` tries, do not have

    parser = ArgumentParser("python -m tests.styler.image.corpus", description=__doc__)
    parser.add_argument("reader", metavar="MODULE:FUNCTION", nargs="?", default="styler.image.codec:decode")
    sys.exit(bool(main(parser.parse_args().reader)))
