"""Inline keyboards: what a user may do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.callback_data import (
    CUSTOM,
    BackToGallery,
    BlendWithCustom,
    CallbackData,
    CancelAlbum,
    CancelJob,
    CancelListed,
    ChangeJob,
    ChooseForBlend,
    ChooseLanguage,
    ChoosePainting,
    ChoosePreference,
    ChooseWeights,
    PaintAnother,
    RequestStyle,
    ShowLanguages,
    ShowPaintings,
    ShowPreferences,
    StopEarly,
    SwitchLive,
    UseSecondAsStyle,
)
from bot.chat.gallery import painting_key
from bot.chat.gallery_pages import Page
from bot.i18n import texts
from bot.options import (
    BLENDS,
    COMPARE,
    FILE,
    MORE,
    NEW_COLORS,
    OWN_COLORS,
    PHOTO_EDGE,
    PREFERENCES,
    TIMELAPSE,
    PaintOptions,
    next_blend,
)
from bot.storage.models import Job, Photo
from styler.gallery import Painting
from styler.settings import STRENGTHS

PER_ROW = 3


def _button(text: str, action: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=action.pack())


def _rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    return [buttons[i : i + PER_ROW] for i in range(0, len(buttons), PER_ROW)]


def _even_rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """As few rows, none much shorter than the others."""
    rows = -(-len(buttons) // PER_ROW)
    ends = [len(buttons) * row // rows for row in range(rows + 1)]
    return [buttons[begin:end] for begin, end in pairwise(ends)]


def gallery(photo: Photo, page: Page, album: Sequence[Photo] = ()) -> InlineKeyboardMarkup:
    """A button for each painting, for a blend and for a custom style. For an album, they mean all of its photos."""
    photo_id, for_album = photo.message_id, len(album) > 1
    rows = _rows([_button(texts.label(one), ChoosePainting(photo_id, one.name, for_album)) for one in page.paintings])
    if len(album) == 2 and not album[1].clip:
        rows.insert(0, [_button(texts.second_is_style(), UseSecondAsStyle(photo_id))])
    rows += other_pages(page, lambda number: BackToGallery(photo_id, for_album, number))
    if page.count > 1 or len([painting for painting in page.paintings if painting.blends]) > 1:
        rows.append([_button(texts.blend(), ChooseForBlend(photo_id, for_album=for_album, page=page.number))])
    if photo.live_file_id and not for_album:
        rows.append([_button(texts.as_still() if photo.clip else texts.as_clip(), SwitchLive(photo_id))])
    rows.append([_button(texts.own_style(), RequestStyle(photo_id, for_album, page.number))])
    return InlineKeyboardMarkup(rows)


def paintings(page: Page) -> InlineKeyboardMarkup | None:
    """The way to the other pages of a gallery that is only looked at."""
    rows = other_pages(page, ShowPaintings)
    return InlineKeyboardMarkup(rows) if rows else None


def other_pages(page: Page, show: Callable[[int], CallbackData]) -> list[list[InlineKeyboardButton]]:
    """The row with the pages before and after this one, where there are any."""
    ways = ((page.previous, texts.previous_page), (page.next, texts.next_page))
    row = [_button(text(number + 1), show(number)) for number, text in ways if number is not None]
    return [row] if row else []


def blend_paintings(photo: Photo, for_album: bool, chosen: Sequence[Painting], page: Page) -> InlineKeyboardMarkup:
    """The paintings from which to choose the first or the second of a blend; the second may be a custom style."""
    photo_id, keys = photo.message_id, [painting_key(painting) for painting in chosen]
    buttons = [
        _button(texts.label(one), ChooseForBlend.of(photo_id, [*keys, painting_key(one)], for_album, page.number))
        for one in page.paintings
        if one.blends and one not in chosen
    ]
    rows = _rows(buttons)
    rows += other_pages(page, lambda number: ChooseForBlend.of(photo_id, keys, for_album, number))
    if keys:
        custom = BlendWithCustom(photo_id, keys[0], for_album=for_album, page=page.number)
        rows.append([_button(texts.own_style(), custom)])
    return InlineKeyboardMarkup([*rows, [_back(photo, for_album, page.number)]])


def blend_weights(
    photo: Photo, for_album: bool, first: Painting, second: Painting | None, page: int = 0
) -> InlineKeyboardMarkup:
    """How much of each of two styles; None is a custom one."""
    keys = (painting_key(first), painting_key(second) if second else CUSTOM)
    rows = [
        [_button(texts.blended(first, second, share), ChooseWeights(photo.message_id, *keys, step, for_album))]
        for step, share in enumerate(BLENDS)
    ]
    return InlineKeyboardMarkup([*rows, [_back(photo, for_album, page)]])


def asking_style(photo: Photo, page: int) -> InlineKeyboardMarkup:
    """The way back from a request for a custom style."""
    return InlineKeyboardMarkup([[_back(photo, page=page)]])


def _back(photo: Photo, for_album: bool = False, page: int = 0) -> InlineKeyboardButton:
    return _button(texts.back(), BackToGallery(photo.message_id, for_album, page))


def cancel(job: Job, stop_early: bool = False) -> InlineKeyboardMarkup:
    """With `stop_early`, also the button that stops a clip and keeps what is painted."""
    stop = [_button(texts.keep(), StopEarly(job.id))] if stop_early else []
    return InlineKeyboardMarkup([[*stop, _button(texts.cancel(), CancelJob(job.id))]])


def cancel_album(photo_message_id: int) -> InlineKeyboardMarkup:
    """The button that cancels what is left of an album."""
    return InlineKeyboardMarkup([[_button(texts.cancel_all(), CancelAlbum(photo_message_id))]])


def album_result(job: Job, share: Sequence[InlineKeyboardButton] = ()) -> InlineKeyboardMarkup:
    """What a user does next with a finished album."""
    another = _button(texts.another(), PaintAnother(job.photo_message_id, for_album=True))
    return InlineKeyboardMarkup([[another], *([share] if share else [])])


def share(name: str) -> InlineKeyboardButton:
    """The button opens a list of chats, and in the chosen one offers the paintings of this name."""
    return InlineKeyboardButton(texts.share(), switch_inline_query=name)


def queue(jobs: Sequence[Job], names: Sequence[str]) -> InlineKeyboardMarkup:
    """A button to cancel each of the jobs, with its number in the list."""
    numbered = enumerate(zip(jobs, names, strict=True), 1)
    return InlineKeyboardMarkup.from_column(
        [_button(texts.cancel_number(i, name), CancelListed(job.id)) for i, (job, name) in numbered]
    )


def result(
    job: Job, options: PaintOptions, styles: Sequence[Painting | None], share: Sequence[InlineKeyboardButton] = ()
) -> InlineKeyboardMarkup:
    """What a user does next with a painting of these styles. A button says what it will do, not what is."""
    another = [_button(texts.another(), PaintAnother(job.photo_message_id))]
    if job.is_timelapse or job.is_comparison:
        return InlineKeyboardMarkup([another])
    rows = [
        another,
        *_more_of_one(job, styles),
        _other_strengths(job),
        [*_other_colors(job), *_larger(job, options)],
        _shown_otherwise(job),
        [*_as_file(job), *share],
    ]
    return InlineKeyboardMarkup([row for row in rows if row])


def _more_of_one(job: Job, styles: Sequence[Painting | None]) -> list[list[InlineKeyboardButton]]:
    possible = [(style, more) for style, more in zip(styles, MORE, strict=False) if next_blend(job, more) is not None]
    return [[_button(texts.more_of(style), ChangeJob(job.id, more))] for style, more in possible]


def _other_strengths(job: Job) -> list[InlineKeyboardButton]:
    now = STRENGTHS.index(job.strength)
    steps = [(texts.softer(), now - 1), (texts.stronger(), now + 1)]
    return [_button(text, ChangeJob(job.id, STRENGTHS[i])) for text, i in steps if 0 <= i < len(STRENGTHS)]


def _other_colors(job: Job) -> list[InlineKeyboardButton]:
    text, change = (texts.new_colors(), NEW_COLORS) if job.keep_colors else (texts.keep_colors(), OWN_COLORS)
    return [_button(text, ChangeJob(job.id, change))]


def _larger(job: Job, options: PaintOptions) -> list[InlineKeyboardButton]:
    size = options.larger(job)
    if size is None:
        return []
    becomes_file = size > PHOTO_EDGE and not job.as_file
    return [_button(texts.larger_file(size) if becomes_file else texts.larger(size), ChangeJob(job.id, str(size)))]


def _shown_otherwise(job: Job) -> list[InlineKeyboardButton]:
    """As a timelapse, and beside its photo. A clip is neither: it moves already."""
    ways = ((texts.how_it_was_painted(), TIMELAPSE), (texts.before_and_after(), COMPARE))
    return [] if job.clip else [_button(text, ChangeJob(job.id, change)) for text, change in ways]


def _as_file(job: Job) -> list[InlineKeyboardButton]:
    return [] if job.as_file or job.clip else [_button(texts.as_file(), ChangeJob(job.id, FILE))]


def preferences(chosen: Mapping[str, Any], options: PaintOptions) -> InlineKeyboardMarkup:
    """What a user may choose for all paintings to come, with a tick before what is chosen now."""
    now = {name: chosen.get(name, getattr(options.defaults, name)) for name in PREFERENCES}
    sizes = [_preference(texts.pixels(size), size == now["size"], "size", str(size)) for size in options.photo_sizes]
    colors = [(texts.new_colors(), False, NEW_COLORS), (texts.keep_colors(), True, OWN_COLORS)]
    return InlineKeyboardMarkup([
        *_even_rows(sizes),
        [_preference(texts.strength(one), one == now["strength"], "strength", one) for one in STRENGTHS],
        [_preference(text, keep == now["keep_colors"], "keep_colors", word) for text, keep, word in colors],
        [_button(texts.choose_language(), ShowLanguages())],
    ])  # fmt: skip


def languages(names: Mapping[str, str], current: str) -> InlineKeyboardMarkup:
    """The languages by their own names, and a button that leaves the choice to Telegram."""
    buttons = [_button(_ticked(name, code == current), ChooseLanguage(code)) for code, name in names.items()]
    return InlineKeyboardMarkup([
        *_even_rows(buttons),
        [_button(texts.language_of_telegram(), ChooseLanguage("auto"))],
        [_button(texts.back_to_settings(), ShowPreferences())],
    ])  # fmt: skip


def _preference(text: str, chosen: bool, name: str, value: str) -> InlineKeyboardButton:
    return _button(_ticked(text, chosen), ChoosePreference(name, value))


def _ticked(text: str, chosen: bool) -> str:
    return f"✓ {text}" if chosen else text
