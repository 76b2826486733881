"""The fused extractor against VGG16 under autograd."""

import ctypes
import functools
import gc
import math
import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from styler.engine import fused_features
from styler.engine.fused_features import SMALLEST, FusedFeatureExtractor
from styler.engine.kernel import architecture_of
from styler.engine.memory import FeatureMemory, memory_plan
from styler.engine.objective import LossWeights, Objective
from styler.engine.pyramid import Level
from styler.engine.tiles import least_pixels
from styler.engine.vgg import VGG16, load_vgg16
from styler.engine.winograd import checked_library
from styler.settings import LAYERS, Settings
from tests.support.features import autograd, by_hand, distance, photo, probes
from tests.support.needs import skip_for_want_of

USUAL = (*Settings().style_layers, Settings().content_layer)
SEVERAL = (LAYERS, USUAL, ("relu1_1",), ("relu2_2",), ("relu1_2", "relu3_1"), ("relu4_3",), ("relu5_3",))


class Truth(NamedTuple):
    """By autograd: the features, and the gradient by the photo where theirs is `by`."""

    features: dict[str, Tensor]
    by: dict[str, Tensor]
    gradient: Tensor


Asked = Callable[[tuple[int, int], tuple[str, ...]], Truth]


@pytest.fixture(scope="module")
def vgg() -> VGG16:
    return load_vgg16("avg")


@pytest.fixture(scope="module")
def truth(vgg: VGG16) -> Asked:
    """Of a photo of this size and these layers, computed once for all tests."""

    @functools.cache
    def asked(size: tuple[int, int], layers: tuple[str, ...]) -> Truth:
        by = probes(vgg, size, layers)
        return Truth(vgg(photo(size), layers), by, autograd(vgg, size, by))

    return asked


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    if architecture_of(torch.backends.cpu.get_cpu_capability()) is None:
        pytest.skip("the kernel is not for this machine")
    library = checked_library()
    if library is None:
        skip_for_want_of("kernel that was compiled")
    return library


@pytest.fixture(scope="module")
def fused(vgg: VGG16, library: ctypes.CDLL) -> FusedFeatureExtractor:
    return FusedFeatureExtractor(vgg, library)


@pytest.fixture(scope="module")
def rounding(vgg: VGG16, library: ctypes.CDLL) -> FusedFeatureExtractor:
    if not library.multiplies_bfloat16():
        pytest.skip("this processor does not multiply bfloat16")
    return FusedFeatureExtractor(vgg, library, torch.bfloat16)


@pytest.mark.parametrize("size", [(40, 56), (33, 37), (71, 32), (32, 2), (1, 1)])
def test_features_and_gradient_equal_autograds(
    truth: Asked, fused: FusedFeatureExtractor, size: tuple[int, int]
) -> None:
    for layers in SEVERAL:
        found, (expected, by, gradient) = dict(fused.outputs(photo(size), layers)), truth(size, layers)
        assert list(found) == list(LAYERS[: 1 + max(LAYERS.index(layer) for layer in layers)])
        assert max(distance(found[layer], expected[layer]) for layer in layers) < 1e-5
        assert distance(by_hand(fused, size, by), gradient) < 1e-5


@pytest.mark.parametrize("size", [(40, 56), (33, 37), (71, 32), (32, 2), (1, 1)])
def test_in_bfloat16_they_are_rounded(truth: Asked, rounding: FusedFeatureExtractor, size: tuple[int, int]) -> None:
    for layers in SEVERAL:
        found, (expected, by, gradient) = dict(rounding.outputs(photo(size), layers)), truth(size, layers)
        assert {found[layer].dtype for layer in layers} == {torch.bfloat16}
        assert max(distance(found[layer].float(), expected[layer]) for layer in layers) < 0.03
        assert distance(by_hand(rounding, size, by), gradient) < 0.4  # ReLUs that are lit by a hair


