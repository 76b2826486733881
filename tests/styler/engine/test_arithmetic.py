"""The arithmetic is chosen by what is measured, never by what the processor says of itself."""

import logging
from collections.abc import Iterator
from unittest import mock

import pytest
import torch

from styler.engine import arithmetic
from styler.engine.arithmetic import make_extractor
from styler.engine.features import FeatureExtractor
from styler.engine.fused_features import FusedFeatureExtractor
from styler.engine.vgg import VGG16, load_vgg16
from styler.settings import Precision


@pytest.fixture(autouse=True)
def unmeasured() -> Iterator[None]:
    arithmetic.choices.clear()
    yield
    arithmetic.choices.clear()


@pytest.fixture(scope="module")
def vgg() -> VGG16:
    return load_vgg16()


class Clock:
    """Says how long a product or an evaluation takes, in bfloat16; in float32 that is 1."""

    def __init__(self, product: float, kernel: float, direct: float) -> None:
        self.product, self.kernel, self.direct, self.asked = product, kernel, direct, 0

    def __call__(self, _: object, what: torch.Tensor | FeatureExtractor, *__: object) -> float:
        self.asked += 1
        if what.dtype == torch.float32:
            return 1.0
        if isinstance(what, torch.Tensor):
            return self.product
        return self.kernel if isinstance(what, FusedFeatureExtractor) else self.direct


@pytest.fixture
def with_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this processor had a kernel for bfloat16. Nothing is computed."""
    library = mock.Mock()
    library.multiplies_bfloat16.return_value = 1
    library.works_by_rows.return_value = 0
    library.panel_width.return_value = 32
    library.reads_half.return_value = 0
    library.ready_floats.return_value = 1
    monkeypatch.setattr(arithmetic, "checked_library", lambda: library)


@pytest.mark.parametrize(
    ("product", "by_kernel", "directly", "expected"),
    [
        (0.25, 0.8, 0.5, (FeatureExtractor, torch.bfloat16)),  # AMX, which the kernel may not use
        (0.25, 0.55, 0.5, (FusedFeatureExtractor, torch.bfloat16)),  # AMX: the kernel gains in larger pictures
        (0.5, 0.5, 0.9, (FusedFeatureExtractor, torch.bfloat16)),  # AVX512-BF16 on an AMD
        (2.0, 1.2, 1.7, (FusedFeatureExtractor, torch.float32)),  # AVX512-BF16 on an Intel
        (0.5, 0.9, 0.95, (FusedFeatureExtractor, torch.float32)),  # hardly quicker, and less exact
        (500.0, 0.1, 0.1, (FusedFeatureExtractor, torch.float32)),  # emulated: not even tried
    ],
)
@pytest.mark.usefixtures("with_kernel")
def test_auto_takes_what_is_quicker(
    vgg: VGG16,
    monkeypatch: pytest.MonkeyPatch,
    product: float,
    by_kernel: float,
    directly: float,
    expected: tuple[type[FeatureExtractor], torch.dtype],
) -> None:
    clock = Clock(product, by_kernel, directly)
    monkeypatch.setattr(arithmetic, "cpu_seconds", clock)
    found = make_extractor(vgg, "auto")
    assert (type(found), found.dtype) == expected
    asked = clock.asked
    again = make_extractor(vgg, "auto")
    assert (type(again), again.dtype) == expected
    assert clock.asked == asked  # once a process


@pytest.mark.parametrize(
    ("by_kernel", "directly", "expected"), [(0.5, 0.9, FusedFeatureExtractor), (0.9, 0.5, FeatureExtractor)]
)
@pytest.mark.usefixtures("with_kernel")
def test_of_two_ways_in_bfloat16_the_quicker_one_is_taken(
    vgg: VGG16, monkeypatch: pytest.MonkeyPatch, by_kernel: float, directly: float, expected: type[FeatureExtractor]
) -> None:
    monkeypatch.setattr(arithmetic, "cpu_seconds", Clock(1, by_kernel, directly))
    found = make_extractor(vgg, "bfloat16")
    assert type(found) is expected
    assert found.dtype == torch.bfloat16


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_there_is_one_way_for_is_taken_without_measuring(
    vgg: VGG16, monkeypatch: pytest.MonkeyPatch, precision: Precision
) -> None:
    monkeypatch.setattr(arithmetic, "checked_library", lambda: None)
    monkeypatch.setattr(arithmetic, "cpu_seconds", None)  # calling it would fail
    assert make_extractor(vgg, precision).dtype == getattr(torch, precision)


def test_the_choice_is_told(vgg: VGG16, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "styler"):  # the command line sets a level for all of styler
        extractor = make_extractor(vgg, "auto")
    assert str(extractor) in caplog.messages[-1]
    assert str(extractor.dtype).removeprefix("torch.") in caplog.messages[-1]


def test_measuring_runs_each_for_real(vgg: VGG16) -> None:
    makers = [maker for dtype in (torch.float32, torch.bfloat16) for maker in arithmetic.makers("avg", dtype)]
    seconds = arithmetic.measure(vgg, makers)
    assert len(seconds) == len(makers)
    assert min(seconds) > 0


def test_without_the_kernel_or_with_max_pooling_convolutions_are_direct(
    vgg: VGG16, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not isinstance(make_extractor(load_vgg16("max"), "float32"), FusedFeatureExtractor)
    monkeypatch.setattr(arithmetic, "checked_library", lambda: None)
    assert type(make_extractor(vgg, "float32")) is FeatureExtractor
