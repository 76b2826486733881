"""The preset paintings: read from a folder with a `paintings.toml` and the pictures that it names.

Free of torch.

- `matching`: which painting somebody means, who writes its name or a part of it
- `contact_sheet`: small pictures in rows, with names (`fonts/`)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from styler.gallery.matching import Names, UnknownName, find, plain_words
from styler.settings import Settings

FOLDER = Path(__file__).parent

# Names go into the callback data of Telegram's buttons, which holds 64 bytes in all.
_NAME = re.compile(r"[a-z0-9-]{1,32}")
_FACTS: Mapping[str, type] = {
    "title": str,
    "label": str,
    "artist": str,
    "year": int,
    "source": str,
    "licence": str,
    "picture": str,
}


class GalleryError(ValueError):
    """A gallery that cannot be read, or a painting that it does not have. `str()` is one clear line."""


class UnknownPainting(GalleryError):
    """No painting has that name, or several have it. `candidates` are those that may be meant, the likeliest first."""

    def __init__(self, text: str, candidates: Sequence[Painting]) -> None:
        super().__init__(text)
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Painting:
    """A painting to take the style from.

    `name` is its short name in commands and callback data (at most 32 of a-z, 0-9 and the hyphen), `label` a short
    title for a button (default: the title), `path` its picture, and `tuning` maps fields of `Settings` to the values
    that suit this painting.
    """

    name: str
    title: str
    label: str
    artist: str
    year: int
    source: str
    licence: str
    path: Path
    tuning: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def blends(self) -> bool:
        """It can be blended with others; a dream cannot."""
        return not self.tuning.get("dream")


def load_gallery(folder: Path | None = None) -> tuple[Painting, ...]:
    """The paintings of `folder` (default: those that come with styler), in the order of its `paintings.toml`.

    Raises `GalleryError` with the file, the entry and what is wrong with it.
    """
    path = (folder or FOLDER) / "paintings.toml"
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise GalleryError(f"{path}: {error.strerror}") from error
    except ValueError as error:  # neither UTF-8 nor TOML, or a name twice
        raise GalleryError(f"{path}: {error}") from error
    if not entries:
        raise GalleryError(f"{path}: there is no painting in it")
    return tuple(_painting(path, name, entry) for name, entry in entries.items())


def names_of(painting: Painting) -> Names:
    """What a painting is called in the gallery's own language."""
    titles = (painting.name, painting.title, painting.label)
    return Names(frozenset(map(_joined, titles)), frozenset([_joined(painting.artist)]))


def _joined(name: str) -> str:
    return " ".join(plain_words(name))


def find_painting(
    paintings: Iterable[Painting],
    said: str,
    names: Callable[[Painting], Names] = names_of,
    *,
    free_text: bool = False,
) -> Painting:
    """The painting that somebody means: 'wave' finds the Great Wave, 'Kandinsky' the only one by him, and 'grate wave'
    is forgiven. `names` tells what a painting is called, and `free_text` that more than a name may be written.

    Raises `UnknownPainting` when `said` means no painting, or more than one: see `matching.find`.
    """
    known = {painting: names(painting) for painting in paintings}
    try:
        return find(said, known, free_text=free_text)
    except UnknownName as error:
        candidates = [one for one in error.candidates if isinstance(one, Painting)]
        raise UnknownPainting(_unknown(said, candidates or list(known), error), candidates) from None


def _unknown(said: str, paintings: Sequence[Painting], error: UnknownName) -> str:
    listed = ", ".join(painting.name for painting in paintings)
    if error.ambiguous:
        return f"{said!r} may mean {listed}"
    if error.candidates:
        return f"there is no painting {said!r}; did you mean {listed}?"
    return f"there is no painting {said!r}; there are {listed}"


def settings_for(painting: Painting | None, chosen: Mapping[str, Any]) -> Settings:
    """The settings to paint with: the defaults, over them the painting's tuning, over them what was `chosen`.

    `chosen` holds only what a user or an operator said explicitly. Raises `ValueError` for a bad value.
    """
    return Settings(**{**(painting.tuning if painting else {}), **chosen})


def settings_for_blend(paintings: Sequence[Painting | None], chosen: Mapping[str, Any]) -> Settings:
    """The settings to paint with several styles at once, None standing for one that is not of the gallery.

    As `settings_for`, with the paintings' tunings blended: a number is the mean by the styles' shares, anything else
    is as the style with the largest share has it. Raises `ValueError` also for a blend of another number of styles.
    """
    each = [settings_for(painting, chosen) for painting in paintings]
    shares = Settings(**chosen).shares(len(each))
    tuned = {name for painting in paintings if painting for name in painting.tuning} - set(chosen)
    return Settings(**chosen, **{name: _blended(name, each, shares) for name in tuned})


def _blended(name: str, each: Sequence[Settings], shares: Sequence[float]) -> Any:
    values = [getattr(settings, name) for settings in each]
    kind = type(Settings.__dataclass_fields__[name].default)
    if kind not in (int, float):
        return values[shares.index(max(shares))]
    mean = sum(value * share for value, share in zip(values, shares, strict=True))
    return round(mean) if kind is int else mean


def _painting(file: Path, name: str, entry: Any) -> Painting:
    where = f"{file}: {name}"
    if not _NAME.fullmatch(name):
        raise GalleryError(f"{where}: a name has at most 32 letters, of a-z, 0-9 and the hyphen")
    if not isinstance(entry, dict):
        raise GalleryError(f"{where}: must be a table, [{name}]")
    entry = {"label": entry.get("title"), **entry}
    facts = {fact: _fact(where, entry, fact, kind) for fact, kind in _FACTS.items()}
    if unknown := entry.keys() - facts.keys() - {"tuning"}:
        raise GalleryError(f"{where}: unknown key {min(unknown)!r}; settings belong into [{name}.tuning]")
    picture = file.parent / facts.pop("picture")
    if not picture.is_file():
        raise GalleryError(f"{where}: its picture is missing: {picture}")
    return Painting(name=name, path=picture, tuning=_tuning(where, entry.get("tuning", {})), **facts)


def _fact(where: str, entry: Mapping[str, Any], fact: str, kind: type) -> Any:
    value = entry.get(fact)
    if type(value) is not kind or (isinstance(value, str) and not _is_visible(value)):
        noun = "a whole number" if kind is int else "a text"
        raise GalleryError(f"{where}: {fact} must be {noun}" + ("" if value is None else f", not {value!r}"))
    return value


def _is_visible(text: str) -> bool:
    """There is something to read in it: more than white space, and what takes no space at all."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _tuning(where: str, table: Any) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise GalleryError(f"{where}: tuning must be a table, not {table!r}")
    known = Settings.__dataclass_fields__
    if unknown := table.keys() - known:
        raise GalleryError(f"{where}: tuning: there is no setting {min(unknown)!r}; there are {', '.join(known)}")
    try:
        Settings(**table)
    except ValueError as error:
        raise GalleryError(f"{where}: tuning: {error}") from error
    return table
