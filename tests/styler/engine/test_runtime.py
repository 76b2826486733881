"""What the painting process sets up for itself."""

import ctypes
import gc
import os
import platform
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import psutil
import pytest
import torch

from styler.engine import runtime
from styler.engine.runtime import best_device, gpu_dtype, release_libraries, release_memory, tune_process


def test_tune_process_keeps_tensors_up_to_large_ones_off_mmap() -> None:
    tune_process()
    before = mapped()
    tensors = [torch.zeros(runtime.LARGE // 4 - 4096) for _ in range(3)]
    assert mapped() == before
    assert len(tensors) == 3


def mapped() -> int:
    """Bytes that glibc's malloc holds by mmap: `hblkhd` of mallinfo2."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        pytest.skip("not glibc 2.33 or newer")
    fields = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")

    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in fields]

    libc.mallinfo2.restype = Info
    return int(libc.mallinfo2().hblkhd)


def test_tune_process_does_nothing_where_there_is_no_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime.platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(runtime.ctypes, "CDLL", None)  # calling it would fail
    tune_process()


CONVOLVE = """
import styler.engine.runtime, torch
for width in [*range(8, 8 + 130), 8]:
    torch.mkldnn_convolution(torch.ones(1, 8, 8, width), torch.ones(8, 8, 3, 3), None, [1, 1], [1, 1], [1, 1], 1)
"""


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="this PyTorch has no oneDNN")
def test_what_was_compiled_for_old_sizes_is_let_go() -> None:
    command = [sys.executable, "-c", CONVOLVE]
    told = {**os.environ, "ONEDNN_VERBOSE": "profile_create"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=told)
    compiled = [line for line in done.stdout.splitlines() if "create:cache_miss,cpu,convolution" in line]
    assert len(compiled) == 131, "the first size, and again when it comes back"


def test_auto_takes_the_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert best_device("auto") == torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert best_device("auto") == torch.device("cpu")


def test_a_device_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert best_device("cuda:0") == torch.device("cuda:0")
    with pytest.raises(ValueError, match="there is no device cuda:1"):
        best_device("cuda:1")


@pytest.mark.parametrize(("has", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_on_a_gpu_auto_takes_bfloat16_where_the_hardware_has_it(
    monkeypatch: pytest.MonkeyPatch, has: bool, expected: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: has or including_emulation)
    assert gpu_dtype("auto") == expected
    assert gpu_dtype("float32") == torch.float32
    assert gpu_dtype("bfloat16") == torch.bfloat16


def test_the_libraries_pages_go_and_come_back() -> None:
    if not Path("/proc/self/smaps").exists() or platform.libc_ver()[0] != "glibc":
        pytest.skip("not Linux with glibc")
    x = torch.rand(64, 64)
    expected = torch.linalg.inv(x)
    before = mapped_files()
    release_libraries()
    assert mapped_files() < before / 2
    assert torch.equal(torch.linalg.inv(x), expected)


def test_only_what_is_known_to_be_as_in_the_file_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    class Part(NamedTuple):
        addr: str
        perms: str = "r-xp"
        path: str = "/lib/libm.so.6"
        rss: int = 4096
        anonymous: int = 0
        swap: int = 0

    parts = [
        Part("1000-3000"),
        Part("4000-5000", perms="rw-p"),
        Part("5000-6000", path="[heap]"),
        Part("6000-7000", anonymous=4096),  # the linker wrote in it
        Part("7000-8000", swap=4096),  # and that was swapped out
        Part("8000-9000", rss=0),  # as QEMU tells of all
    ]
    released: list[tuple[int, int]] = []
    libc = SimpleNamespace(madvise=lambda start, size, _: released.append((start.value, size.value)))
    monkeypatch.setattr(runtime.platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setattr(runtime.ctypes, "CDLL", lambda _: libc)
    monkeypatch.setattr(psutil.Process, "memory_maps", lambda *_, **__: parts, raising=False)
    release_libraries()
    assert released == [(0x1000, 0x2000)]


@pytest.mark.parametrize("error", [PermissionError, psutil.AccessDenied, ValueError, AttributeError])
def test_painting_goes_on_where_nobody_tells_what_is_mapped(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """psutil has no such method where the kernel was built without smaps."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(psutil.Process, "memory_maps", fail, raising=False)
    release_libraries()


def mapped_files() -> int:
    """Resident bytes of files."""
    return int(re.search(r"RssFile:\s+(\d+)", Path("/proc/self/status").read_text())[1])


def test_between_two_paintings_a_gpu_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    emptied: list[bool] = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append(True))
    release_memory()
    assert emptied == [True]


@pytest.mark.parametrize("collects", [True, False])
def test_a_program_that_uses_the_engine_keeps_its_garbage_collector(collects: bool) -> None:
    before = gc.get_freeze_count()
    try:
        gc.enable() if collects else gc.disable()
        runpy.run_path(runtime.__file__)
        assert gc.isenabled() == collects
        assert gc.get_freeze_count() <= before  # what nobody needs any more is gone from there
    finally:
        gc.enable()


def test_a_process_of_our_own_looks_for_no_garbage_in_what_was_there_at_first() -> None:
    """Afterwards it does, however often it is told to paint."""
    gc.unfreeze()
    try:
        tune_process()
        frozen = gc.get_freeze_count()
        made = [[] for _ in range(1000)]
        tune_process()
        assert 0 < gc.get_freeze_count() <= frozen  # what nobody needs any more is gone from there, too
        assert len(made) == 1000
    finally:
        gc.freeze()  # as the tests are
