"""The loss and its hand-written gradient against an independent plain implementation in float64."""

import copy
import functools
import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from styler.engine import vgg as vgg_module
from styler.engine.features import FeatureExtractor
from styler.engine.gram_cache import compute_grams
from styler.engine.guidance import squared_channels
from styler.engine.objective import LossWeights, Objective, SpatialControl, TemporalTarget
from styler.engine.tiles import tiles
from styler.engine.vgg import CAFFE, VGG16, load_vgg16, make_layers
from styler.settings import Pooling, Settings

LAYERS = Settings().style_layers


@pytest.fixture(scope="module")
def vgg() -> VGG16:
    return load_vgg16()


def picture(seed: int, *size: int) -> Tensor:
    return torch.rand(3, *size, generator=torch.Generator().manual_seed(seed)) * 255


@functools.cache
def exact(vgg: VGG16) -> VGG16:
    """The same network in float64."""
    return copy.deepcopy(vgg).double()


def plain(
    vgg: VGG16,
    image: Tensor,
    content: Tensor,
    style: Tensor,
    weights: LossWeights,
    guides: dict[str, Tensor] | None = None,
) -> tuple[Tensor, Tensor]:
    """Gatys et al. in float64 under autograd, without anything from `styler.engine.losses`."""
    model, layer = exact(vgg), weights.content_layer
    x = image.double().requires_grad_()
    names = {layer, *LAYERS}
    features, wanted, painted = model(x, names), model(content.double(), names), model(style.double(), names)
    loss = weights.content * ((features[layer] - wanted[layer]) ** 2).sum() / (wanted[layer] ** 2).sum()
    for name, share in weights.style.items():
        guide = (guides or {}).get(name, torch.ones(1, 1, 1, 1)).double()
        gram, target = (
            torch.einsum("nihw,njhw->ij", f, f) / f[0, 0].numel() for f in (features[name] * guide, painted[name])
        )
        loss = loss + share * ((gram - target) ** 2).sum() / (target**2).sum()
    variation = ((x[:, :, 1:] - x[:, :, :-1]) ** 2).sum() + ((x[:, 1:] - x[:, :-1]) ** 2).sum()
    loss = loss + weights.tv * variation / x.numel()
    gradient = torch.autograd.grad(loss, x)[0]
    return loss.detach(), gradient


@pytest.mark.parametrize("layer", ["relu4_2", "relu3_1", "relu5_1"])  # above, among and at the style layers
@pytest.mark.parametrize("weights", [(1.0, 1.0, 1e-3), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)])
def test_loss_and_gradient_equal_the_plain_ones(vgg: VGG16, layer: str, weights: tuple[float, float, float]) -> None:
    content, style, tv = weights
    shares = LossWeights(layer, content, {name: style * 2.0**-i for i, name in enumerate(LAYERS)}, tv)
    images = picture(0, 36, 44), picture(1, 36, 44), picture(2, 50, 30)
    expected_loss, expected = plain(vgg, *images, shares)
    loss, gradient = Objective(FeatureExtractor(vgg, torch.float32), images[1], images[2:], shares)(images[0])
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-5)
    assert (gradient.double() - expected).norm() < 1e-5 * expected.norm()


@pytest.mark.parametrize("pixels", [math.inf, 1])
def test_a_guided_layer_s_loss_and_gradient_equal_the_plain_ones(vgg: VGG16, pixels: float) -> None:
    """Gatys et al. (CVPR 2017), section 4.1: features times a channel, whose squares have a mean of 1."""
    images = picture(0, 48, 160), picture(1, 48, 160), picture(2, 50, 30)
    freedom = torch.linspace(0, 1, 160).expand(48, 160).contiguous()
    shares = LossWeights("relu3_2", 1.0, {name: 2.0**-i for i, name in enumerate(LAYERS)}, 1e-3)
    channels = squared_channels(freedom, list(LAYERS), (48, 160))
    assert channels.keys() == {"relu3_1", "relu4_1", "relu5_1"}
    assert all(channel.mean().item() == pytest.approx(1) for channel in channels.values())
    assert max(channels[name][..., 0].max().item() for name in ("relu4_1", "relu5_1")) < 0.2
    assert channels["relu3_1"][..., 0].mean().item() == pytest.approx(0.6 / 0.8, abs=0.02), "held less"
    free = {
        "relu3_1": 1 - 0.4 * (1 - freedom.mean().item()),
        **dict.fromkeys(("relu4_1", "relu5_1"), freedom.mean().item()),
    }
    counted = replace(shares, style={name: w * free.get(name, 1) for name, w in shares.style.items()})
    guides = {name: channel.sqrt() for name, channel in channels.items()}
    expected_loss, expected = plain(vgg, *images, counted, guides)
    objective = Objective(
        FeatureExtractor(vgg, torch.float32),
        images[1],
        images[2:],
        shares,
        SpatialControl(freedom=freedom),
        pixels,
    )
    assert (len(objective.tiles) > 1) == (pixels == 1)
    loss, gradient = objective(images[0])
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-5)
    assert (gradient.double() - expected).norm() < 1e-5 * expected.norm()


