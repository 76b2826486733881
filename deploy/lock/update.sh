#!/bin/sh
# `make lock`, after a change of requirements*.txt: the version and the hashes of every library that they need, on each
# Python and system that we serve.
#   requirements*.txt   all but PyTorch
#   torch.txt           PyTorch (with torchvision, for a test) as it is on PyPI, with NVIDIA's libraries
#   uv.txt              the installer
set -eu
uv=$PWD/.venv/bin/uv
lock=$(cd "$(dirname "$0")" && pwd)
all=$(mktemp -d)
trap 'rm -r "$all"' EXIT

# The libraries of one kind: torch, uv or other.
of_kind() {
    echo "# Made by \`make lock\`: do not edit."
    awk -v kind="$1" '
        /^[^ ]/ { this = "other" }
        /^(torch|torchvision|triton|cuda-[a-z]+|nvidia-[a-z0-9-]+)==/ && !/^nvidia-ml-py==/ { this = "torch" }
        /^uv==/ { this = "uv" }
        this == kind'
}

: >"$all/constraints"
for name in requirements-dev.txt requirements-ray.txt requirements-socks.txt requirements.txt; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --constraints "$all/constraints" --output-file "$all/$name" \
        requirements.txt "$name"
    of_kind other <"$all/$name" >"$lock/$name"
    cp "$all/requirements-dev.txt" "$all/constraints" # one version of each library in all files
done
of_kind torch <"$all/requirements-dev.txt" >"$lock/torch.txt"
of_kind uv <"$all/requirements-dev.txt" >"$lock/uv.txt"
