"""The gallery: what ships with styler, a folder of one's own, and what is said about a broken one."""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from styler.gallery import (
    FOLDER,
    GalleryError,
    Painting,
    UnknownPainting,
    find_painting,
    load_gallery,
    settings_for,
    settings_for_blend,
)
from styler.settings import Settings

ENTRY = """
[{name}]
title = "{name}"
artist = "A"
year = 1900
source = "S"
licence = "L"
picture = "great-wave.jpg"
"""


def folder_with(tmp_path: Path, *tables: str) -> Path:
    shutil.copy(FOLDER / "great-wave.jpg", tmp_path)
    (tmp_path / "paintings.toml").write_text("\n".join(tables), "utf-8")
    return tmp_path


def error_of(tmp_path: Path, *tables: str) -> str:
    with pytest.raises(GalleryError) as caught:
        load_gallery(folder_with(tmp_path, *tables))
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "paintings.toml") in str(caught.value)
    return str(caught.value)


def test_the_shipped_paintings_are_complete() -> None:
    paintings = load_gallery()
    assert len(paintings) >= 12
    assert paintings[0].name == "great-wave"
    assert len({p.name for p in paintings}) == len({p.path for p in paintings}) == len(paintings)
    for painting in paintings:
        assert re.fullmatch(r"[a-z0-9-]{1,32}", painting.name)
        if painting.name == "dream":
            assert painting.licence == "CC0"
        else:
            assert 1400 < painting.year < 1929, "published before 1929, as the licence says"
            assert painting.licence == "public domain"
        assert 0 < len(painting.label) <= 20, "three labels fit beside each other on a phone"
        with Image.open(painting.path) as picture:
            picture.load()
            assert picture.mode == "RGB"
            assert min(picture.size) > 300


def test_no_picture_lies_in_the_folder_without_an_entry() -> None:
    assert {p.path for p in load_gallery()} == set(FOLDER.glob("*.jpg"))


def test_a_folder_of_ones_own_replaces_the_gallery_and_keeps_its_order(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, ENTRY.format(name="zebra"), ENTRY.format(name="ant"))
    paintings = load_gallery(folder)
    assert [p.name for p in paintings] == ["zebra", "ant"]
    expected = Painting("ant", "ant", "ant", "A", 1900, "S", "L", folder / "great-wave.jpg")
    assert paintings[1] == expected
    assert pickle.loads(pickle.dumps(paintings[1])) == expected  # noqa: S301 - our own bytes
    assert hash(paintings[1]) == hash(expected)


def test_the_label_is_the_title_unless_there_is_a_shorter_one(tmp_path: Path) -> None:
    table = ENTRY.replace('title = "{name}"', 'title = "A long title"\nlabel = "Short"').format(name="ant")
    assert [p.label for p in load_gallery(folder_with(tmp_path, table, ENTRY.format(name="bee")))] == ["Short", "bee"]


def test_tuning_is_read(tmp_path: Path) -> None:
    tuning = '[ant.tuning]\nstyle_weight = 300\nstyle_layers = ["relu1_1", "relu2_1"]'
    (painting,) = load_gallery(folder_with(tmp_path, ENTRY.format(name="ant"), tuning))
    assert settings_for(painting, {}) == Settings(style_weight=300, style_layers=("relu1_1", "relu2_1"))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[ant.tuning]\nstyle_wait = 3", "ant: tuning: there is no setting 'style_wait'; there are size, "),
        ("[ant.tuning]\nsize = 3", "ant: tuning: size is 3; it must lie between 32 and 8192"),
        ("[ant.tuning]\nstyle_weight = 'much'", "ant: tuning: style_weight is 'much'; it must be a number"),
        ("[ant.tuning]\nstyle_layers = [1]", "ant: tuning: style_layers is (1,); it must be a list of texts"),
        ("tuning = 3", "ant: tuning must be a table, not 3"),
        ("wheight = 3", "ant: unknown key 'wheight'"),
        (ENTRY.format(name="ant"), "('ant',) twice"),
        ("nonsense", "Expected '=' after a key"),
    ],
)
def test_a_bad_entry_is_named_with_what_is_wrong(tmp_path: Path, table: str, said: str) -> None:
    assert said in error_of(tmp_path, ENTRY.format(name="ant"), table)


