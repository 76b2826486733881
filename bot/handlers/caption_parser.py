"""Understands what a user writes under a photo: 'wave, strong, keep colours' is a painting and how to paint it,
'wave + poppies' a blend of two.

In any of the languages, whichever the user's own is; small slips of the pen are forgiven.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.i18n import languages, texts
from bot.storage.styles import Blend, GalleryStyle
from styler.gallery import Painting
from styler.settings import STRENGTHS

ALIKE = 0.75  # of two names, by difflib; 'poppys' and 'poppies' have 0.77
MEANS_SOMETHING = 4  # letters; shorter words are articles and the like
COLORS = "keep_colors"
MOST_STYLES = 2  # of a blend
SUGGESTED = 0.65  # of two names, for "did you mean"
MOST_SUGGESTIONS = 4
AND = re.compile("[+&]")  # between the names of the two


@dataclass(frozen=True, slots=True)
class PaintRequest:
    """A style, and the settings that were asked for."""

    style: Blend
    settings: Mapping[str, Any]


def parse_caption(caption: str, paintings: Sequence[Painting]) -> PaintRequest | None:
    """What the caption asks for; None if it names no painting, or leaves open which."""
    text, settings = _taken(caption)
    parts = AND.split(text)
    if len(parts) > MOST_STYLES:
        return None
    named = [_named(re.findall(r"\w+", part), paintings) for part in parts]
    names = [painting.name for painting in named if painting and (painting.blends or len(named) == 1)]
    return PaintRequest(Blend.of(*map(GalleryStyle, names)), settings) if len(set(names)) == len(parts) else None


def suggestions(words: str, paintings: Sequence[Painting]) -> list[Painting]:
    """What somebody may have meant whose words name no painting: an artist's, or those with much the same name."""
    said = re.findall(r"\w+", _taken(words)[0])
    heavy = [word for word in said if len(word) >= MEANS_SOMETHING]
    fitting = [p for p in paintings if any(_has([word], name.split()) for word in heavy for name in _all_names(p))]
    if not fitting:
        known = {name: painting for painting in paintings for name in _names_of(painting)}
        close = difflib.get_close_matches(" ".join(said), known, MOST_SUGGESTIONS, SUGGESTED)
        fitting = list(dict.fromkeys(known[name] for name in close))
    return fitting[:MOST_SUGGESTIONS]


def parse_settings(said: str) -> Mapping[str, Any]:
    """The settings in words that are nothing but settings: 'stronger, keep my colours'. Otherwise none."""
    rest, settings = _taken(said)
    return {} if re.search(r"\w", rest) else settings


def _taken(said: str) -> tuple[str, dict[str, Any]]:
    """The words without those for settings and those of courtesy, and the settings."""
    text, settings = _plain(said), dict[str, Any]()
    for words, setting in _settings():
        text, found = re.subn(rf"\b{words}\b", " ", text)
        settings |= setting if found else {}
    courtesy = _any_of(languages.in_all_languages(texts.words_of_courtesy))
    return re.sub(rf"\b{courtesy}\b", " ", text), settings


def matches_prefix(typed: str, styles: Iterable[Painting | None]) -> bool:
    """Whether this may be the beginning of one of their names, in any language. None is an own style."""
    words = re.findall(r"\w+", _plain(typed))
    names = [name.split() for style in styles for name in _names_of(style)]
    return any(all(any(part.startswith(word) for part in name) for word in words) for name in names)


def _named(words: list[str], paintings: Sequence[Painting]) -> Painting | None:
    """The one painting that these words name. They are its whole name; or at least half of it, articles left aside, if
    no other painting's name has these words; or that of its artist, if it is the only one; or they are spelt much like
    its name.
    """
    said, heavy = " ".join(words), [word for word in words if len(word) >= MEANS_SOMETHING] or words
    names = {painting.name: _names_of(painting) for painting in paintings}
    if exact := [p for p in paintings if said in names[p.name]]:
        return exact[0]
    found = [p for p in paintings if any(_has(heavy, name.split()) for name in names[p.name])]
    if not found and len(by_artist := [p for p in paintings if _has(heavy, _artist_of(p).split())]) == 1:
        return by_artist[0]
    if not found:
        close = difflib.get_close_matches(said, {name for some in names.values() for name in some}, 1, ALIKE)
        return next((p for p in paintings if names[p.name].intersection(close)), None)
    own = [name.split() for name in names[found[0].name]]
    enough = any(_has(words, name) for name in own) and any(_is_half(heavy, name) for name in own)
    return found[0] if len(found) == 1 and enough else None


def _has(words: list[str], name: list[str]) -> bool:
    """Whether the name has all of these words. Of a long word, the beginning is enough."""
    return bool(words) and all(
        word in name or (len(word) >= MEANS_SOMETHING and any(part.startswith(word) for part in name)) for word in words
    )


def _is_half(words: list[str], name: list[str]) -> bool:
    heavy = [part for part in name if len(part) >= MEANS_SOMETHING] or name
    hits = [part for part in heavy if any(part.startswith(word) for word in words)]
    return _has(words, name) and 2 * len(hits) >= len(heavy)


def _all_names(painting: Painting) -> frozenset[str]:
    return _names_of(painting) | {_artist_of(painting)}


@cache
def _artist_of(painting: Painting) -> str:
    """The artist in every language, in plain words."""
    return _plain(" ".join(sorted(languages.in_all_languages(lambda: texts.artist(painting)))))


@cache
def _names_of(style: Painting | None) -> frozenset[str]:
    """All that a painting, or an own style, is called in every language, in plain words."""
    said = languages.in_all_languages(lambda: texts.style_name(style))
    if style:
        said |= {style.name, *languages.in_all_languages(lambda: texts.label(style))}
    return frozenset(" ".join(re.findall(r"\w+", _plain(one))) for one in said)


@cache
def _settings() -> list[tuple[str, dict[str, Any]]]:
    """The words for each setting as a regular expression, the longest first: 'softer' is not 'soft' and 'er'."""
    spoken: list[tuple[Callable[[], str], dict[str, Any]]] = [
        (texts.words_for_colors, {COLORS: True}),
        *((lambda s=s: texts.words_for_strength(s), {"strength": s}) for s in STRENGTHS),
    ]
    return [(_any_of(languages.in_all_languages(words)), setting) for words, setting in spoken]


def _any_of(lists: Iterable[str]) -> str:
    words = {_plain(word).strip() for some in lists for word in some.split("|")} - {""}
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


def _plain(text: str) -> str:
    """Lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
