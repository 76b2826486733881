"""The compiled kernel, `winograd.c`: built once by the system's C compiler, if there is one, and kept for the user.

`python -m styler.engine.kernel FOLDER` builds it for every kind of this machine's processors, for an image without a
compiler. Without both, the engine computes with PyTorch's operators, which takes about twice as long.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import logging
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("winograd.c")
FLAGS = ("-O3", "-fPIC")
SECONDS = 60  # a compiler that takes longer hangs
# gcc's names of the instructions, by what PyTorch calls them all. One by one, as gcc before 11 has no "x86-64-v4".
AVX2 = "x86-64+avx2+fma+f16c"
LEVELS = {"AVX512": AVX2 + "+avx512f+avx512bw+avx512dq+avx512vl", "AVX2": AVX2}
# Some processors with AVX-512 multiply bfloat16, too, and some of these by tiles of registers.
BFLOAT16 = "+avx512bf16"
AMX = BFLOAT16 + "+amx-tile+amx-bf16"
ARCH_PRCTL, ARCH_REQ_XCOMP_PERM, XTILEDATA = 158, 0x1023, 18  # Linux's numbers, on x86-64

log = logging.getLogger(__name__)


class ConvolutionCall(ctypes.Structure):
    """`struct convolution` of winograd.c, which says what the fields are."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("x", "mask", "masker", "weight", "ready", "bias", "y", "pooled", "lit")),
        ("scratch", ctypes.c_void_p),
        *((name, ctypes.c_int64) for name in ("h", "w", "k", "n", "half", "bfloat16", "unpool", "top", "bottom")),
        *((name, ctypes.c_int64) for name in ("tiles", "groups", "threads")),
        ("scale", ctypes.c_double),
    )


def load_library(capability: str, *, bfloat16: bool = True) -> ctypes.CDLL | None:
    """The kernel for a processor with `capability`, PyTorch's word for its instruction set; built now if need be.

    With bfloat16 where the processor has it, unless `bfloat16` is false. None where it cannot be had; the log says why.
    """
    architecture = architecture_of(capability)
    if architecture is None:
        log.debug("no compiled kernel: there is none for %s %s on %s", platform.machine(), capability, sys.platform)
        return None
    reason = ""
    for each in lesser(architecture)[0 if bfloat16 else -1 :]:  # gcc before 11 lacks AMX, before 10 bfloat16
        try:
            library = open_library(_built(each))
        except (OSError, AttributeError, subprocess.SubprocessError) as error:
            reason = _reason(error)
            if isinstance(error, subprocess.TimeoutExpired):
                break
        else:
            if reason:
                log.info("the compiled kernel is one that does without %s: %s", architecture.removeprefix(each), reason)
            return library
    log.info("no compiled kernel, so painting takes about twice as long: %s", reason)
    return None


def architecture_of(capability: str) -> str | None:
    """gcc's -march for a processor with `capability`, and after "+" what it has besides. None: there is no kernel."""
    if sys.platform != "linux":  # elsewhere PyTorch brings another OpenMP than gcc's
        return None
    if platform.machine() != "x86_64":
        return {"aarch64": "armv8-a"}.get(platform.machine())
    level = LEVELS.get(capability)
    return level + _besides() if level and capability == "AVX512" else level


def lesser(architecture: str) -> list[str]:
    """That one and those that a processor of it has, too: the best first, and last the one without bfloat16."""
    level = architecture.removesuffix(AMX).removesuffix(BFLOAT16)
    return [each for each in (level + AMX, level + BFLOAT16, level) if architecture.startswith(each)]


def architectures() -> list[str]:
    """All that a machine of this one's kind may have, as an image does not know where it will run."""
    if platform.machine() == "x86_64":
        return [*LEVELS.values(), LEVELS["AVX512"] + BFLOAT16, LEVELS["AVX512"] + AMX]
    found = architecture_of("")
    return [] if found is None else [found]


