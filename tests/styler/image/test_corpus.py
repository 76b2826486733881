"""Every file of the corpus is read as it should be: `python -m tests.styler.image.corpus` prints by how much."""

import random
import re

import pillow_heif
import pytest

from styler.events import BadImage
from styler.image.codec import decode
from tests.styler.image.corpus import CASES, CORPUS, Case, is_right, measure


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_file_is_read_right(case: Case) -> None:
    outcome = measure(case, decode)
    assert is_right(case, outcome), outcome


@pytest.mark.parametrize("case", [case for case in CASES if not case.says], ids=lambda case: case.file)
def test_a_file_is_read_where_little_is_needed(case: Case) -> None:
    """Readers that shrink while they decode, or work in place, must not stumble over rare kinds."""
    small, whole = decode(case.data, size=16), decode(case.data)
    assert (small.width, small.height) == (whole.width, whole.height)
    factor = whole.pixels.shape[0] // small.pixels.shape[0]
    assert factor >= 1
    assert abs(small.pixels.mean() - whole.pixels.mean()) < 4


def test_heif_of_rare_brands_is_read_also_where_a_program_registers_pillow_heif_later() -> None:
    pillow_heif.register_heif_opener()
    data = (CORPUS / "mif2.heic").read_bytes()
    assert decode(data).pixels.std() > 20


def sentence_about(data: bytes) -> str | None:
    try:
        decode(data, size=16)
    except BadImage as error:
        return str(error)
    return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_damage_to_a_file_of_a_rare_kind_gives_a_picture_or_a_sentence(
    case: Case, capfd: pytest.CaptureFixture[str]
) -> None:
    chance, data = random.Random(case.file), case.data
    for _ in range(40):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(min(len(data), chance.choice((64, 400, len(data)))))] = chance.randrange(256)
        said = sentence_about(bytes(damaged[: chance.choice((len(data), chance.randrange(len(data))))]))
        assert said is None or re.fullmatch("it .+", said)
    assert capfd.readouterr() == ("", ""), "no library writes to the terminal"


def test_every_file_of_the_corpus_has_its_case() -> None:
    assert {case.file for case in CASES} | {"right.png", "ultra-right.png"} == {path.name for path in CORPUS.iterdir()}
