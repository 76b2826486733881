"""VGG16 against torchvision run directly, and its weights: right ones, others, and damaged ones."""

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from styler.engine import vgg
from styler.engine.vgg import CAFFE, TORCHVISION, BadWeights, load_vgg16
from styler.settings import LAYERS, Pooling

# Where torchvision's Sequential has the ReLU of each layer.
RELUS = dict(zip(LAYERS, (1, 3, 6, 8, 11, 13, 15, 18, 20, 22, 25, 27, 29), strict=True))

# As they are called, kept by PyTorch and preprocessed.
PUBLISHED = [
    ("IMAGENET1K_V1", "vgg16-397923af.pth", TORCHVISION.mean),
    ("IMAGENET1K_FEATURES", "vgg16_features-amdegroot-88682ab5.pth", CAFFE.mean),
]


def photo(height: int = 40, width: int = 56) -> Tensor:
    return torch.rand(3, height, width, generator=torch.Generator().manual_seed(0)) * 255


@pytest.fixture(scope="module")
def torchvisions() -> nn.Sequential:
    """torchvision's model with the weights as in the file, without any code of ours."""
    import torchvision  # which takes two seconds to load

    with torch.device("meta"):
        model = torchvision.models.vgg16(weights=None)
    file = Path(vgg.__file__).parent.parent / "weights" / "vgg16-features-float16.safetensors"
    state = {key: value.float() for key, value in safetensors.torch.load_file(file).items()}
    model.load_state_dict(state, strict=False, assign=True)
    features: nn.Sequential = model.features.eval()
    features[0].padding_mode = "replicate"
    return features


@pytest.mark.parametrize("pooling", ["avg", "max"])
def test_features_equal_torchvisions(torchvisions: nn.Sequential, pooling: Pooling) -> None:
    image = photo()
    found = load_vgg16(pooling)(image, LAYERS)
    x = (image - torch.tensor([123.68, 116.779, 103.939]).view(3, 1, 1)).unsqueeze(0)
    with torch.no_grad():
        for i, module in enumerate(torchvisions[:30]):
            pools = isinstance(module, nn.MaxPool2d) and pooling == "avg"
            x = nn.functional.avg_pool2d(x, 2) if pools else module(x)
            for layer in (layer for layer, at in RELUS.items() if at == i):
                assert (found[layer] - x).norm() < 1e-5 * x.norm(), layer


def test_nothing_past_the_last_needed_layer_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    convolve = nn.functional.conv2d
    monkeypatch.setattr(nn.functional, "conv2d", lambda *args, **kw: calls.append(1) or convolve(*args, **kw))
    assert list(load_vgg16()(photo(), {"relu2_1"})) == ["relu2_1"]
    assert len(calls) == 3


@pytest.mark.parametrize("size", [(1, 1), (32, 2), (1, 33), (17, 31)])
@pytest.mark.parametrize("pooling", ["avg", "max"])
def test_no_picture_is_too_small(size: tuple[int, int], pooling: Pooling) -> None:
    features = load_vgg16(pooling)(photo(*size), {"relu5_3"})["relu5_3"]
    assert features.numel() >= 512
    assert features.isfinite().all()


def state() -> dict[str, Tensor]:
    return {f"features.{key}": value for key, value in load_vgg16().features.state_dict().items()}


def test_the_published_training_is_recognised(tmp_path: Path) -> None:
    """IMAGENET1K_FEATURES: the same training as float32, the fully connected layers filled with NaN."""
    torch.save(state() | {"classifier.0.weight": torch.full((2, 2), torch.nan)}, tmp_path / "features.pth")
    model = load_vgg16(weights=str(tmp_path / "features.pth"))
    assert tuple(model.mean.flatten().tolist()) == pytest.approx(CAFFE.mean)
    assert model.std.flatten().tolist() == [1, 1, 1]
    torch.testing.assert_close(model(photo(), {"relu3_1"}), load_vgg16()(photo(), {"relu3_1"}))


