"""Inline keyboards and their callback data.

Callback data (at most 64 bytes) names an action and what it is about: a photo by the id of its message, a painting by
its name, a job by its id. None of it is trusted: the person who presses must own what it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import texts
from bot.options import BLENDS, FILE, MORE, NEW_COLORS, OWN_COLORS, PHOTO_EDGE, USUALLY, PaintOptions, next_blend
from bot.storage.models import Job, Photo
from styler.gallery import Painting
from styler.settings import STRENGTHS

PER_ROW = 3
OWN = "own"  # in a blend, where a painting's key would stand: a picture of the person's own


def _button(text: str, *data: object) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=":".join(map(str, data)))


def _rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    return [buttons[i : i + PER_ROW] for i in range(0, len(buttons), PER_ROW)]


def key(painting: Painting | None) -> str:
    """A painting's name made short: two whole names do not fit in callback data. None is a picture of one's own."""
    return f"{crc32(painting.name.encode()):08x}" if painting else OWN


def gallery(photo: Photo, paintings: Sequence[Painting], album: Sequence[Photo] = ()) -> InlineKeyboardMarkup:
    """A button for each painting, and one for an own style. For an album, the buttons mean all of its photos."""
    action = "all" if len(album) > 1 else "paint"
    buttons = [_button(texts.label(p), action, photo.message_id, p.name) for p in paintings]
    rows = _rows(buttons)
    if len(album) == 2:
        rows.insert(0, [_button(texts.second_is_style(), "second", photo.message_id)])
    if len([painting for painting in paintings if painting.blends]) > 1:
        rows.append([_button(texts.blend(), "mixall" if len(album) > 1 else "mix", photo.message_id)])
    rows.append([_button(texts.own_style(), "ownall" if len(album) > 1 else "own", photo.message_id)])
    return InlineKeyboardMarkup(rows)


def blend(
    action: str, photo: Photo, chosen: Sequence[Painting | None], paintings: Sequence[Painting]
) -> InlineKeyboardMarkup:
    """The paintings from which to choose one more to blend, the second perhaps a picture of one's own; with two chosen,
    how much of each. `action` is `mix`, or `mixall` for all of an album.
    """
    data = (action, photo.message_id, *(key(painting) for painting in chosen))
    if len(chosen) == 2:
        first, second = chosen
        rows = [[_button(texts.blended(first, second, share), *data, step)] for step, share in enumerate(BLENDS)]
    else:
        buttons = [_button(texts.label(one), *data, key(one)) for one in paintings if one.blends and one not in chosen]
        rows = _rows(buttons)
        rows += [[_button(texts.own_style(), *data, OWN)]] if chosen else []
    return InlineKeyboardMarkup(
        [*rows, [_button(texts.back(), "backall" if action == "mixall" else "back", photo.message_id)]]
    )


def asking_style(photo: Photo) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(texts.back(), "back", photo.message_id)]])


def cancel(job: Job, keep: bool = False) -> InlineKeyboardMarkup:
    """With `keep`, also the button that stops a clip and keeps what is painted."""
    kept = [_button(texts.keep(), "keep", job.id)] if keep else []
    return InlineKeyboardMarkup([[*kept, _button(texts.cancel(), "cancel", job.id)]])


def cancel_album(photo_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(texts.cancel_all(), "stop", photo_id)]])


def album_result(job: Job, share: Sequence[InlineKeyboardButton] = ()) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[_button(texts.another(), "againall", job.photo_message_id)], *([share] if share else [])]
    )


def share(name: str) -> InlineKeyboardButton:
    """The button opens a list of chats, and in the chosen one offers the paintings of this name."""
    return InlineKeyboardButton(texts.share(), switch_inline_query=name)


def queue(jobs: Sequence[Job], names: Sequence[str]) -> InlineKeyboardMarkup:
    numbered = enumerate(zip(jobs, names, strict=True), 1)
    return InlineKeyboardMarkup.from_column(
        [_button(texts.cancel_number(i, name), "drop", job.id) for i, (job, name) in numbered]
    )


def result(
    job: Job, choices: PaintOptions, styles: Sequence[Painting | None], share: Sequence[InlineKeyboardButton] = ()
) -> InlineKeyboardMarkup:
    """What a person does next with a painting of these styles. A button says what it will do, not what is."""
    strength = STRENGTHS.index(job.strength)
    steps = [(texts.softer(), strength - 1), (texts.stronger(), strength + 1)]
    colors = (texts.new_colors(), NEW_COLORS) if job.keep_colors else (texts.keep_colors(), OWN_COLORS)
    larger = choices.larger(job)
    rows = [
        [_button(texts.another(), "again", job.photo_message_id)],
        [_button(text, "redo", job.id, STRENGTHS[i]) for text, i in steps if 0 <= i < len(STRENGTHS)],
        [_button(colors[0], "redo", job.id, colors[1])],
    ]
    if larger:
        becomes_file = larger > PHOTO_EDGE and not job.as_file
        text = texts.larger_file(larger) if becomes_file else texts.larger(larger)
        rows[-1].append(_button(text, "redo", job.id, larger))
    mix = [(style, more) for style, more in zip(styles, MORE, strict=False) if next_blend(job, more) is not None]
    rows[1:1] = [[_button(texts.more_of(style), "redo", job.id, more)] for style, more in mix]
    rows.append([*([] if job.as_file or job.clip else [_button(texts.as_file(), "redo", job.id, FILE)]), *share])
    return InlineKeyboardMarkup([row for row in rows if row])


def preferences(usual: Mapping[str, Any], choices: PaintOptions) -> InlineKeyboardMarkup:
    """What a person may choose for all paintings to come, with a tick before what is chosen now."""
    now = {name: usual.get(name, getattr(choices.usual, name)) for name in USUALLY}
    sizes = [_choice(texts.pixels(size), size == now["size"], "size", size) for size in choices.photo_sizes]
    colors = [(texts.new_colors(), False, NEW_COLORS), (texts.keep_colors(), True, OWN_COLORS)]
    return InlineKeyboardMarkup([
        *_rows(sizes),
        [_choice(texts.strength(one), one == now["strength"], "strength", one) for one in STRENGTHS],
        [_choice(text, keep == now["keep_colors"], "keep_colors", word) for text, keep, word in colors],
        [_button(texts.choose_language(), "languages")],
    ])  # fmt: skip


def languages(names: Mapping[str, str], spoken: str) -> InlineKeyboardMarkup:
    """The languages by their own names, and a button that leaves the choice to Telegram."""
    buttons = [_choice(name, code == spoken, "language", code) for code, name in names.items()]
    return InlineKeyboardMarkup([
        *_rows(buttons),
        [_choice(texts.language_of_telegram(), False, "language", "auto")],
        [_button(texts.back_to_settings(), "settings")],
    ])  # fmt: skip


def _choice(text: str, chosen: bool, name: str, value: object) -> InlineKeyboardButton:
    return _button(f"✓ {text}" if chosen else text, "choose", name, value)
