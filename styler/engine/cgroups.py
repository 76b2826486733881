"""Memory limits of Linux's control groups, of version 1 and 2: those of containers, and systemd's `MemoryMax=`.

https://docs.kernel.org/admin-guide/cgroup-v2.html#memory, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PROCESS = Path("/proc/self")


class _Files(NamedTuple):
    """What a version calls the limits, the use, and the part of it that nobody uses, in `memory.stat`."""

    limits: tuple[str, ...]
    used: str
    inactive: str


_V1 = _Files(("memory.limit_in_bytes",), "memory.usage_in_bytes", "total_inactive_file")
_V2 = _Files(("memory.max", "memory.high"), "memory.current", "inactive_file")


def free_memory(process: Path = PROCESS) -> float:
    """The bytes that the process's group and those around it leave; infinite without a limit, or on another system."""
    try:
        hierarchies = list(_hierarchies(process))
    except (OSError, ValueError):
        return math.inf
    groups = [(group, files) for folder, top, files in hierarchies for group in _upwards(folder, top)]
    return min((_left(group, files) for group, files in groups), default=math.inf)


def _hierarchies(process: Path) -> Iterator[tuple[Path, Path, _Files]]:
    """The process's own group, and the outermost group that is seen, in each hierarchy that counts memory."""
    paths = dict(_memberships((process / "cgroup").read_text()))
    for line in (process / "mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        root, mount = (PurePosixPath(_unescaped(field)) for field in left.split(" ")[3:5])
        kind, _, options = right.split(" ")[:3]
        files = _V2 if kind == "cgroup2" else _V1 if kind == "cgroup" and "memory" in options.split(",") else None
        if files is None or files not in paths:
            continue
        # In a container, the mount may begin at the container's own group, and the path at the machine's.
        path = PurePosixPath(paths[files])
        inside = path.relative_to(root) if path.is_relative_to(root) else PurePosixPath()
        yield Path(mount, inside), Path(mount), files


def _memberships(text: str) -> Iterator[tuple[_Files, str]]:
    """The group's path in each version, from lines of "number:controllers:path"; version 2 names no controllers."""
    for line in text.splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            yield _V2, path
        elif "memory" in controllers.split(","):
            yield _V1, path


def _unescaped(field: str) -> str:
    """A field of mountinfo, in which a space is \\040."""
    return field.encode("latin-1", "replace").decode("unicode_escape")


def _upwards(folder: Path, top: Path) -> Iterator[Path]:
    yield folder
    if folder != top:
        yield from _upwards(folder.parent, top)


def _left(group: Path, files: _Files) -> float:
    """What the group's own limit leaves. File pages that nobody uses are given back when memory is short."""
    try:
        limit = min(map(_bytes, (group / name for name in files.limits)))
        used = int((group / files.used).read_text())
        stat = dict(line.split(" ", 1) for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # the outermost group has no limit
        return math.inf
    return limit - used + int(stat.get(files.inactive, 0))


def _bytes(file: Path) -> float:
    text = file.read_text().strip()
    return math.inf if text == "max" else int(text)
