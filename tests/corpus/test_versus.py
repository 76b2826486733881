"""The table of both corpora by another checkout: it is that one's reader that is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.corpus import clips
from tests.styler.image import corpus
from tests.support.hang import HANG_SECONDS

ROOT = Path(__file__).parents[2]
OLDER = {  # no more than it needs, under the names that it had
    "__init__.py": "",
    "events.py": "class BadImage(ValueError): ...",
    "images.py": "def decode(data):\n    raise ValueError('said there')",
    "clips.py": "def Clip(file, max_seconds, fps):\n    raise ValueError('said there')",
}


def test_another_checkout_is_asked_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "styler").mkdir()
    for name, text in OLDER.items():
        (tmp_path / "styler" / name).write_text(text)
    command = [sys.executable, "-m", "tests.corpus.versus", "--rows", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=HANG_SECONDS)
    rows = json.loads(done.stdout)
    assert [file for file, _, _ in rows] == [*(case.file for case in corpus.CASES), *clips.KINDS]
    assert all("said there" in came for _, came, _ in rows)
    assert not any(right for _, _, right in rows)
