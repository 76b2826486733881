"""Tunes the process that paints: the heap, threads, device and number format. Imported before torch."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import platform

import psutil  # type: ignore[import-untyped]

# Read when torch loads its threads, so this module comes first in a process that paints. Threads that spin for as long
# as they wait for each other are 5 to 20 times slower where a browser or another painter wants the cores, too. Some ten
# microseconds of it save most wake-ups: a small picture takes 25 % less time, and 15 % more where the cores are wanted.
os.putenv("OMP_WAIT_POLICY", "PASSIVE")
os.putenv("GOMP_SPINCOUNT", "1000")
# Large tensors in large pages, where the kernel gives them to those who ask: 1.05 times as fast.
os.putenv("THP_MEM_ALLOC_ENABLE", "1")
# oneDNN keeps what it compiled for the last 1024 sizes of tensors: half a megabyte for each matrix product in bfloat16,
# more with every size of a picture. A clip's frames, or 15 cells of a sheet, need 128 of them again and again.
os.putenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")
# MKL keeps the buffers of its matrix products for good, some megabytes a thread. Without, they take 2 % more time.
os.putenv("MKL_DISABLE_FAST_MM", "1")

# What torch makes as it loads stays. To look there for garbage, again and again, takes a fifth of the time.
_collects = gc.isenabled()
gc.disable()
try:
    import torch
finally:
    # Frozen and thawed, it is old: nobody looks there before much else is made. (What the program froze stays so.)
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
    if _collects:
        gc.enable()

# Of glibc's malloc.h. https://man7.org/linux/man-pages/man3/mallopt.3.html
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
LARGE = 2**23  # bytes
MADV_DONTNEED = 4  # of Linux's mman.h. https://man7.org/linux/man-pages/man2/madvise.2.html


def tune_process() -> None:
    """Call in a process of our own that paints, before it paints, and best right after this module is imported: 1.13 to
    1.24 times as fast on a CPU. What is there stays, and is looked at for garbage no more.

    glibc gives the memory of every tensor above 128 KB back to the kernel, which hands out zeroed pages again for the
    next one. Here the heap keeps those up to `LARGE`: a step needs the same sizes as the step before. At 512 pixels, 1
    MB takes 34 MB less memory and 8 % more time, 32 MB takes 60 to 80 MB more and 5 % less time.
    """
    if not gc.get_freeze_count():  # or a worker of Ray's, which is told before each painting, would keep all garbage
        gc.freeze()
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_THRESHOLD, LARGE)
    libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
    libc.mallopt(M_TOP_PAD, 64 * 2**20)


def trim_heap() -> None:
    """Give all free memory of the heap back to the system, also where memory behind it is in use."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)


def release_libraries() -> None:
    """Call once what painting needs is loaded: most of what was read of the libraries was needed only for that.

    The files' pages that are mapped go: 80 MB with PyTorch's CPU build. They stay in the system's cache, and those that
    painting needs come back from there, within some ten milliseconds.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    maps = []
    # No painting fails for want of it: a kernel may be built without smaps, or tell it in words that psutil lacks.
    with contextlib.suppress(AttributeError, OSError, ValueError, psutil.Error):
        maps = psutil.Process().memory_maps(grouped=False)
    for each in maps:
        # Nothing that was written in memory, by the linker, a compiler at run time, a debugger: it would be lost. What
        # was swapped out since then counts as swap alone, and an emulator (QEMU's) tells 0 of everything.
        untouched = each.rss and not each.anonymous and not each.swap
        if each.path.startswith("/") and "w" not in each.perms and untouched:
            start, end = (int(address, 16) for address in each.addr.split("-"))
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED)


def release_memory() -> None:
    """Call between two paintings, to give back the memory of the last one.

    Else the process would keep the hundreds of megabytes of a single large picture for good, and on a GPU other
    processes could not have what PyTorch keeps for itself.
    """
    trim_heap()
    torch.cuda.empty_cache()  # nothing where CUDA was not used


def best_device(name: str) -> torch.device:
    """The device of `Settings.device`; 'auto' is the GPU where there is one. `ValueError` if it is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ValueError(f"there is no device {name}: PyTorch sees {torch.cuda.device_count()} GPUs")
    return device


def gpu_dtype(precision: str) -> torch.dtype:
    """The arithmetic of `Settings.precision` on a GPU; 'auto' is bfloat16 where the hardware computes with it.

    With float32, cuDNN rounds what convolutions multiply to TF32, ten bits after the point, unless
    `torch.backends.cudnn.allow_tf32` is off. On a CPU, `styler.engine.arithmetic` measures.
    """
    if precision != "auto":
        return torch.bfloat16 if precision == "bfloat16" else torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
