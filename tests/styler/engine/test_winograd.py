"""Winograd's kernel against the direct convolution in float64, for every kind of processor that this one can act as."""

import ctypes
import functools
import logging
import os
import platform
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from unittest import mock

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from styler.engine import kernel, winograd
from styler.engine.winograd import Winograd, shares
from tests.support.needs import skip_for_want_of

# Of the processors that this one can act as: PyTorch knows what it has.
AVX2, AVX512 = kernel.LEVELS["AVX2"], kernel.LEVELS["AVX512"]
ORDER = {"DEFAULT": ["x86-64"], "AVX2": ["x86-64", AVX2], "AVX512": ["x86-64", AVX2, AVX512]}
OWN = kernel.architecture_of(torch.backends.cpu.get_cpu_capability())
ROUNDING = [each for each in kernel.lesser(OWN) if kernel.BFLOAT16 in each] if OWN else []
ORDER["AVX512"] += ROUNDING
ARCHITECTURES = {"x86_64": ORDER.get(torch.backends.cpu.get_cpu_capability(), []), "aarch64": ["armv8-a"]}
CHANNELS = [(64, 64), (64, 128), (128, 256), (256, 512), (512, 512), (512, 256), (128, 64)]
ROUNDED = 2e-2  # relative error in bfloat16: 1.4e-2 at most with such numbers, and 0.5e-2 with a picture's features
SIZES = [(2, 2), (3, 17), (16, 8), (13, 30)]


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Where other programs have the processor, the compiler takes minutes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kernel, "SECONDS", 900)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ctypes.CDLL]:
    """The kernel for a processor, as people have it, compiled once: that takes longer than all that is computed with
    it. This processor's own is the one that paintings compiled.
    """
    if shutil.which("gcc") is None:
        skip_for_want_of("gcc")

    def build(architecture: str) -> ctypes.CDLL:
        own = kernel.load_library(torch.backends.cpu.get_cpu_capability()) if architecture == OWN else None
        return own or kernel.open_library(kernel.build(architecture, tmp_path_factory.mktemp("kernel")))

    return functools.cache(build)


@pytest.fixture(scope="module", params=ARCHITECTURES.get(platform.machine(), []))
def library(request: pytest.FixtureRequest, built: Callable[[str], ctypes.CDLL]) -> ctypes.CDLL:
    return built(request.param)


@pytest.fixture(scope="module", params=ROUNDING or [None])
def rounding_library(request: pytest.FixtureRequest, built: Callable[[str], ctypes.CDLL]) -> ctypes.CDLL:
    if request.param is None:
        pytest.skip("this processor does not multiply bfloat16")
    return built(request.param)


def numbers(*size: int, seed: int = 0) -> Tensor:
    return torch.randn(*size, generator=torch.Generator().manual_seed(seed))


def features(*size: int, seed: int = 0) -> Tensor:
    return numbers(1, *size, seed=seed).contiguous(memory_format=torch.channels_last)


def distance(a: Tensor, b: Tensor) -> float:
    assert a.shape == b.shape
    return ((a.double() - b.double()).norm() / b.double().norm()).item()


def unpacked(bits: Tensor) -> Tensor:
    """(h, w, C / 8), the lowest bit first, as (1, C, h, w) of 0 and 1."""
    each = (bits[..., None] >> torch.arange(8)) & 1
    return each.flatten(2).permute(2, 0, 1)[None]


def packed(lit: Tensor) -> Tensor:
    """(1, C, h, w) of 0 and 1 as bits (h, w, C / 8)."""
    each = lit[0].permute(1, 2, 0).unflatten(2, (-1, 8)).to(torch.uint8)
    return (each << torch.arange(8, dtype=torch.uint8)).sum(3, dtype=torch.uint8).contiguous()


