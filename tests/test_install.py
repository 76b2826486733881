"""What `make` installs: from which index, in which versions, on which Python."""

import os
import re
import shutil
import subprocess

import pytest
import yaml

from tests.support.project import ROOT

LOCK = ROOT / "deploy/lock"
# A program that answers as a Python of another version: make asks it for nothing else.
OTHER_PYTHON = """#!/bin/sh
exec python3 -c 'import sys; sys.version_info = ({version}); exec(sys.argv[1])' "$2"
"""
# Programs that write down how they were called. uv cannot reach what is in $UNREACHABLE.
PYTHON = """#!/bin/sh
[ "$2" = "import torch" ] && exit 1
[ "$UNREACHABLE" = everything ] && { echo "No matching distribution found for uv" >&2; exit 1; }
echo "$*" | grep -o 'pip install.*' >>calls
"""
UV = """#!/bin/sh
for host in $UNREACHABLE; do
    case "$*" in *"$host"*) echo "  cause: Failed to fetch: https://$host/torch/" >&2; exit 2 ;; esac
done
echo "$*" | grep -o 'pip install.*' | grep -v -e --dry-run >>calls
exit 0
"""


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def without_make():
    """The environment for a make of its own: the tests may be run by make."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


@pytest.mark.parametrize(("version", "name"), [("3, 10, 14", "3.10"), ("3, 15, 0", "3.15")])
def test_a_python_that_the_libraries_do_not_serve_is_refused_in_one_line(tmp_path, version, name):
    program(tmp_path / "python", OTHER_PYTHON.format(version=version))
    command = ["make", "-C", ROOT, "-o", "deploy/lock/requirements.txt", "-W", "requirements.txt", ".venv/run"]
    made = subprocess.run(
        [*command, f"PYTHON={tmp_path / 'python'}", f"BIN={tmp_path}"],
        env=without_make(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 2
    [line, from_make] = made.stderr.splitlines()
    assert line.startswith(f"Python 3.11, 3.12, 3.13 or 3.14 is needed, and this is {name}.")
    assert from_make.startswith("make: ***")


def run(tmp_path, unreachable, lock="requirements.txt"):
    """The script, while these indexes cannot be reached."""
    shutil.copytree(LOCK, tmp_path / "deploy/lock")
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    program(tmp_path / ".venv/bin/python", PYTHON)
    program(tmp_path / ".venv/bin/uv", UV)
    environment = {"PATH": "/usr/bin:/bin", "UNREACHABLE": unreachable}
    script = ["sh", ROOT / "deploy/install.sh", lock]
    return subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


def installed(*arguments):
    """What the script installs, and what it says."""
    done = run(*arguments)
    assert done.returncode == 0
    return (arguments[0] / "calls").read_text(), done.stderr


def test_pytorch_is_the_build_for_this_machine(tmp_path):
    calls, said = installed(tmp_path, "")
    assert re.search(r"pip install .*--torch-backend auto torch==[\d.]+$", calls, re.MULTILINE)
    assert "--require-hashes -r deploy/lock/requirements.txt\n" in calls
    assert "torch.txt" not in calls
    assert said == ""


def test_the_tests_get_torchvision_of_the_same_build(tmp_path):
    calls, _ = installed(tmp_path, "", "requirements-dev.txt")
    assert re.search(r"--torch-backend auto torch==[\d.]+ torchvision==[\d.]+$", calls, re.MULTILINE)


def test_where_pytorchs_index_cannot_be_reached_pypi_has_it(tmp_path):
    calls, said = installed(tmp_path, "torch-backend")
    assert re.search(r"--python .*-r deploy/lock/requirements.txt -r deploy/lock/torch.txt", calls), "by uv"
    assert "torch-backend" not in calls
    assert "Failed to fetch" in said
    assert "3 GB to download" in said


def test_where_uv_reaches_nothing_pip_may_by_its_own_configuration(tmp_path):
    calls, _ = installed(tmp_path, "pip")
    assert re.search(r"--require-hashes .*-r deploy/lock/requirements.txt -r deploy/lock/torch.txt", calls)
    assert "--python" not in calls, "not by uv"


def test_what_ends_early_says_in_its_last_line_what_helps(tmp_path):
    done = run(tmp_path, "everything")
    assert done.returncode == 1
    assert done.stderr.startswith("No matching distribution found")
    assert done.stderr.endswith("The same command goes on from here.\n")


def planned(folder, *options):
    """What make would do there to install."""
    command = ["make", "-n", "-C", folder, "-f", ROOT / "Makefile", *options, ".venv/run"]
    return subprocess.run(command, env=without_make(), capture_output=True, text=True, check=True).stdout


def test_what_a_killed_installation_left_is_not_trusted(tmp_path):
    """A library whose files are not all there counts as installed."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/run").touch()
    run(tmp_path, "everything")
    assert not (tmp_path / ".venv/run").exists()
    assert "python3 -m venv --clear .venv" in planned(tmp_path)
    (tmp_path / ".venv/run").touch()  # all was installed, and then the requirements changed
    assert "python3 -m venv  .venv" in planned(tmp_path, "-W", "requirements.txt")