@pytest.mark.parametrize("pixels", [math.inf, 1])
def test_the_stroke_loss_and_its_gradient_equal_the_plain_ones(vgg: VGG16, pixels: float) -> None:
    """Of rotated derivatives, by autograd in float64."""
    images = picture(0, 48, 160), picture(1, 48, 160), picture(2, 50, 30)
    without = LossWeights("relu3_2", 1.0, {name: 2.0**-i for i, name in enumerate(LAYERS)}, 1e-3)
    angles = torch.rand(47, 159, generator=torch.Generator().manual_seed(3)) * math.tau
    x = images[0].double().requires_grad_()
    right, up = x[:, 1:, 1:] - x[:, :-1, :-1], x[:, :-1, 1:] - x[:, 1:, :-1]
    strokes = 0.7 * ((torch.cos(angles) * right + torch.sin(angles) * up) ** 2).sum() / 2 / x.numel()
    expected_loss, expected = plain(vgg, *images, without)
    expected = expected + torch.autograd.grad(strokes, x)[0]
    control = SpatialControl(directions=torch.stack([torch.cos(angles), torch.sin(angles)]))
    terms = images[1], images[2:], replace(without, strokes=0.7), control, pixels
    loss, gradient = Objective(FeatureExtractor(vgg, torch.float32), *terms)(images[0])
    assert loss.item() == pytest.approx((expected_loss + strokes).item(), rel=1e-5)
    assert (gradient.double() - expected).norm() < 1e-5 * expected.norm()


@pytest.mark.parametrize("pixels", [math.inf, 1])
def test_the_outline_loss_and_its_gradient_equal_the_plain_ones(vgg: VGG16, pixels: float) -> None:
    """Of Gaussians as one matrix for the rows and one for the columns, by autograd in float64; by places of 2x2 pixels,
    without the pixels that are left over."""
    images = picture(0, 49, 321), picture(1, 49, 321), picture(2, 50, 30)
    without = LossWeights("relu3_2", 1.0, {name: 2.0**-i for i, name in enumerate(LAYERS)}, 1e-3)
    control = SpatialControl(subject=torch.linspace(0, 1, 8).expand(4, 8).contiguous())
    terms = images[1], images[2:], replace(without, outlines=0.7), control, pixels
    objective = Objective(FeatureExtractor(vgg, torch.float32), *terms)
    assert objective.outlines is not None

    def gaussian(side: int, sigma: float) -> Tensor:
        away = torch.arange(side)[:, None] - torch.arange(side)
        matrix = torch.exp(-(away.double() ** 2) / (2 * sigma**2)) * (away.abs() <= round(3 * sigma))
        return matrix / matrix.sum(1, keepdim=True)  # of what lies within the picture

    x = images[0].double().requires_grad_()
    y = torch.einsum("c,chw->hw", torch.tensor([0.299, 0.587, 0.114]).double(), x - images[1].double())
    places = y[:48, :320].reshape(24, 2, 160, 2).mean((1, 3))
    fine, wide = (gaussian(24, sigma) @ places @ gaussian(160, sigma).T for sigma in (321 / 256, 321 / 128))
    outlines = 0.7 * (objective.outlines.weights[0].double() * (fine - wide) ** 2).mean()
    expected_loss, expected = plain(vgg, *images, without)
    expected = expected + torch.autograd.grad(outlines, x)[0]
    loss, gradient = objective(images[0])
    assert outlines > 0.01 * expected_loss
    assert loss.item() == pytest.approx((expected_loss + outlines).item(), rel=1e-5)
    assert (gradient.double() - expected).norm() < 1e-5 * expected.norm()


