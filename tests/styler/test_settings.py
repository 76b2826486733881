"""What settings accept, and what they say about a value that they do not."""

from __future__ import annotations

import dataclasses
import math
import pickle
import subprocess
import sys
from typing import Any

import pytest

from styler.settings import LAYERS, Settings


def test_the_layers_are_vgg16s() -> None:
    assert len(LAYERS) == 13
    assert (LAYERS[0], LAYERS[-1]) == ("relu1_1", "relu5_3")
    assert "relu1_3" not in LAYERS


def test_every_field_has_a_line_of_help() -> None:
    for spec in dataclasses.fields(Settings):
        assert len(spec.metadata["text"]) > 10, spec.name


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("size", 31, "size is 31; it must lie between 32 and 8192"),
        ("size", 8193, "size is 8193; it must lie between 32 and 8192"),
        ("size", 512.0, "size is 512.0; it must be a whole number"),
        ("size", "512", "size is '512'; it must be a whole number"),
        ("size", True, "size is True; it must be a whole number"),
        ("steps", 0, "steps is 0; it must lie between 1 and 20000"),
        ("style_weight", -1.0, "style_weight is -1.0; it must lie between 0 and 1e+15"),
        ("style_weight", math.nan, "style_weight is nan; it must lie between 0 and 1e+15"),
        ("style_weight", 1e16, "style_weight is 1e+16; it must lie between 0 and 1e+15"),
        ("content_weight", math.inf, "content_weight is inf; it must lie between 0 and 1e+15"),
        ("max_seconds", math.inf, "max_seconds is inf; it must be a number, at least 0.1"),
        ("tv_weight", None, "tv_weight is None; it must be a number"),
        ("style_scale", 5.0, "style_scale is 5.0; it must lie between 0.1 and 4"),
        ("strength", "mild", "strength is 'mild'; allowed are soft, medium, strong"),
        ("content_layer", "relu6_1", "content_layer is 'relu6_1'; allowed are relu1_1, "),
        ("style_layers", ("relu1_1", "conv1"), "style_layers is 'conv1'; allowed are relu1_1, "),
        ("style_layers", "relu1_1", "style_layers is 'relu1_1'; it must be a list of texts"),
        ("style_layers", ["relu1_1", 2], "style_layers is ('relu1_1', 2); it must be a list of texts"),
        ("style_layers", (), "style_layers is empty; name at least one layer"),
        ("style_blend", (1.0, 0.0), "style_blend is 0.0; it must lie between 0.001 and 1000"),
        ("style_blend", (-1, 2), "style_blend is -1; it must lie between 0.001 and 1000"),
        ("style_blend", (math.nan,), "style_blend is nan; it must lie between"),
        ("style_blend", (True, 1.0), "style_blend is (True, 1.0); it must be a list of numbers"),
        ("style_blend", 0.5, "style_blend is 0.5; it must be a list of numbers"),
        ("pooling", "min", "pooling is 'min'; allowed are avg, max"),
        ("keep_colors", 1, "keep_colors is 1; it must be true or false"),
        ("init", "", "init is ''; there is nothing in it"),
        ("init", " \n", "init is ' \\n'; there is nothing in it"),
        ("weights", " ", "weights is ' '; there is nothing in it"),
        ("device", "gpu", "device is 'gpu'; it must be auto, cpu, cuda or cuda:N"),
        ("device", "cuda:", "device is 'cuda:'; it must be auto, cpu, cuda or cuda:N"),
        ("device", "cuda:01", "device is 'cuda:01'; it must be auto, cpu, cuda or cuda:N"),
        ("device", "cuda:300", "device is 'cuda:300'; it must be auto, cpu, cuda or cuda:N"),
        ("precision", "float16", "precision is 'float16'; allowed are auto, float32, bfloat16"),
        ("format", "bmp", "format is 'bmp'; allowed are jpeg, png, webp, mp4, webm, gif"),
    ],
)
def test_a_value_out_of_range_is_named_with_what_is_allowed(name: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match="^" + name) as caught:
        Settings(**{name: value})
    assert str(caught.value).replace(":", ";").startswith(said.replace(":", ";"))


def test_a_list_is_as_good_as_a_tuple() -> None:
    assert Settings(style_layers=["relu1_1"], style_blend=[1, 2]) == Settings(  # type: ignore[arg-type]
        style_layers=("relu1_1",), style_blend=(1, 2)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", 32),
        ("size", 8192),
        ("style_weight", 300),
        ("style_weight", 0.0),
        ("style_layers", ("relu5_3",)),
        ("device", "cuda"),
        ("device", "cuda:12"),
        ("seed", 2**63 - 1),
    ],
)
def test_values_at_the_edge_are_fine(name: str, value: Any) -> None:
    assert getattr(Settings(**{name: value}), name) == value


def test_there_must_be_something_to_paint() -> None:
    with pytest.raises(ValueError, match="nothing to paint"):
        Settings(content_weight=0.0, style_weight=0.0)


def test_shares_add_up_to_one_and_are_even_unless_said() -> None:
    assert Settings().shares(1) == (1.0,)
    assert Settings().shares(4) == (0.25,) * 4
    assert Settings(style_blend=(6, 2.0)).shares(2) == (0.75, 0.25)


@pytest.mark.parametrize(
    ("blend", "styles", "said"),
    [
        ((1.0, 2.0), 3, "style_blend has 2 weights, but the number of styles is 3; each needs one"),
        ((1.0,), 2, "style_blend has 1 weight, but the number of styles is 2; each needs one"),
        ((1.0, 2.0), 1, "style_blend has 2 weights, but the number of styles is 1; each needs one"),
        ((1.0, 2.0), 0, "style_blend has 2 weights, but the number of styles is 0; each needs one"),
        ((), 0, "there is no style: at least one picture is needed"),
    ],
)
def test_each_style_needs_one_weight(blend: tuple[float, ...], styles: int, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        Settings(style_blend=blend).shares(styles)


def test_settings_do_not_change_and_travel_between_processes() -> None:
    settings = Settings(size=64, style_layers=("relu1_1",))
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.size = 65  # type: ignore[misc]


def test_settings_and_events_stay_free_of_heavy_modules() -> None:
    code = "import sys, styler.settings, styler.events; print({'torch', 'PIL', 'numpy'} & {*sys.modules})"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