def test_caffe_s_order_of_channels_is_turned_round(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """BGR, as in Caffe's own file and in neural-style-pt's, which was made from it."""
    first = "features.0.weight"
    torch.save(state() | {first: state()[first].flip(1)}, tmp_path / "bgr.pth")
    model = load_vgg16(weights=str(tmp_path / "bgr.pth"))
    assert tuple(model.mean.flatten().tolist()) == pytest.approx(CAFFE.mean)
    torch.testing.assert_close(model(photo(), {"relu3_1"}), load_vgg16()(photo(), {"relu3_1"}))
    assert caplog.messages == []


@pytest.mark.parametrize(("name", "known"), [("mine.pth", False), ("vgg16-397923af.pth", True)])
def test_a_training_that_is_not_known_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, known: bool
) -> None:
    path = str(tmp_path / name)
    torch.save({key: value * 1.1 for key, value in state().items()}, path)
    load_vgg16(weights=path)
    expected = f"{path}: not the published training; taken for one like torchvision's, of RGB"
    assert caplog.messages == ([] if known else [expected])


@pytest.mark.parametrize("save", [torch.save, safetensors.torch.save_file])
def test_another_training_gets_torchvisions_preprocessing(tmp_path: Path, save: Callable[..., None]) -> None:
    """IMAGENET1K_V1: other weights, made for images whose channels have mean 0 and deviation 1."""
    path = tmp_path / ("v1.pth" if save is torch.save else "v1.safetensors")
    save({key: value * 1.1 for key, value in state().items()}, path)
    model = load_vgg16(weights=str(path))
    assert tuple(model.mean.flatten().tolist()) == pytest.approx(TORCHVISION.mean)
    assert tuple(model.std.flatten().tolist()) == pytest.approx(TORCHVISION.std)


@pytest.mark.parametrize(("name", "file", "mean"), PUBLISHED)
def test_torchvisions_weights_are_known_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, file: str, mean: tuple[float, float, float]
) -> None:
    """From where PyTorch keeps what it has downloaded."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    kept = tmp_path / "hub" / "checkpoints" / file
    kept.parent.mkdir(parents=True)
    factor = 1 if mean == CAFFE.mean else 1.1
    torch.save({key: value * factor for key, value in state().items()}, kept)
    assert load_vgg16(weights=name).mean.flatten().tolist() == pytest.approx(mean)


def test_weights_that_cannot_be_downloaded_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr(urllib.request, "_opener", None)  # it remembers the proxies of its first call
    with pytest.raises(BadWeights, match=r"cannot download the weights IMAGENET1K_V1: .*refused"):
        load_vgg16(weights="IMAGENET1K_V1")


@pytest.mark.parametrize("change", ["missing", "cut", "one byte"])
def test_damaged_embedded_weights_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str) -> None:
    data = bytearray(vgg.EMBEDDED_WEIGHTS.read_bytes())
    data[1_000_000] ^= 1
    path = tmp_path / "weights.safetensors"
    if change != "missing":
        path.write_bytes(data if change == "one byte" else data[:500_000])
    monkeypatch.setattr(vgg, "EMBEDDED_WEIGHTS", path)
    with pytest.raises(BadWeights, match=r"damaged|missing"):
        load_vgg16()


class Evil:
    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return exec, ("raise SystemExit",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read"),
        (b"not a state dict", "not a state dict"),
        (b"hello, world", "not a state dict"),
        ({"features.0.weight": torch.zeros(64, 3, 3, 3)}, "not VGG16"),
        ({"features.0.weight": torch.zeros(1)}, "not VGG16"),
        ([1, 2], "not a state dict but a list"),
        (Evil(), "not a state dict"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: object, message: str) -> None:
    path = tmp_path / "weights.pth"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    with pytest.raises(BadWeights, match=re.escape(message)):
        load_vgg16(weights=str(path))


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    broken = state()
    broken["features.28.bias"] = torch.full((512,), torch.nan)
    torch.save(broken, tmp_path / "weights.pth")
    with pytest.raises(BadWeights, match=r"features\.28\.bias is not finite"):
        load_vgg16(weights=str(tmp_path / "weights.pth"))
