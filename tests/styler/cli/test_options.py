"""The options."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from styler.cli.options import chosen, parse
from styler.settings import Settings
from tests.support.command_line import run


def test_help_names_every_setting_with_its_default() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    for spec in dataclasses.fields(Settings):
        assert (f"--{spec.name.replace('_', '-')}" in text) == (spec.name not in ("format", "compare"))
    for part in (
        "--size N long edge of the painting, in pixels (default: 512)",
        "--strength {soft,medium,strong}",
        "--keep-aspect, --no-keep-aspect",
        "(default: relu1_1,relu2_1,relu3_1,relu4_1,relu5_1)",
        "--style-scale X",
        "larger strokes above 1 (default: 1.0)",
        "less of it below 512 pixels (default: 0.012)",
    ):
        assert part in text


def test_only_what_was_said_is_chosen() -> None:
    said = "--size 64 --no-keep-aspect --keep-colors --style-layers relu1_1,relu2_1 --tv-weight 2 --device cuda:1"
    assert chosen(parse(["p", "s", *said.split()]), Path("a/o.JPEG")) == {
        "format": "jpeg",
        "size": 64,
        "keep_aspect": False,
        "keep_colors": True,
        "style_layers": ("relu1_1", "relu2_1"),
        "tv_weight": 2.0,
        "device": "cuda:1",
    }
    assert chosen(parse(["p", "s"]), Path("o.png")) == {"format": "png"}