def test_a_blend_s_target_is_the_mean_gram_matrix(vgg: VGG16) -> None:
    content, one, other = picture(0, 24, 24), picture(1, 30, 20), picture(2, 16, 40)
    weights = LossWeights("relu4_2", 1.0, {"relu3_1": 1.0}, 0.0, (0.7, 0.3))
    target = Objective(FeatureExtractor(vgg, torch.float32), content, (one, other), weights).grams["relu3_1"]
    features = [vgg(style, {"relu3_1"})["relu3_1"][0].flatten(1) for style in (one, other)]
    grams = [f @ f.t() / f.shape[1] for f in features]
    expected = 0.7 * grams[0] + 0.3 * grams[1]
    assert (target - expected).norm() < 1e-5 * expected.norm()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_content_weighs_as_much_as_is_said_at_each_place(vgg: VGG16, dtype: torch.dtype) -> None:
    """Twice everywhere is twice the weight; and where it is more, the gradient is more, by just that."""
    images = picture(0, 32, 48), picture(1, 32, 48), (picture(2, 30, 20),)
    even = LossWeights("relu3_2", 1.0, {"relu1_1": 0.0}, 0.0)

    def evaluated(emphasis: Tensor | None, weights: LossWeights = even) -> tuple[float, Tensor]:
        loss, gradient = Objective(FeatureExtractor(vgg, dtype), *images[1:], weights, SpatialControl(emphasis))(
            images[0]
        )
        return loss.item(), gradient

    halves = torch.ones(32, 48)
    halves[:, 24:] = 5
    once, twice, mixed = evaluated(None), evaluated(torch.full((8, 12), 2.0)), evaluated(halves)
    double = evaluated(None, replace(even, content=2.0))
    assert twice[0] == pytest.approx(double[0], rel=1e-2 if dtype == torch.bfloat16 else 1e-5)
    assert (twice[1] - double[1]).norm() < 0.02 * double[1].norm()
    assert 1.5 < mixed[0] / once[0] < 4.5
    left, right = (slice(None), slice(None), slice(0, 4)), (slice(None), slice(None), slice(44, 48))
    assert (mixed[1] - once[1])[left].norm() < 0.02 * once[1][left].norm()
    assert (mixed[1] - 5 * once[1])[right].norm() < 0.02 * mixed[1][right].norm()


def test_the_gradient_of_the_emphasis_is_the_loss_s(vgg: VGG16) -> None:
    emphasis = torch.linspace(1, 6, 48).expand(32, 48).contiguous()
    images = picture(1, 32, 48), (picture(2, 30, 20),)
    weights = LossWeights("relu3_2", 1.0, {"relu1_1": 0.0}, 0.0)
    objective = Objective(FeatureExtractor(vgg, torch.float32), *images, weights, SpatialControl(emphasis))
    x, step = picture(0, 32, 48), picture(5, 32, 48) - 128
    slope = (objective(x + 0.01 * step)[0] - objective(x - 0.01 * step)[0]) / 0.02
    assert (objective(x)[1] * step).sum().item() == pytest.approx(slope.item(), rel=0.02)


def test_an_anchor_s_loss_and_gradient_equal_the_plain_ones(vgg: VGG16) -> None:
    """A picture to stay close to, place by place."""
    image, content, style, warped = (picture(seed, 36, 44) for seed in range(4))
    near = torch.rand(1, 36, 44, generator=torch.Generator().manual_seed(6)) * 0.01
    shares = LossWeights("relu3_2", 1.0, {name: 2.0**-i for i, name in enumerate(LAYERS)}, 1e-3)
    anchor = TemporalTarget(warped, near)
    objective = Objective(FeatureExtractor(vgg, torch.float32), content, [style], shares, SpatialControl(anchor=anchor))
    expected_loss, expected = plain(vgg, image, content, style, shares)
    x = image.double().requires_grad_()
    hold = (near.double() * (x - warped.double()) ** 2).sum() / x.numel()
    pull = torch.autograd.grad(hold, x)[0]
    assert hold > 0.1 * expected_loss
    assert pull.norm() > 0.1 * expected.norm()
    loss, gradient = objective(image)
    assert loss.item() == pytest.approx((expected_loss + hold).item(), rel=1e-5)
    expected = expected + pull
    assert (gradient.double() - expected).norm() < 1e-5 * expected.norm()


@pytest.mark.parametrize("size", [(170, 20), (171, 20), (341, 20), (400, 20)])
def test_an_anchor_holds_no_less_at_another_size(size: tuple[int, int]) -> None:
    """Also where every other row is held, and the sizes do not divide."""
    rows = (torch.arange(341) % 2).float().reshape(1, 341, 1).expand(1, 341, 20)
    scaled = TemporalTarget(torch.zeros(3, 341, 20), rows).at(size, torch.device("cpu"))
    assert scaled.picture.shape == (3, *size)
    assert scaled.weights.shape == (1, *size)
    assert scaled.weights.mean().item() == pytest.approx(rows.mean().item(), abs=0.005)


