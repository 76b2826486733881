"""Values that are stored as text come back the same, and are spelt as in every earlier version."""

import pytest

from bot.storage.idempotency import IdempotencyKey
from bot.storage.styles import Blend, CustomStyle, GalleryStyle

WAVE, OWN = GalleryStyle("great-wave"), CustomStyle("AgAC")


@pytest.mark.parametrize(
    ("blend", "text"),
    [(Blend.of(WAVE), "great-wave"), (Blend.of(OWN), "file:AgAC"), (Blend.of(WAVE, OWN), "great-wave+file:AgAC")],
)
def test_a_style(blend, text):
    assert str(blend) == text
    assert Blend.parse(text) == blend
    assert blend.has_custom == (OWN in blend.styles)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (IdempotencyKey.of_gallery(-7, 17), "gallery/-7/17/0"),
        (IdempotencyKey.of_caption(7, 17), "caption/7/17/0"),
        (IdempotencyKey.of_caption(7, 17, "0123abcd"), "caption/7/17/0123abcd/0"),
        (IdempotencyKey.of_text(7, 17), "text/7/17/0"),
        (IdempotencyKey.of_style(7, 17), "style/7/17/0"),
        (IdempotencyKey.of_redo(5, "strong"), "redo/5/strong/0"),
    ],
)
def test_an_idempotency_key(key, text):
    assert str(key.for_photo(0)) == text
    assert key.for_photo(0) != key.for_photo(1)
