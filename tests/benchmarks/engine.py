"""Measures the engine and prints tables: python -m tests.benchmarks.engine {speed,evaluate,reference,style,memory}."""

from __future__ import annotations

import styler.process  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import argparse
import resource
import subprocess
import sys
import time

import torch
from torch import Tensor

from styler.chain import Chain
from styler.lbfgs import LBFGS
from styler.objective import Objective
from styler.process import best_dtype, prepare_process
from styler.pyramid import Level, levels, resize
from styler.settings import LAYERS, Settings
from styler.transfer import Step, load_model, scaled_style, style_transfer, weights_of
from styler.vgg import load_vgg16
from tests.benchmarks import kit
from tests.benchmarks.reference import Run, run_reference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=sorted(TABLES))
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--photo", default="astronaut")
    parser.add_argument("--painting", default="great-wave")
    parser.add_argument("--evaluations", type=int, default=300, help="of the plain reference")
    options = parser.parse_args()
    prepare_process()
    TABLES[options.what](options)


def speed(options: argparse.Namespace) -> None:
    """The default painting, twice in one process: seconds to the first preview and to the end."""
    content, style = kit.photo(options.photo, options.size), kit.painting(options.painting)
    print(f"{tuple(content.shape)}, {torch.get_num_threads()} threads, {best_dtype(torch.device('cpu'), 'auto')}")
    for run in ("cold", "warm"):
        begin, cpu = time.perf_counter(), time.process_time()
        for step in style_transfer(content, style, Settings(size=options.size)):
            if step.image is not None:
                seconds, busy = time.perf_counter() - begin, time.process_time() - cpu
                print(f"{run} {seconds:6.1f} s ({busy:5.1f} CPU s)  step {step.step:3}  {tuple(step.image.shape[1:])}")


def evaluate(options: argparse.Namespace) -> None:
    """One loss and gradient at each size: seconds, and the share of the matrix product's peak."""
    settings = Settings()
    content, style = kit.photo(options.photo, options.size), kit.painting(options.painting)
    dtype = best_dtype(torch.device("cpu"), "auto")
    chains = {
        "prepacked": Chain(load_vgg16(), dtype),
        "public": Chain(load_vgg16(), dtype, prepacked=False),
        "float32": Chain(load_vgg16(), torch.float32),
    }
    peaks = {torch.float32: kit.peak(torch.float32), dtype: kit.peak(dtype)}
    print(", ".join(f"peak {key} {value / 1e9:.0f} GFLOP/s" for key, value in peaks.items()))
    for level in levels((content.shape[1], content.shape[2]), settings.steps):
        image = resize(content, level.size)
        for name, chain in chains.items():
            scaled = [scaled_style(style, level, settings)]
            objective = Objective(chain, image, scaled, settings.content_layer, weights_of(settings))
            seconds = kit.median_seconds(lambda o=objective, x=image: o(x)[1]())
            share = flop(level.size) / seconds / peaks[chain.dtype]
            print(f"{level.size}  {name:9}  {seconds * 1000:7.1f} ms  {share:.0%} of the peak")
        plain = kit.plain_loss(image, style, settings)
        print(
            f"{level.size}  autograd   {kit.median_seconds(lambda p=plain, x=image: gradient(p, x), 3) * 1000:7.1f} ms"
        )


def gradient(loss: kit.PlainLoss, image: Tensor) -> Tensor:
    leaf = image.clone().requires_grad_()
    return torch.autograd.grad(loss(leaf), leaf)[0]


def flop(size: tuple[int, int]) -> float:
    """Of the convolutions up to relu5_1, forward and data gradient, as a direct convolution counts them."""
    total, (height, width) = 0, size
    for convolution in load_vgg16().chain({LAYERS[10]}):
        if convolution.pooled:
            height, width = height // 2, width // 2
        total += 2 * 2 * convolution.weight.numel() * height * width
    return float(total)


def reference(options: argparse.Namespace) -> None:
    """Seconds to the loss of the plain reference after its evaluations, at one scale, from the photo and from noise."""
    settings = Settings()
    content, style = kit.photo(options.photo, options.size), kit.painting(options.painting)
    loss = kit.plain_loss(content, style, settings)
    painted, seconds = _paint(content, style, settings)
    print(
        f"pyramid: loss of the PNG {loss.saved(painted.image):.3f} after {seconds:.1f} s (own loss {painted.loss:.3f})"
    )
    noise = torch.rand(content.shape, generator=torch.Generator().manual_seed(0)) * 255
    for name, start in (("photo", content), ("noise", noise)):
        plain = run_reference(loss, start, options.evaluations)
        print(
            f"reference from {name}: {plain.evaluations} evaluations, {plain.seconds:.0f} s, "
            f"loss {plain.loss:.4g}, of the PNG {plain.saved:.4g}"
        )
        _race(content, style, settings, plain)


def _race(content: Tensor, style: Tensor, settings: Settings, plain: Run) -> None:
    """Our optimiser at one scale from the photo, until it has the reference's losses."""
    level = Level((content.shape[1], content.shape[2]), 1)
    scaled = [scaled_style(style, level, settings)]
    objective = Objective(load_model(settings), content, scaled, settings.content_layer, weights_of(settings))
    begin = time.perf_counter()
    optimiser = LBFGS(objective, content, 0, 255)
    goals = {"the loss": plain.loss, "the loss of the PNG": plain.saved}
    while goals and optimiser.step() and optimiser.evaluations < 600:
        for goal in [name for name, value in goals.items() if optimiser.loss <= value]:
            seconds = time.perf_counter() - begin
            ratio = plain.seconds / seconds
            print(f"  {goal}: {optimiser.evaluations} evaluations, {seconds:.1f} s, {ratio:.0f} times less")
            del goals[goal]


def style(options: argparse.Namespace) -> None:
    """Style error on held-out layers, against the reference from the photo and the photo itself."""
    settings = Settings()
    for photo in ("astronaut", "chelsea", "coffee"):
        for name in ("great-wave", "cafe-terrace-at-night", "composition-viii", "poppies"):
            content, picture = kit.photo(photo, options.size), kit.painting(name)
            painted, _ = _paint(content, picture, settings)
            plain = run_reference(kit.plain_loss(content, picture, settings), content, options.evaluations)
            errors = [kit.style_error(image, picture) for image in (content, plain.image, painted.image)]
            print(f"{photo:10} {name:22} photo {errors[0]:.3f}  reference {errors[1]:.3f}  styler {errors[2]:.3f}")


def _paint(content: Tensor, style: Tensor, settings: Settings) -> tuple[Step, float]:
    begin = time.perf_counter()
    *_, last = style_transfer(content, style, settings)
    assert last.image is not None
    return last, time.perf_counter() - begin


def memory(options: argparse.Namespace) -> None:
    """Peak resident memory and time of a painting by size, each in a process of its own."""
    for size in (256, 512, 1024):
        command = [sys.executable, "-m", "tests.benchmarks.engine", "_memory", "--size", str(size)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def _memory(options: argparse.Namespace) -> None:
    content, style = kit.photo(options.photo, options.size), kit.painting(options.painting)
    begin = time.perf_counter()
    for _ in style_transfer(content, style, Settings(size=options.size)):
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{tuple(content.shape[1:])}: {peak:.0f} MB at most, {time.perf_counter() - begin:.1f} s")


TABLES = {table.__name__: table for table in (speed, evaluate, reference, style, memory, _memory)}

if __name__ == "__main__":
    main()
