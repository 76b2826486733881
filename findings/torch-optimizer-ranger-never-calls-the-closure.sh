#!/usr/bin/env bash
# One would guess: optimizer.step(closure), with a closure that computes the loss and its gradient, does so with each of
# PyTorch's optimizers and of those packages that add some: it calls the closure, steps, and returns the loss.
#
# What is so: Ranger and RangerVA of torch-optimizer never call it, though the method takes it and its docstring says "A
# closure that reevaluates the model and returns the loss". There is no gradient, so each parameter is passed over, and
# step() returns None: no error, no warning, and the picture is what it was after any number of steps. The other
# optimizers of the package, RangerQH among them, call it. Where backward() is called outside, all is well.
#
# Who meets it: style transfer by optimisation, whose loop is written for L-BFGS and hands over a closure, and where
# someone tries another optimizer by changing one name. Call the closure oneself and then step().
#
# Source: run here; torch-optimizer 0.3.0 takes both from pytorch-ranger 0.1.1, whose ranger.py and ranger913A.py have
# the call commented out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 torch==2.13.0 torch-optimizer==0.3.0
"$folder/venv/bin/python" - <<'PY'
import warnings
from importlib.metadata import version

import torch
import torch_optimizer

warnings.filterwarnings("ignore", message="This overload of", category=UserWarning)  # of PyTorch's old signatures
torch.manual_seed(0)
torch.set_num_threads(1)  # which is quicker for so little
wanted = torch.rand(3, 32, 32)


def paint(optimizer, outside):
    """What is left of the error after 100 steps, and how often the closure was called."""
    picture = torch.full_like(wanted, 0.5, requires_grad=True)
    method = optimizer([picture], lr=0.01)
    calls = 0

    def closure():
        nonlocal calls
        calls += 1
        method.zero_grad()
        loss = torch.square(picture - wanted).sum()
        loss.backward()
        return loss

    for _ in range(100):
        if outside:
            closure()
            method.step()
        else:
            method.step(closure)
    return float(torch.abs(picture.detach() - wanted).mean() / torch.abs(wanted - 0.5).mean()), calls


print("torch-optimizer", version("torch-optimizer"), "pytorch-ranger", version("pytorch-ranger"))
for name in ("Ranger", "RangerVA", "RangerQH", "RAdam", "AdaBelief", "Yogi"):
    optimizer = getattr(torch_optimizer, name)
    (left, calls), (meant, _) = paint(optimizer, outside=False), paint(optimizer, outside=True)
    print(f"  {name}: step(closure) called it {calls} times, {left:.0%} of the error is left; outside {meant:.0%}")
    assert meant < 0.9
    still = name in ("Ranger", "RangerVA")
    assert (calls, left) == (0, 1) if still else (calls == 100 and abs(left - meant) < 0.01), "this has changed"
PY
