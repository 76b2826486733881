"""The hand-written extractor against VGG16 under autograd, and the prepacked convolutions against the public ones."""

import weakref

import pytest
import torch
from torch.nn import functional

from styler.engine import features as chain_module
from styler.engine.features import FeatureExtractor, has_prepacked
from styler.engine.vgg import TORCHVISION, VGG16, load_vgg16
from styler.settings import LAYERS, Pooling
from tests.support.features import autograd, by_hand, distance, photo, probes

SIZES = [(40, 56), (33, 37), (32, 2), (1, 40), (1, 1)]


@pytest.fixture(scope="module", params=["avg", "max"])
def vgg(request: pytest.FixtureRequest) -> VGG16:
    pooling: Pooling = request.param
    return load_vgg16(pooling)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("prepacked", [True, False])
def test_features_and_gradient_equal_autograds(vgg: VGG16, size: tuple[int, int], *, prepacked: bool) -> None:
    extractor = FeatureExtractor(vgg, torch.float32, prepacked=prepacked)
    expected = vgg(photo(size), LAYERS)
    for layer, features in extractor.forward(photo(size), LAYERS).items():
        assert distance(features, expected[layer]) < 1e-5, layer
    by = probes(vgg, size, LAYERS)
    assert distance(by_hand(extractor, size, by), autograd(vgg, size, by)) < 1e-5


def test_an_output_that_nobody_holds_is_let_go() -> None:
    """Or the Gram matrices of a style image would take the memory of a whole evaluation."""
    seen = []
    for _, output in FeatureExtractor(load_vgg16(), torch.float32).outputs(photo((33, 37)), LAYERS):
        seen.append(weakref.ref(output))
        assert sum(one() is not None for one in seen) == 1
    assert len(seen) == len(LAYERS)


@pytest.mark.parametrize("layers", [("relu1_1",), ("relu2_2",), ("relu1_2", "relu3_1"), ("relu3_1", "relu5_1")])
def test_the_chain_ends_at_the_last_needed_layer(vgg: VGG16, layers: tuple[str, ...]) -> None:
    extractor = FeatureExtractor(vgg, torch.float32)
    outputs = extractor.forward(photo((33, 37)), layers)
    assert list(outputs) == list(LAYERS[: LAYERS.index(layers[-1]) + 1])
    by = probes(vgg, (33, 37), layers)
    assert distance(by_hand(extractor, (33, 37), by), autograd(vgg, (33, 37), by)) < 1e-5


@pytest.mark.parametrize("prepacked", [True, False])
def test_bfloat16_is_close(vgg: VGG16, *, prepacked: bool) -> None:
    extractor, size = FeatureExtractor(vgg, torch.bfloat16, prepacked=prepacked), (40, 56)
    expected = vgg(photo(size), LAYERS)
    for layer, features in extractor.forward(photo(size), LAYERS).items():
        assert distance(features, expected[layer]) < 0.02, layer
    by = probes(vgg, size, LAYERS)
    cosine = torch.cosine_similarity(by_hand(extractor, size, by).flatten(), autograd(vgg, size, by).flatten(), dim=0)
    assert cosine > 0.99


def test_bfloat16_sees_small_changes_of_a_pixel(vgg: VGG16) -> None:
    """The image comes in two halves: alone, bfloat16 would round 230.6 and 230.9, less the mean, to the same number."""
    extractor = FeatureExtractor(vgg, torch.bfloat16)
    image = torch.full((3, 8, 8), 230.6)
    change = torch.zeros(3, 8, 8)
    change[1] = 0.2  # 114.021 to 114.221: both are 114.0 in bfloat16
    one, other = (extractor.forward(x, {"relu1_1"})["relu1_1"].float() for x in (image + 0.2, image + 0.2 + change))
    assert not torch.equal(one, other)


def test_the_image_is_brought_to_the_deviation_of_the_training() -> None:
    """Weights made for channels of deviation 1, as torchvision's own training has them."""
    vgg = load_vgg16()
    other = VGG16({f"features.{key}": x for key, x in vgg.features.state_dict().items()}, "avg", TORCHVISION)
    by = probes(other, (33, 37), LAYERS)
    extractor = FeatureExtractor(other, torch.float32)
    assert distance(by_hand(extractor, (33, 37), by), autograd(other, (33, 37), by)) < 1e-5


def test_another_layout_than_was_asked_for_changes_nothing(vgg: VGG16, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU may compute in its own: an AMD, or one without bfloat16 that is asked for it."""
    by, plain = probes(vgg, (33, 37), ("relu1_2", "relu5_1")), functional.conv2d
    expected = autograd(vgg, (33, 37), by)
    monkeypatch.setattr(functional, "conv2d", lambda *x, **options: plain(*x, **options).contiguous())
    assert distance(by_hand(FeatureExtractor(vgg, torch.float32, prepacked=False), (33, 37), by), expected) < 1e-5


def test_without_the_private_operators_the_public_ones_serve(vgg: VGG16, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise AttributeError("no such operator")

    has_prepacked.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(chain_module, "_prepacked", gone)
        assert not has_prepacked(torch.float32)
        features = FeatureExtractor(vgg, torch.float32).forward(photo((8, 8)), {"relu1_2"})["relu1_2"]
    has_prepacked.cache_clear()
    assert distance(features, vgg(photo((8, 8)), {"relu1_2"})["relu1_2"]) < 1e-5
