"""Reading still pictures: python -m tests.benchmarks.pictures memory | time OTHER_CHECKOUT [MODULE].

`memory`: the peak memory of a process that reads one large picture for a painting of 512 pixels, and how much of it
reading adds. `time`: how long reading takes here, as a ratio to another checkout, whose module reads pictures; pairs of
runs in turn, in one process for each checkout, and the median of the ratios of user CPU time.
"""

from __future__ import annotations

import importlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image

ROOT = Path(__file__).parent.parent.parent
PHOTO = ROOT / "tests/photos/coffee.jpg"
PHONES = {
    "1.2 MP": (1280, 960),
    "12 MP": (4032, 3024),
    "48 MP": (8064, 6048),
    "50 MP": (8160, 6144),
    "200 MP": (16320, 12240),
}
LARGE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG, 12 MP": ("12 MP", "JPEG", {"quality": 90}),
    "JPEG, 50 MP": ("50 MP", "JPEG", {"quality": 90}),
    "JPEG, 200 MP": ("200 MP", "JPEG", {"quality": 90}),
    "JPEG, progressive, 50 MP": ("50 MP", "JPEG", {"quality": 90, "progressive": True}),
    "JPEG, progressive, 200 MP": ("200 MP", "JPEG", {"quality": 90, "progressive": True}),
    "HEIC of tiles, 48 MP": ("48 MP", "HEIF", {"quality": 50, "tile_size": 512}),
    "HEIC, 200 MP": ("200 MP", "HEIF", {"quality": 30, "tile_size": 1024}),
    "AVIF, 48 MP": ("48 MP", "AVIF", {"quality": 50, "speed": 10}),
    "PNG, 50 MP": ("50 MP", "PNG", {"compress_level": 1}),
    "PNG, 200 MP": ("200 MP", "PNG", {"compress_level": 1}),
    "WebP, 50 MP": ("50 MP", "WEBP", {"quality": 50, "method": 0}),
    "TIFF, 50 MP": ("50 MP", "TIFF", {}),
}
PLAIN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG, 1.2 MP": ("1.2 MP", "JPEG", {"quality": 85}),
    "JPEG, 12 MP": ("12 MP", "JPEG", {"quality": 90}),
    "JPEG, progressive, 12 MP": ("12 MP", "JPEG", {"quality": 90, "progressive": True}),
    "JPEG with sRGB's profile": ("12 MP", "JPEG", {"quality": 90, "icc_profile": "sRGB"}),
    "PNG, 1.2 MP": ("1.2 MP", "PNG", {}),
    "PNG, 12 MP": ("12 MP", "PNG", {}),
    "WebP, 12 MP": ("12 MP", "WEBP", {"quality": 80}),
    "HEIC, 12 MP": ("12 MP", "HEIF", {"quality": 60}),
    "AVIF, 12 MP": ("12 MP", "AVIF", {"quality": 60}),
    "TIFF, 12 MP": ("12 MP", "TIFF", {}),
    "BMP, 12 MP": ("12 MP", "BMP", {}),
}
_READ = """
from pathlib import Path
from styler.image.codec import decode
before = {peak}
{read}
print(before, {peak})
"""
_PEAK = "__import__('resource').getrusage(0).ru_maxrss"


def main() -> None:
    from styler.argument_parser import ArgumentParser

    parser = ArgumentParser("python -m tests.benchmarks.pictures", description=__doc__)
    parser.add_argument("what", choices=("memory", "time"))
    parser.add_argument("other", nargs="?", help="the other checkout")
    parser.add_argument("module", nargs="?", default="styler.image.codec", help="which reads pictures there")
    parser.add_argument("--kinds", nargs="+", help="which of the rows")
    parser.add_argument("--pairs", type=int, default=15)
    options = parser.parse_args()
    if options.what == "memory":
        memory(options.kinds or list(LARGE))
    else:
        compare(Path(options.other), options.module, options.kinds or list(PLAIN), options.pairs)


def picture(size: tuple[int, int], format: str, options: dict[str, Any]) -> bytes:
    """The coffee, enlarged, as a file."""
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    if options.get("icc_profile"):
        from PIL import ImageCms

        options = options | {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    with Image.open(PHOTO) as photo:
        file = io.BytesIO()
        photo.resize(size, Image.Resampling.BICUBIC).save(file, format, **options)
    return file.getvalue()


def memory(kinds: list[str]) -> None:
    print(f"{'':28}{'file':>9}{'peak':>10}{'added':>10}")
    for kind in kinds:
        size, format, options = LARGE[kind]
        with tempfile.NamedTemporaryFile(suffix=".picture") as file:
            # Made in a process of its own: ours would inherit its peak, and pass it on.
            make = "from tests.benchmarks.pictures import Path, picture; "
            make += f"Path({file.name!r}).write_bytes(picture({PHONES[size]}, {format!r}, {options}))"
            subprocess.run([sys.executable, "-c", make], cwd=ROOT, check=True)
            read = f"decode(Path({file.name!r}).read_bytes(), size=512)"
            code = _READ.format(peak=_PEAK, read=read)
            done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
            before, after = (int(number) / 1024 for number in done.stdout.split())
            length = Path(file.name).stat().st_size / 2**20
        print(f"{kind:28}{length:6.1f} MB{after:7.0f} MB{after - before:7.0f} MB", flush=True)


def serve(module: str) -> None:
    """Read the picture whose path comes on each line, and answer with the CPU seconds that it took."""
    decode: Callable[..., Any] = importlib.import_module(module).decode
    for line in sys.stdin:
        data = Path(line.strip()).read_bytes()
        begin = time.process_time()
        decode(data, size=512)
        print(time.process_time() - begin, flush=True)


def compare(other: Path, module: str, kinds: list[str], pairs: int) -> None:
    print(f"{'for 512 pixels':28}{'here':>9}{'there':>9}{'ratio':>8}")
    with serving(ROOT, "styler.image.codec") as here, serving(other, module) as there:
        for kind in kinds:
            size, format, options = PLAIN[kind]
            with tempfile.NamedTemporaryFile(suffix=".picture") as file:
                file.write(picture(PHONES[size], format, options))
                file.flush()
                times = [(ask(here, file.name), ask(there, file.name)) for _ in range(pairs + 1)][1:]
            ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
            ratio = statistics.median(our / their for our, their in times)
            print(f"{kind:28}{1000 * ours:6.0f} ms{1000 * theirs:6.0f} ms{ratio:8.3f}", flush=True)


class serving:  # noqa: N801  (a context manager, used like a function)
    def __init__(self, checkout: Path, module: str) -> None:
        path = os.pathsep.join((str(checkout), str(ROOT)))
        command = [sys.executable, str(Path(__file__).resolve()), "serve", module]
        self.process = subprocess.Popen(
            command, cwd=checkout, env=os.environ | {"PYTHONPATH": path}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> subprocess.Popen[str]:
        return self.process

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def ask(process: subprocess.Popen[str], path: str) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    print(path, file=process.stdin, flush=True)
    return float(process.stdout.readline())


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:  # with `styler` of another checkout
        serve(sys.argv[2])
    else:
        main()
