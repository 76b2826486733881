"""Dolby Vision is told by a box of an MP4 (the corpus has such files) or by an element of a Matroska file."""

from __future__ import annotations

import io

import pytest

from styler.events import BadImage
from styler.video.dolby_vision import refuse_own_colors
from tests.support import clips


def element(name: int, content: bytes) -> bytes:
    """As in RFC 8794, with a size of eight bytes."""
    return name.to_bytes((name.bit_length() + 7) // 8) + ((1 << 56) | len(content)).to_bytes(8) + content


def matroska(profile: int, compatible: int, kind: int = 1) -> io.BytesIO:
    record = bytes([1, 0, profile << 1, 0x2D, compatible << 4]) + bytes(19)
    track = element(0x83, bytes([kind])) + element(0x41E4, element(0x41E7, b"dvcC") + element(0x41ED, record))
    return io.BytesIO(
        element(0x1A45DFA3, element(0x4282, b"matroska"))
        + element(0x18538067, element(0x1654AE6B, element(0xAE, track)))
    )


@pytest.mark.parametrize(("profile", "compatible"), [(5, 0), (10, 0), (20, 0)])
def test_colours_that_only_dolby_vision_shows_are_refused(profile: int, compatible: int) -> None:
    with pytest.raises(BadImage, match=f"Dolby Vision, profile {profile}; save it") as caught:
        refuse_own_colors(matroska(profile, compatible))
    assert (caught.value.reason, caught.value.facts) == ("colors", {"kind": f"Dolby Vision, profile {profile}"})


@pytest.mark.parametrize(("profile", "compatible"), [(7, 6), (8, 1), (8, 2), (8, 4), (10, 1), (10, 4)])
def test_a_base_layer_for_others_is_painted(profile: int, compatible: int) -> None:
    refuse_own_colors(matroska(profile, compatible))


def test_other_tracks_and_other_files_do_not_matter() -> None:
    refuse_own_colors(matroska(5, 0, kind=2))
    for format in ("mp4", "matroska"):
        data = clips.clip(format)
        for end in range(0, len(data), 97):
            refuse_own_colors(io.BytesIO(data[:end]))
