"""Measures the engine: python -m tests.benchmarks.engine [TABLE ...], all of them by default.

evaluation  one loss and gradient at each size of the pyramid: milliseconds, share of the matrix product's peak
layers      each convolution on a CPU, forward and backward: direct in both arithmetics, and Winograd's
levels      a painting on a CPU, level by level: steps, passes through the network, seconds, share of the peak
versus      the command line, in turns with that of another checkout of this project (--other): seconds, memory
painting    a painting from bytes to bytes, on the command line and by the bot's warm painter: seconds, memory
reference   seconds until ours has the loss of the plain reference (reference.py); takes 15 minutes
faces       milliseconds to find faces in each photo
saved       the loss of the saved file, compared with the optimiser's
memory      time and peak resident memory from 256 to 2048 pixels, and of 3840x2160 in tiles; takes 10 minutes

Run nothing else on the machine at the same time.
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import argparse
import asyncio
import bisect
import copy
import dataclasses
import functools
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from bot.executors.local import LocalExecutor
from styler.argument_parser import ArgumentParser
from styler.engine.arithmetic import emulates_bfloat16, makers
from styler.engine.cuda_graph import graphed_steps
from styler.engine.features import FeatureExtractor
from styler.engine.fused_features import FusedFeatureExtractor
from styler.engine.lbfgs import LBFGS
from styler.engine.model import load_model
from styler.engine.objective import LossWeights
from styler.engine.pyramid import levels, resize, upsample_with_detail
from styler.engine.runtime import best_device, tune_process
from styler.engine.transfer import loss_weights, scaled_style, style_transfer
from styler.engine.vgg import VGG16, load_vgg16
from styler.events import Preview, Result
from styler.image.codec import decode
from styler.image.faces import face_mask
from styler.paint_photo import content_pixels, paint
from styler.settings import Settings
from tests.benchmarks import kit
from tests.benchmarks.reference import PlainLoss, noise_like, run_reference

# Few steps at 2048: memory reaches its peak in the first ones.
STEPS_BY_SIZE = {256: 220, 512: 220, 1024: 220, 2048: 40}
PHOTOS = ("astronaut", "chelsea", "coffee", "palace")
POSTER = (3840, 2160)
STEPS_AT_FULL_SIZE = 110
FIRST = ((2, 8),)  # the divisor of the size, and the steps there
Aiming = Callable[[Tensor, Tensor, Settings], LossWeights]
AIMS: dict[str, Aiming] = {"tutorial": kit.tutorial_aim, "product": lambda _, __, settings: loss_weights(settings)}
# Run through a small process in between: the kernel attributes the memory that a process used before exec to the new
# program, and this process uses much.
WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    parser = ArgumentParser("python -m tests.benchmarks.engine", description=__doc__, formatter_class=layout)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], metavar="TABLE", help="default: all")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--photo", default="coffee")
    parser.add_argument("--painting", default="great-wave")
    parser.add_argument("--other", type=Path, help="for the table versus: the other checkout's folder")
    parser.add_argument("--other-precision", default="auto", help="for the table versus: of the other checkout")
    parser.add_argument("--runs", type=int, default=3, help="runs of ours; the median is printed")
    parser.add_argument("--evaluations", type=int, default=300, help="evaluations of the plain reference")
    parser.add_argument(
        "--starts", nargs="+", choices=("noise", "photo"), default=["noise", "photo"], help="where the reference starts"
    )
    parser.add_argument("--losses", nargs="+", choices=list(AIMS), default=list(AIMS))
    parser.add_argument("--sizes", type=int, nargs="*", default=list(STEPS_BY_SIZE), help="for the table memory")
    parser.add_argument("--poster", action=argparse.BooleanOptionalAction, default=True, help="for the table memory")
    options = parser.parse_args()
    tune_process()
    for table in options.tables or [name for name in TABLES if name != "versus" or options.other]:
        print(f"\n{table}: {options.photo} as {options.painting}, {options.size} pixels", flush=True)
        TABLES[table](options)


def _peak(dtype: torch.dtype | None = None) -> float:
    device = best_device("auto")
    dtype = dtype or load_model(Settings()).dtype
    found, where = kit.peak(device, dtype), device if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    print(f"{where}; matrix product: {found / 1e9:.0f} GFLOP/s in {dtype}", flush=True)
    return found


def evaluation(options: argparse.Namespace) -> None:
    """As the product computes it, by direct convolutions in either arithmetic, and with plain autograd. On a GPU, the
    first is a whole step of L-BFGS as a CUDA graph.
    """
    device = best_device("auto")
    content, style = (each.to(device) for each in _order(options).tensors()[:2])
    ours, vgg = load_model(Settings()), load_vgg16().to(device)
    dtypes = _dtypes(device)
    extractors = {"ours": ours}
    for dtype in dtypes:
        name = str(dtype).removeprefix("torch.")
        extractors[f"direct, {name}"] = FeatureExtractor(vgg, dtype)
        if device.type == "cpu" and (by_kernel := _by_kernel(vgg, dtype)):
            extractors[f"kernel, {name}"] = by_kernel
    print(f"ours: {ours}")
    peaks = {dtype: _peak(dtype) for dtype in {ours.dtype, *dtypes}}
    for level in levels((content.shape[1], content.shape[2]), Settings().steps):
        image = resize(content, level.size)
        plain = PlainLoss(vgg, image, scaled_style(style, level, Settings()), loss_weights(Settings()))
        seconds = kit.median_seconds(lambda p=plain, x=image: _autograd(p, x), 3)
        print(f"{level.size}  autograd          {seconds * 1000:7.1f} ms")
        for name, extractor in extractors.items():
            ours = kit.objective(image, style, Settings(), extractor=extractor)
            steps = graphed_steps(LBFGS(ours, image, 0, 255)) if name == "ours" and device.type == "cuda" else None
            seconds = kit.median_seconds(lambda o=ours, s=steps, x=image: o(x) if s is None else next(s))
            share = 2 * kit.flop(level.size) / seconds / peaks[extractor.dtype]
            print(f"{level.size}  {name:16}  {seconds * 1000:7.1f} ms  {share:.0%} of the peak", flush=True)


def _dtypes(device: torch.device) -> list[torch.dtype]:
    """What is worth measuring: where a processor has no bfloat16, the peak's matrix products take minutes in it."""
    return [torch.float32] if device.type == "cpu" and emulates_bfloat16() else [torch.float32, torch.bfloat16]


