"""Understands what a user writes under a photo: 'wave, strong, keep colours' is a painting and how to paint it,
'wave + poppies' a blend of two. And after it: 'stronger, as a file' is a wish, 'Great, thank you!' is none.

In any of the languages, whichever the user's own is; small slips of the pen are forgiven in that one and in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, partial
from typing import Any

from bot.i18n import languages, texts
from bot.options import AS_FILE, COMPARE, LARGER, MORE, MORE_OF, STEPS, TIMELAPSE
from bot.storage.styles import Blend, GalleryStyle
from styler.gallery import Painting, UnknownPainting, find_painting
from styler.gallery.matching import MOST_SUGGESTIONS, Names, has_whole_title, plain, plain_words, significant
from styler.settings import STRENGTHS

ANOTHER, BACK, CANCEL = "another", "back", "cancel"  # what a button does, beside those of `bot.options`
MOST_STYLES = 2  # of a blend
AND = re.compile("[+&]")  # between the names of the two
MOST_WORDS = 60  # characters of what somebody wrote, repeated to them
MOST_WORDS_OF_A_NAME = 5
TOLD_FROM_PRAISE = (STEPS, LARGER, "format")  # settings whose words beside praise are a wish; 'so strong!' is none


@dataclass(frozen=True, slots=True)
class PaintRequest:
    """A style, and the settings that were asked for."""

    style: Blend
    settings: Mapping[str, Any]


class Remark(Enum):
    """Words that want nothing painted."""

    PRAISE = auto()  # or thanks
    GREETING = auto()
    NEED = auto()  # a question, a call for help, a word of dislike


@dataclass(frozen=True, slots=True)
class UnknownStyle:
    """`words`, as somebody wrote them, name no painting; `suggested` are those that may be meant. Or they name
    `too_many`.
    """

    words: str
    suggested: Sequence[Painting] = ()
    too_many: bool = False

    def __str__(self) -> str:
        if self.too_many:
            return texts.two_at_most(*self.suggested[:MOST_STYLES])
        return texts.unknown_painting(self.words[:MOST_WORDS], self.suggested)


def parse_caption(caption: str, paintings: Sequence[Painting]) -> PaintRequest | None:
    """What the caption asks for; None if it names no painting, or leaves open which."""
    text, settings = _taken(caption)
    parts = AND.split(text)
    if len(parts) > MOST_STYLES:
        return None
    named = [_named(part, paintings) for part in parts]
    if named == [None]:  # perhaps 'wave and poppies', or 'wave, and stronger'
        parts = [part for part in _any_of_all(texts.words_for_and).split(text) if plain_words(part)]
        named = [_named(part, paintings) for part in parts] if len(parts) <= MOST_STYLES else []
    names = [painting.name for painting in named if painting and (painting.blends or len(named) == 1)]
    if not names or len(set(names)) < len(parts):
        return None
    return PaintRequest(Blend.of(*map(GalleryStyle, names)), settings)


def unknown_style(words: str, paintings: Sequence[Painting]) -> UnknownStyle:
    """What to say of words that name no painting: of all of them, or of one of the two parts of a blend."""
    named = [_named(part, paintings) for part in _parts(_taken(words)[0])]
    known = list(dict.fromkeys(painting for painting in named if painting))
    if MOST_STYLES < len(known) == len(named):
        return UnknownStyle(words, known, too_many=True)
    parts = AND.split(words)
    unknown = [part for part in parts if _named(_taken(part)[0], paintings) is None]
    said = next(filter(None, map(str.strip, unknown)), words) if len(parts) == MOST_STYLES else words
    return UnknownStyle(said, _suggested(_taken(said)[0], paintings) if _says_more_than_remarks(said) else ())


def doubtful_style(words: str, paintings: Sequence[Painting]) -> UnknownStyle | None:
    """What to ask of words under a photo that seem to name a painting, and leave open which; else None. A painting that
    is sent back has our own words under it.
    """
    if len(words) > MOST_WORDS or is_own_caption(words, paintings):
        return None
    unknown = unknown_style(" ".join(words.split()), paintings)
    return unknown if unknown.suggested else None


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
    """The settings in words that are nothing but settings: 'stronger, keep my colours', 'again, larger'; `LARGER` and
    `STEPS` may be among them. Otherwise none.
    """
    rest, settings = _taken(said)
    spare = [texts.words_for_another, texts.words_for_and]
    if not settings.keys().isdisjoint(TOLD_FROM_PRAISE):  # 'great, but stronger'
        spare += [texts.words_of_praise, texts.words_around_praise, texts.words_of_greeting]
    for words in spare:
        rest = _any_of_all(words).sub(" ", rest)
    return {} if re.search(r"\w", rest) else settings


def parse_wishes(said: str, paintings: Sequence[Painting]) -> Mapping[str, Any]:
    """The settings in words that leave open which painting it shall be: those of `parse_settings`, and 'van gogh,
    stronger'. To be kept for the painting that is chosen then.
    """
    return parse_settings(said) or (_taken(said)[1] if doubtful_style(said, paintings) else {})


def parse_caption_wishes(caption: str, paintings: Sequence[Painting]) -> Mapping[str, Any]:
    """Those of a caption; also beside a painting that we do not have, if they stand apart: 'Mona Lisa, stronger'."""
    wishes = parse_wishes(caption, paintings)
    apart = re.split(r"[,;\n]", "" if wishes or is_own_caption(caption, paintings) else caption)
    return wishes or {name: value for part in apart for name, value in parse_settings(part).items()}


def parse_change(said: str) -> str:
    """What the button does that is called so, and is no setting: 'before and after', 'cancel'. Otherwise ''."""
    words = " ".join(plain_words(_any_of_all(texts.words_of_courtesy).sub(" ", plain(said))))
    rest = _any_of_all(texts.words_for_cancel).sub(" ", words)
    if rest != words and not plain_words(_any_of_all(texts.words_of_praise).sub(" ", rest)):
        return CANCEL  # 'stop, stop!', 'OK, stop'
    return _buttons().get(words, "")


def parse_more(said: str, styles: Sequence[Painting | None]) -> Mapping[str, Any]:
    """The settings in words for the balance of a blend of these two: 'more poppies', 'less wave, and stronger';
    `MORE_OF` is among them. Otherwise none.
    """
    found, others = set[str](), list[str]()
    text = _any_of_all(texts.words_of_courtesy).sub(" ", plain(said)).strip()
    for part in _parts(text) if _more_of(text, styles) is None else [text]:  # there are names with commas
        number = _more_of(part, styles)
        if number is None:
            others.append(part)
        else:
            found.add(MORE[number])
    wishes = parse_settings(", ".join(others))
    return {**wishes, MORE_OF: found.pop()} if len(found) == 1 and (wishes or not others) else {}


def _more_of(said: str, styles: Sequence[Painting | None]) -> int | None:
    """Of which of the two there shall be more."""
    for words, is_less in ((texts.words_for_more, False), (texts.words_for_less, True)):
        if match := _any_of_all(words).match(said):
            number = _which(said[match.end() :], styles)
            return number if number is None or not is_less else 1 - number
    return None


def _which(said: str, styles: Sequence[Painting | None]) -> int | None:
    """Which of the two is called so."""
    if " ".join(plain_words(said)) in _joined(_spoken(texts.words_for_own_picture)):
        return styles.index(None) if None in styles else None
    painting = _named(said, [style for style in styles if style])
    return styles.index(painting) if painting else None


def _parts(text: str) -> list[str]:
    """The wishes in a text one by one. 'Plus' is no 'and' here, but the French for 'more'."""
    more = _spoken(texts.words_for_more)
    between = _any_of(_spoken(texts.words_for_and) - more)
    return [part.strip() for part in re.split("[,;+&]", between.sub(",", text)) if plain_words(part)]


@cache
def _buttons() -> Mapping[str, str]:
    called = {
        TIMELAPSE: [texts.how_it_was_painted, texts.words_for_timelapse],
        COMPARE: [texts.before_and_after, texts.words_for_before_and_after],
        ANOTHER: [texts.another, texts.words_for_another],
        BACK: [texts.back, texts.words_for_back],
        CANCEL: [texts.cancel, texts.cancel_all],
    }
    said = ((does, languages.in_all_languages(text)) for does, names in called.items() for text in names)
    return {name: does for does, lists in said for some in lists for name in _joined(some.split("|"))}


def parse_remark(said: str) -> Remark | None:
    """What kind of remark it is, if all of its words are those of remarks: 'that's so cool, thank you!' A question, or
    more words than names have, is one anyway.
    """
    words, kinds = _remarks()
    text = plain(said)
    found = [kinds[match[0]] for match in words.finditer(text)]
    begins = words.match(text.lstrip())
    if "?" in said or (begins and kinds[begins[0]] is Remark.NEED):
        return Remark.NEED
    if _says_more_than_remarks(said):
        return Remark.NEED if len(plain_words(said)) > MOST_WORDS_OF_A_NAME else None
    if not plain_words(said):
        return Remark.PRAISE  # an emoji
    return next((kind for kind in (Remark.NEED, Remark.PRAISE, Remark.GREETING) if kind in found), Remark.NEED)


def _says_more_than_remarks(said: str) -> bool:
    """Whether there are words besides those of remarks: in 'no, the terrace', but not in 'undo', which is like
    the name of a painting by chance.
    """
    return re.search(r"[^\W\d]", _remarks()[0].sub(" ", plain(said))) is not None


@cache
def _remarks() -> tuple[re.Pattern[str], Mapping[str, Remark | None]]:
    """The words of remarks, and the kind of each; None for those that only stand beside others."""
    kinds: dict[str, Remark | None] = {}
    for words, kind in (
        (texts.words_for_cancel, Remark.NEED),
        (texts.words_for_back, Remark.NEED),
        (texts.words_around_praise, None),
        (texts.words_of_greeting, Remark.GREETING),
        (texts.words_of_praise, Remark.PRAISE),
        (texts.words_of_need, Remark.NEED),
    ):
        kinds |= dict.fromkeys(_spoken(words), kind)
    return _any_of(kinds), kinds


def wants_clip(said: str) -> bool:
    """Whether they ask for the video of a live photo: 'wave, as a clip'."""
    return _any_of_all(texts.words_for_clip).search(plain(said)) is not None


def _taken(said: str) -> tuple[str, dict[str, Any]]:
    """The words without those for settings and those of courtesy, and the settings."""
    words, setting_of = _settings()
    text, settings = plain(said), dict[str, Any]()
    for match in words.finditer(text):
        settings |= setting_of[match[0]]
    text = words.sub(" ", text)
    for spare in (texts.words_of_courtesy, texts.words_for_clip):
        text = _any_of_all(spare).sub(" ", text)
    return text, settings


def matches_prefix(typed: str, styles: Iterable[Painting | None]) -> bool:
    """Whether this may be the beginning of one of their names, in any language. None is an own style."""
    words = plain_words(typed)
    names = [name.split() for style in styles for name in _names_of(style).titles]
    return any(all(any(part.startswith(word) for part in name) for word in words) for name in names)


def _named(words: str, paintings: Sequence[Painting]) -> Painting | None:
    """The painting that these words name, in any language, as they are or without the articles."""
    bare = _any_of_all(texts.articles).sub(" ", plain(words))
    return _named_so(words, paintings) or _named_so(bare, paintings)


def _named_so(words: str, paintings: Sequence[Painting]) -> Painting | None:
    try:
        found = find_painting(paintings, words, _names_of, free_text=True)
    except UnknownPainting:
        return None
    said = plain_words(words)
    if has_whole_title(_names_of(found), said) or not all(map(_is_too_small, significant(said))):
        return found
    return found if " ".join(said) in _names_of(found).titles else None


@cache
def _too_small() -> frozenset[str]:
    lists = languages.in_all_languages(texts.words_too_small)
    return frozenset(word for some in lists for word in plain_words(some))


def _suggested(words: str, paintings: Sequence[Painting]) -> Sequence[Painting]:
    """Those that may be meant."""
    try:
        return [find_painting(paintings, words, _names_of, free_text=True)]
    except UnknownPainting as error:
        return error.candidates[:MOST_SUGGESTIONS]


def _is_too_small(word: str) -> bool:
    return not _too_small().isdisjoint((word, word.removesuffix("s")))


def _names_of(style: Painting | None) -> Names:
    return _names_for(style, languages.current())


@cache
def _names_for(style: Painting | None, language: str) -> Names:
    """All that a painting, or an own style, is called in any language; and in English or in this one, for the slips."""
    named = _joined(_titles(style, languages.languages()))
    if style is None:
        return Names(named)
    by = {word for words in languages.in_all_languages(texts.words_for_by) for word in words.split("|")}
    artists = _joined({*by, *languages.in_all_languages(lambda: texts.artist(style))})
    return Names(named, artists, _joined(_titles(style, {languages.DEFAULT, language})), _too_small())


def _titles(style: Painting | None, codes: Iterable[str]) -> set[str]:
    """What a painting, or an own style, is called in these languages."""
    said = languages.in_languages(codes, lambda: texts.style_name(style))
    return {style.name, *said, *languages.in_languages(codes, lambda: texts.label(style))} if style else said


def _joined(names: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(plain_words(name)) for name in names)


@cache
def _settings() -> tuple[re.Pattern[str], Mapping[str, Mapping[str, Any]]]:
    """The words for settings, and the setting of each."""
    spoken: list[tuple[Callable[[], str], Mapping[str, Any]]] = [
        (texts.words_for_colors, {"keep_colors": True}),
        (texts.new_colors, {"keep_colors": False}),
        (texts.words_for_new_colors, {"keep_colors": False}),
        (texts.as_file, AS_FILE),
        (texts.words_for_file, AS_FILE),
        (texts.words_for_larger, {LARGER: True}),
        (texts.words_for_softer, {STEPS: -1}),
        (texts.words_for_stronger, {STEPS: 1}),
        *((partial(texts.words_for_strength, strength), {"strength": strength}) for strength in STRENGTHS),
    ]
    settings = {word: setting for words, setting in spoken for word in _spoken(words)}
    return _any_of(settings), settings


@cache
def _any_of_all(words: Callable[[], str]) -> re.Pattern[str]:
    """Any of these words, in any language."""
    return _any_of(_spoken(words))


def _spoken(words: Callable[[], str]) -> set[str]:
    """The words of a list, in all languages."""
    return {plain(word).strip() for some in languages.in_all_languages(words) for word in some.split("|")} - {""}


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of these words, the longest first: 'softer' is not 'soft' and 'er'."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})\b")
