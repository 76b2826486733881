"""VGG16's features by layer name, and its weights.

K. Simonyan and A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014); used for
style transfer as in Gatys et al., "Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016), section 2.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import safetensors.torch
import torch
from torch import Tensor, nn

from styler.settings import CHANNELS_PER_BLOCK, CONVOLUTIONS_PER_BLOCK, LAYERS, Pooling

EMBEDDED_WEIGHTS = Path(__file__).parent.parent / "weights" / "vgg16-features-float16.safetensors"
EMBEDDED_SHA256 = "608705a5e8e9a7d5d75e2eb4a72185943564b134fca29f49123ae440f73775ed"

FIRST = "features.0.weight"  # conv1_1's

log = logging.getLogger(__name__)


class BadWeights(ValueError):
    """The file of weights is missing, damaged or not VGG16's. `str()` is one clear line."""


class Preprocessing(NamedTuple):
    """What the training saw: (RGB in 0..255 - mean) / std, one number a channel."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


# The published training, in Caffe. torchvision's IMAGENET1K_FEATURES are the same training, written for RGB in 0..1
# with mean (0.48235, 0.45882, 0.40784) and std 1/255.
CAFFE = Preprocessing((123.68, 116.779, 103.939), (1.0, 1.0, 1.0))
# torchvision's own training, IMAGENET1K_V1, written for RGB in 0..1 with mean (0.485, 0.456, 0.406).
TORCHVISION = Preprocessing((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
TORCHVISION_FILE = "vgg16-397923af"  # as torchvision names it when it downloads it
# Of torchvision's `VGG16_Weights`.
PUBLISHED = ("IMAGENET1K_V1", "IMAGENET1K_FEATURES")


class Convolution(NamedTuple):
    """One 3x3 convolution of VGG16, whose output after the ReLU has the layer's name."""

    name: str
    weight: Tensor  # (C_out, C_in, 3, 3)
    bias: Tensor  # (C_out,)
    pooled: bool  # its input is the pooled output of the layer before


