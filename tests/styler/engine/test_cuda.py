"""What would run on a GPU, by fake tensors, which have a device, a shape and a layout, but no numbers."""

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from styler.engine import gram_cache
from styler.engine.features import FeatureExtractor
from styler.engine.lbfgs import LBFGS
from styler.engine.objective import LossWeights, Objective, SpatialControl, TemporalTarget
from styler.engine.strokes import stroke_directions
from styler.engine.vgg import CAFFE, VGG16, make_layers
from styler.settings import Pooling
from tests.support.shallow import THREE_LAYERS


@pytest.mark.parametrize("pooling", ["avg", "max"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("size", "pixels"), [((33, 37), 1e9), ((81, 40), 1), ((40, 2), 1e9)])
def test_the_loss_its_gradient_and_a_step_stay_on_the_gpu(
    monkeypatch: pytest.MonkeyPatch, pooling: Pooling, dtype: torch.dtype, size: tuple[int, int], pixels: float
) -> None:
    """A tensor on the CPU, or a number that the CPU asks for, would be an error."""
    monkeypatch.setattr(gram_cache, "_digest", lambda image: tuple(image.shape))
    weights = LossWeights(
        "relu2_2", 1.0, dict.fromkeys(THREE_LAYERS["style_layers"], 1.0), 1e-3, strokes=1e-3, outlines=1.0
    )
    with FakeTensorMode():
        with torch.device("cuda"):
            state = {f"features.{key}": torch.empty(x.shape) for key, x in make_layers().state_dict().items()}
            vgg, image, style, emphasis = VGG16(state, pooling, CAFFE), photo(*size), photo(60, 70), photo(5, 5)[0]
            anchor = TemporalTarget(photo(*size), photo(*size)[:1])
        vgg.mean, vgg.std = vgg.get_buffer("mean").to("cuda"), vgg.get_buffer("std").to("cuda")
        objective = Objective(
            FeatureExtractor(vgg, dtype),
            image,
            [style],
            weights,
            SpatialControl(emphasis, subject=emphasis, anchor=anchor, directions=stroke_directions(image)),
            pixels,
        )
        loss, gradient = objective(image)
        results = [loss, gradient]
        optimiser = LBFGS(objective, image, 0, 255, 3)
        optimiser.step()
        optimiser.history.fill()
        optimiser.step()
        results += [optimiser.x, optimiser.steps]
    assert {x.device.type for x in results} == {"cuda"}
    assert [x.dtype for x in results] == [torch.float32, torch.float32, torch.float32, torch.int64]
    assert [x.shape for x in results] == [(), image.shape, image.shape, ()]


def photo(height: int, width: int) -> Tensor:
    return torch.rand(3, height, width)
