"""What somebody means who writes the name of one of several things: of paintings, as people write them under a photo.

The whole name counts, or a part of it, or the artist's. Case, accents and articles do not matter, a long word may be
cut short, and small slips of the pen are forgiven. In free text, much of which names nothing, less is.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

# How much two names are alike: by difflib ('poppys' and 'poppies' have 0.77), the letters with which both begin, and
# the length of both. In free text, most words are others than names: 'maison' is no slip of the pen in 'moisson'.
FORGIVEN, MEANT = (0.75, 1, 1), (0.65, 1, 1)
FORGIVEN_IN_TEXT, MEANT_IN_TEXT = (0.85, 2, 6), (0.76, 3, 6)
WORD_ALIKE, WORD_SAME = 0.85, 3  # of two words: 'wavee' and 'wave' have 0.89; 'point' is no slip in 'pont'
MOST_SUGGESTIONS = 4
MEANS_SOMETHING = 4  # letters; shorter words are articles and the like
LONGEST_ARTICLE = 3  # letters
LONG_TITLE = 7  # letters; a shorter one is a word of every day: 'dream'
CUT_SHORT = 5  # letters; the beginning of a word, if it is no shorter, stands for the word

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Names:
    """All that one thing is called, and its artist: each name as `plain_words`, joined by spaces. Slips of the pen are
    forgiven in the titles that are `spoken` (None: in all): 'mission' is no slip of the French 'moisson'. Words that
    are `too_small` to name a thing count only where there are no others, and no word is a slip of the pen of them.
    """

    titles: frozenset[str]
    artists: frozenset[str] = frozenset()
    spoken: frozenset[str] | None = None
    too_small: frozenset[str] = frozenset()

    @property
    def slips(self) -> frozenset[str]:
        """The titles in which slips of the pen are forgiven."""
        return self.titles if self.spoken is None else self.spoken


class UnknownName(LookupError):
    """Nothing has this name, or several things have it: `candidates`, the likeliest first, may be meant."""

    def __init__(self, candidates: Sequence[object] = (), *, ambiguous: bool = False) -> None:
        super().__init__()
        self.candidates = candidates
        self.ambiguous = ambiguous


def plain(text: str) -> str:
    """In lower case, without accents, with straight apostrophes."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case and without accents: "Gogh's Café-Haus" gives ['gogh', 'cafe', 'haus']."""
    return re.findall(r"\w+", re.sub(r"'s\b", "", plain(text)))


def find(said: str, known: Mapping[Named, Names], *, free_text: bool = False) -> Named:
    """The one of `known` that these words name. Raises `UnknownName`.

    In `free_text` (a caption, say) much else than a name may be written, so all the words must belong to the name, as
    whole words, and be at least half of it.
    """
    words = plain_words(said)
    if not words:
        raise UnknownName
    for one, names in known.items():
        if " ".join(words) in names.titles:
            return one
    found = _with_words(significant(words), known)
    if len(found) > 1 and len(whole := [one for one in found if has_whole_title(known[one], words)]) == 1:
        found = whole
    if len(found) == 1 and not (free_text and not _is_named_enough(words, known[found[0]])):
        return found[0]
    if found:
        meant = _told_apart(words, known, found) if free_text else found
        raise UnknownName(meant, ambiguous=len(found) > 1)
    if slips := _spelt_alike(words, known, *(FORGIVEN_IN_TEXT if free_text else FORGIVEN)):
        return slips[0]
    suggested = _resembling(words, known) or _spelt_alike(words, known, *(MEANT_IN_TEXT if free_text else MEANT))
    raise UnknownName(suggested)


def significant(words: Sequence[str]) -> Sequence[str]:
    """Those without the articles and the like; all, if there are no others."""
    return [word for word in words if len(word) >= MEANS_SOMETHING] or words


def _with_words(words: Sequence[str], known: Mapping[Named, Names]) -> list[Named]:
    """Those with all of these words in a title; or if there are none, in a title and the artist's name together."""
    by_title = [one for one, names in known.items() if any(_has(words, title.split()) for title in names.titles)]
    return by_title or [one for one, names in known.items() if _has_with_artist(words, names)]


def has_whole_title(names: Names, words: Sequence[str]) -> bool:
    """Whether a title is among the words, as it stands: 'van gogh night cafe' is not the 'cafe terrace at night'."""
    return any(" " in title and f" {title} " in f" {' '.join(words)} " for title in names.titles)


def _has_with_artist(words: Sequence[str], names: Names) -> bool:
    artists = [word for artist in names.artists for word in artist.split()]
    return any(_has(words, [*title.split(), *artists]) for title in names.titles)


def _has(words: Sequence[str], name: Collection[str]) -> bool:
    """Whether the name has all of these words. Of a long word, the beginning is enough, and an s more is not too much:
    'Hokusais', 'waves'.
    """
    return bool(words) and all(
        word in name
        or (len(word) >= CUT_SHORT and any(part.startswith(word) for part in name))
        or (len(word) > MEANS_SOMETHING and any(f"{part}s" == word for part in name))
        for word in words
    )


