"""The options of the command line, read from the fields of `Settings`, so that both always agree. Free of torch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from styler import __version__
from styler.argument_parser import ArgumentParser
from styler.settings import Settings

# Of OUT: they tell the format.
ENDINGS = {
    ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".webp": "webp", ".mp4": "mp4", ".webm": "webm", ".gif": "gif",
}  # fmt: skip
_NO_OPTIONS = ("format", "timelapse", "compare")  # two follow from the names of the files, one is a bot's
_PLACEHOLDERS = {int: "N", float: "X", str: "VALUE", tuple: "LIST"}
_USAGE = """python -m styler PHOTO STYLE[+STYLE...] OUT [options]
       python -m styler PHOTO OUT --dream [options]
       python -m styler PHOTO --sheet OUT [options]
       python -m styler --list [--gallery DIR]"""


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Arguments and options in any order. Exits with status 2 and one line where they are wrong."""
    words = sys.argv[1:] if argv is None else list(argv)
    if "--" in words:  # nothing after it is an option, which argparse forgets where they are mixed
        end = words.index("--")
        words[end:] = [f"./{word}" if word.startswith("-") else word for word in words[end + 1 :]]
    return _parser().parse_intermixed_args(words)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "styler", _USAGE, "Paint a photo or a clip in the manner of a painting.", allow_abbrev=False
    )
    photo = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP; or a clip: MP4, MOV, WebM, MKV, AVI or GIF"
    parser.add_argument("photo", metavar="PHOTO", nargs="?", help=photo)
    style = "a picture's path or a painting's name, like wave; several are blended: wave+poppies"
    parser.add_argument("style", metavar="STYLE", nargs="?", help=style)
    out = "the file to write: .jpg, .png or .webp; for a clip .mp4, .webm or .gif"
    parser.add_argument("out", metavar="OUT", nargs="?", help=out)
    parser.add_argument("-o", "--out", metavar="OUT", dest="named_out", help="the same as OUT")
    sheet = "the photo in the manner of each painting, small, as one picture: OUT is a .jpg"
    parser.add_argument("--sheet", metavar="OUT", type=Path, help=sheet)
    parser.add_argument(
        "--timelapse",
        metavar="FILM",
        dest="timelapse_out",
        type=Path,
        help="also write a film of how it is painted, .mp4",
    )
    parser.add_argument("--list", action="store_true", help="list the paintings and exit")
    parser.add_argument("--gallery", metavar="DIR", type=Path, help="a folder with a paintings.toml of your own")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress, not even on a terminal")
    parser.add_argument("-v", "--verbose", action="store_true", help="also say how it is computed on this machine")
    options = parser.add_argument_group("how to paint")
    for spec in fields(Settings):
        if spec.name not in _NO_OPTIONS:
            options.add_argument(f"--{spec.name.replace('_', '-')}", **_option(spec))
    return parser


def chosen(arguments: argparse.Namespace, out: Path) -> dict[str, Any]:
    """The settings that were said explicitly, and the format. Raises `ValueError` for an unknown ending of `out`."""
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"{out}: cannot tell the format by its ending; known are {', '.join(ENDINGS)}")
    names = {spec.name for spec in fields(Settings)}
    said = {name: value for name, value in vars(arguments).items() if name in names}
    return said | {"format": ENDINGS[ending]}


def _option(spec: Field[Any]) -> dict[str, Any]:
    """The arguments for `add_argument`. An option that is not given is left out of the result, and not filled with its
    default: a painting's tuning goes before the defaults.
    """
    text = f"{spec.metadata['text']} (default: {_shown(spec.default)})".replace("%", "%%")
    option = {"default": argparse.SUPPRESS, "help": text}
    kind = type(spec.default)
    if kind is bool:
        return option | {"action": argparse.BooleanOptionalAction}
    choices = spec.metadata["choices"]
    few = "{" + ",".join(choices) + "}" if 0 < len(choices) < 5 else None
    convert = _converter(spec.name, kind, spec.metadata["part"])
    return option | {"type": convert, "metavar": few or _PLACEHOLDERS[kind]}


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return (",".join(map(str, default)) if isinstance(default, tuple) else f"{default}") or "none"


def _converter(name: str, kind: Callable[[str], Any], part: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            value: Any = tuple(part(each.strip()) for each in text.split(",")) if kind is tuple else kind(text)
        except ValueError as error:
            noun = "a list of numbers" if kind is tuple else "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text!r} is not {noun}") from error
        try:
            Settings(**{name: value})
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return value

    return convert
