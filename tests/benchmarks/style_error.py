"""Style error on layers that no optimisation uses: python -m tests.benchmarks.style_error [--size 256].

Compares ours (as the product paints at medium strength, with the preset's tuning) with the plain reference
(`reference.py`: the same loss, 300 evaluations at one scale, from the photo or from noise). Both are measured as the
saved 8-bit picture. The error of a layer is |G - A| / |A| (Frobenius norms), where G and A are the Gram matrices of the
picture and of the style image at its scale. A picture's error is the mean over relu1_2, relu2_2, relu3_3 and relu4_3.

Beside it, of ours: the content error outside and within faces, and the coherence of the strokes against the painting's
own (`looks.py`).
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import argparse
import math
import time

from styler.argument_parser import ArgumentParser
from styler.engine.runtime import tune_process
from styler.engine.transfer import scaled_style
from styler.events import Result
from styler.paint_photo import paint
from tests.benchmarks import kit, looks
from tests.benchmarks.reference import noise_like, run_reference

PHOTOS = ("astronaut", "chelsea", "coffee", "palace")
PAINTINGS = ("great-wave", "cafe-terrace-at-night", "composition-viii", "poppies")


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.style_error", description=__doc__)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--photos", nargs="+", default=PHOTOS)
    parser.add_argument("--paintings", nargs="+", default=PAINTINGS)
    parser.add_argument("--evaluations", type=int, default=300, help="evaluations of the reference; 0: only ours")
    parser.add_argument("--start", choices=("photo", "noise"), default="photo", help="start of the reference")
    options = parser.parse_args()
    tune_process()
    print(f"{options.size} pixels, reference from {options.start}", flush=True)
    pairs = [(photo, name) for photo in options.photos for name in options.paintings]
    lower = [_compare(photo, name, options) for photo, name in pairs]
    print(f"lower than the reference's on {sum(lower)} of {len(lower)}")


def _compare(photo: str, name: str, options: argparse.Namespace) -> bool:
    order = kit.order(photo, name, size=options.size)
    content, style, faces = order.tensors()
    begin = time.perf_counter()
    *_, result = paint(*order)
    seconds = time.perf_counter() - begin
    assert isinstance(result, Result)
    image = kit.pixels(result.image)
    ours = kit.style_error(image, style, order.settings)
    untouched = kit.style_error(content, style, order.settings)
    print(f"{photo:10} {name:22} photo {untouched:.3f}  ours {ours:.3f} ({seconds:.0f} s)", end="", flush=True)
    outside, inside = looks.content_errors(image, content, faces)
    found = "" if inside is None else f", in faces {inside:.3f}"
    own = looks.coherence(scaled_style(style, kit.level_of(image), order.settings))
    print(f"  content {outside:.3f}{found}  coherence {looks.coherence(image):.3f} of {own:.3f}", end="", flush=True)
    theirs = _reference(order, options) if options.evaluations else math.inf
    print(f"  reference {theirs:.3f}", flush=True)
    return not ours >= theirs  # also where the reference diverged to NaN


def _reference(order: kit.Order, options: argparse.Namespace) -> float:
    content, style, _ = order.tensors()
    start = content if options.start == "photo" else noise_like(content)
    run = run_reference(kit.plain_loss(content, style, order.settings), start, options.evaluations)
    return kit.style_error(run.image, style, order.settings)


if __name__ == "__main__":
    main()
