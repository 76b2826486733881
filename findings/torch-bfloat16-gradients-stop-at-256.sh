#!/usr/bin/env bash
# One would guess: where PyTorch adds up many gradients in bfloat16, it adds in float32 and rounds once, as its matrix
# products, sum() and mean() do. So the gradient of a pixel that is used 1024 times is 1024, in bfloat16 as in float32.
#
# What is so: on a CPU, the gradients of replicate padding, grid_sample, unfold, adaptive pooling and indexing are added
# one by one into a bfloat16 number. Equal ones stop at 256 of them: 257 does not exist, so each further one is lost.
# That of nearest and bilinear upsampling, gather and expand is right, and so is float16, of all of them.
#
# Who meets it: losses in bfloat16 on a CPU, whose gradient goes through warps by optical flow, borders that are repeated,
# masks by index, or pictures enlarged from few pixels: it is too small, and nothing warns.
#
# Source: run here; PyTorch's aten/src/ATen/native/cpu/PaddingKernel.cpp, cpu_padding_backward, adds in the tensor's type;
# of index_reduce the same is known: github.com/pytorch/pytorch, issue 139242. Seen with 2.15.0, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.13.0
"$folder/venv/bin/python" - <<'PY'
import torch
from torch.nn import functional

places = torch.zeros(1024, dtype=torch.long)
WAYS = {
    "replicate padding": lambda x: functional.pad(x, (16, 15, 16, 15), mode="replicate"),
    "grid_sample": lambda x: functional.grid_sample(
        x, torch.zeros(1, 32, 32, 2, dtype=x.dtype), padding_mode="border", align_corners=False
    ),
    "unfold": lambda x: functional.unfold(functional.pad(x, (31,) * 4), 32),
    "adaptive pooling": lambda x: functional.adaptive_avg_pool2d(x, 32),
    "indexing": lambda x: x[:, :, places],
    "index_select": lambda x: x.flatten().index_select(0, places),
    "nearest upsampling": lambda x: functional.interpolate(x, scale_factor=32, mode="nearest"),
    "bilinear upsampling": lambda x: functional.interpolate(x, scale_factor=32, mode="bilinear"),
    "gather": lambda x: x.flatten().gather(0, places),
    "expand": lambda x: x.expand(1, 1, 32, 32),
}
TYPES = torch.float32, torch.float16, torch.bfloat16
print("torch", torch.__version__, "| the gradient of a pixel used 1024 times, by")
torch.set_num_threads(1)
seen = {}
for name, use in WAYS.items():
    for dtype in TYPES:
        pixel = torch.ones(1, 1, 1, 1, dtype=dtype, requires_grad=True)
        use(pixel).sum().backward()
        seen[name, dtype] = pixel.grad.item()
    print(f"  {name}: {', '.join(f'{seen[name, dtype]:g} in {dtype}' for dtype in TYPES)}")
short = [name for name in WAYS if seen[name, torch.bfloat16] == 256]
assert all(seen[name, torch.float32] == seen[name, torch.float16] == 1024 for name in WAYS)
assert short == list(WAYS)[:6], f"this has changed: {short}"
PY
