"""Text, replies and edits that refer to an earlier photo: a painting's name, 'stronger', another caption or picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import Message, Update

from bot.chat.gallery_message import GalleryMessage
from bot.handlers.caption_parser import (
    ANOTHER,
    LARGER,
    PaintRequest,
    parse_caption,
    parse_change,
    parse_settings,
    unknown_style,
)
from bot.handlers.context import Context, message_of, replied_to, sender_id, user_of
from bot.handlers.media import media_of, too_big, with_new_media
from bot.handlers.mentions import text_addressed_to_bot, words_of
from bot.handlers.new_photos import caption_key
from bot.handlers.photos import Photos
from bot.i18n import texts
from bot.jobs.job_request import JobRequest
from bot.jobs.requests import JobRequests
from bot.options import PaintOptions
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.storage import Storage


@dataclass(frozen=True)
class FollowUps:
    """Finds the photo that is meant, and paints it as the words say."""

    storage: Storage
    photos: Photos
    requests: JobRequests
    gallery_message: GalleryMessage
    options: PaintOptions

    async def text(self, update: Update, _: Context) -> None:
        """A painting's name, for the photo that is replied to (or its painting), or else the last photo or album."""
        message = message_of(update)
        words = " ".join(words_of(message).split())
        if await self.redo(message, words):
            return
        request, photos = self._parse(words), await self._meant(message, user_of(update).id)
        change = parse_change(words)
        if photos and change == ANOTHER:
            await self.gallery_message.post(photos[0], photos)
        elif photos and change == LARGER and not photos[0].clip:
            await message.reply_text(texts.largest(self.options.largest))
        elif not photos or not words or change or parse_settings(words):
            await message.reply_text(texts.send_photo())
        elif request:
            await self._start(photos, request, IdempotencyKey.of_text(message.chat_id, message.message_id))
        else:
            unknown = unknown_style(words, self.gallery_message.gallery.paintings)
            mistyped = words.startswith("/") and not unknown.suggested  # a command
            await message.reply_text(texts.send_photo() if mistyped else str(unknown))

    async def redo(self, message: Message, words: str) -> bool:
        """'Stronger' in a reply to a painting or, in a private chat, right after it; or what else its buttons say.
        False if it is nothing of the kind.
        """
        settings, change, user_id = parse_settings(words), parse_change(words), sender_id(message)
        if not settings and not change:
            return False
        key = IdempotencyKey.of_text(message.chat_id, message.message_id)
        requests = []
        for number, job in enumerate(await self._paintings_meant(message, user_id)):
            photo = await self.storage.photos.get(message.chat_id, user_id, job.photo_message_id)
            redone = self._changed(job, change) if change else {**job.settings, **settings}
            if photo and redone:
                requests.append(JobRequest.changed(job, photo, key.for_photo(number), redone))
        for request in requests:
            await self.requests.submit(request)
        return bool(requests)

    def _changed(self, job: Job, change: str) -> Mapping[str, Any] | None:
        return self.options.changed(job, str(self.options.larger(job)) if change == LARGER else change)

    async def _paintings_meant(self, message: Message, user_id: int) -> list[Job]:
        """The painting that is replied to; or the last one, with those of its album, if no photo came after it."""
        search = self.storage.job_search
        if replied := message.reply_to_message:
            found = await self._painting_in(message.chat_id, user_id, replied.message_id)
        elif message.chat_id == user_id:
            found = await search.painted_last(message.chat_id, user_id)
        else:
            return []  # in a group, the last one may be anybody's
        album_id = found.control_message_id if found and not message.reply_to_message else None
        jobs = await search.album(message.chat_id, album_id) if album_id else [found] if found else []
        return [_as_picture(job) for job in jobs if job.status is JobStatus.DONE]

    async def _painting_in(self, chat_id: int, user_id: int, message_id: int) -> Job | None:
        """The job whose painting this message shows: as it is, as a timelapse, or beside its photo."""
        job = await self.storage.job_search.shown_in(chat_id, user_id, message_id)
        return await self.storage.job_search.compared_in(job) if job and job.is_comparison else job

    async def edited(self, update: Update, _: Context) -> None:
        """A new picture takes the place of the old one. If its caption says how to paint it, it is painted at once; and
        with it its album, unless a caption has begun that already. In a group, the words may be the first that address
        the bot.
        """
        message = update.edited_message
        if message is None:
            raise ValueError("an update without an edited message")
        photo = await self.storage.photos.get(message.chat_id, sender_id(message), message.message_id)
        words = text_addressed_to_bot(message) if message.chat_id < 0 else words_of(message)
        if photo is None:
            if message.chat_id < 0 and words is not None and media_of(message):
                await self.photos.take(message, message, words)
            return
        if refused := too_big(message, self.photos.download_limit):
            await message.reply_text(refused)
            return
        before, photo = photo, await self.storage.photos.add(with_new_media(photo, message))
        request = self._parse(words)
        if request and not (photo.media_group_id and await self.storage.job_search.started_by_caption(photo)):
            await self._start(await self.storage.photos.album(photo), request, caption_key(message, request))
        elif photo.file_id != before.file_id:
            await self._show_gallery_anew(photo)

    async def _show_gallery_anew(self, photo: Photo) -> None:
        """The gallery may show the picture that was exchanged."""
        message_id, asked = photo.gallery_message_id, photo.style_asked_at is not None
        if message_id and not asked and not await self.storage.job_search.has_message(photo.chat_id, message_id):
            album = await self.storage.photos.album(photo)
            await self.gallery_message.show(photo, message_id, album=album)

    def _parse(self, words: str | None) -> PaintRequest | None:
        return parse_caption(words or "", self.gallery_message.gallery.paintings)

    async def _meant(self, message: Message, user_id: int) -> list[Photo]:
        if replied := replied_to(message):
            photo = await self.storage.photos.shown_in(message.chat_id, replied.message_id)
            if photo is None or photo.user_id != user_id:
                return []
            to_gallery = replied.message_id == photo.gallery_message_id
            return await self.storage.photos.album(photo) if to_gallery else [photo]
        last = await self.storage.photos.latest(message.chat_id, user_id)
        return await self.storage.photos.album(last) if last else []

    async def _start(self, photos: Sequence[Photo], request: PaintRequest, key: IdempotencyKey) -> None:
        """As by a button of their gallery, unless that gallery is for more photos of an album. Photos that waited for
        a style picture do so no longer, unless the queue is full.
        """
        all_of_it = len(photos) == len(await self.storage.photos.album(photos[0]))
        gallery_id = photos[0].gallery_message_id if all_of_it else None
        job_request = JobRequest(photos, request.style, key, gallery_id, overrides=request.settings)
        accepted = await self.requests.submit(job_request)
        for photo in photos:
            if accepted and photo.style_asked_at is not None:
                await self.storage.photos.close_style_request(photo)


def _as_picture(job: Job) -> Job:
    """The job of a timelapse, as that of the painting that it shows."""
    return replace(job, settings={name: value for name, value in job.settings.items() if name != "timelapse"})