def test_bfloat16_gives_nearly_the_same(vgg: VGG16) -> None:
    shares = LossWeights("relu4_2", 1.0, dict.fromkeys(LAYERS, 1.0), 1e-4)
    images = picture(0, 36, 44), picture(1, 36, 44), picture(2, 50, 30)
    expected_loss, expected = plain(vgg, *images, shares)
    loss, gradient = Objective(FeatureExtractor(vgg, torch.bfloat16), images[1], images[2:], shares)(images[0])
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-2)
    assert torch.cosine_similarity(gradient.double().flatten(), expected.flatten(), dim=0) > 0.995


@functools.cache
def narrow(pooling: Pooling) -> FeatureExtractor:
    """VGG16 with 16 channels in place of up to 512: what a tile sees around itself is the same, and computed soon."""
    generator = torch.Generator().manual_seed(7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vgg_module, "CHANNELS_PER_BLOCK", (16,) * 5)
        shapes = {name: tensor.shape for name, tensor in make_layers().state_dict().items()}
        state = {f"features.{name}": torch.randn(shape, generator=generator) / 9 for name, shape in shapes.items()}
        return FeatureExtractor(VGG16(state, pooling, CAFFE), torch.float32)


# One row of tiles; tiles whose halo ends within the picture, to the sides or above and below; a last tile with one
# place of relu5; sides of no tile. The halo of relu5_3 is wider. What is pooled how is the same for each tile.
@pytest.mark.parametrize(
    ("size", "count", "layer", "pooling"),
    [
        ((40, 200), 3, "relu3_2", "avg"),
        ((81, 213), 8, "relu3_2", "avg"),
        ((245, 81), 8, "relu5_3", "avg"),
        ((144, 81), 6, "relu3_2", "avg"),
        ((144, 81), 6, "relu5_3", "max"),
        ((1, 130), 3, "relu3_2", "max"),
        ((1, 130), 3, "relu5_3", "avg"),
    ],
)
def test_tiles_give_the_whole_picture_s_loss_and_gradient(
    size: tuple[int, int], count: int, layer: str, pooling: Pooling
) -> None:
    shares = LossWeights(layer, 1.0, {name: 2.0**-i for i, name in enumerate(LAYERS)}, 1e-3)
    image, content, style = picture(0, *size), picture(1, *size), picture(2, 30, 50)
    anchor = TemporalTarget(picture(3, *size), torch.rand(1, *size, generator=torch.Generator().manual_seed(4)) * 1e-3)
    terms = content, [style], shares, SpatialControl(torch.tensor([[1.0, 3.0], [0.5, 1.0]]), anchor=anchor)
    whole, tiled = (Objective(narrow(pooling), *terms, pixels) for pixels in (math.inf, 1))
    assert len(tiled.tiles) == count
    assert len(whole.tiles) == 1
    (loss, gradient), (expected_loss, expected) = tiled(image), whole(image)
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-5)
    difference = gradient - expected
    assert difference.norm() < 1e-5 * expected.norm()
    assert difference.abs().max() < 1e-5 * expected.abs().max(), "at no seam either"


@pytest.mark.parametrize("size", [(2160, 3840), (2808, 2808)])
def test_a_tile_is_as_large_as_allowed(size: tuple[int, int]) -> None:
    assert len(tiles(size, size[0] * size[1], LAYERS)) == 1
    pieces = tiles(size, 1_000_000, LAYERS)
    areas = [(t.rows.high - t.rows.low) * (t.columns.high - t.columns.low) for t in pieces]
    assert 0.5e6 < max(areas) <= 1.1e6
    assert sum((t.rows.stop - t.rows.start) * (t.columns.stop - t.columns.start) for t in pieces) == size[0] * size[1]


@pytest.mark.parametrize("pooling", ["avg", "max"])
def test_gram_matrices_of_a_style_by_tiles_are_the_whole_ones(pooling: Pooling) -> None:
    style = picture(2, 81, 213)
    expected = compute_grams(narrow(pooling), style, LAYERS, 81 * 213)
    for layer, gram in compute_grams(narrow(pooling), style, LAYERS, 1).items():
        assert (gram - expected[layer]).norm() < 1e-5 * gram.norm(), layer
