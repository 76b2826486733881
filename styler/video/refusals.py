"""Why a file is not painted as a clip, in one sentence."""

from __future__ import annotations

from styler.events import BadImage

_KNOWN = "MP4, MOV, WebM, MKV, AVI, MPEG, WMV, GIF or a moving WebP, PNG or AVIF"
# How music begins that is in no container of clips: MP3 (with tags or at once), AAC, FLAC, AMR, MIDI.
_SOUND = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9", b"fLaC", b"#!AMR", b"MThd")


def unreadable(head: bytes) -> BadImage:
    """Of a file with these first 12 bytes."""
    if not head:
        return BadImage("empty", "it is empty: 0 bytes")
    form = head[:4], head[8:12]
    # An MP4 ends with its table of contents.
    if head[4:8] == b"ftyp" or form == (b"RIFF", b"WEBP"):
        return BadImage("truncated", "it is incomplete: a part of its file is missing or damaged")
    return only_sound() if head.startswith(_SOUND) or form == (b"RIFF", b"WAVE") else not_readable()


def damaged() -> BadImage:
    return BadImage("damaged", "it is damaged: it cannot be decoded")


def unreadable_colors(kind: str) -> BadImage:
    """Of a clip whose colours are of this kind, which FFmpeg does not convert."""
    detail = f"its colours are of a kind that cannot be read: {kind}; save it in ordinary colours (SDR)"
    return BadImage("colors", detail, "content", {"kind": kind})


def not_readable() -> BadImage:
    return BadImage("no_clip", f"it is not a moving picture that can be read; {_KNOWN} is needed")


def only_sound() -> BadImage:
    return BadImage("no_video", "it has no moving picture in it, only sound")