@functools.cache
def convolution(k: int, n: int, size: tuple[int, int]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features, weight and bias; and in float64 what comes of them, after ReLU."""
    x, weight, bias = features(k, *size), numbers(n, k, 3, 3, seed=1) / k**0.5, numbers(n, seed=2)
    return x, weight, bias, functional.conv2d(x.double(), weight.double(), bias.double(), padding=1).relu()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("k", "n"), CHANNELS)
def test_it_computes_a_direct_convolution_with_relu_and_pooling(
    library: ctypes.CDLL, k: int, n: int, size: tuple[int, int]
) -> None:
    x, weight, bias, expected = convolution(k, n, size)
    found = Winograd(weight, bias, library).forward(x, features=True, pooled=True, lit=True)
    assert found.features is not None
    assert found.pooled is not None
    assert found.lit is not None
    assert distance(found.features, expected) < 1e-5
    assert distance(found.pooled, functional.avg_pool2d(expected, 2)) < 1e-5
    assert torch.equal(unpacked(found.lit), (found.features > 0).to(torch.uint8))


@pytest.mark.parametrize("size", [(13, 30), (16, 8)])
@pytest.mark.parametrize(("k", "n"), [(64, 64), (64, 128), (512, 512)])
def test_rows_are_computed_by_themselves(library: ctypes.CDLL, k: int, n: int, size: tuple[int, int]) -> None:
    x, weight, bias, _ = convolution(k, n, size)
    there, height = Winograd(weight, bias, library), size[0]
    expected, found = (there.output(size, features=True, pooled=True, lit=True) for _ in range(2))
    there.fill(expected, size, x, slice(0, height))
    for rows in (slice(8, height), slice(0, 4), slice(4, 8)):
        first = max(0, rows.start - 1)
        there.fill(found, size, x[:, :, first : rows.stop + 1].clone(), rows, first)
    assert all(torch.equal(a, b) for a, b in zip(expected, found, strict=True))


@pytest.mark.parametrize("by", ["bits", "numbers"])
@pytest.mark.parametrize("unpool", [True, False])
def test_rows_of_the_gradient_are_computed_by_themselves(library: ctypes.CDLL, unpool: bool, by: str) -> None:
    lit, weight, gradient, _ = convolution_back(64, 64, (13, 30), unpool)
    masker = packed(lit) if by == "bits" else lit.contiguous(memory_format=torch.channels_last)
    back = Winograd(weight, None, library)
    parts = [back.backward(gradient, masker, unpool=unpool, rows=slice(top, min(13, top + 8))) for top in (0, 8)]
    assert torch.equal(torch.cat(parts, dim=2), back.backward(gradient, masker, unpool=unpool))


@functools.cache
def convolution_back(k: int, n: int, size: tuple[int, int], unpool: bool) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Where the ReLU lets through, the weight, a gradient; and in float64 what comes of them."""
    lit, weight = (features(k, *size) > 0).float(), numbers(n, k, 3, 3, seed=1) / k**0.5
    gradient = features(k, size[0] // 2, size[1] // 2, seed=3) if unpool else features(k, *size, seed=3)
    whole = torch.zeros(1, k, *size, dtype=torch.float64)
    wide = gradient.double().repeat_interleave(2, 2).repeat_interleave(2, 3) if unpool else gradient.double()
    whole[:, :, : wide.shape[2], : wide.shape[3]] = wide  # a last row or column is left out of the pooling
    return lit, weight, gradient, functional.conv2d(whole * lit, weight.double(), padding=1)


@pytest.mark.parametrize("by", ["bits", "numbers"])
@pytest.mark.parametrize("unpool", [True, False])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("k", "n"), CHANNELS)
def test_the_gradient_passes_the_relu_and_the_pooling_backward(
    library: ctypes.CDLL, k: int, n: int, size: tuple[int, int], unpool: bool, by: str
) -> None:
    lit, weight, gradient, expected = convolution_back(k, n, size, unpool)
    masker = packed(lit) if by == "bits" else lit.contiguous(memory_format=torch.channels_last)
    assert distance(Winograd(weight, None, library).backward(gradient, masker, unpool=unpool), expected) < 1e-5


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("k", "n"), CHANNELS)
def test_in_bfloat16_only_products_and_what_comes_out_are_rounded(
    rounding_library: ctypes.CDLL, k: int, n: int, size: tuple[int, int]
) -> None:
    x, weight, bias, _ = convolution(k, n, size)
    rounded = x.bfloat16()
    expected = functional.conv2d(rounded.double(), weight.double(), bias.double(), padding=1).relu()
    there = Winograd(weight, bias, rounding_library, dtype=torch.bfloat16)
    found = there.forward(rounded, features=True, pooled=True, lit=True)
    assert found.features is not None
    assert found.pooled is not None
    assert found.lit is not None
    assert found.features.dtype == found.pooled.dtype == torch.bfloat16
    assert distance(found.features, expected) < ROUNDED
    assert distance(found.pooled, functional.avg_pool2d(expected, 2)) < ROUNDED
    assert torch.equal(unpacked(found.lit), (found.features > 0).to(torch.uint8))