class VGG16(nn.Module):
    """VGG16 up to relu5_3, in evaluation mode, weights frozen, asked for features by layer name.

    Differs from VGG16: average pooling if so asked ("yields slightly more appealing results", Gatys et al., section
    2), and conv1_1 pads by replication: zeros are a grey frame around the picture, which the optimiser paints over.
    Differs from the paper: VGG19 with rescaled weights there. VGG16's may be shipped, and relative losses need no
    rescaling.
    """

    def __init__(self, state: Mapping[str, Tensor], pooling: Pooling, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.pooling = pooling
        self.features = make_layers()
        self.features.load_state_dict(_features_only(state), assign=True)
        self.requires_grad_(requires_grad=False)
        self.register_buffer("mean", _by_channel(preprocessing.mean))
        self.register_buffer("std", _by_channel(preprocessing.std))

    def forward(self, image: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """The outputs of `layers` (relu1_1 .. relu5_3), each (1, C, h, w), of an image (3, H, W) of RGB in 0..255.

        Differentiable, and nothing past the last needed layer is computed. This is the plain reference; the
        optimisation runs `styler.engine.features`, which a test holds against it.
        """
        x = ((image - self.get_buffer("mean")) / self.get_buffer("std")).unsqueeze(0)
        found: dict[str, Tensor] = {}
        for convolution in self.convolutions(layers):
            x = pool(x, self.pooling) if convolution.pooled else x
            first = convolution.name == LAYERS[0]
            x = nn.functional.pad(x, (1, 1, 1, 1), mode="replicate") if first else x
            x = nn.functional.conv2d(x, convolution.weight, convolution.bias, padding=0 if first else 1).relu()
            if convolution.name in layers:
                found[convolution.name] = x
        return found

    def convolutions(self, layers: Collection[str]) -> list[Convolution]:
        """The convolutions up to the last one of `layers`."""
        last = max(LAYERS.index(layer) for layer in layers)
        modules = [(i, m) for i, m in enumerate(self.features) if isinstance(m, nn.Conv2d)]
        return [
            Convolution(name, m.weight, _bias(m), isinstance(self.features[i - 1], nn.MaxPool2d) if i else False)
            for name, (i, m) in itertools.islice(zip(LAYERS, modules, strict=True), last + 1)
        ]


def pool(x: Tensor, pooling: Pooling) -> Tensor:
    """2x2 pooling of (1, C, h, w); a side of one pixel stays one pixel, so that no picture is too small or too thin."""
    kernel = [min(2, side) for side in x.shape[-2:]]
    return nn.functional.avg_pool2d(x, kernel) if pooling == "avg" else nn.functional.max_pool2d(x, kernel)


def load_vgg16(pooling: Pooling = "avg", weights: str = "") -> VGG16:
    """VGG16 with the embedded weights, or with those of `weights`, as float32 on the CPU.

    That is a name in `PUBLISHED`, which torchvision downloads once, or the path of such a state dict, `.safetensors` or
    PyTorch's own format. Which training it is (and so the preprocessing) is told by its first layer, also where that
    is in Caffe's order of channels, BGR. The log tells of a training that is not known. Raises `BadWeights`.
    """
    embedded = _read_embedded()
    if not weights:
        return VGG16(embedded, pooling, CAFFE)
    state = _download(weights) if weights in PUBLISHED else _read(Path(weights))
    _check(state, weights)
    if _same_training(_from_bgr(state), embedded):
        state = _from_bgr(state)
    if _same_training(state, embedded):
        return VGG16(state, pooling, CAFFE)
    if weights not in PUBLISHED and not Path(weights).name.startswith(TORCHVISION_FILE):
        log.warning("%s: not the published training; taken for one like torchvision's, of RGB", weights)
    return VGG16(state, pooling, TORCHVISION)


def make_layers() -> nn.Sequential:
    """The layers of torchvision's `vgg16().features`, in its order, so that its state dicts fit.

    Without torchvision, whose import takes two seconds and 170 MB: it loads PyTorch's compiler.
    """
    layers: list[nn.Module] = []
    before = 3
    with torch.device("meta"):  # `load_state_dict` brings the numbers
        for convolutions, channels in zip(CONVOLUTIONS_PER_BLOCK, CHANNELS_PER_BLOCK, strict=True):
            for _ in range(convolutions):
                layers += [nn.Conv2d(before, channels, 3, padding=1), nn.ReLU()]
                before = channels
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers).eval()


def _bias(module: nn.Conv2d) -> Tensor:
    assert module.bias is not None  # noqa: S101  for mypy: VGG16's convolutions all have one
    return module.bias


def _by_channel(numbers: Collection[float]) -> Tensor:
    """As (3, 1, 1)."""
    return torch.tensor(numbers, dtype=torch.float32, device="cpu").view(3, 1, 1)


def _features_only(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key.removeprefix("features."): value.float() for key, value in state.items() if key.startswith("features.")}


def _read_embedded() -> dict[str, Tensor]:
    try:
        data = EMBEDDED_WEIGHTS.read_bytes()
    except OSError as error:
        raise BadWeights(f"the embedded weights are missing: {error}") from error
    if hashlib.sha256(data).hexdigest() != EMBEDDED_SHA256:
        raise BadWeights(f"{EMBEDDED_WEIGHTS} is damaged: its sha256 is not {EMBEDDED_SHA256}")
    return safetensors.torch.load(data)


def _download(name: str) -> dict[str, Tensor]:
    """The state dict of that name, from PyTorch's cache if it was downloaded before."""
    from torchvision.models import VGG16_Weights  # type: ignore[import-untyped]  # noqa: PLC0415 (see `make_layers`)

    try:
        state: dict[str, Tensor] = VGG16_Weights[name].get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:  # no network; another file than was published
        raise BadWeights(f"cannot download the weights {name}: {error}") from error
    return state


def _read(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise BadWeights(f"cannot read the weights {path}: {error.strerror or error}") from error
    except Exception as error:  # PyTorch's reader raises whatever other bytes make it stumble over
        raise BadWeights(f"{path} is not a state dict: it is damaged, or of another format") from error
    if not isinstance(state, dict):
        raise BadWeights(f"{path} is not a state dict but a {type(state).__name__}")
    return state


def _check(state: Mapping[str, Tensor], path: str) -> None:
    for key, expected in make_layers().state_dict().items():
        value = state.get(f"features.{key}")
        if not isinstance(value, Tensor) or value.shape != expected.shape:
            raise BadWeights(f"{path} is not VGG16: features.{key} should be of shape {tuple(expected.shape)}")
        if not value.isfinite().all():
            raise BadWeights(f"{path} is damaged: features.{key} is not finite")


def _same_training(state: Mapping[str, Tensor], embedded: Mapping[str, Tensor]) -> bool:
    return torch.allclose(state[FIRST].float(), embedded[FIRST].float(), atol=1e-2)  # float16's rounding is 4.4e-4


def _from_bgr(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """With its first layer turned round, as Caffe's file has it, and neural-style-pt's, which was made from that."""
    return {**state, FIRST: state[FIRST].flip(1)}