def _autograd(loss: Callable[[Tensor], Tensor], image: Tensor) -> Tensor:
    leaf = image.clone().requires_grad_()
    return torch.autograd.grad(loss(leaf), leaf)[0]


def layers(options: argparse.Namespace) -> None:
    """At full size. Winograd's backward pass includes the ReLU; it could do the pooling, too, for the same time."""
    network = load_vgg16()
    direct = {dtype: FeatureExtractor(network, dtype) for dtype in _dtypes(torch.device("cpu"))}
    by_kernel = [found for dtype in direct if (found := _by_kernel(network, dtype))]
    assert by_kernel, "there is no compiled kernel for this machine, or no compiler"
    peaks = {dtype: _peak(dtype) for dtype in direct}
    height, width = _order(options).tensors()[0].shape[1:]
    for number, (name, weight, _, pooled) in enumerate(network.convolutions(Settings().style_layers)):
        height, width = (height // 2, width // 2) if pooled else (height, width)
        flop = 2.0 * weight.numel() * height * width
        shown = []
        for dtype, extractor in direct.items():
            x, y = (_features(channels, height, width, dtype) for channels in weight.shape[1::-1])
            x = extractor.framed(torch.zeros(3, height, width)) if number == 0 else x
            shown += _both_ways(
                extractor.links[number].forward, extractor.links[number].backward, x, y, flop / peaks[dtype]
            )
        for extractor in by_kernel:
            if number not in range(1, 1 + len(extractor.fused)):
                continue
            x, y = (_features(channels, height, width, extractor.dtype) for channels in weight.shape[1::-1])
            layer = extractor.fused[number - 1]
            forward = functools.partial(layer.convolution.forward, features=True, pooled=False, lit=False)
            back = layer.transposed.backward
            shown += _both_ways(forward, lambda y, f=back: f(y, y, unpool=False), x, y, flop / peaks[extractor.dtype])
        print(f"{name} {weight.shape[1]:3} to {weight.shape[0]:3}, {width}x{height}:  {', '.join(shown)}", flush=True)


def _by_kernel(network: VGG16, dtype: torch.dtype) -> FusedFeatureExtractor | None:
    found = makers("avg", dtype)[0](network)
    return found if isinstance(found, FusedFeatureExtractor) else None


def _features(channels: int, height: int, width: int, dtype: torch.dtype) -> Tensor:
    return torch.rand(1, channels, height, width).to(dtype).contiguous(memory_format=torch.channels_last)


def _both_ways(
    forward: Callable[[Tensor], object], backward: Callable[[Tensor], object], x: Tensor, y: Tensor, least: float
) -> list[str]:
    """Milliseconds of each, and the share of the peak; a matrix product would take `least` seconds."""
    seconds = kit.median_seconds(lambda: forward(x)), kit.median_seconds(lambda: backward(y))
    return [f"{each * 1000:.1f} ms {least / each:.0%}" for each in seconds]


def by_level(options: argparse.Namespace) -> None:
    """Not on a GPU: a CUDA graph would hide the passes from the count."""
    order, highest = _order(options), _peak()
    content, style, faces = order.tensors()
    begin = last = time.perf_counter()
    with kit.counted() as work:
        before = kit.Work()
        for step in style_transfer(content, style, order.settings, faces=faces):
            if step.image is None:
                continue
            now = time.perf_counter()
            print(
                f"{tuple(step.image.shape[1:])!s:10}  to step {step.step:3}"
                f"  {work.forward - before.forward:3} forward, {work.backward - before.backward:3} backward"
                f"  {now - last:5.1f} s  {(work.flop - before.flop) / (now - last) / highest:.0%} of the peak",
                flush=True,
            )
            before, last = copy.copy(work), now
    seconds = last - begin
    print(f"{work.forward} forward, {work.backward} backward, {seconds:.1f} s, {work.flop / seconds / highest:.0%}")


def painting(options: argparse.Namespace) -> None:
    """All that a user waits for: process start, decoding, faces, painting, encoding."""
    order = _order(options)
    size = f"--size={options.size}"
    runs = [_by_command_line(order.photo, options.painting, size) for _ in range(options.runs)]
    seconds, peaks = zip(*runs, strict=True)
    print(f"command line  {statistics.median(seconds):5.1f} s  {max(peaks):.0f} MB at most  ({_list(seconds)})")
    times = asyncio.run(_by_warm_painter(order, options.runs))
    for what, seconds in zip(("first preview", "result"), zip(*times, strict=True), strict=True):
        print(f"warm painter  {statistics.median(seconds):5.1f} s to the {what}  ({_list(seconds)})")


def versus(options: argparse.Namespace) -> None:
    """In turns, as other work on the machine comes and goes. The processor's seconds depend less on it."""
    photo, size = _order(options).photo, f"--size={options.size}"
    places = {"this one": (Path.cwd(), "auto"), "the other": (options.other, options.other_precision)}
    found: dict[str, list[kit.Used]] = {name: [] for name in places}
    for _ in range(options.runs):
        for name, (folder, precision) in places.items():
            more = (size, f"--precision={precision}")
            found[name].append(_used_by_command_line(photo, options.painting, *more, folder=folder))
    ours, theirs = found.values()
    for name, runs in found.items():
        middle = kit.Used(*(statistics.median(each) for each in zip(*runs, strict=True)))
        print(
            f"{name:10} {middle.seconds:5.1f} s, of the processor {middle.processor:5.1f} s, {middle.megabytes:4.0f} MB"
        )
    for what in ("seconds", "processor"):
        ratios = [getattr(a, what) / getattr(b, what) for a, b in zip(ours, theirs, strict=True)]
        print(f"ratio of {what}: {statistics.median(ratios):.2f}  ({', '.join(f'{each:.2f}' for each in ratios)})")


def _list(seconds: Sequence[float]) -> str:
    return ", ".join(f"{each:.1f}" for each in seconds)


def _by_command_line(photo: bytes, painting: str, *more: str) -> tuple[float, float]:
    """Seconds, and peak resident memory in megabytes, of a separate process."""
    used = _used_by_command_line(photo, painting, *more)
    return used.seconds, used.megabytes


def _used_by_command_line(photo: bytes, painting: str, *more: str, folder: Path | None = None) -> kit.Used:
    """What a separate process uses; `folder` is the checkout that it runs in."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work, "photo")
        path.write_bytes(photo)
        command = [sys.executable, "-m", "styler", str(path), painting, "-o", f"{work}/painting.png", *more]
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", WATCH, *command], check=True, stdout=subprocess.PIPE, text=True, cwd=folder
        )
        seconds, (kilobytes, processor) = time.perf_counter() - begin, done.stdout.split()
        return kit.Used(seconds, float(processor), int(kilobytes) * 1024 / 1e6)


async def _by_warm_painter(order: kit.Order, runs: int) -> list[tuple[float, float]]:
    """Seconds to the first preview and to the result, by the bot's painter after its warm-up."""
    executor = LocalExecutor(1, order.settings)
    await executor.start()
    try:
        warm = dataclasses.replace(order.settings, size=64, steps=5)
        _ = [event async for event in executor.paint(order.photo, [order.style], warm)]
        return [await _times(executor, order) for _ in range(runs)]
    finally:
        await executor.aclose()


async def _times(executor: LocalExecutor, order: kit.Order) -> tuple[float, float]:
    begin, found = time.perf_counter(), {}
    async for event in executor.paint(order.photo, [order.style], order.settings):
        found.setdefault(type(event), time.perf_counter() - begin)
    return found[Preview], found[Result]


def reference(options: argparse.Namespace) -> None:
    """Both by one float32 loss at full size. Ours starts from the photo, and its saved 8-bit picture is measured."""
    order = _order(options)
    content, style, _ = order.tensors()
    for name in options.losses:
        aim = AIMS[name]
        loss = kit.plain_loss(content, style, order.settings, aim(content, style, order.settings))
        ours = _median_times([_trajectory(content, style, order.settings, aim) for _ in range(options.runs)])
        print(f"the loss of the {name}", flush=True)
        for start in options.starts:
            plain = run_reference(loss, content if start == "photo" else noise_like(content), options.evaluations)
            shown = " ".join(f"{value:.4g}" for value in plain.losses[:: max(1, options.evaluations // 10)])
            print(f"reference from {start}: {len(plain.losses)} evaluations, {plain.seconds:.0f} s, losses {shown}")
            print(f"  loss {loss(plain.image).item():.4g}, of the PNG {loss.saved(plain.image):.4g}")
            _race("the loss", loss(plain.image).item(), ours, loss, plain.seconds)
            _race("the loss of the PNG", loss.saved(plain.image), ours, loss, plain.seconds)


def _trajectory(content: Tensor, style: Tensor, settings: Settings, aim: Aiming) -> list[tuple[float, Tensor]]:
    """After each step of ours at full size: seconds since the start, and the picture.

    First come a few steps at half of the size: they cost as much as two at full size, and save more.
    The clock starts when the network is loaded and the weights of the loss are known, as the reference's does.
    """
    sizes = [(steps, resize(content, (content.shape[1] // part, content.shape[2] // part))) for part, steps in FIRST]
    sizes += [(STEPS_AT_FULL_SIZE, content)]
    weights = [aim(image, style, settings) for _, image in sizes]
    extractor = load_model(settings)
    begin, picture, found = time.perf_counter(), None, []
    for (steps, image), weight in zip(sizes, weights, strict=True):
        picture = image if picture is None else upsample_with_detail(picture, image)
        optimiser = LBFGS(kit.objective(image, style, settings, weight, extractor), picture, 0, 255)
        found = []
        for _ in range(steps):
            optimiser.step()
            found.append((time.perf_counter() - begin, optimiser.x.clone()))
        picture = optimiser.x
    return found


def _median_times(runs: list[list[tuple[float, Tensor]]]) -> list[tuple[float, Tensor]]:
    """The pictures of the first of these equal runs, each with the median of its times."""
    return [(statistics.median(seconds for seconds, _ in same), same[0][1]) for same in zip(*runs, strict=True)]


def _race(what: str, goal: float, ours: list[tuple[float, Tensor]], loss: PlainLoss, seconds: float) -> None:
    """Print when our saved picture has reached the reference's loss."""
    first = bisect.bisect_left(ours, True, key=lambda each: not loss.saved(each[1]) > goal)  # NaN is reached at once
    if first == len(ours):
        print(f"  {what}: not reached in {ours[-1][0]:.1f} s ({loss.saved(ours[-1][1]):.4g})")
    else:
        print(f"  {what}: reached in {ours[first][0]:.1f} s, {first} steps: {seconds / ours[first][0]:.1f} times less")


def saved(options: argparse.Namespace) -> None:
    """All photos, painted by `styler.paint_photo` and measured by the objective of the optimiser.

    Without the loss of strokes: which way they ran before full size, the painting does not tell.
    """
    for photo in PHOTOS:
        order = kit.order(photo, options.painting, size=options.size, stroke_weight=0.0)
        *_, result = paint(*order)
        assert isinstance(result, Result)
        content, style, faces = order.tensors()
        loss, _ = kit.engine_objective(content, style, order.settings, faces)(kit.pixels(result.image))
        print(f"{photo:10} optimiser {result.loss:.5g}  PNG {loss:.5g}  {loss / result.loss - 1:+.2%}", flush=True)


def faces(options: argparse.Namespace) -> None:
    for photo in PHOTOS:
        order = kit.order(photo, options.painting, size=options.size)
        content_image = content_pixels(decode(order.photo, "content", options.size), order.settings)
        found = "no face" if face_mask(content_image) is None else "a face"
        print(
            f"{photo:10} {1000 * kit.median_seconds(lambda c=content_image: face_mask(c)):4.0f} ms, {found}", flush=True
        )


def memory(options: argparse.Namespace) -> None:
    """Each on the command line, and so in a separate process."""
    photo = _order(options).photo
    for size in options.sizes:
        steps = STEPS_BY_SIZE.get(size, 40)
        seconds, peak = _by_command_line(photo, options.painting, f"--size={size}", f"--steps={steps}")
        print(f"{size:4} pixels, {steps:3} steps  {seconds:6.1f} s  {peak:5.0f} MB at most", flush=True)
    if options.poster:
        width, height = POSTER
        steps = len(levels((height, width), 1000))  # one step at each size: the last takes the most memory
        poster = (f"--size={width}", f"--steps={steps}", "--max-memory=4000")
        seconds, peak = _by_command_line(_cropped(photo, width / height), options.painting, *poster)
        print(f"{width}x{height}, {steps} steps, --max-memory 4000  {seconds:6.1f} s  {peak:5.0f} MB at most")


def _cropped(photo: bytes, aspect: float) -> bytes:
    image, buffer = Image.open(io.BytesIO(photo)), io.BytesIO()
    image.crop((0, 0, image.width, round(image.width / aspect))).save(buffer, "png")
    return buffer.getvalue()


def _order(options: argparse.Namespace) -> kit.Order:
    return kit.order(options.photo, options.painting, size=options.size)


TABLES = {
    "evaluation": evaluation,
    "layers": layers,
    "levels": by_level,
    "versus": versus,
    "painting": painting,
    "reference": reference,
    "faces": faces,
    "saved": saved,
    "memory": memory,
}

if __name__ == "__main__":
    main()
