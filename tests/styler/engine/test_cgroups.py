"""Memory limits of control groups: of the process's own group, and of every group around it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from styler.engine.cgroups import free_memory

V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
V2 = ("memory.max", "memory.current", "inactive_file")


class Machine:
    """A process's files in /proc, and a tree of groups."""

    def __init__(self, folder: Path) -> None:
        self.process, self.mounts = folder / "proc", folder / "a mount"
        self.process.mkdir()

    def says(self, cgroup: str, *mounts: tuple[str, str, str]) -> None:
        (self.process / "cgroup").write_text(cgroup)
        at = str(self.mounts).replace(" ", "\\040")
        lines = [
            f"31 23 0:2{i} {root} {at} rw - {kind} cgroup {options}" for i, (root, kind, options) in enumerate(mounts)
        ]
        (self.process / "mountinfo").write_text("\n".join(["22 1 8:1 / / rw - ext4 /dev/sda rw", *lines, ""]))

    def group(self, path: str, names: tuple[str, str, str], limit: object, used: int, inactive: int = 0) -> Path:
        folder = self.mounts / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in ((names[0], limit), (names[1], used), ("memory.stat", f"anon 5\n{names[2]} {inactive}")):
            (folder / name).write_text(f"{text}\n")
        if names == V2:
            (folder / "memory.high").write_text("max\n")
        return folder


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_own_group_of_version_2(machine: Machine) -> None:
    """As systemd's `MemoryMax=` sets it; the outermost group has no such files."""
    machine.says("0::/system.slice/bot.service\n", ("/", "cgroup2", "rw"))
    machine.group("system.slice/bot.service", V2, 3000, 1000, 100)
    machine.group("system.slice", V2, "max", 5000)
    assert free_memory(machine.process) == 2100


def test_the_tightest_group_around_counts(machine: Machine) -> None:
    machine.says("0::/pod/container\n", ("/", "cgroup2", "rw"))
    machine.group("pod/container", V2, 3000, 1000)
    machine.group("pod", V2, 4000, 3500)
    assert free_memory(machine.process) == 500


def test_a_limit_that_slows_down_counts_too(machine: Machine) -> None:
    machine.says("0::/slow\n", ("/", "cgroup2", "rw"))
    (machine.group("slow", V2, 3000, 1000) / "memory.high").write_text("1800\n")
    assert free_memory(machine.process) == 800


def test_version_1_beside_an_empty_version_2(machine: Machine) -> None:
    """As on hosts that have both: the memory is counted by version 1."""
    machine.says(
        "9:name=systemd:/\n4:cpu,memory:/docker/abc\n0::/\n",
        ("/", "cgroup", "rw,cpu,memory"),
        ("/", "cgroup", "rw,pids"),
    )
    machine.group("docker/abc", V1, 3000, 1000, 100)
    machine.group("docker", V1, 9223372036854771712, 9000)
    assert free_memory(machine.process) == 2100


def test_in_a_container_the_mount_may_begin_at_its_group(machine: Machine) -> None:
    machine.says("4:memory:/docker/abc\n", ("/docker/abc", "cgroup", "rw,memory"))
    machine.group("", V1, 3000, 1000)
    assert free_memory(machine.process) == 2000


def test_a_path_from_outside_of_the_mount_means_the_mount(machine: Machine) -> None:
    machine.says("0::/../other\n", ("/docker/abc", "cgroup2", "rw"))
    machine.group("", V2, 3000, 1000)
    assert free_memory(machine.process) == 2000


def test_without_a_limit_there_is_none(machine: Machine) -> None:
    assert free_memory(machine.process) == math.inf
    machine.says("0::/here\n", ("/", "cgroup2", "rw"))
    assert free_memory(machine.process) == math.inf
    machine.group("here", V2, "max", 1000)
    assert free_memory(machine.process) == math.inf


@pytest.fixture
def real_group() -> Iterator[Path]:
    """A group of this machine's, with a limit of 700 MB, where one may be made."""
    for parent, limit in ((Path("/sys/fs/cgroup/memory"), V1[0]), (Path("/sys/fs/cgroup"), V2[0])):
        folder = parent / f"styler-test-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            (folder / limit).write_text("700000000")
            yield folder
        except OSError:
            continue
        else:
            return
        finally:
            folder.rmdir()
    pytest.skip("no control group can be made here")


def test_the_kernel_s_own_files(real_group: Path) -> None:
    """A process that enters a real group of 700 MB sees so much less what it uses."""
    enter, ask = "import sys; open(sys.argv[1], 'w').write('0')", "from styler.engine import cgroups"
    script = f"{enter}; {ask}; print(cgroups.free_memory())"
    command = [sys.executable, "-c", script, str(real_group / "cgroup.procs")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert 600e6 < float(done.stdout) <= 700e6
