"""Texts and replies that refer to an earlier photo: a painting's name, 'stronger'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import Message, Update

from bot.chat.gallery_message import GalleryMessage
from bot.handlers.caption_parser import (
    ANOTHER,
    BACK,
    PaintRequest,
    Remark,
    parse_caption,
    parse_change,
    parse_more,
    parse_remark,
    parse_settings,
    parse_wishes,
    unknown_style,
)
from bot.handlers.commands import Commands
from bot.handlers.context import Context, message_of, replied_to, sender_id, user_of
from bot.handlers.media import FoundMedia, new_photo
from bot.handlers.mentions import words_of
from bot.i18n import texts
from bot.jobs.job_request import JobRequest
from bot.jobs.message_requests import MessageRequests
from bot.options import CAPTIONED, COMPARE, LARGER, MORE, MORE_OF, STEPS, TIMELAPSE, PaintOptions
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, Photo
from bot.storage.storage import Storage


@dataclass(frozen=True)
class FollowUps:
    """Finds the photo that is meant, and paints it as the words say."""

    storage: Storage
    requests: MessageRequests
    commands: Commands
    gallery_message: GalleryMessage
    options: PaintOptions

    async def text(self, update: Update, _: Context) -> None:
        """A painting's name, for the photo that is replied to (or its painting), or else the last photo or album."""
        await self.take_text(message_of(update), user_of(update).id)

    async def take_text(self, message: Message, user_id: int) -> None:
        """A text of this user, as it is now."""
        words = " ".join(words_of(message).split())
        if await self.redo(message, words) or await self.give_up_style(message, words):
            return
        request, photos = self.parse(words), await self._meant(message, user_id)
        key = IdempotencyKey.of_text(message.chat_id, message.message_id)
        change = parse_change(words)
        if photos and change == ANOTHER:
            await self.gallery_message.post(photos[0], photos)
        elif photos and (change in (TIMELAPSE, COMPARE) or parse_settings(words)):
            await self._keep_wishes(photos, words)
            await message.reply_text(texts.nothing_to_change())
        elif photos and request and (painted := await self._same(photos, request, key)):
            await message.reply_text(texts.already() if painted.is_active else texts.so_already())
        elif photos and request:
            await self.start(photos, request, key)
        else:
            await self._keep_wishes(photos, words)
            await message.reply_text(self._answer(words, bool(photos)))

    async def _keep_wishes(self, photos: Sequence[Photo], words: str) -> None:
        """'Stronger', of a photo that is not painted yet, or 'van Gogh, stronger', which leaves open which one: what is
        wished counts for the painting that is chosen then.
        """
        wishes = parse_wishes(words, self.gallery_message.gallery.paintings)
        if photos and wishes:
            photo = replace(photos[0], wishes={**photos[0].wishes, **wishes})
            await self.gallery_message.show_anew(await self.storage.photos.add(photo))

    def _answer(self, words: str, has_photo: bool) -> str:
        """What to say to words for which nothing can be painted."""
        remark = parse_remark(words)
        if remark is Remark.PRAISE and words:
            return texts.my_pleasure()
        unknown = unknown_style(words, self.gallery_message.gallery.paintings)
        mistyped = words.startswith("/") and not unknown.suggested  # a command
        if not has_photo or not words or mistyped or remark is Remark.GREETING:
            return texts.send_photo()
        return texts.what_to_say() if remark and not unknown.suggested else str(unknown)

    async def redo(self, message: Message, words: str) -> bool:
        """'Stronger' in a reply to a painting or, in a private chat, right after it; or what else its buttons say.
        False if it is nothing of the kind.
        """
        wishes, change, user_id = parse_settings(words), parse_change(words), sender_id(message)
        key = IdempotencyKey.of_text(message.chat_id, message.message_id)
        jobs = await self._paintings_meant(message, user_id, key)
        wishes = wishes or self._more_of_one(words, jobs)
        if not wishes and change not in (TIMELAPSE, COMPARE):
            return False
        requests = []
        for number, job in enumerate(jobs):
            redone = self.options.wished(job, wishes) if wishes else self.options.changed(job, change)
            if not redone or redone == job.settings:
                continue
            if photo := await self._photo_of(job, message, user_id):
                requests.append(JobRequest.changed(job, photo, key.for_photo(number), redone))
        if requests:
            await self.requests.submit_together(requests)
        elif jobs:
            await message.reply_text(self._why_not(jobs[0], wishes))
        return bool(jobs)

    async def _photo_of(self, job: Job, message: Message, user_id: int) -> Photo | None:
        """The photo of a painting. Another's, in a group, becomes one of the user's own who asks for it."""
        if job.user_id == user_id:
            return await self.storage.photos.get(message.chat_id, user_id, job.photo_message_id)
        known = await self.storage.photos.in_chat(message.chat_id, job.photo_message_id)
        media = FoundMedia(job.file_id, known.format, job.clip) if known else None
        return await self.storage.photos.add(new_photo(message, user_id, media)) if media else None

    async def give_up_style(self, message: Message, words: str) -> bool:
        """'Never mind', where a picture was asked for as the style. False if it is nothing of the kind."""
        if parse_change(words) != BACK or not await self.commands.ask_for_no_style(message):
            return False
        await message.reply_text(texts.cancelled())
        return True

    def _more_of_one(self, words: str, jobs: Sequence[Job]) -> Mapping[str, Any]:
        """'More poppies', of a blend with poppies; otherwise none."""
        styles = self.gallery_message.gallery.styles(jobs[0]) if jobs else []
        return parse_more(words, styles) if len(styles) == len(MORE) else {}

    def _why_not(self, job: Job, wishes: Mapping[str, Any]) -> str:
        """Why nothing of a wish can be done."""
        if job.clip and not wishes.keys() & {*CAPTIONED, STEPS, MORE_OF}:
            return texts.not_of_clips()
        if not wishes:
            return texts.not_there_yet()  # which is to be shown otherwise
        if LARGER not in wishes:
            return texts.already() if job.is_active else texts.so_already()
        return texts.as_large_as_its_file() if job.keeps_photo_size else texts.largest(self.options.largest)

    async def _paintings_meant(self, message: Message, user_id: int, key: IdempotencyKey) -> list[Job]:
        """The painting that is replied to (in a group, also another's), or that of the photo, or those of the album;
        without a reply, in a private chat, the last one, with those of its album or of the same words, if no photo came
        after it. None that these words themselves have brought, whose `key` this is.
        """
        search = self.storage.job_search
        if replied := replied_to(message):
            album = await search.album(message.chat_id, replied.message_id)
            if any(job.user_id == user_id for job in album):
                return await search.requested_with(album[0])
            found = await self._painting_of(message.chat_id, user_id, replied.message_id, key)
            if found is None and message.chat_id < 0:
                found = await search.shown_in(message.chat_id, None, replied.message_id)
                found = None if found and found.is_comparison else found
            return [_as_picture(found)] if found else []
        if message.chat_id != user_id:
            return []  # in a group, the last one may be anybody's
        last = await search.painted_last(message.chat_id, user_id, key)
        # It may have come only after it was wished otherwise.
        last = last and await search.of_photo(message.chat_id, user_id, last.photo_message_id, key)
        return await search.requested_with(last) if last else []

    async def _painting_of(self, chat_id: int, user_id: int, message_id: int, key: IdempotencyKey) -> Job | None:
        """The job whose painting this message shows: as it is, as a timelapse, or beside its photo; or the newest one
        of the photo in it.
        """
        search = self.storage.job_search
        job = await search.shown_in(chat_id, user_id, message_id)
        if job is None:
            return await search.of_photo(chat_id, user_id, message_id, key)
        return await search.compared_in(job) if job.is_comparison else job

    def parse(self, words: str | None) -> PaintRequest | None:
        """What to paint, if the words say it."""
        return parse_caption(words or "", self.gallery_message.gallery.paintings)

    async def _meant(self, message: Message, user_id: int) -> list[Photo]:
        if replied := replied_to(message):
            photo = await self.storage.photos.shown_in(message.chat_id, replied.message_id)
            own = photo and photo.user_id == user_id
            return await self.shown_with(photo, replied.message_id) if photo and own else []
        waits = await self.storage.photos.awaiting_style(message.chat_id, user_id)
        last = waits or await self.storage.photos.latest(message.chat_id, user_id)
        return await self.storage.photos.album(last) if last else []

    async def shown_with(self, photo: Photo, message_id: int) -> list[Photo]:
        """The photos for which a message stands that shows this one: all, if it has the buttons of their album."""
        has_buttons = message_id == photo.gallery_message_id
        has_buttons = has_buttons or bool(await self.storage.job_search.album(photo.chat_id, message_id))
        return await self.storage.photos.album(photo) if has_buttons else [photo]

    async def _same(self, photos: Sequence[Photo], request: PaintRequest, key: IdempotencyKey) -> Job | None:
        """The newest job of a single photo, if it is just what is requested: sent twice, say."""
        photo = photos[0]
        job = await self.storage.job_search.of_photo(photo.chat_id, photo.user_id, photo.message_id, key)
        if job is None or len(photos) > 1 or (job.style, job.file_id) != (request.style, photo.file_id):
            return None
        preferences = (await self.storage.users.get(photo.user_id)).preferences
        return job if job.settings == self.options.settings_for(photo, preferences, request.settings) else None

    async def start(
        self, photos: Sequence[Photo], request: PaintRequest, key: IdempotencyKey, gallery_id: int | None = None
    ) -> None:
        """In the message of their gallery, as by its buttons; or below the words, where the user looks. Photos that
        waited for a style picture do so no longer, unless the queue is full.
        """
        job_request = JobRequest(photos, request.style, key, gallery_id, overrides=request.settings)
        accepted = await self.requests.submit(job_request)
        for photo in photos:
            if accepted and photo.style_asked_at is not None:
                await self.gallery_message.ask_no_more(photo, show=not gallery_id)


def _as_picture(job: Job) -> Job:
    """The job of a timelapse, as that of the painting that it shows."""
    return replace(job, settings={name: value for name, value in job.settings.items() if name != "timelapse"})
