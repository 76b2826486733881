"""Understands what a user writes under a photo: 'wave, strong, keep colours' is a painting and how to paint it,
'wave + poppies' a blend of two.

In any of the languages, whichever the user's own is; small slips of the pen are forgiven.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.i18n import languages, texts
from bot.options import COMPARE, FILE, NEW_COLORS, TIMELAPSE
from bot.storage.styles import Blend, GalleryStyle
from styler.gallery import Painting, UnknownPainting, find_painting
from styler.gallery.matching import MOST_SUGGESTIONS, Names, plain, plain_words
from styler.settings import STRENGTHS

COLORS = "keep_colors"
LARGER, ANOTHER = "larger", "another"  # changes of a painting, beside those of `bot.options`
MOST_STYLES = 2  # of a blend
AND = re.compile("[+&]")  # between the names of the two
MOST_WORDS = 60  # characters of what somebody wrote, repeated to them


@dataclass(frozen=True, slots=True)
class PaintRequest:
    """A style, and the settings that were asked for."""

    style: Blend
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UnknownStyle:
    """`words`, as somebody wrote them, name no painting; `suggested` are those that may be meant."""

    words: str
    suggested: Sequence[Painting] = ()

    def __str__(self) -> str:
        return texts.unknown_painting(self.words[:MOST_WORDS], self.suggested)


def parse_caption(caption: str, paintings: Sequence[Painting]) -> PaintRequest | None:
    """What the caption asks for; None if it names no painting, or leaves open which."""
    text, settings = _taken(caption)
    parts = AND.split(text)
    if len(parts) > MOST_STYLES:
        return None
    named = [_named(part, paintings) for part in parts]
    names = [painting.name for painting in named if painting and (painting.blends or len(named) == 1)]
    return PaintRequest(Blend.of(*map(GalleryStyle, names)), settings) if len(set(names)) == len(parts) else None


def unknown_style(words: str, paintings: Sequence[Painting]) -> UnknownStyle:
    """What to say of words that name no painting: of all of them, or of one of the two parts of a blend."""
    parts = AND.split(words)
    unknown = [part for part in parts if _named(_taken(part)[0], paintings) is None]
    said = next(filter(None, map(str.strip, unknown)), words) if len(parts) == MOST_STYLES else words
    return UnknownStyle(said, _suggested(_taken(said)[0], paintings))


def is_own_caption(words: str, paintings: Sequence[Painting]) -> bool:
    """Whether the bot wrote this itself, in any language: under a painting, or under the film of one."""
    beginnings = (*_films(), *(credit for painting in paintings for credit in _credits(painting)))
    return any(line.startswith(beginnings) for line in words.splitlines())


@cache
def _films() -> frozenset[str]:
    return frozenset(languages.in_all_languages(lambda: texts.timelapse("")))


@cache
def _credits(painting: Painting) -> frozenset[str]:
    """How the line begins that names its artist; after that stands the year."""
    lines = languages.in_all_languages(lambda: texts.done("", [painting]).strip())
    return frozenset(line.partition(str(painting.year))[0] for line in lines)


def parse_settings(said: str) -> Mapping[str, Any]:
    """The settings in words that are nothing but settings: 'stronger, keep my colours'. Otherwise none."""
    rest, settings = _taken(said)
    return {} if re.search(r"\w", rest) else settings


def parse_change(said: str) -> str:
    """What the button of a painting does that is called so, but for settings: 'as a file', 'larger'. Otherwise ''."""
    return _buttons().get(" ".join(plain_words(_words_of_courtesy().sub(" ", plain(said)))), "")


@cache
def _buttons() -> Mapping[str, str]:
    called = {
        FILE: [texts.as_file],
        TIMELAPSE: [texts.how_it_was_painted],
        COMPARE: [texts.before_and_after],
        NEW_COLORS: [texts.new_colors],
        LARGER: [texts.words_for_larger],
        ANOTHER: [texts.another, texts.words_for_another],
    }
    said = ((does, languages.in_all_languages(text)) for does, names in called.items() for text in names)
    return {name: does for does, lists in said for some in lists for name in _joined(some.split("|"))}


def wants_clip(said: str) -> bool:
    """Whether they ask for the video of a live photo: 'wave, as a clip'."""
    return _words_for_clip().search(plain(said)) is not None


@cache
def _words_for_clip() -> re.Pattern[str]:
    return _any_of(languages.in_all_languages(texts.words_for_clip))


@cache
def _words_of_courtesy() -> re.Pattern[str]:
    return _any_of(languages.in_all_languages(texts.words_of_courtesy))


def _taken(said: str) -> tuple[str, dict[str, Any]]:
    """The words without those for settings and those of courtesy, and the settings."""
    text, settings = plain(said), dict[str, Any]()
    for words, setting in _settings():
        text, found = words.subn(" ", text)
        settings |= setting if found else {}
    return _words_for_clip().sub(" ", _words_of_courtesy().sub(" ", text)), settings


def matches_prefix(typed: str, styles: Iterable[Painting | None]) -> bool:
    """Whether this may be the beginning of one of their names, in any language. None is an own style."""
    words = plain_words(typed)
    names = [name.split() for style in styles for name in _names_of(style).titles]
    return any(all(any(part.startswith(word) for part in name) for word in words) for name in names)


def _named(words: str, paintings: Sequence[Painting]) -> Painting | None:
    """The painting that these words name, in any language."""
    try:
        return find_painting(paintings, words, _names_of, free_text=True)
    except UnknownPainting:
        return None


def _suggested(words: str, paintings: Sequence[Painting]) -> Sequence[Painting]:
    """Those that may be meant."""
    try:
        return [find_painting(paintings, words, _names_of, free_text=True)]
    except UnknownPainting as error:
        return error.candidates[:MOST_SUGGESTIONS]


@cache
def _names_of(style: Painting | None) -> Names:
    """All that a painting, or an own style, is called in every language."""
    said = languages.in_all_languages(lambda: texts.style_name(style))
    if style is None:
        return Names(_joined(said))
    said |= {style.name, *languages.in_all_languages(lambda: texts.label(style))}
    by = {word for words in languages.in_all_languages(texts.words_for_by) for word in words.split("|")}
    return Names(_joined(said), _joined({*by, *languages.in_all_languages(lambda: texts.artist(style))}))


def _joined(names: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(plain_words(name)) for name in names)


@cache
def _settings() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The words for each setting."""
    spoken: list[tuple[Callable[[], str], dict[str, Any]]] = [
        (texts.words_for_colors, {COLORS: True}),
        *((lambda s=s: texts.words_for_strength(s), {"strength": s}) for s in STRENGTHS),
    ]
    return [(_any_of(languages.in_all_languages(words)), setting) for words, setting in spoken]


def _any_of(lists: Iterable[str]) -> re.Pattern[str]:
    """Any of the words in these lists, the longest first: 'softer' is not 'soft' and 'er'."""
    words = {plain(word).strip() for some in lists for word in some.split("|")} - {""}
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})\b")
