"""The arithmetic is chosen by what is measured, never by what the processor says of itself."""

import logging
from collections.abc import Iterator

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
    """Says how long a product or an evaluation takes, by its arithmetic."""

    def __init__(self, product: float, evaluation: float) -> None:
        self.product, self.evaluation, self.asked = product, evaluation, 0

    def __call__(self, _: object, what: torch.Tensor | FeatureExtractor, *__: object) -> float:
        self.asked += 1
        if what.dtype == torch.float32:
            return 1.0
        return self.product if isinstance(what, torch.Tensor) else self.evaluation


@pytest.mark.parametrize(
    ("product", "evaluation", "expected"),
    [
        (0.25, 0.5, torch.bfloat16),  # AMX
        (2.0, 1.7, torch.float32),  # AVX512-BF16 on an Intel
        (0.5, 0.95, torch.float32),  # hardly quicker, and less exact
        (500.0, 0.1, torch.float32),  # emulated: not even tried
    ],
)
def test_auto_takes_what_is_quicker(
    vgg: VGG16, monkeypatch: pytest.MonkeyPatch, product: float, evaluation: float, expected: torch.dtype
) -> None:
    clock = Clock(product, evaluation)
    monkeypatch.setattr(arithmetic, "cpu_seconds", clock)
    assert make_extractor(vgg, "auto").dtype == expected
    asked = clock.asked
    assert make_extractor(vgg, "auto").dtype == expected
    assert clock.asked == asked  # once a process


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_is_asked_for_is_taken_without_measuring(
    vgg: VGG16, monkeypatch: pytest.MonkeyPatch, precision: Precision
) -> None:
    monkeypatch.setattr(arithmetic, "cpu_seconds", None)  # calling it would fail
    assert make_extractor(vgg, precision).dtype == getattr(torch, precision)


def test_the_choice_is_told(vgg: VGG16, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "styler"):  # the command line sets a level for all of styler
        extractor = make_extractor(vgg, "auto")
    assert str(extractor) in caplog.messages[-1]
    assert str(extractor.dtype).removeprefix("torch.") in caplog.messages[-1]


def test_measuring_runs_both_for_real(vgg: VGG16) -> None:
    assert arithmetic.measure(vgg) in (torch.float32, torch.bfloat16)


def test_without_the_kernel_or_with_max_pooling_convolutions_are_direct(
    vgg: VGG16, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not isinstance(make_extractor(load_vgg16("max"), "float32"), FusedFeatureExtractor)
    monkeypatch.setattr(arithmetic, "kernel", lambda: None)
    assert type(make_extractor(vgg, "float32")) is FeatureExtractor