def _besides() -> str:
    """What this x86 processor multiplies bfloat16 by, if the system tells."""
    flags: list[str] = []
    with contextlib.suppress(OSError):
        flags = Path("/proc/cpuinfo").read_text("ascii", errors="replace").split()
    if "avx512_bf16" not in flags:
        return ""
    return AMX if {"amx_tile", "amx_bf16"} <= {*flags} and may_use_tiles() else BFLOAT16


def may_use_tiles() -> bool:
    """Asks Linux that this process may use AMX's registers, which are large: old ones and some sandboxes refuse it."""
    return bool(ctypes.CDLL(None).syscall(ARCH_PRCTL, ARCH_REQ_XCOMP_PERM, XTILEDATA) == 0)


def build(architecture: str, folder: Path) -> Path:
    """Compiles into `folder`, and returns the file. Raises `OSError` and `subprocess.SubprocessError`."""
    compiler = next(
        (found for name in (os.environ.get("CC"), "gcc", "cc") if name and (found := shutil.which(name))), None
    )
    if compiler is None:
        raise FileNotFoundError("there is no C compiler (gcc)")
    with tempfile.TemporaryDirectory(dir=folder) as work:
        object_file, library = Path(work, "kernel.o"), Path(work, "kernel.so")
        level, *besides = architecture.split("+")
        flags = [*FLAGS, f"-march={level}", *(f"-m{each}" for each in besides)]
        for command in (
            [compiler, *flags, "-c", str(SOURCE), "-o", str(object_file)],
            # Without a library of OpenMP's: its functions are those of the one that PyTorch has loaded.
            [compiler, "-shared", str(object_file), "-o", str(library)],
        ):
            _run(command)
        target = folder / file_name(architecture)
        library.replace(target)
    return target


def _run(command: list[str]) -> None:
    """As subprocess.run, which would leave behind what the compiler starts: gcc is a driver, and cc1 compiles."""
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        try:
            _, said = process.communicate(timeout=SECONDS)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)


def _built(architecture: str) -> Path:
    """The library's file: beside the source, where an image brings it, or in the user's cache."""
    beside = SOURCE.with_name(file_name(architecture))
    if beside.is_file():
        return beside
    folder = _cache_folder()
    kept = folder / file_name(architecture)
    return kept if kept.is_file() else build(architecture, folder)


def file_name(architecture: str) -> str:
    """Of the library: another for each processor, and whenever the source changes."""
    digest = hashlib.sha256(SOURCE.read_bytes() + " ".join(FLAGS).encode()).hexdigest()
    return f"winograd-{architecture}-{digest[:16]}.so"


def _cache_folder() -> Path:
    """Only the user may write there: what it holds is run."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "styler")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if state.st_uid != os.getuid() or state.st_mode & 0o022:
        raise PermissionError(f"{folder} can be written by others")
    return folder


def open_library(file: Path) -> ctypes.CDLL:
    """The kernel that was built, with the types of its functions. Raises `OSError` and `AttributeError` for others."""
    library, number = ctypes.CDLL(str(file)), ctypes.c_int64
    library.panel_width.restype, library.panel_width.argtypes = number, ()
    library.ready_floats.restype, library.ready_floats.argtypes = number, (number, number, number)
    library.scratch_floats.restype, library.scratch_floats.argtypes = number, (number, number, number)
    library.reads_half.restype, library.reads_half.argtypes = number, ()
    library.works_by_rows.restype, library.works_by_rows.argtypes = number, ()
    library.multiplies_bfloat16.restype, library.multiplies_bfloat16.argtypes = number, ()
    for function in (library.transform_weights, library.convolve):
        function.restype, function.argtypes = None, (ctypes.POINTER(ConvolutionCall),)
    return library


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return str(error.stderr).strip().partition("\n")[0] or str(error)
    return str(error)


if __name__ == "__main__":
    parser = argparse.ArgumentParser("kernel.py", description="Compile the kernel for each kind of processor.")
    parser.add_argument("folder", type=Path, help="where the libraries are written")
    folder = parser.parse_args().folder
    for architecture in architectures():
        build(architecture, folder)