@pytest.mark.parametrize("name", ["a" * 33, "Ant", "an_ant", '"ant eater"'])
def test_names_fit_into_a_button(tmp_path: Path, name: str) -> None:
    entry = ENTRY.replace('"{name}"', '"t"').format(name=name)
    assert f"{name.strip(chr(34))}: a name has at most 32 letters" in error_of(tmp_path, entry)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("great-wave.jpg", "gone.jpg", "ant: its picture is missing: "),
        ("great-wave.jpg", ".", "ant: its picture is missing: "),
        ('artist = "A"', "", "ant: artist must be a text"),
        ('artist = "A"', 'artist = ""', "ant: artist must be a text, not ''"),
        ('artist = "A"', 'artist = " "', "ant: artist must be a text, not ' '"),
        ('artist = "A"', 'artist = "\\u200b"', "ant: artist must be a text, not '\\u200b'"),
        ('artist = "A"', 'artist = "A"\nlabel = " \\u00a0 "', "ant: label must be a text, not ' \\xa0 '"),
        ('artist = "A"', 'artist = "A"\nlabel = "\\t\\u3000"', "ant: label must be a text, not '\\t\\u3000'"),
        ("1900", "'1900'", "ant: year must be a whole number, not '1900'"),
        ("1900", "true", "ant: year must be a whole number, not True"),
        ("[ant]", "ant = 3\n[bee]", "ant: must be a table"),
    ],
)
def test_a_missing_or_wrong_fact_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in error_of(tmp_path, ENTRY.format(name="ant").replace(old, new))


def test_an_empty_or_missing_table_and_other_bytes_are_one_clear_error(tmp_path: Path) -> None:
    assert "there is no painting in it" in error_of(tmp_path, "")
    (tmp_path / "paintings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GalleryError, match="utf-8"):
        load_gallery(tmp_path)
    with pytest.raises(GalleryError, match="No such file"):
        load_gallery(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("great-wave", "great-wave"),
        ("Great Wave", "great-wave"),
        ("wave", "great-wave"),
        ("THE GREAT WAVE OFF KANAGAWA", "great-wave"),
        ("cafe terrace", "cafe-terrace-at-night"),
        ("Cafe\u0301 Terrace at Night", "cafe-terrace-at-night"),
        ("Père", "pere-tanguy"),
        ("kandinsky", "composition-viii"),
        ("hokusai poppies", "poppies"),
        ("summer", "summertime"),
    ],
)
def test_find_is_forgiving(said: str, meant: str) -> None:
    assert find_painting(load_gallery(), said).name == meant


def test_an_accent_within_a_word_need_not_be_typed(tmp_path: Path) -> None:
    table = ENTRY.replace('title = "{name}"', 'title = "Déjà vu"').format(name="ant")
    assert find_painting(load_gallery(folder_with(tmp_path, table)), "deja").name == "ant"


def test_an_ambiguous_name_lists_only_what_it_may_mean() -> None:
    with pytest.raises(GalleryError, match=r"'café' may mean cafe-terrace-at-night, night-cafe$"):
        find_painting(load_gallery(), "café")


@pytest.mark.parametrize("said", ["guernica", "", "...", "ave"])
def test_an_unknown_name_lists_all(said: str) -> None:
    with pytest.raises(GalleryError, match=r"there is no painting '.*'; there are great-wave, .*the-harvesters"):
        find_painting(load_gallery(), said)


def test_a_name_in_full_comes_before_longer_ones(tmp_path: Path) -> None:
    paintings = load_gallery(folder_with(tmp_path, ENTRY.format(name="ant-eater"), ENTRY.format(name="ant")))
    assert find_painting(paintings, "Ant").name == "ant"


def test_what_was_chosen_beats_the_tuning_and_the_tuning_beats_the_defaults(tmp_path: Path) -> None:
    tuning = "[ant.tuning]\nstyle_weight = 300\nsteps = 7"
    (painting,) = load_gallery(folder_with(tmp_path, ENTRY.format(name="ant"), tuning))
    assert settings_for(painting, {"steps": 9, "seed": 3}) == Settings(style_weight=300, steps=9, seed=3)
    assert settings_for(None, {"seed": 3}) == Settings(seed=3)
    with pytest.raises(ValueError, match="steps is 0"):
        settings_for(painting, {"steps": 0})


