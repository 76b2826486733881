"""Inline keyboards and their callback data.

Callback data (at most 64 bytes) names an action and what it is about: a photo by the number of its message, a
painting by its name, a job by its number. Nothing in it is trusted: who presses must own what it names.
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.jobs import Job, Photo
from styler.gallery import Painting
from styler.settings import STRENGTHS

PER_ROW = 3


def _button(text: str, *data: object) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=":".join(map(str, data)))


def gallery(photo: Photo, paintings: Sequence[Painting], album: Sequence[Photo] = ()) -> InlineKeyboardMarkup:
    """A button for each painting, and one for an own style. For an album, the buttons mean all of its photos."""
    action = "all" if len(album) > 1 else "paint"
    buttons = [_button(texts.label(p), action, photo.message_id, p.name) for p in paintings]
    rows = [buttons[i : i + PER_ROW] for i in range(0, len(buttons), PER_ROW)]
    if len(album) == 2:
        rows.insert(0, [_button(texts.second_is_style(), "second", photo.message_id)])
    rows.append([_button(texts.own_style(), "ownall" if len(album) > 1 else "own", photo.message_id)])
    return InlineKeyboardMarkup(rows)


def asking_style(photo: Photo) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(texts.back(), "back", photo.message_id)]])


def cancel(job: Job) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(texts.cancel(), "cancel", job.id)]])


def cancel_album(photo_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(texts.cancel_all(), "stop", photo_id)]])


def album_result(job: Job) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(texts.another(), "againall", job.photo_id)]])


def queue(jobs: Sequence[Job]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup.from_column(
        [_button(texts.cancel_number(i), "cancel", job.id) for i, job in enumerate(jobs, 1)]
    )


def result(job: Job) -> InlineKeyboardMarkup:
    """What a person does next with a painting."""
    rows = [[_button(texts.another(), "again", job.photo_id)]]
    strength = STRENGTHS.index(job.strength)
    steps = [(texts.softer(), strength - 1), (texts.stronger(), strength + 1)]
    rows.append([_button(text, "redo", job.id, STRENGTHS[i]) for text, i in steps if 0 <= i < len(STRENGTHS)])
    return InlineKeyboardMarkup(rows)
