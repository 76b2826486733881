"""A network that styles a picture in one pass, in any style: quick enough for the start of a small picture.

G. Ghiasi, H. Lee, M. Kudlur, V. Dumoulin and J. Shlens, "Exploring the structure of a real-time, arbitrary neural
artistic stylization network" (BMVC 2017). One network reads the style image and predicts a vector; by that vector, the
other one scales and shifts the features of the photo. The weights are Magenta's; their source and licence are in
`styler/weights/README.md`.

Its pictures have the colours and the grain of a painting, but not its forms, so nothing is painted by it alone.
"""

from __future__ import annotations

import functools
import threading
from pathlib import Path

import cv2
import numpy as np
import safetensors.torch
import torch
from torch import Tensor
from torch.nn import functional

from styler.image.codec import Pixels, resize

WEIGHTS = Path(__file__).parents[1] / "weights"
TRANSFORM = WEIGHTS / "arbitrary-style-transform-float16.safetensors"
PREDICT = WEIGHTS / "arbitrary-style-predict-int8.onnx"
STYLE_EDGE = 256  # pixels: the square that the style predictor was trained on
VARIANCE_FLOOR = 1e-5  # as the weights were trained with
_predicting = threading.Lock()  # by one thread at a time


def style_vector(style: Pixels) -> Tensor:
    """What the network needs of a style image, (h, w, 3) uint8: a vector (100,) float32, on the CPU."""
    height, width = style.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = resize(style[top : top + side, left : left + side], STYLE_EDGE, STYLE_EDGE)
    with _predicting:
        _predictor().setInput(square[None].astype(np.float32) / 255)
        return torch.from_numpy(_predictor().forward().reshape(-1).copy())


class FeedForward:
    """The network that styles, computing in `dtype`. In bfloat16 it takes half the time, and is off by 0.5 of 255."""

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        self._weights, self._device, self._dtype = _transform(device), device, dtype

    @torch.inference_mode()
    def styled(self, photo: Pixels, vector: Tensor) -> Pixels:
        """The photo, (h, w, 3) uint8, in the style that `style_vector` made `vector` of."""
        x, vector = self._contracted(photo), vector.to(self._device)
        for number in range(1, 6):
            inner = self._normalised(x, f"residual{number}.conv1", vector).relu_()
            x = x + self._normalised(inner, f"residual{number}.conv2", vector)
        for number in (1, 2):
            larger = functional.interpolate(x, scale_factor=2, mode="nearest")
            x = self._normalised(larger, f"expand.conv{number}", vector).relu_()
        painted = self._normalised(x, "expand.conv3", vector)[0, :, : photo.shape[0], : photo.shape[1]]
        pixels: Pixels = (painted.float().sigmoid_() * 255).round_().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(pixels)

    def _contracted(self, photo: Pixels) -> Tensor:
        x = torch.from_numpy(np.array(photo)).to(self._device).permute(2, 0, 1)[None].to(self._dtype) / 255
        for number, stride in ((1, 1), (2, 2), (3, 2)):
            name = f"contract.conv{number}"
            x = self._convolve(x, name, self._weights[f"{name}.bias"].to(self._dtype), stride).relu_()
        return x

    def _normalised(self, x: Tensor, name: str, vector: Tensor) -> Tensor:
        """A convolution, with each of its channels normalised, and then scaled and shifted as the style wants it."""
        y = self._convolve(x, name)
        scale, shift = (
            functional.linear(vector, self._weights[f"{name}.{what}.weight"], self._weights[f"{name}.{what}.bias"])
            for what in ("scale", "shift")
        )
        return functional.instance_norm(y, weight=scale, bias=shift, eps=VARIANCE_FLOOR)

    def _convolve(self, x: Tensor, name: str, bias: Tensor | None = None, stride: int = 1) -> Tensor:
        weight = self._weights[f"{name}.weight"].to(self._dtype)
        framed = functional.pad(x, (weight.shape[-1] // 2,) * 4, mode="reflect")
        return functional.conv2d(framed, weight, bias, stride)


@functools.lru_cache(maxsize=2)
def _transform(device: torch.device) -> dict[str, Tensor]:
    weights = safetensors.torch.load_file(TRANSFORM)
    return {name: weight.float().to(device) for name, weight in weights.items()}


@functools.cache
def _predictor() -> cv2.dnn.Net:
    return cv2.dnn.readNetFromONNX(str(PREDICT))
