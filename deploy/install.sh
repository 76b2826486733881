#!/bin/sh
# `sh deploy/install.sh requirements.txt` (or another of deploy/lock): its libraries, and PyTorch, into .venv.
#
# uv chooses the build of PyTorch that fits this machine: for its GPU, or for the CPU alone, which is 5 GB less on disk.
# UV_TORCH_BACKEND=cpu (or cu132, ...) chooses by hand. These builds are on PyTorch's own index. Where it cannot be
# reached, PyPI has the build for NVIDIA GPUs, which paints on a CPU, too. uv does not read pip's configuration: where
# it cannot reach PyPI, pip may, by a mirror.
set -eu
trap '[ $? = 0 ] || echo "Not all libraries are installed: the reason stands above. This needs PyPI, or the index that pip is told,
and 6 GB of disk (1.5 without an NVIDIA GPU). The same command goes on from here." >&2' EXIT
rm -f .venv/run # there is none until all is installed: see the Makefile
lock=deploy/lock/$1
torch=$(cat requirements.txt "$1" | grep -E '^torch(vision)?==' | sort -u) # one word each
bin=$PWD/.venv/bin
pip() { "$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes "$@"; }
uv() { "$bin/uv" --quiet --system-certs pip install --python "$bin/python" "$@"; }
possible() { UV_HTTP_CONNECT_TIMEOUT=5 UV_HTTP_RETRIES=0 uv --dry-run "$@"; } # known in seconds
backend=${UV_TORCH_BACKEND:-auto}

pip -r deploy/lock/uv.txt
if reason=$(possible --torch-backend "$backend" $torch 2>&1); then
    uv --require-hashes -r "$lock"
    uv --torch-backend "$backend" $torch
else
    if ! "$bin/python" -c 'import torch' 2>/dev/null; then
        echo "$reason" | grep -E 'Failed to fetch|Because' >&2 || echo "$reason" >&2
        echo "So PyTorch comes from PyPI, built for NVIDIA GPUs: 3 GB to download, 6 GB on disk." >&2
    fi
    if possible --require-hashes -r "$lock" 2>/dev/null; then install=uv; else install=pip; fi
    $install --require-hashes -r "$lock" -r deploy/lock/torch.txt
fi
