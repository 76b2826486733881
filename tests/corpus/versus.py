"""Both corpora as another checkout reads them and as this one does, file by file.

    python -m tests.corpus.versus OTHER_CHECKOUT

Differences are of 255: the mean one, and the largest. A file that was wrong and is right is marked with +, one that was
right and is wrong with -.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STILLS = ("styler.image.codec:decode", "styler.images:decode")  # names that the readers have, or had
_CLIPS = ("styler.video.reader:ClipReader", "styler.clips:Clip")

Rows = dict[str, tuple[str, bool]]  # what came of each file, and whether it is right


def main(other: str) -> None:
    before, now = _rows_of(Path(other)), _rows_of(Path(__file__).parents[2])
    width = max(map(len, now))
    print(f"  {'file':{width}} {'before':44} now")
    for file, (came, right) in now.items():
        was, was_right = before[file]
        mark = " " if right == was_right else "+" if right else "-"
        print(f"{mark} {file:{width}} {_marked(was, was_right):44.44} {_marked(came, right)}")
    print(f"right: {_count(before)} of {len(before)} before, {_count(now)} of {len(now)} now")


def _marked(came: str, right: bool) -> str:
    return came if right else f"WRONG {came}"


def _count(rows: Rows) -> int:
    return sum(right for _, right in rows.values())


def _rows_of(checkout: Path) -> Rows:
    command = [sys.executable, "-m", "tests.corpus.versus", "--rows", str(checkout.absolute())]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=True, stdout=subprocess.PIPE)
    return {file: (came, right) for file, came, right in json.loads(done.stdout)}


def _print_rows(checkout: str) -> None:
    sys.path.insert(0, checkout)
    importlib.import_module("styler")  # of that checkout; all else, of this one
    sys.path.remove(checkout)
    print(json.dumps([*_stills(_first(_STILLS)), *_clips(_first(_CLIPS))]))


def _first(names: tuple[str, ...]) -> Callable[..., Any]:
    for module, name in (name.split(":") for name in names):
        if importlib.util.find_spec(module.rpartition(".")[0]) and importlib.util.find_spec(module):
            return getattr(importlib.import_module(module), name)
    raise SystemExit(f"that checkout has none of {', '.join(names)}")


def _stills(read: Callable[..., Any]) -> list[tuple[str, str, bool]]:
    from tests.styler.image import corpus

    outcomes = [(case, corpus.measure(case, read)) for case in corpus.CASES]
    return [
        (case.file, outcome.said or f"{outcome.mean:.2f}, {outcome.largest}", corpus.is_right(case, outcome))
        for case, outcome in outcomes
    ]


def _clips(reader: Callable[..., Any]) -> list[tuple[str, str, bool]]:
    from tests.corpus import clips

    rows = []
    for name in clips.KINDS:
        try:
            came = clips.read(name, reader)
        except Exception as error:  # an older reader may end by whatever it stumbles over
            rows.append((name, f"{type(error).__name__}: {error}".splitlines()[0], False))
            continue
        told = f"{came.mean:.2f}, {came.largest}; {len(came.times)} frames, the last for {came.last:g} s"
        rows.append((name, came.said or told, clips.is_right(name, came)))
    return rows


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rows"]:
        _print_rows(sys.argv[2])  # with `styler` of that checkout
    else:
        from styler.argument_parser import ArgumentParser

        parser = ArgumentParser("python -m tests.corpus.versus", description=__doc__)
        parser.add_argument("checkout", help="the folder of the other one")
        main(parser.parse_args().checkout)