def _has_whole(words: Sequence[str], name: Collection[str]) -> bool:
    """As `_has`, but no beginning of a word is enough: 'pain' is no painter, and 'summer' no summertime."""
    return bool(words) and all(word in name or any(f"{part}s" == word for part in name) for word in words)


def _is_named_enough(words: Sequence[str], names: Names) -> bool:
    """All of the words are the thing's, and the significant ones are half of a title or more, or the artist's."""
    heavy = significant(words)
    if any(_has_whole(words, title.split()) for title in names.titles):
        return any(_is_half(heavy, title.split()) for title in names.titles)
    if any(_has_whole(heavy, artist.split()) and not _is_first_name(heavy, artist) for artist in names.artists):
        return True
    of_title = [word for word in heavy if not any(_has([word], artist.split()) for artist in names.artists)]
    return _has_with_artist(words, names) and any(_is_half(of_title, title.split()) for title in names.titles)


def _is_first_name(words: Sequence[str], artist: str) -> bool:
    """Whether they are no more of the artist's name than its beginning, which others have as well: 'Mary'."""
    return _has(words, artist.split()[:-1][:1])


def _is_among(words: Sequence[str], names: Names) -> bool:
    """Whether a long title, or the end of the artist's name, is among the words."""
    ends = {artist.split()[-1] for artist in names.artists if " " in artist} - names.too_small
    titles = {title for title in names.titles if len(title) >= LONG_TITLE}
    return any(f" {name} " in f" {' '.join(words)} " for name in ends | titles)


def _is_half(words: Sequence[str], title: Sequence[str]) -> bool:
    heavy = significant(title)
    hits = [part for part in heavy if any(_has_whole([word], [part]) for word in words)]
    return _has_whole(words, title) and 2 * len(hits) >= len(heavy)


def _told_apart(words: Sequence[str], known: Mapping[Named, Names], found: Sequence[Named]) -> Sequence[Named]:
    """Of what has these words, that in whose titles they are more than articles and the like, or whose artist they
    name: 'at' means nothing, but 'Ван Гог' does.
    """
    if any(len(word) >= MEANS_SOMETHING for word in words):
        return found
    by_title = [one for one in found if any(_has(words, significant(title.split())) for title in known[one].titles)]
    return by_title or [one for one in found if _is_among(words, known[one])]


def _spelt_alike(
    words: Sequence[str], known: Mapping[Named, Names], alike: float, beginning: int, length: int
) -> list[Named]:
    """Those with a title that is spelt much like the words, apart from the articles: see `FORGIVEN`."""
    owners = {_without_articles(title): one for one in reversed(list(known)) for title in known[one].slips}
    said = _without_articles(" ".join(words))
    names = [name for name in owners if name[:beginning] == said[:beginning] and min(len(name), len(said)) >= length]
    close = difflib.get_close_matches(said, names, MOST_SUGGESTIONS, alike)
    return list(dict.fromkeys(owners[name] for name in close))


def _without_articles(name: str) -> str:
    return " ".join(word for word in name.split() if len(word) > LONGEST_ARTICLE) or name


def _resembling(words: Sequence[str], known: Mapping[Named, Names]) -> list[Named]:
    """Those with the most of the significant words in a title or in the artist's name, if they are half of them or
    more, or name it or its artist: 'something like van gogh'; or else with words spelt much like all of these. Words
    that are too small count only where there are no others.
    """
    small = frozenset().union(*(names.too_small for names in known.values()))
    heavy = [word for word in words if len(word) >= MEANS_SOMETHING]
    heavy = [word for word in heavy if small.isdisjoint((word, word.removesuffix("s")))] or heavy
    hits = {one: sum(_has_with_artist([word], names) for word in heavy) for one, names in known.items()}
    many = [one for one in known if 2 * hits[one] >= len(heavy) > 0 or _is_among(words, known[one])]
    some = sorted(many, key=lambda one: -hits[one])
    return (some or _with_words(_corrected(heavy, known), known))[:MOST_SUGGESTIONS]


def _corrected(words: Sequence[str], known: Mapping[Named, Names]) -> Sequence[str]:
    """For each of these words the one in a name that is spelt most alike; none at all if for one there is none."""
    telling = {
        part
        for names in known.values()
        for name in names.slips | names.artists
        for part in name.split()
        if len(part) >= MEANS_SOMETHING and part not in names.too_small
    }
    parts = sorted(telling)
    begun = [[part for part in parts if part[:WORD_SAME] == word[:WORD_SAME]] for word in words]
    nearest = [difflib.get_close_matches(word, some, 1, WORD_ALIKE) for word, some in zip(words, begun, strict=True)]
    return [close[0] for close in nearest] if all(nearest) else []