@pytest.mark.parametrize("size", [(40, 56), (33, 37), (71, 32), (70, 90), (1, 1)])
@pytest.mark.parametrize("last", ["relu1_2", "relu2_2", "relu3_2"])
def test_deep_layers_may_be_computed_directly(
    vgg: VGG16, truth: Asked, library: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch, last: str, size: tuple[int, int]
) -> None:
    """As those are that AMX is quicker with: the kernel has the layers up to the `last`."""
    largest = next(each.weight.numel() for each in vgg.convolutions(LAYERS) if each.name == last)
    monkeypatch.setattr(fused_features, "suits", lambda weight, *_: weight.numel() <= largest)
    monkeypatch.setattr(fused_features, "STRIP", 500 // torch.get_num_threads())
    partly = FusedFeatureExtractor(vgg, library)
    assert 0 < len(partly.fused) < len(partly.hidden) == len(LAYERS) - 1
    for layers in SEVERAL:
        found, (expected, by, gradient) = dict(partly.outputs(photo(size), layers)), truth(size, layers)
        assert max(distance(found[layer], expected[layer]) for layer in layers) < 1e-5
        assert distance(by_hand(partly, size, by), gradient) < 1e-5


def test_a_network_that_nobody_holds_is_let_go_at_once(vgg: VGG16, library: ctypes.CDLL) -> None:
    """Of those that are measured, one is taken; what the others hold would be there for the whole painting."""
    gc.disable()
    try:
        network = FusedFeatureExtractor(vgg, library)
        by_hand(network, (33, 37), probes(vgg, (33, 37), USUAL))
        seen = weakref.ref(network)
        del network
        assert seen() is None
    finally:
        gc.enable()


def test_what_nobody_asks_for_is_kept_as_bits(fused: FusedFeatureExtractor) -> None:
    sizes = {name: x.dtype.itemsize for name, x in fused.forward(photo((72, 72)), USUAL).items()}
    assert {name for name, size in sizes.items() if size == 1} == {
        "relu1_2",
        "relu2_2",
        "relu3_3",
        "relu4_2",
        "relu4_3",
    }


def test_what_is_told_of_memory_has_room_for_the_first_layer_and_the_gradient_by_the_second(
    fused: FusedFeatureExtractor,
) -> None:
    """Where there are no strips: targets are computed whole, and so is that gradient."""
    for layer in LAYERS:
        layers, budget = {layer}, 100e6
        numbers = fused.kept_per_pixel(layers)
        assert numbers >= (128 if layer == "relu1_2" else 64)
        plan = memory_plan(Level((512, 512), 1), budget, FeatureMemory(layers, layer, fused.dtype, numbers))
        assert plan.pixels == least_pixels(layers) or min(plan.pixels, 512**2) * 4 * 64 < budget


@pytest.mark.parametrize("size", [(40, 56), (33, 37), (71, 32), (70, 90)])
def test_strip_by_strip_the_numbers_are_the_same(
    vgg: VGG16, fused: FusedFeatureExtractor, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    for layers in (LAYERS, USUAL, ("relu1_1",), ("relu2_2",), ("relu1_2", "relu3_1")):
        by, seen = probes(vgg, size, layers), defaultdict[str, list[Tensor]](list)
        expected, whole = by_hand(fused, size, by), dict(fused.outputs(photo(size), layers))
        with monkeypatch.context() as patched:
            patched.setattr(fused_features, "STRIP", 500 // torch.get_num_threads())
            kept = fused.forward(photo(size), layers, lambda layer, x, _, seen=seen: seen[layer].append(x.clone()))
            assert kept["relu1_1"].shape[1] == 3, "what the first layer sees"
            assert len(seen["relu1_1"]) > 1 or "relu1_1" not in layers
            assert all(distance(torch.cat(seen[layer], dim=2), whole[layer]) < 1e-6 for layer in layers)
            assert distance(by_hand(fused, size, by), expected) < 1e-6


def test_the_loss_and_its_gradient_are_the_same_by_strips_and_by_tiles(
    fused: FusedFeatureExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A strip of a tile may be all halo."""
    content, image, style = photo((230, 64)), photo((230, 64)).flip(1), photo((50, 40)).flip(2)
    weights = LossWeights("relu1_1", 1.0, dict.fromkeys(("relu1_1", "relu2_1"), 1.0), 1e-3)
    expected_loss, expected = Objective(fused, content, [style], weights)(image)
    monkeypatch.setattr(fused_features, "STRIP", 600 // torch.get_num_threads())
    for pixels, tiles in ((math.inf, 1), (1, 4)):
        objective = Objective(fused, content, [style], weights, pixels=pixels)
        assert len(objective.tiles) == tiles
        loss, gradient = objective(image)
        assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-5)
        assert distance(gradient, expected) < 1e-5


def test_an_output_that_nobody_holds_is_let_go(fused: FusedFeatureExtractor) -> None:
    seen: list[weakref.ref[Tensor]] = []
    for _, output in fused.outputs(photo((33, 37)), LAYERS):
        seen.append(weakref.ref(output))
        assert sum(one() is not None for one in seen) == 1
    assert len(seen) == len(LAYERS)


def test_a_small_picture_is_computed_as_before(fused: FusedFeatureExtractor) -> None:
    assert all(x.dtype == torch.float32 for x in fused.forward(photo((SMALLEST - 1, 40)), {"relu4_1"}).values())
    assert any(x.dtype == torch.uint8 for x in fused.forward(photo((SMALLEST, 40)), {"relu4_1"}).values())