@pytest.mark.parametrize("by", ["bits", "numbers"])
@pytest.mark.parametrize("unpool", [True, False])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("k", "n"), CHANNELS)
def test_in_bfloat16_the_gradient_passes_backward(
    rounding_library: ctypes.CDLL, k: int, n: int, size: tuple[int, int], unpool: bool, by: str
) -> None:
    lit, weight, gradient, expected = convolution_back(k, n, size, unpool)
    masker = packed(lit) if by == "bits" else lit.bfloat16().contiguous(memory_format=torch.channels_last)
    back = Winograd(weight, None, rounding_library, dtype=torch.bfloat16)
    found = back.backward(gradient.bfloat16(), masker, unpool=unpool)
    assert found.dtype == torch.bfloat16
    assert distance(found, expected) < ROUNDED


@pytest.mark.parametrize("threads", [1, 3, 64])
@pytest.mark.parametrize("most", [1, 7, 1000])
def test_however_the_work_is_shared_the_numbers_are_the_same(
    library: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch, threads: int, most: int
) -> None:
    x, weight = features(128, 21, 30), numbers(256, 128, 3, 3, seed=1)
    expected = functional.conv2d(x.double(), weight.double(), padding=1)
    monkeypatch.setattr(winograd, "TILES", most)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    shares.cache_clear()
    found = Winograd(weight, None, library).backward(x, torch.ones_like(x), unpool=False)
    shares.cache_clear()
    assert distance(found, expected) < 1e-5