def test_tunings_are_blended_by_the_styles_shares(tmp_path: Path) -> None:
    tunings = (
        "[ant.tuning]\nstyle_weight = 300\nstyle_scale = 2\nsteps = 10\npooling = 'max'",
        "[bee.tuning]\nstyle_scale = 1\nsteps = 13",
    )
    ant, bee = load_gallery(folder_with(tmp_path, *(ENTRY.format(name=name) for name in ("ant", "bee")), *tunings))
    blended = settings_for_blend((ant, bee), {"style_blend": (1, 3)})
    default = Settings().style_weight
    assert (blended.style_weight, blended.style_scale) == (pytest.approx(75 + 0.75 * default), pytest.approx(1.25))
    assert (blended.steps, blended.pooling) == (12, "avg")
    assert settings_for_blend((ant, None), {}).style_weight == pytest.approx(150 + default / 2)
    assert settings_for_blend((ant, bee), {"style_blend": (3, 1)}).pooling == "max"
    assert settings_for_blend((ant, bee), {"steps": 5}).steps == 5


def test_a_blend_of_one_is_that_one() -> None:
    for painting in (*load_gallery(), None):
        assert settings_for_blend([painting], {"seed": 3}) == settings_for(painting, {"seed": 3})


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_blend_of_another_number_of_styles_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"^style_blend has 2 weights, but the number of styles is {count}"):
        settings_for_blend([None] * count, {"style_blend": (1, 1)})


def test_gallery_stays_free_of_torch_and_of_pillow() -> None:
    code = (
        "import sys, styler.gallery; styler.gallery.load_gallery(); print({'torch', 'PIL', 'numpy'} & {*sys.modules})"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("kandinsky wave", "great-wave, composition-viii"),
        ("harvestres by bruegel", "the-harvesters"),
        ("popys", "poppies"),
    ],
)
def test_of_a_near_miss_it_is_told_what_may_be_meant(said: str, meant: str) -> None:
    with pytest.raises(GalleryError, match=f"there is no painting '{said}'; did you mean {meant}") as caught:
        find_painting(load_gallery(), said)
    assert isinstance(caught.value, UnknownPainting)
    assert [painting.name for painting in caught.value.candidates] == meant.split(", ")


def test_where_all_paintings_are_by_one_artist_the_name_says_that_any_may_be_meant() -> None:
    paintings = [painting for painting in load_gallery() if painting.artist == "Vincent van Gogh"]
    assert len(paintings) > 2
    with pytest.raises(UnknownPainting, match="may mean") as caught:
        find_painting(paintings, "van Gogh")
    assert caught.value.candidates == paintings


@pytest.mark.parametrize(("said", "meant"), [("grate wave", "great-wave"), ("Renoir", "bal-du-moulin-de-la-galette")])
def test_a_slip_of_the_pen_is_forgiven_and_an_artist_of_one_painting_is_enough(said: str, meant: str) -> None:
    assert find_painting(load_gallery(), said).name == meant


@pytest.mark.parametrize("said", ["portrait", "me at the wave", "my night in kanagawa"])
def test_in_free_text_a_small_part_of_a_name_means_nothing(said: str) -> None:
    with pytest.raises(UnknownPainting):
        find_painting(load_gallery(), said, free_text=True)


@pytest.mark.parametrize("said", ["in", "off", "the call", "right", "provide"])
def test_in_free_text_small_words_and_words_that_are_somewhat_alike_are_not_asked_about(said: str) -> None:
    with pytest.raises(UnknownPainting) as unknown:
        find_painting(load_gallery(), said, free_text=True)
    assert not unknown.value.candidates


@pytest.mark.parametrize("said", ["", "  ", "...", "🙂"])
def test_words_that_are_none_are_compared_with_no_name(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most photos come without a caption."""
    monkeypatch.setattr("difflib.get_close_matches", lambda *_: pytest.fail("it was compared"))
    with pytest.raises(UnknownPainting) as unknown:
        find_painting(load_gallery(), said, free_text=True)
    assert not unknown.value.candidates