def pinned(path):
    return set(re.findall(r"^([a-z][\w-]*==[^\s;]+)", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-ray.txt", "requirements-dev.txt"])
def test_what_is_required_is_locked(name):
    """After a change of requirements*.txt: `make lock`."""
    required = pinned(ROOT / name)
    assert required
    assert required <= pinned(LOCK / name) | pinned(LOCK / "torch.txt") | pinned(LOCK / "uv.txt")


@pytest.mark.parametrize("path", sorted(LOCK.glob("*.txt")), ids=lambda path: path.name)
def test_every_locked_library_has_its_hashes(path):
    entries = re.split(r"^(?=\w)", path.read_text(), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_a_signal_reaches_the_bot_in_its_first_second_in_a_container():
    """Linux keeps from process 1 any signal that it does not handle, and Python handles none while it starts."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["tini", "--"]' in dockerfile
    assert re.search(r"apt-get install .*\btini\b", dockerfile)
    cluster = (ROOT / "deploy/raycluster.yaml").read_text()
    [painter] = re.findall(r"name: painter\n +image: .*?exec python -m bot", cluster, re.DOTALL)
    assert "args:" in painter
    assert "command:" not in painter, "it would replace the image's entry point"


def test_on_kubernetes_every_container_has_the_token_and_a_probe_that_it_can_answer():
    """KubeRay's own probes ask Ray's dashboard, which is not in our image; it adds a container that scales the cluster,
    which gets a token only by `authOptions`.
    """
    [cluster, bot, _] = yaml.safe_load_all((ROOT / "deploy/raycluster.yaml").read_text())
    assert "default" not in (ROOT / "requirements-ray.txt").read_text(), "ray[default] has the dashboard"
    assert cluster["spec"]["authOptions"] == {"mode": "token", "secretName": "painter"}
    groups = [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]
    for group, port in zip(groups, (6379, 6380), strict=True):
        [container] = group["template"]["spec"]["containers"]
        assert container["livenessProbe"]["tcpSocket"] == container["readinessProbe"]["tcpSocket"] == {"port": port}
    assert groups[1]["rayStartParams"]["node-manager-port"] == "6380"
    [painter] = bot["spec"]["template"]["spec"]["containers"]
    [token] = [each["valueFrom"] for each in painter["env"] if each["name"] == "RAY_AUTH_TOKEN"]
    assert token["secretKeyRef"] == {"name": "painter", "key": "auth_token"}, "the key that KubeRay reads"


def test_ray_keeps_photos_in_memory_for_which_its_share_of_it_has_no_room():
    [cluster, bot, _] = yaml.safe_load_all((ROOT / "deploy/raycluster.yaml").read_text())
    for group in (cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]):
        assert group["rayStartParams"]["object-spilling-directory"] == "/dev/shm"  # noqa: S108
    [painter] = bot["spec"]["template"]["spec"]["containers"]
    shell = (ROOT / "deploy/README.md").read_text() + painter["args"][-1]
    starts = re.findall(r"ray start --.*", shell)
    assert len(starts) == 3
    assert [
        each for each in starts if "$spill" not in each and "--object-spilling-directory=/dev/shm" not in each
    ] == []
    assert "\nspill=--object-spilling-directory=/dev/shm " in shell