@pytest.mark.parametrize("threads", [1, 2, 3, 8, 32])
@pytest.mark.parametrize("tiles", [1, 4, 48, 176, 704, 11008])
def test_every_thread_gets_a_share_where_there_are_enough(tiles: int, threads: int) -> None:
    at_once, groups = shares(tiles, 512, 512, 16, threads)
    blocks = -(-tiles // at_once)
    assert at_once * blocks >= tiles
    assert at_once <= winograd.TILES
    assert blocks * groups >= min(threads, 16)
    assert groups <= 16


@pytest.mark.parametrize("k", [64, 256])
@pytest.mark.parametrize("exact", [True, False])
def test_weights_are_kept_in_half_the_memory_where_that_is_exact(library: ctypes.CDLL, k: int, exact: bool) -> None:
    weight, x = numbers(64, k, 3, 3), features(k, 9, 9)
    weight = weight.half().float() if exact else weight
    convolution = Winograd(weight, None, library, 0.25)
    assert convolution.weight.dtype == (torch.float16 if exact and library.reads_half() else torch.float32)
    assert torch.equal(convolution.plain_weight(torch.float32), weight)
    found = convolution.backward(x, torch.ones_like(x), unpool=False)
    assert distance(found, functional.conv2d(x.double(), weight.double() / 4, padding=1)) < 1e-5


def test_what_is_no_number_stays_none(library: ctypes.CDLL) -> None:
    """Or a picture that cannot be painted would have a finite loss."""
    x, weight = features(64, 8, 8), numbers(64, 64, 3, 3)
    x[0, 0, 4, 4] = torch.nan
    found = Winograd(weight, torch.zeros(64), library).forward(x, features=True, pooled=False, lit=False).features
    assert found is not None
    assert found[0, :, 3:6, 3:6].isnan().all()


# What is built, kept and refused


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one. What is built there is a slow kernel, in a quarter of the time."""
    monkeypatch.setattr(kernel, "FLAGS", ("-O0", "-fPIC"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "styler"


@pytest.fixture
def capability() -> str:
    found = torch.backends.cpu.get_cpu_capability()
    if kernel.architecture_of(found) is None:
        pytest.skip("the kernel is not for this machine")
    if shutil.which("gcc") is None:
        skip_for_want_of("gcc")
    return found


def test_it_is_built_once_and_kept(cache: Path, capability: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel.load_library(capability) is not None
    [kept] = cache.iterdir()
    before = kept.stat().st_mtime_ns
    monkeypatch.setenv("PATH", "")  # no compiler any more
    assert kernel.load_library(capability) is not None
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("script", ["echo 'bad: flag' >&2; exit 1", "exit 0"])
def test_a_compiler_that_fails_is_told_in_one_line(
    cache: Path,
    capability: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    script: str,
) -> None:
    compiler = tmp_path / "compiler"
    compiler.write_text(f"#!/bin/sh\n{script}\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    with caplog.at_level(logging.INFO, "styler"):
        assert kernel.load_library(capability) is None
    [told] = caplog.messages
    assert "\n" not in told
    assert ("bad: flag" in told) == ("bad" in script)
    assert list(cache.iterdir()) == []


def test_a_compiler_that_is_too_old_for_bfloat16_builds_the_kernel_without(
    cache: Path,
    capability: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    compiler = tmp_path / "compiler"
    compiler.write_text('#!/bin/sh\ncase "$*" in *m2030*) echo "no 2030" >&2; exit 1;; esac\nexec gcc "$@"\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    without = kernel.lesser(str(kernel.architecture_of(capability)))[-1]
    monkeypatch.setattr(kernel, "BFLOAT16", "+2030")
    monkeypatch.setattr(kernel, "architecture_of", lambda _: without + "+2030")
    with caplog.at_level(logging.INFO, "styler"):
        library = kernel.load_library(capability)
    assert library is not None
    assert not library.multiplies_bfloat16()
    assert [file.name for file in cache.iterdir()] == [kernel.file_name(without)]
    [told] = caplog.messages
    assert told == "the compiled kernel is one that does without +2030: no 2030"


@pytest.mark.needs("clang")
def test_clang_builds_it_too(cache: Path, capability: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose own OpenMP PyTorch does not bring."""
    monkeypatch.setenv("CC", "clang")
    library = kernel.load_library(capability)
    assert library is not None
    x, weight = features(64, 21, 30), numbers(128, 64, 3, 3, seed=1)
    found = Winograd(weight, None, library).backward(x, torch.ones_like(x), unpool=False)
    assert distance(found, functional.conv2d(x.double(), weight.double(), padding=1)) < 1e-5


def test_a_compiler_that_hangs_is_ended_with_all_that_it_started(
    cache: Path, capability: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    compiler = tmp_path / "compiler"
    compiler.write_text(f"#!/bin/sh\n(echo compiling; exec sleep 900) >{alive} &\nwait\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    works: list[IO[str]] = []

    def impatient(process: subprocess.Popen[str], timeout: float) -> None:
        works.append(alive.open())
        assert works[0].readline() == "compiling\n"
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", impatient)
    assert kernel.load_library(capability) is None
    with works[0] as work:
        assert select.select([work], [], [], 60)[0], "else it would be open until the end of its sleep"
        assert work.read() == ""
    assert list(cache.iterdir()) == []


def test_without_a_compiler_that_is_told(
    cache: Path, capability: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CC", raising=False)
    with caplog.at_level(logging.INFO, "styler"):
        assert kernel.load_library(capability) is None
    assert "no C compiler" in caplog.text


def test_a_file_that_is_no_library_is_not_loaded(cache: Path, capability: str) -> None:
    cache.mkdir(mode=0o700)
    architecture = str(kernel.architecture_of(capability))
    for each in kernel.lesser(architecture):
        (cache / kernel.file_name(each)).write_bytes(b"not a library")
    assert kernel.load_library(capability) is None


def test_a_folder_that_others_can_write_to_is_not_trusted(cache: Path, capability: str) -> None:
    cache.mkdir()
    cache.chmod(0o777)
    assert kernel.load_library(capability) is None


def test_a_kernel_that_computes_something_else_is_not_used(
    monkeypatch: pytest.MonkeyPatch, library: ctypes.CDLL
) -> None:
    winograd.checked_library.cache_clear()
    monkeypatch.setattr(winograd, "load_library", lambda *_, **__: library)
    assert winograd.checked_library() is library
    winograd.checked_library.cache_clear()
    monkeypatch.setattr(winograd.Winograd, "backward", lambda *_, **__: torch.ones(1, 128, 11, 7))
    assert winograd.checked_library() is None
    winograd.checked_library.cache_clear()


def test_what_errs_in_bfloat16_is_told_from_what_errs_in_float32(
    monkeypatch: pytest.MonkeyPatch, rounding_library: ctypes.CDLL
) -> None:
    assert winograd._wrong_in(rounding_library) is None
    monkeypatch.setitem(winograd.CLOSE, torch.bfloat16, 0.0)
    assert winograd._wrong_in(rounding_library) == torch.bfloat16
    monkeypatch.setitem(winograd.CLOSE, torch.float32, 0.0)
    assert winograd._wrong_in(rounding_library) == torch.float32


@pytest.mark.parametrize("float32_errs", [False, True])
def test_a_kernel_that_errs_in_bfloat16_computes_in_float32(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, float32_errs: bool
) -> None:
    both, plain = mock.Mock(name="both"), mock.Mock(name="plain")
    errs = {both: torch.bfloat16, plain: torch.float32 if float32_errs else None}
    monkeypatch.setattr(winograd, "load_library", lambda _, *, bfloat16=True: both if bfloat16 else plain)
    monkeypatch.setattr(winograd, "_wrong_in", errs.__getitem__)
    with caplog.at_level(logging.INFO, "styler"):
        assert winograd.checked_library.__wrapped__() is (None if float32_errs else plain)
    assert "bfloat16" in caplog.messages[0]
    assert len(caplog.messages) == 1 + float32_errs


def test_the_kernel_may_be_had_without_bfloat16(cache: Path, capability: str) -> None:
    library = kernel.load_library(capability, bfloat16=False)
    assert library is not None
    assert not library.multiplies_bfloat16()


@pytest.mark.parametrize(
    ("machine", "flags", "expected"),
    [
        ("x86_64", "avx512f avx512_bf16 amx_bf16 amx_tile", AVX512 + "+avx512bf16+amx-tile+amx-bf16"),
        ("x86_64", "avx512f avx512_bf16 amx_tile", AVX512 + "+avx512bf16"),
        ("x86_64", "avx512f avx512_bf16", AVX512 + "+avx512bf16"),
        ("x86_64", "avx512f avx512_vnni", AVX512),
        ("aarch64", "bf16", "armv8-a"),
    ],
)
def test_an_image_has_the_kernel_of_each_processor(
    monkeypatch: pytest.MonkeyPatch, machine: str, flags: str, expected: str
) -> None:
    monkeypatch.setattr(kernel.sys, "platform", "linux")
    monkeypatch.setattr(kernel.platform, "machine", lambda: machine)
    monkeypatch.setattr(kernel, "may_use_tiles", lambda: True)
    monkeypatch.setattr(kernel.Path, "read_text", lambda *_, **__: f"flags\t\t: fpu {flags}\n")
    assert kernel.architecture_of("AVX512") == expected
    assert expected in kernel.architectures()
    assert kernel.architecture_of("AVX2") in kernel.architectures()


def test_where_linux_refuses_the_registers_of_amx_the_kernel_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel.sys, "platform", "linux")
    monkeypatch.setattr(kernel.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(kernel.Path, "read_text", lambda *_, **__: "flags\t\t: avx512_bf16 amx_tile amx_bf16\n")
    asked = mock.Mock(return_value=-1)
    monkeypatch.setattr(kernel.ctypes, "CDLL", lambda _: mock.Mock(syscall=asked))
    assert kernel.architecture_of("AVX512") == AVX512 + kernel.BFLOAT16
    asked.assert_called_once_with(158, 0x1023, 18)
    asked.return_value = 0
    assert kernel.architecture_of("AVX512") == AVX512 + kernel.AMX


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only they have AMX")
def test_the_kernel_for_amx_is_built_on_every_x86_machine(
    built: Callable[[str], ctypes.CDLL],
) -> None:
    library = built(AVX512 + kernel.AMX)
    assert library.multiplies_bfloat16()
    assert library.works_by_rows()
    assert library.ready_floats(64, 64, 1) < built(AVX512 + kernel.BFLOAT16).ready_floats(64, 64, 1)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("size", [(21, 30), (8, 129), (9, 260)])
def test_other_convolutions_on_the_same_threads_are_not_disturbed(
    rounding_library: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch, threads: int, size: tuple[int, int]
) -> None:
    """With AMX, oneDNN sets its registers for itself; so does the kernel."""
    x, weight = features(128, *size).bfloat16(), numbers(128, 128, 3, 3, seed=1) / 128**0.5
    expected = functional.conv2d(x.double(), weight.double(), padding=1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    shares.cache_clear()
    there = Winograd(weight, None, rounding_library, dtype=torch.bfloat16)
    for _ in range(3):
        assert distance(functional.conv2d(x, weight.bfloat16(), padding=1), expected) < ROUNDED
        assert distance(there.backward(x, torch.ones_like(x), unpool=False), expected) < ROUNDED
    shares.cache_clear()


@pytest.mark.parametrize("tiles", [1, 40, 256, 1000])
@pytest.mark.parametrize("width", [1, 30, 130, 500])
def test_in_bfloat16_rows_are_computed_by_themselves_however_they_are_shared(
    rounding_library: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch, tiles: int, width: int
) -> None:
    for name in ("TILES", "TILES_OF_FEW_CHANNELS", "TILES_BY_ROWS"):
        monkeypatch.setattr(winograd, name, tiles)
    shares.cache_clear()
    x, weight, bias = features(64, 47, width).bfloat16(), numbers(128, 64, 3, 3, seed=1) / 8, numbers(128, seed=2)
    expected = functional.conv2d(x.double(), weight.double(), bias.double(), padding=1).relu()
    there = Winograd(weight, bias, rounding_library, dtype=torch.bfloat16)
    output = there.output((47, width), features=True, pooled=True, lit=True)
    assert output.features is not None
    assert output.pooled is not None
    output.features.fill_(torch.nan)
    for rows in (slice(20, 40), slice(40, 47), slice(0, 20)):  # what others have computed is left as it is
        first = max(0, rows.start - 1)
        there.fill(output, (47, width), x[:, :, first : rows.stop + 1].clone(), rows, first)
    shares.cache_clear()
    assert distance(output.features, expected) < ROUNDED
    if width > 1:
        assert distance(output.pooled, functional.avg_pool2d(expected, 2)) < ROUNDED


def test_in_bfloat16_what_is_no_number_stays_none(rounding_library: ctypes.CDLL) -> None:
    x, weight = features(64, 8, 8).bfloat16(), numbers(64, 64, 3, 3)
    x[0, 0, 4, 4] = torch.nan
    there = Winograd(weight, torch.zeros(64), rounding_library, dtype=torch.bfloat16)
    found = there.forward(x, features=True, pooled=False, lit=False).features
    assert found is not None
    assert found[0, :, 3:6, 3:6].isnan().all()


def test_where_the_system_does_not_tell_the_processor_s_flags_there_is_still_a_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kernel.sys, "platform", "linux")
    monkeypatch.setattr(kernel.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(kernel.Path, "read_text", mock.Mock(side_effect=PermissionError))
    assert kernel.architecture_of("AVX512") == AVX512


@pytest.mark.parametrize(("platform_name", "machine"), [("win32", "x86_64"), ("darwin", "arm64"), ("linux", "riscv64")])
def test_elsewhere_there_is_none(monkeypatch: pytest.MonkeyPatch, platform_name: str, machine: str) -> None:
    monkeypatch.setattr(kernel.sys, "platform", platform_name)
    monkeypatch.setattr(kernel.platform, "machine", lambda: machine)
    assert kernel.load_library("AVX2") is None
